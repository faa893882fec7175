"""Where the data that ships with postcheck lives. No other module knows."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from postcheck.errors import DataError


def data_dir() -> Path:
    """Return the folder of shipped data.

    An installed wheel carries it inside the package; an editable install or a plain checkout
    has it at the top of the repository. The order matters: an editable install may leave an
    unused copy in site-packages, never inside ``src/postcheck``.

    Raises:
        DataError: neither place exists.
    """
    here = Path(__file__).parent
    for candidate in (here / "data", here.parents[1] / "data"):
        if candidate.is_dir():
            return candidate
    raise DataError("the data files of postcheck are missing; reinstall the package")


def named_or_path(value: str | Path, folder: str) -> Path:
    """Turn a built-in name (``"haringey"``) or a path into the path of a TOML file.

    Raises:
        DataError: there is no such built-in name and no such file.
    """
    if isinstance(value, str) and "/" not in value and not value.endswith(".toml"):
        built_in = data_dir() / folder / f"{value}.toml"
        if built_in.is_file():
            return built_in
        known = ", ".join(sorted(p.stem for p in (data_dir() / folder).glob("*.toml")))
        raise DataError(f"there is no built-in {folder} file called {value!r} (known: {known})")
    path = Path(value)
    if not path.is_file():
        raise DataError("no such file", file=path)
    return path


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises:
        DataError: the file cannot be read or is not TOML; names the file and, where known, the line.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        # Python 3.11-3.13 put "(at line N, column M)" into the message only.
        raise DataError(f"not valid TOML: {error}", file=path) from None
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"cannot be read: {type(error).__name__}", file=path) from None


def find_line(path: Path, *needles: str) -> int | None:
    """Return the 1-based line on which the last of ``needles`` follows the earlier ones, in order."""
    wanted = list(needles)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    for number, line in enumerate(lines, start=1):
        while wanted and wanted[0] in line:
            wanted.pop(0)
        if not wanted:
            return number
    return None


def lexicon_files() -> Iterator[Path]:
    """Yield the lexicon files in a fixed order."""
    yield from sorted((data_dir() / "lexicons").glob("*/*.toml"))


def language_model_dir() -> Path:
    """Return the folder of the language model in use: the newest by name.

    Raises:
        DataError: there is none.
    """
    folders = sorted((data_dir() / "models").glob("language-*"))
    if not folders:
        raise DataError("the language model is missing; reinstall the package")
    return folders[-1]


def digest(*paths: Path) -> str:
    """Return a short SHA-256 over names and contents of files, in the order given."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.name.encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:16]
