"""Whose data is it, and is it public already? Plain functions of a hit and what stands around it.

Formats say what a thing is; these say whether publishing it discloses anything. A hit that is fine stays,
at severity info, with the excuse that makes it fine.
"""

from __future__ import annotations

import bisect
import functools
import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import re2

from postcheck.detectors.language import says, vouched
from postcheck.detectors.personal_cues import Cues
from postcheck.detectors.personal_people import Person
from postcheck.detectors.uk_checks import national_phone, signed_address
from postcheck.language.windows import touching
from postcheck.model import Severity

if TYPE_CHECKING:
    from postcheck.document import Part
    from postcheck.language.windows import Window
    from postcheck.organisation import Organisation

PUBLISHED = "published contact"
REGISTER = "public register"
RECIPIENT = "recipient's own data"
SIGNATURE = "own signature"
CONSENT = "consent recorded"
SPECIMEN = "specimen"
HISTORY = "history"

_PUBLIC_DOMAINS = (
    ".gov.uk",
    ".nhs.uk",
    ".police.uk",
    ".nhs.net",
    ".parliament.uk",
    ".gov.scot",
    ".gov.wales",
    ".mod.uk",
)
_PERSONAL_BOX = re2.compile(r"^[a-z]+[._-][a-z]+[0-9]*$|^[a-z]\.?[a-z]{3,}[0-9]+$")
_AT = re.compile(r",? (?:at|of|from|in)(?: number| no\.?)? |,? \(?")  # between a first name and its address
_HOUSE = re.compile(r"(?i)(?:no\.? ?)?\d{1,4} ?[a-z]?,? ")
_SECOND_PERSON = re2.compile(r"(?i)(?:^|\W)(?:you|your|u|ur)(?:\W|$)")
_PRONOUN = re2.compile(r"(?i)(?:^|\W)(?:him|her|his|he|she|their|them)(?:\W|$)")
# What every home router answers to, the machine itself, public name servers, and what RFC 5737 and RFC 7042
# keep for examples.
_NOBODYS_COMPUTER = re.compile(
    r"(?i)(?:192\.168\.[01]\.(?:1|254)|10\.0\.0\.(?:1|138)|127\.0\.0\.1|0\.0\.0\.0|192\.0\.2\.\d+|"
    r"198\.51\.100\.\d+|203\.0\.113\.\d+|1\.[01]\.[01]\.1|8\.8\.[84]\.[84]|9\.9\.9\.9|01:23:45:67:89:ab|00[:-]00[:-]5e[:-]00[:-]53[:-]..|00[:-]11[:-]22[:-]33[:-]44[:-]55)\Z"
)
_PUBLIC_PREFIXES = ("03", "0800", "0808", "116", "0500", "084", "087", "09")


@dataclass(frozen=True, slots=True)
class Judgement:
    """How bad a hit is where it stands, and why it is not, if it is not."""

    severity: Severity
    excuse: str | None = None


@dataclass(frozen=True)  # no slots: sentences are split on first need
class Scene:
    """One part of a draft with what is known about the people in it."""

    part: Part
    people: list[Person]
    cues: Cues
    organisation: Organisation
    day: date
    kind: str = "post"
    personal_account: bool = False
    author: str | None = None
    recipient: str | None = None
    windows: tuple[Window, ...] = ()

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self.part.sentences]

    @cached_property
    def _people_at(self) -> list[int]:
        return [person.start for person in self.people]

    def sentence(self, position: int) -> tuple[int, int]:
        """The sentence at a code point, no more than 240 characters to each side."""
        place = max(0, bisect.bisect_right(self._starts, position) - 1)
        start, end = self.part.sentences[place] if self._starts else (0, len(self.part.original))
        # A one-word sentence ("Hi." or a split "No. 12") says nothing alone: take the one before as well.
        if place and position - start < 12:
            start = self.part.sentences[place - 1][0]
        return max(start, position - 240), min(end, position + 240)

    def around(self, start: int, end: int) -> str:
        """The sentence of a hit without the hit, so that a street called Library Road is no library."""
        first, last = self.sentence(start)
        return self.part.original[first:start] + " \ufffc " + self.part.original[end : max(end, last)]

    def people_near(self, start: int, end: int) -> list[Person]:
        """Named private persons in the sentence of a hit, or before it when a pronoun leads back."""
        first, last = self.sentence(start)
        sentence = self.part.original[first:last]
        # A reply speaks to the person it names, so there "you" leads back as well.
        if _PRONOUN.search(sentence) or (self.kind == "reply" and _SECOND_PERSON.search(sentence)):
            first = max(0, first - 160)
        low = bisect.bisect_left(self._people_at, first)
        high = bisect.bisect_left(self._people_at, last)
        return [p for p in self.people[low:high] if not p.office and not (start <= p.start < end)]

    def person_before(self, start: int) -> Person | None:
        """The last person named before a position, or nobody."""
        place = bisect.bisect_left(self._people_at, start) - 1
        return self.people[place] if place >= 0 else None

    def says(self, cue: str, start: int, end: int) -> bool:
        """Ask the words around a hit."""
        return self.cues.says(cue, self.around(start, end))

    def tied(self, start: int, end: int) -> bool:
        """Say whether a hit is tied to a private person, named in full or described ("my neighbour")."""
        named = any(p.kind != "first" for p in self.people_near(start, end))
        return named or self.says("person", start, end) or self.tells(start, end)

    def tells(self, start: int, end: int) -> bool:
        """Say whether the language model reads something private about somebody around a hit."""
        return any(says(w, "disclosure") for w in touching(self.windows, start, end))

    def about_nobody(self, start: int, end: int) -> bool:
        """Say whether the language model is sure that nothing private is told around a hit."""
        return vouched(touching(self.windows, start, end), "disclosure")

    def own(self, start: int, end: int) -> str | None:
        """The excuse where a hit is the recipient's or, on an own account, the author's."""
        third = any(not self._is_recipient(p) for p in self.people_near(start, end) if p.kind != "first")
        if self.kind == "dm" and not third and not self.says("third_party", start, end):
            return RECIPIENT
        if self.personal_account:
            named = bool(self.author) and str(self.author).casefold() in self.around(start, end).casefold()
            if named or self.cues.says("own", self.part.original[max(0, start - 60) : start]):
                return SIGNATURE
        return None

    def _is_recipient(self, person: Person) -> bool:
        name = self.part.original[person.start : person.end].casefold()
        return bool(self.recipient) and any(word in name for word in str(self.recipient).casefold().split())


