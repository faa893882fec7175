from __future__ import annotations

import datetime as dt
import json
import pickle
import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from postcheck.errors import ConfigError
from postcheck.model import Decision, Finding, Severity, Span
from postcheck.suppress import AllowRule, Baseline, Suppressions
from postcheck.suppress.allow import add_to_allow_list, apply, covers, fold_evidence
from postcheck.suppress.baseline import add_to_baseline, fingerprint, load_baseline

TODAY = dt.date(2026, 11, 22)
LATER = dt.date(2027, 5, 31)
KEY = b"0123456789abcdef"


def a_finding(rule: str = "abuse.insult", evidence: str = "Silly Sausage", **more: object) -> Finding:
    values: dict[str, object] = {
        "rule": rule,
        "severity": Severity.HIGH,
        "message": "An insult.",
        "evidence": evidence,
        "span": Span(start=0, end=len(evidence)),
        "decision": Decision.ALLOW,
    }
    return Finding.model_validate(values | more)


def a_row(**more: object) -> AllowRule:
    values: dict[str, object] = {
        "rule": "abuse.*",
        "text": "silly sausage",
        "owner": "communications",
        "reason": "the name of a food stall",
        "expires": LATER,
    }
    return AllowRule.model_validate(values | more)


@pytest.mark.parametrize(
    ("pattern", "rule", "expected"),
    [
        ("abuse.insult", "abuse.insult", True),
        ("abuse.insult", "abuse.insults", False),
        ("abuse.*", "abuse.insult", True),
        ("abuse.*", "abuser.insult", False),
        ("abuse.*", "abuse.insult.strong", True),
        ("abuse.insult.*", "abuse.insult", False),
    ],
)
def test_covers(pattern: str, rule: str, expected: bool) -> None:
    assert covers(pattern, rule) is expected


def test_allowed_words_stay_in_the_verdict_as_suppressed() -> None:
    (finding,), notes = apply([a_finding()], [a_row()], TODAY)
    assert finding.excuse == "suppressed"
    assert finding.severity is Severity.INFO
    assert finding.message == (
        "An insult. (allowed by communications until 2027-05-31: the name of a food stall)"
    )
    assert finding.evidence == "Silly Sausage"
    assert notes == ()


@pytest.mark.parametrize(
    "row",
    [
        a_row(text="silly"),
        a_row(text="silly sausages"),
        a_row(rule="abuse.threat"),
        a_row(rule="tone.*"),
    ],
    ids=["part of the words", "more words", "other rule", "other theme"],
)
def test_near_misses_are_not_allowed(row: AllowRule) -> None:
    assert apply([a_finding()], [row], TODAY) == ((a_finding(),), ())


@pytest.mark.parametrize("text", ["SILLY sausage", "silly\n  sausage", " Silly Sausage "])
def test_case_and_white_space_do_not_matter(text: str) -> None:
    assert apply([a_finding()], [a_row(text=text)], TODAY)[0][0].excuse == "suppressed"


def test_last_day_still_applies_and_the_next_does_not() -> None:
    assert apply([a_finding()], [a_row()], LATER)[0][0].excuse == "suppressed"
    (finding,), notes = apply(
        [
            a_finding(),
        ],
        [a_row()],
        LATER + dt.timedelta(days=1),
    )
    assert finding == a_finding()
    assert notes == (
        "an allow rule of communications for abuse.* expired on 2027-05-31: renew it or change the draft",
    )


def test_expired_row_is_not_mentioned_where_it_would_not_apply() -> None:
    old = a_row(expires=dt.date(2020, 1, 1), text="other words")
    assert apply([a_finding()], [old], TODAY)[1] == ()


def test_a_current_row_wins_over_an_expired_one() -> None:
    rows = [a_row(expires=dt.date(2020, 1, 1)), a_row()]
    (finding,), notes = apply([a_finding()], rows, TODAY)
    assert finding.excuse == "suppressed"
    assert notes == ()


def test_an_excused_finding_keeps_its_own_excuse() -> None:
    excused = a_finding(excuse="quotation", severity=Severity.INFO)
    assert apply([excused], [a_row()], TODAY)[0] == (excused,)
    softened = a_finding(excuse="quotation", severity=Severity.MEDIUM)
    assert apply([softened], [a_row()], TODAY)[0][0].excuse == "suppressed"


@pytest.mark.parametrize("key", ["owner", "reason", "text"])
@pytest.mark.parametrize("value", ["", "  ", None])
def test_owner_reason_and_text_are_compulsory(key: str, value: str | None) -> None:
    with pytest.raises(ValidationError):
        a_row(**{key: value})


def test_expiry_is_compulsory() -> None:
    with pytest.raises(ValidationError, match="expires"):
        AllowRule.model_validate({"rule": "abuse.*", "text": "x", "owner": "o", "reason": "r"})


