"""Finds a draft that poses as an office, a team, the council or somebody else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from postcheck.detectors.base import Context, make_finding
from postcheck.detectors.cues import Cues, Reading, Remembered, distinct, read_cues, readings
from postcheck.detectors.matcher import compile_re2
from postcheck.document import Document
from postcheck.model import Account, Draft, Finding, Rule, Severity
from postcheck.normalise import normalise
from postcheck.organisation import Organisation, plain_handle
from postcheck.situation import Situation


def _rule(name: str, severity: Severity, message: str, suggestion: str) -> Rule:
    return Rule(id=f"impersonation.{name}", severity=severity, message=message, suggestion=suggestion)


_HIGH, _MEDIUM, _LOW = Severity.HIGH, Severity.MEDIUM, Severity.LOW
_OFFICE = _rule(
    "office", _HIGH, "Claims an office that the author is not known to hold", "Write in your own name."
)
_TEAM = _rule(
    "team", _HIGH, "Signs or speaks as a team of the council", "Post it from the team's own account."
)
_HANDLE = _rule("handle", _HIGH, "The account's name looks like one of the council's", "Choose another name.")
_VOICE = _rule("voice", _HIGH, "Speaks as the council from another account", "Speak for yourself only.")
_QUOTATION = _rule(
    "quotation", _MEDIUM, "Quotes an office-holder without a recorded approval", "Link to where it was said."
)
_PARODY = _rule(
    "parody", _HIGH, "Speaks as a mock council", "Label the account as parody, in its name and profile."
)
_ALERT = _rule("alert", _HIGH, "Looks like an official alert", "Link to the official alert instead.")
_LURE = _rule(
    "payment-lure",
    _HIGH,
    "Asks for payment or details over a link that is not the council's",
    "Use the council's own payment page.",
)
_BY_ID = {r.id: r for r in (_OFFICE, _TEAM, _HANDLE, _VOICE, _QUOTATION, _PARODY, _ALERT, _LURE)}

_MANY = 60  # places of one kind looked at in one text
_SEPARATORS = re.compile(r"[\s_.\-|,:·•]+")
_LOOKS = str.maketrans(
    {"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "i": "l", "!": "l", "|": "l"}
)
_MAX_EDITS, _MIN_LENGTH = 2, 6


def _skeleton(name: str) -> str:
    """Reduce a name to how it looks: no case, separators or look-alikes; ``rn`` is m and ``vv`` is w."""
    plain = _SEPARATORS.sub("", normalise(name.lstrip("@")).text)
    return plain.translate(_LOOKS).replace("rn", "m").replace("vv", "w")


class _Protected:
    """What an organisation protects, in the forms in which it is looked for."""

    def __init__(self, organisation: Organisation, cues: Cues) -> None:
        identities = organisation.protected
        roles = [
            normalise(r).text
            for r in (
                *identities.roles,
                *(r.title for r in organisation.roles if r.id != "line-manager"),
                *(f"{post} {team}" for post in ("Head of", "Director of") for team in identities.teams),
            )
        ]
        generic = set(cues.words["generic_roles"])
        names = [n for n in map(_name, organisation.short_names) if "council" in n or " " not in n]
        names = [n for n in (*names, _name(organisation.name)) if n != "the council"]
        council = _any([*names, "council"])
        specific = _any([r for r in roles if r not in generic]) if roles else "$^"
        any_role = _any(roles)
        ours = rf"(?:(?:of|for|at|,) (?:the )?{council})"
        yours = rf"(?:your|our|(?:the )?{council}'s)"
        new = r"(?:(?:new|acting|interim|elected) )?"
        office = rf"(?:{yours} {new}{any_role}|(?:the )?{new}{specific}|(?:the )?{new}{any_role},? {ours})"
        me = r"(?:i|i'm|i've|i'll|i'd)"
        here = r"(?:this is|it's|hello from|hi from|message from|update from)"
        self.office = _one_of(
            rf"\bas {office}(?: (?:of|for) [\w&' -]{{1,40}}?)?,? {me}\b",
            rf"\b{me}(?: am)?,? {office}\b",
            rf"\b(?:speaking|(?:in my|my) (?:role|capacity|position)) as {office}\b",
            rf"\b(?:this is|it's) {office} (?:here|speaking|writing)\b",
            rf"\b(?:message|hello|hi) from me,? {office}\b",
            rf"(?:^|\n) ?(?:-|yours,?|signed,?|regards,?) ?{office} ?(?:\n|$)",
        )
        self.role = compile_re2(rf"\b{office}\b")
        teams = _any(normalise(team).text for team in identities.teams)
        unit = rf"(?:{teams}) (?:team|department|service|office)"
        self.team = _one_of(
            rf"\b{here} (?:the |your )?{council}(?:'s)? {teams}\b",
            rf"\bwe(?:'re| are) (?:the |your ){council}(?:'s)? {teams}\b",
            rf"\b(?:{here}|we're|we are) (?:the |your ){unit}\b",
            rf"(?:^|\n|[.!?] )(?:- ?|(?:regards|thanks|yours),? )(?:the |your )?(?:{council}(?:'s)? )?"
            rf"(?:{unit}|{teams}) ?(?:\n|$)",
        )
        self.voice = _one_of(
            rf"\bwe at {council}\b",
            rf"\bon behalf of {council},? (?:we|i)\b",
            rf"\b(?:we|i)\b[^.!?]{{0,40}}\bon behalf of {council}\b",
            rf"\bthis is {council}(?: here| speaking|[.,!:]|$|\n)",
        )
        handles = {*identities.handles, *(c.handle for c in organisation.channels)}
        self.handles = {plain_handle(h) for h in handles}
        self.allowed = {plain_handle(h) for h in identities.allowed_handles}
        self.allowed |= {plain_handle(p.handle) for p in organisation.politicians if p.handle}
        self.skeletons = {_skeleton(n) for n in (*handles, *identities.names)}
        self.skeletons |= {_skeleton(n) for n in names if "council" in n or len(n.split()) > 2}
        own = "|".join(sorted({re.escape(_skeleton(n)) for n in names}, key=len, reverse=True))
        added = "|".join(_skeleton_pattern(w) for w in cues.words["added"])
        posts = "|".join(re.escape(_skeleton(t)) for t in (*identities.teams, *identities.roles))
        joined = "|".join(_skeleton(w) for w in cues.words["joiners"])
        # Own name and official words, nothing else: "Haringey Parking Help", never "Haringey Gardeners".
        # A name that only adds a subject ("HaringeyParks") may be a residents' group.
        every = rf"(?:{own}|{added}|{posts}|{joined})+"
        self.dressed = re.compile(rf"(?=.*(?:{own}))(?=.*(?:{added})){every}")
        self.subject = re.compile(rf"(?=.*(?:{own}))(?=.*(?:{posts})){every}")


def _name(name: str) -> str:
    return normalise(name).text


def _one_of(*patterns: str) -> Any:
    return compile_re2("|".join(patterns))


def _any(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(re.escape(w) for w in sorted(set(words), key=len, reverse=True)) or '$^'})"


def _skeleton_pattern(word: str) -> str:
    # "refunds?" keeps its question mark.
    return word.translate(_LOOKS).replace("rn", "m")


_protected = Remembered()


class ImpersonationDetector:
    """Finds claimed offices, posed teams, look-alike accounts, lures and false alerts."""

    name = "impersonation"
    rules = tuple(_BY_ID.values())

    def detect(self, document: Document, context: Context) -> Iterable[Finding]:
        """Yield findings about the account's name and about what the texts claim."""
        cues = read_cues("impersonation")
        organisation, situation, draft = context.organisation, context.situation, document.draft
        protected = _protected.get((organisation.digest,), lambda: _Protected(organisation, cues))
        outsider = situation.account_given and not situation.council
        labelled = outsider and _labelled(draft.account, cues)
        if outsider:
            yield from self._names(document, situation, protected, labelled)
        wanted = ("text", "quoted_text", "bio", "image") if outsider else ("text", "image")
        for reading in readings(document.parts, *wanted):
            found = [*self._offices(reading, draft, situation, protected, cues)]
            # A QR code holds no words; those that go with it say what it is for.
            beside = draft.text if reading.part.name.startswith("image:") else ""
            found += self._lures(reading, organisation, outsider, cues, beside)
            if outsider:
                found += self._poses(reading, draft, protected, cues, labelled)
            yield from distinct(found)

    def _names(
        self, document: Document, situation: Situation, protected: _Protected, labelled: bool
    ) -> Iterator[Finding]:
        account = document.draft.account
        if situation.channel is not None or account is None:
            return
        severity = _MEDIUM if labelled else _HIGH
        for name, value in (("handle", account.handle), ("display_name", account.display_name or "")):
            part = document.part(name)
            if part is None or plain_handle(value) in protected.allowed | protected.handles:
                continue
            confidence = _likeness(_skeleton(value), protected)
            if confidence:
                level = severity if confidence > 0.7 else _MEDIUM
                yield make_finding(
                    _HANDLE, self.name, part, 0, len(part.original), severity=level, confidence=confidence
                )

    def _offices(
        self, reading: Reading, draft: Draft, situation: Situation, protected: _Protected, cues: Cues
    ) -> Iterator[Finding]:
        title = normalise((draft.author.job_title if draft.author else None) or "").text
        delegated = situation.delegated and situation.approved and situation.council
        for match in _spans(protected.office, reading.text):
            claim = reading.text[match[0] : match[1]]
            before = reading.before(match[0], tokens=8)
            if (
                delegated
                or (title and _holds(title, claim))
                or cues.pattern("not_me").search(before + " " + claim)
            ):
                continue
            first, last = reading.origin(*match)
            # Somebody else's words: the quotation rule looks after those.
            quoted = reading.quoted(first, last)
            yield make_finding(
                _OFFICE,
                self.name,
                reading.part,
                first,
                last,
                severity=_LOW if quoted else _HIGH,
                excuse="quotation" if quoted else None,
                confidence=0.9,
            )

    def _poses(
        self, reading: Reading, draft: Draft, protected: _Protected, cues: Cues, labelled: bool
    ) -> Iterator[Finding]:
        # A label turns deceit into parody, which a person should look at.
        severity = _MEDIUM if labelled else _HIGH
        part = reading.part
        teams = [reading.origin(*span) for span in _spans(protected.team, reading.text)]
        voices = [reading.origin(*span) for span in _spans(protected.voice, reading.text)]
        for rule, spans in ((_TEAM, teams), (_VOICE, voices)):
            for first, last in spans:
                if not reading.quoted(first, last):
                    yield make_finding(rule, self.name, part, first, last, severity=severity, confidence=0.85)
        for hit in cues.find(reading)[:_MANY]:
            if reading.quoted(hit.first, hit.last):
                continue
            if hit.row.rule in _BY_ID:
                level = _LOW if hit.row.name == "alert" and part.links else severity
                rule = _BY_ID[str(hit.row.rule)]
                yield make_finding(
                    rule,
                    self.name,
                    part,
                    hit.first,
                    hit.last,
                    severity=level,
                    message=hit.row.message,
                    confidence=hit.row.confidence,
                )
            elif hit.row.name == "parody" or labelled or _poses_as_council(draft.account, cues):
                yield make_finding(
                    _PARODY, self.name, part, hit.first, hit.last, severity=severity, confidence=0.85
                )
        if not draft.approvals:
            yield from self._quotations(reading, protected, cues)

    def _quotations(self, reading: Reading, protected: _Protected, cues: Cues) -> Iterator[Finding]:
        part = reading.part
        for first, last in part.quotes[:_MANY]:
            start, end = reading.place(first), reading.place(last)
            before, after = reading.text[max(start - 120, 0) : start], reading.text[end : end + 80]
            led = cues.pattern("said").search(before) and protected.role.search(before)
            trailed = cues.pattern("said_after").search(after) and protected.role.search(after)
            if last - first > 12 and (led or trailed):
                # With a link a reader can look it up.
                severity = _LOW if part.links else _MEDIUM
                yield make_finding(
                    _QUOTATION, self.name, part, first, last, severity=severity, confidence=0.7
                )

    def _lures(
        self, reading: Reading, organisation: Organisation, outsider: bool, cues: Cues, beside: str
    ) -> Iterator[Finding]:
        part = reading.part
        strange = [k for k in part.links[:_MANY] if not _trusted(k.domain, organisation, cues)]
        if not strange:
            return
        words = f"{reading.text}\n{normalise(beside).text}" if beside else reading.text
        if not (cues.pattern("payment_noun").search(words) and cues.pattern("payment_verb").search(words)):
            return
        for link in strange:
            dressed = link.domain in cues.words["shorteners"] or cues.pattern("lure_domain").search(
                link.domain
            )
            severity = _HIGH if outsider else _MEDIUM if dressed else _LOW
            if outsider and not dressed:
                severity = _MEDIUM
            yield make_finding(
                _LURE, self.name, part, link.start, link.end, severity=severity, confidence=0.8
            )


