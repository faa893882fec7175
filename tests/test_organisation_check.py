from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from postcheck.errors import DataError
from postcheck.organisation_check import check_organisation

TODAY = date(2026, 11, 22)


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "organisation.toml"
    file.write_text(text, encoding="utf-8")
    return file


REGISTER = """id = "x"
name = "X"
reviewed = 2026-11-01

[[people]]
id = "a"
training_expires = 2027-01-01

[[people]]
id = "b"
left_on = 2026-06-01
training_expires = 2026-01-01

[[channels]]
handle = "@x"
platform = "x"
tier = "key"
administrators = ["a"]
next_review = 2027-01-01
"""
EXPIRED_FACT = """[[facts]]
id = "f"
about = ["x"]
kind = "number"
value = "1"
statement = "s"
valid_to = 2026-01-01
"""
PROBLEMS = [
    ('administrators = ["a"]', 'administrators = ["c"]', "error", 18, "channels[0].administrators", "people"),
    ('administrators = ["a"]', 'administrators = ["b"]', "error", 18, "channels[0].administrators", "left"),
    ('administrators = ["a"]\n', "", "warning", 14, "channels[0]", "without administrators"),
    ("next_review = 2027-01-01", "next_review = 2026-01-01", "warning", 19, "channels[0].next_review", "due"),
    (
        "training_expires = 2027-01-01",
        "training_expires = 2026-01-01",
        "warning",
        7,
        "people[0].training_expires",
        "expired",
    ),
    ('id = "b"', 'id = "a"', "error", 9, "people[1]", "listed twice"),
    ("reviewed = 2026-11-01", "reviewed = 2025-01-01", "warning", 3, "reviewed", "year ago"),
    ("reviewed = 2026-11-01", "reviewed = 2027-01-01", "error", 3, "reviewed", "future"),
    (
        "$",
        '[[channels]]\nhandle = "X"\nplatform = "X"\ntier = "service"\n',
        "error",
        20,
        "channels[1]",
        "listed twice",
    ),
    (
        "$",
        '[[channels]]\nhandle = "y"\nplatform = "x"\ntier = "service"\n',
        "warning",
        20,
        "channels[1]",
        "managers",
    ),
    (
        "$",
        EXPIRED_FACT,
        "warning",
        26,
        "facts[0].valid_to",
        "expired",
    ),
    ("$", '[[parties]]\nname = "P"\n', "warning", 20, "parties[0]", "no source"),
    ("$", '[[roles]]\nid = "hr"\ntitle = "HR"\nexample = true\n', "warning", 20, "roles[0]", "example"),
]


def check(tmp_path: Path, text: str) -> set[tuple[str, int | None, str, str]]:
    problems = check_organisation(write(tmp_path, text), TODAY)
    return {(problem.level, problem.line, problem.key, problem.message) for problem in problems}


@pytest.mark.parametrize(("old", "new", "level", "line", "key", "message"), PROBLEMS)
def test_problems_of_a_readable_file(
    tmp_path: Path, old: str, new: str, level: str, line: int, key: str, message: str
) -> None:
    before = check(tmp_path, REGISTER)
    text = REGISTER + new if old == "$" else REGISTER.replace(old, new, 1)
    added = check(tmp_path, text) - before
    assert any((level, line, key) == hit[:3] and message in hit[3] for hit in added), added


def test_missing_fields_are_warnings(tmp_path: Path) -> None:
    problems = check_organisation(write(tmp_path, 'id = "x"\nname = "X"\n'), TODAY)
    assert {problem.level for problem in problems} == {"warning"}
    assert {"domains", "contacts", "channels", "parties", "elects", "roles", "protected.teams"} <= {
        problem.key for problem in problems
    }


def test_an_absent_training_date_is_no_problem(tmp_path: Path) -> None:
    text = REGISTER.replace("training_expires = 2027-01-01\n", "")
    assert not any(key.startswith("people") for _, _, key, _ in check(tmp_path, text))


def test_an_old_password_after_a_departure_is_a_warning(tmp_path: Path) -> None:
    text = REGISTER.replace('["a"]', '["b"]') + "password_changed = 2026-05-01\n"
    assert any("password" in message for *_, message in check(tmp_path, text))
    changed = text.replace("2026-05-01", "2026-06-02")
    assert not any("password" in message for *_, message in check(tmp_path, changed))


def test_the_check_of_a_missing_file_raises(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        check_organisation(tmp_path / "none.toml", TODAY)
    with pytest.raises(DataError, match="haringey"):
        check_organisation("nowhere", TODAY)
