"""The pipeline end to end: limits, failures, time, threads, workers, memory and odd input."""

from __future__ import annotations

import logging
import os
import resource
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from postcheck import Account, Attachment, Author, Draft, Finding, Pipeline, Severity, Verdict, check
from postcheck.config import Limits, Settings
from postcheck.detectors.base import Context
from postcheck.document import Document
from postcheck.errors import ConfigError, DataError, DetectorUnavailable, DraftError, PostcheckError
from postcheck.model import Rule, Span
from postcheck.suppress.allow import AllowRule

NOW = datetime(2026, 9, 15, 9, 0, tzinfo=UTC)
RULE = Rule(id="abuse.custom", severity=Severity.MEDIUM, message="A word of our own")
SECRET_WORDS = "zanzibar-quokka"


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline.default(now=lambda: NOW)


class Custom:
    """A detector as another package would write it."""

    name = "custom"
    rules = (RULE,)

    def detect(self, document: Document, context: Context) -> Iterable[Finding]:
        at = document.text.find("frobnicate")
        if at >= 0:
            yield Finding(
                rule=RULE.id, severity=RULE.severity, message=RULE.message, span=Span(start=at, end=at + 10)
            )


class Raises(Custom):
    name = "raises"

    def detect(self, document: Document, context: Context) -> Iterable[Finding]:
        raise RuntimeError(document.text)


class Hangs(Custom):
    name = "hangs"

    def detect(self, document: Document, context: Context) -> Iterable[Finding]:
        part = document.part("text")
        time.sleep(1.5)
        assert part is not None
        return [] if len(part.doc) >= 0 else [1]  # type: ignore[list-item]  # reads tokens after the deadline


class Lacks(Custom):
    name = "lacks"

    def detect(self, document: Document, context: Context) -> Iterable[Finding]:
        raise DetectorUnavailable("this needs the package 'nowhere'; install it")


class Exits(Custom):
    name = "exits"

    def detect(self, document: Document, context: Context) -> Iterable[Finding]:
        raise SystemExit(SECRET_WORDS)


class Misquotes(Custom):
    name = "misquotes"

    def detect(self, document: Document, context: Context) -> Iterable[Finding]:
        yield Finding(
            rule=RULE.id,
            severity=RULE.severity,
            message=RULE.message,
            span=Span(start=0, end=3),
            evidence="zz",
        )


class Outside(Custom):
    name = "outside"

    def detect(self, document: Document, context: Context) -> Iterable[Finding]:
        yield Finding(
            rule=RULE.id, severity=RULE.severity, message=RULE.message, span=Span(start=0, end=10_000)
        )


def with_detector(*detectors: object, timeout_s: float = 10.0) -> Pipeline:
    settings = Settings(limits=Limits(detector_timeout_s=timeout_s))
    return Pipeline(now=lambda: NOW, detectors=detectors, settings=settings)  # type: ignore[arg-type]


def test_an_ordinary_post_is_allowed_and_says_what_was_not_given(pipeline: Pipeline) -> None:
    verdict = pipeline.check("Bins will be collected a day later next week.")
    assert verdict.decision == "allow"
    assert verdict.findings == ()
    assert verdict.failures == ()
    assert any("account" in line for line in verdict.unknown)
    assert str(verdict.policy).startswith("haringey-2019")
    assert verdict.organisation == "haringey"
    assert len(verdict.digest) == 16
    assert verdict.elapsed_ms > 0


def test_a_threat_is_blocked_with_clause_words_and_next_step(pipeline: Pipeline) -> None:
    text = "Say that again and I will come round and break your windows."
    verdict = pipeline.check(text)
    assert verdict.decision == "block"
    finding = verdict.findings[0]
    assert finding.rule == "abuse.threat"
    assert finding.span is not None
    assert text[finding.span.start : finding.span.end] == finding.evidence
    assert "5.1" in [c.id for c in finding.clauses]
    assert all(c.title and c.citation and c.summary for c in finding.clauses)
    assert verdict.next_steps


def test_the_one_line_check_works() -> None:
    assert check("What a lovely day at the library.").decision == "allow"


