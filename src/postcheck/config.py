"""Settings: find, read and check ``postcheck.toml`` or ``[tool.postcheck]`` in ``pyproject.toml``.

Arguments beat the file, the file beats the defaults. What is absent is on: leaving something out
never switches a detector or a rule off. An unknown key is an error. The library reads no file and
no environment variable unless it is asked to; only the command line looks for a settings file.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, ValidationError

from postcheck.errors import ConfigError, did_you_mean
from postcheck.model import Finding, Severity
from postcheck.suppress import Suppressions
from postcheck.suppress.allow import RULE_PATTERN, AllowRule, covers
from postcheck.suppress.baseline import Baseline, load_baseline
from postcheck.toml_lines import TomlLines

NAMES = ("postcheck.toml", "pyproject.toml")
_SHARED = ("tool", "postcheck")  # our table in a file of others
_STRICT = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True)


def _paths(value: Any) -> Any:
    return [value] if isinstance(value, str | Path) else value


Name = Annotated[str, Field(min_length=1)]
Count = Annotated[int, Field(strict=True, gt=0)]
Amount = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]
PatternKey = Annotated[str, Field(pattern=RULE_PATTERN)]


class Limits(BaseModel):
    """How much one draft may hold, and how long one detector may take.

    Attributes:
        max_characters: longest text of a draft, in code points.
        max_attachments: most images in a draft.
        max_image_megapixels: largest image, in millions of pixels.
        max_image_megabytes: largest image file, in millions of bytes.
        detector_timeout_s: longest run of one detector on one draft, in seconds.
    """

    model_config = _STRICT

    max_characters: Count = 100_000
    max_attachments: Count = 20
    max_image_megapixels: Amount = 40.0
    max_image_megabytes: Amount = 25.0
    detector_timeout_s: Amount = 10.0


class RuleSettings(BaseModel):
    """Tuning of a rule, or of all rules that a pattern covers.

    Attributes:
        enabled: false drops its findings.
        min_confidence: findings less likely than this are dropped, 0 to 1.
        severity: replaces the severity that the detector gave.
    """

    model_config = _STRICT

    enabled: Annotated[bool, Field(strict=True)] = True
    min_confidence: Annotated[float, Field(strict=True, ge=0, le=1)] = 0.0
    severity: Severity | None = None


class DetectorSettings(BaseModel):
    """Detectors that do not run at all, by name."""

    model_config = _STRICT

    disabled: tuple[Name, ...] = ()


class Settings(BaseModel):
    """Everything that can be set. ``organisation`` and ``policy`` are built-in names or paths."""

    model_config = _STRICT

    organisation: Name = "haringey"
    policy: Name = "haringey-2019"
    logos: Path | None = None
    spacy_model: Name | None = None
    fail_on: Literal["review", "block"] = "review"
    limits: Limits = Limits()
    rules: dict[PatternKey, RuleSettings] = {}
    detectors: DetectorSettings = DetectorSettings()
    suppressions: Annotated[tuple[Path, ...], BeforeValidator(_paths)] = ()
    baseline: Path | None = None
    baseline_key_file: Path | None = None
    allow: tuple[AllowRule, ...] = ()

    _file: Path | None = PrivateAttr(default=None)

    @property
    def file(self) -> Path | None:
        """The file that the settings were read from, if any."""
        return self._file

    def rule(self, rule_id: str) -> RuleSettings:
        """Return the tuning of one rule: the exact id beats a pattern, a longer pattern a shorter one."""
        matching = sorted(
            (p for p in self.rules if covers(p, rule_id)), key=lambda p: (not p.endswith("*"), len(p))
        )
        given: dict[str, Any] = {}
        for pattern in matching:
            tuning = self.rules[pattern]
            given.update({name: getattr(tuning, name) for name in tuning.model_fields_set})
        return RuleSettings(**given)

    def tune(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Drop findings of rules switched off or under their threshold; override severities."""
        if not self.rules:
            return tuple(findings)
        kept = []
        for finding in findings:
            tuning = self.rule(finding.rule)
            if not tuning.enabled or finding.confidence < tuning.min_confidence:
                continue
            if tuning.severity is not None and tuning.severity is not finding.severity:
                finding = finding.model_copy(update={"severity": tuning.severity})
            kept.append(finding)
        return tuple(kept)

    def check_rules(self, known: Iterable[str]) -> None:
        """Check that what is tuned exists: a typing error would leave a rule as it was, unseen.

        Raises:
            ConfigError: a rule or a pattern that covers none of the ``known`` rule ids.
        """
        known = list(known)
        for pattern in self.rules:
            if not any(covers(pattern, rule) for rule in known):
                message = f"there is no such rule{did_you_mean(pattern, known)}"
                raise self._error(message, ("rules", pattern))

    def _error(self, message: str, loc: tuple[str | int, ...]) -> ConfigError:
        text = (
            self._file.read_text(encoding="utf-8") if self._file is not None and self._file.is_file() else ""
        )
        shared = self._file is not None and self._file.name == NAMES[1]
        line = line_of(text, (*_SHARED, *loc) if shared else loc)
        return ConfigError(message, file=self._file, key=_dotted(loc), line=line)

    @property
    def disabled_detectors(self) -> tuple[str, ...]:
        """Names of detectors that do not run."""
        return self.detectors.disabled

    @property
    def disabled_rules(self) -> tuple[str, ...]:
        """Rules and patterns switched off, in the order of the file."""
        return tuple(pattern for pattern, tuning in self.rules.items() if not tuning.enabled)

    @property
    def digest(self) -> str:
        """A short SHA-256 over the values that can change a verdict; what files hold is not part of it."""
        values = self.model_dump_json(include={"spacy_model", "limits", "rules", "detectors"})
        return hashlib.sha256(values.encode()).hexdigest()[:16]


