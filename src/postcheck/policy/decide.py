"""Turn findings into a decision: policy rows, the circumstances, and the order of the answer.

This module reads what a finding says about itself (rule, severity, confidence, excuse, part), never the
text of a draft nor the evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from postcheck.model import Decision, Finding, Severity
from postcheck.policy.clauses import RANK, FactValue, OutOfScope, Plan, Policy, Row

Ask = Callable[[str], str | None]
_WEIGHT = {decision: decision.rank for decision in Decision}
_PART_ORDER = {name: n for n, name in enumerate(("text", "quoted_text", "display_name", "bio", "handle"))}
_LAST = 1 << 40


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the policy says about a draft.

    Attributes:
        findings: the findings with clauses, decision and severity, the most serious first.
        decision: what they ask for together.
        next_steps: what to do about it and whom to ask, the most serious first, none twice.
    """

    findings: tuple[Finding, ...]
    decision: Decision
    next_steps: tuple[str, ...]


def decide(
    findings: Iterable[Finding],
    facts: Mapping[str, FactValue],
    policy: Policy,
    ask: Ask,
    preview: Collection[str] = frozenset(),
    *,
    on: date | None = None,
) -> Outcome:
    """Judge findings under a policy.

    Args:
        findings: what the detectors saw, in any order.
        facts: the circumstances, in the vocabulary of ``policy.clauses.FACTS``.
        policy: the clauses and rows.
        ask: returns how to reach a role ("Communications team (communications@...)"), or ``None``.
        preview: ids of rules on trial; they never ask for more than review.
        on: the day of publication; clauses not in force then are not cited. ``None`` cites all.

    Returns:
        The same answer whatever the order of ``findings``.

    Raises:
        ValueError: ``facts`` lacks one that the policy reads; a missing fact must not pass as harmless.
    """
    missing = policy.facts_read - facts.keys()
    if missing:
        raise ValueError(f"the policy needs facts that were not given: {', '.join(sorted(missing))}")
    if facts["author_type"] == "councillor" and not facts["council"]:
        advice = policy.out_of_scope
        return Outcome((), Decision.NOT_SCREENED, () if advice is None else (_step(advice, ask),))
    defaults = {severity: getattr(policy.defaults, severity.value) for severity in Severity}
    unconnected = facts["tier"] == "personal" and facts["connected"] == "no"
    applicable: dict[str, list[Plan]] = {}
    judged: list[tuple[tuple[object, ...], Finding, Row | None]] = []
    for finding in findings:
        rule = finding.rule
        plans = applicable.get(rule)
        if plans is None:
            plans = applicable[rule] = [plan for plan in policy.plans(rule) if plan.holds(facts)]
        plan = first_match(plans, finding)
        row = None if plan is None else plan.row
        severity = finding.severity if row is None or row.severity is None else row.severity
        decision: Decision = defaults[severity] if row is None or row.decision is None else row.decision
        if finding.excuse is not None and (finding.excuse == "suppressed" or rule.startswith("personal.")):
            severity, decision = Severity.INFO, Decision.ALLOW
        if unconnected:
            # Section 5 bites only where the activity can be tied to the employee.
            severity, decision, row = min(severity, Severity.LOW, key=RANK.__getitem__), Decision.ALLOW, None
        elif rule in preview and decision is Decision.BLOCK:
            decision = Decision.REVIEW
        clauses = () if plan is None else plan.cited_on(on)
        answer = finding.model_copy(update={"clauses": clauses, "decision": decision, "severity": severity})
        judged.append((_order(answer), answer, row))
    judged.sort(key=lambda entry: entry[0])
    overall = judged[0][1].decision if judged else Decision.ALLOW
    steps = dict.fromkeys(
        _step(row, ask)
        for _, finding, row in judged
        if row is not None and row.next_step and finding.severity is not Severity.INFO
    )
    return Outcome(tuple(entry[1] for entry in judged), overall, tuple(steps))


def first_match(plans: Iterable[Plan], finding: Finding) -> Plan | None:
    """Return the first row that takes the finding, of those that the circumstances allow."""
    rank = RANK[finding.severity]
    for plan in plans:
        if (
            rank >= plan.min_rank
            and finding.confidence >= plan.row.min_confidence
            and plan.takes_excuse(finding.excuse)
            and (plan.parts is None or finding.part.partition(":")[0] in plan.parts)
        ):
            return plan
    return None


def _order(finding: Finding) -> tuple[object, ...]:
    """Return the total order of findings: the worst first, then in reading order.

    The tail only separates findings that are otherwise alike, so that shuffled input changes nothing.
    """
    name, _, number = finding.part.partition(":")
    span, region = finding.span, finding.region
    return (
        -_WEIGHT[finding.decision],
        -RANK[finding.severity],
        _PART_ORDER.get(name, len(_PART_ORDER)),
        name,
        int(number) if number.isdecimal() else 0,
        _LAST if span is None else span.start,
        finding.rule,
        _LAST if span is None else span.end,
        () if region is None else (region.attachment, region.y, region.x, region.height, region.width),
        -finding.confidence,
        finding.message,
        finding.suggestion or "",
        finding.excuse or "",
        finding.detector,
        finding.part,
    )


def _step(row: Row | OutOfScope, ask: Ask) -> str:
    """Return a next step that names whom to ask: the role's contact, or at least the role."""
    if row.ask is None:
        return row.next_step or ""
    return f"{row.next_step} Ask: {ask(row.ask) or row.ask.replace('-', ' ')}."
