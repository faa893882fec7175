"""What an image gives away, and images that could not be looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from postcheck.detectors.base import Context
from postcheck.document import Document
from postcheck.images import Picture, Unreadable
from postcheck.model import Attachment, Finding, Kind, Region, Rule, Severity

_UNREADABLE = Rule(
    id="image.unreadable",
    severity=Severity.MEDIUM,
    message="This image could not be read, so it was not checked",
    suggestion="Save the image again as PNG or JPEG, or have a person look at it.",
)
_TOO_LARGE = Rule(
    id="image.too-large",
    severity=Severity.MEDIUM,
    message="This image is over the size limit, so it was not checked",
    suggestion="Save a smaller copy of the image and attach that.",
)
_LOCATION = Rule(
    id="personal.location",
    severity=Severity.MEDIUM,
    message="The file of this image says where it was taken",
    suggestion="Save a copy without metadata and attach that.",
)
_METADATA = Rule(
    id="image.metadata",
    severity=Severity.LOW,
    message="The file of this image holds details that could lead to a person or a device",
    suggestion="Save a copy without metadata and attach that.",
)
_UNREAD_TEXT = Rule(
    id="image.unread-text",
    severity=Severity.LOW,
    message="This image seems to hold text that was not read",
    suggestion="Read the words in the image yourself, or install postcheck[ocr], which reads them.",
)
_ALT_TEXT = Rule(
    id="accessibility.missing-alt-text",
    severity=Severity.LOW,
    message="This image has no alternative text for people who cannot see it",
    suggestion="Describe in a sentence what the image shows and why it is there.",
)


class ImageSafetyDetector:
    """Reports images that could not be read, what their files give away, unread text."""

    name = "image_safety"
    rules = (_UNREADABLE, _TOO_LARGE, _LOCATION, _METADATA, _UNREAD_TEXT, _ALT_TEXT)

    def detect(self, document: Document, context: Context) -> Iterable[Finding]:
        """Yield findings for each attachment in order."""
        attachments = document.draft.attachments
        if not attachments:
            return
        for number, (attachment, picture) in enumerate(zip(attachments, document.images, strict=True)):
            if isinstance(picture, Unreadable):
                rule = _TOO_LARGE if picture.reason == "too-large" else _UNREADABLE
                message = f"Image {number + 1} {picture.detail}, so it was not checked"
                yield self._finding(rule, number, picture.size, message)
            else:
                yield from self._metadata(picture, number)
                if document.writings[number].unread:
                    yield self._finding(_UNREAD_TEXT, number, picture.size)
            if context.situation.council and _wants_alt_text(attachment, document.draft.kind):
                yield self._finding(_ALT_TEXT, number, picture.size)

    def _metadata(self, picture: Picture, number: int) -> Iterator[Finding]:
        facts = picture.metadata
        if facts.location:
            yield self._finding(_LOCATION, number, picture.size)
        if facts.identifying:
            message = f"The file of this image holds {' and '.join(facts.identifying)}"
            yield self._finding(_METADATA, number, picture.size, message)
        elif facts.damaged:
            message = "The metadata of this image is damaged, so it was not checked for places and names"
            yield self._finding(_METADATA, number, picture.size, message)

    def _finding(
        self, rule: Rule, number: int, size: tuple[int, int] | None, message: str | None = None
    ) -> Finding:
        # Of an image whose size nobody knows, the region still says which one it is.
        width, height = size or (0, 0)
        region = Region(attachment=number, x=0, y=0, width=width, height=height)
        return Finding(
            rule=rule.id,
            severity=rule.severity,
            message=message or rule.message,
            region=region,
            suggestion=rule.suggestion,
            detector=self.name,
        )


def _wants_alt_text(attachment: Attachment, kind: Kind) -> bool:
    """Profile pictures and banners have no place for alternative text."""
    return attachment.role == "post" and kind != "profile" and not (attachment.alt_text or "").strip()
