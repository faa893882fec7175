"""Words in a picture, read by RapidOCR: the optional extra ``ocr``.

Its models come inside its package and are named to it by path, so that it never looks for a download.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from postcheck.images.picture import Box

if TYPE_CHECKING:
    from PIL import Image

_DETECT, _RECOGNISE = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
# A page of small print has some eighty lines. Each costs about 20 ms: a picture of nothing but lines ends.
_MOST_LINES = 200
_SIDE = 1280  # at which lines are looked for; they are read in full detail
_COARSE, _FEW = 900, 2  # the second look, where the first saw hardly a line
_LONGEST_SHAPE = 6  # a strip is put on a wider ground: the reader scales by the shorter side
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Word:
    """One word and its box."""

    text: str = field(repr=False)
    box: Box

    def scaled(self, across: float, down: float) -> Word:
        """Return it in pixels of a picture so much larger."""
        left, top, right, bottom = self.box
        return Word(
            self.text, (int(left * across), int(top * down), round(right * across), round(bottom * down))
        )


@dataclass(frozen=True, slots=True)
class Line:
    """The words of one line, from left to right."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The line with single spaces."""
        return " ".join(word.text for word in self.words)

    @property
    def box(self) -> Box:
        """The box around all words."""
        boxes = [word.box for word in self.words]
        return (
            min(b[0] for b in boxes),
            min(b[1] for b in boxes),
            max(b[2] for b in boxes),
            max(b[3] for b in boxes),
        )

    def scaled(self, across: float, down: float) -> Line:
        """Return it in pixels of a picture so much larger."""
        return Line(tuple(word.scaled(across, down) for word in self.words))


@cache
def available() -> bool:
    """Say whether the extra is installed."""
    return find_spec("rapidocr") is not None


def read_lines(frame: Image.Image) -> tuple[list[Line], bool]:
    """Return the lines of a frame in no particular order, and whether that is all of them."""
    lines, complete = _read(frame)
    if len(lines) <= _FEW and max(frame.size) > _COARSE:
        # A few words on a wide ground are sometimes seen only from further away.
        small = frame.copy()
        small.thumbnail((_COARSE, _COARSE))
        across, down = frame.width / small.width, frame.height / small.height
        seen = (line.scaled(across, down) for line in _read(small)[0])
        lines += [line for line in seen if not any(_overlap(line.box, other.box) for other in lines)]
    return lines, complete


def _read(frame: Image.Image) -> tuple[list[Line], bool]:
    import numpy as np

    with _lock:  # the engine keeps state while it reads
        found = _engine()(np.asarray(_on_ground(frame))[:, :, ::-1].copy())
    if found.txts is None:
        return [], True
    made = (
        _line(text, corners, words, frame.size)
        for text, corners, words in zip(found.txts, found.boxes, found.word_results, strict=True)
    )
    return [line for line in made if line.words], len(found.txts) < _MOST_LINES


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _line(text: str, corners: Any, words: Any, size: tuple[int, int]) -> Line:
    """Make a line. The boxes of its words are narrower than their letters: they get some slack."""
    left, top, right, bottom = _box(corners, size)
    # Where the reader's words are not the words of the text, the whole line is one.
    if [word for word, _, _ in words] != text.split():
        return Line((Word(text.strip(), (left, top, right, bottom)),) if text.strip() else ())
    made = []
    for word, _, around in words:
        first, upper, last, lower = _box(around, size)
        slack = (lower - upper) // 3
        made.append(Word(word, (max(left, first - slack), upper, min(right, last + slack), lower)))
    return Line(tuple(made))


def _box(corners: Any, size: tuple[int, int]) -> Box:
    xs, ys = [float(p[0]) for p in corners], [float(p[1]) for p in corners]
    width, height = size
    left, top = min(max(0, int(min(xs))), width), min(max(0, int(min(ys))), height)
    return left, top, max(left, min(width, round(max(xs)))), max(top, min(height, round(max(ys))))


def _on_ground(frame: Image.Image) -> Image.Image:
    from PIL import Image

    shortest = max(frame.size) // _LONGEST_SHAPE
    if min(frame.size) >= max(shortest, 32):
        return frame
    size = max(frame.width, shortest, 32), max(frame.height, shortest, 32)
    ground = Image.new("RGB", size, frame.getpixel((0, 0)))
    ground.paste(frame)
    return ground


@cache
def _engine() -> Any:
    import rapidocr
    from rapidocr import RapidOCR

    models = Path(rapidocr.__file__).parent / "models"
    engine = RapidOCR(
        params={
            "Global.log_level": "critical",  # it logs what it reads
            "Global.use_cls": False,
            "Global.return_word_box": True,
            "Det.model_path": str(models / _DETECT),
            "Det.limit_type": "max",
            "Det.limit_side_len": _SIDE,
            "Det.max_candidates": _MOST_LINES,
            "Rec.rec_batch_num": 1,  # long lines in batches take hundreds of megabytes, and no less time
            "Rec.model_path": str(models / _RECOGNISE),
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
    logging.getLogger("RapidOCR").disabled = True
    return engine
