"""Markdown, HTML, links, mentions and hashtags: what is markup and what is words."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from postcheck.normalise.mapped import Mapped

# One look tells whether a text has anything to strip at all.
MARKUP = re.compile(r"[&<*_~`\[]")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
# Only what can be nothing but a tag: on a plain-text platform "<you idiot>" is words.
_TAG = re.compile(
    r"</?[A-Za-z][A-Za-z0-9]{0,10}"
    r"(?:\s{1,9}[A-Za-z][\w-]{0,30}=(?:\"[^\"<>]{0,200}\"|'[^'<>]{0,200}'|[^\s<>\"']{1,200})){0,9}\s{0,9}/?>"
)
_MD_LINK = re.compile(r"!?\[([^\[\]\n]{1,300})\]\([^()\s]{1,500}\)")
# Emphasis wraps whole words; a star inside a word ("f**k") masks a letter and is left alone.
_EMPHASIS = re.compile(
    r"(?<![\w*~_`])(\*\*\*|\*\*|\*|___|__|_|~~|``|`)(?=[^\s*_~`])([^\n*~`]{1,400}?)(?<=[^\s*_~`])\1(?![\w*~_`])"
)
_MARKS = re.compile(r"[&<>*_~`\[\]]")

_TLDS = "uk|com|org|net|info|io|co|ly|eu|gov|app|me|london|scot|wales|cymru|online|site|top|xyz|shop|link"
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"“”]{2,2000}"
    rf"|(?<![\w@.-])(?:[A-Za-z0-9](?:[A-Za-z0-9-]{{0,60}}[A-Za-z0-9])?\.){{1,4}}(?:{_TLDS})(?![\w-])(?!\.\w)(?:/[^\s<>\"“”]{{0,2000}})?",
    re.IGNORECASE,
)
_MENTION = re.compile(r"(?<![\w@.＠])[@＠]([A-Za-z0-9_][\w.-]{0,60}\w|\w)")
_HASHTAG = re.compile(r"(?<![\w&#＃])[#＃](\w{1,140})")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=[0-9])|_")
_TRAILING = ".,;:!?)]}'\"…"


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a text: its span, itself, and its host name in lower case."""

    start: int
    end: int
    url: str
    domain: str


def strip_markup(mapped: Mapped) -> Mapped:
    """Decode HTML entities once, drop tags, and keep only the words of Markdown."""
    if not MARKUP.search(mapped.text):
        return mapped
    if "&" in mapped.text:
        mapped = mapped.edit(_entities(mapped.text))
    if "<" in mapped.text:
        mapped = mapped.edit((m.start(), m.end(), "") for m in _TAG.finditer(mapped.text))
    if "](" in mapped.text:
        mapped = mapped.edit(_around(_MD_LINK, 1, mapped.text))
    return mapped.edit(_around(_EMPHASIS, 2, mapped.text))


def blank_markup(mapped: Mapped) -> Mapped:
    """Replace every character that could be markup by a space."""
    return mapped.replace_text(_MARKS.sub(" ", mapped.text))


def _entities(text: str) -> list[tuple[int, int, str]]:
    edits = []
    for match in _ENTITY.finditer(text):
        decoded = html.unescape(match.group())
        # Numeric references may name half a surrogate pair or nothing at all.
        if decoded != match.group() and not any("\ud800" <= c <= "\udfff" for c in decoded):
            edits.append((match.start(), match.end(), decoded))
    return edits


def _around(pattern: re.Pattern[str], group: int, text: str) -> list[tuple[int, int, str]]:
    edits = []
    for match in pattern.finditer(text):
        edits.append((match.start(), match.start(group), ""))
        edits.append((match.end(group), match.end(), ""))
    return edits


def find_links(text: str) -> tuple[Link, ...]:
    """Find web links, with or without a scheme; trailing punctuation is not part of one."""
    if "." not in text:
        return ()
    links = []
    for match in _LINK.finditer(text):
        url = match.group().rstrip(_TRAILING)
        host = re.sub(r"^[a-z]+://", "", url.lower()).split("/")[0].split("?")[0].split("#")[0]
        host = host.rpartition("@")[2].partition(":")[0].removeprefix("www.")
        if "." in host:
            links.append(Link(match.start(), match.start() + len(url), url, host))
    return tuple(links)


def find_mentions(text: str) -> tuple[tuple[int, int, str], ...]:
    """Find ``@handles``: span with the sign, and the handle without it."""
    if "@" not in text and "＠" not in text:
        return ()
    return tuple((m.start(), m.end(), m.group(1)) for m in _MENTION.finditer(text))


def find_hashtags(text: str) -> tuple[tuple[int, int, str], ...]:
    """Find ``#tags``: span with the sign, and the tag without it."""
    if "#" not in text and "＃" not in text:
        return ()
    return tuple((m.start(), m.end(), m.group(1)) for m in _HASHTAG.finditer(text))


def split_hashtags(mapped: Mapped) -> Mapped:
    """Write hashtags as words: ``#VoteLabour`` becomes `` Vote Labour``."""
    edits: list[tuple[int, int, str]] = []
    for start, end, _ in find_hashtags(mapped.text):
        edits.append((start, start + 1, " "))
        edits.extend(
            (start + 1 + m.start(), start + 1 + m.end(), " ")
            for m in _HUMP.finditer(mapped.text[start + 1 : end])
            if m.start()
        )
    return mapped.edit(edits) if edits else mapped