@pytest.mark.parametrize("rule", ["personal.phone", "personal.*", "secret.password", "secret.*"])
def test_private_data_cannot_be_allowed_by_text(rule: str) -> None:
    with pytest.raises(ValidationError, match="baseline") as caught:
        a_row(rule=rule, text="hunter2hunter2")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("rule", ["*", "abuse", "Abuse.insult", "abuse.*.x", "", "abuse."])
def test_malformed_patterns(rule: str) -> None:
    with pytest.raises(ValidationError):
        a_row(rule=rule)


def test_the_words_are_not_in_repr() -> None:
    assert "sausage" not in repr(a_row())


def test_add_to_allow_list_keeps_comments_and_survives_any_text(tmp_path: Path) -> None:
    path = tmp_path / "suppressions.toml"
    path.write_text(
        '# ours\n[[allow]]\nrule = "tone.hasty"\ntext = "x"\nowner = "o"\nreason = "r"\nexpires = 2027-01-01'
    )
    odd = 'quo"te \\ back\x7fslash\t\u202e 😀\nline'
    add_to_allow_list(path, a_row(text=odd))
    text = path.read_text(encoding="utf-8")
    rows = tomllib.loads(text)["allow"]
    assert text.startswith("# ours\n")
    assert [row["rule"] for row in rows] == ["tone.hasty", "abuse.*"]
    assert rows[1] == {
        "rule": "abuse.*",
        "text": odd,
        "owner": "communications",
        "reason": "the name of a food stall",
        "expires": LATER,
    }


def test_add_to_allow_list_leaves_a_broken_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "suppressions.toml"
    path.write_text("[[allow]\n")
    with pytest.raises(ConfigError, match=r"suppressions\.toml"):
        add_to_allow_list(path, a_row())
    assert path.read_text() == "[[allow]\n"


# --- baseline -----------------------------------------------------------------------------------------


def a_baseline(tmp_path: Path, *findings: Finding, expires: dt.date = LATER) -> Path:
    path = tmp_path / "baseline.json"
    for finding in findings:
        add_to_baseline(path, KEY, finding, "communications", "agreed with the owner", expires, added=TODAY)
    return path


def test_baseline_accepts_the_finding_wherever_it_stands(tmp_path: Path) -> None:
    phone = a_finding("personal.phone", "020 7946 0958")
    baseline = load_baseline(a_baseline(tmp_path, phone), KEY)
    moved = phone.model_copy(update={"span": Span(start=70, end=83)})
    (finding,), notes = baseline.apply([moved], TODAY)
    assert finding.excuse == "suppressed"
    assert finding.severity is Severity.INFO
    assert finding.message.endswith("(allowed by communications until 2027-05-31: agreed with the owner)")
    assert notes == ()


@pytest.mark.parametrize(
    "change",
    [{"evidence": "020 7946 0959"}, {"rule": "personal.name"}, {"part": "bio"}, {"evidence": ""}],
    ids=["evidence", "rule", "part", "no evidence"],
)
def test_baseline_near_misses(tmp_path: Path, change: dict[str, object]) -> None:
    phone = a_finding("personal.phone", "020 7946 0958")
    baseline = load_baseline(a_baseline(tmp_path, phone), KEY)
    other = phone.model_copy(update=change)
    assert baseline.apply([other], TODAY) == ((other,), ())


def test_baseline_holds_no_draft_text_and_no_key(tmp_path: Path) -> None:
    path = a_baseline(tmp_path, a_finding("personal.phone", "020 7946 0958"))
    text = path.read_text(encoding="utf-8")
    assert "7946" not in text
    assert KEY.decode() not in text
    assert KEY.hex() not in text
    data = json.loads(text)
    assert data["version"] == 1
    assert set(data["rows"][0]) == {"fingerprint", "rule", "owner", "reason", "expires", "added"}


def test_fingerprint_depends_on_the_key_and_cannot_be_glued() -> None:
    finding = a_finding()
    assert fingerprint(KEY, finding) != fingerprint(KEY[::-1], finding)
    assert fingerprint(KEY, finding) == fingerprint(
        KEY, finding.model_copy(update={"evidence": "silly  SAUSAGE"})
    )
    glued = Finding(rule="abuse.insulttext", severity="low", message="m", part="x", evidence="a")
    apart = Finding(rule="abuse.insult", severity="low", message="m", part="textx", evidence="a")
    assert fingerprint(KEY, glued) != fingerprint(KEY, apart)


def test_expired_baseline_row_gives_a_note(tmp_path: Path) -> None:
    phone = a_finding("personal.phone", "020 7946 0958")
    baseline = load_baseline(a_baseline(tmp_path, phone), KEY)
    (finding,), notes = baseline.apply([phone], LATER + dt.timedelta(days=1))
    assert finding == phone
    assert notes == (
        "a baseline row of communications for personal.phone expired on 2027-05-31: "
        "renew it or change the draft",
    )


