"""When an embargo ends, and that it counts until then. All drafts are made up for these tests."""

from __future__ import annotations

from datetime import datetime

import pytest

from postcheck import Decision, Draft, Pipeline, Severity
from postcheck.calendar import LONDON
from postcheck.detectors.embargo import embargo_end

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=LONDON)  # a Monday
PIPELINE = Pipeline.default(now=lambda: NOW)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("EMBARGOED UNTIL 00:01 on Thursday 26 November 2026", datetime(2026, 11, 26, 0, 1)),
        ("Under embargo until 9am Friday: the new hall", datetime(2026, 11, 27, 9)),
        ("Strict embargo: 6.30pm 1/12/26", datetime(2026, 12, 1, 18, 30)),
        ("embargoed to noon tomorrow", datetime(2026, 11, 24, 12)),
        ("Embargo until 3 January", datetime(2027, 1, 4)),
        ("Embargo until midnight, 30 November", datetime(2026, 12, 1)),
        ("EMBARGO 14:00", datetime(2026, 11, 23, 14)),
    ],
)
def test_the_end_of_an_embargo_is_read(text: str, end: datetime) -> None:
    assert embargo_end(text, NOW) == end.replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    "text", ["Under embargo.", "No news today", "Embargoed until 31 June", "Embargo: 12 homes"]
)
def test_no_moment_is_made_up(text: str) -> None:
    assert embargo_end(text, NOW) is None


DRAFT = "EMBARGOED UNTIL 9am Friday 27 November: the lido reopens next spring."


def test_an_embargo_holds_a_draft_until_it_ends() -> None:
    verdict = PIPELINE.check(Draft(text=DRAFT))
    assert verdict.decision is Decision.BLOCK
    (finding,) = [f for f in verdict.findings if f.rule == "confidential.embargo"]
    assert "until 27 November 2026, 09:00" in finding.message
    assert any("after the embargo" in step for step in verdict.next_steps)


def test_a_draft_that_is_published_after_the_embargo_passes_and_says_why() -> None:
    verdict = PIPELINE.check(Draft(text=DRAFT, publish_at=datetime(2026, 11, 27, 9, 5, tzinfo=LONDON)))
    (finding,) = [f for f in verdict.findings if f.rule == "confidential.embargo"]
    assert (finding.severity, finding.excuse) == (Severity.INFO, "embargo over")
    assert verdict.decision is Decision.ALLOW


def test_an_embargo_of_long_ago_is_looked_at() -> None:
    verdict = PIPELINE.check(Draft(text="EMBARGOED until 12th November 2025: the hub is to close."))
    (finding,) = [f for f in verdict.findings if f.rule == "confidential.embargo"]
    assert finding.severity == Severity.MEDIUM
    assert verdict.decision is Decision.REVIEW


def test_a_draft_that_is_published_too_early_is_held() -> None:
    verdict = PIPELINE.check(Draft(text=DRAFT, publish_at=datetime(2026, 11, 27, 8, 59, tzinfo=LONDON)))
    assert verdict.decision is Decision.BLOCK
