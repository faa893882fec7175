"""When an embargo ends: "EMBARGOED UNTIL 00:01 on Thursday 12 June", as a moment to compare with another."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LATELY = timedelta(days=60)
_SAID = re.compile(
    r"(?i)embargo(?:ed)?\W{1,3}(?:until|till|to|for|before|not before)?(?P<when>[^!?\n]{0,60})"
)
_CLOCK = re.compile(
    r"(?i)\b(?P<hour>[01]?\d|2[0-3])(?:[:.](?P<minute>[0-5]\d))?(?:\s?(?P<half>am|pm)\b|(?<=[:.]\d\d)(?![.\d]))"
    r"|\b(?P<word>midnight|noon|midday)\b"
)
_DATE = re.compile(
    rf"(?i)\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{'|'.join(_MONTHS)})[a-z]*\.?"
    r"(?:,? (?P<year>20\d\d))?"
    r"|\b(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>20\d\d|\d\d)\b"
)
_WEEKDAY = re.compile(rf"(?i)\b(?:(?P<name>{'|'.join(_DAYS)})[a-z]*|(?P<near>today|tonight|tomorrow))\b")


def embargo_end(text: str, now: datetime) -> datetime | None:
    """Return when an embargo named in a text ends, or ``None`` where no moment is named.

    A day without a year is the coming one, or one of the last two months; a weekday is the next one from
    ``now``; a day without a time, or midnight of a day, is taken as the end of that day.

    Args:
        text: the draft, or the part of it that names the embargo.
        now: the time of the check, with a time zone, in which the embargo is understood.
    """
    said = _SAID.search(text)
    if said is None:
        return None
    words = said["when"]
    day = _day(words, now.date())
    clock = _clock(words)
    if day is None and clock is None:
        return None
    if day is None:
        day = now.date()
    # No time, or midnight: when the day is over, which is the later reading.
    through = clock is None or clock == time(0)
    return datetime.combine(day + timedelta(days=through), clock or time(0), tzinfo=now.tzinfo)


def _clock(words: str) -> time | None:
    found = _CLOCK.search(words)
    if found is None:
        return None
    if found["word"]:
        return time(0) if found["word"].lower() == "midnight" else time(12)
    hour = int(found["hour"])
    if found["half"]:
        hour = hour % 12 + (12 if found["half"].lower() == "pm" else 0)
    return time(hour, int(found["minute"] or 0))


def _day(words: str, today: date) -> date | None:
    found = _DATE.search(words)
    if found is not None:
        try:
            if found["month"]:
                month = _MONTHS.index(found["month"].lower()) + 1
                day = date(int(found["year"] or today.year), month, int(found["day"]))
                return day if found["year"] else _nearest(day, today)
            year = int(found["y"])
            return date(year + 2000 if year < 100 else year, int(found["m"]), int(found["d"]))
        except ValueError:  # 31 June: no day at all
            return None
    weekday = _WEEKDAY.search(words)
    if weekday is None:
        return None
    if weekday["near"]:
        return today + timedelta(days=weekday["near"].lower() == "tomorrow")
    return today + timedelta(days=(_DAYS.index(weekday["name"].lower()) - today.weekday()) % 7)


def _nearest(day: date, today: date) -> date:
    """Return the coming day of that date, or the last one where it was a little while ago."""
    if (day.month, day.day) == (2, 29):
        return day
    years = (day.replace(year=day.year + by) for by in (-1, 0, 1))
    return next(d for d in years if d >= today - _LATELY)
