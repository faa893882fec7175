"""Presidio recognisers for ways to reach a person in Britain: phone, e-mail, address, account, case.

Shapes are data, as in ``uk_recognisers``; what no single pattern can say is written here.
"""

from __future__ import annotations

import functools
from typing import Any

import re2
import regex  # type: ignore[import-untyped]
from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.predefined_recognizers import PhoneRecognizer

from postcheck.detectors import uk_checks
from postcheck.detectors.uk_recognisers import ShapeRecogniser

SURE = 0.6


class Phone(PhoneRecognizer):
    """Presidio's (libphonenumber) recogniser for Britain, without its habit of reading any ten digits."""

    _ANY = regex.compile(r"\d[\d\s().-]{7}")
    # A number that starts with no 0 or + is one only where somebody says so.
    _SAID = regex.compile(
        r"(?i)(?:tel|phone|mobile|mob|call|ring|text|whatsapp|wa\.me/|landline|fax)\W{0,3}(?:\w+\W{1,3}){0,2}$"
    )

    def __init__(self) -> None:
        super().__init__(supported_regions=("GB",), context=[])

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Find phone numbers in national and international form."""
        if not self._ANY.search(text):
            return []
        found = [
            r for r in super().analyze(text, entities, nlp_artifacts) if self._plausible(text, r.start, r.end)
        ]
        for result in found:
            result.score = SURE
        return found

    def _plausible(self, text: str, start: int, end: int) -> bool:
        inside = start > 0 and (text[start - 1].isalnum() or text[start - 1] in "/-_#£$")
        if not inside and (text[start] in "0+(" or text.startswith("44", start)):
            return not text[end : end + 1].isalpha()
        return bool(self._SAID.search(text[max(0, start - 24) : start]))


class ShapedPhone(ShapeRecogniser):
    """Phone numbers by shape alone: those that Ofcom keeps for drama, and odd groupings."""

    ENTITY = "PHONE_NUMBER"


class Email(ShapeRecogniser):
    """E-mail address with a real top-level domain, also written "name [at] place [dot] uk".

    Presidio's own asks tldextract, which may fetch a list from the network; this one uses the list inside.
    """

    ENTITY = "EMAIL_ADDRESS"

    def validate_result(self, pattern_text: str) -> bool | None:
        """Reject a domain whose ending does not exist."""
        domain = uk_checks.signed_address(pattern_text).rpartition("@")[2].replace(" ", "")
        return None if _extract()(domain).suffix else False


@functools.cache
def _extract() -> Any:
    import tldextract

    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


class Address(ShapeRecogniser):
    """A house or flat number and a street, with locality and postcode where they follow."""

    ENTITY = "UK_ADDRESS"


class Location(ShapeRecogniser):
    """Coordinates to four places or more, what3words and National Grid references."""

    ENTITY = "UK_LOCATION"


class DateOfBirth(ShapeRecogniser):
    """A full date said to be somebody's birth; a window such as "born between" or "born after" is not."""

    ENTITY = "UK_DATE_OF_BIRTH"
    _OLDEST = 1912  # nobody alive was born before

    def validate_result(self, pattern_text: str) -> bool | None:
        """Reject years in which nobody alive was born."""
        year = regex.search(r"\d{4}", pattern_text)
        return None if year is None or pattern_text.isdigit() or int(year.group()) >= self._OLDEST else False


class Date(ShapeRecogniser):
    """A full date that nothing explains; it is one of birth only where the words around it say whose."""

    ENTITY = "UK_DATE"


class CaseReference(ShapeRecogniser):
    """A reference said to be of somebody's case, claim, tenancy or account; formats differ by council."""

    ENTITY = "UK_CASE_REFERENCE"


class Reference(ShapeRecogniser):
    """A code that nothing explains; it is of somebody's case only where the words around it tell one."""

    ENTITY = "UK_REFERENCE"


class Username(ShapeRecogniser):
    """The name that somebody signs in with, named as one."""

    ENTITY = "UK_USERNAME"


