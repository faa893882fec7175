"""The organisation file: identities, contacts, channels, people, parties and facts, all as data."""

from __future__ import annotations

import re
from datetime import date
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Literal

from pydantic import PrivateAttr, ValidationError

from postcheck.organisation_rows import (
    Channel,
    Contact,
    Dated,
    Domain,
    Fact,
    Handle,
    Name,
    Notice,
    Party,
    Person,
    PhoneBlock,
    Politician,
    ProtectedIdentities,
    ReferencePattern,
    Role,
    Row,
    Topic,
    phone_digits,
    plain_handle,
)
from postcheck.resources import digest, named_or_path
from postcheck.toml_lines import data_errors, read_rows

__all__ = [
    "Channel",
    "Contact",
    "Dated",
    "Fact",
    "Notice",
    "Organisation",
    "Party",
    "Person",
    "Politician",
    "ProtectedIdentities",
    "ReferencePattern",
    "Role",
    "Topic",
    "phone_digits",
    "plain_handle",
]

# Domains under which only public bodies can register: a role mailbox there is published by its nature.
_PUBLIC_BODIES = (".gov.uk", ".nhs.uk")
_NAME_PART = re.compile(r"[^\W\d_][^\W\d_'’-]*(?:['’-][^\W\d_]+)*\d{0,3}")
_SAME_PLATFORM = {"twitter": "x"}


def _plain_platform(platform: str) -> str:
    plain = platform.strip().casefold()
    return _SAME_PLATFORM.get(plain, plain)


