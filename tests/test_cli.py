from __future__ import annotations

import base64
import datetime as dt
import io
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, ClassVar

import pytest

from postcheck.config import Settings
from postcheck.errors import DraftError
from postcheck.integrations.cli import main
from postcheck.integrations.cli_common import FailOn, Format, KindOfPost, TierOfAccount, TypeOfAuthor
from postcheck.model import Decision, Draft, Finding, PolicyRef, Rule, Severity, Span, Verdict
from postcheck.render import RENDERERS
from postcheck.suppress import Suppressions

KEY = "0123456789abcdef0123456789abcdef"
_SEEN = {
    r"\bbad\b": ("abuse.insult", Severity.MEDIUM),
    r"\bworse\b": ("abuse.threat", Severity.HIGH),
    r"020 7946 09\d\d": ("personal.phone", Severity.HIGH),
}
_ASKS = {Severity.HIGH: Decision.BLOCK, Severity.MEDIUM: Decision.REVIEW}


class FakePipeline:
    """Stands in for the real one, which takes seconds to load: finds three kinds of words."""

    made: ClassVar[list[FakePipeline]] = []

    def __init__(self, organisation: str, policy: str, **more: Any) -> None:
        self.arguments = {"organisation": organisation, "policy": policy, **more}
        self.settings: Settings = more["settings"]
        self.suppressions: Suppressions = more["suppressions"]
        self.drafts: list[Draft] = []
        self.made.append(self)

    @property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(Rule(id=rule, severity=severity, message="Seen.") for rule, severity in _SEEN.values())

    def check(self, draft: Draft) -> Verdict:
        self.drafts.append(draft)
        if len(draft.text) > self.settings.limits.max_characters:
            raise DraftError("text is longer than the limit")
        if draft.text == "crash":
            raise RuntimeError(f"cannot handle {draft.text} and its zebra words")
        if draft.text == "interrupt":
            raise KeyboardInterrupt
        findings = [
            Finding(
                rule=rule,
                severity=severity,
                message="Seen.",
                span=Span(start=match.start(), end=match.end()),
                evidence=match[0],
            )
            for pattern, (rule, severity) in _SEEN.items()
            for match in re.finditer(pattern, draft.text)
        ]
        kept, notes = self.suppressions.apply(self.settings.tune(findings), dt.date(2026, 11, 22))
        asked = [f.model_copy(update={"decision": _ASKS.get(f.severity, Decision.ALLOW)}) for f in kept]
        councillor = draft.author is not None and draft.author.type == "councillor"
        verdict = Verdict(
            decision=Decision.NOT_SCREENED
            if councillor
            else max((f.decision for f in asked), default=Decision.ALLOW),
            findings=tuple(asked),
            next_steps=notes,
            policy=PolicyRef(id=Path(self.arguments["policy"]).stem, version="1"),
            organisation=Path(self.arguments["organisation"]).stem,
            digest="0" * 16,
            elapsed_ms=1,
        )
        return verdict.with_draft(draft)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[FakePipeline]:
    """Run in an empty folder, with the fake pipeline; returns the pipelines made."""
    import postcheck.pipeline

    monkeypatch.setattr(postcheck.pipeline, "Pipeline", FakePipeline)
    monkeypatch.setattr(FakePipeline, "made", [])
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("POSTCHECK_BASELINE_KEY", raising=False)
    return FakePipeline.made


def give_stdin(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"))


# --- check: decisions and inputs ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["fine words"], 0),
        (["bad words"], 1),
        (["worse words"], 1),
        (["bad words", "--fail-on", "block"], 0),
        (["worse words", "--fail-on", "block"], 1),
        (["bad words", "--author-type", "councillor"], 0),
        (["fine", "bad", "fine"], 1),
        (["--", "-20% is bad"], 1),
        ([""], 0),
    ],
)
@pytest.mark.usefixtures("fake")
def test_exit_codes(arguments: list[str], code: int) -> None:
    assert main(["check", *arguments]) == code


@pytest.mark.usefixtures("fake")
def test_text_output(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "a bad day"])
    shown = capsys.readouterr()
    assert shown.out.startswith(" REVIEW   policy haringey-2019 1, organisation haringey\n")
    assert "  │ a bad day\n  │   ^^^\n" in shown.out
    assert "abuse.insult" in shown.out
    assert "\x1b" not in shown.out
    assert shown.err == ""


@pytest.mark.usefixtures("fake")
def test_colours_on_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    main(["check", "a bad day"])
    coloured = capsys.readouterr().out
    assert "\x1b[" in coloured
    assert "  │   ^^^" in re.sub(r"\x1b\[[\d;]*m", "", coloured)


