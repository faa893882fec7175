"""Words that the model marks one by one: the names of people, and passwords and codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from postcheck.language.windows import Window

_BETWEEN = re.compile(
    r"[ \u00a0]|\. |['’-]|[ \u00a0](?:de|da|dos|van|von|al|el|bin|ul|ap|del|di|ibn|o)[ \u00a0]"
)
_OPENING, _CLOSING = "\"'‘“(«[=:", "\"'’”)»].,;:?…"
_LONGEST = 64  # characters of a word to each side of a marked piece; a text may have no spaces at all
_SURE = 2.0  # the raw score from which a word in small letters is a name


def people_named(windows: Iterable[Window], label: int, original: str) -> list[tuple[int, int]]:
    """Return where people are named, in order, none overlapping; capitals and spaces say where a name ends.

    Args:
        windows: what was judged.
        label: the position of the answer among the model's labels.
        original: the text that the windows belong to.
    """
    words = sorted({word for window in windows for word in _words(window, label, original)})
    names: list[tuple[int, int]] = []
    for start, end in words:
        if names and start < names[-1][1]:
            continue
        if names and _BETWEEN.fullmatch(original, names[-1][1], start):
            names[-1] = (names[-1][0], end)
        else:
            names.append((start, end))
    return names


def secrets_given(windows: Iterable[Window], label: int, original: str) -> list[tuple[int, int]]:
    """Return where passwords and codes are given away, in order, none overlapping; whole words.

    Args:
        windows: what was judged.
        label: the position of the answer among the model's labels.
        original: the text that the windows belong to.
    """
    found: list[tuple[int, int]] = []
    for window in windows:
        for (start, end), weights in zip(window.words, window.judgement.weights, strict=True):
            if weights[label] <= 0:
                continue
            low, high = max(0, start - _LONGEST), min(len(original), end + _LONGEST)
            while start > low and not original[start - 1].isspace():
                start -= 1
            while end < high and not original[end].isspace():
                end += 1
            if found and start <= found[-1][1] + 1:
                found[-1] = (found[-1][0], max(end, found[-1][1]))
            else:
                found.append((start, end))
    trimmed = (_trimmed(original, start, end) for start, end in sorted(found))
    return [(start, end) for start, end in trimmed if any(c.isalnum() for c in original[start:end])]


def _trimmed(original: str, start: int, end: int) -> tuple[int, int]:
    """Leave out the punctuation of the sentence around a value."""
    while start < end and original[start] in _OPENING:
        start += 1
    while end > start and original[end - 1] in _CLOSING:
        end -= 1
    return start, end


def _words(window: Window, label: int, original: str) -> Iterator[tuple[int, int]]:
    """Yield the whole words that are part of a name: a word's pieces vote."""
    pieces: list[tuple[int, int, float]] = []
    for (start, end), weights in zip(window.words, window.judgement.weights, strict=True):
        if pieces and not _goes_on(original, pieces[-1][1], start):
            yield from _if_a_name(pieces, original)
            pieces = []
        pieces.append((start, end, float(weights[label])))
    yield from _if_a_name(pieces, original)


def _goes_on(original: str, end: int, start: int) -> bool:
    return start <= end and original[max(0, end - 1)].isalnum() and original[start].isalnum()


def _if_a_name(pieces: Sequence[tuple[int, int, float]], original: str) -> Iterator[tuple[int, int]]:
    if not pieces or not original[pieces[0][0]].isalpha():
        return
    score = sum(pull for _, _, pull in pieces) / len(pieces)
    if score > (0.0 if original[pieces[0][0]].isupper() else _SURE):
        yield pieces[0][0], pieces[-1][1]
