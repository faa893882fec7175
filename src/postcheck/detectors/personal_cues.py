"""The word lists behind the personal-data detector, read once from ``data/personal``."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import re2

from postcheck.errors import DataError
from postcheck.resources import data_dir, read_toml

_CUES = (
    "home", "venue", "event", "public_register", "person", "business", "payee", "refund", "own",
    "private_channel", "negation", "health", "tie", "special", "criminal", "child", "looked_after",
    "office", "code_word", "own_fleet", "matter", "specimen_before", "specimen_after", "specimen_said",
    "history", "fiction", "public_contact", "not_ip", "not_card", "planning_party", "third_party",
)  # fmt: skip
_LISTS = (
    "postcode_areas",
    "street_types",
    "freemail",
    "role_mailboxes",
    "ordinals",
    "titles",
    "not_surnames",
    "before_numbers",
)


@dataclass(frozen=True, slots=True)
class Cues:
    """Compiled questions about a stretch of text, and plain word lists."""

    patterns: dict[str, Any]
    lists: dict[str, frozenset[str]]
    first_names: frozenset[str]
    solicited: dict[str, Any]

    def says(self, cue: str, text: str) -> bool:
        """Say whether any phrase of the list ``cue`` stands in ``text``."""
        return bool(text) and self.patterns[cue].search(text) is not None

    def spans(self, cue: str, text: str) -> list[tuple[int, int]]:
        """Return where phrases of the list ``cue`` stand in ``text``."""
        return [match.span(1) for match in self.patterns[cue].finditer(text)]


def phrases(fragments: list[str]) -> Any:
    """Compile RE2 fragments to one case-blind pattern between word boundaries; group 1 is the phrase.

    RE2 runs in linear time, so no draft can make a cue slow.
    """
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False  # RE2 would print the pattern to standard error
    return re2.compile(r"(?:^|[^\pL\pN_])(" + "|".join(fragments) + r")(?:[^\pL\pN_]|$)", options)


_PIECE = re.compile(r"\{([a-z_][a-z0-9_]*)\}")


def expand(pattern: str, pieces: Mapping[str, str], file: Path) -> str:
    """Put pieces in for ``{name}``; raises DataError when there is no such piece."""

    def piece(match: re.Match[str]) -> str:
        if match.group(1) not in pieces:
            raise DataError(f"there is no piece called {match.group(1)!r}", file=file)
        return pieces[match.group(1)]

    return _PIECE.sub(piece, pattern)


@functools.cache
def load_cues(folder: Path | None = None) -> Cues:
    """Read ``cues.toml`` and ``first_names.toml``; raises DataError naming file and key when one is wrong."""
    folder = folder or data_dir() / "personal"
    file = folder / "cues.toml"
    data = read_toml(file)
    patterns: dict[str, Any] = {}
    for name in _CUES:
        fragments = data.get("cues", {}).get(name)
        if not fragments or not all(isinstance(item, str) for item in fragments):
            raise DataError("must be a list of phrases", file=file, key=f"cues.{name}")
        try:
            patterns[name] = phrases(fragments)
        except re2.error:
            raise DataError("holds a phrase that is no RE2 pattern", file=file, key=f"cues.{name}") from None
    lists: dict[str, frozenset[str]] = {}
    for name in _LISTS:
        words = data.get("lists", {}).get(name)
        if not isinstance(words, str) or not words.split():
            raise DataError("must be words between spaces", file=file, key=f"lists.{name}")
        lists[name] = frozenset(words.split())
    asking = data.get("solicited", {})
    pieces: dict[str, str] = {}
    for name, piece in asking.get("pieces", {}).items():
        pieces[name] = expand(piece, pieces, file)
    try:
        solicited = {k: re2.compile(expand(v, pieces, file)) for k, v in asking["patterns"].items()}
    except (KeyError, re2.error):
        raise DataError("holds no RE2 patterns", file=file, key="solicited.patterns") from None
    names = read_toml(folder / "first_names.toml").get("names")
    if not isinstance(names, str):
        raise DataError("must be words between spaces", file=folder / "first_names.toml", key="names")
    return Cues(patterns, lists, frozenset(names.split()), solicited)
