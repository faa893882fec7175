"""Whose picture it is: what the file says, what stands across it, and what the draft answers."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from PIL import Image

import image_factory as make
from postcheck import Attachment, Draft, Finding, Pipeline
from postcheck.errors import DataError
from postcheck.images import Metadata, Picture, ocr, read_image
from postcheck.images.agencies import load_agencies, named_in

PHOTO = make.noise(300, 200)
needs_ocr = pytest.mark.skipif(not ocr.available(), reason="the extra ocr is not installed")


def exif(**facts: str) -> bytes:
    tags = {"notice": 0x8298, "artist": 0x013B, "caption": 0x010E}
    block = Image.Exif()
    for name, value in facts.items():
        block[tags[name]] = value
    return make.encode(PHOTO, "JPEG", exif=block)


def xmp(inside: str, form: str = "JPEG") -> bytes:
    return make.encode(PHOTO, form, xmp=f"<x:xmpmeta><rdf:RDF>{inside}</rdf:RDF></x:xmpmeta>".encode())


def iptc(*fields: tuple[int, str]) -> bytes:
    rows = b"".join(
        b"\x1c\2" + bytes([number]) + struct.pack(">H", len(v)) + v.encode() for number, v in fields
    )
    block = b"Photoshop 3.0\0" + b"8BIM\4\4\0\0" + struct.pack(">I", len(rows)) + rows
    data = make.encode(PHOTO, "JPEG")
    return data[:2] + b"\xff\xed" + struct.pack(">H", len(block) + 2) + block + data[2:]


def metadata(data: bytes) -> Metadata:
    picture = read_image(data)
    assert isinstance(picture, Picture)
    return picture.metadata


def check(pipeline: Pipeline, data: bytes, **fields: Any) -> list[Finding]:
    attachment = Attachment(source=data, alt_text="A park", **fields)
    findings = pipeline.check(Draft(text="Spring at the park.", attachments=(attachment,))).findings
    return [f for f in findings if f.theme == "copyright"]


@pytest.mark.parametrize(
    ("data", "notices", "names"),
    [
        (exif(notice="(c) 2026 Jane Roe", artist="Jane Roe"), ("(c) 2026 Jane Roe",), ("Jane Roe",)),
        (
            iptc((80, "Jane Roe"), (110, "Alamy Live News"), (116, "(c) Roe")),
            ("(c) Roe",),
            ("Jane Roe", "Alamy Live News"),
        ),
        (xmp("<dc:rights><rdf:Alt><rdf:li>All mine</rdf:li></rdf:Alt></dc:rights>"), ("All mine",), ()),
        (xmp('<rdf:Description photoshop:Credit="Getty Images"/>', "WEBP"), (), ("Getty Images",)),
        (
            xmp("<dc:creator><rdf:Seq><rdf:li>A &amp; B</rdf:li></rdf:Seq></dc:creator>", "WEBP"),
            (),
            ("A & B",),
        ),
        (exif(caption="The Mayor. (Photo by Jane Roe/Getty Images)"), (), ("Jane Roe/Getty Images",)),
        (make.with_text(PHOTO, "Copyright", "Jane Roe"), ("Jane Roe",), ()),
        (exif(notice="   ", artist="0000"), (), ()),
        (make.encode(PHOTO), (), ()),
    ],
    ids=[
        "EXIF",
        "IPTC",
        "XMP element",
        "XMP attribute",
        "XMP entity",
        "caption",
        "PNG text",
        "blanks",
        "nothing",
    ],
)
def test_what_a_file_says_about_its_author(
    data: bytes, notices: tuple[str, ...], names: tuple[str, ...]
) -> None:
    found = metadata(data)
    assert (found.notices, found.names) == (notices, names)


def test_what_a_file_says_is_bounded() -> None:
    found = metadata(exif(notice="x" * 50_000, artist="line\none\x07two"))
    assert len(found.notices[0]) == 200
    assert found.names == ("line one two",)
    assert "one" not in repr(found)


CREDIT = {"credit": "Photo: Jane Roe"}


@pytest.mark.parametrize(
    ("data", "fields", "severity", "excuse"),
    [
        (exif(notice="Getty Images"), {}, "medium", None),
        (iptc((110, "PA")), {}, "medium", None),
        (exif(notice="Getty Images"), {"credit": "Getty Images"}, "info", "credited"),
        (exif(notice="Getty Images"), {"credit": "Alamy"}, "medium", None),
        (exif(notice="Getty Images"), {"licence": "invoice 4411"}, "info", "licensed"),
        (exif(notice="(c) Jane Roe"), {}, "medium", None),
        (exif(notice="(c) Jane Roe"), CREDIT, "info", "credited"),
        (exif(notice="(c) Jane Roe"), {"credit": "Photo: somebody else"}, "medium", None),
        (exif(artist="Jane Roe"), {}, "low", None),
        (exif(artist="Jane Roe"), CREDIT, "info", "credited"),
        (exif(notice="© Haringey Council 2026"), {}, "info", "own work"),
        (exif(notice="CC0, no rights reserved"), {}, "info", "free licence"),
        (exif(notice="CC BY 4.0 Jane Roe"), {}, "medium", None),
        (exif(artist="Jane Roe on Unsplash"), {}, "info", "free licence"),
    ],
)
def test_copyright_metadata(
    data: bytes, fields: dict[str, str], severity: str, excuse: str | None, pipeline: Pipeline
) -> None:
    (finding,) = check(pipeline, data, **fields)
    assert (finding.rule, finding.severity, finding.excuse) == ("copyright.metadata", severity, excuse)
    assert [clause.id for clause in finding.clauses] == ["4.2.1.5"]
    assert finding.decision == ("review" if severity == "medium" else "allow")


def test_nobody_is_named(pipeline: Pipeline) -> None:
    (finding,) = check(pipeline, exif(notice="(c) Jane Roe", artist="Jane Roe"))
    assert "Roe" not in finding.model_dump_json(context={"reveal": True})


def test_a_picture_that_says_nothing(pipeline: Pipeline) -> None:
    assert check(pipeline, make.encode(PHOTO)) == []


@pytest.mark.parametrize(
    ("text", "vague", "wanted"),
    [
        ("gettyimages", False, ["Getty Images"]),
        ("iStock by Getty Images", False, ["iStock"]),
        ("Photo: PA", False, []),
        ("Photo: PA", True, ["PA Media"]),
        ("alamy stock photo 12", False, ["Alamy"]),
        ("Gettysburg, palamy", True, []),
    ],
)
def test_agencies_by_name(text: str, vague: bool, wanted: list[str]) -> None:
    assert [agency.name for agency in named_in(text, vague=vague)] == wanted


def test_the_file_of_agencies_is_checked(tmp_path: Any) -> None:
    assert len(load_agencies()) > 20
    wrong = tmp_path / "agencies.toml"
    wrong.write_text(
        'source = "x"\nlicence = "x"\nreviewed = 2026-01-01\n[[agency]]\nname = "A"\nkind = "odd"\n'
    )
    with pytest.raises(DataError, match=r"agencies\.toml"):
        load_agencies(wrong)


# Watermarks


def marked(text: str, *places: tuple[int, int], size: int = 30) -> bytes:
    from PIL import ImageDraw, ImageFont

    image = make.noise(900, 600).convert("RGBA")
    draw, font = ImageDraw.Draw(image, "RGBA"), ImageFont.load_default(size)
    for place in places:
        draw.text(
            place, text, fill=(255, 255, 255, 200), font=font, stroke_width=1, stroke_fill=(0, 0, 0, 90)
        )
    return make.encode(image.convert("RGB"))


TILES = [(x, y) for y in (40, 180, 320, 460) for x in (20, 320, 620)]


@needs_ocr
@pytest.mark.parametrize(
    ("data", "fields", "decision"),
    [
        (marked("SAMPLE ONLY", *TILES), {}, "block"),
        (marked("alamy", (350, 260), size=70), {}, "block"),
        (marked("Credit: Shutterstock", (560, 540)), {}, "block"),
        (marked("alamy", (350, 260), size=70), {"licence": "order 77"}, "allow"),
    ],
    ids=["tiles", "a name", "a credit", "licensed"],
)
def test_watermarks(data: bytes, fields: dict[str, str], decision: str, pipeline: Pipeline) -> None:
    (finding,) = check(pipeline, data, **fields)
    assert finding.rule == "copyright.watermark"
    assert finding.decision == decision
    assert finding.region is not None
    assert finding.region.width > 100


@needs_ocr
@pytest.mark.parametrize(
    "lines",
    [
        ("Our picture library moved", "from Shutterstock to a new supplier this year"),
        ("Monday closed", "Tuesday closed", "Wednesday 9 to 5", "Thursday 9 to 5", "Friday closed"),
        ("Bins", "Bins", "Parks"),
    ],
)
def test_no_watermark(lines: tuple[str, ...], pipeline: Pipeline) -> None:
    assert check(pipeline, make.encode(make.words(*lines))) == []