@pytest.mark.usefixtures("fake")
def test_json_is_one_object_or_lines(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "a bad day", "--format", "json"])
    assert Verdict.model_validate_json(capsys.readouterr().out).decision is Decision.REVIEW
    main(["check", "a bad day", "fine", "--format", "json"])
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["decision"] for line in lines] == ["review", "allow"]


@pytest.mark.usefixtures("fake")
def test_html_output(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "a bad <b>", "--format", "html"])
    assert "<mark" in (shown := capsys.readouterr().out)
    assert "&lt;b&gt;" in shown


@pytest.mark.usefixtures("fake")
def test_reveal(capsys: pytest.CaptureFixture[str]) -> None:
    for format_ in Format:
        main(["check", "ring 020 7946 0958", "--format", format_.value])
        assert "7946" not in capsys.readouterr().out
        main(["check", "ring 020 7946 0958", "--format", format_.value, "--reveal"])
        assert "7946" in capsys.readouterr().out


def test_inputs_of_every_kind(
    fake: list[FakePipeline],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "draft.json").write_text('{"text": "from a draft", "kind": "reply"}')
    (tmp_path / "many.jsonl").write_text('{"text": "one"}\n{"text": "two"}\n')
    (tmp_path / "note.txt").write_text("from a note\n")
    give_stdin(monkeypatch, b"from a pipe\n")
    assert main(["check", "draft.json", "many.jsonl", "note.txt", "-", "words"]) == 0
    texts = [draft.text for draft in fake[0].drafts]
    assert texts == ["from a draft", "one", "two", "from a note", "from a pipe", "words"]
    assert fake[0].drafts[0].kind == "reply"
    shown = capsys.readouterr().out
    assert re.findall(r"^(\S.*):$", shown, re.M) == [
        "draft.json",
        "many.jsonl, draft 1",
        "many.jsonl, draft 2",
        "note.txt",
        "standard input",
        "text",
    ]


def test_a_draft_on_standard_input(fake: list[FakePipeline], monkeypatch: pytest.MonkeyPatch) -> None:
    give_stdin(monkeypatch, b'{"text": "bad", "account": {"handle": "@x"}}')
    assert main(["check", "-"]) == 1
    account = fake[0].drafts[0].account
    assert account is not None
    assert account.handle == "@x"


def test_options_beat_the_draft(fake: list[FakePipeline], tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"x")
    (tmp_path / "draft.json").write_text(
        json.dumps(
            {
                "text": "t",
                "kind": "post",
                "account": {"handle": "@old", "bio": "kept"},
                "author": {"name": "kept"},
                "attachments": [{"source": {"base64": base64.b64encode(b"y").decode()}}],
            }
        )
    )
    options = {
        "--kind": "share",
        "--handle": "@new",
        "--platform": "x",
        "--tier": "service",
        "--author": "comms-01",
        "--author-type": "staff",
        "--publish-at": "2026-05-07T10:00:00+01:00",
        "--in-reply-to": "what they said",
        "--image": "a.png",
    }
    flat = [word for pair in options.items() for word in pair]
    assert main(["check", "draft.json", "--emergency", *flat]) == 0
    (draft,) = fake[0].drafts
    assert (draft.kind, draft.emergency, draft.in_reply_to) == ("share", True, "what they said")
    assert draft.publish_at == dt.datetime(2026, 5, 7, 9, tzinfo=dt.UTC)
    assert draft.account is not None
    assert (draft.account.handle, draft.account.platform, draft.account.tier) == ("@new", "x", "service")
    assert draft.account.bio == "kept"
    assert draft.author is not None
    assert (draft.author.id, draft.author.type, draft.author.name) == ("comms-01", "staff", "kept")
    assert [item.source for item in draft.attachments] == [b"y", Path("a.png")]


def test_only_an_image(fake: list[FakePipeline], tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"x")
    assert main(["check", "--image", "a.png"]) == 0
    assert fake[0].drafts[0].text == ""
    assert len(fake[0].drafts[0].attachments) == 1


def test_nothing_given_leaves_the_draft_alone(fake: list[FakePipeline]) -> None:
    main(["check", "words"])
    assert fake[0].drafts == [Draft(text="words")]


