"""The generic detector: every lexicon file whose theme has no detector of its own."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from postcheck.detectors.base import Context
from postcheck.detectors.lexicon_search import LexiconSearch
from postcheck.document import Document
from postcheck.lexicons import load_lexicons
from postcheck.model import Finding, Rule

# These read the sentence as well, each in a module of its own.
_UNDERSTOOD = ("abuse.", "discrimination.", "incitement.", "confidential.")


class LexiconDetector:
    """Finds what words and patterns alone can tell."""

    name = "lexicon"

    @cached_property
    def _search(self) -> LexiconSearch:
        return LexiconSearch(
            self.name, (lexicon for lexicon in load_lexicons() if not lexicon.rule.startswith(_UNDERSTOOD))
        )

    @property
    def rules(self) -> tuple[Rule, ...]:
        """One rule a file."""
        return self._search.rules

    def detect(self, document: Document, context: Context) -> Iterable[Finding]:
        """Yield one finding a match."""
        for part in document.parts:
            yield from self._search.findings(part)
