"""Which statements need support, and which dates, decisions and links do not hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from postcheck.calendar import load_calendar
from postcheck.detectors.base import Context
from postcheck.detectors.claims import ClaimsDetector
from postcheck.document import Reader
from postcheck.model import Draft
from postcheck.organisation import Organisation
from postcheck.situation import read_situation

NOW = datetime(2026, 9, 15, 9, 0, tzinfo=UTC)
Screen = Callable[..., set[tuple[str, str]]]


@pytest.fixture(scope="module")
def screen() -> Screen:
    organisation, calendar, reader = Organisation.load("haringey"), load_calendar(), Reader()

    def run(text: str, **draft: Any) -> set[tuple[str, str]]:
        read = Draft(text=text, **draft)
        situation = read_situation(read, organisation, calendar, NOW)
        with reader.open(read) as document:
            found = list(ClaimsDetector().detect(document, Context(organisation, situation)))
        assert all(f.span and f.evidence == text[f.span.start : f.span.end] for f in found)
        return {(f.rule.removeprefix("claim."), f.severity.value) for f in found}

    return run


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We have halved fly-tipping in a single year.", ("unsourced", "medium")),
        ("Footfall is down 8 per cent", ("unsourced", "medium")),
        ("Satisfaction with our service has risen to 92%", ("unsourced", "medium")),
        ("9 in 10 residents are happy with our parks", ("unsourced", "medium")),
        ("We fixed 4,500 potholes last month", ("unsourced", "medium")),
        ("We've invested £2.3m in parks", ("unsourced", "medium")),
        ("We've cut rough sleeping by half", ("unsourced", "medium")),
        ("Best in London!", ("absolute", "medium")),
        ("We are the greenest borough in London.", ("absolute", "medium")),
        ("The new pool is the best thing the council has ever done", ("absolute", "medium")),
        ("The first council in London to give free meals", ("absolute", "low")),
        ("Haringey has the lowest council tax in London", ("comparison", "medium")),
        ("Our streets are cleaner than Enfield's", ("comparison", "medium")),
        ("Experts say that it works", ("attribution", "low")),
        ("Studies show that it cuts traffic by 47%", ("attribution", "medium")),
        ("Cabinet will agree the closure of two libraries on Tuesday", ("pre-empts-decision", "medium")),
        ("The decision has been made to close the pool", ("pre-empts-decision", "medium")),
        ("See you on Tuesday 16 September", ("date-mismatch", "medium")),
        ("Monday 26 March 2026 is the day", ("date-mismatch", "medium")),
        ("Friday 31 June is the day", ("date-mismatch", "medium")),
        ("Monday 16/09/2026", ("date-mismatch", "medium")),
        ("Book here: https://bit.ly/3abc", ("link", "low")),
    ],
)
def test_what_needs_support(screen: Screen, text: str, expected: tuple[str, str]) -> None:
    assert expected in screen(text)


@pytest.mark.parametrize(
    "text",
    [
        "Fly-tip reports fell from 1,204 to 1,093. Figures: https://www.example.gov.uk/q2",
        "Recycling is up 12% in our borough. Source: annual returns",
        "Swim for £3.50, under 16s free, 9am to 5pm, 3 miles away, 3 sessions",
        "25% off for our residents",
        "You may get up to 25% off your council tax if we have your details",
        "We aim to cut emissions by 50% by 2030",
        "Sugary drinks are up to 10% sugar",
        "Over 40% of cats sleep all day",
        "Cabinet will consider the report on Tuesday 15 September at 6.30pm",
        "Cabinet agreed the opening hours last night: https://minutes.example.gov.uk/d/4411",
        "Thursday 7 May 2026",
        "Our offices are closed on Monday 28 December",
        "Which is the best park in London?",
        "The best place to report it is our website",
        "Call us on 020 8489 1000",
    ],
)
def test_ordinary_information_passes(screen: Screen, text: str) -> None:
    assert screen(text) == set()


def test_a_decision_needs_a_public_record(screen: Screen) -> None:
    text = "The decision has been made to close the pool"
    assert screen(f"{text} https://www.haringey.gov.uk/minutes") == set()
    assert screen(f"{text} https://gossip.example.com/pool") == {("pre-empts-decision", "medium")}


def test_a_link_leaves_a_superlative_as_advice(screen: Screen) -> None:
    assert screen("Best in London! https://www.example.gov.uk/figures") == {("absolute", "low")}


def test_a_date_without_a_year_follows_publication(screen: Screen) -> None:
    text = "Vote on Thursday 7 May"
    assert screen(text, publish_at=datetime(2026, 4, 15, 9, tzinfo=UTC)) == set()
    assert screen(text, publish_at=datetime(2027, 4, 15, 9, tzinfo=UTC)) == {("date-mismatch", "medium")}
    # Across the turn of the year.
    assert screen("Friday 1 January", publish_at=datetime(2026, 12, 20, 9, tzinfo=UTC)) == set()
    assert screen("Thursday 1 January", publish_at=datetime(2026, 12, 20, 9, tzinfo=UTC)) == {
        ("date-mismatch", "medium")
    }


def test_a_hostile_text_gives_few_findings(screen: Screen) -> None:
    assert screen("We have halved it by 5%. " * 4000) == {("unsourced", "medium")}
