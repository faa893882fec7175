"""Reads the cue files of the detectors that weigh several signs, and helps them look around a hit.

A cue file holds rules (``[[rules]]``), word lists (``[words]``), named patterns for looking around a hit
(``[patterns]``) and the cues themselves (``[[cues]]``): what to find and what it amounts to. ``<<name>>`` in
a pattern stands for a word list. Patterns run on RE2 over the folded text, so they are in lower case;
a cue with ``on = "original"`` sees the text as written.
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from itertools import islice
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from postcheck.calendar import LONDON
from postcheck.detectors.base import Context
from postcheck.detectors.matcher import PatternMatcher, compile_re2
from postcheck.document import Part
from postcheck.errors import DataError, did_you_mean
from postcheck.model import Finding, Rule, Severity
from postcheck.normalise.mapped import Mapped
from postcheck.resources import data_dir, find_line, read_toml

T = TypeVar("T")

# More findings of one rule in one text tell nobody anything; hostile texts hold thousands.
MAX_PER_RULE = 20
MAX_PER_CUE = 400
# A full stop after one of these does not end a sentence.
_END = re.compile(
    r"(?<!\bcllr)(?<!\bcllrs)(?<!\bmr)(?<!\bmrs)(?<!\bms)(?<!\bdr)(?<!\bst)(?<!\bno)(?<!\bvs)(?<!\be\.g)(?<!\bi\.e)"
    r"[.!?]+[\"')\]]*(?=\s)|\n+"
)
_MACRO = re.compile(r"<<([a-z_]+)>>")
# Six words before or after a hit are looked at; long words must not make that a long way.
_TOKENS = 6
_REACH = 80


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CueRow(_Strict):
    """One cue, as written in the file."""

    name: str
    rule: str | None = None
    pattern: str
    unless: str | None = None
    on: Literal["folded", "original"] = "folded"
    severity: Severity | None = None
    confidence: float = Field(default=0.85, ge=0, le=1)
    message: str | None = None
    suggestion: str | None = None
    excuse: str | None = None


class _File(_Strict):
    source: str
    licence: str
    reviewed: date
    rules: tuple[Rule, ...] = ()
    words: dict[str, tuple[str, ...]] = {}
    patterns: dict[str, str] = {}
    cues: tuple[CueRow, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Cue:
    """A cue ready for use: its row, and what cancels it in the same sentence."""

    row: CueRow
    unless: Any


@dataclass(frozen=True, slots=True)
class CueHit:
    """A cue found: ``start`` and ``end`` in the folded text, ``first`` and ``last`` in the original."""

    row: CueRow
    start: int
    end: int
    first: int
    last: int


@dataclass(eq=False)
class Cues:
    """A cue file, its patterns compiled on first use."""

    rules: Mapping[str, Rule]
    words: Mapping[str, tuple[str, ...]]
    _patterns: Mapping[str, str]
    _cues: tuple[Cue, ...]
    _compiled: dict[str, Any] = field(default_factory=dict)

    def pattern(self, name: str) -> Any:
        """Return a compiled pattern of ``[patterns]``."""
        found = self._compiled.get(name)
        if found is None:
            found = self._compiled[name] = compile_re2(self._patterns[name])
        return found

    def alternatives(self, name: str) -> str:
        """Return a word list as one group of alternatives, for patterns built in code."""
        return _alternatives(self.words[name])

    @cached_property
    def _folded(self) -> PatternMatcher:
        return PatternMatcher((c.row.pattern, c) for c in self._cues if c.row.on == "folded")

    @cached_property
    def _original(self) -> PatternMatcher:
        return PatternMatcher((c.row.pattern, c) for c in self._cues if c.row.on == "original")

    def find(self, reading: Reading) -> list[CueHit]:
        """Return the cues of a text that nothing in their sentence cancels, in order."""
        hits: list[CueHit] = []
        checked: dict[tuple[int, int], bool] = {}
        counts: dict[int, int] = {}
        for hit in self._folded.find(reading.text):
            count = counts.get(id(hit.payload), 0)
            if count < MAX_PER_CUE and not self._cancelled(hit.payload, reading, hit.start, checked):
                counts[id(hit.payload)] = count + 1
                first, last = reading.origin(hit.start, hit.end)
                hits.append(CueHit(hit.payload.row, hit.start, hit.end, first, last))
        for hit in islice(self._original.find(reading.part.original), MAX_PER_CUE):
            start, end = reading.place(hit.start), reading.place(hit.end)
            hits.append(CueHit(hit.payload.row, start, end, hit.start, hit.end))
        return sorted(hits, key=lambda h: (h.first, -h.last))

    @staticmethod
    def _cancelled(cue: Cue, reading: Reading, start: int, checked: dict[tuple[int, int], bool]) -> bool:
        if cue.unless is None:
            return False
        # Once a cue and sentence: a sentence of thousands of hits is read once, not thousands of times.
        first, last = reading.sentence(start)
        key = (id(cue), first)
        if key not in checked:
            checked[key] = cue.unless.search(reading.text[first:last]) is not None
        return checked[key]


class Reading:
    """The folded text of a part, with its sentences and what stands around a place in it."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.form: Mapped = part.folded
        self.text = self.form.text

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of the original that a range of the folded text came from."""
        return self.form.origin(start, end)

    def place(self, position: int) -> int:
        """Return where a place of the original comes in the folded text."""
        return bisect_left(self.form.starts, position)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(m.end() for m in _END.finditer(self.text))]

    def sentence(self, position: int) -> tuple[int, int]:
        """Return the sentence that holds a place of the folded text."""
        i = bisect_right(self._starts, position) - 1
        end = self._starts[i + 1] if i + 1 < len(self._starts) else len(self.text)
        return self._starts[i], end

    def before(self, start: int, tokens: int = _TOKENS) -> str:
        """Return up to ``tokens`` words before a place, of the same sentence."""
        first = max(self.sentence(start)[0], start - _REACH)
        return " ".join(self.text[first:start].split()[-tokens:])

    def after(self, end: int, tokens: int = _TOKENS) -> str:
        """Return up to ``tokens`` words after a place, of the same sentence."""
        last = min(self.sentence(max(end - 1, 0))[1], end + _REACH)
        return " ".join(self.text[end:last].split()[:tokens])

    def quoted(self, first: int, last: int) -> bool:
        """Say whether a range of the original stands inside quotation marks."""
        i = bisect_right(self._quote_starts, first) - 1
        return i >= 0 and last <= self.part.quotes[i][1]

    @cached_property
    def _quote_starts(self) -> list[int]:
        return [start for start, _ in self.part.quotes]


@cache
def read_cues(name: str) -> Cues:
    """Read and check ``data/cues/<name>.toml``.

    Raises:
        DataError: the file is wrong; names file, key and line.
    """
    path = data_dir() / "cues" / f"{name}.toml"
    try:
        rows = _File.model_validate(read_toml(path))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(str(step) for step in first["loc"])
        raise DataError(first["msg"], file=path, key=key) from None

    def ready(pattern: str) -> str:
        expanded = _expand(pattern, rows.words)
        try:
            compile_re2(expanded)
        except DataError as error:
            raise DataError(error.message, file=path, line=find_line(path, pattern)) from None
        return expanded

    cues = []
    for row in rows.cues:
        unless = compile_re2(ready(row.unless)) if row.unless else None
        cues.append(Cue(row.model_copy(update={"pattern": ready(row.pattern)}), unless))
    patterns = {key: ready(pattern) for key, pattern in rows.patterns.items()}
    words = {key: tuple(_expand(word, rows.words) for word in listed) for key, listed in rows.words.items()}
    return Cues({rule.id: rule for rule in rows.rules}, words, patterns, tuple(cues))


def _expand(pattern: str, words: Mapping[str, tuple[str, ...]]) -> str:
    def replace(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in words:
            raise DataError(f"no word list called {name!r}{did_you_mean(name, words)}")
        return _expand(_alternatives(words[name]), words)

    return _MACRO.sub(replace, pattern)


def _alternatives(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(sorted(words, key=len, reverse=True))})"


class Remembered:
    """What was worked out from an organisation file, kept for the next draft."""

    _LIMIT = 128  # organisations times days; a batch of scheduled posts spans some weeks

    def __init__(self) -> None:
        self._kept: dict[tuple[Any, ...], Any] = {}
        self._lock = threading.Lock()

    def get(self, key: tuple[Any, ...], make: Callable[[], T]) -> T:
        """Return what is kept under ``key``, made once."""
        kept = self._kept.get(key)
        if kept is None:
            with self._lock:
                if len(self._kept) >= self._LIMIT:
                    self._kept.clear()
                kept = self._kept.setdefault(key, make())
        found: T = kept
        return found


def local_day(context: Context) -> date:
    """Return the day of publication in London."""
    return context.situation.when.astimezone(LONDON).date()


def readings(parts: Iterable[Part], *wanted: str) -> Iterator[Reading]:
    """Yield a reading of each wanted part; ``alt_text`` stands for all of them."""
    for part in parts:
        if part.name.partition(":")[0] in wanted:
            yield Reading(part)


def whole(rule: Rule, detector: str, **changes: Any) -> Finding:
    """Make a finding about the draft as a whole, which no words prove."""
    values = {"severity": rule.severity, "message": rule.message, "suggestion": rule.suggestion}
    return Finding(rule=rule.id, detector=detector, **{**values, **changes})


def distinct(findings: Iterable[Finding]) -> list[Finding]:
    """Drop findings of one rule that overlap a more severe or longer one, and those beyond a limit."""
    ranked = sorted(
        findings,
        key=lambda f: (
            -f.severity.rank,
            f.span.start - f.span.end if f.span else 0,
            f.span.start if f.span else 0,
        ),
    )
    kept: dict[tuple[str, str], list[Finding]] = {}
    for finding in ranked:
        same = kept.setdefault((finding.rule, finding.part), [])
        if len(same) < MAX_PER_RULE and not any(_overlap(finding, other) for other in same):
            same.append(finding)
    return [finding for same in kept.values() for finding in same]


def _overlap(one: Finding, other: Finding) -> bool:
    if one.span is None or other.span is None:
        return one.span is other.span
    return one.span.start < other.span.end and other.span.start < one.span.end
