"""Abuse, discrimination, threats and incitement: what is found, and what ordinary posts are flagged for.

Everything is measured on verdicts, at the one operating point that ships: a row counts as flagged for a kind
when a finding of that kind, of more than low severity, asks for more than allow. Corpora (``--data``) are not
part of this repository; the frame families are.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from common import ROOT, now, print_table, save
from language_rows import ATTACKS, PUBLIC, RECIPE, corpus_rows, fairness_rows, family_rows

DATA = ROOT.parent / "shared" / "data"
OURS = ("abuse", "profanity", "discrimination", "incitement")
HARM = frozenset({"abuse", "discrimination", "threat", "incitement"})
HELD = "held"  # asks for review or block, if only because a slur is quoted
Flags = frozenset[str]
Judge = Callable[[str, str], Flags]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the corpora")
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part; may be repeated")
    parser.add_argument("--limit", type=int, default=0, help="only N rows of each corpus")
    parser.add_argument(
        "--families",
        choices=("second", "blind", "development"),
        default="second",
        help="which frame families",
    )
    parser.add_argument("--show", type=int, default=0, help="print N wrong rows of each line")
    options = parser.parse_args()
    if not RECIPE.is_dir():
        print("not measured: the recipe training/language is not here", file=sys.stderr)
        return 2
    parts = options.part or [*PARTS]
    judge = our_judge()
    result: dict[str, Any] = {}
    for part in parts:
        result[part] = PARTS[part](judge, options)
    save("language", result)
    return 0


def our_judge() -> Judge:
    """Return a function from a text and what it answers to the kinds and the rules that a verdict flags."""
    from postcheck import Decision, Draft, Pipeline, Severity
    from postcheck.config import Settings
    from postcheck.detectors import BUILTIN

    others = tuple(name for name in BUILTIN if name not in OURS)
    settings = Settings.model_validate({"detectors": {"disabled": others}})
    pipeline = Pipeline(settings=settings, now=now)

    def judge(text: str, context: str = "") -> Flags:
        verdict = pipeline.check(Draft(text=text, in_reply_to=context or None))
        if verdict.failures:
            raise RuntimeError(verdict.failures[0])
        flags = set()
        for finding in verdict.findings:
            theme, _, rule = finding.rule.partition(".")
            if finding.decision <= Decision.ALLOW:
                continue
            flags.add(HELD)
            if finding.severity > Severity.LOW:
                flags.add(finding.rule)
                flags.add("profanity" if rule == "profanity" else theme)
                if rule in ("threat", "violence"):
                    flags.add("threat")
        return frozenset(flags)

    return judge


def wanted(row: Any) -> Flags:
    from labels import KINDS  # the recipe's, which main() looks for

    return frozenset(kind for kind in KINDS if row.labels.get(kind, (0, 0))[0] == 1)


def narrow_rule(row: Any) -> str | None:
    """Return the rule that names the sort of harm, where the family says of which sort it is."""
    from labels import SORTS

    for kind, sorts in SORTS.items():
        for sort in sorts:
            if row.labels.get(sort, (0, 0))[0] == 1:
                return f"{kind}.{sort}".replace("_", "-")
    return None


def right(flags: Flags, kinds: Flags) -> bool:
    """Say whether a row was judged as it should be.

    Hate has to be called discrimination. Other harm may go under any of our rules. Of an innocent text
    nothing may be said, save that it swears.
    """
    if "discrimination" in kinds:
        return "discrimination" in flags
    if kinds:
        return bool(flags & (HARM | {"profanity"}))
    return not flags & HARM


def show(rows: Sequence[tuple[Any, Flags]], most: int) -> None:
    for row, flags in random.Random(5).sample(rows, min(most, len(rows))):
        print(f"    {sorted(wanted(row))} {sorted(flags)} {row.phenomenon or row.source}: {row.text[:160]!r}")


def accuracy(marks: Sequence[bool]) -> str:
    return f"{100 * sum(marks) / len(marks):.1f}" if marks else "-"


def f1(pairs: Sequence[tuple[bool, bool]]) -> float:
    """Return F1 of (wanted, said) pairs."""
    hit = sum(w and s for w, s in pairs)
    wrong = sum(w != s for w, s in pairs)
    return 2 * hit / (2 * hit + wrong) if hit else 0.0


def macro_f1(pairs: Sequence[tuple[bool, bool]]) -> float:
    return (f1(pairs) + f1([(not w, not s) for w, s in pairs])) / 2


def families(judge: Judge, options: argparse.Namespace) -> dict[str, Any]:
    """Accuracy by phenomenon and each kind's F1, on families kept apart."""
    rows = family_rows(options.families)
    flags = [judge(row.text, row.context) for row in rows]
    by_phenomenon: dict[str, list[bool]] = defaultdict(list)
    wrong: list[tuple[Any, Flags]] = []
    for row, said in zip(rows, flags, strict=True):
        good = right(said, wanted(row))
        by_phenomenon[row.phenomenon].append(good)
        if not good:
            wrong.append((row, said))
    table = sorted((sum(m) / len(m), name, len(m)) for name, m in by_phenomenon.items())
    print_table(["phenomenon", "rows", "right %"], [(n, c, f"{100 * a:.1f}") for a, n, c in table])
    show(wrong, options.show)
    marks = [m for found in by_phenomenon.values() for m in found]
    kinds = {
        kind: f1([(kind in wanted(r), kind in s) for r, s in zip(rows, flags, strict=True)])
        for kind in sorted(HARM)
    }
    named = [
        rule in said
        for row, said in zip(rows, flags, strict=True)
        if (rule := narrow_rule(row)) and rule.partition(".")[0] in said
    ]
    print(f"{options.families} families: {accuracy(marks)} % of {len(marks)} right; F1 {kinds}")
    print(f"sort of harm named rightly, of what is found: {accuracy(named)} % of {len(named)}\n")
    return {
        "right": sum(marks) / len(marks),
        "phenomena": {n: a for a, n, _ in table},
        "f1": kinds,
        "named": sum(named) / max(1, len(named)),
    }


