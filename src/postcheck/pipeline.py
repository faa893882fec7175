"""The pipeline: read a draft once, run the detectors, suppress, decide, and answer with a verdict."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from postcheck.calendar import Calendar, load_calendar
from postcheck.config import Settings, load_settings, load_suppressions
from postcheck.detectors.base import Context, Detector
from postcheck.document import Document, Reader
from postcheck.errors import ConfigError, DraftError
from postcheck.images import ImageLimits
from postcheck.model import Decision, Draft, Finding, Rule, Verdict
from postcheck.organisation import Organisation
from postcheck.policy.clauses import Policy
from postcheck.policy.decide import Outcome, decide
from postcheck.registry import Registry, version_digest
from postcheck.running import Run, run_detector
from postcheck.situation import Situation, read_situation
from postcheck.suppress import Suppressions
from postcheck.suppress.allow import AllowRule

Clock = Callable[[], datetime]


class Pipeline:
    """Screens drafts against one organisation and one policy.

    Build it once; it keeps no state between drafts and may be shared between threads.

    Args:
        organisation: a built-in name or the path of an organisation file.
        policy: a built-in name or the path of a policy file.
        now: the clock, returning timezone-aware datetimes; drafts without ``publish_at`` are judged then.
        logos: a folder with an ``index.toml`` of reference marks, instead of the built-in one.
        settings: limits and rule switches; see :mod:`postcheck.config`.
        detectors: detectors of your own, run in addition to the built-in ones; one with the name of a
            built-in detector takes its place.
        suppressions: recorded choices not to count certain findings: allow rows, or rows and baselines.
        crisis_hold: hold every scheduled post; ``None`` takes the organisation file's word.

    Raises:
        ConfigError, DataError: a file or an argument is wrong.
    """

    def __init__(
        self,
        organisation: str | Path = "haringey",
        policy: str | Path = "haringey-2019",
        *,
        now: Clock | None = None,
        logos: str | Path | None = None,
        settings: Settings | None = None,
        detectors: Iterable[Detector] | None = None,
        suppressions: Suppressions | Iterable[AllowRule] = (),
        crisis_hold: bool | None = None,
    ) -> None:
        if settings is not None and not isinstance(settings, Settings):
            raise ConfigError("must be a postcheck.config.Settings", key="settings")
        if now is not None and not callable(now):
            raise ConfigError("must be a function that returns a timezone-aware datetime", key="now")
        if crisis_hold is not None and not isinstance(crisis_hold, bool):
            raise ConfigError("must be True, False or None", key="crisis_hold")
        self.settings = settings or Settings()
        self.organisation = Organisation.load(organisation)
        self.policy = Policy.load(policy)
        self.calendar: Calendar = load_calendar()
        self.suppressions = (
            suppressions if isinstance(suppressions, Suppressions) else Suppressions(tuple(suppressions))
        )
        self._now = now or _utc_now
        self._crisis_hold = crisis_hold
        own = tuple(detectors or ())
        for detector in own:
            if not isinstance(detector, Detector):
                raise ConfigError("a detector needs name, rules and detect()", key="detectors")
        self.arguments: dict[str, Any] = {
            "organisation": organisation,
            "policy": policy,
            "logos": logos,
            "settings": self.settings,
            "detectors": own,
            "suppressions": self.suppressions,
            "crisis_hold": crisis_hold,
        }
        self._registry = Registry(own, logos, self.settings)
        if self.settings.rules:
            self.settings.check_rules(rule.id for rule in self._registry.rules)
        limits = self.settings.limits
        self._reader = Reader(
            self.settings.spacy_model,
            ImageLimits(max_megapixels=limits.max_image_megapixels, max_megabytes=limits.max_image_megabytes),
        )

    @classmethod
    def default(cls, now: Clock | None = None) -> Pipeline:
        """Return the pipeline of the worked example: the Haringey organisation and its 2019 policy."""
        return cls(now=now)

    @classmethod
    def from_config(cls, path: str | Path, now: Clock | None = None) -> Pipeline:
        """Build a pipeline from a ``postcheck.toml``; nothing else on the disk is looked for."""
        settings = load_settings(Path(path))
        return cls(
            settings.organisation,
            settings.policy,
            now=now,
            logos=settings.logos,
            settings=settings,
            suppressions=load_suppressions(settings),
        )

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule that the detectors in use can report, by id."""
        return self._registry.rules

    @cached_property
    def digest(self) -> str:
        """A short hash of the rules, data, settings and version behind a verdict."""
        return version_digest(
            self.organisation, self.policy, self.settings, self.suppressions, self._registry
        )

    def check(self, draft: Draft | str) -> Verdict:
        """Screen one draft.

        Raises:
            DraftError: it is not a draft, or it is over a limit of the settings.
        """
        started = time.perf_counter()
        read = self._read(draft)
        situation = read_situation(
            read, self.organisation, self.calendar, self.read_clock(), self._crisis_hold
        )
        with self._reader.open(read) as document:
            context = Context(self.organisation, situation)
            # Reading pictures takes its time, which no single detector should be blamed for.
            _ = document.parts
            runs = [self._run(name, document, context) for name in self._registry.names]
            unknown = (*situation.unknown, *document.unknown, *self._registry.switched_off)
        return self._verdict(read, situation, runs, unknown, started)

    def check_many(self, drafts: Iterable[Draft | str], workers: int = 1) -> Iterator[Verdict]:
        """Screen drafts in order, in this process or in ``workers`` processes.

        A draft that cannot be read gives a ``review`` verdict that says so; the others go on.
        """
        from postcheck.many import check_many

        return check_many(self, drafts, workers)

    def check_safely(self, draft: Draft | str) -> Verdict:
        """Screen one draft; what cannot be read gives a ``review`` verdict instead of an error."""
        try:
            return self.check(draft)
        except DraftError as error:
            return self.unread(f"draft: {error}")

    def unread(self, reason: str) -> Verdict:
        """Return the verdict on a draft that could not be screened at all."""
        return Verdict(
            decision=Decision.REVIEW,
            failures=(reason,),
            next_steps=("Nothing was screened: a person has to read this draft.",),
            policy=self.policy.ref,
            organisation=self.organisation.id,
            digest=self.digest,
            elapsed_ms=0.0,
        )

    def at(self, now: datetime) -> Pipeline:
        """Return this pipeline with its clock stopped at ``now``; everything else is shared."""
        stopped = copy.copy(self)
        stopped._now = lambda: now
        return stopped

    def read_clock(self) -> datetime:
        """Return the time of the pipeline's clock, timezone-aware."""
        now = self._now()
        if now.tzinfo is None:
            raise ConfigError("the clock must return a timezone-aware datetime", key="now")
        return now

    def _read(self, draft: Draft | str) -> Draft:
        if isinstance(draft, str):
            try:
                draft = Draft(text=draft)
            except ValidationError as error:
                raise DraftError(error.errors(include_input=False)[0]["msg"]) from None
        if not isinstance(draft, Draft):
            raise DraftError(f"a draft is a Draft or a string, not {type(draft).__name__}")
        limits = self.settings.limits
        for name, text in draft_texts(draft):
            if len(text) > limits.max_characters:
                raise DraftError(f"{name} is longer than {limits.max_characters:,} characters")
        if len(draft.attachments) > limits.max_attachments:
            raise DraftError(f"a draft may have at most {limits.max_attachments} attachments")
        return draft

    def _run(self, name: str, document: Document, context: Context) -> Run:
        return run_detector(
            name,
            lambda: self._registry.get(name),
            document,
            context,
            timeout_s=self.settings.limits.detector_timeout_s,
            trusted=self._registry.is_builtin(name),
        )

    def _verdict(
        self,
        draft: Draft,
        situation: Situation,
        runs: Sequence[Run],
        unknown: tuple[str, ...],
        started: float,
    ) -> Verdict:
        findings = [f for run in runs for f in self.settings.tune(run.findings)]
        kept, notes = self.suppressions.apply(findings, situation.now.date())
        outcome: Outcome = decide(
            kept,
            situation.facts(),
            self.policy,
            self.organisation.describe_role,
            self._registry.preview,
            on=situation.when.date(),
        )
        failures = tuple(run.failure for run in runs if run.failure is not None)
        decision = outcome.decision
        if failures and decision is not Decision.NOT_SCREENED:
            decision = max(decision, Decision.REVIEW)
        verdict = Verdict(
            decision=decision,
            findings=tuple(_honest_excuse(f) for f in outcome.findings),
            next_steps=(*outcome.next_steps, *notes, *_failure_steps(failures)),
            failures=failures,
            unknown=unknown,
            policy=self.policy.ref,
            organisation=self.organisation.id,
            digest=self.digest,
            elapsed_ms=round((time.perf_counter() - started) * 1000, 3),
        )
        return verdict.with_draft(draft)


