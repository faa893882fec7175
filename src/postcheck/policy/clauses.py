"""Read and check a policy file: its clauses, and the rows that turn findings into decisions.

Rows are tried in the order of the file and the first that matches a finding wins, so a mistake in a
file can silence a rule without anybody noticing. That is why so much is an error when a file is read:
an unknown word, a row that nothing can reach, a theme without a last word, a clause that nothing keeps.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    StrictBool,
    StrictStr,
    ValidationError,
)

from postcheck.errors import DataError, did_you_mean
from postcheck.model import Clause, Decision, PolicyRef, Severity
from postcheck.resources import digest, named_or_path
from postcheck.toml_lines import TomlLines, key_of, read_rows

CheckKind = Literal["rule", "guidance", "register", "not-checkable"]
FactValue = str | bool

# The words that a policy file may use. Detectors and the situation speak the same ones.
THEMES = (
    *("abuse", "discrimination", "claim", "personal", "confidential", "secret", "logo", "impersonation"),
    *("incitement", "political", "authority", "copyright", "tone", "accessibility", "process", "image"),
)
_FLAGS = (
    *("council", "politically_restricted", "window", "emergency", "crisis_hold"),
    *("scheduled", "approved", "consented", "delegated"),
)
FACTS: Mapping[str, tuple[FactValue, ...]] = {
    "tier": ("key", "service", "personal", "none"),
    "kind": ("post", "reply", "share", "dm", "profile"),
    "author_type": ("staff", "consultant", "agency", "councillor"),
    "connected": ("yes", "no", "unknown"),
    "communications": ("yes", "no", "unknown"),
    "directorate": ("children", "adults", "schools", "other"),
    **dict.fromkeys(_FLAGS, (True, False)),
}
EXCUSES = (
    *("none", "any", "counter-speech", "quotation", "published contact", "public register"),
    *("recipient's own data", "own signature", "consent recorded", "advice", "homonym"),
    *("permitted account", "emergency", "polling information", "labelled parody", "suppressed"),
    "in context",
)
PARTS = ("text", "quoted_text", "display_name", "bio", "handle", "alt_text", "image")
# decide() reads these whatever the rows test.
_ALWAYS_READ = frozenset({"author_type", "council", "tier", "connected"})
RANK = {severity: severity.rank for severity in Severity}


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else (value,)


def _as_tuples(value: Any) -> Any:
    return {key: _as_tuple(inner) for key, inner in value.items()} if isinstance(value, dict) else value


def _askable(value: Decision) -> Decision:
    if value is Decision.NOT_SCREENED:
        raise ValueError("a row decides allow, review or block")
    return value


_Words = Annotated[tuple[StrictStr, ...], BeforeValidator(_as_tuple)]
_Asked = Annotated[Decision, AfterValidator(_askable)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PolicyClause(_Strict):
    """One numbered paragraph of the policy, and what keeps it: a rule, guidance, the register, nobody."""

    id: str
    title: str
    citation: str
    summary: str
    check: CheckKind = "rule"
    how: str | None = None
    why: str | None = None
    valid_from: date | None = Field(default=None, alias="from")
    valid_to: date | None = Field(default=None, alias="to")
    see_also: tuple[str, ...] = ()

    def valid_on(self, day: date) -> bool:
        """Say whether the clause is in force on ``day``; both ends are included."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


class Row(_Strict):
    """What to do about findings of some rules in some circumstances; the first match wins."""

    rule: _Words = Field(min_length=1)
    when: Annotated[dict[str, tuple[StrictStr | StrictBool, ...]], BeforeValidator(_as_tuples)] = Field(
        default_factory=dict
    )
    excuse: _Words = ()
    part: _Words = ()
    min_severity: Severity = Severity.INFO
    min_confidence: float = Field(default=0.0, ge=0, le=1)
    clauses: tuple[str, ...] = Field(min_length=1)
    decision: _Asked | None = None
    severity: Severity | None = None
    next_step: str | None = None
    ask: str | None = None

    @property
    def unconditional(self) -> bool:
        """Whether the row takes every finding of its rules."""
        narrowed = self.when or self.excuse or self.part
        return not narrowed and self.min_severity is Severity.INFO and self.min_confidence == 0


class Defaults(_Strict):
    """What a severity asks for when a row does not say."""

    high: _Asked = Decision.BLOCK
    medium: _Asked = Decision.REVIEW
    low: _Asked = Decision.ALLOW
    info: _Asked = Decision.ALLOW


