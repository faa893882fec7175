"""The rows of an organisation file: who to ask, contacts, people, channels, politicians, parties, facts.

Facts go stale, so every row that can carries ``valid_from``, ``valid_to`` and ``source``. A row that is
malformed in itself (a phone number with letters, an inverted pair of dates) is rejected when it is read;
what only the whole file shows (a manager who is not among the people) is for ``organisation_check``.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

ChannelTier = Literal["key", "service", "personal"]
PoliticianKind = Literal["councillor", "mp", "mayor", "assembly_member", "minister", "leader"]
FactKind = Literal["number", "percent", "money", "date", "weekday", "time"]

_NOT_PHONE = re.compile(r"[^\d\s()+.\-–]")
_EXTENSION = re.compile(r"\s*(?:ext\.?|extension|x)\s*\d+\s*$", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s,;:<>()]+@[^@\s,;:<>()]+\.[^@\s,;:<>().]+")


def phone_digits(text: str) -> str:
    """Reduce a UK phone number to its national digits: ``+44 (0)20 8489 1000`` to ``02084891000``.

    An extension at the end is dropped. Returns an empty string when there is no digit.
    """
    number = _EXTENSION.sub("", text.strip())
    digits = "".join(str(int(character)) for character in number if character.isdecimal())
    if digits.startswith("0044"):
        digits = digits[2:]
    elif not (number.startswith(("+44", "(+44")) or (digits.startswith("44") and len(digits) in (12, 13))):
        return digits
    return "0" + digits[2:].lstrip("0")


def plain_handle(handle: str) -> str:
    """Reduce a handle to what is compared: no ``@``, no surrounding space, no case."""
    return handle.strip().lstrip("@＠").casefold()


def _phone(value: str) -> str:
    if _NOT_PHONE.search(_EXTENSION.sub("", value)) or not 3 <= len(phone_digits(value)) <= 15:
        raise ValueError("not a phone number: write digits, spaces, brackets and a leading + only")
    return value


def _email(value: str) -> str:
    if not _EMAIL.fullmatch(value):
        raise ValueError("not an e-mail address")
    return value


def _url(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", value):
        raise ValueError("not a web address: it starts with https:// and has no spaces")
    return value


def _handle(value: str) -> str:
    if not plain_handle(value) or re.search(r"\s", value.strip()):
        raise ValueError("not a handle: it is empty or holds a space")
    return value


def _digits(value: str) -> str:
    if not re.fullmatch(r"\d{3,11}", value):
        raise ValueError("not a block of phone numbers: write the leading digits only, as in '0208489'")
    return value


def _domain(value: str) -> str:
    if not re.fullmatch(r"(?:[a-z0-9-]+\.)+[a-z]{2,}", value):
        raise ValueError("not a domain: write it in lower case without https:// or a path")
    return value


def _re2(value: str) -> str:
    # re2 is a compiled extension that only an organisation with patterns needs.
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(value, options)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        reason = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise ValueError(f"not a valid RE2 pattern: {reason}") from None
    return value


def _no_float(value: object) -> object:
    # In TOML 1.10 is a number and loses its zero; money and times are written as text.
    if not isinstance(value, str):
        raise ValueError("write the value as text, in quotation marks")
    return value


Phone = Annotated[str, AfterValidator(_phone)]
Email = Annotated[str, AfterValidator(_email)]
Handle = Annotated[str, AfterValidator(_handle)]
PhoneBlock = Annotated[str, AfterValidator(_digits)]
Domain = Annotated[str, AfterValidator(_domain)]
Re2 = Annotated[str, AfterValidator(_re2)]
Name = Annotated[str, Field(min_length=1)]


class Row(BaseModel):
    """A row: frozen, unknown keys are errors, values never appear in messages."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Dated(Row):
    """A row that is true from ``valid_from`` to ``valid_to``, both included; ``None`` is open."""

    valid_from: date | None = None
    valid_to: date | None = None
    source: str | None = None

    @model_validator(mode="after")
    def _forward(self) -> Dated:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError(f"valid_to ({self.valid_to}) is before valid_from ({self.valid_from})")
        return self

    def valid_on(self, day: date) -> bool:
        """Say whether the row holds on ``day``."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


class Role(Row):
    """Who to ask. ``example`` marks an invented contact, to be replaced before use."""

    id: Name
    title: Name
    email: Email | None = None
    phone: Phone | None = None
    note: str | None = None
    example: bool = False
    source: str | None = None


class Contact(Dated):
    """A phone number, address or page that the organisation publishes."""

    kind: Literal["phone", "email", "url"]
    value: Name
    what: Name

    @model_validator(mode="after")
    def _well_formed(self) -> Contact:
        {"phone": _phone, "email": _email, "url": _url}[self.kind](self.value)
        return self


class Notice(Row):
    """The day on which this organisation published the notice of an election of the calendar."""

    election: Name
    published: date
    source: str | None = None


class Person(Row):
    """A member of staff as the register knows them. An absent date is unknown, never a fault."""

    id: Name
    job_title: str | None = None
    directorate: str | None = None
    is_communications: bool = False
    politically_restricted: bool = False
    trained_on: date | None = None
    training_expires: date | None = None
    left_on: date | None = None

    @model_validator(mode="after")
    def _forward(self) -> Person:
        if self.trained_on and self.training_expires and self.training_expires < self.trained_on:
            raise ValueError("training_expires is before trained_on")
        return self


class Channel(Row):
    """An account in the channel register. ``None`` means that nobody has written it down."""

    handle: Handle
    platform: Name
    tier: ChannelTier
    purpose: str | None = None
    owner: str | None = None
    deputy: str | None = None
    hours: str | None = None
    administrators: tuple[str, ...] = ()
    managers: tuple[str, ...] = ()
    authorised_by: str | None = None
    authorised_on: date | None = None
    next_review: date | None = None
    credentials_lodged: bool | None = None
    password_changed: date | None = None
    comms_admin: bool | None = None
    checklist_done: bool | None = None
    business_case: Literal["done", "not_required", "missing"] | None = None
    branding_checked: bool | None = None
    member_run: bool = False


class Politician(Dated):
    """A named politician; the dates are those of the role."""

    name: Name
    role: Name
    party: str | None = None
    handle: Handle | None = None
    kind: PoliticianKind


class Party(Dated):
    """A party. Aliases such as "Labour" are ordinary words too: match them only beside politics."""

    name: Name
    aliases: tuple[str, ...] = ()
    handles: tuple[Handle, ...] = ()
    hashtags: tuple[str, ...] = ()
    slogans: tuple[str, ...] = ()
    leader: str | None = None


class ProtectedIdentities(Row):
    """What nobody else may pose as, and the look-alike handles that are genuine."""

    roles: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    handles: tuple[Handle, ...] = ()
    allowed_handles: tuple[Handle, ...] = ()


class Fact(Dated):
    """A fact that a draft must not contradict.

    ``about`` holds phrases that name the thing; ``value`` is a number, an amount in pounds, a
    percentage, an ISO date, an English weekday or a 24-hour time, always written as text.
    """

    id: Name
    about: tuple[str, ...]
    kind: FactKind
    value: Annotated[str, BeforeValidator(_no_float)]
    statement: Name


class Topic(NamedTuple):
    """A locally contested topic and the phrases that name it."""

    topic: str
    terms: tuple[str, ...]


class ReferencePattern(NamedTuple):
    """A reference number of the organisation: what it is, and its form in RE2 syntax."""

    name: str
    pattern: Re2
