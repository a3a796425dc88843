"""Titles for the sections of a talk, in the words in which their subjects are spoken of."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from episcribe.library.transcript import Segment
from episcribe.text import cues
from episcribe.text.definitions import Definition, definitions
from episcribe.text.frequency import common_stems, everyday_stems
from episcribe.text.nouns import Phrase, Uses, noun_phrases
from episcribe.text.phrasing import readable
from episcribe.text.statements import advert_sentences, as_statement, called_names
from episcribe.text.terms import Term, key_terms, uses_of
from episcribe.text.words import base_language, is_spaceless, stems

LONGEST = 60
_MOST_WORDS = 11
_QUESTION_WORDS = 11
_EARLY = 0.4
_QUESTION, _ANNOUNCED, _DEFINED, _JOINED, _PHRASE = 2.0, 1.6, 1.5, 1.25, 1.0

_ASKS = {
    "en": r"(?:why|how|what|when|where|who|which)\b",
    "de": r"(?:warum|wieso|weshalb|wie|was|wann|wo|woher|wohin|wer|wem|wen|wessen|welche[rsmn]?|womit"
    r"|wodurch|worin|wofür)\b",
    "fr": r"(?:pourquoi|comment|quand|où|qui|quel(?:le)?s?|combien|que|qu'est-ce que)\b",
    "es": r"¿?(?:por qué|cómo|cuándo|dónde|quién(?:es)?|cuál(?:es)?|cuánt[oa]s?|qué)\b",
    "it": r"(?:perché|come|quando|dove|chi|quale|quali|quant[oaie]|che cosa|cosa)\b",
    "pt": r"(?:por que|como|quando|onde|quem|qual|quais|quant[oa]s?|o que)\b",
    "nl": r"(?:waarom|hoe|wat|wanneer|waar|wie|welke?)\b",
    "ru": r"(?:почему|как|что|когда|где|кто|как(?:ой|ая|ие|ое)|сколько|зачем|откуда)\b",
}
_POINTS_AWAY = {
    "en": r"\b(?:it|its|it's|they|them|their|he|she|him|his|her|this|that|that's|these|those|there|here|i"
    r"|me|my|us|our|mean|say|think|guys|yourself|thing|things|stuff|else|something|anything)\b|\b(?:like"
    r"|about|to|for|of|with|in|on|at|from|by)\W*$",
    "de": r"\b(?:er|sie|es|ihm|ihn|ihr|ihnen|dies\w*|dort|da|das|den|man|ich|mir|mich|du|wir"
    r"|uns)(?= (?-i:[a-zäöü])|\W*$)|\bsie\b",
    "fr": r"\b(?:il|elle|ils|elles|ça|cela|ceci|ce|je|me|moi)\b",
    "es": r"\b(?:él|ella|ellos|eso|esto|ese|esa|me|yo)\b",
    "it": r"\b(?:lui|lei|loro|questo|quello|ciò|mi|io)\b",
    "pt": r"\b(?:ele|ela|eles|isso|isto|eu|me)\b",
    "nl": r"\b(?:hij|zij|het(?= [a-z]+ )|dit|dat|ik|mij)\b",
    "ru": r"\b(?:он|она|они|оно|это|этот|я|мне)\b",
}
_LOOSE_WORDS = re.compile(
    r"\b(?:simply|really|actually|just|exactly|basically|then|maybe|perhaps|also|kind of|sort of|you know"
    r"|ultimately|necessarily|do you think|would you say|eigentlich|denn|überhaupt|genau|aber|also|donc"
    r"|alors)\b[ ,]*",
    re.IGNORECASE,
)
_ANNOUNCES = {
    "en": r"(?:let's|let us|we(?:'ll| will| are going to|'re going to| want to|'re gonna)?|i(?:'d"
    r"| would)? (?:like|want|wanted) to|today we|going to|gonna|wanna|can you|could you"
    r"|can we) (?:\w+ ){0,2}?(?:talk(?:ing)?(?: a (?:little )?bit)?(?: more)? about|start with|begin with"
    r"|turn to|move on to|get into|dive into|look at|discuss|explain|describe|switch to|ask (?:you )?about"
    r"|know about|hear about|explore|cover|tell us about)|(?:tell (?:me|us)|i(?:'m| am) curious|what|how"
    r"|talk to (?:me|us)|speaking|what do you think"
    r"|what are your thoughts) (?:a (?:little )?bit )?(?:more )?(?:about|of)|(?:the )?(?:next|first|second"
    r"|third|last|other|final) (?:topic|item|thing|question|part|point|one|subject|section) (?:is|would be"
    r"|on the \w+ is)|(?:the programme|podcast|show|episode|talk|story|question|topic) (?:is )?about"
    r"|what(?:'s| is)(?=[ ]the difference)",
    "de": r"(?:sprechen|reden) wir (?:\w+ )?über|kommen wir (?:\w+ )?(?:zu[mr]?|auf)"
    r"|(?:es )?geht es (?:\w+ )?um|thema (?:ist|sind)|zum thema|bleibt",
    "fr": r"parlons (?:de |du |des |d')|on (?:va )?parle[r]? (?:de |du |des |d')|passons à|il s'agit de",
    "es": r"hablemos (?:de|sobre)|vamos a hablar (?:de|sobre)|hablar (?:de|sobre)|se trata de|pasemos a",
    "it": r"parliamo (?:di|del|della|dei)|passiamo a|si tratta di",
    "pt": r"vamos falar (?:de|sobre|do|da)|falar (?:de|sobre)|trata-se de",
    "nl": r"(?:praten|hebben) we (?:het )?(?:over)|het gaat (?:\w+ )?over",
    "ru": r"поговорим (?:о|об)|речь (?:пойдёт|идёт) о",
}
_AND = dict(
    pair.split(":")
    for pair in (
        "de:und fr:et es:y it:e pt:e nl:en ru:и zh:和 ja:と ar:و pl:i sv:och da:og no:og fi:ja hu:és tr:ve"
        " cs:a uk:і ko:와 ca:i ro:și"
    ).split()
)
_HOLLOW = frozenset(
    "cent ones terms case order sense regards front favor favour spite fan number kind sort rest lack set"
    " bunch amount part group type level end top middle side beginning course fact pair couple series piece"
    " bit point addition response lieu".split()
)
_TRAILING = re.compile(
    r"[ ,]+(?:first of all|today|for (?:our )?(?:listeners|people)|in your (?:opinion|view)|at all"
    r"|right now|so far)(?=\W*$)",
    re.I,
)
_WORN = frozenset("podcast episod channel youtub listen hero app websit articl interview".split())
_NEVER = re.compile("(?!)")
_END = re.compile(r"[.!?,;:。！？؟…\s]+$")


@dataclass(frozen=True, slots=True)
class _Title:
    """A title that could be given, the stems that it is about, and how good it is in form and place."""

    text: str
    keys: frozenset[str]
    fit: float


@lru_cache(maxsize=32)
def _compiled(table: str, base: str) -> re.Pattern[str]:
    patterns = {"asks": _ASKS, "away": _POINTS_AWAY, "announces": _ANNOUNCES}[table]
    return re.compile(patterns[base], re.IGNORECASE) if base in patterns else _NEVER


def section_titles(
    sentences: Sequence[Segment], starts: Sequence[int], language: str | None = None
) -> list[str]:
    """A title for each section of a talk, at most 11 words in at most `LONGEST` characters, no two alike.

    `starts` are the indexes of the sentences that begin the sections. The best of: a question that is asked
    early in the section, a subject that is announced, what is defined, a noun phrase; by how much its words
    stand for this section and not for the others. Else one or two terms. Empty where nothing is said of note.
    """
    base = base_language(language)
    ends = [*starts[1:], len(sentences)]
    weights = _section_weights(sentences, starts, ends, base)
    terms: list[list[Term]] = []
    found = [
        sorted(_ranked(made, weights[i]), key=lambda pair: (-pair[0], pair[1].text))
        for i, made in enumerate(_candidates(sentences, starts, ends, base))
    ]
    titles: list[str] = []
    used: list[frozenset[str]] = []
    for place in range(len(starts)):
        title = _first_unlike(found[place], used)
        if title is None:
            terms = terms or _section_terms(sentences, starts, ends, language)
            title = _of_terms(terms[place], titles, base)
        titles.append(title.text)
        used.append(title.keys)
    return titles


def _section_weights(
    sentences: Sequence[Segment], starts: Sequence[int], ends: Sequence[int], base: str
) -> list[dict[str, float]]:
    """For each section, how much each stem stands for it.

    A stem does that is said often here, and seldom elsewhere and in speech at large.
    """
    common, everyday = common_stems(base), everyday_stems(base)
    counts = [
        Counter(term for s in sentences[start:end] if s.kind == "speech" for term in stems(s.text, base))
        for start, end in zip(starts, ends, strict=True)
    ]
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    weights = []
    for count in counts:
        made = {
            term: said**0.6
            * (said / total[term]) ** 0.5
            * common.get(term, 1.0)
            * (0.6 if term in everyday else 1.0)
            for term, said in count.items()
            if total[term] > 1
        }
        most = max(made.values(), default=1.0)
        weights.append({term: weight / most for term, weight in made.items()})
    return weights


def _ranked(made: Sequence[_Title], weights: Mapping[str, float]) -> Iterator[tuple[float, _Title]]:
    for title in made:
        told = sorted((weights.get(key, 0.0) for key in title.keys), reverse=True)
        if told and told[0] >= 0.25:
            gist = sum(weight / (1 + rank) for rank, weight in enumerate(told))
            waste = sum(weight < 0.05 for weight in told) / len(told)
            yield title.fit * gist * (1 - 0.6 * waste), title


def _first_unlike(ranked: Sequence[tuple[float, _Title]], used: Sequence[frozenset[str]]) -> _Title | None:
    """The best title after what it shares with those before it is taken off; none where all is shared."""
    best: tuple[float, _Title] | None = None
    for score, title in ranked:
        if best and score <= best[0]:
            break
        shared = max((len(title.keys & other) / len(title.keys) for other in used), default=0.0)
        if shared < 1 and (best is None or score * (1 - 0.6 * shared) > best[0]):
            best = (score * (1 - 0.6 * shared), title)
    return best[1] if best else None


def _candidates(
    sentences: Sequence[Segment], starts: Sequence[int], ends: Sequence[int], base: str
) -> Iterator[list[_Title]]:
    adverts, called = advert_sentences(sentences), called_names(sentences)
    uses = uses_of(sentences, base)
    defined: dict[int, list[Definition]] = {}
    for one in definitions(sentences, base):
        defined.setdefault(one.first, []).append(one)
    for start, end in zip(starts, ends, strict=True):
        made: list[_Title] = []
        phrases: dict[tuple[str, ...], list[tuple[Phrase, float]]] = {}
        for i in range(start, end):
            sentence = sentences[i]
            if sentence.kind != "speech" or i in adverts:
                continue
            early = 1 + 0.5 * max(0.0, 1 - (i - start) / max(4.0, _EARLY * (end - start)))
            if "?" in sentence.text or early > 1 or i - start < 4:
                made += _spoken(sentence.text, called, uses, base, early)
            for one in defined.get(i, ()):
                made += _titled(_defined_text(one, base), _DEFINED * early, base)
            for phrase in () if is_spaceless(sentence.text) else noun_phrases(sentence.text, uses, base):
                phrases.setdefault(phrase.keys, []).append((phrase, early))
        yield [*made, *_phrase_titles(phrases, called, base)]


def _spoken(text: str, called: frozenset[str], uses: Uses, base: str, early: float) -> Iterator[_Title]:
    """Titles from a question or an announcement."""
    line = as_statement(readable(text, base), called)
    if cues.GREETING.match(line.lower()) and "?" not in line:
        return
    if line.endswith(("?", "？", "؟")):
        question = _question(line, base)
        if question:
            yield from _titled(question, _QUESTION * early, base)
    announced = _compiled("announces", base).search(line)
    if announced:
        rest = line[announced.end() :].strip()
        clause = (
            re.match(r"(?:how|why|what|where|when|who) [^,.;:?!]{4,60}(?=[,.;:?!]|$)", rest)
            if base == "en"
            else None
        )
        if (
            clause
            and not _compiled("away", base).search(clause[0])
            and not re.match(r"what(?:'s| is) ", clause[0])
        ):
            yield from _titled(clause[0], _ANNOUNCED * early, base)
        for phrase in noun_phrases(rest, uses, base):
            if phrase.place <= 2:
                yield from _titled(_shown(phrase, base), (_ANNOUNCED + 0.1 * phrase.joins) * early, base)


def _question(line: str, base: str) -> str | None:
    """A question cut to its own clause; None for one that cannot be understood by itself."""
    if is_spaceless(line):
        return line if len(line) <= LONGEST // 2 else None
    asks = _compiled("asks", base)
    parts = [part.strip() for part in re.split(r"(?:[,:;]|--|—)\s+(?:and |so |but |und |aber )?", line)]
    whole = next((part for part in parts if asks.match(part)), None)
    if whole is None or (base in _ASKS and len(parts) > 1 and len(whole.split()) < 3):
        return None
    whole = _TRAILING.sub("", whole)
    whole = _END.sub("", " ".join(_LOOSE_WORDS.sub("", whole).split()))
    if len(whole.split()) > _QUESTION_WORDS or _compiled("away", base).search(whole):
        return None
    return whole + "?"


def _defined_text(one: Definition, base: str) -> str:
    lead = "the " if base == "en" and " of " in one.term else ""
    return lead + one.term


def _titled(text: str, fit: float, base: str) -> Iterator[_Title]:
    """`text` as a title, where it is neither too long nor empty of meaning."""
    text = " ".join(text.split()).strip(" ,;:-–—\"'“”")
    keys = frozenset(stems(text, base))
    words = text.split()
    spaceless = is_spaceless(text)
    if cues.GREETING.match(text.lower()) or keys <= everyday_stems(base) or keys & _WORN:
        return
    if not keys or len(text) > (LONGEST // 2 if spaceless else LONGEST) or len(words) > _MOST_WORDS:
        return
    size = 0.45 if len(words) == 1 and not spaceless else 0.85 if len(words) > 8 else 1.0
    yield _Title(text[:1].upper() + text[1:], keys, fit * size)


def _phrase_titles(
    phrases: Mapping[tuple[str, ...], list[tuple[Phrase, float]]], called: frozenset[str], base: str
) -> Iterator[_Title]:
    for places in phrases.values():
        phrase, early = places[0]
        words = phrase.words
        if called.issuperset(word.casefold() for word in words) or words[0][0].isdigit():
            continue
        form = _JOINED if phrase.joins else _PHRASE
        form *= 1.15 if len(words) > 1 and words[-1][0].isupper() else 1.0
        if (len(words) == 1 and not words[0][0].isupper()) or _HOLLOW & {
            words[0].casefold(),
            words[-1].casefold(),
        }:
            continue
        yield from _titled(_shown(phrase, base), form * early * (1 + 0.25 * min(3, len(places) - 1)), base)


def _shown(phrase: Phrase, base: str) -> str:
    """A phrase as a title: with its article where more than a name follows (`The Bay of Fundy`)."""
    text = " ".join(phrase.words)
    return f"{phrase.article} {text}" if base == "en" and phrase.article and phrase.joins else text


def _section_terms(
    sentences: Sequence[Segment], starts: Sequence[int], ends: Sequence[int], language: str | None
) -> list[list[Term]]:
    """The terms of each section, those first that are said in it and not in others."""
    scored: list[list[tuple[float, Term]]] = [[] for _ in starts]
    for term in key_terms(sentences, language, limit=60 + 12 * len(starts)):
        inside = [
            sum(start <= place < end for place in term.sentence_indexes)
            for start, end in zip(starts, ends, strict=True)
        ]
        for place, count in enumerate(inside):
            if count:
                scored[place].append((term.weight * count * (count / sum(inside)) ** 1.5, term))
    return [[term for _, term in sorted(one, key=lambda pair: (-pair[0], pair[1].text))] for one in scored]


def _of_terms(terms: Sequence[Term], taken: Sequence[str], base: str) -> _Title:
    """One or two terms as a title that is not yet taken; empty where there is no term."""
    texts = [term.text for term in terms[:6]]
    known = set(taken)
    for first in range(len(texts)):
        for second in range(first + 1, len(texts)):
            if set(texts[first].casefold().split()) & set(texts[second].casefold().split()):
                continue
            between = "" if base in ("zh", "ja") else " "
            joined = f"{texts[first]}{between}{_AND.get(base, 'and')}{between}{texts[second]}"
            title = joined[:1].upper() + joined[1:]
            if title not in known and len(title) <= LONGEST:
                return _Title(title, frozenset(stems(title, base)), 0.0)
    alone = next(
        (text[:1].upper() + text[1:] for text in texts if text[:1].upper() + text[1:] not in known), ""
    )
    return _Title(alone, frozenset(stems(alone, base)), 0.0)
