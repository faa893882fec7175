"""A cheap guess whether a picture holds text that nobody has read: rows of shapes that stand like letters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL import Image

_SIDE, _LARGER = 1500, 2.0  # small letters are enlarged, or they run into each other
_BLOCK, _CONTRAST = 31, 15  # of the local threshold
_LEAST = 6  # letters in a row
_CLEAN = 0.8  # share of a row that is letters: the rest are dots and accents, in a photo it is everything
_MOST_SHAPES = 6_000
_ROWS = 12  # longest rows looked at


def seems_written(frame: Image.Image) -> bool:
    """Say whether the frame seems to hold at least a word or two."""
    import cv2
    import numpy as np

    grey = frame.convert("L")
    ratio = min(_LARGER, _SIDE / max(grey.size))
    pixels = np.asarray(
        grey.resize((max(1, round(grey.width * ratio)), max(1, round(grey.height * ratio)))), np.uint8
    )
    if min(pixels.shape) < 16:
        return False
    smooth = cv2.GaussianBlur(pixels, (3, 3), 0)
    for picture in (smooth, 255 - smooth):
        dark = cv2.adaptiveThreshold(
            picture, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, _BLOCK, _CONTRAST
        )
        count, _, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
        if count > _LEAST and _has_row(np.asarray(stats)[1:]):
            return True
    return False


def _has_row(stats: Any) -> bool:
    """Say whether shapes follow each other as letters do: level, of like size, with nothing between them."""
    import numpy as np

    width, height, area = stats[:, 2], stats[:, 3], stats[:, 4]
    letter = (height >= 9) & (height <= 250) & (width <= 1.6 * height) & (area >= 0.15 * width * height)
    letter &= (area <= 0.85 * width * height) | (width * 2 <= height)  # only "l" and "I" fill their box
    shapes = stats[letter][:_MOST_SHAPES]
    if len(shapes) < _LEAST:
        return False
    shapes = shapes[np.argsort(shapes[:, 0], kind="stable")]
    left, top, width, height = (shapes[:, n] for n in range(4))
    foot = top + height
    length, before = np.ones(len(left), int), np.full(len(left), -1)
    for i in range(1, len(left)):
        first = int(np.searchsorted(left, left[i] - 2.5 * height[i]))
        near = slice(first, i)
        gap = left[i] - (left[near] + width[near])
        tall, low = np.maximum(height[near], height[i]), np.minimum(height[near], height[i])
        apart = np.minimum(abs(foot[near] - foot[i]), abs(top[near] - top[i]))
        follows = (gap > -0.25 * low) & (gap < 0.8 * tall) & (tall <= 1.8 * low)
        follows &= apart <= np.maximum(1, 0.12 * tall)
        if follows.any():
            best = first + int(np.argmax(np.where(follows, length[near], 0)))
            length[i], before[i] = length[best] + 1, best
    across, down = stats[:, 0] + stats[:, 2] / 2, stats[:, 1] + stats[:, 3] / 2
    for end in np.argsort(-length)[:_ROWS]:
        if length[end] < _LEAST:
            return False
        row = [int(end)]
        while before[row[-1]] >= 0:
            row.append(int(before[row[-1]]))
        start, stop = left[row].min(), (left[row] + width[row]).max()
        within = (across > start) & (across < stop) & (down > top[row].min()) & (down < foot[row].max())
        usual = float(np.median(height[row]))
        level = float(np.std(height[row])) <= 0.35 * usual
        if level and stop - start >= 2.5 * usual and len(row) >= _CLEAN * within.sum():
            return True
    return False
