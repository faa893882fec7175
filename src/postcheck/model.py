"""The words of the contract: Draft, Finding, Verdict and what they are made of.

Everything here is frozen, rejects unknown fields, and never puts draft text into an error message
or a ``repr``. Spans are half-open code-point offsets into the original text, always.
"""

from __future__ import annotations

import base64
import binascii
import enum
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    PrivateAttr,
    SerializationInfo,
    WithJsonSchema,
    field_serializer,
    model_validator,
)

from postcheck.errors import PostcheckError
from postcheck.masking import MASK, cut_evidence, hidden_ranges, is_private, merge_spans

SCHEMA_VERSION = "1"

Kind = Literal["post", "reply", "share", "dm", "profile"]
Tier = Literal["key", "service", "personal"]
AuthorType = Literal["staff", "consultant", "agency", "councillor"]
AttachmentRole = Literal["post", "avatar", "banner"]


class _Ordered(enum.StrEnum):
    """A string enum that compares by the order in which its members are written."""

    @property
    def rank(self) -> int:
        return list(type(self)).index(self)

    def __lt__(self, other: object) -> bool:
        return self.rank < self._same(other).rank

    def __le__(self, other: object) -> bool:
        return self.rank <= self._same(other).rank

    def __gt__(self, other: object) -> bool:
        return self.rank > self._same(other).rank

    def __ge__(self, other: object) -> bool:
        return self.rank >= self._same(other).rank

    def _same(self, other: object) -> _Ordered:
        return type(self)(str(other))


class Severity(_Ordered):
    """How bad a finding is if it is right: ``info < low < medium < high``."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Decision(_Ordered):
    """What the policy says to do. ``not_screened`` means out of scope, never "approved"."""

    NOT_SCREENED = "not_screened"
    ALLOW = "allow"
    REVIEW = "review"
    BLOCK = "block"


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise ValueError("the text holds a lone surrogate and is not valid Unicode") from None
    return value


Text = Annotated[str, BeforeValidator(_encodable)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def _read_source(value: Any) -> Path | bytes:
    if isinstance(value, dict):
        if set(value) != {"base64"} or not isinstance(value["base64"], str):
            raise ValueError('an image is a path or {"base64": "..."}')
        try:
            return base64.b64decode(value["base64"], validate=True)
        except (binascii.Error, ValueError):
            raise ValueError("the base64 of an image cannot be decoded") from None
    if isinstance(value, str):
        if not value:
            raise ValueError("the path of an image is empty")
        return Path(_encodable(value))
    if not isinstance(value, Path | bytes):
        raise ValueError('an image is a path, bytes or {"base64": "..."}')
    return value


def _write_source(value: Path | bytes) -> str | dict[str, str]:
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode("ascii")}
    return str(value)


class Attachment(_Model):
    """An image that goes with a draft.

    ``source`` is a path or the bytes of the file; in JSON a path, or ``{"base64": "..."}``.
    """

    source: Annotated[
        Path | bytes,
        PlainValidator(_read_source),
        PlainSerializer(_write_source, when_used="json"),
        WithJsonSchema(
            {
                "anyOf": [
                    {"type": "string", "description": "path of the image"},
                    {
                        "type": "object",
                        "properties": {"base64": {"type": "string"}},
                        "required": ["base64"],
                        "additionalProperties": False,
                    },
                ]
            }
        ),
    ] = Field(repr=False)
    alt_text: Text | None = Field(default=None, repr=False)
    role: AttachmentRole = "post"
    licence: Text | None = None
    credit: Text | None = None


class Account(_Model):
    """The account that would publish. ``tier=None`` means: look the handle up in the register."""

    handle: Text = ""
    platform: Text | None = None
    tier: Tier | None = None
    display_name: Text | None = None
    bio: Text | None = Field(default=None, repr=False)


class Author(_Model):
    """The person who would publish. ``connected``: can the account be tied to their employment?"""

    id: Text | None = None
    name: Text | None = None
    job_title: Text | None = None
    type: AuthorType | None = None
    directorate: Text | None = None
    is_communications: bool | None = None
    connected: bool | None = None
    politically_restricted: bool | None = None


class Draft(_Model):
    """A post before it is published: what, by whom, where and when."""

    text: Text = Field(default="", repr=False)
    attachments: tuple[Attachment, ...] = ()
    kind: Kind = "post"
    account: Account | None = None
    author: Author | None = None
    publish_at: AwareDatetime | None = None
    in_reply_to: Text | None = Field(default=None, repr=False)
    in_reply_to_handle: Text | None = None
    in_reply_to_at: AwareDatetime | None = None
    recipient: Text | None = Field(default=None, repr=False)
    quoted_text: Text | None = Field(default=None, repr=False)
    emergency: bool = False
    approvals: tuple[Text, ...] = ()
    consents: tuple[Text, ...] = ()
    delegated_for: Text | None = None


class Span(_Model):
    """Half-open range ``[start, end)`` in Unicode code points of the original text."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)

    @model_validator(mode="after")
    def _forward(self) -> Span:
        if self.end < self.start:
            raise ValueError("a span ends before it starts")
        return self

    def utf16(self, text: str) -> tuple[int, int]:
        """Return the same range of ``text`` in UTF-16 code units, which JavaScript counts in."""
        start = len(text[: self.start].encode("utf-16-le")) // 2
        return start, start + len(text[self.start : self.end].encode("utf-16-le")) // 2


