"""Hate at people because of a protected characteristic."""

from __future__ import annotations

from postcheck.detectors.language import LanguageDetector, Reads, says
from postcheck.language.windows import Window
from postcheck.model import Rule

# The characteristics that the model names, in plain English.
_PLAIN = {
    "age": "age",
    "disability": "disability",
    "gender_reassignment": "being trans",
    "marriage": "marriage or civil partnership",
    "pregnancy": "pregnancy or maternity",
    "race": "race or nationality",
    "religion": "religion or belief",
    "sex": "sex",
    "sexual_orientation": "sexual orientation",
    "gypsy_roma_traveller": "being Gypsy, Roma or Traveller",
    "migrant_status": "being a migrant",
}


class DiscriminationDetector(LanguageDetector):
    """Finds hate at protected groups, plain, coded or implied."""

    name = "discrimination"
    unless = ("abuse",)  # a group that no law names is reviled with the same words
    lexicons = ("discrimination",)
    reads = (
        Reads(
            "discrimination",
            "discrimination.derogation",
            (
                ("threat", "discrimination.threat"),
                ("dehumanisation", "discrimination.dehumanisation"),
                ("denial", "discrimination.denial"),
                ("exclusion", "discrimination.exclusion"),
                ("stereotype", "discrimination.stereotype"),
            ),
        ),
    )

    def explain(self, rule: Rule, window: Window) -> str:
        """Name the characteristic, where the model is sure of one."""
        group = max(_PLAIN, key=lambda name: window.probabilities[name])
        if not says(window, group):
            return super().explain(rule, window)
        return f"{rule.message} ({_PLAIN[group]}): the sentence as a whole reads that way"
