"""Finds statements that need support: whether they are true is for people to find out.

A link or a named source in the same text is support enough here; whether it says so is not checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from postcheck.detectors.base import Context, make_finding
from postcheck.detectors.cues import CueHit, Cues, Reading, distinct, local_day, read_cues, readings
from postcheck.document import Document
from postcheck.model import Finding, Rule, Severity
from postcheck.normalise.markup import Link
from postcheck.organisation import Organisation

_MEDIUM, _LOW = Severity.MEDIUM, Severity.LOW


def _rule(name: str, severity: Severity, message: str, suggestion: str) -> Rule:
    return Rule(id=f"claim.{name}", severity=severity, message=message, suggestion=suggestion)


_UNSOURCED = _rule(
    "unsourced", _MEDIUM, "Gives a figure without a source", "Add a link to the figures and the period."
)
_ABSOLUTE = _rule(
    "absolute", _MEDIUM, "Makes an absolute claim", "Say what was measured, by whom, or leave it out."
)
_COMPARISON = _rule("comparison", _MEDIUM, "Compares with others without a source", "Link to the comparison.")
_ATTRIBUTION = _rule(
    "attribution", _LOW, "Leans on unnamed experts or studies", "Name the source and link to it."
)
_DATE = _rule("date-mismatch", _MEDIUM, "The day of the week does not match the date", "Check the date.")
_DECISION = _rule(
    "pre-empts-decision", _MEDIUM, "Announces a decision too early", "Wait for the decision and link to it."
)
_LINK = _rule("link", _LOW, "A shortened link hides where it leads", "Write the full address.")
_BY_ID = {r.id: r for r in (_UNSOURCED, _ABSOLUTE, _COMPARISON, _ATTRIBUTION, _DATE, _DECISION, _LINK)}

_FIGURES = ("percentage", "multiple", "changed", "achieved")
_NEAR = 160  # characters either side of a figure in which its speaker and purpose are looked for
_MANY = 60  # places of one kind looked at in one text
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAY = (
    r"\b(?P<weekday>mon(?:day)?|tues?(?:day)?|wed(?:s|nesday)?|thu(?:rs?|rsday)?|fri(?:day)?|"
    r"sat(?:urday)?|sun(?:day)?)"
)
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_YEAR = r"(?:,? (?P<year>(?:19|20)\d\d)\b)?"
_DAY_MONTH = re.compile(
    rf"{_WEEKDAY}[.,]? (?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}\b{_YEAR}"
)
_MONTH_DAY = re.compile(rf"{_WEEKDAY}[.,]? {_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:){_YEAR}")
_SLASHED = re.compile(
    rf"{_WEEKDAY}[.,]? (?P<day>\d{{1,2}})[/.](?P<month>\d{{1,2}})[/.](?P<year>(?:20)?\d\d)\b"
)
# A date without a year means the one to come, or one of the last weeks.
_PAST, _AHEAD = timedelta(days=31), timedelta(days=300)


class ClaimsDetector:
    """Finds unsupported figures and superlatives, wrong weekdays, early decisions and hidden links."""

    name = "claims"
    rules = tuple(_BY_ID.values())

    def detect(self, document: Document, context: Context) -> Iterable[Finding]:
        """Yield findings about the draft's text and the text that it quotes."""
        cues, today = read_cues("claims"), local_day(context)
        for reading in readings(document.parts, "text", "quoted_text", "image"):
            hits = cues.find(reading)
            # A figure on a poster has its source in the words that go with it.
            beside = [document.part("text")] if reading.part.name.startswith("image:") else []
            links = [link for part in (reading.part, *beside) if part is not None for link in part.links]
            found = list(_claims(reading, hits, context.organisation, cues, links)) if hits else []
            yield from distinct([*found, *_dates(reading, today), *_links(reading, cues)])


