"""Who a draft poses as: by its words, and by the name of its account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from postcheck.calendar import load_calendar
from postcheck.detectors.base import Context
from postcheck.detectors.impersonation import ImpersonationDetector
from postcheck.document import Reader
from postcheck.model import Account, Author, Draft, Finding
from postcheck.organisation import Organisation
from postcheck.situation import read_situation

NOW = datetime(2026, 9, 15, 9, 0, tzinfo=UTC)
COUNCIL = Account(handle="@haringeycouncil", platform="x")
Screen = Callable[..., list[Finding]]


@pytest.fixture(scope="module")
def screen() -> Screen:
    organisation, calendar, reader = Organisation.load("haringey"), load_calendar(), Reader()

    def run(text: str, account: Account | None = None, **draft: Any) -> list[Finding]:
        read = Draft(text=text, account=account or personal(), **draft)
        situation = read_situation(read, organisation, calendar, NOW)
        with reader.open(read) as document:
            return list(ImpersonationDetector().detect(document, Context(organisation, situation)))

    return run


def personal(handle: str = "@northside_sam", **account: Any) -> Account:
    return Account(handle=handle, tier="personal", **account)


def levels(findings: list[Finding]) -> set[tuple[str, str]]:
    return {(f.rule.removeprefix("impersonation."), f.severity.value) for f in findings}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("As your Chief Executive I can confirm a rebate", ("office", "high")),
        ("I am the Leader of the Council and I promise lower rents", ("office", "high")),
        ("As the Head of Housing I can tell you your repair is approved", ("office", "high")),
        ("as your monitoring officer, i can tell you more", ("office", "high")),
        ("Speaking as the Returning Officer, the count starts at 10", ("office", "high")),
        ("Hello, this is the council parking team.", ("team", "high")),
        ("Your bins are delayed.\n- The Parking Team", ("team", "high")),
        ("We at the council are sorry", ("voice", "high")),
        ("On behalf of the council, I apologise.", ("voice", "high")),
        ("We say on behalf of Haringey Council: it is over", ("voice", "high")),
        ("Parody Council announces compulsory naps", ("parody", "high")),
        ("999 advise everyone to evacuate the High Road now", ("alert", "high")),
        ("EMERGENCY ALERT: leave your homes", ("alert", "high")),
        ("Pay your PCN here: https://pay-pcn.example.net", ("payment-lure", "high")),
        ("You are owed a council tax refund, claim: https://bit.ly/3xyz", ("payment-lure", "high")),
        ("The Chief Executive said: “You will all be moved by Friday night”", ("quotation", "medium")),
    ],
)
def test_posing_is_reported(screen: Screen, text: str, expected: tuple[str, str]) -> None:
    found = screen(text)
    assert expected in levels(found)
    assert all(f.span and f.evidence == text[f.span.start : f.span.end] for f in found)


@pytest.mark.parametrize(
    "text",
    [
        "As the leader of my scout group I love this park",
        "I'm the Director of a small charity",
        "If I were the Chief Executive, I would resign",
        "She collected the award on behalf of the council",
        "Thanks to the parks team for a lovely day",
        "The Chief Executive opened the new library",
        "Pay your council tax online: https://www.haringey.gov.uk/pay",
        "Buy tickets for our gig here: https://tickets.example.com",
        "The council announces its budget tonight",
    ],
)
def test_speaking_for_oneself_passes(screen: Screen, text: str) -> None:
    assert screen(text) == []


@pytest.mark.parametrize(
    "handle",
    [
        "@haringeycounci1",
        "@Haringey_Council",
        "@haringeycounсil",
        "@haringeycouncli",
        "@Haringey_Parking_Help",
        "@haringey-refunds",
        "@OfficialHaringeyCouncil",
        "@haringeyllbrary",
    ],
)
def test_look_alike_handles(screen: Screen, handle: str) -> None:
    assert levels(screen("Hello", personal(handle))) == {("handle", "high")}


@pytest.mark.parametrize(
    "handle",
    [
        "@haringeylibraries",
        "@haringeyfostering",
        "@HaringeyGardeners",
        "@HaringeyNews",
        "@harringayonline",
        "@islingtoncouncil",
        "@northside_sam",
        "@haringeyyouthorchestra",
    ],
)
def test_partners_and_residents_groups_are_no_look_alikes(screen: Screen, handle: str) -> None:
    assert screen("Hello", personal(handle)) == []


def test_a_registered_account_is_itself(screen: Screen) -> None:
    assert screen("Hello", COUNCIL) == []


@pytest.mark.parametrize(
    ("name", "flagged"),
    [
        ("Haringey Council", True),
        ("Haringey C0uncil", True),
        ("Chief Executive, Haringey Council", True),
        ("Sam at Haringey Council", False),
        ("Friends of Haringey Parks", False),
    ],
)
def test_display_names(screen: Screen, name: str, flagged: bool) -> None:
    assert [f.part for f in screen("Hello", personal(display_name=name))] == (
        ["display_name"] if flagged else []
    )


def test_a_label_turns_deceit_into_parody(screen: Screen) -> None:
    labelled = personal(display_name="Parody Council", bio="A parody account")
    assert levels(screen("Parody Council announces compulsory naps", labelled)) == {("parody", "medium")}


def test_holding_the_office_is_no_claim(screen: Screen) -> None:
    text = "As your Chief Executive I thank every volunteer"
    assert levels(screen(text, author=Author(job_title="Chief Executive"))) == set()
    assert levels(screen(text, author=Author(job_title="Chief Executive's assistant"))) == {
        ("office", "high")
    }
    director = Author(job_title="Director of Housing")
    assert levels(screen("As your Director, I thank you all", author=director)) == set()
    assert levels(screen("As your Director of Public Health, I thank you", author=director)) == {
        ("office", "high")
    }


def test_recorded_authority_on_a_council_account(screen: Screen) -> None:
    text = "As your Chief Executive I thank every volunteer"
    authority: dict[str, Any] = {"delegated_for": "Chief Executive", "approvals": ["A-1"]}
    assert levels(screen(text, COUNCIL)) == {("office", "high")}
    assert screen(text, COUNCIL, **authority) == []


def test_a_council_account_speaks_as_the_council(screen: Screen) -> None:
    assert screen("This is the council parking team. We at the council are sorry.", COUNCIL) == []


def test_a_strange_payment_link_on_a_council_account_is_looked_at(screen: Screen) -> None:
    assert levels(screen("Pay your PCN: https://pay-pcn.example.net", COUNCIL)) == {
        ("payment-lure", "medium")
    }


def test_a_published_quotation_can_be_looked_up(screen: Screen) -> None:
    text = "The Chief Executive said: “Thank you all for coming” https://www.haringey.gov.uk/news"
    assert levels(screen(text)) == {("quotation", "low")}
    assert screen(text, approvals=["A-1"]) == []
