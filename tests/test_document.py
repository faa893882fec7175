"""A draft read once: its parts, tokens that give the text back, sentences, and time on hostile text."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postcheck.document import Reader
from postcheck.errors import ConfigError
from postcheck.images import Unreadable
from postcheck.model import Account, Attachment, Draft

READER = Reader()


def test_every_text_that_would_be_shown_is_a_part() -> None:
    draft = Draft(
        text="main",
        quoted_text="quoted",
        in_reply_to="what was asked is not ours to publish",
        account=Account(handle="@a", display_name="name", bio="bio"),
        attachments=(Attachment(source=b"1"), Attachment(source=b"2", alt_text="alt")),
    )
    with READER.open(draft) as document:
        assert {p.name: p.original for p in document.parts} == {
            "text": "main",
            "quoted_text": "quoted",
            "display_name": "name",
            "bio": "bio",
            "handle": "@a",
            "alt_text:1": "alt",
        }
        assert document.part("bio") is document.part("bio")
        assert document.part("alt_text:0") is None
        assert [type(i) for i in document.images] == [Unreadable, Unreadable]
        assert document.images is document.images


def test_sentences_and_quotes() -> None:
    text = 'It was wet. He said "never again" and left. Fine!'
    with READER.open(Draft(text=text)) as document:
        part = document.part("text")
        assert part is not None
        assert [text[a:b] for a, b in part.sentences] == [
            "It was wet.",
            'He said "never again" and left.',
            "Fine!",
        ]
        assert [text[a:b] for a, b in part.quotes] == ['"never again"']
        start, end = part.sentence_at(text.index("never"))
        assert text[start:end].startswith("He said")
        assert part.sentence_at(10_000) == (0, len(text))


@given(
    st.lists(
        st.one_of(st.sampled_from(['"' * 14, "." * 30, "a" * 200, "(", " ", "  ", "\n", "word", "don't", "👍🏽" * 13]), st.text()),
        max_size=8,
    ).map("".join)
)  # fmt: skip
def test_tokens_give_the_text_back(text: str) -> None:
    with READER.open(Draft(text=text)) as document:
        for part in document.parts:
            assert part.doc.text == text
            assert all(text[t.idx : t.idx + len(t.text)] == t.text for t in part.doc)


@pytest.mark.parametrize(
    "hostile",
    ['"' * 50_000, "(" * 50_000, "https://a.uk/" + "x/" * 25_000, "." * 50_000, "a" * 50_000, "'s" * 25_000,
     " ".join("".join(random.Random(i).choice("'\"()[].!") for _ in range(11)) for i in range(4_000))],
    ids=["quotes", "brackets", "url", "dots", "letters", "suffixes", "runs"],
)  # fmt: skip
def test_no_text_makes_the_tokeniser_crawl(hostile: str) -> None:
    with READER.open(Draft(text="warm up")) as document:
        document.parts[0].doc  # noqa: B018  # loads spaCy
    started = time.process_time()
    with READER.open(Draft(text=hostile)) as document:
        assert len(document.parts[0].doc) > 0
        assert document.parts[0].sentences
    assert time.process_time() - started < 1.5


def test_a_missing_spacy_model_is_named() -> None:
    with (
        pytest.raises(ConfigError, match="no_such_model"),
        Reader("no_such_model").open(Draft(text="x")) as document,
    ):
        document.parts[0].doc  # noqa: B018
