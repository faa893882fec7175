"""The words that the model's spelling leaves alone, the most frequent first.

The tokenizer's own words, in the order of its vocabulary; then the English of film subtitles by frequency,
from the dictionary of pyspellchecker (MIT; counts over OpenSubtitles 2018); then what our own sentences and
lexicons use and neither has: British words, names of people and groups, slurs.
"""

from __future__ import annotations

import gzip
import json
import re
import tomllib
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

from encoder import base_folder

from postcheck.normalise.mapped import Mapped
from postcheck.normalise.text import fold

HERE = Path(__file__).parent
OFTEN = 60  # times in the subtitles; the list is padded with words that were never counted
TWICE = 2  # sentences of ours, of families that do not disguise their spelling
_DISGUISED = re.compile(r"spell|emoji|leet|disguise|misspel|obfuscat")
_WORD = re.compile(r"(?<![^\W_])[a-z]{1,24}(?![^\W_])")


def known_words() -> list[str]:
    """Return the list."""
    vocabulary = json.loads((base_folder() / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    words = [word for word, _ in sorted(vocabulary.items(), key=lambda item: item[1])]
    subtitles = _subtitles()
    words += sorted((w for w, n in subtitles.items() if n >= OFTEN), key=lambda w: (-subtitles[w], w))
    ours = _ours()
    words += sorted((w for w, n in ours.items() if n >= TWICE), key=lambda w: (-ours[w], w))
    return [word for word in dict.fromkeys(words) if _WORD.fullmatch(word)]


def _subtitles() -> dict[str, int]:
    package = find_spec("spellchecker")
    if package is None or package.origin is None:
        raise SystemExit("install training/language/requirements.txt first: pyspellchecker is missing")
    found = json.loads(gzip.decompress((Path(package.origin).parent / "resources/en.json.gz").read_bytes()))
    return dict(found)


def _ours() -> Counter[str]:
    counted: Counter[str] = Counter()
    for file in sorted((HERE / "contrast").glob("*.toml")):
        for family in tomllib.loads(file.read_text(encoding="utf-8")).get("family", ()):
            if _DISGUISED.search(f"{file.stem} {family['id']} {family['phenomenon']}"):
                continue
            for frame in [*family.get("frames", ()), *(t for pair in family.get("pairs", ()) for t in pair)]:
                counted.update(set(_WORD.findall(frame.lower())))
    lists = (HERE / "contrast" / name for name in ("groups.toml", "words.toml"))
    lexicons = (HERE.parents[1] / "data" / "lexicons").rglob("*.toml")
    for file in [*lists, *lexicons]:
        listed = re.findall(r'"([^"]*)"|\'([^\']*)\'', file.read_text(encoding="utf-8"))
        for text in listed:
            counted.update(dict.fromkeys(_WORD.findall(" ".join(text).lower()), TWICE))
    names = fold(
        Mapped.identity((HERE.parent / "names" / "communities.toml").read_text(encoding="utf-8"))
    ).text
    counted.update(dict.fromkeys(_WORD.findall(names), TWICE))
    return counted
