"""The rows of an `index.toml`: read, checked, and turned into marks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from postcheck.errors import DataError
from postcheck.logo_index.calibrate import PLAIN, Calibration, calibrations
from postcheck.logo_index.reference import read_mark
from postcheck.logo_index.template import Template
from postcheck.model import Tier
from postcheck.toml_lines import Location, Problem, TomlLines, data_errors, key_of, read_rows

INDEX = "index.toml"


@dataclass(frozen=True, slots=True)
class LogoMark:
    """A reference mark.

    Attributes:
        name: what findings call it; unique in its index.
        owner: whose mark it is.
        file: the image it was read from.
        permitted: tiers of account that may show it; empty means nowhere.
        licence: terms of the image file.
        source: where the image file comes from.
        threshold: likeness, 0 to 1, from which the mark is reported.
        template: the mark without its margin.
    """

    name: str
    owner: str
    file: Path
    permitted: tuple[Tier, ...]
    licence: str
    source: str
    threshold: float
    template: Template = field(repr=False)


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: Annotated[str, Field(min_length=1, pattern=r"\S")]
    file: Annotated[str, Field(min_length=1)]
    owner: str = ""
    permitted: tuple[Tier, ...] = ()
    licence: str = ""
    source: str = ""
    threshold: Annotated[float, Field(gt=0, le=1)] | None = None


class _Index(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    logo: tuple[_Row, ...] = ()
    source: str = ""
    licence: str = ""
    reviewed: date | None = None


@dataclass(frozen=True, slots=True)
class _Read:
    """An index, the template of each row or what is wrong with its image, and where each row stands."""

    path: Path
    index: _Index
    templates: tuple[Template | str, ...]
    lines: TomlLines

    def owners(self) -> tuple[str, ...]:
        return tuple(row.owner or row.name for row in self.index.logo)

    def errors(self) -> Iterator[DataError]:
        names: dict[str, int] = {}
        for number, row in enumerate(self.index.logo):
            if names.setdefault(row.name.casefold(), number) != number:
                yield self.wrong(f"two logos are called {row.name!r}", number, "name")
        for number, (row, template) in enumerate(zip(self.index.logo, self.templates, strict=True)):
            if isinstance(template, str):
                yield self.wrong(f"the image {row.file!r} {template}", number, "file")

    def wrong(self, message: str, *location: str | int) -> DataError:
        place: Location = ("logo", *location)
        return DataError(message, file=self.path, key=key_of(place), line=self.lines.line_of(place))


def _read(folder: str | Path) -> _Read:
    path = Path(folder) / INDEX
    if not path.is_file():
        raise DataError("no such file; a folder of logos needs one", file=path)
    rows, lines = read_rows(path), TomlLines.of(path)
    try:
        index = _Index.model_validate(rows)
    except ValidationError as invalid:
        error = data_errors(invalid, path, _Index)[0]
        # The header of a misspelt [[table]] is known by its first row.
        line = error.line or lines.line_of((error.key or "", 0))
        raise DataError(error.message, file=path, key=error.key, line=line) from None
    return _Read(path, index, tuple(read_mark(path.parent / row.file) for row in index.logo), lines)


def load_logos(folder: str | Path) -> tuple[LogoMark, ...]:
    """Read the marks of a folder, in the order of its ``index.toml``.

    A row needs ``name`` and ``file``, a path relative to the folder. ``owner``, ``licence`` and ``source``
    are texts; ``permitted`` lists tiers of account, and a row without it is permitted nowhere. An absent
    ``threshold`` is calibrated: as low as pictures that are no logo, and other owners' marks, let it be.
    That takes some seconds; `logos add` writes it down.

    Raises:
        DataError: the index or an image it names is missing or wrong; says the file, the key and the line.
    """
    read = _read(folder)
    for error in read.errors():
        raise error
    templates = tuple(template for template in read.templates if isinstance(template, Template))
    owners, index = read.owners(), read.index
    given = [row.threshold for row in index.logo]
    found = () if all(given) else calibrations(templates, owners)
    return tuple(
        LogoMark(
            name=row.name,
            owner=owners[number],
            file=read.path.parent / row.file,
            permitted=row.permitted,
            licence=row.licence or index.licence,
            source=row.source or index.source,
            threshold=row.threshold or found[number].threshold,
            template=templates[number],
        )
        for number, row in enumerate(index.logo)
    )


def check_logos(folder: str | Path) -> tuple[list[tuple[str, float]], list[Problem]]:
    """Check every row of a folder.

    Returns:
        The name and the threshold of each mark that can be read, and what is wrong or doubtful: images that
        cannot be read, two logos of one name, marks too plain to tell apart, and marks of different owners
        that are taken for each other.

    Raises:
        DataError: there is no index, or it is not one.
    """
    read = _read(folder)
    problems = [Problem("error", error.line, error.key or "", error.message) for error in read.errors()]
    good = [n for n, template in enumerate(read.templates) if isinstance(template, Template)]
    templates = tuple(template for template in read.templates if isinstance(template, Template))
    owners = tuple(read.owners()[number] for number in good)
    found = calibrations(templates, owners)
    names = [read.index.logo[number].name for number in good]
    thresholds = []
    for place, (number, result) in enumerate(zip(good, found, strict=True)):
        threshold = read.index.logo[number].threshold or result.threshold
        thresholds.append((names[place], threshold))
        for message in doubts(place, result, threshold, names, owners):
            location: Location = ("logo", number)
            problems.append(Problem("warning", read.lines.line_of(location), key_of(location), message))
    return thresholds, problems


def doubts(
    place: int, result: Calibration, threshold: float, names: list[str], owners: tuple[str, ...]
) -> Iterator[str]:
    """Yield what is doubtful about a mark, as plain sentences without a full stop."""
    if result.noise >= PLAIN:
        yield (
            f"{names[place]!r} is so plain that pictures without any logo look like it "
            f"({result.noise:.2f} of 1): expect it to be missed or reported by mistake"
        )
    for other, reached in result.rivals:
        if owners[other] != owners[place] and reached >= threshold:
            yield (
                f"an image of {names[other]!r} is taken for {names[place]!r} "
                f"({reached:.2f}, threshold {threshold:.2f})"
            )
