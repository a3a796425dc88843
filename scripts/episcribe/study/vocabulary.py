"""The terms of a talk with what they mean, and the names that are said besides."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from episcribe.library.transcript import Segment
from episcribe.text.definitions import Definition, definitions
from episcribe.text.frequency import common_stems
from episcribe.text.terms import Term, key_terms, proper_names
from episcribe.text.words import base_language, is_spaceless, stem, tokens

_NAMES = 20
_DEFINED_WEIGHT = 1.6
_ADDED_SHARE = 3
_RARE = 0.5
_FEW = 3
_VERBAL = re.compile(r"(?:ed|ing)$")


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


def defined_terms(
    sentences: Sequence[Segment], language: str | None, limit: int, known: Collection[str] = ()
) -> list[NamedTerm]:
    """At most `limit` terms, the weightiest first; those that the talk defines weigh more.

    A term that is defined is one even if it is said once; they make up a third of the list at most.
    """
    base = base_language(language)
    names = {stem(word, base) for name in known for word in tokens(name)}
    terms = [
        term
        for term in key_terms(sentences, language, limit=2 * limit)
        if not names.issuperset(_key(term.text, base))
    ]
    meanings: dict[tuple[str, ...], Definition] = {}
    for one in definitions(sentences, language):
        if not names.issuperset(_key(one.term, base)):
            meanings.setdefault(_key(one.term, base), one)
    listed = [_named(term, _meaning(term, meanings, base)) for term in terms]
    added = [made for one in meanings.values() if (made := _added(one, sentences, terms, base)) is not None]
    listed += [_named(term, one) for term, one in added[: max(1, limit // _ADDED_SHARE)]]
    listed.sort(key=lambda one: (-one.term.weight, one.term.sentence_indexes))
    return _merged(listed, base)[:limit]


def _key(text: str, base: str) -> tuple[str, ...]:
    return tuple(stem(word, base) for word in tokens(text))


def _meaning(term: Term, meanings: dict[tuple[str, ...], Definition], base: str) -> Definition | None:
    """The definition of a term, taken out of `meanings`; not that of a verb of the same stem."""
    key = _key(term.text, base)
    one = meanings.get(key)
    if one is None or (_VERBAL.search(one.term) and not _VERBAL.search(term.text)):
        return None
    return meanings.pop(key)


def _named(term: Term, one: Definition | None) -> NamedTerm:
    if one is None:
        return NamedTerm(term, None)
    text = term.text[0] + one.term[1:] if term.text[0].casefold() == one.term[0].casefold() else term.text
    return NamedTerm(
        replace(term, text=text, weight=term.weight * _DEFINED_WEIGHT), Point(one.text, one.first)
    )


def _added(
    one: Definition, sentences: Sequence[Segment], terms: Sequence[Term], base: str
) -> tuple[Term, Definition] | None:
    """A term that is defined and said too seldom to be told otherwise; None for a worn-out word."""
    key = _key(one.term, base)
    common = common_stems(base)
    if all(common.get(part, 1.0) < _RARE for part in key) or (len(key) == 1 and _VERBAL.search(one.term)):
        return None
    places = tuple(
        i for i, s in enumerate(sentences) if key[0] in s.text.casefold() and _holds(_key(s.text, base), key)
    )
    if len(key) == 1 and len(places) < 2 and not one.term[0].isupper() and base != "de":
        return None
    places = places or (one.first,)
    text = one.term
    if (
        base != "de"
        and text[0].isupper()
        and any(f" {text[0].lower()}{text[1:]}" in sentences[i].text for i in places)
    ):
        text = text[0].lower() + text[1:]
    usual = terms[len(terms) // 3].weight if terms else 1.0
    return Term(text, usual, len(places), sentences[places[0]].start, places), one


def _holds(words: Sequence[str], key: Sequence[str]) -> bool:
    first, size = key[0], len(key)
    return any(word == first and tuple(words[i : i + size]) == tuple(key) for i, word in enumerate(words))


def _merged(listed: Sequence[NamedTerm], base: str) -> list[NamedTerm]:
    """Without terms that are little more than the beginning of a longer one (`neap` beside `neap tide`)."""
    keys = [_key(one.term.text, base) for one in listed]
    kept = []
    for one, key in zip(listed, keys, strict=True):
        swallowed = any(
            len(other) > len(key)
            and key == other[: len(key)]
            and one.meaning is None
            and longer.meaning is not None
            and one.term.count <= _FEW * max(2, longer.term.count)
            for longer, other in zip(listed, keys, strict=True)
        )
        if not swallowed:
            kept.append(one)
    return kept


def other_names(
    sentences: Sequence[Segment], language: str | None, key: Sequence[Term], known: Collection[str] = ()
) -> list[Term]:
    """Names that are said, besides the key terms, those who speak and those who are `known`."""
    base = base_language(language)
    taken = {stem(word, base) for term in key for word in tokens(term.text)}
    taken |= {stem(word, base) for s in sentences if s.speaker for word in tokens(s.speaker)}
    taken |= {stem(word, base) for name in known for word in tokens(name)}
    names: list[Term] = []
    for name in proper_names(sentences, language, limit=4 * _NAMES):
        words = {stem(word, base) for word in tokens(name.text)}
        if (
            name.count > 1
            and len(name.text) > 1
            and words
            and not words & taken
            and not is_spaceless(name.text)
        ):
            names.append(name)
            taken |= words
    return names[:_NAMES]