def _likeness(skeleton: str, protected: _Protected) -> float:
    """Say how surely a name imitates a protected one; 0 when it does not."""
    if skeleton in protected.skeletons:
        return 0.95
    if protected.dressed.fullmatch(skeleton):
        return 0.9
    if protected.subject.fullmatch(skeleton):
        return 0.6
    if len(skeleton) < _MIN_LENGTH:
        return 0.0
    from rapidfuzz.distance import Levenshtein

    for known in protected.skeletons:
        # One letter in six may differ: in short names two letters make another word.
        allowed = min(_MAX_EDITS, len(known) // _MIN_LENGTH)
        if Levenshtein.distance(skeleton, known, score_cutoff=allowed) <= allowed:
            return 0.8
    return 0.0


def _labelled(account: Account | None, cues: Cues) -> bool:
    if account is None:
        return False
    texts = (account.display_name or "", account.bio or "", account.handle.replace("_", " "))
    return any(cues.pattern("labelled").search(normalise(text).text) for text in texts)


def _poses_as_council(account: Account | None, cues: Cues) -> bool:
    """Say whether an account's name presents it as a council."""
    if account is None:
        return False
    name = normalise(f"{account.display_name or ''} {account.handle.replace('_', ' ')}").text
    return cues.pattern("council_word").search(name) is not None and not cues.pattern("other_council").search(
        name
    )


def _holds(title: str, claim: str) -> bool:
    """Say whether the author's title covers the office claimed."""
    # A Director of Housing may say "as your Director", never "as your Director of Public Health".
    head = re.split(r" (?:of|for|at|-) |, ", title)[0]
    return title in claim or (head in claim and f"{head} of" not in claim and f"{head} for" not in claim)


def _trusted(domain: str, organisation: Organisation, cues: Cues) -> bool:
    hosts = cues.words["payment_hosts"]
    return organisation.is_own_domain(domain) or any(domain == h or domain.endswith(f".{h}") for h in hosts)


def _spans(pattern: Any, text: str) -> list[tuple[int, int]]:
    """Return the matches that begin and end on a letter, without the space around them."""
    found = []
    for match in pattern.finditer(text):
        start, end = match.span()
        while start < end and not text[start].isalnum():
            start += 1
        while end > start and not text[end - 1].isalnum():
            end -= 1
        found.append((start, end))
        if len(found) == _MANY:
            break
    return [(start, end) for start, end in found if start < end]
