"""Suppression: a recorded choice not to count a finding, with owner, reason and expiry."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from postcheck.model import Finding
from postcheck.suppress import allow
from postcheck.suppress.allow import AllowRule
from postcheck.suppress.baseline import Baseline

__all__ = ["AllowRule", "Baseline", "Suppressions"]


@dataclass(frozen=True, slots=True)
class Suppressions:
    """Every suppression in force: allow rows first, then baselines. Can be pickled.

    Attributes:
        allow: rows of the allow list.
        baselines: accepted findings by fingerprint.
    """

    allow: tuple[AllowRule, ...] = ()
    baselines: tuple[Baseline, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.allow or any(baseline.rows for baseline in self.baselines))

    def apply(
        self, findings: Iterable[Finding], today: dt.date
    ) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
        """Return the same findings in the same order, the suppressed ones excused; and notes.

        Args:
            findings: what the detectors saw.
            today: the day that expiry dates are compared with.

        Returns:
            The findings, and one note (a next step) for each expired row that would have applied.
        """
        kept = tuple(findings)
        notes: dict[str, None] = {}
        if self.allow:
            kept, more = allow.apply(kept, self.allow, today)
            notes.update(dict.fromkeys(more))
        for baseline in self.baselines:
            kept, more = baseline.apply(kept, today)
            notes.update(dict.fromkeys(more))
        return kept, tuple(notes)

    @property
    def digest(self) -> str:
        """A short SHA-256 over all rows, for the digest of a verdict; the key is not part of it."""
        total = hashlib.sha256()
        for row in self.allow:
            total.update(row.model_dump_json().encode())
        for baseline in self.baselines:
            for accepted in baseline.rows:
                total.update(accepted.model_dump_json().encode())
        return total.hexdigest()[:16]