def judge_phone(scene: Scene, start: int, end: int) -> Judgement:
    """Helplines and switchboards pass; a private mobile tied to a person is the worst."""
    text = scene.part.original
    number = national_phone(text[start:end])
    if scene.organisation.is_published_phone(text[start:end], scene.day) or number.startswith(
        _PUBLIC_PREFIXES
    ):
        return Judgement(Severity.INFO, PUBLISHED)
    excuse = scene.own(start, end)
    if excuse:
        return Judgement(Severity.INFO, excuse)
    mobile = number.startswith("07") and not number.startswith("070")
    named = any(p.kind != "first" or mobile for p in scene.people_near(start, end))
    described = scene.says("person", start, end) or scene.tells(start, end)
    if mobile:
        if named or described:
            return Judgement(Severity.HIGH)
        # What invites a call stands before the number, or calls it the group's; more is a story about it.
        invited = scene.cues.says("business", text[max(scene.sentence(start)[0], start - 90) : start])
        return Judgement(Severity.LOW if invited else Severity.MEDIUM)
    if scene.says("business", start, end) and not scene.says("home", start, end):
        return Judgement(Severity.LOW)
    if named or described:
        return Judgement(Severity.HIGH)
    # A number with an area code and nobody beside it is nearly always an organisation's.
    return Judgement(Severity.MEDIUM if scene.says("home", start, end) else Severity.LOW)


def judge_email(scene: Scene, start: int, end: int) -> Judgement:
    """Role mailboxes pass; a private mailbox is somebody's."""
    address = scene.part.original[start:end]
    folded = address.casefold()
    local, _, domain = (folded if "@" in folded else signed_address(folded)).partition("@")
    lists = scene.cues.lists
    role = local in lists["role_mailboxes"] or local.split(".")[0] in lists["role_mailboxes"]
    personal = bool(_PERSONAL_BOX.search(local)) and not role
    public = ("." + domain).endswith(_PUBLIC_DOMAINS)
    if public:  # "overseas.registration@" is an office, "priya.nair@" a person
        first = re2.split(r"[._-]", local)[0]
        personal = personal and (len(first) == 1 or first.title() in scene.cues.first_names)
        if (
            personal
            and scene.cues.says("public_contact", scene.around(start, end))
            and not scene.tells(start, end)
        ):
            return Judgement(Severity.INFO, PUBLISHED)
    if scene.organisation.is_published_email(address, scene.day) or (public and not personal):
        return Judgement(Severity.INFO, PUBLISHED)
    excuse = scene.own(start, end)
    if excuse:
        return Judgement(Severity.INFO, excuse)
    if domain in lists["freemail"]:
        named = scene.tied(start, end)
        if not named and (role or scene.says("business", start, end)) and not personal:
            return Judgement(Severity.LOW)
        return Judgement(Severity.HIGH if named else Severity.MEDIUM)
    if role or not personal:
        return Judgement(Severity.LOW)
    return Judgement(Severity.MEDIUM)


