"""Drafts written without looking at the rules: what is found by theme, and what it costs.

``fresh/ordinary.txt`` and ``fresh/near_misses.txt`` must be allowed, ``fresh/held.txt`` must not. They were
used to widen the rules afterwards, so today's figures are fitted to them; write new ones to learn more.
``python benchmarks/fresh_drafts.py``, with ``--show`` to list what is wrong.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from common import print_table, save
from postcheck import Account, Author, Decision, Draft, Pipeline

HERE = Path(__file__).parent / "fresh"
OUT = datetime.fromisoformat("2026-09-15T10:00:00+01:00")
WINDOW = datetime.fromisoformat("2026-04-15T10:00:00+01:00")
KEY = Account(handle="@haringeycouncil", platform="x")
LIBRARY = Account(handle="@haringeylibrary", platform="x")
WHO = {
    "k": (KEY, Author(id="comms-01")),
    "l": (LIBRARY, Author(id="lib-01")),
    "y": (Account(handle="@haringeyyouth", platform="instagram"), Author(id="youth-01")),
    "n": (Account(handle="@n_sam", platform="x", tier="personal"), Author(id="st-1", connected=True)),
}
THEMES = {"correction": "process"}


def drafts(name: str) -> Iterator[tuple[str, Draft]]:
    """Yield the theme that a line expects, and its draft."""
    for line in (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        who, expected, text, *more = line.split("|")
        kind = more[0] if more else "post"
        if who == "st":
            account, author = (KEY if kind == "reply" else LIBRARY), Author(id="st-1")
        else:
            account, author = WHO[who.removesuffix("P")]
        when = WINDOW if who.endswith("P") else OUT
        given = {"text": text, "kind": kind, "account": account, "author": author, "publish_at": when}
        yield expected.split(".")[0], Draft.model_validate(given)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--show", action="store_true", help="list the drafts that are judged wrongly")
    options = arguments.parse_args()
    pipeline = Pipeline.default(now=lambda: datetime(2026, 3, 20, 9, tzinfo=UTC))
    total: Counter[str] = Counter()
    stopped: Counter[str] = Counter()
    in_theme: Counter[str] = Counter()
    for name, wanted in (("ordinary", False), ("near_misses", False), ("held", True)):
        for expected, draft in drafts(name):
            verdict = pipeline.check(draft)
            row = expected if wanted else name.replace("_", " ")
            acting = [f for f in verdict.findings if f.decision > Decision.ALLOW]
            total[row] += 1
            stopped[row] += bool(acting)
            in_theme[row] += any(f.theme == THEMES.get(expected, expected) for f in acting)
            if options.show and bool(acting) is not wanted:
                print(f"{row}: {draft.text}  {[f.rule for f in acting]}")
    rows = [
        (row, str(n), str(stopped[row]), str(in_theme[row]) if in_theme.get(row) else "-")
        for row, n in total.items()
    ]
    print_table(["drafts", "number", "not allowed", "in the theme"], rows)
    held = [row for row in total if row not in ("ordinary", "near misses")]
    print(f"held that should be: {sum(stopped[r] for r in held)} of {sum(total[r] for r in held)}")
    save("fresh_drafts", {"total": total, "stopped": stopped, "in_theme": in_theme})
    return 0


if __name__ == "__main__":
    sys.exit(main())