def _claims(
    reading: Reading, hits: list[CueHit], organisation: Organisation, cues: Cues, links: list[Link]
) -> Iterator[Finding]:
    part = reading.part
    sourced = bool(links) or cues.pattern("sourced").search(reading.text) is not None
    recorded = any(organisation.is_own_domain(k.domain) or k.domain.endswith(".gov.uk") for k in links)
    counts: dict[str, int] = {}
    for hit in hits:
        rule = _UNSOURCED if hit.row.name in _FIGURES else _BY_ID[str(hit.row.rule)]
        counts[rule.id] = counts.get(rule.id, 0) + 1
        if counts[rule.id] > _MANY:
            continue
        severity, confidence = hit.row.severity or rule.severity, hit.row.confidence
        if rule is _DECISION:
            if recorded:
                continue
        elif sourced:
            # Superlatives stay as advice: a link seldom proves one.
            if rule is not _ABSOLUTE:
                continue
            severity = _LOW
        if rule is _UNSOURCED:
            if not _needs_source(reading, hit, organisation, cues):
                continue
            confidence = 0.75
        elif _is_stronger(reading, hit, cues, sourced):
            severity = _MEDIUM
        yield make_finding(
            rule,
            ClaimsDetector.name,
            part,
            hit.first,
            hit.last,
            severity=severity,
            confidence=confidence,
            message=hit.row.message,
        )


def _is_stronger(reading: Reading, hit: CueHit, cues: Cues, sourced: bool) -> bool:
    """Say whether a claim that is mostly harmless needs support after all."""
    if hit.row.name == "attribution":
        return cues.pattern("statistic").search(_around(reading, hit)) is not None
    ours = hit.row.name == "first-in" and not sourced
    return ours and cues.pattern("ours").search(_around(reading, hit)) is not None


def _around(reading: Reading, hit: CueHit) -> str:
    start, end = reading.sentence(hit.start)
    return reading.text[max(start, hit.start - _NEAR) : min(end, hit.end + _NEAR)]


def _needs_source(reading: Reading, hit: CueHit, organisation: Organisation, cues: Cues) -> bool:
    """Say whether a figure is a claim about the organisation, not a price, a rule or a target."""
    around = _around(reading, hit)
    ours = cues.pattern("us").search(around) is not None
    ours = ours or any(f" {name.casefold()}" in f" {around}" for name in organisation.short_names)
    if not ours or around.rstrip().endswith("?"):
        return False
    if cues.pattern("target").search(around) and hit.row.name != "achieved":
        return False
    return hit.row.name != "percentage" or cues.pattern("trivial").search(around) is None


def _dates(reading: Reading, today: date) -> Iterator[Finding]:
    found = 0
    if "day" not in reading.text and not any(day in reading.text for day in _WEEKDAYS):
        return
    for pattern in (_DAY_MONTH, _MONTH_DAY, _SLASHED):
        for match in pattern.finditer(reading.text):
            wanted = _WEEKDAYS.index(match["weekday"][:3])
            wrong = _wrong_day(wanted, match["day"], match["month"], match["year"], today)
            if wrong is None:
                continue
            found += 1
            if found > _MANY:
                return
            first, last = reading.origin(*match.span())
            yield make_finding(
                _DATE,
                ClaimsDetector.name,
                reading.part,
                first,
                last,
                message=wrong,
                confidence=0.9 if match["year"] else 0.8,
            )


def _wrong_day(weekday: int, day: str, month: str, year: str | None, today: date) -> str | None:
    """Return what is wrong with a date, or ``None``."""
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3]) + 1
    years = (
        [int(year) + (2000 if len(year) == 2 else 0)]
        if year
        else [today.year - 1, today.year, today.year + 1]
    )
    possible = [d for y in years if (d := _date(y, number, int(day))) is not None]
    if not possible:
        return "There is no such date"
    if not year:
        possible = [d for d in possible if today - _PAST <= d <= today + _AHEAD]
    if not possible or any(d.weekday() == weekday for d in possible):
        return None
    one = possible[0]
    return f"{one.day} {one:%B} {one.year} is a {_NAMES[one.weekday()]}"


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _links(reading: Reading, cues: Cues) -> Iterator[Finding]:
    shorteners = cues.words["shorteners"]
    for link in reading.part.links[:_MANY]:
        if link.domain in shorteners:
            yield make_finding(
                _LINK, ClaimsDetector.name, reading.part, link.start, link.end, confidence=0.95
            )
