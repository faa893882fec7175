"""Names of people: found in tweets, and in posts with names of every community that nobody trained on."""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from common import print_table
from postcheck import Draft, Pipeline
from postcheck.detectors.language import position
from postcheck.detectors.personal_cues import load_cues
from postcheck.detectors.personal_people import find_people, with_named
from postcheck.document import Reader
from postcheck.language.marked import people_named

NAMES = Path(__file__).with_name("fresh") / "names.toml"
_SLOT = re.compile(r"\{(\w+)\}")
_TITLES = ("Mr", "Mrs", "Ms", "Miss", "Dr")
_LEADING_TITLE = re.compile(r"(?:Mrs?|Ms|Miss|Mx|Dr)\.? ")
_READER = Reader()
Spans = list[tuple[int, int]]


def names(_: Pipeline, options: argparse.Namespace) -> dict[str, Any]:
    """F1 of the names of people: in the dev rows of names_tweets, and by community."""
    found: dict[str, Any] = {}
    if options.data.is_dir():
        found["tweets"] = _score(_tweets(options.data), "tweets", options.show)
    rows = list(_posts())
    by_community = {name: _score(posts, name, options.show) for name, posts in rows}
    found["posts"] = _score([post for _, posts in rows for post in posts], "posts", 0)
    worst = sorted(by_community.items(), key=lambda item: item[1]["f1"])
    print_table(
        ["names of people", "named", "precision", "recall", "F1"],
        [
            (name, r["named"], *(f"{r[k]:.2f}" for k in ("precision", "recall", "f1")))
            for name, r in [*found.items(), *worst]
        ],
    )
    return found | {"communities": by_community}


def _tweets(data: Path) -> list[tuple[str, Spans]]:
    with gzip.open(data / "names_tweets.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [row for line in file if (row := json.loads(line))["split"] == "dev"]
    return [(row["text"], [(s, e) for s, e, kind in row["entities"] if kind == "PERSON"]) for row in rows]


def _posts() -> Iterator[tuple[str, list[tuple[str, Spans]]]]:
    """Yield each community with every frame filled with its names."""
    data = tomllib.loads(NAMES.read_text(encoding="utf-8"))
    for community in data["community"]:
        rng = random.Random(community["id"])
        yield community["id"], [_fill(frame, community, rng) for frame in data["frames"]]


def _fill(frame: str, community: dict[str, Any], rng: random.Random) -> tuple[str, Spans]:
    text, spans, at = "", [], 0
    for slot in _SLOT.finditer(frame):
        text += frame[at : slot.start()]
        first, last = rng.choice(community["first"]), rng.choice(community["surname"])
        title = f"{rng.choice(_TITLES)} " if slot[1] == "titled" else ""
        name = {"full": f"{first} {last}", "first": first}.get(slot[1], last)
        spans.append((len(text) + len(title), len(text) + len(title) + len(name)))
        text += title + name
        at = slot.end()
    return text + frame[at:], spans


def _score(rows: Iterable[tuple[str, Spans]], name: str, show: int) -> dict[str, Any]:
    """Return precision, recall and F1; a name counts where both overlap by half, a title aside."""
    named = said = right = 0
    for text, spans in rows:
        found = _named(text)
        hits = sum(any(_same(s, f) for f in found) for s in spans)
        named, said, right = named + len(spans), said + len(found), right + hits
        if show and hits < max(len(spans), len(found)):
            show -= 1
            print("  ", name, [text[s:e] for s, e in spans], [text[s:e] for s, e in found], repr(text))
    return {
        "named": named,
        "precision": right / max(1, said),
        "recall": right / max(1, named),
        "f1": 2 * right / max(1, named + said),
    }


def _named(text: str) -> Spans:
    cues = load_cues()
    with _READER.open(Draft(text=text)) as document:
        windows = document.parts[0].windows if document.parts else ()
    spans = people_named(windows, position("person"), text)
    found = []
    for person in with_named(find_people(text, cues), spans, text, cues):
        title = _LEADING_TITLE.match(text, person.start)
        found.append((title.end() if title else person.start, person.end))
    return found


def _same(one: tuple[int, int], other: tuple[int, int]) -> bool:
    both = min(one[1], other[1]) - max(one[0], other[0])
    return both / (max(one[1], other[1]) - min(one[0], other[0])) >= 0.5
