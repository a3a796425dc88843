"""The terms and names that a talk is about."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log2
from typing import NamedTuple

from episcribe.library.transcript import Segment
from episcribe.text import cues
from episcribe.text.frequency import common_stems, everyday_stems
from episcribe.text.nouns import PAST_FORMS, Uses, noun_uses
from episcribe.text.words import base_language, is_spaceless, stem, stopwords

_LONGEST = 4
_PLACE_STARTS = frozenset({"New", "Great", "Long", "Big", "Little", "Old"})
_MAX_SENTENCES = 20_000
_NOUN = 0.5
_LAST_NOUN = 0.3
_GREETING = 80
_VERB = 0.6
_EVERYDAY = 0.55
_PART = re.compile(r"[^\W_](?:[\w'’&+#./-]*[\w+#])?|[,;:.!?()\[\]\"“”—–…]|--")
_POSSESSIVE = re.compile(r"['’]s?$")
_INNER = frozenset({"of", "de", "du", "des", "von", "del", "della", "di", "da", "do", "van"})
_INSIDE_CAPITALS = re.compile(r"[^\W\d_][^\W_]*[A-Z]|[A-Z]\d|\d[A-Z]")
_INTERJECTION = re.compile(
    r"(?:m+h*m+|mm-?hmm?|uh-?huh|nuh|eh+|ha+|hah+a*|th|nei|ok|okay|am|pm|hm+|[a-z]_?|https?|www|o+h+|a+h+"
    r"|um+|uh+)"
)
# Names of days and months and of what comes from a country: names, and no terms.
_ENGLISH_TIMELY = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|march|april|may|june|july|august"
    r"|september|october|november|december|christmas|easter|american|european|british|english|french|german"
    r"|italian|spanish|swiss|dutch|roman|greek|russian|chinese|japanese|indian|canadian|australian|african"
    r"|irish|scottish|swedish|polish|danish|norwegian|mexican|hey|yeah|okay|god|jesus|mom|dad|dude|gosh",
)
_ENGLISH_WEAK = re.compile(
    r"(?:\w+ly|\w{2,}ing|\w{3,}ed|\w+n't|\w+'\w+|\w+est|hundred|thousand|million|billion|dozen|percent"
    r"|january|february|march|april|june|july|august|september|october|november|december|monday|tuesday"
    r"|wednesday|thursday|friday|saturday|sunday|began|laid|went|kept|arrive|varies|twenty|thirty|forty"
    r"|fifty|sixty|seventy|eighty|ninety|eleven|twelve|laughs?|laughter|crosstalk|inaudible|unintelligible"
    r"|music|unclear|applause|haha\w*)"
)


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase as it was said: how much it stands for the talk, how often it was said, and where."""

    text: str
    weight: float
    count: int
    first_start: float | None
    sentence_indexes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """The occurrences of one candidate, whatever their inflection."""

    forms: Mapping[str, int]
    places: list[int]
    is_name: bool


class _Part(NamedTuple):
    """A word of a sentence: as written, its stem, and whether its capital says something."""

    text: str
    key: str
    capital: bool | None
    stop: bool
    ends: bool


class _Look(NamedTuple):
    """What a word is, wherever it stands."""

    bare: str
    key: str
    capital: bool
    always: bool
    idle: bool


_Key = tuple[str, ...]
_BREAK = _Part("", "", None, True, True)


def key_terms(sentences: Sequence[Segment], language: str | None = None, *, limit: int = 20) -> list[Term]:
    """The words, phrases and names that stand most for what the talk is about, the weightiest first.

    Candidates are runs of words between stop words (S. Rose et al., RAKE, 2010), weighed by how often they
    are said apart from longer ones that hold them (K. Frantzi et al., C-value, 2000), by how rare their words
    are in speech at large, by how much of the talk they run through, and by whether they are written as
    names. The names of those who speak are left out.
    """
    base = base_language(language)
    found = _candidates(sentences, base)
    weighed = _weigh(found, base, max(1, len(sentences)), uses_of(sentences, base))
    speakers = {stem(word, base) for s in sentences if s.speaker for word in s.speaker.casefold().split()}
    ranked = sorted(
        (item for item in weighed.items() if not speakers.issuperset(item[0])),
        key=lambda item: (-item[1], item[0]),
    )
    chosen: dict[_Key, Term] = {}
    held: set[_Key] = set()
    for key, weight in ranked:
        if key in held:
            continue
        term = _term(found[key], weight, sentences)
        inner = [part for part in _parts_of(key) if part in chosen and _outdoes(term, chosen[part])]
        if inner:
            chosen = {key if other == inner[0] else other: kept for other, kept in chosen.items()}
            chosen[key] = term
            chosen = {other: kept for other, kept in chosen.items() if other not in inner[1:]}
        elif len(chosen) < limit:
            chosen[key] = term
        else:
            break
        held.update(_parts_of(key))
    return list(chosen.values())


