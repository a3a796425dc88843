"""Which sentences of a talk say the most about it, and read well outside it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from episcribe.library.transcript import Segment
from episcribe.text import cues
from episcribe.text.frequency import common_stems
from episcribe.text.phrasing import disfluency, readable
from episcribe.text.words import base_language, is_spaceless, stems

# Weights found by random search on one half of the meetings and checked on the other
# (benchmarks/quality_of_notes.py measures summaries against what people wrote).
_SHORTEST = 7
_LONGEST = 32
_OPENING_SHARE = 0.1
_OPENING_WEIGHT = 1.5
_CLOSING_WEIGHT = 0.3
_PROSE_WEIGHT = 4.0
_PERSONAL_WEIGHT = 5.0
_LENGTH_POWER = 0.3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that could stand alone: `text` made readable, `merit` apart from what it is about."""

    index: int
    text: str
    words: int
    section: int
    terms: tuple[str, ...]
    merit: float


def candidates(
    sentences: Sequence[Segment], language: str | None = None, boundaries: Sequence[int] = ()
) -> list[Candidate]:
    """The spoken sentences that could be read alone, in order; `boundaries` begin sections 1, 2 …"""
    base = base_language(language)
    prose, personal = cues.PROSE.get(base, cues.NONE), cues.PERSONAL.get(base, cues.NONE)
    starts = set(boundaries)
    section, last = 0, max(1, len(sentences) - 1)
    found = []
    for i, sentence in enumerate(sentences):
        section += i in starts
        if sentence.kind != "speech":
            continue
        text = readable(sentence.text, base)
        words = _words(text)
        if words < _SHORTEST or not _is_whole(text, sentence.text):
            continue
        merit = _merit(text, words, prose, personal, i / last) / (1 + 3 * disfluency(sentence.text, base))
        terms = tuple(sorted(set(stems(text, base))))
        if terms:
            found.append(Candidate(i, text, words, section, terms, merit))
    return found


def _is_whole(text: str, spoken: str) -> bool:
    """False for a sentence that was broken off, or that opens a quotation and does not close it."""
    if cues.UNFINISHED.search(text) or cues.UNFINISHED.search(spoken):
        return False
    return (
        text.count('"') % 2 == 0 and text.count("“") == text.count("”") and text.count("(") == text.count(")")
    )


def _words(text: str) -> int:
    """Words of a text; half the characters where words are not spaced."""
    return len(text) // 2 if is_spaceless(text) else len(text.split())


def _merit(text: str, words: int, prose: Collection[str], personal: Collection[str], place: float) -> float:
    """How well a sentence reads alone, and whether it stands where talks say what they are about.

    `place` runs from 0, the beginning of the talk, to 1.
    """
    spoken = [word.strip(".,;:!?\"'()").lower() for word in text.split()]
    merit = 1.0 + _PROSE_WEIGHT * sum(word in prose for word in spoken) / words
    merit /= 1.0 + _PERSONAL_WEIGHT * sum(word in personal for word in spoken) / words
    merit /= float(words**_LENGTH_POWER)
    merit *= 1 + _OPENING_WEIGHT * max(0.0, 1 - place / _OPENING_SHARE)
    merit *= 1 + _CLOSING_WEIGHT * max(0.0, 1 - (1 - place) / _OPENING_SHARE)
    if words > _LONGEST:
        merit *= _LONGEST / words
    if cues.WEIGHTY.search(text):
        merit *= 1.2
    if "?" in text:
        merit *= 0.6
    if cues.DANGLING.match(text):
        merit *= 0.6
    if cues.HOUSEKEEPING.search(text):
        merit *= 0.5
    if prose is cues.PROSE["en"] and not cues.ENGLISH_VERB.search(text):
        merit *= 0.7
    return merit


def topic_weights(sentences: Sequence[Segment], language: str | None = None) -> dict[str, float]:
    """How much each stem stands for what the talk is about: said often here, seldom in speech at large."""
    base = base_language(language)
    counts = Counter(term for s in sentences if s.kind == "speech" for term in stems(s.text, base))
    common = common_stems(base)
    weights = {term: count**0.5 * common.get(term, 1.0) ** 0.5 for term, count in counts.items() if count > 1}
    most = max(weights.values(), default=1.0)
    return {term: weight / most for term, weight in weights.items()}


def rank_sentences(sentences: Sequence[Segment], language: str | None = None) -> list[float]:
    """A score for each sentence, 0 for one that could not stand alone."""
    weights = topic_weights(sentences, language)
    scores = [0.0] * len(sentences)
    for one in candidates(sentences, language):
        scores[one.index] = one.merit * sum(weights.get(term, 0.0) for term in one.terms)
    return scores


def choose(
    pool: Sequence[Candidate],
    weights: Mapping[str, float],
    *,
    limit: int,
    max_words: int | None = None,
    repeated: float = 0.5,
    same_section: float = 0.8,
    known: Collection[str] = (),
) -> list[Candidate]:
    """At most `limit` sentences of `pool` that together say the most, in the order they were said.

    Greedy by what each adds (J. Carbonell and J. Goldstein, "The use of MMR", SIGIR 1998): a stem that was
    said already, or is in `known`, counts `repeated` of its weight, and each sentence taken from a section
    makes the others of that section count `same_section`. No more than `max_words` words in all.
    """
    said = set(known)
    taken: Counter[int] = Counter()
    left, room = list(pool), max_words if max_words is not None else 10**9
    chosen: list[Candidate] = []
    while left and len(chosen) < limit:
        left = [one for one in left if one.words <= room]
        scored = [
            (_gain(one, weights, said, repeated) * same_section ** taken[one.section], one) for one in left
        ]
        gain, best = max(scored, key=lambda pair: (pair[0], -pair[1].index), default=(0.0, None))
        if best is None or gain <= 0:
            break
        chosen.append(best)
        left.remove(best)
        said.update(best.terms)
        taken[best.section] += 1
        room -= best.words
    return sorted(chosen, key=lambda one: one.index)


def _gain(one: Candidate, weights: Mapping[str, float], said: Collection[str], repeated: float) -> float:
    return one.merit * sum(weights.get(t, 0.0) * (repeated if t in said else 1.0) for t in one.terms)
