"""The organisation's own business before it may be known, and texts that carry a marking.

A marking is words that label a text, and the lexicon finds exactly those. What a text gives away without any
label (a price before the award, a decision before the meeting) the language model reads. An embargo counts
until it ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from postcheck.calendar import LONDON
from postcheck.detectors.base import Context
from postcheck.detectors.embargo import embargo_end
from postcheck.detectors.language import LanguageDetector, Reads
from postcheck.document import Document
from postcheck.model import Finding, Severity

OVER = "embargo over"
# What carries the marking of an embargo that ended longer ago may be the wrong draft: a person looks.
_STALE = timedelta(days=60)


class ConfidentialDetector(LanguageDetector):
    """Finds markings, and procurement, staff, legal, security and other matters not yet public."""

    name = "confidential"
    lexicons = ("confidential",)
    reads = (
        Reads(
            "confidential",
            "confidential.unpublished-decision",
            (
                ("confidential_procurement", "confidential.procurement"),
                ("confidential_hr", "confidential.hr"),
                ("confidential_legal", "confidential.legal"),
                ("confidential_exempt", "confidential.exempt"),
                ("confidential_security", "confidential.security"),
                ("confidential_safeguarding", "confidential.safeguarding"),
                ("confidential_embargo", "confidential.embargo"),
            ),
        ),
    )

    def detect(self, document: Document, context: Context) -> Iterable[Finding]:
        """Yield findings; an embargo that ends before the draft is published stays at info."""
        texts = {part.name: part.original for part in document.parts}
        for finding in super().detect(document, context):
            yield self._timed(finding, texts[finding.part], context)

    @staticmethod
    def _timed(finding: Finding, text: str, context: Context) -> Finding:
        if finding.rule != "confidential.embargo" or finding.excuse:
            return finding
        end = embargo_end(text, context.situation.now.astimezone(LONDON))
        if end is None:
            return finding
        if context.situation.when - end > _STALE:
            message = f"{finding.message} until {end:%d %B %Y}, long ago: take the marking out"
            return finding.model_copy(update={"severity": Severity.MEDIUM, "message": message})
        if end <= context.situation.when:
            message = f"{finding.message}; it is over when this is published"
            return finding.model_copy(update={"severity": Severity.INFO, "excuse": OVER, "message": message})
        return finding.model_copy(update={"message": f"{finding.message} until {end:%d %B %Y, %H:%M}"})
