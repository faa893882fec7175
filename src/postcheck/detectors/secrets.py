"""Secrets in prose: passwords, door codes, keys, tokens and connection strings. A span covers only the value.

Patterns are data (``data/personal/secrets.toml``) and run on RE2, in linear time. Advice about passwords has
no value in it and passes.
"""

from __future__ import annotations

import bisect
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import re2

from postcheck.detectors.base import Context, make_finding
from postcheck.detectors.language import IN_CONTEXT, model_labels, position, says, vouched
from postcheck.detectors.personal_cues import expand, load_cues
from postcheck.errors import DataError
from postcheck.language.marked import secrets_given
from postcheck.language.spans import carrying_words
from postcheck.language.windows import touching
from postcheck.model import Finding, Rule, Severity
from postcheck.resources import data_dir, read_toml

if TYPE_CHECKING:
    from postcheck.document import Document, Part
    from postcheck.language.windows import Window

_CHANGE = "Take it out, change the secret now, and pass it on through a password manager."


def _rule(name: str, message: str) -> Rule:
    return Rule(id=f"secret.{name}", severity=Severity.HIGH, message=message, suggestion=_CHANGE)


_PASSWORD = _rule("password", "This gives away a password, a PIN or the code of a door, alarm or key safe.")
_API_KEY = _rule("api-key", "This gives away a key with which programs sign in to a service.")
_PRIVATE_KEY = _rule("private-key", "This holds a private key.")
_CONNECTION = _rule("connection-string", "This holds an address with a user name and password in it.")
_TOKEN = _rule("token", "This holds a token that stands for a signed-in user.")
# Of two that overlap, the one that says more comes first.
_RULES = (_CONNECTION, _PRIVATE_KEY, _TOKEN, _API_KEY, _PASSWORD)
_AFTER_TEXT = ".,;:)]}'’\"”…?"  # the marks of the sentence; an exclamation mark often belongs to the password
_LOOKS_MADE_UP = re.compile(r"\d|[!#$%^&*_+=?@~]|[a-z][A-Z]")
_PLAIN_NUMBER = re.compile(r"\d{1,2}(?:am|pm|th|st|nd|rd)?|[\d,.]+(?:%|k|m|bn)|\(?[A-Z][a-z]+\)?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATE_OR_DIALLING_CODE = re.compile(r"(?:19|20)\d\d[- ](?:19|20)?\d\d|0\d{3,4} \d.*")
# A plain word with more prose behind it ("keep it secret") is a sentence, unless the sentence turns there.
_PROSE_AFTER = re.compile(r" (?!(?:if|for|and|until|so|but|in case|thanks|please|when)\b)[a-z]")
# A word that nobody writes but to sign in with: small letters, and two of capitals within, digits and signs.
_MADE_UP = re.compile(r"[^\s\"“”‘`«»<>()\[\]]{6,40}")
_NOT_TOKEN = re.compile(
    r"(?i)[@#(]|.*(?://|www\.|\.(?:com|org|net|uk|gov|pdf|docx?|xlsx?|jpe?g|png)(?:\W|$))|.*\d[ap]m$"
)
_NETWORK_NAME = re.compile(r"(?i)(?:called|named|name|ssid|network|connect to|join)(?: is)?[ :]{1,2}\W?\Z")
_CLOCK = re.compile(r"(?:[01]?\d|2[0-3])[:.]?[0-5]\d")
_CLOCK_BEFORE = re.compile(r"(?i)(?:\b(?:at|from|until|till|by|to|before|after)|[-–])\s*\Z")
_LONG_NUMBER = 9  # digits: an account, a phone, a serial number; nobody remembers such a code
_BEFORE_SIGN_IN, _AFTER_SIGN_IN = 50, 110  # characters between the word for it and what one signs in with
_PROSE_ENDINGS = ("ed", "ing", "ly", "able", "ible", "ful", "ive", "ary", "al", "ous", "n't")


@dataclass(frozen=True, slots=True)
class _Shapes:
    hint: Any
    advice: Any
    public_code: Any
    signing_in: Any
    not_values: frozenset[str]
    patterns: tuple[tuple[str, Rule, Any], ...]


@cache
def _shapes() -> _Shapes:
    file = data_dir() / "personal" / "secrets.toml"
    data = read_toml(file)
    by_id = {rule.id: rule for rule in _RULES}
    pieces: dict[str, str] = {}
    try:
        for name, piece in data["pieces"].items():
            pieces[name] = expand(piece, pieces, file)
        return _Shapes(
            hint=re2.compile(data["hint"]),
            advice=re2.compile(data["advice"]),
            public_code=re2.compile(data["public_code"]),
            signing_in=re2.compile(data["signing_in"]),
            not_values=frozenset(data["not_values"].split()),
            patterns=tuple(
                (row["kind"], by_id[row["rule"]], re2.compile(expand(row["regex"], pieces, file)))
                for row in data["patterns"]
            ),
        )
    except KeyError as error:
        raise DataError("is missing or unknown", file=file, key=str(error)) from None
    except re2.error:
        raise DataError("holds a pattern that is not RE2", file=file) from None


class SecretsDetector:
    """Finds secrets given away in the words of a draft."""

    name = "secrets"
    rules: tuple[Rule, ...] = _RULES

    def detect(self, document: Document, context: Context) -> Iterable[Finding]:
        """Yield one finding for each secret value of each text."""
        for part in document.parts:
            if part.name == "handle":
                continue
            shaped = self._part(part) if _shapes().hint.search(part.original) else []
            try:
                windows = part.windows
            except Exception:
                # The model failed: what has the shape of a secret still counts, and the failure is reported.
                yield from shaped
                raise
            yield from (_weighed(finding, windows) for finding in shaped)
            yield from self._told(part, windows, shaped)

    def _told(self, part: Part, windows: Sequence[Window], shaped: Sequence[Finding]) -> Iterator[Finding]:
        """Yield secrets that only the sentence tells: "say giraffe and they let you in"."""
        ranges = sorted((f.span.start, f.span.end) for f in shaped if f.span)
        for window in windows:
            if not says(window, "secret"):
                continue
            sure = window.probabilities["secret"] >= model_labels()["secret"].sure
            given = secrets_given([window], position("secret_value"), part.original)
            if not given and not _touches(ranges, window.start, window.end):
                given = [carrying_words(window, position("secret"), part.original)]
            for start, end in given:
                if not _touches(ranges, start, end) and not _explained(part.original, start, end):
                    yield make_finding(
                        _PASSWORD, self.name, part, start, end, confidence=window.probabilities["secret"],
                        severity=Severity.HIGH if sure else Severity.MEDIUM,
                    )  # fmt: skip

    def _part(self, part: Part) -> list[Finding]:
        found: list[tuple[int, int, Rule]] = []
        for name, rule, pattern in _shapes().patterns:
            for match in pattern.finditer(part.original):
                start, end = match.span(1) if pattern.groups == 1 else _last_group(match)
                end = _trimmed(part.original, start, end, rule)
                if end > start and _is_secret(part.original, name, match.start(), start, end):
                    found.append((start, end, rule))
        found += _shaped(part.original)
        return [
            make_finding(rule, self.name, part, start, end, confidence=0.9)
            for start, end, rule in _apart(found)
        ]


def _touches(ranges: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Say whether any of some ranges, in order and apart, holds some of another."""
    place = bisect.bisect_left(ranges, (end,))
    return place > 0 and ranges[place - 1][1] > start


def _explained(text: str, start: int, end: int) -> bool:
    """Say whether the words around tell that a value is no secret: advice, a quiz, a specimen."""
    value, shapes, cues = text[start:end], _shapes(), load_cues()
    before, around = text[max(0, start - 50) : start], text[max(0, start - 90) : end + 60]
    if _CLOCK.fullmatch(value) and _CLOCK_BEFORE.search(before):
        return True
    if value.startswith("//") or sum(c.isdigit() for c in value) >= _LONG_NUMBER:
        return True
    if shapes.advice.search(before) or shapes.public_code.search(before):
        return True
    return cues.says("specimen_before", before) or cues.says("fiction", around)


def _weighed(finding: Finding, windows: Sequence[Window]) -> Finding:
    """Soften a password or a code in a sentence that the model is sure gives none away; a key is a key."""
    span = finding.span
    near = touching(windows, span.start, span.end) if span else ()
    if finding.rule != _PASSWORD.id or not vouched(near, "secret"):
        return finding
    return finding.model_copy(update={"severity": Severity.LOW, "excuse": IN_CONTEXT})


def _shaped(text: str) -> Iterator[tuple[int, int, Rule]]:
    """Yield words that look like nothing but passwords, where signing in is spoken of."""
    done = 0
    for match in _shapes().signing_in.finditer(text):
        first, last = max(done, match.start() - _BEFORE_SIGN_IN), match.end() + _AFTER_SIGN_IN
        while 0 < first < min(last, len(text)) and not text[first - 1].isspace():
            first += 1
        for token in _MADE_UP.finditer(text, first, last):
            start = token.start()
            end = _trimmed(text, start, token.end(), _PASSWORD)
            done = max(done, end)
            before = text[first:start]
            named = _NETWORK_NAME.search(before) or _shapes().advice.search(before)
            if not named and _looks_like_a_password(text[start:end]):
                yield start, end, _PASSWORD


def _looks_like_a_password(value: str) -> bool:
    if _NOT_TOKEN.match(value) or not any(c.islower() for c in value):
        return False
    capitals = any(c.isupper() for c in value[1:])
    digits = any(c.isdigit() for c in value)
    signs = any(c in "!#$%&*_^~+=@?-" for c in value[1:])
    strong = any(c in "!#$%&*_^~+=@?" for c in value[1:])
    return (capitals and digits) or (digits and strong) or (capitals and strong and signs)


def _last_group(match: Any) -> tuple[int, int]:
    for group in range(match.re.groups, 0, -1):
        if match.span(group) != (-1, -1):
            first, last = match.span(group)
            return int(first), int(last)
    return 0, 0


def _trimmed(text: str, start: int, end: int, rule: Rule) -> int:
    """Leave out the punctuation of the sentence after a value."""
    if rule is _PRIVATE_KEY:
        return end
    return start + len(
        text[start:end].rstrip(_AFTER_TEXT if rule is _PASSWORD else _AFTER_TEXT + "!").rstrip()
    )


def _is_secret(text: str, kind: str, said: int, start: int, end: int) -> bool:
    """Say whether what a pattern of this kind caught is a secret; ``said`` is where its words began."""
    value = text[start:end]
    low = max(0, said - 160)
    sentence = max(text.rfind(mark, low, said + 1) for mark in ".!?\n")
    before = text[max(sentence, low) : start]
    if kind in ("said", "bare", "login"):
        return _is_password(value, kind, before, text[end : end + 12])
    if kind in ("code said", "code bare", "code after", "use code", "device", "door", "lock"):
        if kind in ("code bare", "device", "lock") and _YEAR.fullmatch(value):
            return False
        few = sum(c.isdigit() for c in value) < 3
        return not (few or _shapes().public_code.search(before) or _DATE_OR_DIALLING_CODE.fullmatch(value))
    if kind in ("key said", "bearer"):
        # Bits a character: words of a language stay below, random letters and digits above.
        return any(c.isdigit() for c in value) and _entropy(value) > (2.8 if kind == "key said" else 3.2)
    return True


def _is_password(value: str, kind: str, before: str, after: str) -> bool:
    shapes = _shapes()
    plain = value.casefold().strip("'’\"*").rstrip("?!")
    masked = set(plain) <= set("*•x.")
    if len(plain) < 3 or masked or plain.startswith(("http", "www.", "@", "#")):
        return False
    if plain in shapes.not_values or re.sub("[-'’]", "", plain) in shapes.not_values:
        return False
    made_up = bool(_LOOKS_MADE_UP.search(value[:-1])) or (kind != "bare" and value[-1:].isdigit())
    if kind == "said":
        # "The password is swordfish" is one; "the password is important" was sorted out above.
        prose = (value.islower() and value.endswith(_PROSE_ENDINGS)) or _PROSE_AFTER.match(after)
        return not shapes.advice.search(before) and (made_up or not prose)
    return made_up and not _PLAIN_NUMBER.fullmatch(value)


def _entropy(value: str) -> float:
    return -sum(n / len(value) * math.log2(n / len(value)) for n in map(value.count, set(value)))


def _apart(found: list[tuple[int, int, Rule]]) -> list[tuple[int, int, Rule]]:
    """Keep one finding a value: of two that overlap the one whose rule says more."""
    kept: list[tuple[int, int, Rule]] = []
    for start, end, rule in sorted(found, key=lambda f: (f[0], _RULES.index(f[2]), -f[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end, rule))
        elif _RULES.index(rule) < _RULES.index(kept[-1][2]):
            kept[-1] = (start, end, rule)
    return kept
