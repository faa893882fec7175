"""Time and memory: start-up, short posts, growth with length, hostile texts, many posts.

Times are CPU seconds of one process. Run it on a quiet machine: ``python benchmarks/speed.py``, or with
``--quick`` for a first impression.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import json
import random
import resource
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common import default_pipeline, ordinary_posts, print_table, save

if TYPE_CHECKING:
    from postcheck import Pipeline

LONG = 100_000  # characters: the most that a draft may have
SHORT = 1_000
GIVE_UP_S = 60  # wall seconds for one hostile text
WARM_UP_POSTS = 1_000  # memory is compared with what it was after these


class GivenUp(BaseException):
    """Too slow; no ordinary exception, which a pipeline would take for a failing detector."""


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--quick", action="store_true", help="fewer rounds and posts")
    arguments.add_argument("--part", choices=sorted(PARTS), help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.part:
        print(json.dumps(PARTS[options.part](options.quick)))
        return 0
    result: dict[str, Any] = {"quick": options.quick}
    rows: list[tuple[str, str, str, str]] = []
    for part, describe in DESCRIPTIONS.items():
        print(f"measuring {part} ...", file=sys.stderr)
        measured = (
            best_start(part) if part in ("import", "first_verdict") else in_fresh_process(part, options.quick)
        )
        result[part] = measured
        rows += describe(measured)
    print()
    print_table(["what", "measured", "budget", ""], rows)
    print_table(
        ["hostile text of 100,000 characters", "CPU s", "x plain", "failures"],
        [
            (name, f"{one['seconds']:.2f}", f"{one['ratio']:.1f}", one["failures"])
            for name, one in result["hostile"]["texts"].items()
        ],
    )
    save("speed", result)
    return 0


def in_fresh_process(part: str, quick: bool) -> dict[str, Any]:
    command = [sys.executable, str(Path(__file__)), "--part", part, *(["--quick"] if quick else [])]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def best_start(part: str) -> dict[str, Any]:
    """Start a process five times; the least disturbed one tells what the work costs."""
    statement = {
        "import": "before = time.process_time(); import postcheck; cpu = time.process_time() - before",
        # The whole life of the process counts: interpreter, imports, data, one verdict.
        "first_verdict": "import postcheck; postcheck.check('The library opens at ten on Monday.'); "
        "cpu = time.process_time()",
    }[part]
    cpu, wall = [], []
    for _ in range(5):
        before = time.perf_counter()
        command = [sys.executable, "-c", f"import time; {statement}; print(cpu)"]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        wall.append(time.perf_counter() - before)
        cpu.append(float(done.stdout))
    return {"cpu_s": min(cpu), "cpu_median_s": statistics.median(cpu), "process_wall_s": min(wall)}


def cpu_of(call: Callable[[], object]) -> float:
    before = time.process_time()
    call()
    return time.process_time() - before


def check(pipeline: Pipeline, text: str) -> Any:
    from postcheck import Draft

    return pipeline.check(Draft(text=text))


def short_posts(quick: bool) -> dict[str, Any]:
    pipeline, posts = default_pipeline(), ordinary_posts()
    verdicts = [check(pipeline, post) for post in posts]
    gc.collect()
    rounds = 3 if quick else 20
    times = sorted(cpu_of(lambda post=post: check(pipeline, post)) for _ in range(rounds) for post in posts)
    return {
        "posts": len(posts),
        "rounds": rounds,
        "median_ms": 1000 * statistics.median(times),
        "p99_ms": 1000 * times[int(0.99 * len(times))],
        "not_allowed": sum(verdict.decision != "allow" for verdict in verdicts),
        "with_failures": sum(bool(verdict.failures) for verdict in verdicts),
    }


def plain_text(length: int) -> str:
    """Ordinary posts in ever new order, to exactly this many characters."""
    shuffled, posts, pieces, so_far = random.Random(7), ordinary_posts(), [], 0
    while so_far < length:
        shuffled.shuffle(posts)
        pieces.append("\n\n".join(posts) + "\n\n")
        so_far += len(pieces[-1])
    return "".join(pieces)[:length]


def growth(quick: bool) -> dict[str, Any]:
    """Compare one long text with its own pieces.

    What a piece costs depends on what stands in it (a phone number makes spaCy read, a plain sentence does
    not), so the short cost is the mean over all pieces of the long text, not that of one of them. A text that
    repeats one sentence has equal pieces, and is measured beside it.
    """
    pipeline = default_pipeline()
    long = plain_text(LONG)
    pieces = [long[at : at + SHORT] for at in range(0, LONG, SHORT)]
    rounds = 1 if quick else 3
    for text in (long, *pieces):
        check(pipeline, text)
    short_s = min(cpu_of(lambda: [check(pipeline, p) for p in pieces]) for _ in range(rounds)) / len(pieces)
    long_s = min(cpu_of(lambda: check(pipeline, long)) for _ in range(rounds))
    sentence = "The bins in your street will be collected a day later next week. "
    same = (sentence * (LONG // len(sentence) + 1))[:LONG]
    same_short_s = min(cpu_of(lambda: check(pipeline, same[:SHORT])) for _ in range(20))
    same_long_s = min(cpu_of(lambda: check(pipeline, same)) for _ in range(rounds))
    return {
        "short_s": short_s,
        "long_s": long_s,
        "ratio": long_s / short_s,
        "same_ratio": same_long_s / same_short_s,
    }


def hostile_texts() -> dict[str, str]:
    """Texts made to be slow: each repeats what some step has to work hard for."""
    invisible, zalgo = "\u200b\u200d\u2060\ufeff", "".join(map(chr, range(0x300, 0x340)))
    cyrillic = "\u0430\u0435\u043e\u0440\u0441\u0445"
    seeds = {
        "one letter": "a",
        "letters one by one": "a b c ",
        "stretched word": "sooooooooooooo ",
        "leet": "1d10t 5h1t k1ll ",
        "digits": "0123456789",
        "phone-like": "0208 489 ",
        "card-like": "4111 1111 1111 ",
        "postcode-like": "N22 8LE N8 ",
        "addresses of mail": "a.b@c.d.e.",
        "at signs": "@",
        "mentions": "@a ",
        "hashtags": "#AaAaAaAa",
        "links": "http://a.b/?c=",
        "dots": ".",
        "open brackets": "[[((<<{{",
        "Markdown": "**_~~`[x](",
        "HTML entities": "&amp;#x26;&lt;",
        "tags": "<a href='",
        "quotation marks": "\"'\u201c\u2018",
        "line ends": "\n",
        "spaces": " ",
        "invisible characters": "k" + invisible,
        "stacked accents": "a" + zalgo,
        "look-alike letters": cyrillic,
        "right-to-left overrides": "\u202ea\u202c",
        "ligatures that grow": "\ufdfa\ufb03",
        "emoji sequences": "\U0001f468\u200d\U0001f469\u200d\U0001f467\ufe0f",
        "threats without end": "kill you and ",
        "not, not, not": "not never no ",
        "names": "Sam Taylor and ",
        "statistics": "up 34% from 1,204 to 1,093 ",
        "base64": "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo",
        "hexadecimal": "deadbeef:",
        "key and value": "password=",
    }
    texts = {name: (seed * (LONG // len(seed) + 1))[:LONG] for name, seed in seeds.items()}
    everything = random.Random(11)
    texts["any character"] = "".join(chr(everything.choice(_ASSIGNED)) for _ in range(LONG))
    return texts


# Latin to the symbols, without the surrogates: what a keyboard or a generator may produce.
_ASSIGNED = [*range(0x20, 0x7F), *range(0xA0, 0x530), *range(0x2000, 0x2BFF), *range(0x1F300, 0x1F6FF)]


def hostile(quick: bool) -> dict[str, Any]:
    pipeline, text = default_pipeline(), plain_text(LONG)
    check(pipeline, plain_text(SHORT))
    plain = min(cpu_of(lambda: check(pipeline, text)) for _ in range(1 if quick else 3))

    def give_up(*_: object) -> None:
        raise GivenUp

    signal.signal(signal.SIGALRM, give_up)
    texts = {}
    for name, text in hostile_texts().items():
        before = time.process_time()
        signal.alarm(GIVE_UP_S)
        failures = 0
        try:
            failures = len(check(pipeline, text).failures)
            seconds = time.process_time() - before
        except GivenUp:
            seconds = time.process_time() - before
            name += " (given up)"
            pipeline = default_pipeline()  # the old one was torn out of its work
            check(pipeline, plain_text(SHORT))
        finally:
            signal.alarm(0)
        texts[name] = {"seconds": seconds, "ratio": seconds / plain, "failures": failures}
    texts = dict(sorted(texts.items(), key=lambda item: -item[1]["seconds"]))
    worst = next(iter(texts))
    return {"plain_s": plain, "worst": worst, "worst_ratio": texts[worst]["ratio"], "texts": texts}


def resident_mb() -> float:
    """Memory that this process holds now; where the system does not say, the most it has held."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * resource.getpagesize() / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # macOS counts bytes


