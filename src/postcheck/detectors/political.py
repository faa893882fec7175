"""Finds politics in a draft: parties, politicians, credit, promises, contested topics, campaign tags.

Everything is reported whatever the date. Whether it matters, in a pre-election period or on any day, is for
the policy to say.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from postcheck.detectors.base import Context, make_finding
from postcheck.detectors.cues import (
    CueHit,
    Cues,
    Reading,
    Remembered,
    distinct,
    local_day,
    read_cues,
    readings,
)
from postcheck.detectors.political_names import Name, Vocabulary, plain_tag
from postcheck.document import Document, Part
from postcheck.model import Finding, Rule, Severity
from postcheck.normalise import normalise

_HIGH, _MEDIUM = Severity.HIGH, Severity.MEDIUM


# An emergency needs its message out: of politics only who speaks, and plain campaigning, is reported.
_IN_EMERGENCY = {
    f"political.{n}" for n in ("party", "candidate", "councillor-quote", "share", "hashtag", "emblem")
}
_CAMPAIGN_KINDS = ("leader", "minister", "mp", "mayor")
_NEAR = 120  # characters either side in which politics makes an ambiguous word a party
_SPEECH = 160  # characters between a politician and the words that are theirs
_MANY = 400  # places of one kind looked at in one text
_RT = re.compile(r"(?:\bRT|\bvia|\bReposted from|\bQT|🔁|♻️)\s*:?\s*$", re.IGNORECASE)
_JOIN = re.compile(r"[\s,(–-]{0,4}(?:the |our |and )?", re.IGNORECASE)
_LAST_WORD = re.compile(r"([^\W\d_][\w'’-]*)\s+$")


@dataclass(frozen=True, slots=True)
class _Spot:
    """A politician in a text: places in the folded text and in the original."""

    start: int
    end: int
    first: int
    last: int
    detail: str


_vocabularies = Remembered()


class PoliticalDetector:
    """Finds party politics, politicians, and what an election makes sensitive."""

    name = "political"

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules, as the cue file words them."""
        return tuple(read_cues("political").rules.values())

    def detect(self, document: Document, context: Context) -> Iterable[Finding]:
        """Yield findings about the words, the alternative texts, and what is shared."""
        cues = read_cues("political")
        organisation, day = context.organisation, local_day(context)
        vocabulary = _vocabularies.get(
            (organisation.digest, day), lambda: Vocabulary(organisation, day, cues)
        )
        wanted = ["text", "quoted_text", "alt_text", "image"]
        if document.draft.kind == "profile":
            wanted += ["display_name", "bio"]
        for reading in readings(document.parts, *wanted):
            found = distinct(_Look(reading, vocabulary, cues).findings())
            if context.situation.emergency:
                found = [f for f in found if f.rule in _IN_EMERGENCY]
            yield from found
        yield from distinct(_shares(document, vocabulary, cues))