@pytest.mark.parametrize(
    ("detector", "words"),
    [
        (Raises(), ["raises", "RuntimeError"]),
        (Exits(), ["exits", "SystemExit"]),
        (Lacks(), ["lacks", "install"]),
        (Outside(), ["outside", "IndexError"]),
    ],
    ids=["raises", "exits", "lacks", "outside"],
)
def test_a_detector_that_fails_is_named_and_asks_for_review(
    detector: Custom, words: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        verdict = with_detector(detector).check(SECRET_WORDS)
    assert verdict.decision == "review"
    assert len(verdict.failures) == 1
    for word in words:
        assert word in verdict.failures[0]
    assert SECRET_WORDS not in verdict.model_dump_json()
    assert SECRET_WORDS not in caplog.text


def test_a_detector_that_hangs_is_left_behind() -> None:
    hanging = with_detector(Hangs(), timeout_s=0.3)
    hanging.check("warm up")
    started = time.monotonic()
    verdict = hanging.check("one two three")
    assert time.monotonic() - started < 1.2
    assert verdict.decision == "review"
    assert verdict.failures == ("hangs: did not finish within 0.3 s",)
    # The abandoned threads still read their tokens while others are screened on fresh ones.
    for _ in range(5):
        assert hanging.check("four five six").failures
    time.sleep(1.6)
    assert not [t for t in threading.enumerate() if t.name == "postcheck-hangs"]


def test_a_failure_does_not_hide_what_others_found() -> None:
    verdict = with_detector(Raises()).check("I will kill you")
    assert verdict.decision == "block"
    assert verdict.failures


def test_an_own_detector_joins_the_built_in_ones() -> None:
    verdict = with_detector(Custom()).check("please frobnicate, you absolute muppet")
    rules = {f.rule: f for f in verdict.findings}
    assert {"abuse.custom", "abuse.insult"} <= rules.keys()
    custom = rules["abuse.custom"]
    assert (custom.evidence, custom.detector) == ("frobnicate", "custom")
    assert custom.clauses
    assert any(r.id == "abuse.custom" for r in with_detector(Custom()).rules)


class Stumbles(Custom):
    name = "stumbles"

    def detect(self, document: Document, context: Context) -> Iterable[Finding]:
        yield Finding(rule=RULE.id, severity=Severity.HIGH, message=RULE.message)
        raise RuntimeError


def test_what_was_seen_before_a_failure_counts() -> None:
    verdict = with_detector(Stumbles()).check("one")
    assert verdict.failures == ("stumbles: RuntimeError",)
    assert (verdict.decision, [f.rule for f in verdict.findings]) == ("block", [RULE.id])


def test_a_draft_with_an_image_path_survives_json() -> None:
    draft = Draft(text="x", attachments=(Attachment(source=Path("images/a.png")), Attachment(source=b"abc")))
    assert Draft.model_validate_json(draft.model_dump_json()) == draft
    for wrong in ({"source": 5}, {"source": {"base64": "?"}}, {"source": ""}, {"source": {"url": "x"}}):
        with pytest.raises(ValidationError):
            Attachment.model_validate(wrong)


def test_evidence_is_always_the_words_of_the_span() -> None:
    (finding,) = with_detector(Misquotes()).check("Open all day").findings
    assert finding.evidence == "Ope"


@pytest.mark.parametrize(
    ("name", "value"), [("settings", {"fail_on": "block"}), ("now", NOW), ("crisis_hold", "no")]
)
def test_a_wrong_argument_is_named(name: str, value: object) -> None:
    with pytest.raises(ConfigError, match=name):
        Pipeline(**{name: value})  # type: ignore[arg-type]


def test_what_is_no_detector_is_refused() -> None:
    with pytest.raises(ConfigError, match="detect"):
        with_detector(object())
    with pytest.raises(ConfigError, match="same name"):
        with_detector(Custom(), Custom())


def test_a_disabled_detector_is_named_in_unknown() -> None:
    settings = Settings.model_validate({"detectors": {"disabled": ["abuse"]}})
    verdict = Pipeline(now=lambda: NOW, settings=settings).check("I will kill you")
    assert "the detector abuse is switched off in the settings" in verdict.unknown
    assert "abuse.threat" not in [f.rule for f in verdict.findings]
    with pytest.raises(ConfigError, match="did you mean 'lexicon'"):
        Pipeline(settings=Settings.model_validate({"detectors": {"disabled": ["lexicn"]}}))


def test_a_disabled_rule_is_named_in_unknown() -> None:
    settings = Settings.model_validate({"rules": {"abuse.threat": {"enabled": False}}})
    verdict = Pipeline(now=lambda: NOW, settings=settings).check("I will kill you")
    assert "abuse.threat" not in [f.rule for f in verdict.findings]
    assert any("abuse.threat" in line for line in verdict.unknown)


def test_tuning_a_rule_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ConfigError, match=r"did you mean 'abuse\.threat'"):
        Pipeline(settings=Settings.model_validate({"rules": {"abuse.thraet": {"enabled": False}}}))


