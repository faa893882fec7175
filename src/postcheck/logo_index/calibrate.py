"""The threshold of a mark: above what pictures that are no logo, and other owners' marks, reach with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from postcheck.logo_index.distractors import distractors
from postcheck.logo_index.edges import Scene
from postcheck.logo_index.finder import finder_of
from postcheck.logo_index.judge import likeness, log_odds_of
from postcheck.logo_index.template import Template

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

LEAST = 0.6  # no threshold is lower; measured on pictures of many kinds
MOST = 0.97  # none is higher: a mark that needs more cannot be told from what it looks like
MARGIN = 3.0  # in log odds: how far above the most alike picture a match has to be
SIBLING = 0.85  # a sibling of a seal does not ask for more: it is only met by chance
PLAIN = 0.6  # a mark that a picture without any logo reaches this with is too plain to be told apart
_CELL, _ACROSS = 192, 3  # pixels of the square in which another mark is shown, and squares in a row


@dataclass(frozen=True, slots=True)
class Calibration:
    """How alike a mark is to what it is not.

    Attributes:
        threshold: likeness from which the mark is worth reporting.
        noise: the most that a picture without a logo reaches.
        rivals: number of each other mark, and what an image of it reaches.
    """

    threshold: float
    noise: float
    rivals: tuple[tuple[int, float], ...]


@lru_cache(maxsize=8)
def calibrations(templates: tuple[Template, ...], owners: tuple[str, ...]) -> tuple[Calibration, ...]:
    """Return the calibration of each mark. Takes some seconds for twelve.

    Variants of one owner are meant to look alike and do not raise each other's thresholds.
    """
    finder = finder_of(templates)
    count = len(templates)
    noise = [0.0] * count
    for picture in distractors():
        for match in finder.find(Scene.of(picture), short_cut=False):
            noise[match.mark] = max(noise[match.mark], match.likeness)
    reached = [[0.0] * count for _ in range(count)]
    for shown in range(count if count > 1 else 0):
        # Each alone: beside another that it looks like, only the better of the two places may be followed.
        for match in finder.find(Scene.of(_sheet(templates[shown : shown + 1])), short_cut=False):
            reached[match.mark][shown] = max(reached[match.mark][shown], match.likeness)
    strict = _sibling_thresholds(templates)
    results = []
    for mark in range(count):
        rivals = tuple((other, reached[mark][other]) for other in range(count) if other != mark)
        strange = [value for other, value in rivals if owners[other] != owners[mark]]
        most = max([noise[mark], *strange])
        results.append(Calibration(max(_threshold(most), strict[mark]), noise[mark], rivals))
    return tuple(results)


def _threshold(most: float) -> float:
    return min(max(likeness(log_odds_of(most) + MARGIN), LEAST), MOST)


def _sibling_thresholds(templates: tuple[Template, ...]) -> list[float]:
    """Return, for each round seal, a threshold above what a seal reaches that differs in the lettering of its
    ring; 0 for marks that are not round.
    """
    finder, found = finder_of(templates), [0.0] * len(templates)
    round_ones = [number for number, template in enumerate(templates) if _is_round(template)]
    for first in range(0, len(round_ones), _ACROSS * _ACROSS):
        part = round_ones[first : first + _ACROSS * _ACROSS]
        for match in finder.find(Scene.of(_sheet([_sibling(templates[n]) for n in part])), short_cut=False):
            left, top, right, bottom = match.box
            column, row = int((left + right) / 2 // _CELL), int((top + bottom) / 2 // _CELL)
            place = row * _ACROSS + column
            if place < len(part) and part[place] == match.mark:
                found[match.mark] = max(found[match.mark], match.likeness)
    return [min(SIBLING, likeness(log_odds_of(value) + 1)) if value else 0.0 for value in found]


def _disc(template: Template) -> tuple[Array, Array]:
    """Return the distance of each pixel from the middle, 1 at the rim, and its angle from the top."""
    import numpy as np

    height, width = template.ink.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    return np.hypot(x, y), np.arctan2(x, -y)


def _is_round(template: Template) -> bool:
    radius, _ = _disc(template)
    return 0.9 < template.aspect < 1.1 and float(((radius < 1) == (template.cover > 0.5)).mean()) > 0.97


def _sibling(template: Template) -> Template:
    """Return the seal with other lettering: the upper part of its ring is a mirror image."""
    import numpy as np

    radius, angle = _disc(template)
    ring = (radius > 0.6) & (np.abs(angle) < 1.3)
    return Template(np.where(ring, template.ink[:, ::-1], template.ink), template.cover)


def _sheet(templates: Sequence[Template]) -> Array:
    """Return a sheet of marks, each in the middle of a square of the ground it reads best on."""
    import cv2
    import numpy as np

    rows = -(-len(templates) // _ACROSS)
    sheet = np.full((rows * _CELL, _ACROSS * _CELL), 255, np.float32)
    for number, template in enumerate(templates):
        ground = template.grounds()[-1]
        grey = template.on(ground)
        scale = 0.8 * _CELL / max(grey.shape)
        size = max(8, round(grey.shape[1] * scale)), max(8, round(grey.shape[0] * scale))
        drawn = cv2.resize(grey, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
        row, column = divmod(number, _ACROSS)
        square = sheet[row * _CELL : (row + 1) * _CELL, column * _CELL : (column + 1) * _CELL]
        square[:] = ground
        top, left = (_CELL - size[1]) // 2, (_CELL - size[0]) // 2
        square[top : top + size[1], left : left + size[0]] = drawn
    return sheet
