"""Adding a mark to a folder of logos: copy its image, check and calibrate it, and append its row."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from postcheck.errors import DataError
from postcheck.logo_index.calibrate import calibrations
from postcheck.logo_index.index import INDEX, doubts, load_logos
from postcheck.logo_index.reference import read_mark
from postcheck.model import Tier

_HEAD = """\
# Reference marks: the images that must not appear on accounts that may not show them.
# `permitted` lists the tiers of account that may show a mark (key, service, personal); [] means nowhere.
"""


@dataclass(frozen=True, slots=True)
class Registered:
    """A mark that was added.

    Attributes:
        file: the copy in the folder.
        threshold: likeness from which it is reported.
        warnings: what is doubtful about it, in plain sentences.
    """

    file: Path
    threshold: float
    warnings: tuple[str, ...]


def add_logo(
    file: Path,
    folder: Path,
    *,
    name: str,
    owner: str,
    permitted: Sequence[Tier] = (),
    licence: str = "",
    source: str = "",
) -> Registered:
    """Add a mark to a folder. The index is made if there is none; its comments stay.

    Raises:
        DataError: the image cannot be used, the name is taken, or the index is wrong. Then nothing changes.
    """
    index = folder / INDEX
    if not name.strip():
        raise DataError("a logo needs a name")
    marks = load_logos(folder) if index.is_file() else ()
    if any(mark.name.casefold() == name.casefold() for mark in marks):
        raise DataError(f"there is already a logo called {name!r}", file=index)
    template = read_mark(file)
    if isinstance(template, str):
        raise DataError(f"the image {template}", file=file)
    if template.is_photo():
        raise DataError("the image is a photo, not a mark: cut the mark out of it", file=file)
    owners = (*(mark.owner for mark in marks), owner)
    names = [*(mark.name for mark in marks), name]
    found = calibrations((*(mark.template for mark in marks), template), owners)
    threshold = round(found[-1].threshold, 3)
    warnings = list(doubts(len(marks), found[-1], threshold, names, owners))
    for place, mark in enumerate(marks):  # what the new one does to those before it
        reached = dict(found[place].rivals)[len(marks)]
        if mark.owner != owner and reached >= mark.threshold:
            warnings.append(
                f"an image of {name!r} is taken for {mark.name!r} "
                f"({reached:.2f}, threshold {mark.threshold:.2f})"
            )
    target = _place(file, folder, owner)
    row = _row(name, owner, target.relative_to(folder).as_posix(), permitted, licence, source, threshold)
    before = index.read_text(encoding="utf-8") if index.is_file() else _HEAD
    after = before.rstrip("\n") + "\n\n" + row
    tomllib.loads(after)
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        shutil.copyfile(file, target)
    fresh = index.with_suffix(".new")
    fresh.write_text(after, encoding="utf-8")
    fresh.replace(index)
    return Registered(target, threshold, tuple(warnings))


def _place(file: Path, folder: Path, owner: str) -> Path:
    """Return where the copy goes: a folder of the owner; never over another file."""
    if file.resolve().is_relative_to(folder.resolve()):
        return folder / file.resolve().relative_to(folder.resolve())
    slug = re.sub(r"[^a-z0-9]+", "-", owner.casefold()).strip("-") or "marks"
    stem = re.sub(r"[^a-z0-9]+", "-", file.stem.casefold()).strip("-") or "mark"
    data = file.read_bytes()
    number = 1
    while True:
        more = f"-{number}" if number > 1 else ""
        target = folder / slug / f"{stem}{more}{file.suffix.lower()}"
        if not target.exists() or target.read_bytes() == data:
            return target
        number += 1


def _row(
    name: str, owner: str, file: str, permitted: Sequence[str], licence: str, source: str, threshold: float
) -> str:
    fields: dict[str, object] = {"name": name, "owner": owner, "file": file, "permitted": list(permitted)}
    fields |= {key: value for key, value in (("licence", licence), ("source", source)) if value}
    fields["threshold"] = threshold
    # TOML writes these texts, lists and numbers as JSON does.
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in fields.items()]
    return "\n".join(["[[logo]]", *lines]) + "\n"
