"""Searches a text for what lexicon files say, and makes findings in their words."""

from __future__ import annotations

import sys
import threading
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from postcheck.detectors.base import make_finding
from postcheck.detectors.matcher import Hit, PatternMatcher, TermMatcher, compile_re2
from postcheck.detectors.quoting import softened
from postcheck.document import Part
from postcheck.errors import DataError
from postcheck.lexicons import Lexicon, Override, Pattern, words_of
from postcheck.model import Finding, Rule
from postcheck.normalise import normalise

_MOST = 50  # findings of one rule in one part: enough to act on


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    """What a hit means: the lexicon, what this entry overrides, and what cancels it."""

    lexicon: Lexicon
    rule: Rule
    override: Override
    unless: Any = None


class LexiconSearch:
    """Finds the terms and patterns of some lexicons, in every disguise we know.

    Args:
        detector: the name that its findings carry.
        lexicons: what to search for.
    """

    def __init__(self, detector: str, lexicons: Iterable[Lexicon]) -> None:
        self.detector = detector
        self.lexicons = tuple(lexicons)
        self.rules: tuple[Rule, ...] = tuple(lexicon.as_rule for lexicon in self.lexicons)
        self._lock = threading.Lock()

    def __getstate__(self) -> dict[str, Any]:
        return {"detector": self.detector, "lexicons": self.lexicons}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]  # the automata are rebuilt on first use

    @cached_property
    def _matchers(self) -> tuple[TermMatcher, PatternMatcher, PatternMatcher]:
        with self._lock:
            return (
                TermMatcher(_term_entries(self.lexicons)),
                _pattern_matcher(self.lexicons, "folded"),
                _pattern_matcher(self.lexicons, "original"),
            )

    def findings(self, part: Part) -> Iterator[Finding]:
        """Yield one finding a match, in the words of its file; at most 50 a rule."""
        return _distinct(self._search(part), self.detector)

    def _search(self, part: Part) -> Iterator[_Match]:
        terms, folded, original = self._matchers
        for form in part.forms:
            hits = [*terms.find(form.text), *folded.find(form.text)]
            excepted = _Excepted(h for h in hits if isinstance(h.payload, str))
            for hit in hits:
                if isinstance(hit.payload, str) or excepted(hit):
                    continue
                start, end = form.origin(hit.start, hit.end)
                if start < end:
                    yield _Match(hit.payload, part, start, end)
        for hit in original.find(part.original):
            yield _Match(hit.payload, part, hit.start, hit.end)


@dataclass(frozen=True, slots=True, eq=False)
class _Match:
    """An entry found in a part, before anything is known about its sentence."""

    entry: _Entry
    part: Part
    start: int
    end: int

    @property
    def applies(self) -> bool:
        wanted = self.entry.lexicon.parts
        # A handle is one run of letters: only files that ask for it are searched there.
        if self.part.name.partition(":")[0] not in wanted if wanted else self.part.name == "handle":
            return False
        if self.entry.unless is None:
            return True
        first, last = self.part.sentence_at(self.start)[0], self.part.sentence_at(self.end - 1)[1]
        return self.entry.unless.search(normalise(self.part.original[first:last]).text) is None


class _Excepted:
    """Says whether a hit lies inside a longer phrase in which its word means something else."""

    def __init__(self, exceptions: Iterable[Hit]) -> None:
        self._ends: dict[str, list[tuple[int, int]]] = {}
        for hit in exceptions:
            self._ends.setdefault(hit.payload, []).append((hit.start, hit.end))
        for spans in self._ends.values():
            spans.sort()

    def __call__(self, hit: Hit) -> bool:
        spans = self._ends.get(hit.payload.rule.id, [])
        before = bisect_right(spans, (hit.start, sys.maxsize))
        # Phrases are short and few: one that covers the hit starts among the last three before it.
        return any(start <= hit.start and hit.end <= end for start, end in spans[max(0, before - 3) : before])


def _term_entries(lexicons: Iterable[Lexicon]) -> Iterator[tuple[str, Any]]:
    for lexicon in lexicons:
        rule = lexicon.as_rule
        for group in lexicon.terms:
            entry = _Entry(lexicon, rule, group)
            for word in words_of(group):
                yield word, entry
        # An exception is searched like a term; its payload is the rule that it excepts.
        for phrase in lexicon.exceptions:
            yield phrase, lexicon.rule


def _pattern_matcher(lexicons: Iterable[Lexicon], on: str) -> PatternMatcher:
    entries: list[tuple[str, Any]] = []
    for lexicon in lexicons:
        rule = lexicon.as_rule
        for pattern in lexicon.patterns:
            if pattern.on == on:
                entries.append((pattern.pattern, _entry(lexicon, rule, pattern)))
    try:
        return PatternMatcher(entries)
    except DataError:
        raise _blame(lexicons) from None


def _entry(lexicon: Lexicon, rule: Rule, pattern: Pattern) -> _Entry:
    return _Entry(lexicon, rule, pattern, compile_re2(pattern.unless) if pattern.unless else None)


def _blame(lexicons: Iterable[Lexicon]) -> DataError:
    for lexicon in lexicons:
        for pattern in lexicon.patterns:
            try:
                compile_re2(pattern.pattern)
                compile_re2(pattern.unless or "")
            except DataError as error:
                return DataError(error.message, file=f"lexicon {lexicon.rule}", key="patterns.pattern")
    return DataError("a pattern cannot be compiled")


def _distinct(matches: Iterable[_Match], detector: str) -> Iterator[Finding]:
    """Make findings, keeping of overlapping matches of one rule the most severe and then the longest."""
    by_rule: dict[str, list[_Match]] = {}
    for match in matches:
        by_rule.setdefault(match.entry.rule.id, []).append(match)
    for found in by_rule.values():
        found.sort(key=lambda m: (m.start, -m.end))
        yield from islice(_best_of_each_place(found, detector), _MOST)


def _best_of_each_place(found: list[_Match], detector: str) -> Iterator[Finding]:
    best: Finding | None = None
    reach = -1
    for match in found:
        if not match.applies:
            continue
        finding = _finding(match, detector)
        if best is None or match.start >= reach:
            if best is not None:
                yield best
            best, reach = finding, match.end
        else:
            best, reach = max(best, finding, key=_weight), max(reach, match.end)
    if best is not None:
        yield best


def _weight(finding: Finding) -> tuple[int, int]:
    return finding.severity.rank, len(finding.evidence)


def _finding(match: _Match, detector: str) -> Finding:
    entry, part = match.entry, match.part
    override = entry.override
    severity = override.severity or entry.lexicon.severity
    excuse = None
    if entry.lexicon.quotable:
        severity, excuse = softened(severity, part, match.start, match.end)
    confidence = entry.lexicon.confidence if override.confidence is None else override.confidence
    return make_finding(
        entry.rule,
        detector,
        part,
        match.start,
        match.end,
        severity=severity,
        confidence=confidence,
        message=override.message,
        suggestion=override.suggestion,
        excuse=excuse,
    )
