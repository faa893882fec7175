"""The threshold of a mark: above what pictures that are no logo, and other owners' marks, reach with it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from postcheck.logo_index.distractors import distractors
from postcheck.logo_index.edges import Scene
from postcheck.logo_index.finder import finder_of
from postcheck.logo_index.template import Template

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

LEAST = 0.75  # no threshold is lower; measured on pictures of many kinds
MOST = 0.97  # none is higher: a mark that needs more cannot be told from what it looks like
MARGIN = 0.08  # how far above the most alike picture a match has to be
PLAIN = 0.6  # a mark that a picture without any logo reaches this with is too plain to be told apart
_SIDE = 192  # pixels on which other marks are shown


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
    """Return the calibration of each mark. Takes about two seconds for twelve.

    Variants of one owner are meant to look alike and do not raise each other's thresholds.
    """
    finder = finder_of(templates)
    count = len(templates)
    noise = [0.0] * count
    for picture in distractors():
        for match in finder.find(Scene.of(picture), short_cut=False):
            noise[match.mark] = max(noise[match.mark], match.likeness)
    reached = [[0.0] * count for _ in range(count)]
    if count > 1:
        for shown, template in enumerate(templates):
            for match in finder.find(Scene.of(_shown(template)), short_cut=False):
                reached[match.mark][shown] = max(reached[match.mark][shown], match.likeness)
    results = []
    for mark in range(count):
        rivals = tuple((other, reached[mark][other]) for other in range(count) if other != mark)
        strange = [value for other, value in rivals if owners[other] != owners[mark]]
        most = max([noise[mark], *strange])
        results.append(Calibration(min(max(most + MARGIN, LEAST), MOST), noise[mark], rivals))
    return tuple(results)


def _shown(template: Template) -> Array:
    """Return the mark in the middle of a plain ground."""
    import cv2
    import numpy as np

    ground = template.grounds()[-1]
    grey = template.on(ground)
    scale = _SIDE / max(grey.shape)
    size = max(8, round(grey.shape[1] * scale)), max(8, round(grey.shape[0] * scale))
    drawn = cv2.resize(grey, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    padded: Array = np.pad(drawn, _SIDE // 8, constant_values=ground)
    return padded
