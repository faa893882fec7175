from __future__ import annotations

import time as clock
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from postcheck.calendar import LONDON, Calendar, countable_day_before, latest_notice, load_calendar
from postcheck.errors import ConfigError, DataError
from postcheck.organisation import Organisation

HARINGEY = ("london_borough", "gla", "uk_parliament", "haringey")


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return load_calendar()


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


# Days that councils and the Electoral Commission published, or that follow from the rules (forecasts).
NOTICES = [
    ("principal_area", "2015-05-07", "2015-03-30"),
    ("principal_area", "2019-05-02", "2019-03-26"),
    ("principal_area", "2022-05-05", "2022-03-28"),
    ("principal_area", "2023-05-04", "2023-03-27"),
    ("by_election", "2023-06-29", "2023-05-24"),
    ("principal_area", "2024-05-02", "2024-03-26"),
    ("parish", "2024-05-02", "2024-03-26"),
    ("mayor", "2024-05-02", "2024-03-26"),
    ("combined_authority", "2024-05-02", "2024-03-26"),
    ("pcc", "2024-05-02", "2024-03-26"),
    ("gla", "2024-05-02", "2024-03-19"),
    ("uk_parliament", "2024-07-04", "2024-06-04"),
    ("by_election", "2024-11-20", "2024-10-16"),
    ("by_election", "2024-12-12", "2024-11-07"),
    ("principal_area", "2025-05-01", "2025-03-25"),
    ("principal_area", "2026-05-07", "2026-03-30"),
    ("principal_area", "2027-05-06", "2027-03-31"),
    ("principal_area", "2028-05-04", "2028-03-27"),
    ("gla", "2028-05-04", "2028-03-20"),
    ("principal_area", "2029-05-03", "2029-03-27"),
    ("principal_area", "2030-05-02", "2030-03-26"),
    # Christmas Eve does not count: forgetting it gives 7 December.
    ("by_election", "2027-01-14", "2026-12-04"),
    # 28 days before; the reading that counts the poll itself would start a day later, on 27 May.
    ("referendum", "2016-06-23", "2016-05-26"),
    ("referendum", "2014-09-18", "2014-08-21"),
]


@pytest.mark.parametrize(("kind", "poll", "expected"), NOTICES)
def test_latest_notice(kind: str, poll: str, expected: str) -> None:
    assert latest_notice(kind, date.fromisoformat(poll)) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("poll", "count", "expected"),
    [
        ("2019-12-12", 25, "2019-11-06"),  # dissolution; skips St Andrew's Day, a Scottish bank holiday
        ("2024-07-04", 25, "2024-05-30"),  # dissolution
        ("2024-07-04", 19, "2024-06-07"),  # nominations close
    ],
)
def test_general_election_days_skip_bank_holidays_of_any_part(poll: str, count: int, expected: str) -> None:
    assert countable_day_before(date.fromisoformat(poll), count, "uk") == date.fromisoformat(expected)


def test_local_rules_ignore_bank_holidays_of_other_parts() -> None:
    poll = date(2019, 12, 12)
    assert countable_day_before(poll, 25, "england") == countable_day_before(poll, 25, "uk") + timedelta(
        days=1
    )


def test_northern_irish_bank_holidays_hold_there_only() -> None:
    poll = date(2025, 4, 10)
    england = latest_notice("principal_area", poll)
    assert latest_notice("principal_area", poll, "northern_ireland") < england  # 17 March


def test_the_day_of_mourning_moves_a_deadline() -> None:
    assert latest_notice("by_election", date(2022, 10, 6)) == date(2022, 8, 31)
    plain = latest_notice("by_election", date(2025, 10, 9))
    moved = latest_notice("by_election", date(2025, 10, 9), extra_days=[date(2025, 9, 22)])
    assert moved == plain - timedelta(days=1)


@pytest.mark.parametrize("kind", ["principal_area", "by_election", "referendum"])
def test_scotland_needs_an_explicit_date(kind: str) -> None:
    with pytest.raises(ConfigError, match="notice_published"):
        latest_notice(kind, date(2027, 5, 6), "scotland")


