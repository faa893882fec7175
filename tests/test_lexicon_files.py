"""Every lexicon file proves itself: its examples flag, its near misses pass."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from postcheck.detectors.lexicon_search import LexiconSearch
from postcheck.document import Reader
from postcheck.errors import DataError
from postcheck.lexicons import load_lexicon, load_lexicons
from postcheck.model import Draft, Finding

LEXICONS = load_lexicons()
FLAGS = [(lexicon.rule, text) for lexicon in LEXICONS for text in lexicon.examples.flag]
PASSES = [(lexicon.rule, text) for lexicon in LEXICONS for text in lexicon.examples.passes]


@cache
def search() -> LexiconSearch:
    return LexiconSearch("lexicon", LEXICONS)


READER = Reader()


def found(text: str) -> list[Finding]:
    with READER.open(Draft(text=text)) as document:
        return [finding for part in document.parts for finding in search().findings(part)]


@pytest.mark.parametrize(("rule", "text"), FLAGS)
def test_example_flags(rule: str, text: str) -> None:
    findings = [f for f in found(text) if f.rule == rule]
    assert findings, "the example of the file does not flag"
    for finding in findings:
        assert finding.span is not None
        assert finding.evidence == text[finding.span.start : finding.span.end] != ""


@pytest.mark.parametrize(("rule", "text"), PASSES)
def test_near_miss_passes(rule: str, text: str) -> None:
    assert [f.evidence for f in found(text) if f.rule == rule] == []


def test_every_lexicon_has_both_kinds_of_example() -> None:
    assert len(LEXICONS) >= 25
    assert all(lexicon.examples.flag and lexicon.examples.passes for lexicon in LEXICONS)


VALID = """
rule = "abuse.test"
severity = "low"
message = "m"
why = "w"
source = "s"
licence = "CC0-1.0"
reviewed = 2026-11-22
[[terms]]
words = ["oaf"]
[examples]
flag = ["what an oaf"]
pass = ["a loaf"]
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "abuse" / "test.toml"
    path.parent.mkdir()
    path.write_text(text)
    return path


def test_a_valid_file_loads(tmp_path: Path) -> None:
    assert load_lexicon(write(tmp_path, VALID)).rule == "abuse.test"


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (VALID.replace("severity", "severty"), ["severty", "did you mean 'severity'", "test.toml:3"]),
        (VALID.replace('"low"', '"terrible"'), ["severity", "test.toml:3"]),
        (VALID.replace("abuse.test", "abuse.other"), ["abuse.test"]),
        (VALID.replace('flag = ["what an oaf"]', "flag = []"), ["flag"]),
        (VALID.replace('pass = ["a loaf"]', ""), ["pass"]),
        (VALID.replace('[[terms]]\nwords = ["oaf"]', ""), ["terms"]),
        (VALID.replace('[[terms]]\nwords = ["oaf"]', "[[patterns]]\npattern = '<<nobody>>'"), ["nobody"]),
        (VALID.replace('words = ["oaf"]', 'wordlist = "better-profanity"'), ["containing"]),
        (VALID + "[", ["TOML"]),
    ],
    ids=[
        "unknown-key",
        "bad-severity",
        "wrong-place",
        "no-flag",
        "no-pass",
        "empty",
        "macro",
        "wordlist",
        "toml",
    ],
)
def test_a_broken_file_says_what_and_where(tmp_path: Path, broken: str, words: list[str]) -> None:
    with pytest.raises(DataError) as caught:
        load_lexicon(write(tmp_path, broken))
    for word in words:
        assert word in str(caught.value)


def test_a_pattern_re2_cannot_run_is_an_error(tmp_path: Path) -> None:
    text = VALID.replace('[[terms]]\nwords = ["oaf"]', "[[patterns]]\npattern = '(?=oaf)'")
    broken = LexiconSearch("lexicon", (load_lexicon(write(tmp_path, text)),))
    with Reader().open(Draft(text="oaf")) as document, pytest.raises(DataError, match=r"abuse\.test"):
        list(broken.findings(document.parts[0]))
