"""Normal forms: what is folded away, and the way home."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postcheck.document import LINK_MARK, Part, Reader
from postcheck.model import Draft
from postcheck.normalise import Mapped, normalise
from postcheck.normalise.markup import find_hashtags, find_links, find_mentions, split_hashtags
from postcheck.normalise.spelling import undisguised
from postcheck.normalise.text import fold_char

# Text made to break normal forms: markup, entities, look-alikes, invisibles, emoji, combining marks.
_NASTY = st.lists(
    st.one_of(
        st.sampled_from(
            ["&amp;", "&lt;", "&#38;", "&am", "p;", "<b>", "</b", ">", "**", "*", "_", "~~", "`", "[x](y)", "![", "](",
             "\u200b", "\u202e", "\u0301", "İ", "ß", "ﬁ", "Ａ", "а", "Ѕ", "𝐤", "Ⓚ", "🅵", "👍🏽", "#", "#VoteNow", "@a",
             "\x00", "\u3164", " ", "\n", "1", "l", "s h i t", "…", "ǆ", "ΐ", "ﬃ", "\ufe0f", "https://a.uk/x?&lt;"]
        ),
        st.text(max_size=4),
    ),
    max_size=12,
).map("".join)  # fmt: skip


def assert_sound(form: Mapped, original: str) -> None:
    assert len(form.text) == len(form.starts) == len(form.ends)
    last_start = last_end = 0
    for start, end in zip(form.starts, form.ends, strict=True):
        assert 0 <= start <= end <= len(original)
        assert start >= last_start
        assert end >= last_end
        last_start, last_end = start, end


@settings(max_examples=400, deadline=None)
@given(_NASTY)
def test_map_is_monotonic_and_in_range(text: str) -> None:
    form = normalise(text)
    assert_sound(form, text)
    for reading in undisguised(form):
        assert_sound(reading, text)
    assert_sound(split_hashtags(Mapped.identity(text)), text)


@settings(max_examples=400, deadline=None)
@given(_NASTY)
def test_normalising_twice_is_once(text: str) -> None:
    once = normalise(text).text
    assert normalise(once).text == once


@settings(max_examples=300, deadline=None)
@given(_NASTY, _NASTY)
def test_evidence_is_what_was_matched(before: str, after: str) -> None:
    text = f"{before} zqxjk {after}"
    form = normalise(text)
    at = form.text.find("zqxjk")
    assert at >= 0
    start, end = form.origin(at, at + 5)
    assert normalise(text[start:end]).text == "zqxjk"


@settings(max_examples=200, deadline=None)
@given(_NASTY)
def test_every_part_form_keeps_its_way_home(text: str) -> None:
    draft = Draft(text=text)
    with Reader().open(draft) as document:
        for part in document.parts:
            for form in part.forms:
                assert_sound(form, part.original)
            covered = [part.original[s:e] for s, e in part.sentences]
            assert all(piece in part.original for piece in covered)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("KILL", "kill"),
        ("Straße İ ﬁn", "strasse i fin"),
        ("ｋｉｌｌ", "kill"),
        ("𝐤𝓲𝕝𝗹", "kill"),
        ("Ⓚⓘⓛⓛ", "kill"),
        ("🅺🅸🅻🅻", "kill"),
        ("кіll", "kill"),
        ("ΚΙLL", "kill"),
        ("k\u200bi\u200dl\u2060l", "kill"),
        ("\u202ekill\u202c", "kill"),
        ("k\u00adill", "kill"),
        ("kíĺĺ", "kill"),
        ("ki\u0301ll", "kill"),
        ("k\x00ill", "kill"),
        ("k\u3164ill", "kill"),
        ("“don’t”", '"don\'t"'),
        ("a – b", "a - b"),
        ("&#107;ill", "kill"),
        ("&amp;lt;", "<"),
        ("<b>kill</b>", "kill"),
        ("**kill** _all_ ~~of~~ `them`", "kill all of them"),
        ("[kill](https://a.uk)", "kill"),
        ("f**k you c**t", "f**k you c**t"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("snake_case_name", "snake_case_name"),
        ("I ❤️ N17 👍🏽", "i ❤ n17 👍🏽"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert normalise(text).text == folded


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("k1ll", "kill"),
        ("sh!t", "shit"),
        ("a$$hole", "asshole"),
        ("k i l l", "kill"),
        ("k.i.l.l", "kill"),
        ("k-i-l-l", "kill"),
        ("killlll", "kill"),
        ("niiice", "nice"),
        ("k 1 l l", "kill"),
        ("b00bs", "boobs"),
    ],
)
def test_disguises_are_undone(text: str, reading: str) -> None:
    assert reading in [form.text for form in undisguised(normalise(text))]


@pytest.mark.parametrize(
    "text", ["the A55 is closed", "open 7-9", "1 2 3 4 5", "x", "bins on 24 May", "7741"]
)
def test_plain_text_has_no_other_reading(text: str) -> None:
    assert undisguised(normalise(text)) == ()


@pytest.mark.parametrize("text", ["see you at 4pm", "shoot!", "really?!", "mail a@b.uk"])
def test_what_punctuation_and_times_become_is_harmless(text: str) -> None:
    words = {w.strip("?!.") for form in undisguised(normalise(text)) for w in form.text.split()}
    assert not words & {"shit", "ass", "kill"}


@pytest.mark.parametrize(
    ("text", "domains"),
    [
        ("See https://www.example.gov.uk/bins.", ["example.gov.uk"]),
        ("(http://user:pw@evil.example:8080/x)", ["evil.example"]),
        ("go to haringey.gov.uk/news now", ["haringey.gov.uk"]),
        ("WWW.EXAMPLE.ORG", ["example.org"]),
        ("e.g. this, i.e. that. Next.", []),
        ("mash@example.gov.uk", []),
        ("at 9.30 and 10.15", []),
    ],
)
def test_links(text: str, domains: list[str]) -> None:
    links = find_links(text)
    assert [link.domain for link in links] == domains
    assert all(text[link.start : link.end] == link.url for link in links)


def test_mentions_and_hashtags() -> None:
    text = "@haringeycouncil. mail a@b.uk #VoteLabour &#39; ＃ｗｉｄｅ"
    assert [m[2] for m in find_mentions(text)] == ["haringeycouncil"]
    assert [h[2] for h in find_hashtags(text)] == ["VoteLabour", "ｗｉｄｅ"]


@pytest.mark.parametrize(
    ("tag", "words"),
    [("#VoteLabour", "Vote Labour"), ("#GTTONow", "GTTO Now"), ("#stop_the_boats", "stop the boats"), ("#LE2026", "LE 2026")],
)  # fmt: skip
def test_hashtags_are_split_into_words(tag: str, words: str) -> None:
    assert split_hashtags(Mapped.identity(tag)).text.strip() == words


def test_links_are_blanked_in_matching_forms() -> None:
    with Reader().open(Draft(text="see https://a.uk/kill-them now")) as document:
        part = document.part("text")
        assert isinstance(part, Part)
        assert part.folded.text == f"see {LINK_MARK} now"


def test_accents_stay_with_their_letter() -> None:
    form = normalise("cafe\u0301!")
    assert form.origin(0, 4) == (0, 5)


def test_folding_a_character_is_stable() -> None:
    for code in [
        *range(0x20, 0x3000),
        *range(0x1D400, 0x1D800),
        *range(0xFF00, 0xFFF0),
        *range(0x1F100, 0x1F200),
    ]:
        out = fold_char(chr(code))
        assert "".join(fold_char(c) for c in out) == out, hex(code)


def test_edits_refuse_nonsense() -> None:
    form = Mapped.identity("abc")
    with pytest.raises(IndexError):
        form.origin(2, 2)
    with pytest.raises(IndexError):
        form.origin(0, 9)
    with pytest.raises(ValueError, match="another length"):
        form.replace_text("ab")
