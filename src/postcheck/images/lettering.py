"""A cheap guess whether a picture holds text that nobody has read: rows of small shapes of one size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL import Image

_SIDE = 900
_LEAST = 6  # letters in a row
_MOST_SHAPES = 6_000


def seems_written(frame: Image.Image) -> bool:
    """Say whether the frame seems to hold at least a word or two."""
    import cv2
    import numpy as np

    grey = frame.convert("L")
    if max(grey.size) > _SIDE:
        ratio = _SIDE / max(grey.size)
        grey = grey.resize((max(1, round(grey.width * ratio)), max(1, round(grey.height * ratio))))
    pixels = np.asarray(grey)
    if min(pixels.shape) < 8:
        return False
    smooth = cv2.GaussianBlur(pixels, (3, 3), 0)
    for picture in (smooth, 255 - smooth):
        dark = cv2.adaptiveThreshold(picture, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 18)
        count, _, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
        if count > 1 and _longest_row(np.asarray(stats)[1:]) >= _LEAST:
            return True
    return False


def _longest_row(stats: Any) -> int:
    """Return how many letter-like shapes follow each other, at one height, of one size, evenly spaced."""
    import numpy as np

    width, height, area = stats[:, 2], stats[:, 3], stats[:, 4]
    letter = (height >= 6) & (height <= 160) & (width <= 2 * height) & (area >= 0.15 * width * height)
    letter &= (area <= 0.9 * width * height) | (width * 2 <= height)  # only "l" and "I" fill their box
    shapes = stats[letter][:_MOST_SHAPES]
    if len(shapes) < _LEAST:
        return 0
    left, top, width, height = shapes[:, 0], shapes[:, 1], shapes[:, 2], shapes[:, 3]
    order = np.argsort(left, kind="stable")
    left, top, width, height = left[order], top[order], width[order], height[order]
    best = np.ones(len(left), int)
    for i in range(1, len(left)):
        near = slice(max(0, np.searchsorted(left, left[i] - 3 * height[i])), i)
        gap = left[i] - (left[near] + width[near])
        tall, low = np.maximum(height[near], height[i]), np.minimum(height[near], height[i])
        overlap = np.minimum(top[near] + height[near], top[i] + height[i]) - np.maximum(top[near], top[i])
        follows = (gap > -0.2 * low) & (gap < 0.9 * tall) & (tall <= 2 * low) & (overlap >= 0.6 * low)
        if follows.any():
            best[i] = 1 + best[near][follows].max()
    return int(best.max())
