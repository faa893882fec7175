"""Logos in images: each reference mark that a picture shows gives one finding with its box."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from postcheck.detectors.base import Context
from postcheck.document import Document
from postcheck.images import Picture
from postcheck.logo_index import LogoMark, Sighting, find_marks, load_logos
from postcheck.logo_index.judge import log_odds_of
from postcheck.model import AttachmentRole, Finding, Region, Rule, Severity
from postcheck.resources import data_dir

_RULE = Rule(
    id="logo.organisation",
    severity=Severity.HIGH,
    message="An image shows an organisation's logo",
    suggestion="Take the logo out, or use another image.",
)
PERMITTED = "permitted account"
# A logo that covers less of a post's image than this may be in the background by chance.
_INCIDENTAL = 0.1
# Of marks seen in the same place, those that fit almost as well as the best, in log odds, are reported with
# it; the rest are look-alikes.
_TIE = 0.3
_SAME = 0.3  # share of the smaller of two regions in which they are the same place


@dataclass(frozen=True, slots=True)
class _Hit:
    mark: LogoMark
    likeness: float
    region: Region


class LogoDetector:
    """Finds the marks of a logo index in the images of a draft.

    Args:
        marks: the marks to look for.
        folder: where to read them from instead: a folder with an ``index.toml``. With neither, the marks
            that ship with postcheck are read when the first image comes.

    Raises:
        DataError: ``folder`` is given and its index, or an image it names, is wrong.
    """

    name = "logos"
    rules = (_RULE,)

    def __init__(self, marks: Sequence[LogoMark] | None = None, folder: str | Path | None = None) -> None:
        self._lock = threading.Lock()
        self._marks = tuple(marks) if marks is not None else load_logos(folder) if folder else None

    @property
    def marks(self) -> tuple[LogoMark, ...]:
        """The marks looked for."""
        with self._lock:
            if self._marks is None:
                self._marks = load_logos(data_dir() / "logos")
            return self._marks

    def detect(self, document: Document, context: Context) -> Iterable[Finding]:
        """Yield one finding for each mark in each image."""
        if not document.draft.attachments:
            return
        situation = context.situation
        for number, picture in enumerate(document.images):
            if not isinstance(picture, Picture):
                continue  # image_safety reports it
            role = document.draft.attachments[number].role
            for hit in self._hits(picture, number):
                if _permitted(hit.mark, situation.tier, situation.account_given):
                    severity, excuse = Severity.INFO, PERMITTED if situation.account_given else None
                else:
                    severity, excuse = _severity(hit.region, picture.size, role), None
                yield Finding(
                    rule=_RULE.id,
                    severity=severity,
                    confidence=_confidence(hit),
                    message=f"The image shows a logo: {hit.mark.name} ({hit.mark.owner})",
                    region=hit.region,
                    suggestion=None if severity is Severity.INFO else _RULE.suggestion,
                    excuse=excuse,
                    detector=self.name,
                )

    def _hits(self, picture: Picture, number: int) -> list[_Hit]:
        """Return what is seen in any of the frames, in the order of the index and then of the frames."""
        hits: list[_Hit] = []
        for frame in picture.frames:
            hits += [
                _Hit(seen.mark, seen.likeness, _region(seen, frame.size, picture.size, number))
                for seen in find_marks(frame, self.marks)
            ]
        kept: list[_Hit] = []
        for hit in sorted(hits, key=lambda hit: -hit.likeness):
            near = [(other, _shared(other.region, hit.region)) for other in kept]
            again = any(other.mark.name == hit.mark.name and share > _SAME for other, share in near)
            # A mark inside a larger one is no rival of it: a lock-up shows both.
            rivals = [other for other, share in near if share > _SAME and _like(other.region, hit.region)]
            if not again and all(_odds(hit) >= _odds(other) - _TIE for other in rivals):
                kept.append(hit)
        order = {mark.name: place for place, mark in enumerate(self.marks)}
        return sorted(kept, key=lambda hit: order[hit.mark.name])


def _odds(hit: _Hit) -> float:
    return log_odds_of(hit.likeness)


def _shared(one: Region, other: Region) -> float:
    """Return the share of the smaller region that the other covers."""
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    smaller = min(one.width * one.height, other.width * other.height)
    return max(0, across) * max(0, down) / smaller


def _like(one: Region, other: Region) -> bool:
    """Say whether two regions are about as large."""
    return 0.6 < (one.width * one.height) / (other.width * other.height) < 1 / 0.6


def _region(seen: Sighting, frame: tuple[int, int], full: tuple[int, int], number: int) -> Region:
    """Scale a box of a frame to pixels of the full upright image."""
    across, down = full[0] / frame[0], full[1] / frame[1]
    left, top = min(full[0] - 1, round(seen.box[0] * across)), min(full[1] - 1, round(seen.box[1] * down))
    right, bottom = max(left + 1, round(seen.box[2] * across)), max(top + 1, round(seen.box[3] * down))
    return Region(attachment=number, x=left, y=top, width=right - left, height=bottom - top)


def _permitted(mark: LogoMark, tier: str | None, account_given: bool) -> bool:
    if account_given:
        return tier in mark.permitted
    # Without an account the draft is judged as one of the council's channels.
    return "key" in mark.permitted or "service" in mark.permitted


def _severity(region: Region, size: tuple[int, int], role: AttachmentRole) -> Severity:
    covered = region.width * region.height / (size[0] * size[1])
    return Severity.MEDIUM if role == "post" and covered < _INCIDENTAL else Severity.HIGH


def _confidence(hit: _Hit) -> float:
    """Return 0.6 at the threshold of the mark, rising to 0.99 where the image is the mark itself.

    On marks and pictures that neither the weights nor the thresholds were set on, one in a thousand pictures
    without the mark got above them, so even a bare match is more likely right than wrong.
    """
    room = 1 - hit.mark.threshold
    return 0.99 if room <= 0 else 0.6 + 0.39 * min(1.0, (hit.likeness - hit.mark.threshold) / room)
