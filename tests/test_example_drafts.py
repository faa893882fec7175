"""Every worked example draft, from the draft to the decision and the clause."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from example_drafts import LATER, Case, cases, organisation
from postcheck import Pipeline

NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return organisation(tmp_path_factory.mktemp("organisation"))


@pytest.fixture(scope="module")
def pipeline(path: Path) -> Pipeline:
    return Pipeline(organisation=path, now=lambda: NOW)


def marked(case: Case) -> object:
    marks = []
    if case.id in LATER:
        marks.append(pytest.mark.xfail(strict=True, raises=AssertionError, reason=LATER[case.id]))
    return pytest.param(case, id=case.id, marks=marks)


@pytest.mark.parametrize("case", [marked(c) for c in cases()])
def test_example_draft(case: Case, pipeline: Pipeline, path: Path) -> None:
    used = Pipeline(organisation=path, now=lambda: NOW, **case.pipeline) if case.pipeline else pipeline
    verdict = used.check(case.draft)
    assert verdict.failures == ()
    seen = [(f.rule, f.decision.value, [c.id for c in f.clauses]) for f in verdict.findings]
    assert verdict.decision == case.expected, seen
    if case.expected in ("review", "block"):
        cited = {c.id for f in verdict.findings if f.decision == verdict.decision for c in f.clauses}
        assert cited & set(case.clauses), seen


def test_all_examples_are_here() -> None:
    assert [c.id for c in cases()] == [f"E{n:02d}" for n in range(1, 67)]
    assert set(LATER) <= {c.id for c in cases()}
