"""Measures of summaries, of segmentations and of recognised speech, as their papers define them."""

import re
from collections import Counter
from collections.abc import Sequence

from episcribe.text.words import stem, tokens


def rouge(candidate: str, reference: str) -> tuple[float, float, float]:
    """ROUGE-1, ROUGE-2 and ROUGE-L as F1 over stemmed words (C.-Y. Lin, "ROUGE", 2004), each from 0 to 1."""
    found, wanted = _words(candidate), _words(reference)
    return _overlap(found, wanted, 1), _overlap(found, wanted, 2), _longest(found, wanted)


def _words(text: str) -> list[str]:
    return [stem(part) for word in tokens(text) for part in word.split("'") if part]


def _overlap(found: list[str], wanted: list[str], size: int) -> float:
    ours = Counter(zip(*(found[i:] for i in range(size)), strict=False))
    theirs = Counter(zip(*(wanted[i:] for i in range(size)), strict=False))
    return _f1((ours & theirs).total(), ours.total(), theirs.total())


def _longest(found: list[str], wanted: list[str]) -> float:
    row = [0] * (len(wanted) + 1)
    for word in found:
        before = 0
        for j, other in enumerate(wanted, 1):
            before, row[j] = row[j], before + 1 if word == other else max(row[j], row[j - 1])
    return _f1(row[-1], len(found), len(wanted))


def _f1(common: int, ours: int, theirs: int) -> float:
    return 2 * common / (ours + theirs) if common else 0.0


def window(gold: Sequence[int], length: int) -> int:
    """Half the mean length of the gold segments, in units, at least 2."""
    return max(2, round(length / (len(set(gold)) + 1) / 2))


def pk(found: Sequence[int], gold: Sequence[int], length: int) -> float:
    """Beeferman, Berger & Lafferty 1999: how often two units k apart are wrongly held together or apart.

    Boundaries are the indexes of the units that begin a segment (never 0); `length` is the number of units.
    """
    k = window(gold, length)
    ours, theirs = _labels(found, length), _labels(gold, length)
    wrong = sum((ours[i] == ours[i + k]) != (theirs[i] == theirs[i + k]) for i in range(length - k))
    return wrong / max(1, length - k)


def window_diff(found: Sequence[int], gold: Sequence[int], length: int) -> float:
    """Pevzner & Hearst 2002: how often the number of boundaries between two units k apart is wrong."""
    k = window(gold, length)
    ours, theirs = _labels(found, length), _labels(gold, length)
    wrong = sum(ours[i + k] - ours[i] != theirs[i + k] - theirs[i] for i in range(length - k))
    return wrong / max(1, length - k)


def _labels(boundaries: Sequence[int], length: int) -> list[int]:
    marks = set(boundaries)
    labels, current = [], 0
    for i in range(length):
        current += i in marks and i > 0
        labels.append(current)
    return labels


_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SPELLED_OUT = {"mr": "mister", "mrs": "missus", "dr": "doctor"}


def spoken_words(text: str) -> list[str]:
    """The words of a text as they are spoken: no case, no punctuation, common titles spelled out."""
    words = _WORD.findall(text.casefold().replace("’", "'"))
    return [_SPELLED_OUT.get(word, word) for word in words]


def word_errors(found: str, reference: str) -> int:
    """The words to insert, delete or change to make `found` the reference (V. Levenshtein 1966)."""
    ours, theirs = spoken_words(found), spoken_words(reference)
    row = list(range(len(ours) + 1))
    for index, wanted in enumerate(theirs, 1):
        diagonal, row[0] = row[0], index
        for j, word in enumerate(ours, 1):
            change = diagonal + (word != wanted)
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, change)
    return row[-1]


def word_error_rate(found: str, reference: str) -> float:
    """Word errors for each word of the reference; 0 is perfect, more than 1 is possible."""
    return word_errors(found, reference) / max(1, len(spoken_words(reference)))