def memory_loaded(_quick: bool) -> dict[str, Any]:
    bare = resident_mb()
    pipeline = default_pipeline()
    for post in ordinary_posts():
        check(pipeline, post)
    gc.collect()
    return {"bare_mb": bare, "loaded_mb": resident_mb()}


def memory_flat(quick: bool) -> dict[str, Any]:
    """Screen posts with ever new words: what remembers words would grow."""
    pipeline, posts = default_pipeline(), itertools.cycle(ordinary_posts())
    total = 2_000 if quick else 20_000
    words = random.Random(3)
    first = 0.0
    for number in range(1, total + 1):
        new = " ".join("".join(words.choices("abcdefghijklmnoprstuvw", k=9)) for _ in range(4))
        check(pipeline, f"{next(posts)} {new}")
        if number == WARM_UP_POSTS:
            gc.collect()
            first = resident_mb()
    gc.collect()
    last = resident_mb()
    return {"posts": total, "after_first_1000_mb": first, "after_all_mb": last, "growth_mb": last - first}


def ok(fine: bool) -> str:
    return "ok" if fine else "OVER"


PARTS: dict[str, Callable[[bool], dict[str, Any]]] = {
    "short_posts": short_posts,
    "growth": growth,
    "hostile": hostile,
    "memory_loaded": memory_loaded,
    "memory_flat": memory_flat,
}