def fairness(judge: Judge, options: argparse.Namespace) -> dict[str, Any]:
    """False positives by group: the same innocent sentences with every group in turn."""
    rows = fairness_rows(options.families)
    by_group: dict[str, list[bool]] = defaultdict(list)
    wrong = []
    for row in rows:
        said = judge(row.text, "")
        by_group[row.group].append("discrimination" in said)
        if by_group[row.group][-1]:
            wrong.append((row, said))
    rates = {group: sum(marks) / len(marks) for group, marks in by_group.items()}
    worst = sorted(rates.items(), key=lambda item: -item[1])
    print_table(
        ["group (the worst twelve)", "rows", "flagged %"],
        [(group, len(by_group[group]), f"{100 * rate:.1f}") for group, rate in worst[:12]],
    )
    show(wrong, options.show)
    print(f"{len(rates)} groups: mean {100 * statistics.mean(rates.values()):.2f} % flagged\n")
    return rates


def corpora(judge: Judge, options: argparse.Namespace) -> dict[str, Any]:
    """Macro-F1 of discrimination on each corpus that says what is hateful."""
    result = {}
    table = []
    rows = _by_source(options)
    for source in ("hate_dynamic", "hate_emoji", "hate_measuring", "group_mentions"):
        found = [r for r in rows[source] if "discrimination" in r.labels]
        pairs = []
        wrong = []
        for row in found:
            said = judge(row.text, row.context)
            pairs.append((row.labels["discrimination"][0] == 1, "discrimination" in said))
            if pairs[-1][0] != pairs[-1][1]:
                wrong.append((row, said))
        show(wrong, options.show)
        hits = [s for w, s in pairs if w]
        passes = [not s for w, s in pairs if not w]
        result[source] = macro_f1(pairs)
        table.append((source, len(pairs), f"{macro_f1(pairs):.3f}", accuracy(hits), accuracy(passes)))
    print_table(["corpus (dev)", "rows", "macro-F1", "hate found %", "rest left alone %"], table)
    return result


def ordinary(judge: Judge, options: argparse.Namespace) -> dict[str, Any]:
    """How many ordinary public-service texts these detectors send to review or block."""
    result = {}
    table = []
    total: list[bool] = []
    rows = _by_source(options)
    for source in (*PUBLIC, "claims", "names_tweets"):
        said = [(row, judge(row.text, "")) for row in rows[source]]
        held = [(row, flags) for row, flags in said if flags]
        dev = [bool(flags) for row, flags in said if row.split == "dev"]
        unsworn = sum(bool(flags & HARM) for _, flags in said) / len(said)
        result[source] = {"flagged": len(held) / len(said), "beyond_swearing": unsworn}
        if source in PUBLIC:
            total += [bool(flags) for _, flags in said]
        table.append(
            (source, len(said), f"{100 * len(held) / len(said):.2f}", f"{100 * unsworn:.2f}", accuracy(dev))
        )
        show(held, options.show)
    print_table(["corpus", "rows", "flagged %", "beyond swearing %", "flagged % (unseen)"], table)
    print(f"public_*: {accuracy(total)} % flagged\n")
    result["public"] = {"flagged": sum(total) / len(total)}
    return result


def robustness(judge: Judge, options: argparse.Namespace) -> dict[str, Any]:
    """Accuracy on the same rows clean and attacked."""
    rng = random.Random(11)
    rows = rng.sample(family_rows(options.families), 500)
    rows += rng.sample(_by_source(options)["hate_dynamic"], 500)
    clean = [right(judge(r.text, r.context), wanted(r)) for r in rows]
    table = [("clean", accuracy(clean), "")]
    result = {"clean": sum(clean) / len(clean)}
    for name, attack in ATTACKS.items():
        marks = [right(judge(attack(r.text, rng), r.context), wanted(r)) for r in rows]
        result[name] = sum(marks) / len(marks)
        table.append((name, accuracy(marks), f"{100 * (result['clean'] - result[name]):+.1f}"))
    mean = sum(result[name] for name in ATTACKS) / len(ATTACKS)
    table.append(("all attacks", f"{100 * mean:.1f}", f"{100 * (result['clean'] - mean):+.1f}"))
    print_table(["spelling", "right %", "points lost"], table)
    return {**result, "mean": mean}


