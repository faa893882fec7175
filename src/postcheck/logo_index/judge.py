"""One number from the measures: how likely it is that the mark is there.

The weights are a logistic regression on the measures and their squares, learnt from marks put into pictures;
see the card beside them. They know no mark: what a mark needs on top is its threshold.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from postcheck.logo_index.verify import MEASURES
from postcheck.resources import data_dir

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

WEIGHTS = "models/logos-2026-11-23/weights.json"
# The measures on the small plate, on the large plate, then what the placing and the mark are like.
FEATURES = (
    *(f"small_{name}" for name in MEASURES),
    *(f"large_{name}" for name in MEASURES),
    "size",
    "stretch",
    "skew",
    "turn",
    "shown",
    "small_density",
    "large_density",
    "aspect",
)
_DOUBLE = 2 * len(MEASURES)
_SIZE, _TURN, _DENSITY = _DOUBLE, _DOUBLE + 3, _DOUBLE + 6


@dataclass(frozen=True, slots=True)
class _Weights:
    mean: Array
    scale: Array
    weight: Array
    bias: float


@cache
def _weights() -> _Weights:
    import numpy as np

    rows = json.loads((data_dir() / WEIGHTS).read_text(encoding="utf-8"))
    mean, scale, weight = (np.array(rows[key], float) for key in ("mean", "scale", "weight"))
    return _Weights(mean, scale, weight, float(rows["bias"]))


def bounded(features: Array) -> Array:
    """Return features (n, `FEATURES`) kept to the range in which they were learnt."""
    import numpy as np

    kept = np.array(features, float, ndmin=2)
    for first in (0, len(MEASURES)):
        kept[:, first + 4 : first + 6] = kept[:, first + 4 : first + 6].clip(-0.3, 1)  # the weakest third
        kept[:, first + 7] = kept[:, first + 7].clip(0, 1.3)  # strength
        kept[:, first + 8] = kept[:, first + 8].clip(-0.5, 1)  # the worst places
    kept[:, _SIZE] = kept[:, _SIZE].clip(-1.7, 2)
    kept[:, _SIZE + 1 : _TURN + 1] = np.abs(kept[:, _SIZE + 1 : _TURN + 1])
    kept[:, _TURN] = kept[:, _TURN].clip(0, 0.3)
    return kept


def terms(standard: Array) -> Array:
    """Return standardised features with their squares, and their products with size and density."""
    import numpy as np

    measures, size = standard[:, :_DOUBLE], standard[:, _SIZE : _SIZE + 1]
    density = standard[:, _DENSITY : _DENSITY + 1]
    return np.hstack([standard, measures**2, measures * size, measures * density, size**2])


def log_odds(features: Array) -> Array:
    """Return the logarithm of the odds that the mark is there, for features (n, `FEATURES`)."""
    learnt = _weights()
    standard = (bounded(features) - learnt.mean) / learnt.scale
    result: Array = terms(standard) @ learnt.weight + learnt.bias
    return result


def likeness(log_odds: float) -> float:
    """Turn log odds into 0 to 1."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds / 2))))


def log_odds_of(likeness: float) -> float:
    """Undo `likeness`."""
    kept = min(max(likeness, 1e-6), 1 - 1e-6)
    return 2 * math.log(kept / (1 - kept))
