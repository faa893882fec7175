"""Text that remembers where each of its characters came from.

Every normal form is made from the original by edits, and an edit keeps the way home: character
``i`` of a form stands for ``original[starts[i]:ends[i]]``. Both sequences never decrease, so a match
in a form is a span of the original.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mapped:
    """A matching copy of a text with its offset map.

    Attributes:
        text: the matching copy.
        starts: for each character of ``text``, the code point of the original where its source starts.
        ends: the same for where its source ends; ``starts[i] <= ends[i]``.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    @classmethod
    def identity(cls, text: str) -> Mapped:
        """Map a text to itself."""
        return cls(text, range(len(text)), range(1, len(text) + 1))

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Return the half-open span of the original that ``text[start:end]`` came from.

        Raises:
            IndexError: the range is empty or leaves the text.
        """
        if not 0 <= start < end <= len(self.text):
            raise IndexError("not a non-empty range of this form")
        return self.starts[start], self.ends[end - 1]

    def replace_text(self, text: str) -> Mapped:
        """Return the same map over another text of the same length."""
        if len(text) != len(self.text):
            raise ValueError("the new text has another length")
        return Mapped(text, self.starts, self.ends)

    def edit(self, edits: Iterable[tuple[int, int, str]]) -> Mapped:
        """Apply replacements ``(start, end, new)``, given in order and not overlapping.

        A replacement of the same length maps character by character; any other maps each new
        character to the whole of what it replaces; an insertion maps to an empty place.
        """
        pieces: list[str] = []
        starts, ends = array("i"), array("i")
        at = 0
        for start, end, new in edits:
            pieces.append(self.text[at:start])
            starts.extend(self.starts[at:start])
            ends.extend(self.ends[at:start])
            pieces.append(new)
            if len(new) == end - start:
                starts.extend(self.starts[start:end])
                ends.extend(self.ends[start:end])
            else:
                first, last = self._range(start, end)
                starts.extend([first] * len(new))
                ends.extend([last] * len(new))
            at = end
        pieces.append(self.text[at:])
        starts.extend(self.starts[at:])
        ends.extend(self.ends[at:])
        return Mapped("".join(pieces), starts, ends)

    def _range(self, start: int, end: int) -> tuple[int, int]:
        if start < end:
            return self.starts[start], self.ends[end - 1]
        if not self.text:
            return 0, 0
        # Between two characters: the end of the one before never passes the start of the one after.
        place = self.starts[start] if start < len(self.text) else self.ends[-1]
        if start > 0:
            place = max(self.starts[start - 1], min(place, self.ends[start - 1]))
        return place, place
