"""Ordinary public-service texts that should pass: how many do not, and which rules stop them.

The corpora (``public_*.jsonl.gz``, a JSON object with ``text`` a line) are not part of this repository.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from common import ROOT, default_pipeline, print_table, save

DATA = ROOT.parent / "shared" / "data"
PATTERN = "public_*.jsonl.gz"
BUDGET = 3.0  # per cent not allowed, all corpora together


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--data", type=Path, default=DATA, metavar="DIR", help=f"folder with {PATTERN}")
    arguments.add_argument("--limit", type=int, metavar="N", help="only the first N texts of each corpus")
    arguments.add_argument(
        "--show", type=int, default=0, metavar="N", help="print N stopped texts of each corpus"
    )
    arguments.add_argument(
        "--rule", default="", metavar="PREFIX", help="with --show: only texts stopped by it"
    )
    options = arguments.parse_args()
    files = sorted(options.data.glob(PATTERN)) if options.data.is_dir() else []
    if not files:
        print(
            f"not measured: no file {PATTERN} in {options.data}; name the folder with --data", file=sys.stderr
        )
        return 2
    pipeline = default_pipeline()
    corpora: dict[str, dict[str, Any]] = {}
    for file in files:
        name = file.name.removesuffix(".jsonl.gz")
        print(f"screening {name} ...", file=sys.stderr)
        corpora[name] = screen(pipeline, file, options)
    report(corpora, whole=options.limit is None)
    return 0


def texts(file: Path, limit: int | None) -> Iterator[str]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if limit is not None and number >= limit:
                return
            yield json.loads(line)["text"]


def screen(pipeline: Any, file: Path, options: argparse.Namespace) -> dict[str, Any]:
    from postcheck import Decision, Draft

    decisions: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    failed = stopped = shown = 0
    for text in texts(file, options.limit):
        verdict = pipeline.check(Draft(text=text))
        decisions[verdict.decision.value] += 1
        failed += bool(verdict.failures)
        stopping = [finding for finding in verdict.findings if finding.decision > Decision.ALLOW]
        stopped += bool(stopping)
        rules.update({finding.rule for finding in stopping})
        if verdict.failures:
            rules.update({f"failed: {failure.partition(':')[0]}" for failure in verdict.failures})
        wanted = [finding for finding in stopping if finding.rule.startswith(options.rule)]
        if wanted and shown < options.show:
            shown += 1
            seen = "; ".join(
                f"{one.rule} {one.part} {one.span and text[one.span.start : one.span.end]!r}"
                for one in wanted
            )
            print(f"[{verdict.decision}] {seen}\n    {text}\n")
    return {
        "texts": decisions.total(),
        "decisions": dict(decisions),
        "stopped_by_findings": stopped,
        "with_failures": failed,
        "rules": dict(rules),
    }


def percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0


def report(corpora: dict[str, dict[str, Any]], whole: bool) -> None:
    head = ["corpus", "texts", "review", "block", "failures", "by findings %", "not allowed %"]
    rows: list[list[object]] = []
    for name, one in corpora.items():
        rows.append([name, *counts(one), by_findings(one), f"{not_allowed(one):.2f}"])
    together: dict[str, Any] = {
        "texts": sum(one["texts"] for one in corpora.values()),
        "decisions": dict(sum((Counter(one["decisions"]) for one in corpora.values()), Counter())),
        "stopped_by_findings": sum(one["stopped_by_findings"] for one in corpora.values()),
        "with_failures": sum(one["with_failures"] for one in corpora.values()),
    }
    rows.append(["all", *counts(together), by_findings(together), f"{not_allowed(together):.2f}"])
    print_table(head, rows)
    rules = sum((Counter(one["rules"]) for one in corpora.values()), Counter())
    print_table(
        ["rule that stops a text", *corpora, "% of all"],
        [
            [
                rule,
                *(one["rules"].get(rule, 0) for one in corpora.values()),
                f"{percent(n, together['texts']):.2f}",
            ]
            for rule, n in rules.most_common()
        ],
    )
    rate = not_allowed(together)
    print(f"{rate:.2f} % not allowed; budget {BUDGET} %: {'ok' if rate <= BUDGET else 'OVER'}")
    save("public_texts", {"whole": whole, "not_allowed_percent": rate, "all": together, "corpora": corpora})


def counts(one: dict[str, Any]) -> list[int]:
    decisions = one["decisions"]
    return [one["texts"], decisions.get("review", 0), decisions.get("block", 0), one["with_failures"]]


def by_findings(one: dict[str, Any]) -> str:
    """What it would be if no detector had failed."""
    return f"{percent(one['stopped_by_findings'], one['texts']):.2f}"


def not_allowed(one: dict[str, Any]) -> float:
    decisions = one["decisions"]
    return percent(decisions.get("review", 0) + decisions.get("block", 0), one["texts"])


if __name__ == "__main__":
    sys.exit(main())