def test_a_general_election_is_the_same_in_scotland() -> None:
    assert latest_notice("uk_parliament", date(2024, 7, 4), "scotland") == date(2024, 6, 4)


@pytest.mark.parametrize(("kind", "nation"), [("county", "england"), ("gla", "cornwall")])
def test_unknown_words_are_refused(kind: str, nation: str) -> None:
    with pytest.raises(ConfigError, match="unknown"):
        latest_notice(kind, date(2026, 5, 7), nation)


INSIDE = [
    ("2026-03-30T00:00:00", "london-boroughs-2026"),
    ("2026-04-02T12:00:00", "london-boroughs-2026"),
    ("2026-04-15T10:00:00", "london-boroughs-2026"),
    ("2026-05-07T21:59:59", "london-boroughs-2026"),
    ("2024-03-19T00:00:00", "gla-2024"),
    ("2024-06-04T00:00:00", "uk-parliament-2024"),
    ("2023-05-24T00:00:00", "haringey-hermitage-2023"),
    ("2030-05-01T09:00:00", "london-boroughs-2030"),
]
OUTSIDE = [
    "2026-03-20T12:00:00",
    "2026-03-29T23:59:59",
    "2026-05-07T22:01:00",
    "2026-09-15T10:00:00",
    "2024-06-03T23:59:59",
    "2023-05-23T23:59:59",
    "2023-04-10T12:00:00",  # shire districts voted on 4 May 2023
    "2025-04-10T12:00:00",  # counties voted on 1 May 2025
    "2024-11-20T12:00:00",  # by-elections in Skipton and Stock
    "2027-04-20T12:00:00",  # local elections in Wales
]


@pytest.mark.parametrize(("when", "election"), INSIDE)
def test_inside_a_window(calendar: Calendar, when: str, election: str) -> None:
    window = calendar.window_at(london(when), "england", HARINGEY)
    assert window is not None
    assert window.election_id == election
    assert window.starts <= london(when) < window.ends


@pytest.mark.parametrize("when", OUTSIDE)
def test_outside_every_window(calendar: Calendar, when: str) -> None:
    assert calendar.window_at(london(when), "england", HARINGEY) is None


def test_the_window_says_whether_its_start_is_computed(calendar: Calendar) -> None:
    computed = calendar.window_at(london("2026-04-02T12:00:00"), "england", HARINGEY)
    known = calendar.window_at(london("2023-06-01T12:00:00"), "england", HARINGEY)
    assert computed is not None
    assert known is not None
    assert (computed.computed, known.computed) == (True, False)
    assert computed.starts == london("2026-03-30T00:00:00")
    assert computed.ends == london("2026-05-07T22:00:00")
    assert (computed.wards, known.wards) == ((), ("Hermitage and Gardens",))


@pytest.mark.parametrize(
    ("when", "inside"),
    [
        ("2026-05-07T20:59:00", True),  # 21:59 in London, where it is summer
        ("2026-05-07T21:00:00", False),
        ("2026-03-29T22:59:00", False),
        ("2026-03-29T23:00:00", True),  # midnight in London: the clocks went forward that morning
    ],
)
def test_moments_are_compared_across_time_zones(calendar: Calendar, when: str, inside: bool) -> None:
    moment = datetime.fromisoformat(when).replace(tzinfo=UTC)
    assert (calendar.window_at(moment, "england", HARINGEY) is not None) is inside


def test_a_moment_without_time_zone_is_refused(calendar: Calendar) -> None:
    with pytest.raises(ConfigError, match="time zone"):
        calendar.window_at(datetime(2026, 4, 2), "england", HARINGEY)


def test_an_own_notice_opens_the_window_earlier(calendar: Calendar) -> None:
    when = london("2026-03-20T12:00:00")
    own = (("london-boroughs-2026", date(2026, 3, 20)),)
    window = calendar.window_at(when, "england", HARINGEY, own)
    assert window is not None
    assert not window.computed
    assert calendar.window_at(when, "england", HARINGEY) is None


def test_an_own_notice_never_shortens_the_window(calendar: Calendar) -> None:
    late = (("london-boroughs-2026", date(2026, 4, 20)),)
    window = calendar.window_at(london("2026-04-02T12:00:00"), "england", HARINGEY, late)
    assert window is not None
    assert window.computed


