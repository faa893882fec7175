"""Turn a checkpoint into the model that ships: ``python calibrate.py --data … --checkpoint … --out …``.

Writes ``model.onnx``, ``tokenizer.json``, ``words.txt`` and ``labels.toml``. Scores become probabilities by
a straight line a label, fitted on rows that training has not seen; the thresholds follow from what ordinary
posts would be flagged for.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from contrast import training_rows
from corpora import Row, read_corpora
from encoder import base_folder
from export import export
from known_words import known_words
from labels import KINDS, OF_TOKENS, SECRECY, SHIPPED, SORT_NAMES

from postcheck.language.model import LanguageModel

ORDINARY = ("public_localgov", "public_govuk", "public_crisis", "claims", "names_tweets")
CLEAN = (
    "contrast",
    "contrast_plain",
    "contrast_secrets",
    "contrast_codes",
    "hate_dynamic",
    "hate_emoji",
)  # rows whose labels mean what ours mean
# The share of unseen ordinary texts that each kind may flag; most are tweets on disasters and debates.
FLAGGED = {
    "discrimination": 0.008,
    "abuse": 0.0055,
    "threat": 0.002,
    "incitement": 0.0015,
    "profanity_directed": 0.001,
    "disclosure": 0.001,
    "confidential": 0.001,
    "solicited": 0.0005,
    "small_number": 0.0005,
    "secret": 0.0005,
}
SURE = 0.8
BLEND = 0.4
PER_SOURCE = 2_000
SURE_PRECISION = 0.97
CLEAR_MISSES = 0.03
# From this raw probability a sort is named: of the development families about three in five are then named
# rightly, and as many of the plain ones are left plain.
SORTED = 0.25
# How far an operating point goes above that, in log odds. The families kept to calibrate on are few for
# these, so the development posts of benchmarks/personal.py and the tweets decided.
RAISED = {"secret": 0.85, "confidential": 1.4, "solicited": 0.85, "disclosure": -0.4}
# Dev rows where a lexicon pattern sees hate and the model says less: 22 of 24 are innocent.
CLEAR = {"discrimination": 0.05}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--blend", type=Path, help="a second checkpoint, which counts two fifths")
    parser.add_argument("--weights", choices=("average", "last"), default="average")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    state = torch.load(args.checkpoint)[args.weights]
    if args.blend:
        # What the last leg taught, without all that it cost the others: their weights lie close together.
        other = torch.load(args.blend)[args.weights]
        state = {name: torch.lerp(value, other[name], BLEND) for name, value in state.items()}
    export(state, len(SHIPPED), args.out / "model.onnx")
    shutil.copyfile(base_folder() / "tokenizer.json", args.out / "tokenizer.json")
    (args.out / "words.txt").write_text("\n".join(known_words()) + "\n", encoding="utf-8")
    raw = {"slope": 1.0, "offset": 0.0, "threshold": 0.5, "sure": 1.0, "clear": 0.0}
    write_labels(args.out / "labels.toml", dict.fromkeys(SHIPPED, raw))
    rows = calibration_rows(read_corpora(args.data) + training_rows(args.seed))
    scores = score(LanguageModel(args.out), rows)
    calibrated = {label: calibrate(label, rows, scores[:, i]) for i, label in enumerate(SHIPPED)}
    write_labels(args.out / "labels.toml", calibrated)
    print(json.dumps(calibrated, indent=1))


def calibration_rows(rows: Sequence[Row]) -> list[Row]:
    """Return rows that training has not seen and that carry a shipped label, some of each source."""
    found: list[Row] = []
    of_source: Counter[str] = Counter()
    for row in rows:
        if row.split == "dev" and of_source[row.source] < PER_SOURCE and row.labels.keys() & set(SHIPPED):
            of_source[row.source] += 1
            found.append(row)
    return found


def score(model: LanguageModel, rows: Sequence[Row]) -> np.ndarray:
    """Return the raw scores of rows under uncalibrated labels, shape (rows, labels)."""
    found = np.array([list(_judged(model, row)) for row in rows])
    return _logit(found)


def _judged(model: LanguageModel, row: Row) -> Iterable[float]:
    own = model.tokens(model.read(row.text).text).ids[:64]
    context = model.tokens(model.read(row.context).text).ids[:24] if row.context else ()
    return model.judge(own, context).probabilities.values()


def calibrate(label: str, rows: Sequence[Row], scores: np.ndarray) -> dict[str, float]:
    """Fit one label; a row counts with the weight that its corpus gives the statement."""
    if label in OF_TOKENS:  # asked of each token; as it was trained
        return _rounded(1.0, 0.0, 0.5, 0.9, 0.1)
    known = [(i, *row.labels[label]) for i, row in enumerate(rows) if label in row.labels]
    at = np.array([i for i, _, _ in known])
    wanted = np.array([value for _, value, _ in known], dtype=float)
    weights = np.array([weight for _, _, weight in known])
    if label in SORT_NAMES:  # known of a handful of held-out families: too few to fit a line to
        return _rounded(1.0, -_logit(SORTED), 0.5, 0.9, 0.1)
    if wanted.min() == wanted.max():
        return _rounded(1.0, 0.0, 0.5, 0.9, 0.1)
    positive = wanted == 1
    slope, offset = fit_line(scores[at], wanted, weights)
    probability = 1 / (1 + np.exp(-(slope * scores + offset)))
    if label not in KINDS + SECRECY:
        return _rounded(slope, offset, 0.5, 0.9, 0.1)
    ordinary = np.array([row.source in ORDINARY or row.phenomenon == "ordinary" for row in rows])
    clean = np.array([rows[i].source in CLEAN for i in at])
    grid = np.arange(0.1, 0.96, 0.01)
    quiet = [t for t in grid if (probability[ordinary] >= t).mean() <= FLAGGED[label]]
    threshold = max(quiet or grid[-1:], key=lambda t: _f1(positive[clean], probability[at][clean] >= t))
    precise = [
        t
        for t in np.arange(max(threshold, SURE), 0.995, 0.005)
        if _share(weights, positive, clean & (probability[at] >= t)) >= SURE_PRECISION
    ]
    clear = max(1e-4, min(threshold / 4, float(np.quantile(probability[at][positive & clean], CLEAR_MISSES))))
    # Moved so that the operating point is 0.5: a reader of a confidence, and the policy, may rely on that.
    moved = _logit(threshold) + RAISED.get(label, 0.0)
    sure = _moved(precise[0] if precise else 0.995, moved)
    if label in SECRECY:  # known of too few rows to be surer than that
        sure = max(sure, SURE)
    return _rounded(slope, offset - moved, 0.5, sure, CLEAR.get(label, _moved(clear, moved)))


def _logit(probability: Any) -> Any:
    return np.log(probability) - np.log1p(-probability)


def _moved(probability: float, by: float) -> float:
    return float(1 / (1 + np.exp(by) * (1 - probability) / probability))


def _f1(wanted: np.ndarray, said: np.ndarray) -> float:
    return 2 * (wanted & said).sum() / max(1, wanted.sum() + said.sum())


def _share(weights: np.ndarray, of: np.ndarray, among: np.ndarray) -> float:
    return float(weights[of & among].sum() / max(1e-9, weights[among].sum()))


def fit_line(scores: np.ndarray, wanted: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """Fit probability = sigmoid(slope x score + offset) by maximum likelihood (Platt scaling)."""
    x, y, w = (torch.tensor(v, dtype=torch.float64) for v in (scores, wanted, weights))
    line = torch.tensor([0.5, 0.0], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([line], max_iter=200)

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(x * line[0].exp() + line[1], y, w)
        loss.backward()
        return loss

    optimiser.step(closure)
    slope, offset = line.detach().numpy()
    return float(np.exp(slope)), float(offset)


def _rounded(slope: float, offset: float, threshold: float, sure: float, clear: float) -> dict[str, float]:
    values = {"slope": slope, "offset": offset, "threshold": threshold, "sure": sure, "clear": clear}
    return {name: round(value, 4) for name, value in values.items()}


def write_labels(path: Path, labels: dict[str, dict[str, float]]) -> None:
    """Write ``labels.toml``."""
    lines = ["# Written by training/language/calibrate.py; see the model card beside this file.", ""]
    for label, values in labels.items():
        lines += [f"[labels.{label}]", *(f"{name} = {value}" for name, value in values.items()), ""]
    path.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
