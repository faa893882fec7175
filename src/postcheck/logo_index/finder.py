"""Where marks are in a frame: places from a sweep and from key points, laid exactly, then judged."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from postcheck.logo_index.align import Aligner
from postcheck.logo_index.edges import Scene
from postcheck.logo_index.judge import likeness, log_odds
from postcheck.logo_index.keypoints import KeyPoints, key_points, matched, plausible
from postcheck.logo_index.sweep import Bank, banks, sweep
from postcheck.logo_index.template import Template
from postcheck.logo_index.verify import MEASURES, Ruler, visible
from postcheck.logo_index.whole import Hashes, hashes, whole_marks

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

ROUGH, FINE = 32, 64  # plate sizes for aligning
SIZES = 32, 48, 72, 112, 160  # plate sizes for judging
MOST = 3  # places of one mark
SURE = 0.95  # likeness at which an image that looks like nothing but the mark is not searched further
# Agreement of softened edges under which a place is dropped: after the first steps, aligned, and at the end.
# Together with the next line this lost 9 of 835 marks in pictures, and two thirds of the wrong places.
_HOPELESS, _FAIR, _FIT = 0.45, 0.64, 0.72
_EXPLAINED = 0.45  # the same for the brightness that the mark explains
_GREY, _DETAIL, _SOFT = (MEASURES.index(name) for name in ("grey", "detail", "soft"))
_SHOWN = 0.6  # share of the mark that has to lie inside the image
_BEGUN, _TRIED = 3, 2  # places of one mark that are aligned for a start, and to the end


@dataclass(frozen=True, slots=True)
class Match:
    """A mark laid over an image.

    Attributes:
        mark: number of the template.
        likeness: how likely it is that the mark is there, 0 to 1, before its threshold is asked.
        box: left, top, right, bottom in pixels of the frame, within the frame.
        features: what was measured, in the order of `judge.FEATURES`.
    """

    mark: int
    likeness: float
    box: tuple[float, float, float, float]
    features: Array = field(repr=False)


@dataclass(slots=True, eq=False)
class Finder:
    """Templates prepared for finding. Safe to share between threads: what is filled in later is the same
    whoever fills it in.
    """

    templates: Sequence[Template]
    _banks: list[Bank] = field(init=False, repr=False)
    _points: KeyPoints = field(init=False, repr=False)
    _hashes: Hashes = field(init=False, repr=False)
    _aligners: dict[tuple[int, int], Aligner] = field(default_factory=dict, repr=False)
    _rulers: dict[tuple[int, int], Ruler] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        import cv2

        cv2.setNumThreads(1)  # images are small: threads cost more than they save
        self._banks = banks(self.templates)
        self._points = key_points(self.templates)
        self._hashes = hashes(self.templates)

    def find(self, scene: Scene, *, short_cut: bool = True) -> list[Match]:
        """Return the places where marks may be, those of each mark with the best first.

        Args:
            scene: the image.
            short_cut: look no further where the image is nothing but one of the marks.
        """
        if not self.templates or min(scene.size) < 8:
            return []
        whole = whole_marks(scene, self._hashes, self.templates)
        if short_cut:
            # Variants of one mark may have the same hash; which fits best is for the caller to say.
            near = [match for mark, placing in whole[:3] for match in self._laid(scene, mark, [placing])]
            if any(match.likeness >= SURE for match in near):
                return near
        places: dict[int, list[Array]] = {}
        for spot in sweep(scene, self._banks):
            places.setdefault(spot.mark, []).append(spot.placing)
        for mark, placing in matched(scene, self._points) + self._filling(scene) + whole:
            places.setdefault(mark, []).append(placing)
        return [match for mark in sorted(places) for match in self._laid(scene, mark, places[mark])]

    def _filling(self, scene: Scene) -> list[tuple[int, Array]]:
        """Return the marks that may fill the image."""
        import numpy as np

        width, height = scene.size
        whole = np.array([[width, 0, 0], [0, height, 0]], float)
        return [
            (mark, whole)
            for mark, template in enumerate(self.templates)
            if 0.8 < width / height / template.aspect < 1.25
        ]

    def _laid(self, scene: Scene, mark: int, placings: Sequence[Array]) -> list[Match]:
        """Align a mark at each place, and judge where it fits."""
        aligner, ruler = self._aligner(mark, ROUGH), self._ruler(mark, ROUGH)
        aspect = self.templates[mark].aspect
        seen: list[tuple[float, Array]] = []
        for number, placing in enumerate(placings):
            if not any(_same(placing, other, 0.06, 1.12) for other in placings[:number]):
                onto = aligner.plate.onto(placing)
                seen.append((ruler.agreement(scene, onto), onto))
        seen.sort(key=lambda row: -row[0])
        begun: list[tuple[float, Array]] = []
        for _, onto in seen[:_BEGUN]:
            laid = aligner.refined(scene, onto, 2)
            begun.append((ruler.agreement(scene, laid), laid))
        begun.sort(key=lambda row: -row[0])
        fair: list[tuple[float, Array]] = []
        for score, laid in begun[:_TRIED]:
            if score < _HOPELESS:
                break
            laid = aligner.refined(scene, laid, 4)
            if plausible(aligner.plate.back(laid), aspect):
                fair.append((ruler.agreement(scene, laid), aligner.plate.back(laid)))
        fair.sort(key=lambda row: -row[0])
        found: list[tuple[Array, Array]] = []
        for score, placing in fair:
            if len(found) >= MOST or score < _FAIR:
                break
            if any(_same(placing, other, 0.2, 4) for other, _ in found):
                continue
            fine = self._aligner(mark, FINE)
            laid = fine.plate.back(fine.refined(scene, fine.plate.onto(placing), 6))
            laid = laid if plausible(laid, aspect) else placing
            features = self._features(scene, mark, laid)
            if features is not None:
                found.append((laid, features))
        matches = [
            Match(mark, likeness(float(log_odds(features)[0])), _box(laid, scene.size), features)
            for laid, features in found
        ]
        return sorted(matches, key=lambda match: -match.likeness)

    def _features(self, scene: Scene, mark: int, placing: Array) -> Array | None:
        """Return the features of a laid mark; ``None`` where they are those of no mark."""
        import numpy as np

        small = self._ruler(mark, ROUGH)
        onto = small.plate.onto(placing)
        first = small.measured(scene, onto)
        if first[_SOFT] < _FIT or max(first[_GREY], first[_DETAIL]) < _EXPLAINED:
            return None
        size = math.sqrt(abs(float(np.linalg.det(placing[:, :2]))))
        large = self._ruler(mark, next((side for side in reversed(SIZES) if side <= size * 1.4), SIZES[0]))
        across, down = placing[:, 0] / self.templates[mark].aspect, placing[:, 1]
        long_a, long_d = float(np.linalg.norm(across)), float(np.linalg.norm(down))
        shown = float(
            (small.plate.mask * visible(scene, onto, small.plate.shape)).sum() / small.plate.mask.sum()
        )
        if shown < _SHOWN:
            return None
        return np.array(
            [
                *first,
                *large.measured(scene, large.plate.onto(placing)),
                math.log2(max(size, 4.0) / 64),
                math.log(long_a / long_d),
                float(across @ down) / (long_a * long_d),
                math.atan2(across[1], across[0]),
                shown,
                small.density,
                large.density,
                math.log(self.templates[mark].aspect),
            ]
        )

    def _aligner(self, mark: int, side: int) -> Aligner:
        if (mark, side) not in self._aligners:
            self._aligners[mark, side] = Aligner.of(self.templates[mark].plate(side))
        return self._aligners[mark, side]

    def _ruler(self, mark: int, side: int) -> Ruler:
        if (mark, side) not in self._rulers:
            self._rulers[mark, side] = Ruler.of(self.templates[mark].plate(side))
        return self._rulers[mark, side]


@lru_cache(maxsize=4)
def finder_of(templates: tuple[Template, ...]) -> Finder:
    """Return the finder of these very templates; preparing one takes some tenths of a second."""
    return Finder(templates)


def _box(placing: Array, size: tuple[int, int]) -> tuple[float, float, float, float]:
    import numpy as np

    corners = placing @ np.array([[0, 1, 0, 1], [0, 0, 1, 1], [1, 1, 1, 1]])
    left, top = corners.min(axis=1).clip(0, size)
    right, bottom = corners.max(axis=1).clip(0, size)
    return float(left), float(top), float(right), float(bottom)


def _same(one: Array, other: Array, shift: float, zoom: float) -> bool:
    """Say whether two placings have nearly the same middle and size.

    Args:
        one: a placing.
        other: a placing of the same mark.
        shift: how far apart the middles may be, as a share of the size of ``one``.
        zoom: how many times larger one may be than the other.
    """
    size = math.sqrt(abs(one[0, 0] * one[1, 1] - one[0, 1] * one[1, 0]))
    times = size / max(1e-6, math.sqrt(abs(other[0, 0] * other[1, 1] - other[0, 1] * other[1, 0])))
    if not 1 / zoom < times < zoom:
        return False
    apart = (one[:, 0] - other[:, 0] + one[:, 1] - other[:, 1]) / 2 + one[:, 2] - other[:, 2]
    return max(abs(float(apart[0])), abs(float(apart[1]))) < shift * size
