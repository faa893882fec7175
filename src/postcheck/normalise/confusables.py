"""Letters of other scripts that look like Latin ones, from Unicode's table of confusables (UTS 39)."""

from __future__ import annotations

import unicodedata
from functools import cache

# Scripts whose letters are used to imitate Latin words. Full-width, circled and mathematical letters
# need no table: compatibility decomposition turns them into plain ones.
_SCRIPTS = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "LATIN", "COPTIC", "LISU")
# White letters on dark squares and circles have no decomposition.
_SQUARED = {chr(first + i): chr(ord("a") + i) for first in (0x1F150, 0x1F170) for i in range(26)}
# Look-alikes the table leaves out, or gives to another letter than a reader sees.
_EXTRA = {
    "ı": "i",
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "ħ": "h",
    "ŧ": "t",
    "æ": "ae",
    "œ": "oe",
    "ð": "d",
    "þ": "th",
    "к": "k",
    "м": "m",
    "т": "t",
    "в": "b",
    "н": "h",
    "І": "i",
    "Ӏ": "i",
    "Ι": "i",
    "α": "a",
    "β": "b",
    "ε": "e",
    "η": "n",
    "κ": "k",
    "τ": "t",
    "υ": "u",
    "ω": "w",
    "χ": "x",
}


@cache
def _table() -> dict[str, str]:
    from confusable_homoglyphs import confusables

    table: dict[str, str] = dict(_SQUARED)
    for char, twins in confusables.confusables_data.items():
        if len(char) != 1 or char.isascii():
            continue
        if unicodedata.name(char, "").split(" ")[0] not in _SCRIPTS or not char.isalpha():
            continue
        letters = {t["c"] for t in twins if len(t["c"]) == 1 and t["c"].isascii() and t["c"].isalpha()}
        if not letters:
            continue
        # Capital I and l look alike: keep the case of the letter that is imitated.
        same_case = {c for c in letters if c.isupper() == char.isupper()}
        table[char] = min(same_case or letters).lower()
    table.update(_EXTRA)
    return table


def latin_twin(char: str) -> str | None:
    """Return the lower-case Latin letter that ``char`` imitates, or ``None``."""
    return _table().get(char)
