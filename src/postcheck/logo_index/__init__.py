"""The reference marks: read and check `index.toml`, and say how alike a picture and a mark are.

A mark is found where it fills the picture, but for a flat margin or a round crop, and where it stands free on
a flat ground; not on a photo. A detector needs `load_logos`, `looks` and `LogoMark.likeness`; a deeper method
can replace what a `Look` holds without touching the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from postcheck.errors import DataError
from postcheck.images import Unreadable, read_image
from postcheck.logo_index.distractors import distractors
from postcheck.logo_index.looks import Look, looks, whole_mark
from postcheck.model import Tier
from postcheck.toml_lines import Location, TomlLines, data_errors, key_of, read_rows

__all__ = ["INDEX", "LogoMark", "Look", "calibrated", "load_logos", "looks"]

INDEX = "index.toml"

_MARGIN = 0.1  # how far above the most alike distractor a match has to be
_THRESHOLDS = 0.76, 0.97  # the range that calibration may choose from


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
        references: the trimmed mark, on white and on black where it is transparent.
    """

    name: str
    owner: str
    file: Path
    permitted: tuple[Tier, ...]
    licence: str
    source: str
    threshold: float
    references: tuple[Look, ...] = field(repr=False)

    def likeness(self, looks: Sequence[Look]) -> tuple[float, Look | None]:
        """Return the best likeness among the looks, and which look it was."""
        best: tuple[float, Look | None] = (0.0, None)
        for look in looks:
            for reference in self.references:
                score = look.likeness(reference)
                if score > best[0]:
                    best = score, look
        return best


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


def load_logos(folder: str | Path) -> tuple[LogoMark, ...]:
    """Read the marks of a folder, in the order of its ``index.toml``.

    A row needs ``name`` and ``file``, a path relative to the folder. ``owner``, ``licence`` and ``source``
    are texts; ``permitted`` lists tiers of account, and a row without it is permitted nowhere. An absent
    ``threshold`` is calibrated: as low as pictures that are no logo, and other owners' marks, let it be.

    Raises:
        DataError: the index or an image it names is missing or wrong; says the file, the key and the line.
    """
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

    def wrong(message: str, *location: str | int) -> DataError:
        place: Location = ("logo", *location)
        return DataError(message, file=path, key=key_of(place), line=lines.line_of(place))

    names: dict[str, int] = {}
    for number, row in enumerate(index.logo):
        if names.setdefault(row.name.casefold(), number) != number:
            raise wrong(f"two logos are called {row.name!r}", number, "name")
    marks = []
    for number, row in enumerate(index.logo):
        references = _references(path.parent / row.file)
        if isinstance(references, str):
            raise wrong(f"the image {row.file!r} {references}", number, "file")
        marks.append(
            LogoMark(
                name=row.name,
                owner=row.owner or row.name,
                file=path.parent / row.file,
                permitted=row.permitted,
                licence=row.licence or index.licence,
                source=row.source or index.source,
                threshold=row.threshold or 0.0,
                references=references,
            )
        )
    return tuple(
        mark if mark.threshold else replace(mark, threshold=calibrated(mark, marks)) for mark in marks
    )


def _references(file: Path) -> tuple[Look, ...] | str:
    """Return the looks of a mark without its margin, or a clause that says what is wrong with the image."""
    picture = read_image(file)
    if isinstance(picture, Unreadable):
        return "does not exist" if picture.reason == "missing" else picture.detail
    # A white mark on a clear ground shows on black only.
    seen = (whole_mark(frame) for frame in picture.frames)
    return tuple(look for look in seen if look) or "is too small or too flat to be recognised"


def calibrated(mark: LogoMark, marks: Sequence[LogoMark]) -> float:
    """Return the likeness from which ``mark`` is worth reporting: above everything known not to be it.

    Variants of one owner are meant to look alike and do not count.
    """
    others = [look for other in marks if other.owner != mark.owner for look in other.references]
    most, _ = mark.likeness([*distractors(), *others])
    low, high = _THRESHOLDS
    return min(max(most + _MARGIN, low), high)
