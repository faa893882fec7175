"""Untrusted image files. `read_image` opens them under limits, in a process of its own.

A hostile file can exhaust memory, run for ever or crash a decoder; there it takes nothing else with it.
"""

from __future__ import annotations

import stat
from pathlib import Path

from postcheck.images.guard import decode_guarded
from postcheck.images.picture import (
    ANIMATION_SIDE,
    DETAIL_SIDE,
    STILL_SIDE,
    Box,
    Code,
    ImageLimits,
    Metadata,
    Picture,
    Refused,
    Unreadable,
)

__all__ = [
    "ANIMATION_SIDE",
    "DETAIL_SIDE",
    "STILL_SIDE",
    "Box",
    "Code",
    "ImageLimits",
    "Metadata",
    "Picture",
    "Unreadable",
    "read_bytes",
    "read_image",
]


def read_image(source: Path | bytes, limits: ImageLimits | None = None) -> Picture | Unreadable:
    """Read an image that nobody has checked. Safe to call from several threads.

    Args:
        source: a file, or the bytes of one.
        limits: what to refuse before decoding; the defaults of `ImageLimits` when not given.

    Returns:
        The picture, or why it cannot be looked at. Bad input never raises.
    """
    limits = limits or ImageLimits()
    data = read_bytes(source, limits)
    return data if isinstance(data, Unreadable) else decode_guarded(data, limits)


def read_bytes(source: Path | bytes, limits: ImageLimits) -> bytes | Unreadable:
    """Return the bytes of a source, or why there are none; its header is not looked at."""
    try:
        return _read(source, limits)
    except Refused as refused:
        return refused.outcome


def _read(source: Path | bytes, limits: ImageLimits) -> bytes:
    most = int(limits.max_megabytes * 1_000_000)
    if isinstance(source, bytes):
        data = source
    else:
        try:
            # A pipe or a device would keep us reading for ever.
            if not stat.S_ISREG(source.stat().st_mode):
                raise Refused(Unreadable("unreadable", "is not an ordinary file"))
            with source.open("rb") as file:
                data = file.read(most + 1)
        except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a NUL in the path
            raise Refused(Unreadable("missing", "is not where the draft says")) from None
        except OSError:
            raise Refused(Unreadable("unreadable", "cannot be opened")) from None
    if len(data) > most:
        raise Refused(Unreadable("too-large", f"is over {limits.max_megabytes:g} MB"))
    return data
