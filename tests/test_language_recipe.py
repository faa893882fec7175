"""The recipe's own sentences: every frame can be filled, twins differ, and what is held out stays out."""

from __future__ import annotations

import random
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

RECIPE = Path(__file__).parents[1] / "training" / "language"
sys.path.insert(0, str(RECIPE))

import contrast  # noqa: E402  # the recipe is a folder of scripts
import noise  # noqa: E402
from labels import KINDS, SECRECY, TARGETS, sorts_of  # noqa: E402

FILES = sorted((RECIPE / "contrast").glob("**/*.toml"))
FAMILIES: list[tuple[str, dict[str, Any]]] = [
    (file.parent.name, family)
    for file in FILES
    for family in tomllib.loads(file.read_text(encoding="utf-8")).get("family", ())
]
TRAINED = [family for folder, family in FAMILIES if folder == "contrast"]
MEASURING = [family for folder, family in FAMILIES if folder in ("second", "blind", "development")]


def frames(family: dict[str, Any]) -> list[str]:
    return [*family.get("frames", ()), *(frame for pair in family.get("pairs", ()) for frame in pair)]


def test_there_is_variety() -> None:
    assert len(TRAINED) > 300
    assert len(MEASURING) > 60
    assert sum(len(frames(family)) for family in TRAINED) > 5_000
    groups = tomllib.loads((RECIPE / "contrast" / "groups.toml").read_text(encoding="utf-8"))["group"]
    assert len(groups) > 60


def test_families_have_names_of_their_own_and_known_labels() -> None:
    names = [family["id"] for _, family in FAMILIES]
    assert len(names) == len(set(names))
    for _, family in FAMILIES:
        given = set(family["labels"]) | set(family.get("twin_labels", ()))
        assert given <= set(KINDS + SECRECY), family["id"]
        assert all(len(pair) == 2 and pair[0] != pair[1] for pair in family.get("pairs", ())), family["id"]


def test_every_slot_is_filled() -> None:
    for rows in (contrast.training_rows(1, fillings=1), contrast.measuring_rows("development")):
        for row in rows:
            assert not re.search(r"[{}]", row.text), row.family


def test_no_measuring_frame_is_trained_on() -> None:
    trained = {frame.casefold() for family in TRAINED for frame in frames(family)}
    assert not [frame for family in MEASURING for frame in frames(family) if frame.casefold() in trained]


def test_the_same_seed_gives_the_same_sentences() -> None:
    assert contrast.training_rows(3, fillings=1) == contrast.training_rows(3, fillings=1)
    assert contrast.training_rows(3, fillings=1) != contrast.training_rows(4, fillings=1)


def test_a_pair_is_filled_with_the_same_words() -> None:
    family = next(f for f in TRAINED if f.get("pairs") and "{groups}" in "".join(map("".join, f["pairs"])))
    rows = [row for row in contrast.training_rows(5, fillings=2) if row.family == family["id"]]
    pairs = list(zip(rows[::2], rows[1::2], strict=True))
    assert all(one.group == other.group for one, other in pairs if one.group and other.group)
    assert any(one.group and other.group for one, other in pairs)


def test_a_twin_that_names_no_group_is_about_none() -> None:
    family = {
        "id": "made-up",
        "phenomenon": "insult",
        "labels": ["discrimination"],
        "pairs": [["I cannot stand {groups}.", "I cannot stand crumble."]],
    }
    groups = contrast._load(contrast.HERE / "groups.toml")["group"]
    (frames,) = contrast._together(family)
    bad, twin = contrast._fill(frames, "made-up", groups, {}, random.Random(1), "train", 1)
    assert bad.group
    assert set(TARGETS) <= bad.labels.keys()
    assert not twin.group
    assert not set(TARGETS) & twin.labels.keys()


def test_fairness_rows_differ_in_the_group_alone() -> None:
    rows = contrast.fairness_rows("second")
    groups = {row.group for row in rows}
    assert len(groups) > 60
    assert len(rows) == len(groups) * len({row.text for row in rows if row.group == "women"})
    assert not [row for row in rows if any(value for value, _ in row.labels.values())]


def test_a_family_says_of_which_sort_it_is_and_only_of_its_own_kind() -> None:
    assert sorts_of("r5-abuse-home-address", "doxxing", ["abuse"])["doxxing"] == (1, 1.0)
    assert sorts_of("more-inc-howto-detail", "how-to", ["incitement"])["how_to"] == (1, 1.0)
    assert sorts_of("r3-mock-looks", "mockery", ["abuse"])["sexual"] == (0, 1.0)
    assert sorts_of("r3-unrest-praise", "praise", ["abuse"]) == {}
    assert sorts_of("emoji", "emoji", ["discrimination"]) == {}


@pytest.mark.parametrize("text", ["", "a b c", "they should all go home today", "ok 👍"])
def test_noise_changes_words_and_is_repeatable(text: str) -> None:
    noisy = noise.disturb(text, random.Random(2))
    assert noisy == noise.disturb(text, random.Random(2))
    if len(text) > 10:
        assert noisy != text
