"""How the decoding process answers: a JSON header and raw pixels.

Nothing of it can run code in the reader, whatever a hostile file has made of the sender; a pickle could.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict
from typing import IO, TYPE_CHECKING, Any

from postcheck.images.picture import Code, ImageLimits, Metadata, Picture, Unreadable

if TYPE_CHECKING:
    from PIL import Image

_LENGTHS = struct.Struct(">QQ")  # of the header, of what follows
_MAX_HEADER = 4_000_000
_MAX_PIXELS = 500_000_000


def send(stream: IO[bytes], header: dict[str, Any], *blobs: bytes) -> None:
    """Write one message."""
    head = json.dumps(header).encode("ascii")
    stream.write(_LENGTHS.pack(len(head), sum(map(len, blobs))))
    stream.write(head)
    for blob in blobs:
        stream.write(blob)
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[Any, bytes]:
    """Read one message.

    Raises:
        EOFError: the other side is gone.
        ValueError: this is no message.
    """
    head, body = _LENGTHS.unpack(_exactly(stream, _LENGTHS.size))
    if head > _MAX_HEADER or body > _MAX_PIXELS:
        raise ValueError("a message is too long")
    return json.loads(_exactly(stream, head)), _exactly(stream, body)


def _exactly(stream: IO[bytes], count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise EOFError
    return data


def question(limits: ImageLimits) -> dict[str, Any]:
    """Return the header that asks for a file to be decoded."""
    return asdict(limits)


def answer(outcome: Picture | Unreadable) -> tuple[dict[str, Any], list[bytes]]:
    """Return an outcome as a header and its pixels."""
    if isinstance(outcome, Unreadable):
        return {"unreadable": asdict(outcome)}, []
    header = {
        "size": outcome.size,
        "format": outcome.format,
        "metadata": asdict(outcome.metadata),
        "codes": [[code.text, code.box] for code in outcome.codes],
        "frames": [frame.size for frame in outcome.frames],
        "details": [frame.size for frame in outcome.details],
    }
    return header, [frame.tobytes() for frame in (*outcome.frames, *outcome.details)]


def outcome_of(header: Any, body: bytes) -> Picture | Unreadable:
    """Return the outcome that a message holds.

    Raises:
        Exception: of nearly any kind, if it holds none.
    """
    if "unreadable" in header:
        told = header["unreadable"]
        size = tuple(map(int, told["size"])) if told["size"] else None
        return Unreadable(told["reason"], str(told["detail"]), size)  # type: ignore[arg-type]
    frames, position = _images(header["frames"], body, 0)
    details, _ = _images(header["details"], body, position)
    if not frames:
        raise ValueError("a picture without pixels")
    facts = header["metadata"]
    metadata = Metadata(
        bool(facts["location"]),
        tuple(map(str, facts["identifying"])),
        bool(facts["damaged"]),
        tuple(map(str, facts["notices"])),
        tuple(map(str, facts["names"])),
    )
    codes = tuple(Code(str(text), tuple(map(int, box))) for text, box in header["codes"])  # type: ignore[arg-type]
    width, height = map(int, header["size"])
    return Picture((width, height), frames, str(header["format"]), metadata, details, codes)


def _images(sizes: Any, body: bytes, position: int) -> tuple[tuple[Image.Image, ...], int]:
    from PIL import Image

    images, view = [], memoryview(body)
    for width, height in sizes:
        length = 3 * width * height
        images.append(Image.frombytes("RGB", (width, height), view[position : position + length]))
        position += length
    return tuple(images), position
