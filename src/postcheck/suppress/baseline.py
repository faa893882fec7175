"""The baseline: accepted findings by keyed fingerprint. The file holds no draft text.

A fingerprint is an HMAC-SHA256 over rule, part and folded evidence, without position, so that an
accepted finding stays accepted when the words around it change. Without the key nobody can test a
guess (a phone number, say) against the file; so the key is never in it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from postcheck.errors import ConfigError
from postcheck.model import Finding
from postcheck.suppress.allow import (
    RULE_PATTERN,
    Filled,
    excused,
    expired_note,
    fold_evidence,
    suppress,
    write_atomically,
)

MIN_KEY_BYTES = 16


class BaselineRow(BaseModel):
    """One accepted finding: its fingerprint, who accepted it, why, and until when."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    rule: Annotated[str, Field(pattern=RULE_PATTERN)]
    owner: Filled
    reason: Filled
    expires: dt.date
    added: dt.date


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    version: Literal[1]
    key_check: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    rows: tuple[BaselineRow, ...] = ()


def check_key(key: bytes | None) -> bytes:
    """Return a usable key.

    Raises:
        ConfigError: there is no key, or it is under 16 bytes.
    """
    if key is None:
        raise ConfigError(
            "a baseline needs its key: set POSTCHECK_BASELINE_KEY for the command line, or baseline_key_file"
        )
    if len(key) < MIN_KEY_BYTES:
        raise ConfigError(f"the baseline key is under {MIN_KEY_BYTES} bytes; make a longer random one")
    return key


def fingerprint(key: bytes, finding: Finding) -> str:
    """Return the keyed fingerprint of a finding, 64 hexadecimal digits."""
    # JSON keeps the three fields apart whatever characters they hold.
    content = json.dumps([finding.rule, finding.part, fold_evidence(finding.evidence)])
    return hmac.new(key, content.encode("ascii"), hashlib.sha256).hexdigest()


def _key_check(key: bytes) -> str:
    # Tells a wrong key from a baseline that simply does not match; says nothing about the key.
    return hmac.new(key, b"postcheck baseline key check", hashlib.sha256).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Baseline:
    """The rows of a baseline file with the key that makes their fingerprints."""

    rows: tuple[BaselineRow, ...]
    key: bytes = field(repr=False)

    def apply(
        self, findings: Iterable[Finding], today: dt.date
    ) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
        """Apply the baseline.

        Args:
            findings: what the detectors saw.
            today: the day that expiry dates are compared with; a row still applies on its last day.

        Returns:
            The same findings in the same order, the accepted ones with excuse ``suppressed`` and
            severity ``info``; and a note for each expired row that would have covered one.
        """
        by_fingerprint: dict[str, list[BaselineRow]] = {}
        for row in self.rows:
            by_fingerprint.setdefault(row.fingerprint, []).append(row)
        rules = {row.rule for row in self.rows}
        kept: list[Finding] = []
        notes: dict[str, None] = {}
        for finding in findings:
            rows: list[BaselineRow] = []
            if finding.rule in rules and finding.evidence and not excused(finding):
                rows = by_fingerprint.get(fingerprint(self.key, finding), [])
            current = next((row for row in rows if row.expires >= today), None)
            if current is not None:
                finding = suppress(finding, current.owner, current.reason, current.expires)
            else:
                for row in rows:
                    notes[expired_note("a baseline row", row.owner, row.rule, row.expires)] = None
            kept.append(finding)
        return tuple(kept), tuple(notes)


def load_baseline(path: str | Path, key: bytes | None) -> Baseline:
    """Read a baseline file.

    Args:
        path: a JSON file written by ``add_to_baseline``.
        key: the secret key, at least 16 bytes.

    Raises:
        ConfigError: no key, a short one or another file's; or a file that is missing or malformed.
    """
    key = check_key(key)
    path = Path(path)
    content = _read(path)
    if not hmac.compare_digest(content.key_check, _key_check(key)):
        raise ConfigError("the baseline was written with another key", file=path)
    return Baseline(content.rows, key)


def _read(path: Path) -> _File:
    try:
        return _File.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except json.JSONDecodeError as error:
        raise ConfigError(f"not valid JSON: {error.msg}", file=path, line=error.lineno) from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(str(step) for step in first["loc"]) or None
        raise ConfigError(first["msg"], file=path, key=key) from None
    except FileNotFoundError:
        raise ConfigError("no such baseline file", file=path) from None
    except (OSError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"cannot be read: {type(error).__name__}", file=path) from None


def add_to_baseline(
    path: str | Path,
    key: bytes | None,
    finding: Finding,
    owner: str,
    reason: str,
    expires: dt.date,
    *,
    added: dt.date,
) -> None:
    """Accept a finding: add its fingerprint to the file (made when absent), keeping the other rows.

    A row with the same fingerprint is replaced: that is how an expired one is renewed.

    Raises:
        ConfigError: the key or the file is unusable (see ``load_baseline``); owner or reason is empty
            or repeats the evidence; the finding has no evidence to tell it from others of its rule.
    """
    key = check_key(key)
    path = Path(path)
    evidence = fold_evidence(finding.evidence)
    if not evidence:
        raise ConfigError(
            f"a finding of {finding.rule} without evidence cannot be told from others; "
            "switch the rule off in the settings if you mean all of them"
        )
    repeats = re.compile(rf"(?<!\w){re.escape(evidence)}(?!\w)")
    if any(repeats.search(fold_evidence(words)) for words in (owner, reason)):
        raise ConfigError("the owner or the reason repeats the evidence, which must not be in the file")
    rows = load_baseline(path, key).rows if path.exists() else ()
    try:
        row = BaselineRow(
            fingerprint=fingerprint(key, finding),
            rule=finding.rule,
            owner=owner,
            reason=reason,
            expires=expires,
            added=added,
        )
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise ConfigError(first["msg"], key=str(first["loc"][0])) from None
    kept = tuple(old for old in rows if old.fingerprint != row.fingerprint)
    content = _File(version=1, key_check=_key_check(key), rows=(*kept, row))
    write_atomically(path, content.model_dump_json(indent=2) + "\n")
