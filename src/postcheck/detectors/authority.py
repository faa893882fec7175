"""Finds a draft by somebody who may not post, answer or speak here: registers first, words second."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from postcheck.detectors.base import Context, make_finding
from postcheck.detectors.cues import CueHit, Cues, Reading, distinct, local_day, read_cues, readings, whole
from postcheck.document import Document
from postcheck.model import Draft, Finding, Rule, Severity
from postcheck.normalise import normalise
from postcheck.organisation import Organisation, plain_handle

_HIGH, _MEDIUM, _LOW = Severity.HIGH, Severity.MEDIUM, Severity.LOW


def _rule(rule: str, severity: Severity, message: str, suggestion: str) -> Rule:
    return Rule(id=rule, severity=severity, message=message, suggestion=suggestion)


_ADMINISTRATOR = _rule(
    "authority.not-administrator",
    _HIGH,
    "The author is not an administrator of this key channel",
    "Pass it to Communications.",
)
_MANAGER = _rule(
    "authority.not-manager",
    _HIGH,
    "The author is not a manager of this channel",
    "Pass it to a named manager.",
)
_UNREGISTERED = _rule(
    "authority.unregistered-channel",
    _HIGH,
    "The account is not in the register of channels",
    "Use a registered channel, or have this one authorised first.",
)
_UNTRAINED = _rule(
    "authority.untrained", _MEDIUM, "The author's training has expired", "Let a trained colleague post it."
)
_SPEAKS = _rule(
    "authority.speaks-for-council",
    _MEDIUM,
    "Speaks for the council without being its voice",
    "Tell Communications where the question was asked.",
)
_MEDIA = _rule(
    "authority.media-enquiry", _MEDIUM, "Answers the media", "Give the reporter the press office's contact."
)
_CRISIS = _rule(
    "process.crisis-hold",
    _HIGH,
    "Scheduled posts are on hold during a crisis",
    "Wait until Communications release the hold.",
)
_SHORT_HANDLE = 6  # characters; a shorter council name inside a handle proves nothing


class AuthorityDetector:
    """Checks the author and the account against the register, and who a text speaks for."""

    name = "authority"
    rules = (_ADMINISTRATOR, _MANAGER, _UNREGISTERED, _UNTRAINED, _SPEAKS, _MEDIA, _CRISIS)

    def detect(self, document: Document, context: Context) -> Iterable[Finding]:
        """Yield findings; those about the author or the account point at no words."""
        situation = context.situation
        if situation.crisis_hold and situation.scheduled and not situation.emergency:
            yield whole(_CRISIS, self.name)
        if not situation.account_given:
            return
        yield from self._account(document.draft, context)
        yield from self._author(document.draft, context)
        cues = read_cues("authority")
        for reading in readings(document.parts, "text"):
            hits = cues.find(reading)
            yield from distinct(self._speaking(reading, hits, context, cues))
            yield from distinct(self._media(reading, hits, document.draft, context, cues))
            yield from distinct(self._announced(reading, hits, context))

    def _account(self, draft: Draft, context: Context) -> Iterator[Finding]:
        situation, account = context.situation, draft.account
        if situation.channel is not None or account is None or not account.handle.strip():
            return
        if situation.tier in ("key", "service"):
            yield whole(_UNREGISTERED, self.name)
        elif _carries_name(account.handle, context.organisation):
            yield whole(
                _UNREGISTERED,
                self.name,
                message="The account carries the council's name but is not in the register of channels",
                confidence=0.85,
            )

    def _author(self, draft: Draft, context: Context) -> Iterator[Finding]:
        situation = context.situation
        author_id = draft.author.id if draft.author else None
        if not situation.council or not author_id:
            return
        channel, communications = situation.channel, situation.communications is True
        administrators = channel.administrators if channel else ()
        if situation.tier == "key":
            if author_id not in administrators and not communications:
                yield whole(_ADMINISTRATOR, self.name)
        elif situation.tier == "service" and channel and not communications:
            allowed = (*channel.managers, *administrators, channel.owner, channel.deputy)
            if author_id not in allowed:
                yield whole(_MANAGER, self.name)
        person, today = situation.person, local_day(context)
        if person and person.left_on and person.left_on < today:
            yield whole(_UNTRAINED, self.name, severity=_HIGH, message="The author has left the organisation")
        elif person and person.training_expires and person.training_expires < today:
            yield whole(_UNTRAINED, self.name)

    def _speaking(
        self, reading: Reading, hits: list[CueHit], context: Context, cues: Cues
    ) -> Iterator[Finding]:
        situation = context.situation
        if situation.council or situation.communications or situation.connected is False:
            return
        answering = situation.kind == "reply"
        published = any(
            context.organisation.is_own_domain(k.domain) or k.domain.endswith(".gov.uk")
            for k in reading.part.links
        )
        about_council = cues.pattern("council_work").search(reading.text) is not None
        for hit in hits:
            if hit.row.rule != _SPEAKS.id or reading.quoted(hit.first, hit.last):
                continue
            if hit.row.name == "we-will" and not (answering and about_council):
                # "We will fix it" is anybody's sentence; only an answer about council work is a promise.
                continue
            if hit.row.name == "council-will" and not _ours(
                reading.text[hit.start : hit.end], context.organisation
            ):
                continue
            # Passing on what the council has published is not speaking for it.
            severity = _HIGH if answering else _LOW if published else _MEDIUM
            yield make_finding(
                _SPEAKS,
                self.name,
                reading.part,
                hit.first,
                hit.last,
                severity=severity,
                confidence=hit.row.confidence,
            )

    def _media(
        self, reading: Reading, hits: list[CueHit], draft: Draft, context: Context, cues: Cues
    ) -> Iterator[Finding]:
        situation = context.situation
        known = situation.communications is not None or (
            draft.author is not None and draft.author.id is not None
        )
        if situation.communications or situation.connected is False or (situation.council and not known):
            return
        comments = [h for h in hits if h.row.rule == _MEDIA.id]
        for hit in comments:
            yield make_finding(
                _MEDIA,
                self.name,
                reading.part,
                hit.first,
                hit.last,
                severity=_HIGH,
                message="Gives a journalist a comment",
                confidence=hit.row.confidence,
            )
        handed_over = cues.pattern("press_office").search(reading.text) is not None
        if comments or handed_over or situation.kind not in ("reply", "dm"):
            return
        asked = normalise(draft.in_reply_to or "").text
        if self._to_media(reading, draft, context.organisation, cues) or cues.pattern("asks").search(asked):
            yield make_finding(_MEDIA, self.name, reading.part, 0, len(reading.part.original), confidence=0.7)

    def _to_media(self, reading: Reading, draft: Draft, organisation: Organisation, cues: Cues) -> bool:
        first = reading.part.mentions[0][2] if reading.part.mentions else ""
        known = {plain_handle(handle) for handle in organisation.media_handles}
        plain = [plain_handle(h) for h in (draft.in_reply_to_handle or "", first) if h]
        return any(h in known or cues.pattern("media_handle").search(h) for h in plain)

    def _announced(self, reading: Reading, hits: list[CueHit], context: Context) -> Iterator[Finding]:
        situation, organisation = context.situation, context.organisation
        if not situation.council:
            return
        known = {plain_handle(h) for h in organisation.protected.allowed_handles}
        strangers = [
            m
            for m in reading.part.mentions
            if organisation.channel(m[2]) is None and plain_handle(m[2]) not in known
        ]
        for hit in hits:
            if hit.row.rule != _UNREGISTERED.id or (reading.part.mentions and not strangers):
                continue
            yield make_finding(
                _UNREGISTERED,
                self.name,
                reading.part,
                hit.first,
                hit.last,
                severity=_HIGH if strangers and not situation.communications else _MEDIUM,
                message="Announces an account that is not in the register of channels",
                confidence=hit.row.confidence,
            )


def _ours(phrase: str, organisation: Organisation) -> bool:
    """Say whether "the council will" is about this council and not about another one."""
    named = set(phrase.partition("council")[0].split())
    own = {word for name in organisation.short_names for word in normalise(name).text.split()}
    return bool(named) and named <= own | {"the", "your", "our", "local", "borough"}


def _carries_name(handle: str, organisation: Organisation) -> bool:
    """Say whether an unregistered handle holds the council's full name or a registered handle."""
    plain = _squeezed(handle)
    allowed = {_squeezed(h) for h in organisation.protected.allowed_handles}
    if plain in allowed:
        return False
    names = [
        n for n in (*organisation.short_names, organisation.name) if " " in n and not n.startswith("the ")
    ]
    held = {_squeezed(n) for n in (*names, *(c.handle for c in organisation.channels))}
    return any(len(name) >= _SHORT_HANDLE and name in plain for name in held)


def _squeezed(name: str) -> str:
    return "".join(c for c in normalise(plain_handle(name)).text if c.isalnum())
