"""Lexicons: one TOML file a rule, with its terms, patterns and its own examples.

A file says what to find (``[[terms]]`` words and phrases; ``[[patterns]]`` in RE2 syntax), what not to
find (``exceptions``, ``unless``), how bad it is, where the words come from, and proves itself with texts
that must flag and near misses that must pass. ``<<name>>`` in a pattern stands for a word list of
``vocabulary.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from postcheck.errors import DataError, did_you_mean
from postcheck.model import Rule, Severity
from postcheck.resources import data_dir, find_line, lexicon_files, read_toml
from postcheck.toml_lines import TomlLines, data_errors, read_rows

_MACRO = re.compile(r"<<([a-z_]+)>>")


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Override(_Strict):
    """What a group of terms or one pattern says differently from its lexicon."""

    severity: Severity | None = None
    confidence: float | None = Field(default=None, ge=0, le=1)
    message: str | None = None
    suggestion: str | None = None


class Terms(Override):
    """Words and phrases found as whole words, in any disguise."""

    words: tuple[str, ...] = ()
    wordlist: Literal["better-profanity"] | None = None
    containing: tuple[str, ...] = ()
    inflect: bool = False
    mask: bool = False

    @model_validator(mode="after")
    def _something(self) -> Terms:
        if not self.words and self.wordlist is None:
            raise ValueError("terms need words or a wordlist")
        if self.wordlist is not None and not self.containing:
            raise ValueError("a wordlist needs containing: the stems of the words to take from it")
        return self


class Pattern(Override):
    """A linear-time (RE2) pattern over the folded text, or over the text as written."""

    pattern: str
    unless: str | None = None
    on: Literal["folded", "original"] = "folded"


class Examples(_Strict):
    """Texts that must flag, and near misses that must not."""

    flag: tuple[str, ...] = Field(min_length=1)
    passes: tuple[str, ...] = Field(min_length=1, alias="pass")


class Lexicon(_Strict):
    """One rule, as read from its file."""

    rule: str
    severity: Severity
    confidence: float = Field(default=0.9, ge=0, le=1)
    message: str
    why: str
    suggestion: str | None = None
    status: Literal["stable", "preview"] = "stable"
    source: str
    licence: str
    reviewed: date
    parts: tuple[str, ...] = ()
    quotable: bool = False
    terms: tuple[Terms, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    exceptions: tuple[str, ...] = ()
    examples: Examples

    @property
    def as_rule(self) -> Rule:
        """The rule that this file defines."""
        return Rule(
            id=self.rule,
            severity=self.severity,
            message=self.message,
            suggestion=self.suggestion,
            status=self.status,
        )


def load_lexicon(path: Path) -> Lexicon:
    """Read and check one lexicon file.

    Raises:
        DataError: names the file, the key and the line of what is wrong.
    """
    try:
        lexicon = Lexicon.model_validate(read_rows(path))
    except ValidationError as error:
        found = data_errors(error, path, Lexicon)
        # A misspelt key is also a missing one: the misspelling says more.
        raise next((e for e in found if e.message.startswith("unknown key")), found[0]) from None
    if lexicon.rule != f"{path.parent.name}.{path.stem}":
        raise DataError(
            f"the rule of this file must be {path.parent.name}.{path.stem}",
            file=path,
            key="rule",
            line=TomlLines.of(path).line_of(("rule",)),
        )
    if not lexicon.terms and not lexicon.patterns:
        raise DataError("a lexicon needs [[terms]] or [[patterns]]", file=path)
    words = load_vocabulary()
    return lexicon.model_copy(
        update={
            "patterns": tuple(
                pattern.model_copy(
                    update={
                        "pattern": _expand(pattern.pattern, words, path),
                        "unless": pattern.unless and _expand(pattern.unless, words, path),
                    }
                )
                for pattern in lexicon.patterns
            )
        }
    )


def load_lexicons(paths: Iterable[Path] | None = None) -> tuple[Lexicon, ...]:
    """Read lexicon files, by default all that ship with postcheck."""
    return tuple(load_lexicon(path) for path in (lexicon_files() if paths is None else paths))


@cache
def load_vocabulary() -> Mapping[str, str]:
    """Read the word lists that patterns name, as non-capturing alternatives in RE2 syntax."""
    path = data_dir() / "lexicons" / "vocabulary.toml"
    lists: dict[str, str] = {}
    for name, entry in read_toml(path)["vocabulary"].items():
        words = entry if isinstance(entry, list) else entry["words"]
        joined = "|".join(_expand(word, lists, path) for word in sorted(words, key=len, reverse=True))
        lists[name] = f"(?:{joined})"
    return lists


def words_of(terms: Terms) -> list[str]:
    """Return all words of a group: written out, from a named list, inflected, and masked."""
    words = list(terms.words)
    if terms.wordlist == "better-profanity":
        # Much of that list is ordinary English ("god", "organ", "virgin"): only swear words are taken.
        words += [w for w in _better_profanity() if any(stem in w for stem in terms.containing)]
    if terms.inflect:
        words += [form for word in words for form in _inflections(word)]
    if terms.mask:
        words += [masked for word in words for masked in _masked(word)]
    return list(dict.fromkeys(words))


def _inflections(word: str) -> list[str]:
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return [word + "es"]
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return [word[:-1] + "ies"]
    return [word + "s"]


def _masked(word: str) -> list[str]:
    """Return the ways in which print hides letters: ``f**k``, ``f***``, and one star for any one letter."""
    if len(word) < 4 or not word.isalpha():
        return []
    stars = "*" * (len(word) - 2)
    one_star = [f"{word[:i]}*{word[i + 1 :]}" for i in range(1, len(word) - 1)]
    return [f"{word[0]}{stars}{word[-1]}", f"{word[0]}{stars}*", *one_star]


def _better_profanity() -> list[str]:
    # Its words only: its matcher is slow and easy to evade. The file is data inside the package.
    import better_profanity

    path = Path(better_profanity.__file__).with_name("profanity_wordlist.txt")
    return [line.strip().lower() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _expand(pattern: str, lists: Mapping[str, str], path: Path) -> str:
    def replace(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in lists:
            raise DataError(
                f"no word list called {name!r} in vocabulary.toml{did_you_mean(name, lists)}",
                file=path,
                line=find_line(path, f"<<{name}>>"),
            )
        return lists[name]

    return _MACRO.sub(replace, pattern)
