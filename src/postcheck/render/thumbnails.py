"""A small copy of each picture of a draft, with a numbered box round what was found in it."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import TYPE_CHECKING, Any

from postcheck.images import Picture, read_image
from postcheck.masking import is_private
from postcheck.model import Finding, Region, Severity, Verdict

if TYPE_CHECKING:
    from PIL import Image

MAX_BYTES = 60_000
_SIDE = 560
_QUALITIES = (82, 65, 45, 30)
_FILL = "#3e4c59"
_LINES = {
    Severity.INFO: "#52606d",
    Severity.LOW: "#0b69a3",
    Severity.MEDIUM: "#b44d12",
    Severity.HIGH: "#ab091e",
}


def thumbnail(verdict: Verdict, number: int, *, reveal: bool = False) -> str | None:
    """Return a JPEG as a data URI, or ``None`` where the verdict has no such picture to show.

    What is masked in text is filled in here, unless ``reveal``: a blur can be undone.
    """
    if verdict.draft is None or number >= len(verdict.draft.attachments):
        return None
    picture = read_image(verdict.draft.attachments[number].source)
    if not isinstance(picture, Picture):
        return None
    image = picture.frames[0].copy()
    image.thumbnail((_SIDE, _SIDE))
    boxes = [
        (label, finding, _scaled(finding.region, picture.size, image.size))
        for label, finding in boxed(verdict, number, picture.size)
    ]
    _draw(image, boxes, reveal)
    return f"data:image/jpeg;base64,{base64.b64encode(_jpeg(image)).decode('ascii')}"


def boxed(verdict: Verdict, number: int, size: tuple[int, int]) -> list[tuple[int, Finding]]:
    """Return the findings that have a box in a picture, numbered; not those about the whole file."""
    return [
        (label, finding)
        for label, finding in enumerate(verdict.findings, start=1)
        if finding.region is not None
        and finding.region.attachment == number
        and (finding.span is not None or (finding.region.width, finding.region.height) != size)
        and finding.region.width
    ]


def _draw(image: Image.Image, boxes: list[tuple[int, Finding, Any]], reveal: bool) -> None:
    from PIL import ImageDraw, ImageFont

    draw, font = ImageDraw.Draw(image), ImageFont.load_default(13)
    # All fillings come first, so that no label is hidden under the next one.
    for _, finding, (left, top, right, bottom) in boxes:
        if is_private(finding.rule) and not reveal:
            slack = 2 + (bottom - top) // 5
            draw.rectangle((left - slack, top - slack, right + slack, bottom + slack), fill=_FILL)
    for label, finding, (left, top, right, bottom) in boxes:
        colour = _LINES[finding.severity]
        draw.rectangle((left - 3, top - 3, right + 3, bottom + 3), outline="white")
        draw.rectangle((left - 2, top - 2, right + 2, bottom + 2), outline=colour, width=2)
        width = 6 + draw.textlength(str(label), font=font)
        x, y = min(max(0, left - 2), image.width - width), max(0, top - 18)
        draw.rectangle((x, y, x + width, y + 16), fill=colour)
        draw.text((x + 3, y), str(label), fill="white", font=font)


def _scaled(
    region: Region | None, full: tuple[int, int], small: tuple[int, int]
) -> tuple[int, int, int, int]:
    assert region is not None  # only findings with a box get here
    across, down = small[0] / full[0], small[1] / full[1]
    right, bottom = region.x + region.width, region.y + region.height
    return int(region.x * across), int(region.y * down), round(right * across), round(bottom * down)


def _jpeg(image: Image.Image) -> bytes:
    """Return the best JPEG within the limit."""
    while True:
        for quality in _QUALITIES:
            buffer = BytesIO()
            image.save(buffer, "JPEG", quality=quality, optimize=True)
            if buffer.tell() <= MAX_BYTES:
                return buffer.getvalue()
        image = image.resize((max(1, image.width // 2), max(1, image.height // 2)))
