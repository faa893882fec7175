"""Personal data and secrets: what is found on British posts, and what is flagged on ordinary public ones.

    python benchmarks/personal_data.py [FOLDER]

FOLDER holds the development corpora (``../shared/data`` beside the repository unless given). Nothing of
them is copied into the result, which goes to ``build/benchmarks/personal_data.json``.
"""

from __future__ import annotations

import gzip
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from postcheck.calendar import load_calendar
from postcheck.detectors.base import Context
from postcheck.detectors.personal_data import PersonalDataDetector
from postcheck.detectors.secrets import SecretsDetector
from postcheck.document import Reader
from postcheck.model import Draft, Finding, Severity
from postcheck.organisation import Organisation
from postcheck.situation import read_situation

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 9, 15, 9, 0, tzinfo=UTC)
# The corpus's name of a type → the rules that find it.
TYPES = {
    "ADDRESS": ("address", "postcode"),
    "POSTCODE": ("postcode", "address"),
    "BANK_ACCOUNT": ("bank-account", "iban"),
    "BLUE_BADGE": ("blue-badge",),
    "CARD": ("card",),
    "CASE_REF": ("case-reference",),
    "DOB": ("date-of-birth",),
    "EMAIL": ("email",),
    "GEO": ("location",),
    "MAC": ("mac-address",),
    "NHS": ("nhs-number",),
    "NINO": ("nino",),
    "PASSPORT": ("passport",),
    "PERSON": ("name", "child"),
    "PHONE": ("phone",),
    "SECRET": ("password", "api-key", "private-key", "connection-string", "token"),
}
OTHER_RULES = ("MARKING",)  # found by the lexicon, not here


class Screen:
    """The two detectors with a document reader: from a text to findings."""

    def __init__(self) -> None:
        self.reader = Reader()
        self.detectors = (PersonalDataDetector(), SecretsDetector())
        self.organisation = Organisation.load("haringey")
        self.calendar = load_calendar()

    def __call__(self, text: str) -> list[Finding]:
        draft = Draft(text=text)
        context = Context(self.organisation, read_situation(draft, self.organisation, self.calendar, NOW))
        with self.reader.open(draft) as document:
            return [f for detector in self.detectors for f in detector.detect(document, context)]


def grave(findings: Iterable[Finding]) -> list[Finding]:
    return [f for f in findings if f.excuse is None and f.severity >= Severity.MEDIUM]


def rows(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def measure_posts(screen: Screen, posts: list[dict[str, Any]]) -> dict[str, Any]:
    """Post-level precision, recall and false-positive rate, and the share of problem spans found.

    A post whose only problem is a protective marking is left out: another detector's job.
    """
    tally: Counter[str] = Counter()
    found: Counter[str] = Counter()
    total: Counter[str] = Counter()
    mistakes: list[str] = []
    for post in posts:
        problems = [s for s in post["spans"] if s["disclosure"] == "personal"]
        if post["flag"] and problems and all(s["type"] in OTHER_RULES for s in problems):
            continue
        hits = grave(screen(post["text"]))
        tally["flagged" if hits else "passed", post["flag"]] += 1  # type: ignore[index]
        if bool(hits) != post["flag"]:
            mistakes.append(post["id"])
        for span in problems:
            names = TYPES.get(span["type"])
            if names is None:
                continue
            total[span["type"]] += 1
            found[span["type"]] += any(
                f.span is not None
                and f.rule.split(".")[1] in names
                and f.span.start < span["end"]
                and span["start"] < f.span.end
                for f in hits
            )
    right, wrong = tally["flagged", True], tally["flagged", False]  # type: ignore[index]
    missed, passed = tally["passed", True], tally["passed", False]  # type: ignore[index]
    return {
        "posts": sum(tally.values()),
        "precision": right / max(1, right + wrong),
        "recall": right / max(1, right + missed),
        "false_positive_rate": wrong / max(1, wrong + passed),
        "span_recall": {kind: [found[kind], total[kind]] for kind in sorted(total)},
        "mistakes": mistakes,
    }


def measure_public(screen: Screen, texts: list[str]) -> dict[str, Any]:
    """Share of ordinary texts flagged, by rule, and time."""
    by_rule: Counter[str] = Counter()
    flagged = 0
    times = []
    for text in texts:
        start = time.process_time()
        hits = grave(screen(text))
        times.append(time.process_time() - start)
        flagged += bool(hits)
        by_rule.update({f.rule for f in hits})
    return {
        "texts": len(texts),
        "flagged": flagged,
        "share": flagged / max(1, len(texts)),
        "rules": dict(by_rule.most_common()),
        "median_ms": statistics.median(times) * 1000,
    }


def measure_speed(screen: Screen) -> dict[str, float]:
    """CPU time of a post with details in it, and how cost grows with length."""
    post = (
        "Thanks to everybody who came to the open day at the library on 3 May. "
        "If you could not make it, ring our team on 020 8489 1000 or write to libraries@haringey.gov.uk and "
        "we will send you the pack. Next one: 14 June, 10am to 2pm, at 12 High Road. "
        "All welcome, no need to book, bring a friend!"
    )
    plain = "Bins are collected a day later next week because of the bank holiday. "
    hostile = {
        "digits": "07" * 50_000,
        "at": "a@" * 50_000,
        "spaced": "1 " * 50_000,
        "dots": "1." * 50_000,
        "caps": "Aa " * 33_000,
    }
    timings = {"post_ms": _cpu(screen, post, 100), "plain_post_ms": _cpu(screen, (plain * 4)[:280], 100)}
    timings["post_characters"] = len(post)
    thousand, hundred_thousand = (post * 400)[:1_000], (post * 400)[:100_000]
    timings["ratio_100000_to_1000"] = _cpu(screen, hundred_thousand, 1) / _cpu(screen, thousand, 20)
    whole = _cpu(screen, hundred_thousand, 1)
    for name, text in hostile.items():
        timings[f"hostile_{name}_to_dense"] = _cpu(screen, text, 1) / whole
    return timings


def _cpu(screen: Screen, text: str, times: int) -> float:
    screen(text)
    spent = []
    for _ in range(times):
        start = time.process_time()
        screen(text)
        spent.append(time.process_time() - start)
    return statistics.median(spent) * 1000


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "data"
    screen = Screen()
    result: dict[str, Any] = {"speed": measure_speed(screen)}
    print(*(f"{name:28} {value:9.3f}" for name, value in result["speed"].items()), sep="\n")
    posts = folder / "personal_uk.jsonl.gz"
    if posts.is_file():
        result["personal_uk"] = uk = measure_posts(screen, rows(posts))
        rates = (uk["precision"], uk["recall"], uk["false_positive_rate"])
        print(
            f"\npersonal_uk: {uk['posts']} posts;",
            "precision {:.3f}, recall {:.3f}, false positives {:.3f}".format(*rates),
        )
        print(*(f"  {kind:14}{got:4}/{of}" for kind, (got, of) in uk["span_recall"].items()), sep="\n")
    else:
        print("missing, left out:", posts.name, "in", folder)
    for path in sorted(folder.glob("public_*.jsonl.gz")):
        name = path.name.removesuffix(".jsonl.gz")
        result[name] = public = measure_public(screen, [row["text"] for row in rows(path)])
        print(f"\n{name}: {public['flagged']} of {public['texts']} flagged ({public['share']:.2%}), "
              f"median {public['median_ms']:.2f} ms; {public['rules']}")  # fmt: skip
    if not any(name.startswith("public_") for name in result):
        print("missing, left out: public_*.jsonl.gz in", folder)
    out = ROOT / "build" / "benchmarks" / "personal_data.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