# --- check: what cannot run ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "nothing to check"),
        (["draft.json"], "there is no file draft.json"),
        (["folder/my draft.json"], "there is no file"),
        (["note.txt"], "there is no file note.txt"),
        (["zebra words", "--publish-at", "2026-05-07T10:00:00"], "publish_at has no time zone"),
        (["zebra words", "--publish-at", "soon"], "publish_at: Input should be a valid datetime"),
        (["zebra words", "--now", "2026-05-07T10:00:00"], "--now: has no time zone"),
        (["zebra words", "--now", "today"], "--now: not a date and time"),
        (["zebra words", "--image", "none.png"], "there is no image file none.png"),
        (["zebra words", "--config", "none.toml"], "none.toml: no such file"),
        (["zebra words", "--kind", "tweet"], "'tweet' is not one of"),
        (["zebra words", "--no-such-option"], "--no-such-option"),
        (["zebra\udcff words"], "lone surrogate"),
        (["crash"], "failed with RuntimeError at cli.py:"),
        (["bin.txt"], "is not UTF-8"),
        (["wrong.json"], "wrong.json is not a draft: unknown field 'txt'; did you mean 'text'?"),
        (["broken.json"], "broken.json is not valid JSON"),
    ],
)
@pytest.mark.usefixtures("fake")
def test_could_not_run(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bin.txt").write_bytes(b"\xff\xfezebra")
    (tmp_path / "wrong.json").write_text('{"txt": "zebra"}')
    (tmp_path / "broken.json").write_text('{"text": "zebra')
    assert main(["check", *arguments]) == 2
    shown = capsys.readouterr()
    assert message in shown.err
    assert shown.out == ""
    assert "zebra" not in shown.err
    assert "Traceback" not in shown.err
    assert shown.err.startswith("postcheck: ")
    assert shown.err.count("\n") == 1


@pytest.mark.usefixtures("fake")
def test_text_that_only_resembles_a_file_name() -> None:
    assert main(["check", "Bring your own card.txt"]) == 0
    assert main(["check", "see haringey.gov.uk/bins"]) == 0
    assert main(["check", "x" * 5000]) == 0


@pytest.mark.usefixtures("fake")
def test_standard_input_that_is_not_utf8(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    give_stdin(monkeypatch, b"caf\xe9")
    assert main(["check", "-"]) == 2
    assert "standard input is not UTF-8" in capsys.readouterr().err
    monkeypatch.setattr(sys, "stdin", None)
    assert main(["check", "-"]) == 2


@pytest.mark.usefixtures("fake")
def test_a_draft_over_the_limit_does_not_hide_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "postcheck.toml").write_text("[limits]\nmax_characters = 10\n")
    assert main(["check", "far too many words", "bad", "--format", "json"]) == 2
    shown = capsys.readouterr()
    assert len(shown.out.splitlines()) == 1
    assert "longer than the limit" in shown.err


@pytest.mark.usefixtures("fake")
def test_interrupted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "interrupt"]) == 130
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("fake")
def test_wrong_usage_does_not_repeat_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["zebra words that somebody meant to check"]) == 2
    assert "zebra" not in capsys.readouterr().err
    assert main(["chek"]) == 2
    assert "chek" in capsys.readouterr().err


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--help"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "JSON lines for several drafts" in shown
    assert "Exit code 0: allow or not screened. 1: review or block" in shown


# --- settings -----------------------------------------------------------------------------------------


def test_settings_are_found_and_arguments_beat_them(fake: list[FakePipeline], tmp_path: Path) -> None:
    (tmp_path / "postcheck.toml").write_text(
        'organisation = "mine.toml"\nfail_on = "block"\n[rules."abuse.threat"]\nseverity = "medium"\n'
    )
    assert main(["check", "worse", "--policy", "other"]) == 0
    assert fake[-1].arguments["organisation"] == str(tmp_path / "mine.toml")
    assert fake[-1].arguments["policy"] == "other"
    assert fake[-1].arguments["now"] is None
    assert main(["check", "worse", "--fail-on", "review", "--now", "2026-05-07T10:00:00Z"]) == 1
    assert fake[-1].arguments["now"]() == dt.datetime(2026, 5, 7, 10, tzinfo=dt.UTC)


@pytest.mark.usefixtures("fake")
def test_settings_error_names_file_key_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "postcheck.toml").write_text('\npolcy = "x"\n')
    assert main(["check", "words"]) == 2
    assert "postcheck.toml:2: polcy: unknown key; did you mean 'policy'?" in capsys.readouterr().err
    (tmp_path / "postcheck.toml").write_text('[rules."abuse.insutl"]\nenabled = false\n')
    assert main(["check", "words"]) == 2
    assert "there is no such rule; did you mean 'abuse.insult'?" in capsys.readouterr().err