# --- odd input ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n ",
        "👍🏽🎉🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "\x00\x00",
        "a\x00b",
        "\ufeff",
        "🇬🇧" * 50,
    ],
    ids=["empty", "blank", "emoji", "nul", "nul-inside", "bom", "flags"],
)
def test_odd_but_harmless_texts_are_allowed(pipeline: Pipeline, text: str) -> None:
    verdict = pipeline.check(text)
    assert verdict.decision == "allow"
    assert verdict.failures == ()


@pytest.mark.parametrize(
    "text",
    ["I will k\u200bill you", "I will \u202ekill\u202c you", "I will k\x00ill you", "I w1ll k1ll you", "Ｉ ｗｉｌｌ ｋｉｌｌ ｙｏｕ",
     "I will кіll you", "I will k i l l you", "**I will kill you**", "I will &#107;ill you", "I WILL KIIIILL YOU"],
)  # fmt: skip
def test_a_disguised_threat_is_found_where_it_stands(pipeline: Pipeline, text: str) -> None:
    verdict = pipeline.check(text)
    assert verdict.decision == "block"
    threat = next(f for f in verdict.findings if f.rule == "abuse.threat")
    assert threat.span is not None
    assert text[threat.span.start : threat.span.end] == threat.evidence


def test_text_that_reads_in_another_order_than_it_is_stored_is_for_a_person(pipeline: Pipeline) -> None:
    verdict = pipeline.check("drat\u202edratsab uoy\u202c")
    assert verdict.decision == "review"
    assert [f.rule for f in verdict.findings if f.decision == "review"] == ["accessibility.reordered-text"]


def test_a_text_over_the_limit_is_an_error_not_an_answer(pipeline: Pipeline) -> None:
    with pytest.raises(DraftError, match="100,000") as caught:
        pipeline.check("x" * 1_000_000)
    assert "xxx" not in str(caught.value)
    with pytest.raises(DraftError, match="bio"):
        pipeline.check(Draft(account=Account(handle="@a", bio="b" * 100_001)))


def test_too_many_attachments_are_an_error(pipeline: Pipeline) -> None:
    with pytest.raises(DraftError, match="20"):
        pipeline.check(Draft(attachments=tuple(Attachment(source=b"x") for _ in range(21))))


def test_lone_surrogates_are_refused(pipeline: Pipeline) -> None:
    with pytest.raises(DraftError, match="surrogate"):
        pipeline.check("a\ud800b")
    with pytest.raises(ValidationError) as caught:
        Draft(text=f"{SECRET_WORDS}\ud800")
    assert SECRET_WORDS not in str(caught.value)


@pytest.mark.parametrize("value", [None, 7, b"bytes", {"text": "x"}])
def test_what_is_no_draft_is_refused(pipeline: Pipeline, value: object) -> None:
    with pytest.raises(DraftError, match="Draft or a string"):
        pipeline.check(value)  # type: ignore[arg-type]


def test_a_naive_publish_at_is_refused() -> None:
    with pytest.raises(ValidationError, match="timezone"):
        Draft(text="x", publish_at=datetime(2026, 9, 15, 10))
    with pytest.raises(ConfigError, match="timezone-aware"):
        Pipeline(now=lambda: datetime(2026, 9, 15, 10)).check("x")


def test_an_unknown_handle_is_named(pipeline: Pipeline) -> None:
    verdict = pipeline.check(Draft(text="Hello", account=Account(handle="@nobody_at_all", platform="x")))
    assert any("@nobody_at_all" in line and "register" in line for line in verdict.unknown)


@pytest.mark.parametrize(
    ("source", "rule"),
    [(b"only text, named .png", "image.unreadable"), (b"", "image.unreadable"), (b"\xff\xd8\xff\xe0 cut", "image.unreadable")],
)  # fmt: skip
def test_a_broken_image_asks_for_review(pipeline: Pipeline, source: bytes, rule: str) -> None:
    verdict = pipeline.check(Draft(attachments=(Attachment(source=source, alt_text="A park"),)))
    assert verdict.decision == "review"
    assert rule in [f.rule for f in verdict.findings]


def test_a_missing_image_asks_for_review_without_its_path(pipeline: Pipeline) -> None:
    draft = Draft(text="Look", attachments=(Attachment(source=Path("/nowhere/at/all.png"), alt_text="x"),))
    verdict = pipeline.check(draft)
    assert verdict.decision == "review"
    assert "nowhere" not in verdict.model_dump_json()


