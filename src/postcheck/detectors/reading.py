"""What cannot be judged, because it is in a language that postcheck does not read."""

from __future__ import annotations

from collections.abc import Iterable

from postcheck.detectors.base import Context, make_finding
from postcheck.document import Document
from postcheck.model import Finding, Rule, Severity

UNREAD = Rule(
    id="process.unread-language",
    severity=Severity.MEDIUM,
    message="Not in English: postcheck cannot judge what it says",
    suggestion="Have somebody who reads the language check it.",
)


class ReadingDetector:
    """Finds sentences that no detector understands."""

    name = "reading"
    rules = (UNREAD,)

    def detect(self, document: Document, context: Context) -> Iterable[Finding]:
        """Yield one finding a stretch of another language."""
        for part in document.parts:
            for start, end in part.foreign:
                yield make_finding(UNREAD, self.name, part, start, end, confidence=0.9)