DESCRIPTIONS: dict[str, Callable[[dict[str, Any]], list[tuple[str, str, str, str]]]] = {
    "import": lambda m: [("import postcheck", f"{m['cpu_s']:.3f} s", "0.2 s", ok(m["cpu_s"] < 0.2))],
    "first_verdict": lambda m: [
        ("first verdict in a fresh process", f"{m['cpu_s']:.2f} s", "3 s", ok(m["cpu_s"] < 3))
    ],
    "short_posts": lambda m: [
        ("ordinary post, median", f"{m['median_ms']:.2f} ms", "8 ms", ok(m["median_ms"] <= 8)),
        ("ordinary post, 99th percentile", f"{m['p99_ms']:.2f} ms", "25 ms", ok(m["p99_ms"] <= 25)),
        (f"ordinary posts not allowed, of {m['posts']}", str(m["not_allowed"]), "", ""),
        (
            f"ordinary posts with failures, of {m['posts']}",
            str(m["with_failures"]),
            "0",
            ok(not m["with_failures"]),
        ),
    ],
    "growth": lambda m: [
        ("100,000 characters against 1,000 of it", f"{m['ratio']:.0f} x", "100 x", ok(m["ratio"] <= 100)),
        (
            "the same, one sentence",
            f"{m['same_ratio']:.0f} x",
            "100 x",
            ok(m["same_ratio"] <= 100),
        ),
    ],
    "hostile": lambda m: [
        (f"worst hostile text ({m['worst']})", f"{m['worst_ratio']:.1f} x", "3 x", ok(m["worst_ratio"] <= 3))
    ],
    "memory_loaded": lambda m: [
        ("memory with everything loaded", f"{m['loaded_mb']:.0f} MB", "700 MB", ok(m["loaded_mb"] <= 700))
    ],
    "memory_flat": lambda m: [
        (
            f"memory gained over {m['posts']:,} posts",
            f"{m['growth_mb']:.1f} MB",
            "10 MB",
            ok(m["growth_mb"] <= 10),
        )
    ],
}

if __name__ == "__main__":
    sys.exit(main())
