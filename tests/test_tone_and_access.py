"""Tone, accessibility advice and the softening of quoted abuse, through the pipeline."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from postcheck import Account, Attachment, Author, Draft, Finding, Pipeline

NOW = datetime(2026, 9, 15, 9, 0, tzinfo=UTC)
COUNCIL = Account(handle="@haringeycouncil", platform="x")
COMMS = Author(id="comms-01", is_communications=True)


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline.default(now=lambda: NOW)


def found(pipeline: Pipeline, rule: str, text: str, **more: object) -> list[Finding]:
    given = {"account": COUNCIL, "author": COMMS, **more}
    return [f for f in pipeline.check(Draft(text=text, **given)).findings if f.rule == rule]  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["WE ARE CLOSED ON MONDAY AND TUESDAY", "STOP LEAVING YOUR RUBBISH HERE!"])
def test_shouting_is_advice(pipeline: Pipeline, text: str) -> None:
    (finding,) = found(pipeline, "tone.shouting", text)
    assert (finding.severity, finding.decision) == ("low", "allow")
    assert "3.3" in [c.id for c in finding.clauses] or "A.4" in [c.id for c in finding.clauses]


@pytest.mark.parametrize(
    "text",
    [
        "BBC, NHS and TfL met today",
        "HELP!",
        "مرحبا بكم في مكتبتنا الجديدة",
        "你好，欢迎来到我们的图书馆参加活动欢迎来到",
    ],
)
def test_abbreviations_and_caseless_scripts_are_not_shouting(pipeline: Pipeline, text: str) -> None:
    assert found(pipeline, "tone.shouting", text) == []


def test_an_emergency_may_shout(pipeline: Pipeline) -> None:
    assert (
        found(pipeline, "tone.shouting", "LEAVE YOUR HOMES NOW, GO TO THE REST CENTRE", emergency=True) == []
    )


@pytest.mark.parametrize(
    ("text", "minutes", "severity"),
    [
        ("As we have ALREADY explained, read the website!!", 2, "medium"),
        ("As we have ALREADY explained, read the website!!", 60, "medium"),
        ("We told you already. How many times??", 2, "medium"),
        ("We told you already. How many times??", 60, "low"),
        ("We already explained this, sorry if it was unclear.", 2, None),
        ("Thank you for your patience!", 2, None),
    ],
)
def test_a_hasty_reply(pipeline: Pipeline, text: str, minutes: int, severity: str | None) -> None:
    findings = found(
        pipeline,
        "tone.hasty",
        text,
        kind="reply",
        publish_at=NOW,
        in_reply_to_at=NOW - timedelta(minutes=minutes),
    )
    assert [f.severity for f in findings] == ([severity] if severity else [])


def test_impatience_matters_in_replies_only(pipeline: Pipeline) -> None:
    assert found(pipeline, "tone.hasty", "As we have ALREADY explained, read the website!!") == []


@pytest.mark.parametrize(
    ("tag", "flagged"), [("#lovewhereyoulive", True), ("#LoveWhereYouLive", False), ("#libraries", False)]
)
def test_hashtags_that_cannot_be_read_aloud(pipeline: Pipeline, tag: str, flagged: bool) -> None:
    findings = found(pipeline, "accessibility.hashtag-case", f"Join us {tag}")
    assert [f.evidence for f in findings] == ([tag] if flagged else [])
    assert all(f.decision == "allow" for f in findings)


@pytest.mark.parametrize(
    ("platform", "length", "flagged"),
    [
        ("x", 281, True),
        ("x", 280, False),
        ("bluesky", 301, True),
        ("Threads", 501, True),
        ("facebook", 500, False),
        ("unheard-of", 900, False),
    ],
)
def test_longer_than_the_platform_allows_is_advice(
    pipeline: Pipeline, platform: str, length: int, flagged: bool
) -> None:
    account = Account(handle="@haringeycouncil", platform=platform, tier="key")
    findings = found(
        pipeline, "accessibility.too-long", "a " * (length // 2) + "b" * (length % 2), account=account
    )
    assert len(findings) == flagged
    assert all(f.decision == "allow" for f in findings)


def test_missing_alt_text_is_advice(pipeline: Pipeline) -> None:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.effect_noise((64, 64), 40).save(out, "PNG")
    (finding,) = found(
        pipeline, "accessibility.missing-alt-text", "Look", attachments=(Attachment(source=out.getvalue()),)
    )
    assert finding.decision == "allow"


@pytest.mark.parametrize(
    ("text", "rule", "decision", "excuse"),
    [
        ("All Muslims are terrorists", "discrimination.derogation", "block", None),
        ('Someone wrote "all Muslims are terrorists" on our wall. It was removed: report hate.', "discrimination.derogation", "review", "counter-speech"),
        ('A comment calling our neighbours "dirty pikeys" was removed. That language has no place here.', "discrimination.slur", "review", "counter-speech"),
        ("He shouted I will kill you at our staff. We will not tolerate abuse and reported it to the police.", "abuse.threat", "review", "counter-speech"),
        ('"All Muslims are terrorists" is what I think', "discrimination.derogation", "block", None),
    ],
)  # fmt: skip
def test_quoting_to_condemn_is_softened_by_one_step(
    pipeline: Pipeline, text: str, rule: str, decision: str, excuse: str | None
) -> None:
    findings = found(pipeline, rule, text)
    assert [(f.decision.value, f.excuse) for f in findings] == [(decision, excuse)]
