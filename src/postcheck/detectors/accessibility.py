"""Whether people can read the post: hashtags in capitals at each word, and the platform's length."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from postcheck.detectors.base import Context, make_finding
from postcheck.document import Document, Part
from postcheck.model import Finding, Rule, Severity
from postcheck.resources import data_dir, read_toml

_HASHTAG = Rule(
    id="accessibility.hashtag-case",
    severity=Severity.LOW,
    message="A long hashtag without capitals, which screen readers cannot split into words",
    suggestion="Start each word of the hashtag with a capital letter.",
)
_LENGTH = Rule(
    id="accessibility.too-long",
    severity=Severity.LOW,
    message="Longer than this platform allows",
    suggestion="Shorten it, or publish it as a thread.",
)
_REORDERED = Rule(
    id="accessibility.reordered-text",
    severity=Severity.MEDIUM,
    message="Holds controls that show letters in another order than they are stored, and were screened in",
    suggestion="Type the words again in the order in which they are read.",
)
# Right-to-left and left-to-right override; marks and isolates that real right-to-left text needs are fine.
_OVERRIDE = re.compile("[\u202d\u202e]")
_ONE_WORD = 12  # letters: longer tags in one case are nearly always several words


@cache
def _limits() -> dict[str, int]:
    """Return the longest post of each platform, in characters."""
    table = read_toml(data_dir() / "platforms.toml")["platform"]
    return {name: row["max_characters"] for row in table for name in (row["name"], *row["aliases"])}


class AccessibilityDetector:
    """Finds hashtags that cannot be read aloud and posts that do not fit."""

    name = "accessibility"
    rules = (_HASHTAG, _LENGTH, _REORDERED)

    def detect(self, document: Document, context: Context) -> Iterable[Finding]:
        """Yield advice about the draft's own text."""
        for shown in document.parts:
            override = _OVERRIDE.search(shown.original)
            if override is not None:
                yield make_finding(_REORDERED, self.name, shown, override.start(), override.end())
        part = document.part("text")
        if part is None:
            return
        for start, end, tag in part.hashtags:
            if len(tag) > _ONE_WORD and tag.isalpha() and tag.lower() == tag:
                yield make_finding(_HASHTAG, self.name, part, start, end, confidence=0.8)
        account = document.draft.account
        if account is not None and account.platform is not None:
            yield from self._length(part, account.platform)

    def _length(self, part: Part, platform: str) -> Iterator[Finding]:
        limit = _limits().get(platform.casefold())
        if limit is not None and len(part.original) > limit:
            message = f"Longer than {platform} allows ({len(part.original):,} of {limit:,} characters)"
            yield make_finding(_LENGTH, self.name, part, limit, len(part.original), message=message)
