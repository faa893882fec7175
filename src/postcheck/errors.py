"""The error tree.

    PostcheckError
    ├── ConfigError            a settings value is wrong: names file, key and line
    ├── DataError              a lexicon, policy, organisation or logo file is wrong: the same
    ├── DetectorUnavailable    an extra or a model is missing: says what to install
    └── DraftError             the input cannot be read as a draft, or is over a limit

Errors say that the caller or the installation is wrong. No message ever holds text of a draft.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path


class PostcheckError(Exception):
    """Base of every error that postcheck raises on purpose."""


class _FileError(PostcheckError):
    """An error inside a file that a person edits: it says where."""

    def __init__(
        self,
        message: str,
        *,
        file: str | Path | None = None,
        key: str | None = None,
        line: int | None = None,
    ) -> None:
        self.message = message
        self.file = None if file is None else str(file)
        self.key = key
        self.line = line
        where = ""
        if self.file is not None:
            where = self.file if line is None else f"{self.file}:{line}"
            where += ": "
        what = f"{key}: " if key else ""
        super().__init__(f"{where}{what}{message}")

    def __reduce__(self) -> tuple[object, ...]:
        # Errors cross process boundaries in check_many; keyword arguments need help there.
        return (_rebuild, (type(self), self.message, self.file, self.key, self.line))


def _rebuild(
    kind: type[_FileError], message: str, file: str | None, key: str | None, line: int | None
) -> _FileError:
    return kind(message, file=file, key=key, line=line)


class ConfigError(_FileError):
    """A settings file or an argument is wrong."""


class DataError(_FileError):
    """A data file (lexicon, policy, organisation, calendar, logo index) is wrong."""


class DetectorUnavailable(PostcheckError):
    """A detector lacks a dependency or a model; the message says what to install."""


class DraftError(PostcheckError):
    """The input cannot be read as a draft, or is over a limit."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` when a known word is close to ``word``, else ``""``."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else ""
