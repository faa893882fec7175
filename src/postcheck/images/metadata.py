"""What a file says besides its pixels: places, devices, and whose work it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postcheck.images.picture import Metadata
from postcheck.images.rights import read_rights

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageFile import ImageFile

_EXIF, _GPS, _ORIENTATION = 0x8769, 0x8825, 0x0112
_GPS_PLACE = (2, 4, 20, 22, 28)  # latitude and longitude, those of the destination, the name of the area
_OWNER_TAGS = (
    (0xA430, "the name of the camera's owner"),
    (0xA431, "the serial number of the camera"),
    (0xA435, "the serial number of the lens"),
)


def read_metadata(image: ImageFile) -> tuple[int, Metadata]:
    """Return the EXIF orientation (1 to 8) and the facts, from a loaded image."""
    from PIL.Image import Exif

    try:
        if raw := image.info.get("exif"):
            Exif().load(raw)  # opening a JPEG swallows the error, and afterwards there seems to be no EXIF
        exif = image.getexif()
        turn = exif.get(_ORIENTATION, 1)
        place = exif.get_ifd(_GPS)
        owner = exif.get_ifd(_EXIF)
        location = any(_told(place.get(tag)) for tag in _GPS_PLACE) or b"GPSLatitude" in xmp_of(image)
        identifying = tuple(what for tag, what in _OWNER_TAGS if _told(owner.get(tag)))
    except Exception:  # the pixels are fine, so the picture is looked at; the damage is reported
        return 1, Metadata(damaged=True)
    notices, names = read_rights(image, exif, xmp_of(image))
    metadata = Metadata(location, identifying, notices=notices, names=names)
    return turn if turn in range(1, 9) else 1, metadata


def _told(value: object) -> bool:
    """Say whether a tag tells something: cameras fill unused ones with blanks, zeros or 0/0."""
    if isinstance(value, (tuple, list)):
        return any(_told(item) for item in value)
    if isinstance(value, (str, bytes)):
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        return bool(text.strip("\0 0.-"))
    return value is not None and value == value and bool(value)


def xmp_of(image: Image.Image) -> bytes:
    """Return the XMP packet of an opened file, empty where there is none."""
    found = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    return found.encode("utf-8", "replace") if isinstance(found, str) else bytes(found)
