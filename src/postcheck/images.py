"""Untrusted image files, read under limits: a `Picture` to look at, or an `Unreadable` that says why not.

The header comes first: format by whitelist, then our own limits, and only then a decoder. Pillow's own
guard is a process-wide setting and a warning, so it is not relied on. The decoders are called directly, which
also leaves the rest of Pillow's plug-ins out of reach of a hostile file.
"""

from __future__ import annotations

import math
import stat
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageFile import ImageFile

Reason = Literal["unreadable", "too-large", "missing"]

# Sides, in pixels, of the frames that are kept. Detectors work at this size; more detail only costs time.
STILL_SIDE = 1080
ANIMATION_SIDE = 540
# A real animation has a few hundred frames; only counting millions of tiny ones would take minutes.
MAX_GIF_BLOCKS = 20_000
_STRIP_PIXELS = 1 << 20

_EXIF, _GPS, _ORIENTATION = 0x8769, 0x8825, 0x0112
_GPS_PLACE = (2, 4, 20, 22, 28)  # latitude and longitude, those of the destination, the name of the area
_OWNER_TAGS = (
    (0xA430, "the name of the camera's owner"),
    (0xA431, "the serial number of the camera"),
    (0xA435, "the serial number of the lens"),
)


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """What is refused before decoding.

    Attributes:
        max_megapixels: width × height of one frame, in millions of pixels.
        max_megabytes: size of the file, in millions of bytes.
        max_side: width or height, in pixels.
        max_frames: frames of an animation that are looked at, spread from the first to the last;
            also the most pages that a TIFF may have.
        max_animation_megapixels: pixels of all frames of an animation together, in millions. The last
            frame cannot be reached without decoding those before it.
    """

    max_megapixels: float = 40
    max_megabytes: float = 25
    max_side: int = 20_000
    max_frames: int = 8
    max_animation_megapixels: float = 200


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the file says besides its pixels: facts only, never the values.

    Attributes:
        location: the file holds the place where the picture was taken.
        identifying: what else could lead to a person or a device, in plain words.
        damaged: the metadata could not be read.
    """

    location: bool = False
    identifying: tuple[str, ...] = ()
    damaged: bool = False


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
    """

    size: tuple[int, int]
    frames: tuple[Image.Image, ...] = field(repr=False)
    format: str
    metadata: Metadata = Metadata()


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


class _Refused(Exception):
    """Carries the outcome out of the depths; never leaves this module."""

    def __init__(self, outcome: Unreadable) -> None:
        super().__init__(outcome.detail)
        self.outcome = outcome


def read_image(source: Path | bytes, limits: ImageLimits | None = None) -> Picture | Unreadable:
    """Read an image that nobody has checked. Safe to call from several threads.

    Args:
        source: a file, or the bytes of one.
        limits: what to refuse before decoding; the defaults of `ImageLimits` when not given.

    Returns:
        The picture, or why it cannot be looked at. Bad input never raises.
    """
    limits = limits or ImageLimits()
    from PIL.Image import DecompressionBombError, DecompressionBombWarning

    try:
        return _decode(_read(source, limits), limits)
    except _Refused as refused:
        return refused.outcome
    except (DecompressionBombError, DecompressionBombWarning):
        return Unreadable("too-large", "has more pixels than its header says")
    except Exception:  # decoders raise nearly anything on a damaged file; its message may quote the file
        return Unreadable("unreadable", "is damaged or cut short and cannot be read")


def _read(source: Path | bytes, limits: ImageLimits) -> bytes:
    most = int(limits.max_megabytes * 1_000_000)
    if isinstance(source, bytes):
        data = source
    else:
        try:
            # A pipe or a device would keep us reading for ever.
            if not stat.S_ISREG(source.stat().st_mode):
                raise _Refused(Unreadable("unreadable", "is not an ordinary file"))
            with source.open("rb") as file:
                data = file.read(most + 1)
        except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a NUL in the path
            raise _Refused(Unreadable("missing", "is not where the draft says")) from None
        except OSError:
            raise _Refused(Unreadable("unreadable", "cannot be opened")) from None
    if len(data) > most:
        raise _Refused(Unreadable("too-large", f"is over {limits.max_megabytes:g} MB"))
    return data


