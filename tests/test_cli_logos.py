"""``logos add`` and ``logos check``: a folder of reference marks made and looked over from the command line."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from PIL import Image

import image_factory as make
from postcheck.integrations.cli import main
from postcheck.logo_index import load_logos


@pytest.fixture
def arch(tmp_path: Path) -> Path:
    file = tmp_path / "Our Arch.png"
    file.write_bytes(make.encode(make.mark()))
    return file


def add(file: Path, folder: Path, name: str, *more: str) -> int:
    return main(["logos", "add", str(file), "--folder", str(folder), "--name", name, *more])


def rows(folder: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = tomllib.loads((folder / "index.toml").read_text(encoding="utf-8"))[
        "logo"
    ]
    return found


def test_add_copies_calibrates_and_appends(
    arch: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "marks"
    more = ["--owner", 'The "Us" council', "--permitted", "key", "--permitted", "service"]
    assert add(arch, folder, "Arch", *more, "--licence", "ours", "--source", "the brand page") == 0
    assert "Arch, threshold 0." in capsys.readouterr().out
    (row,) = rows(folder)
    assert row == {
        "name": "Arch",
        "owner": 'The "Us" council',
        "file": "the-us-council/our-arch.png",
        "permitted": ["key", "service"],
        "licence": "ours",
        "source": "the brand page",
        "threshold": row["threshold"],
    }
    (mark,) = load_logos(folder)
    assert mark.threshold == row["threshold"]
    assert mark.file.read_bytes() == arch.read_bytes()


def test_add_keeps_comments_and_other_rows(arch: Path, tmp_path: Path) -> None:
    folder = tmp_path / "marks"
    assert add(arch, folder, "Arch", "--owner", "Us") == 0
    index = folder / "index.toml"
    index.write_text("# mine\n" + index.read_text(encoding="utf-8") + "# the end\n", encoding="utf-8")
    other = tmp_path / "other.png"
    other.write_bytes(make.encode(make.other_mark(5)))
    assert add(other, folder, "Other", "--owner", "Them") == 0
    text = index.read_text(encoding="utf-8")
    assert text.startswith("# mine\n")
    assert "# the end\n" in text
    assert [row["name"] for row in rows(folder)] == ["Arch", "Other"]
    assert rows(folder)[1]["permitted"] == []


def test_a_second_file_of_the_same_name_does_not_replace_the_first(arch: Path, tmp_path: Path) -> None:
    folder = tmp_path / "marks"
    assert add(arch, folder, "Arch", "--owner", "Us") == 0
    arch.write_bytes(make.encode(make.other_mark(8)))
    assert add(arch, folder, "Shapes", "--owner", "Us") == 0
    assert [row["file"] for row in rows(folder)] == ["us/our-arch.png", "us/our-arch-2.png"]


def blank() -> bytes:
    return make.encode(Image.new("RGB", (300, 300), "teal"))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (blank(), "too flat"),
        (b"hello", "is not a PNG"),
        (make.encode(make.photo(640, 480)), "is a photo"),
        (make.encode(make.mark())[:500], "damaged"),
    ],
    ids=["blank", "text", "photo", "damaged"],
)
def test_what_is_no_mark_is_refused_and_nothing_changes(
    data: bytes, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "x.png"
    file.write_bytes(data)
    assert add(file, tmp_path / "marks", "X", "--owner", "Us") == 1
    assert message in capsys.readouterr().err
    assert not (tmp_path / "marks").exists()


def test_a_taken_name_is_refused(arch: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert add(arch, tmp_path / "marks", "Arch", "--owner", "Us") == 0
    before = (tmp_path / "marks" / "index.toml").read_bytes()
    assert add(arch, tmp_path / "marks", "ARCH", "--owner", "Us") == 1
    assert "already a logo called 'ARCH'" in capsys.readouterr().err
    assert (tmp_path / "marks" / "index.toml").read_bytes() == before


def test_a_missing_file_could_not_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert add(tmp_path / "gone.png", tmp_path / "marks", "X", "--owner", "Us") == 2
    assert main(["logos", "check", str(tmp_path)]) == 2
    assert "no such file" in capsys.readouterr().err


def test_check_prints_thresholds_and_finds_nothing_wrong(
    arch: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(arch, tmp_path / "marks", "Arch", "--owner", "Us") == 0
    capsys.readouterr()
    assert main(["logos", "check", str(tmp_path / "marks")]) == 0
    out = capsys.readouterr().out
    assert "Arch  threshold 0." in out
    assert "1 marks, 0 errors, 0 warnings" in out


def test_check_names_every_mistake_with_its_line(
    arch: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "index.toml").write_text(
        f'[[logo]]\nname = "A"\nfile = "{arch.name}"\n\n'
        '[[logo]]\nname = "a"\nfile = "gone.png"\n\n'
        f'[[logo]]\nname = "B"\nowner = "Them"\nfile = "{arch.name}"\n',
        encoding="utf-8",
    )
    assert main(["logos", "check", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert "index.toml:6: error: logo[1].name: two logos are called 'a'" in out
    assert "index.toml:7: error: logo[1].file: the image 'gone.png' does not exist" in out
    assert "index.toml:1: warning: logo[0]: an image of 'B' is taken for 'A'" in out
    assert "2 marks, 2 errors, 2 warnings" in out


def test_check_of_the_marks_that_ship(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["logos", "check"]) == 0
    assert "0 errors, 0 warnings" in capsys.readouterr().out


def test_a_plain_mark_is_warned_about(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    plain.paste((20, 20, 20, 255), (20, 20, 180, 180))
    file = tmp_path / "square.png"
    file.write_bytes(make.encode(plain))
    assert add(file, tmp_path / "marks", "Square", "--owner", "Us") == 0
    assert "so plain" in capsys.readouterr().out
