"""How much a text repeats itself: as speech does, or as a machine does that got stuck."""

import zlib
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

_GRAM = 6
_UNSPACED_GRAM = 14


class Repetition(NamedTuple):
    """Shares of a text (0 to 1) and its compression ratio.

    `repeated_grams`: of its runs of six words (14 characters where words have no spaces), those that stood
    before; `looped`: of its sentences, those that stand there again and again.
    """

    repeated_grams: float
    looped: float
    compression: float


def measure_repetition(sentences: Sequence[str], words: Sequence[str], *, unspaced: bool) -> Repetition:
    """The repetition in `sentences`, whose words (characters where `unspaced`) are `words`, in lower case."""
    size = _UNSPACED_GRAM if unspaced else _GRAM
    grams = list(zip(*(words[offset:] for offset in range(size)), strict=False))
    repeated = 1 - len(set(grams)) / len(grams) if grams else 0.0
    text = ("" if unspaced else " ").join(words).encode()
    compression = len(text) / len(zlib.compress(text, 1)) if len(text) > 500 else 1.0
    return Repetition(repeated, _looped_share(sentences), compression)


def _looped_share(sentences: Sequence[str]) -> float:
    """The share of sentences that are there five times (three when long), or four times in a row.

    By words or, where that is more, by number. What people say often is short: sentences of one or two words
    count only where they stand in a row.
    """
    counts = Counter(sentences)
    total = looped = number = 0
    run = 0
    before = None
    for sentence in sentences:
        words = len(sentence.split()) or 1
        total += words
        run = run + 1 if sentence == before else 1
        before = sentence
        count = counts[sentence]
        often = (count >= 5 and words >= 3) or (count >= 3 and words >= 8)
        if often or run >= 4:
            looped += words
            number += 1
    return max(looped / total, number / len(sentences)) if total else 0.0
