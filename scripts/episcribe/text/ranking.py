"""Which sentences of a talk say the most about it, and read well outside it."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from episcribe.library.transcript import Segment
from episcribe.text import cues
from episcribe.text.frequency import common_stems
from episcribe.text.phrasing import disfluency, readable
from episcribe.text.statements import advert_sentences, as_statement, called_names, is_dangling, worth
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
_POINTING_WEIGHT = 4.0
_LENGTH_POWER = 0.3
_LONGEST_PAIR = 45
_PAIR_WEIGHT = 0.65
_ANSWER = 10
_LEAD = 6
_INTRODUCTION = 0.1
_INTRODUCED = 12
_TOLD = 0.5
_THIS_EPISODE = re.compile(
    r"\bthis (?:episode|week|time|show|talk|meeting|session|morning|afternoon)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that could stand alone, or two of which the second leans on the first.

    `index` is that of the first sentence and `last` that of the last; `text` is made readable; `merit` is
    apart from what it is about; `worth` says how far it states something (see `statements.worth`).
    """

    index: int
    text: str
    words: int
    section: int
    terms: tuple[str, ...]
    merit: float
    last: int = -1
    worth: float = 1.0

    def overlaps(self, other: "Candidate") -> bool:
        """True when the two have a sentence in common."""
        return self.index <= max(other.last, other.index) and other.index <= max(self.last, self.index)


def candidates(
    sentences: Sequence[Segment], language: str | None = None, boundaries: Sequence[int] = ()
) -> list[Candidate]:
    """The spoken sentences that could be read alone, in order; `boundaries` begin sections 1, 2 …

    One that points back at the sentence before it comes joined to that one, where both are short.
    """
    base = base_language(language)
    starts, adverts, called = set(boundaries), advert_sentences(sentences), called_names(sentences)
    section, last = 0, max(1, len(sentences) - 1)
    found: list[Candidate] = []
    before: Candidate | None = None
    for i, sentence in enumerate(sentences):
        section += i in starts
        asked = i > 0 and sentences[i - 1].text.rstrip().endswith("?")
        leads, before = before, None
        if sentence.kind != "speech":
            continue
        text = as_statement(readable(sentence.text, base), called, asked=asked)
        words = _words(text)
        if not words or not _is_whole(text, sentence.text):
            continue
        stated = 0.0 if i in adverts else worth(text, base)
        merit = _merit(text, words, base, i / last) / (1 + 3 * disfluency(sentence.text, base))
        if is_dangling(text, base):
            if leads is None or not stated or leads.words + words > _LONGEST_PAIR:
                continue
            if sentences[leads.index].speaker != sentence.speaker:
                continue
            pair = f"{leads.text} {text}"
            merit = (leads.merit * leads.words + merit * words) / (leads.words + words) * _PAIR_WEIGHT
            one = Candidate(
                leads.index,
                pair,
                leads.words + words,
                section,
                _terms(pair, base),
                merit,
                i,
                min(leads.worth, stated),
            )
        else:
            one = before = Candidate(i, text, words, section, _terms(text, base), merit, i, stated)
            before = one if stated and words >= (_ANSWER if asked else _LEAD) else None
        if one.words >= _SHORTEST and one.terms:
            found.append(one)
    return found


def _terms(text: str, base: str) -> tuple[str, ...]:
    return tuple(sorted(set(stems(text, base))))


def _is_whole(text: str, spoken: str) -> bool:
    """False for a sentence that was broken off, or that opens a quotation and does not close it."""
    if cues.is_unfinished(text.lower()) or cues.is_unfinished(spoken.lower()) or cues.SPLICED.search(text):
        return False
    return (
        text.count('"') % 2 == 0 and text.count("“") == text.count("”") and text.count("(") == text.count(")")
    )


def _words(text: str) -> int:
    """Words of a text; half the characters where words are not spaced."""
    return len(text) // 2 if is_spaceless(text) else len(text.split())


