"""Which words of a talk are used as nouns, told by the small words around them, and the phrases they make."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from episcribe.text.words import base_language, stem, stopwords

_WORD = re.compile(r"[^\W_](?:[\w'’&+#./-]*[\w+#])?|[,;:.!?()\[\]\"“”„—–…]|--|/")
# Past forms of verbs that are nothing else, which no noun phrase holds.
PAST_FORMS = frozenset(
    "fell caught held kept lost paid sent sold spent stood stuck taught told understood won wore grew drew"
    " flew knew threw chose drove froze stole woke broke wrote ate began rang sang ran came became lay laid"
    " went took gave made found brought bought thought built met meant felt heard read shook swept slept"
    " bent dealt fought sought began understood".split()
)
_PARTICIPLE = re.compile(r"\w{3,}ed", re.IGNORECASE)
_NUMBER = re.compile(
    r"\d.*|(?:(?:twen|thir|for|fif|six|seven|eigh|nine)ty|eleven|twelve|(?:thir|four|fif|six|seven|eigh"
    r"|nine)teen|hundred|thousand|million|billion|dozen|half|quarter|zero)s?(?:-\w+)?",
)
_POSSESSIVE = re.compile(r"['’]s?$")
_LONGEST_RUN = 4
_JOINS = 2
_SURE = 0.6
_MOSTLY = 4
_ADJECTIVE = 0.6
_VERB = 0.3

# Before a noun phrase; between two; before a verb; after a verb as its object.
_DETERMINERS = {
    "en": "a an the this these those my your our his her its their no every each another any some both",
    "de": "der die das den dem des ein eine einen einem einer eines kein keine keinen mein meine unser"
    " unsere ihr ihre sein seine jeder jede jedes",
    "fr": "le la les l un une des du au aux ce cet cette ces mon ma mes son sa ses leur leurs notre votre"
    " chaque",
    "es": "el la los las un una unos unas del al este esta estos estas mi su sus nuestro nuestra cada",
    "it": "il lo la i gli le l un uno una del dello della dei delle nel nella al alla questo questa ogni",
    "pt": "o a os as um uma uns umas do da dos das no na ao este esta esse essa meu minha seu sua cada",
    "nl": "de het een dit dat deze die mijn zijn haar onze hun elke elk ieder",
}
_PREPOSITIONS = {
    "en": "of in on for with from by at between through into about over under without against across along"
    " around",
    "de": "von in im am an auf für mit aus zwischen nach über unter zum zur bei durch gegen ohne um",
    "fr": "de d en dans sur pour par avec entre sans vers contre",
    "es": "de en con por para sobre entre sin hacia contra",
    "it": "di d in con per su tra fra da",
    "pt": "de em com por para sobre entre sem",
    "nl": "van in op voor met door over tussen zonder naar",
}
_JOINING = {
    "en": "of for in on between from against at behind with",
    "de": "des der von vom zwischen für nach im in am zum zur und",
    "fr": "de d du des en entre pour",
    "es": "de del en entre para",
    "it": "di del della dei delle in tra per",
    "pt": "de do da dos das em entre para",
    "nl": "van in voor tussen op",
}
_VERB_LEADS = {
    "en": "to i you we they he she it who can could will would shall should may might must don't didn't"
    " doesn't let's not never cannot can't won't wouldn't couldn't gonna wanna i'll you'll we'll they'll"
    " i'd we'd that",
}
_OBJECTS = frozenset("the a an my your our his her its their it them him us me these those this".split())
_LINKS = frozenset("is are was were be been being it's that's very so too really quite am".split())
_SMALL_ADJECTIVES = frozenset(
    "new old big little small good best great long different important first second third last next two"
    " three four own same".split()
)

_PRAISE = frozenset(
    "two three four one big little small good best great different important same own".split()
)

Kind = str
_END = ""


class Token(NamedTuple):
    """A word of a sentence: as written, its stem, and what small word it is, if one."""

    text: str
    key: str
    kind: Kind


class _Forms(NamedTuple):
    key: str
    kind: Kind


class Uses(NamedTuple):
    """By stem, the share of its telling uses in which a word is a noun and a verb, each from 0 to 1."""

    noun: Mapping[str, float]
    verb: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase: its words as said, the stems of those that mean something, the article before it."""

    words: tuple[str, ...]
    keys: tuple[str, ...]
    article: str
    joins: int
    place: int


