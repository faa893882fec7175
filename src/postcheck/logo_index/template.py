"""A reference mark as it is compared: ink and shape at several sizes, and the edges it should show."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from postcheck.logo_index.edges import edge_field

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

    Array = np.ndarray[Any, np.dtype[Any]]

STORED_SIDE = 400  # pixels of the longer side that is kept
MARGIN = 0.08  # of the geometric mean of width and height, around the mark in a plate
_TOLERANCE = 28  # difference from the ground colour (0-255) that JPEG noise stays under
_LEGIBLE = 50  # grey levels between a mark and the ground it is shown on
_GROUNDS = 0, 85, 170, 255


@dataclass(frozen=True, slots=True)
class Plate:
    """A mark drawn at one size, with a margin.

    Attributes:
        shape: height and width of the plate, in pixels.
        origin, extent: where the mark's corner is in the plate, and its width and height, in pixels.
        ink: brightness times cover (0-255), so 0 where the mark is clear.
        cover: how much the mark covers, 0 to 1.
        mask: 1 on the mark and close around it, where an image says something about the mark.
        edges: the edge field that the mark shows on the average ground it can be read on.
    """

    shape: tuple[int, int]
    origin: tuple[float, float]
    extent: tuple[float, float]
    ink: Array
    cover: Array
    mask: Array
    edges: Array

    def onto(self, box: Array) -> Array:
        """Return the matrix from plate pixels to image pixels.

        Args:
            box: (2, 3) matrix from the unit square of the mark to image pixels.
        """
        import numpy as np

        x, y = self.origin
        width, height = self.extent
        unit = np.array([[1 / width, 0, -x / width], [0, 1 / height, -y / height], [0, 0, 1]])
        placing: Array = box @ unit
        return placing

    def back(self, placing: Array) -> Array:
        """Return the matrix from the unit square to image pixels; the opposite of `onto`."""
        import numpy as np

        x, y = self.origin
        width, height = self.extent
        box: Array = placing @ np.array([[width, 0, x], [0, height, y], [0, 0, 1]])
        return box


@dataclass(slots=True, eq=False)
class Template:
    """A trimmed reference mark.

    Attributes:
        ink: brightness times cover, (height, width), float32.
        cover: 0 to 1, of the same shape.
    """

    ink: Array
    cover: Array
    _plates: dict[int, Plate] = field(default_factory=dict)

    @property
    def aspect(self) -> float:
        """Width divided by height."""
        return float(self.ink.shape[1] / self.ink.shape[0])

    def grounds(self) -> list[int]:
        """Return the greys on which the mark can be read."""
        mean = float(self.ink.sum() / max(1.0, float(self.cover.sum())))
        return [g for g in _GROUNDS if abs(g - mean) > _LEGIBLE] or [0]

    def is_photo(self) -> bool:
        """Say whether this is a picture without a ground and almost without flat areas."""
        import numpy as np

        if float(self.cover.min()) < 0.5:
            return False
        across, down = np.abs(np.diff(self.ink, axis=1))[:-1], np.abs(np.diff(self.ink, axis=0))[:, :-1]
        return float((np.maximum(across, down) <= 2).mean()) < 0.5

    def on(self, ground: float) -> Array:
        """Return the mark on a grey ground, (height, width)."""
        return self.ink + (1 - self.cover) * ground

    def plate(self, side: int) -> Plate:
        """Return the mark drawn so that it covers the area of a square of ``side`` pixels."""
        if side not in self._plates:
            self._plates[side] = _plate(self, side)
        return self._plates[side]


def template_of(frames: Sequence[Image.Image]) -> Template | None:
    """Return the trimmed mark of a reference image; ``None`` if it is too small or too flat.

    Args:
        frames: the image in RGB; a transparent image on white and then on black.
    """
    import cv2
    import numpy as np

    first = np.asarray(frames[0]).astype(np.float32)
    second = np.asarray(frames[1]).astype(np.float32) if len(frames) > 1 else first
    if second.shape == first.shape and (first >= second).all() and (first > second).any():
        ink, cover = _apart(first, second)
    else:
        cover = _off_ground(first)
        ink = _grey(first) * cover
    rows, columns = np.flatnonzero((cover > 0.03).any(1)), np.flatnonzero((cover > 0.03).any(0))
    if len(rows) < 8 or len(columns) < 8:
        return None
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    ink, cover = ink[box], cover[box]
    scale = STORED_SIDE / max(ink.shape)
    if scale < 1:
        size = max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale))
        ink, cover = (cv2.resize(part, size, interpolation=cv2.INTER_AREA) for part in (ink, cover))
    template = Template(np.ascontiguousarray(ink), np.ascontiguousarray(cover))
    padded = np.pad(template.on(template.grounds()[-1]), 2, constant_values=template.grounds()[-1])
    return template if float(padded.std()) >= 6 else None


def _apart(white: Array, black: Array) -> tuple[Array, Array]:
    """Tell ink and cover from a transparent image shown on white and on black."""
    import numpy as np

    cover = np.clip(1 - (white - black).mean(axis=2) / 255, 0, 1).astype(np.float32)
    return _grey(black), cover


def _grey(colour: Array) -> Array:
    import numpy as np

    return (colour @ np.array([0.299, 0.587, 0.114], np.float32)).astype(np.float32)


def _off_ground(colour: Array) -> Array:
    """Return the cover of an opaque image: all of it, but for a flat ground that reaches its border."""
    import cv2
    import numpy as np

    edge = np.concatenate([colour[0], colour[-1], colour[:, 0], colour[:, -1]])
    ground = np.median(edge, axis=0)
    height, width = colour.shape[:2]
    if (np.abs(edge - ground).max(axis=1) <= _TOLERANCE).mean() < 0.7:
        return np.ones((height, width), np.float32)
    apart = np.abs(colour - ground).max(axis=2)
    # The ground is what of its colour hangs together with the border; white inside a mark belongs to it.
    near = np.pad((apart <= _TOLERANCE).astype(np.uint8), 1, constant_values=1)
    _, parts = cv2.connectedComponents(near, connectivity=4)
    outside = (parts == parts[0, 0])[1:-1, 1:-1]
    return np.where(outside, 0, 1).astype(np.float32)


def _plate(template: Template, side: int) -> Plate:
    import cv2
    import numpy as np

    aspect = min(max(template.aspect, 1 / 8), 8)
    width, height = max(6, round(side * math.sqrt(aspect))), max(6, round(side / math.sqrt(aspect)))
    edge = max(2, round(side * MARGIN))

    def drawn(part: Array) -> Array:
        grown = part.shape[0] < height
        how = cv2.INTER_CUBIC if grown else cv2.INTER_AREA
        return np.pad(cv2.resize(part, (width, height), interpolation=how), edge)

    cover = np.clip(drawn(template.cover), 0, 1)
    ink = np.clip(drawn(template.ink), 0, 255)
    reach = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * max(1, edge // 2) + 1,) * 2)
    mask = cv2.dilate((cover > 0.1).astype(np.float32), reach)
    grounds = template.grounds()
    edges = np.mean([edge_field(ink + (1 - cover) * ground) for ground in grounds], axis=0) * mask[..., None]
    shape = ink.shape[0], ink.shape[1]
    return Plate(shape, (edge, edge), (width, height), ink, cover, mask, edges.astype(np.float32))
