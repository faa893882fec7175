"""A text as the windows that the model judges: a few sentences at a time, the words before as context."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from postcheck.errors import DataError
from postcheck.language.model import Judgement, LanguageModel
from postcheck.language.reading import thinned
from postcheck.normalise.mapped import Mapped

PACKED = 48  # tokens: sentences share a window up to here
LONGEST = 64  # tokens: a longer sentence is cut, each piece overlapping the last
OVERLAP = 16
LONG = 2_000  # characters: from here on it matters how many tokens they make
DENSE, TOO_DENSE = 1 / 3, 0.6  # tokens a character: prose has one in four or five
CONTEXT = 16  # tokens of what stands before
ANSWERED = 24  # tokens of what is answered


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a text with what the model says of it.

    Attributes:
        start: where it begins in the original.
        end: where it ends.
        judgement: what the model says.
        words: the range in the original of each token, aligned with ``judgement.weights``.
    """

    start: int
    end: int
    judgement: Judgement
    words: tuple[tuple[int, int], ...]

    @property
    def probabilities(self) -> Mapping[str, float]:
        """For each label, 0 to 1."""
        return self.judgement.probabilities


def touching(windows: Sequence[Window], start: int, end: int) -> Sequence[Window]:
    """Return the windows that hold some of a range of the original; quick among thousands.

    Args:
        windows: what was judged of one text, in order.
        start: where the range begins.
        end: where it ends.
    """
    first = bisect_right(windows, start, key=lambda window: window.end)
    return windows[first : bisect_left(windows, end, key=lambda window: window.start)]


def judge(
    model: LanguageModel, original: str, sentences: Sequence[tuple[int, int]], before: str = ""
) -> tuple[Window, ...]:
    """Judge a text.

    Args:
        model: the model.
        original: the text as written.
        sentences: its sentences, as ranges of it.
        before: what the text answers, or nothing.

    Raises:
        DataError: a long text has more word pieces than words could give it.
    """
    reading = model.read(original)
    tokens = model.tokens(reading.text)
    if len(original) > LONG and len(tokens.ids) > DENSE * len(original):
        reading = thinned(reading)
        tokens = model.tokens(reading.text)
        if len(tokens.ids) > TOO_DENSE * len(original):
            raise DataError("the text holds more signs than words and cannot be judged")
    ranges = list(_ranges(_sentence_ends(reading, tokens.offsets, sentences), len(tokens.ids)))
    opening = model.tokens(model.read(before).text).ids[:ANSWERED] if before else ()
    windows = []
    for first, last in ranges:
        before_it = tokens.ids[max(0, first - CONTEXT) : first] if first else opening
        words = tuple(reading.origin(start, end) for start, end in tokens.offsets[first:last])
        judgement = model.judge(tokens.ids[first:last], before_it)
        windows.append(Window(words[0][0], words[-1][1], judgement, words))
    return tuple(windows)


def _sentence_ends(
    reading: Mapped, offsets: Sequence[tuple[int, int]], sentences: Sequence[tuple[int, int]]
) -> list[int]:
    """Return, for each sentence, the number of tokens up to its end."""
    starts = [reading.starts[start] for start, _ in offsets]
    return [bisect_left(starts, end) for _, end in sentences]


def _ranges(ends: Sequence[int], total: int) -> Iterator[tuple[int, int]]:
    """Pack whole sentences together, and cut those that are too long."""
    first = last = 0
    for end in [*ends, total]:
        if end - first > PACKED and last > first:
            yield from _cut(first, last)
            first = last
        last = max(last, end)
    if last > first:
        yield from _cut(first, last)


def _cut(first: int, last: int) -> Iterator[tuple[int, int]]:
    while last - first > LONGEST:
        yield first, first + LONGEST
        first += LONGEST - OVERLAP
    yield first, last
