"""Presidio, fed with the tokens that the document already has, and kept quiet.

Imports Presidio; import it only when personal data are looked for.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import presidio_analyzer as presidio
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

from postcheck.detectors.personal_cues import phrases
from postcheck.detectors.uk_contacts import CONTACTS
from postcheck.detectors.uk_recognisers import RECOGNISERS

if TYPE_CHECKING:
    from postcheck.document import Part

THRESHOLD = 0.4
_BOOST, _BEFORE, _AFTER = 0.4, 100, 28  # score added by context, and how many characters it may be away
_CHUNK, _OVERLAP = (
    1200,
    160,
)  # characters; Presidio compares results pairwise, so a long text is read in pieces


def _hush() -> None:
    """Keep draft text out of logs: drop the handler that importing Presidio puts on a logger."""
    for name in ("decision_process", "presidio-analyzer"):
        logger = logging.getLogger(name)
        for handler in list(logger.handlers):
            if type(handler) is logging.StreamHandler:
                logger.removeHandler(handler)
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())


class SharedDocEngine(NlpEngine):
    """An NLP engine that never reads text itself: artifacts come from the part's own spaCy ``Doc``."""

    def load(self) -> None:
        """Nothing to load."""

    def is_loaded(self) -> bool:
        """Always."""
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        """Refuse: the artifacts are given to ``analyze``."""
        raise NotImplementedError("the document is tokenised before Presidio sees it")

    def process_batch(
        self, texts: Iterable[str], language: str, batch_size: int = 1, n_process: int = 1, **kwargs: Any
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        """Refuse, as ``process_text``."""
        raise NotImplementedError("the document is tokenised before Presidio sees it")

    def is_stopword(self, word: str, language: str) -> bool:
        """Presidio asks this to make keywords, which our context enhancer does not use."""
        return False

    def is_punct(self, word: str, language: str) -> bool:
        """As ``is_stopword``."""
        return not any(c.isalnum() for c in word)

    def get_supported_entities(self) -> list[str]:
        """No entities of its own."""
        return []

    def get_supported_languages(self) -> list[str]:
        """English."""
        return ["en"]


class SharedDoc(NlpArtifacts):
    """The part's own spaCy ``Doc`` as Presidio wants it, made when a recogniser first asks.

    Our recognisers go by characters and never ask; one that a user adds may. In a long text read in pieces
    there is nothing to give, because positions would not fit.
    """

    def __init__(self, part: Part | None, nlp_engine: NlpEngine) -> None:
        self._part = part
        self.nlp_engine = nlp_engine
        self.scores: list[float] = []

    def __getattr__(self, name: str) -> Any:
        if name not in ("tokens", "tokens_indices", "lemmas", "keywords", "entities"):
            raise AttributeError(name)
        doc: Any = self._part.doc if self._part is not None else ()
        words = [token.text for token in doc]
        self.tokens = doc
        self.tokens_indices = [token.idx for token in doc]
        self.lemmas = [word.lower() for word in words]  # there is no lemmatiser in the pipeline
        self.keywords = [word for word in self.lemmas if any(c.isalnum() for c in word)]
        self.entities = list(doc.ents) if doc else []
        self.scores = [0.85] * len(self.entities)
        return self.__dict__[name]


# "The passport is on the counter. It's Polish, number …": the label is in the sentence before.
_LEADS_BACK = re.compile(r"(?i)\s*(?:it|its|it['’]s|they|that|this|those|these|number|no)\b")


@lru_cache(maxsize=256)
def _context_pattern(words: tuple[str, ...]) -> Any:
    return phrases(list(words))


class SentenceContext(ContextAwareEnhancer):
    """Raise the score of a result when a context word of its recogniser stands near it in the sentence.

    Presidio's own enhancer compares single lower-cased tokens, as substrings, before the result only, and
    walks the whole text for each result. This one takes phrases, both sides, and a bounded window.
    """

    def __init__(self) -> None:
        super().__init__(_BOOST, THRESHOLD, _BEFORE, _AFTER)

    def enhance_using_context(
        self,
        text: str,
        raw_results: list[presidio.RecognizerResult],
        nlp_artifacts: NlpArtifacts,
        recognizers: list[presidio.EntityRecognizer],
        context: list[str] | None = None,
    ) -> list[presidio.RecognizerResult]:
        """Add to the scores in place and return the same results."""
        by_id = {r.id: tuple(r.context) for r in recognizers if r.context}
        for result in raw_results:
            metadata = result.recognition_metadata or {}
            words = by_id.get(metadata.get(presidio.RecognizerResult.RECOGNIZER_IDENTIFIER_KEY))
            if words:
                result.score = min(1.0, result.score + self._gain(text, result, words))
        return raw_results

    def _gain(self, text: str, result: presidio.RecognizerResult, words: tuple[str, ...]) -> float:
        before = text[max(0, result.start - _BEFORE) : result.start]
        cut = max(before.rfind(mark) for mark in (". ", "! ", "? ", "\n"))
        if cut >= 0 and len(before) - cut > 4 and not _LEADS_BACK.match(before, cut + 1):
            before = before[cut + 1 :]
        pattern = _context_pattern(words)
        ends = [match.end(1) for match in pattern.finditer(before)]
        if ends:  # where two kinds of number fit, the nearer label wins
            return _BOOST + 0.1 * float(ends[-1]) / max(1, len(before))
        after = text[result.end : result.end + _AFTER].partition(". ")[0]
        return _BOOST if pattern.search(after) else 0.0


@dataclass(frozen=True, slots=True)
class Hit:
    """Something shaped like personal data, before anyone asks whose it is."""

    entity: str
    start: int
    end: int
    score: float


class Recognisers:
    """The registry and engine, built once; ``find`` may be called from several threads at once."""

    def __init__(self, extra: Iterable[presidio.EntityRecognizer] = ()) -> None:
        _hush()
        self._nlp_engine = SharedDocEngine()
        self._registry = presidio.RecognizerRegistry(
            recognizers=[*(make() for make in (*RECOGNISERS, *CONTACTS)), *extra], supported_languages=["en"]
        )
        self._enhancer = SentenceContext()
        self._recognisers = tuple(self._registry.recognizers)

    def find(self, part: Part) -> list[Hit]:
        """Return hits of a part, in order, overlaps resolved to one hit a thing."""
        text = part.original
        if len(text) <= _CHUNK + _OVERLAP:
            return resolve(self._analyse(text, part, 0))
        hits: set[Hit] = set()
        for start in range(0, len(text), _CHUNK):
            begin = max(0, start - _OVERLAP)
            piece = text[begin : start + _CHUNK + _OVERLAP]
            # What touches a cut edge may be cut short; the neighbour piece sees it whole.
            last = begin + len(piece) >= len(text)
            for hit in self._analyse(piece, None, begin):
                if (hit.start > begin or begin == 0) and (hit.end < begin + len(piece) or last):
                    hits.add(hit)
        return resolve(list(hits))

    def _analyse(self, text: str, part: Part | None, offset: int) -> list[Hit]:
        # What AnalyzerEngine.analyze does, without looking the recognisers up again for every text.
        artifacts = SharedDoc(part, self._nlp_engine)
        found: list[presidio.RecognizerResult] = []
        for recogniser in self._recognisers:
            for result in recogniser.analyze(text, recogniser.supported_entities, artifacts):
                # Presidio names the recogniser in some results only; context needs it in all.
                result.recognition_metadata = {
                    **(result.recognition_metadata or {}),
                    presidio.RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: recogniser.id,
                }
                found.append(result)
        found = self._enhancer.enhance_using_context(text, found, artifacts, list(self._recognisers))
        return [
            Hit(r.entity_type, r.start + offset, r.end + offset, r.score)
            for r in found
            if r.score >= THRESHOLD
        ]


# Of two readings of the same characters the more special one; an address keeps its own postcode.
_RANK = {
    "UK_DATE": -2,
    "UK_REFERENCE": -2,
    "UK_POSTCODE": -1,
    "UK_CASE_REFERENCE": -1,
    "UK_ADDRESS": 1,
    "UK_BANK_ACCOUNT": 1,
}
_BUCKET = 32  # characters; makes looking for overlaps linear


def resolve(hits: list[Hit]) -> list[Hit]:
    """Keep one hit a thing: of overlapping ones the surer, then the longer, then the earlier."""
    best: list[Hit] = []
    taken: dict[int, list[Hit]] = {}
    for hit in sorted(hits, key=_worth):
        keys = range(hit.start // _BUCKET, (hit.end - 1) // _BUCKET + 1)
        if any(o.start < hit.end and hit.start < o.end for key in keys for o in taken.get(key, ())):
            continue
        best.append(hit)
        for key in keys:
            taken.setdefault(key, []).append(hit)
    return sorted(best, key=lambda h: (h.start, h.end))


def _worth(hit: Hit) -> tuple[float, int, int, str]:
    return (-round(hit.score + 0.5 * _RANK.get(hit.entity, 0), 3), hit.start - hit.end, hit.start, hit.entity)


_lock = threading.Lock()
_shared: Recognisers | None = None


def recognisers() -> Recognisers:
    """Return the one registry of this process, built on first use."""
    global _shared
    if _shared is None:
        with _lock:
            if _shared is None:
                _shared = Recognisers()
    return _shared
