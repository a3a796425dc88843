"""Made-up speech: as many episodes as are wanted, no two alike, the same for the same number.

The sentences are those of the sample library, in the order in which they stand there for a while and then
from elsewhere. Some of their longer words are replaced by made-up ones, drawn by rank as Zipf's law has it:
a library of many episodes has a vocabulary as real ones do.
"""

import random
from collections.abc import Iterator
from functools import cache
from itertools import accumulate

from benchmarks.common import sample_sentences
from episcribe.library.transcript import Segment, Transcript

WORDS_A_MINUTE = 150
_VOCABULARY = 30_000
_RUN = (8, 30)
_REPLACED = 0.2
_CUE = 14


class Speech:
    """Words and sentences that nobody ever said, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._words, self._weights = _vocabulary()

    def words(self, count: int) -> list[str]:
        """So many words, each drawn by its rank."""
        return self._random.choices(self._words, cum_weights=self._weights, k=count)

    def sentence(self, length: int = 15) -> str:
        """One sentence of nothing but such words."""
        return f"{' '.join(self.words(length)).capitalize()}."

    def rare(self, rank: int) -> str:
        """The word of a rank, from 0 for the most frequent one."""
        return self._words[rank]


@cache
def _vocabulary() -> tuple[list[str], list[float]]:
    chance = random.Random(1)
    syllables = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er", "ist")]
    made = ("".join(chance.choices(syllables, k=2 + n // 9000)) for n in range(40_000))
    words = list(dict.fromkeys(made))[:_VOCABULARY]
    return words, list(accumulate(1 / (rank + 3) for rank in range(len(words))))


def talk(number: int, minutes: float) -> Transcript:
    """The captions of episode `number`, about so many minutes long: two speakers, cues of a few seconds."""
    cues: list[Segment] = []
    spoken = 0
    for speaker, sentence in _sentences(number):
        words = sentence.split()
        for start in range(0, len(words), _CUE):
            piece = words[start : start + _CUE]
            begin, end = ((spoken + start + n) * 60 / WORDS_A_MINUTE for n in (0, len(piece)))
            cues.append(Segment(" ".join(piece), round(begin, 3), round(end, 3), speaker))
        spoken += len(words)
        if spoken >= minutes * WORDS_A_MINUTE:
            return Transcript(tuple(cues), language="en")
    raise AssertionError("talks do not end by themselves")


def _sentences(number: int) -> Iterator[tuple[str, str]]:
    chance, speech, every = random.Random(number), Speech(number), sample_sentences()
    while True:
        start = chance.randrange(len(every))
        for speaker, sentence in every[start : start + chance.randint(*_RUN)]:
            words = sentence.split()
            for place, word in enumerate(words):
                if len(word) > 5 and word.isalpha() and word.islower() and chance.random() < _REPLACED:
                    words[place] = speech.words(1)[0]
            yield speaker, " ".join(words)
