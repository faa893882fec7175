"""The labels that the encoder learns, and which of them ship."""

from __future__ import annotations

from collections.abc import Mapping

KINDS = ("discrimination", "abuse", "threat", "incitement", "profanity_directed")
TARGETS = (
    "age",
    "disability",
    "gender_reassignment",
    "marriage",
    "pregnancy",
    "race",
    "religion",
    "sex",
    "sexual_orientation",
    "gypsy_roma_traveller",
    "migrant_status",
)
SHIPPED = KINDS + TARGETS
# Judgements that other people made by other rules: they teach the encoder, and are cut off at export.
AUXILIARY = (
    "measuring_hate",
    "implicit_hate",
    "implicit_incitement",
    "sexist",
    "offensive",
    "hateful_post",
    "identity_abuse",
    "person_abuse",
    "affiliation_abuse",
    "counterspeech",
)
LABELS = SHIPPED + AUXILIARY
INDEX: Mapping[str, int] = {name: i for i, name in enumerate(LABELS)}
# How much each label weighs in the loss.
LOSS_WEIGHT: Mapping[str, float] = {
    **dict.fromkeys(KINDS, 1.0),
    **dict.fromkeys(TARGETS, 0.15),
    **dict.fromkeys(AUXILIARY, 0.3),
}
