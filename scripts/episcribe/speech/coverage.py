"""How much of the speech there are words for."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from episcribe.speech.heard import HeardWord

# Speech this near to a word counts as covered: the times of words are a little off.
_REACH = 0.5
# No word lasts longer; what is beyond has been left out by the model.
_LONGEST_WORD = 2.0

Spans = Sequence[tuple[float, float]]


def covered_seconds(speech: Spans, words: Iterable[HeardWord]) -> float:
    """The seconds of `speech` (stretches in seconds, in order) that are near a word."""
    return sum(high - low for low, high in speech) - sum(seconds for seconds in _holes(speech, words))


def longest_hole(speech: Spans, words: Iterable[HeardWord]) -> float:
    """The most seconds of `speech` between two neighbouring words, or before the first or after the last."""
    return max(_holes(speech, words), default=0.0)


def _holes(speech: Spans, words: Iterable[HeardWord]) -> Iterable[float]:
    """The seconds of speech, in each gap between words, that no word is near."""
    if not speech:
        return
    ends = [high for _, high in speech]
    at = speech[0][0]
    for word in words:
        yield _between(speech, ends, at, word.start - _REACH)
        at = max(at, min(word.end, word.start + _LONGEST_WORD) + _REACH)
    yield _between(speech, ends, at, speech[-1][1])


def _between(speech: Spans, ends: Sequence[float], low: float, high: float) -> float:
    seconds = 0.0
    for index in range(bisect_right(ends, low), len(speech)):
        start, end = speech[index]
        if start >= high:
            break
        seconds += min(end, high) - max(start, low)
    return max(0.0, seconds)