@lru_cache(maxsize=8)
def _small(base: str) -> Mapping[str, Kind]:
    """The kind of each small word: d(eterminer), p(reposition), v (before verbs), b (before adjectives)."""
    kinds: dict[str, Kind] = dict.fromkeys(_LINKS, "b") if base == "en" else {}
    kinds |= dict.fromkeys(_VERB_LEADS.get(base, "").split(), "v")
    kinds |= dict.fromkeys(_PREPOSITIONS.get(base, "").split(), "p")
    kinds |= dict.fromkeys(_DETERMINERS.get(base, "").split(), "d")
    return kinds


@lru_cache(maxsize=32768)
def _forms(written: str, base: str) -> _Forms:
    folded = written.casefold().replace("’", "'")
    if not written[0].isalnum():
        return _Forms("", _END)
    kind = _small(base).get(folded)
    if kind:
        return _Forms(folded, kind)
    bare = _POSSESSIVE.sub("", folded)
    if base == "en" and folded in PAST_FORMS:
        return _Forms(folded, "x")
    if _NUMBER.fullmatch(bare):
        return _Forms(folded, "a")
    if folded in stopwords(base) or bare in stopwords(base):
        return _Forms(folded, "a" if folded in _SMALL_ADJECTIVES else "s")
    return _Forms(stem(bare, base), "c" if bare == folded else "g")


def tokenized(text: str, language: str | None = None) -> tuple[Token, ...]:
    """The words and stops of `text`; kind c is a word that means something, g one in the genitive."""
    return _tokenized(text, base_language(language))


@lru_cache(maxsize=16384)
def _tokenized(text: str, base: str) -> tuple[Token, ...]:
    # How words are used and the phrases they make are told from the same sentences.
    return tuple(Token(written, *_forms(written, base)) for written in _WORD.findall(text))


def noun_uses(texts: Sequence[str], language: str | None = None) -> Uses:
    """How the words of a talk are used, told by the small words around them.

    Nothing is told of a language whose small words are not known here. Nouns stand after articles and
    prepositions and before what is no noun; verbs after pronouns, and before articles.
    """
    base = base_language(language)
    if base not in _VERB_LEADS:
        return Uses({}, {})
    counts: dict[str, list[float]] = {}
    stop = Token("", "", _END)
    for text in texts:
        tokens = tokenized(text, base)
        for i, token in enumerate(tokens):
            if token.kind in ("c", "g"):
                before = tokens[i - 1] if i else stop
                after = tokens[i + 1] if i + 1 < len(tokens) else stop
                count = counts.setdefault(token.key, [0.0, 0.0, 0.0, 0.0])
                for place, weight in enumerate(_evidence(token, before, after)):
                    count[place] += weight
    return Uses(
        {key: _noun_share(*count) for key, count in counts.items()},
        {key: verb / (noun + verb + other + 1) for key, (noun, verb, other, _) in counts.items()},
    )


def _noun_share(noun: float, verb: float, other: float, before_nouns: float) -> float:
    """The share of uses as a noun; small for what nearly always stands before one, as adjectives do."""
    share = (noun + 0.5) / (noun + verb + other + 1)
    return share * (_ADJECTIVE if before_nouns > _MOSTLY * (noun + 0.5) else 1.0)


def _evidence(token: Token, before: Token, after: Token) -> tuple[float, float, float, float]:
    """What one use says for a noun, for a verb, for neither, and for what stands before a noun."""
    if token.kind == "g":
        return 1.0, 0.0, 0.0, 0.0
    if after.kind in ("c", "g"):
        return (0.0, 0.7, 0.0, 0.0) if before.kind == "v" else (0.0, 0.0, 0.0, 1.0)
    if before.kind in ("d", "a", "p"):
        return 1.0, 0.0, 0.0, 0.0
    verb = 0.8 if after.text.lower() in _OBJECTS else 0.0
    if before.kind == "v":
        return 0.0, 0.5 if before.key == "to" and not verb else 1.0, 0.0, 0.0
    if before.kind == "b":
        return 0.0, 0.0, 0.7, 0.0
    if before.kind in ("c", "g"):
        return 0.2, verb, 0.1, 0.0
    return 0.5 if after.key == "of" else 0.2, verb, 0.0, 0.0


