"""Quoting abuse to condemn or report it is not abusing; plain functions for detectors.

The excuse has to be proved by the text: the words stand in quotation marks, at least in part, or a
reporting frame governs them, and the text condemns, removes or reports. Then the finding stays, softened
by one step: a person decides whether the council wants to repeat the words at all.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from postcheck.document import Part
from postcheck.lexicons import load_vocabulary
from postcheck.model import Severity
from postcheck.normalise import normalise

_SOFTER = {Severity.HIGH: Severity.MEDIUM, Severity.MEDIUM: Severity.LOW}


def softer(severity: Severity) -> Severity:
    """Return the severity one step down, as long as a finding remains worth a look."""
    return _SOFTER.get(severity, severity)


def softened(severity: Severity, part: Part, start: int, end: int) -> tuple[Severity, str | None]:
    """Return the severity of ``part.original[start:end]`` after quoting, and the excuse if there is one."""
    if not condemns(part):
        return severity, None
    quoted = any(first < end and start < last for first, last in part.quotes)
    if quoted or _reported(part, start):
        return softer(severity), "counter-speech"
    return severity, None


def condemns(part: Part) -> bool:
    """Say whether the text condemns, removes, reports or advises on abuse."""
    return _pattern("condemning").search(part.folded.text) is not None


def _reported(part: Part, start: int) -> bool:
    sentence = part.sentence_at(start)[0]

    return _pattern("reporting").search(normalise(part.original[sentence:start]).text) is not None


@cache
def _pattern(name: str) -> Any:
    from postcheck.detectors.matcher import compile_re2

    return compile_re2(load_vocabulary()[name])
