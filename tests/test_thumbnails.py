"""Pictures in the HTML report: boxes round what was found, and nothing to read of what is masked."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import pytest
from PIL import Image

import image_factory as make
from postcheck import Attachment, Draft, Finding, Pipeline, Severity, Verdict
from postcheck.integrations.cli import main
from postcheck.model import Region, Span
from postcheck.render.html import to_html
from postcheck.render.thumbnails import MAX_BYTES, thumbnail

WHITE = make.encode(Image.new("RGB", (400, 300), "white"))
WORDS = Span(start=0, end=4)
BOX = Region(attachment=0, x=100, y=100, width=120, height=40)


def verdict_with(pipeline: Pipeline, *findings: Finding, source: bytes | Path = WHITE) -> Verdict:
    draft = Draft(text="Open today.", attachments=(Attachment(source=source, alt_text="A door"),))
    return pipeline.check(draft).model_copy(update={"findings": findings}).with_draft(draft)


def finding(rule: str, region: Region | None = BOX, span: Span | None = WORDS) -> Finding:
    part = "image:0" if span else "text"
    return Finding(rule=rule, severity=Severity.HIGH, message="x", part=part, span=span, region=region)


def drawn(verdict: Verdict, reveal: bool = False) -> Image.Image:
    uri = thumbnail(verdict, 0, reveal=reveal)
    assert uri is not None
    head, _, data = uri.partition(",")
    assert head == "data:image/jpeg;base64"
    raw = base64.b64decode(data)
    assert len(raw) <= MAX_BYTES
    return Image.open(io.BytesIO(raw)).convert("L")


def darkest(image: Image.Image, *box: int) -> int:
    return int(image.crop(box).getextrema()[0])  # type: ignore[arg-type]


def test_a_box_is_drawn_round_a_finding(pipeline: Pipeline) -> None:
    image = drawn(verdict_with(pipeline, finding("abuse.insult")))
    assert darkest(image, 95, 110, 102, 130) < 140  # its left side
    assert darkest(image, 110, 110, 210, 130) > 200  # nothing inside
    assert darkest(image, 250, 200, 390, 290) > 240  # nothing elsewhere


@pytest.mark.parametrize("rule", ["personal.phone", "secret.password"])
def test_what_is_masked_in_text_is_filled(rule: str, pipeline: Pipeline) -> None:
    image = drawn(verdict_with(pipeline, finding(rule)))
    low, high = image.crop((101, 101, 219, 139)).getextrema()
    assert high < 120 or (low, high) == (low, low)
    assert darkest(drawn(verdict_with(pipeline, finding(rule)), reveal=True), 130, 110, 210, 130) > 200


def test_a_finding_about_the_whole_file_hides_nothing(pipeline: Pipeline) -> None:
    whole = Region(attachment=0, x=0, y=0, width=400, height=300)
    image = drawn(verdict_with(pipeline, finding("personal.location", whole, None)))
    assert darkest(image, 0, 0, 400, 300) > 240


def test_a_busy_picture_stays_small(pipeline: Pipeline) -> None:
    busy = Image.effect_noise((2000, 1500), 120).convert("RGB")
    drawn(verdict_with(pipeline, source=make.encode(busy)))


@pytest.mark.parametrize("source", [b"junk", Path("no/such.png"), make.png_header(30_000, 30_000)])
def test_no_picture_no_figure(source: bytes | Path, pipeline: Pipeline) -> None:
    assert "<figure" not in to_html(verdict_with(pipeline, source=source))


def test_html_and_notebook_show_it_and_json_does_not(pipeline: Pipeline) -> None:
    verdict = verdict_with(pipeline, finding("abuse.insult"))
    assert verdict._repr_html_().count('src="data:image/jpeg;base64,') == 1
    back = Verdict.model_validate_json(verdict.model_dump_json())
    assert "<img" not in to_html(back)
    assert "base64" not in verdict.model_dump_json()


def test_the_report_of_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "door.png").write_bytes(WHITE)
    code = main(["check", "Open today.", "--image", str(tmp_path / "door.png"), "--format", "html"])
    report = capsys.readouterr().out
    assert code in (0, 1)
    assert len(re.findall("<figure", report)) == 1
    assert "<script" not in report