def proper_names(sentences: Sequence[Segment], language: str | None = None, *, limit: int = 50) -> list[Term]:
    """Words and phrases written as names, the most frequent first; none for scripts without capitals."""
    base = base_language(language)
    if base == "de":
        return []
    found = _candidates(sentences, base)
    names = {
        key: one
        for key, one in found.items()
        if one.is_name and not _is_common(key, base) and not _is_weak(one, base)
    }
    inside = _inside(names)
    ranked = sorted(names, key=lambda key: (-len(names[key].places), key))
    kept = [key for key in ranked if inside[key] < 0.8 * len(names[key].places)]
    return [_term(names[key], float(len(names[key].places)), sentences) for key in kept[:limit]]


_latest: list[tuple[Sequence[Segment], str, dict[_Key, _Found]]] = []
_latest_uses: list[tuple[Sequence[Segment], str, Uses]] = []


def _candidates(sentences: Sequence[Segment], base: str) -> dict[_Key, _Found]:
    """All phrases that are said more than once, by the stems of their words.

    The last answer is kept: terms, names and the titles of chapters are asked of one talk in turn.
    """
    if _latest and _latest[0][0] is sentences and _latest[0][1] == base:
        return _latest[0][2]
    found = _read(sentences[:_MAX_SENTENCES], base)
    if isinstance(sentences, tuple):
        _latest[:] = [(sentences, base, found)]
    return found


def uses_of(sentences: Sequence[Segment], language: str | None = None) -> Uses:
    """How the words of a talk are used; see `nouns.noun_uses`. The last answer is kept."""
    base = base_language(language)
    if _latest_uses and _latest_uses[0][0] is sentences and _latest_uses[0][1] == base:
        return _latest_uses[0][2]
    uses = noun_uses([s.text for s in sentences[:_MAX_SENTENCES] if s.kind == "speech"], base)
    if isinstance(sentences, tuple):
        _latest_uses[:] = [(sentences, base, uses)]
    return uses


def _read(sentences: Sequence[Segment], base: str) -> dict[_Key, _Found]:
    seen: dict[_Key, list[tuple[int, str, bool | None]]] = {}
    stop = stopwords(base)
    for i, sentence in enumerate(sentences):
        if sentence.kind != "speech":
            continue
        if len(sentence.text) < _GREETING and cues.GREETING.match(sentence.text.lower()):
            continue
        if is_spaceless(sentence.text):
            from episcribe.text.spaceless import spaceless_phrases

            for phrase in spaceless_phrases(sentence.text, stop):
                seen.setdefault((phrase,), []).append((i, phrase, None))
            continue
        for run in _runs(_parts(sentence.text, base)):
            for key, text, capital in _grams(run):
                seen.setdefault(key, []).append((i, text, capital))
    return {key: _gather(places) for key, places in seen.items() if len(places) > 1}


def _gather(places: list[tuple[int, str, bool | None]]) -> _Found:
    judged = [capital for _, _, capital in places if capital is not None]
    is_name = bool(judged) and sum(judged) >= 0.7 * len(judged)
    return _Found(Counter(text for _, text, _ in places), [i for i, _, _ in places], is_name)


def _parts(text: str, base: str) -> list[_Part]:
    parts: list[_Part] = []
    fresh = True
    for written in _PART.findall(text):
        if not written[0].isalnum():
            fresh = fresh or written not in ",;:)](["
            parts.append(_BREAK)
            continue
        look = _look(written, base)
        capital = look.capital if look.always or not fresh else None
        stop = look.idle and not (capital and look.always)
        parts.append(_Part(look.bare, look.key, capital, stop, look.bare != written))
        fresh = False
    for i, (part, following) in enumerate(pairwise(parts)):
        if part.text in _PLACE_STARTS and part.capital and following.capital and not part.ends:
            parts[i] = part._replace(stop=False)
    return parts


@lru_cache(maxsize=32768)
def _look(written: str, base: str) -> _Look:
    """A word without its possessive ending; a capital inside it counts wherever it stands (`GitHub`)."""
    bare = _POSSESSIVE.sub("", written)
    folded = bare.casefold().replace("’", "'")
    stop = stopwords(base)
    idle = folded in stop or written.casefold().replace("’", "'") in stop or len(folded) < 2
    shouted = len(bare) > 1 and bare.isupper() and not _INTERJECTION.fullmatch(folded)
    uttered = bool(_INTERJECTION.fullmatch(folded))
    always = shouted or (not uttered and bool(_INSIDE_CAPITALS.search(bare)))
    idle = idle or uttered
    return _Look(bare, stem(folded, base), bare[0].isupper() or always, always, idle)


def _runs(parts: list[_Part]) -> Iterator[list[_Part]]:
    """Runs of words that carry meaning; between two names a particle (`of`) does not end a run."""
    run: list[_Part] = []
    for i, part in enumerate(parts):
        following = parts[i + 1] if i + 1 < len(parts) else None
        joins = run and part.text in _INNER and following and run[-1].capital and following.capital
        if part.stop and not joins:
            if run:
                yield run
            run = []
            continue
        run.append(part)
        if part.ends:
            yield run
            run = []
    if run:
        yield run