@pytest.mark.parametrize("name", ["organisation", "policy"])
def test_unknown_files_are_errors(name: str) -> None:
    with pytest.raises(DataError):
        Pipeline(**{name: "no-such-thing"})
    with pytest.raises(DataError):
        Pipeline(**{name: Path("no/such/file.toml")})


# --- what leaves --------------------------------------------------------------------------------------


def test_a_verdict_survives_json(pipeline: Pipeline) -> None:
    verdict = pipeline.check("Ring my mate Darren on 07700 900123, you absolute clown")
    again = Verdict.model_validate_json(verdict.model_dump_json())
    assert again.decision == verdict.decision
    assert [f.rule for f in again.findings] == [f.rule for f in verdict.findings]
    assert again.draft is None
    assert again._repr_html_()
    with pytest.raises(PostcheckError):
        again.redacted()


def test_personal_data_and_secrets_stay_inside(pipeline: Pipeline) -> None:
    verdict = pipeline.check("The password is Summer2025! Ring Darren on 07700 900123.")
    for shown in (verdict.model_dump_json(), repr(verdict), str(verdict.model_dump()), verdict._repr_html_()):
        assert "Summer2025" not in shown
        assert "900123" not in shown
    revealed = verdict.model_dump_json(context={"reveal": True})
    assert "Summer2025" in revealed
    assert verdict.redacted() == "The password is [password] Ring [name] on [phone]."


def test_the_digest_follows_rules_and_settings(pipeline: Pipeline, tmp_path: Path) -> None:
    assert Pipeline.default().digest == pipeline.digest
    tuned = Pipeline(settings=Settings.model_validate({"rules": {"abuse.*": {"min_confidence": 0.5}}}))
    assert tuned.digest != pipeline.digest
    assert with_detector(Custom()).digest != pipeline.digest
    text = pipeline.organisation.path.read_text(encoding="utf-8")  # type: ignore[union-attr]
    other = tmp_path / "haringey.toml"
    other.write_text(text + "\n# a comment\n", encoding="utf-8")
    assert Pipeline(organisation=other).digest != pipeline.digest


def test_judged_at_publication_time(pipeline: Pipeline) -> None:
    post = {"text": 'Cllr Dana Okafor said: "I am delighted we delivered 500 new trees." https://a.gov.uk/t'}
    account = Account(handle="@haringeycouncil", platform="x")
    author = Author(id="comms-01", is_communications=True)
    inside = Draft(**post, account=account, author=author, publish_at="2026-04-15T10:00:00+01:00")  # type: ignore[arg-type]
    outside = inside.model_copy(update={"publish_at": NOW})
    assert pipeline.check(inside).decision == "block"
    assert pipeline.check(outside).decision == "allow"


# --- many ---------------------------------------------------------------------------------------------

TEXTS = [
    "Bins are collected a day later next week.",
    "I will kill you",
    "Ring Darren on 07700 900123",
    "The password is Summer2025!",
    "Vote Labour on Thursday!",
    "All Muslims are terrorists",
    "OFFICIAL-SENSITIVE: do not share",
    "Story time at the library at 11 on Saturday.",
]


def plain(verdict: Verdict) -> str:
    return verdict.model_copy(update={"elapsed_ms": 0.0}).model_dump_json(context={"reveal": True})


def test_eight_threads_answer_like_one(pipeline: Pipeline) -> None:
    alone = [plain(pipeline.check(text)) for text in TEXTS]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda text: plain(pipeline.check(text)), TEXTS * 25))
    assert together == alone * 25


def test_check_many_keeps_order_and_survives_bad_drafts(pipeline: Pipeline) -> None:
    drafts: list[Draft | str] = [TEXTS[0], "x" * 100_001, Draft(text=TEXTS[1])]
    verdicts = list(pipeline.check_many(drafts))
    assert [v.decision.value for v in verdicts] == ["allow", "review", "block"]
    assert "100,000" in verdicts[1].failures[0]
    with pytest.raises(ConfigError):
        pipeline.check_many(drafts, workers=0)


class Dies(Custom):
    """Ends its process on one word, as a crash in a C library would."""

    name = "dies"

    def detect(self, document: Document, context: Context) -> Iterable[Finding]:
        if "die now" in document.text:
            os._exit(3)
        return ()


