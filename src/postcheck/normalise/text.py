"""Folding: compatibility forms, case, diacritics, look-alikes, invisible and bidirectional controls."""

from __future__ import annotations

import re
import unicodedata
from array import array
from functools import lru_cache

from postcheck.normalise.confusables import latin_twin
from postcheck.normalise.mapped import Mapped
from postcheck.normalise.markup import MARKUP, blank_markup, strip_markup

_KEPT_CONTROLS = "\t\n\r"
# All that is more than a case to fold: what is not ASCII, controls, and the back-tick.
_SPECIAL = re.compile(r"[^\x00-\x7f]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f`]")
# Letters that draw nothing: Hangul fillers, the Khmer inherent vowels; and the blank Braille pattern.
_INVISIBLE = set("\u115f\u1160\u3164\uffa0\u17b4\u17b5\u034f")
_PUNCTUATION = {
    **dict.fromkeys("‘’‚‛ʼʻ`´′＇", "'"),
    **dict.fromkeys("“”„‟″«»＂", '"'),
    **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
    "\u2800": " ",
    "…": "...",
}
_ROUNDS = 8


@lru_cache(maxsize=8192)
def fold_char(char: str) -> str:
    """Return what one character becomes in a matching copy; ``""`` when it is dropped."""
    out = char
    for _ in range(4):
        folded = "".join(_fold_once(c) for c in out)
        if folded == out:
            break
        out = folded
    return out


def _fold_once(char: str) -> str:
    if char in _PUNCTUATION:
        return _PUNCTUATION[char]
    category = unicodedata.category(char)
    if category == "Cf" or char in _INVISIBLE or (category == "Cc" and char not in _KEPT_CONTROLS):
        return ""
    if category in ("Zs", "Zl", "Zp"):
        return " "
    # A capital is compared as it looks, before its case is folded: Cyrillic "В" imitates B, "в" nothing.
    twin = latin_twin(char)
    if twin is not None:
        return twin
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", char).casefold())
    return "".join(c for c in decomposed if unicodedata.category(c) not in ("Mn", "Me"))


def fold(mapped: Mapped) -> Mapped:
    """Fold every character of a form; folding a folded form changes nothing."""
    text = mapped.text
    special = _SPECIAL.search(text)
    if special is None:
        return mapped.replace_text(text.lower())
    pieces: list[str] = []
    starts, ends = array("i"), array("i")
    at = 0
    while special is not None:
        here = special.start()
        pieces.append(text[at:here].lower())
        starts.extend(mapped.starts[at:here])
        ends.extend(mapped.ends[at:here])
        new = fold_char(text[here])
        if new:
            pieces.append(new)
            starts.extend([mapped.starts[here]] * len(new))
            ends.extend([mapped.ends[here]] * len(new))
        elif ends and unicodedata.combining(text[here]):
            # A dropped accent belongs to the letter before it, so that no evidence splits the two.
            ends[-1] = mapped.ends[here]
        at = here + 1
        special = _SPECIAL.search(text, at)
    pieces.append(text[at:].lower())
    starts.extend(mapped.starts[at:])
    ends.extend(mapped.ends[at:])
    return Mapped("".join(pieces), starts, ends)


def normalise(text: str) -> Mapped:
    """Return the matching copy of a text: markup resolved, then folded.

    Normalising a normalised text changes nothing. Markup can hide markup (``&amp;lt;``), so the two
    steps repeat until nothing changes; what still changes after eight rounds was made to defeat
    this, and its markup characters become spaces.
    """
    mapped = fold(Mapped.identity(text)) if not MARKUP.search(text) else Mapped.identity(text)
    for _ in range(_ROUNDS):
        following = fold(strip_markup(mapped))
        if following.text == mapped.text:
            return following
        mapped = following
    return fold(blank_markup(mapped))
