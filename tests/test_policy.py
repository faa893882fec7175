"""The policy: errors in a file, what follows from a finding, and the built-in Haringey policy."""

from __future__ import annotations

import itertools
import pickle
import re
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postcheck.errors import DataError
from postcheck.model import Decision, Finding, Region, Severity, Span
from postcheck.policy import Outcome, Policy, decide
from postcheck.policy.clauses import EXCUSES, FACTS, THEMES
from postcheck.policy.decide import first_match

HARINGEY = Policy.load("haringey-2019")
ROLES = {
    *("communications", "digital-communications", "press-office", "monitoring-officer", "legal", "hr"),
    *("information-governance", "data-protection-officer", "equalities", "safeguarding", "line-manager"),
    *("returning-officer", "emergency-planning", "service-owner"),
}

# Who posts: Communications on a key channel, a librarian on a service channel, an employee privately.
KEY: dict[str, str | bool] = {
    "tier": "key",
    "council": True,
    "kind": "post",
    "author_type": "staff",
    "connected": "yes",
    "communications": "yes",
    "politically_restricted": False,
    "directorate": "other",
    "window": False,
    "emergency": False,
    "crisis_hold": False,
    "scheduled": False,
    "approved": False,
    "consented": False,
    "delegated": False,
}
SERVICE = {**KEY, "tier": "service", "communications": "no"}
PERSONAL = {**SERVICE, "tier": "personal", "council": False}
NO_ACCOUNT = {**SERVICE, "tier": "none"}
UNREGISTERED = {**NO_ACCOUNT, "council": False}


def nobody(_role: str) -> str | None:
    return None


def finding(rule: str, severity: str = "high", excuse: str | None = None, **more: object) -> Finding:
    return Finding(rule=rule, severity=severity, message=f"saw {rule}", excuse=excuse, **more)


def judge(
    facts: dict[str, str | bool], *findings: Finding, policy: Policy = HARINGEY, **more: object
) -> Outcome:
    return decide(findings, facts, policy, nobody, **more)


# --- reading a policy file -----------------------------------------------------------------------------