def latency(judge: Judge, _: argparse.Namespace) -> dict[str, Any]:
    """CPU milliseconds of the four detectors together, by length; load time, size and memory."""
    from postcheck.language.model import shipped_model
    from postcheck.resources import language_model_dir

    post = "the council is asking residents what they think about new cycle lanes in this area"
    words = post.split()
    judge("Warm up.", "")
    count = shipped_model().tokens
    result: dict[str, Any] = {}
    table = []
    for length in (16, 25, 32, 64, 128, 256):
        times = []
        for number in range(60):
            text = ""
            at = number
            while len(count(text).ids) < length:
                text += words[at % len(words)] + " "
                at += 1
            start = time.process_time()
            judge(text, "")
            times.append(1000 * (time.process_time() - start))
        result[str(length)] = statistics.median(times)
        table.append((f"{length} tokens", f"{statistics.median(times):.2f}", f"{sorted(times)[56]:.2f}"))
    print_table(["text", "median ms", "95 % ms"], table)
    result |= json.loads(
        subprocess.run([sys.executable, "-c", _ALONE], check=True, capture_output=True).stdout
    )
    result["disk_mb"] = sum(f.stat().st_size for f in language_model_dir().iterdir()) / 1e6
    print({k: round(v, 3) for k, v in result.items() if k.endswith(("_s", "_mb"))}, "\n")
    return result


# A process of its own: what the model alone takes, libraries included.
_ALONE = """
import json, time
from postcheck.language.model import shipped_model
def peak():  # not getrusage: its figure starts with what the parent process had
    return int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) / 1024
start = peak()
at = time.process_time()
import numpy, onnxruntime, tokenizers
libraries = time.process_time() - at
at = time.process_time()
model = shipped_model()
load = time.process_time() - at
for _ in range(500):
    model.judge(model.tokens("a sentence to judge " * 12).ids)
print(json.dumps({"libraries_s": libraries, "load_s": load, "memory_mb": peak() - start}))
"""


def peers(judge: Judge, options: argparse.Namespace) -> dict[str, Any]:
    """Other filters on the same rows; each says only "bad" or "fine"."""
    rows = family_rows(options.families)
    ordinary_rows = [r for s in PUBLIC for r in _by_source(options)[s]]
    dynamic = _by_source(options)["hate_dynamic"]
    table = []
    result: dict[str, Any] = {}
    judges: dict[str, Callable[[str], bool]] = {"postcheck": lambda text: bool(judge(text, "")), **_peers()}
    for name, bad in judges.items():
        start = time.process_time()
        judged = [bad(r.text) == bool(wanted(r)) for r in rows]
        each = 1000 * (time.process_time() - start) / len(rows)
        hate = [(bool(wanted(r)), bad(r.text)) for r in dynamic]
        flagged = [bad(r.text) for r in ordinary_rows]
        result[name] = {
            "families": sum(judged) / len(judged),
            "hate_dynamic": macro_f1(hate),
            "ordinary": sum(flagged) / len(flagged),
        }
        table.append((name, accuracy(judged), f"{macro_f1(hate):.3f}", accuracy(flagged), f"{each:.1f}"))
    print_table(["filter", "families right %", "hate_dynamic macro-F1", "ordinary flagged %", "ms"], table)
    return result


def _peers() -> dict[str, Callable[[str], bool]]:
    found: dict[str, Callable[[str], bool]] = {}
    try:
        from better_profanity import profanity

        profanity.load_censor_words()
        found["better-profanity"] = profanity.contains_profanity
    except ImportError:
        print("not measured: better-profanity is not installed")
    try:
        from profanity_check import predict

        found["alt-profanity-check"] = lambda text: bool(predict([text])[0])
    except ImportError:
        print("not measured: alt-profanity-check is not installed")
    try:
        from glin_profanity import Filter

        peer = Filter()
        found["glin-profanity"] = lambda text: bool(peer.is_profane(text))
    except ImportError:
        print("not measured: glin-profanity is not installed")
    return found


_CACHE: dict[str, list[Any]] = {}


def _by_source(options: argparse.Namespace) -> dict[str, list[Any]]:
    if not _CACHE:
        found: dict[str, list[Any]] = defaultdict(list)
        for row in corpus_rows(options.data):
            if not options.limit or len(found[row.source]) < options.limit:
                found[row.source].append(row)
        _CACHE.update(found)
    return _CACHE


PARTS: dict[str, Callable[[Judge, argparse.Namespace], dict[str, Any]]] = {
    "families": families,
    "fairness": fairness,
    "corpora": corpora,
    "ordinary": ordinary,
    "robustness": robustness,
    "latency": latency,
    "peers": peers,
}

if __name__ == "__main__":
    raise SystemExit(main())
