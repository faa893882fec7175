"""What the commands share: options, settings, the pipeline, drafts from arguments, and the way out."""

from __future__ import annotations

import datetime as dt
import enum
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import ValidationError

from postcheck.config import Origin, Settings, find_settings, load_suppressions, resolve
from postcheck.drafts import JSON_SUFFIXES, draft_from, drafts_from_bytes, explain, read_drafts
from postcheck.errors import ConfigError, DraftError
from postcheck.model import Account, Attachment, Author, Draft
from postcheck.render import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from postcheck.pipeline import Pipeline
    from postcheck.toml_lines import Problem

KEY_VARIABLE = "POSTCHECK_BASELINE_KEY"
_FILE_SUFFIXES = (*JSON_SUFFIXES, ".txt", ".md")
_IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff"})

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        help="Settings file; otherwise the nearest postcheck.toml or [tool.postcheck] upwards from here.",
    ),
]
OrganisationOption = Annotated[
    str | None, typer.Option("--organisation", help="Built-in name or path of an organisation file.")
]
PolicyOption = Annotated[str | None, typer.Option("--policy", help="Built-in name or path of a policy file.")]
LogosOption = Annotated[
    Path | None, typer.Option("--logos", help="Folder of reference marks with an index.toml.")
]
NowOption = Annotated[
    str | None,
    typer.Option("--now", help="Judge as if it were this moment, with time zone: 2026-11-22T09:00:00+00:00."),
]


class Format(enum.StrEnum):
    """Formats of a verdict."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


class FailOn(enum.StrEnum):
    """The decision from which on the exit code is 1."""

    REVIEW = "review"
    BLOCK = "block"


class KindOfPost(enum.StrEnum):
    """Kinds of draft."""

    POST = "post"
    REPLY = "reply"
    SHARE = "share"
    DM = "dm"
    PROFILE = "profile"


class TierOfAccount(enum.StrEnum):
    """Tiers of account."""

    KEY = "key"
    SERVICE = "service"
    PERSONAL = "personal"


class TypeOfAuthor(enum.StrEnum):
    """Types of author."""

    STAFF = "staff"
    CONSULTANT = "consultant"
    AGENCY = "agency"
    COUNCILLOR = "councillor"


def out(text: str) -> None:
    """Write to standard output; characters that it cannot hold are written as escapes."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))


def list_problems(file: Path, problems: Iterable[Problem]) -> int:
    """Print each with the line to edit, as compilers do, and return how many are errors."""
    errors = 0
    for problem in problems:
        where = f"{file}:{problem.line}" if problem.line is not None else str(file)
        key = f"{problem.key}: " if problem.key else ""
        out(visible(f"{where}: {problem.level}: {key}{problem.message}") + "\n")
        errors += problem.level == "error"
    return errors


def complain(message: str) -> None:
    """Write one line to standard error, with nothing in it that could steer a terminal."""
    encoding = sys.stderr.encoding or "utf-8"
    line = f"postcheck: {visible(message)}\n"
    sys.stderr.write(line.encode(encoding, "backslashreplace").decode(encoding))


def settings_of(config: Path | None, **arguments: object) -> tuple[Settings, tuple[Origin, ...]]:
    """Resolve defaults, the settings file (given, or found upwards from here) and arguments.

    Raises:
        ConfigError: the file or an argument is wrong.
    """
    return resolve(config if config is not None else find_settings(Path.cwd()), arguments)


def baseline_key() -> bytes | None:
    """Return the key of the baseline from the environment. Only the command line looks there."""
    value = os.environ.get(KEY_VARIABLE)
    return value.encode() if value else None


def moment(written: str | None) -> dt.datetime | None:
    """Read the ``--now`` option.

    Raises:
        ConfigError: not a date and time in ISO form, or without a time zone.
    """
    if written is None:
        return None
    try:
        now = dt.datetime.fromisoformat(written)
    except ValueError:
        raise ConfigError("not a date and time such as 2026-11-22T09:00:00+00:00", key="--now") from None
    if now.tzinfo is None:
        raise ConfigError("has no time zone: end it with +00:00 (winter) or +01:00 (summer)", key="--now")
    return now


