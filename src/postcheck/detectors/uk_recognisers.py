"""Presidio recognisers for British identifiers, with the faults of the stock ones put right.

Shapes, context words and scores are data (``data/personal/identifiers.toml``); checks live here and in
``uk_checks``. This module imports Presidio and is itself imported only when it is needed.
"""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar

import regex  # type: ignore[import-untyped]
from presidio_analyzer import Pattern, PatternRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.predefined_recognizers import (
    IbanRecognizer,
    IpRecognizer,
    MacAddressRecognizer,
    UkDrivingLicenceRecognizer,
    UkNinoRecognizer,
    UkPassportRecognizer,
    UkPostcodeRecognizer,
    UkVehicleRegistrationRecognizer,
)

from postcheck.detectors import uk_checks
from postcheck.detectors.personal_cues import expand, load_cues
from postcheck.errors import DataError
from postcheck.resources import data_dir, read_toml

_FLAGS = regex.DOTALL | regex.MULTILINE


@cache
def _shapes() -> dict[str, Any]:
    file = data_dir() / "personal" / "identifiers.toml"
    shapes = read_toml(file)
    lists = load_cues().lists
    kinds = sorted(lists["street_types"], key=len, reverse=True)
    pieces: dict[str, str] = {
        "street_kind": "(?:" + "|".join(kinds) + ")",
        "lower_street_kind": "(?i:" + "|".join(kind for kind in kinds if len(kind) > 2) + ")",
        "freemail": "|".join(regex.escape(domain) for domain in sorted(lists["freemail"])),
    }
    for name, piece in shapes["pieces"].items():
        pieces[name] = expand(piece, pieces, file)
    for entity, shape in shapes.items():
        for row in shape.get("patterns", ()) if isinstance(shape, dict) else ():
            try:
                row["regex"] = expand(row["regex"], pieces, file)
                regex.compile(row["regex"])
            except (KeyError, regex.error):
                raise DataError("holds a pattern that is wrong", file=file, key=entity) from None
    return shapes


class ShapeRecogniser(PatternRecognizer):
    """A Presidio pattern recogniser whose patterns, context and first look come from the data file."""

    ENTITY: ClassVar[str]

    def __init__(self) -> None:
        shape = _shapes()[self.ENTITY]
        flags = _FLAGS | (regex.IGNORECASE if shape.get("any_case") else 0)
        rows = shape.get("patterns")
        stock: list[Pattern] = [] if rows else list(type(self).PATTERNS)  # type: ignore[attr-defined]
        patterns = [Pattern(row["name"], row["regex"], row["score"]) for row in rows or ()] or stock
        # Past the stock constructors on purpose: they would put the stock patterns back.
        PatternRecognizer.__init__(
            self,
            supported_entity=self.ENTITY,
            patterns=patterns,
            context=list(shape.get("context", ())),
            global_regex_flags=flags,
        )
        for pattern in patterns:  # compiled once, here: analyze() is called from several threads
            pattern.compiled_regex = regex.compile(pattern.regex, flags=flags)
            pattern.compiled_with_flags = flags
        self._needs = regex.compile(shape.get("needs", r"\d"))

    def analyze(
        self,
        text: str,
        entities: list[str],
        nlp_artifacts: NlpArtifacts | None = None,
        regex_flags: int | None = None,
    ) -> list[RecognizerResult]:
        """Find the identifier, in texts that hold the kind of character it needs."""
        if not self._needs.search(text):
            return []
        return super().analyze(text, entities, nlp_artifacts, regex_flags)


def _unless(cue: str, text: str, found: list[RecognizerResult]) -> list[RecognizerResult]:
    """Drop results that one of the two words before them makes something else."""
    cues = load_cues()
    return [
        r for r in found if not cues.says(cue, " ".join(text[max(0, r.start - 24) : r.start].split()[-2:]))
    ]


class Nino(ShapeRecogniser, UkNinoRecognizer):
    """National Insurance number in every usual grouping; the specimen QQ 12 34 56 A never matches."""

    ENTITY = "UK_NINO"


class Nhs(ShapeRecogniser):
    """NHS, CHI and H&C number: grouped 3-3-4 or named as one, with a right check digit.

    A right check digit alone proves little (one reference in eleven has it), so it changes no score.
    """

    ENTITY = "UK_NHS"

    def validate_result(self, pattern_text: str) -> bool | None:
        """Reject a wrong check digit."""
        return None if uk_checks.nhs_number(pattern_text) else False


class Passport(ShapeRecogniser, UkPassportRecognizer):
    """Passport number: nine digits, or one or two letters and digits, named as a passport's."""

    ENTITY = "UK_PASSPORT"


class Vehicle(ShapeRecogniser, UkVehicleRegistrationRecognizer):
    """Vehicle registration: the current form in capitals with an age identifier in use, others by context."""

    ENTITY = "UK_VEHICLE_REGISTRATION"

    def validate_result(self, pattern_text: str) -> bool | None:
        """Leave the score to pattern and context: the patterns hold the age identifiers already."""
        return None


