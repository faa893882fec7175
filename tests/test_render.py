from __future__ import annotations

import json
import os
import re
import unicodedata
from pathlib import Path

import pytest

from postcheck.errors import ConfigError
from postcheck.masking import MASK, shown_evidence
from postcheck.model import (
    Account,
    Attachment,
    Clause,
    Decision,
    Draft,
    Finding,
    PolicyRef,
    Region,
    Severity,
    Span,
    Verdict,
)
from postcheck.render import RENDERERS, cells, part_text, renderer, visible
from postcheck.render.html import DECISION_COLOURS, SEVERITY_COLOURS, to_html
from postcheck.render.json import to_json
from postcheck.render.text import to_rich, to_text

SNAPSHOTS = Path(__file__).parent / "snapshots"
REWRITE = "POSTCHECK_REWRITE_SNAPSHOTS"
RESPECT = Clause(id="5.1", title="Respect", citation="section 5.1", summary="Do not abuse people.")
PRIVACY = Clause(id="5.4", title="Privacy", citation="section 5.4", summary="Keep personal data out.")


def a_finding(text: str, words: str, rule: str, **more: object) -> Finding:
    """A finding on the first place of ``words`` in ``text``."""
    start = text.index(words)
    values: dict[str, object] = {
        "rule": rule,
        "severity": Severity.MEDIUM,
        "message": "Somebody may be hurt by this.",
        "span": Span(start=start, end=start + len(words)),
        "evidence": words,
        "detector": "test",
        "decision": Decision.REVIEW,
    }
    return Finding.model_validate(values | more)


def a_verdict(draft: Draft, *findings: Finding, **more: object) -> Verdict:
    values: dict[str, object] = {
        "decision": max((f.decision for f in findings), default=Decision.ALLOW),
        "findings": findings,
        "policy": PolicyRef(id="sample", version="1"),
        "organisation": "sampletown",
        "digest": "0123456789abcdef",
        "elapsed_ms": 1.5,
    }
    return Verdict.model_validate(values | more).with_draft(draft)


def a_plain_verdict() -> Verdict:
    text = "You utter fool, ring Kim on 020 7946 0958 today.\nKind regards"
    return a_verdict(
        Draft(text=text),
        a_finding(
            text,
            "fool",
            "abuse.insult",
            severity=Severity.HIGH,
            decision=Decision.BLOCK,
            confidence=0.93,
            clauses=(RESPECT,),
            suggestion="Say what happened instead.",
        ),
        a_finding(text, "020 7946 0958", "personal.phone", clauses=(PRIVACY,), message="A phone number."),
        a_finding(
            text,
            "Kind regards",
            "tone.hasty",
            severity=Severity.INFO,
            decision=Decision.ALLOW,
            excuse="own signature",
        ),
        next_steps=("Rewrite the post.", "Ask the communications team."),
        failures=("logos: took longer than 10 s",),
        unknown=("the account was not given; judged as a council channel",),
    )


def a_rich_verdict() -> Verdict:
    """Overlaps, two parts, a region, wide letters, controls and a long wrapped line."""
    text = (
        "\u202eevil\u202c 東京 idiot 東京 and "
        + "long words keep going on and on " * 4
        + "s\u200bhit\x1b[31m <b>&"
    )
    bio = "I hate everyone here"
    draft = Draft(
        text=text,
        account=Account(handle="@sample", platform="x", bio=bio),
        attachments=[Attachment(source=b"x", alt_text="A fool on a hill")],
    )
    return a_verdict(
        draft,
        a_finding(text, "東京 idiot", "abuse.insult", severity=Severity.LOW),
        a_finding(text, "idiot", "abuse.profanity", severity=Severity.HIGH),
        a_finding(text, "going on and on long words keep going", "claim.absolute"),
        a_finding(text, "s\u200bhit", "abuse.profanity"),
        a_finding(bio, "hate", "abuse.harassment", part="bio"),
        a_finding("A fool on a hill", "fool", "abuse.insult", part="alt_text:0"),
        Finding(
            rule="logo.organisation",
            severity=Severity.HIGH,
            message="The mark of Another Body is in the picture.",
            part="image:0",
            region=Region(attachment=0, x=10, y=20, width=30, height=40),
            evidence="Another Body",
        ),
        Finding(
            rule="image.unread-text", severity=Severity.LOW, message="Words nobody read.", part="image:0"
        ),
    )


VERDICTS = {
    "plain": a_plain_verdict,
    "rich": a_rich_verdict,
    "allow": lambda: a_verdict(Draft(text="The library opens at nine.")),
    "not-screened": lambda: a_verdict(Draft(text="x"), decision=Decision.NOT_SCREENED, next_steps=("Ask.",)),
    "from-json": lambda: Verdict.model_validate_json(a_plain_verdict().model_dump_json()),
}


