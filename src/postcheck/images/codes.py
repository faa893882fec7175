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
        for text, points in _decoded(cv2, detector, picture):
            text = text or _closer(cv2, picture, points)
            seen.append(Code(text[:_LONGEST], _box(points, frame.size, size)))
        if any(code.text for code in seen):
            break
    return iter(seen)


def _decoded(cv2: Any, detector: Any, picture: Any) -> list[tuple[str, Any]]:
    try:
        ok, texts, corners, _ = detector.detectAndDecodeMulti(picture)
    except (cv2.error, UnicodeDecodeError):  # the latter for a code whose bytes are no text
        return []
    return list(zip(texts, corners, strict=True)) if ok else []


def _closer(cv2: Any, picture: Any, points: Any) -> str:
    """Read a code that was seen and not read once more, enlarged and by OpenCV's other reader."""
    left, top = (max(0, int(v)) for v in points.min(axis=0))
    right, bottom = (int(v) + 1 for v in points.max(axis=0))
    edge = (right - left) // 5
    crop = picture[max(0, top - edge) : bottom + edge, max(0, left - edge) : right + edge]
    if min(crop.shape) < 20:
        return ""
    times = max(1, min(6, 600 / max(crop.shape)))
    crop = cv2.resize(crop, None, fx=times, fy=times, interpolation=cv2.INTER_CUBIC)
    for reader in (cv2.QRCodeDetector(), cv2.QRCodeDetectorAruco()):
        for text, _ in _decoded(cv2, reader, crop):
            if text:
                return str(text)
    return ""


def _box(points: Any, frame: tuple[int, int], full: tuple[int, int]) -> Box:
    across, down = full[0] / frame[0], full[1] / frame[1]
    xs, ys = [float(p[0]) * across for p in points], [float(p[1]) * down for p in points]
    slack = (max(xs) - min(xs)) / 15  # the corners lie a little inside the code
    left, top = max(0, int(min(xs) - slack)), max(0, int(min(ys) - slack))
    return left, top, min(full[0], round(max(xs) + slack)), min(full[1], round(max(ys) + slack))
