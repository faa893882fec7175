"""How surely a mark is where it was laid: numbers measured through the placing.

Each is measured twice, on a small plate, where blur and noise do not show, and on one as large as the image
allows, where look-alikes part. Where the mark hangs out of the image nothing is known, and nothing counts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from postcheck.logo_index.edges import Scene, edge_field
from postcheck.logo_index.template import Plate

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

# Of one plate: how much of the brightness the mark explains, and of what is left without slow changes of
# light; how the edges agree, sharp and softened, the edges and the brightness of the weakest third of the
# mark; whether the directions agree where there are edges, and how strong those are. Then what a sibling with
# another name in the same ring looks like: the edges of the few worst places, how far those are under the
# middle, and how odd that is where the others agree.
MEASURES = (
    "grey",
    "detail",
    "edges",
    "soft",
    "weak_edges",
    "weak_grey",
    "order",
    "strength",
    "worst",
    "gap",
    "odd",
)
_BLOCKS = 4  # the plate is judged in 4 × 4 blocks as well
_PLACES = 10  # and in 10 × 10 overlapping places
_WORST = 0.05  # share of the edges in the worst places
_SOFT = 1.5  # pixels of blur


@dataclass(frozen=True, slots=True)
class Ruler:
    """A plate with what its comparison needs, computed once.

    Attributes:
        plate: the mark at one size.
        columns: (3, height, width): a constant, the cover and the ink.
        detail: the same without their slow changes.
        soft: softened edges, (height, width, 3).
        density: strength of edges in the mask, 0 to 1: a plain mark has little.
    """

    plate: Plate
    columns: Array
    detail: Array
    soft: Array
    density: float

    @classmethod
    def of(cls, plate: Plate) -> Ruler:
        """Prepare a plate."""
        import cv2
        import numpy as np

        columns = np.stack([np.ones(plate.shape, np.float32), plate.cover, plate.ink / 255])
        detail = np.stack([_without_slow(column, plate.mask) for column in columns[1:]])
        soft = cv2.GaussianBlur(plate.edges, (0, 0), _SOFT)
        density = float(plate.edges[..., 2].sum() / plate.mask.sum())
        return cls(plate, columns, detail, soft, density)

    def agreement(self, scene: Scene, placing: Array) -> float:
        """Return the cosine of the softened edges seen and wanted, -1 to 1."""
        import cv2
        import numpy as np

        grey = scene.cut(placing, self.plate.shape)
        mask = self.plate.mask * visible(scene, placing, self.plate.shape)
        soft = cv2.GaussianBlur(edge_field(grey) * mask[..., None], (0, 0), _SOFT)
        wanted = self.soft * mask[..., None]
        return float(np.vdot(soft, wanted) / (np.linalg.norm(soft) * np.linalg.norm(wanted) + 1e-3))

    def measured(self, scene: Scene, placing: Array) -> list[float]:
        """Return the `MEASURES` through a placing of plate pixels."""
        import cv2
        import numpy as np

        plate = self.plate
        mask = plate.mask * visible(scene, placing, plate.shape)
        grey = scene.cut(placing, plate.shape)
        field, wanted = edge_field(grey) * mask[..., None], plate.edges * mask[..., None]
        soft, wanted_soft = cv2.GaussianBlur(field, (0, 0), _SOFT), self.soft * mask[..., None]
        shared = np.einsum("ijk,ijk->ij", field, wanted)
        here, power = np.einsum("ijk,ijk->ij", field, field), np.einsum("ijk,ijk->ij", wanted, wanted)
        explained, rest, spread = _explained(grey, self.columns, mask)
        detailed, _, _ = _explained(_without_slow(grey, mask), self.detail, mask)
        shared_b, here_b, power_b = _in_blocks(shared), _in_blocks(here), _in_blocks(power)
        weight = power_b / max(1e-6, float(power_b.sum()))
        agreed = shared_b / np.sqrt(np.maximum(here_b * power_b, 1e-4))
        strong = field[..., 2] * wanted[..., 2]
        turned = shared - strong
        worst, middle, scatter = _worst(soft, wanted_soft)
        return [
            explained,
            detailed,
            float(shared.sum() / math.sqrt(float(here.sum() * power.sum()) + 1e-3)),
            float(np.vdot(soft, wanted_soft) / (np.linalg.norm(soft) * np.linalg.norm(wanted_soft) + 1e-3)),
            _low(agreed, weight),
            _low(1 - _in_blocks(rest) / np.maximum(_in_blocks(spread), 1e-3), weight),
            float(turned.sum() / (strong.sum() + 1e-3)),
            float(strong.sum() / (np.square(wanted[..., 2]).sum() + 1e-3)),
            worst,
            middle - worst,
            math.log((middle - worst) / (scatter + 0.01) + 1),
        ]


def visible(scene: Scene, placing: Array, shape: tuple[int, int]) -> Array | float:
    """Return 1 for each plate pixel that lies inside the image, else 0: (height, width), or one number for
    all.
    """
    import numpy as np

    height, width = shape
    corners = placing @ np.array([[0, width, 0, width], [0, 0, height, height], [1, 1, 1, 1]])
    if (corners >= 0).all() and (corners <= np.array(scene.size)[:, None]).all():
        return 1.0
    rows, columns = np.mgrid[0:height, 0:width] + 0.5
    x = placing[0, 0] * columns + placing[0, 1] * rows + placing[0, 2]
    y = placing[1, 0] * columns + placing[1, 1] * rows + placing[1, 2]
    # The last pixel at a border has no slope across it.
    edge = 0.5 * math.sqrt(abs(float(np.linalg.det(placing[:, :2]))))
    inside = (x > edge) & (y > edge) & (x < scene.size[0] - edge) & (y < scene.size[1] - edge)
    shown: Array = inside.astype(np.float32)
    return shown


def _without_slow(values: Array, mask: Array) -> Array:
    """Return values less their mean over the surroundings, counting only what is in the mask."""
    import cv2

    reach = 0.12 * math.sqrt(values.shape[0] * values.shape[1])
    around = cv2.GaussianBlur(values * mask, (0, 0), reach)
    return (values - around / (cv2.GaussianBlur(mask, (0, 0), reach) + 1e-3)) * mask


def _explained(grey: Array, columns: Array, mask: Array) -> tuple[float, Array, Array]:
    """Fit the image with columns; return the multiple correlation, and residual and spread of each pixel."""
    import numpy as np

    basis = (columns * mask).reshape(len(columns), -1).astype(np.float64)
    values = (grey * mask).ravel()
    count = float(mask.sum()) + 1e-3
    gram = np.einsum("ij,kj->ik", basis, basis) + np.eye(len(basis)) * 1e-3 * count
    rest = values - np.linalg.solve(gram, basis @ values) @ basis
    centred = values - mask.ravel() * (values.sum() / count)
    spread = centred * centred + 4.0 * mask.ravel()
    rest = rest * rest
    share = 1 - float(rest.sum()) / (float(spread.sum()) + 1e-3)
    return math.sqrt(max(0.0, share)), rest.reshape(grey.shape), spread.reshape(grey.shape)


def _in_blocks(field: Array) -> Array:
    import cv2

    return cv2.resize(field, (_BLOCKS, _BLOCKS), interpolation=cv2.INTER_AREA).ravel()


def _worst(seen: Array, wanted: Array) -> tuple[float, float, float]:
    """Return the agreement of edges in the worst places that have some, in the middling one, and how far
    apart the middle half of the places is.
    """
    import cv2
    import numpy as np

    parts = np.dstack(
        [
            np.einsum("ijk,ijk->ij", seen, wanted),
            np.einsum("ijk,ijk->ij", seen, seen),
            np.einsum("ijk,ijk->ij", wanted, wanted),
        ]
    )
    grid = cv2.resize(parts, (_PLACES, _PLACES), interpolation=cv2.INTER_AREA)
    shared, here, power = cv2.blur(grid, (2, 2)).reshape(-1, 3).T
    full = power > 0.3 * power.mean()
    if not full.any():
        return 0.0, 0.0, 0.0
    agreed = shared[full] / np.sqrt(np.maximum(here[full] * power[full], 1e-6))
    agreed.sort()
    low, middle, high = np.percentile(agreed, (25, 50, 75))
    return float(agreed[: max(1, round(_WORST * len(agreed)))].mean()), float(middle), float(high - low)


def _low(values: Array, weight: Array) -> float:
    """Return the weighted mean over the least agreeing third of the mark."""
    import numpy as np

    order = np.argsort(values)
    heavy = np.cumsum(weight[order])
    take = np.clip(0.34 - (heavy - weight[order]), 0, weight[order])
    return max(-1.0, float((values[order] * take).sum() / 0.34))
