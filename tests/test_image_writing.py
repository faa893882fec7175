"""Words and QR codes in pictures are read like the draft's own text, and point back into the picture."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from typing import Any

import pytest
from PIL import Image, ImageFilter

import image_factory as make
from postcheck import Account, Attachment, Draft, Pipeline, Verdict
from postcheck.images import Picture, ocr, read_image
from postcheck.images.lettering import seems_written
from postcheck.images.ocr import Line, Word
from postcheck.images.writing import Writing, in_reading_order, read_writing

needs_ocr = pytest.mark.skipif(not ocr.available(), reason="the extra ocr is not installed")
PHOTO = make.noise(900, 600)
PAY = "https://pay-haringey-pcn.example.net/8812773"


def picture_of(image: Image.Image, form: str = "PNG", **options: Any) -> Picture:
    picture = read_image(make.encode(image, form, **options))
    assert isinstance(picture, Picture)
    return picture


def written(image: Image.Image, **options: Any) -> Writing:
    return read_writing(picture_of(image, **options), time.monotonic() + 60)


def check(pipeline: Pipeline, image: Image.Image, text: str = "Open today.", **fields: Any) -> Verdict:
    attachment = Attachment(source=make.encode(image), alt_text="A notice")
    return pipeline.check(Draft(text=text, attachments=(attachment,), **fields))


@pytest.fixture
def plain(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    """The pipeline as it is where the extra is not installed."""
    monkeypatch.setattr(ocr, "available", lambda: False)
    return pipeline


# QR codes


@pytest.mark.parametrize(
    "image",
    [
        make.qr(PAY),
        make.pasted(PHOTO, make.qr(PAY, 4), (500, 300)),
        make.pasted(PHOTO, make.qr(PAY, 6), (40, 60)).filter(ImageFilter.GaussianBlur(1.2)),
        make.pasted(PHOTO, make.qr(PAY, 5, dark=255, light=0), (40, 60)),
        make.qr(PAY, 7).rotate(20, expand=True, fillcolor="white"),
        make.pasted(Image.new("RGB", (3000, 2000), "white"), make.qr(PAY, 6), (2500, 1500)),
    ],
    ids=["alone", "on a photo", "blurred", "light on dark", "turned", "in a corner of a large picture"],
)
def test_a_qr_code_is_read(image: Image.Image) -> None:
    assert [code.text for code in picture_of(image).codes] == [PAY]


def test_two_codes_and_the_last_frame_of_an_animation() -> None:
    two = make.pasted(
        make.pasted(PHOTO, make.qr("https://a.example/1"), (20, 20)), make.qr("tel:112"), (500, 300)
    )
    assert {code.text for code in picture_of(two).codes} == {"https://a.example/1", "tel:112"}
    frames = [PHOTO.resize((400, 300)) for _ in range(9)]
    moving = read_image(make.animation([*frames, make.pasted(frames[0], make.qr(PAY, 4), (20, 20))], "GIF"))
    assert isinstance(moving, Picture)
    assert [code.text for code in moving.codes] == [PAY]


def test_the_box_of_a_code_is_in_the_full_picture() -> None:
    large = make.pasted(Image.new("RGB", (3000, 2000), "white"), make.qr(PAY, 6), (2000, 1000))
    side = make.qr(PAY, 6).width
    (code,) = picture_of(large).codes
    wanted = (2024, 1024, 2000 + side - 24, 1000 + side - 24)
    assert all(abs(seen - meant) < 12 for seen, meant in zip(code.box, wanted, strict=True))


def test_a_payment_link_in_a_code_is_found_as_in_text(pipeline: Pipeline) -> None:
    account = Account(handle="@northside_sam", platform="x", tier="personal")
    words = "Pay your parking fine now, quick and easy."
    in_text = pipeline.check(Draft(text=f"{words} {PAY}", account=account))
    in_code = check(pipeline, make.qr(PAY), words, account=account)
    (wanted,) = [f for f in in_text.findings if f.rule == "impersonation.payment-lure"]
    (found,) = [f for f in in_code.findings if f.rule == "impersonation.payment-lure"]
    assert (found.severity, found.decision) == (wanted.severity, wanted.decision)
    assert found.part == "image:0"
    assert found.evidence == PAY
    assert found.region is not None
    assert found.region.width > 50


def test_a_shortened_link_in_a_code(pipeline: Pipeline) -> None:
    rules = [f.rule for f in check(pipeline, make.qr("https://bit.ly/3xYz")).findings]
    assert rules == [f.rule for f in pipeline.check("https://bit.ly/3xYz").findings]
    assert "claim.link" in rules


def test_personal_data_in_a_code_is_masked(pipeline: Pipeline) -> None:
    verdict = check(pipeline, make.qr("Nino of Mrs Ada Okafor: AB 12 34 56 C"))
    finding = next(f for f in verdict.findings if f.rule == "personal.nino")
    assert finding.part == "image:0"
    assert "AB 12" not in verdict.model_dump_json()


def test_a_code_that_cannot_be_read_is_named(plain: Pipeline) -> None:
    code = make.qr(PAY, 8)
    spoilt = make.pasted(code, Image.new("RGB", (110, 110), "white"), (120, 120))
    verdict = check(plain, spoilt)
    assert "image 1: a QR code could not be read" in verdict.unknown
    assert "image.unread-text" in [f.rule for f in verdict.findings]


# Text, without the extra


def test_text_that_was_not_read_is_said(plain: Pipeline) -> None:
    image = make.words("Housing benefit decision", "Mr Joseph Okonkwo, 14 Elm Road")
    verdict = check(plain, image)
    assert "image 1: text in image not read" in verdict.unknown
    assert [f.rule for f in verdict.findings] == ["image.unread-text"]
    assert verdict.decision == "allow"


def test_a_photo_says_nothing_about_text(plain: Pipeline) -> None:
    verdict = check(plain, PHOTO)
    assert not any("image" in line for line in verdict.unknown)
    assert verdict.findings == ()


@pytest.mark.parametrize(
    ("image", "wanted"),
    [
        (make.words("Town hall closed on Monday"), True),
        (make.words("Town hall closed on Monday", ink="white", ground="#204080"), True),
        (make.words("Town hall closed on Monday", ink="#777777", ground="#dddddd"), True),
        (make.words("Please keep this letter", size=14), True),
        (make.words("CLOSED", size=90), True),
        (make.words("A parking permit", size=18).filter(ImageFilter.GaussianBlur(0.8)), True),
        (make.noise(900, 600, 7), False),
        (Image.effect_noise((600, 400), 60).convert("RGB"), False),
        (Image.new("RGB", (500, 500), "red"), False),
        (make.on(make.mark(), "white", 0.2), False),
        (Image.new("RGB", (3, 3)), False),
    ],
)
def test_seems_written(image: Image.Image, wanted: bool) -> None:
    assert seems_written(image) is wanted


# Text, with the extra


@needs_ocr
def test_the_words_of_a_picture_are_screened(pipeline: Pipeline) -> None:
    image = make.words(
        "Housing benefit decision", "Mr Joseph Okonkwo, NI number AB 12 34 56 C", "We will write again."
    )
    verdict = check(pipeline, image)
    assert verdict.decision == "block"
    assert verdict.failures == ()
    finding = next(f for f in verdict.findings if f.rule == "personal.nino")
    assert (finding.part, finding.evidence) == ("image:0", "AB 12 34 56 C")
    # On the second line, right of the middle of its words.
    box = finding.region
    assert box is not None
    assert box.attachment == 0
    assert 60 < box.y < 115
    assert 20 < box.height < 60
    assert 300 < box.x < 550


@needs_ocr
def test_abuse_in_a_picture_is_abuse(pipeline: Pipeline) -> None:
    verdict = check(pipeline, make.words("You are all stupid idiots, shut up"))
    assert "abuse.insult" in [f.rule for f in verdict.findings if f.part == "image:0"]


@needs_ocr
@pytest.mark.parametrize(
    "lines", [("Library open late on Thursday", "Come and see us"), ("Bin day moves to Saturday",)]
)
def test_an_ordinary_poster_is_allowed(pipeline: Pipeline, lines: tuple[str, ...]) -> None:
    verdict = check(pipeline, make.words(*lines, size=40))
    assert verdict.decision == "allow", verdict.findings
    assert not any("image 1" in line for line in verdict.unknown)


@needs_ocr
@pytest.mark.parametrize(
    ("image", "options"),
    [
        (make.words("Meeting at noon", size=16), {}),
        (make.words("Meeting at noon", ink="white", ground="black"), {}),
        (make.words("Meeting at noon").filter(ImageFilter.GaussianBlur(1)), {"form": "JPEG", "quality": 40}),
        (make.pasted(PHOTO, make.words("Meeting at noon", width=400), (200, 300)), {}),
        (
            make.pasted(Image.new("RGB", (3000, 2000), "white"), make.words("Meeting at noon"), (1500, 900)),
            {},
        ),
    ],
    ids=["small", "light on dark", "blurred", "on a photo", "in a large picture"],
)
def test_words_are_read(image: Image.Image, options: dict[str, Any]) -> None:
    assert written(image, **options).text == "Meeting at noon"


@needs_ocr
def test_white_words_on_a_transparent_ground_are_read() -> None:
    image = make.words("Meeting at noon", ink="white", ground="black")
    clear = Image.new("RGBA", image.size, (255, 255, 255, 0))
    clear.putalpha(image.convert("L"))
    assert written(clear).text == "Meeting at noon"


@needs_ocr
@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
def test_words_in_the_last_frame_are_read(form: str) -> None:
    frames = [Image.new("RGB", (500, 100), (240, 240, 255 - n)) for n in range(12)]
    last = make.words("Meeting at noon", width=500).resize((500, 100))
    picture = read_image(make.animation([*frames, last], form))
    assert isinstance(picture, Picture)
    assert "Meeting at noon" in read_writing(picture, time.monotonic() + 60).text


@needs_ocr
@pytest.mark.parametrize("size", [(2000, 12), (12, 2000), (1, 1), (20_000, 3), (31, 31)])
def test_odd_shapes_are_no_trouble(size: tuple[int, int]) -> None:
    began = time.monotonic()
    assert written(Image.new("RGB", size, "white")).text == ""
    assert time.monotonic() - began < 10


@needs_ocr
def test_a_reader_that_fails_is_named(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> Any:
        raise RuntimeError("Meeting")

    monkeypatch.setattr(ocr, "read_lines", broken)
    verdict = check(pipeline, make.words("Meeting at noon"))
    assert "image 1: text in image not read" in verdict.unknown
    assert verdict.failures == ()
    assert "Meeting" not in verdict.model_dump_json()


@needs_ocr
def test_after_its_time_reading_stops_and_says_so() -> None:
    writing = read_writing(picture_of(make.words("Meeting at noon")), time.monotonic() - 1)
    assert writing.text == ""
    assert writing.unread == ("text in image not read",)


@needs_ocr
def test_the_words_reach_no_log(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        assert written(make.words("Zanzibar")).text == "Zanzibar"
        written(Image.new("RGB", (300, 300), "white"))
    seen = capfd.readouterr()
    assert seen.out + seen.err + caplog.text == ""


@needs_ocr
def test_the_reader_needs_no_network_and_is_loaded_on_first_use() -> None:
    program = (
        "import sys, postcheck.document\n"
        "assert not {'rapidocr', 'cv2', 'numpy'} & set(sys.modules)\n"
        "import socket\n"
        "def refuse(*a, **k): raise OSError('no network here')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "from PIL import Image\n"
        "from postcheck.images.ocr import read_lines\n"
        "assert read_lines(Image.new('RGB', (60, 60), 'white')) == ([], True)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


# Reading order and boxes


def line(text: str, left: int, top: int, height: int = 20) -> Line:
    made = []
    for word in text.split():
        made.append(Word(word, (left, top, left + 10 * len(word), top + height)))
        left += 10 * len(word) + 8
    return Line(tuple(made))


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ([line("second", 0, 40), line("first", 0, 0)], [["first"], ["second"]]),
        ([line("left", 0, 3), line("right", 60, 0)], [["left", "right"]]),
        ([line("one column", 0, 0), line("another", 600, 4)], [["one column"], ["another"]]),
        ([line("tall", 0, 0, 60), line("a", 60, 5), line("b", 60, 40)], [["a"], ["tall"], ["b"]]),
    ],
)
def test_reading_order(lines: list[Line], wanted: list[list[str]]) -> None:
    assert [[one.text for one in row] for row in in_reading_order(lines)] == wanted


def test_the_box_of_a_range_is_that_of_the_words_it_touches() -> None:
    writing = Writing("ab cd", ((0, 2, (0, 0, 20, 10)), (3, 5, (30, 2, 50, 12))))
    assert writing.box(0, 1) == (0, 0, 20, 10)
    assert writing.box(1, 4) == (0, 0, 50, 12)
    assert writing.box(2, 3) is None
