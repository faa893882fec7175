"""What is written in a picture: the words that a reader of text found, and the texts of QR codes.

Joined to one text in reading order, which the text detectors read like any other part of a draft; each of its
words remembers its box.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from postcheck.images import ocr
from postcheck.images.lettering import seems_written
from postcheck.images.ocr import Line
from postcheck.images.picture import Box, Code, Picture

if TYPE_CHECKING:
    from PIL import Image

MAX_CHARACTERS = 20_000
_CODE_UNREAD = "a QR code could not be read"
_TEXT_UNREAD = "text in image not read"


@dataclass(frozen=True, slots=True)
class Writing:
    """The text of one picture.

    Attributes:
        text: all lines, in reading order, then the texts of QR codes.
        words: start and end in ``text``, and box in the full picture, of every word.
        lines: the lines read, without QR codes.
        unread: what seems to be there and was not read, in plain words.
    """

    text: str = field(default="", repr=False)
    words: tuple[tuple[int, int, Box], ...] = field(default=(), repr=False)
    lines: tuple[Line, ...] = field(default=(), repr=False)
    unread: tuple[str, ...] = ()

    def box(self, start: int, end: int) -> Box | None:
        """Return the box around the words that a range of the text touches."""
        boxes = [box for first, last, box in self.words if first < end and start < last]
        return _around(boxes) if boxes else None


def read_writing(picture: Picture, deadline: float) -> Writing:
    """Read what is written in a picture; with the ``ocr`` extra its words, in any case its QR codes.

    Args:
        picture: a decoded picture.
        deadline: no further frame is started after this, by ``time.monotonic()``.
    """
    frames = list(_to_read(picture))
    unread = [_CODE_UNREAD] if any(not code.text for code in picture.codes) else []
    lines: list[Line] = []
    for frame in frames:
        if not ocr.available() or time.monotonic() > deadline:
            if seems_written(frame):
                unread.append(_TEXT_UNREAD)
                break
            continue
        try:
            found, complete = ocr.read_lines(frame)
        except Exception:  # somebody else's code on a picture made by anybody: no reason to lose the rest
            found, complete = [], False
        if not complete or (not found and seems_written(frame)):  # handwriting, other scripts
            unread.append(_TEXT_UNREAD)
        known = {line.text.casefold() for line in lines}
        scaled = (
            line.scaled(picture.size[0] / frame.width, picture.size[1] / frame.height) for line in found
        )
        lines += [line for line in scaled if line.text.casefold() not in known]
    text, words = _joined(in_reading_order(lines), picture.codes)
    if len(text) > MAX_CHARACTERS:
        text, words = text[:MAX_CHARACTERS], [word for word in words if word[1] <= MAX_CHARACTERS]
        unread.append(_TEXT_UNREAD)
    return Writing(text, tuple(words), tuple(lines), tuple(dict.fromkeys(unread)))


def _to_read(picture: Picture) -> Iterator[Image.Image]:
    """Yield the frames worth reading: a still picture in any case, of an animation what is new."""
    frames = picture.legible
    if len(frames) <= 2:
        yield from frames
        return
    from PIL import ImageChops, ImageStat

    seen: list[Image.Image] = []
    for frame in frames:
        small = frame.convert("L").resize((96, 96))
        if any(max(ImageStat.Stat(ImageChops.difference(small, other)).extrema[0]) < 24 for other in seen):
            continue
        seen.append(small)
        if seems_written(frame):
            yield frame


def in_reading_order(lines: Iterable[Line]) -> list[list[Line]]:
    """Return lines from top to bottom, those that stand close beside each other as one row."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.box[1] + line.box[3], line.box[0])):
        row = next((row for row in rows[-4:] if any(_beside(line, other) for other in row)), None)
        if row is None:
            rows.append([line])
        else:
            row.append(line)
            row.sort(key=lambda one: one.box[0])
    return rows


def _beside(one: Line, other: Line) -> bool:
    """Say whether two lines are one: at the same height, and no further apart than words of their size."""
    top, bottom = max(one.box[1], other.box[1]), min(one.box[3], other.box[3])
    heights = one.box[3] - one.box[1], other.box[3] - other.box[1]
    if 2 * (bottom - top) < max(heights):
        return False
    gap = max(one.box[0], other.box[0]) - min(one.box[2], other.box[2])
    return gap < 3 * min(heights)


def _joined(rows: Sequence[Sequence[Line]], codes: Iterable[Code]) -> tuple[str, list[tuple[int, int, Box]]]:
    text, words = "", []
    before: Box | None = None
    for row in rows:
        box = _around([line.box for line in row])
        if before is not None:
            # A wider gap is another paragraph, where no sentence goes on.
            text += "\n\n" if box[1] - before[3] > 1.2 * (box[3] - box[1]) else "\n"
        before = box
        for number, word in enumerate(word for line in row for word in line.words):
            text += " " if number else ""
            words.append((len(text), len(text) + len(word.text), word.box))
            text += word.text
    for code in codes:
        if code.text:
            text += "\n\n" if text else ""
            words.append((len(text), len(text) + len(code.text), code.box))
            text += code.text
    return text, words


def _around(boxes: Sequence[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
