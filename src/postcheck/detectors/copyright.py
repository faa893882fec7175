"""Whose picture it is: what its file says, and an agency's name or a repeated mark across it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from postcheck.detectors.base import Context
from postcheck.document import Document
from postcheck.images import Metadata, Picture
from postcheck.images.agencies import Agency, named_in, without_names
from postcheck.images.ocr import Line, Word
from postcheck.images.writing import Writing
from postcheck.model import Attachment, Finding, Region, Rule, Severity, Span
from postcheck.organisation import Organisation

_METADATA = Rule(
    id="copyright.metadata",
    severity=Severity.MEDIUM,
    message="The file of this image says whose work it is, and the draft gives no licence or credit",
    suggestion="Record the licence and the credit on the attachment, or use a picture of your own.",
)
_WATERMARK = Rule(
    id="copyright.watermark",
    severity=Severity.HIGH,
    message="This image carries a watermark",
    suggestion="Buy the licence and use the clean picture, or use another one.",
)
LICENSED, CREDITED, OWN, FREE = "licensed", "credited", "own work", "free licence"

_OPEN = re.compile(
    r"\bcc0\b|public domain|\bno rights reserved|open government licen[cs]e|\bogl\b|creative ?commons"
    r"|\bcc[- ]by\b",
    re.IGNORECASE,
)
_NEEDS_CREDIT = re.compile(r"\bby\b|attribution|open government|\bogl\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{3,}")
# Words of any notice, which make no two of them alike.
_PLAIN = frozenset(
    {"all", "and", "copyright", "council", "credit", "from", "image", "images", "ltd", "may", "not", "photo"}
    | {
        "photographer",
        "photography",
        "picture",
        "pictures",
        "reserved",
        "rights",
        "stock",
        "the",
        "www",
        "com",
    }
)
_CREDIT_WORDS = re.compile(
    r"\b(?:photo|image|picture|credit|courtesy|source|by|via|of|id)\b|[\W\d_]", re.IGNORECASE
)
# A pattern: at least so many words, few different ones, each so often, most of what is written.
_TILES, _DISTINCT, _TIMES, _SHARE, _LETTERS = 6, 4, 3, 0.6, 3


class CopyrightDetector:
    """Reports pictures that belong to somebody else by what their file or their surface says."""

    name = "copyright"
    rules = (_METADATA, _WATERMARK)

    def detect(self, document: Document, context: Context) -> Iterable[Finding]:
        """Yield findings for each attachment in order."""
        attachments = document.draft.attachments
        if not attachments:
            return
        for number, attachment in enumerate(attachments):
            picture = document.images[number]
            if isinstance(picture, Picture):
                yield from self._metadata(attachment, picture, number, context.organisation)
                yield from self._watermarks(attachment, document.writings[number], number)

    def _metadata(
        self, attachment: Attachment, picture: Picture, number: int, organisation: Organisation
    ) -> Iterator[Finding]:
        facts = picture.metadata
        if not facts.notices and not facts.names:
            return
        said = "\n".join((*facts.notices, *facts.names))
        agencies = tuple(a for a in named_in(said, vague=True) if a.kind != "free")
        excuse = _excuse(attachment, said, agencies) or (None if agencies else _harmless(facts, organisation))
        severity = _METADATA.severity if agencies or facts.notices else Severity.LOW
        if excuse is not None:
            severity = Severity.INFO
        # What the file says may name a person: the message says only what kind of thing it is.
        if agencies:
            message = f"The file of this image says that it comes from {_list(agencies)}"
        elif facts.notices:
            message = "The file of this image carries a copyright notice"
        else:
            message = "The file of this image names its creator"
        if excuse is None:
            message += ", and the draft gives no matching licence or credit"
        width, height = picture.size
        yield Finding(
            rule=_METADATA.id,
            severity=severity,
            confidence=0.9 if agencies else 0.8,
            message=message,
            region=Region(attachment=number, x=0, y=0, width=width, height=height),
            suggestion=_METADATA.suggestion if excuse is None else None,
            excuse=excuse,
            detector=self.name,
        )

    def _watermarks(self, attachment: Attachment, writing: Writing, number: int) -> Iterator[Finding]:
        marks = [(line, found) for line in writing.lines if (found := _mark_of(line))]
        tiles = _tiled(writing.lines)
        if not marks and not tiles:
            return
        agencies = tuple(dict.fromkeys(agency for _, found in marks for agency in found))
        said = "\n".join([line.text for line, _ in marks] + [word.text for word in tiles])
        excuse = _excuse(attachment, said, agencies)
        boxes = [word.box for word in tiles] or [line.box for line, _ in marks]
        left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
        right, bottom = max(b[2] for b in boxes), max(b[3] for b in boxes)
        first = marks[0][0].text if marks else tiles[0].text
        start = writing.text.find(first)
        what = f"the name of {_list(agencies)}" if agencies else "the same words again and again"
        yield Finding(
            rule=_WATERMARK.id,
            severity=_WATERMARK.severity if excuse is None else Severity.INFO,
            confidence=0.9 if agencies and tiles else 0.8,
            message=f"This image shows {what}, as a watermark does",
            part=f"image:{number}",
            span=Span(start=start, end=start + len(first)) if start >= 0 else None,
            region=Region(attachment=number, x=left, y=top, width=right - left, height=bottom - top),
            evidence=first if start >= 0 else "",
            suggestion=_WATERMARK.suggestion if excuse is None else None,
            excuse=excuse,
            detector=self.name,
        )


def _excuse(attachment: Attachment, said: str, agencies: Sequence[Agency]) -> str | None:
    """Say what about the attachment answers for the picture, if anything does."""
    if (attachment.licence or "").strip():
        return LICENSED
    credit = attachment.credit or ""
    if agencies:
        return CREDITED if set(agencies) & set(named_in(credit, vague=True)) else None
    return CREDITED if _words(credit) & _words(said) else None


def _harmless(facts: Metadata, organisation: Organisation) -> str | None:
    """Say why a notice is no matter: it is the organisation's own, or everybody may use the picture."""
    said = "\n".join((*facts.notices, *facts.names))
    folded = said.casefold()
    own = (n for n in (*organisation.short_names, *organisation.protected.names) if len(n.split()) > 1)
    if any(name.casefold() in folded for name in (organisation.name, *own) if name != "the council"):
        return OWN
    found = _OPEN.search(said)
    if found is not None and not _NEEDS_CREDIT.search(said[found.start() : found.start() + 40]):
        return FREE
    return FREE if named_in(said) and not facts.notices else None


