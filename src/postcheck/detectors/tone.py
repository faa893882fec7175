"""How a draft sounds: shouting, and a reply sent in haste."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta

from postcheck.detectors.base import Context, make_finding
from postcheck.document import Document, Part
from postcheck.model import Finding, Rule, Severity

_SHOUTING = Rule(
    id="tone.shouting",
    severity=Severity.LOW,
    message="Written mostly in capitals, which reads as shouting",
    suggestion="Use sentence case.",
)
_HASTY = Rule(
    id="tone.hasty",
    severity=Severity.MEDIUM,
    message="An impatient reply",
    suggestion="Take a few minutes, and ask a colleague to read it first.",
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_SOON = timedelta(minutes=10)
_MIN_LETTERS = 20
_MAX_SHARE = 0.7
# Signs of impatience; one alone is ordinary punctuation or an ordinary word.
_EMPHATIC = re.compile(r"!{2,}|\?!|!\?|\?{2,}")
_WEARY = re.compile(
    r"\b(?:as (?:we|i) (?:have )?(?:already|repeatedly|previously)|already (?:told|explained|said|answered)|"
    r"(?:for the )?(?:last|third|umpteenth|hundredth) time|(?:once|yet) again|times now|how many times|"
    r"read (?:the|our|your) \w+|obviously|clearly you|not our (?:problem|fault))\b",
    re.IGNORECASE,
)


class ToneDetector:
    """Finds shouting anywhere, and impatience in replies."""

    name = "tone"
    rules = (_SHOUTING, _HASTY)

    def detect(self, document: Document, context: Context) -> Iterable[Finding]:
        """Yield findings about the draft's own text."""
        part = document.part("text")
        if part is None:
            return
        # Capitals in a warning are meant to shout.
        if not context.situation.emergency:
            yield from self._shouting(part)
        if context.situation.kind == "reply":
            yield from self._hasty(document, context, part)

    def _shouting(self, part: Part) -> Iterator[Finding]:
        letters = [c for c in part.original if c.isalpha() and c.lower() != c.upper()]
        if len(letters) >= _MIN_LETTERS and sum(c.isupper() for c in letters) / len(letters) > _MAX_SHARE:
            yield self._whole(_SHOUTING, 0.9)

    def _hasty(self, document: Document, context: Context, part: Part) -> Iterator[Finding]:
        asked = document.draft.in_reply_to_at
        soon = asked is not None and timedelta(0) <= context.situation.when - asked <= _SOON
        weary = _WEARY.search(part.original)
        signs = sum(
            [
                weary is not None,
                _EMPHATIC.search(part.original) is not None,
                # One or two words in capitals among others: stressed, not an abbreviation.
                any(len(w) >= 5 and w.isupper() for w in _WORD.findall(part.original)),
            ]
        )
        if signs >= 2:
            severity = Severity.MEDIUM if soon or signs == 3 else Severity.LOW
            if weary is None:
                yield self._whole(_HASTY, 0.7, severity)
            else:
                yield make_finding(_HASTY, self.name, part, *weary.span(), severity=severity, confidence=0.7)

    def _whole(self, rule: Rule, confidence: float, severity: Severity | None = None) -> Finding:
        """Make a finding about the draft as a whole: without a span, it quotes nothing of it."""
        return Finding(
            rule=rule.id,
            severity=severity or rule.severity,
            confidence=confidence,
            message=rule.message,
            suggestion=rule.suggestion,
            detector=self.name,
        )
