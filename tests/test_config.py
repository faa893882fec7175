from __future__ import annotations

import datetime as dt
import pickle
from pathlib import Path

import pytest

from postcheck.config import Settings, find_settings, load_settings, load_suppressions, read_key, resolve
from postcheck.errors import ConfigError
from postcheck.model import Finding, Severity
from postcheck.suppress.baseline import add_to_baseline

KEY = b"0123456789abcdef"
ROW = """
[[allow]]
rule = "abuse.insult"
term = "silly sausage"
owner = "communications"
reason = "the name of a food stall"
expires = 2027-05-31
"""
FULL = (
    """organisation = "mine/org.toml"
policy = "haringey-2019"
logos = "marks"
fail_on = "block"
suppressions = "postcheck-suppressions.toml"
baseline = "baseline.json"
baseline_key_file = "/etc/key"

[limits]
max_characters = 500
detector_timeout_s = 2

[detectors]
disabled = ["tone"]

[rules."abuse.insult"]
min_confidence = 0.8
severity = "low"

[rules."abuse.*"]
enabled = false
"""
    + ROW
)


def write(tmp_path: Path, text: str, name: str = "postcheck.toml") -> Path:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def a_finding(rule: str, confidence: float = 1.0) -> Finding:
    return Finding(rule=rule, severity=Severity.HIGH, message="m", evidence="x", confidence=confidence)


def test_everything_is_read(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, FULL))
    assert settings.organisation == str(tmp_path / "mine/org.toml")
    assert settings.policy == "haringey-2019"
    assert settings.logos == tmp_path / "marks"
    assert settings.suppressions == (tmp_path / "postcheck-suppressions.toml",)
    assert settings.baseline == tmp_path / "baseline.json"
    assert settings.baseline_key_file == Path("/etc/key")
    assert settings.fail_on == "block"
    assert settings.limits.max_characters == 500
    assert settings.limits.detector_timeout_s == 2
    assert settings.limits.max_attachments == 20
    assert settings.disabled_detectors == ("tone",)
    assert settings.disabled_rules == ("abuse.*",)
    assert settings.allow[0].expires == dt.date(2027, 5, 31)
    assert settings.file == tmp_path / "postcheck.toml"
    assert pickle.loads(pickle.dumps(settings)) == settings


def test_absence_is_on() -> None:
    settings = Settings()
    assert settings.disabled_detectors == ()
    assert settings.disabled_rules == ()
    assert settings.rule("abuse.insult").enabled
    assert settings.fail_on == "review"
    findings = (a_finding("abuse.insult", 0.01), a_finding("personal.phone"))
    assert settings.tune(findings) == findings


def test_an_empty_file_is_the_defaults(tmp_path: Path) -> None:
    assert load_settings(write(tmp_path, "")).model_dump() == Settings().model_dump()
    assert load_settings(write(tmp_path, '[rules."abuse.insult"]\n')).rule("abuse.insult").enabled


def test_tuning_drops_and_overrides() -> None:
    settings = Settings.model_validate(
        {
            "rules": {
                "abuse.*": {"min_confidence": 0.5, "severity": "medium"},
                "abuse.threat": {"min_confidence": 0.0},
                "tone.hasty": {"enabled": False},
            }
        }
    )
    findings = [
        a_finding("abuse.insult", 0.4),
        a_finding("abuse.insult", 0.5),
        a_finding("abuse.threat", 0.4),
        a_finding("tone.hasty"),
        a_finding("tone.shouting"),
    ]
    kept = [(f.rule, f.confidence, f.severity.value) for f in settings.tune(findings)]
    assert kept == [
        ("abuse.insult", 0.5, "medium"),
        ("abuse.threat", 0.4, "medium"),
        ("tone.shouting", 1.0, "high"),
    ]


def test_the_exact_rule_beats_its_pattern_whatever_the_order() -> None:
    for names in (("abuse.*", "abuse.insult"), ("abuse.insult", "abuse.*")):
        tuning = {"abuse.*": {"enabled": False}, "abuse.insult": {"enabled": True}}
        settings = Settings.model_validate({"rules": {name: tuning[name] for name in names}})
        assert settings.rule("abuse.insult").enabled
        assert not settings.rule("abuse.threat").enabled


