"""Spelling noise: what people do to a word so that a filter will not know it, and what thumbs do.

It works on the text as the model reads it. Innocent sentences get as much of it as others do, so that
noise itself says nothing.
"""

from __future__ import annotations

import random

_LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7", "b": "8", "g": "9", "l": "1"}
_NEAR = {
    "a": "sq",
    "e": "wr",
    "i": "uo",
    "o": "ip",
    "s": "ad",
    "t": "ry",
    "n": "bm",
    "r": "et",
    "l": "k",
    "c": "xv",
}
# How the emoji read that stand in any post and say little: one in four of disturbed texts gets some.
_PICTURES = (
    "face with tears of joy",
    "rolling on the floor laughing",
    "loudly crying face",
    "smiling face with smiling eyes",
    "red heart",
    "fire",
    "pouting face",
    "enraged face",
    "clown face",
    "thumbs up",
    "folded hands",
    "sparkles",
    "clapping hands",
    "hundred points",
    "flexed biceps",
    "eyes",
    "thinking face",
    "face with rolling eyes",
    "skull",
    "person shrugging",
    "party popper",
    "smiling face with sunglasses",
    "winking face",
    "police car light",
    "backhand index pointing down",
    "right arrow",
    "check mark button",
    "cross mark",
    "grinning face",
    "sweat droplets",
)


def disturb(text: str, rng: random.Random) -> str:
    """Return the text with one to three of its words disturbed, or two words joined."""
    words = text.split(" ")
    long = [i for i, word in enumerate(words) if len(word) > 3 and word.isascii()]
    if not long:
        return text
    for i in rng.sample(long, min(len(long), rng.choice((1, 1, 2, 3)))):
        words[i] = rng.choice(_WAYS)(words[i], rng)
    text = " ".join(words)
    if rng.random() < 0.2:
        spaces = [i for i, char in enumerate(text) if char == " "]
        for i in sorted(rng.sample(spaces, min(len(spaces), rng.choice((1, 2)))), reverse=True):
            text = text[:i] + text[i + 1 :]
    if rng.random() < 0.25:
        words = text.split(" ")
        for _ in range(rng.choice((1, 1, 2, 3))):
            words.insert(rng.choice((len(words), rng.randrange(len(words) + 1))), rng.choice(_PICTURES))
        text = " ".join(words)
    return text


def _leet(word: str, rng: random.Random) -> str:
    share = rng.choice((0.4, 1.0))
    return "".join(rng.choice(_LEET[c]) if c in _LEET and rng.random() < share else c for c in word)


def _space(word: str, rng: random.Random) -> str:
    return rng.choice((" ", " ", ".", "-", "*", "_")).join(word)


def _split(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word))
    return f"{word[:at]} {word[at:]}"


def _swap(word: str, rng: random.Random) -> str:
    at = rng.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _drop(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word))
    return word[:at] + word[at + 1 :]


def _drop_vowels(word: str, rng: random.Random) -> str:
    return word[0] + "".join(c for c in word[1:] if c not in "aeiou" or rng.random() < 0.2)


def _double(word: str, rng: random.Random) -> str:
    at = rng.randrange(len(word))
    return word[:at] + word[at] * rng.randrange(2, 5) + word[at + 1 :]


def _star(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    size = rng.choice((1, 1, 2))
    return word[:at] + rng.choice("**#-.x") * size + word[at + size :]


def _mistype(word: str, rng: random.Random) -> str:
    at = rng.randrange(len(word))
    return word[:at] + rng.choice(_NEAR.get(word[at], word[at])) + word[at + 1 :]


_WAYS = (_leet, _leet, _space, _split, _swap, _drop, _drop, _drop_vowels, _double, _star, _mistype)
