"""Edges as a picture of three channels: which way they run, whatever their sign, and how strong they are.

A mark keeps its edges when it is inverted, recoloured, greyed or shown through. So strength is squeezed: a
faint edge counts nearly as much as a strong one; and the direction is kept as a double angle, in which dark
on light and light on dark are the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

HALF = 12.0  # grey levels a pixel at which an edge has half its full strength


def edge_field(grey: Array, half: float = HALF) -> Array:
    """Return the edges of a grey image.

    Args:
        grey: (height, width), float32, 0 to 255.
        half: slope in grey levels a pixel that counts half.

    Returns:
        (height, width, 3), float32: strength × cos 2θ, strength × sin 2θ, and strength, which is 0 to 1.
    """
    import cv2
    import numpy as np

    across = cv2.Scharr(grey, cv2.CV_32F, 1, 0, scale=1 / 32, borderType=cv2.BORDER_REPLICATE)
    down = cv2.Scharr(grey, cv2.CV_32F, 0, 1, scale=1 / 32, borderType=cv2.BORDER_REPLICATE)
    slope = cv2.magnitude(across, down)
    field = np.empty((*grey.shape, 3), np.float32)
    strength = field[..., 2]
    np.divide(slope, slope + half, out=strength)
    turned = strength / (slope * slope + 1e-3)
    np.multiply((across - down) * (across + down), turned, out=field[..., 0])
    np.multiply(across * down, turned + turned, out=field[..., 1])
    return field


@dataclass(slots=True)
class Scene:
    """A grey image at its own size and at each half of it, and the edges of each; made once for an image.

    Attributes:
        size: width and height in pixels.
        greys: the image at full size, half, quarter and so on, float32.
    """

    size: tuple[int, int]
    greys: list[Array]
    _fields: dict[int, Array] = field(default_factory=dict)

    @classmethod
    def of(cls, grey: Array) -> Scene:
        """Make a scene of a grey image: (height, width), 0 to 255."""
        import cv2
        import numpy as np

        greys: list[Array] = [np.ascontiguousarray(grey, np.float32)]
        while min(greys[-1].shape) >= 32:
            height, width = greys[-1].shape
            half = cv2.resize(greys[-1], ((width + 1) // 2, (height + 1) // 2), interpolation=cv2.INTER_AREA)
            greys.append(half)
        return cls((grey.shape[1], grey.shape[0]), greys)

    def edges(self, level: int) -> Array:
        """Return the edge field of a level, computed on first use."""
        if level not in self._fields:
            self._fields[level] = edge_field(self.greys[level])
        return self._fields[level]

    def cut(self, placing: Array, shape: tuple[int, int]) -> Array:
        """Return what is seen through a placing, as a grey image of ``shape`` (height, width).

        Args:
            placing: (2, 3) matrix from points of the result to points of the full image, both measured in
                pixels from the outer corner, so that the middle of the first pixel is (0.5, 0.5).
            shape: height and width of the result.
        """
        import cv2
        import numpy as np

        stretch = float(np.sqrt(abs(np.linalg.det(placing[:, :2]))))
        level = 0
        while stretch > 1.5 and level + 1 < len(self.greys):
            level, stretch = level + 1, stretch / 2
        grey = self.greys[level]
        scale = np.array([grey.shape[1] / self.size[0], grey.shape[0] / self.size[1]])
        matrix = placing * scale[:, None]
        # From corners to middles of pixels, on both sides.
        matrix[:, 2] += matrix[:, :2] @ (0.5, 0.5) - 0.5
        return cv2.warpAffine(
            grey,
            matrix,
            shape[::-1],
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
