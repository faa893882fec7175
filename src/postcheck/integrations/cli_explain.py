"""Commands about rules: ``explain RULE`` and ``rules``."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from postcheck.errors import ConfigError, did_you_mean
from postcheck.integrations.cli_common import (
    ConfigOption,
    OrganisationOption,
    PolicyOption,
    build_pipeline,
    out,
    settings_of,
)
from postcheck.model import Rule
from postcheck.render import visible

if TYPE_CHECKING:
    from postcheck.lexicons import Lexicon
    from postcheck.policy.clauses import Plan

_SHOWN_EXAMPLES = 5


def rules(
    config: ConfigOption = None, organisation: OrganisationOption = None, policy: PolicyOption = None
) -> None:
    """List every rule: severity, status, whether it is switched off, and what it means."""
    settings, _ = settings_of(config, organisation=organisation, policy=policy)
    known = build_pipeline(settings).rules
    width = max((len(rule.id) for rule in known), default=0)
    for rule in known:
        tuning = settings.rule(rule.id)
        status = rule.status if tuning.enabled else "off"
        severity = tuning.severity or rule.severity
        out(f"{rule.id:<{width}}  {severity.value:<6}  {status:<7}  {visible(rule.message)}\n")


def explain(
    rule_id: Annotated[str, typer.Argument(metavar="RULE", help="A rule id such as abuse.threat.")],
    config: ConfigOption = None,
    organisation: OrganisationOption = None,
    policy: PolicyOption = None,
) -> None:
    """Explain a rule: what it means, what the policy makes of it, and examples."""
    from postcheck.lexicons import load_lexicons

    settings, _ = settings_of(config, organisation=organisation, policy=policy)
    pipeline = build_pipeline(settings)
    known = {rule.id: rule for rule in pipeline.rules}
    if rule_id not in known:
        hint = did_you_mean(rule_id, known)
        raise ConfigError(f"no such rule{hint or '; postcheck rules lists them'}", key=rule_id)
    lexicon = next((item for item in load_lexicons() if item.rule == rule_id), None)
    tuning = settings.rule(rule_id)
    for line in _about(known[rule_id], lexicon):
        out(line + "\n")
    if not tuning.enabled:
        out("  switched off in the settings\n")
    out(f"\nWhat the policy {visible(str(pipeline.policy.ref))} says; the first row that fits decides:\n")
    plans = pipeline.policy.plans(rule_id)
    if not plans:
        out("  nothing; a finding without a row is left to a person\n")
    for number, plan in enumerate(plans, start=1):
        for line in _row(number, plan):
            out(line + "\n")
    if lexicon is not None:
        for title, texts in (("Flags", lexicon.examples.flag), ("Passes", lexicon.examples.passes)):
            out(f"\n{title}, for example:\n")
            for text in texts[:_SHOWN_EXAMPLES]:
                out(f"  - {visible(text)}\n")


def _about(rule: Rule, lexicon: Lexicon | None) -> Iterator[str]:
    yield f"{rule.id}  {rule.severity}, {rule.status}"
    yield from _block(rule.message)
    if lexicon is not None:
        yield from _block(lexicon.why)
    if rule.suggestion:
        yield from _block(f"try: {rule.suggestion}")


def _row(number: int, plan: Plan) -> Iterator[str]:
    row = plan.row
    conditions = [f"{fact} is {' or '.join(_word(v) for v in values)}" for fact, values in row.when.items()]
    if row.excuse:
        conditions.append(f"excuse is {' or '.join(row.excuse)}")
    if row.part:
        conditions.append(f"in {' or '.join(row.part)}")
    if row.min_severity.rank:
        conditions.append(f"severity at least {row.min_severity}")
    if row.min_confidence:
        conditions.append(f"confidence at least {row.min_confidence:g}")
    decision = str(row.decision) if row.decision is not None else "by severity"
    yield from _block(f"{number}. {', '.join(conditions) or 'in every case'}: {decision}")
    for clause in plan.clauses:
        yield from _block(f"clause {clause.id}, {clause.title} ({clause.citation})", "     ")
    if row.next_step:
        yield from _block(f"next: {row.next_step}", "     ")


def _word(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _block(text: str, indent: str = "  ") -> list[str]:
    return textwrap.wrap(visible(text), 98, initial_indent=indent, subsequent_indent=indent)
