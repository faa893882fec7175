"""Who posts, where and when: what a draft says about its circumstances, completed from the register.

Nothing here reads the text of a draft. What was not given is named in ``unknown``, never guessed in silence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from postcheck.calendar import Calendar, Window
from postcheck.errors import ConfigError
from postcheck.model import Account, Author, AuthorType, Draft, Kind, Tier
from postcheck.organisation import Channel, Organisation, Person

Directorate = Literal["children", "adults", "schools", "other"]

# Staff of these directorates may have guidance of their own. The first stem found decides.
_DIRECTORATES: tuple[tuple[str, Directorate], ...] = (
    ("child", "children"),
    ("adult", "adults"),
    ("school", "schools"),
)

NO_ACCOUNT = "the account was not given; judged as one of the council's channels, without the authority rules"
NO_HANDLE = "the account's handle was not given; the register was not consulted"
NOT_REGISTERED = "the account {handle} is not in the register"
NO_AUTHOR = "who would post was not given; judged as a member of staff"
NO_AUTHOR_ON_CHANNEL = "who would post was not given; the authority rules were not applied"
NOT_LISTED = "the author is not among the people of the organisation file; their training was not checked"
NOT_CONNECTED = (
    "whether the account can be tied to the author's employment was not given; judged as if it can"
)
NO_PARTIES = "the organisation file names no parties; party politics was looked for in general words only"
NO_ELECTIONS = "the organisation file names no elections; pre-election windows were not applied"
UNKNOWN_ELECTION = "the calendar knows no election called {name!r}"
NOT_COVERED = "the calendar of elections does not cover the time of publication"

_LONGEST_HANDLE = 50


@dataclass(frozen=True, slots=True)
class Situation:
    """The circumstances of a draft.

    Attributes:
        when: when it would be published, with a time zone.
        now: the time of the check, with a time zone.
        tier: of the account; a registered tier beats the draft's. ``None`` when nobody says.
        channel: the account's row in the register.
        council: judged as one of the council's channels.
        account_given: the draft says which account would post.
        connected: the account can be tied to the author's employment; ``None`` when nobody says.
        person: the author's row in the organisation file.
        communications: the author belongs to Communications; ``None`` when nobody says.
        window: the pre-election window that ``when`` falls into.
        scheduled: ``when`` lies after ``now``.
        approved: an approval is recorded.
        consented: a consent is recorded.
        delegated: written for somebody else with their recorded authority.
        unknown: what was not given and what was assumed instead, in plain English.
    """

    when: datetime
    now: datetime
    tier: Tier | None
    channel: Channel | None
    council: bool
    account_given: bool
    kind: Kind
    author_type: AuthorType
    connected: bool | None
    person: Person | None
    communications: bool | None
    politically_restricted: bool
    directorate: Directorate
    window: Window | None
    emergency: bool
    crisis_hold: bool
    scheduled: bool
    approved: bool
    consented: bool
    delegated: bool
    unknown: tuple[str, ...] = ()

    def facts(self) -> dict[str, str | bool]:
        """Return the circumstances in the words that policy rows test."""
        return {
            "tier": self.tier or "none",
            "council": self.council,
            "kind": self.kind,
            "author_type": self.author_type,
            "connected": _yes_no(self.connected),
            "communications": _yes_no(self.communications),
            "politically_restricted": self.politically_restricted,
            "directorate": self.directorate,
            "window": self.window is not None,
            "emergency": self.emergency,
            "crisis_hold": self.crisis_hold,
            "scheduled": self.scheduled,
            "approved": self.approved,
            "consented": self.consented,
            "delegated": self.delegated,
        }


def read_situation(
    draft: Draft,
    organisation: Organisation,
    calendar: Calendar,
    now: datetime,
    crisis_hold: bool | None = None,
) -> Situation:
    """Complete the circumstances of a draft from the organisation file and the calendar.

    Args:
        draft: its text is not read.
        organisation: the register of channels and people.
        calendar: the elections.
        now: the time of the check, with a time zone.
        crisis_hold: scheduled posts are on hold, or not; ``None`` takes the organisation file's word.

    Raises:
        ConfigError: ``now`` has no time zone.
    """
    if now.tzinfo is None:
        raise ConfigError("the time of the check has no time zone")
    when = draft.publish_at or now
    account = draft.account if _is_given(draft.account) else None
    author = draft.author or Author()
    channel = (
        organisation.channel(account.handle, account.platform) if account and account.handle.strip() else None
    )
    tier = channel.tier if channel else (account.tier if account else None)
    council = account is None or tier in ("key", "service")
    connected = True if council else author.connected
    person = organisation.person(author.id) if author.id else None
    unknown = [
        *_unknown_account(account, channel, tier),
        *_unknown_author(author, person, channel),
        *([NOT_CONNECTED] if connected is None else []),
        *([] if organisation.parties else [NO_PARTIES]),
        *_unknown_elections(organisation, calendar, when),
    ]
    return Situation(
        when=when,
        now=now,
        tier=tier,
        channel=channel,
        council=council,
        account_given=account is not None,
        kind=draft.kind,
        author_type=author.type or "staff",
        connected=connected,
        person=person,
        communications=_first(author.is_communications, person.is_communications if person else None),
        politically_restricted=bool(
            _first(author.politically_restricted, person.politically_restricted if person else None)
        ),
        directorate=_directorate(author.directorate or (person.directorate if person else None)),
        window=calendar.window_at(when, organisation.nation, organisation.elects, organisation.notice_days),
        emergency=draft.emergency,
        crisis_hold=organisation.crisis_hold if crisis_hold is None else crisis_hold,
        scheduled=when > now,
        approved=_any_id(draft.approvals),
        consented=_any_id(draft.consents),
        delegated=_any_id((draft.delegated_for or "",)),
        unknown=tuple(unknown),
    )


def _yes_no(value: bool | None) -> str:
    return "unknown" if value is None else "yes" if value else "no"


def _first(*values: bool | None) -> bool | None:
    return next((value for value in values if value is not None), None)


def _any_id(ids: Iterable[str]) -> bool:
    return any(one.strip() for one in ids)


def _is_given(account: Account | None) -> bool:
    """An account of which nothing is said is no account."""
    if account is None:
        return False
    said = (account.handle, account.display_name or "", account.bio or "")
    return account.tier is not None or any(text.strip() for text in said)


def _directorate(name: str | None) -> Directorate:
    plain = (name or "").casefold()
    return next((directorate for stem, directorate in _DIRECTORATES if stem in plain), "other")


def _unknown_account(account: Account | None, channel: Channel | None, tier: Tier | None) -> list[str]:
    if account is None:
        return [NO_ACCOUNT]
    if channel is not None or tier == "personal":
        return []
    handle = " ".join(account.handle.split()).lstrip("@")
    if not handle:
        return [NO_HANDLE]
    return [NOT_REGISTERED.format(handle=f"@{handle[:_LONGEST_HANDLE]}")]


def _unknown_author(author: Author, person: Person | None, channel: Channel | None) -> list[str]:
    on_channel = channel is not None and channel.tier != "personal"
    if on_channel and not author.id:
        return [NO_AUTHOR_ON_CHANNEL]
    if on_channel and person is None:
        return [NOT_LISTED]
    # Any word about the author counts: a personal account is judged by what ties it to the council.
    return [NO_AUTHOR] if author == Author() else []


def _unknown_elections(organisation: Organisation, calendar: Calendar, when: datetime) -> list[str]:
    if not organisation.elects:
        return [NO_ELECTIONS]
    strangers = calendar.unknown_names(organisation.elects, organisation.notice_days)
    missing = [UNKNOWN_ELECTION.format(name=name) for name in strangers]
    return missing if calendar.covers(when.date()) else [*missing, NOT_COVERED]
