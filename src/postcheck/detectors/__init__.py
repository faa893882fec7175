"""The table of built-in detectors, and those that other packages bring.

A name maps to ``"module:Class"``, imported only when used. Another package adds its own through the entry
point group ``postcheck.detectors``, written the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from postcheck.errors import DetectorUnavailable

BUILTIN: Mapping[str, str] = {
    "lexicon": "postcheck.detectors.lexicon:LexiconDetector",
    "abuse": "postcheck.detectors.abuse:AbuseDetector",
    "profanity": "postcheck.detectors.profanity:ProfanityDetector",
    "discrimination": "postcheck.detectors.discrimination:DiscriminationDetector",
    "incitement": "postcheck.detectors.incitement:IncitementDetector",
    "confidential": "postcheck.detectors.confidential:ConfidentialDetector",
    "reading": "postcheck.detectors.reading:ReadingDetector",
    "personal_data": "postcheck.detectors.personal_data:PersonalDataDetector",
    "secrets": "postcheck.detectors.secrets:SecretsDetector",
    "political": "postcheck.detectors.political:PoliticalDetector",
    "claims": "postcheck.detectors.claims:ClaimsDetector",
    "impersonation": "postcheck.detectors.impersonation:ImpersonationDetector",
    "authority": "postcheck.detectors.authority:AuthorityDetector",
    "tone": "postcheck.detectors.tone:ToneDetector",
    "accessibility": "postcheck.detectors.accessibility:AccessibilityDetector",
    "image_safety": "postcheck.detectors.image_safety:ImageSafetyDetector",
    "copyright": "postcheck.detectors.copyright:CopyrightDetector",
    "logos": "postcheck.detectors.logos:LogoDetector",
}
PLUGIN_GROUP = "postcheck.detectors"


def load_class(target: str) -> Any:
    """Import the class behind ``"module:Class"``.

    Raises:
        DetectorUnavailable: the module or something it needs is not installed.
    """
    module, _, name = target.partition(":")
    try:
        return getattr(import_module(module), name)
    except ModuleNotFoundError as error:
        raise DetectorUnavailable(f"{target} needs the package {error.name!r}; install it") from None


def plugins() -> dict[str, str]:
    """Return the detectors that installed packages announce, by name."""
    return {entry.name: entry.value for entry in entry_points(group=PLUGIN_GROUP)}
