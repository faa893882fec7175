"""Abuse and threats aimed at a person or at people who share no protected characteristic."""

from __future__ import annotations

from postcheck.detectors.language import LanguageDetector, Reads


class AbuseDetector(LanguageDetector):
    """Finds insults, threats, sexual remarks, doxxing and calls to pile on."""

    name = "abuse"
    lexicons = (
        "abuse.doxxing",
        "abuse.harassment",
        "abuse.insult",
        "abuse.pile-on",
        "abuse.sexual",
        "abuse.threat",
    )
    reads = (
        Reads("threat", "abuse.threat", unless="discrimination"),
        Reads(
            "abuse",
            "abuse.insult",
            (
                ("doxxing", "abuse.doxxing"),
                ("pile_on", "abuse.pile-on"),
                ("sexual", "abuse.sexual"),
                ("harassment", "abuse.harassment"),
            ),
        ),
    )
