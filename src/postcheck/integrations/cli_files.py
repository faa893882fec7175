"""Commands about files: ``policy coverage``, ``policy check``, ``organisation check``, ``config show``."""

from __future__ import annotations

import datetime as dt
import json
import textwrap
from pathlib import Path
from typing import Annotated

import typer

from postcheck.errors import DataError
from postcheck.integrations.cli_common import (
    ConfigOption,
    LogosOption,
    NowOption,
    OrganisationOption,
    PolicyOption,
    complain,
    list_problems,
    moment,
    out,
    settings_of,
)
from postcheck.render import visible
from postcheck.suppress import AllowRule

policy_app = typer.Typer(help="Look at a policy file.", no_args_is_help=True, rich_markup_mode=None)
organisation_app = typer.Typer(
    help="Look at an organisation file.", no_args_is_help=True, rich_markup_mode=None
)
config_app = typer.Typer(help="Look at the settings.", no_args_is_help=True, rich_markup_mode=None)


@policy_app.callback()
@organisation_app.callback()
@config_app.callback()
def _group() -> None:
    # Without a callback, a group of one command would swallow the command's name.
    return


@policy_app.command("coverage")
def coverage(policy: PolicyOption = None, config: ConfigOption = None) -> None:
    """Print every clause of the policy, and what keeps it: a rule, guidance, the register, or nobody."""
    from postcheck.policy.clauses import Policy

    settings, _ = settings_of(config, policy=policy)
    loaded = Policy.load(settings.policy)
    rows = loaded.coverage()
    kinds: dict[str, int] = {}
    out(f"{visible(str(loaded.ref))}: {len(rows)} clauses\n\n")
    for row in rows:
        kinds[row.kind] = kinds.get(row.kind, 0) + 1
        out(f"{visible(row.clause.id):<10} {row.kind:<14} {visible(row.clause.title)}\n")
        explained = f"{row.explanation} Rules: {', '.join(row.rules)}" if row.rules else row.explanation
        out(textwrap.indent(textwrap.fill(visible(explained), 88), " " * 11) + "\n")
    out("\n" + ", ".join(f"{kind}: {count}" for kind, count in sorted(kinds.items())) + "\n")


@policy_app.command("check")
def policy_check(file: Annotated[Path, typer.Argument(help="A policy file.")]) -> None:
    """Check a policy file. Exit code 1: something is wrong in it."""
    from postcheck.policy.clauses import Policy

    _must_exist(file)
    try:
        policy = Policy.load(file)
    except DataError as error:
        complain(str(error))
        raise typer.Exit(1) from None
    sizes = f"{len(policy.clauses)} clauses, {len(policy.rows)} rows"
    out(f"{file}: {visible(str(policy.ref))}, {sizes}, nothing wrong\n")


@organisation_app.command("check")
def organisation_check(
    file: Annotated[Path, typer.Argument(help="An organisation file.")], now: NowOption = None
) -> None:
    """Say what is missing, expired or malformed, with line. Exit code 1: there is an error."""
    from postcheck.organisation_check import check_organisation

    _must_exist(file)
    today = (moment(now) or dt.datetime.now(dt.UTC)).date()
    problems = check_organisation(file, today)
    errors = list_problems(file, problems)
    out(f"{errors} errors, {len(problems) - errors} warnings\n")
    raise typer.Exit(1 if errors else 0)


@config_app.command("show")
def config_show(
    config: ConfigOption = None,
    organisation: OrganisationOption = None,
    policy: PolicyOption = None,
    logos: LogosOption = None,
) -> None:
    """Print every setting and where its value came from: default, a line of a file, or an argument."""
    _, origins = settings_of(config, organisation=organisation, policy=policy, logos=logos)
    width = max(len(origin.key) for origin in origins)
    for origin in origins:
        out(f"{origin.key:<{width}}  {visible(_value(origin.value)):<28}  {visible(origin.origin)}\n")


def _value(value: object) -> str:
    if isinstance(value, tuple) and value and isinstance(value[0], AllowRule):
        return ", ".join(f"{row.rule} ({row.owner}, until {row.expires})" for row in value)
    if isinstance(value, tuple):
        return json.dumps([str(item) for item in value], ensure_ascii=False)
    if value is None or value == {}:
        return "not set"
    return json.dumps(value if isinstance(value, bool | int | float) else str(value), ensure_ascii=False)


def _must_exist(file: Path) -> None:
    if not file.is_file():
        raise DataError("no such file", file=file)