class _Look:
    """One text, looked at once."""

    def __init__(self, reading: Reading, vocabulary: Vocabulary, cues: Cues) -> None:
        self.reading = reading
        self.part = reading.part
        self.text = reading.text
        self.vocabulary = vocabulary
        self.pattern = cues.pattern
        self.rules = cues.rules
        self.hits = cues.find(reading)
        found = sorted(vocabulary.names.find(self.text), key=lambda h: (h.start, -h.end))
        self.names: list[Any] = []
        covered: dict[str, int] = {}
        for hit in found:
            # "Labour" inside "Labour Party" is said already.
            if hit.end > covered.get(hit.payload.kind, 0):
                self.names.append(hit)
                covered[hit.payload.kind] = hit.end
        self._made: dict[str, int] = {}

    def findings(self) -> Iterator[Finding]:
        """Yield everything found, overlaps included."""
        mentions = [(m, self.vocabulary.handle_kind(m[2])) for m in self.part.mentions]
        if self.hits or self.names or any(kind for _, kind in mentions):
            spots = self._spots([(m[0], m[1]) for m, kind in mentions if kind == "politician"])
            speeches = self._speeches(spots)
            yield from self._parties([(m[0], m[1]) for m, kind in mentions if kind == "party"])
            for spot in spots:
                yield from self._politician(spot)
            for first, last in speeches:
                yield from self._make("councillor-quote", first, last, confidence=0.9)
            yield from self._cues(speeches)
            yield from self._topics_and_slogans()
        if self.part.hashtags:
            yield from self._hashtags()

    def _make(self, rule: str, first: int, last: int, **changes: Any) -> Iterator[Finding]:
        made = self._made[rule] = self._made.get(rule, 0) + 1
        if made <= _MANY:
            yield make_finding(
                self.rules[f"political.{rule}"], "political", self.part, first, last, **changes
            )

    # ---- parties -------------------------------------------------------------------------------------

    @cached_property
    def _homonyms(self) -> list[tuple[int, int]]:
        spans = [(h.start, h.end) for h in self.hits if h.row.name == "homonym"]
        return sorted(spans + [(h.start, h.end) for h in self.names if h.payload.kind == "place"])

    def _is_homonym(self, start: int, end: int) -> bool:
        i = bisect_right(self._homonyms, (start, len(self.text) + 1)) - 1
        # Two looks back suffice: such phrases are short and hardly overlap.
        return any(s <= start and end <= e for s, e in self._homonyms[max(i - 1, 0) : i + 1])

    def _parties(self, mentions: list[tuple[int, int]]) -> Iterator[Finding]:
        for hit in [h for h in self.names if h.payload.kind == "party"][:_MANY]:
            if not self._is_homonym(hit.start, hit.end) and self._is_party(
                hit.start, hit.end, hit.payload.label
            ):
                yield from self._party(hit.start, hit.end)
        for first, last in mentions[:_MANY]:
            yield from self._party(self.reading.place(first), self.reading.place(last))

    def _is_party(self, start: int, end: int, label: str) -> bool:
        first, last = self.reading.origin(start, end)
        written = self.part.original[first:last]
        before, after = self.reading.before(start), self.reading.after(end, tokens=8)
        asked = self.pattern("party_before").search(before) is not None
        beside = asked or self.pattern("party_next").search(after) is not None
        noun = written.split()[-1] if written.split() else written
        capital = noun[0].isupper()
        if label in self.vocabulary.adjacent:
            word = _LAST_WORD.search(self.part.original, max(first - 40, 0), first)
            # "Wood Green", "Cllr Green": a name, unless the word before asks for a vote.
            named = word is not None and word.group(1)[0].isupper() and not asked
            return beside and not named and (capital or asked)
        if label in self.vocabulary.ambiguous:
            # In the middle of a sentence a capital is a choice: with praise or blame it means the party.
            meant = (
                start + len(noun) < end or start > self.reading.sentence(start)[0] or after.startswith("'s")
            )
            judged = meant and any(self.pattern(p).search(f"{before} {after}") for p in ("attack", "praise"))
            beside = beside or (capital and self.pattern("party_body").search(after) is not None)
            return beside or (capital and (judged or self._politics_near(start, end)))
        return capital or beside

    def _politics_near(self, start: int, end: int) -> bool:
        around = self.text[max(start - _NEAR, 0) : start] + " " + self.text[end : end + _NEAR]
        return self.pattern("neighbour").search(around) is not None

    def _party(self, start: int, end: int) -> Iterator[Finding]:
        first, last = self.reading.origin(start, end)
        before, after = self.reading.before(start), self.reading.after(end, tokens=8)
        window = f"{before} {after}"
        if self.pattern("party_emblem").search(" ".join(after.split()[:2])):
            yield from self._make("emblem", first, last, confidence=0.8)
        if self.pattern("reacting").search(before) and self.pattern("policy_word").search(after):
            yield from self._make("reaction", first, last, confidence=0.8)
        elif self.pattern("swing").search(window):
            yield from self._make("poll-prediction", first, last, confidence=0.8)
        elif self.pattern("voting_before").search(before) or self.pattern("voting_after").search(after):
            yield from self._make("party", first, last, confidence=0.95)
        elif self.pattern("attack").search(window):
            yield from self._make("party", first, last, confidence=0.75, message="Attacks a party")
        elif self.pattern("praise").search(window):
            yield from self._make("party", first, last, confidence=0.7, message="Praises a party")
        else:
            excuse = "polling information" if self._polling_information else None
            yield from self._make(
                "candidate", first, last, confidence=0.7, message="Names a party", excuse=excuse
            )

    @cached_property
    def _polling_information(self) -> bool:
        return self.pattern("polling_information").search(self.text) is not None

    # ---- politicians ---------------------------------------------------------------------------------

    def _spots(self, mentions: list[tuple[int, int]]) -> list[_Spot]:
        spots = [
            _Spot(h.start, h.end, h.first, h.last, "")
            for h in self.hits
            if h.row.name in ("politician", "mayor-named", "mayor-said")
        ]
        for hit in self.names:
            if hit.payload.kind == "politician":
                first, last = self.reading.origin(hit.start, hit.end)
                if self.part.original[first].isupper():
                    spots.append(_Spot(hit.start, hit.end, first, last, hit.payload.detail))
        spots += [_Spot(self.reading.place(a), self.reading.place(b), a, b, "mp") for a, b in mentions]
        merged: list[_Spot] = []
        for spot in sorted(spots, key=lambda s: (s.first, -s.last))[:_MANY]:
            if merged and self._same_person(merged[-1], spot):
                one = merged[-1]
                end, last = max(one.end, spot.end), max(one.last, spot.last)
                merged[-1] = _Spot(one.start, end, one.first, last, one.detail or spot.detail)
            else:
                merged.append(spot)
        return merged

    def _same_person(self, one: _Spot, other: _Spot) -> bool:
        return (
            other.first <= one.last or _JOIN.fullmatch(self.part.original[one.last : other.first]) is not None
        )

    def _politician(self, spot: _Spot) -> Iterator[Finding]:
        before, after = self.reading.before(spot.start), self.reading.after(spot.end)
        start, end = self.reading.sentence(spot.start)
        near = self.text[max(start, spot.start - _SPEECH) : min(end, spot.end + _SPEECH)]
        civic = self.pattern("civic").search(near) is not None
        shown = self.part.name.startswith("alt_text") or self.pattern("event").search(f"{before} {after}")
        severity = _HIGH if shown and not civic else _MEDIUM
        message = (
            "Shows a politician at an event or in a picture" if severity == _HIGH else "Names a politician"
        )
        yield from self._make(
            "candidate", spot.first, spot.last, severity=severity, message=message, confidence=0.9
        )
        if self.pattern("voting_before").search(before):
            yield from self._make("party", spot.first, spot.last, message="Asks for votes for a politician")
        elif spot.detail in _CAMPAIGN_KINDS and self.pattern("figure_attack").search(after):
            yield from self._make(
                "party", spot.first, spot.last, message="Attacks a politician", confidence=0.7
            )
        thanked = self.pattern("credit_thanks").search(before) and not self.pattern("thanks_for").search(
            after
        )
        if thanked or self.pattern("credit_after").search(after):
            yield from self._make("credit", spot.first, spot.last, confidence=0.75)

    def _speeches(self, spots: list[_Spot]) -> list[tuple[int, int]]:
        """Return the ranges of the original that are a politician's words, quoted or reported."""
        original = self.part.original
        quotes = [(a, b) for a, b in self.part.quotes if original.count(" ", a, b) >= 2] if spots else []
        lasts = [spot.last for spot in spots]
        found: list[tuple[int, int]] = []
        for first, last in quotes:
            i = bisect_right(lasts, first) - 1
            if i >= 0 and first - lasts[i] <= _SPEECH:
                between = normalise(original[lasts[i] : first]).text
                if self.pattern("said_after").search(between) or between.rstrip().endswith((":", ",")):
                    found.append((first, last))
                    continue
            if i + 1 < len(spots) and spots[i + 1].first - last <= _SPEECH // 2:
                between = normalise(original[last : spots[i + 1].first]).text
                if self.pattern("said_after").search(between):
                    found.append((first, last))
        for spot in spots:
            after = self.reading.after(spot.end, tokens=9)
            said = self.pattern("said_after").search(after) or self.pattern("speech_colon").search(
                self.text[spot.end : spot.end + 60]
            )
            reported = self.pattern("said_before").search(self.reading.before(spot.start, tokens=3))
            if said or reported or self._says_at_end(spot):
                start, end = self.reading.sentence(spot.start)
                first, last = self.reading.origin(start, end)
                found.append((max(first, spot.first - _SPEECH), min(last, spot.last + 4 * _SPEECH)))
        return sorted(found)

    def _says_at_end(self, spot: _Spot) -> bool:
        # "The Mayor said" is one cue, verb included.
        return self.pattern("said_end").search(self.text[spot.start : spot.end]) is not None

    # ---- the rest ------------------------------------------------------------------------------------

    def _cues(self, speeches: list[tuple[int, int]]) -> Iterator[Finding]:
        starts = [first for first, _ in speeches]
        for hit in self.hits:
            i = bisect_right(starts, hit.first) - 1
            spoken = any(hit.last <= last for _, last in speeches[max(i - 1, 0) : i + 1])
            if hit.row.name == "we-delivered":
                if spoken:
                    yield from self._make("credit", hit.first, hit.last, confidence=0.8, excuse="quotation")
                continue
            if hit.row.rule is None:
                continue
            excuse = hit.row.excuse
            if spoken and hit.row.name in ("credit", "promise"):
                excuse = "quotation"
            if hit.row.name == "consultation" and self._statutory(hit):
                excuse = "public register"
            yield from self._make(
                hit.row.rule.partition(".")[2],
                hit.first,
                hit.last,
                severity=hit.row.severity,
                confidence=hit.row.confidence,
                message=hit.row.message,
                excuse=excuse,
            )

    def _statutory(self, hit: CueHit) -> bool:
        near = self.text[max(hit.start - _NEAR, 0) : hit.end + _NEAR]
        return self.pattern("statutory").search(near) is not None

    def _topics_and_slogans(self) -> Iterator[Finding]:
        for hit in [h for h in self.names if h.payload.kind in ("topic", "slogan")][:_MANY]:
            name: Name = hit.payload
            if name.kind == "topic":
                start, end = self.reading.sentence(hit.start)
                near = self.text[max(start, hit.start - _NEAR) : min(end, hit.end + _NEAR)]
                sided = self.pattern("taking_side").search(near) is not None
                message = f"Takes a side on a contested topic: {name.label}" if sided else None
                yield from self._make(
                    "contested",
                    *self.reading.origin(hit.start, hit.end),
                    severity=_HIGH if sided else _MEDIUM,
                    confidence=0.8,
                    message=message or f"Touches a contested topic: {name.label}",
                )
            elif len(name.label.split()) >= 4 or self._politics_near(hit.start, hit.end):
                first, last = self.reading.origin(hit.start, hit.end)
                yield from self._make("emblem", first, last, message="Uses a party's slogan", confidence=0.7)

    def _hashtags(self) -> Iterator[Finding]:
        surnames = set(self.vocabulary.surnames)
        for first, last in [
            (h.first, h.last) for h in self.hits if h.row.name in ("politician", "mayor-named")
        ][:_MANY]:
            surnames.add(plain_tag(self.part.original[first:last].split()[-1]))
        for first, last, tag in self.part.hashtags[:_MANY]:
            plain = plain_tag(tag)
            if plain in self.vocabulary.tags:
                # "#Labour" may be about a maternity ward.
                everyday = plain in self.vocabulary.ambiguous or plain in self.vocabulary.adjacent
                known = not everyday or self._politics_near(
                    self.reading.place(first), self.reading.place(last)
                )
            else:
                named = self.vocabulary.name_tag.fullmatch(plain)
                known = named is not None and (named.group(1) or named.group(2)) in surnames
                known = known or self.vocabulary.campaign_tag.fullmatch(plain) is not None
            if known:
                yield from self._make("hashtag", first, last, confidence=0.9)