@pytest.mark.usefixtures("fake")
def test_config_show(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "postcheck.toml").write_text("\n[limits]\nmax_characters = 10\n")
    assert main(["config", "show", "--policy", "other"]) == 0
    rows = {line.split()[0]: line.split(maxsplit=1)[1] for line in capsys.readouterr().out.splitlines()}
    assert re.sub(r"\s+", " ", rows["policy"]) == '"other" argument'
    assert rows["limits.max_characters"].startswith("10 ")
    assert rows["limits.max_characters"].endswith("postcheck.toml:3")
    assert re.sub(r"\s+", " ", rows["fail_on"]) == '"review" default'
    assert "not set" in rows["baseline"]


# --- suppress -----------------------------------------------------------------------------------------


SIGNED = ["--owner", "communications", "--reason", "agreed", "--expires", "2027-05-31"]
NOW = ["--now", "2026-11-22T09:00:00Z"]


@pytest.mark.usefixtures("fake")
def test_suppress_writes_an_allow_row_that_works(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "a bad day"]) == 1
    assert main(["suppress", "a bad day", "--finding", "1", *SIGNED, *NOW, "--allow", "ours.toml"]) == 0
    assert 'add suppressions = "ours.toml"' in capsys.readouterr().out
    row = tomllib.loads((tmp_path / "ours.toml").read_text())["allow"][0]
    assert row == {
        "rule": "abuse.insult",
        "text": "bad",
        "owner": "communications",
        "reason": "agreed",
        "expires": dt.date(2027, 5, 31),
    }
    (tmp_path / "postcheck.toml").write_text('suppressions = "ours.toml"\n')
    assert main(["check", "another bad day"]) == 0
    assert "(allowed by communications until 2027-05-31: agreed)" in capsys.readouterr().out
    assert main(["check", "a worse day"]) == 1
    assert main(["suppress", "a bad, worse day", "--finding", "2", *SIGNED, *NOW]) == 0
    assert main(["check", "a worse day"]) == 0


@pytest.mark.usefixtures("fake")
def test_suppress_private_findings_by_fingerprint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "ring 020 7946 0958"
    (tmp_path / "postcheck.toml").write_text('suppressions = "ours.toml"\nbaseline = "base.json"\n')
    (tmp_path / "ours.toml").write_text("")
    (tmp_path / "postcheck.toml").rename(tmp_path / "later.toml")
    give = ["suppress", text, "--finding", "1", *SIGNED, *NOW]
    assert main([*give, "--allow", "ours.toml"]) == 2
    assert "baseline" in capsys.readouterr().err
    assert main(give) == 2
    assert "give --baseline FILE" in capsys.readouterr().err
    assert main([*give, "--baseline", "base.json"]) == 2
    assert "POSTCHECK_BASELINE_KEY" in capsys.readouterr().err
    assert not (tmp_path / "base.json").exists()
    monkeypatch.setenv("POSTCHECK_BASELINE_KEY", KEY)
    assert main([*give, "--baseline", "base.json"]) == 0
    assert "7946" not in (tmp_path / "base.json").read_text()
    assert "7946" not in (tmp_path / "ours.toml").read_text()
    (tmp_path / "later.toml").rename(tmp_path / "postcheck.toml")
    assert main(["check", "now ring 020 7946 0958"]) == 0
    assert main(["check", "now ring 020 7946 0959"]) == 1
    monkeypatch.delenv("POSTCHECK_BASELINE_KEY")
    assert main(["check", "words"]) == 2


@pytest.mark.usefixtures("fake")
def test_an_expired_suppression_is_a_next_step(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "postcheck.toml").write_text(
        '[[allow]]\nrule = "abuse.*"\ntext = "bad"\nowner = "o"\nreason = "r"\nexpires = 2026-11-21\n'
    )
    assert main(["check", "bad"]) == 1
    assert "an allow rule of o for abuse.* expired on 2026-11-21: renew it" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--finding", "2", *SIGNED, "--allow", "a.toml"], "there are only 1 findings"),
        (["--finding", "0", *SIGNED, "--allow", "a.toml"], "--finding"),
        (["--finding", "1", *SIGNED], "give --allow FILE"),
        (["--finding", "1", *SIGNED, "--allow", "a.toml", "--baseline", "b.json"], "not both"),
        (["--finding", "1", *SIGNED[:-1], "soon", "--allow", "a.toml"], "not a date"),
        (["--finding", "1", *SIGNED[:-1], "2026-11-21", "--allow", "a.toml"], "in the past"),
        (["--finding", "1", *SIGNED[2:], "--allow", "a.toml"], "--owner"),
        (["--finding", "1", "--owner", " ", *SIGNED[2:], "--allow", "a.toml"], "owner: must not be empty"),
    ],
)
@pytest.mark.usefixtures("fake")
def test_suppress_refuses(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["suppress", "a bad day", *arguments, *NOW]) == 2
    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


