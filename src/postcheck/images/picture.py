"""What reading an image gives: a `Picture` to look at, or an `Unreadable` that says why not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from PIL import Image

Reason = Literal["unreadable", "too-large", "missing"]
Box = tuple[int, int, int, int]  # left, top, right, bottom, in pixels of the full upright image

# Sides, in pixels, of the frames that are kept. Detectors work at this size; more detail only costs time.
STILL_SIDE = 1080
ANIMATION_SIDE = 540
# Small print needs more: a letter photographed whole is legible from about here.
DETAIL_SIDE = 2000


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """What is refused before decoding, and how long decoding may take.

    Attributes:
        max_megapixels: width × height of one frame, in millions of pixels.
        max_megabytes: size of the file, in millions of bytes.
        max_side: width or height, in pixels.
        max_frames: frames of an animation that are looked at, spread from the first to the last;
            also the most pages that a TIFF may have.
        max_animation_megapixels: pixels of all frames of an animation together, in millions. The last
            frame cannot be reached without decoding those before it.
        max_seconds: how long one file may be worked on.
    """

    max_megapixels: float = 40
    max_megabytes: float = 25
    max_side: int = 20_000
    max_frames: int = 8
    max_animation_megapixels: float = 200
    max_seconds: float = 20


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the file says besides its pixels: facts only, except for whose work it is.

    Attributes:
        location: the file holds the place where the picture was taken.
        identifying: what else could lead to a person or a device, in plain words.
        damaged: the metadata could not be read.
        notices: copyright notices, as the file words them.
        names: creators, credits and sources, as the file words them.
    """

    location: bool = False
    identifying: tuple[str, ...] = ()
    damaged: bool = False
    notices: tuple[str, ...] = field(default=(), repr=False)
    names: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code; ``text`` is empty where one was seen and could not be read."""

    text: str = field(repr=False)
    box: Box


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that was decoded.

    Attributes:
        size: width and height in pixels of the full, EXIF-upright image.
        frames: upright RGB images, at most `STILL_SIDE` on a side, so usually smaller than ``size``. A
            transparent image is there twice, on white and on black, since the reader's theme is not known;
            an animation gives a sample of its frames. Never empty.
        format: name of the file format, such as ``"PNG"``.
        metadata: what the file says besides its pixels.
        details: the same picture at up to `DETAIL_SIDE`, for reading small print: once, or on white and on
            black; empty where ``frames`` show as much.
        codes: QR codes, over all frames.
    """

    size: tuple[int, int]
    frames: tuple[Image.Image, ...] = field(repr=False)
    format: str
    metadata: Metadata = Metadata()
    details: tuple[Image.Image, ...] = field(default=(), repr=False)
    codes: tuple[Code, ...] = ()

    @property
    def legible(self) -> tuple[Image.Image, ...]:
        """The frames to read words in."""
        return self.details or self.frames


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An image that could not be looked at.

    Attributes:
        reason: ``"missing"`` (no such file), ``"too-large"`` (over a limit) or ``"unreadable"``.
        detail: a plain clause that fits after "this image"; holds no path and nothing from the file.
        size: width and height in pixels, where the header was read.
    """

    reason: Reason
    detail: str
    size: tuple[int, int] | None = None


class Refused(Exception):
    """Carries an outcome out of the depths; never leaves this package."""

    def __init__(self, outcome: Unreadable) -> None:
        super().__init__(outcome.detail)
        self.outcome = outcome