def build_pipeline(settings: Settings, now: dt.datetime | None = None) -> Pipeline:
    """Build the pipeline of the settings, with the suppressions that they name.

    Raises:
        ConfigError, DataError: a file that they name is wrong.
    """
    from postcheck.pipeline import Pipeline

    pipeline = Pipeline(
        settings.organisation,
        settings.policy,
        now=None if now is None else lambda: now,
        logos=settings.logos,
        settings=settings,
        suppressions=load_suppressions(settings, baseline_key()),
    )
    if settings.rules:
        settings.check_rules(rule.id for rule in pipeline.rules)
    return pipeline


@dataclass(frozen=True)
class Circumstances:
    """What options say about every draft; it beats what the draft itself says."""

    draft: dict[str, Any] = field(default_factory=dict)
    account: dict[str, Any] = field(default_factory=dict)
    author: dict[str, Any] = field(default_factory=dict)
    images: tuple[Path, ...] = ()

    def added_to(self, draft: Draft, name: str) -> Draft:
        """Return the draft with these circumstances.

        Raises:
            DraftError: an option holds something that a draft may not; or an image does not exist.
        """
        changes = {key: value for key, value in self.draft.items() if value is not None}
        try:
            for key, model in (("account", Account), ("author", Author)):
                given = {k: v for k, v in getattr(self, key).items() if v is not None}
                if given:
                    changes[key] = model.model_validate({**dict(getattr(draft, key) or {}), **given})
            for path in self.images:
                if not path.is_file():
                    raise DraftError(f"there is no image file {path}")
            if self.images:
                more = tuple(Attachment(source=path) for path in self.images)
                changes["attachments"] = (*draft.attachments, *more)
            return Draft.model_validate({**dict(draft), **changes}) if changes else draft
        except ValidationError as error:
            raise DraftError(f"{name}: {explain(error)}") from None


def read_input(argument: str) -> list[tuple[str, Draft]]:
    """Turn one argument of ``check`` into named drafts: a file, ``-`` for standard input, else text.

    Raises:
        DraftError: the file is missing or holds no draft.
    """
    if argument == "-":
        if sys.stdin is None:
            raise DraftError("standard input is closed")
        drafts = drafts_from_bytes(sys.stdin.buffer.read(), base=Path.cwd(), name="standard input")
        return _named("standard input", drafts)
    path = Path(argument)
    if path.suffix.lower() in _IMAGE_SUFFIXES and not any(char.isspace() for char in argument):
        raise DraftError(f"{argument} is named like a picture: give pictures with --image")
    if _is_file(path):
        drafts = read_drafts(path)
        if not drafts:
            raise DraftError(f"{argument} holds no draft")
        return _named(argument, drafts)
    if _is_folder(path):
        raise DraftError(f"{argument} is a folder: name the drafts in it")
    # "A new library card.txt" could be words; "draft.json" is a file that somebody expects to be read.
    if path.suffix.lower() in JSON_SUFFIXES or (
        path.suffix.lower() in _FILE_SUFFIXES and not any(char.isspace() for char in argument)
    ):
        raise DraftError(f"there is no file {argument}")
    return [("text", draft_from({"text": argument}, name="the text"))]


def _named(name: str, drafts: tuple[Draft, ...]) -> list[tuple[str, Draft]]:
    if len(drafts) == 1:
        return [(name, drafts[0])]
    return [(f"{name}, draft {number}", draft) for number, draft in enumerate(drafts, start=1)]


def _is_folder(path: Path) -> bool:
    # One word may be a post and, by chance, a folder here; only what is written as a path is meant as one.
    try:
        return len(path.parts) > 1 and path.is_dir()
    except (OSError, ValueError):
        return False


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # too long or impossible for a file name, so it is text
        return False