def draft_texts(draft: Draft) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of every free text that a draft carries."""
    named: list[tuple[str, str | None]] = [
        ("text", draft.text),
        ("quoted_text", draft.quoted_text),
        ("in_reply_to", draft.in_reply_to),
    ]
    if draft.account is not None:
        account = draft.account
        named += [("display_name", account.display_name), ("bio", account.bio), ("handle", account.handle)]
    named += [(f"alt_text:{i}", a.alt_text) for i, a in enumerate(draft.attachments)]
    return ((name, text) for name, text in named if text)


def _honest_excuse(finding: Finding) -> Finding:
    # Personal data carries an excuse only where the policy accepted it.
    if finding.excuse is None or finding.theme != "personal" or finding.decision <= Decision.ALLOW:
        return finding
    return finding.model_copy(update={"excuse": None})


def _failure_steps(failures: Sequence[str]) -> tuple[str, ...]:
    if not failures:
        return ()
    return ("Part of the screening did not run: a person has to read this draft.",)


def _utc_now() -> datetime:
    return datetime.now(UTC)


_default: Pipeline | None = None
_default_lock = threading.Lock()


def check(draft: Draft | str) -> Verdict:
    """Screen one draft, or a text, with the default pipeline, which is built on first use.

    Raises:
        DraftError: it is not a draft, or it is over a limit.
    """
    global _default
    with _default_lock:
        if _default is None:
            _default = Pipeline.default()
    return _default.check(draft)
