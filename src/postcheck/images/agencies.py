"""The agencies that license pictures, read from ``data/images/agencies.toml``."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from postcheck.resources import data_dir, read_toml
from postcheck.toml_lines import data_errors

Name = Annotated[str, Field(min_length=2)]


class Agency(BaseModel):
    """An agency and how it is written."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: Name
    kind: Literal["stock", "press", "free"]
    names: tuple[Name, ...] = Field(min_length=1)
    vague: tuple[Name, ...] = ()


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    source: str
    licence: str
    reviewed: dt.date
    agency: tuple[Agency, ...]


def load_agencies(path: Path | None = None) -> tuple[Agency, ...]:
    """Read and check a file of agencies; by default the shipped one.

    Raises:
        DataError: something in it is wrong; names file, key and line.
    """
    path = path or data_dir() / "images" / "agencies.toml"
    try:
        return _File.model_validate(read_toml(path)).agency
    except ValidationError as error:
        raise data_errors(error, path, _File)[0] from None


def named_in(text: str, *, vague: bool = False) -> tuple[Agency, ...]:
    """Return the agencies that a text names, in the order of the file.

    Args:
        text: a credit, a notice, a line read in a picture.
        vague: count names that also mean something else.
    """
    found = {
        name.casefold() for name in _spaceless(match.group() for match in _pattern(vague).finditer(text))
    }
    return tuple(
        agency
        for agency in _agencies()
        if found & {*_spaceless(n.casefold() for n in (*agency.names, *(agency.vague if vague else ())))}
    )


def without_names(text: str) -> str:
    """Return a text without the agencies' names."""
    return _pattern(False).sub(" ", text)


@cache
def _agencies() -> tuple[Agency, ...]:
    return load_agencies()


@cache
def _pattern(vague: bool) -> re.Pattern[str]:
    names = [n for agency in _agencies() for n in (*agency.names, *(agency.vague if vague else ()))]
    spelt = (r"\s?".join(map(re.escape, name.split())) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(spelt)})(?![^\W_])", re.IGNORECASE)


def _spaceless(names: Iterable[str]) -> Iterable[str]:
    return ("".join(name.split()) for name in names)
