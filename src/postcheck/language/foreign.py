"""Which sentences are not in English, and so outside what the language model has learnt.

Function words settle nearly every English sentence; only where they are missing is a language identifier
asked. It covers about a hundred languages and is unsure of short texts, which then count as English.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from postcheck.normalise.mapped import Mapped
from postcheck.normalise.text import fold

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_NO_WORDS = re.compile(r"https?://\S+|[@#]\w+|\bRT\b")
_FOREIGN_LETTER = re.compile(r"[^\W\d_a-z]")
_ENGLISH = frozenset({"en", "pcm", "sco"})  # English, and what it calls texting and Scots
_SHARE = 0.1  # of function words: English from here
_SURE, _SURE_OF_FEW = 0.5, 0.8  # of five words and more, and of fewer
_LETTERS = 4  # of another script: fewer is a name or a symbol


def foreign_sentences(original: str, sentences: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return the sentences that are not in English, as ranges of the original."""
    return tuple(_merged(range_ for range_ in sentences if _is_foreign(original[slice(*range_)])))


def _is_foreign(sentence: str) -> bool:
    plain = _NO_WORDS.sub(" ", sentence)
    # Look-alikes fold to Latin, so what is left of another script is no disguise.
    folded = fold(Mapped.identity(plain)).text
    words = _WORD.findall(folded)
    others = len(_FOREIGN_LETTER.findall(folded))
    if others >= _LETTERS and others >= 0.3 * sum(map(len, words)):
        return True
    function_words = _function_words()
    if len(words) < 3 or sum(word in function_words for word in words) >= _SHARE * len(words):
        return False
    with _LOCK:
        language, probability = _identifier().classify(plain[:1000])
    return language not in _ENGLISH and probability >= (_SURE if len(words) >= 5 else _SURE_OF_FEW)


_LOCK = threading.Lock()


@cache
def _function_words() -> frozenset[str]:
    from spacy.lang.en.stop_words import STOP_WORDS

    # The short ones stand in every other language too: "a", "in", "do", "we".
    return frozenset(word for word in STOP_WORDS if len(word) > 2)


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _merged(ranges: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Join neighbours, so that a foreign paragraph is one finding."""
    current: tuple[int, int] | None = None
    for start, end in ranges:
        if current is not None and start - current[1] <= 2:
            current = (current[0], end)
            continue
        if current is not None:
            yield current
        current = (start, end)
    if current is not None:
        yield current