SMALL = f"""\
id = "small"
version = "1"
title = "A small policy"
source = "written for this test"
licence = "Apache-2.0"
reviewed = 2026-11-22

[out_of_scope]
next_step = "Members have their own."
ask = "monitoring-officer"

[[clause]]
id = "1"
title = "One"
citation = "Small 1"
summary = "Be good."
to = 2026-12-31

[[clause]]
id = "2"
title = "Two"
citation = "Small 2"
summary = "Be seen to be good."
see_also = ["Some Act 1999"]

[[clause]]
id = "3"
title = "Three"
citation = "Small 3"
summary = "Mean it."
check = "not-checkable"
why = "Hearts are opaque."

[[row]]
rule = "political.party"
when = {{ window = true, tier = ["key", "service"] }}
clauses = ["1", "2"]
decision = "block"
next_step = "Wait."
ask = "communications"

[[row]]
rule = ["political.share", "political.party"]
min_severity = "medium"
min_confidence = 0.5
clauses = ["2"]
decision = "review"
severity = "medium"

[[row]]
rule = {[f"{theme}.*" for theme in THEMES]}
clauses = ["2"]
next_step = "Think."
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(text, encoding="utf-8")
    return path


def above_last(rows: str) -> str:
    return SMALL.replace(f"[[row]]\n{LAST}", f"{rows}[[row]]\n{LAST}")


@pytest.fixture
def small(tmp_path: Path) -> Policy:
    return Policy.load(write(tmp_path, SMALL))


LAST = f"rule = {[f'{theme}.*' for theme in THEMES]}"

# fmt: off
# Old text, new text, key of the error, its message, and what stands on the line that it names.
LOAD_ERRORS = [
    ('version = "1"', 'verison = "1"', "version", "missing", ""),
    ("reviewed", "colour = 1\nreviewed", "colour", "unknown key", "colour"),
    ('title = "One"', 'titel = "One"', "clause[0].title", "missing", "[[clause]]"),
    ('summary = "Be s', 'summery = "x"\nsummary = "Be s', "clause[1].summery",
     "unknown key; did you mean 'summary'", "summery"),
    ('severity = "medium"\n\n', 'severty = "medium"\n\n', "row[1].severty",
     "unknown key; did you mean 'severity'", "severty"),
    ("[out_of_scope]\nnext_step", "[out_of_scope]\nnext_stop", "out_of_scope.next_step",
     "missing", "[out_of_scope]"),
    ("[out_of_scope]", '[defaults]\nhihg = "block"\n\n[out_of_scope]', "defaults.hihg",
     "unknown key; did you mean 'high'", "hihg"),
    ("to = 2026-12-31", "too = 2026-12-31", "clause[0].too", "did you mean 'to'", "too ="),
    ('decision = "review"', 'decision = "hold"', "row[1].decision", "block", '"hold"'),
    ('decision = "review"', 'decision = "not_screened"', "row[1].decision",
     "allow, review or block", "not_screened"),
    ("min_confidence = 0.5", "min_confidence = 5", "row[1].min_confidence", "less than or equal", "= 5"),
    ('clauses = ["1", "2"]', "clauses = []", "row[0].clauses", "at least 1", "clauses = []"),
    ('"political.share"', '"politcal.share"', "row[1].rule",
     "unknown theme 'politcal'; did you mean 'political'", "politcal"),
    ('"political.share"', '"political.sh*"', "row[1].rule", "neither a rule id", "sh*"),
    ('"political.share"', '"political"', "row[1].rule", "neither a rule id", '"political"'),
    ("window = true", "windw = true", "row[0].when",
     "unknown fact 'windw'; did you mean 'window'", "windw"),
    ('["key", "service"]', '["key", "servise"]', "row[0].when",
     "tier is never 'servise'; did you mean 'service'", "servise"),
    ("window = true", 'window = "yes"', "row[0].when", "it is one of true, false", '"yes"'),
    ("window = true", "window = 1", "row[0].when", "valid", "window = 1"),
    ("min_severity", 'excuse = "quotaton"\nmin_severity', "row[1].excuse",
     "unknown excuse 'quotaton'; did you mean 'quotation'", "quotaton"),
    ("min_severity", 'part = "body"\nmin_severity', "row[1].part", "unknown part 'body'", "body"),
    ('["1", "2"]', '["1", "22"]', "row[0].clauses", "unknown clause '22'; did you mean '2'", '"22"'),
    ('["1", "2"]', '["1", "3"]', "row[0].clauses", "not checkable, yet this row checks it", '"3"]'),
    ('id = "2"', 'id = "1"', "clause[1].id", "there twice", 'id = "1"'),
    ('why = "Hearts are opaque."', "", "clause[2].why", "has to say why", "[[clause]]"),
    ('check = "not-checkable"\nwhy', 'check = "register"\nwhy', "clause[2].how",
     "has to say how", "[[clause]]"),
    ('check = "not-checkable"\nwhy = "Hearts are opaque."', "", "clause[2].id",
     "no row cites clause '3'", 'id = "3"'),
    ('clauses = ["1", "2"]', 'clauses = ["2"]', "clause[0].id", "no row cites clause '1'", 'id = "1"'),
    ("'image.*'", "'image.metadata'", "row", "the theme 'image' needs a last row", None),
    (LAST, LAST + '\nexcuse = "none"', "row", "needs a last row", None),
    (LAST, LAST + '\nmin_severity = "low"', "row", "needs a last row", None),
    ("reviewed", 'themes = ["house"]\nreviewed', "row", "theme 'house' needs a last row", None),
]
# fmt: on


@pytest.mark.parametrize(("old", "new", "key", "message", "line"), LOAD_ERRORS)
def test_a_wrong_file_is_refused(
    tmp_path: Path, old: str, new: str, key: str, message: str, line: str | None
) -> None:
    assert SMALL.count(old) >= 1
    text = SMALL.replace(old, new, 1)
    path = write(tmp_path, text)
    with pytest.raises(DataError, match=re.escape(message)) as caught:
        Policy.load(path)
    assert caught.value.key == key
    assert caught.value.file == str(path)
    if line:
        assert caught.value.line is not None
        assert line in text.splitlines()[caught.value.line - 1]


# A row added below the narrow rows, and whether something above takes all that it could.
REACHABILITY = [
    ('rule = "political.party"\nwhen = { window = true, tier = "key" }\n', True),
    ('rule = "political.party"\nwhen = { window = true }\n', False),
    ('rule = "political.party"\nwhen = { tier = "key" }\n', False),
    ('rule = "political.party"\nmin_severity = "high"\nmin_confidence = 0.9\n', True),
    ('rule = "political.party"\nmin_severity = "high"\nmin_confidence = 0.4\n', False),
    ('rule = "political.party"\nmin_severity = "low"\nmin_confidence = 0.9\n', False),
    ('rule = "political.share"\nexcuse = "quotation"\nmin_severity = "high"\nmin_confidence = 1\n', True),
    ('rule = "political.emblem"\n', False),
    # One of two rules is dead: as bad as both.
    ('rule = ["political.emblem", "political.share"]\nmin_severity = "high"\nmin_confidence = 1\n', True),
]


@pytest.mark.parametrize(("row", "unreachable"), REACHABILITY)
def test_an_unreachable_row_is_refused(tmp_path: Path, row: str, unreachable: bool) -> None:
    path = write(tmp_path, above_last(f'[[row]]\n{row}clauses = ["2"]\n\n'))
    if unreachable:
        with pytest.raises(DataError, match=r"no finding of 'political.* can reach this row") as caught:
            Policy.load(path)
        assert caught.value.key == "row[2].rule"
    else:
        assert len(Policy.load(path).rows) == 4


@pytest.mark.parametrize(
    ("early", "late", "unreachable"),
    [
        ("any", "quotation", True),
        ("any", "any", True),
        ("any", "none", False),
        ("none", "none", True),
        ("none", "any", False),
        ("quotation", "quotation", True),
        ("quotation", "homonym", False),
        ("quotation", "any", False),
    ],
)
def test_excuses_cover_each_other(tmp_path: Path, early: str, late: str, unreachable: bool) -> None:
    rows = "".join(
        f'[[row]]\nrule = "tone.hasty"\nexcuse = "{e}"\npart = {p}\nclauses = ["2"]\n\n'
        for e, p in ((early, ["text", "bio"]), (late, ["bio"]))
    )
    path = write(tmp_path, above_last(rows))
    if unreachable:
        with pytest.raises(DataError, match="can reach this row"):
            Policy.load(path)
    else:
        assert len(Policy.load(path).rows) == 5


def test_a_row_below_the_catch_all_is_unreachable(tmp_path: Path) -> None:
    path = write(tmp_path, SMALL + '\n[[row]]\nrule = "logo.organisation"\nclauses = ["2"]\n')
    with pytest.raises(DataError, match=r"'logo\.organisation' can reach this row"):
        Policy.load(path)


def test_names_paths_and_syntax(tmp_path: Path) -> None:
    assert Policy.load(str(write(tmp_path, SMALL))).id == "small"
    with pytest.raises(DataError, match="haringey-2019"):
        Policy.load("harringey-2019")
    with pytest.raises(DataError, match="no such file"):
        Policy.load(tmp_path / "absent.toml")
    with pytest.raises(DataError, match="not valid TOML") as caught:
        Policy.load(write(tmp_path, SMALL + "\n[[row\n"))
    assert caught.value.line is not None
    with pytest.raises(DataError, match=r"needs \[\[clause\]\] tables"):
        Policy.load(write(tmp_path, SMALL[: SMALL.index("[[clause]]")]))


def test_digest_follows_the_file(tmp_path: Path, small: Policy) -> None:
    assert small.digest == Policy.load(write(tmp_path, SMALL)).digest
    assert small.digest != Policy.load(write(tmp_path, SMALL + "# changed\n")).digest
    assert str(small.ref) == "small 1"


def test_themes_of_your_own(tmp_path: Path) -> None:
    text = (
        SMALL.replace("reviewed", 'themes = ["house"]\nreviewed')
        + '\n[[row]]\nrule = "house.*"\nclauses = ["1"]\n'
    )
    outcome = judge(KEY, finding("house.jargon", "medium"), policy=Policy.load(write(tmp_path, text)))
    assert outcome.decision is Decision.REVIEW
    assert [clause.id for clause in outcome.findings[0].clauses] == ["1"]


def test_a_theme_nobody_declared_is_judged_by_severity(small: Policy) -> None:
    outcome = judge(KEY, finding("stranger.thing", "high"), policy=small)
    assert outcome.decision is Decision.BLOCK
    assert outcome.findings[0].clauses == ()


def test_coverage_says_what_keeps_a_clause(small: Policy) -> None:
    kinds = {entry.clause.id: entry for entry in small.coverage()}
    assert kinds["1"].rules == ("political.party",)
    assert kinds["1"].explanation
    assert kinds["3"].kind == "not-checkable"
    assert kinds["3"].explanation == "Hearts are opaque."
    assert kinds["3"].rules == ()


def test_a_policy_survives_pickling(small: Policy) -> None:
    again = pickle.loads(pickle.dumps(small))
    assert judge(KEY, finding("political.party"), policy=again) == judge(
        KEY, finding("political.party"), policy=small
    )


# --- decision logic ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "rule", "severity", "confidence", "decision", "clauses"),
    [
        pytest.param({"window": True}, "political.party", "low", 0.1, "block", ["1", "2"], id="first-row"),
        pytest.param(
            {"window": True, "tier": "none"},
            "political.party",
            "high",
            1,
            "review",
            ["2"],
            id="value-not-listed",
        ),
        pytest.param({}, "political.party", "high", 0.5, "review", ["2"], id="threshold-inclusive"),
        pytest.param({}, "political.party", "high", 0.49, "block", ["2"], id="below-confidence"),
        pytest.param({}, "political.party", "low", 1, "allow", ["2"], id="below-severity"),
        pytest.param({}, "political.credit", "medium", 1, "review", ["2"], id="by-severity"),
    ],
)
def test_the_first_matching_row_decides(
    small: Policy,
    facts: dict[str, str | bool],
    rule: str,
    severity: str,
    confidence: float,
    decision: str,
    clauses: list[str],
) -> None:
    outcome = judge({**KEY, **facts}, finding(rule, severity, confidence=confidence), policy=small)
    assert outcome.decision == decision
    assert outcome.findings[0].decision == decision
    assert [clause.id for clause in outcome.findings[0].clauses] == clauses


def test_a_row_overrides_the_severity(small: Policy) -> None:
    assert (
        judge(KEY, finding("political.party", "high"), policy=small).findings[0].severity is Severity.MEDIUM
    )


def test_a_row_may_test_the_part(tmp_path: Path) -> None:
    row = '[[row]]\nrule = "tone.hasty"\npart = ["image", "bio"]\nclauses = ["1"]\ndecision = "block"\n\n'
    policy = Policy.load(write(tmp_path, above_last(row)))
    for part, decision in (
        ("image:2", "block"),
        ("bio", "block"),
        ("text", "allow"),
        ("alt_text:0", "allow"),
    ):
        assert judge(KEY, finding("tone.hasty", "low", part=part), policy=policy).decision == decision


def test_clauses_are_cited_while_in_force(small: Policy) -> None:
    facts = {**KEY, "window": True}
    for day, cited in ((date(2026, 12, 31), ["1", "2"]), (date(2027, 1, 1), ["2"]), (None, ["1", "2"])):
        outcome = judge(facts, finding("political.party"), policy=small, on=day)
        assert [clause.id for clause in outcome.findings[0].clauses] == cited
        assert outcome.decision is Decision.BLOCK


def test_nothing_found_is_allowed() -> None:
    assert judge(KEY) == Outcome((), Decision.ALLOW, ())


def test_a_missing_fact_is_an_error_and_not_harmless() -> None:
    facts = {name: value for name, value in KEY.items() if name != "window"}
    with pytest.raises(ValueError, match="window"):
        judge(facts, finding("political.party"))


def test_next_steps_name_whom_to_ask_once_and_in_order() -> None:
    contacts = {"information-governance": "Information Governance (ig@example.gov.uk)"}
    outcome = decide(
        [
            finding("accessibility.missing-alt-text", "low"),
            finding("personal.phone", "medium"),
            finding("personal.email", "medium"),
            finding("secret.password"),
            finding("logo.organisation", "info", "permitted account"),
        ],
        KEY,
        HARINGEY,
        contacts.get,
    )
    secret, contact, alt_text = outcome.next_steps
    # A role that the organisation does not have is named all the same.
    assert secret.endswith("Ask: digital communications.")
    assert contact.endswith("Ask: Information Governance (ig@example.gov.uk).")
    assert "alternative text" in alt_text


@pytest.mark.parametrize(
    ("facts", "decision"),
    [
        pytest.param({**PERSONAL, "author_type": "councillor"}, "not_screened", id="own-account"),
        pytest.param({**UNREGISTERED, "author_type": "councillor"}, "not_screened", id="unregistered"),
        pytest.param({**KEY, "author_type": "councillor"}, "block", id="council-account"),
        pytest.param({**KEY, "author_type": "agency"}, "block", id="agency-worker"),
    ],
)
def test_councillors_are_screened_on_council_accounts_only(
    facts: dict[str, str | bool], decision: str
) -> None:
    outcome = judge(facts, finding("political.party"))
    assert outcome.decision == decision
    if decision == "not_screened":
        assert outcome.findings == ()
        assert "2.2" in outcome.next_steps[0]
        assert "monitoring officer" in outcome.next_steps[0]


@pytest.mark.parametrize("connected", ["no", "unknown", "yes"])
@pytest.mark.parametrize("rule", ["abuse.threat", "secret.password", "logo.organisation", "image.unreadable"])
def test_an_account_not_connected_is_never_held(rule: str, connected: str) -> None:
    outcome = judge({**PERSONAL, "connected": connected}, finding(rule))
    if connected == "no":
        assert outcome.decision is Decision.ALLOW
        assert outcome.findings[0].severity is Severity.LOW
        assert outcome.next_steps == ()
        assert outcome.findings[0].clauses
    else:
        assert outcome.decision > Decision.ALLOW


def test_not_connected_means_personal_accounts_only() -> None:
    assert judge({**KEY, "connected": "no"}, finding("abuse.threat")).decision is Decision.BLOCK


def test_a_rule_on_trial_never_blocks() -> None:
    rules = ("abuse.threat", "tone.hasty")
    outcome = judge(KEY, finding("abuse.threat"), finding("tone.hasty", "low"), preview={*rules})
    assert [f.decision for f in outcome.findings] == [Decision.REVIEW, Decision.ALLOW]
    assert outcome.decision is Decision.REVIEW
    assert judge(KEY, finding("abuse.threat"), preview={"abuse.insult"}).decision is Decision.BLOCK


@pytest.mark.parametrize("rule", ["personal.phone", "personal.child", "personal.solicited"])
@pytest.mark.parametrize(
    "facts", [KEY, PERSONAL, {**SERVICE, "directorate": "children"}], ids=["key", "own", "children"]
)
def test_excused_personal_data_is_allowed(rule: str, facts: dict[str, str | bool]) -> None:
    answer = judge(facts, finding(rule, "high", "published contact")).findings[0]
    assert (answer.decision, answer.severity) == (Decision.ALLOW, Severity.INFO)
    assert judge(facts, finding(rule, "high")).decision is Decision.BLOCK


def test_a_suppressed_finding_holds_nothing() -> None:
    outcome = judge(KEY, finding("secret.password", "high", "suppressed"))
    assert outcome.decision is Decision.ALLOW
    assert outcome.findings[0].severity is Severity.INFO
    assert outcome.next_steps == ()


# --- order ---------------------------------------------------------------------------------------------


def test_the_worst_comes_first_then_reading_order() -> None:
    outcome = judge(
        KEY,
        finding("accessibility.hashtag-case", "low"),
        finding("personal.email", "medium", part="alt_text:10"),
        finding("personal.email", "medium", part="alt_text:2"),
        finding("personal.email", "medium", part="bio", span=Span(start=0, end=4)),
        finding("personal.phone", "medium"),
        finding("personal.phone", "medium", span=Span(start=9, end=12)),
        finding("personal.email", "medium", span=Span(start=9, end=12)),
        finding("personal.email", "medium", span=Span(start=3, end=12)),
        finding("abuse.threat", "high", part="image:0"),
    )
    assert [(f.rule, f.part, f.span and f.span.start) for f in outcome.findings] == [
        ("abuse.threat", "image:0", None),
        ("personal.email", "text", 3),
        ("personal.email", "text", 9),
        ("personal.phone", "text", 9),
        ("personal.phone", "text", None),
        ("personal.email", "bio", 0),
        ("personal.email", "alt_text:2", None),
        ("personal.email", "alt_text:10", None),
        ("accessibility.hashtag-case", "text", None),
    ]


FINDINGS = st.builds(
    finding,
    st.sampled_from(
        [
            *("abuse.insult", "personal.phone", "personal.child", "political.candidate", "political.party"),
            *("claim.unsourced", "secret.password", "tone.hasty", "process.crisis-hold", "unheard.of"),
        ]
    ),
    st.sampled_from([s.value for s in Severity]),
    st.sampled_from([None, "quotation", "published contact", "suppressed"]),
    confidence=st.sampled_from([0.2, 0.4, 0.5, 0.9, 1.0]),
    part=st.sampled_from(["text", "bio", "quoted_text", "alt_text:0", "alt_text:11", "image:1"]),
    span=st.none() | st.integers(0, 3).map(lambda n: Span(start=n, end=n + 2)),
    region=st.none() | st.integers(0, 2).map(lambda n: Region(attachment=0, x=n, y=0, width=5, height=5)),
    detector=st.sampled_from(["one", "two"]),
)
CIRCUMSTANCES = st.fixed_dictionaries({fact: st.sampled_from(values) for fact, values in FACTS.items()})


@given(st.lists(FINDINGS, max_size=8), st.randoms(use_true_random=False), CIRCUMSTANCES)
def test_shuffling_the_findings_changes_nothing(
    found: list[Finding], random, facts: dict[str, str | bool]
) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)
    assert judge(facts, *found) == judge(facts, *shuffled)


ON_TRIAL = {"secret.password", "process.crisis-hold", "political.party", "personal.child"}


@given(st.lists(FINDINGS, min_size=3, max_size=9), CIRCUMSTANCES)
def test_what_holds_of_every_answer(found: list[Finding], facts: dict[str, str | bool]) -> None:
    outcome = judge(facts, *found, preview=ON_TRIAL)
    if facts["author_type"] == "councillor" and not facts["council"]:
        assert outcome.decision is Decision.NOT_SCREENED
        return
    assert outcome.decision == max(f.decision for f in outcome.findings)
    assert len(outcome.findings) == len(found)
    assert list(outcome.findings) == sorted(outcome.findings, key=lambda f: f.decision.rank, reverse=True)
    for answer in outcome.findings:
        assert answer.clauses or answer.theme not in THEMES
        if facts["tier"] == "personal" and facts["connected"] == "no":
            assert answer.severity <= Severity.LOW
            assert answer.decision is Decision.ALLOW
        if answer.rule in ON_TRIAL:
            assert answer.decision <= Decision.REVIEW
        if answer.excuse and answer.theme == "personal":
            assert answer.decision is Decision.ALLOW


# --- the built-in policy -------------------------------------------------------------------------------

SECTIONS = """
2.1 2.2 2.3 2.4 2.5 3.1 3.2 3.3 4.1.1 4.1.2 4.1.3 4.2.1.1 4.2.1.2 4.2.1.3 4.2.1.4 4.2.1.5 4.2.1.6
4.2.2.1 4.2.2.2 4.2.2.3 4.2.2.4 4.2.3.1 4.2.3.2 4.2.3.3 4.2.3.4 4.2.3.5 4.2.3.6 4.2.3.7 4.2.3.8
4.2.3.9 4.2.4.1 4.2.4.2 4.2.4.3 4.2.4.4 4.2.4.5 4.2.5.0 4.2.5.1 4.2.5.2 4.2.5.3 4.2.5.4 4.2.5.5
4.2.5.6 4.2.6 4.2.7 5.0.1 5.0.2 5.0.3 5.0.4 5.1 5.2 5.3 5.4 5.5 5.6 5.7 6.1 A.0 A.1 A.2 A.3 A.4 A.5
"""
# The rules of the contract, and for each theme the clauses of which a finding must cite at least one.
CONTRACT = {
    "abuse": ("insult threat harassment profanity sexual doxxing pile-on", {"5.1"}),
    "discrimination": ("slur derogation dehumanisation threat exclusion stereotype denial", {"5.2"}),
    "claim": (
        "unsourced absolute comparison attribution date-mismatch contradicts-fact pre-empts-decision link",
        {"5.3", "4.2.1.6", "A.2"},
    ),
    "personal": (
        "nino nhs-number passport driving-licence vehicle-registration utr upn uprn blue-badge bus-pass "
        "phone email username address postcode date-of-birth card bank-account iban ip-address mac-address "
        "location case-reference name health child criminal special-category small-number solicited",
        {"4.2.3.4", "4.2.3.5", "5.4"},
    ),
    "confidential": (
        "marking exempt procurement hr legal safeguarding security embargo unpublished-decision",
        {"5.4"},
    ),
    "secret": ("password api-key private-key connection-string token", {"4.2.3.8", "5.4"}),
    "logo": ("organisation", {"5.5"}),
    "impersonation": ("office team handle voice quotation parody alert payment-lure", {"5.6"}),
    "incitement": ("crime how-to praise violence evasion", {"5.7"}),
    "political": (
        "party candidate councillor-quote credit promise contested launch consultation share hashtag "
        "reaction poll-prediction emblem",
        {"4.2.6"},
    ),
    "authority": (
        "not-administrator not-manager speaks-for-council unregistered-channel media-enquiry untrained",
        {"4.1.1", "4.1.2", "4.2.2.2", "4.2.3.2", "4.2.3.7", "4.2.7"},
    ),
    "copyright": ("watermark uncredited metadata quotation", {"4.2.1.5"}),
    "tone": ("shouting hasty undisclosed-interest grievance", {"4.2.1.3", "A.1", "A.3", "A.4"}),
    "accessibility": ("missing-alt-text hashtag-case", {"4.1.3"}),
    "process": ("crisis-hold correction", {"4.2.5.0", "4.2.5.5"}),
    "image": ("unreadable too-large metadata unread-text", {"4.2.3.4"}),
}
RULES = [(f"{theme}.{name}", cites) for theme, (names, cites) in CONTRACT.items() for name in names.split()]


def test_all_clauses_of_the_notes_are_there() -> None:
    assert [clause.id for clause in HARINGEY.clauses] == SECTIONS.split()
    assert len(HARINGEY.clauses) == 62
    assert str(HARINGEY.ref) == "haringey-2019 1.0"


@pytest.mark.parametrize("clause", HARINGEY.clauses, ids=lambda clause: clause.id)
def test_a_clause_is_complete_and_in_our_own_words(clause) -> None:
    assert clause.title
    assert clause.citation.startswith("Social Media Practice Notes 2019, ")
    # One short sentence of our own; a pasted paragraph or list would be longer or quote.
    assert 15 < len(clause.summary) <= 130
    assert clause.summary.count(".") == 1
    assert clause.summary.endswith(".")
    assert not re.search(r"[\"“”:\n]|\b(must|please)\b", clause.summary)
    assert clause.how or clause.why


def test_summaries_are_not_repeated() -> None:
    assert len({clause.summary for clause in HARINGEY.clauses}) == 62


def test_coverage_places_every_clause() -> None:
    entries = HARINGEY.coverage()
    assert len(entries) == 62
    for entry in entries:
        assert entry.explanation
        assert bool(entry.rules) == (entry.kind == "rule"), entry.clause.id
    assert {entry.kind for entry in entries} == {"rule", "guidance", "register", "not-checkable"}


@pytest.mark.parametrize("tier", ["key", "personal", "none"])
@pytest.mark.parametrize(("rule", "cites"), RULES, ids=[rule for rule, _ in RULES])
def test_every_rule_of_the_contract_cites_its_clause(rule: str, cites: set[str], tier: str) -> None:
    facts = {"key": KEY, "personal": PERSONAL, "none": NO_ACCOUNT}[tier]
    for severity, window in itertools.product(Severity, (True, False)):
        answer = judge({**facts, "window": window}, finding(rule, severity.value)).findings[0]
        assert {clause.id for clause in answer.clauses} & cites, (severity, window)
        assert all(clause.citation and clause.summary for clause in answer.clauses)


def _witness(place: int) -> str | None:
    """Find a rule and circumstances under which the row is the first to match; ``None`` if there are none."""
    row = HARINGEY.rows[place]
    for pattern in row.rule:
        rule = pattern.replace("*", "something")
        plans = HARINGEY.plans(rule)
        # The facts that rows above test are the ones that can take a finding away.
        above = list(itertools.takewhile(lambda plan: plan.row is not row, plans))
        varied = sorted({"tier", *row.when, *(fact for plan in above for fact in plan.row.when)})
        for values in itertools.product(*(row.when.get(fact, FACTS[fact]) for fact in varied)):
            facts = {**KEY, **dict(zip(varied, values, strict=True))}
            live = [plan for plan in plans if plan.holds(facts)]
            for severity, confidence, excuse, part in itertools.product(
                Severity, (1.0, 0.5, 0.4, 0.1), (None, *EXCUSES[2:]), row.part or ("text",)
            ):
                if severity >= row.min_severity and confidence >= row.min_confidence:
                    probe = finding(rule, severity.value, excuse, confidence=confidence, part=part)
                    plan = first_match(live, probe)
                    if plan is not None and plan.row is row:
                        return rule
    return None


@pytest.mark.parametrize("place", range(len(HARINGEY.rows)), ids=lambda n: f"{n}-{HARINGEY.rows[n].rule[0]}")
def test_every_row_can_be_reached(place: int) -> None:
    assert _witness(place) is not None


def test_next_steps_ask_roles_that_organisations_have() -> None:
    asked = {row.ask for row in HARINGEY.rows if row.ask}
    assert asked <= ROLES
    assert all(row.next_step for row in HARINGEY.rows if row.ask)
    # Whoever is held has to be told what to do.
    assert all(row.next_step for row in HARINGEY.rows if row.decision not in (None, Decision.ALLOW))


# --- the worked examples, given what the detectors should see -----------------------------------------

# name | circumstances | findings: rule, severity, (excuse), confidence | decision and a clause to cite.
# The first circumstance is the account; the others are a kind, a fact that is true, or fact=value.
EXAMPLES = """
E02 | key | claim.unsourced medium, claim.comparison medium | review 4.2.1.6
E04 | key reply communications=no | authority.not-administrator high | block 4.1.1
E05 | key reply |  | allow
E06 | key reply | personal.solicited high | block 4.2.3.5
E07 | service reply | personal.address medium, personal.special-category high | block 4.2.3.4
E08 | key | personal.address medium (public register) | allow
E09 | key | personal.name medium, personal.health high | block 4.2.3.4
E10 | key | personal.phone medium (published contact) | allow
E11 | personal | personal.phone medium, incitement.evasion high | block 5.7
E12 | service | personal.child high | block 4.2.3.4
E13 | service consented |  | allow
E12 with consent | service consented | personal.child high | allow
E14 | personal | discrimination.dehumanisation high | block 5.2
E15 | key reply | discrimination.dehumanisation medium (counter-speech) | review 5.2
E17 | personal reply | discrimination.stereotype medium | review 5.2
E18 | personal | discrimination.exclusion high | block 5.2
E20 | personal reply | abuse.threat high | block 5.1
E21 | personal | abuse.insult medium | review 5.1
E22 | personal connected=no | abuse.insult medium | allow
E23 | personal | confidential.marking high | block 5.4
E25 | key | claim.pre-empts-decision medium | review 5.4
E26 | personal | confidential.procurement high | block 5.4
E27 | personal | confidential.hr high | block 5.4
E29 | personal | tone.undisclosed-interest medium, claim.absolute medium | review A.1
E30 | personal profile | logo.organisation high | block 5.5
E31 | personal | logo.organisation medium | review 5.5
E32 | key | logo.organisation info (permitted account) | allow
E33 | personal | impersonation.team high, impersonation.payment-lure high | block 5.6
E34 | personal | impersonation.office high | block 5.6
E35 | key approved delegated | impersonation.office high | allow
E36 | personal | impersonation.parody medium (labelled parody) | review 5.6
E37 | personal | incitement.evasion high | block 5.7
E38 | key | personal.criminal medium | review 4.2.3.4
E39 | personal | incitement.how-to high, incitement.praise high | block 5.7
E40 | key | incitement.crime medium | review 5.7
E41 | personal reply | incitement.crime high | block 5.7
E42 | key window | political.hashtag high (polling information) | allow
E43 | key window | political.councillor-quote high | block 4.2.6
E44 | key | political.councillor-quote high, political.credit medium (quotation) | allow
E46 | key share window | political.share high | block 4.2.6
E47 | key share | political.share high, political.hashtag high | block 4.2.6
E48 | key window emergency | tone.shouting medium, claim.absolute medium, process.crisis-hold high | allow
E49 | key window emergency | political.councillor-quote high, political.candidate medium | review 4.2.6
E50 | key window | political.candidate medium | review 4.2.6
E52 | key window | political.launch high, political.contested high | block 4.2.6
E53 | key reply window | authority.media-enquiry high, political.reaction high | block 4.2.6
E54 | service reply | authority.media-enquiry high | block 4.2.7
E56 | key | process.correction medium | review 4.2.5.0
E57 | personal politically_restricted window | political.hashtag high | review 4.2.6
E57 unrestricted | personal window | political.hashtag high | allow
E58 | key | political.party high (homonym) | allow
E59 | key | copyright.watermark high | block 4.2.1.5
E60 | key dm | personal.case-reference medium (recipient's own data) | allow
E61 | personal reply | authority.speaks-for-council high | block 4.1.2
E62 | service dm | secret.password high | block 4.2.3.8
E63 | key crisis_hold scheduled | process.crisis-hold high | block 4.2.5.5
E64 | personal author_type=councillor window | political.party high | not_screened
E65 | key window | political.candidate high | block 4.2.6
E66 | key reply | tone.shouting medium, tone.hasty medium | review A.3
"""
# Beyond the examples: what the domain notes say about weights, excuses and circumstances.
CASES = """
swearing officially | key | abuse.profanity medium | review 4.2.1.3
swearing privately | personal | abuse.profanity medium | allow
weak insult | key | abuse.insult medium 0.4 | allow
weak threat | key | abuse.threat high 0.4 | review 5.1
very weak threat | key | abuse.threat high 0.3 | allow
shared slur | key share | discrimination.slur high | block 5.2
neutral mention | key | discrimination.slur low | allow
unsourced privately | personal | claim.unsourced medium | allow
wrong fact privately | personal | claim.contradicts-fact high | block 5.3
early decision privately | personal | claim.pre-empts-decision medium | review 5.4
wrong fact, emergency | key emergency | claim.contradicts-fact high | review 5.3
asking by message | key dm | personal.solicited high | allow
third party by message | key dm | personal.phone medium | review 2.4
resident's phone | key | personal.phone medium | review 4.2.3.4
resident's phone, children's | service directorate=children | personal.phone medium | block 2.3
hint of a case, adults' | service directorate=adults | personal.health low | review 2.3
venue postcode, schools | service directorate=schools | personal.postcode low | allow
safeguarding topic | service | confidential.safeguarding medium | review 5.4
safeguarding topic, children's | service directorate=children | confidential.safeguarding medium | block 2.3
health with consent | service consented | personal.health high | review 4.2.3.4
conviction with consent | service consented | personal.criminal high | block 4.2.3.4
password advice | key | secret.password low (advice) | allow
secret in an emergency | key emergency | secret.token medium | block 4.2.3.8
mark permitted nowhere | key | logo.organisation high | block 5.5
signed by its own team | service | impersonation.team high | allow
delegated, not yet approved | key delegated | impersonation.office high | review 5.6
claimed authority, private | personal approved delegated | impersonation.office high | block 5.6
office without account | none | impersonation.office high | block 5.6
scam warning | key | impersonation.alert low (advice) | allow
crime report | key | incitement.how-to low (quotation) | allow
party, any day | key | political.party medium | block 4.2.6
politician shared, outside | key share | political.share medium | review 4.2.6
politician shared, window | key window | political.share medium | block 4.2.6
politician named, outside | key | political.candidate high | allow
credit, outside | key | political.credit medium | review 4.2.6
credit, window | key window | political.credit medium | block 4.2.6
forecast, window | key window | political.poll-prediction medium | block 4.2.6
forecast, outside | key | political.poll-prediction medium | review 4.2.6
topic, window | key window | political.contested medium | review 4.2.6
topic, outside | key | political.contested medium | allow
launch, outside | key | political.launch high | allow
consultation, window | key window | political.consultation medium | review 4.2.6
statutory consultation | key window | political.consultation medium (advice) | allow
launch in an emergency | key window emergency | political.launch high | allow
party in an emergency | key emergency | political.party high | review 4.2.6
politician, emergency outside | key emergency | political.candidate high | allow
restricted, naming only | personal politically_restricted | political.candidate high | allow
reporter, with leave | service approved | authority.media-enquiry high | allow
untrained | service | authority.untrained medium | review 4.2.3.7
untrained, approved | service approved | authority.untrained medium | allow
not a manager | service | authority.not-manager high | block 4.2.3.2
unregistered | unregistered | authority.unregistered-channel high | block 4.2.2.2
no credit | key | copyright.uncredited medium | review 4.2.1.5
no credit, privately | personal | copyright.uncredited medium | allow
haste approved | key approved | tone.hasty medium | allow
shouting, strong | key | tone.shouting high | review 4.2.1.3
no alternative text | key | accessibility.missing-alt-text high | allow
unreadable picture | key | image.unreadable info | review 4.2.3.4
huge picture | personal | image.too-large high | review 4.2.3.4
words not read | key | image.unread-text medium | allow
place in the picture | key | image.metadata medium | review 4.2.3.4
"""
ACCOUNTS = {
    "key": KEY,
    "service": SERVICE,
    "personal": PERSONAL,
    "none": NO_ACCOUNT,
    "unregistered": UNREGISTERED,
}
SEEN = re.compile(r"(?P<rule>\S+) (?P<severity>\w+)( \((?P<excuse>[^)]+)\))?( (?P<confidence>[\d.]+))?")


def _facts(words: str) -> dict[str, str | bool]:
    account, *others = words.split()
    facts = dict(ACCOUNTS[account])
    for word in others:
        name, _, value = ("kind", "=", word) if word in FACTS["kind"] else word.partition("=")
        assert name in facts
        facts[name] = {"": True, "false": False}.get(value, value)
    return facts


def _seen(words: str) -> list[Finding]:
    matches = [SEEN.fullmatch(one) for one in words.split(", ")] if words else []
    return [
        finding(m["rule"], m["severity"], m["excuse"], confidence=float(m["confidence"] or 1))
        for m in matches
        if m is not None or pytest.fail(f"cannot read {words!r}")
    ]


def _table(text: str) -> list[object]:
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return [pytest.param(*cells, id=name) for name, *cells in lines]


@pytest.mark.parametrize(("circumstances", "seen", "answer"), [*_table(EXAMPLES), *_table(CASES)])
def test_what_follows_from_what_was_seen(circumstances: str, seen: str, answer: str) -> None:
    decision, *clauses = answer.split()
    outcome = judge(_facts(circumstances), *_seen(seen))
    assert outcome.decision == decision
    if decision in ("review", "block"):
        cited = {c.id for f in outcome.findings if f.decision == decision for c in f.clauses}
        assert set(clauses) <= cited
        assert clauses
        assert outcome.next_steps


def test_a_decision_is_quick() -> None:
    rules = [rule for rule, _ in RULES]
    found = [finding(rule, "medium", span=Span(start=n, end=n + 3)) for n, rule in enumerate(rules)]
    best = float("inf")
    for _ in range(5):
        started = time.process_time()
        judge(KEY, *found)
        best = min(best, time.process_time() - started)
    # Meant to be under 30 microseconds a finding; the margin is for slow machines.
    assert best / len(found) < 150e-6
