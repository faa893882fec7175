"""Disguised and mistyped words: what is read in their place, and what is left alone."""

from __future__ import annotations

import pytest

from postcheck.language.model import shipped_model
from postcheck.language.spelling import Spelling
from postcheck.normalise.mapped import Mapped

WORDS = ["the", "and", "people", "women", "immigrants", "autistic", "hello", "out", "all", "are", "a", "i"]


def mend(text: str) -> str:
    return Spelling(WORDS).mend(Mapped.identity(text)).text


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("i m m i g r a n t s out", "immigrants out"),
        ("p-e-o-p-l-e", "people"),
        ("1mm1gr4nts", "immigrants"),
        ("w0m3n!", "women!"),
        ("allwomen", "all women"),
        ("allautisticpeople", "all autistic people"),
        ("immgirants", "immigrants"),  # swapped
        ("imigrants", "immigrants"),  # dropped
        ("immmigrants", "immigrants"),  # doubled
        ("immigrsnts", "immigrants"),  # the key beside it
        ("autstc", "autstc"),  # two slips are one too many
        ("h3ll0", "hello"),
        ("4utistc", "autistic"),
    ],
)
def test_a_disguised_or_mistyped_word_is_read_as_the_known_one(written: str, meant: str) -> None:
    assert mend(written) == meant


@pytest.mark.parametrize(
    "text",
    [
        "autistic people",
        "the a55 and n15 4th at 7pm",
        "peoples",
        "zxqvbnm",
        "it's",
        "2026 100 5",
        "naïve",
        "",
        "read-only",
    ],
)
def test_what_is_known_or_like_nothing_known_is_left_alone(text: str) -> None:
    assert mend(text) == text


def test_a_mended_word_leads_back_to_the_whole_of_what_was_written() -> None:
    text = "all i m m i g r a n t s out"
    mended = Spelling(WORDS).mend(Mapped.identity(text))
    at = mended.text.index("immigrants")
    start, end = mended.origin(at, at + len("immigrants"))
    assert text[start:end] == "i m m i g r a n t s"


def test_mending_a_mended_text_changes_nothing() -> None:
    once = mend("1mm1gr4nts immgirants allwomen")
    assert mend(once) == once


def test_of_two_known_words_the_more_frequent_is_meant() -> None:
    assert Spelling(["there", "three"]).mend(Mapped.identity("thre")).text == "there"
    assert Spelling(["three", "there"]).mend(Mapped.identity("thre")).text == "three"


@pytest.mark.parametrize(
    "word",
    ["tottenham", "haringey", "autistic", "hijab", "paki", "chav", "windrush", "colour", "bloke", "helpline"],
)
def test_the_words_that_ship_know_britain_and_what_it_calls_people(word: str) -> None:
    assert shipped_model().read(word).text == word


def test_a_text_of_strange_words_is_mended_only_so_far() -> None:
    text = " ".join(["wmoen"] * 1000)
    mended = mend(text)
    assert mended.count("women") == 300
    assert mended.count("wmoen") == 700
