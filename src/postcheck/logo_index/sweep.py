"""A sweep over an image at all sizes: where the coarse pattern of edges looks like that of a mark.

The edges are summed in cells of a few pixels, and a window of cells is compared with each mark: one matrix
product for all windows of one shape. Small marks on a busy photo are found this way, where key points fail.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from postcheck.logo_index.edges import Scene, edge_field
from postcheck.logo_index.template import Template

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

CELL = 5  # pixels on each side of a cell, at the size the templates are drawn
SHAPES = (6, 6), (5, 8), (8, 5), (4, 9), (9, 4), (3, 11), (11, 3)  # windows: rows and columns of cells
STEP = 2 ** (1 / 4)  # from one size to the next
LEAST = 0.045  # the least width of a mark, as a share of the image's longer side
LEAST_PIXELS = 20
TURNS = 0.0, -10.0, 10.0  # degrees; only large marks are looked for turned
TURNED_FROM = 0.2  # share of the image from which a mark counts as large
FLOOR = 0.42  # cosine under which a window is not worth a look
CHANNELS = 3
# Multiplications up to which the linear algebra library starts no threads, which cost more than they save.
_SMALL = 250_000


@dataclass(frozen=True, slots=True)
class Spot:
    """A place where a mark may be.

    Attributes:
        mark: number of the template.
        score: cosine of window and template, -1 to 1.
        placing: (2, 3) matrix from the unit square of the mark to image pixels.
    """

    mark: int
    score: float
    placing: Array


@dataclass(frozen=True, slots=True)
class _Column:
    """One template in the matrix of its window shape."""

    mark: int
    turn: float
    width: float  # of the mark, in template pixels
    height: float


@dataclass(slots=True)
class Bank:
    """All templates of one window shape."""

    shape: tuple[int, int]
    columns: list[_Column]
    weights: Array  # (cells × channels, columns)
    masks: Array  # (cells, columns)


def banks(templates: Sequence[Template]) -> list[Bank]:
    """Return the templates as matrices, one for each shape of window that they need."""
    import numpy as np

    grouped: dict[tuple[int, int], list[tuple[_Column, Array, Array]]] = {}
    for number, template in enumerate(templates):
        for turn in TURNS:
            shape, column, weight, mask = _column(number, template, turn)
            grouped.setdefault(shape, []).append((column, weight, mask))
    return [
        Bank(
            shape,
            [column for column, _, _ in rows],
            np.stack([weight.ravel() for _, weight, _ in rows], axis=1).astype(np.float32),
            np.stack([mask.ravel() for _, _, mask in rows], axis=1).astype(np.float32),
        )
        for shape, rows in grouped.items()
    ]


def _column(number: int, template: Template, turn: float) -> tuple[tuple[int, int], _Column, Array, Array]:
    import numpy as np

    aspect = template.aspect
    shape = min(SHAPES, key=lambda s: abs(math.log(aspect / (s[1] / s[0]))))
    tall, wide = shape[0] * CELL, shape[1] * CELL
    radians = math.radians(turn)
    cos, sin = abs(math.cos(radians)), abs(math.sin(radians))
    # Leave a rim of two pixels: the outermost edges have to lie inside the window.
    width = min((wide - 4) / (cos + sin / aspect), (tall - 4) / (sin + cos / aspect))
    height = width / aspect
    # The mean over small misplacements is what a misplaced mark looks like best.
    sums, masks = np.zeros((*shape, CHANNELS), np.float32), np.zeros(shape, np.float32)
    for dx, dy, grow in (
        (0, 0, 1),
        (1.2, 0, 1),
        (-1.2, 0, 1),
        (0, 1.2, 1),
        (0, -1.2, 1),
        (0, 0, 1.07),
        (0, 0, 0.93),
    ):
        fields, mask = _drawn(template, (tall, wide), width * grow, turn, dx, dy)
        sums += pooled(fields, shape[::-1])
        masks += pooled(mask, shape[::-1])
    masks = np.clip(masks / 7 * 1.5, 0, 1)
    masks[masks < 0.15] = 0
    weight = sums * masks[..., None]
    # A window that is busy everywhere must not count as alike.
    weight[..., 2] -= masks * (weight[..., 2].sum() / max(1e-6, masks.sum()))
    weight /= np.linalg.norm(weight) + 1e-9
    return shape, _Column(number, turn, width, height), weight, masks


def _drawn(
    template: Template, shape: tuple[int, int], width: float, turn: float, dx: float, dy: float
) -> tuple[Array, Array]:
    """Draw a template in the middle of a window; return its edge field and the mask."""
    import cv2
    import numpy as np

    small = template.plate(48)
    scale = width / small.extent[0]
    height_scale = width / template.aspect / small.extent[1]
    turned = cv2.getRotationMatrix2D((0, 0), turn, 1)[:, :2] @ np.diag([scale, height_scale])
    middle = np.array([shape[1] / 2 + dx, shape[0] / 2 + dy])
    centre = np.array([small.shape[1] / 2, small.shape[0] / 2])
    matrix = np.column_stack([turned, middle - turned @ centre])
    matrix[:, 2] += matrix[:, :2] @ (0.5, 0.5) - 0.5
    total: Array = np.zeros((*shape, CHANNELS), np.float32)
    grounds = template.grounds()
    blur = 0.35 / scale
    for ground in grounds:
        grey = small.ink + (1 - small.cover) * ground
        if scale < 0.8:
            grey = cv2.GaussianBlur(grey, (0, 0), blur)
        view = cv2.warpAffine(
            grey,
            matrix,
            shape[::-1],
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=float(ground),
        )
        total += edge_field(view)
    mask = cv2.warpAffine(small.mask, matrix, shape[::-1], flags=cv2.INTER_LINEAR)
    return total / len(grounds), mask


def pooled(field: Array, size: tuple[int, int]) -> Array:
    """Return the mean of a field in each cell of a grid of ``size`` (columns, rows)."""
    import cv2

    return cv2.resize(field, size, interpolation=cv2.INTER_AREA)


def sweep(scene: Scene, banked: Sequence[Bank], keep: int = 5) -> list[Spot]:
    """Return the places most alike to each template, at most ``keep`` of each, the best first."""
    import numpy as np

    long_side = max(scene.size)
    grids: dict[int, Array] = {}
    found: list[Spot] = []
    for bank in banked:
        rows, columns = bank.shape
        window = max(rows, columns) * CELL - 4
        plain = [number for number, column in enumerate(bank.columns) if not column.turn]
        smallest = max(LEAST * long_side, LEAST_PIXELS) / window
        # Sizes are steps of one ladder, so that windows of all shapes share the cells. It ends past the size
        # of the image: a mark that is cut off still fits.
        first = math.ceil(math.log(smallest, STEP) + 0.4)
        last = math.floor(math.log(1.35 * long_side / window, STEP))
        hits: list[Array] = []
        for rung in range(first, last + 1):
            stretch = STEP**rung
            if rung not in grids:
                grids[rung] = _grid(scene, stretch)
            grid = grids[rung]
            large = stretch * window > TURNED_FROM * long_side
            use = list(range(len(bank.columns))) if large else plain
            # Marks may be cut off at a border, by a third where they are large.
            pad = (rows // 3, columns // 3) if large else (1, 1)
            high, wide = (side + 2 * p for side, p in zip(grid.shape[:2], pad, strict=True))
            if high < rows or wide < columns:
                continue
            padded = np.zeros((high, wide, CHANNELS), np.float32)
            padded[pad[0] : high - pad[0], pad[1] : wide - pad[1]] = grid
            scores = _scores(padded, bank, use)
            row, column, number = np.nonzero(scores > FLOOR)
            x = (column - pad[1] + columns / 2) * (scene.size[0] / grid.shape[1])
            y = (row - pad[0] + rows / 2) * (scene.size[1] / grid.shape[0])
            score = scores[row, column, number]
            hits.append(np.stack([score, x, y, np.full(len(row), stretch), np.take(use, number)], axis=1))
        if hits:
            found += _best(np.concatenate(hits), bank, keep)
    return found


def _best(hits: Array, bank: Bank, keep: int) -> list[Spot]:
    """Thin out windows (score, x, y, stretch, column): of those that overlap much, the best stays."""
    import numpy as np

    found: list[Spot] = []
    marks = np.array([column.mark for column in bank.columns])[hits[:, 4].astype(int)]
    for mark in np.unique(marks):
        mine = hits[marks == mark]
        mine = mine[np.argsort(-mine[:, 0], kind="stable")]
        for _ in range(keep):
            if not len(mine):
                break
            score, x, y, stretch, number = mine[0]
            column = bank.columns[int(number)]
            width, height = column.width * stretch, column.height * stretch
            found.append(Spot(int(mark), float(score), _placing(x, y, width, height, column.turn)))
            near = (np.abs(mine[:, 1] - x) < 0.25 * width) & (np.abs(mine[:, 2] - y) < 0.25 * height)
            mine = mine[~(near & (np.abs(np.log(mine[:, 3] / stretch)) < 0.3))]
    return found


def _grid(scene: Scene, stretch: float) -> Array:
    """Return the cells of the image where a template pixel is ``stretch`` image pixels."""
    import cv2

    columns, rows = (max(1, round(side / stretch / CELL)) for side in scene.size)
    level = max(0, min(len(scene.greys) - 1, math.floor(math.log2(max(stretch, 0.1)) + 0.3)))
    fields = scene.edges(level)
    how = cv2.INTER_AREA if fields.shape[1] >= columns else cv2.INTER_LINEAR
    return cv2.resize(fields, (columns, rows), interpolation=how)


def _scores(grid: Array, bank: Bank, use: list[int]) -> Array:
    """Return the cosine of every window and template: (rows, columns, templates)."""
    import numpy as np
    from numpy.lib.stride_tricks import sliding_window_view

    rows, columns = bank.shape
    high, wide = grid.shape[0] - rows + 1, grid.shape[1] - columns + 1
    weights, masks = bank.weights[:, use], bank.masks[:, use]
    strength = grid[..., 2]
    squares = np.einsum("ijk,ijk->ij", grid, grid)
    cells = masks.sum(axis=0)
    scores = np.empty((high, wide, len(use)), np.float32)
    windows = sliding_window_view(grid, bank.shape, axis=(0, 1))
    of_squares, of_strength = (sliding_window_view(part, bank.shape) for part in (squares, strength))
    strip = max(1, _SMALL // (len(bank.weights) * len(use) * wide))
    for top in range(0, high, strip):
        part = windows[top : top + strip].transpose(0, 1, 3, 4, 2).reshape(-1, rows * columns * CHANNELS)
        square = of_squares[top : top + strip].reshape(-1, rows * columns) @ masks
        mean = of_strength[top : top + strip].reshape(-1, rows * columns) @ masks
        norm = np.sqrt(np.maximum(square - mean * mean / cells, 0)) + 0.05 * np.sqrt(cells)
        scores[top : top + strip] = ((part @ weights) / norm).reshape(-1, wide, len(use))
    return scores


def _placing(x: float, y: float, width: float, height: float, turn: float) -> Array:
    import cv2
    import numpy as np

    turned = cv2.getRotationMatrix2D((0, 0), turn, 1)[:, :2] @ np.diag([width, height])
    return np.column_stack([turned, np.array([x, y]) - turned @ (0.5, 0.5)])
