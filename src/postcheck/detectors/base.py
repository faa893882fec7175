"""What a detector is, and what it is told about the draft's circumstances."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from postcheck.model import Finding, Rule, Severity, Span

if TYPE_CHECKING:
    from postcheck.document import Document, Part
    from postcheck.organisation import Organisation
    from postcheck.situation import Situation


@dataclass(frozen=True, slots=True)
class Context:
    """What a detector may know besides the draft.

    Attributes:
        organisation: identities, contacts, channels and other facts of the organisation.
        situation: who, where and when: the tier of the account, the publication time, the window.
    """

    organisation: Organisation
    situation: Situation


@runtime_checkable
class Detector(Protocol):
    """A pure object that reads a document and yields what it sees.

    It keeps no state between drafts, is called from several threads at once, never decides and
    never names a clause.
    """

    name: str
    rules: tuple[Rule, ...]

    def detect(self, document: Document, context: Context) -> Iterable[Finding]:
        """Yield findings; spans are code points of the part they name."""
        ...


def make_finding(
    rule: Rule,
    detector: str,
    part: Part,
    start: int,
    end: int,
    *,
    confidence: float = 1.0,
    severity: Severity | None = None,
    message: str | None = None,
    suggestion: str | None = None,
    excuse: str | None = None,
) -> Finding:
    """Make a finding about ``part.original[start:end]`` with the defaults of its rule."""
    return Finding(
        rule=rule.id,
        severity=severity or rule.severity,
        confidence=confidence,
        message=message or rule.message,
        part=part.name,
        span=Span(start=start, end=end),
        evidence=part.original[start:end],
        suggestion=suggestion or rule.suggestion,
        excuse=excuse,
        detector=detector,
    )