def _words(text: str) -> set[str]:
    return {word for word in _WORD.findall(text.casefold()) if word not in _PLAIN}


def _mark_of(line: Line) -> tuple[Agency, ...]:
    """Return the agencies that a line is about; a sentence that only mentions one is no mark."""
    found = tuple(agency for agency in named_in(line.text) if agency.kind != "free")
    rest = _CREDIT_WORDS.sub("", without_names(line.text)) if found else ""
    return found if len(rest) <= 12 else ()


def _tiled(lines: Sequence[Line]) -> list[Word]:
    """Return the words of a pattern: a few that are repeated down and across make up most of the text."""
    words = [word for line in lines for word in line.words if sum(map(str.isalpha, word.text)) >= _LETTERS]
    counts = Counter(word.text.casefold() for word in words)
    again = {text for text, count in counts.items() if count >= _TIMES}
    tiles = [word for word in words if word.text.casefold() in again]
    if not tiles or len(again) > _DISTINCT or len(tiles) < _SHARE * len(words):
        return []
    height = sorted(word.box[3] - word.box[1] for word in tiles)[len(tiles) // 2] or 1
    same = [word for word in tiles if word.text.casefold() == counts.most_common(1)[0][0]]
    down, across = ({word.box[side] // (2 * height) for word in same} for side in (1, 0))
    return tiles if len(down) > 1 and len(across) > 1 and len(tiles) >= _TILES else []


def _list(agencies: Iterable[Agency]) -> str:
    return " and ".join(agency.name for agency in agencies)
