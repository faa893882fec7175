"""postcheck reads a draft social-media post before it is published.

    >>> from postcheck import check
    >>> check("Bins will be collected a day later next week.").decision.value
    'allow'

Names load on first use, so that ``import postcheck`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from postcheck.detectors.base import Detector
    from postcheck.errors import PostcheckError
    from postcheck.model import (
        Account,
        Attachment,
        Author,
        Decision,
        Draft,
        Finding,
        Severity,
        Span,
        Verdict,
    )
    from postcheck.pipeline import Pipeline, check
    from postcheck.policy.clauses import Policy

__version__ = "0.1.0"

__all__ = [
    "Account",
    "Attachment",
    "Author",
    "Decision",
    "Detector",
    "Draft",
    "Finding",
    "Pipeline",
    "Policy",
    "PostcheckError",
    "Severity",
    "Span",
    "Verdict",
    "check",
]

_HOMES = {
    "Detector": "postcheck.detectors.base",
    "Pipeline": "postcheck.pipeline",
    "Policy": "postcheck.policy.clauses",
    "PostcheckError": "postcheck.errors",
    "check": "postcheck.pipeline",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'postcheck' has no attribute {name!r}")
    value = getattr(import_module(_HOMES.get(name, "postcheck.model")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
