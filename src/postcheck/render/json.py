"""A verdict as JSON, safe to print: evidence masked, control characters escaped."""

from __future__ import annotations

import re

from postcheck.model import Verdict

# Raw in JSON by right, yet able to steer a terminal or reorder a line: C1 controls, DEL, invisible
# and bidirectional characters. They occur inside strings only, where an escape means the same.
_STEERING = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def to_json(verdict: Verdict, *, reveal: bool = False, indent: int | None = 2) -> str:
    """Return the verdict as JSON (published schema); ``indent=None`` gives one line.

    Args:
        verdict: what to render.
        reveal: show personal data and secrets.
        indent: spaces a level.
    """
    written = verdict.model_dump_json(indent=indent, context={"reveal": reveal})
    return _STEERING.sub(lambda match: f"\\u{ord(match[0]):04x}", written)
