"""Elections, and the pre-election windows that follow from them.

A window runs from local midnight of the day on which the notice of election is published to the close of
poll, 22:00 in London. The law fixes only the latest day for the notice: where the real day is not known the
latest one is computed, and the window says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, model_validator

from postcheck.errors import ConfigError, DataError
from postcheck.resources import named_or_path
from postcheck.toml_lines import TomlLines, data_errors, read_rows

ElectionKind = Literal[
    "principal_area",
    "parish",
    "mayor",
    "combined_authority",
    "pcc",
    "gla",
    "uk_parliament",
    "by_election",
    "referendum",
]
Nation = Literal["england", "wales", "scotland", "northern_ireland", "uk"]

LONDON = ZoneInfo("Europe/London")
POLLS_CLOSE = time(22, 0)

# The notice of election is published at the latest on this countable day before the poll.
_NOTICE_DAY = {"gla": 30, "uk_parliament": 22}
_NOTICE_DAY_OTHERWISE = 25
# Limits before a referendum run in calendar days. Of two readings this is the earlier, safer start.
_REFERENDUM_DAYS = 28
_SUBDIVISIONS = {
    "england": ("ENG",),
    "wales": ("WLS",),
    "northern_ireland": ("NIR",),
    "scotland": ("SCT",),
    # The timetable of a general election skips the bank holidays of any part of the country.
    "uk": ("ENG", "WLS", "SCT", "NIR"),
}


@lru_cache(maxsize=64)
def _bank_holidays(nation: str, year: int) -> frozenset[date]:
    # The library is needed only when a date has to be computed.
    from holidays import country_holidays

    days: set[date] = set()
    for subdivision in _SUBDIVISIONS[nation]:
        days.update(country_holidays("GB", subdiv=subdivision, years=year).keys())
    return frozenset(days)


def countable_day_before(
    poll: date, count: int, nation: str = "england", extra_days: Iterable[date] = ()
) -> date:
    """Return the day that is ``count`` countable days before ``poll``; the poll itself is not counted.

    Saturdays, Sundays, Christmas Eve, bank holidays (Good Friday among them) and ``extra_days``, the days of
    public thanksgiving or mourning, do not count.
    """
    left_out = frozenset(extra_days)
    day = poll
    while count > 0:
        day -= timedelta(days=1)
        if (
            day.weekday() < 5
            and (day.month, day.day) != (12, 24)
            and day not in left_out
            and day not in _bank_holidays(nation, day.year)
        ):
            count -= 1
    return day


def latest_notice(kind: str, poll: date, nation: str = "england", extra_days: Iterable[date] = ()) -> date:
    """Return the latest lawful day for the notice of an election.

    Args:
        kind: one of ``ElectionKind``. For a referendum the day on which the publicity limits start.
        poll: polling day.
        nation: whose rules and bank holidays hold. A general election is the same everywhere.
        extra_days: days of public thanksgiving or mourning, which do not count.

    Raises:
        ConfigError: the kind or nation is unknown, or the dates are set by direction, as in Scotland.
    """
    if kind not in get_args(ElectionKind):
        raise ConfigError(f"unknown kind of election {kind!r} (known: {', '.join(get_args(ElectionKind))})")
    if nation not in _SUBDIVISIONS:
        raise ConfigError(f"unknown nation {nation!r} (known: {', '.join(_SUBDIVISIONS)})")
    if kind == "uk_parliament":
        return countable_day_before(poll, _NOTICE_DAY["uk_parliament"], "uk", extra_days)
    if nation == "scotland":
        raise ConfigError(
            "in Scotland the dates of an election are set by direction and cannot be computed; "
            "give notice_published explicitly"
        )
    if kind == "referendum":
        return poll - timedelta(days=_REFERENDUM_DAYS)
    return countable_day_before(poll, _NOTICE_DAY.get(kind, _NOTICE_DAY_OTHERWISE), nation, extra_days)


@dataclass(frozen=True, slots=True)
class Window:
    """A pre-election window: half-open, ``starts <= moment < ends``, both in London time.

    Attributes:
        election_id: the election it comes from.
        starts: local midnight of the day of the notice.
        ends: close of poll.
        computed: the day of the notice was not known; the latest lawful one stands in for it.
        wards: the wards concerned; empty when it is the whole area.
    """

    election_id: str
    starts: datetime
    ends: datetime
    computed: bool
    wards: tuple[str, ...] = ()


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Election(_Row):
    """One polling day. ``bodies`` name who is elected: kinds of council, or ids of organisations."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    kind: ElectionKind
    nation: Nation
    bodies: tuple[str, ...] = ()
    poll: date
    notice_published: date | None = None
    area: Literal["whole", "ward"] = "whole"
    wards: tuple[str, ...] = ()
    source: str = Field(min_length=1)
    note: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> Election:
        if self.area == "ward" and not self.wards:
            raise ValueError("an election in wards names them")
        if self.area == "whole" and self.wards:
            raise ValueError('an election that names wards has area = "ward"')
        if self.notice_published is not None and self.notice_published > self.poll:
            raise ValueError(f"notice_published ({self.notice_published}) is after the poll ({self.poll})")
        if self.notice_published is None:
            if self.nation == "scotland" and self.kind != "uk_parliament":
                raise ValueError("an election in Scotland needs notice_published; it cannot be computed")
            if self.kind == "uk_parliament" and self.area == "ward":
                raise ValueError("a by-election to the UK Parliament needs notice_published")
        return self


