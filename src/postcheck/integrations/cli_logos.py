"""Commands about reference marks: ``logos add``, ``logos check``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from postcheck.errors import DataError
from postcheck.integrations.cli_common import (
    ConfigOption,
    LogosOption,
    TierOfAccount,
    complain,
    list_problems,
    out,
    settings_of,
)
from postcheck.render import visible

logos_app = typer.Typer(
    help="Look at reference marks, or add one.", no_args_is_help=True, rich_markup_mode=None
)


@logos_app.command("add")
def add(
    file: Annotated[Path, typer.Argument(help="The mark: PNG, JPEG, GIF, WebP, BMP, TIFF or SVG.")],
    name: Annotated[str, typer.Option("--name", help="What findings call it.")],
    owner: Annotated[str, typer.Option("--owner", help="Whose mark it is.")],
    permitted: Annotated[
        list[TierOfAccount] | None,
        typer.Option("--permitted", help="Tier of account that may show it; can be repeated. None: nowhere."),
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Folder of marks.  [default: that of the settings]")
    ] = None,
    licence: Annotated[str, typer.Option("--licence", help="Terms of the image.")] = "",
    source: Annotated[str, typer.Option("--source", help="Where the image comes from.")] = "",
    config: ConfigOption = None,
) -> None:
    """Copy a mark into the folder, calibrate it and append its row to index.toml.

    Exit code 1: the image or the name cannot be used; nothing was changed. 2: could not run.
    """
    from postcheck.logo_index import add_logo

    if not file.is_file():
        raise DataError("no such file", file=file)
    chosen = folder or _from_settings(config)
    if chosen is None:
        raise DataError("name a folder for the marks: --folder, or logos in the settings")
    try:
        added = add_logo(
            file,
            chosen,
            name=name,
            owner=owner,
            permitted=[tier.value for tier in permitted or ()],
            licence=licence,
            source=source,
        )
    except DataError as error:
        complain(str(error))
        raise typer.Exit(1) from None
    except OSError as error:
        raise DataError(f"cannot be written: {error.strerror}", file=chosen) from None
    out(visible(f"{added.file}: {name}, threshold {added.threshold:.3f}") + "\n")
    for warning in added.warnings:
        out(visible(f"warning: {warning}") + "\n")


@logos_app.command("check")
def check(
    folder: Annotated[
        Path | None,
        typer.Argument(help="Folder of marks.  [default: that of the settings, else the built-in]"),
    ] = None,
    config: ConfigOption = None,
    logos: LogosOption = None,
) -> None:
    """Read every mark; print thresholds, what is wrong, what is doubtful. Exit code 1: there is an error."""
    from postcheck.logo_index import INDEX, check_logos
    from postcheck.resources import data_dir

    chosen = folder or _from_settings(config, logos) or data_dir() / "logos"
    index = chosen / INDEX
    if not index.is_file():
        raise DataError("no such file; a folder of logos needs one", file=index)
    try:
        thresholds, problems = check_logos(chosen)
    except DataError as error:
        complain(str(error))
        raise typer.Exit(1) from None
    width = max((len(name) for name, _ in thresholds), default=0)
    for name, threshold in thresholds:
        out(f"{visible(name):<{width}}  threshold {threshold:.3f}\n")
    errors = list_problems(index, problems)
    out(f"{len(thresholds)} marks, {errors} errors, {len(problems) - errors} warnings\n")
    raise typer.Exit(1 if errors else 0)


def _from_settings(config: Path | None, logos: Path | None = None) -> Path | None:
    settings, _ = settings_of(config, logos=logos)
    return Path(settings.logos) if settings.logos else None
