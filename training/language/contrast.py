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
from pathlib import Path
from typing import Any

from corpora import Row, in_dev
from labels import KINDS, TARGETS, sorts_of

HERE = Path(__file__).parent / "contrast"
_SLOT = re.compile(r"\{(\w+)\}")
_NAMES = frozenset({"groups", "one", "sing", "adj", "groups2"})
_SLURS = frozenset({"slurs", "slur"})
_GROUP_SLOTS = _NAMES | _SLURS
_VOWEL = re.compile(r"(?i)^(?:[aeio]|u(?!ni|k|s[ae])|lgbt|hiv|nhs)")
_ARTICLE = re.compile(r"\b([Aa])n? \{(\w+)\}")
_START = re.compile(r"(^|[.!?]\s+)([a-z])")
_CONTEXT = "|||"


def training_rows(seed: int, fillings: int = 6) -> list[Row]:
    """Return the contrast sentences to learn from; one family in twelve is kept to calibrate on (``dev``)."""
    rows = _rows(sorted(HERE.glob("*.toml")), "train", seed, fillings)
    return [replace(row, split="dev") if in_dev(row.family, 1 / 12) else row for row in rows]


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
    words = _load(HERE / "words.toml")
    rows = []
    for group in groups:
        for number, (frame, family) in enumerate(frames):
            # The same words for every group: only the group differs.
            rng = random.Random(f"{seed} {number}")
            filler = _filler(set(_SLOT.findall(frame)), group, groups, words, rng)
            text = _write(frame.rpartition(_CONTEXT)[2].strip(), filler)
            given = dict.fromkeys(KINDS, (0, 1.0))
            rows.append(Row(text, given, folder, "dev", phenomenon=family["phenomenon"], group=group["id"]))
    return rows


def _rows(files: list[Path], split: str, seed: int, fillings: int) -> Iterator[Row]:
    groups = _load(HERE / "groups.toml")["group"]
    words = _load(HERE / "words.toml")
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
    times = fillings if about_group else (2 if slots else 1)
    fitting = [g for g in groups if not slots & {"slur", "slurs"} or g["slurs_plural"]]
    for _ in range(times):
        group = rng.choices(fitting, [g.get("weight", 1) for g in fitting])[0] if about_group else None
        filler = _filler(slots, group, groups, words, rng)
        for frame, phenomenon, labels in frames:
            given = {kind: (int(kind in labels), 1.0) for kind in KINDS}
            given |= sorts_of(family, phenomenon, labels)
            context, _, text = frame.rpartition(_CONTEXT)
            # A twin about a crumble names no group, whatever its partner names.
            named = group if _GROUP_SLOTS.intersection(_SLOT.findall(text)) else None
            if named is not None:
                given |= {target: (int(target in named["characteristic"]), 1.0) for target in TARGETS}
            yield Row(
                _write(text.strip(), filler),
                given,
                "contrast" if about_group else "contrast_plain",
                split,
                context=_write(context.strip(), filler),
                family=family,
                phenomenon=phenomenon,
                group=named["id"] if named else "",
            )


def _filler(
    slots: set[str],
    group: dict[str, Any] | None,
    groups: list[dict[str, Any]],
    words: Mapping[str, list[str]],
    rng: random.Random,
) -> dict[str, str]:
    filler = {slot: rng.choice(words[slot]) for slot in sorted(slots - _GROUP_SLOTS)}
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


def _article(noun: str) -> str:
    return "n" if _VOWEL.match(noun) else ""
