"""What of a finding may be shown: personal data and secrets are masked unless somebody asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from postcheck.model import Finding

MASK = "•••••"
_MASKED_THEMES = ("personal.", "secret.")


def is_private(rule: str) -> bool:
    """Say whether evidence of this rule is personal data or a secret, hidden by default."""
    return rule.startswith(_MASKED_THEMES)


def hidden_ranges(
    findings: tuple[Finding, ...], part: str, length: int, reveal: bool = False
) -> list[tuple[int, int]]:
    """Return the ranges of a part that are personal data or secrets, merged and in order."""
    if reveal:
        return []
    spans = [
        (f.span.start, f.span.end, "")
        for f in findings
        if f.part == part and f.span is not None and is_private(f.rule)
    ]
    return [(start, end) for start, end, _ in merge_spans(spans, length)]


def shown_evidence(finding: Finding, findings: tuple[Finding, ...], reveal: bool = False) -> str:
    """Return the evidence of a finding as it may be shown.

    Not only personal data and secrets are masked, but also what another finding quotes around them.
    """
    if reveal or not finding.evidence:
        return finding.evidence
    if is_private(finding.rule):
        return MASK
    if finding.span is None:
        return finding.evidence
    return cut_evidence(finding, hidden_ranges(findings, finding.part, finding.span.end))


def cut_evidence(finding: Finding, hidden: list[tuple[int, int]]) -> str:
    """Return the evidence of a finding with the hidden ranges of its part masked."""
    if finding.span is None:
        return finding.evidence
    start, end = finding.span.start, finding.span.end
    hidden = [(low, high) for low, high in hidden if low < end and high > start]
    if hidden and len(finding.evidence) != end - start:
        return MASK  # not the words of the span: nothing to cut along
    shown, position = "", start
    for low, high in hidden:
        shown += finding.evidence[position - start : max(low, position) - start] + MASK
        position = min(high, end)
    return shown + finding.evidence[position - start :]


def merge_spans(spans: list[tuple[int, int, str]], length: int) -> list[tuple[int, int, str]]:
    """Merge overlapping labelled ranges, keeping the label of the first; clip them to ``length``."""
    merged: list[tuple[int, int, str]] = []
    for start, end, label in sorted(spans, key=lambda s: (s[0], -s[1])):
        start, end = min(start, length), min(end, length)
        if start >= end:
            continue
        if merged and start < merged[-1][1]:
            before = merged[-1]
            merged[-1] = (before[0], max(before[1], end), before[2])
        else:
            merged.append((start, end, label))
    return merged
