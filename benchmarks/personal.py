"""Personal data, secrets and confidential matters: what is found, what is cried wolf at, and what it costs.

Parts: ``fresh`` and ``uk`` (posts with marked spans: precision, recall and false positives by post; F1 of
problem spans by type), ``names`` (of people, by community), ``ordinary`` (how many tweets and public-service
texts are held), ``cost`` (CPU time, memory over 50,000 posts, threads, hostile strings), ``peers`` (Presidio,
scrubadub and detect-secrets on the same posts). The corpora are not part of this repository; parts that need
them say so.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from common import ROOT, now, ordinary_posts, print_table, save
from personal_names import names
from personal_rows import RULES, Found, Mark, Post, corpus_posts, fresh_posts
from postcheck import Draft, Pipeline
from postcheck.calendar import load_calendar
from postcheck.detectors.base import Context
from postcheck.detectors.personal_data import PersonalDataDetector
from postcheck.detectors.secrets import SecretsDetector
from postcheck.document import Reader
from postcheck.model import Finding
from postcheck.organisation import Organisation
from postcheck.situation import read_situation

DATA = ROOT.parent / "shared" / "data"
OURS = ("personal.", "secret.", "confidential.")
ORDINARY = ("names_tweets", "public_localgov", "public_govuk", "public_crisis")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the corpora")
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part; may be repeated")
    parser.add_argument(
        "--posts", choices=("development", "blind"), default="blind", help="which fresh posts"
    )
    parser.add_argument("--show", type=int, default=0, help="print N wrong posts of each part")
    options = parser.parse_args()
    pipeline = Pipeline.default(now=now)
    result: dict[str, Any] = {}
    for part in options.part or PARTS:
        try:
            result[part] = PARTS[part](pipeline, options)
        except FileNotFoundError as error:
            print(
                f"{part}: not measured, {Path(error.filename).name} is missing from --data", file=sys.stderr
            )
    save("personal", result)
    return 0 if result else 2


def held(pipeline: Pipeline, text: str) -> list[Finding]:
    """Return the findings of ours that alone would send a post to review or block."""
    verdict = pipeline.check(Draft(text=text))
    return [f for f in verdict.findings if f.rule.startswith(OURS) and f.decision != "allow"]


def as_found(findings: Iterable[Finding]) -> Found:
    spans = []
    for finding in findings:
        kind = next((k for k, rules in RULES.items() if finding.rule.startswith(rules)), finding.rule)
        if finding.span is not None:
            spans.append((finding.span.start, finding.span.end, kind))
    return spans


def fresh(pipeline: Pipeline, options: argparse.Namespace) -> dict[str, Any]:
    """Posts written apart from the detectors."""
    return _posts(pipeline, fresh_posts(options.posts), options)


def uk(pipeline: Pipeline, options: argparse.Namespace) -> dict[str, Any]:
    """The posts of personal_uk, which were read while the detectors were written."""
    return _posts(pipeline, corpus_posts(options.data), options)


def _posts(pipeline: Pipeline, posts: Sequence[Post], options: argparse.Namespace) -> dict[str, Any]:
    said = [held(pipeline, post.text) for post in posts]
    result = score(posts, [bool(s) for s in said], [as_found(s) for s in said])
    report(posts[0].source, result)
    wrong = [
        (post, findings) for post, findings in zip(posts, said, strict=True) if bool(findings) != post.held
    ]
    for post, findings in wrong[: options.show]:
        print(
            "  held wrongly:" if findings else "  missed:",
            sorted({f.rule for f in findings}),
            repr(post.text),
        )
    if options.show:
        _show_spans(posts, [as_found(s) for s in said], options.show)
    return result


def score(posts: Sequence[Post], flags: Sequence[bool], found: Sequence[Found]) -> dict[str, Any]:
    """Return rates by post, and for each type precision, recall and F1 of the problem spans.

    A span is found where one of the same type overlaps it by half of both together; ``exact`` counts those
    with the very same ends.
    """
    tally: Counter[tuple[bool, bool]] = Counter(
        (flag, post.held) for flag, post in zip(flags, posts, strict=True)
    )
    gold: Counter[str] = Counter()
    hit: Counter[str] = Counter()
    exact: Counter[str] = Counter()
    predicted: Counter[str] = Counter()
    for post, spans in zip(posts, found, strict=True):
        wanted = [m for m in post.marks if m.problem and m.kind in RULES]
        gold.update(m.kind for m in wanted)
        predicted.update(kind for _, _, kind in spans)
        for mark in wanted:
            same = [s for s in spans if _finds(mark, s)]
            hit[mark.kind] += bool(same)
            # Found as part of something larger: that is one prediction of this type as well.
            predicted[mark.kind] += bool(same) and all(s[2] != mark.kind for s in same)
            exact[mark.kind] += any(s[:2] == (mark.start, mark.end) or s[2] != mark.kind for s in same)
    right, wrong, missed = tally[True, True], tally[True, False], tally[False, True]
    return {
        "posts": len(posts),
        "precision": right / max(1, right + wrong),
        "recall": right / max(1, right + missed),
        "false_positive_rate": wrong / max(1, wrong + tally[False, False]),
        "types": {
            kind: {
                "spans": gold[kind],
                "precision": hit[kind] / max(1, predicted[kind]),
                "recall": hit[kind] / gold[kind],
                "f1": 2 * hit[kind] / (gold[kind] + max(hit[kind], predicted[kind])),
                "exact": exact[kind] / max(1, hit[kind]),
            }
            for kind in sorted(gold)
        },
    }


def _finds(mark: Mark, span: tuple[int, int, str]) -> bool:
    if mark.kind == "POSTCODE" and span[2] == "ADDRESS":  # one finding a thing: the address holds it
        return span[0] <= mark.start and mark.end <= span[1]
    if mark.kind == "PERSON" and span[2] == "personal.child":  # the name is part of what identifies the child
        return span[0] < mark.end and mark.start < span[1]
    if mark.kind == "MARKING" and span[2].startswith("confidential."):  # the model read the words marked
        return _overlap(mark, span) > 0
    return span[2] == mark.kind and _overlap(mark, span) >= 0.5


def _overlap(mark: Mark, span: tuple[int, int, str]) -> float:
    both = min(mark.end, span[1]) - max(mark.start, span[0])
    either = max(mark.end, span[1]) - min(mark.start, span[0])
    return both / either


def report(name: str, result: dict[str, Any]) -> None:
    rates = (result["precision"], result["recall"], result["false_positive_rate"])
    print(
        f"{name}: {result['posts']} posts;",
        "precision {:.3f}, recall {:.3f}, false positives {:.3f}".format(*rates),
    )
    print_table(
        ["type", "spans", "precision", "recall", "F1", "exact"],
        [
            (kind, t["spans"], *(f"{t[n]:.2f}" for n in ("precision", "recall", "f1", "exact")))
            for kind, t in result["types"].items()
        ],
    )


def _show_spans(posts: Sequence[Post], found: Sequence[Found], most: int) -> None:
    shown = 0
    for post, spans in zip(posts, found, strict=True):
        wanted = [m for m in post.marks if m.problem and m.kind in RULES]
        missed = [m for m in wanted if not any(_finds(m, s) for s in spans)]
        extra = [s for s in spans if not any(_finds(m, s) for m in wanted)]
        if (missed or extra) and shown < most:
            shown += 1
            print("  span:", [("missed", m.kind, post.text[m.start : m.end]) for m in missed],
                  [("extra", k, post.text[a:b]) for a, b, k in extra], repr(post.text))  # fmt: skip


def ordinary(pipeline: Pipeline, options: argparse.Namespace) -> dict[str, Any]:
    """How many ordinary texts these detectors hold, and for what."""
    result = {}
    table = []
    for source in ORDINARY:
        rules: Counter[str] = Counter()
        texts = _texts(options.data, source)
        flagged = 0
        for text in texts:
            findings = held(pipeline, text)
            flagged += bool(findings)
            rules.update({f.rule for f in findings})
            if findings and options.show:
                print("  ", source, sorted({f.rule for f in findings}), repr(text[:160]))
        result[source] = {"texts": len(texts), "flagged": flagged, "rules": dict(rules.most_common())}
        table.append((source, len(texts), flagged, f"{100 * flagged / len(texts):.2f}"))
    print_table(["corpus", "texts", "held", "%"], table)
    return result


def _texts(folder: Path, source: str) -> list[str]:
    with gzip.open(folder / f"{source}.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line)["text"] for line in file]


def cost(pipeline: Pipeline, _: argparse.Namespace) -> dict[str, Any]:
    """CPU time of the detectors by post, memory, threads, and hostile strings."""
    alone = Alone()
    result: dict[str, Any] = {}
    sources = {"ordinary": ordinary_posts(), "fresh": [p.text for p in fresh_posts("development")]}
    posts = [text for texts in sources.values() for text in texts]
    for text in posts:
        alone(text)
    for source, texts in sources.items():
        times = sorted(alone(text) for text in texts)
        result[f"{source}_mean_ms"] = statistics.mean(times)
        result[f"{source}_95_ms"] = times[int(0.95 * len(times))]
    marks = [_memory()]
    for number in range(50_000):
        # Words that nothing has seen before: a cache of words would show.
        alone(f"{posts[number % len(posts)]} x{number}w{number % 977}")
        if number % 10_000 == 9_999:
            marks.append(_memory())
    result["memory_mb_each_10000_posts"] = marks
    once = [as_found(held(pipeline, text)) for text in posts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: as_found(held(pipeline, text)), posts))
    result["threads_differ"] = sum(a != b for a, b in zip(once, together, strict=True))
    for name, text in HOSTILE.items():
        result[f"hostile_{name}_ms"] = alone(text)
    print(json.dumps(result, indent=1), "\n")
    return result


class Alone:
    """The two detectors with a document reader, so that nothing else is timed."""

    def __init__(self) -> None:
        self._reader = Reader()
        self._detectors = (PersonalDataDetector(), SecretsDetector())
        self._organisation = Organisation.load("haringey")
        self._calendar = load_calendar()

    def __call__(self, text: str) -> float:
        """Screen a text and return the CPU milliseconds, without the language model's, which all share."""
        draft = Draft(text=text)
        situation = read_situation(draft, self._organisation, self._calendar, now())
        context = Context(self._organisation, situation)
        with self._reader.open(draft) as document:
            for part in document.parts:
                part.windows  # noqa: B018  # worked out here, on first use
            start = time.process_time()
            for detector in self._detectors:
                list(detector.detect(document, context))
            return 1000 * (time.process_time() - start)


