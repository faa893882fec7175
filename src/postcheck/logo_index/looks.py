"""Looking at a frame: the boxes in which a mark may stand, and a fingerprint of what is in each.

The boxes are found without knowing any mark: the frame, what is inside its flat margins or its round crop,
and each block that stands free on a flat ground.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

_THUMB = 32  # pixels on each side of the grey thumbnail that is compared
_FLAT = 6.0  # standard deviation of grey (0-255) under which hashes of unrelated images coincide
_HASH_BITS, _HASH_NEAR = 64, 20  # a wide first gate: unrelated images mostly lie between 24 and 40 bits
_ASPECT = 1.3  # a mark may be squeezed by this much
_TOLERANCE = 28  # difference from the ground colour (0-255) that JPEG noise stays under
_GUTTER = 10  # pixels of ground between two blocks
_LEAST_BLOCK = 24  # pixels on the shorter side; less is lettering
_MOST_BLOCKS = 24  # of one ground; a page of text has hundreds

Box = tuple[int, int, int, int]  # left, top, right, bottom in pixels of a frame


@dataclass(frozen=True, slots=True)
class Look:
    """One way to look at a frame: a box, and the fingerprint of what is in it.

    Attributes:
        box: left, top, right, bottom in pixels of the frame.
        aspect: width divided by height of the box.
        bits: perceptual hash of 64 bits.
        thumb: grey thumbnail as a vector of mean 0 and length 1.
    """

    box: Box
    aspect: float
    bits: int
    thumb: np.ndarray[Any, np.dtype[np.float32]] = field(repr=False)

    def likeness(self, other: Look) -> float:
        """Return how alike two looks are, 0 to 1; a negative counts as alike."""
        if not 1 / _ASPECT <= self.aspect / other.aspect <= _ASPECT:
            return 0.0
        apart = (self.bits ^ other.bits).bit_count()
        if min(apart, _HASH_BITS - apart) > _HASH_NEAR:
            return 0.0
        return min(1.0, abs(float(self.thumb @ other.thumb)))


def looks(frame: Image.Image) -> list[Look]:
    """Return the ways to look at an RGB frame: all of it, without its margins, inside a round crop, and each
    block that stands free on a flat ground.

    Flat boxes are left out: their hashes mean nothing.
    """
    seen: dict[Box, Look | None] = {}
    box: Box = (0, 0, *frame.size)
    for _ in range(4):  # a margin, a card, a margin inside the card
        if box not in seen:
            seen[box] = _look(frame, box)
        round_frame = _inside_circle(frame, box)
        if round_frame is not None:
            ink = _ink(round_frame, (0, 0, *round_frame.size))
            inner = None if ink is None else _extent(ink)
            if inner is not None and _shift(inner, box) not in seen:
                found = _look(round_frame, inner)
                seen[_shift(inner, box)] = found and replace(found, box=_shift(inner, box))
        ink = _ink(frame, box)
        smaller = None if ink is None else _extent(ink)
        if ink is None or smaller is None:
            break
        for block in islice(_blocks(ink, smaller), _MOST_BLOCKS):
            placed = _shift(block, box)
            if placed not in seen:
                seen[placed] = _look(frame, placed)
        if _shift(smaller, box) == box:
            break
        box = _shift(smaller, box)
    return [look for look in seen.values() if look is not None]


def _look(frame: Image.Image, box: Box) -> Look | None:
    import imagehash
    import numpy as np
    from PIL import Image

    width, height = box[2] - box[0], box[3] - box[1]
    if min(width, height) < 8:
        return None
    grey = frame.resize((_THUMB, _THUMB), Image.Resampling.BOX, box=box, reducing_gap=2.0).convert("L")
    vector = np.asarray(grey, np.float32).ravel()
    if float(vector.std()) < _FLAT:
        return None
    vector = vector - vector.mean()
    bits = int(str(imagehash.phash(grey)), 16)
    return Look(box, width / height, bits, vector / np.linalg.norm(vector))


def _ink(frame: Image.Image, box: Box) -> np.ndarray[Any, np.dtype[np.bool_]] | None:
    """Return which pixels of the box differ from its edge; ``None`` if the edge is not of one colour."""
    import numpy as np
    from PIL import Image, ImageChops

    part = frame.crop(box)
    pixels = np.asarray(part)
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    ground = np.median(edge, axis=0)
    if (np.abs(edge - ground).max(axis=1) <= _TOLERANCE).mean() < 0.7:
        return None
    colour = tuple(int(value) for value in ground)
    red, green, blue = ImageChops.difference(part, Image.new("RGB", part.size, colour)).split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return np.asarray(most) > _TOLERANCE


def _extent(ink: np.ndarray[Any, np.dtype[np.bool_]]) -> Box | None:
    """Return the smallest box around the ink."""
    import numpy as np

    lines, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(lines):
        return None
    return int(columns[0]), int(lines[0]), int(columns[-1]) + 1, int(lines[-1]) + 1


def _shift(box: Box, by: Box) -> Box:
    return box[0] + by[0], box[1] + by[1], box[2] + by[0], box[3] + by[1]


def _blocks(ink: np.ndarray[Any, np.dtype[np.bool_]], box: Box) -> Iterator[Box]:
    """Yield the blocks that empty lines and columns cut a box into, and the blocks inside those, large first.

    The widest gaps cut first, so that parts of one mark, which stand closer than it does to the rest, are
    seen together before they are seen alone.
    """
    waiting = deque([box])
    while waiting:
        box = waiting.popleft()
        extent = _extent(ink[box[1] : box[3], box[0] : box[2]])
        if extent is None:
            continue
        left, top, right, bottom = box = _shift(extent, box)
        if min(right - left, bottom - top) < _LEAST_BLOCK:
            continue
        yield box
        part = ink[top:bottom, left:right]
        rows, columns = _gaps(part, 1), _gaps(part, 0)
        widest = max((end - start for start, end in rows + columns), default=0)
        if widest <= _GUTTER:
            continue
        in_rows = any(end - start == widest for start, end in rows)
        edges = [0]
        for start, end in rows if in_rows else columns:
            if end - start > max(_GUTTER, widest * 0.6):
                edges += [start, end]
        edges.append(bottom - top if in_rows else right - left)
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            line, column = (left, top + start, right, top + end), (left + start, top, left + end, bottom)
            waiting.append(line if in_rows else column)


def _gaps(ink: np.ndarray[Any, np.dtype[np.bool_]], along: int) -> list[tuple[int, int]]:
    """Return the empty lines (``along`` 1) or columns (0), as half-open ranges."""
    import numpy as np

    places = np.flatnonzero(ink.any(axis=along))
    breaks = np.flatnonzero(np.diff(places) > 1)
    return [(int(places[i]) + 1, int(places[i + 1])) for i in breaks]


def _inside_circle(frame: Image.Image, box: Box) -> Image.Image | None:
    """Return the box with its corners painted over, if it is square and its inscribed circle has a rim of
    one colour that the corners do not share: the round profile picture.
    """
    import numpy as np
    from PIL import Image, ImageDraw

    width, height = box[2] - box[0], box[3] - box[1]
    if min(width, height) < 16 or not 0.9 <= width / height <= 1.1:
        return None
    part = frame.crop(box)
    pixels = np.asarray(part).astype(np.int16)
    angle = np.linspace(0, 2 * math.pi, 128, endpoint=False)
    columns = (width / 2 * (1 + 0.93 * np.cos(angle))).astype(int)
    lines = (height / 2 * (1 + 0.93 * np.sin(angle))).astype(int)
    rim = pixels[lines, columns]
    ground = np.median(rim, axis=0)
    if (np.abs(rim - ground).max(axis=1) <= _TOLERANCE).mean() < 0.7:
        return None
    corners = pixels[[1, 1, -2, -2], [1, -2, 1, -2]]
    if (np.abs(corners - ground).max(axis=1) <= _TOLERANCE).all():
        return None  # trimming the margin does the same
    inset = 0.04
    mask = Image.new("L", part.size, 0)
    ImageDraw.Draw(mask).ellipse(
        (width * inset, height * inset, width * (1 - inset), height * (1 - inset)), fill=255
    )
    clean = Image.new("RGB", part.size, tuple(int(value) for value in ground))
    clean.paste(part, mask=mask)
    return clean


def whole_mark(frame: Image.Image) -> Look | None:
    """Return the look of a reference image without its margin; ``None`` if it is too small or too flat."""
    whole: Box = (0, 0, *frame.size)
    ink = _ink(frame, whole)
    return _look(frame, whole if ink is None else _extent(ink) or whole)
