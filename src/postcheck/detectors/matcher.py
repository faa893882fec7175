"""Finds the terms and patterns of many lexicons in one pass over a text each.

Terms go through one Aho-Corasick automaton; patterns through RE2, first as one set that says which of
them occur at all. Both take time linear in the text. Neither knows what a word is in Unicode, so word
boundaries are checked here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from postcheck.errors import DataError
from postcheck.normalise import normalise


@dataclass(frozen=True, slots=True)
class Hit:
    """A match in a form: its range there, and what was registered for it."""

    start: int
    end: int
    payload: Any


def at_boundaries(text: str, start: int, end: int) -> bool:
    """Say whether ``text[start:end]`` is not cut out of a longer word."""
    before = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    after = end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
    return not (before or after)


class TermMatcher:
    """Whole-word search for many terms at once; the longest of overlapping terms wins."""

    def __init__(self, terms: Iterable[tuple[str, Any]]) -> None:
        import ahocorasick

        self._automaton = ahocorasick.Automaton()
        self._empty = True
        payloads: dict[str, list[Any]] = {}
        for term, payload in terms:
            payloads.setdefault(normalise(term).text, []).append(payload)
        for word, found in payloads.items():
            if word:
                self._automaton.add_word(word, (len(word), found))
                self._empty = False
        if not self._empty:
            self._automaton.make_automaton()

    def find(self, text: str) -> Iterator[Hit]:
        """Yield whole-word matches; a payload shared by several terms gives one hit each."""
        if self._empty:
            return
        for last, (length, payloads) in self._automaton.iter(text):
            start, end = last - length + 1, last + 1
            if at_boundaries(text, start, end):
                for payload in payloads:
                    yield Hit(start, end, payload)


class PatternMatcher:
    """Search for many RE2 patterns at once."""

    _MEMORY = 64 << 20  # bytes for the set's automaton; falls back to a slower linear one beyond

    def __init__(self, patterns: Iterable[tuple[str, Any]]) -> None:
        import re2

        self._options = re2.Options()
        self._options.max_mem = self._MEMORY
        self._options.log_errors = False
        self._compiled: list[tuple[Any, Any]] = []
        self._set = re2.Set.SearchSet(self._options)
        for pattern, payload in patterns:
            self._compiled.append((compile_re2(pattern), payload))
            self._set.Add(pattern)
        if self._compiled:
            self._set.Compile()

    def find(self, text: str) -> Iterator[Hit]:
        """Yield matches at word boundaries; a group called ``hit`` narrows the range."""
        if not self._compiled or not text:
            return
        for index in sorted(self._set.Match(text) or ()):
            compiled, payload = self._compiled[index]
            group = compiled.groupindex.get("hit", 0)
            for match in compiled.finditer(text):
                start, end = match.span(group)
                if start < end and at_boundaries(text, *match.span()):
                    yield Hit(start, end, payload)


def compile_re2(pattern: str) -> Any:
    """Compile a pattern for RE2.

    Raises:
        DataError: RE2 refuses it (it knows no look-around and no back-references).
    """
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = 16 << 20
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        detail = error.args[0] if error.args else "unknown reason"
        if isinstance(detail, bytes):
            detail = detail.decode("utf-8", "replace")
        raise DataError(f"not a pattern that RE2 can run: {detail}") from None
