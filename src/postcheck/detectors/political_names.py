"""The names that make a text political: parties, politicians, their handles and tags, topics."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from postcheck.detectors.cues import Cues
from postcheck.detectors.matcher import TermMatcher
from postcheck.normalise import normalise
from postcheck.organisation import Organisation, plain_handle

_MP_HANDLE = re.compile(r"(?:_mp|_MP|[a-z]MP)$|^(?:[Cc]llr|CLLR|[Cc]ouncillor)_?\w{3,}")
_ALL_TAGS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Name:
    """A name of the organisation file: what kind of thing, the name, and the kind of politician."""

    kind: str  # party, politician, topic, slogan
    label: str
    detail: str = ""


class Vocabulary:
    """The names of one organisation on one day."""

    def __init__(self, organisation: Organisation, day: date, cues: Cues) -> None:
        parties, politicians = organisation.parties_on(day), organisation.politicians_on(day)
        names = [(n, Name("party", normalise(n).text)) for p in parties for n in (p.name, *p.aliases)]
        names += [(p.leader, Name("politician", p.leader, "leader")) for p in parties if p.leader]
        names += [(p.name, Name("politician", p.name, p.kind)) for p in politicians]
        names += [(t, Name("topic", c.topic)) for c in organisation.contested_topics for t in c.terms]
        names += [
            (s, Name("slogan", s)) for p in parties for s in p.slogans if not s.lower().startswith("vote ")
        ]
        # Wards called after a green would otherwise look like a party.
        names += [(ward, Name("place", ward)) for ward in organisation.wards]
        self.names = TermMatcher({(normalise(n).text, p): (n, p) for n, p in names}.values())
        self.handles = {plain_handle(h): "party" for p in parties for h in p.handles}
        self.handles.update({plain_handle(p.handle): "politician" for p in politicians if p.handle})
        self.adjacent = frozenset(cues.words["adjacent"])
        self.ambiguous = frozenset(cues.words["ambiguous"])
        self.tags = frozenset(plain_tag(t) for p in parties for t in p.hashtags)
        stems = {plain_tag(n.label) for _, n in names if n.kind == "party"}
        stems = {stem for stem in stems if len(stem) > 2 and stem not in ("con", "lab", "yourparty")}
        before, after = cues.alternatives("tag_before"), cues.alternatives("tag_after")
        any_stem = f"(?:{'|'.join(sorted(map(re.escape, stems), key=len, reverse=True)) or '$^'})"
        self.campaign_tag = re.compile(
            f"{before}(?:the)?{any_stem}\\w{{0,8}}|(?:local|\\w{{0,12}})?{any_stem}{after}"
        )
        areas = [
            plain_tag(a) for a in (*organisation.short_names, *organisation.wards, organisation.area or "")
        ]
        area = f"(?:uk|vote|join|local|young|{'|'.join(re.escape(a) for a in areas if a)})"
        self.party_handle = re.compile(f"(?:{area}{any_stem}|{any_stem}(?:party|uk)?{area})")
        self.surnames = frozenset(normalise(p.name).text.split()[-1] for p in politicians)
        self.name_tag = re.compile(
            f"{cues.alternatives('name_before')}(\\w{{3,}})|(\\w{{3,}}?){cues.alternatives('name_after')}"
        )

    def handle_kind(self, handle: str) -> str | None:
        """Say whether a handle belongs, or by its shape seems to belong, to a party or a politician."""
        plain = plain_handle(handle)
        if plain in self.handles:
            return self.handles[plain]
        if self.party_handle.fullmatch(plain.replace("_", "")):
            return "party"
        return "politician" if _MP_HANDLE.search(handle.lstrip("@")) else None


def plain_tag(text: str) -> str:
    """Reduce a tag or name to the letters that are compared."""
    return _ALL_TAGS.sub("", normalise(text).text)
