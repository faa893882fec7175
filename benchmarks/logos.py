"""Logos: how many are found under each condition, how often one is seen that is not there, and what it costs.

A set is a folder with ``refs/*.png``, pictures, and a ``manifest.jsonl`` whose rows give ``path``, ``ref``
(name of the mark that is in the picture, or null), ``condition`` and ``size``. The sets are not part of this
repository.

    python benchmarks/logos.py --set DIR [--set DIR] [--peers] [--share 0.2]

Recall is given at the thresholds that ship, and at the shift of them all at which one picture in a thousand
without a mark is reported. Other tools need `pip install -r benchmarks/requirements.txt`.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common import print_table, save
from logo_peers import PEERS
from postcheck.images import Picture, read_image
from postcheck.logo_index.calibrate import calibrations
from postcheck.logo_index.edges import Scene
from postcheck.logo_index.finder import finder_of
from postcheck.logo_index.judge import log_odds_of
from postcheck.logo_index.reference import read_mark
from postcheck.logo_index.template import Template

MISTAKES = 0.001  # share of pictures without a mark that may be reported
LARGE = 1080  # pixels of the longer side from which a picture counts for the time
NOTHING = -99.0


@dataclass(frozen=True)
class Case:
    """A picture, and for each mark how far it was above its threshold."""

    condition: str
    ref: int | None
    scores: list[float]
    large: bool
    milliseconds: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set", type=Path, action="append", required=True, dest="sets")
    parser.add_argument("--peers", action="store_true", help="measure other tools too")
    parser.add_argument("--share", type=float, default=1.0, help="take only this share of the pictures")
    options = parser.parse_args()
    result: dict[str, Any] = {}
    for folder in options.sets:
        rows = [json.loads(line) for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines()]
        if options.share < 1:
            rows = random.Random(1).sample(rows, round(len(rows) * options.share))
        marks = sorted((folder / "refs").glob("*.png"))
        measured = {"postcheck": summary(ours(folder, rows, marks), shipped=True)}
        for name, make in PEERS.items() if options.peers else ():
            try:
                measured[name] = summary(theirs(folder, rows, marks, make), shipped=False)
            except ImportError as missing:
                print(f"{name}: not measured, {missing.name} is not installed", file=sys.stderr)
        show(folder.name, measured)
        result[folder.name] = measured
    result["memory_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(f"largest resident memory: {result['memory_mb']} MB")
    save("logos", result)
    return 0


def ours(folder: Path, rows: Sequence[dict[str, Any]], marks: Sequence[Path]) -> list[Case]:
    """Run the finder, with thresholds calibrated as they are when a folder of logos is loaded."""
    import numpy as np

    began = time.process_time()
    templates = tuple(template for template in map(read_mark, marks) if isinstance(template, Template))
    assert len(templates) == len(marks)
    found = calibrations(templates, tuple(mark.stem for mark in marks))
    print(f"{folder.name}: {len(marks)} marks ready after {time.process_time() - began:.1f} s")
    thresholds = [log_odds_of(one.threshold) for one in found]
    finder, names = finder_of(templates), [mark.stem for mark in marks]
    cases = []
    for row in rows:
        picture = read_image(folder / row["path"])
        assert isinstance(picture, Picture), row["path"]
        scores = [NOTHING] * len(marks)
        began = time.process_time()
        for frame in picture.frames:
            for match in finder.find(Scene.of(np.asarray(frame.convert("L")))):
                above = log_odds_of(match.likeness) - thresholds[match.mark]
                scores[match.mark] = max(scores[match.mark], above)
        cases.append(_case(row, names, scores, began))
    return cases


def theirs(folder: Path, rows: Sequence[dict[str, Any]], marks: Sequence[Path], make: Any) -> list[Case]:
    find, names = make(marks), [mark.stem for mark in marks]
    cases = []
    for row in rows:
        began = time.process_time()
        cases.append(_case(row, names, find(folder / row["path"]), began))
    return cases


def _case(row: dict[str, Any], names: list[str], scores: list[float], began: float) -> Case:
    spent = 1000 * (time.process_time() - began)
    ref = names.index(row["ref"]) if row["ref"] else None
    return Case(row["condition"], ref, scores, max(row["size"]) >= LARGE, spent)


def summary(cases: Sequence[Case], *, shipped: bool) -> dict[str, Any]:
    """Return recall by condition at the threshold for few mistakes and, of our own, at those that ship."""
    wrong = sorted((max(case.scores) for case in cases if case.ref is None), reverse=True)
    strict = wrong[int(MISTAKES * len(wrong))] if wrong else 0.0
    times = [case.milliseconds for case in cases if case.large] or [0.0]
    measured: dict[str, Any] = {
        "at_one_in_a_thousand": _recall(cases, strict),
        "milliseconds": {"mean": statistics.mean(times), "worst": max(times), "pictures": len(times)},
    }
    if shipped:
        # At the threshold counts as reported.
        measured["shipped"] = _recall(cases, -1e-9)
        measured["reported_without_a_mark"] = [sum(score >= 0 for score in wrong), len(wrong)]
    return measured


def _recall(cases: Sequence[Case], threshold: float) -> dict[str, float]:
    found: dict[str, list[bool]] = defaultdict(list)
    for case in cases:
        if case.ref is not None:
            found[case.condition].append(case.scores[case.ref] > threshold)
    recall = {condition: statistics.mean(hits) for condition, hits in found.items()}
    return {"macro": statistics.mean(recall.values()) if recall else 0.0, **recall}


def show(name: str, measured: dict[str, dict[str, Any]]) -> None:
    columns: dict[str, dict[str, float]] = {}
    for tool, values in measured.items():
        if "shipped" in values:
            columns[f"{tool}, as shipped"] = values["shipped"]
        columns[tool] = values["at_one_in_a_thousand"]
    conditions = list(next(iter(columns.values())))
    rows = [[c, *(f"{100 * column.get(c, 0):.0f}" for column in columns.values())] for c in conditions]
    print_table([f"{name}: recall, %", *columns], rows)
    for tool, values in measured.items():
        spent = values["milliseconds"]
        line = f"{tool}: {spent['mean']:.0f} ms a picture of {LARGE} px, worst {spent['worst']:.0f}"
        if "reported_without_a_mark" in values:
            line += "; reported {} of {} pictures without a mark".format(*values["reported_without_a_mark"])
        print(line)
    print()


if __name__ == "__main__":
    sys.exit(main())
