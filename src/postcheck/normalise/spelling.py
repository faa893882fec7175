"""Disguised spelling: spaced-out letters, digits for letters, stretched letters.

Each disguise has more than one reading ("1" is i or l; "ooo" is o or oo), so undoing it gives
several forms. A plain text has none, and costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from postcheck.normalise.mapped import Mapped

_SPACED = re.compile(r"(?<![^\W_])[^\W_](?:[ .\-_*·|/][^\W_](?![^\W_])){2,60}")
_WORD = re.compile(r"\S{2,60}")
_LETTER = re.compile(r"[^\W\d_]")
_LEET = {
    "0": "o",
    "3": "e",
    "4": "a",
    "5": "s",
    "7": "t",
    "8": "b",
    "9": "g",
    "@": "a",
    "$": "s",
    "€": "e",
    "+": "t",
}
_EITHER = "1!|"
_LETTERS = {one: str.maketrans({**_LEET, **dict.fromkeys(_EITHER, one)}) for one in "il"}
_LEET_CHAR = re.compile(r"[013457891@$€+!|]")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_TAIL = ".,;:!?|)'\""


def undisguised(mapped: Mapped) -> tuple[Mapped, ...]:
    """Return the readings of a folded form that differ from it; often none."""
    joined = join_spaced(mapped)
    unstretched = []
    for reading in _unleet(joined):
        if _STRETCHED.search(reading.text):
            unstretched += [_unstretch(reading, keep) for keep in (1, 2)]
        else:
            unstretched.append(reading)
    unique = {form.text: form for form in unstretched if form.text != mapped.text}
    return tuple(unique.values())


def join_spaced(mapped: Mapped) -> Mapped:
    """Return the form with letters spaced apart brought together."""
    edits = []
    for match in _SPACED.finditer(mapped.text):
        word = match.group()
        # Two kinds of separator ("a - b") or only digits ("1 2 3 4") is layout, not a disguise.
        if len(set(word[1::2])) == 1 and _LETTER.search(word):
            edits.append((match.start(), match.end(), word[::2]))
    return mapped.edit(edits) if edits else mapped


def _unleet(mapped: Mapped) -> tuple[Mapped, ...]:
    """Return the form with digits and signs read as letters: twice where "1" may be i or l."""
    words = list(_leet_words(mapped.text)) if _LEET_CHAR.search(mapped.text) else []
    if not words:
        return (mapped,)
    ones = "il" if any(char in body for _, body in words for char in _EITHER) else "i"
    return tuple(
        mapped.edit((start, start + len(body), body.translate(_LETTERS[one])) for start, body in words)
        for one in ones
    )


def letter_forms(word: str) -> Iterator[str]:
    """Yield a word with its digits and signs read as letters: twice where "1" may be i or l."""
    for one in "il" if any(char in word for char in _EITHER) else "i":
        yield word.translate(_LETTERS[one])


def _leet_words(text: str) -> Iterator[tuple[int, str]]:
    for match in _WORD.finditer(text):
        body = match.group().rstrip(_TAIL)
        is_address = body.startswith(("@", "http", "+")) or ("@" in body[1:] and "." in body)
        if is_address or not _LEET_CHAR.search(body):
            continue
        digits = sum(c.isdigit() for c in body)
        # "A55" is a road and "7pm" a time: letters must outnumber digits for a word to be meant.
        if digits < len(_LETTER.findall(body)):
            yield match.start(), body


def _unstretch(mapped: Mapped, keep: int) -> Mapped:
    return mapped.edit((m.start(), m.end(), m.group(1) * keep) for m in _STRETCHED.finditer(mapped.text))
