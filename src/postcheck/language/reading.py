"""The text as the language model reads it: folded, emoji as words, links and handles as one word each.

Training and screening both go through here, so the model never meets a form it has not learnt.
"""

from __future__ import annotations

import re

from postcheck.normalise.mapped import Mapped
from postcheck.normalise.markup import find_links, find_mentions, split_hashtags, strip_markup
from postcheck.normalise.text import fold

_PICTURE = re.compile(r"[^\x00-\xff\u2000-\u206f]")  # where an emoji may be: beyond Latin-1 and punctuation
_RUN = re.compile(r"(.)\1{3,}|[^\w\s]{9,}", re.DOTALL)
_SIGNS = re.compile(r"[\W_]+")
_MOST_EMOJI = 300  # written out in one text; more are noise, and each is several words long
LINK_WORD, HANDLE_WORD = "link", "user"


def read(original: str) -> Mapped:
    """Return the model's copy of a text, with the way back to the original."""
    mapped = Mapped.identity(original)
    if "#" in original or "＃" in original:
        mapped = split_hashtags(mapped)
    mapped = fold(strip_markup(mapped))
    marks = [(link.start, link.end, LINK_WORD) for link in find_links(mapped.text)]
    if marks:
        mapped = mapped.edit(marks)
    handles = [(start, end, HANDLE_WORD) for start, end, _ in find_mentions(mapped.text)]
    if handles:
        mapped = mapped.edit(handles)
    return emoji_as_words(_without_runs(mapped))


def thinned(reading: Mapped) -> Mapped:
    """Return a reading with words only, for texts made of little else than signs."""
    return reading.edit((m.start(), m.end(), " ") for m in _SIGNS.finditer(reading.text))


def _without_runs(mapped: Mapped) -> Mapped:
    """Shorten what is repeated: the fourth exclamation mark says nothing new and costs a word's time."""
    if not _RUN.search(mapped.text):
        return mapped
    return mapped.edit((m.start() + 3, m.end(), "") for m in _RUN.finditer(mapped.text))


def emoji_as_words(mapped: Mapped) -> Mapped:
    """Write each emoji as its name among spaces: a knife becomes `` kitchen knife ``."""
    if not _PICTURE.search(mapped.text):
        return mapped
    from emoji import demojize, emoji_list

    edits = []
    for number, found in enumerate(emoji_list(mapped.text)):
        known = number < _MOST_EMOJI
        name = demojize(str(found["emoji"])).strip(":").replace("_", " ").lower() if known else ""
        edits.append((int(found["match_start"]), int(found["match_end"]), f" {name} "))
    return mapped.edit(edits) if edits else mapped
