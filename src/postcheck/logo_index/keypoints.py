"""Places where a mark may be, from key points: each match says where, how large and how turned."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from postcheck.logo_index.edges import Scene
from postcheck.logo_index.template import Template

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

SIDE = 380  # pixels of the longer side of an image in which key points are sought
MOST = 400  # key points of an image
OWN = 220  # key points of one drawing of a mark
DRAWN = 160  # geometric mean of the sides of a drawn mark, in pixels
RATIO = 0.9  # a match has to be nearer than this share of the nearest in any other mark
SINGLE = 2  # matches of each mark that are tried on their own


@dataclass(slots=True)
class KeyPoints:
    """The key points of all marks together.

    Attributes:
        marks: number of the template of each key point.
        points: (n, 4): place in the unit square of the mark, size in pixels, angle in radians.
        words: (n, 128) descriptors of length 1.
        sides: width and height of each drawn mark in pixels.
    """

    marks: Array
    points: Array
    words: Array
    sides: list[tuple[int, int]]


def _described(grey: Array, most: int) -> tuple[list[Any], Array]:
    import cv2
    import numpy as np

    sift: Any = cv2.SIFT_create(nfeatures=most, contrastThreshold=0.02)  # type: ignore[attr-defined]
    found, words = sift.detectAndCompute(np.clip(grey, 0, 255).astype(np.uint8), None)
    if words is None:
        return [], np.zeros((0, 128), np.float32)
    words = np.sqrt(words / np.maximum(words.sum(axis=1, keepdims=True), 1e-6))
    return list(found), words


def key_points(templates: Sequence[Template]) -> KeyPoints:
    """Return the key points of the marks, each drawn on the grounds it can be read on and as a negative."""
    import cv2
    import numpy as np

    marks, points, words, sides = [], [], [], []
    for number, template in enumerate(templates):
        width = max(16, round(DRAWN * math.sqrt(template.aspect)))
        height = max(16, round(DRAWN / math.sqrt(template.aspect)))
        how = cv2.INTER_AREA if template.ink.shape[1] > width else cv2.INTER_CUBIC
        ink, cover = (
            cv2.resize(part, (width, height), interpolation=how) for part in (template.ink, template.cover)
        )
        grounds = template.grounds()
        drawings = []
        for ground in {grounds[0], grounds[-1]}:
            drawing = np.pad(ink + (1 - cover) * ground, 20, constant_values=ground)
            drawings += [drawing, 255 - drawing]
        for drawing in drawings:
            found, described = _described(drawing, OWN)
            for point in found:
                place = (point.pt[0] + 0.5 - 20) / width, (point.pt[1] + 0.5 - 20) / height
                points.append((*place, point.size, math.radians(point.angle)))
            marks += [number] * len(found)
            words.append(described)
        sides.append((width, height))
    all_words = np.concatenate(words) if words else np.zeros((0, 128), np.float32)
    return KeyPoints(np.array(marks, int), np.array(points, np.float64).reshape(-1, 4), all_words, sides)


def _products(words: Array, others: Array) -> Array:
    """Return ``words @ others.T``, in pieces for which the linear algebra library starts no threads: those
    keep a second core busy for longer than they save.
    """
    import numpy as np

    high, wide = 32, 64
    count, total, length = len(words), len(others), words.shape[1]
    one = np.zeros((-(-count // high), 1, high, length), np.float32)
    one.reshape(-1, length)[:count] = words
    two = np.zeros((-(-total // wide), wide, length), np.float32)
    two.reshape(-1, length)[:total] = others
    product = np.matmul(one, two.transpose(0, 2, 1)).transpose(0, 2, 1, 3)
    flat: Array = product.reshape(one.shape[0] * high, -1)[:count, :total]
    return flat


def matched(scene: Scene, known: KeyPoints) -> list[tuple[int, Array]]:
    """Return places: the number of a mark, and a (2, 3) matrix from its unit square to image pixels."""
    import cv2
    import numpy as np

    if not len(known.marks):
        return []
    scale = SIDE / max(scene.size)
    if 0.75 < scale < 1.35:
        scale = 1.0
    size = max(8, round(scene.size[0] * scale)), max(8, round(scene.size[1] * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    grey = scene.greys[0] if scale == 1 else cv2.resize(scene.greys[0], size, interpolation=how)
    found, words = _described(grey, MOST)
    if not len(words):
        return []
    near = _products(words, known.words)  # the nearest have the largest
    numbers = np.unique(known.marks)
    best = np.full((len(words), len(known.sides)), -1.0, np.float32)
    which = np.zeros((len(words), len(known.sides)), int)
    for number in numbers:
        columns = np.flatnonzero(known.marks == number)
        part = near[:, columns]
        at = part.argmax(axis=1)
        best[:, number], which[:, number] = part[np.arange(len(words)), at], columns[at]
    apart = np.sqrt(np.maximum(2 - 2 * best, 1e-6))
    places: list[tuple[int, Array]] = []
    cv2.setRNGSeed(7)
    here = np.array([(p.pt[0] + 0.5, p.pt[1] + 0.5, p.size, math.radians(p.angle)) for p in found])
    here[:, :3] /= scale
    for number in numbers:
        others = np.delete(apart, number, axis=1)
        rival = others.min(axis=1) if others.shape[1] else np.full(len(apart), 0.9)
        ratio = apart[:, number] / np.minimum(rival, 0.95)
        rows = np.flatnonzero(ratio < RATIO)
        rows = rows[np.argsort(ratio[rows])]
        width, height = known.sides[number]
        pairs = [(known.points[which[row, number]], here[row]) for row in rows]
        for own, seen in pairs[:SINGLE]:
            placing = _from_one(own, seen, width, height)
            if placing is not None:
                places.append((int(number), placing))
        if len(pairs) >= 4:
            source = np.array([own[:2] * (width, height) for own, _ in pairs])
            target = np.array([seen[:2] for _, seen in pairs])
            matrix, _ = cv2.estimateAffine2D(
                source, target, ransacReprojThreshold=max(3.0, 4 / scale), maxIters=400, refineIters=5
            )
            if matrix is not None:
                matrix[:, :2] *= (width, height)
                if plausible(matrix, width / height):
                    places.append((int(number), matrix))
    return places


def _from_one(own: Array, seen: Array, width: int, height: int) -> Array | None:
    import numpy as np

    size = seen[2] / own[2]
    turn = (seen[3] - own[3] + math.pi) % (2 * math.pi) - math.pi
    if abs(turn) > 0.5:
        return None
    cos, sin = math.cos(turn) * size, math.sin(turn) * size
    linear = np.array([[cos * width, -sin * height], [sin * width, cos * height]])
    return np.column_stack([linear, seen[:2] - linear @ own[:2]])


def plausible(placing: Array, aspect: float) -> bool:
    """Say whether a mark may look so: not mirrored, not turned far, not stretched or skewed much."""
    import numpy as np

    across, down = placing[:, 0] / aspect, placing[:, 1]
    long_a, long_d = float(np.linalg.norm(across)), float(np.linalg.norm(down))
    if min(long_a, long_d) < 1e-3 or float(np.linalg.det(placing[:, :2])) <= 0:
        return False
    if not 0.7 < long_a / long_d < 1.43 or abs(float(across @ down)) > 0.4 * long_a * long_d:
        return False
    return abs(math.atan2(across[1], across[0])) < 0.5
