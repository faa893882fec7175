"""What the language benchmark measures on: rows never trained on, and attacks on their spelling.

The attacks are written apart from the noise that training uses.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from common import ROOT

RECIPE = ROOT / "training" / "language"
sys.path.insert(0, str(RECIPE))
PUBLIC = ("public_localgov", "public_govuk", "public_crisis")  # ordinary public-service texts

if TYPE_CHECKING:
    from corpora import Row


def corpus_rows(folder: Path) -> list[Row]:
    """Return the dev rows of the corpora, and every ordinary public-service text."""
    from corpora import read_corpora

    return [r for r in read_corpora(folder) if r.split == "dev" or r.source in PUBLIC]


def family_rows(folder: str) -> list[Row]:
    """Return the sentences of the frame families in ``blind`` or ``development``, never trained on."""
    from contrast import measuring_rows

    return measuring_rows(folder)


def fairness_rows(folder: str) -> list[Row]:
    """Return every innocent sentence of those families that names a group, once for every group."""
    from contrast import fairness_rows as rows

    return rows(folder)


def _words(text: str, rng: random.Random, change: Callable[[str], str]) -> str:
    """Change one word in three, the long ones, and at least one."""
    words = re.split(r"(\s+)", text)
    long = [i for i, word in enumerate(words) if len(word) >= 4 and word.isalpha()]
    for i in rng.sample(long, min(len(long), max(1, round(len(long) / 3)))):
        words[i] = change(words[i])
    return "".join(words)


_LOOKALIKE = {"a": "а", "c": "с", "e": "е", "i": "і", "o": "о", "p": "р", "s": "ѕ", "x": "х", "y": "у"}
_DIGIT = {"a": "4", "e": "3", "i": "1", "o": "0", "s": "5", "t": "7"}


def _inside(word: str, rng: random.Random) -> int:
    return rng.randrange(1, len(word) - 1)


def homoglyph(text: str, rng: random.Random) -> str:
    return _words(text, rng, lambda w: "".join(_LOOKALIKE.get(c, c) for c in w))


def zero_width(text: str, rng: random.Random) -> str:
    return _words(text, rng, "\u200b".join)


def leet(text: str, rng: random.Random) -> str:
    return _words(text, rng, lambda w: "".join(_DIGIT.get(c, c) for c in w))


def spacing(text: str, rng: random.Random) -> str:
    return _words(text, rng, " ".join)


def joins(text: str, rng: random.Random) -> str:
    words = text.split(" ")
    if len(words) < 3:
        return text
    for _ in range(max(1, len(words) // 6)):
        at = rng.randrange(len(words) - 1)
        words[at : at + 2] = ["".join(words[at : at + 2])]
    return " ".join(words)


def swaps(text: str, rng: random.Random) -> str:
    def swap(word: str) -> str:
        at = _inside(word, rng)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    return _words(text, rng, swap)


def deletions(text: str, rng: random.Random) -> str:
    def delete(word: str) -> str:
        at = _inside(word, rng)
        return word[:at] + word[at + 1 :]

    return _words(text, rng, delete)


def emoji(text: str, rng: random.Random) -> str:
    words = text.split(" ")
    for _ in range(2):
        words.insert(rng.randrange(len(words) + 1), rng.choice("😂🙏🔥😡👏💯"))
    return " ".join(words)


ATTACKS = {f.__name__: f for f in (homoglyph, zero_width, leet, spacing, joins, swaps, deletions, emoji)}
