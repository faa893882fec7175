"""People in a text: by the shape of their names ("Mrs T. Lowe", "Priya Nair") and as the model sees them.

A name alone is never a finding: it matters when something about the person stands beside it. A spaCy
model with entities, where the user named one, adds to both.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from postcheck.detectors.personal_cues import Cues

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from postcheck.document import Part
    from postcheck.organisation import Organisation

_WORD = re.compile(r"[^\W\d_][\w'’-]*\.?")
_JOIN = re.compile(r" (?:[A-Z]\.? )?(?:(?:de|da|van|von|al|el|bin|ul|ap|del|di) )?\Z")
_POSSESSIVE = re.compile(r"(?:['’]s?|[-'’.]+)\Z")
_TITLE_BEFORE = re.compile(r"(?<!\w)([A-Z][a-z]{1,8}\.?) (?:[A-Z]\.? ?){0,2}\Z")
_INITIALS = re.compile(r"[A-Z]\.?")
Kind = Literal["titled", "full", "first"]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named. ``office``: named because of an office held, as a councillor is."""

    start: int
    end: int
    kind: Kind
    office: bool = False


def find_people(text: str, cues: Cues) -> list[Person]:
    """Return the people named, in order, no two overlapping."""
    words = [m for m in _WORD.finditer(text) if m.group()[0].isupper()]
    people: list[Person] = []
    end = 0
    for place, word in enumerate(words):
        before = text[max(0, word.start() - 6) : word.start()]
        if word.start() < end or before.endswith(("@", "#", "_", "/", "St ", "St. ", "Saint ")):
            continue
        person = _titled(text, words, place, cues) or _named(text, words, place, cues)
        if person is not None:
            people.append(person)
            end = person.end
    return people


def with_named(people: list[Person], named: Iterable[tuple[int, int]], text: str, cues: Cues) -> list[Person]:
    """Add people that a model sees named, or more of their names: most names stand in no list."""
    starts = [p.start for p in people]
    places = cues.lists["not_surnames"] | cues.lists["street_types"]
    grown: set[Person] = set()
    added: list[Person] = []
    for start, end in named:
        follower = _WORD.match(text, end + 1) if text[end : end + 1] == " " else None
        if follower and follower.group() in places:  # "Morris Pharmacy", "Alexandra House"
            continue
        title = _TITLE_BEFORE.search(text, max(0, start - 14), start)
        first = title.start(1) if title and title[1].rstrip(".") in cues.lists["titles"] else start
        low = max(0, bisect.bisect_right(starts, start) - 1)
        overlapping = [
            p for p in people[low : bisect.bisect_left(starts, end)] if p.start < end and start < p.end
        ]
        if any(p.start <= first and end <= p.end for p in overlapping):
            continue
        last = start + len(_POSSESSIVE.sub("", text[start:end]))
        kind: Kind = "titled" if first < start else "full" if " " in text[start:end] else "first"
        grown.update(overlapping)
        begin = min([first, *(p.start for p in overlapping)])
        finish = max([last, *(p.end for p in overlapping)])
        added.append(Person(begin, finish, kind, _office(text, begin, finish, cues)))
    return sorted([*(p for p in people if p not in grown), *added], key=lambda p: p.start)


def with_entities(people: list[Person], doc: Doc, cues: Cues) -> list[Person]:
    """Add the persons that a spaCy model has found, where the user named a model that finds any."""
    found = [(span.start_char, span.end_char) for span in doc.ents if span.label_ == "PERSON"]
    return with_named(people, found, doc.text, cues) if found else people


def with_addressed(people: list[Person], part: Part, organisation: Organisation) -> list[Person]:
    """Add the ``@handles`` that a reply speaks to: on the platform a handle says who somebody is."""
    starts = [p.start for p in people]
    more = []
    for start, end, handle in part.mentions:
        place = bisect.bisect_left(starts, end)
        public = organisation.channel(handle) is not None or _is_public(f"@{handle}", organisation)
        # "RT @paper:" and "via @paper" name a source.
        public = public or part.original[:start].endswith(("RT ", "via ", "by "))
        if not public and (not place or people[place - 1].end <= start):
            more.append(Person(start, end, "full"))
    return sorted([*people, *more], key=lambda p: p.start)


def _is_public(handle: str, organisation: Organisation) -> bool:
    known = (*(p.handle for p in organisation.politicians), *organisation.media_handles)
    return handle.casefold() in {name.casefold() for name in known if name}


def _titled(text: str, words: list[re.Match[str]], place: int, cues: Cues) -> Person | None:
    if words[place].group().rstrip(".") not in cues.lists["titles"]:
        return None
    last = words[place]
    surname = 0
    for word in words[place + 1 : place + 5]:
        if (
            text[last.end() : word.start()] != " "
            or word.group() in cues.lists["street_types"]
            or surname > 1
        ):
            break
        surname += 0 if _INITIALS.fullmatch(word.group()) else 1
        last = word
        if word.group().endswith((".", "'s", "’s")) and not _INITIALS.fullmatch(word.group()):
            break
    if not surname:
        return None
    return _person(text, words[place].start(), last, "titled", cues)


def _named(text: str, words: list[re.Match[str]], place: int, cues: Cues) -> Person | None:
    word = words[place]
    first = word.group()
    bare = _POSSESSIVE.sub("", first)
    if bare not in cues.first_names and bare.split("-")[0] not in cues.first_names:
        return None
    if bare == first:
        for follower in words[place + 1 : place + 3]:
            if not _JOIN.fullmatch(text[word.end() : follower.start()]):
                break
            surname = _POSSESSIVE.sub("", follower.group())
            if _INITIALS.fullmatch(follower.group()):
                continue
            if (
                surname in cues.lists["street_types"]
                or surname in cues.lists["not_surnames"]
                or surname.isupper()
            ):
                return None
            return _person(text, word.start(), follower, "full", cues)
    return _person(text, word.start(), word, "first", cues)


def _person(text: str, start: int, last: re.Match[str], kind: Kind, cues: Cues) -> Person:
    end = last.start() + len(_POSSESSIVE.sub("", last.group()))
    return Person(start, end, kind, _office(text, start, end, cues))


def _office(text: str, start: int, end: int, cues: Cues) -> bool:
    before = text[max(0, start - 40) : start].rpartition(". ")[2]
    after = text[end : end + 48].partition(". ")[0]
    if re.search(r"[,;:(]\s*\Z", before) and not re.search(r"\w,\s*\Z", before):
        before = ""
    return cues.says("office", before) or (
        after.lstrip().startswith((",", "(", "–", "-")) and cues.says("office", after)
    )
