"""Who may post, answer and speak: by the register, then by the words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from postcheck.calendar import load_calendar
from postcheck.detectors.authority import AuthorityDetector
from postcheck.detectors.base import Context
from postcheck.document import Reader
from postcheck.model import Account, Author, Draft, Finding
from postcheck.organisation import Organisation
from postcheck.situation import read_situation

NOW = datetime(2026, 9, 15, 9, 0, tzinfo=UTC)
KEY = Account(handle="@haringeycouncil", platform="x")
SERVICE = Account(handle="@haringeylibrary", platform="x")
PERSONAL = Account(handle="@northside_sam", tier="personal")
LIBRARIAN, COMMUNICATIONS = Author(id="lib-01"), Author(id="comms-01")
Screen = Callable[..., set[tuple[str, str]]]


@pytest.fixture(scope="module")
def screen() -> Screen:
    organisation, calendar, reader = Organisation.load("haringey"), load_calendar(), Reader()

    def run(text: str, *, crisis_hold: bool = False, **draft: Any) -> set[tuple[str, str]]:
        read = Draft(text=text, **draft)
        situation = read_situation(read, organisation, calendar, NOW, crisis_hold)
        with reader.open(read) as document:
            found: list[Finding] = list(
                AuthorityDetector().detect(document, Context(organisation, situation))
            )
        assert all(f.span is None or f.evidence == text[f.span.start : f.span.end] for f in found)
        return {(f.rule, f.severity.value) for f in found}

    return run


ADMINISTRATOR = {("authority.not-administrator", "high")}
MANAGER = {("authority.not-manager", "high")}
UNREGISTERED = {("authority.unregistered-channel", "high")}
SPEAKS, MEDIA = "authority.speaks-for-council", "authority.media-enquiry"


@pytest.mark.parametrize(
    ("account", "author", "expected"),
    [
        (KEY, COMMUNICATIONS, set()),
        (KEY, LIBRARIAN, ADMINISTRATOR),
        (KEY, Author(id="nobody-9"), ADMINISTRATOR),
        (KEY, Author(id="nobody-9", is_communications=True), set()),
        (KEY, None, set()),
        (KEY, Author(name="Sam"), set()),
        (SERVICE, LIBRARIAN, set()),
        (SERVICE, COMMUNICATIONS, set()),
        (SERVICE, Author(id="youth-01"), MANAGER),
        (None, Author(id="nobody-9"), set()),
        (PERSONAL, LIBRARIAN, set()),
        (Account(handle="@haringeyponds", tier="service"), LIBRARIAN, UNREGISTERED),
        (Account(handle="@HaringeyCouncil_Help", tier="personal"), None, UNREGISTERED),
        (Account(handle="@HaringeyGardeners", tier="personal"), None, set()),
    ],
)
def test_the_register_decides(
    screen: Screen, account: Account | None, author: Author | None, expected: set[tuple[str, str]]
) -> None:
    assert screen("Thank you, Sam.", kind="reply", account=account, author=author) == expected


def test_expired_training_and_leavers() -> None:
    organisation = Organisation.load("haringey")
    people = [
        person.model_copy(update={"training_expires": NOW.date() - timedelta(days=1)})
        if person.id == "lib-01"
        else person.model_copy(update={"left_on": NOW.date() - timedelta(days=1)})
        for person in organisation.people
    ]
    organisation = organisation.model_copy(update={"people": tuple(people)})
    for account, author, severity in ((SERVICE, LIBRARIAN, "medium"), (KEY, COMMUNICATIONS, "high")):
        draft = Draft(text="Hello", account=account, author=author)
        situation = read_situation(draft, organisation, load_calendar(), NOW)
        with Reader().open(draft) as document:
            found = list(AuthorityDetector().detect(document, Context(organisation, situation)))
        assert [(f.rule, f.severity.value) for f in found] == [("authority.untrained", severity)]


@pytest.mark.parametrize(
    ("text", "kind", "severity"),
    [
        ("The council will fix that lamp by Friday, we have already ordered the part.", "reply", "high"),
        ("Haringey Council will refund you", "reply", "high"),
        ("Our crew will be round tonight, the depot has logged it", "reply", "high"),
        ("The council will house you all", "post", "medium"),
        ("The council will be gritting tonight https://www.haringey.gov.uk/grit", "post", "low"),
        ("I hope the council will fix it", "reply", None),
        ("Will the council fix this?", "reply", None),
        ("The council will never listen", "reply", None),
        ("We will get pizza on Friday", "reply", None),
        ("The Youth Council will meet on Monday", "reply", None),
        ("Islington council will fix it", "reply", None),
        ("I do not speak on behalf of the council", "reply", None),
    ],
)
def test_speaking_for_the_council(screen: Screen, text: str, kind: str, severity: str | None) -> None:
    expected = {(SPEAKS, severity)} if severity else set()
    assert screen(text, kind=kind, account=PERSONAL, author=Author(connected=True)) == expected
    assert screen(text, kind=kind, account=PERSONAL, author=Author(connected=False)) == set()
    assert screen(text, kind=kind, account=PERSONAL, author=Author(is_communications=True)) == set()


@pytest.mark.parametrize(
    ("text", "draft", "severity"),
    [
        ("Hi Jo, for your piece: yes, footfall is down.", {}, "high"),
        ("Yes, happy to comment on that", {}, "high"),
        ("Here is my comment, you can quote me", {}, "high"),
        ("Yes, that is right.", {"in_reply_to_handle": "@HamHigh"}, "medium"),
        ("@reporterjo that is right", {}, "medium"),
        ("That is right", {"in_reply_to": "I'm a reporter working on a story about libraries"}, "medium"),
        ("Thanks Jo, please contact our press office.", {"in_reply_to_handle": "@HamHigh"}, None),
        ("Thanks for your comment, see you on Friday", {}, None),
    ],
)
def test_answering_the_media(screen: Screen, text: str, draft: dict[str, Any], severity: str | None) -> None:
    expected = {(MEDIA, severity)} if severity else set()
    assert screen(text, kind="reply", account=SERVICE, author=LIBRARIAN, **draft) == expected
    assert screen(text, kind="reply", account=KEY, author=COMMUNICATIONS, **draft) == set()


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("Follow our new page @haringeyponds for wildlife", "high"),
        ("We've set up a WhatsApp channel", "medium"),
        ("Follow our new page @haringeyyouth", None),
        ("Open a new savings account", None),
    ],
)
def test_announcing_an_account(screen: Screen, text: str, severity: str | None) -> None:
    expected = {("authority.unregistered-channel", severity)} if severity else set()
    assert screen(text, account=SERVICE, author=LIBRARIAN) == expected


@pytest.mark.parametrize(
    ("later", "emergency", "hold", "held"),
    [
        (True, False, True, True),
        (True, True, True, False),
        (False, False, True, False),
        (True, False, False, False),
    ],
)
def test_a_crisis_holds_what_is_scheduled(
    screen: Screen, later: bool, emergency: bool, hold: bool, held: bool
) -> None:
    when = NOW + timedelta(days=1) if later else None
    found = screen("Caption this!", publish_at=when, emergency=emergency, crisis_hold=hold)
    assert found == ({("process.crisis-hold", "high")} if held else set())
