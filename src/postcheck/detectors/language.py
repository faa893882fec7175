"""What abuse, discrimination, incitement and profanity share: a lexicon that explains, a model that reads.

The lexicon says which words; the language model says what the sentence does with them. Where both see
it, the finding is the lexicon's, on its words, surer for it. Where only the model does, the finding
stands on the words that carried its answer. Where the model is sure that the sentence is innocent, what
the lexicon saw is softened: the finding stays, with the excuse.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from postcheck.detectors.base import Context, make_finding
from postcheck.detectors.lexicon_search import LexiconSearch
from postcheck.detectors.quoting import softened, softer
from postcheck.document import Document, Part
from postcheck.language.model import shipped_model
from postcheck.language.spans import carrying_words
from postcheck.language.windows import Window, touching
from postcheck.lexicons import load_lexicons
from postcheck.model import Finding, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from postcheck.language.model import Label

IN_CONTEXT = "in context"  # the excuse: the words are there, the sentence does not use them so


@dataclass(frozen=True, slots=True)
class Reads:
    """How an answer of the model becomes a rule.

    Attributes:
        label: the answer.
        rule: the rule where nothing narrower fits.
        narrower: pairs of another answer of the model and the rule that it stands for; the surest that is
            yes names the finding.
        unless: another answer that takes this one over when it is yes too.
    """

    label: str
    rule: str
    narrower: tuple[tuple[str, str], ...] = ()
    unless: str | None = None


class LanguageDetector:
    """One theme, read with the lexicons of that theme and the language model."""

    name: ClassVar[str]
    lexicons: ClassVar[tuple[str, ...]]
    reads: ClassVar[tuple[Reads, ...]]
    softens: ClassVar[bool] = True  # whether an innocent sentence excuses its words
    unless: ClassVar[tuple[str, ...]] = ()  # answers of other themes with which no sentence is innocent

    @cached_property
    def _search(self) -> LexiconSearch:
        return LexiconSearch(self.name, (x for x in load_lexicons() if self.owns(x.rule)))

    @classmethod
    def owns(cls, rule: str) -> bool:
        """Say whether the lexicon of a rule is this detector's."""
        return any(rule == name or rule.startswith(f"{name}.") for name in cls.lexicons)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """One rule a lexicon file; the model's findings carry the same rules."""
        return self._search.rules

    @cached_property
    def _rules(self) -> Mapping[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    def detect(self, document: Document, context: Context) -> Iterable[Finding]:
        """Yield what the lexicons see, weighed in its sentence, and what only the sentence tells."""
        for part in document.parts:
            seen = list(self._search.findings(part))
            try:
                windows = part.windows
            except Exception:
                # The model failed: what the words say still counts, and the failure is reported.
                yield from seen
                raise
            yield from (self._weighed(finding, windows) for finding in seen)
            yield from self._read(part, windows, seen)

    def _weighed(self, finding: Finding, windows: Sequence[Window]) -> Finding:
        """Return what the lexicon saw, as sure or as soft as its sentence makes it."""
        around = _around(finding, windows)
        labels = [reads.label for reads in self.reads]
        if not around:
            return finding
        best = max(w.probabilities[label] for w in around for label in labels)
        innocent = self.softens and not any(says(w, label) for w in around for label in self.unless)
        if innocent and finding.excuse is None and best < self._clear_of(finding.severity):
            return finding.model_copy(update={"severity": softer(finding.severity), "excuse": IN_CONTEXT})
        if any(says(w, label) for w in around for label in labels):
            return finding.model_copy(update={"confidence": 1 - (1 - finding.confidence) * (1 - best)})
        return finding

    def _read(self, part: Part, windows: Sequence[Window], seen: Sequence[Finding]) -> Iterator[Finding]:
        """Yield what only the sentence tells."""
        held = {w.start for f in seen if f.severity > Severity.LOW for w in _around(f, windows)}
        for window in windows:
            if window.start in held:
                continue
            for reads in self.reads:
                taken_over = reads.unless is not None and says(window, reads.unless)
                if says(window, reads.label) and not taken_over:
                    yield self._finding(part, window, reads)
                    break  # one finding a window: the first answer is the gravest

    def _finding(self, part: Part, window: Window, reads: Reads) -> Finding:
        probability = window.probabilities[reads.label]
        said = [(window.probabilities[x], rule) for x, rule in reads.narrower if says(window, x)]
        rule = self._rules[max(said)[1] if said else reads.rule]
        start, end = carrying_words(window, position(reads.label), part.original)
        sure = model_labels()[reads.label].sure
        severity = Severity.HIGH if probability >= sure else Severity.MEDIUM
        severity, excuse = softened(severity, part, start, end)
        return make_finding(
            rule,
            self.name,
            part,
            start,
            end,
            confidence=probability,
            severity=severity,
            message=self.explain(rule, window),
            excuse=excuse,
        )

    def explain(self, rule: Rule, window: Window) -> str:
        """Say why, in plain English."""
        return f"{rule.message}: no single word says so, the sentence as a whole reads that way"

    def _clear_of(self, severity: Severity) -> float:
        """Return how sure the model has to be: what a person will still see needs less than what passes."""
        clear = min(model_labels()[reads.label].clear for reads in self.reads)
        return clear if severity > Severity.MEDIUM else clear / 4


def says(window: Window, label: str) -> bool:
    """Say whether an answer of the model is yes, at the operating point that ships."""
    return window.probabilities[label] >= model_labels()[label].threshold


def model_labels() -> Mapping[str, Label]:
    """Return what the model answers, and how each answer counts."""
    return shipped_model().labels


def position(label: str) -> int:
    """Return where an answer stands among those of the model, as in `Judgement.weights`."""
    return list(model_labels()).index(label)


def vouched(windows: Sequence[Window], label: str) -> bool:
    """Say whether the model is sure that an answer is no in every one of some windows; not of none."""
    return bool(windows) and max(w.probabilities[label] for w in windows) < model_labels()[label].clear


def _around(finding: Finding, windows: Sequence[Window]) -> Sequence[Window]:
    return touching(windows, finding.span.start, finding.span.end) if finding.span else ()
