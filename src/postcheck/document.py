"""A draft read once: its parts, normal forms, tokens, sentences, links and pictures; all lazy.

spaCy works on strings that live as long as its vocabulary, so a document is only valid inside the
``with`` block that opened it: there one ``nlp`` a thread works in a memory zone of its own.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from postcheck.errors import ConfigError
from postcheck.images import ImageLimits, Picture, Unreadable, read_image
from postcheck.images.writing import Writing, read_writing
from postcheck.model import Draft, Region, Span
from postcheck.normalise.mapped import Mapped
from postcheck.normalise.markup import (
    Link,
    find_hashtags,
    find_links,
    find_mentions,
    split_hashtags,
)
from postcheck.normalise.spelling import undisguised
from postcheck.normalise.text import fold, normalise

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

    from postcheck.language.windows import Window

LINK_MARK = "\ufffc"  # stands for a link in the matching forms, so that no word is found inside one
_READING_SECONDS = 30  # for the pictures of one draft; what is left then is named as not read
_QUOTES = re.compile(r"“[^“”]{1,600}”|\"[^\"\n]{1,600}\"|«[^«»]{1,600}»|(?<!\w)‘[^‘\n]{1,600}?’(?!\w)")

# What spaCy's tokeniser is slow at: long runs without a space, and runs of punctuation above all.
_LONG_RUN = re.compile(r"[^\w\s]{12}|\S{160}")
_SIMPLE_TOKEN = re.compile(r"\w{1,1000}|\s|[^\w\s]")


class Part:
    """One text of a draft: ``text``, ``quoted_text``, ``display_name``, ``bio``, ``alt_text:0``, or
    ``image:0`` for the words in a picture.

    Everything is worked out on first use, and once. ``before`` is what this text answers or passes on.
    """

    def __init__(self, name: str, original: str, nlp: Language, before: str = "") -> None:
        self.name = name
        self.original = original
        self.before = before
        self._nlp = nlp

    @cached_property
    def folded(self) -> Mapped:
        """The plain matching copy: links blanked, markup resolved, folded."""
        mapped = normalise(self.original)
        links = find_links(mapped.text)
        return mapped.edit((k.start, k.end, LINK_MARK) for k in links) if links else mapped

    @cached_property
    def forms(self) -> tuple[Mapped, ...]:
        """All matching copies, the plain one first, then other readings where there are any."""
        forms = [self.folded, *undisguised(self.folded)]
        if self.hashtags:
            forms.append(fold(split_hashtags(Mapped.identity(self.original))))
        return tuple(forms)

    @cached_property
    def doc(self) -> Doc:
        """Tokens and sentences of the original by spaCy; valid only during the check."""
        doc = _long_run_doc(self._nlp, self.original)
        return self._nlp(self.original if doc is None else doc)

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """Sentences as code-point ranges of the original."""
        return tuple((s.start_char, s.end_char) for s in self.doc.sents)

    def sentence_at(self, position: int) -> tuple[int, int]:
        """Return the sentence that holds a code point; the whole text if none does."""
        for start, end in self.sentences:
            if start <= position < end:
                return start, end
        return 0, len(self.original)

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        """What the language model says, a few sentences at a time; nothing of a handle, which has none,
        and nothing of what is mostly in another language.

        Raises:
            DataError: the model is missing or damaged.
        """
        if self.name == "handle" or self.foreign == ((0, len(self.original)),):
            return ()
        from postcheck.language.model import shipped_model
        from postcheck.language.windows import judge

        found = judge(shipped_model(), self.original, self.sentences, self.before)
        return tuple(window for window in found if not self._unread(window))

    def _unread(self, window: Window) -> bool:
        """Say whether most of a window is in a language that the model has not learnt."""
        ranges = ((max(start, window.start), min(end, window.end)) for start, end in self.foreign)
        return 2 * sum(max(0, end - start) for start, end in ranges) > window.end - window.start

    @cached_property
    def foreign(self) -> tuple[tuple[int, int], ...]:
        """Ranges of the original that are not in English; a handle is in no language."""
        if self.name == "handle":
            return ()
        from postcheck.language.foreign import foreign_sentences

        return foreign_sentences(self.original, self.sentences)

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Web links in the original."""
        return find_links(self.original)

    @cached_property
    def mentions(self) -> tuple[tuple[int, int, str], ...]:
        """``@handles`` in the original: start, end, handle."""
        return find_mentions(self.original)

    @cached_property
    def hashtags(self) -> tuple[tuple[int, int, str], ...]:
        """``#tags`` in the original: start, end, tag."""
        return find_hashtags(self.original)

    @cached_property
    def quotes(self) -> tuple[tuple[int, int], ...]:
        """Ranges of the original inside quotation marks, marks included."""
        return tuple(m.span() for m in _QUOTES.finditer(self.original))


