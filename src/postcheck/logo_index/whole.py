"""The shortest way: an image that is nothing but the mark, told by a perceptual hash in a millisecond."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from postcheck.logo_index.edges import Scene
from postcheck.logo_index.template import Template

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

_SIDE = 32  # pixels of the thumbnail that is hashed
_BITS = 8  # lowest frequencies on each axis
_NEAR = 12  # of 63 bits; unrelated pictures differ in about 31
_ASPECT = 1.12  # a mark squeezed more than this is left to the thorough search
_TOLERANCE = 20  # difference from the ground (0-255) that JPEG noise stays under
_LONGEST = 256  # pixels of the copy in which a margin is sought


@dataclass(frozen=True, slots=True)
class Hashes:
    """The perceptual hashes of the marks.

    Attributes:
        marks: number of the template of each hash.
        bits: (n, 63) booleans.
    """

    marks: Array
    bits: Array


def hashes(templates: Sequence[Template]) -> Hashes:
    """Return the hash of each mark on each ground it can be read on."""
    import numpy as np

    rows = [
        (number, _hash(template.on(ground)))
        for number, template in enumerate(templates)
        for ground in template.grounds()
    ]
    bits = np.array([bits for _, bits in rows], bool).reshape(-1, _BITS * _BITS - 1)
    return Hashes(np.array([number for number, _ in rows], int), bits)


def whole_marks(scene: Scene, known: Hashes, templates: Sequence[Template]) -> list[tuple[int, Array]]:
    """Return the marks that the image, less a flat margin, may be: the nearest first.

    Each comes with its (2, 3) matrix from the unit square to image pixels.
    """
    import numpy as np

    level = next(
        (n for n, grey in enumerate(scene.greys) if max(grey.shape) <= _LONGEST), len(scene.greys) - 1
    )
    small = scene.greys[level]
    left, top, right, bottom = _inner(small)
    if min(right - left, bottom - top) < 8:
        return []
    bits = _hash(small[top:bottom, left:right])
    # A negative has all bits but the sign of the whole turned.
    apart = (known.bits != bits).sum(axis=1)
    apart = np.minimum(apart, _BITS * _BITS - 1 - apart)
    across, down = scene.size[0] / small.shape[1], scene.size[1] / small.shape[0]
    width, height = (right - left) * across, (bottom - top) * down
    placing = np.array([[width, 0, left * across], [0, height, top * down]])
    order = [int(number) for number in np.argsort(apart, kind="stable") if apart[number] <= _NEAR]
    marks = dict.fromkeys(int(known.marks[number]) for number in order)
    return [
        (mark, placing) for mark in marks if 1 / _ASPECT < width / height / templates[mark].aspect < _ASPECT
    ]


def _inner(grey: Array) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of what differs from the colour of the border."""
    import numpy as np

    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    ground = np.median(edge)
    whole = 0, 0, grey.shape[1], grey.shape[0]
    if (np.abs(edge - ground) <= _TOLERANCE).mean() < 0.7:
        return whole
    ink = np.abs(grey - ground) > _TOLERANCE
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        return 0, 0, 0, 0
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _hash(grey: Array) -> Array:
    import cv2
    import numpy as np

    thumb = cv2.resize(np.ascontiguousarray(grey, np.float32), (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    waves = cv2.dct(thumb)[:_BITS, :_BITS].ravel()[1:]
    bits: Array = waves > np.median(waves)
    return bits