# --- the rest -----------------------------------------------------------------------------------------


def test_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert {"decision", "findings", "schema_version"} <= set(schema["properties"])


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    import postcheck

    assert main(["version"]) == 0
    assert capsys.readouterr().out == f"postcheck {postcheck.__version__}\n"


def test_choices_are_those_of_the_model() -> None:
    schema = Draft.model_json_schema()
    assert [item.value for item in KindOfPost] == schema["properties"]["kind"]["enum"]
    tiers = schema["$defs"]["Account"]["properties"]["tier"]["anyOf"][0]["enum"]
    assert [item.value for item in TierOfAccount] == tiers
    types = schema["$defs"]["Author"]["properties"]["type"]["anyOf"][0]["enum"]
    assert [item.value for item in TypeOfAuthor] == types
    assert [item.value for item in Format] == list(RENDERERS)
    assert {item.value for item in FailOn} == {"review", "block"}


def test_policy_coverage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "coverage"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("haringey-2019 ")
    assert "not-checkable" in shown
    assert re.search(r"^5\.1 +rule ", shown, re.M)


def test_policy_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from postcheck.resources import data_dir

    good = data_dir() / "policies" / "haringey-2019.toml"
    assert main(["policy", "check", str(good)]) == 0
    assert "nothing wrong" in capsys.readouterr().out
    bad = tmp_path / "bad.toml"
    bad.write_text('titel = "x"\n' + good.read_text(encoding="utf-8"), encoding="utf-8")
    assert main(["policy", "check", str(bad)]) == 1
    assert "bad.toml:1: titel: " in capsys.readouterr().err
    assert main(["policy", "check", str(tmp_path / "none.toml")]) == 2


def test_organisation_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from postcheck.resources import data_dir

    good = data_dir() / "organisations" / "haringey.toml"
    assert main(["organisation", "check", str(good), *NOW]) == 0
    assert "0 errors" in capsys.readouterr().out
    bad = tmp_path / "bad.toml"
    bad.write_text('id = "x"\nnmae = "y"\n')
    assert main(["organisation", "check", str(bad), *NOW]) == 1
    assert "bad.toml:2: error: nmae" in capsys.readouterr().out
    assert main(["organisation", "check", str(tmp_path / "none.toml")]) == 2


def test_explain(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "abuse.threat"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("abuse.threat  high, ")
    assert "clause 5.1" in shown
    assert "Flags, for example:" in shown
    assert "Passes, for example:" in shown
    assert main(["explain", "abuse.threta"]) == 2
    assert "did you mean 'abuse.threat'" in capsys.readouterr().err


def test_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    rules = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert rules == sorted(rules)
    assert {"abuse.threat", "personal.phone", "political.party"} <= set(rules)


def test_the_command_in_a_fresh_process() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "postcheck.integrations.cli", "check", "-", "--format", "json"],
        input=b"The library opens at nine on Monday.",
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["decision"] == "allow"


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_output_survives_a_poor_encoding(encoding: str) -> None:
    code = (
        "import sys; from postcheck.integrations.cli_common import out, complain; "
        "out('│ ••• 東\\n'); complain('東')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONIOENCODING": f"{encoding}:strict", "PYTHONPATH": str(Path(__file__).parents[1] / "src")},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode(encoding).rstrip() in (
        "│ ••• 東",
        r"│ ••• \u6771".replace("│", r"\u2502"),
        r"\u2502 \u2022\u2022\u2022 \u6771",
    )


def test_a_closed_pipe_is_quiet() -> None:
    done = subprocess.run(
        f"{sys.executable} -m postcheck.integrations.cli schema | head -c 1",
        shell=True,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.stdout == b"{"
    assert done.stderr == b""


def test_what_is_written_as_a_path_is_never_judged_as_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "drafts").mkdir()
    (tmp_path / "photo.png").write_text("only text")
    (tmp_path / "none.jsonl").write_text("\n")
    for argument in ("photo.png", "missing.JPG", "none.jsonl", str(tmp_path / "drafts"), "gone/draft.json"):
        assert main(["check", argument]) == 2, argument
        assert capsys.readouterr().out == ""