# What may be written under a key, for the did-you-mean; "*" stands for any name or number.
_TABLES: dict[tuple[str, ...], type[BaseModel]] = {
    (): Settings,
    ("limits",): Limits,
    ("rules", "*"): RuleSettings,
    ("detectors",): DetectorSettings,
    ("allow", "*"): AllowRule,
}


def load_settings(path: str | Path) -> Settings:
    """Read a settings file; of a ``pyproject.toml``, the table ``[tool.postcheck]``.

    Paths inside it are taken relative to its folder.

    Raises:
        ConfigError: the file is missing, is not TOML, or holds an unknown key or a wrong value.
    """
    path = Path(path)
    text, data = _read(path)
    loc: tuple[str | int, ...] = ()
    if path.name == NAMES[1]:
        data, loc = _own_table(data), _SHARED
        if data is None:
            raise ConfigError("has no table [tool.postcheck]", file=path)
    settings = _validated(data, path, text, loc)
    places = {
        name: _beside(path, value)
        for name, value in settings
        if name in settings.model_fields_set and value is not None
    }
    settings = settings.model_copy(update=places)
    settings._file = path
    return settings


def _own_table(data: Mapping[str, Any]) -> dict[str, Any] | None:
    tool = data.get("tool")
    own = tool.get("postcheck") if isinstance(tool, dict) else None
    return own if isinstance(own, dict) else None


def _beside(path: Path, value: Any) -> Any:
    # A name such as "haringey" is built in; anything with a slash or .toml is a file beside this one.
    if isinstance(value, Path):
        return path.resolve().parent / value
    if isinstance(value, tuple) and value and isinstance(value[0], Path):
        return tuple(path.resolve().parent / item for item in value)
    if isinstance(value, str) and ("/" in value or value.endswith(".toml")):
        return str(path.resolve().parent / value)
    return value


