"""Whose work a picture is, as its file says: EXIF, IPTC, XMP and the text chunks of a PNG."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Exif
    from PIL.ImageFile import ImageFile

_MOST = 8  # entries, and characters of each
_LONGEST = 200
_MAX_XMP = 200_000

_EXIF_NOTICE, _EXIF_ARTIST, _EXIF_CAPTION, _XP_AUTHOR = 0x8298, 0x013B, 0x010E, 0x9C9D
_IPTC_NAMES = ((2, 80), (2, 110), (2, 115))  # by-line, credit, source
_IPTC_NOTICE, _IPTC_CAPTION = (2, 116), (2, 120)
_XMP_NAMES = (
    "dc:creator",
    "photoshop:Credit",
    "photoshop:Source",
    "xmpRights:Owner",
    "photoshop:AuthorsPosition",
)
_XMP_NOTICES = ("dc:rights", "xmpRights:UsageTerms")
# An XML parser would follow entities; for these few fields a bounded search does.
_ELEMENT = r"<{name}\b[^>]{{0,300}}>(.{{1,2000}}?)</{name}>"
_ATTRIBUTE = r"{name}\s{{0,9}}=\s{{0,9}}\"([^\"]{{1,300}})\""
_ITEM = re.compile(r"<rdf:li\b[^>]{0,300}>([^<]{1,500})</rdf:li>", re.DOTALL)
_TAG = re.compile(r"<[^>]{0,300}>")
_PHOTO_BY = re.compile(
    r"\b(?:photo(?:graph)?|picture|image|pic)s?(?: (?:by|credit|courtesy of|from))?\s?:?\s([^()\n]{2,80})",
    re.IGNORECASE,
)
_NOTICE_IN_CAPTION = re.compile(r"(?:©|\(c\)|\bcopyright\b)[^()\n]{2,100}", re.IGNORECASE)


def read_rights(image: ImageFile, exif: Exif, xmp: bytes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the copyright notices and the names of creators, credits and sources; bounded and cleaned."""
    iptc = _iptc(image)
    packet = xmp[:_MAX_XMP].decode("utf-8", "replace")
    captions = list(
        _texts([exif.get(_EXIF_CAPTION), iptc.get(_IPTC_CAPTION), *_fields(packet, ["dc:description"])])
    )
    notices = _texts(
        [
            exif.get(_EXIF_NOTICE),
            iptc.get(_IPTC_NOTICE),
            image.info.get("Copyright"),
            *_fields(packet, _XMP_NOTICES),
            *(found.group() for caption in captions for found in _NOTICE_IN_CAPTION.finditer(caption)),
        ]
    )
    author = exif.get(_XP_AUTHOR)
    names = _texts(
        [
            exif.get(_EXIF_ARTIST),
            author.decode("utf-16-le", "ignore") if isinstance(author, bytes) else None,
            *(iptc.get(field) for field in _IPTC_NAMES),
            image.info.get("Author"),
            *_fields(packet, _XMP_NAMES),
            *(found.group(1) for caption in captions for found in _PHOTO_BY.finditer(caption)),
        ]
    )
    return tuple(dict.fromkeys(notices))[:_MOST], tuple(dict.fromkeys(names))[:_MOST]


def _iptc(image: ImageFile) -> dict[tuple[int, int], object]:
    from PIL.IptcImagePlugin import getiptcinfo

    try:
        return dict(getiptcinfo(image) or {})
    except Exception:  # a damaged block says nothing
        return {}


def _fields(packet: str, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        for found in re.finditer(_ELEMENT.format(name=name), packet, re.DOTALL):
            inside = found.group(1)
            yield from (html.unescape(item) for item in _ITEM.findall(inside) or [_TAG.sub(" ", inside)])
        yield from (html.unescape(value) for value in re.findall(_ATTRIBUTE.format(name=name), packet))


def _texts(values: Iterable[object]) -> Iterator[str]:
    """Yield what of the values says something, on one line and cut to length."""
    for value in values:
        if isinstance(value, list | tuple):
            yield from _texts(value)
            continue
        if isinstance(value, bytes):
            value = _decoded(value)
        if not isinstance(value, str):
            continue
        text = " ".join("".join(c if c.isprintable() else " " for c in value[: 4 * _LONGEST]).split())
        if any(c.isalnum() for c in text.replace("0", "")):  # cameras fill unused fields with zeros
            yield text[:_LONGEST]


def _decoded(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