@pytest.mark.parametrize("format_", list(RENDERERS))
@pytest.mark.parametrize("name", list(VERDICTS))
def test_snapshot(name: str, format_: str) -> None:
    shown = renderer(format_)(VERDICTS[name]())
    stored = SNAPSHOTS / f"{name}.{format_}"
    if os.environ.get(REWRITE):
        stored.write_text(shown, encoding="utf-8", newline="\n")
    assert shown == stored.read_text(encoding="utf-8"), f"set {REWRITE}=1 to store the new rendering"


@pytest.mark.parametrize("format_", list(RENDERERS))
@pytest.mark.parametrize("name", list(VERDICTS))
def test_nothing_steers_a_terminal_or_a_page(name: str, format_: str) -> None:
    shown = renderer(format_)(VERDICTS[name]())
    bad = [c for c in shown if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    assert bad == []


@pytest.mark.parametrize("format_", list(RENDERERS))
def test_private_data_is_masked_unless_asked_for(format_: str) -> None:
    show = renderer(format_)
    assert "020 7946 0958" not in show(a_plain_verdict())
    assert "7946" not in show(a_plain_verdict())
    assert MASK in show(a_plain_verdict())
    assert "020 7946 0958" in show(a_plain_verdict(), reveal=True)
    assert "fool" in show(a_plain_verdict())


@pytest.mark.parametrize("format_", list(RENDERERS))
def test_private_data_inside_other_evidence_is_masked(format_: str) -> None:
    text = "Ring 020 7946 0958 or 020 7946 0959 now"
    verdict = a_verdict(
        Draft(text=text),
        a_finding(text, text, "claim.absolute"),
        a_finding(text, "020 7946 0958", "personal.phone"),
        a_finding(text, "020 7946 0959", "personal.phone"),
    )
    assert "7946" not in renderer(format_)(verdict)
    assert "7946" in renderer(format_)(verdict, reveal=True)


def test_shown_evidence_cuts_along_the_span() -> None:
    text = "Ring 020 7946 0958 now"
    whole = a_finding(text, text, "claim.absolute")
    phone = a_finding(text, "020 7946 0958", "personal.phone")
    assert shown_evidence(whole, (whole, phone), reveal=False) == f"Ring {MASK} now"
    assert shown_evidence(phone, (whole, phone), reveal=False) == MASK
    assert shown_evidence(whole, (whole, phone), reveal=True) == text
    retold = whole.model_copy(update={"evidence": "another wording of 020 7946 0958"})
    assert shown_evidence(retold, (retold, phone), reveal=False) == MASK
    elsewhere = phone.model_copy(update={"part": "bio"})
    assert shown_evidence(whole, (whole, elsewhere), reveal=False) == text


def test_the_mask_does_not_tell_the_length() -> None:
    for number in ("1", "0123456789"):
        text = f"pin {number} end"
        shown = to_text(a_verdict(Draft(text=text), a_finding(text, number, "secret.password")))
        assert f"pin {MASK} end" in shown


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        pytest.param("a bad day", "bad", ["a bad day", "  ^^^", "  1"], id="plain"),
        pytest.param("東京 bad", "bad", ["東京 bad", "     ^^^", "     1"], id="wide letters"),
        pytest.param("e\u0301 bad", "bad", ["e\u0301 bad", "  ^^^", "  1"], id="combining mark"),
        pytest.param("東京", "京", ["東京", "  ^^", "  1"], id="wide hit"),
        pytest.param("\u200b bad", "bad", ["⟨U+200B⟩ bad", "         ^^^", "         1"], id="zero width"),
        pytest.param("x\tbad", "bad", ["x bad", "  ^^^", "  1"], id="tab"),
        pytest.param("x\r\nbad", "bad", ["x", "bad", "^^^", "1"], id="second line"),
    ],
)
def test_underline_stands_below_the_words(text: str, words: str, expected: list[str]) -> None:
    shown = to_text(a_verdict(Draft(text=text), a_finding(text, words, "abuse.insult")))
    assert [line[4:] for line in shown.splitlines() if line.startswith("  │ ")] == expected


def test_wrapped_hit_is_underlined_on_both_rows() -> None:
    text = "aaaa bbbb cccc dddd eeee ffff gggg hhhh"
    shown = to_text(
        a_verdict(Draft(text=text), a_finding(text, "cccc dddd eeee ffff", "abuse.insult")), width=28
    )
    rows = [line[4:] for line in shown.splitlines() if line.startswith("  │ ")]
    assert [row for row in rows if "^" in row] == ["          ^^^^^^^^^^", "^^^^^^^^^"]
    assert rows[2].strip() == "1"
    assert rows[5].strip() == "1…"
    assert all(len(row) <= 24 for row in rows)


def test_long_text_shows_only_rows_near_hits() -> None:
    text = "\n".join(f"line {i}" for i in range(1000)).replace("line 500", "line bad")
    shown = to_text(a_verdict(Draft(text=text), a_finding(text, "bad", "abuse.insult")))
    assert "line 499" in shown
    assert "line 501" in shown
    assert "line 503" not in shown
    assert shown.count("[…]") == 2