class Region(_Model):
    """A box in an attachment, in pixels of the EXIF-upright image; origin at the top left."""

    attachment: int = Field(ge=0)
    x: int = Field(ge=0)
    y: int = Field(ge=0)
    width: int = Field(ge=0)
    height: int = Field(ge=0)


class Clause(_Model):
    """One numbered paragraph of a policy, as a finding cites it."""

    id: str
    title: str
    citation: str
    summary: str


class Rule(_Model):
    """One thing that a detector can find."""

    id: str = Field(pattern=r"^[a-z]+(\.[a-z0-9-]+)+$")
    severity: Severity
    message: str
    suggestion: str | None = None
    status: Literal["stable", "preview"] = "stable"


class Finding(_Model):
    """One thing seen in a draft. Detectors fill it; the policy adds clauses and a decision."""

    rule: str
    severity: Severity
    confidence: float = Field(default=1.0, ge=0, le=1)
    message: str
    part: str = "text"
    span: Span | None = None
    region: Region | None = None
    evidence: str = Field(default="", repr=False)
    clauses: tuple[Clause, ...] = ()
    suggestion: str | None = None
    excuse: str | None = None
    decision: Decision = Decision.ALLOW
    detector: str = ""

    @property
    def theme(self) -> str:
        """The first word of the rule."""
        return self.rule.partition(".")[0]

    @field_serializer("evidence")
    def _mask(self, value: str, info: SerializationInfo) -> str:
        reveal = isinstance(info.context, dict) and info.context.get("reveal") is True
        return MASK if value and is_private(self.rule) and not reveal else value


class PolicyRef(_Model):
    """Which policy judged: its id and version."""

    id: str
    version: str

    def __str__(self) -> str:
        return f"{self.id} {self.version}"


class Verdict(_Model):
    """The answer: a decision, the findings behind it, and what could not be checked."""

    decision: Decision
    findings: tuple[Finding, ...] = ()
    next_steps: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    policy: PolicyRef
    organisation: str
    digest: str
    elapsed_ms: float = Field(ge=0)
    schema_version: str = SCHEMA_VERSION

    _draft: Draft | None = PrivateAttr(default=None)

    @property
    def draft(self) -> Draft | None:
        """The draft judged, for rendering; ``None`` in a verdict read back from JSON."""
        return self._draft

    def with_draft(self, draft: Draft) -> Verdict:
        """Return this verdict, holding ``draft`` for rendering. It never reaches repr or JSON."""
        copy = self.model_copy()
        copy._draft = draft
        return copy

    def redacted(self) -> str:
        """Return the draft's text with personal data and secrets replaced by ``[phone]`` and the like.

        Only what the policy asks to act on is replaced; a published contact stays.

        Raises:
            PostcheckError: the verdict was read back from JSON and has no draft.
        """
        if self._draft is None:
            raise PostcheckError("this verdict holds no draft text; it was read back from JSON")
        text = self._draft.text
        spans = [
            (finding.span.start, finding.span.end, finding.rule.split(".")[1])
            for finding in self.findings
            if finding.part == "text"
            and finding.span is not None
            and is_private(finding.rule)
            and finding.decision > Decision.ALLOW
        ]
        for start, end, label in merge_spans(spans, len(text))[::-1]:
            text = f"{text[:start]}[{label}]{text[end:]}"
        return text

    @field_serializer("findings")
    def _mask_overlaps(self, findings: tuple[Finding, ...], info: SerializationInfo) -> tuple[Finding, ...]:
        """Mask what one finding quotes of another's personal data; each masks its own."""
        if isinstance(info.context, dict) and info.context.get("reveal") is True:
            return findings
        hidden = {part: hidden_ranges(findings, part, sys.maxsize) for part in {f.part for f in findings}}
        return tuple(
            f
            if is_private(f.rule) or not f.evidence or not hidden[f.part]
            else f.model_copy(update={"evidence": cut_evidence(f, hidden[f.part])})
            for f in findings
        )

    def _repr_html_(self) -> str:
        # Notebooks look for this method on the object; the drawing lives in render.
        from postcheck.render.html import to_html

        return to_html(self)
