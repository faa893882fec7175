"""A verdict for people at a terminal: decision, the words underlined, clauses, reasons, next steps."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from postcheck.masking import MASK, hidden_ranges, shown_evidence
from postcheck.model import Decision, Finding, Severity, Verdict
from postcheck.render import cells, part_label, part_text, visible, where

if TYPE_CHECKING:
    from rich.text import Text

Line = list[tuple[str, str]]  # pieces of text, each with a rich style ("" for none)

_DECISION_STYLE = {
    Decision.ALLOW: "bold green",
    Decision.REVIEW: "bold black on yellow",
    Decision.BLOCK: "bold white on red",
    Decision.NOT_SCREENED: "bold cyan",
}
_SEVERITY_STYLE = {
    Severity.INFO: "dim",
    Severity.LOW: "cyan",
    Severity.MEDIUM: "yellow",
    Severity.HIGH: "bold red",
}
_HEADLINE = {
    Decision.ALLOW: "ALLOW",
    Decision.REVIEW: "REVIEW",
    Decision.BLOCK: "BLOCK",
    Decision.NOT_SCREENED: "NOT SCREENED",
}
_LONG_PART = 12  # a part with more lines than this is cut down to those with hits


def to_text(verdict: Verdict, *, reveal: bool = False, width: int = 100) -> str:
    """Return a verdict as plain text, at most ``width`` columns wide where words allow.

    Args:
        verdict: what to render.
        reveal: show personal data and secrets.
        width: columns.
    """
    return (
        "\n".join("".join(piece for piece, _ in line).rstrip() for line in _lines(verdict, reveal, width))
        + "\n"
    )


def to_rich(verdict: Verdict, *, reveal: bool = False, width: int = 100) -> Text:
    """Return the same text with colours, for a terminal."""
    from rich.text import Text

    text = Text(no_wrap=True, end="")
    for line in _lines(verdict, reveal, width):
        for piece, style in line:
            text.append(piece, style=style or None)
        text.append("\n")
    return text


def _lines(verdict: Verdict, reveal: bool, width: int) -> Iterator[Line]:
    headline = _HEADLINE[verdict.decision]
    yield [
        (f" {headline} ", _DECISION_STYLE[verdict.decision]),
        (f"  policy {visible(str(verdict.policy))}, organisation {visible(verdict.organisation)}", "dim"),
    ]
    parts = dict.fromkeys(finding.part for finding in verdict.findings if finding.span is not None)
    for part in parts:
        words = part_text(verdict.draft, part)
        if words:
            yield []
            if part != "text":
                yield [(f"{visible(part_label(part))}:", "dim")]
            yield from _underlined(words, part, verdict.findings, reveal, max(width - 4, 20))
    for number, finding in enumerate(verdict.findings, start=1):
        yield []
        yield from _finding(number, finding, verdict, reveal, width)
    lists = (
        ("Next", verdict.next_steps, "bold"),
        ("Could not be checked", verdict.failures, "bold red"),
        ("Not known", verdict.unknown, "dim"),
    )
    for title, items, style in lists:
        if items:
            yield []
            yield [(f"{title}:", style)]
            for item in items:
                yield from _wrapped("  - ", visible(item), "", width)


def _finding(number: int, finding: Finding, verdict: Verdict, reveal: bool, width: int) -> Iterator[Line]:
    yield [
        (f"{number:>2}  ", "bold"),
        (finding.rule, "bold"),
        ("  ", ""),
        (finding.severity.value, _SEVERITY_STYLE[finding.severity]),
        (f"  asks for {finding.decision}, confidence {finding.confidence:.2f}, {where(finding)}", "dim"),
    ]
    yield from _wrapped("    ", visible(finding.message), "", width)
    for clause in finding.clauses:
        cited = f"clause {clause.id}, {clause.title} ({clause.citation})"
        yield from _wrapped("    ", visible(cited), "blue", width)
    if finding.evidence and part_text(verdict.draft, finding.part) is None:
        evidence = visible(shown_evidence(finding, verdict.findings, reveal))
        yield from _wrapped("    ", f"seen: “{evidence}”", "", width)
    if finding.excuse:
        yield from _wrapped("    ", f"softened: {visible(finding.excuse)}", "dim", width)
    if finding.suggestion:
        yield from _wrapped("    ", f"try: {visible(finding.suggestion)}", "green", width)


def _wrapped(lead: str, text: str, style: str, width: int) -> Iterator[Line]:
    wrapped = textwrap.wrap(text, max(width - len(lead), 20), break_on_hyphens=False) or [""]
    for index, line in enumerate(wrapped):
        yield [(lead if index == 0 else " " * len(lead), ""), (line, style)]


def _underlined(
    words: str, part: str, findings: tuple[Finding, ...], reveal: bool, width: int
) -> Iterator[Line]:
    """Yield the lines of a part, each followed by its underline and the numbers of its findings."""
    shown = cells(words)
    for start, end in hidden_ranges(findings, part, len(words), reveal):
        shown[start:end] = [MASK] + [""] * (end - start - 1)
    marks: dict[int, list[int]] = {}
    for number, finding in enumerate(findings, start=1):
        if finding.part == part and finding.span is not None:
            for position in range(finding.span.start, max(finding.span.end, finding.span.start + 1)):
                marks.setdefault(position, []).append(number)
    rows = _rows(shown, width)
    hit = [any(position in marks for position in range(start, end)) for start, end in rows]
    skipped = False
    seen: set[int] = set()
    for index, (start, end) in enumerate(rows):
        if len(rows) > _LONG_PART and not any(hit[max(index - 1, 0) : index + 2]):
            if not skipped:
                yield [("  │ ", "dim"), ("[…]", "dim")]
            skipped = True
            continue
        skipped = False
        yield [("  │ ", "dim"), *_words(shown, start, end, marks, findings)]
        if hit[index]:
            yield [("  │ ", "dim"), *_carets(shown, start, end, marks, findings)]
            yield [("  │ ", "dim"), (_numbers(shown, start, end, marks, seen), "bold")]


def _rows(shown: list[str], width: int) -> list[tuple[int, int]]:
    """Break a part into rows of at most ``width`` columns, at line feeds and, if possible, at spaces."""
    rows: list[tuple[int, int]] = []
    start, used, space = 0, 0, -1
    for position, cell in enumerate(shown):
        if cell == "\n":
            rows.append((start, position))
            start, used, space = position + 1, 0, -1
            continue
        columns = _columns(cell)
        if used and used + columns > width:
            cut = space + 1 if space >= start else position
            rows.append((start, cut))
            used = sum(_columns(c) for c in shown[cut:position])
            start, space = cut, -1
        used += columns
        if cell == " ":
            space = position
    if start < len(shown) or not rows:
        rows.append((start, len(shown)))
    return rows


def _columns(cell: str) -> int:
    if len(cell) == 1 and " " <= cell <= "~":  # nearly every letter of a post
        return 1
    unseen = ("Mn", "Me", "Cf")
    seen = (char for char in cell if unicodedata.category(char) not in unseen)
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in seen)


def _style(numbers: list[int] | None, findings: tuple[Finding, ...]) -> str:
    return _SEVERITY_STYLE[max(findings[n - 1].severity for n in numbers)] if numbers else ""


def _words(
    shown: list[str], start: int, end: int, marks: dict[int, list[int]], findings: tuple[Finding, ...]
) -> Line:
    return _joined((shown[p], _style(marks.get(p), findings)) for p in range(start, end))


def _carets(
    shown: list[str], start: int, end: int, marks: dict[int, list[int]], findings: tuple[Finding, ...]
) -> Line:
    return _joined(
        (("^" if p in marks else " ") * _columns(shown[p]), _style(marks.get(p), findings))
        for p in range(start, end)
    )


def _joined(pieces: Iterator[tuple[str, str]]) -> Line:
    return [
        ("".join(text for text, _ in group), style) for style, group in groupby(pieces, key=lambda p: p[1])
    ]


def _numbers(shown: list[str], start: int, end: int, marks: dict[int, list[int]], seen: set[int]) -> str:
    """Return the row of finding numbers, each below the first column of its hit on this row."""
    row, column = "", 0
    here: set[int] = set()
    for position in range(start, end):
        new = [n for n in marks.get(position, []) if n not in here]
        if new:
            # A hit that began on an earlier row is marked again, so that every underline has its number.
            label = ",".join(f"{n}" + ("…" if n in seen else "") for n in new)
            row = row.ljust(column) if len(row) < column else f"{row} " if row else row
            row += label
            here.update(new)
        column += _columns(shown[position])
    seen |= here
    return row
