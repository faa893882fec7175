"""The command about pictures: ``clean IMAGE`` writes a copy without metadata."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from postcheck.errors import DraftError
from postcheck.images import ImageLimits, Unreadable, read_bytes
from postcheck.integrations.cli_common import out
from postcheck.render import visible


def clean(
    image: Annotated[Path, typer.Argument(metavar="IMAGE", help="A PNG, JPEG, GIF, WebP, BMP or TIFF.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="Where to write it.  [default: IMAGE with -clean before its suffix]"
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that is there.")] = False,
) -> None:
    """Write a copy of a picture without metadata: no place, no camera, no names.

    The picture is turned upright; its colour profile and its animation stay.
    """
    from postcheck.images.clean import cleaned

    target = output or image.with_name(f"{image.stem}-clean{image.suffix}")
    data = read_bytes(image, ImageLimits())
    copy = data if isinstance(data, Unreadable) else cleaned(data)
    if isinstance(copy, Unreadable):
        what = "is not there" if copy.reason == "missing" else copy.detail
        raise DraftError(f"{image} {what}")
    _write(target, copy, force)
    out(f"{visible(str(target))}: {len(copy):,} bytes, without metadata\n")


def _write(target: Path, data: bytes, force: bool) -> None:
    """Write a file; unless forced, one that is there is left alone, also if it appears this moment.

    Raises:
        DraftError: it is there, or cannot be written.
    """
    try:
        if not force:
            with target.open("xb") as file:
                file.write(data)
            return
        # Beside it first: a full disk must not cost the file that was there.
        beside = target.with_name(f"{target.name}.new")
        beside.write_bytes(data)
        os.replace(beside, target)
    except FileExistsError:
        raise DraftError(f"{target} is there already: name another with --output, or use --force") from None
    except OSError as error:
        raise DraftError(f"{target} cannot be written: {error.strerror}") from None