def judge_address(scene: Scene, start: int, end: int, postcode_only: bool = False) -> Judgement:
    """A home is private; a library, a planning site or a road closure is not."""
    text = scene.part.original
    around = scene.around(start, end)
    cues = scene.cues
    people = scene.people_near(start, end)
    objector = cues.says("planning_party", around) and people
    if _registered(scene, around) and not objector:
        return Judgement(Severity.INFO, REGISTER)
    # The words that close to a number name the place: "Hornsey Library, 10 Park Road".
    lead = text[max(0, start - 40) : start]
    place = cues.says("venue", lead.rpartition(". ")[2])
    home = cues.says("home", around)
    beside = any(_AT.fullmatch(text[p.end : start]) for p in people if p.end <= start)
    if (beside or (scene.tells(start, end) and not place)) and not postcode_only:
        return Judgement(Severity.HIGH)  # "Mrs Lowe of 14 Elder Row": whatever else the sentence is about
    named = beside or any(p.kind != "first" for p in people)
    described = cues.says("person", around)
    flat = text[start : start + 4].casefold() in ("flat", "apt ", "apar", "room", "beds", "mais")
    public = place or cues.says("event", around) or cues.says("venue", around)
    excuse = scene.own(start, end) if not (named or described) else None
    if excuse:
        return Judgement(Severity.INFO, excuse)
    if place and not home:
        return Judgement(Severity.INFO)
    if (named or home or described) and (not public or (home and (named or described or flat))):
        strong = named or described or (home and bool(people)) or flat
        if postcode_only:
            return Judgement(Severity.HIGH if named and home else Severity.MEDIUM)
        return Judgement(Severity.HIGH if strong else Severity.MEDIUM)
    if flat and not public and not postcode_only:
        return Judgement(Severity.MEDIUM)
    if public or postcode_only:
        return Judgement(Severity.LOW if not postcode_only else Severity.INFO)
    # Nothing says that anybody but those who live there has business at the place.
    return Judgement(Severity.MEDIUM if _HOUSE.match(text, start) else Severity.LOW)


def _registered(scene: Scene, around: str) -> bool:
    """Say whether the words are about a public register, or hold a reference of one."""
    if scene.cues.says("public_register", around):
        return True
    patterns = (item.pattern for item in scene.organisation.public_reference_patterns)
    return any(compiled(pattern).search(around) for pattern in patterns)


@functools.lru_cache(maxsize=256)
def compiled(pattern: str) -> Any:
    """Compile a pattern of the organisation file; the file was checked when it was loaded."""
    return re2.compile(pattern)


def reference_span(match: Any) -> tuple[int, int]:
    """Return where the reference itself stands: group 1 of the pattern, where there is one."""
    has_group = match.re.groups and match.span(1) != (-1, -1)
    first, last = match.span(1) if has_group else match.span()
    return int(first), int(last)


def judge_bank(scene: Scene, start: int, end: int) -> Judgement:
    """Details that somebody asks to be paid into are given out on purpose."""
    window = scene.part.original[max(0, start - 200) : end + 120]
    if (
        scene.cues.says("payee", window)
        and not scene.cues.says("refund", window)
        and not scene.tied(start, end)
    ):
        return Judgement(Severity.INFO, PUBLISHED)
    return Judgement(Severity.HIGH)


def judge_reference(scene: Scene, start: int, end: int) -> Judgement:
    """A case reference: fine to the person it belongs to, not before everybody."""
    excuse = scene.own(start, end)
    if excuse:
        return Judgement(Severity.INFO, excuse)
    around = scene.around(start, end)
    if scene.cues.says("public_register", around):
        return Judgement(Severity.INFO, REGISTER)
    if scene.people_near(start, end) or scene.tells(start, end):
        return Judgement(Severity.HIGH)
    somebodys = scene.cues.says("matter", around) or _SECOND_PERSON.search(around) or scene.kind == "reply"
    return Judgement(Severity.MEDIUM if somebodys else Severity.LOW)


def judge_place(scene: Scene, start: int, end: int) -> Judgement:
    """Coordinates matter when somebody is there."""
    if scene.tied(start, end) or scene.says("home", start, end):
        return Judgement(Severity.HIGH if scene.tied(start, end) else Severity.MEDIUM)
    return Judgement(Severity.LOW)


def judge_vehicle(scene: Scene, start: int, end: int) -> Judgement:
    """A registration leads to its keeper; a voucher code does not."""
    before = scene.part.original[max(0, start - 24) : start]
    if scene.cues.says("code_word", before):
        return Judgement(Severity.INFO)
    if scene.tied(start, end):
        return Judgement(Severity.HIGH)
    return Judgement(
        Severity.LOW if scene.cues.says("own_fleet", scene.around(start, end)) else Severity.MEDIUM
    )


def judge_property(scene: Scene, start: int, end: int) -> Judgement:
    """A property number leads to a home, or to a town hall."""
    around = scene.around(start, end)
    if _registered(scene, around):
        return Judgement(Severity.INFO, REGISTER)
    public = scene.cues.says("venue", around) and not scene.people_near(start, end)
    return Judgement(Severity.INFO if public else Severity.MEDIUM)


def judge_computer(scene: Scene, start: int, end: int) -> Judgement:
    """The address of a computer leads to who uses it; that of any router at home leads nowhere."""
    if _NOBODYS_COMPUTER.match(scene.part.original, start, end):
        return Judgement(Severity.INFO, SPECIMEN)
    return Judgement(Severity.HIGH if scene.people_near(start, end) else Severity.MEDIUM)
