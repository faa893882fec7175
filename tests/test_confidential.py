"""Markings on exactly their words, and business that is not public yet. All drafts are made up for these tests."""

from __future__ import annotations

import pytest

from postcheck import Decision, Draft, Finding, Pipeline

PIPELINE = Pipeline.default()


def findings(text: str) -> list[Finding]:
    verdict = PIPELINE.check(Draft(text=text))
    assert verdict.failures == ()
    return [f for f in verdict.findings if f.rule.startswith("confidential.")]


def held(text: str) -> list[str]:
    return [f.rule for f in findings(text) if f.decision > Decision.ALLOW]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("OFFICIAL-SENSITIVE", "OFFICIAL-SENSITIVE: attached the depot review before it goes to Cabinet."),
        ("legally privileged", "Reminder that this note is legally privileged, so keep it off the page."),
        ("Commercial in confidence", "Commercial in confidence: rents we would accept for the arches."),
    ],
)
def test_a_marking_is_found_on_its_own_words(words: str, text: str) -> None:
    assert words in [f.evidence for f in findings(text) if f.rule == "confidential.marking"]
    assert held(text)


@pytest.mark.parametrize(
    "text",
    [
        "Between us, the lowest of the four bids came in at £1.9m and they will get the job on Friday.",
        "The redundancy letters for the parks team go out on the 14th, the unions hear the day before.",
        "Our barrister thinks we have no chance with the judicial review, so we will settle.",
        "Nobody is to know before Tuesday's Cabinet, but they have already decided to shut the lido.",
        "Enforcement will raid the four shisha bars on Thursday at ten, so be ready with the cameras.",
        "Ofsted's grade comes out next Thursday: Requires Improvement. Don't tell the parents yet.",
    ],
)
def test_what_gives_away_council_business_is_held(text: str) -> None:
    assert held(text)


@pytest.mark.parametrize(
    "text",
    [
        "Our confidential helpline is open all night.",
        "The official opening is on Saturday, with cake.",
        "Come and see The Secret Garden in Priory Park.",
        "The contract for the new playground went to a local firm; the award notice is on our website.",
        "Cabinet decided yesterday to keep the lido open. Read the minutes online.",
        "Part 2 of our series on local history is out.",
        "Free legal advice at the library every Tuesday.",
        "We are hiring a procurement officer. Apply by 3 May.",
    ],
)
def test_what_is_public_passes(text: str) -> None:
    assert held(text) == []