def test_spans_beyond_the_text_do_not_break() -> None:
    finding = a_finding("abc", "c", "abuse.insult").model_copy(update={"span": Span(start=2, end=50)})
    for name in RENDERERS:
        assert "abuse.insult" in renderer(name)(a_verdict(Draft(text="abc"), finding))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("a\nb\tc", "a b c"),
        ("\x1b[31mred", "⟨U+001B⟩[31mred"),
        ("\x9b31m", "⟨U+009B⟩31m"),
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("s\u200dh", "s⟨U+200D⟩h"),
        ("\u3164x", "⟨U+3164⟩x"),
        ("\x00", "⟨U+0000⟩"),
        ("👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥", "👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥"),
        ("\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", None),
        ("\U000e0067", "⟨U+E0067⟩"),
        ("naïve café Łódź", "naïve café Łódź"),
    ],
)
def test_visible(text: str, shown: str | None) -> None:
    assert visible(text) == (text if shown is None else shown)
    assert len(cells(text)) == len(text)


def test_html_escapes_everything() -> None:
    nasty = '<script>alert("1")</script>&\'"'
    draft = Draft(text=f"x {nasty} y", account=Account(bio=nasty))
    verdict = a_verdict(
        draft,
        a_finding(draft.text, nasty, "abuse.insult", message=nasty, suggestion=nasty, excuse=nasty),
        a_finding(nasty, nasty, "abuse.insult", part="bio"),
        a_finding(
            "abc",
            "abc",
            "abuse.insult",
            part="image:0",
            evidence=nasty,
            clauses=(Clause(id=nasty, title=nasty, citation=nasty, summary=nasty),),
        ),
        next_steps=(nasty,),
        failures=(nasty,),
        unknown=(nasty,),
        organisation=nasty,
        policy=PolicyRef(id=nasty, version=nasty),
    )
    shown = to_html(verdict)
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown
    tags = set(re.findall(r"</?([a-z]+)", shown))
    assert tags == {
        "div", "p", "strong", "em", "mark", "sup", "table", "thead", "tbody", "tr", "th", "td", "code",
        "span", "small", "br", "bdi", "ul", "li",
    }  # fmt: skip
    assert not re.search(r"\son\w+=|https?:|url\(", shown.replace(visible(nasty), ""))
    assert shown == verdict._repr_html_()


def test_html_marks_exactly_the_hits() -> None:
    text = "a bad and worse day"
    shown = to_html(
        a_verdict(
            Draft(text=text),
            a_finding(text, "bad and worse", "abuse.insult"),
            a_finding(text, "worse", "abuse.profanity"),
        )
    )
    marks = re.findall(r"<mark [^>]*>(.*?)</mark>", shown)
    assert marks == ["bad and <sup>1</sup>", "worse<sup>2</sup>"]
    assert 'dir="auto"' in shown


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("pair", [*DECISION_COLOURS.values(), *SEVERITY_COLOURS.values()])
def test_colours_have_contrast(pair: tuple[str, str]) -> None:
    dark, light = sorted(map(_luminance, pair))
    assert (light + 0.05) / (dark + 0.05) >= 7


def test_json_is_the_verdict() -> None:
    verdict = a_rich_verdict()
    assert json.loads(to_json(verdict)) == json.loads(verdict.model_dump_json())
    assert "\n" not in to_json(verdict, indent=None)
    assert Verdict.model_validate_json(to_json(verdict)) == Verdict.model_validate_json(
        verdict.model_dump_json()
    )


def test_colours_add_no_words() -> None:
    verdict = a_rich_verdict()
    coloured = to_rich(verdict)
    assert [line.rstrip() for line in coloured.plain.splitlines()] == to_text(verdict).splitlines()
    assert any("red" in str(span.style) for span in coloured.spans)


def test_part_text() -> None:
    draft = Draft(
        text="t", quoted_text="q", account=Account(handle="h"), attachments=[Attachment(source=b"x")]
    )
    parts = ("text", "quoted_text", "handle", "bio", "alt_text:0", "alt_text:9", "image:0", "other")
    assert [part_text(draft, part) for part in parts] == ["t", "q", "h", None, None, None, None, None]
    assert part_text(None, "text") is None
    assert part_text(Draft(text="t"), "bio") is None


def test_unknown_format() -> None:
    with pytest.raises(ConfigError, match=r"did you mean 'json'"):
        renderer("jsn")


def test_rendering_a_long_text_is_quick() -> None:
    import time

    text = "word " * 20_000
    finding = a_finding(text, "word", "abuse.insult")
    started = time.process_time()
    to_text(a_verdict(Draft(text=text), finding))
    to_html(a_verdict(Draft(text=text), finding))
    assert time.process_time() - started < 3