class OutOfScope(_Strict):
    """What to tell an author to whom the policy does not apply."""

    next_step: str
    ask: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A row made ready for matching: sets and ranks instead of words."""

    row: Row
    when: tuple[tuple[str, frozenset[FactValue]], ...]
    excuses: frozenset[str | None] | None
    parts: frozenset[str] | None
    min_rank: int
    clauses: tuple[PolicyClause, ...]
    cited: tuple[Clause, ...]
    dated: bool

    def holds(self, facts: Mapping[str, FactValue]) -> bool:
        """Say whether the circumstances are those of the row."""
        return all(facts[fact] in values for fact, values in self.when)

    def takes_excuse(self, excuse: str | None) -> bool:
        """Say whether the row is meant for a finding with this excuse; ``None`` is no excuse."""
        if self.excuses is None:
            return True
        return excuse in self.excuses or (excuse is not None and "any" in self.excuses)

    def cited_on(self, day: date | None) -> tuple[Clause, ...]:
        """Return the clauses to cite: all of them, or those in force on ``day``."""
        if day is None or not self.dated:
            return self.cited
        return tuple(c for c, clause in zip(self.cited, self.clauses, strict=True) if clause.valid_on(day))


class Coverage(NamedTuple):
    """How one clause is kept."""

    clause: PolicyClause
    kind: CheckKind
    explanation: str
    rules: tuple[str, ...]


class Policy(_Strict):
    """A policy: what it says, and what follows from a finding. Read it with :meth:`load`."""

    id: str
    version: str
    title: str
    source: str
    licence: str
    reviewed: date
    valid_from: date | None = Field(default=None, alias="from")
    valid_to: date | None = Field(default=None, alias="to")
    themes: tuple[str, ...] = ()
    defaults: Defaults = Defaults()
    out_of_scope: OutOfScope | None = None
    clauses: tuple[PolicyClause, ...] = Field(alias="clause")
    rows: tuple[Row, ...] = Field(alias="row", repr=False)
    digest: str = ""

    _by_rule: dict[str, tuple[Plan, ...]] = PrivateAttr(default_factory=dict)
    _by_theme: dict[str, tuple[Plan, ...]] = PrivateAttr(default_factory=dict)
    _facts: frozenset[str] = PrivateAttr(default=_ALWAYS_READ)

    def model_post_init(self, _context: Any, /) -> None:
        """Index the rows by rule and theme, so that a decision is a few look-ups."""
        known = {clause.id: clause for clause in self.clauses}
        plans = [_plan(row, known) for row in self.rows]
        patterns = dict.fromkeys(pattern for row in self.rows for pattern in row.rule)
        for pattern in patterns:
            theme, _, rest = pattern.partition(".")
            wanted = {pattern, f"{theme}.*"}
            found = tuple(plan for plan in plans if wanted.intersection(plan.row.rule))
            (self._by_theme if rest == "*" else self._by_rule)[theme if rest == "*" else pattern] = found
        self._facts = _ALWAYS_READ.union(*(row.when for row in self.rows))

    @classmethod
    def load(cls, name_or_path: str | Path) -> Policy:
        """Read a built-in policy (``"haringey-2019"``) or a file, and check it.

        Raises:
            DataError: names the file, the key and the line of the first thing that is wrong.
        """
        path = named_or_path(name_or_path, "policies")
        raw = read_rows(path)
        for name, model in (("defaults", Defaults), ("out_of_scope", OutOfScope)):
            if name in raw:
                _build(model, raw[name], path, name)
        head = _build(cls, {**raw, "clause": [], "row": []}, path)
        clauses = [_build(PolicyClause, c, path, "clause", n) for n, c in _tables(raw, "clause", path)]
        rows = [_build(Row, row, path, "row", n) for n, row in _tables(raw, "row", path)]
        _check(clauses, rows, (*THEMES, *head.themes), path)
        return _build(cls, {**raw, "clause": clauses, "row": rows, "digest": digest(path)}, path)

    @property
    def ref(self) -> PolicyRef:
        """Id and version, as a verdict names them."""
        return PolicyRef(id=self.id, version=self.version)

    @property
    def facts_read(self) -> frozenset[str]:
        """The facts that a decision under this policy needs."""
        return self._facts

    def plans(self, rule: str) -> tuple[Plan, ...]:
        """Return the rows that speak about ``rule``, in order; none for a theme that is not ours."""
        return self._by_rule.get(rule) or self._by_theme.get(rule.partition(".")[0], ())

    def coverage(self) -> tuple[Coverage, ...]:
        """Say of every clause, in the order of the file, what keeps it."""
        return tuple(
            Coverage(
                clause,
                clause.check,
                clause.how or clause.why or "Kept by the rules that cite it.",
                tuple(dict.fromkeys(p for row in self.rows if clause.id in row.clauses for p in row.rule)),
            )
            for clause in self.clauses
        )


def _plan(row: Row, known: Mapping[str, PolicyClause]) -> Plan:
    clauses = tuple(known[name] for name in row.clauses)
    return Plan(
        row=row,
        when=tuple((fact, frozenset(values)) for fact, values in row.when.items()),
        excuses=frozenset(None if e == "none" else e for e in row.excuse) if row.excuse else None,
        parts=frozenset(row.part) if row.part else None,
        min_rank=RANK[row.min_severity],
        clauses=clauses,
        cited=tuple(Clause(id=c.id, title=c.title, citation=c.citation, summary=c.summary) for c in clauses),
        dated=any(c.valid_from or c.valid_to for c in clauses),
    )


# --- reading and checking ------------------------------------------------------------------------------

_Model = TypeVar("_Model", bound=_Strict)


def _tables(raw: Mapping[str, Any], name: str, path: Path) -> Iterable[tuple[int, Any]]:
    tables = raw.get(name)
    if not isinstance(tables, list) or not tables:
        raise DataError(f"a policy needs [[{name}]] tables", file=path, key=name)
    return enumerate(tables)


def _wrong(message: str, path: Path, *place: str | int) -> DataError:
    return DataError(message, file=path, key=key_of(place) or None, line=TomlLines.of(path).line_of(place))


def _build(model: type[_Model], raw: Any, path: Path, *place: str | int) -> _Model:
    """Read one table; ``place`` is where it stands in the file."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    name = str(first["loc"][0]) if first["loc"] else None
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        known = [field.alias or key for key, field in model.model_fields.items()]
        message = f"unknown key{did_you_mean(str(name), known)}"
    elif first["type"] == "missing":
        message = "this key is missing"
    raise _wrong(message, path, *place, *([] if name is None else [name]))