def noun_phrases(text: str, uses: Uses, language: str | None = None) -> Iterator[Phrase]:
    """The noun phrases of a sentence, each alone and joined to what follows it (`the Bay of Fundy`)."""
    base = base_language(language)
    joining = frozenset(_JOINING.get(base, "").split())
    tokens = tokenized(text, base)
    at = 0
    while at < len(tokens):
        end = _simple(tokens, at, uses, base)
        if end is None:
            at += 1
            continue
        yield _phrase(tokens, at, end, 0)
        first, joins = at, 0
        while joins < _JOINS and end < len(tokens) and tokens[end].text.lower() in joining:
            following = end + 1
            while following < len(tokens) and tokens[following].kind == "d":
                following += 1
            last = _simple(tokens, following, uses, base) if following <= end + 2 else None
            if last is None:
                break
            joins, end = joins + 1, last
            yield _phrase(tokens, first, end, joins)
        at = end


def _simple(tokens: Sequence[Token], start: int, uses: Uses, base: str) -> int | None:
    """Where the run of modifiers and nouns that begins at `start` ends, cut back to its last noun.

    None for a run that is too long to be one phrase, follows a verb's own word or holds a verb.
    """
    before = tokens[start - 1].kind if start else _END
    if before in ("v", "c", "g", "a"):
        return None
    end = start
    while end < len(tokens) and tokens[end].kind in ("c", "g", "a"):
        end += 1
    if not 0 < end - start <= _LONGEST_RUN:
        return None
    while end > start and tokens[end - 1].kind == "a":
        end -= 1
    if end == start or not _is_head(tokens[end - 1], uses, base):
        return None
    first = start
    while first < end and tokens[first].kind == "a":
        first += 1
    if first == end or not _may_begin(tokens[first], uses, base, before):
        return None
    if base == "de" and any(token.text[0].islower() for token in tokens[first:end]):
        return None
    if base == "en" and any(_is_no_part(token, uses) for token in tokens[first + 1 : end]):
        return None
    if base == "en" and before == _END and end - first > 2 and not tokens[end - 1].text[0].isupper():
        return None
    return end


def _is_head(token: Token, uses: Uses, base: str) -> bool:
    if token.kind != "c":
        return False
    if base == "de":
        return token.text[0].isupper()
    if base not in _VERB_LEADS:
        return True
    if _PARTICIPLE.fullmatch(token.text) or token.text.endswith("ly"):
        return False
    return uses.noun.get(token.key, 0.0) >= _SURE or (token.text[0].isupper() and token.text[1:2] != "'")


def _is_no_part(token: Token, uses: Uses) -> bool:
    """True for what can stand in a noun phrase only at its beginning."""
    return (
        bool(_PARTICIPLE.fullmatch(token.text))
        or token.text.endswith("ly")
        or uses.verb.get(token.key, 0.0) >= _VERB
        or (token.kind == "a" and _NUMBER.fullmatch(token.text.lower()) is not None)
    )


def _may_begin(token: Token, uses: Uses, base: str, before: Kind) -> bool:
    if base == "de":
        return token.text[0].isupper()
    if base not in _VERB_LEADS:
        return True
    if _PARTICIPLE.fullmatch(token.text) or token.text.endswith("ing"):
        return before == "d"
    return uses.verb.get(token.key, 0.0) < _VERB


def _says_little(word: str) -> bool:
    return word in _PRAISE or _NUMBER.fullmatch(word) is not None


def _phrase(tokens: Sequence[Token], start: int, end: int, joins: int) -> Phrase:
    article = tokens[start - 1].text.lower() if start else ""
    while start < end - 1 and _says_little(tokens[start].text.lower()):
        start, article = start + 1, article if article == "the" else ""
    return Phrase(
        tuple(token.text for token in tokens[start:end]),
        tuple(token.key for token in tokens[start:end] if token.kind in ("c", "g")),
        article if article in ("a", "an", "the") else "",
        joins,
        start,
    )