def test_an_ordinary_poll_counts_for_those_who_list_it(calendar: Calendar) -> None:
    when = london("2027-04-20T12:00:00")
    assert calendar.window_at(when, "england", ("ordinary-2027",)) is not None
    assert calendar.window_at(when, "england", ("county",)) is None
    assert calendar.window_at(when, "wales", ("welsh_council",)) is not None
    assert calendar.window_at(when, "england", ("welsh_council",)) is None


def test_a_general_election_counts_in_every_nation(calendar: Calendar) -> None:
    when = london("2024-06-10T12:00:00")
    for nation in ("england", "wales", "scotland", "northern_ireland"):
        assert calendar.window_at(when, nation, ("uk_parliament",)) is not None


def test_unknown_names_and_coverage(calendar: Calendar) -> None:
    assert calendar.unknown_names(HARINGEY) == []
    assert calendar.unknown_names(("london_boro",), (("x-1999", date(1999, 1, 1)),)) == [
        "london_boro",
        "x-1999",
    ]
    assert calendar.covers(date(2031, 12, 31))
    assert not calendar.covers(date(2032, 1, 1))


def test_looking_up_a_window_costs_microseconds(calendar: Calendar) -> None:
    organisation = Organisation.load("haringey")
    when = london("2026-04-02T12:00:00")
    start = clock.process_time()
    for _ in range(2000):
        calendar.window_at(when, organisation.nation, organisation.elects, organisation.notice_days)
    assert (clock.process_time() - start) / 2000 < 100e-6


def test_the_shipped_calendar_is_complete(calendar: Calendar) -> None:
    years = {election.poll.year for election in calendar.elections if election.id.startswith("ordinary-")}
    assert years >= set(range(2022, 2032))
    for election in calendar.elections:
        if election.id.startswith("ordinary-"):
            first_thursday = (
                election.poll.month == 5 and election.poll.weekday() == 3 and election.poll.day <= 7
            )
            assert first_thursday, election.id


HEAD = """
id = "x"
title = "X"
source = "test"
licence = "facts"
reviewed = 2026-11-22
covers_from = 2022-01-01
covers_to = 2031-12-31
"""
GOOD = """
[[elections]]
id = "a"
kind = "principal_area"
nation = "england"
bodies = ["london_borough"]
poll = 2026-05-07
source = "test"
"""


def test_a_good_file_loads(tmp_path: Path) -> None:
    file = tmp_path / "good.toml"
    file.write_text(HEAD + GOOD, encoding="utf-8")
    assert [election.id for election in load_calendar(file).elections] == ["a"]


@pytest.mark.parametrize(
    ("text", "key", "line", "message"),
    [
        (HEAD + GOOD + "pol = 1\n", "elections[0].pol", 17, "did you mean 'poll'"),
        (HEAD + GOOD + GOOD, "elections[1].id", 19, "listed twice"),
        (HEAD + GOOD.replace("principal_area", "county"), "elections[0].kind", 12, "principal_area"),
        (HEAD + GOOD + "notice_published = 2026-04-01\n", "elections[0].notice_published", 17, "2026-03-30"),
        (HEAD + GOOD + "notice_published = 2026-05-08\n", "elections[0]", 10, "after the poll"),
        (HEAD + GOOD.replace("england", "scotland"), "elections[0]", 10, "needs notice_published"),
        (HEAD + GOOD + 'area = "ward"\n', "elections[0]", 10, "names them"),
        (HEAD + GOOD + 'wards = ["A"]\n', "elections[0]", 10, 'area = "ward"'),
        (HEAD + GOOD.replace('source = "test"', ""), "elections[0].source", 10, "missing"),
        (HEAD + "elections = [\n", None, 9, "TOML"),
    ],
)
def test_load_errors_name_file_key_and_line(
    tmp_path: Path, text: str, key: str | None, line: int, message: str
) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_calendar(file)
    assert message in caught.value.message
    assert (caught.value.file, caught.value.key, caught.value.line) == (str(file), key, line)


def test_a_missing_file_is_a_data_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        load_calendar(tmp_path / "none.toml")