class Document:
    """A draft read once and shared by every detector."""

    def __init__(self, draft: Draft, nlp: Language, limits: ImageLimits) -> None:
        self.draft = draft
        self.abandoned = False  # set when a detector that would not end was left behind
        self._nlp = nlp
        self._limits = limits
        self._zone: Any = None

    @property
    def text(self) -> str:
        """The draft's own text, as written."""
        return self.draft.text

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Every text that publishing this draft would show, the main one first; empty ones left out."""
        draft = self.draft
        texts: dict[str, str | None] = {"text": draft.text, "quoted_text": draft.quoted_text}
        if draft.account is not None:
            texts["display_name"] = draft.account.display_name
            texts["bio"] = draft.account.bio
            texts["handle"] = draft.account.handle
        for i, attachment in enumerate(draft.attachments):
            texts[f"alt_text:{i}"] = attachment.alt_text
        for i, writing in enumerate(self.writings):
            texts[f"image:{i}"] = writing.text
        answered = draft.in_reply_to or draft.quoted_text or ""
        return tuple(
            Part(name, text, self._nlp, answered if name == "text" else "")
            for name, text in texts.items()
            if text
        )

    def part(self, name: str) -> Part | None:
        """Return a part by its name, or ``None`` when the draft has no such text."""
        return next((part for part in self.parts if part.name == name), None)

    @property
    def unknown(self) -> tuple[str, ...]:
        """What could not be judged, in plain English."""
        foreign = (
            f"{part.name} is not all in English: what is in another language was not judged"
            for part in self.parts
            if part.foreign
        )
        unread = (
            f"image {number}: {what}"
            for number, writing in enumerate(self.writings, start=1)
            for what in writing.unread
        )
        return (*foreign, *unread)

    @cached_property
    def images(self) -> tuple[Picture | Unreadable, ...]:
        """The attachments, decoded once, in order."""
        return tuple(read_image(a.source, self._limits) for a in self.draft.attachments)

    @cached_property
    def writings(self) -> tuple[Writing, ...]:
        """What is written in each attachment; nothing in one that could not be looked at."""
        deadline = time.monotonic() + _READING_SECONDS
        return tuple(
            read_writing(picture, deadline) if isinstance(picture, Picture) else Writing()
            for picture in self.images
        )

    def region(self, part: str, span: Span) -> Region | None:
        """Return where in its picture the words of a span stand; ``None`` for any other part."""
        kind, _, number = part.partition(":")
        if kind != "image" or not number.isdecimal() or int(number) >= len(self.writings):
            return None
        box = self.writings[int(number)].box(span.start, span.end)
        if box is None:
            return None
        left, top, right, bottom = box
        return Region(attachment=int(number), x=left, y=top, width=right - left, height=bottom - top)


class Reader:
    """Opens drafts as documents, with one spaCy pipeline a thread."""

    def __init__(self, spacy_model: str | None = None, limits: ImageLimits | None = None) -> None:
        self._model = spacy_model
        self._limits = limits or ImageLimits()
        self._local = threading.local()

    @contextmanager
    def open(self, draft: Draft) -> Iterator[Document]:
        """Read a draft; the document is valid inside the ``with`` block only."""
        nlp = self._nlp()
        document = Document(draft, nlp, self._limits)
        zone = document._zone = nlp.memory_zone()
        zone.__enter__()
        try:
            yield document
        finally:
            if document.abandoned:
                # Someone still reads these tokens: leave them their memory, and start anew next time.
                self._local.nlp = None
            else:
                zone.__exit__(None, None, None)

    def _nlp(self) -> Language:
        nlp: Language | None = getattr(self._local, "nlp", None)
        if nlp is None:
            nlp = _load_nlp(self._model)
            self._local.nlp = nlp
        return nlp


def _long_run_doc(nlp: Language, text: str) -> Doc | None:
    """Tokenise a text with endless words ourselves, in linear time; ``None`` when spaCy can.

    spaCy looks for prefixes and suffixes of a word again after each that it cuts off: 100,000 quotation
    marks take it minutes.
    """
    if not _LONG_RUN.search(text):
        return None
    from spacy.tokens import Doc

    words: list[str] = []
    spaces: list[bool] = []
    for match in _SIMPLE_TOKEN.finditer(text):
        token = match.group()
        if token == " " and words and not spaces[-1] and not words[-1].isspace():
            spaces[-1] = True
        else:
            words.append(token)
            spaces.append(False)
    return Doc(nlp.vocab, words=words, spaces=spaces)


def _load_nlp(model: str | None) -> Language:
    import spacy

    if model is None:
        nlp = spacy.blank("en")
    else:
        try:
            nlp = spacy.load(model)
        except OSError:
            raise ConfigError(f"the spaCy model {model!r} is not installed", key="spacy_model") from None
    if not nlp.has_pipe("parser") and not nlp.has_pipe("senter"):
        nlp.add_pipe("sentencizer", first=True)
    return nlp
