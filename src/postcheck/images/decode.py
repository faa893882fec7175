"""Untrusted image files, read under limits: a `Picture` to look at, or an `Unreadable` that says why not.

The header comes first: format by whitelist, then our own limits, and only then a decoder. Pillow's own
guard is a process-wide setting and a warning, so it is not relied on. The decoders are called directly, which
also leaves the rest of Pillow's plug-ins out of reach of a hostile file.
"""

from __future__ import annotations

import math
from io import BytesIO
from typing import TYPE_CHECKING

from postcheck.images.codes import find_codes
from postcheck.images.metadata import read_metadata
from postcheck.images.picture import (
    ANIMATION_SIDE,
    DETAIL_SIDE,
    STILL_SIDE,
    ImageLimits,
    Metadata,
    Picture,
    Refused,
    Unreadable,
)

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageFile import ImageFile

# A real animation has a few hundred frames; only counting millions of tiny ones would take minutes.
MAX_GIF_BLOCKS = 20_000
_STRIP_PIXELS = 1 << 20


def decode(data: bytes, limits: ImageLimits) -> Picture | Unreadable:
    """Decode a file in this process. Bad input never raises, though it may take the process along."""
    from PIL.Image import DecompressionBombError, DecompressionBombWarning

    try:
        return _decode(data, limits)
    except Refused as refused:
        return refused.outcome
    except MemoryError:
        return Unreadable("too-large", "takes too much memory to open")
    except (DecompressionBombError, DecompressionBombWarning):
        return Unreadable("too-large", "has more pixels than its header says")
    except Exception:  # decoders raise nearly anything on a damaged file; its message may quote the file
        return Unreadable("unreadable", "is damaged or cut short and cannot be read")


def load_decoders() -> None:
    """Import all that decoding may need, so that the first file does not pay for it."""
    from PIL import (  # noqa: F401
        BmpImagePlugin,
        GifImagePlugin,
        IptcImagePlugin,
        JpegImagePlugin,
        MpoImagePlugin,
        PngImagePlugin,
        TiffImagePlugin,
        WebPImagePlugin,
    )

    find_codes([], (1, 1))


def _decode(data: bytes, limits: ImageLimits) -> Picture:
    image = open_image(data, limits)
    size = image.size
    count = frame_count(image, data, limits)
    side = DETAIL_SIDE if count == 1 else ANIMATION_SIDE
    if image.format in ("JPEG", "MPO"):
        # The decoder can halve a JPEG up to three times for free, never below the size asked for.
        image.draft(None, (side, side))
    seen: list[Image.Image] = []
    turn, metadata = 1, Metadata()
    for index in sample(count, limits.max_frames):
        if index:
            image.seek(index)
            check_size(image.size, limits)  # a GIF may grow, pages of a TIFF differ
        image.load()
        if not index:
            turn, metadata = read_metadata(image)
        seen += [upright(frame, turn) for frame in _flatten(image, side)]
    if turn >= 5:
        size = size[1], size[0]
    frames = [_within(frame, STILL_SIDE) for frame in seen]
    details = seen if frames[0].size != seen[0].size else []
    name = "JPEG" if image.format == "MPO" else image.format or ""
    return Picture(size, tuple(frames), name, metadata, tuple(details), find_codes(seen, size))


def open_image(data: bytes, limits: ImageLimits) -> ImageFile:
    """Open a file, whose pixels are not read yet.

    Raises:
        Refused: it is over a limit, or no picture.
        Exception: of nearly any kind, if it is damaged.
    """
    image = _open(data, limits)
    check_size(image.size, limits)
    return image


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
        check_size(_webp_size(data), limits)  # the decoder takes memory for the canvas on opening
        return WebPImagePlugin.WebPImageFile(stream)
    if data.startswith(b"BM"):
        return BmpImagePlugin.BmpImageFile(stream)
    if data.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        return TiffImagePlugin.TiffImageFile(stream)
    raise Refused(Unreadable("unreadable", "is not a PNG, JPEG, GIF, WebP, BMP or TIFF"))


def _webp_size(data: bytes) -> tuple[int, int]:
    kind, at = data[12:16], data[20:30]
    if kind == b"VP8X":
        return int.from_bytes(at[4:7], "little") + 1, int.from_bytes(at[7:10], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(at[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return int.from_bytes(at[6:8], "little") & 0x3FFF, int.from_bytes(at[8:10], "little") & 0x3FFF


def check_size(size: tuple[int, int], limits: ImageLimits) -> None:
    """Refuse a picture of this size if it is over a limit."""
    width, height = size
    if width < 1 or height < 1:
        raise Refused(Unreadable("unreadable", "has no pixels"))
    if width > limits.max_side or height > limits.max_side:
        raise Refused(Unreadable("too-large", f"is over {limits.max_side:,} pixels on a side", size))
    if width * height > limits.max_megapixels * 1e6:
        raise Refused(Unreadable("too-large", f"is over {limits.max_megapixels:g} megapixels", size))


def frame_count(image: ImageFile, data: bytes, limits: ImageLimits) -> int:
    """Return how many frames the file has, refusing those that would take too long to walk through."""
    if image.format == "TIFF":
        return _page_count(image, limits)
    if image.format == "GIF" and data.count(b"\0,") + data.count(b"\0!") > MAX_GIF_BLOCKS:
        raise Refused(Unreadable("too-large", "has too many frames to look through", image.size))
    if image.format not in ("GIF", "PNG", "WEBP"):
        return 1  # the further pictures inside a phone's JPEG are other sizes of the same one
    count = int(getattr(image, "n_frames", 1))
    if count > 1 and count * image.width * image.height > limits.max_animation_megapixels * 1e6:
        raise Refused(Unreadable("too-large", "is too long an animation to look through", image.size))
    return max(1, count)


def _page_count(image: ImageFile, limits: ImageLimits) -> int:
    # Asking a TIFF for its number of pages is quadratic in a file made to hurt; a few steps are not.
    for page in range(1, limits.max_frames + 1):
        try:
            image.seek(page)
        except EOFError:
            image.seek(0)
            return page
    raise Refused(Unreadable("too-large", f"has more than {limits.max_frames} pages", image.size))


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
    return _within(small, side)


def _within(image: Image.Image, side: int) -> Image.Image:
    """Return an image scaled down to ``side`` pixels, or as it is where it is small enough."""
    if max(image.size) <= side:
        return image
    ratio = side / max(image.size)
    return image.resize((max(1, round(image.width * ratio)), max(1, round(image.height * ratio))))


def _grey_range(image: Image.Image) -> tuple[float, float] | None:
    """Return the values of black and white in greys above 8 bits, which Pillow would cut off at 255."""
    if image.mode.startswith("I;16"):
        return 0, 65535
    if image.mode not in ("I", "F"):
        return None
    low, high = (float(value) for value in image.getextrema())  # type: ignore[arg-type]
    if not (math.isfinite(low) and math.isfinite(high)):
        raise Refused(Unreadable("unreadable", "holds values that are not numbers", image.size))
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


def upright(image: Image.Image, turn: int) -> Image.Image:
    """Return an image as its EXIF orientation, 1 to 8, wants it shown."""
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
