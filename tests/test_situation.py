from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from postcheck import situation as words
from postcheck.calendar import Calendar, load_calendar
from postcheck.errors import ConfigError
from postcheck.model import Draft
from postcheck.organisation import Organisation
from postcheck.situation import Situation, read_situation

NOW = datetime(2026, 9, 15, 9, 0, tzinfo=UTC)
KEY = {"handle": "@haringeycouncil", "platform": "x"}
SERVICE = {"handle": "@haringeylibrary", "platform": "x"}
PERSONAL = {"handle": "@northside_sam", "platform": "x", "tier": "personal"}


@pytest.fixture(scope="module")
def haringey() -> Organisation:
    return Organisation.load("haringey")


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return load_calendar()


@pytest.fixture
def read(haringey: Organisation, calendar: Calendar) -> Any:
    def read(crisis_hold: bool = False, **draft: Any) -> Situation:
        return read_situation(Draft.model_validate(draft), haringey, calendar, NOW, crisis_hold)

    return read


UNKNOWN = [
    ({}, [words.NO_ACCOUNT, words.NO_AUTHOR]),
    ({"account": {}}, [words.NO_ACCOUNT, words.NO_AUTHOR]),
    ({"author": {"id": "comms-01"}}, [words.NO_ACCOUNT]),
    ({"account": KEY, "author": {"id": "comms-01"}}, []),
    ({"account": KEY}, [words.NO_AUTHOR_ON_CHANNEL]),
    ({"account": SERVICE, "author": {"name": "A"}}, [words.NO_AUTHOR_ON_CHANNEL]),
    ({"account": KEY, "author": {"id": "staff-77"}}, [words.NOT_LISTED]),
    ({"account": PERSONAL, "author": {"id": "staff-77", "connected": True}}, []),
    ({"account": PERSONAL, "author": {"id": "staff-77", "connected": False}}, []),
    ({"account": PERSONAL, "author": {"id": "staff-77"}}, [words.NOT_CONNECTED]),
    ({"account": PERSONAL}, [words.NO_AUTHOR, words.NOT_CONNECTED]),
    (
        {"account": {"handle": "Haringey\n Bins"}, "author": {"connected": True}},
        ["the account @Haringey Bins is not in the register"],
    ),
    (
        {"account": {"handle": "@newpage", "tier": "service"}, "author": {"id": "lib-01"}},
        ["the account @newpage is not in the register"],
    ),
    ({"account": {"tier": "key"}, "author": {"id": "comms-01"}}, [words.NO_HANDLE]),
    (
        {"account": {"bio": "secret bio"}, "author": {"id": "a", "connected": True}},
        [words.NO_HANDLE],
    ),
    (
        {"account": KEY, "author": {"id": "comms-01"}, "publish_at": "2033-01-01T10:00:00Z"},
        [words.NOT_COVERED],
    ),
]


@pytest.mark.parametrize(("draft", "expected"), UNKNOWN)
def test_unknown(read: Any, draft: dict[str, Any], expected: list[str]) -> None:
    assert list(read(**draft).unknown) == expected


def test_the_words_of_unknown_are_stable() -> None:
    assert words.NO_ACCOUNT == (
        "the account was not given; judged as one of the council's channels, without the authority rules"
    )
    assert words.NO_AUTHOR_ON_CHANNEL == "who would post was not given; the authority rules were not applied"
    assert words.NOT_CONNECTED == (
        "whether the account can be tied to the author's employment was not given; judged as if it can"
    )


def test_a_long_handle_is_cut(read: Any) -> None:
    (message, *_) = read(account={"handle": "a" * 5000}).unknown
    assert len(message) < 100


TIERS = [
    # account, tier, council, account_given, connected
    (None, None, True, False, True),
    (KEY, "key", True, True, True),
    ({**KEY, "tier": "personal"}, "key", True, True, True),  # the register beats the draft
    ({"handle": "HARINGEYLIBRARY", "platform": "Twitter"}, "service", True, True, True),
    ({"handle": "@haringeyyouth", "platform": "instagram"}, "service", True, True, True),
    ({"handle": "@haringeyyouth", "platform": "x"}, None, False, True, None),
    ({"handle": "@new", "tier": "service"}, "service", True, True, True),
    ({"handle": "@new"}, None, False, True, None),
    (PERSONAL, "personal", False, True, None),
]


@pytest.mark.parametrize(("account", "tier", "council", "given", "connected"), TIERS)
def test_tier(
    read: Any,
    account: dict[str, str] | None,
    tier: str | None,
    council: bool,
    given: bool,
    connected: bool | None,
) -> None:
    found = read(account=account)
    assert (found.tier, found.council, found.account_given, found.connected) == (
        tier,
        council,
        given,
        connected,
    )


@pytest.mark.parametrize(("given", "expected"), [(True, "yes"), (False, "no"), (None, "unknown")])
def test_connected_on_a_personal_account(read: Any, given: bool | None, expected: str) -> None:
    found = read(account=PERSONAL, author={"id": "s", "connected": given})
    assert found.connected is given
    assert found.facts()["connected"] == expected


