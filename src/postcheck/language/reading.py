"""The text as the language model reads it: folded, emoji as words, links and handles as one word each.

Training and screening both go through here, so the model never meets a form it has not learnt.
"""

from __future__ import annotations

import re

from postcheck.normalise.mapped import Mapped
from postcheck.normalise.markup import find_links, find_mentions, split_hashtags, strip_markup
from postcheck.normalise.text import fold

_PICTURE = re.compile(r"[^\x00-\xff\u2000-\u206f]")  # where an emoji may be: beyond Latin-1 and punctuation
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
    return emoji_as_words(mapped)


def emoji_as_words(mapped: Mapped) -> Mapped:
    """Write each emoji as its name among spaces: a knife becomes `` kitchen knife ``."""
    if not _PICTURE.search(mapped.text):
        return mapped
    from emoji import demojize, emoji_list

    edits = []
    for found in emoji_list(mapped.text):
        name = demojize(str(found["emoji"])).strip(":").replace("_", " ").lower()
        edits.append((int(found["match_start"]), int(found["match_end"]), f" {name} "))
    return mapped.edit(edits) if edits else mapped
