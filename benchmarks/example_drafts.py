"""The worked example drafts of the tests: how many come out as expected, with the right clause.

The table is ``tests/example_drafts.py``. Of a draft's clauses any one suffices; an allowed draft need not
cite any.
"""

from __future__ import annotations

import importlib
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from common import ROOT, print_table, save

BUDGET = 45  # of 66


def now() -> datetime:
    """Before all of the drafts' own publication times, and outside any pre-election window."""
    return datetime(2026, 3, 20, 9, 0, tzinfo=UTC)


def main() -> int:
    sys.path.insert(0, str(ROOT / "tests"))
    try:
        table = importlib.import_module("example_drafts")
    except ModuleNotFoundError as error:
        print(f"not measured: no module {error.name!r}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        rows = judge_all(table.cases(), table.organisation(Path(folder)))
    report(rows)
    return 0


def judge_all(cases: Any, organisation: Path) -> list[dict[str, Any]]:
    from postcheck import Pipeline

    usual = Pipeline(organisation=organisation, now=now)
    rows = []
    for case in cases:
        own = Pipeline(organisation=organisation, now=now, **case.pipeline) if case.pipeline else usual
        rows.append(judge(case, own.check(case.draft)))
    return rows


def judge(case: Any, verdict: Any) -> dict[str, Any]:
    # Only what led to the decision is a reason; what is merely noted beside it cites nothing.
    reasons = [finding for finding in verdict.findings if finding.decision == verdict.decision]
    cited = sorted({clause.id for finding in reasons for clause in finding.clauses})
    needs_clause = case.expected in ("review", "block")
    decided = verdict.decision == case.expected
    return {
        "id": case.id,
        "expected": str(case.expected),
        "got": verdict.decision.value,
        "wanted": list(case.clauses),
        "cited": cited,
        "rules": sorted({finding.rule for finding in verdict.findings}),
        "failures": list(verdict.failures),
        "decided": decided,
        "right": decided and (not needs_clause or bool(set(case.clauses) & set(cited))),
    }


def report(rows: list[dict[str, Any]]) -> None:
    head = ["not as expected", "expected", "got", "clauses wanted", "cited", "rules", "failures"]
    lists = ("wanted", "cited", "rules")
    print_table(
        head,
        [
            [row["id"], row["expected"], row["got"], *(" ".join(row[k]) for k in lists), len(row["failures"])]
            for row in rows
            if not row["right"]
        ],
    )
    decided, right = (sum(row[key] for row in rows) for key in ("decided", "right"))
    print(f"decided as expected:       {decided} of {len(rows)}")
    print(f"and with the right clause: {right} of {len(rows)} (budget: at least {BUDGET})")
    save("example_drafts", {"drafts": len(rows), "decided": decided, "right": right, "rows": rows})


if __name__ == "__main__":
    sys.exit(main())
