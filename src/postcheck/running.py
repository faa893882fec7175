"""Runs one detector so that nothing it does can end in a silent "fine"."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from postcheck.detectors.base import Context, Detector
from postcheck.document import Document
from postcheck.errors import ConfigError, DataError, DetectorUnavailable
from postcheck.model import Finding

_IMAGE = "image:"


@dataclass(frozen=True, slots=True)
class Run:
    """What one detector found, or why it could not say."""

    findings: tuple[Finding, ...] = ()
    failure: str | None = None


def run_detector(
    name: str,
    make: Callable[[], Detector],
    document: Document,
    context: Context,
    *,
    timeout_s: float,
    trusted: bool,
) -> Run:
    """Run a detector and check what it says.

    Built-in detectors take time linear in the text and run here; a late one is reported when it returns.
    Anyone else's runs in a thread that is left behind after ``timeout_s`` seconds.
    """
    if trusted:
        started = time.monotonic()
        run = _run(name, make, document, context)
        late = time.monotonic() - started > timeout_s
        return Run(run.findings, f"{name}: took longer than {timeout_s:g} s") if late else run
    return _run_with_deadline(name, make, document, context, timeout_s)


def _run_with_deadline(
    name: str, make: Callable[[], Detector], document: Document, context: Context, timeout_s: float
) -> Run:
    box: list[Run] = []

    def work() -> None:
        try:
            box.append(_run(name, make, document, context))
        except BaseException as error:  # SystemExit and the like: a thread would print its message
            box.append(Run(failure=f"{name}: {type(error).__name__}"))

    thread = threading.Thread(target=work, name=f"postcheck-{name}", daemon=True)
    thread.start()
    thread.join(timeout_s)
    if thread.is_alive():
        document.abandoned = True
        return Run(failure=f"{name}: did not finish within {timeout_s:g} s")
    return box[0]


def _run(name: str, make: Callable[[], Detector], document: Document, context: Context) -> Run:
    found: list[Finding] = []  # what was seen before a failure still counts
    try:
        detector = make()
        for finding in detector.detect(document, context):
            found.append(_checked(finding, detector, document))
        return Run(tuple(found))
    except (ConfigError, DataError, DetectorUnavailable) as error:
        return Run(tuple(found), f"{name}: {error}")  # our own words about files and packages
    except Exception as error:
        # Only the type: the message of someone else's exception may quote the draft.
        return Run(tuple(found), f"{name}: {type(error).__name__}")


def _checked(finding: Finding, detector: Detector, document: Document) -> Finding:
    """Fill in what a detector may leave out, and refuse a finding that points outside its text.

    Evidence is the words of the span, whatever the detector says: readers rely on it.
    """
    update: dict[str, object] = {}
    if not finding.detector:
        update["detector"] = detector.name
    part = document.part(finding.part) if finding.span is not None else None
    # A detector of somebody else's may read a picture by itself, and see what we did not.
    if finding.span is not None and (part is not None or not finding.part.startswith(_IMAGE)):
        if part is None or finding.span.end > len(part.original):
            raise IndexError("a finding points outside the draft")
        update["evidence"] = part.original[finding.span.start : finding.span.end]
        if finding.region is None and finding.part.startswith(_IMAGE):
            update["region"] = document.region(finding.part, finding.span)
    if update.get("evidence") == finding.evidence and len(update) == 1:
        return finding
    return finding.model_copy(update=update) if update else finding
