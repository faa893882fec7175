"""Screens the example drafts of this folder and prints their verdicts, as ``make demo`` does.

The drafts are invented. They hold insults, threats and made-up personal data, because that is what
postcheck has to find.
"""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from pathlib import Path

from postcheck import Pipeline
from postcheck.drafts import read_drafts
from postcheck.render.text import to_text


def main() -> int:
    """Print one verdict a draft; fail only if a draft could not be screened."""
    pipeline = Pipeline.default()
    width = min(shutil.get_terminal_size((100, 20)).columns, 110)
    counts: Counter[str] = Counter()
    failed = 0
    for path in sorted(Path(__file__).parent.glob("*.json")):
        for draft in read_drafts(path):
            verdict = pipeline.check(draft)
            print(f"── {path.stem} " + "─" * max(0, width - len(path.stem) - 4))
            print(to_text(verdict, width=width))
            counts[verdict.decision.value] += 1
            failed += bool(verdict.failures)
    total = ", ".join(f"{number} {decision}" for decision, number in sorted(counts.items()))
    print(f"{sum(counts.values())} drafts screened: {total}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
