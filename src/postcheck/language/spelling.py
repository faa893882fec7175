"""Words that nobody knows, read as the known words that they disguise or mistype.

The model knows words by their pieces, and one wrong letter leaves it with pieces that mean nothing. A
word that stands in the model's list is left alone. Of any other, letters spaced apart are joined, digits
become letters, words run together are parted, and one slip of the finger is taken back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from math import inf, log
from string import ascii_lowercase

from postcheck.normalise.mapped import Mapped
from postcheck.normalise.spelling import join_spaced, letter_forms

_WORD = re.compile(r"[^\s,;:()\[\]{}\"?/.]{3,40}")
_TAIL = "!'*|-"
_CODE = re.compile(r"\d+[a-z]{1,3}$|[a-z]{1,2}\d+[a-z]?$")  # 21st, 7pm, 20k; a road, a postcode
_TWO = "am an as at be by do go he if in is it me my no of oh ok on or so to up us we ur"
_SHORT = frozenset(("a", "i", "u", *_TWO.split()))
_LONGEST_WORD = 20
_MOST_WORDS = 8
_COMMON = 25_000  # words run together are among the first so many, or they were one strange word
_MOST_MENDED = 300  # in one text: each costs a fraction of a millisecond
_VOWELS = "aeiou"
# For each consonant what is struck or heard in its place.
_BESIDE = "vn ksxv tsf gd fh gj hg cjl k n mb o te zcad dry bc qe i sx"
_NEAR = {
    **{vowel: _VOWELS.replace(vowel, "") for vowel in _VOWELS},
    **dict(zip("bcdfghjklmnprstvwyz", _BESIDE.split(), strict=True)),
}
# What a slip costs beside how rare the word is that it would have been, in powers of e.
_SWAPPED, _DOUBLED, _DROPPED, _ADDED, _MISTYPED, _PARTED = 0.0, 0.0, 0.5, 1.0, 1.5, 4.0


class Spelling:
    """The words of a language, and what an unknown one stands for.

    Args:
        words: the known words in lower case, the most frequent first.
    """

    def __init__(self, words: Iterable[str]) -> None:
        ranked = list(words)
        self._cost = {word: log(rank + 50) for rank, word in enumerate(ranked)}
        self._common = frozenset(ranked[:_COMMON])

    def mend(self, folded: Mapped) -> Mapped:
        """Return a folded text with the unknown words replaced, where it is plain by what."""
        joined = join_spaced(folded)
        edits = []
        for match in _WORD.finditer(joined.text):
            new = self._read(match.group())
            if new is not None:
                edits.append((match.start(), match.end(), new))
                if len(edits) == _MOST_MENDED:
                    break
        return joined.edit(edits) if edits else joined

    def _read(self, word: str) -> str | None:
        body = word.rstrip(_TAIL)
        if body in self._cost or body.removesuffix("s") in self._cost or not body.isascii():
            new = None
        elif body.isalpha():
            new = self._mended(body) if len(body) > 3 else None
        else:
            new = self._unmasked(body)
        return new and new + word[len(body) :]

    def _unmasked(self, word: str) -> str | None:
        """Return the reading of a word with digits and signs among its letters."""
        if _CODE.match(word) or len(word) < 4 or not any(char.isalpha() for char in word):
            return None
        digits = sum(char.isdigit() for char in word)
        forms = [form for form in letter_forms(word) if form.isalpha()]
        known = next((form for form in forms if form in self._cost), None)
        if known is not None or not digits or len(word) <= 2 * digits:
            return known
        return next((new for form in forms if (new := self._mended(form))), None)

    def _mended(self, word: str) -> str | None:
        """Return the cheapest reading: one slip taken back, or words run together parted."""
        cost, reading = min(self._slips(word), default=(inf, ""))
        if len(word) > 5:
            parts, words = self._parted(word)
            if parts + _PARTED < cost:
                cost, reading = parts, " ".join(words)
        return reading or None

    def _slips(self, word: str) -> Iterator[tuple[float, str]]:
        """Yield known words one slip away, with their costs; the first letter is nearly always right."""
        for at in range(1, len(word)):
            before, here, after = word[:at], word[at], word[at + 1 :]
            if after:
                yield from self._known(before + after[0] + here + after[1:], _SWAPPED)
            if len(word) > 4:
                yield from self._known(before + after, _DOUBLED if here == before[-1] else _ADDED)
                for letter in _NEAR.get(here, ""):
                    yield from self._known(before + letter + after, _MISTYPED)
            for letter in ascii_lowercase:
                yield from self._known(before + letter + here + after, _DROPPED)

    def _known(self, word: str, cost: float) -> Iterator[tuple[float, str]]:
        if word in self._cost:
            yield self._cost[word] + cost, word

    def _parted(self, word: str) -> tuple[float, tuple[str, ...]]:
        """Return the likeliest words that were run together."""
        best: list[tuple[float, tuple[str, ...]]] = [(0.0, ())]
        for end in range(1, len(word) + 1):
            found: tuple[float, tuple[str, ...]] = (inf, ())
            for start in range(max(0, end - _LONGEST_WORD), end):
                cost, words = best[start]
                part = word[start:end]
                if len(words) < _MOST_WORDS and part in self._common and (len(part) > 2 or part in _SHORT):
                    found = min(found, (cost + self._cost[part], (*words, part)))
            best.append(found)
        return best[-1]
