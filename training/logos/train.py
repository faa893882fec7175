"""Learn the weights of the logo finder's judge from sets of marks put into pictures.

    python training/logos/train.py measure --set DIR --out measures.npz     (once for each set)
    python training/logos/train.py fit measures.npz ... --out data/models/logos-2026-11-23/weights.json

A set is a folder with ``refs/*.png`` (marks with a clear ground), pictures, and a ``manifest.jsonl`` whose
rows give ``path``, ``ref`` (name of the mark, or null) and ``bbox`` (left, top, width, height).
Needs scikit-learn besides postcheck.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from postcheck.images import Picture, read_image
from postcheck.logo_index.edges import Scene
from postcheck.logo_index.finder import Finder
from postcheck.logo_index.judge import FEATURES, bounded, terms
from postcheck.logo_index.reference import read_mark
from postcheck.logo_index.template import Template

RIGHT = 0.4  # intersection over union from which a place counts as right
SHRINK = 0.3  # inverse strength of the penalty on large weights


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("step", choices=("measure", "fit"))
    parser.add_argument("measures", nargs="*", type=Path)
    parser.add_argument("--set", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    if options.step == "measure":
        features, right = measure(options.set)
        np.savez_compressed(options.out, features=features, right=right)
    else:
        fit(options.measures, options.out)


def measure(folder: Path) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return the features (n, `FEATURES`) of every place that the finder judges, and whether it is right."""
    names, templates = [], []
    for file in sorted((folder / "refs").glob("*.png")):
        template = read_mark(file)
        assert isinstance(template, Template), file
        names.append(file.stem)
        templates.append(template)
    finder = Finder(tuple(templates))
    features, right = [], []
    for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        picture = read_image(folder / row["path"])
        assert isinstance(picture, Picture)
        for frame in picture.frames:
            zoom = picture.size[0] / frame.size[0]
            for match in finder.find(Scene.of(np.asarray(frame.convert("L"))), short_cut=False):
                same = names[match.mark] == row["ref"]
                good = same and overlap([zoom * side for side in match.box], row["bbox"]) >= RIGHT
                if same and not good:
                    continue  # half on the mark: neither right nor wrong
                features.append(match.features)
                right.append(good)
    return np.array(features), np.array(right)


def overlap(box: list[float], other: list[float]) -> float:
    """Return intersection over union of (left, top, right, bottom) and (left, top, width, height)."""
    x, y, width, height = other
    across = min(box[2], x + width) - max(box[0], x)
    down = min(box[3], y + height) - max(box[1], y)
    both = max(0.0, across) * max(0.0, down)
    return both / ((box[2] - box[0]) * (box[3] - box[1]) + width * height - both)


def fit(files: list[Path], out: Path) -> None:
    from sklearn.linear_model import LogisticRegression

    loaded = [np.load(file) for file in files]
    features = bounded(np.concatenate([part["features"] for part in loaded]))
    right = np.concatenate([part["right"] for part in loaded])
    mean, scale = features.mean(axis=0), features.std(axis=0) + 1e-6
    model = LogisticRegression(C=SHRINK, max_iter=5000).fit(terms((features - mean) / scale), right)
    rows = {
        "features": list(FEATURES),
        "mean": mean.round(5).tolist(),
        "scale": scale.round(5).tolist(),
        "weight": model.coef_[0].round(5).tolist(),
        "bias": round(float(model.intercept_[0]), 5),
    }
    out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    print(f"{len(right)} places, {int(right.sum())} of them right; written to {out}")


if __name__ == "__main__":
    main()