class Organisation(Row):
    """Everything that postcheck knows about the organisation whose drafts it reads."""

    id: Name
    name: Name
    source: str | None = None
    licence: str | None = None
    reviewed: date | None = None
    short_names: tuple[str, ...] = ()
    nation: Literal["england", "wales", "scotland", "northern_ireland"] = "england"
    area: str | None = None
    wards: tuple[str, ...] = ()
    domains: tuple[Domain, ...] = ()
    phone_blocks: tuple[PhoneBlock, ...] = ()
    elects: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    roles: tuple[Role, ...] = ()
    contacts: tuple[Contact, ...] = ()
    people: tuple[Person, ...] = ()
    channels: tuple[Channel, ...] = ()
    politicians: tuple[Politician, ...] = ()
    parties: tuple[Party, ...] = ()
    protected: ProtectedIdentities = ProtectedIdentities()
    contested_topics: tuple[Topic, ...] = ()
    confidential_topics: tuple[Topic, ...] = ()
    media_handles: tuple[Handle, ...] = ()
    case_reference_patterns: tuple[ReferencePattern, ...] = ()
    public_reference_patterns: tuple[ReferencePattern, ...] = ()
    facts: tuple[Fact, ...] = ()
    crisis_hold: bool = False

    _path: Path | None = PrivateAttr(default=None)

    @classmethod
    def load(cls, name_or_path: str | Path) -> Organisation:
        """Read a built-in organisation (``"haringey"``) or a file.

        Raises:
            DataError: there is no such file, or it is wrong; names file, key and line.
        """
        path = named_or_path(name_or_path, "organisations")
        rows = read_rows(path)
        try:
            organisation = cls.model_validate(rows)
        except ValidationError as error:
            raise data_errors(error, path, cls)[0] from None
        organisation._path = path
        return organisation

    @property
    def path(self) -> Path | None:
        """The file that this was read from; ``None`` when it was built in code."""
        return self._path

    @cached_property
    def digest(self) -> str:
        """A short hash of the file, or of the values when there is no file."""
        if self._path is not None:
            return digest(self._path)
        return sha256(self.model_dump_json().encode()).hexdigest()[:16]

    @cached_property
    def notice_days(self) -> tuple[tuple[str, date], ...]:
        """The notices of election this organisation has published, as the calendar takes them."""
        return tuple((notice.election, notice.published) for notice in self.notices)

    def channel(self, handle: str, platform: str | None = None) -> Channel | None:
        """Look an account up in the register; case and a leading ``@`` do not matter.

        ``platform=None`` matches any platform; Twitter and X are one.
        """
        for channel in self._channels_by_handle.get(plain_handle(handle), ()):
            if platform is None or _plain_platform(channel.platform) == _plain_platform(platform):
                return channel
        return None

    @cached_property
    def _channels_by_handle(self) -> dict[str, list[Channel]]:
        found: dict[str, list[Channel]] = {}
        for channel in self.channels:
            found.setdefault(plain_handle(channel.handle), []).append(channel)
        return found

    def person(self, person_id: str) -> Person | None:
        """Return the person with this id, if the file knows them."""
        return next((person for person in self.people if person.id == person_id), None)

    def role(self, role_id: str) -> Role | None:
        """Return who to ask under this id, if the file says."""
        return next((role for role in self.roles if role.id == role_id), None)

    def describe_role(self, role_id: str) -> str | None:
        """Say how to reach a role: ``"the Press office (press@…, 020 …)"``; ``None`` if unknown."""
        role = self.role(role_id)
        if role is None:
            return None
        # "the Press Office", but "Legal Services" and "Human Resources".
        plain = role.title.casefold()
        article = (
            "" if plain.startswith(("the ", "your ")) or plain.endswith(("services", "resources")) else "the "
        )
        reach = ", ".join(way for way in (role.email, role.phone) if way)
        return f"{article}{role.title} ({reach})" if reach else f"{article}{role.title}"

    def is_published_phone(self, number: str, day: date) -> bool:
        """Say whether the organisation publishes this number on ``day``.

        ``number`` may be digits or text; +44, spaces, brackets, dots and an extension do not matter.
        """
        digits = phone_digits(number)
        if not digits:
            return False
        if any(contact.valid_on(day) for contact in self._published.get(digits, ())):
            return True
        # A prefix counts only in a whole number, so that half a number is never waved through.
        return len(digits) in (10, 11) and digits.startswith(self.phone_blocks)

    def is_own_domain(self, domain: str) -> bool:
        """Say whether a domain is one of the organisation's, or below one of them."""
        plain = domain.strip().rstrip(".").casefold()
        return any(plain == own or plain.endswith(f".{own}") for own in self.domains)

    def is_published_email(self, address: str, day: date) -> bool:
        """Say whether an address is published: a listed contact, or a role mailbox of a public body.

        ``first.last@`` and ``j.smith@`` are a person's, so they count only when listed.
        """
        plain = address.strip().casefold().removeprefix("mailto:").rstrip(".")
        local, at, domain = plain.rpartition("@")
        if not at or not local or not domain:
            return False
        if any(contact.valid_on(day) for contact in self._published.get(plain, ())):
            return True
        public = self.is_own_domain(domain) or domain.endswith(_PUBLIC_BODIES)
        return public and not self._looks_personal(local)

    def politicians_on(self, day: date) -> tuple[Politician, ...]:
        """Return the politicians in their roles on ``day``."""
        return tuple(politician for politician in self.politicians if politician.valid_on(day))

    def parties_on(self, day: date) -> tuple[Party, ...]:
        """Return the parties as they were on ``day``."""
        return tuple(party for party in self.parties if party.valid_on(day))

    @cached_property
    def _published(self) -> dict[str, list[Contact]]:
        """Contacts by the form in which they are compared: digits, or a lower-case address."""
        found: dict[str, list[Contact]] = {}
        contacts = list(self.contacts)
        for role in self.roles:
            for kind, value in (("phone", role.phone), ("email", role.email)):
                if value:
                    row = {"kind": kind, "value": value, "what": role.title}
                    contacts.append(Contact.model_validate(row))
        for contact in contacts:
            form = phone_digits(contact.value) if contact.kind == "phone" else contact.value.casefold()
            found.setdefault(form, []).append(contact)
        return found

    @cached_property
    def _office_words(self) -> frozenset[str]:
        """Words of teams and roles, which make ``council.tax@`` an office and not a Mr Tax."""
        titles = (*self.short_names, *self.protected.teams, *(role.title for role in self.roles))
        return frozenset(word for title in titles for word in re.findall(r"[^\W\d_]+", title.casefold()))

    def _looks_personal(self, local: str) -> bool:
        parts = re.split(r"[._]", local.partition("+")[0])
        if not 2 <= len(parts) <= 4 or not all(_NAME_PART.fullmatch(part) for part in parts):
            return False
        # Every part must be an office word: "lee.parks" is a person although there is a Parks team.
        return not all(part.rstrip("0123456789") in self._office_words for part in parts)
