from __future__ import annotations

import json
from pathlib import Path

import pytest

from postcheck.drafts import draft_from, drafts_from_bytes, drafts_from_json, read_drafts
from postcheck.errors import DraftError

SECRET = "zebra-crossing-words"


def test_json_file_with_images_beside_it(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    path = tmp_path / "sub" / "draft.json"
    path.write_text(
        json.dumps(
            {
                "text": "hello",
                "attachments": [
                    {"source": "a/b.png"},
                    {"source": "/abs.png"},
                    {"source": {"base64": "eA=="}},
                ],
                "publish_at": "2026-05-07T10:00:00+01:00",
                "account": {"handle": "@x", "tier": "key"},
            }
        )
    )
    (draft,) = read_drafts(path)
    sources = [item.source for item in draft.attachments]
    assert sources == [tmp_path / "sub" / "a/b.png", Path("/abs.png"), b"x"]
    assert draft.account is not None
    assert draft.account.tier == "key"
    assert draft.publish_at is not None


@pytest.mark.parametrize(
    ("name", "content", "texts"),
    [
        ("d.json", b'{"text": "a"}', ["a"]),
        ("d.JSON", b'\xef\xbb\xbf{"text": "a"}', ["a"]),
        ("d.json", b'[{"text": "a"}, {"text": "b"}]', ["a", "b"]),
        ("d.jsonl", b'{"text": "a"}\n\n{"text": "b\xe2\x80\xa8c"}\n', ["a", "b\u2028c"]),
        ("note.txt", b"one\ntwo\n", ["one\ntwo"]),
        ("note.txt", b"one\r\n", ["one"]),
        ("note.txt", b'{"text": "a"}', ['{"text": "a"}']),
        ("note", b"", [""]),
    ],
)
def test_files(tmp_path: Path, name: str, content: bytes, texts: list[str]) -> None:
    (tmp_path / name).write_bytes(content)
    assert [draft.text for draft in read_drafts(tmp_path / name)] == texts


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        (b"plain words\n", ["plain words"]),
        (b'{"text": "a", "kind": "reply"}\n', ["a"]),
        (b' {"kind": "reply"}', [""]),
        (b'[{"text": "a"}, {"text": "b"}]', ["a", "b"]),
        (b'{"name": "not ours"}', ['{"name": "not ours"}']),
        (b"{not json", ["{not json"]),
        (b"[]", ["[]"]),
        (b"[" * 100_000, ["[" * 100_000]),
        (b"12", ["12"]),
        (b"", [""]),
    ],
)
def test_standard_input_is_a_draft_if_it_looks_like_one(content: bytes, texts: list[str]) -> None:
    assert [draft.text for draft in drafts_from_bytes(content)] == texts


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param({"txt": SECRET}, "unknown field 'txt'; did you mean 'text'", id="typo"),
        pytest.param({"text": 3}, "text: Input should be a valid string", id="type"),
        pytest.param({"text": "a\ud800b"}, "lone surrogate", id="surrogate"),
        pytest.param({"text": SECRET, "kind": SECRET}, "kind: Input should be 'post'", id="kind"),
        pytest.param({"publish_at": "2026-05-07T10:00:00"}, "has no time zone", id="naive"),
        pytest.param({"publish_at": SECRET}, "publish_at: Input should be a valid datetime", id="date"),
        pytest.param(
            {"account": {"teir": SECRET}}, "unknown field 'teir' in account; did you mean 'tier'", id="tier"
        ),
        pytest.param(
            {"attachments": [{"sorce": "x"}]}, "'sorce' in attachments.0; did you mean 'source'", id="source"
        ),
        pytest.param({"attachments": [{"source": {"base64": "!"}}]}, "base64", id="base64"),
        pytest.param({f"{SECRET} and more words": 1}, "a name that is not a plain word", id="text as key"),
        pytest.param([SECRET], "is not a draft: a JSON object is expected, not a list", id="list"),
        pytest.param(SECRET, "not a string", id="string"),
        pytest.param(None, "not null", id="null"),
        pytest.param(True, "not true or false", id="bool"),
        pytest.param(1.5, "not a number", id="number"),
    ],
)
def test_wrong_drafts_are_explained_without_their_words(data: object, message: str) -> None:
    with pytest.raises(DraftError) as caught:
        draft_from(data, name="draft.json")
    assert message in str(caught.value)
    assert str(caught.value).startswith("draft.json is not a draft")
    assert SECRET not in str(caught.value)
    assert caught.value.__context__ is None  # pydantic's error may quote a key


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"text": "' + SECRET, "not valid JSON"),
        ('{"text": "a", "text": "b"}', "the same field twice"),
        ('{"account": {"tier": "key", "tier": "personal"}}', "the same field twice"),
        ("[" * 100_000, "RecursionError"),
        ("9" * 5000, "not usable JSON: ValueError"),
        ("[]", "the list is empty"),
        ('[{"text": "a"}, 3]', "draft 2 is not a draft"),
        ("", "not valid JSON"),
    ],
)
def test_wrong_json(text: str, message: str) -> None:
    with pytest.raises(DraftError, match=message) as caught:
        drafts_from_json(text)
    assert SECRET not in str(caught.value)
    assert caught.value.__context__ is None  # the JSON reader's error carries the text


def test_a_misspelt_draft_on_standard_input_is_an_error_not_a_text() -> None:
    with pytest.raises(DraftError, match="did you mean 'publish_at'"):
        drafts_from_bytes(b'{"text": "a", "publish_on": "2026-05-07T10:00:00Z"}')


@pytest.mark.parametrize("content", [b"\xff\xfeh\x00i\x00", b"caf\xe9", b"\x89PNG\r\n\x1a\n"])
def test_not_utf8(content: bytes) -> None:
    with pytest.raises(DraftError, match="is not UTF-8 text"):
        drafts_from_bytes(content)


def test_missing_folder_and_huge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DraftError, match="there is no file"):
        read_drafts(tmp_path / "x.json")
    with pytest.raises(DraftError, match="is a folder"):
        read_drafts(tmp_path)
    (tmp_path / "x.txt").write_text("four")
    monkeypatch.setattr("postcheck.drafts.MAX_FILE_BYTES", 3)
    with pytest.raises(DraftError, match="over 256 MB"):
        read_drafts(tmp_path / "x.txt")


def test_json_lines_name_the_line(tmp_path: Path) -> None:
    (tmp_path / "d.jsonl").write_text('{"text": "a"}\n{"txt": "b"}\n')
    with pytest.raises(DraftError, match="line 2 is not a draft"):
        read_drafts(tmp_path / "d.jsonl")
