"""A copy of a picture without its metadata: no place, no camera, no names; the pixels as they are shown."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from postcheck.images.decode import check_size, frame_count, open_image, upright
from postcheck.images.metadata import read_metadata
from postcheck.images.picture import ImageLimits, Metadata, Refused, Unreadable

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageFile import ImageFile

_KEPT = ("transparency", "background")  # what the pixels need; the colour profile is handled apart
_TIFF_COMPRESSIONS = ("tiff_lzw", "tiff_adobe_deflate", "packbits")
_QUALITY = 95


def cleaned(data: bytes, limits: ImageLimits | None = None) -> bytes | Unreadable:
    """Return the picture in its own format, upright, with its colour profile and its animation.

    Args:
        data: the file.
        limits: what to refuse; the defaults of `ImageLimits` when not given.

    Returns:
        The bytes of the copy, or why there is none.
    """
    limits = limits or ImageLimits()
    try:
        image = open_image(data, limits)
        copy = _copy(image, data, limits)
        left = read_metadata(_loaded(copy, limits))[1]
    except Refused as refused:
        return refused.outcome
    except Exception:  # as in decoding: nearly anything, with the file's words in it
        return Unreadable("unreadable", "is damaged or cut short and cannot be copied")
    if left != Metadata():
        return Unreadable("unreadable", "keeps metadata that could not be taken out")
    return copy


def _loaded(data: bytes, limits: ImageLimits) -> ImageFile:
    image = open_image(data, limits)
    image.load()
    return image


def _copy(image: ImageFile, data: bytes, limits: ImageLimits) -> bytes:
    count = frame_count(image, data, limits)
    image.load()
    turn, _ = read_metadata(image)
    profile = image.info.get("icc_profile")
    options: dict[str, Any] = {"icc_profile": profile} if profile else {}
    if image.format == "JPEG" and turn == 1:
        # Its own quantisation loses next to nothing. That takes the file's object, emptied of its notes.
        image.info = {}
        return _written(image, "JPEG", **options, quality="keep", exif=b"", comment=b"")
    form = "JPEG" if image.format == "MPO" else image.format or ""
    if form == "JPEG":
        count, options = 1, {**options, "quality": _QUALITY, "subsampling": 0}
    if form == "WEBP":
        options |= {"lossless": b"VP8L" in data[:64], "quality": _QUALITY}
    if form == "TIFF" and image.info.get("compression") in _TIFF_COMPRESSIONS:
        options["compression"] = image.info["compression"]
    if count > 1 and "loop" in image.info:  # a GIF that plays once has none
        options["loop"] = image.info["loop"]
    frames, durations = [], []
    for index in range(count):
        image.seek(index)
        check_size(image.size, limits)
        image.load()
        frames.append(upright(_bare(image), turn))
        durations.append(image.info.get("duration", 0))
    if count > 1:
        options |= {"save_all": True, "append_images": frames[1:]}
        options |= {"duration": durations} if form != "TIFF" else {}
    return _written(frames[0], form, **options)


def _bare(image: Image.Image) -> Image.Image:
    """Return the pixels alone: a file's own object takes its tags along when it is saved."""
    copy = image.copy()
    copy.info = {key: image.info[key] for key in _KEPT if key in image.info}
    return copy


def _written(image: Image.Image, form: str, **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()
