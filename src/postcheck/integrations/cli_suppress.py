"""The command that marks a finding as accepted, with owner, reason and expiry."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from postcheck.config import Settings, read_key
from postcheck.drafts import explain
from postcheck.errors import ConfigError, DraftError
from postcheck.integrations.cli_common import (
    ConfigOption,
    LogosOption,
    NowOption,
    OrganisationOption,
    PolicyOption,
    baseline_key,
    build_pipeline,
    moment,
    out,
    read_input,
    settings_of,
)
from postcheck.masking import is_private
from postcheck.model import Finding
from postcheck.suppress import AllowRule
from postcheck.suppress.allow import EXCUSE, add_to_allow_list
from postcheck.suppress.baseline import add_to_baseline


def suppress(
    source: Annotated[
        str, typer.Argument(metavar="INPUT", help="The draft, as for check: a text, a file, or -.")
    ],
    finding: Annotated[
        int, typer.Option("--finding", min=1, help="Number of the finding, as check prints it.")
    ],
    owner: Annotated[str, typer.Option("--owner", help="Who answers for it: a role or an id.")],
    reason: Annotated[str, typer.Option("--reason", help="Why the finding is acceptable.")],
    expires: Annotated[str, typer.Option("--expires", help="Last day on which this holds, as 2027-05-31.")],
    allow: Annotated[
        Path | None, typer.Option("--allow", help="Allow these words for the rule: write them to this file.")
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option("--baseline", help="Accept this finding: write its keyed fingerprint to this file."),
    ] = None,
    config: ConfigOption = None,
    organisation: OrganisationOption = None,
    policy: PolicyOption = None,
    logos: LogosOption = None,
    now: NowOption = None,
) -> None:
    """Record that a finding is a false positive or accepted. Screens INPUT once more to find it.

    Without --allow or --baseline the file of the settings is used: the baseline for personal data and
    secrets, else the allow list. A baseline needs POSTCHECK_BASELINE_KEY or baseline_key_file.
    """
    if allow is not None and baseline is not None:
        raise ConfigError("give --allow or --baseline, not both")
    settings, _ = settings_of(config, organisation=organisation, policy=policy, logos=logos)
    last_day = _day(expires)
    today = (moment(now) or dt.datetime.now(dt.UTC)).date()
    if last_day < today:
        raise ConfigError("is in the past", key="--expires")
    drafts = read_input(source)
    if len(drafts) != 1:
        raise DraftError("suppress takes one draft at a time")
    found = build_pipeline(settings, moment(now)).check(drafts[0][1]).findings
    if finding > len(found):
        raise ConfigError(f"there are only {len(found)} findings", key="--finding")
    chosen = found[finding - 1]
    if chosen.excuse == EXCUSE:
        raise ConfigError("this finding is suppressed already", key="--finding")
    allow, baseline = _target(settings, chosen, allow, baseline)
    if baseline is not None:
        key = read_key(settings, baseline_key())
        add_to_baseline(baseline, key, chosen, owner, reason, last_day, added=today)
    elif allow is not None:
        try:
            row = AllowRule(
                rule=chosen.rule, text=chosen.evidence, owner=owner, reason=reason, expires=last_day
            )
        except ValidationError as error:
            raise ConfigError(explain(error)) from None
        add_to_allow_list(allow, row)
    _report(settings, chosen, allow, baseline, last_day)


def _target(
    settings: Settings, finding: Finding, allow: Path | None, baseline: Path | None
) -> tuple[Path | None, Path | None]:
    """Return the file to write to: an allow list or a baseline, never both."""
    if allow is None and baseline is None:
        if is_private(finding.rule):
            baseline = settings.baseline
        else:
            allow = settings.suppressions[0] if settings.suppressions else None
    if allow is None and baseline is None:
        option = "--baseline" if is_private(finding.rule) else "--allow"
        raise ConfigError(f"the settings name no file to write to; give {option} FILE")
    return allow, baseline


def _report(
    settings: Settings, finding: Finding, allow: Path | None, baseline: Path | None, last_day: dt.date
) -> None:
    written = allow or baseline
    out(f"{finding.rule} is suppressed until {last_day} in {written}\n")
    named = [*settings.suppressions, settings.baseline]
    if written is not None and written.resolve() not in [
        path.resolve() for path in named if path is not None
    ]:
        key = "suppressions" if allow is not None else "baseline"
        out(f'It has no effect yet: add {key} = "{written}" to postcheck.toml\n')


def _day(written: str) -> dt.date:
    try:
        return dt.date.fromisoformat(written)
    except ValueError:
        raise ConfigError("not a date such as 2027-05-31", key="--expires") from None
