"""What is missing, expired or malformed in an organisation file, with the line to edit.

Used by ``postcheck organisation check FILE``. Today's date is given by the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from pydantic import ValidationError

from postcheck.errors import DataError
from postcheck.organisation import Channel, Organisation, Person, plain_handle
from postcheck.resources import named_or_path
from postcheck.toml_lines import Level, Location, Problem, TomlLines, data_errors, key_of, read_rows

# Who the next steps of a verdict send people to.
STANDARD_ROLES = (
    "communications",
    "digital-communications",
    "press-office",
    "monitoring-officer",
    "information-governance",
    "data-protection-officer",
    "legal",
    "equalities",
    "hr",
    "safeguarding",
    "returning-officer",
    "emergency-planning",
    "service-owner",
    "line-manager",
)

# What goes unnoticed when a field is left out.
_RECOMMENDED = {
    "source": "nobody can tell where the facts come from",
    "reviewed": "nobody can tell how fresh the facts are",
    "short_names": "text about the organisation is recognised by its full name only",
    "area": "claims that name the area are not recognised",
    "domains": "its own addresses and links are treated as strangers'",
    "elects": "pre-election windows are not applied",
    "contacts": "its published numbers and addresses may be taken for personal data",
    "people": "the training and authority of authors cannot be checked",
    "channels": "every account is treated as unregistered",
    "politicians": "politicians are recognised by title only",
    "parties": "party names, handles and hashtags are not recognised",
    "contested_topics": "locally contested topics are not recognised",
    "case_reference_patterns": "case references are not recognised",
    "public_reference_patterns": "references of public registers may be taken for case references",
}
_DATED = ("contacts", "politicians", "parties", "facts")
_REVIEW_EVERY = timedelta(days=366)


_Found = tuple[Level, Location, str]


def check_organisation(path: str | Path, today: date) -> list[Problem]:
    """List what is missing, expired or malformed in an organisation file, in the order of its lines.

    Args:
        path: a file, or the name of a built-in organisation.
        today: the day on which rows are called expired.

    Raises:
        DataError: there is no such file. What is wrong inside it is returned, never raised.
    """
    file = named_or_path(path, "organisations")
    try:
        organisation = Organisation.model_validate(read_rows(file))
    except ValidationError as error:
        wrong = data_errors(error, file, Organisation)
        return _sorted([Problem("error", item.line, item.key or "", item.message) for item in wrong])
    except DataError as unreadable:
        return [Problem("error", unreadable.line, unreadable.key or "", unreadable.message)]
    lines = TomlLines.of(file)
    checks: tuple[Callable[[Organisation, date], Iterator[_Found]], ...] = (
        _missing,
        _stale,
        _repeated,
        _dated_rows,
        _channels,
        _people,
    )
    return _sorted(
        [
            Problem(level, lines.line_of(location), key_of(location), message)
            for check in checks
            for level, location, message in check(organisation, today)
        ]
    )


def _sorted(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: (problem.line or 0, problem.key, problem.message))


def _missing(organisation: Organisation, _today: date) -> Iterator[_Found]:
    for field, effect in _RECOMMENDED.items():
        if not getattr(organisation, field):
            yield "warning", (field,), f"not given: {effect}"
    for field in ("roles", "teams", "handles"):
        if not getattr(organisation.protected, field):
            yield "warning", ("protected", field), "not given: posing as one of these is not recognised"
    known = {role.id for role in organisation.roles}
    absent = [role for role in STANDARD_ROLES if role not in known]
    if absent:
        yield "warning", ("roles",), f"next steps cannot say how to reach: {', '.join(absent)}"
    for index, role in enumerate(organisation.roles):
        if role.example:
            yield "warning", ("roles", index), f"{role.id} has an example contact; put your own in its place"


def _stale(organisation: Organisation, today: date) -> Iterator[_Found]:
    if organisation.reviewed is None:
        return
    if organisation.reviewed > today:
        yield "error", ("reviewed",), f"the review date {organisation.reviewed} lies in the future"
    elif today - organisation.reviewed > _REVIEW_EVERY:
        yield "warning", ("reviewed",), f"last reviewed on {organisation.reviewed}, over a year ago"


def _repeated(organisation: Organisation, _today: date) -> Iterator[_Found]:
    seen: set[tuple[str, str, str]] = set()
    rows = [("roles", index, role.id, "") for index, role in enumerate(organisation.roles)]
    rows += [("people", index, person.id, "") for index, person in enumerate(organisation.people)]
    rows += [("facts", index, fact.id, "") for index, fact in enumerate(organisation.facts)]
    rows += [
        ("channels", index, plain_handle(channel.handle), channel.platform.casefold())
        for index, channel in enumerate(organisation.channels)
    ]
    for field, index, name, platform in rows:
        if (field, name, platform) in seen:
            where = f" on {platform}" if platform else ""
            yield "error", (field, index), f"{name!r}{where} is listed twice; only the first counts"
        seen.add((field, name, platform))


def _dated_rows(organisation: Organisation, today: date) -> Iterator[_Found]:
    for field in _DATED:
        for index, row in enumerate(getattr(organisation, field)):
            if row.valid_to is not None and row.valid_to < today and not _replaced(organisation, field, row):
                yield "warning", (field, index, "valid_to"), f"expired on {row.valid_to}"
            if not row.source:
                yield "warning", (field, index), "has no source"


def _replaced(organisation: Organisation, field: str, row: object) -> bool:
    """Say whether a later row of the same party takes over: then the old one is history, kept on purpose."""
    if field != "parties":
        return False
    rows = [party for party in organisation.parties if party.name == getattr(row, "name", None)]
    return any(party.valid_to is None and party is not row for party in rows)


def _channels(organisation: Organisation, today: date) -> Iterator[_Found]:
    people = {person.id: person for person in organisation.people}
    for index, channel in enumerate(organisation.channels):
        place = ("channels", index)
        if channel.tier == "key" and not channel.administrators:
            yield "warning", place, f"{channel.handle} is a key channel without administrators"
        if channel.tier == "service" and not channel.managers:
            yield "warning", place, f"{channel.handle} is a service channel without managers"
        if channel.next_review is not None and channel.next_review < today:
            yield "warning", (*place, "next_review"), f"the review was due on {channel.next_review}"
        for field in ("administrators", "managers"):
            for person_id in getattr(channel, field):
                yield from _member(channel, (*place, field), person_id, people.get(person_id), today)


def _member(
    channel: Channel, place: Location, person_id: str, person: Person | None, today: date
) -> Iterator[_Found]:
    if person is None:
        yield "error", place, f"{person_id} runs {channel.handle} and is not among the people"
    elif person.left_on is not None and person.left_on <= today:
        yield "error", place, f"{person_id} left on {person.left_on} and still runs {channel.handle}"
        if channel.password_changed is not None and channel.password_changed < person.left_on:
            yield "warning", place, f"the password of {channel.handle} is older than that departure"


def _people(organisation: Organisation, today: date) -> Iterator[_Found]:
    for index, person in enumerate(organisation.people):
        gone = person.left_on is not None and person.left_on <= today
        if not gone and person.training_expires is not None and person.training_expires < today:
            message = f"the training of {person.id} expired on {person.training_expires}"
            yield "warning", ("people", index, "training_expires"), message