class BankAccount(EntityRecognizer):
    """Sort code and account number: each proves the other, or a label does."""

    _SORT = regex.compile(r"(?<![\w/.-])(?:\d{2}([ -])\d{2}\1\d{2}|\d{6})(?![\w-]|/(?!\d{8}))(?!\.\d)")
    _ACCOUNT = regex.compile(r"(?<![\w.-])(?:\d{8}|\d{4} \d{4}|\d{2}(?: \d{2}){3})(?![\w/-])")
    _SORT_LABEL = regex.compile(r"(?i)\b(?:sort(?:[ -]?code)?|s/c|sc)\b\W{0,3}(?:is|no|number)?\W{0,3}$")
    _ACCOUNT_LABEL = regex.compile(
        r"(?i)\b(?:account|acct?|a/c|bank account|full)\.?\W{0,3}(?:(?:no|number|num|is)\b\.?\W{0,3}){0,3}$"
    )
    _BANK = regex.compile(
        r"(?i)\b(?:bank|barclays|lloyds|natwest|hsbc|santander|nationwide|monzo|halifax|bacs)\b"
    )
    _NEAR = 60  # characters between a sort code and its account

    def __init__(self) -> None:
        super().__init__(supported_entities=["UK_BANK_ACCOUNT"], name="BankAccount")

    def load(self) -> None:
        """Nothing to load."""

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        """Find sort codes and account numbers that stand together or beside their labels."""
        accounts = [m.span() for m in self._ACCOUNT.finditer(text)]
        sorts: list[tuple[int, int]] = []
        paired: set[tuple[int, int]] = set()
        for match in self._SORT.finditer(text):
            start, end = match.span()
            labelled = bool(self._SORT_LABEL.search(text[max(0, start - 20) : start]))
            near = [
                a
                for a in accounts
                if -self._NEAR <= a[0] - end <= self._NEAR and (a[0] >= end or a[1] <= start)
            ]
            near = [a for a in near if labelled or self._labelled(text, a[0]) or abs(a[0] - end) <= 3]
            slashed = bool(near) and text[end : near[0][0]].strip() in ("/", "|")
            if labelled or slashed or (near and match.group(1)):
                sorts.append((start, end))
                paired.update(near)
        for account in accounts:
            label = self._labelled(text, account[0])
            if label and self._BANK.search(text[max(0, account[0] - 60) : account[1] + 40]):
                paired.add(account)
        spans = sorted({*sorts, *paired})
        return [RecognizerResult("UK_BANK_ACCOUNT", start, end, SURE) for start, end in spans]

    def _labelled(self, text: str, start: int) -> bool:
        return bool(self._ACCOUNT_LABEL.search(text[max(0, start - 30) : start]))


_DIGIT_WORDS = [
    "zero",
    "oh",
    "nought",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
]
_VALUES = {word: str(max(0, i - 2)) for i, word in enumerate(_DIGIT_WORDS)}


class Spoken(EntityRecognizer):
    """Digits written as words: a dodge round every number format."""

    _WORD = "(?:" + "|".join(_DIGIT_WORDS) + ")"
    _RUN = re2.compile(
        rf"(?i)(?:^|[^\pL\pN])((?:[a-z][ ,-]{{0,2}}[a-z][ ,-]{{1,2}})?(?:(?:double|triple)[ -])?{_WORD}"
        rf"(?:[ ,-]{{1,2}}(?:(?:double|triple)[ -])?{_WORD}){{5,12}}(?:[ ,-]{{1,2}}[a-d])?)(?:[^\pL\pN]|$)"
    )

    def __init__(self) -> None:
        super().__init__(supported_entities=["UK_NINO", "PHONE_NUMBER", "UK_NHS"], name="Spoken")

    def load(self) -> None:
        """Nothing to load."""

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        """Find runs of number words that spell an identifier."""
        found: list[RecognizerResult] = []
        for match in self._RUN.finditer(text):
            kind = self._kind(match.group(1))
            if kind:
                found.append(RecognizerResult(kind, match.start(1), match.end(1), SURE))
        return found

    def _kind(self, run: str) -> str | None:
        value, times = "", 1
        for word in regex.findall(r"[a-z]+", run.lower()):
            if word in ("double", "triple"):
                times = 2 if word == "double" else 3
                continue
            value += _VALUES.get(word, word) * times
            times = 1
        if regex.fullmatch(r"[a-ceghj-pr-tw-z][a-ceghj-npr-tw-z]\d{6}[a-d]", value):
            return "UK_NINO"
        digits = uk_checks.digits_of(value)
        if digits.startswith("0") and len(digits) in (10, 11):
            return "PHONE_NUMBER"
        return "UK_NHS" if uk_checks.nhs_number(digits) else None


CONTACTS: tuple[type[Any], ...] = (
    Phone, ShapedPhone, Email, Address, Location, DateOfBirth, Date, BankAccount, CaseReference,
    Reference, Username, Spoken,
)  # fmt: skip