def _shares(document: Document, vocabulary: Vocabulary, cues: Cues) -> Iterator[Finding]:
    rule, sharing = cues.rules["political.share"], document.draft.kind == "share"
    domains = cues.words["party_domains"]
    for part in document.parts:
        if part.name not in ("text", "quoted_text"):
            continue
        for first, last, handle in part.mentions[:_MANY]:
            if not (
                _RT.search(part.original, max(first - 20, 0), first) or (sharing and _leads(part, first))
            ):
                continue
            kind = vocabulary.handle_kind(handle)
            if kind:
                severity = _HIGH if kind == "party" else _MEDIUM
                yield make_finding(rule, "political", part, first, last, severity=severity, confidence=0.95)
        for link in part.links[:_MANY]:
            if any(link.domain == d or link.domain.endswith(f".{d}") for d in domains):
                yield make_finding(
                    rule, "political", part, link.start, link.end, message="Links to a party's website"
                )
    quoted = document.draft.in_reply_to_handle
    kind = vocabulary.handle_kind(quoted) if sharing and quoted else None
    if kind and document.parts:
        part, severity = document.parts[0], _HIGH if kind == "party" else _MEDIUM
        yield make_finding(rule, "political", part, 0, len(part.original), severity=severity, confidence=0.95)


def _leads(part: Part, first: int) -> bool:
    return not part.original[:first].strip(" \n\t\"“'‘")