@pytest.mark.parametrize(
    ("text", "key", "line", "message"),
    [
        pytest.param('polcy = "x"', "polcy", 1, "did you mean 'policy'", id="top"),
        pytest.param("\n[limits]\nmax_chars = 3", "limits.max_chars", 3, "max_characters", id="limits"),
        pytest.param(
            '[rules."abuse.insult"]\nenable = true', 'rules."abuse.insult".enable', 2, "'enabled'", id="rule"
        ),
        pytest.param("[detectors]\ndisable = []", "detectors.disable", 2, "'disabled'", id="detectors"),
        pytest.param(ROW + 'ownr = "x"', "allow.0.ownr", 8, "'owner'", id="allow"),
        pytest.param("[limit]", "limit", 1, "'limits'", id="table"),
        pytest.param(
            "[limits]\nmax_characters = true", "limits.max_characters", 2, "integer", id="bool for int"
        ),
        pytest.param(
            '[limits]\nmax_characters = "5"', "limits.max_characters", 2, "integer", id="text for int"
        ),
        pytest.param(
            "[limits]\nmax_attachments = 0", "limits.max_attachments", 2, "greater than 0", id="zero"
        ),
        pytest.param(
            "[limits]\ndetector_timeout_s = inf", "limits.detector_timeout_s", 2, "finite", id="infinite"
        ),
        pytest.param("[limits]\nmax_image_megabytes = nan", "limits.max_image_megabytes", 2, "", id="nan"),
        pytest.param('fail_on = "never"', "fail_on", 1, "'review' or 'block'", id="choice"),
        pytest.param('organisation = ""', "organisation", 1, "at least 1", id="empty"),
        pytest.param("policy = 3", "policy", 1, "string", id="number for text"),
        pytest.param(
            '[rules."abuse.*"]\nenabled = "no"', 'rules."abuse.*".enabled', 2, "boolean", id="text for bool"
        ),
        pytest.param(
            '[rules."a.b"]\nmin_confidence = 2', 'rules."a.b".min_confidence', 2, "equal to 1", id="range"
        ),
        pytest.param('[rules."a.b"]\nseverity = "bad"', 'rules."a.b".severity', 2, "'high'", id="severity"),
        pytest.param('[rules."*"]\nenabled = false', "rules.*", 1, "abuse", id="everything off"),
        pytest.param("rules = 3", "rules", 1, "dictionary", id="rules not a table"),
        pytest.param(ROW.replace("2027-05-31", '"soon"'), "allow.0.expires", 7, "date", id="expires"),
        pytest.param(ROW.replace("reason", "#"), "allow.0.reason", 2, "required", id="no reason"),
        pytest.param(
            ROW.replace("abuse.insult", "secret.password"), "allow.0.rule", 3, "baseline", id="secret"
        ),
    ],
)
def test_wrong_settings_name_file_key_and_line(
    tmp_path: Path, text: str, key: str, line: int, message: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_settings(path)
    assert caught.value.file == str(path)
    assert caught.value.key == key
    assert caught.value.line == line
    assert message in caught.value.message


def test_the_line_is_right_inside_pyproject(tmp_path: Path) -> None:
    path = write(
        tmp_path, '[project]\nname = "x"\n\n[tool.postcheck.limits]\nmax_chars = 1\n', "pyproject.toml"
    )
    with pytest.raises(ConfigError) as caught:
        load_settings(path)
    assert (caught.value.key, caught.value.line) == ("limits.max_chars", 5)


@pytest.mark.parametrize(
    ("content", "message", "line"),
    [(b"a = \n", "not valid TOML", 1), (b"\xff\xfe", "cannot be read", None)],
)
def test_unreadable_settings(tmp_path: Path, content: bytes, message: str, line: int | None) -> None:
    path = tmp_path / "postcheck.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=message) as caught:
        load_settings(path)
    assert caught.value.line == line


def test_missing_settings(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        load_settings(tmp_path / "postcheck.toml")
    with pytest.raises(ConfigError, match=r"no table \[tool.postcheck\]"):
        load_settings(write(tmp_path, "[project]", "pyproject.toml"))


def test_find_settings_takes_the_nearest(tmp_path: Path) -> None:
    outer = write(tmp_path, "", "postcheck.toml")
    write(tmp_path, "[project]\n", "a/pyproject.toml")
    inner = write(tmp_path, "[tool.postcheck]\n", "a/b/pyproject.toml")
    (tmp_path / "a/b/c").mkdir()
    assert find_settings(tmp_path / "a/b/c") == inner
    assert find_settings(tmp_path / "a") == outer
    own = write(tmp_path, "", "a/b/postcheck.toml")
    assert find_settings(tmp_path / "a/b/c") == own


def test_find_settings_reports_a_broken_file_only_if_it_is_about_us(tmp_path: Path) -> None:
    own = write(tmp_path, "")
    (tmp_path / "a").mkdir()
    broken = write(tmp_path, "not toml at all", "a/pyproject.toml")
    assert find_settings(tmp_path / "a") == own
    broken.write_text("[tool.postcheck\n")
    with pytest.raises(ConfigError, match="not valid TOML"):
        find_settings(tmp_path / "a")


def test_resolve_says_where_each_value_came_from(tmp_path: Path) -> None:
    path = write(tmp_path, FULL)
    settings, origins = resolve(path, {"policy": "other", "logos": None, "fail_on": "review"})
    by_key = {origin.key: origin for origin in origins}
    assert settings.policy == "other"
    assert settings.fail_on == "review"
    assert settings.organisation == str(tmp_path / "mine/org.toml")
    assert by_key["policy"].origin == "argument"
    assert by_key["organisation"].origin == f"{path}:1"
    assert by_key["limits.max_characters"].origin == f"{path}:10"
    assert by_key["limits.max_attachments"].origin == "default"
    assert by_key["detectors.disabled"].origin == f"{path}:14"
    assert by_key['rules."abuse.insult".severity'].origin == f"{path}:18"
    assert by_key['rules."abuse.insult".severity'].value is Severity.LOW
    assert by_key["spacy_model"].origin == "default"
    assert by_key["allow"].origin == f"{path}:{FULL.splitlines().index('[[allow]]') + 1}"
    assert settings.file == path


def test_resolve_without_a_file() -> None:
    settings, origins = resolve(None)
    assert settings == Settings()
    assert {origin.origin for origin in origins} == {"default"}
    assert {origin.key for origin in origins} >= {
        "organisation",
        "policy",
        "fail_on",
        "limits.max_characters",
    }
    with pytest.raises(ConfigError, match="did you mean 'policy'"):
        resolve(None, {"polcy": "x"})


def test_check_rules(tmp_path: Path) -> None:
    path = write(tmp_path, '\n[rules."abuse.insutl"]\nenabled = false\n')
    settings = load_settings(path)
    settings.check_rules(["abuse.insutl"])
    with pytest.raises(ConfigError, match=r"did you mean 'abuse\.insult'") as caught:
        settings.check_rules(["abuse.insult", "abuse.threat"])
    assert caught.value.line == 2
    wide = Settings.model_validate({"rules": {"abuse.*": {"enabled": False}}})
    wide.check_rules(["abuse.insult"])
    with pytest.raises(ConfigError, match="no such rule"):
        wide.check_rules(["tone.hasty"])


def test_digest_follows_what_can_change_a_verdict() -> None:
    plain = Settings()
    assert plain.digest == Settings(fail_on="block").digest
    assert plain.digest != Settings.model_validate({"rules": {"abuse.*": {"enabled": False}}}).digest


def test_suppressions_come_from_settings_files_and_baseline(tmp_path: Path) -> None:
    finding = Finding(rule="personal.phone", severity="high", message="m", evidence="020 7946 0958")
    add_to_baseline(
        tmp_path / "base.json", KEY, finding, "o", "r", dt.date(2027, 1, 1), added=dt.date(2026, 11, 22)
    )
    (tmp_path / "key").write_bytes(KEY + b"\n")
    write(tmp_path, ROW.replace("sausage", "bean"), "more.toml")
    text = 'suppressions = ["more.toml"]\nbaseline = "base.json"\n'
    settings = load_settings(write(tmp_path, text + 'baseline_key_file = "key"\n' + ROW))
    loaded = load_suppressions(settings)
    assert [row.text for row in loaded.allow] == ["silly sausage", "silly bean"]
    assert len(loaded.baselines[0].rows) == 1
    assert read_key(settings) == KEY
    assert read_key(settings, b"given") == b"given"
    keyless = load_settings(write(tmp_path, text))
    assert load_suppressions(keyless, KEY).baselines == loaded.baselines
    with pytest.raises(ConfigError, match="needs its key"):
        load_suppressions(keyless)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[[alow]]\n", "did you mean 'allow'"),
        ("[[allow]]\nrule = 3\n", r"more\.toml:2: allow.0.rule"),
        ("[[allow]\n", "not valid TOML"),
        (None, "no such file"),
    ],
)
def test_wrong_suppressions_file(tmp_path: Path, content: str | None, message: str) -> None:
    if content is not None:
        write(tmp_path, content, "more.toml")
    settings = load_settings(write(tmp_path, 'suppressions = "more.toml"'))
    with pytest.raises(ConfigError, match=message):
        load_suppressions(settings)


def test_missing_key_file(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, 'baseline = "b.json"\nbaseline_key_file = "nowhere"'))
    with pytest.raises(ConfigError, match="key file cannot be read"):
        load_suppressions(settings)


def test_no_error_shows_a_secret_that_somebody_tried_to_allow(tmp_path: Path) -> None:
    row = ROW.replace("abuse.insult", "secret.password").replace("silly sausage", "hunter2hunter2")
    with pytest.raises(ConfigError) as caught:
        load_settings(write(tmp_path, row))
    assert "hunter2" not in str(caught.value)
