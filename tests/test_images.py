"""Images that nobody has checked: every outcome is a picture or a reason, quickly and in bounded memory."""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

import image_factory as make
from postcheck.detectors.image_safety import ImageSafetyDetector
from postcheck.images import STILL_SIDE, ImageLimits, Picture, Unreadable, read_image
from postcheck.images.decode import decode, sample
from postcheck.images.writing import Writing
from postcheck.model import Attachment, Draft, Severity

PHOTO = make.noise(300, 200)
LIMITS = ImageLimits()


def picture_of(source: bytes | Path, limits: ImageLimits | None = None) -> Picture:
    picture = read_image(source, limits)
    assert isinstance(picture, Picture), picture
    return picture


def apart(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two images of one size, 0-255."""
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) / 3


# Ordinary files


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"])
def test_every_format_of_the_whitelist_is_read(form: str) -> None:
    picture = picture_of(make.encode(PHOTO, form))
    assert (picture.format, picture.size, len(picture.frames)) == (form, (300, 200), 1)
    assert picture.frames[0].mode == "RGB"
    assert apart(picture.frames[0], PHOTO) < 12


@pytest.mark.parametrize(
    ("mode", "form"),
    [
        ("1", "PNG"),
        ("L", "PNG"),
        ("P", "PNG"),
        ("CMYK", "JPEG"),
        ("CMYK", "TIFF"),
        ("L", "JPEG"),
        ("YCbCr", "JPEG"),
    ],
)
def test_every_mode_becomes_rgb(mode: str, form: str) -> None:
    picture = picture_of(make.encode(PHOTO.convert(mode), form))
    grey = picture.frames[0].convert("L").resize((30, 20), Image.Resampling.BOX)
    wanted = PHOTO.convert("L").resize((30, 20), Image.Resampling.BOX)
    assert ImageStat.Stat(ImageChops.difference(grey, wanted)).mean[0] < 12


def test_grey_of_16_bits_is_scaled_and_not_cut_off() -> None:
    ramp = Image.new("I;16", (256, 64))
    ramp.putdata([x * 257 for _ in range(64) for x in range(256)])
    for data in (make.encode(ramp), make.encode(ramp, "TIFF")):
        frame = picture_of(data).frames[0]
        assert [frame.getpixel((x, 9))[0] for x in (0, 64, 128, 255)] == [0, 64, 128, 255]


def test_floating_point_grey_is_scaled() -> None:
    ramp = Image.new("F", (200, 20))
    ramp.putdata([x / 199 for _ in range(20) for x in range(200)])
    frame = picture_of(make.encode(ramp, "TIFF")).frames[0]
    assert frame.getpixel((0, 5))[0] == 0
    assert frame.getpixel((199, 5))[0] == 255


@pytest.mark.parametrize("convert", ["RGBA", "LA", "P"])
def test_a_transparent_image_is_seen_on_white_and_on_black(convert: str) -> None:
    image = Image.new("RGBA", (60, 40), (0, 0, 0, 0))
    image.paste((255, 255, 255, 255), (10, 10, 30, 30))
    image = image.quantize(8) if convert == "P" else image.convert(convert)
    on_white, on_black = picture_of(make.encode(image)).frames
    assert on_white.getextrema() == ((255, 255),) * 3  # white on white is not to be seen
    assert on_black.getpixel((20, 20)) == (255, 255, 255)
    assert on_black.getpixel((50, 35)) == (0, 0, 0)


def test_an_opaque_alpha_channel_gives_one_frame() -> None:
    assert len(picture_of(make.encode(PHOTO.convert("RGBA"))).frames) == 1


def test_what_a_fully_transparent_image_hides_is_not_seen() -> None:
    hidden = PHOTO.convert("RGBA")
    hidden.putalpha(0)
    on_white, on_black = picture_of(make.encode(hidden)).frames
    assert on_white.getextrema() == ((255, 255),) * 3
    assert on_black.getextrema() == ((0, 0),) * 3


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("turn", range(1, 9))
def test_the_picture_is_upright(turn: int, form: str) -> None:
    marked = Image.new("RGB", (300, 200), "white")
    marked.paste("black", (0, 0, 100, 100))  # the dark corner at the top left
    # What a camera held that way stores: the inverse of what a viewer does.
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    stored = marked.transpose(Image.Transpose(undo[turn])) if turn > 1 else marked
    picture = picture_of(make.with_exif(stored, form, turn=turn))
    assert picture.size == (300, 200)
    assert picture.frames[0].size == (300, 200)
    assert apart(picture.frames[0], marked) < 2


def test_a_large_picture_is_scaled_down_but_keeps_its_size() -> None:
    for form in ("PNG", "JPEG"):
        picture = picture_of(make.encode(make.noise(3000, 1500), form))
        assert picture.size == (3000, 1500)
        assert picture.frames[0].size == (STILL_SIDE, STILL_SIDE // 2)
        assert apart(picture.frames[0], make.noise(STILL_SIDE, STILL_SIDE // 2)) < 6


def test_scaling_in_strips_leaves_no_seams() -> None:
    wide = make.noise(3000, 2000)
    frame = picture_of(make.encode(wide.convert("RGBA"), "TIFF")).frames[0]
    assert apart(frame, wide.resize(frame.size, Image.Resampling.BOX)) < 2


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_an_animation_is_sampled_from_the_first_frame_to_the_last(form: str) -> None:
    frames = [Image.new("RGB", (80, 60), (10 * n, 250 - 10 * n, 40)) for n in range(21)]
    picture = picture_of(make.animation(frames, form))
    assert len(picture.frames) == LIMITS.max_frames
    for seen, number in ((0, 0), (-1, 20)):
        assert apart(picture.frames[seen], frames[number]) < 6


@pytest.mark.parametrize(
    ("count", "most", "wanted"),
    [(1, 8, [0]), (3, 8, [0, 1, 2]), (9, 3, [0, 4, 8]), (100, 2, [0, 99]), (5, 1, [0])],
)
def test_sample(count: int, most: int, wanted: list[int]) -> None:
    assert sample(count, most) == wanted


# Hostile and odd files


def truncated(form: str, share: float) -> bytes:
    data = make.encode(PHOTO, form)
    return data[: int(len(data) * share)]


def corrupt_png() -> bytes:
    data = bytearray(make.encode(PHOTO))
    middle = len(data) // 2
    data[middle : middle + 200] = bytes(200)
    return bytes(data)


def growing_gif() -> bytes:
    """A header of 2 × 2 pixels and a second frame of 60,000 × 60,000."""
    head = b"GIF89a\x02\0\x02\0\x80\0\0\0\0\0\xff\xff\xff"
    first = b",\0\0\0\0\x02\0\x02\0\0\x02\x02\x84\x51\0"
    second = b",\0\0\0\0\x60\xea\x60\xea\0\x02\x02\x84\x51\0"
    return head + first + second + b";"


def webp_header(width: int, height: int) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X\x0a\0\0\0\0\0\0\0" + size
    return b"RIFF" + len(body).to_bytes(4, "little") + body


HOSTILE: list[tuple[str, bytes, str]] = [
    ("empty file", b"", "unreadable"),
    ("text named .png", b"hello there\n", "unreadable"),
    ("SVG", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "unreadable"),
    ("FITS, outside the whitelist", b"SIMPLE  =                    T".ljust(2880), "unreadable"),
    ("only the signature", make.PNG_START, "unreadable"),
    ("half a JPEG", truncated("JPEG", 0.5), "unreadable"),
    ("most of a JPEG", truncated("JPEG", 0.95), "unreadable"),
    ("half a PNG", truncated("PNG", 0.5), "unreadable"),
    ("half a GIF", truncated("GIF", 0.5), "unreadable"),
    ("half a WebP", truncated("WEBP", 0.5), "unreadable"),
    ("half a BMP", truncated("BMP", 0.5), "unreadable"),
    ("half a TIFF", truncated("TIFF", 0.5), "unreadable"),
    ("PNG with a hole", corrupt_png(), "unreadable"),
    ("comment bomb", make.text_bomb_png(), "unreadable"),
    ("header alone", make.png_header(50, 50), "unreadable"),
    ("no width", make.png_header(0, 50), "unreadable"),
    ("900 megapixels announced", make.png_header(30_000, 30_000), "too-large"),
    ("a header that lies", make.png_header(0x7FFFFFFF, 0x7FFFFFFF), "too-large"),
    ("144 megapixels, below Pillow's limit", make.png_header(12_000, 12_000), "too-large"),
    ("long and thin", make.png_header(65_535, 20), "too-large"),
    ("WebP canvas of 268 megapixels", webp_header(16_383, 16_383), "too-large"),
    ("GIF that grows", growing_gif(), "too-large"),
    ("GIF of 100,000 frames", make.gif_frames(100_000), "too-large"),
]


@pytest.mark.parametrize(("data", "reason"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_hostile_files_have_an_outcome_at_once(data: bytes, reason: str) -> None:
    began = time.process_time()
    outcome = read_image(data)
    assert isinstance(outcome, Unreadable)
    assert outcome.reason == reason
    assert time.process_time() - began < 1


def memory_taken(read: Callable[[], Picture | Unreadable]) -> tuple[Picture | Unreadable, int]:
    """Return the outcome, and by how many megabytes the process was larger at its peak than before."""
    try:
        Path("/proc/self/clear_refs").write_text("5")  # forget the peak of earlier tests
    except OSError:
        pytest.skip("the peak of memory can only be measured on Linux")
    before = _status("VmRSS")
    outcome = read()
    return outcome, (_status("VmHWM") - before) // 1000


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1])


def test_a_real_bomb_is_refused_before_its_pixels_take_memory() -> None:
    bomb = make.bomb_png(30_000, 30_000)
    began = time.process_time()
    outcome, megabytes = memory_taken(lambda: decode(bomb, LIMITS))
    assert outcome == Unreadable("too-large", "is over 20,000 pixels on a side", (30_000, 30_000))
    assert time.process_time() - began < 0.2
    assert megabytes < 20


@pytest.mark.parametrize(("mode", "most"), [("1", 100), ("RGBA", 250), ("CMYK", 250)])
def test_the_largest_picture_allowed_stays_within_memory(mode: str, most: int) -> None:
    if mode == "1":
        data = make.bomb_png(8_000, 5_000)
    else:
        data = make.encode(Image.new(mode, (8_000, 5_000)), "TIFF", compression="tiff_lzw")
    outcome, megabytes = memory_taken(lambda: decode(data, LIMITS))
    assert isinstance(outcome, Picture)
    assert outcome.size == (8_000, 5_000)
    assert megabytes < most


@pytest.mark.parametrize(
    "source", [Path("no/such/file.png"), Path("bad\0name.png"), Path(__file__) / "below.png"], ids=str
)
def test_missing_files(source: Path) -> None:
    outcome = read_image(source)
    assert isinstance(outcome, Unreadable)
    assert outcome.reason == "missing"


def test_folders_and_pipes_are_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    for source in (tmp_path, tmp_path / "pipe.png"):
        assert read_image(source) == Unreadable("unreadable", "is not an ordinary file")


def test_no_path_leaks(tmp_path: Path) -> None:
    secret = tmp_path / "private-name.png"
    outcomes = [read_image(secret)]
    secret.write_bytes(b"not an image")
    outcomes.append(read_image(secret))
    for outcome in outcomes:
        assert "private-name" not in repr(outcome)
        assert str(tmp_path) not in repr(outcome)


def test_limits_can_be_set() -> None:
    data = make.encode(PHOTO)
    for limits in (
        ImageLimits(max_megapixels=0.05),
        ImageLimits(max_megabytes=0.001),
        ImageLimits(max_side=299),
    ):
        outcome = read_image(data, limits)
        assert isinstance(outcome, Unreadable)
        assert outcome.reason == "too-large"
    assert picture_of(data, ImageLimits(max_megapixels=0.06, max_side=300)).size == (300, 200)


def test_a_long_animation_and_a_thick_document_are_too_large() -> None:
    frames = [make.noise(40, 30, seed) for seed in range(6)]
    few = ImageLimits(max_animation_megapixels=0.005, max_frames=4)
    for data in (make.animation(frames, "GIF"), make.animation(frames, "TIFF")):
        outcome = read_image(data, few)
        assert isinstance(outcome, Unreadable)
        assert outcome.reason == "too-large"
    assert len(picture_of(make.animation(frames, "TIFF")).frames) == 6


def test_random_damage_never_raises() -> None:
    lots = random.Random(7)
    outcomes = set()
    files = [make.encode(make.noise(60, 40), form) for form in ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")]
    for number in range(300):
        data = bytearray(files[number % 6])
        for _ in range(lots.randint(1, 8)):
            data[lots.randrange(len(data))] = lots.randrange(256)
        outcomes.add(type(_quietly(bytes(data))))
    assert outcomes == {Picture, Unreadable}


def _quietly(data: bytes) -> Picture | Unreadable:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of bad tags; under "error" those would hide the rest
        return decode(data, LIMITS)


def test_threads_agree() -> None:
    sources = [row[1] for row in HOSTILE[:16]] + [make.encode(PHOTO, "JPEG")]
    wanted = [type(read_image(source)) for source in sources]
    results: list[list[type]] = []

    def read_all() -> None:
        results.append([type(read_image(source)) for source in sources])

    threads = [threading.Thread(target=read_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [wanted] * 4


def test_reading_leaves_pillow_as_it_was() -> None:
    before = Image.MAX_IMAGE_PIXELS
    for _, data, _ in HOSTILE:
        decode(data, LIMITS)
    assert before == Image.MAX_IMAGE_PIXELS


# The detector

PLACE = {1: "N", 2: (51.0, 35.0, 20.0), 3: "W", 4: (0.0, 6.0, 40.0)}


def found(*attachments: Attachment, council: bool = True, kind: str = "post") -> list[Any]:
    draft = Draft(attachments=attachments, kind=kind)  # type: ignore[arg-type]
    images = tuple(read_image(a.source) for a in attachments)
    document = SimpleNamespace(draft=draft, images=images, writings=(Writing(),) * len(images))
    context = SimpleNamespace(situation=SimpleNamespace(council=council))
    return list(ImageSafetyDetector().detect(document, context))  # type: ignore[arg-type]


def rules(*attachments: Attachment, **situation: Any) -> list[str]:
    return [finding.rule for finding in found(*attachments, **situation)]


def image(source: bytes | Path, alt_text: str | None = "A park", **fields: Any) -> Attachment:
    return Attachment(source=source, alt_text=alt_text, **fields)


SAFETY = [
    ("plain picture", make.encode(PHOTO), []),
    ("text named .png", b"hello", ["image.unreadable"]),
    ("missing", Path("no/such.png"), ["image.unreadable"]),
    ("bomb", make.png_header(30_000, 30_000), ["image.too-large"]),
    ("place in EXIF", make.with_exif(PHOTO, place=PLACE), ["personal.location"]),
    ("place in a PNG", make.with_exif(PHOTO, "PNG", place=PLACE), ["personal.location"]),
    ("place in a WebP", make.with_exif(PHOTO, "WEBP", place=PLACE), ["personal.location"]),
    (
        "place in XMP",
        make.with_text(PHOTO, "XML:com.adobe.xmp", '<rdf exif:GPSLatitude="51,35.3N"/>'),
        ["personal.location"],
    ),
    ("empty GPS block", make.with_exif(PHOTO, place={0: b"\2\3\0\0"}), []),
    ("GPS of zeros", make.with_exif(PHOTO, place={2: (0.0, 0.0, 0.0), 4: (0.0, 0.0, 0.0)}), []),
    ("serial number", make.with_exif(PHOTO, serial="X12 4471"), ["image.metadata"]),
    ("serial number of zeros", make.with_exif(PHOTO, serial="000000"), []),
    ("damaged EXIF", make.encode(PHOTO, "JPEG", exif=b"Exif\0\0garbage of some length"), ["image.metadata"]),
]


@pytest.mark.parametrize(("source", "wanted"), [row[1:] for row in SAFETY], ids=[row[0] for row in SAFETY])
def test_image_safety(source: bytes | Path, wanted: list[str]) -> None:
    assert rules(image(source)) == wanted


def test_a_place_is_reported_without_saying_where() -> None:
    (finding,) = found(image(make.with_exif(PHOTO, place=PLACE)))
    assert finding.severity is Severity.MEDIUM
    assert "51" not in finding.model_dump_json(context={"reveal": True})
    assert (finding.region.width, finding.region.height, finding.span) == (300, 200, None)


def test_each_attachment_is_named() -> None:
    findings = found(image(b"junk"), image(make.encode(PHOTO)), image(make.png_header(30_000, 30_000)))
    assert [f.rule for f in findings] == ["image.unreadable", "image.too-large"]
    assert findings[0].region.attachment == 0
    assert "Image 1" in findings[0].message
    assert findings[1].region.attachment == 2


@pytest.mark.parametrize(
    ("attachment", "situation", "missing"),
    [
        (image(make.encode(PHOTO), None), {}, True),
        (image(make.encode(PHOTO), "  "), {}, True),
        (image(make.encode(PHOTO), "A pond"), {}, False),
        (image(make.encode(PHOTO), None), {"council": False}, False),
        (image(make.encode(PHOTO), None, role="avatar"), {}, False),
        (image(make.encode(PHOTO), None), {"kind": "profile"}, False),
        (image(make.encode(PHOTO), None), {"kind": "reply"}, True),
    ],
)
def test_alternative_text(attachment: Attachment, situation: dict[str, Any], missing: bool) -> None:
    assert ("accessibility.missing-alt-text" in rules(attachment, **situation)) is missing


def test_a_draft_without_images_is_not_asked_for_them() -> None:
    class NoImages(SimpleNamespace):
        @property
        def images(self) -> None:
            raise AssertionError("decoded for nothing")

    context = SimpleNamespace(situation=SimpleNamespace(council=True))
    assert list(ImageSafetyDetector().detect(NoImages(draft=Draft()), context)) == []  # type: ignore[arg-type]


def test_pillow_and_numpy_are_loaded_on_first_use_only() -> None:
    program = (
        "import sys, postcheck.detectors.logos, postcheck.detectors.image_safety;"
        "sys.exit(bool({'PIL', 'numpy', 'imagehash', 'scipy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_the_factory_makes_what_it_says() -> None:
    """The bombs must be valid files, or refusing them would prove nothing."""
    with Image.open(io.BytesIO(make.bomb_png(2_000, 1_000))) as opened:
        opened.load()
        assert opened.size == (2_000, 1_000)
    with Image.open(io.BytesIO(make.gif_frames(3))) as opened:
        assert opened.n_frames == 3
