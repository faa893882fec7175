"""Urging, teaching, praising or helping to get away with a crime or disorder."""

from __future__ import annotations

from postcheck.detectors.language import LanguageDetector, Reads


class IncitementDetector(LanguageDetector):
    """Finds incitement to crime, from riots to a borrowed blue badge."""

    name = "incitement"
    lexicons = ("incitement",)
    reads = (
        Reads(
            "incitement",
            "incitement.crime",
            (
                ("violence", "incitement.violence"),
                ("praise", "incitement.praise"),
                ("evasion", "incitement.evasion"),
                ("how_to", "incitement.how-to"),
            ),
        ),
    )