def _check(clauses: list[PolicyClause], rows: list[Row], themes: tuple[str, ...], path: Path) -> None:
    """Check what one table alone cannot show.

    Raises:
        DataError: at the first thing wrong.
    """
    kinds: dict[str, CheckKind] = {}
    for place, clause in enumerate(clauses):
        if clause.id in kinds:
            raise _wrong(f"clause {clause.id!r} is there twice", path, "clause", place, "id")
        kinds[clause.id] = clause.check
        needed = {"not-checkable": "why", "guidance": "how", "register": "how"}.get(clause.check)
        if needed and not getattr(clause, needed):
            message = f"a clause with check = {clause.check!r} has to say {needed}"
            raise _wrong(message, path, "clause", place, needed)
    for place, row in enumerate(rows):
        for key, message in _misspelt(row, themes, kinds):
            raise _wrong(message, path, "row", place, key)
        for pattern in row.rule:
            earlier = next((n for n in range(place) if _covers(rows[n], row, pattern)), None)
            if earlier is not None:
                line = TomlLines.of(path).line_of(("row", earlier))
                message = f"no finding of {pattern!r} can reach this row: line {line} takes them all"
                raise _wrong(message, path, "row", place, "rule")
    last_words = {pattern for row in rows if row.unconditional for pattern in row.rule}
    for theme in themes:
        if f"{theme}.*" not in last_words:
            message = f'the theme {theme!r} needs a last row without conditions: rule = "{theme}.*"'
            raise DataError(message, file=path, key="row")
    cited = {name for row in rows for name in row.clauses}
    for place, clause in enumerate(clauses):
        if clause.check == "rule" and clause.id not in cited:
            message = f"no row cites clause {clause.id!r}, and check does not say what else keeps it"
            raise _wrong(message, path, "clause", place, "id")


def _misspelt(row: Row, themes: Iterable[str], kinds: Mapping[str, CheckKind]) -> Iterator[tuple[str, str]]:
    """Yield key and message of every word in a row that the vocabulary does not have."""
    for pattern in row.rule:
        theme = pattern.partition(".")[0]
        if not re.fullmatch(r"[a-z]+(\.\*|(\.[a-z0-9-]+)+)", pattern):
            yield "rule", f'{pattern!r} is neither a rule id nor "theme.*"'
        elif theme not in themes:
            yield "rule", f"unknown theme {theme!r}{did_you_mean(theme, themes)}"
    for fact, values in row.when.items():
        if fact not in FACTS:
            yield "when", f"unknown fact {fact!r}{did_you_mean(fact, FACTS)}"
            continue
        for value in values:
            # True == 1 in Python; the types were checked when the row was read.
            if value not in FACTS[fact]:
                known = [str(v).lower() for v in FACTS[fact]]
                hint = did_you_mean(str(value), known) or f"; it is one of {', '.join(known)}"
                yield "when", f"{fact} is never {value!r}{hint}"
    for key, words, vocabulary in (("excuse", row.excuse, EXCUSES), ("part", row.part, PARTS)):
        for word in words:
            if word not in vocabulary:
                yield key, f"unknown {key} {word!r}{did_you_mean(word, vocabulary)}"
    for name in row.clauses:
        if name not in kinds:
            yield "clauses", f"unknown clause {name!r}{did_you_mean(name, kinds)}"
        elif kinds[name] == "not-checkable":
            yield "clauses", f"clause {name!r} is listed as not checkable, yet this row checks it"


def _covers(early: Row, late: Row, pattern: str) -> bool:
    """Say whether ``early`` takes every finding that ``late`` could take under ``pattern``."""
    if not {pattern, f"{pattern.partition('.')[0]}.*"}.intersection(early.rule):
        return False
    for fact, values in early.when.items():
        possible = late.when.get(fact, FACTS.get(fact, ()))
        if not set(possible) <= set(values):
            return False
    if early.part and not (late.part and set(late.part) <= set(early.part)):
        return False
    if early.min_severity > late.min_severity or early.min_confidence > late.min_confidence:
        return False
    if not early.excuse:
        return True
    named = set(early.excuse)
    return bool(late.excuse) and all(e in named or (e != "none" and "any" in named) for e in late.excuse)
