"""The posts that the personal-data benchmark measures on, as one kind of row.

``fresh/personal/*.txt`` holds posts written apart from the detectors: ``development_*`` were looked at while
the detectors were written, of ``blind_*`` only the figures were. A line is ``+`` (somebody who knows data
protection would stop it) or ``-``, then the post, with ``[[TYPE:text]]`` round what must not be published
and ``((TYPE:text))`` round what may be.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

FRESH = Path(__file__).with_name("fresh") / "personal"
_MARK = re.compile(r"\[\[(\w+):(.*?)\]\]|\(\((\w+):(.*?)\)\)")
_SORT_AND_ACCOUNT = re.compile(r"(\d\d[- ]?\d\d[- ]?\d\d)\W{1,3}(\d{8})")
# The name of a type → the rules that find it. What has none is judged post by post only.
RULES = {
    "ADDRESS": ("personal.address",),
    "BANK": ("personal.bank-account",),
    "BLUE_BADGE": ("personal.blue-badge",),
    "BUS_PASS": ("personal.bus-pass",),
    "CARD": ("personal.card",),
    "CASE_REF": ("personal.case-reference",),
    "DOB": ("personal.date-of-birth",),
    "EMAIL": ("personal.email",),
    "GEO": ("personal.location",),
    "IBAN": ("personal.iban",),
    "IP": ("personal.ip-address",),
    "LICENCE": ("personal.driving-licence",),
    "MAC": ("personal.mac-address",),
    "MARKING": ("confidential.marking", "confidential.embargo"),
    "NHS": ("personal.nhs-number",),
    "NINO": ("personal.nino",),
    "PASSPORT": ("personal.passport",),
    "PERSON": ("personal.name",),
    "PHONE": ("personal.phone",),
    "POSTCODE": ("personal.postcode",),
    "SECRET": ("secret.",),
    "UPN": ("personal.upn",),
    "UPRN": ("personal.uprn",),
    "USERNAME": ("personal.username",),
    "UTR": ("personal.utr",),
    "VRN": ("personal.vehicle-registration",),
}
_CORPUS_NAMES = {"BANK_ACCOUNT": "BANK"}


Found = list[tuple[int, int, str]]  # start, end and type of what a checker says


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a post that somebody marked; ``problem``: it must not be published."""

    start: int
    end: int
    kind: str
    problem: bool


@dataclass(frozen=True, slots=True)
class Post:
    """A post with what should be said of it."""

    text: str
    held: bool
    source: str
    marks: tuple[Mark, ...] = field(default=())


def fresh_posts(name: str) -> list[Post]:
    """Return the posts of ``development`` or ``blind``."""
    files = sorted(FRESH.glob(f"{name}_*.txt"))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return [_post(line, name) for line in lines if line and not line.startswith("//")]


def corpus_posts(folder: Path) -> list[Post]:
    """Return the posts of ``personal_uk.jsonl.gz``."""
    with gzip.open(folder / "personal_uk.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [
        Post(
            row["text"],
            row["flag"],
            "personal_uk",
            tuple(
                Mark(
                    s["start"],
                    s["end"],
                    _CORPUS_NAMES.get(s["type"], s["type"]),
                    s["disclosure"] == "personal",
                )
                for s in row["spans"]
            ),
        )
        for row in rows
    ]


def _post(line: str, source: str) -> Post:
    sign, _, written = line.partition(" ")
    written = written.replace("\\n", "\n")
    text, marks, at = "", [], 0
    for match in _MARK.finditer(written):
        kind, value = (match[1], match[2]) if match[1] else (match[3], match[4])
        text += written[at : match.start()]
        marks.append(Mark(len(text), len(text) + len(value), kind, bool(match[1])))
        text += value
        at = match.end()
    text += written[at:]
    return Post(text, sign == "+", source, tuple(_as_in_the_corpus(text, marks)))


def _as_in_the_corpus(text: str, marks: list[Mark]) -> Iterator[Mark]:
    """Yield marks the way personal_uk has them: an address reaches over its postcode, two numbers are two."""
    for number, mark in enumerate(marks):
        after = marks[number + 1] if number + 1 < len(marks) else None
        near = after is not None and not text[mark.end : after.start].strip(" ,\n")
        if mark.kind == "ADDRESS" and after is not None and after.kind == "POSTCODE" and near:
            yield replace(mark, end=after.end)
        elif mark.kind == "BANK" and (pair := _SORT_AND_ACCOUNT.fullmatch(text, mark.start, mark.end)):
            yield replace(mark, end=pair.end(1))
            yield replace(mark, start=pair.start(2))
        else:
            yield mark