def _decode(data: bytes, limits: ImageLimits) -> Picture:
    image = _open(data, limits)
    size = image.size
    _check_size(size, limits)
    count = _frame_count(image, data, limits)
    side = STILL_SIDE if count == 1 else ANIMATION_SIDE
    if image.format in ("JPEG", "MPO"):
        # The decoder can halve a JPEG up to three times for free, never below the size asked for.
        image.draft(None, (side, side))
    frames: list[Image.Image] = []
    turn, metadata = 1, Metadata()
    for index in sample(count, limits.max_frames):
        if index:
            image.seek(index)
            _check_size(image.size, limits)  # a GIF may grow, pages of a TIFF differ
        image.load()
        if not index:
            turn, metadata = _metadata(image)
        frames += [_upright(frame, turn) for frame in _flatten(image, side)]
    if turn >= 5:
        size = size[1], size[0]
    return Picture(size, tuple(frames), "JPEG" if image.format == "MPO" else image.format or "", metadata)


def _open(data: bytes, limits: ImageLimits) -> ImageFile:
    """Read the header with the decoder that the first bytes ask for."""
    from PIL import (
        BmpImagePlugin,
        GifImagePlugin,
        JpegImagePlugin,
        PngImagePlugin,
        TiffImagePlugin,
        WebPImagePlugin,
    )

    stream = BytesIO(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PngImagePlugin.PngImageFile(stream)
    if data.startswith(b"\xff\xd8\xff"):
        return JpegImagePlugin.jpeg_factory(stream)
    if data.startswith((b"GIF87a", b"GIF89a")):
        return GifImagePlugin.GifImageFile(stream)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        _check_size(_webp_size(data), limits)  # the decoder takes memory for the canvas on opening
        return WebPImagePlugin.WebPImageFile(stream)
    if data.startswith(b"BM"):
        return BmpImagePlugin.BmpImageFile(stream)
    if data.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        return TiffImagePlugin.TiffImageFile(stream)
    raise _Refused(Unreadable("unreadable", "is not a PNG, JPEG, GIF, WebP, BMP or TIFF"))


def _webp_size(data: bytes) -> tuple[int, int]:
    kind, at = data[12:16], data[20:30]
    if kind == b"VP8X":
        return int.from_bytes(at[4:7], "little") + 1, int.from_bytes(at[7:10], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(at[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return int.from_bytes(at[6:8], "little") & 0x3FFF, int.from_bytes(at[8:10], "little") & 0x3FFF


def _check_size(size: tuple[int, int], limits: ImageLimits) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise _Refused(Unreadable("unreadable", "has no pixels"))
    if width > limits.max_side or height > limits.max_side:
        raise _Refused(Unreadable("too-large", f"is over {limits.max_side:,} pixels on a side", size))
    if width * height > limits.max_megapixels * 1e6:
        raise _Refused(Unreadable("too-large", f"is over {limits.max_megapixels:g} megapixels", size))


def _frame_count(image: ImageFile, data: bytes, limits: ImageLimits) -> int:
    """Return how many frames the file has, refusing those that would take too long to walk through."""
    if image.format == "TIFF":
        return _page_count(image, limits)
    if image.format == "GIF" and data.count(b"\0,") + data.count(b"\0!") > MAX_GIF_BLOCKS:
        raise _Refused(Unreadable("too-large", "has too many frames to look through", image.size))
    if image.format not in ("GIF", "PNG", "WEBP"):
        return 1  # the further pictures inside a phone's JPEG are other sizes of the same one
    count = int(getattr(image, "n_frames", 1))
    if count > 1 and count * image.width * image.height > limits.max_animation_megapixels * 1e6:
        raise _Refused(Unreadable("too-large", "is too long an animation to look through", image.size))
    return max(1, count)


def _page_count(image: ImageFile, limits: ImageLimits) -> int:
    # Asking a TIFF for its number of pages is quadratic in a file made to hurt; a few steps are not.
    for page in range(1, limits.max_frames + 1):
        try:
            image.seek(page)
        except EOFError:
            image.seek(0)
            return page
    raise _Refused(Unreadable("too-large", f"has more than {limits.max_frames} pages", image.size))


def sample(count: int, most: int) -> list[int]:
    """Return at most ``most`` frame numbers out of ``count``, in order: the first, the last, some between."""
    if count <= most:
        return list(range(count))
    return [round(step * (count - 1) / (most - 1)) for step in range(most)] if most > 1 else [0]


def _flatten(image: Image.Image, side: int) -> list[Image.Image]:
    """Return the loaded frame as plain RGB, scaled down to ``side``: one image, or on white and on black."""
    from PIL import Image

    small = _shrink(image, side)
    if small.mode == "RGB":
        return [small]
    alpha = small.getchannel("A")
    shades = ("white", "black") if alpha.getextrema()[0] != 255 else ("white",)
    flat = []
    for shade in shades:
        ground = Image.new("RGB", small.size, shade)
        ground.paste(small, mask=alpha)
        flat.append(ground)
    return flat


def _shrink(image: Image.Image, side: int) -> Image.Image:
    """Scale down to ``side`` in RGB or RGBA, a strip at a time: converting 40 megapixels at once takes
    hundreds of megabytes.
    """
    from PIL import Image

    width, height = image.size
    factor = max(1, max(width, height) // side)
    scale = _grey_range(image)
    rows = max(1, _STRIP_PIXELS // width // factor) * factor
    small: Image.Image | None = None
    for top in range(0, height, rows):
        strip = _plain(image.crop((0, top, width, min(top + rows, height))), scale)
        if factor > 1:
            strip = strip.reduce(factor)
        if small is None:
            if rows >= height:
                small = strip
                break
            small = Image.new(strip.mode, (math.ceil(width / factor), math.ceil(height / factor)))
        small.paste(strip, (0, top // factor))
    assert small is not None  # there is at least one row
    if max(small.size) > side:
        ratio = side / max(small.size)
        small = small.resize((max(1, round(small.width * ratio)), max(1, round(small.height * ratio))))
    return small


def _grey_range(image: Image.Image) -> tuple[float, float] | None:
    """Return the values of black and white in greys above 8 bits, which Pillow would cut off at 255."""
    if image.mode.startswith("I;16"):
        return 0, 65535
    if image.mode not in ("I", "F"):
        return None
    low, high = (float(value) for value in image.getextrema())  # type: ignore[arg-type]
    if not (math.isfinite(low) and math.isfinite(high)):
        raise _Refused(Unreadable("unreadable", "holds values that are not numbers", image.size))
    for usual in (1, 255, 65535) if image.mode == "F" else (255, 65535):
        if low >= 0 and high <= usual:
            return 0, usual
    return low, high


def _plain(image: Image.Image, scale: tuple[float, float] | None) -> Image.Image:
    """Turn any mode into RGB, or RGBA where it can be transparent."""
    if scale is not None:
        import numpy as np
        from PIL import Image as module

        low, high = scale
        values = (np.asarray(image).astype(np.float32) - low) * (255 / (high - low))
        return module.fromarray(np.nan_to_num(values).clip(0, 255).astype(np.uint8)).convert("RGB")
    clear = image.mode in ("RGBA", "RGBa", "LA", "PA") or "transparency" in image.info
    return image.convert("RGBA" if clear else "RGB")


def _metadata(image: ImageFile) -> tuple[int, Metadata]:
    """Return the EXIF orientation (1 to 8) and the facts, from a loaded image."""
    from PIL.Image import Exif

    try:
        if raw := image.info.get("exif"):
            Exif().load(raw)  # opening a JPEG swallows the error, and afterwards there seems to be no EXIF
        exif = image.getexif()
        turn = exif.get(_ORIENTATION, 1)
        place = exif.get_ifd(_GPS)
        owner = exif.get_ifd(_EXIF)
        location = any(_told(place.get(tag)) for tag in _GPS_PLACE) or b"GPSLatitude" in _xmp(image)
        identifying = tuple(what for tag, what in _OWNER_TAGS if _told(owner.get(tag)))
    except Exception:  # the pixels are fine, so the picture is looked at; the damage is reported
        return 1, Metadata(damaged=True)
    return turn if turn in range(1, 9) else 1, Metadata(location, identifying)


def _told(value: object) -> bool:
    """Say whether a tag tells something: cameras fill unused ones with blanks, zeros or 0/0."""
    if isinstance(value, (tuple, list)):
        return any(_told(item) for item in value)
    if isinstance(value, (str, bytes)):
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        return bool(text.strip("\0 0.-"))
    return value is not None and value == value and bool(value)


def _xmp(image: Image.Image) -> bytes:
    found = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    return found.encode("utf-8", "replace") if isinstance(found, str) else bytes(found)


def _upright(image: Image.Image, turn: int) -> Image.Image:
    from PIL.Image import Transpose

    turns = dict(
        zip(
            range(2, 9),
            (
                Transpose.FLIP_LEFT_RIGHT,
                Transpose.ROTATE_180,
                Transpose.FLIP_TOP_BOTTOM,
                Transpose.TRANSPOSE,
                Transpose.ROTATE_270,
                Transpose.TRANSVERSE,
                Transpose.ROTATE_90,
            ),
            strict=True,
        )
    )
    return image.transpose(turns[turn]) if turn in turns else image
