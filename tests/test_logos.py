"""Logos: found wherever they stand in a picture, and nowhere else; the index, and the thresholds."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

import image_factory as make
from postcheck.detectors.logos import PERMITTED, LogoDetector
from postcheck.errors import DataError
from postcheck.images import read_image
from postcheck.logo_index import LogoMark, load_logos
from postcheck.model import Attachment, Draft, Finding, Severity
from postcheck.resources import data_dir

NAME = "Test arch"


def write_index(folder: Path, text: str) -> Path:
    (folder / "index.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def marks(tmp_path_factory: pytest.TempPathFactory) -> tuple[LogoMark, ...]:
    """The arch and eleven other marks."""
    folder = tmp_path_factory.mktemp("logos")
    (folder / "arch.png").write_bytes(make.encode(make.mark()))
    rows = [f'[[logo]]\nname = "{NAME}"\nowner = "Us"\nfile = "arch.png"\npermitted = ["key", "service"]\n']
    for number in range(11):
        (folder / f"{number}.png").write_bytes(make.encode(make.other_mark(number)))
        rows.append(f'[[logo]]\nname = "Other {number}"\nowner = "Them {number}"\nfile = "{number}.png"\n')
    return load_logos(write_index(folder, "\n".join(rows)))


def detect(
    marks: tuple[LogoMark, ...] | None,
    *sources: bytes | Image.Image,
    tier: str | None = "personal",
    given: bool = True,
    role: str = "post",
) -> list[Finding]:
    data = [s if isinstance(s, bytes) else make.encode(s) for s in sources]
    draft = Draft(attachments=tuple(Attachment(source=d, role=role) for d in data))  # type: ignore[arg-type]
    document = SimpleNamespace(draft=draft, images=tuple(read_image(d) for d in data))
    context = SimpleNamespace(situation=SimpleNamespace(tier=tier, account_given=given))
    return list(LogoDetector(marks).detect(document, context))  # type: ignore[arg-type]


def names(findings: list[Finding]) -> list[str]:
    return [finding.message.split(": ")[1].rpartition(" (")[0] for finding in findings]


def flat(colour: str | tuple[int, int, int] = "white", margin: float = 0.0, width: int = 240) -> Image.Image:
    return make.on(make.mark(width), colour, margin)


def poster() -> Image.Image:
    """A poster of 1080 pixels: a title, blocks of colour, the mark at the foot."""
    image = Image.new("RGB", (1080, 1350), (240, 238, 225))
    draw = ImageDraw.Draw(image)
    draw.rectangle((100, 90, 980, 200), fill=(60, 60, 80))
    for left in (100, 420, 740):
        draw.rectangle((left, 300, left + 240, 640), fill=(left // 5, 120, 90))
    mark = make.mark(300)
    image.paste(mark, (390, 900), mark)
    return image


def animation_with_the_mark_last() -> bytes:
    blank = Image.new("RGB", flat(margin=0.2).size, "grey")
    return make.animation([blank, blank.rotate(90), flat(margin=0.2)], "GIF")


def deep_grey() -> bytes:
    grey = flat(margin=0.1).convert("L")
    deep = Image.new("I;16", grey.size)
    deep.putdata([value * 257 for value in grey.tobytes()])
    return make.encode(deep)


def white_on_clear() -> Image.Image:
    mark = make.mark()
    white = Image.new("RGBA", mark.size, "white")
    white.putalpha(mark.getchannel("A"))
    return white


def recoloured(mark: Image.Image, colour: tuple[int, int, int]) -> Image.Image:
    single = Image.new("RGBA", mark.size, (*colour, 255))
    single.putalpha(mark.getchannel("A"))
    return single


def seen_from_aside(image: Image.Image) -> Image.Image:
    width, height = image.size
    corners = (0, 0, 0.04 * width, height, 0.97 * width, 0.95 * height, width, 0.05 * height)
    return image.transform(
        image.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor="white"
    )


def screenshot(mark: Image.Image) -> Image.Image:
    """A card as in an app: a small round avatar, lines of text, a photo."""
    card = Image.new("RGB", (1080, 1000), "white")
    draw = ImageDraw.Draw(card)
    card.paste(make.avatar(mark, 130), (40, 40))
    for row, words in enumerate(("Example account", "Roads closed on Saturday", "More on our website")):
        draw.text((200, 40 + 70 * row), words, fill="black", font=ImageFont.load_default(size=44))
    card.paste(make.photo(1000, 650, 7), (40, 300))
    return card


POSITIVE = {
    "exact": make.mark(),
    "on white": flat(),
    "small": flat(width=48),
    "large": flat(width=1400),
    "JPEG of low quality": make.encode(flat(margin=0.1), "JPEG", quality=25),
    "wide margin": flat(margin=1.5),
    "coloured margin": flat((250, 200, 60), margin=0.4),
    "dark margin": flat((15, 15, 20), margin=0.3),
    "off centre": ImageOps.expand(flat(), (20, 300, 260, 40), "white"),
    "framed card": ImageOps.expand(flat(margin=0.3), 60, (30, 120, 60)),
    "round avatar": make.avatar(make.mark()),
    "round avatar on black": make.avatar(make.mark(), 200, "black"),
    "inverted": ImageOps.invert(flat(margin=0.2)),
    "grey": flat(margin=0.2).convert("L"),
    "16-bit grey": deep_grey(),
    "CMYK": make.encode(flat(margin=0.2).convert("CMYK"), "JPEG"),
    "palette": flat(margin=0.2).quantize(16),
    "squeezed": flat(margin=0.1).resize((300, 250)),
    "turned by EXIF": make.with_exif(flat(margin=0.1).transpose(Image.Transpose.ROTATE_90), turn=6),
    "last frame": animation_with_the_mark_last(),
    "poster": poster(),
    "at one side": ImageOps.pad(flat(), (900, 400), centering=(0.1, 0.5), color="white"),
    "on a photo": make.over(make.calm_photo(1080, 810), make.mark(400), 0.3),
    "small on a photo": make.over(make.calm_photo(1080, 810, 2), make.mark(400), 0.08),
    "small, shown through": make.over(make.calm_photo(1080, 810, 3), make.mark(400), 0.08, cover=0.6),
    "shown through": make.over(make.calm_photo(1080, 1080, 4), make.mark(400), 0.25, cover=0.6),
    "rotated": make.on(make.mark().rotate(9, Image.Resampling.BICUBIC, expand=True), "white", 0.1),
    "squeezed a little": make.on(make.mark().resize((220, 205)), (245, 240, 220), 0.2),
    "recoloured": make.on(recoloured(make.mark(), (20, 110, 60)), "white", 0.2),
    "white on dark": make.on(recoloured(make.mark(), (255, 255, 255)), (30, 30, 60), 0.2),
    "a fifth cut off": flat(margin=0.1).crop((60, 0, 288, 260)),
    "from aside": seen_from_aside(flat(margin=0.2)),
    "blurred": flat(margin=0.2, width=400).filter(ImageFilter.GaussianBlur(5)),
    "screenshot": screenshot(make.mark()),
}


@pytest.mark.parametrize("image", POSITIVE.values(), ids=POSITIVE.keys())
def test_found(marks: tuple[LogoMark, ...], image: Image.Image | bytes) -> None:
    findings = detect(marks, image)
    assert names(findings) == [NAME]
    assert findings[0].rule == "logo.organisation"
    assert 0.6 <= findings[0].confidence < 1


def blank(colour: str) -> Image.Image:
    return Image.new("RGB", (400, 400), colour)


def gradient() -> Image.Image:
    return Image.linear_gradient("L").resize((500, 400)).convert("RGB")


def lettering() -> Image.Image:
    image = Image.new("RGB", (900, 500), "white")
    draw = ImageDraw.Draw(image)
    for row, words in enumerate(("Library open late", "Thursday 7 pm", "Bring a friend")):
        draw.text((40, 40 + row * 130), words, fill="black", font=ImageFont.load_default(size=90))
    return image


NEGATIVE: dict[str, Image.Image | bytes] = {
    "white": blank("white"),
    "blue": blank("blue"),
    "one pixel": Image.new("RGB", (1, 1), "red"),
    "one line": Image.new("RGB", (512, 1), "red"),
    "gradient": gradient(),
    "radial gradient": Image.radial_gradient("L"),
    "photo": make.noise(1080, 800),
    "lettering": lettering(),
    "fully transparent": Image.merge("RGBA", (*flat().split(), Image.new("L", flat().size, 0))),
    "half of the mark": flat().crop((0, 0, 110, 160)),
    "upside down": flat(margin=0.1).rotate(180),
    "damaged": b"no image at all",
    **{f"shapes {n}": make.on(make.other_mark(100 + n), "white", 0.1) for n in range(30)},
    **{f"avatar of shapes {n}": make.avatar(make.other_mark(200 + n)) for n in range(10)},
    **{f"photo {n}": make.noise(600, 450, 50 + n) for n in range(5)},
    **{f"textured photo {n}": make.photo(800, 600, 60 + n) for n in range(5)},
    **{
        f"shapes on a photo {n}": make.over(make.photo(900, 600, n), make.other_mark(310 + n), 0.2)
        for n in range(5)
    },
    "seal": make.on(make.seal("ELSEWHERE"), "white", 0.1),
}


@pytest.mark.parametrize("image", NEGATIVE.values(), ids=NEGATIVE.keys())
def test_not_found(marks: tuple[LogoMark, ...], image: Image.Image | bytes) -> None:
    assert names(detect(marks, image)) == []


def test_each_mark_is_told_from_the_others(marks: tuple[LogoMark, ...]) -> None:
    for number in range(11):
        assert names(detect(marks, make.on(make.other_mark(number), "white", 0.2))) == [f"Other {number}"]


def test_several_marks_on_a_photo_give_several_findings(marks: tuple[LogoMark, ...]) -> None:
    image = make.over(make.calm_photo(1080, 810, 9), make.mark(400), 0.2)
    for number, left in ((2, 60), (8, 480)):
        other = make.other_mark(number).resize((300, 300))
        image.paste(other, (left, 60), other)
    assert names(detect(marks, image)) == [NAME, "Other 2", "Other 8"]


def test_two_copies_give_two_boxes(marks: tuple[LogoMark, ...]) -> None:
    image = Image.new("RGB", (1000, 600), (235, 235, 240))
    small, large = make.mark(160), make.mark(300)
    image.paste(small, (60, 80), small)
    image.paste(large, (600, 200), large)
    regions = [finding.region for finding in detect(marks, image)]
    assert len(regions) == 2
    assert all(region is not None for region in regions)
    assert sorted(region.x // 500 for region in regions if region) == [0, 1]


@pytest.fixture(scope="module")
def seals(tmp_path_factory: pytest.TempPathFactory) -> tuple[LogoMark, ...]:
    folder = tmp_path_factory.mktemp("seals")
    (folder / "w.png").write_bytes(make.encode(make.seal("WESTERN")))
    return load_logos(write_index(folder, '[[logo]]\nname = "Western"\nfile = "w.png"\n'))


@pytest.mark.parametrize("wide", [400, 200, 120])
def test_a_seal_is_told_from_its_siblings(seals: tuple[LogoMark, ...], wide: int) -> None:
    ground = make.photo(900, 700, 21)
    for seal, wanted in (
        (make.seal("WESTERN"), ["Western"]),
        (make.seal("NORTHAM"), []),
        (make.seal("SOUTHAMS"), []),
        (make.seal("EASTON", "E"), []),
    ):
        assert names(detect(seals, make.on(seal.resize((wide, wide)), "white", 0.15))) == wanted
        assert names(detect(seals, make.over(ground, seal, wide / 900))) == wanted


def wordmark(word: str, size: int = 80) -> Image.Image:
    font = ImageFont.load_default(size)
    image = Image.new("RGBA", (round(font.getlength(word)) + 20, round(size * 1.4)), (0, 0, 0, 0))
    ImageDraw.Draw(image).text((10, 10), word, (150, 20, 60, 255), font)
    return image.crop(image.getbbox())


def test_a_plain_word_on_a_poster_is_not_a_wordmark(tmp_path: Path) -> None:
    (tmp_path / "w.png").write_bytes(make.encode(wordmark("Harlow")))
    marks = load_logos(write_index(tmp_path, '[[logo]]\nname = "Harlow"\nfile = "w.png"\n'))
    assert names(detect(marks, make.on(wordmark("Harlow", 60), "white", 0.3))) == ["Harlow"]
    for words in ("Summer fair", "Harvest", "Market", "How to vote", "Library hours"):
        image = Image.new("RGB", (1080, 800), (250, 240, 200))
        draw = ImageDraw.Draw(image)
        draw.text((60, 60), words, (30, 30, 30), ImageFont.load_default(130))
        draw.text((60, 300), f"{words} on Saturday", (30, 30, 30), ImageFont.load_default(60))
        assert names(detect(marks, image)) == []


def test_two_marks_in_one_image_give_two_findings(marks: tuple[LogoMark, ...]) -> None:
    image = Image.new("RGB", (1000, 420), "white")
    image.paste(flat(), (60, 90))
    image.paste(make.on(make.other_mark(3), "white"), (640, 90))
    findings = detect(marks, image)
    assert names(findings) == [NAME, "Other 3"]
    assert findings[0].region is not None
    assert findings[1].region is not None
    assert findings[0].region.x < 400 < 600 < findings[1].region.x


@pytest.mark.parametrize("scale", [1, 5])
def test_the_region_is_the_mark_in_pixels_of_the_upright_image(
    marks: tuple[LogoMark, ...], scale: int
) -> None:
    mark = make.mark(200 * scale)
    image = Image.new("RGB", (600 * scale, 400 * scale), "white")
    left, top = 310 * scale, 60 * scale
    image.paste(mark, (left, top), mark)
    stored = image.transpose(Image.Transpose.ROTATE_90)
    (finding,) = detect(marks, b"junk", make.with_exif(stored, turn=6, quality=95))
    region = finding.region
    assert region is not None
    assert region.attachment == 1
    got = (region.x, region.y, region.x + region.width, region.y + region.height)
    wanted = (left, top, left + mark.width, top + mark.height)
    assert max(abs(a - b) for a, b in zip(got, wanted, strict=True)) <= 4 * scale
    assert finding.span is None


# Severity

WHOLE, TINY = flat(), flat(margin=2.0)
BLOCKED, ALLOWED = (Severity.HIGH, None), (Severity.INFO, PERMITTED)


@pytest.mark.parametrize(
    ("permitted", "image", "circumstances", "wanted"),
    [
        (["key"], WHOLE, {"tier": "key"}, ALLOWED),
        (["key"], TINY, {"tier": "key"}, ALLOWED),
        (["key"], WHOLE, {"tier": "service"}, BLOCKED),
        (["key", "service"], WHOLE, {"tier": "service"}, ALLOWED),
        (["key", "service"], WHOLE, {"tier": "personal"}, BLOCKED),
        (["key", "service"], TINY, {"tier": "personal"}, (Severity.MEDIUM, None)),
        (["key", "service"], TINY, {"tier": "personal", "role": "avatar"}, BLOCKED),
        (["key", "service"], TINY, {"tier": "personal", "role": "banner"}, BLOCKED),
        (["key", "service"], WHOLE, {"tier": None}, BLOCKED),
        (["key"], WHOLE, {"tier": None, "given": False}, (Severity.INFO, None)),
        (["personal"], WHOLE, {"tier": "personal"}, ALLOWED),
        ([], WHOLE, {"tier": "key"}, BLOCKED),
        ([], WHOLE, {"tier": None, "given": False}, BLOCKED),
    ],
)
def test_severity(
    tmp_path: Path,
    permitted: list[str],
    image: Image.Image,
    circumstances: dict[str, Any],
    wanted: tuple[Severity, str | None],
) -> None:
    (tmp_path / "m.png").write_bytes(make.encode(make.mark()))
    row = f'[[logo]]\nname = "M"\nfile = "m.png"\npermitted = {permitted!r}\n'
    (finding,) = detect(load_logos(write_index(tmp_path, row)), image, **circumstances)
    assert (finding.severity, finding.excuse) == wanted


# The index


def test_the_marks_that_ship_are_found() -> None:
    marks = LogoDetector().marks
    assert [mark.owner for mark in marks] == ["Example council"] * len(marks)
    for mark in marks:
        assert mark.file.stat().st_size <= 20_000
        assert mark.permitted == ("key", "service")
        assert mark.licence
        assert mark.source
        shown = Image.open(mark.file).convert("RGBA")
        ground = (25, 25, 25) if "white" in mark.name else (225, 230, 225)
        assert mark.name in names(detect(None, make.on(shown, ground, 0.2)))


EXAMPLES = Path(__file__).parents[1] / "examples" / "images"


WITH_MARK = {"avatar-with-mark.png", "guide-with-mark.png"}


def test_the_example_images() -> None:
    seen = {path.name: names(detect(None, path.read_bytes())) for path in sorted(EXAMPLES.glob("*.png"))}
    assert len(seen) > len(WITH_MARK)
    hits = {name: found for name, found in seen.items() if found}
    assert hits == {name: ["Example council mark"] for name in WITH_MARK}


def test_a_white_mark_on_a_clear_ground_is_a_reference(tmp_path: Path) -> None:
    (tmp_path / "w.png").write_bytes(make.encode(white_on_clear()))
    marks = load_logos(write_index(tmp_path, '[[logo]]\nname = "White"\nfile = "w.png"\n'))
    assert names(detect(marks, make.on(white_on_clear(), (20, 90, 60), 0.3))) == ["White"]
    assert names(detect(marks, white_on_clear())) == ["White"]


def test_thresholds_are_the_same_each_time_and_a_given_one_is_kept(tmp_path: Path) -> None:
    (tmp_path / "m.png").write_bytes(make.encode(make.mark()))
    row = '[[logo]]\nname = "M"\nfile = "m.png"\n'
    first, second = (load_logos(write_index(tmp_path, row))[0].threshold for _ in range(2))
    assert first == second
    assert 0.4 < first < 1
    given = load_logos(write_index(tmp_path, row + "threshold = 0.93\n"))[0]
    assert given.threshold == 0.93
    assert detect((given,), make.mark())[0].confidence > 0.9


def test_a_look_alike_of_another_owner_is_told_apart(tmp_path: Path) -> None:
    near = make.mark()
    ImageDraw.Draw(near).rectangle((70, 60, 130, 120), fill=(20, 50, 110, 255))
    (tmp_path / "a.png").write_bytes(make.encode(make.mark()))
    (tmp_path / "b.png").write_bytes(make.encode(near))
    rows = '[[logo]]\nname = "A"\nowner = "Us"\nfile = "a.png"\n'
    rows += '[[logo]]\nname = "B"\nowner = "{}"\nfile = "b.png"\n'
    same = load_logos(write_index(tmp_path, rows.format("Us")))
    apart = load_logos(write_index(tmp_path, rows.format("Them")))
    assert apart[0].threshold >= same[0].threshold
    assert names(detect(apart, make.on(near, "white", 0.1))) == ["B"]
    assert names(detect(apart, make.on(make.mark(), "white", 0.1))) == ["A"]


ROW = '[[logo]]\nname = "M"\nfile = "m.png"\n'
WRONG = [
    (ROW + 'onwer = "Us"\n', "logo[0].onwer", 4, "did you mean 'owner'"),
    ('[[logos]]\nname = "M"\n', "logos", 1, "did you mean 'logo'"),
    ('[[logo]]\nfile = "m.png"\n', "logo[0].name", 1, "missing"),
    ('[[logo]]\nname = "M"\n', "logo[0].file", 1, "missing"),
    (ROW + 'permitted = ["everyone"]\n', "logo[0].permitted[0]", 4, "'key', 'service' or 'personal'"),
    (ROW + "threshold = 40\n", "logo[0].threshold", 4, "less than or equal to 1"),
    (ROW + "\n" + ROW.replace('"M"', '"m"'), "logo[1].name", 6, "two logos are called 'm'"),
    (ROW + '[[logo]]\nname = "N"\nfile = "gone.png"\n', "logo[1].file", 6, "'gone.png' does not exist"),
    ('[[logo]]\nname = "T"\nfile = "text.png"\n', "logo[0].file", 3, "is not a PNG, JPEG"),
    ('[[logo]]\nname = "F"\nfile = "flat.png"\n', "logo[0].file", 3, "too flat"),
    ('[[logo]]\nname = "S"\nfile = "tiny.png"\n', "logo[0].file", 3, "too small"),
    ("[[logo]\n", None, 1, "not valid TOML"),
]


@pytest.mark.parametrize(("text", "key", "line", "message"), WRONG, ids=[row[3] for row in WRONG])
def test_a_wrong_index_says_where(
    tmp_path: Path, text: str, key: str | None, line: int, message: str
) -> None:
    (tmp_path / "m.png").write_bytes(make.encode(make.mark()))
    (tmp_path / "text.png").write_bytes(b"hello")
    (tmp_path / "flat.png").write_bytes(make.encode(blank("green")))
    (tmp_path / "tiny.png").write_bytes(make.encode(Image.new("RGB", (4, 4), "red")))
    with pytest.raises(DataError) as caught:
        load_logos(write_index(tmp_path, text))
    error = caught.value
    assert (error.file, error.key, error.line) == (str(tmp_path / "index.toml"), key, line)
    assert message in str(error)


def test_a_folder_without_an_index_is_an_error_at_once(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"index\.toml"):
        LogoDetector(folder=tmp_path)


def test_an_index_without_rows_has_no_marks(tmp_path: Path) -> None:
    assert load_logos(write_index(tmp_path, "reviewed = 2026-11-22\n")) == ()


def test_the_shipped_index_names_its_source() -> None:
    text = (data_dir() / "logos" / "index.toml").read_text(encoding="utf-8")
    for key in ("source = ", "licence = ", "reviewed = "):
        assert key in text


def cost(marks: tuple[LogoMark, ...], image: Image.Image) -> float:
    """CPU seconds of one image, the best of three; loosely bounded, since machines differ."""
    detector, data = LogoDetector(marks), make.encode(image)
    context: Any = SimpleNamespace(situation=SimpleNamespace(tier="personal", account_given=True))
    draft = Draft(attachments=(Attachment(source=data),))
    document: Any = SimpleNamespace(draft=draft, images=(read_image(data),))
    costs = []
    for _ in range(3):
        began = time.process_time()
        list(detector.detect(document, context))
        costs.append(time.process_time() - began)
    return min(costs)


def test_twelve_marks_on_a_large_image_cost_little(marks: tuple[LogoMark, ...]) -> None:
    images = [poster(), make.photo(1080, 1080), make.over(make.photo(1080, 1080, 2), make.mark(300), 0.1)]
    assert max(cost(marks, image) for image in images) < 0.6


def test_an_image_that_is_the_mark_costs_next_to_nothing(marks: tuple[LogoMark, ...]) -> None:
    assert cost(marks, make.on(make.mark(900), "white", 0.1)) < 0.05


def test_a_mark_may_be_an_svg(tmp_path: Path) -> None:
    pytest.importorskip("resvg_py")
    (tmp_path / "m.svg").write_text(SVG, encoding="utf-8")
    (mark,) = load_logos(write_index(tmp_path, '[[logo]]\nname = "Drawn"\nfile = "m.svg"\n'))
    assert mark.template.aspect == pytest.approx(2, rel=0.1)
    (tmp_path / "m.svg").write_text("<svg", encoding="utf-8")
    with pytest.raises(DataError, match="not an SVG that can be drawn"):
        load_logos(tmp_path)


def test_an_svg_without_the_extra_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    (tmp_path / "m.svg").write_text(SVG.replace("blue", "red"), encoding="utf-8")
    with pytest.raises(DataError, match=r"postcheck\[svg\]"):
        load_logos(write_index(tmp_path, '[[logo]]\nname = "Drawn"\nfile = "m.svg"\n'))


SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100" viewBox="0 0 200 100">
<path d="M10 90 L60 10 L110 90 Z" fill="blue"/><circle cx="150" cy="55" r="38" fill="none" stroke="green" stroke-width="9"/>
<rect x="5" y="92" width="190" height="7" fill="black"/></svg>"""
