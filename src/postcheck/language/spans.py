"""Which words carried an answer of the model."""

from __future__ import annotations

from postcheck.language.windows import Window

_ROOM = 0.5  # a word belongs to the span while it pulls at least this far from the middle to the strongest


def carrying_words(window: Window, label: int, original: str) -> tuple[int, int]:
    """Return the run of words that pulled an answer furthest to yes, as a range of the original.

    The score of a window is the mean of what its tokens say, so a token's own score is its share. The run
    is the one whose scores exceed the bar by most in sum.

    Args:
        window: what was judged.
        label: the position of the answer among the model's labels.
        original: the text that the window belongs to.
    """
    pulls = [float(row[label]) for row in window.judgement.weights]
    middle = sum(pulls) / len(pulls)
    bar = middle + _ROOM * (max(pulls) - middle) * 0.5
    best, first, best_range = float("-inf"), 0, (0, 1)
    total = 0.0
    for i, pull in enumerate(pulls):
        if total <= 0:
            total, first = 0.0, i
        total += pull - bar
        if total > best:
            best, best_range = total, (first, i + 1)
    start, end = window.words[best_range[0]][0], window.words[best_range[1] - 1][1]
    # Whole words: a word piece alone explains nothing.
    while start > window.start and original[start - 1].isalnum() and original[start].isalnum():
        start -= 1
    while end < window.end and original[end - 1].isalnum() and original[end].isalnum():
        end += 1
    return start, end
