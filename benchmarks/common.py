"""What the benchmarks share: the pipeline at a fixed present, tables, and where results go."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from postcheck import Pipeline

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "build" / "benchmarks"
ORDINARY_POSTS = Path(__file__).with_name("ordinary_posts.txt")


def now() -> datetime:
    """An ordinary Tuesday, far from any poll; at module level, so that worker processes can have it."""
    return datetime(2026, 9, 15, 9, 0, tzinfo=UTC)


def default_pipeline() -> Pipeline:
    from postcheck import Pipeline

    return Pipeline.default(now=now)


def ordinary_posts() -> list[str]:
    lines = ORDINARY_POSTS.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("//")]


def print_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print columns; the first is aligned left, the others right."""
    table = [list(map(str, row)) for row in [head, *rows]]
    widths = [max(len(row[column]) for row in table) for column in range(len(head))]
    for number, row in enumerate(table):
        first, *rest = [
            cell.ljust(w) if not i else cell.rjust(w)
            for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join([first, *rest]).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths))
    print()


def save(name: str, result: dict[str, Any]) -> None:
    """Write the result as JSON to ``build/benchmarks``, with what is needed to compare it later."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    machine = {
        "python": platform.python_version(),
        "system": platform.system(),
        "machine": platform.machine(),
    }
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps({"environment": machine, **result}, indent=2) + "\n", encoding="utf-8")
    print(f"written to {path.relative_to(ROOT)}")