class DisregardedDay(_Row):
    """A day of public thanksgiving or mourning, which the timetable of an election skips."""

    day: date
    nation: Nation = "uk"
    name: str
    source: str


class Calendar(_Row):
    """The elections known, the period they cover, and the days that do not count."""

    id: str
    title: str
    source: str
    licence: str
    reviewed: date
    covers_from: date
    covers_to: date
    elections: tuple[Election, ...] = ()
    disregarded_days: tuple[DisregardedDay, ...] = ()

    # One list of windows for every organisation seen; filled once and then only read.
    _windows: dict[tuple[object, ...], tuple[tuple[float, float, Window], ...]] = PrivateAttr(
        default_factory=dict
    )

    def window_at(
        self,
        when: datetime,
        nation: str,
        bodies: tuple[str, ...],
        notices: tuple[tuple[str, date], ...] = (),
    ) -> Window | None:
        """Return the window that ``when`` falls into, or ``None``.

        Where several overlap, one for the whole area comes before one for wards, then the earliest.

        Args:
            when: a moment with a time zone.
            nation: nation of the organisation; elections of the whole country count as well.
            bodies: what the organisation takes part in: kinds of body, or ids of elections.
            notices: (election id, day) of notices the organisation itself is known to have published.

        Raises:
            ConfigError: ``when`` has no time zone.
        """
        if when.tzinfo is None:
            raise ConfigError("the time of publication has no time zone")
        key = (nation, bodies, notices)
        windows = self._windows.get(key)
        if windows is None:
            windows = self._windows.setdefault(key, self._scan(nation, bodies, dict(notices)))
        moment = when.timestamp()
        for starts, ends, window in windows:
            if starts <= moment < ends:
                return window
        return None

    def unknown_names(self, bodies: Iterable[str], notices: Iterable[tuple[str, date]] = ()) -> list[str]:
        """Return the names of bodies and elections that no election here goes by."""
        strangers = [name for name in bodies if name not in self._ids and name not in self._bodies]
        return strangers + [name for name, _ in notices if name not in self._ids]

    @cached_property
    def _ids(self) -> frozenset[str]:
        return frozenset(election.id for election in self.elections)

    @cached_property
    def _bodies(self) -> frozenset[str]:
        return frozenset(body for election in self.elections for body in election.bodies)

    def covers(self, day: date) -> bool:
        """Say whether the file claims to know the elections around ``day``."""
        return self.covers_from <= day <= self.covers_to

    def window_of(self, election: Election, notice: date | None = None) -> Window:
        """Compute the window of an election; ``notice`` is the organisation's own, where known."""
        published = notice or election.notice_published
        latest = self.latest_notice_of(election)
        if latest is not None and (published is None or published > latest):
            # A notice later than the law allows is a slip of the pen; it must not shorten the window.
            first, computed = latest, True
        else:
            assert published is not None  # an election without a computable day carries its notice
            first, computed = published, False
        return Window(
            election_id=election.id,
            starts=datetime.combine(first, time(0), LONDON),
            ends=datetime.combine(election.poll, POLLS_CLOSE, LONDON),
            computed=computed,
            wards=election.wards,
        )

    def latest_notice_of(self, election: Election) -> date | None:
        """Return the latest lawful day of its notice; ``None`` where the law gives no rule to compute."""
        by_election_to_parliament = election.kind == "uk_parliament" and election.area == "ward"
        if by_election_to_parliament or (election.nation == "scotland" and election.kind != "uk_parliament"):
            return None
        return latest_notice(election.kind, election.poll, election.nation, self._extra_days(election.nation))

    def _extra_days(self, nation: str) -> frozenset[date]:
        return frozenset(skipped.day for skipped in self.disregarded_days if skipped.nation in (nation, "uk"))

    def _scan(
        self, nation: str, bodies: tuple[str, ...], notices: dict[str, date]
    ) -> tuple[tuple[float, float, Window], ...]:
        wanted = frozenset(bodies)
        windows = [
            self.window_of(election, notices.get(election.id))
            for election in self.elections
            if election.nation in (nation, "uk")
            and (election.id in wanted or not wanted.isdisjoint(election.bodies))
        ]
        windows.sort(key=lambda window: (bool(window.wards), window.starts, window.election_id))
        return tuple((window.starts.timestamp(), window.ends.timestamp(), window) for window in windows)


def load_calendar(name_or_path: str | Path = "uk-elections") -> Calendar:
    """Read a built-in calendar or a file.

    Raises:
        DataError: there is no such file, or it is wrong; names file, key and line.
    """
    path = named_or_path(name_or_path, "calendars")
    rows = read_rows(path)
    try:
        calendar = Calendar.model_validate(rows)
    except ValidationError as error:
        raise data_errors(error, path, Calendar)[0] from None
    seen: set[str] = set()
    for index, election in enumerate(calendar.elections):
        key = f"elections[{index}]"
        if election.id in seen:
            line = TomlLines.of(path).line_of(("elections", index, "id"))
            raise DataError(f"{election.id!r} is listed twice", file=path, key=f"{key}.id", line=line)
        seen.add(election.id)
        latest = calendar.latest_notice_of(election)
        if election.notice_published and latest and election.notice_published > latest:
            line = TomlLines.of(path).line_of(("elections", index, "notice_published"))
            message = f"{election.notice_published} is after the latest lawful day, {latest}"
            raise DataError(message, file=path, key=f"{key}.notice_published", line=line)
    return calendar
