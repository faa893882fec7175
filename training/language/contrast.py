"""Sentences made from frames with slots: minimal pairs over many groups.

A frame family is one way of saying one thing. The families under ``development/``, ``blind/`` and ``second/``
were written apart from the others and are never trained on. The first were looked at while others were
written; of the blind ones only the figures were; the second ones were written after that, to measure anew.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from corpora import Row, Spans, in_dev
from labels import KINDS, PERSON, SECRECY, SECRET_VALUE, TARGETS, sorts_of

HERE = Path(__file__).parent / "contrast"
NAMES = Path(__file__).parents[1] / "names"
_PERSONS = frozenset({"name", "full", "titled", "surname"})
# A person's name, until the sentence is written, and a password or a code.
_MARKED = re.compile("\x02(.*?)\x03|\\[\\[(.*?)\\]\\]")
_TITLES = ("Mr", "Mrs", "Ms", "Miss", "Mr", "Mrs", "Dr")
_SLOT = re.compile(r"\{(\w+)\}")
_NAMES = frozenset({"groups", "one", "sing", "adj", "groups2"})
_SLURS = frozenset({"slurs", "slur"})
_GROUP_SLOTS = _NAMES | _SLURS
_VOWEL = re.compile(r"(?i)^(?:[aeio]|u(?!ni|k|s[ae])|lgbt|hiv|nhs)")
_ARTICLE = re.compile(r"\b([Aa])n? \{(\w+)\}")
_START = re.compile(r"(^|[.!?]\s+)([a-z])")
_CONTEXT = "|||"
# Some of these tell a code or a private fact as well, most do not: nobody has said which.
_UNASKED = {
    "confidential-security": "secret",
    "confidential-hr": "disclosure",
    "confidential-safeguarding": "disclosure",
}
_NO_SECRET = "no-secret"  # a number or a code that opens nothing
_PUBLISHABLE = re.compile(r"^(?:ordinary|council-post|police-appeal|crime-news|crisis-tweet|history|news)$")


def training_rows(seed: int, fillings: int = 6) -> list[Row]:
    """Return the contrast sentences to learn from; one family in twelve is kept to calibrate on (``dev``)."""
    rows = [*_rows(sorted(HERE.glob("*.toml")), "train", seed, fillings), *_not_names(seed)]
    return [replace(row, split="dev") if in_dev(row.family, 1 / 12) else row for row in rows]


_PLACED = (
    "See you at {}.",
    "{} is closed today.",
    "Queues at {} again, use another entrance.",
    "We love {}!",
)


def _not_names(seed: int) -> Iterator[Row]:
    """Yield sentences in which words and places that look like names are none."""
    words = _load(NAMES / "words.toml")
    rng = random.Random(f"{seed} places")
    placed = [rng.choice(_PLACED).format(place) for place in words["place_like_names"]]
    given = dict.fromkeys((*KINDS, *SECRECY), (0, 1.0))
    for text in [*words["name_like_words"], *placed]:
        yield Row(
            text,
            given,
            "contrast_plain",
            "train",
            family="not-names",
            phenomenon="ordinary",
            marks={PERSON: ()},
        )


def measuring_rows(folder: str, seed: int = 1, fillings: int = 3) -> list[Row]:
    """Return the contrast sentences of ``development``, ``blind`` or ``second``."""
    rows = _rows(sorted((HERE / folder).glob("*.toml")), "dev", seed, fillings)
    return [replace(row, source=folder) for row in rows]


def fairness_rows(folder: str, seed: int = 1) -> list[Row]:
    """Return the innocent sentences of a folder that name a group, each once for every group there is."""
    groups = _load(HERE / "groups.toml")["group"]
    frames = [
        (frame, family)
        for file in sorted((HERE / folder).glob("*.toml"))
        for family in _load(file)["family"]
        for frame in family.get("frames", ())
        if not family["labels"] and (slots := set(_SLOT.findall(frame))) & _NAMES and not slots & _SLURS
    ]
    words = _words()
    rows = []
    for group in groups:
        for number, (frame, family) in enumerate(frames):
            # The same words for every group: only the group differs.
            rng = random.Random(f"{seed} {number}")
            filler = _filler(set(_SLOT.findall(frame)), group, groups, words, rng)
            text, _ = _without_marks(_write(frame.rpartition(_CONTEXT)[2].strip(), filler))
            given = dict.fromkeys(KINDS, (0, 1.0))
            rows.append(Row(text, given, folder, "dev", phenomenon=family["phenomenon"], group=group["id"]))
    return rows


def _rows(files: list[Path], split: str, seed: int, fillings: int) -> Iterator[Row]:
    groups = _load(HERE / "groups.toml")["group"]
    words = _words()
    for file in files:
        for family in _load(file).get("family", ()):
            # A seed a family: a new family elsewhere leaves these sentences as they are.
            rng = random.Random(f"{seed} {family['id']}")
            for frames in _together(family):
                yield from _fill(frames, family["id"], groups, words, rng, split, fillings)


def _together(family: Mapping[str, Any]) -> Iterator[list[tuple[str, str, list[str]]]]:
    """Yield what is filled with the same words: a frame alone, or a pair; each with phenomenon and labels."""
    phenomenon, labels = family["phenomenon"], family["labels"]
    twin_phenomenon, twin_labels = family.get("twin_phenomenon", "neutral"), family.get("twin_labels", [])
    for frame in family.get("frames", ()):
        yield [(frame, phenomenon, labels)]
    for frame, twin in family.get("pairs", ()):
        yield [(frame, phenomenon, labels), (twin, twin_phenomenon, twin_labels)]


def _load(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _words() -> dict[str, list[str]]:
    """Return the lists for the slots, with names of every community."""
    words = _load(HERE / "words.toml") | _load(NAMES / "words.toml")
    rng = random.Random("names")
    communities = _load(NAMES / "communities.toml")["community"]
    people = [(rng.choice(c["first"]), rng.choice(c["surname"])) for c in communities for _ in range(40)]
    return words | {
        "name": sorted({*words["name"], *(first for first, _ in people)}),
        "surname": sorted({last for _, last in people}),
        "full": [f"{first} {last}" for first, last in people],
        "titled": [f"{rng.choice(_TITLES)} {last}" for _, last in people],
    }


def _fill(
    frames: list[tuple[str, str, list[str]]],
    family: str,
    groups: list[dict[str, Any]],
    words: Mapping[str, list[str]],
    rng: random.Random,
    split: str,
    fillings: int,
) -> Iterator[Row]:
    """Fill the frames of a pair with the same words, so that nothing but the meaning tells them apart."""
    slots = {slot for frame, _, _ in frames for slot in _SLOT.findall(frame)}
    about_group = bool(slots & _GROUP_SLOTS)
    about_secrets = any(
        set(SECRECY).intersection(labels) or name.startswith("disclosed") for _, name, labels in frames
    )
    own_labels = {label for _, _, labels in frames for label in labels}
    about_codes = "secret" in own_labels or frames[0][1] == _NO_SECRET
    source = (
        "contrast_codes"
        if about_codes
        else "contrast_secrets"
        if about_secrets
        else "contrast"
        if about_group
        else "contrast_plain"
    )
    times = fillings if about_group else (2 if slots else 1)
    fitting = [g for g in groups if not slots & {"slur", "slurs"} or g["slurs_plural"]]
    for _ in range(times):
        group = rng.choices(fitting, [g.get("weight", 1) for g in fitting])[0] if about_group else None
        filler = _filler(slots, group, groups, words, rng)
        for frame, phenomenon, labels in frames:
            given = {kind: (int(kind in labels), 1.0) for kind in KINDS}
            # Whether an insult discloses something, nobody has said.
            if about_secrets or _PUBLISHABLE.match(phenomenon):
                given |= {kind: (int(kind in labels), 1.0) for kind in SECRECY}
            if phenomenon == _NO_SECRET:  # whether the number is private, nobody has said
                given["secret"] = (0, 1.0)
            for told, answer in _UNASKED.items():
                if phenomenon.startswith(told):
                    del given[answer]
            given |= sorts_of(family, phenomenon, labels)
            context, _, text = (_write(part.strip(), filler) for part in frame.rpartition(_CONTEXT))
            text, marks = _without_marks(text)
            # A twin about a crumble names no group, whatever its partner names.
            own_slots = set(_SLOT.findall(frame.rpartition(_CONTEXT)[2]))
            named = group if _GROUP_SLOTS & own_slots else None
            if named is not None:
                given |= {target: (int(target in named["characteristic"]), 1.0) for target in TARGETS}
            yield Row(
                text,
                given,
                source,
                split,
                context=_without_marks(context)[0],
                family=family,
                phenomenon=phenomenon,
                group=named["id"] if named else "",
                marks={
                    label: spans
                    for label, spans in marks.items()
                    if (label == PERSON and about_secrets and _PERSONS & own_slots)
                    or (label == SECRET_VALUE and about_codes)
                },
            )


def _filler(
    slots: set[str],
    group: dict[str, Any] | None,
    groups: list[dict[str, Any]],
    words: Mapping[str, list[str]],
    rng: random.Random,
) -> dict[str, str]:
    filler = {slot: rng.choice(words[slot]) for slot in sorted(slots - _GROUP_SLOTS)}
    for slot in _PERSONS & filler.keys():
        title, _, name = filler[slot].rpartition(" ") if slot == "titled" else ("", "", filler[slot])
        filler[slot] = f"{title} \x02{name}\x03".lstrip()
    if group is not None:
        at = rng.randrange(len(group["plural"])) if rng.random() < 0.6 else 0
        sing = group["singular"][min(at, len(group["singular"]) - 1)]
        filler |= {
            "groups": group["plural"][at],
            "sing": sing,
            "one": f"a{_article(sing)} {sing}",
            "adj": rng.choice(group["adjective"]),
            "groups2": rng.choice([g for g in groups if g["id"] != group["id"]])["plural"][0],
        }
        if group["slurs_plural"]:
            slur = rng.randrange(len(group["slurs_plural"]))
            filler["slurs"] = group["slurs_plural"][slur]
            filler["slur"] = group["slurs_singular"][min(slur, len(group["slurs_singular"]) - 1)]
    return filler


def _write(frame: str, filler: Mapping[str, str]) -> str:
    text = _ARTICLE.sub(lambda m: f"{m.group(1)}{_article(filler[m.group(2)])} {filler[m.group(2)]}", frame)
    text = _SLOT.sub(lambda m: filler[m.group(1)], text)
    if frame[:1].isupper() or frame.startswith("{"):
        return _START.sub(lambda m: m.group(1) + m.group(2).upper(), text)
    return text


def _without_marks(text: str) -> tuple[str, dict[str, Spans]]:
    """Return the sentence, and where persons are named and secrets given away in it."""
    written, at = "", 0
    marks: dict[str, Spans] = {PERSON: (), SECRET_VALUE: ()}
    for match in _MARKED.finditer(text):
        written += text[at : match.start()]
        label, value = (PERSON, match[1]) if match[1] is not None else (SECRET_VALUE, match[2])
        marks[label] += ((len(written), len(written) + len(value)),)
        written += value
        at = match.end()
    return written + text[at:], marks


def _article(noun: str) -> str:
    return "n" if _VOWEL.match(noun) else ""
