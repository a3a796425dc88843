"""What a model heard in one window, before it is judged: words with times, and how sure the model was."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

_ENDS_SENTENCE = re.compile(r"[.!?…。！？؟।][\"'”’»)\]」』]*$")
_PAUSE = 1.0
_MOST_WORDS = 60


class HeardWord(NamedTuple):
    """A word as Whisper spells it, with the space before it; seconds of the recording; how sure, 0 to 1."""

    text: str
    start: float
    end: float
    probability: float


@dataclass(frozen=True, slots=True)
class Heard:
    """The words of one window, and what the model says of itself.

    `log_probability`: mean of its tokens; `no_speech`: the probability that nobody speaks; `compression`: the
    length of the text over that of the text compressed, high when it repeats itself.
    """

    start: float
    end: float
    words: tuple[HeardWord, ...]
    log_probability: float
    no_speech: float
    compression: float

    @property
    def text(self) -> str:
        """The words as they are written."""
        return "".join(word.text for word in self.words).strip()

    def to_json(self) -> list[Any]:
        """Plain values, in the order of the fields."""
        return [
            self.start,
            self.end,
            [list(word) for word in self.words],
            self.log_probability,
            self.no_speech,
            self.compression,
        ]

    @classmethod
    def from_json(cls, values: Sequence[Any]) -> "Heard":
        """The inverse of `to_json`. Raises ValueError or TypeError for anything else."""
        start, end, words, log_probability, no_speech, compression = values
        heard = tuple(HeardWord(str(t), float(a), float(b), float(p)) for t, a, b, p in words)
        return cls(
            float(start), float(end), heard, float(log_probability), float(no_speech), float(compression)
        )


def tidy_words(words: Sequence[HeardWord], low: float, high: float) -> tuple[HeardWord, ...]:
    """The words that are not empty, their times in order and between `low` and `high`."""
    tidy: list[HeardWord] = []
    at = low
    for word in words:
        if not word.text.strip():
            continue
        start = min(max(word.start, at), high)
        end = min(max(word.end, start), high)
        at = end
        tidy.append(HeardWord(word.text, round(start, 2), round(end, 2), round(word.probability, 3)))
    return tuple(tidy)


def keep_to_speech(
    words: Sequence[HeardWord], speech: Sequence[tuple[float, float]]
) -> tuple[HeardWord, ...]:
    """The words of an utterance with the silence taken off that the model counts to their beginning and end.

    `speech` are the stretches with a voice, in seconds and in order. A word that lies in silence altogether
    stays as it is.
    """
    kept: list[HeardWord] = []
    begins = [start for start, _ in speech]
    for word in words:
        start, end = word.start, word.end
        before = bisect_right(begins, start) - 1
        after = bisect_left(begins, end) - 1
        if (before < 0 or speech[before][1] <= start) and before + 1 < len(speech):
            start = max(start, min(end, begins[before + 1]))
        if after >= 0 and speech[after][1] < end:
            end = max(word.start, speech[after][1])
        if start < end:
            word = word._replace(start=round(start, 2), end=round(end, 2))  # noqa: PLW2901
        kept.append(word)
    return tuple(kept)


def utterances(words: Sequence[HeardWord]) -> Iterator[tuple[HeardWord, ...]]:
    """The words in groups that end with a sentence, a pause, or a length that no sentence has."""
    group: list[HeardWord] = []
    for word in words:
        if group and (word.start - group[-1].end >= _PAUSE or len(group) >= _MOST_WORDS):
            yield tuple(group)
            group = []
        group.append(word)
        if _ENDS_SENTENCE.search(word.text):
            yield tuple(group)
            group = []
    if group:
        yield tuple(group)
