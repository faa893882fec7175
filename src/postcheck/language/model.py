"""The language model: one small encoder, several calibrated answers a text, in one pass on one CPU thread.

It runs with onnxruntime and tokenizers. Its folder holds ``model.onnx``, ``tokenizer.json``, ``words.txt``
(the words that are read as they stand), ``labels.toml`` (which answers it gives, how they are calibrated
and where they count) and its model card.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from postcheck.errors import DataError
from postcheck.language.reading import read
from postcheck.language.spelling import Spelling
from postcheck.normalise.mapped import Mapped
from postcheck.resources import language_model_dir, read_toml

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Floats = NDArray[numpy.float32]


class Label(BaseModel):
    """One answer of the model: how its raw score becomes a probability, and from where it counts.

    Attributes:
        slope: probability = sigmoid(slope x score + offset), fitted on held-out rows.
        offset: see ``slope``.
        threshold: the probability from which the answer is yes.
        sure: the probability from which a draft with it is stopped.
        clear: the probability below which the model vouches for the text.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    slope: float = Field(gt=0)
    offset: float
    threshold: float = Field(gt=0, lt=1)
    sure: float = Field(gt=0, le=1)
    clear: float = Field(ge=0, lt=1)


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text as word pieces: their ids, and where each stands in the text."""

    ids: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the model says of one window of a text.

    Attributes:
        probabilities: for each label, 0 to 1, calibrated.
        weights: how far each token pulled each answer to yes; float32 of shape (tokens, labels), the
            labels in the order of ``probabilities``.
    """

    probabilities: Mapping[str, float]
    weights: Floats


class LanguageModel:
    """The encoder with its tokenizer; safe to share between threads.

    Args:
        folder: where the model lives.

    Raises:
        DataError: a file is missing, damaged, or not the one that the labels were calibrated for.
    """

    def __init__(self, folder: Path) -> None:
        import numpy

        self.labels = _read_labels(folder / "labels.toml")
        self._slopes = numpy.array([label.slope for label in self.labels.values()], dtype=numpy.float32)
        self._offsets = numpy.array([label.offset for label in self.labels.values()], dtype=numpy.float32)
        self._session = _session(folder / "model.onnx", len(self.labels))
        self._tokenizer = _tokenizer(folder / "tokenizer.json")
        self._spelling = Spelling(_words(folder / "words.txt"))
        self._first, self._separator = (self._tokenizer.token_to_id(name) for name in ("[CLS]", "[SEP]"))

    def read(self, original: str) -> Mapped:
        """Return the model's copy of a text: folded, emoji as words, disguised and mistyped words mended."""
        return self._spelling.mend(read(original))

    def tokens(self, text: str) -> Tokens:
        """Split a text, as ``read`` gives it, into word pieces; linear in its length."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        return Tokens(tuple(encoding.ids), tuple(encoding.offsets))

    def judge(self, own: Sequence[int], context: Sequence[int] = ()) -> Judgement:
        """Judge a window of token ids, with the ids of its context.

        One at a time: the int8 arithmetic takes its scale from everything it is given at once, so in a
        batch the same sentence would answer a little differently beside other sentences.
        """
        import numpy

        ids = [self._first, *own, self._separator]
        mine = len(ids)
        if context:
            ids += [*context, self._separator]
        segments = numpy.zeros((1, len(ids)), dtype=numpy.int32)
        segments[0, mine:] = 1
        feed = {
            "ids": numpy.array([ids], dtype=numpy.int32),
            "mask": numpy.ones((1, len(ids)), dtype=numpy.int32),
            "segments": segments,
        }
        # The context only colours what the window's own tokens say.
        said = self._session.run(["tokens"], feed)[0][0, :mine]
        mean = numpy.clip(said.mean(axis=0) * self._slopes + self._offsets, -30, 30)
        probabilities = map(float, 1 / (1 + numpy.exp(-mean)))
        return Judgement(dict(zip(self.labels, probabilities, strict=True)), said[1 : mine - 1])


@cache
def shipped_model() -> LanguageModel:
    """Return the model that ships with postcheck, loaded once a process.

    Raises:
        DataError: it is missing or damaged.
    """
    return LanguageModel(language_model_dir())


def _read_labels(path: Path) -> dict[str, Label]:
    labels: dict[str, Label] = {}
    for name, row in read_toml(path).get("labels", {}).items():
        try:
            labels[name] = Label.model_validate(row)
        except ValidationError as error:
            key = ".".join(map(str, error.errors(include_input=False)[0]["loc"]))
            raise DataError("not a calibrated label", file=path, key=f"labels.{name}.{key}") from None
    if not labels:
        raise DataError("names no labels", file=path, key="labels")
    return labels


def _words(path: Path) -> list[str]:
    try:
        words = path.read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError):
        raise DataError("the word list of the language model is missing or damaged", file=path) from None
    if not words:
        raise DataError("the word list of the language model is empty", file=path)
    return words


def _session(path: Path, labels: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # an arena keeps what the longest batch once took
    options.log_severity_level = 4
    if not path.is_file():
        raise DataError("the language model is missing; reinstall the package", file=path)
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception:  # onnxruntime raises bare exceptions of many kinds
        raise DataError("the language model is damaged; reinstall the package", file=path) from None
    if session.get_outputs()[0].shape[-1] != labels:
        raise DataError(f"the model does not give the {labels} labels of labels.toml", file=path)
    return session


def _tokenizer(path: Path) -> Any:
    from tokenizers import Tokenizer

    if not path.is_file():
        raise DataError("the tokenizer of the language model is missing; reinstall the package", file=path)
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception:  # tokenizers raises bare exceptions
        raise DataError("the tokenizer of the language model is damaged", file=path) from None
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
