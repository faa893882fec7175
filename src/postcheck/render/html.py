"""A verdict as an HTML fragment for notebooks: everything escaped, no script, no style sheet."""

from __future__ import annotations

import html
from itertools import groupby

from postcheck.masking import MASK, hidden_ranges, shown_evidence
from postcheck.model import Decision, Finding, Severity, Verdict
from postcheck.render import cells, part_label, part_text, visible, where

# Foreground on background; every pair has a contrast of at least 7 to 1 (a test computes it).
DECISION_COLOURS = {
    Decision.ALLOW: ("#0b3d1c", "#d9f2e0"),
    Decision.REVIEW: ("#4a3000", "#ffe9b8"),
    Decision.BLOCK: ("#ffffff", "#8c1414"),
    Decision.NOT_SCREENED: ("#10324a", "#d8ebf7"),
}
SEVERITY_COLOURS = {
    Severity.INFO: ("#1f2933", "#e4e7eb"),
    Severity.LOW: ("#10324a", "#cfe6f5"),
    Severity.MEDIUM: ("#4a3000", "#ffdf9e"),
    Severity.HIGH: ("#5c0a0a", "#ffd3d3"),
}
# Colours are given for the whole fragment: a dark notebook theme would otherwise mix with ours.
_BOX = "color:#1f2933;background:#ffffff;border:1px solid #9aa5b1;padding:0.8em;font-family:sans-serif"
_TEXT = "white-space:pre-wrap;overflow-wrap:anywhere;max-height:24em;overflow:auto"
_CELL = "text-align:left;vertical-align:top;padding:0.3em 0.8em 0.3em 0;border-top:1px solid #cbd2d9"


def to_html(verdict: Verdict, *, reveal: bool = False) -> str:
    """Return the verdict as an escaped fragment: the text with its hits marked, and the findings.

    Args:
        verdict: what to render; without its draft only the findings are shown.
        reveal: show personal data and secrets.
    """
    foreground, background = DECISION_COLOURS[verdict.decision]
    decision = verdict.decision.value.replace("_", " ").upper()
    pieces = [
        f'<div style="{_BOX}" dir="ltr">',
        f'<p style="margin:0 0 0.6em 0"><strong style="color:{foreground};background:{background};'
        f'padding:0.2em 0.6em">{decision}</strong> '
        f"policy {_safe(str(verdict.policy))}, organisation {_safe(verdict.organisation)}</p>",
    ]
    for part in dict.fromkeys(finding.part for finding in verdict.findings if finding.span is not None):
        words = part_text(verdict.draft, part)
        if words:
            pieces.append(_marked(words, part, verdict.findings, reveal))
    pieces += _pictures(verdict, reveal)
    if verdict.findings:
        pieces.append(_table(verdict, reveal))
    lists = (
        ("Next", verdict.next_steps),
        ("Could not be checked", verdict.failures),
        ("Not known", verdict.unknown),
    )
    for title, items in lists:
        if items:
            rows = "".join(f'<li dir="auto">{_safe(item)}</li>' for item in items)
            pieces.append(f'<p style="margin:0.8em 0 0 0"><strong>{title}</strong></p><ul>{rows}</ul>')
    pieces.append("</div>")
    return "\n".join(pieces) + "\n"


def _safe(text: str) -> str:
    return html.escape(visible(text), quote=True)


def _marked(words: str, part: str, findings: tuple[Finding, ...], reveal: bool) -> str:
    shown = cells(words)
    for start, end in hidden_ranges(findings, part, len(words), reveal):
        shown[start:end] = [MASK] + [""] * (end - start - 1)
    numbers: list[tuple[int, ...]] = [()] * len(shown)
    for number, finding in enumerate(findings, start=1):
        if finding.part == part and finding.span is not None:
            for position in range(finding.span.start, min(finding.span.end, len(shown))):
                numbers[position] += (number,)
    pieces: list[str] = []
    seen: set[int] = set()
    for hits, positions in groupby(range(len(shown)), key=numbers.__getitem__):
        text = html.escape("".join(shown[position] for position in positions))
        pieces.append(_mark(text, hits, findings, seen) if hits else text)
    label = "" if part == "text" else f"<p><em>{_safe(part_label(part))}</em></p>"
    return f'{label}<div dir="auto" style="{_TEXT};margin:0.6em 0">{"".join(pieces)}</div>'


def _mark(text: str, hits: tuple[int, ...], findings: tuple[Finding, ...], seen: set[int]) -> str:
    severity = max(findings[number - 1].severity for number in hits)
    foreground, background = SEVERITY_COLOURS[severity]
    title = _safe(", ".join(dict.fromkeys(findings[number - 1].rule for number in hits)))
    new = ",".join(str(number) for number in hits if number not in seen)
    seen.update(hits)
    # The number ties a mark to its row, so that nothing depends on telling colours apart.
    note = f"<sup>{new}</sup>" if new else ""
    style = f"color:{foreground};background:{background};text-decoration:underline"
    return f'<mark title="{title}" style="{style}">{text}{note}</mark>'


def _pictures(verdict: Verdict, reveal: bool) -> list[str]:
    """Return a figure for each picture of the draft that can be shown."""
    if verdict.draft is None:
        return []
    from postcheck.render.thumbnails import thumbnail

    style = "display:inline-block;margin:0.6em 0.8em 0 0;vertical-align:top"
    return [
        f'<figure style="{style}"><img style="max-width:100%" alt="Image {number + 1}, with a numbered box '
        f'round each finding" src="{uri}"><figcaption>Image {number + 1}</figcaption></figure>'
        for number in range(len(verdict.draft.attachments))
        if (uri := thumbnail(verdict, number, reveal=reveal)) is not None
    ]


def _table(verdict: Verdict, reveal: bool) -> str:
    head = "".join(
        f'<th scope="col" style="{_CELL}">{name}</th>'
        for name in ("#", "Rule", "Severity", "What and why", "Clause")
    )
    rows = "".join(
        _row(number, finding, verdict, reveal) for number, finding in enumerate(verdict.findings, start=1)
    )
    style = "border-collapse:collapse;color:inherit;background:inherit"
    return f'<table style="{style}"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _row(number: int, finding: Finding, verdict: Verdict, reveal: bool) -> str:
    foreground, background = SEVERITY_COLOURS[finding.severity]
    why = [_safe(finding.message)]
    if finding.evidence and part_text(verdict.draft, finding.part) is None:
        why.append(f"Seen: “<bdi>{_safe(shown_evidence(finding, verdict.findings, reveal))}</bdi>”")
    if finding.excuse:
        why.append(f"Softened: {_safe(finding.excuse)}")
    if finding.suggestion:
        why.append(f"Try: {_safe(finding.suggestion)}")
    facts = f"Asks for {finding.decision}, confidence {finding.confidence:.2f}, {_safe(where(finding))}"
    why.append(f"<small>{facts}</small>")
    clauses = "<br>".join(
        f'<span title="{_safe(c.summary)}">{_safe(f"{c.id} {c.title} ({c.citation})")}</span>'
        for c in finding.clauses
    )
    style = f"color:{foreground};background:{background};padding:0 0.4em"
    severity = f'<span style="{style}">{finding.severity}</span>'
    columns = (str(number), f"<code>{_safe(finding.rule)}</code>", severity, "<br>".join(why), clauses)
    return "<tr>" + "".join(f'<td style="{_CELL}" dir="auto">{cell}</td>' for cell in columns) + "</tr>"