def _read(path: Path) -> tuple[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        raise ConfigError(f"not valid TOML: {error}", file=path, line=int(at[1]) if at else None) from None
    except FileNotFoundError:
        raise ConfigError("no such file", file=path) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot be read: {type(error).__name__}", file=path) from None


def _validated(
    data: Mapping[str, Any] | None, path: Path | None, text: str, prefix: tuple[str | int, ...] = ()
) -> Settings:
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        loc = tuple(step for step in first["loc"] if step != "[key]")
        message = first["msg"].removeprefix("Value error, ")
        if first["type"] == "extra_forbidden":
            place = tuple("*" if i == 1 else str(step) for i, step in enumerate(loc[:-1]))
            known = _TABLES[place].model_fields if place in _TABLES else {}
            message = f"unknown key{did_you_mean(str(loc[-1]), known)}"
        elif "[key]" in first["loc"]:
            message = 'not a rule id or a pattern such as "abuse.*"'
        raise ConfigError(message, file=path, key=_dotted(loc), line=line_of(text, (*prefix, *loc))) from None


def _dotted(loc: Iterable[str | int]) -> str:
    return ".".join(f'"{step}"' if "." in str(step) else str(step) for step in loc)


def line_of(text: str, loc: tuple[str | int, ...]) -> int | None:
    """Return the line of a TOML text that sets ``loc``, or of the nearest table or value around it."""
    # TomlLines splits a quoted key ("abuse.insult") at its dots too.
    flat = [part for step in loc for part in (step.split(".") if isinstance(step, str) else [step])]
    lines = TomlLines(text)
    return lines.line_of(flat) or lines.line_of([*flat, 0])  # rows are known by their number


def find_settings(start: str | Path) -> Path | None:
    """Walk up from a folder to the nearest ``postcheck.toml``, or ``pyproject.toml`` with our table.

    Raises:
        ConfigError: a ``pyproject.toml`` on the way names our table but cannot be read.
    """
    start = Path(start).resolve()
    for folder in (start, *start.parents):
        own, shared = (folder / name for name in NAMES)
        if own.is_file():
            return own
        # A file of others that is not TOML is no business of ours unless it speaks of us.
        named = shared.is_file() and "tool.postcheck" in shared.read_text(encoding="utf-8", errors="replace")
        if named and _own_table(_read(shared)[1]) is not None:
            return shared
    return None


@dataclass(frozen=True, slots=True)
class Origin:
    """One resolved value and where it came from: ``default``, ``argument`` or ``file:line``."""

    key: str
    value: object
    origin: str


def resolve(
    path: str | Path | None, arguments: Mapping[str, object] | None = None
) -> tuple[Settings, tuple[Origin, ...]]:
    """Bring defaults, a settings file and arguments together.

    Args:
        path: a settings file, or ``None`` for the defaults.
        arguments: values by top-level key, as given by the caller; ``None`` means not given.

    Returns:
        The settings, and every value with where it came from.

    Raises:
        ConfigError: see ``load_settings``; also for a wrong argument.
    """
    settings = Settings() if path is None else load_settings(path)
    given = {key: value for key, value in (arguments or {}).items() if value is not None}
    if given:
        checked = _validated(given, None, "")
        file = settings.file
        settings = settings.model_copy(update={key: getattr(checked, key) for key in given})
        settings._file = file
    text = "" if path is None else Path(path).read_text(encoding="utf-8")
    prefix = _SHARED if path is not None and Path(path).name == NAMES[1] else ()
    return settings, tuple(_origins(settings, (), given, str(path), text, prefix))


def _origins(
    model: BaseModel,
    loc: tuple[str, ...],
    given: Mapping[str, object],
    path: str,
    text: str,
    prefix: tuple[str, ...],
) -> Iterator[Origin]:
    for name, value in model:
        here = (*loc, name)
        if isinstance(value, BaseModel):
            yield from _origins(value, here, given, path, text, prefix)
        elif name == "rules" and value:
            for pattern, tuning in value.items():
                for key in sorted(tuning.model_fields_set):
                    place = _place(path, text, (*prefix, "rules", pattern, key))
                    yield Origin(_dotted(("rules", pattern, key)), getattr(tuning, key), place)
        elif here[0] in given:
            yield Origin(_dotted(here), value, "argument")
        elif name in model.model_fields_set:
            yield Origin(_dotted(here), value, _place(path, text, (*prefix, *here)))
        else:
            yield Origin(_dotted(here), value, "default")


def _place(path: str, text: str, loc: tuple[str, ...]) -> str:
    line = line_of(text, loc)
    return path if line is None else f"{path}:{line}"


def load_suppressions(settings: Settings, baseline_key: bytes | None = None) -> Suppressions:
    """Read the allow rows and the baseline that the settings name.

    Args:
        settings: the resolved settings.
        baseline_key: the key of the baseline; without it ``baseline_key_file`` is read.

    Raises:
        ConfigError: a file is missing or malformed, or the key is missing, short or wrong.
    """
    rows = list(settings.allow)
    for path in settings.suppressions:
        text, data = _read(path)
        unknown = next((key for key in data if key != "allow"), None)
        if unknown is not None:
            message = f"unknown key{did_you_mean(unknown, ['allow'])}"
            raise ConfigError(message, file=path, key=unknown, line=line_of(text, (unknown,)))
        rows.extend(_validated({"allow": data.get("allow", [])}, path, text).allow)
    baselines: tuple[Baseline, ...] = ()
    if settings.baseline is not None:
        baselines = (load_baseline(settings.baseline, read_key(settings, baseline_key)),)
    return Suppressions(tuple(rows), baselines)


def read_key(settings: Settings, baseline_key: bytes | None = None) -> bytes | None:
    """Return the baseline key that was passed in, else the content of ``baseline_key_file``, else ``None``.

    Raises:
        ConfigError: the key file cannot be read.
    """
    if baseline_key is not None or settings.baseline_key_file is None:
        return baseline_key
    try:
        return settings.baseline_key_file.read_bytes().rstrip(b"\r\n")
    except OSError as error:
        message = f"the key file cannot be read: {type(error).__name__}"
        raise ConfigError(message, file=settings.baseline_key_file) from None
