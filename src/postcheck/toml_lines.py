"""Where in a TOML file a value stands, so that a person who edits it is told the line.

``tomllib`` gives values without lines. This module reads the headers and keys once more and turns the
location of a pydantic error into a line number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ValidationError

from postcheck.errors import DataError, did_you_mean
from postcheck.resources import read_toml

Location = Sequence[str | int]
Level = Literal["error", "warning"]

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"\s*([A-Za-z0-9_.\"'-]+)\s*=")
_TOML_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right in a file that somebody edits.

    Attributes:
        level: ``"error"`` when postcheck would judge wrongly or cannot use the file.
        line: 1-based line of the file, where one can be named.
        key: where in the file, as in ``channels[2].managers``.
        message: what is wrong, in plain English.
    """

    level: Level
    line: int | None
    key: str
    message: str


def read_rows(path: Path) -> dict[str, Any]:
    """Read a TOML file; like ``resources.read_toml``, but a syntax error carries its line.

    Raises:
        DataError: the file cannot be read or is not TOML.
    """
    try:
        return read_toml(path)
    except DataError as error:
        raise DataError(error.message, file=path, line=_syntax_line(error.message, path)) from None


def _syntax_line(message: str, path: Path) -> int | None:
    """Find the line in a message of ``tomllib``, which has no other place for it."""
    if line := _TOML_LINE.search(message):
        return int(line[1])
    if "end of document" in message:
        return len(path.read_text(encoding="utf-8").splitlines())
    return None


class TomlLines:
    """The line of every header and key of one TOML file, by its location.

    Understands tables, arrays of tables and plain keys; a place inside an inline value has the line
    of the key that holds it.
    """

    def __init__(self, text: str) -> None:
        self._lines: dict[tuple[str | int, ...], int] = {}
        counts: dict[tuple[str | int, ...], int] = {}
        table: tuple[str | int, ...] = ()
        quote = ""
        for number, line in enumerate(text.splitlines(), start=1):
            inside, quote = bool(quote), _open_quote(line, quote)
            if inside:
                continue
            if header := _HEADER.match(line):
                table = _resolve(_names(header[2]), counts, new_row=header[1] == "[[")
                self._lines.setdefault(table, number)
            elif key := _KEY.match(line):
                self._lines.setdefault((*table, *_names(key[1])), number)

    @classmethod
    def of(cls, path: Path) -> TomlLines:
        """Read the lines of a file; an unreadable one knows no lines."""
        try:
            return cls(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError):
            return cls("")

    def line_of(self, location: Location) -> int | None:
        """Return the 1-based line of ``location`` or of the nearest thing around it."""
        place = tuple(location)
        while place:
            if place in self._lines:
                return self._lines[place]
            place = place[:-1]
        return None


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def _open_quote(line: str, quote: str) -> str:
    """Return the multi-line quote still open after ``line``, or an empty string."""
    for mark in re.findall(r'"""|\'\'\'', line):
        if not quote:
            quote = mark
        elif mark == quote:
            quote = ""
    return quote


def _resolve(
    names: tuple[str, ...], counts: dict[tuple[str | int, ...], int], *, new_row: bool
) -> tuple[str | int, ...]:
    """Turn the names of a header into a location, adding the index of each array of tables."""
    place: tuple[str | int, ...] = ()
    for depth, name in enumerate(names, start=1):
        place = (*place, name)
        if new_row and depth == len(names):
            counts[place] = counts.get(place, -1) + 1
        if place in counts:
            place = (*place, counts[place])
    return place


def key_of(location: Location) -> str:
    """Write a location the way people do: ``channels[2].tier``."""
    key = ""
    for part in location:
        key += f"[{part}]" if isinstance(part, int) else (f".{part}" if key else part)
    return key


def data_errors(error: ValidationError, path: Path, model: type[BaseModel]) -> list[DataError]:
    """Turn every complaint of pydantic about a file into an error that names file, key and line."""
    lines = TomlLines.of(path)
    found = []
    for item in error.errors(include_url=False, include_input=False):
        location = item["loc"]
        message = item["msg"].removeprefix("Value error, ")
        if item["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
            message = "unknown key" + did_you_mean(str(location[-1]), _known_keys(model, location))
        elif item["type"] in ("missing", "missing_argument"):
            message = "this key is missing"
        key, line = key_of(location) or None, lines.line_of(location)
        found.append(DataError(message, file=path, key=key, line=line))
    return found


def _known_keys(model: type[BaseModel], location: Location) -> list[str]:
    """Return the keys allowed beside the last part of ``location``."""
    known: Any = model
    for part in location[:-1]:
        if isinstance(part, str) and part in getattr(known, "model_fields", {}):
            known = _row_type(known.model_fields[part].annotation)
    return [*getattr(known, "model_fields", ()), *getattr(known, "_fields", ())]


def _row_type(annotation: Any) -> Any:
    """Find the row type inside ``tuple[Row, ...]``, ``Row | None`` or ``Row``."""
    if hasattr(annotation, "model_fields") or hasattr(annotation, "_fields"):
        return annotation
    for inner in get_args(annotation):
        if (found := _row_type(inner)) is not None:
            return found
    return None
