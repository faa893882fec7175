"""Swearing, above all at somebody."""

from __future__ import annotations

from postcheck.detectors.language import LanguageDetector, Reads


class ProfanityDetector(LanguageDetector):
    """Finds swear words in any disguise, and swearing aimed at people where no known word stands."""

    name = "profanity"
    lexicons = ("abuse.profanity",)
    softens = False  # a swear word in a cheerful sentence is a swear word
    reads = (Reads("profanity_directed", "abuse.profanity"),)
