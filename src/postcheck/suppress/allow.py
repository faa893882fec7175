"""The allow list: words that are fine here, each with an owner, a reason and an expiry date."""

from __future__ import annotations

import datetime as dt
import json
import os
import tempfile
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, AliasChoices, BaseModel, ConfigDict, Field

from postcheck.errors import ConfigError
from postcheck.masking import is_private
from postcheck.model import Finding, Severity

EXCUSE = "suppressed"
PRIVATE_THEMES = ("personal", "secret")
RULE_PATTERN = r"^[a-z]+(\.[a-z0-9-]+)*(\.[a-z0-9-]+|\.\*)$"


def fold_evidence(text: str) -> str:
    """Return the form in which evidence is compared: case folded, runs of white space as one space."""
    return " ".join(text.casefold().split())


def covers(pattern: str, rule: str) -> bool:
    """Say whether a rule pattern (``abuse.insult`` or ``abuse.*``) covers a rule id."""
    return rule.startswith(pattern[:-1]) if pattern.endswith(".*") else rule == pattern


def _filled(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be empty")
    return value.strip()


def _public_theme(value: str) -> str:
    if value.partition(".")[0] in PRIVATE_THEMES:
        raise ValueError(
            "personal data and secrets cannot be allowed by their text, which would copy them into this "
            "file; accept the finding in the baseline instead (postcheck suppress ... --baseline FILE)"
        )
    return value


Filled = Annotated[str, AfterValidator(_filled)]


class AllowRule(BaseModel):
    """One row of the allow list. It covers a finding whose evidence is exactly ``text``, whatever the case.

    Attributes:
        rule: a rule id or a pattern such as ``abuse.*``; never ``personal`` or ``secret``.
        text: the words that are fine here (``term`` is another name for it in files).
        owner: who answers for the row: a role or a person's id.
        reason: why the words are fine here.
        expires: the last day on which the row applies.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    rule: Annotated[str, Field(pattern=RULE_PATTERN), AfterValidator(_public_theme)]
    text: Annotated[Filled, Field(repr=False, validation_alias=AliasChoices("text", "term"))]
    owner: Filled
    reason: Filled
    expires: dt.date

    def matches(self, finding: Finding) -> bool:
        """Say whether the row speaks of this finding, expired or not."""
        return covers(self.rule, finding.rule) and fold_evidence(self.text) == fold_evidence(finding.evidence)


def excused(finding: Finding) -> bool:
    """Say whether a finding asks for nothing already, so that no suppression is needed."""
    return finding.excuse is not None and finding.severity is Severity.INFO


def suppress(finding: Finding, owner: str, reason: str, expires: dt.date) -> Finding:
    """Return the finding, kept in the verdict but no longer counted, saying who allowed it and why."""
    message = f"{finding.message} (allowed by {owner} until {expires}: {reason})"
    return finding.model_copy(update={"excuse": EXCUSE, "severity": Severity.INFO, "message": message})


def expired_note(kind: str, owner: str, rule: str, expires: dt.date) -> str:
    """Return the next step for a suppression that no longer applies."""
    return f"{kind} of {owner} for {rule} expired on {expires}: renew it or change the draft"


def apply(
    findings: Iterable[Finding], rows: Iterable[AllowRule], today: dt.date
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Apply allow rows.

    Args:
        findings: what the detectors saw.
        rows: the allow list.
        today: the day that expiry dates are compared with; a row still applies on its last day.

    Returns:
        The same findings in the same order, the covered ones with excuse ``suppressed`` and severity
        ``info``; and a note for each expired row that would have covered one.
    """
    rows = tuple(rows)
    kept: list[Finding] = []
    notes: dict[str, None] = {}
    for finding in findings:
        matching = (
            [] if is_private(finding.rule) or excused(finding) else [r for r in rows if r.matches(finding)]
        )
        current = next((row for row in matching if row.expires >= today), None)
        if current is not None:
            kept.append(suppress(finding, current.owner, current.reason, current.expires))
            continue
        for row in matching:
            notes[expired_note("an allow rule", row.owner, row.rule, row.expires)] = None
        kept.append(finding)
    return tuple(kept), tuple(notes)


def _toml_string(value: str) -> str:
    # A JSON string is a TOML basic string, except that TOML wants DEL escaped and knows no
    # surrogate pairs; ensure_ascii=False writes none.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def add_to_allow_list(path: str | Path, row: AllowRule) -> None:
    """Append a row to a suppressions file (made when absent), keeping what is there, comments included.

    Raises:
        ConfigError: the file is not valid TOML, or it cannot be read or written.
    """
    path = Path(path)
    try:
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        tomllib.loads(before)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"not valid TOML: {error}", file=path) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot be read: {type(error).__name__}", file=path) from None
    lines = [
        "[[allow]]",
        *(f"{key} = {_toml_string(getattr(row, key))}" for key in ("rule", "text", "owner", "reason")),
        f"expires = {row.expires.isoformat()}",
    ]
    gap = "" if not before else "\n" if before.endswith("\n") else "\n\n"
    write_atomically(path, f"{before}{gap}" + "\n".join(lines) + "\n")


def write_atomically(path: Path, content: str) -> None:
    """Replace a file in one step, so that a crash leaves the old one whole.

    Raises:
        ConfigError: the folder cannot be written to.
    """
    target = path.resolve()  # follow a link, replace what it points to
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(content)
        os.chmod(temporary, target.stat().st_mode & 0o777 if target.exists() else 0o644)
        os.replace(temporary, target)
        temporary = None
    except OSError as error:
        raise ConfigError(f"cannot be written: {type(error).__name__}", file=path) from None
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