class DrivingLicence(ShapeRecogniser, UkDrivingLicenceRecognizer):
    """Great Britain's driver number, also in groups; Northern Ireland's eight digits when named."""

    ENTITY = "UK_DRIVING_LICENCE"

    def validate_result(self, pattern_text: str) -> bool | None:
        """Reject an impossible date part."""
        return None if pattern_text.isdigit() or uk_checks.driving_licence(pattern_text) else False


class Postcode(ShapeRecogniser, UkPostcodeRecognizer):
    """A full postcode of a real area; "B12 3RD floor" is none. Whether it matters is not asked here."""

    ENTITY = "UK_POSTCODE"

    def validate_result(self, pattern_text: str) -> bool | None:
        """Reject an unknown area, and ordinals that look like the second half."""
        lists = load_cues().lists
        value = "".join(pattern_text.upper().split())
        area = value[: next(i for i, c in enumerate(value) if c.isdigit())]
        if area in ("GIR", "BFPO"):
            return None
        ordinal = len(value) < len(pattern_text) and value[-3:] in lists["ordinals"]
        return None if area in lists["postcode_areas"] and not ordinal else False


class Card(ShapeRecogniser):
    """Payment card: Luhn, issuer and length. Presidio checks Luhn only, which one number in ten passes."""

    ENTITY = "CREDIT_CARD"

    def validate_result(self, pattern_text: str) -> bool | None:
        """Reject a wrong check digit and lengths that the issuer does not use."""
        return None if uk_checks.card(pattern_text) else False

    def analyze(
        self,
        text: str,
        entities: list[str],
        nlp_artifacts: NlpArtifacts | None = None,
        regex_flags: int | None = None,
    ) -> list[RecognizerResult]:
        """Find cards; drop those that a word before makes a box or a serial number."""
        return _unless("not_card", text, super().analyze(text, entities, nlp_artifacts, regex_flags))


class Ip(ShapeRecogniser, IpRecognizer):
    """IP address: private ranges and long IPv6 stand alone; other dotted quads need a word for it."""

    ENTITY = "IP_ADDRESS"

    def analyze(
        self,
        text: str,
        entities: list[str],
        nlp_artifacts: NlpArtifacts | None = None,
        regex_flags: int | None = None,
    ) -> list[RecognizerResult]:
        """Find addresses; drop those that a word before makes a version or section number."""
        found = super().analyze(text, entities, nlp_artifacts, regex_flags)
        return [
            result
            for result in _unless("not_ip", text, found)
            if sum(c in ":." for c in text[result.start : result.end]) >= 3
        ]


class Mac(ShapeRecogniser, MacAddressRecognizer):
    """Hardware address of a network card."""

    ENTITY = "MAC_ADDRESS"


class Iban(IbanRecognizer):
    """Presidio's IBAN, asked only when the shape of its head is there."""

    _HEAD = regex.compile(r"(?i)[A-Z]{2}\d{2}[ -]?[A-Z0-9]{4}")

    def analyze(
        self,
        text: str,
        entities: list[str],
        nlp_artifacts: Any = None,
        regex_flags: Any = None,
    ) -> list[RecognizerResult]:
        """Find IBANs with a right check number."""
        if not self._HEAD.search(text):
            return []
        return super().analyze(text, entities, nlp_artifacts, regex_flags)


class Utr(ShapeRecogniser):
    """Unique Taxpayer Reference, named as one."""

    ENTITY = "UK_UTR"

    def validate_result(self, pattern_text: str) -> bool | None:
        """Reject a wrong check digit."""
        return None if uk_checks.utr(pattern_text) else False


class Upn(ShapeRecogniser):
    """Unique Pupil Number: its check letter makes it sure."""

    ENTITY = "UK_UPN"

    def validate_result(self, pattern_text: str) -> bool | None:
        """Reject a wrong check letter."""
        return None if uk_checks.upn(pattern_text) else False


class Uprn(ShapeRecogniser):
    """Unique Property Reference Number, named as one."""

    ENTITY = "UK_UPRN"


class BlueBadge(ShapeRecogniser):
    """Blue Badge number, named as one."""

    ENTITY = "UK_BLUE_BADGE"


class BusPass(ShapeRecogniser):
    """Number of a concessionary travel pass, named as one."""

    ENTITY = "UK_BUS_PASS"

    def validate_result(self, pattern_text: str) -> bool | None:
        """Reject the issuer's number with one digit repeated after it, as on a picture of a pass."""
        return False if len(set(pattern_text.replace(" ", "").replace("-", "")[6:])) == 1 else None


RECOGNISERS: tuple[type[Any], ...] = (
    Nino, Nhs, Passport, Vehicle, DrivingLicence, Postcode, Card, Ip, Mac, Iban,
    Utr, Upn, Uprn, BlueBadge, BusPass,
)  # fmt: skip
