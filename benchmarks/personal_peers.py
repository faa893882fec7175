"""Other tools on the posts of the personal-data benchmark: each as it comes, with everything British on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from personal_rows import Found

_PRESIDIO = {
    "UK_NINO": "NINO",
    "UK_NHS": "NHS",
    "UK_PASSPORT": "PASSPORT",
    "UK_DRIVING_LICENCE": "LICENCE",
    "UK_VEHICLE_REGISTRATION": "VRN",
    "UK_POSTCODE": "POSTCODE",
    "PHONE_NUMBER": "PHONE",
    "EMAIL_ADDRESS": "EMAIL",
    "CREDIT_CARD": "CARD",
    "IBAN_CODE": "IBAN",
    "IP_ADDRESS": "IP",
    "MAC_ADDRESS": "MAC",
}
_SCRUBADUB = {
    "national_insurance_number": "NINO",
    "tax_reference_number": "UTR",
    "drivers_licence": "LICENCE",
    "vehicle_licence_plate": "VRN",
    "postalcode": "POSTCODE",
    "phone": "PHONE",
    "email": "EMAIL",
    "credit_card": "CARD",
    "date_of_birth": "DOB",
    "credential": "SECRET",
    "username": "USERNAME",
    "password": "SECRET",
}


def presidio() -> Callable[[str], Found]:
    """Presidio's analyser with its own recognisers, those for the UK switched on, no named entities."""
    import spacy
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer import predefined_recognizers as stock
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    class Blank(SpacyNlpEngine):
        def __init__(self) -> None:
            super().__init__()
            self.nlp = {"en": spacy.blank("en")}

    made: list[Any] = [
        getattr(stock, name)()
        for name in (
            "UkNinoRecognizer",
            "NhsRecognizer",
            "UkPassportRecognizer",
            "UkDrivingLicenceRecognizer",
            "UkVehicleRegistrationRecognizer",
            "UkPostcodeRecognizer",
            "EmailRecognizer",
            "CreditCardRecognizer",
            "IbanRecognizer",
            "IpRecognizer",
            "MacAddressRecognizer",
        )
    ]
    made.append(stock.PhoneRecognizer(supported_regions=("GB",)))
    registry = RecognizerRegistry(recognizers=made, supported_languages=["en"])
    engine = AnalyzerEngine(registry=registry, nlp_engine=Blank(), supported_languages=["en"])

    def find(text: str) -> Found:
        results = engine.analyze(text, "en")
        return [(r.start, r.end, _PRESIDIO[r.entity_type]) for r in results if r.entity_type in _PRESIDIO]

    return find


def scrubadub_gb() -> Callable[[str], Found]:
    """Scrubadub for en_GB, with its detector for dates of birth."""
    import scrubadub  # type: ignore[import-not-found]
    from scrubadub.detectors import DateOfBirthDetector  # type: ignore[import-not-found]

    scrubber = scrubadub.Scrubber(locale="en_GB")
    scrubber.add_detector(DateOfBirthDetector)

    def find(text: str) -> Found:
        return [(f.beg, f.end, _SCRUBADUB.get(f.type, f.type)) for f in scrubber.iter_filth(text)]

    return find


def detect_secrets_all() -> Callable[[str], Found]:
    """detect-secrets with every plug-in; it reads line by line and gives the secret without its place."""
    from detect_secrets.core.scan import scan_line  # type: ignore[import-not-found]
    from detect_secrets.settings import default_settings  # type: ignore[import-not-found]

    def find(text: str) -> Found:
        spans: Found = []
        with default_settings():
            for line in text.splitlines():
                for secret in scan_line(line):
                    at = text.find(secret.secret_value or "")
                    if at >= 0 and secret.secret_value:
                        spans.append((at, at + len(secret.secret_value), "SECRET"))
        return spans

    return find


PEERS = {"presidio, UK": presidio, "scrubadub, en_GB": scrubadub_gb, "detect-secrets": detect_secrets_all}
