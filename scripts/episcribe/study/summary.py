"""What of a talk goes into its notes: summary, key points, quotations, terms with their meaning."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from episcribe.library.transcript import Segment, Transcript
from episcribe.study.people import is_nobody
from episcribe.study.vocabulary import NamedTerm, Point, defined_terms, other_names
from episcribe.text import cues
from episcribe.text.phrasing import disfluency
from episcribe.text.ranking import Candidate, candidates, choose, subject_told, topic_weights
from episcribe.text.segmentation import topic_boundaries
from episcribe.text.terms import Term
from episcribe.text.words import base_language, is_spaceless

__all__ = ["Digest", "NamedTerm", "Point", "digest"]

_SUMMARY_WORDS = 28
_LEAST_SUMMARY = 2
_POINT_SECTION = 0.35
_SUMMARY_SECTION = 0.8
_QUOTE_WORDS = (9, 40)
_POINT_WORDS = 8
_OF_SELF = 0.4
_TOLD = 0.15

_FIRST_PERSON = re.compile(
    r"\b(?:i|i'm|i've|i'd|my|me|ich|mein|mir|je|mon|moi|yo|mi|io|mio|eu|meu|ik|mijn|я|мой|мне)\b",
    re.IGNORECASE,
)
_NAMELIKE = re.compile(r"[^\W\d_]{3,}")
_VIVID = re.compile(
    r"\b(?:i (?:believe|love|hate|learned|realized|realised|wish)|never|always|nobody|no one|everybody"
    r"|everyone|the (?:best|worst|hardest|biggest|only|real|most|whole|thing) |lesson|secret|truth|should"
    r"|if you|you (?:have|need) to|matters?|remember|imagine|amazing|incredible|crazy|beautiful|fear"
    r"|courage|mistake|freedom|future|love|hate|ich glaube|nie|immer|je crois|jamais|toujours|creo que"
    r"|nunca|siempre|credo che|mai|sempre)\b",
    re.IGNORECASE,
)
_ASIDES = re.compile(r"\[[^\[\]]{0,60}\]|\((?:laugh|chuckl|applause|music)\w{0,8}\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Digest:
    """All that is chosen from the words of one transcript."""

    summary: list[Point]
    points: list[Point]
    quotations: list[Point]
    terms: list[NamedTerm]
    names: list[Term]


def digest(
    transcript: Transcript,
    sections: Sequence[int],
    *,
    summary: int,
    points: int,
    quotations: int,
    terms: int,
    known: Collection[str] = (),
) -> Digest:
    """The summary, key points, quotations, terms and names of a transcript, sentence by sentence.

    `sections` are the indexes of the sentences that begin a chapter; empty where there are no chapters, and
    the talk is then cut by its subjects. The numbers say how many of each at most. `known` are names that
    are no terms: of the podcast, of people.
    """
    segments, language = transcript.segments, transcript.language
    boundaries = sections or topic_boundaries(segments, language)
    pool = _once([one for one in candidates(segments, language, boundaries) if one.worth])
    summary = min(summary, max(_LEAST_SUMMARY, len(pool) // 3))
    weights = topic_weights(segments, language)
    chosen = _summary(pool, weights, transcript, summary)
    said = {term for one in chosen for term in one.terms}
    stated = [one for one in pool if one.worth == 1 and not any(map(one.overlaps, chosen))]
    points = min(points, max(_LEAST_SUMMARY, 2 * len(stated) // 3))
    listed = choose(
        _points(_of_subject(stated, segments), weights, len(segments), points, base_language(language)),
        weights,
        limit=points,
        same_section=_POINT_SECTION,
        repeated=0.6,
        known=said,
    )
    rest = [one for one in stated if one.index == one.last and not any(map(one.overlaps, listed))]
    quoted = choose(_vivid(rest, segments, language), weights, limit=quotations, same_section=0.3)
    key = defined_terms(segments, language, terms, known)
    return Digest(
        [Point(one.text, one.index) for one in chosen],
        [Point(one.text, one.index) for one in listed],
        [Point(one.text, one.index) for one in quoted],
        key,
        other_names(segments, language, [one.term for one in key], known),
    )


def _once(pool: Sequence[Candidate]) -> list[Candidate]:
    """The candidates without those that only say again what was said in the same words."""
    return list({one.text: one for one in reversed(pool)}.values())[::-1]


def _summary(
    pool: Sequence[Candidate], weights: Mapping[str, float], transcript: Transcript, limit: int
) -> list[Candidate]:
    """What the talk is about, where its beginning says so, then its main statements in order."""
    told = subject_told(transcript.segments, transcript.language, weights) if limit > 1 else None
    lead = [told] if told else []
    own = _FIRST_PERSON
    left = [
        replace(one, merit=one.merit * one.worth * (_OF_SELF if len(own.findall(one.text)) > 1 else 1.0))
        for one in pool
        if not any(map(one.overlaps, lead)) and (not lead or one.index > lead[0].index)
    ]
    chosen = choose(
        left,
        weights,
        limit=limit - len(lead),
        max_words=_SUMMARY_WORDS * limit - sum(one.words for one in lead),
        same_section=_SUMMARY_SECTION,
        known={term for one in lead for term in one.terms},
    )
    return [*lead, *chosen]


def _of_subject(pool: Sequence[Candidate], segments: Sequence[Segment]) -> list[Candidate]:
    """The candidates that say nothing of those who speak, where any are left."""
    speakers = {s.speaker for s in segments if s.speaker and not is_nobody(s.speaker)}
    names = {word for name in speakers for word in name.split() if word[0].isupper() and len(word) > 2}
    return [one for one in pool if names.isdisjoint(_NAMELIKE.findall(one.text))] or list(pool)


def _points(
    pool: Sequence[Candidate], weights: Mapping[str, float], sentences: int, parts: int, base: str
) -> list[Candidate]:
    """The sentences that one could learn, in sections that are equal parts of the talk."""
    found = []
    for one in pool:
        telling = sum(weights.get(term, 0.0) >= _TOLD for term in one.terms)
        if one.words < _POINT_WORDS or (telling < 2 and not is_spaceless(one.text)):
            continue
        merit = one.merit * (_OF_SELF if cues.of_self(base).match(one.text.lower()) else 1.0)
        found.append(replace(one, merit=merit, section=one.index * parts // max(1, sentences)))
    return found or list(pool)


def _vivid(pool: Sequence[Candidate], segments: Sequence[Segment], language: str | None) -> list[Candidate]:
    """The sentences that could be quoted word for word, with a merit for how they are said."""
    found = []
    for one in pool:
        segment = segments[one.index]
        text = " ".join(_ASIDES.sub(" ", segment.text).split())
        fluent = disfluency(segment.text, language) == 0
        named = segment.speaker is not None and not is_nobody(segment.speaker)
        if not (_QUOTE_WORDS[0] <= one.words <= _QUOTE_WORDS[1] and fluent and named):
            continue
        # Without its opening (`And so …`) a sentence is still quoted word for word.
        text = one.text if text.endswith(one.text[1:]) else text
        found.append(replace(one, text=text, merit=one.merit * (1 + min(3, len(_VIVID.findall(text))))))
    return found
