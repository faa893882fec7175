"""Read drafts from files, strings and bytes. No error here holds text of a draft."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from postcheck.errors import DraftError, did_you_mean
from postcheck.model import Account, Attachment, Author, Draft

MAX_FILE_BYTES = 256 * 1024 * 1024
JSON_SUFFIXES = (".json", ".jsonl")
_FIELDS: dict[tuple[str, ...], type[BaseModel]] = {
    (): Draft,
    ("account",): Account,
    ("author",): Author,
    ("attachments", "*"): Attachment,
}
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,30}\Z")


def read_drafts(path: str | Path) -> tuple[Draft, ...]:
    """Read a file: ``.json`` (a draft, or a list of them), ``.jsonl`` (one a line), else plain text.

    Relative image paths are resolved against the folder of the file.

    Raises:
        DraftError: the file is missing, over 256 MB, not UTF-8, or does not hold drafts.
    """
    path = Path(path)
    try:
        if path.is_dir():
            raise DraftError(f"{path} is a folder, not a draft")
        if path.stat().st_size > MAX_FILE_BYTES:
            raise DraftError(f"{path} is over 256 MB")
        content = path.read_bytes()
    except FileNotFoundError:
        raise DraftError(f"there is no file {path}") from None
    except OSError as error:
        raise DraftError(f"{path} cannot be read: {type(error).__name__}") from None
    return drafts_from_bytes(content, suffix=path.suffix.lower(), base=path.resolve().parent, name=str(path))


def drafts_from_bytes(
    content: bytes, *, suffix: str | None = None, base: Path | None = None, name: str = "the input"
) -> tuple[Draft, ...]:
    """Read the content of a file, or of standard input when ``suffix`` is ``None``.

    Standard input is read as a draft when it is a JSON object with a field of a draft, or a list of
    such objects, else as text.

    Args:
        content: UTF-8, with or without a byte-order mark.
        suffix: ``.json``, ``.jsonl`` or anything else for text; ``None`` to look at the content.
        base: folder that relative image paths start from; ``None`` leaves them as they are.
        name: what to call the input in an error.

    Raises:
        DraftError: not UTF-8, or not a draft.
    """
    text, wrong = "", None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:  # it carries the content; ours must not, not even as its context
        wrong = error.start
    if wrong is not None:
        raise DraftError(
            f"{name} is not UTF-8 text (first bad byte at {wrong}); save it as UTF-8, "
            "and give pictures with --image"
        )
    if suffix == ".json":
        return drafts_from_json(text, base=base, name=name)
    if suffix == ".jsonl":
        return tuple(
            draft
            for number, line in enumerate(text.split("\n"), start=1)
            if line.strip()
            for draft in drafts_from_json(line, base=base, name=f"{name}, line {number}")
        )
    if suffix is None and _looks_like_a_draft(text):
        return drafts_from_json(text, base=base, name=name)
    # echo and editors end a file with a newline that nobody means to publish.
    return (draft_from({"text": text.removesuffix("\n").removesuffix("\r")}, name=name),)


def drafts_from_json(text: str, *, base: Path | None = None, name: str = "the input") -> tuple[Draft, ...]:
    """Read a JSON object as one draft, or a JSON array as several.

    Raises:
        DraftError: not JSON, a repeated key, or not a draft: says which field and why, never its value.
    """
    data = _load(text, name)
    if not isinstance(data, list):
        return (draft_from(data, base=base, name=name),)
    if not data:
        raise DraftError(f"{name} holds no draft: the list is empty")
    return tuple(
        draft_from(item, base=base, name=f"{name}, draft {i}") for i, item in enumerate(data, start=1)
    )


def draft_from(data: Any, *, base: Path | None = None, name: str = "the input") -> Draft:
    """Check one draft given as JSON-native values (dicts, lists, ISO strings).

    Raises:
        DraftError: says which field is wrong and why, never its value.
    """
    if not isinstance(data, dict):
        raise DraftError(f"{name} is not a draft: a JSON object is expected, not {_kind(data)}")
    wrong = ""
    try:
        draft = Draft.model_validate(data)
    except ValidationError as error:  # its words may quote a key; as above, it must not be our context
        wrong = explain(error)
    if wrong:
        raise DraftError(f"{name} is not a draft: {wrong}")
    return draft if base is None else _resolved(draft, base)


def explain(error: ValidationError) -> str:
    """Put what pydantic found into plain words: fields and reasons, without any value."""
    seen: dict[str, None] = {}
    for item in error.errors(include_url=False, include_input=False, include_context=False):
        seen[_explain_one(item["type"], tuple(item["loc"]), item["msg"])] = None
    return "; ".join(seen)


def _explain_one(kind: str, loc: tuple[int | str, ...], message: str) -> str:
    if kind == "extra_forbidden":
        return _unknown_field(loc)
    # A union adds steps such as "function-before[...]"; only field names and positions mean something.
    plain = [str(step) for step in loc if isinstance(step, int) or _PLAIN_KEY.match(step)]
    field = ".".join(plain) or "the draft"
    if kind == "timezone_aware":
        return (
            f"{field} has no time zone, so the moment is not known: "
            'add one, as in "2026-11-22T09:00:00+00:00" (winter) or "+01:00" (British summer time)'
        )
    return f"{field}: {message.removeprefix('Value error, ')}"


def _unknown_field(loc: tuple[int | str, ...]) -> str:
    place = tuple("*" if isinstance(step, int) else step for step in loc[:-1])
    known = _FIELDS[place].model_fields if place in _FIELDS else {}
    last = str(loc[-1])
    if not _PLAIN_KEY.match(last):
        return "a field with a name that is not a plain word"  # it may be words of the draft
    where = ".".join(str(step) for step in loc[:-1])
    return f"unknown field {last!r}{f' in {where}' if where else ''}{did_you_mean(last, known)}"


def _looks_like_a_draft(text: str) -> bool:
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return False
    # One known field is enough: a draft with a misspelt field must be an error, not a text.
    items = data if isinstance(data, list) else [data]
    return bool(items) and all(isinstance(i, dict) and any(f in i for f in Draft.model_fields) for i in items)


def _load(text: str, name: str) -> Any:
    # The reader's own errors carry the whole text, so ours is raised where they are no longer its context.
    try:
        return json.loads(text, object_pairs_hook=_no_repeats)
    except json.JSONDecodeError as error:
        wrong = f"{name} is not valid JSON: {error.msg} (line {error.lineno}, column {error.colno})"
    except _RepeatedKey:
        wrong = f"{name} gives the same field twice"
    except (ValueError, RecursionError) as error:
        wrong = f"{name} is not usable JSON: {type(error).__name__}"
    raise DraftError(wrong)


class _RepeatedKey(Exception):
    """Raised inside the JSON reader, which would otherwise keep only the last of two values."""


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        raise _RepeatedKey
    return data


def _kind(data: object) -> str:
    names = {str: "a string", bool: "true or false", type(None): "null", list: "a list"}
    return names.get(type(data), "a number")


def _resolved(draft: Draft, base: Path) -> Draft:
    attachments = tuple(
        item.model_copy(update={"source": base / item.source}) if isinstance(item.source, Path) else item
        for item in draft.attachments
    )
    return draft.model_copy(update={"attachments": attachments}) if attachments else draft
