"""What the political detector reports: facts about a text, whatever the date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from postcheck.calendar import load_calendar
from postcheck.detectors.base import Context
from postcheck.detectors.political import PoliticalDetector
from postcheck.document import Reader
from postcheck.model import Attachment, Draft, Finding, Severity
from postcheck.organisation import Organisation
from postcheck.situation import read_situation

NOW = datetime(2026, 9, 15, 9, 0, tzinfo=UTC)
# What the policy blocks or reviews on any day, so that ordinary posts must be free of it.
ALL_YEAR = {
    f"political.{n}"
    for n in (
        "party",
        "hashtag",
        "share",
        "emblem",
        "reaction",
        "credit",
        "promise",
        "march",
        "poll-prediction",
    )
}
Screen = Callable[..., list[Finding]]


@pytest.fixture(scope="module")
def screen() -> Screen:
    organisation, calendar, reader = Organisation.load("haringey"), load_calendar(), Reader()

    def run(text: str, **draft: Any) -> list[Finding]:
        read = Draft(text=text, **draft)
        situation = read_situation(read, organisation, calendar, NOW)
        with reader.open(read) as document:
            return list(PoliticalDetector().detect(document, Context(organisation, situation)))

    return run


def rules(findings: list[Finding]) -> set[str]:
    return {finding.rule.removeprefix("political.") for finding in findings}


@pytest.mark.parametrize(
    ("text", "rule", "severity"),
    [
        ("Vote Labour on 7 May", "party", "high"),
        ("vote labour", "party", "high"),
        ("Vote Green, get action", "party", "high"),
        ("The Tories have wrecked our NHS", "party", "high"),
        ("The Conservatives crashed the economy and we are paying", "party", "high"),
        ("Only the Greens can stop the incinerator", "party", "high"),
        ("Labour's record on housing is a disgrace", "party", "high"),
        ("Nigel Farage is a liar", "party", "high"),
        ("Vote for us on 7 May!", "party", "high"),
        ("The Labour group met the Conservative group", "candidate", "medium"),
        ("Cllr Dana Okafor was there", "candidate", "medium"),
        ("Cllr Dana Okafor opens the new crossing today", "candidate", "high"),
        ("David Lammy MP visited our library", "candidate", "high"),
        ("The Mayor of the borough, Cllr Ines Brandt, laid a wreath at the memorial", "candidate", "medium"),
        ('Councillor Amir Holt said: "This is a proud day for everybody."', "councillor-quote", "high"),
        ('"This is a proud day for Haringey," said Cllr Amir Holt', "councillor-quote", "high"),
        ("Cllr Amir Holt said the scheme would open in June", "councillor-quote", "high"),
        ("This administration has delivered 400 homes", "credit", "medium"),
        ("Since 2022 we've delivered 800 homes, says Cllr Ruth Pell", "credit", "medium"),
        ("Your Labour council has frozen rents", "credit", "medium"),
        ("If re-elected we will freeze council tax", "promise", "high"),
        ("In our manifesto we promised 1,000 homes", "promise", "medium"),
        ("LTN exemptions: see the map of streets", "contested", "medium"),
        ("Our bold new plan to end the low traffic neighbourhood scheme", "contested", "high"),
        ("We have unveiled plans for the new civic centre", "launch", "medium"),
        ("Announcing our new climate strategy", "launch", "medium"),
        ("Our consultation on opening hours closes on Friday", "consultation", "medium"),
        ("Have your say on parking", "consultation", "medium"),
        ("#ToriesOut", "hashtag", "high"),
        ("Busy day #VoteReform", "hashtag", "high"),
        ("Well done Cllr Dana Okafor #OkaforIn2026", "hashtag", "high"),
        ("Happy to comment on the candidates' housing pledges", "reaction", "medium"),
        ("We respond to the Conservative candidate's claims on fly-tipping", "reaction", "medium"),
        ("The latest poll puts Labour ahead by 5 points", "poll-prediction", "medium"),
        ("Volunteers with red rosettes and leaflets", "emblem", "high"),
        ("Promoted by J Smith on behalf of a party, 1 High Road", "emblem", "high"),
        ("Join the peaceful march for safer streets on Saturday", "march", "medium"),
        ("See https://labour.org.uk/join", "share", "high"),
    ],
)
def test_politics_is_reported(screen: Screen, text: str, rule: str, severity: str) -> None:
    found = [f for f in screen(text) if f.rule == f"political.{rule}"]
    assert found
    assert max(f.severity for f in found) == Severity(severity)
    for finding in found:
        assert finding.span is not None
        assert finding.evidence == text[finding.span.start : finding.span.end] != ""


@pytest.mark.parametrize(
    "text",
    [
        "Tours of the labour ward restart on Monday",
        "Labour shortages in construction are affecting repairs",
        "Support for women in labour and after birth",
        "A conservative estimate is a two-hour wait. Green bins are for garden waste.",
        "Green Flag awards for 21 of our parks",
        "Meet us at Wood Green library and vote for your favourite book",
        "Vote for us in the national parks awards!",
        "West Green ward: road works start on Monday",
        "Reform of the planning system: what it means for you",
        "The Alliance for Better Food meets at Tottenham Green on Saturday",
        "Vote on Thursday 7 May. Polls open 7am to 10pm. Bring photo ID to your polling station. #LE2026",
        "Register to vote by 20 April #YourVoteMatters #VoterID",
        "Eat your greens: free cooking class",
        "Democrats and Republicans clashed in Congress",
        "The horse show rosette winners",
        "Join our walking group on 12 March",
        "Road closures on Saturday because of the march: plan ahead",
        "A fresh start for our parks",
        "Con artists target older residents: report them",
        "Candidates for the youth council: vote now",
        "Head of Parks Lee Marsh said: “The last of 500 trees went in this week.”",
        "We planted 500 trees this winter",
        "How to contact your councillor or MP",
    ],
)
def test_ordinary_english_passes(screen: Screen, text: str) -> None:
    assert {f.rule for f in screen(text)} & (
        ALL_YEAR | {"political.candidate", "political.councillor-quote"}
    ) == set()


def test_credit_in_a_quotation_says_so(screen: Screen) -> None:
    found = screen('Cllr Dana Okafor, Cabinet Member, said: "I am delighted we delivered 500 new trees."')
    assert [f.excuse for f in found if f.rule == "political.credit"] == ["quotation"]


def test_statutory_consultations_are_excused(screen: Screen) -> None:
    found = screen("Have your say on planning application HGY/2026/0001")
    assert [f.excuse for f in found if f.rule == "political.consultation"] == ["public register"]


def test_a_list_of_candidates_is_polling_information(screen: Screen) -> None:
    found = screen("Statement of persons nominated: A. Bird (Labour Party), C. Dale (Green Party)")
    assert {f.excuse for f in found} == {"polling information"}


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("RT @VoteLabour: A fresh start", "high"),
        ("RT @DavidLammy: thank you", "medium"),
        ("RT @metpoliceuk: road closed", None),
    ],
)
def test_sharing_is_publishing(screen: Screen, text: str, severity: str | None) -> None:
    found = [f.severity.value for f in screen(text, kind="share") if f.rule == "political.share"]
    assert found == ([severity] if severity else [])


def test_a_shared_account_counts_without_its_words(screen: Screen) -> None:
    assert "share" in rules(screen("Worth a read", kind="share", in_reply_to_handle="@LibDems"))
    assert "share" not in rules(screen("Worth a read", kind="reply", in_reply_to_handle="@LibDems"))


def test_pictures_are_read_by_their_alternative_text(screen: Screen) -> None:
    picture = Attachment(source=b"", alt_text="Cllr Dana Okafor wearing a red rosette beside a candidate")
    found = screen("A sunny day", attachments=[picture])
    assert {(f.rule, f.part) for f in found} >= {
        ("political.candidate", "alt_text:0"),
        ("political.emblem", "alt_text:0"),
    }


def test_an_emergency_reports_the_politician_only(screen: Screen) -> None:
    text = 'The Leader, Cllr Sam Oyelaran: "Leave River Lane now. Have your say later, launching today."'
    assert {"launch", "consultation"} <= rules(screen(text))
    assert rules(screen(text, emergency=True)) == {"candidate", "councillor-quote"}


def test_who_is_a_politician_depends_on_the_day(screen: Screen) -> None:
    text = "Meet Peray Ahmet on Saturday"
    assert "candidate" in rules(screen(text, publish_at=datetime(2026, 4, 1, tzinfo=UTC)))
    assert "candidate" not in rules(screen(text, publish_at=datetime(2026, 9, 1, tzinfo=UTC)))


def test_a_hostile_text_gives_few_findings(screen: Screen) -> None:
    found = screen("Vote Labour now. " * 3000)
    assert 0 < len(found) <= 40
