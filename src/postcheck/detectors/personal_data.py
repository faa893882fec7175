"""Personal data: found by Presidio's recognisers and ours, judged by whose they are.

The heavy half (Presidio, libphonenumber) loads on the first draft that holds a digit or an ``@``.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from postcheck.detectors import disclosure, personal_readings, personal_stories
from postcheck.detectors.base import Context, make_finding
from postcheck.detectors.disclosure import Judgement, Scene
from postcheck.detectors.language import IN_CONTEXT, position
from postcheck.detectors.personal_cues import load_cues
from postcheck.detectors.personal_people import (
    Person,
    find_people,
    with_addressed,
    with_entities,
    with_named,
)
from postcheck.detectors.personal_stories import RULES as STORY_RULES
from postcheck.language.marked import people_named
from postcheck.model import Finding, Rule, Severity

if TYPE_CHECKING:
    from postcheck.detectors.presidio_adapter import Hit
    from postcheck.document import Document, Part
    from postcheck.language.windows import Window

_PRIVATE = "Take it out, or move the conversation to a private message."

# Entity of the recognisers → rule id, severity when nothing around it says more, what it is called.
_KINDS: dict[str, tuple[str, Severity, str]] = {
    "UK_NINO": ("nino", Severity.HIGH, "a National Insurance number"),
    "UK_NHS": ("nhs-number", Severity.HIGH, "an NHS number"),
    "UK_PASSPORT": ("passport", Severity.HIGH, "a passport number"),
    "UK_DRIVING_LICENCE": ("driving-licence", Severity.HIGH, "a driving licence number"),
    "UK_VEHICLE_REGISTRATION": ("vehicle-registration", Severity.MEDIUM, "a vehicle registration"),
    "UK_UTR": ("utr", Severity.HIGH, "a taxpayer reference"),
    "UK_UPN": ("upn", Severity.HIGH, "a pupil number"),
    "UK_UPRN": ("uprn", Severity.MEDIUM, "a property reference number, which leads to an address"),
    "UK_BLUE_BADGE": ("blue-badge", Severity.HIGH, "a Blue Badge number"),
    "UK_BUS_PASS": ("bus-pass", Severity.MEDIUM, "a travel pass number"),
    "PHONE_NUMBER": ("phone", Severity.MEDIUM, "a phone number"),
    "EMAIL_ADDRESS": ("email", Severity.MEDIUM, "an e-mail address"),
    "UK_ADDRESS": ("address", Severity.MEDIUM, "a street address"),
    "UK_POSTCODE": ("postcode", Severity.LOW, "a full postcode"),
    "UK_DATE_OF_BIRTH": ("date-of-birth", Severity.MEDIUM, "a date of birth"),
    "UK_DATE": ("date-of-birth", Severity.MEDIUM, "a date of birth"),
    "UK_REFERENCE": ("case-reference", Severity.MEDIUM, "the reference of somebody's case or account"),
    "CREDIT_CARD": ("card", Severity.HIGH, "a payment card number"),
    "UK_BANK_ACCOUNT": ("bank-account", Severity.HIGH, "bank account details"),
    "IBAN_CODE": ("iban", Severity.HIGH, "an international bank account number"),
    "IP_ADDRESS": ("ip-address", Severity.MEDIUM, "an internet address of a computer"),
    "MAC_ADDRESS": ("mac-address", Severity.MEDIUM, "the hardware address of a device"),
    "UK_LOCATION": ("location", Severity.LOW, "an exact location"),
    "UK_USERNAME": ("username", Severity.MEDIUM, "the name that somebody signs in with"),
    "UK_CASE_REFERENCE": ("case-reference", Severity.MEDIUM, "the reference of somebody's case or account"),
}
_NAME = Rule(
    id="personal.name",
    severity=Severity.MEDIUM,
    message="A private person is named beside other details about them.",
    suggestion="Leave the name out, or ask the person and record the consent.",
)
_JUDGES: dict[str, Callable[[Scene, int, int], Judgement]] = {
    "phone": disclosure.judge_phone,
    "email": disclosure.judge_email,
    "address": disclosure.judge_address,
    "postcode": lambda scene, start, end: disclosure.judge_address(scene, start, end, postcode_only=True),
    "bank-account": disclosure.judge_bank,
    "iban": disclosure.judge_bank,
    "case-reference": disclosure.judge_reference,
    "location": disclosure.judge_place,
    "vehicle-registration": disclosure.judge_vehicle,
    "uprn": disclosure.judge_property,
    "ip-address": disclosure.judge_computer,
    "mac-address": disclosure.judge_computer,
}
# Shapes that mean nothing by themselves, and the question whether they do here.
_UNSAID: dict[str, Callable[[Scene, int, int], bool]] = {
    "UK_DATE": personal_readings.is_birth,
    "UK_REFERENCE": lambda scene, start, end: scene.tells(start, end),
}
_DATED = ("address", "postcode", "date-of-birth")  # what historians tell of their people as well
# What is often anybody's: where no word says whose it is, the language model may vouch for the sentence.
_WHOSE = ("address",)
_SOFT = {Severity.INFO: "It seems to be public.", Severity.LOW: "Nothing ties it to a private person."}
_EXCUSED = {
    disclosure.PUBLISHED: "It is published for everybody to use.",
    disclosure.REGISTER: "It belongs to a public register.",
    disclosure.RECIPIENT: "It belongs to the person this message goes to.",
    disclosure.SIGNATURE: "It is the author's own.",
    disclosure.SPECIMEN: "It is given as an example.",
    disclosure.HISTORY: "It is about somebody in history.",
    IN_CONTEXT: "Nothing around it is about a private person.",
}
# A cheap look before Presidio is loaded: nothing that its recognisers find lacks all of these.
_WORTH = re.compile(
    r"\d|@|/{3}|\\|(?i:\b(?:at|zero|one|two|three|four|five|six|seven|eight|nine|user|users|username|log|login|logon|w3w|"
    r"what3words)\b)"
)
_BESIDE = 150  # characters between a name and what it is tied to
_GREETINGS = (
    "hi",
    "hello",
    "thanks",
    "dear",
    "morning",
    "afternoon",
    "evening",
    "hey",
    "sorry",
    "thank you",
    "question",
    "@",
)
# Parts whose text is somebody's words; a handle or a display name is judged by other detectors.
_SKIPPED = ("handle", "display_name")


def _rules() -> dict[str, Rule]:
    rules = {
        name: Rule(
            id=f"personal.{name}", severity=severity, message=f"This looks like {what}.", suggestion=_PRIVATE
        )
        for name, severity, what in _KINDS.values()
    }
    return {**rules, "name": _NAME}


def _windows(part: Part) -> tuple[tuple[Window, ...], Exception | None]:
    """Return what the model says, or why it does not: numbers and shapes are found without it."""
    try:
        return part.windows, None
    except Exception as error:
        return (), error


def _judgement(scene: Scene, hit: Hit, name: str, severity: Severity) -> Judgement:
    if personal_readings.is_specimen(scene, hit.start, hit.end):
        return Judgement(Severity.INFO, disclosure.SPECIMEN)
    if name in _DATED and personal_readings.is_history(scene, hit.start, hit.end):
        return Judgement(Severity.INFO, disclosure.HISTORY)
    if name in _JUDGES:
        judgement = _JUDGES[name](scene, hit.start, hit.end)
        if (
            name in _WHOSE
            and judgement.severity is Severity.MEDIUM
            and scene.about_nobody(hit.start, hit.end)
        ):
            return Judgement(Severity.LOW, IN_CONTEXT)
        if name == "phone" and scene.says("business", hit.start, hit.end):  # "ask Florin, it is on his van"
            told = scene.says("person", hit.start, hit.end) or not scene.about_nobody(hit.start, hit.end)
            soft = judgement.severity <= Severity.LOW
            return judgement if told or soft else Judgement(Severity.LOW, IN_CONTEXT)
        return judgement
    tied = severity is Severity.MEDIUM and bool(scene.people_near(hit.start, hit.end))
    return Judgement(Severity.HIGH if tied else severity)


class PersonalDataDetector:
    """Finds personal data and says how bad it is to publish them where they stand."""

    name = "personal_data"

    def __init__(self) -> None:
        self._rules = _rules()
        self.rules: tuple[Rule, ...] = (*self._rules.values(), *STORY_RULES)

    def detect(self, document: Document, context: Context) -> Iterable[Finding]:
        """Yield findings of every text of the draft that a reader would see."""
        for part in document.parts:
            if part.name not in _SKIPPED:
                yield from self._part(part, document, context)

    def _part(self, part: Part, document: Document, context: Context) -> Iterator[Finding]:
        cues = load_cues()
        draft = document.draft
        hits = self._hits(part, context)
        people = find_people(part.original, cues)
        windows, failure = _windows(part)
        if windows:
            people = with_named(
                people, people_named(windows, position("person"), part.original), part.original, cues
            )
        own = context.organisation.name.casefold().split()
        people = [p for p in people if part.original[p.start : p.end].casefold() not in own]
        if hits or people:  # else nobody's name matters, and the text need not be tokenised
            people = with_entities(people, part.doc, cues)
        if draft.kind == "reply":
            people = with_addressed(people, part, context.organisation)
        scene = Scene(
            part=part,
            people=people,
            cues=cues,
            organisation=context.organisation,
            day=context.situation.when.date(),
            kind=draft.kind,
            personal_account=context.situation.tier == "personal",
            author=draft.author.name if draft.author else None,
            recipient=draft.recipient,
            windows=windows,
        )
        hits = [h for h in hits if h.entity not in _UNSAID or _UNSAID[h.entity](scene, h.start, h.end)]
        found = [self._judge(scene, hit) for hit in hits]
        stories = personal_stories.read(scene, draft, self.name)
        found += personal_stories.understood(scene, draft, found, stories, self.name)
        found.sort(key=lambda f: (f.span.start, f.span.end) if f.span else (0, 0))
        yield from found
        yield from self._names(scene, found)
        if failure is not None:
            raise failure

    def _hits(self, part: Part, context: Context) -> list[Hit]:
        if not _WORTH.search(part.original):
            return []
        from postcheck.detectors.presidio_adapter import Hit, recognisers, resolve

        hits = recognisers().find(part)
        own = [
            Hit("UK_CASE_REFERENCE", *disclosure.reference_span(match), 0.9)
            for item in context.organisation.case_reference_patterns
            for match in disclosure.compiled(item.pattern).finditer(part.original)
        ]
        return resolve([*hits, *own]) if own else hits

    def _judge(self, scene: Scene, hit: Hit) -> Finding:
        name, severity, _ = _KINDS[hit.entity]
        rule = self._rules[name]
        judgement = _judgement(scene, hit, name, severity)
        message = rule.message
        if judgement.excuse:
            message += " " + _EXCUSED[judgement.excuse]
        elif judgement.severity in _SOFT:
            message += " " + _SOFT[judgement.severity]
        elif scene.tied(hit.start, hit.end):
            message += " It stands beside words about a person."
        return make_finding(
            rule,
            self.name,
            scene.part,
            hit.start,
            hit.end,
            confidence=min(1.0, hit.score),
            severity=judgement.severity,
            message=message,
            excuse=judgement.excuse,
        )

    def _names(self, scene: Scene, found: list[Finding]) -> Iterator[Finding]:
        """Name each private person who stands beside something that matters."""
        spans = [(f.span.start, f.span.end, f) for f in found if f.span]
        grave = [(start, end) for start, end, f in spans if not f.excuse and f.severity >= Severity.MEDIUM]
        starts = [start for start, _ in grave]
        named = [(start, end) for start, end, f in spans if f.rule == personal_stories.CHILD.id]
        for person in scene.people:
            place = bisect.bisect_left(starts, person.start)
            beside = any(
                start - person.end < _BESIDE and person.start - end < _BESIDE
                for start, end in grave[max(0, place - 1) : place + 1]
            )
            inside = any(
                start <= person.start < end for start, end in (*named, *grave[max(0, place - 1) : place + 1])
            )
            if beside and not inside and not person.office and self._matters(scene, person):
                yield make_finding(_NAME, self.name, scene.part, person.start, person.end, confidence=0.7)

    @staticmethod
    def _matters(scene: Scene, person: Person) -> bool:
        """A first name that only greets ("Thanks Amina") tells nothing."""
        if person.kind != "first":
            return True
        lead = scene.part.original[max(0, person.start - 12) : person.start].rstrip(" ,").casefold()
        return not lead.endswith(_GREETINGS) and (bool(lead) or scene.says("home", person.start, person.end))
