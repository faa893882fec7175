"""What a sentence tells about a person beyond numbers: health, benefits, childhood, convictions.

Also asking for details in public. Each needs a person and a cue in one sentence; the word lists are data.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from postcheck.detectors.base import make_finding
from postcheck.detectors.disclosure import CONSENT, Scene
from postcheck.detectors.language import IN_CONTEXT, model_labels, position, says, vouched
from postcheck.detectors.personal_people import Person
from postcheck.detectors.personal_readings import is_nobody
from postcheck.language.spans import carrying_words
from postcheck.language.windows import Window, touching
from postcheck.model import Draft, Finding, Rule, Severity

HEALTH = Rule(
    id="personal.health",
    severity=Severity.HIGH,
    message="This tells something about the health of a person who can be identified.",
    suggestion="Leave out the person or the condition.",
)
SPECIAL = Rule(
    id="personal.special-category",
    severity=Severity.HIGH,
    message="This ties a person to benefits, immigration, trouble at work or another sensitive matter.",
    suggestion="Say that you will answer by private message, and nothing else.",
)
CHILD = Rule(
    id="personal.child",
    severity=Severity.HIGH,
    message="This identifies a child by name together with an age, a school, a club or a picture.",
    suggestion="Record the consent of a parent or carer, or leave out name, age and school.",
)
CRIMINAL = Rule(
    id="personal.criminal",
    severity=Severity.MEDIUM,
    message="This names a person together with an offence, a charge or a sentence.",
    suggestion="Check with the press office and Legal before naming anybody in a court matter.",
)
CASE = Rule(
    id="personal.case",
    severity=Severity.HIGH,
    message="This tells everybody something private about somebody who can be identified.",
    suggestion="Say that you will answer by private message, and nothing else.",
)
SMALL = Rule(
    id="personal.small-number",
    severity=Severity.MEDIUM,
    message="The figure is so small that people nearby will know who is meant.",
    suggestion='Give a larger area or a longer time, or write "fewer than five".',
)
SOLICITED = Rule(
    id="personal.solicited",
    severity=Severity.HIGH,
    message="This asks people to give personal details where everybody can read them.",
    suggestion="Ask for the details by private message or through the form on your website.",
)
RULES = (HEALTH, SPECIAL, CHILD, CRIMINAL, CASE, SMALL, SOLICITED)

_STORIES = frozenset(rule.id for rule in (HEALTH, SPECIAL, CHILD, CRIMINAL, CASE))
_NUMBER_WORDS = (
    "one", "two", "three", "four", "five", "six",
    "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
)  # fmt: skip
_YEARS = rf"\d{{1,2}}|{'|'.join(_NUMBER_WORDS)}"
_AGE = re.compile(
    rf"\s*\(?,? ?(?:who is |is |was )?(?:only |just )?age[ds]? ({_YEARS})\b\)?|"
    r"\s*(?:\((?:age[ds]? )?(\d{1,2})\)|,? (\d{1,2})[- ]years?[- ]old|"
    r",? ?(?:who is |is |was |are )?(?:only |just )?(?:age[ds]? )?"
    r"(\d{1,2})(?=[,.;) !]|$)(?! ?(?:am|pm|%|Road|Street)))"
)
_AGE_BEFORE = re.compile(r"(\d{1,2})[- ]years?[- ]old (?:\w+ ){0,2}\Z")
_NAME_AND_AGE = re.compile(r"\b([A-Z][a-z'’-]{2,20})(?: [A-Z][a-z'’-]{2,20})? ?\((?:age[ds]? ?)?(\d{1,2})\)")
_SAID = re.compile(r"(?i)\s*,?\s*(?:said|says|writes|adds|tells|explains|from the)\b")
_VERB = re.compile(r" (?:is|was|has|had|suffers|needs|got|went|takes)\b")
# Words in the next sentence that lead back to the person of this one, and those that speak to everybody.
_BACK = re.compile(r"(?i)\b(?:his|her|their|your|he|she)\b")
_GENERIC = re.compile(
    r"(?i)\b(?:if|whether|when|anyone|everyone|people|those|residents|families|apply|eligible|entitled|"
    r"how to|support for|help with|advice on|information about|find out)\b"
)
_YOURS = re.compile(r"(?i)\b(?:your|ur)\b[^.!?]{0,24}\Z")
_GREETING = re.compile(
    r"(?i)\b(?:hi|hello|dear|thanks|thank you|sorry|morning|afternoon|evening|hey|message)\b[ ,]*\Z"
)
_SECOND = re.compile(r"(?i)\b(?:you|your|u|ur)\b")
_OPENS = re.compile(r"(?:\A|[.!?\n])\s*\Z")
_NEAR = 130  # characters between a person and the words about them
_CRIME_NEAR = 70


def read(scene: Scene, draft: Draft, detector: str) -> list[Finding]:
    """Return what the sentences of one part tell about people."""
    found = list(_solicited(scene, detector)) if draft.kind != "dm" else []
    told: set[tuple[str, int]] = set()
    for person in scene.people:
        if person.office:
            continue
        first, last = scene.sentence(person.start)
        if person.kind != "first":
            last = _reach(scene, last)
        for finding in _about(scene, draft, person, first, last, detector):
            key = (finding.rule, finding.span.start if finding.span else 0)
            if key not in told:
                told.add(key)
                found.append(finding)
    found += _unlisted_children(scene, draft, detector)
    return found


# What the model says a disclosure is about → the rule.
_ABOUT = {
    "disclosed_health": HEALTH,
    "disclosed_special": SPECIAL,
    "disclosed_money": SPECIAL,
    "disclosed_work": SPECIAL,
    "disclosed_child": CHILD,
    "disclosed_criminal": CRIMINAL,
    "disclosed_case": CASE,
}


def understood(
    scene: Scene, draft: Draft, hits: list[Finding], told: list[Finding], detector: str
) -> list[Finding]:
    """Return the stories weighed by the language model, and those that only it sees.

    A cue in a sentence that the model is sure is innocent stays, at low, with the excuse. That a case
    is told adds nothing where a number or an address (``hits``) is found already.
    """
    weighed = [_in_context(scene, finding) for finding in told]
    found = list(weighed)
    told_in = _by_window(scene, weighed)
    given_in = _by_window(scene, hits)
    for window in scene.windows:
        seen, given = told_in[window.start], bool(given_in[window.start])
        for answer, rule in _answers(scene, window, draft):
            if rule.id in seen or (answer == "disclosure" and seen & _STORIES) or (given and rule is CASE):
                continue
            start, end = carrying_words(window, position(answer), scene.part.original)
            sure = window.probabilities[answer] >= model_labels()[answer].sure
            severity = rule.severity if sure else min(rule.severity, Severity.MEDIUM)
            consent = CONSENT if rule is CHILD and draft.consents else None
            excuse = consent or scene.own(start, end) or is_nobody(scene, start, end)
            found.append(
                make_finding(
                    rule, detector, scene.part, start, end, confidence=window.probabilities[answer],
                    severity=Severity.INFO if excuse else severity, excuse=excuse,
                )
            )  # fmt: skip
    return found


def _by_window(scene: Scene, findings: list[Finding]) -> dict[int, set[str]]:
    """Return the graver rules found in each window, by where it starts."""
    rules: dict[int, set[str]] = defaultdict(set)
    for finding in findings:
        if finding.span is not None and finding.severity > Severity.LOW:
            for window in touching(scene.windows, finding.span.start, finding.span.end):
                rules[window.start].add(finding.rule)
    return rules


def _answers(scene: Scene, window: Window, draft: Draft) -> Iterator[tuple[str, Rule]]:
    if says(window, "disclosure"):
        sorts = [name for name in _ABOUT if says(window, name)]
        yield "disclosure", _ABOUT[max(sorts, key=window.probabilities.__getitem__)] if sorts else CASE
    if says(window, "small_number"):
        yield "small_number", SMALL
    if says(window, "solicited") and draft.kind != "dm":
        words = scene.part.original[window.start : window.end]
        safe = scene.cues.says("negation", words) or scene.cues.says("private_channel", words)
        if not safe:
            yield "solicited", SOLICITED


def _in_context(scene: Scene, finding: Finding) -> Finding:
    span = finding.span
    nobody = is_nobody(scene, span.start, span.end) if span and finding.rule != SOLICITED.id else None
    if nobody:
        return finding.model_copy(update={"severity": Severity.INFO, "excuse": nobody})
    # A name, an age and a place identify, and a conviction is one, whatever else is said.
    if finding.rule in (CHILD.id, CRIMINAL.id):
        return finding
    answer = "solicited" if finding.rule == SOLICITED.id else "disclosure"
    near = touching(scene.windows, span.start, span.end) if span else ()
    if finding.excuse or not vouched(near, answer):
        return finding
    return finding.model_copy(update={"severity": Severity.LOW, "excuse": IN_CONTEXT})


def _unlisted_children(scene: Scene, draft: Draft, detector: str) -> Iterator[Finding]:
    """Find "Xochitl (9) from Elder Primary", where the name is in no list; a person decides."""
    text, cues = scene.part.original, scene.cues
    for match in _NAME_AND_AGE.finditer(text):
        name, age = match.group(1), int(match.group(2))
        known = any(p.start < match.end() and match.start() < p.end for p in scene.people)
        if known or not 0 < age < 18 or name in cues.lists["before_numbers"]:
            continue
        first, last = scene.sentence(match.start())
        if cues.says("child", text[first : match.start()] + "\ufffc" + text[match.end() : last]):
            consent = CONSENT if draft.consents else None
            yield make_finding(
                CHILD, detector, scene.part, match.start(), match.end(), confidence=0.6, excuse=consent,
                severity=Severity.INFO if consent else Severity.MEDIUM,
            )  # fmt: skip


def _reach(scene: Scene, end: int) -> int:
    """Return the end of the next sentence where that one speaks of the same person, else ``end``."""
    if end + 1 >= len(scene.part.original):
        return end
    _, following = scene.sentence(min(end + 14, len(scene.part.original) - 1))
    words = scene.part.original[end:following]
    return following if following > end and _BACK.search(words) and not _GENERIC.search(words) else end


def _about(
    scene: Scene, draft: Draft, person: Person, first: int, last: int, detector: str
) -> Iterator[Finding]:
    text, cues = scene.part.original, scene.cues
    low, high = max(first, person.start - _NEAR), min(last, person.end + _NEAR)
    window = text[low : person.start] + "\ufffc" + text[person.end : high]
    child = _child(scene, draft, person, window)
    if child is not None:
        consent = CONSENT if draft.consents else None
        yield make_finding(
            CHILD, detector, scene.part, person.start, child, confidence=0.8, excuse=consent,
            severity=Severity.INFO if consent else None,
        )  # fmt: skip
    if _SAID.match(text, person.end):
        return
    described = person.kind != "first" or _described(scene, person, window)
    said_of = _VERB.match(text, person.end) is not None
    greeted = not said_of and _greeted(text, person)
    by_handle = text[person.start] == "@"  # spoken to, whatever stands around it
    for rule, cue in ((HEALTH, "health"), (SPECIAL, "special"), (CRIMINAL, "criminal")):
        if by_handle and rule is CRIMINAL:
            continue
        if not described and (rule is CRIMINAL or not said_of):
            continue
        # "X was fined" counts, "fined, said X" does not.
        begin, finish = (person.end, min(last, person.end + _CRIME_NEAR)) if rule is CRIMINAL else (low, high)
        spans = [(begin + s, begin + e) for s, e in cues.spans(cue, text[begin:finish])]
        spans = [(s, e) for s, e in spans if e <= person.start or s >= person.end]
        if greeted and rule is not CRIMINAL:
            # Spoken to somebody: "your appeal" tells about them, "you can apply for" does not.
            spans = [(s, e) for s, e in spans if _YOURS.search(text[max(0, s - 40) : s])]
        if spans and (rule is not HEALTH or cues.says("tie", window)):
            yield make_finding(rule, detector, scene.part, *spans[0], confidence=0.7)


def _greeted(text: str, person: Person) -> bool:
    """Say whether a name is spoken to: "Hi Mrs Lowe", "Mrs Lowe, we …", or a handle."""
    before = text[max(0, person.start - 30) : person.start]
    if text[person.start] == "@" or _GREETING.search(before):
        return True
    after = text[person.end : person.end + _NEAR]
    spoken_to = after[:1] in (",", "!", ":") and _SECOND.search(after) is not None
    return spoken_to and _OPENS.search(before) is not None


def _described(scene: Scene, person: Person, window: str) -> bool:
    """Say whether a bare first name stands for somebody identified further, as "Winston at Flat 3" is."""
    text = scene.part.original
    after = text[person.end : person.end + 3]
    # "our colleague Pat": the words right before the name say who is meant.
    if scene.cues.says("person", text[max(0, person.start - 24) : person.start]):
        return True
    return after.startswith(("'s", "’s", "' ", "’ ")) or scene.cues.says("home", window)


def _child(scene: Scene, draft: Draft, person: Person, window: str) -> int | None:
    """Return where the words that make a named child identifiable end, or ``None``."""
    text, cues = scene.part.original, scene.cues
    before = text[max(0, person.start - 40) : person.start]
    if cues.says("looked_after", before[-30:]):
        return person.end
    if person.kind == "titled":
        return None
    match = _AGE.match(text, person.end)
    age = next((_years(g) for g in match.groups() if g), None) if match else None
    end = match.end() if match and age is not None else person.end
    if age is None and (ahead := _AGE_BEFORE.search(before)):
        age, end = int(ahead.group(1)), person.end
    if age is None or not 0 < age < 18:
        return None
    return end if cues.says("child", window) or draft.attachments else None


def _years(text: str) -> int:
    return int(text) if text.isdecimal() else _NUMBER_WORDS.index(text) + 1


def _solicited(scene: Scene, detector: str) -> Iterator[Finding]:
    text = scene.part.original
    end = 0
    for pattern, severity in (
        (scene.cues.solicited["high"], Severity.HIGH),
        (scene.cues.solicited["medium"], Severity.MEDIUM),
    ):
        for match in pattern.finditer(text):
            start = match.start(1)
            if start < end:
                continue
            first, last = scene.sentence(start)
            before, after = text[first:start], text[match.end(1) : last]
            if scene.cues.says("negation", before) or scene.cues.says(
                "private_channel", before + " " + match.group(1) + " " + after
            ):
                continue
            end = match.end(1)
            yield make_finding(SOLICITED, detector, scene.part, start, end, severity=severity, confidence=0.8)
