"""``postcheck clean``: the picture stays, what its file says goes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageCms, ImageStat

import image_factory as make
from postcheck.images import Metadata, Picture, Unreadable, read_image
from postcheck.images.clean import cleaned
from postcheck.integrations.cli import main

PHOTO = make.noise(300, 200)
PLACE = {1: "N", 2: (51.0, 35.0, 20.0), 3: "W", 4: (0.0, 6.0, 40.0)}
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
NAME = b"Jane Roe"


def told(form: str, turn: int) -> bytes:
    """A picture that says everything it can."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112], exif[0x8298] = "A camera", turn, "(c) Jane Roe"
    exif.get_ifd(0x8825).update(PLACE)
    options: dict[str, Any] = {"exif": exif, "icc_profile": PROFILE}
    xmp = b"<x><dc:rights>Jane Roe</dc:rights></x>"
    if form == "PNG":
        info = make.PngInfo()
        info.add_text("Author", "Jane Roe")
        info.add_itxt("XML:com.adobe.xmp", xmp.decode())
        options["pnginfo"] = info
    elif form == "TIFF":
        options = {
            "icc_profile": PROFILE,
            "tiffinfo": {270: "Jane Roe", 274: turn, 700: xmp, 33432: "Jane Roe"},
        }
    else:
        options["xmp"] = xmp
    if form == "JPEG":
        options["comment"] = NAME
    return make.encode(PHOTO, form, **options)


@pytest.mark.parametrize("turn", [1, 6])
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_metadata_goes_and_the_picture_stays(form: str, turn: int) -> None:
    before = told(form, turn)
    assert NAME in before
    after = cleaned(before)
    assert isinstance(after, bytes)
    assert NAME not in after
    old, new = read_image(before), read_image(after)
    assert isinstance(old, Picture)
    assert isinstance(new, Picture)
    assert old.metadata != Metadata()
    assert (new.metadata, new.size, new.format) == (Metadata(), old.size, form)
    assert sum(ImageStat.Stat(ImageChops.difference(old.frames[0], new.frames[0])).mean) / 3 < 4
    with Image.open(io.BytesIO(after)) as opened:
        assert opened.info["icc_profile"] == PROFILE
        assert dict(opened.getexif()).get(0x0112, 1) == 1


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_an_animation_still_moves(form: str) -> None:
    frames = [make.noise(80, 60, seed) for seed in range(5)]
    after = cleaned(make.animation(frames, form))
    assert isinstance(after, bytes)
    with Image.open(io.BytesIO(after)) as opened:
        assert opened.n_frames == 5
        opened.seek(3)
        opened.load()
        assert opened.info.get("duration") == 50


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16"])
def test_the_kind_of_pixels_stays(mode: str) -> None:
    image = Image.new(mode, (40, 30), 4_000) if mode == "I;16" else PHOTO.convert(mode)
    after = cleaned(make.encode(image))
    assert isinstance(after, bytes)
    with Image.open(io.BytesIO(after)) as opened:
        assert opened.mode == mode


@pytest.mark.parametrize("data", [b"", b"hello", make.png_header(30_000, 30_000), make.encode(PHOTO)[:900]])
def test_what_cannot_be_copied(data: bytes) -> None:
    assert isinstance(cleaned(data), Unreadable)


# The command


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "park.jpg"
    source.write_bytes(told("JPEG", 6))
    assert main(["clean", str(source)]) == 0
    assert "without metadata" in capsys.readouterr().out
    copy = read_image(tmp_path / "park-clean.jpg")
    assert isinstance(copy, Picture)
    assert copy.metadata == Metadata()
    assert source.read_bytes() == told("JPEG", 6)


def test_it_does_not_overwrite_unless_forced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = tmp_path / "park.jpg", tmp_path / "out.jpg"
    source.write_bytes(told("JPEG", 1))
    target.write_bytes(b"precious")
    assert main(["clean", str(source), "--output", str(target)]) == 2
    assert "--force" in capsys.readouterr().err
    assert target.read_bytes() == b"precious"
    assert main(["clean", str(source), "--output", str(target), "--force"]) == 0
    assert isinstance(read_image(target), Picture)
    assert main(["clean", str(source), "-o", str(source), "--force"]) == 0
    assert NAME not in source.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.jpg", "park.jpg"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("no.jpg", None, "is not there"),
        ("text.png", b"hello", "is not a PNG"),
        ("cut.png", make.encode(PHOTO)[:900], "damaged"),
    ],
)
def test_clear_errors(
    name: str, content: bytes | None, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert main(["clean", str(tmp_path / name)]) == 2
    assert words in capsys.readouterr().err


def test_a_folder_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "park.png"
    source.write_bytes(make.encode(PHOTO))
    assert main(["clean", str(source), "-o", str(tmp_path / "no" / "out.png")]) == 2
    assert "cannot be written" in capsys.readouterr().err
