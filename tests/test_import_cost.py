"""``import postcheck`` costs next to nothing: programs import it at start-up, also when they never screen."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

BUDGET_S = 0.2  # CPU seconds
TRIES = 12  # a busy machine is forgiven; a slow import fails all of them
HEAVY = ["spacy", "presidio_analyzer", "numpy", "PIL", "imagehash", "onnxruntime", "cv2", "tokenizers"]

MEASURE = """
import json, sys, time
before = time.process_time()
{statement}
print(json.dumps([time.process_time() - before, sorted(sys.modules)]))
"""


def measure(statement: str, folder: Path) -> tuple[float, list[str]]:
    """Run a statement in a fresh interpreter; return its CPU seconds and the modules then loaded."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE.format(statement=statement)],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    seconds, names = json.loads(done.stdout)
    return seconds, names


def test_import_is_fast(tmp_path: Path) -> None:
    times: list[float] = []
    while len(times) < 3 or (min(times) >= BUDGET_S and len(times) < TRIES):
        times.append(measure("import postcheck", tmp_path)[0])
    assert min(times) < BUDGET_S, times


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("import postcheck", id="package"),
        pytest.param("from postcheck import Draft, Verdict, PostcheckError", id="contract"),
        pytest.param("from postcheck import *", id="everything"),
        pytest.param("import postcheck.integrations.cli", id="command-line"),
    ],
)
def test_importing_loads_nothing_heavy(statement: str, tmp_path: Path) -> None:
    _, names = measure(statement, tmp_path)
    assert "postcheck" in names
    assert [name for name in HEAVY if name in names] == []


def test_the_package_alone_does_not_even_load_its_own_parts(tmp_path: Path) -> None:
    _, names = measure("import postcheck", tmp_path)
    assert [name for name in names if name.startswith(("postcheck.", "pydantic"))] == []


def test_the_measure_can_see_a_heavy_import(tmp_path: Path) -> None:
    _, names = measure("import postcheck, numpy", tmp_path)
    assert "numpy" in names
