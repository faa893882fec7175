"""Which marks a frame shows: the finder's matches that reach the threshold of their mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from postcheck.logo_index.edges import Scene
from postcheck.logo_index.finder import finder_of
from postcheck.logo_index.index import LogoMark

if TYPE_CHECKING:
    from PIL import Image


@dataclass(frozen=True, slots=True)
class Sighting:
    """A mark seen in a frame.

    Attributes:
        mark: which.
        likeness: 0 to 1, at or above the threshold of the mark.
        box: left, top, right, bottom in pixels of the frame.
    """

    mark: LogoMark
    likeness: float
    box: tuple[float, float, float, float]


def find_marks(frame: Image.Image, marks: Sequence[LogoMark]) -> list[Sighting]:
    """Return the places of a frame where a mark reaches its threshold, in the order of the marks.

    Args:
        frame: an image of any size; detail beyond 1080 pixels a side only costs time.
        marks: the marks to look for. The same ones are prepared once.
    """
    import numpy as np

    finder = finder_of(tuple(mark.template for mark in marks))
    matches = finder.find(Scene.of(np.asarray(frame.convert("L"))))
    seen = (Sighting(marks[match.mark], match.likeness, match.box) for match in matches)
    return [sighting for sighting in seen if sighting.likeness >= sighting.mark.threshold]