def test_workers_answer_like_one_process_at_the_time_of_the_parent() -> None:
    times = iter(range(10_000))
    clock = Pipeline(now=lambda: NOW.replace(microsecond=next(times)))
    drafts: list[Draft | str] = [*TEXTS, "x" * 100_001, Draft(text=TEXTS[2]), *TEXTS * 4]
    alone = [plain(v) for v in clock.check_many(drafts)]
    assert [plain(v) for v in clock.check_many(iter(drafts), workers=2)] == alone


def test_a_worker_that_dies_loses_no_draft() -> None:
    dying = with_detector(Dies())
    drafts: list[Draft | str] = [*TEXTS * 4, "die now", *TEXTS * 60]
    verdicts = list(dying.check_many(drafts, workers=2))
    expected = [plain(v) for v in dying.check_many(TEXTS)]
    assert [plain(v) for v in verdicts[: len(TEXTS) * 4]] == expected * 4
    assert [plain(v) for v in verdicts[len(TEXTS) * 4 + 1 :]] == expected * 60
    lost = verdicts[len(TEXTS) * 4]
    assert lost.decision == "review"
    assert "ended the worker" in lost.failures[0]


def test_a_script_without_a_guard_may_use_workers(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from postcheck import *\n"
        "for v in Pipeline.default().check_many([Draft(text='hello'), Draft(text='I will kill you')], workers=2):\n"
        "    print(v.decision.value)\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.split() == ["allow", "block"]
    assert done.stderr == ""


def test_a_detector_that_cannot_travel_is_refused_in_words() -> None:
    class Local(Custom):
        name = "local"

    with pytest.raises(ConfigError, match="pickle"):
        list(with_detector(Local()).check_many(TEXTS, workers=2))


@pytest.mark.slow
def test_memory_stays_flat_over_6_000_posts_of_new_words(pipeline: Pipeline) -> None:
    def screen(first: int, count: int) -> None:
        for i in range(first, first + count):
            pipeline.check(
                f"wordq{i}x and wordz{i}y meet name{i} at the library, ring 020 8489 {i % 10_000:04d}"
            )

    screen(0, 2_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tracemalloc.start()
    screen(2_000, 500)
    base = tracemalloc.get_traced_memory()[0]
    screen(2_500, 500)
    grown = tracemalloc.get_traced_memory()[0] - base
    tracemalloc.stop()
    screen(3_000, 3_000)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert grown < 300_000, f"{grown:,} bytes for 500 posts"
    assert (after - before) / 1024 < 30, f"{(after - before) / 1024:.0f} MB for 4,000 posts"


# --- suppression through the pipeline -----------------------------------------------------------------


def allow(expires: str) -> AllowRule:
    return AllowRule(
        rule="abuse.insult",
        text="you absolute muppet",
        owner="comms-01",
        reason="a quiz title",
        expires=expires,
    )  # type: ignore[arg-type]


def test_a_suppressed_finding_stays_and_does_not_count() -> None:
    verdict = Pipeline(now=lambda: NOW, suppressions=[allow("2027-01-01")]).check("You absolute muppet!")
    (finding,) = verdict.findings
    assert (verdict.decision, finding.decision, finding.severity) == ("allow", "allow", "info")
    assert finding.excuse == "suppressed"
    assert "comms-01" in finding.message


def test_an_expired_suppression_does_not_apply_and_says_so() -> None:
    verdict = Pipeline(now=lambda: NOW, suppressions=[allow("2026-09-14")]).check("You absolute muppet!")
    assert verdict.decision == "review"
    assert any("expired on 2026-09-14" in step and "comms-01" in step for step in verdict.next_steps)


def test_a_suppression_covers_only_its_words() -> None:
    verdict = Pipeline(now=lambda: NOW, suppressions=[allow("2027-01-01")]).check("You absolute clown!")
    assert verdict.decision == "review"


def test_entities_of_an_installed_spacy_model_are_used(tmp_path: Path) -> None:
    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "PERSON", "pattern": "Zorblax Quimby"}])
    nlp.to_disk(tmp_path / "model")
    text = "Please tell Zorblax Quimby that the tenant's number is 07700 900123"

    def named(settings: Settings) -> list[str]:
        verdict = Pipeline(now=lambda: NOW, settings=settings).check(text)
        assert verdict.failures == ()
        return [f.evidence for f in verdict.findings if f.rule == "personal.name"]

    assert "Zorblax Quimby" not in named(Settings())
    assert named(Settings(spacy_model=str(tmp_path / "model"))) == ["Zorblax Quimby"]


def test_a_missing_spacy_model_is_a_clear_error() -> None:
    with pytest.raises(ConfigError, match="no_such_model"):
        Pipeline(settings=Settings(spacy_model="no_such_model")).check("x")
