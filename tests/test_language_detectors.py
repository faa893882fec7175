"""Abuse, discrimination, threats and incitement: what the sentence does decides, and the finding says why.

Content note: real insults, slurs and threats.
"""

from __future__ import annotations

import pytest

from postcheck import Decision, Draft, Finding, Pipeline, Severity
from postcheck.detectors.language import IN_CONTEXT

PIPELINE = Pipeline.default()
THEMES = ("abuse", "discrimination", "incitement")


def findings(text: str, **draft: str) -> list[Finding]:
    verdict = PIPELINE.check(Draft.model_validate({"text": text, **draft}))
    assert verdict.failures == ()
    return [f for f in verdict.findings if f.rule.startswith(THEMES)]


def held(text: str, **draft: str) -> set[str]:
    """Return the themes that ask for more than allow."""
    return {f.rule.partition(".")[0] for f in findings(text, **draft) if f.decision > Decision.ALLOW}


HATE = [
    "Asylum seekers should be left out at sea where they belong.",
    "I would sooner drink bleach than live next to Travellers.",
    "Women ruin every committee they are let onto.",
    "Trans people are not people, they are a sickness.",
    "Another mosque. Send the whole lot of them back.",
    pytest.param(
        "Nobody who is disabled deserves a job before a healthy man.",
        marks=pytest.mark.xfail(strict=True, reason="the model takes the negation for support"),
    ),
    "Why do we let Muslims breathe our air?",
    "My new neighbours are Roma. Thieving vermin, every last one.",
    "I'm not racist, but Black people just can't be trusted with money.",
    "Time somebody sent the 🐒 back to Africa",
    "Gas the Jews",
    "g4s the j3ws",
]
NOT_HATE = [
    "Our Muslim neighbours cooked for the whole street last night.",
    "Nobody should have to hear that Travellers are vermin.",
    "She was called a dirty immigrant on the bus. That is a hate crime: report it on 101.",
    "Are Jewish residents happy with the new burial arrangements?",
    "I hate how slow this printer is.",
    "Proud to be a lesbian councillor's daughter.",
    "Refugees are not a plague and never were.",
    "Traffic wardens work hard in all weathers.",
    "Faggots, peas and gravy at the lunch club on Friday.",
    "The Holocaust survivors' talk is at six; six million Jews were murdered.",
    "We are clearing rats and cockroaches from the estate this week.",
]
INCITEMENT = [
    "Just dump your old sofa in the alley, nobody ever checks that lane.",
    "Bring bricks to the hotel tonight, let's burn it down.",
    "Use your gran's blue badge, the wardens never look at the photo.",
    "Tape over your number plate before you go past the camera.",
    "Tell the council you live alone and pocket the discount, they never check.",
]
NOT_INCITEMENT = [
    "Report fly-tipping in your road on our website.",
    "Bring your old sofa to the reuse centre on Saturday at ten.",
    "If you live alone you may get 25% off your council tax: apply online.",
    "Renew your blue badge before it runs out.",
    "March with us on Saturday at noon against the library closures.",
    "A man was jailed for setting fire to the hotel.",
]
ABUSE = [
    "You are a pathetic waste of space and everyone at the office knows it.",
    "Keep talking and you will wake up with no windows left.",
    "Carry on like that and I will break every bone in your body.",
    "I know where your kids go to school. Sleep tight.",
]
NOT_ABUSE = [
    "This website is useless and the form crashed twice.",
    "I could murder a curry after that meeting.",
    "Spurs destroyed them, absolute carnage in the second half.",
    "Thank you to the warden who helped my mum today.",
]


@pytest.mark.parametrize("text", HATE)
def test_hate_is_held(text: str) -> None:
    assert "discrimination" in held(text)


@pytest.mark.parametrize("text", NOT_HATE + NOT_INCITEMENT + NOT_ABUSE)
def test_innocent_texts_pass(text: str) -> None:
    assert held(text) == set()


@pytest.mark.parametrize("text", INCITEMENT)
def test_incitement_is_held(text: str) -> None:
    assert held(text)


@pytest.mark.parametrize("text", ABUSE)
def test_abuse_is_held(text: str) -> None:
    assert "abuse" in held(text)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("anyone got an address for that parking officer? asking for a few mates", "abuse.doxxing"),
        ("Everyone spam her inbox until she quits", "abuse.pile-on"),
        ("phwoar, the new receptionist can file my paperwork any day, legs up to here", "abuse.sexual"),
        ("Typical Jews, first in the queue when there is money", "discrimination.stereotype"),
        ("No Travellers in this pub, that is the rule", "discrimination.exclusion"),
        ("whoever torched that camera deserves a knighthood", "incitement.praise"),
    ],
)
def test_the_model_names_the_sort_of_harm(text: str, rule: str) -> None:
    assert rule in [f.rule for f in findings(text) if f.decision > Decision.ALLOW]


def test_a_slur_in_another_language_is_not_excused_by_a_model_that_cannot_read_it() -> None:
    text = "Bütün bu niggers ülkemizden defolup gitsin, kimse onları istemiyor."
    slur = next(f for f in findings(text) if f.rule == "discrimination.slur")
    assert slur.excuse is None
    assert slur.decision is Decision.BLOCK


def test_a_finding_points_at_the_words_and_says_why() -> None:
    text = "The library opens at nine. Asylum seekers should be left out at sea where they belong."
    finding = next(f for f in findings(text) if f.rule.startswith("discrimination"))
    assert finding.span is not None
    assert finding.span.start >= text.index("Asylum")
    assert finding.evidence == text[finding.span.start : finding.span.end]
    assert finding.message.endswith("reads that way")
    assert finding.clauses[0].id == "5.2"
    assert 0.5 <= finding.confidence <= 1


def test_words_and_sentence_together_are_one_surer_finding() -> None:
    found = [f for f in findings("All Muslims are terrorists") if f.rule.startswith("discrimination")]
    assert [f.rule for f in found] == ["discrimination.derogation"]
    assert found[0].confidence > 0.85


def test_a_word_in_an_innocent_sentence_is_softened_with_the_excuse() -> None:
    softened = [f for f in findings("Our Dyke March history walk starts at the town hall.") if f.excuse]
    assert all(f.severity <= Severity.LOW and f.excuse == IN_CONTEXT for f in softened)


def test_passing_on_hate_is_held() -> None:
    assert "discrimination" in held("This.", quoted_text="Asylum seekers should be left out at sea.")


def test_one_bad_sentence_in_a_long_post_is_found() -> None:
    good = "The library opens at nine and the café at ten. " * 8
    text = f"{good}Gypsies are filth and should be driven out of here. {good}"
    spans = [f.span for f in findings(text) if f.rule.startswith("discrimination") and f.span]
    assert spans
    assert all(len(good) - 1 <= s.start < s.end <= len(text) - len(good) + 1 for s in spans)


def test_another_language_is_said_and_reviewed() -> None:
    verdict = PIPELINE.check("Bütün göçmenler ülkemizden defolup gitsin.")
    assert verdict.decision is Decision.REVIEW
    assert any("not all in English" in line for line in verdict.unknown)
    assert [f.rule for f in verdict.findings] == ["process.unread-language"]
