"""Which detectors a pipeline runs, made on first use and kept."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import postcheck
from postcheck.config import Settings
from postcheck.detectors import BUILTIN, load_class, plugins
from postcheck.detectors.base import Detector
from postcheck.errors import ConfigError, DetectorUnavailable, did_you_mean
from postcheck.model import Rule
from postcheck.resources import data_dir, digest

if TYPE_CHECKING:
    from postcheck.organisation import Organisation
    from postcheck.policy.clauses import Policy
    from postcheck.suppress import Suppressions

# Shipped data that detectors and the calendar read; organisation and policy have digests of their own.
_DATA = ("calendars", "cues", "images", "lexicons", "logos", "models", "personal")
_HASHED = (".toml", ".png", ".onnx", ".json")


class Registry:
    """The detectors of one pipeline: built-in, brought by installed packages, and given by the caller."""

    def __init__(self, own: Sequence[Detector], logos: str | Path | None, settings: Settings) -> None:
        self._own = {detector.name: detector for detector in own}
        if len(self._own) != len(own):
            raise ConfigError("two detectors have the same name", key="detectors")
        self._targets = {**plugins(), **BUILTIN}
        self._logos = logos
        self._made: dict[str, Detector] = {}
        self._lock = threading.Lock()
        known = [*self._targets, *(name for name in self._own if name not in self._targets)]
        off = settings.disabled_detectors
        for name in off:
            if name not in known:
                raise ConfigError(
                    f"there is no detector called {name!r}{did_you_mean(name, known)}",
                    key="detectors.disabled",
                )
        self.names = tuple(name for name in known if name not in off)
        self.switched_off = tuple(
            [f"the detector {name} is switched off in the settings" for name in off]
            + [f"the rule {rule} is switched off in the settings" for rule in settings.disabled_rules]
        )

    def is_builtin(self, name: str) -> bool:
        """Say whether a detector is our own code, whose running time is known to be bounded."""
        return name in BUILTIN and name not in self._own

    def get(self, name: str) -> Detector:
        """Return a detector, making it on first use.

        Raises:
            DetectorUnavailable: it needs something that is not installed.
        """
        detector = self._own.get(name) or self._made.get(name)
        if detector is not None:
            return detector
        with self._lock:
            if name not in self._made:
                made = load_class(self._targets[name])
                self._made[name] = made(folder=self._logos) if name == "logos" else made()
            return self._made[name]

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule, by id; where two detectors share one, the first."""
        unique: dict[str, Rule] = {}
        for detector in self._available:
            for rule in detector.rules:
                unique.setdefault(rule.id, rule)
        return tuple(unique[rule] for rule in sorted(unique))

    @cached_property
    def preview(self) -> frozenset[str]:
        """Rules still on trial: they never ask for more than review."""
        return frozenset(rule.id for rule in self.rules if rule.status == "preview")

    @property
    def _available(self) -> Iterator[Detector]:
        for name in self.names:
            try:
                yield self.get(name)
            except DetectorUnavailable:
                continue  # running it names it in verdict.failures


def version_digest(
    organisation: Organisation,
    policy: Policy,
    settings: Settings,
    suppressions: Suppressions,
    registry: Registry,
) -> str:
    """Hash everything that a verdict depends on besides the draft; 16 hexadecimal digits."""
    shipped = sorted(
        path for folder in _DATA for path in (data_dir() / folder).rglob("*") if path.suffix in _HASHED
    )
    parts: list[Any] = [
        postcheck.__version__,
        organisation.digest,
        policy.digest,
        digest(*shipped),
        settings.digest,
        suppressions.digest,
        *registry.names,
    ]
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:16]