HOSTILE = {
    "digits": "7" * 10_000,
    "mobile_digits": "07" * 20_000,
    "at": "a@" * 20_000,
    "spaced": "1 " * 20_000,
    "dots": "1." * 20_000,
    "capitals": "Aa " * 13_000,
    "addresses": "Flat 2, 14 Elder Road, London N15 4BX. " * 1_000,
    "other_digits": "٠٧٧٠٠ ٩٠٠١٢٣ " * 1_000,
}


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def peers(_: Pipeline, options: argparse.Namespace) -> dict[str, Any]:
    """The same posts through other tools, as they come with everything British switched on."""
    from personal_peers import PEERS

    posts = fresh_posts(options.posts)
    result = {}
    for name, load in PEERS.items():
        try:
            find: Callable[[str], Found] = load()
        except ImportError as error:
            print(f"{name}: not measured, {error.name} is not installed (benchmarks/requirements.txt)")
            continue
        start = time.process_time()
        found = [find(post.text) for post in posts]
        spent = 1000 * (time.process_time() - start) / len(posts)
        result[name] = {**score(posts, [bool(f) for f in found], found), "ms": spent}
        report(f"{name} ({spent:.1f} ms a post)", result[name])
    return result


PARTS: dict[str, Callable[[Pipeline, argparse.Namespace], dict[str, Any]]] = {
    "fresh": fresh,
    "uk": uk,
    "names": names,
    "ordinary": ordinary,
    "cost": cost,
    "peers": peers,
}

if __name__ == "__main__":
    raise SystemExit(main())
