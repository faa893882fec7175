"""Renderers: each is one function of a verdict. This module holds what they share.

A rendering never shows personal data or secrets unless asked to, never passes on a control
character of a draft, and works without the draft (a verdict that was read back from JSON).
"""

from __future__ import annotations

import re
import unicodedata
from importlib import import_module
from typing import Protocol, cast

from postcheck.errors import ConfigError, did_you_mean
from postcheck.model import Draft, Finding, Verdict

RENDERERS = {
    "text": "postcheck.render.text:to_text",
    "json": "postcheck.render.json:to_json",
    "html": "postcheck.render.html:to_html",
}


class Renderer(Protocol):
    """Turns a verdict into a string; ``reveal`` shows personal data and secrets."""

    def __call__(self, verdict: Verdict, *, reveal: bool = False) -> str:
        """Render the verdict."""
        ...


def renderer(name: str) -> Renderer:
    """Return the renderer of a format, importing its module on first use.

    Raises:
        ConfigError: there is no such format.
    """
    if name not in RENDERERS:
        raise ConfigError(
            f"no such format: {name!r}{did_you_mean(name, RENDERERS)} (known: {', '.join(RENDERERS)})"
        )
    module, _, function = RENDERERS[name].partition(":")
    return cast(Renderer, getattr(import_module(module), function))


def part_text(draft: Draft | None, part: str) -> str | None:
    """Return the text that spans of a part index, or ``None`` when the draft does not hold it."""
    if draft is None:
        return None
    if part in ("text", "quoted_text", "in_reply_to", "recipient"):
        return cast("str | None", getattr(draft, part))
    if part in ("handle", "display_name", "bio"):
        return cast("str | None", getattr(draft.account, part, None))
    name, _, number = part.partition(":")
    if name == "alt_text" and number.isdecimal() and int(number) < len(draft.attachments):
        return draft.attachments[int(number)].alt_text
    return None


# Invisible letters and marks that are neither control nor format characters by category.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\u180b\u180c\u180d\u180e\u180f")
# A flag of England, Scotland or Wales is a black flag and tag characters; family emoji use joiners.
_EMOJI_SEQUENCE = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{1,8}\U000e007f")


def cells(text: str) -> list[str]:
    """Return what to show for each code point of a text, one string each.

    Control, bidirectional and other invisible characters become ``⟨U+202E⟩`` and the like; a tab a
    space; line feeds stay. Joiners inside an emoji stay, because there they are seen.
    """
    shown = [_cell(text, i) for i in range(len(text))]
    for match in _EMOJI_SEQUENCE.finditer(text):
        shown[match.start() : match.end()] = text[match.start() : match.end()]
    return shown


def _cell(text: str, index: int) -> str:
    char = text[index]
    if " " <= char <= "~" or char == "\n":
        return char
    if char == "\t":
        return " "
    if char == "\r" and text[index + 1 : index + 2] == "\n":
        return ""
    if char == "\u200d" and _pictorial(text[index - 1 : index]) and _pictorial(text[index + 1 : index + 2]):
        return char
    if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") or char in _INVISIBLE:
        return f"⟨U+{ord(char):04X}⟩"
    return char


def _pictorial(char: str) -> bool:
    return char == "\ufe0f" or (char != "" and unicodedata.category(char) in ("So", "Sk"))


def visible(text: str) -> str:
    """Return a text on one line with nothing in it that could steer a terminal or hide itself."""
    return "".join(" " if cell == "\n" else cell for cell in cells(text))


def part_label(part: str) -> str:
    """Return the name of a part for readers: ``alt_text:0`` is alt text 1."""
    name, _, number = part.partition(":")
    return name.replace("_", " ") + (f" {int(number) + 1}" if number.isdecimal() else "")


def where(finding: Finding) -> str:
    """Say in words what a finding points at."""
    if finding.region is not None:
        box = finding.region
        return f"image {box.attachment + 1}, {box.width} × {box.height} pixels at {box.x},{box.y}"
    label = part_label(finding.part)
    if finding.span is None:
        return "the draft" if finding.part == "text" else label
    return f"{label}, characters {finding.span.start}–{finding.span.end}"
