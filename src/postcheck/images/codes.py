"""QR codes in decoded frames, by OpenCV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from postcheck.images.picture import Box, Code

if TYPE_CHECKING:
    from PIL import Image

_MOST = 20
_LONGEST = 7_100  # a QR code holds at most 7,089 digits


def find_codes(frames: Iterable[Image.Image], size: tuple[int, int]) -> tuple[Code, ...]:
    """Return the QR codes of all frames, each text once, with boxes in pixels of the full picture.

    A code on a dark ground, printed light on dark, is found too; one that cannot be read has no text.
    """
    import cv2

    cv2.setNumThreads(1)
    detector = cv2.QRCodeDetectorAruco()
    found: dict[str, Code] = {}
    for frame in frames:
        for code in _of_frame(cv2, detector, frame, size):
            if len(found) < _MOST:
                found.setdefault(code.text, code)
    return tuple(found.values())


def _of_frame(cv2: Any, detector: Any, frame: Image.Image, size: tuple[int, int]) -> Iterator[Code]:
    import numpy as np

    grey = np.asarray(frame.convert("L"))
    seen: list[Code] = []
    for picture in (grey, 255 - grey):
        try:
            ok, texts, corners, _ = detector.detectAndDecodeMulti(picture)
        except (cv2.error, UnicodeDecodeError):  # the latter for a code whose bytes are no text
            continue
        if ok:
            seen += [
                Code(text[:_LONGEST], _box(points, frame.size, size))
                for text, points in zip(texts, corners, strict=True)
            ]
        if any(code.text for code in seen):
            break
    return iter(seen)


def _box(points: Any, frame: tuple[int, int], full: tuple[int, int]) -> Box:
    across, down = full[0] / frame[0], full[1] / frame[1]
    xs, ys = [float(p[0]) * across for p in points], [float(p[1]) * down for p in points]
    left, top = max(0, int(min(xs))), max(0, int(min(ys)))
    return left, top, min(full[0], round(max(xs)) + 1), min(full[1], round(max(ys)) + 1)