def test_adding_keeps_rows_and_renews_the_same_finding(tmp_path: Path) -> None:
    first, second = a_finding(evidence="one"), a_finding(evidence="two")
    path = a_baseline(tmp_path, first, second)
    path.chmod(0o640)
    later = dt.date(2028, 1, 1)
    add_to_baseline(path, KEY, first, "legal", "renewed", later, added=TODAY)
    rows = load_baseline(path, KEY).rows
    assert [(row.owner, row.expires) for row in rows] == [("communications", LATER), ("legal", later)]
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [p.name for p in tmp_path.iterdir()] == ["baseline.json"]


def test_keys(tmp_path: Path) -> None:
    path = a_baseline(tmp_path, a_finding())
    with pytest.raises(ConfigError, match="POSTCHECK_BASELINE_KEY"):
        load_baseline(path, None)
    with pytest.raises(ConfigError, match="16 bytes"):
        load_baseline(path, b"short")
    with pytest.raises(ConfigError, match="16 bytes"):
        add_to_baseline(path, b"short", a_finding(), "o", "r", LATER, added=TODAY)
    with pytest.raises(ConfigError, match="another key"):
        load_baseline(path, KEY[::-1])
    assert KEY.decode() not in repr(load_baseline(path, KEY))


@pytest.mark.parametrize(
    ("owner", "reason"),
    [("", "r"), ("o", " "), ("o", "it is 020 7946 0958, our line"), ("020 7946 0958", "r")],
)
def test_owner_and_reason_are_needed_and_hold_no_evidence(tmp_path: Path, owner: str, reason: str) -> None:
    path = tmp_path / "baseline.json"
    with pytest.raises(ConfigError) as caught:
        add_to_baseline(
            path, KEY, a_finding("personal.phone", "020 7946 0958"), owner, reason, LATER, added=TODAY
        )
    assert "7946" not in str(caught.value)
    assert not path.exists()


def test_a_short_word_inside_another_is_not_a_repeat(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    add_to_baseline(path, KEY, a_finding(evidence="no"), "o", "nothing wrong", LATER, added=TODAY)
    assert len(load_baseline(path, KEY).rows) == 1


def test_a_finding_without_evidence_cannot_be_accepted(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="without evidence"):
        add_to_baseline(tmp_path / "b.json", KEY, a_finding(evidence=""), "o", "r", LATER, added=TODAY)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", r"not valid JSON"),
        ("[]", r"b\.json"),
        ('{"version": 2, "key_check": "0123456789abcdef"}', r"version"),
        ('{"version": 1, "key_check": "0123456789abcdef", "rows": [{}]}', r"rows\.0\.fingerprint"),
        ('{"version": 1, "key_check": "0123456789abcdef", "extra": 1}', r"extra"),
        ("\udcff", r"UnicodeDecodeError"),
    ],
)
def test_malformed_baseline(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "b.json"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(ConfigError, match=message):
        load_baseline(path, KEY)


def test_missing_baseline(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such baseline"):
        load_baseline(tmp_path / "b.json", KEY)


# --- both ---------------------------------------------------------------------------------------------


def test_suppressions_combine_and_can_be_pickled(tmp_path: Path) -> None:
    phone = a_finding("personal.phone", "020 7946 0958")
    both = Suppressions((a_row(),), (load_baseline(a_baseline(tmp_path, phone), KEY),))
    copied = pickle.loads(pickle.dumps(both))
    findings = [a_finding(), phone, a_finding("tone.hasty", "now!")]
    for suppressions in (both, copied):
        kept, notes = suppressions.apply(findings, TODAY)
        assert [f.excuse for f in kept] == ["suppressed", "suppressed", None]
        assert notes == ()
    assert copied.digest == both.digest != Suppressions().digest
    assert both
    assert not Suppressions()
    assert not Suppressions(baselines=(Baseline((), KEY),))


_findings = st.lists(
    st.builds(
        a_finding,
        rule=st.sampled_from(["abuse.insult", "abuse.threat", "personal.phone", "tone.hasty"]),
        evidence=st.sampled_from(["a", "A", "b", "b c", "B  C", ""]),
        severity=st.sampled_from(list(Severity)),
    ),
    max_size=6,
)
_rows = st.lists(
    st.builds(
        a_row,
        rule=st.sampled_from(["abuse.*", "abuse.insult", "tone.hasty"]),
        text=st.sampled_from(["a", "b c"]),
        expires=st.sampled_from([dt.date(2020, 1, 1), LATER]),
    ),
    max_size=4,
)


@given(_findings, _rows)
def test_suppressing_never_adds_reorders_or_worsens(findings: list[Finding], rows: list[AllowRule]) -> None:
    kept, _ = Suppressions(tuple(rows)).apply(findings, TODAY)
    assert [(f.rule, f.span, f.evidence) for f in kept] == [(f.rule, f.span, f.evidence) for f in findings]
    assert all(after.severity <= before.severity for before, after in zip(findings, kept, strict=True))
    assert Suppressions(tuple(rows)).apply(kept, TODAY)[0] == kept


@given(st.text())
def test_folding_evidence_twice_is_once(text: str) -> None:
    once = fold_evidence(text)
    assert fold_evidence(once) == once or once.casefold() != once  # a few letters fold on in two steps
