"""Names as the model sees them, token by token."""

from __future__ import annotations

import numpy
import pytest

from postcheck.detectors.language import position
from postcheck.document import Reader
from postcheck.language.marked import people_named
from postcheck.language.model import Judgement
from postcheck.language.windows import Window
from postcheck.model import Draft

READER = Reader()


def named(text: str) -> list[str]:
    with READER.open(Draft(text=text)) as document:
        part = document.parts[0]
        label = position("person")
        return [text[start:end] for start, end in people_named(part.windows, label, text)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Thanks to Oluwaseun Adeyemi for mending the gate.", ["Oluwaseun Adeyemi"]),
        ("Zeynep Yıldırım and Hodan Warsame run the lunch club.", ["Zeynep Yıldırım", "Hodan Warsame"]),
        ("Agnieszka Wójcik, our gardener, retires today.", ["Agnieszka Wójcik"]),
        ("The library in Wood Green opens at ten on Monday.", []),
        ("May half term is nearly here, will you come?", []),
    ],
)
def test_people_of_every_community_are_named_and_places_are_not(text: str, names: list[str]) -> None:
    assert named(text) == names


def window(text: str, pieces: list[tuple[int, int]], scores: list[float]) -> Window:
    weights = numpy.array([[score] for score in scores], dtype=numpy.float32)
    return Window(0, len(text), Judgement({"person": 0.0}, weights), tuple(pieces))


def test_the_pieces_of_a_word_vote_and_words_join() -> None:
    text = "Ask Ola de Souza now"
    pieces = [(0, 3), (4, 5), (5, 7), (8, 10), (11, 16), (17, 20)]
    assert people_named([window(text, pieces, [-3, 4, -1, -2, 3, -4])], 0, text) == [(4, 16)]


def test_a_word_in_small_letters_has_to_be_surer() -> None:
    text = "ask ola now"
    pieces = [(0, 3), (4, 7), (8, 11)]
    assert people_named([window(text, pieces, [-3, 1, -3])], 0, text) == []
    assert people_named([window(text, pieces, [-3, 3, -3])], 0, text) == [(4, 7)]


def test_windows_that_overlap_name_somebody_once() -> None:
    text = "Ask Ola now"
    one = window(text, [(0, 3), (4, 7), (8, 11)], [-3, 3, -3])
    assert people_named([one, one], 0, text) == [(4, 7)]