def _grams(run: list[_Part]) -> Iterator[tuple[_Key, str, bool | None]]:
    """All phrases of up to `_LONGEST` words in a run: key, text, and whether it is written as a name."""
    for start in range(len(run)):
        for size in range(1, min(_LONGEST, len(run) - start) + 1):
            words = run[start : start + size]
            if words[0].text in _INNER or words[-1].text in _INNER:
                continue
            told = [w.capital for w in words if w.capital is not None and w.text not in _INNER]
            capital = all(told) if told else None
            yield tuple(w.key for w in words), " ".join(w.text for w in words), capital


def _is_common(key: _Key, base: str) -> bool:
    common = common_stems(base)
    return all(common.get(part, 1.0) < 0.5 for part in key)


def _is_weak(one: _Found, base: str) -> bool:
    return base == "en" and bool(_ENGLISH_WEAK.fullmatch(_form(one).casefold()))


def _inside(found: Mapping[_Key, _Found]) -> Counter[_Key]:
    """How often each candidate is said as part of a longer one that is said more than once."""
    inside: Counter[_Key] = Counter()
    for key, one in found.items():
        count = len(one.places)
        if count < 2 or len(key) < 2:
            continue
        for size in range(1, len(key)):
            for start in range(len(key) - size + 1):
                part = key[start : start + size]
                inside[part] = max(inside[part], count)
    return inside


def _weigh(found: dict[_Key, _Found], base: str, sentences: int, uses: Uses) -> dict[_Key, float]:
    inside = _inside(found)
    rarity = common_stems(base)
    weights = {}
    for key, one in found.items():
        count = len(one.places)
        name = one.is_name and base != "de"
        if count < 2 or (count < 3 and not name and len(key) < 2):
            continue
        alone = count - inside[key] * (0.8 if len(key) == 1 else 1.0)
        share = _share(key, one, name, rarity, base) * (1.0 if name else _use(key, uses, base))
        if alone < 1 or share <= 0:
            continue
        spread = len({place * 10 // sentences for place in one.places}) / 10
        frequency = log2(1 + alone) * (0.6 + 0.4 * log2(1 + len(key)))
        weights[key] = frequency * share * (0.6 + spread) * (1.5 if name else 1.0)
    return weights


def _share(key: _Key, one: _Found, name: bool, rarity: Mapping[str, float], base: str) -> float:
    """From 0 to 1: how much the words of a candidate can name a subject."""
    form = _form(one)
    if base == "en" and (
        _ENGLISH_TIMELY.fullmatch(form.casefold()) or form in _PLACE_STARTS or form.split()[-1] in PAST_FORMS
    ):
        return 0.0
    if form[0].isdigit() and (not name or " " in form or form.isdigit()):
        return 0.0
    shares = [rarity.get(part, 1.0) for part in key]
    if base == "de" and not form.split()[-1][0].isupper():
        return 0.15
    if base == "en" and not name:
        words = form.casefold().split()
        weak = [bool(_ENGLISH_WEAK.fullmatch(word)) for word in (words[0], words[-1])]
        if all(weak) or (len(key) == 1 and shares[0] < 0.5):
            return 0.0
        if len(key) > 1 and min(shares[-1], max(shares)) < 0.2:
            return 0.3 * max(shares)
        return (sum(shares) / len(shares)) * (0.5 if any(weak) else 1.0)
    if name and len(key) == 1 and shares[0] < 0.3:
        return 0.3
    return sum(shares) / len(shares)


def _use(key: _Key, uses: Uses, base: str) -> float:
    """How far a candidate is used as a noun, and how far it belongs to this talk and not to every day."""
    used = uses.noun.get(key[-1], 0.5) if uses.noun else 1.0
    share = 1.0 if used >= (_NOUN if len(key) == 1 else _LAST_NOUN) else 0.0 if len(key) == 1 else 0.15
    if len(key) > 1 and uses.verb.get(key[0], 0.0) > _VERB:
        share *= 0.3
    return share * (_EVERYDAY if all(part in everyday_stems(base) for part in key) else 1.0)


def _outdoes(longer: Term, shorter: Term) -> bool:
    """True when a term is mostly said as part of the longer one, and that one is a term itself."""
    return longer.count >= 0.6 * shorter.count and longer.weight >= 0.4 * shorter.weight


def _parts_of(key: _Key) -> Iterator[_Key]:
    """All shorter candidates that are said within one."""
    if len(key) == 1 and not key[0].isascii() and is_spaceless(key[0]):
        whole = key[0]
        for size in range(2, len(whole)):
            yield from ((whole[i : i + size],) for i in range(len(whole) - size + 1))
        return
    for size in range(1, len(key)):
        yield from (key[i : i + size] for i in range(len(key) - size + 1))


def _term(one: _Found, weight: float, sentences: Sequence[Segment]) -> Term:
    places = tuple(dict.fromkeys(one.places))
    return Term(_form(one), round(weight, 4), len(one.places), sentences[places[0]].start, places)


def _form(one: _Found) -> str:
    """The commonest form, in lower case where that was said and the term is not a name."""
    forms = sorted(one.forms, key=lambda form: (-one.forms[form], form))
    if not one.is_name:
        return next((form for form in forms if form[:1].islower()), forms[0])
    return forms[0]
