"""The image file of a reference mark, read into a template. An SVG is drawn first."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from postcheck.images import Unreadable, read_image
from postcheck.logo_index.template import Template, template_of

_SVG_SIDE = 512  # pixels of the longer side of a drawn SVG
_MOST_SVG = 2_000_000  # bytes


def read_mark(file: Path) -> Template | str:
    """Return the mark of an image file without its margin, or a clause that says what is wrong with it."""
    try:
        stamp = file.stat()
    except (OSError, ValueError):
        return "does not exist"
    return _read(file, stamp.st_mtime_ns, stamp.st_size)


@lru_cache(maxsize=256)
def _read(file: Path, changed: int, size: int) -> Template | str:  # noqa: ARG001 - they tell a new version
    source: Path | bytes = file
    if file.suffix.lower() == ".svg":
        drawn = _drawn(file, size)
        if isinstance(drawn, str):
            return drawn
        source = drawn
    picture = read_image(source)
    if isinstance(picture, Unreadable):
        return "does not exist" if picture.reason == "missing" else picture.detail
    # A white mark on a clear ground shows on black only: both are needed.
    template = template_of(picture.frames[:2])
    return template or "is too small or too flat to be recognised"


def _drawn(file: Path, size: int) -> bytes | str:
    """Return an SVG as PNG, on a clear ground."""
    try:
        import resvg_py
    except ImportError:
        return "is an SVG, which needs another package: pip install 'postcheck[svg]'"
    if size > _MOST_SVG:
        return "is an SVG of over 2 MB"
    try:
        text = file.read_text(encoding="utf-8")
        plain = bytes(resvg_py.svg_to_bytes(svg_string=text))
        wide, high = int.from_bytes(plain[16:20], "big"), int.from_bytes(plain[20:24], "big")
        zoom = _SVG_SIDE / max(wide, high)
        return bytes(
            resvg_py.svg_to_bytes(
                svg_string=text, width=max(1, round(wide * zoom)), height=max(1, round(high * zoom))
            )
        )
    except Exception:  # the renderer raises its own errors, which may quote the file
        return "is not an SVG that can be drawn"