def test_a_council_channel_is_always_connected(read: Any) -> None:
    assert read(account=KEY, author={"id": "comms-01", "connected": False}).connected is True


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ({"id": "comms-01"}, "yes"),
        ({"id": "lib-01"}, "no"),
        ({"id": "lib-01", "is_communications": True}, "yes"),
        ({"id": "comms-01", "is_communications": False}, "no"),
        ({"id": "staff-77"}, "unknown"),
        (None, "unknown"),
    ],
)
def test_communications(read: Any, author: dict[str, Any] | None, expected: str) -> None:
    assert read(account=KEY, author=author).facts()["communications"] == expected


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ({"directorate": "Children's Services"}, "children"),
        ({"directorate": "Adult Social Care"}, "adults"),
        ({"directorate": "Elder Primary School"}, "schools"),
        ({"directorate": "Children, Schools and Families"}, "children"),
        ({"directorate": "Highways"}, "other"),
        ({"id": "youth-01"}, "children"),
        ({"id": "youth-01", "directorate": "Highways"}, "other"),
        (None, "other"),
    ],
)
def test_directorate(read: Any, author: dict[str, Any] | None, expected: str) -> None:
    assert read(author=author).directorate == expected


def test_politically_restricted(calendar: Calendar) -> None:
    organisation = Organisation.model_validate(
        {"id": "x", "name": "X", "people": [{"id": "chief", "politically_restricted": True}]}
    )

    def restricted(**author: Any) -> bool:
        draft = Draft.model_validate({"author": author})
        return read_situation(draft, organisation, calendar, NOW).politically_restricted

    assert restricted(id="chief")
    assert not restricted(id="chief", politically_restricted=False)
    assert not restricted(id="other")
    assert restricted(id="other", politically_restricted=True)


WINDOWS = [
    (None, False, False),
    ("2026-04-02T12:00:00+01:00", True, False),
    ("2026-04-15T10:00:00+01:00", True, False),
    ("2026-03-20T10:00:00+00:00", False, False),
    ("2026-05-07T22:01:00+01:00", False, False),
    ("2026-09-15T10:00:00+01:00", False, False),  # the moment of the check
    ("2026-09-15T10:00:01+01:00", False, True),
    ("2030-04-15T10:00:00+01:00", True, True),
]


@pytest.mark.parametrize(("publish_at", "window", "scheduled"), WINDOWS)
def test_judged_at_the_time_of_publication(
    read: Any, publish_at: str | None, window: bool, scheduled: bool
) -> None:
    found = read(publish_at=publish_at)
    assert (found.facts()["window"], found.scheduled) == (window, scheduled)


def test_drafted_before_and_published_inside_the_window(haringey: Organisation, calendar: Calendar) -> None:
    draft = Draft.model_validate({"publish_at": "2026-04-02T10:00:00+01:00"})
    found = read_situation(draft, haringey, calendar, datetime(2026, 3, 20, 9, tzinfo=UTC))
    assert found.scheduled
    assert found.window is not None
    assert found.window.computed


@pytest.mark.parametrize(
    ("given", "file", "held"),
    [(None, False, False), (None, True, True), (True, False, True), (True, True, True), (False, True, False)],
)
def test_the_caller_beats_the_file_on_a_crisis_hold(
    calendar: Calendar, given: bool | None, file: bool, held: bool
) -> None:
    organisation = Organisation(id="x", name="X", crisis_hold=file)
    assert read_situation(Draft(), organisation, calendar, NOW, given).crisis_hold is held


@pytest.mark.parametrize(
    ("draft", "approved", "consented", "delegated"),
    [
        ({}, False, False, False),
        ({"approvals": ["a-1"]}, True, False, False),
        ({"consents": ["c-1"]}, False, True, False),
        ({"delegated_for": "Chief Executive"}, False, False, True),
        ({"approvals": [" "], "consents": [""], "delegated_for": " "}, False, False, False),
    ],
)
def test_records(read: Any, draft: dict[str, Any], approved: bool, consented: bool, delegated: bool) -> None:
    found = read(**draft)
    assert (found.approved, found.consented, found.delegated) == (approved, consented, delegated)


def test_facts_speak_the_words_of_the_policy(read: Any) -> None:
    found = read(
        kind="reply",
        account=SERVICE,
        author={"id": "lib-01", "type": "agency"},
        emergency=True,
        crisis_hold=True,
    )
    assert found.facts() == {
        "tier": "service",
        "council": True,
        "kind": "reply",
        "author_type": "agency",
        "connected": "yes",
        "communications": "no",
        "politically_restricted": False,
        "directorate": "other",
        "window": False,
        "emergency": True,
        "crisis_hold": True,
        "scheduled": False,
        "approved": False,
        "consented": False,
        "delegated": False,
    }
    assert read().facts()["tier"] == "none"
    assert read().facts()["author_type"] == "staff"


def test_elections_that_are_missing_or_misspelt_are_named(calendar: Calendar) -> None:
    none = Organisation(id="x", name="X")
    assert words.NO_ELECTIONS in read_situation(Draft(), none, calendar, NOW).unknown
    typo = Organisation(id="x", name="X", elects=("london_boroughs",))
    expected = "the calendar knows no election called 'london_boroughs'"
    assert expected in read_situation(Draft(), typo, calendar, NOW).unknown


def test_a_time_without_zone_is_refused(haringey: Organisation, calendar: Calendar) -> None:
    with pytest.raises(ConfigError, match="time zone"):
        read_situation(Draft(), haringey, calendar, datetime(2026, 9, 15))


def test_nothing_of_the_draft_leaks_into_unknown(read: Any) -> None:
    found = read(
        text="secret text",
        account={"handle": "", "display_name": "secret name", "bio": "secret bio"},
        author={"name": "secret author"},
    )
    assert found.unknown
    assert "secret" not in " ".join(found.unknown)
