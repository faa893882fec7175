"""Check digits and value ranges of British identifiers. Pure functions of digits and letters."""

from __future__ import annotations

import re

_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_AT_WORD = re.compile(r"(?i) ?[\[({<] ?at ?[\])}>] ?| at ")
_DOT_WORD = re.compile(r"(?i) ?[\[({<] ?dot ?[\])}>] ?| dot ")
_UTR_CHECK = "21987654321"


def digits_of(text: str) -> str:
    """Return the ASCII digits of a text, full-width and other decimal digits folded."""
    return "".join(str(int(c)) if not c.isascii() else c for c in text if c.isdecimal())


def signed_address(text: str) -> str:
    """Return an e-mail address with its written "at" and "dot" as signs."""
    return _DOT_WORD.sub(".", _AT_WORD.sub("@", text))


def nhs_number(text: str) -> bool:
    """Modulus 11 of NHS, CHI and H&C numbers; one digit ten times over is nobody's number."""
    digits = digits_of(text)
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    total = sum(int(d) * weight for d, weight in zip(digits, range(10, 1, -1), strict=False))
    return (11 - total % 11) % 11 == int(digits[9]) and total % 11 != 1


def utr(text: str) -> bool:
    """Unique Taxpayer Reference: the first digit checks the other nine."""
    digits = digits_of(text)
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    weights = (6, 7, 8, 9, 10, 5, 4, 3, 2)
    total = sum(int(d) * weight for d, weight in zip(digits[1:], weights, strict=True))
    return _UTR_CHECK[total % 11] == digits[0]


def upn(text: str) -> bool:
    """Unique Pupil Number: a check letter over twelve characters; a temporary one ends in a letter."""
    text = text.upper().replace(" ", "")
    if len(text) != 13 or text[0] not in _UPN_LETTERS or not text[1:12].isdecimal():
        return False
    last = int(text[12]) if text[12].isdecimal() else _UPN_LETTERS.find(text[12])
    if last < 0:
        return False
    values = [int(c) for c in text[1:12]] + [last]
    total = sum(value * weight for value, weight in zip(values, range(2, 14), strict=True))
    return _UPN_LETTERS[total % 23] == text[0]


def card(text: str) -> bool:
    """Luhn's check, and a length that the issuer of the first digits uses."""
    digits = digits_of(text)
    if len(set(digits)) == 1:
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0 and _issuer_length(digits)


def _issuer_length(digits: str) -> bool:
    head2, head4, size = int(digits[:2]), int(digits[:4]), len(digits)
    if digits[0] == "4":
        return size in (13, 16, 19)
    if 51 <= head2 <= 55 or 2221 <= head4 <= 2720:
        return size == 16
    if head2 in (34, 37):
        return size == 15
    if 3528 <= head4 <= 3589 or head4 == 6011 or head2 in (64, 65):
        return size == 16
    if 300 <= int(digits[:3]) <= 305 or head2 in (36, 38):
        return size == 14
    return head2 in (50, 56, 57, 58, 63, 67) and 13 <= size <= 19


def driving_licence(text: str) -> bool:
    """The letters and the date part of a GB driving licence number (its check characters are secret)."""
    value = "".join(text.split()).replace("-", "").upper()
    if len(value) not in (16, 18) or not re.match(r"[A-Z]+9*\d{6}", value) or value[:5] == "99999":
        return False
    month = int(value[6:8])
    return (1 <= month <= 12 or 51 <= month <= 62) and 1 <= int(value[8:10]) <= 31


def national_phone(text: str) -> str:
    """Return a phone number as digits in national form (``07700900123``), foreign ones with their code."""
    value = text.replace("(0)", "")
    digits = digits_of(value)
    if value.lstrip("( ").startswith("+") or digits.startswith("0044"):
        digits = digits.removeprefix("00")
        return "0" + digits[2:].lstrip("0") if digits.startswith("44") else "+" + digits
    if digits.startswith("44") and len(digits) in (11, 12):
        return "0" + digits[2:]
    return digits if digits.startswith("0") else "0" + digits
