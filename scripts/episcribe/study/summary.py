"""What of a talk goes into its notes: summary, key points, quotations, terms with their meaning."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from episcribe.library.transcript import Segment, Transcript
from episcribe.study.people import is_nobody
from episcribe.text.phrasing import disfluency
from episcribe.text.ranking import Candidate, candidates, choose, topic_weights
from episcribe.text.segmentation import topic_boundaries
from episcribe.text.terms import Term, key_terms, proper_names
from episcribe.text.words import is_spaceless, stem, tokens

_SUMMARY_WORDS = 28
_POINT_SECTION = 0.35
_SUMMARY_SECTION = 0.8
_QUOTE_WORDS = (8, 40)
_NAMES = 20

_VIVID = re.compile(
    r"\b(?:i (?:believe|love|hate|learned|realized|realised|wish)|never|always|nobody|no one|everybody"
    r"|everyone|the (?:best|worst|hardest|biggest|only|real|most|whole|thing) |lesson|secret|truth|should"
    r"|if you|you (?:have|need) to|matters?|remember|imagine|amazing|incredible|crazy|beautiful|fear"
    r"|courage|mistake|freedom|future|love|hate|ich glaube|nie|immer|je crois|jamais|toujours|creo que"
    r"|nunca|siempre|credo che|mai|sempre)\b",
    re.IGNORECASE,
)
_ASIDES = re.compile(r"\[[^\[\]]{0,60}\]|\((?:laugh|chuckl|applause|music)\w{0,8}\)", re.IGNORECASE)
_ARTICLE = r"(?:^|\b(?:a|an|the|so|what|der|die|das|le|la|el|il|o|l)\s+)"
_MEANS = (
    r"(?:is|are|was|were) (?:a|an|the|when|where|what|how|basically|just|essentially|one|any|something)\b"
    r"|means\b|refers to\b|stands for\b|is called\b|ist (?:ein|eine|der|die|das)\b|bedeutet\b"
    r"|est (?:un|une|le|la)\b|es (?:un|una|el|la)\b|significa\b|è (?:un|una|il|la)\b|é (?:um|uma|o|a)\b|это\b"
)


@dataclass(frozen=True, slots=True)
class Point:
    """A sentence of the notes: as it is to be read, and the index of the sentence that it is."""

    text: str
    sentence: int


@dataclass(frozen=True, slots=True)
class NamedTerm:
    """A term with the sentence that says what it means, where one does."""

    term: Term
    meaning: Point | None


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
) -> Digest:
    """The summary, key points, quotations, terms and names of a transcript, sentence by sentence.

    `sections` are the indexes of the sentences that begin a chapter; empty where there are no chapters, and
    the talk is then cut by its subjects. The numbers say how many of each at most.
    """
    segments, language = transcript.segments, transcript.language
    boundaries = sections or topic_boundaries(segments, language)
    pool = candidates(segments, language, boundaries)
    weights = topic_weights(segments, language)
    chosen = choose(
        pool, weights, limit=summary, max_words=_SUMMARY_WORDS * summary, same_section=_SUMMARY_SECTION
    )
    taken = {one.index for one in chosen}
    said = {term for one in chosen for term in one.terms}
    rest = [one for one in pool if one.index not in taken and "?" not in one.text and "？" not in one.text]
    listed = choose(rest, weights, limit=points, same_section=_POINT_SECTION, repeated=0.6, known=said)
    taken |= {one.index for one in listed}
    vivid = _vivid([one for one in pool if one.index not in taken], segments, language)
    quoted = choose(vivid, weights, limit=quotations, same_section=0.3)
    key = key_terms(segments, language, limit=terms)
    return Digest(
        [Point(one.text, one.index) for one in chosen],
        [Point(one.text, one.index) for one in listed],
        [Point(one.text, one.index) for one in quoted],
        _named(key, pool, language),
        _other_names(segments, language, key),
    )


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
        vivid = len(_VIVID.findall(text))
        merit = one.merit * (1 + min(3, vivid)) * (0.5 if text.rstrip("\"'”").endswith("?") else 1.0)
        found.append(replace(one, text=text, merit=merit))
    return found


def _named(terms: Sequence[Term], pool: Sequence[Candidate], language: str | None) -> list[NamedTerm]:
    """Each term with the first sentence that says what it is."""
    by_index = {one.index: one for one in pool}
    used: set[int] = set()
    named = []
    for term in terms:
        meaning = None
        pattern = re.compile(rf"{_ARTICLE}{re.escape(term.text)}s?,? (?:{_MEANS})", re.IGNORECASE)
        for place in term.sentence_indexes[:60]:
            one = by_index.get(place)
            if one and place not in used and pattern.match(one.text) and "?" not in one.text:
                meaning = Point(one.text, place)
                used.add(place)
                break
        named.append(NamedTerm(term, meaning))
    return named


def _other_names(segments: Sequence[Segment], language: str | None, key: Collection[Term]) -> list[Term]:
    """Names that are said, besides the key terms and those who speak."""
    base = language or "en"
    known = {stem(word, base) for term in key for word in tokens(term.text)}
    known |= {stem(word, base) for s in segments if s.speaker for word in tokens(s.speaker)}
    names = []
    for name in proper_names(segments, language, limit=4 * _NAMES):
        words = {stem(word, base) for word in tokens(name.text)}
        if (
            name.count > 1
            and len(name.text) > 1
            and words
            and not words & known
            and not is_spaceless(name.text)
        ):
            names.append(name)
            known |= words
    return names[:_NAMES]
