"""The model's copy of a text, its windows, and what is not English."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postcheck.document import Reader
from postcheck.errors import DataError
from postcheck.language.foreign import foreign_sentences
from postcheck.language.model import shipped_model
from postcheck.language.reading import read
from postcheck.language.windows import ANSWERED, LONGEST, OVERLAP, judge
from postcheck.model import Draft

READER = Reader()


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("I'd love to 🔪 him", "kitchen knife"),
        ("send the 🐒 back", "monkey"),
        ("❤️ Haringey", "red heart"),
        ("#StopTheHate now", "stop the hate"),
        ("see https://example.org/a?b=c", "see link"),
        ("ask @haringeycouncil", "ask user"),
        ("Рaki shop", "paki shop"),
        ("k\u200bi\u200bll", "kill"),
    ],
)
def test_what_the_model_reads(text: str, reads: str) -> None:
    assert reads in " ".join(read(text).text.split())


def test_a_reading_leads_back_to_the_emoji() -> None:
    reading = read("go 🔪 now")
    at = reading.text.index("kitchen")
    assert reading.origin(at, at + len("kitchen knife")) == (3, 4)


@given(st.text(max_size=300))
def test_every_word_piece_comes_from_the_text(text: str) -> None:
    reading = read(text)
    for start, end in shipped_model().tokens(reading.text).offsets:
        if start < end:
            first, last = reading.origin(start, end)
            assert 0 <= first <= last <= len(text)


def windows(text: str, before: str = "") -> list[tuple[int, int]]:
    with READER.open(Draft(text=text, in_reply_to=before or None)) as document:
        return [(w.start, w.end) for w in document.parts[0].windows]


def test_a_short_post_is_one_window() -> None:
    text = "The library opens at nine. Bring a friend!"
    assert windows(text) == [(0, len(text))]


def test_a_long_post_is_covered_without_gaps() -> None:
    text = " ".join(f"Sentence number {i} tells residents about the bins in street {i}." for i in range(40))
    found = windows(text)
    assert len(found) > 5
    assert found[0][0] == 0
    assert found[-1][1] == len(text)
    assert all(later[0] - earlier[1] <= 1 for earlier, later in itertools.pairwise(found))


def test_a_sentence_without_end_is_cut_with_overlap() -> None:
    text = "and the bus was late again " * 60
    found = windows(text)
    assert all(later[0] < earlier[1] for earlier, later in itertools.pairwise(found))
    assert ANSWERED + LONGEST + 3 < 128 > OVERLAP  # the positions that the model has


def test_a_text_of_signs_is_refused_and_not_passed() -> None:
    text = "".join(chr(0x4E00 + i % 500) for i in range(4_000))
    with pytest.raises(DataError, match="more signs than words"):
        judge(shipped_model(), text, [(0, len(text))])
    with READER.open(Draft(text=text)) as document:
        assert document.parts[0].windows == ()
        assert document.parts[0].foreign == ((0, len(text)),)


def test_nothing_to_read_gives_no_window() -> None:
    assert judge(shipped_model(), " \n ", [(0, 3)]) == ()


FOREIGN = [
    "Bütün göçmenler ülkemizden defolup gitsin.",
    "Hemû penaber divê ji welatê me herin.",
    "Wszyscy imigranci powinni wracać do domu.",
    "Los inmigrantes son una plaga y hay que echarlos.",
    "Tous les étrangers dehors, c'est une honte.",
    "Toți imigranții să plece acasă.",
    "Dhammaan muhaajiriinta waa in la tarxiilaa.",
    "Të gjithë emigrantët duhet të largohen.",
    "সব অভিবাসীকে বের করে দাও",
    "جميع المهاجرين يجب أن يرحلوا",
    "Все мигранты должны уехать.",
    "所有移民都应该离开。",
]
ENGLISH = [
    "Closed today.",
    "Haringey Leisure Centre swimming timetable Tottenham Green",
    "Eid Mubarak to all our residents!",
    "¡Viva Tottenham! Café Olé opens on Saturday with churros for everyone.",
    "Wood Green. Crouch End. Muswell Hill. Hornsey.",
    "f u c k  o f f",
    "4ll p4k15 0ut",
    "аll Jеws аrе rаts",
    "lol",
    "Pls RT #Haringey #LoveTottenham",
    "ur such a muppet m8",
    "",
]


@pytest.mark.parametrize("text", FOREIGN)
def test_other_languages_are_named(text: str) -> None:
    assert foreign_sentences(text, [(0, len(text))]) == ((0, len(text)),)


@pytest.mark.parametrize("text", ENGLISH)
def test_english_is_not(text: str) -> None:
    assert foreign_sentences(text, [(0, len(text))]) == ()


def test_only_the_foreign_sentences_are_named() -> None:
    first, second = "The library is closed on Monday.", "Kütüphane pazartesi günü kapalıdır."
    ranges = [(0, len(first)), (len(first) + 1, len(first) + 1 + len(second))]
    assert foreign_sentences(f"{first} {second}", ranges) == (ranges[1],)