def _merit(text: str, words: int, base: str, place: float) -> float:
    """How well a sentence reads alone, and whether it stands where talks say what they are about.

    `place` runs from 0, the beginning of the talk, to 1.
    """
    prose, personal = cues.PROSE.get(base, cues.NONE), cues.PERSONAL.get(base, cues.NONE)
    spoken = [word.strip(".,;:!?\"'()").lower() for word in text.split()]
    merit = 1.0 + _PROSE_WEIGHT * sum(word in prose for word in spoken) / words
    merit /= 1.0 + _PERSONAL_WEIGHT * sum(word in personal for word in spoken) / words
    merit /= float(words**_LENGTH_POWER)
    merit *= 1 + _OPENING_WEIGHT * max(0.0, 1 - place / _OPENING_SHARE)
    merit *= 1 + _CLOSING_WEIGHT * max(0.0, 1 - (1 - place) / _OPENING_SHARE)
    if words > _LONGEST:
        merit *= _LONGEST / words
    if cues.WEIGHTY.search(text.lower()):
        merit *= 1.2
    merit /= (
        1.0
        + _POINTING_WEIGHT * sum(word in cues.POINTING.get(base, cues.NONE) for word in spoken[1:]) / words
    )
    return merit


def topic_weights(sentences: Sequence[Segment], language: str | None = None) -> dict[str, float]:
    """How much each stem stands for what the talk is about: said often here, seldom in speech at large."""
    base = base_language(language)
    counts = Counter(term for s in sentences if s.kind == "speech" for term in stems(s.text, base))
    common = common_stems(base)
    weights = {term: count**0.5 * common.get(term, 1.0) ** 0.5 for term, count in counts.items() if count > 1}
    most = max(weights.values(), default=1.0)
    return {term: weight / most for term, weight in weights.items()}


def subject_told(
    sentences: Sequence[Segment], language: str | None, weights: Mapping[str, float]
) -> Candidate | None:
    """The sentence of the introduction that says what the talk is about; None where none says so."""
    base = base_language(language)
    about, personal, pointing = (
        cues.about(base),
        cues.PERSONAL.get(base, cues.NONE),
        cues.POINTING.get(base, cues.NONE),
    )
    adverts, called = advert_sentences(sentences), called_names(sentences)
    best: tuple[float, Candidate] | None = None
    for i, sentence in enumerate(sentences[: max(_INTRODUCED, int(len(sentences) * _INTRODUCTION))]):
        text = as_statement(readable(sentence.text, base), called)
        if (
            sentence.kind != "speech"
            or i in adverts
            or not about.search(text.lower())
            or is_dangling(text, base)
        ):
            continue
        words, terms = _words(text), _terms(text, base)
        spoken = [word.strip(".,;:!?\"'()").lower() for word in text.split()]
        own = sum(word in personal for word in spoken[2:])
        away = sum(word in pointing for word in spoken) - len(_THIS_EPISODE.findall(text))
        if (
            not _SHORTEST <= words <= _LONGEST_PAIR
            or own
            or away > 0
            or not _is_whole(text, sentence.text)
            or "?" in text
        ):
            continue
        if cues.GREETING.match(text.lower()) or cues.CLOSING.search(text.lower()):
            continue
        told = sum(weights.get(term, 0.0) for term in terms)
        if told >= _TOLD and (best is None or told > best[0]):
            best = told, Candidate(i, text, words, 0, terms, 1.0, i)
    return best[1] if best else None


def rank_sentences(sentences: Sequence[Segment], language: str | None = None) -> list[float]:
    """A score for each sentence, 0 for one that could not stand alone."""
    weights = topic_weights(sentences, language)
    scores = [0.0] * len(sentences)
    for one in candidates(sentences, language):
        score = one.worth * one.merit * sum(weights.get(term, 0.0) for term in one.terms)
        scores[one.index] = max(scores[one.index], score)
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
    gains = {id(one): _gain(one, weights, said, repeated) for one in left}
    while left and len(chosen) < limit:
        left = [one for one in left if one.words <= room]
        scored = [(gains[id(one)] * same_section ** taken[one.section], one) for one in left]
        gain, best = max(scored, key=lambda pair: (pair[0], -pair[1].index), default=(0.0, None))
        if best is None or gain <= 0:
            break
        chosen.append(best)
        left = [one for one in left if not one.overlaps(best)]
        fresh = {term for term in best.terms if term in weights} - said
        said.update(fresh)
        for one in left:
            if not fresh.isdisjoint(one.terms):
                gains[id(one)] = _gain(one, weights, said, repeated)
        taken[best.section] += 1
        room -= best.words
    return sorted(chosen, key=lambda one: one.index)


def _gain(one: Candidate, weights: Mapping[str, float], said: Collection[str], repeated: float) -> float:
    return one.merit * sum(weights.get(t, 0.0) * (repeated if t in said else 1.0) for t in one.terms)
