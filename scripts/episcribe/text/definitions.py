"""Sentences that say what a term means."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from episcribe.library.transcript import Segment
from episcribe.text import cues
from episcribe.text.nouns import Uses
from episcribe.text.phrasing import readable
from episcribe.text.statements import as_statement, called_names, is_dangling, worth
from episcribe.text.terms import uses_of
from episcribe.text.words import base_language, stem, stopwords

_MOST_WORDS = 45
_LEAST_SAID = 4
_NOUN = 0.5

_WORD = r"[^\W_](?:[\w'’+#./-]*[\w+#])?"
_TERM = rf"(?P<term>{_WORD}(?:(?: of(?: the)?| d[eu])? {_WORD}){{0,3}}?)"

# What a talk says of a thing without saying what it is.
_EMPTY_HEAD = (
    r"(?:(?:very|really|pretty|quite|super|so|such|particularly|extremely) )*(?:good|great|nice|bad|big"
    r"|huge|real|cool|fun|funny|hard|tough|weird|crazy|interesting|important|perfect|beautiful|heavy|little"
    r"|lovely|terrible|amazing|lot|bit|few|thing|pain|problem|mess|joke|shame|matter|question|topic"
    r"|pleasure|must|challenge|issue|example|case|solution|mistake|different|better|wonderful|fantastic"
    r"|powerful|strange|fair|fine|simple|similar|common|nightmare|friend|guy|person|fan|part|key|step|place"
    r"|good|thing|reason|same|best|only|most|first|second|next|last|one|other|whole|\w+est"
    r"|way (?:that )?(?:we|you|i|they)|right|wrong|idea|point|goal|main|worst|case|number|end|beginning"
    r"|answer|difference|biggest|usual|point|name|news|result|story|subject|junior|trick|key|half|rest"
    r"|following|kind of (?:thing|a)|sort of|couple|third|huge|hot|popular)\b"
)
_JOINS = r"(?:of|that|which|who|where|when|for|to|in|with|between|from|by|on|whose|used|made|called|at)\b"
_PERSONAL = re.compile(
    r"\b(?:i|i'm|i've|i'd|i'll|my|me|you're|you know|your|yours|ich|mein\w*|je|mon|ma|yo|mi|io|mio|eu|meu)\b",
    re.I,
)
_NEGATED = re.compile(
    r"\b(?:not|isn't|aren't|never|no|nicht|kein\w*|nie|pas|jamais|nunca|non|não|не|nor)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Definition:
    """A term, the words that say what it means, and the first and last sentence that they are."""

    term: str
    text: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Patterns:
    """`opening`: a sentence that begins with its term; `within`: one that names it; `naming`: one that names
    what the sentence before describes."""

    opening: tuple[re.Pattern[str], ...]
    within: tuple[re.Pattern[str], ...] = ()
    naming: tuple[re.Pattern[str], ...] = ()


def _compiled(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


# Article before the term, copula, article after it, verbs that explain.
_SHORT_RULES = {
    "fr": (
        r"(?:un|une|le|la|l')\s?",
        "(?:est|sont)",
        "(?:un|une|le|la|l'|des)",
        "signifie|désigne|consiste en",
    ),
    "es": (
        r"(?:un|una|el|la|los|las)\s",
        "(?:es|son)",
        "(?:un|una|el|la|los|las)",
        "significa|se refiere a|consiste en",
    ),
    "it": (
        r"(?:un|una|uno|il|lo|la|l')\s?",
        "(?:è|sono)",
        "(?:un|una|uno|il|lo|la|l')",
        "significa|consiste in",
    ),
    "pt": (r"(?:um|uma|o|a|os|as)\s", "(?:é|são)", "(?:um|uma|o|a)", "significa|consiste em"),
    "nl": (r"(?:een|de|het)\s", "(?:is|zijn)", "(?:een|de|het)", "betekent|bestaat uit"),
}


@lru_cache(maxsize=8)
def _patterns(base: str) -> _Patterns | None:
    if base == "en":
        return _english()
    if base == "de":
        return _german()
    if base in _SHORT_RULES:
        article, copula, second, means = _SHORT_RULES[base]
        return _Patterns(
            _compiled(
                rf"(?:{article})?{_TERM} {copula} {second} (?P<said>.*)",
                rf"(?:{article})?{_TERM} (?:{means}) (?P<said>.*)",
            )
        )
    if base == "ru":
        return _Patterns(
            _compiled(
                rf"(?P<term>{_WORD}(?: {_WORD})?) ?[—–-]+ (?:это )?(?P<said>.*)",
                rf"{_TERM} (?:это|означает|называется) (?P<said>.*)",
            )
        )
    if base == "zh":
        return _Patterns(
            _compiled(
                r"(?P<term>[\u4e00-\u9fff]{2,8})(?:就)?(?:是指|指的是|是一[种種个個项項]|意味着)(?P<said>.*)"
            )
        )
    if base == "ja":
        return _Patterns(_compiled(r"(?P<term>[^、。はがを]{2,12})とは、?(?P<said>.*)"))
    return None


def _english() -> _Patterns:
    article = r"(?:an? |the )?"
    adverb = r"(?:basically |essentially |simply |just |really |actually |in fact |also )?"
    return _Patterns(
        _compiled(
            rf"(?:in \w+, )?{article}{_TERM},? (?:is|are|was|were) {adverb}(?:an?|any"
            rf"|some) (?!{_EMPTY_HEAD})(?P<said>.*\b{_JOINS}.*)",
            rf"{article}{_TERM},? (?:is"
            rf"|are) {adverb}the (?!{_EMPTY_HEAD})(?P<said>(?-i:[a-z])(?:[\w'’-]+ ){{1,3}}{_JOINS}.*)",
            rf"{article}{_TERM} (?:means|mean|refers to|refer to|stands for|consists? of|(?:is"
            rf"|are) (?:defined as|made (?:up )?of|when|short for)) (?P<said>.*)",
        ),
        _compiled(
            rf"(?P<said>.*)\b(?:is|are|so-|which (?:we|they|people|you)|(?:something|things?|what) (?:we"
            rf"|they|people)|we|also)\s?(?:call|calls|called|known as) {article}{_TERM}(?=[.,;:]|$)",
            rf"(?:.*, |.*\b)?(?P<term>(?:{_WORD} )?{_WORD}), which (?:is|are|was) (?:basically "
            rf"|essentially )?(?:an?|the) (?!{_EMPTY_HEAD})(?P<said>.*)",
        ),
        _compiled(
            rf"(?:that|this|these|those)(?:'s| is| are) (?P<shown>(?:called |known as |what (?:we|people"
            rf"|they) call )?)(?:an? )?{_TERM}\.$",
            rf"(?:we|they|you|people|{_WORD}s) call (?:this|that|it|these|them|those"
            rf"|one)(?: \w+)? {article}{_TERM}\.$",
        ),
    )


def _german() -> _Patterns:
    article = r"(?:(?:ein|eine|der|die|das) )?"
    term = rf"(?P<term>(?:[a-zäöü]+ )?{_WORD})"
    return _Patterns(
        _compiled(
            rf"{article}{term} (?:ist|sind|war) (?:also |eigentlich |einfach )?(?:ein|eine|der|die|das"
            rf"|jede[rs]?) (?P<said>.*)",
            rf"{article}{term} (?:bedeutet|bezeichnet|heißt|meint|besteht aus|steht für) (?P<said>.*)",
        ),
        _compiled(
            rf"(?P<said>.*)\b(?:nennt|nannte) man (?:es|das|sie|ihn|dies\w*) {article}{term}\.$",
            rf".*?\b(?:einen?|der|die|das|den) {term}, also (?:einen?|der|die|das|den) (?P<said>.*)",
        ),
        _compiled(
            rf"(?:man|wir) nenn(?:t|en) (?:das|es|so eine[nrs]? \w+"
            rf"|dies\w* \w*) {article.replace('eine', 'einen?')}{term}\.$"
        ),
    )


def definitions(sentences: Sequence[Segment], language: str | None = None) -> list[Definition]:
    """The sentences that say what something is, in order; each term once, the first time.

    Only what names a kind and says more of it counts: no praise (`a great app`), no denial, nothing that is
    said of the speaker. Where a sentence names what the one before describes, both are taken.
    """
    base = base_language(language)
    if _latest and _latest[0][0] is sentences and _latest[0][1] == base:
        return _latest[0][2]
    found = _find(sentences, base)
    if isinstance(sentences, tuple):
        _latest[:] = [(sentences, base, found)]
    return found


_latest: list[tuple[Sequence[Segment], str, list[Definition]]] = []


def _find(sentences: Sequence[Segment], base: str) -> list[Definition]:
    patterns = _patterns(base)
    found: dict[str, Definition] = {}
    if patterns is None:
        return []
    called = called_names(sentences)
    uses = uses_of(sentences, base)
    before = ""
    for i, sentence in enumerate(sentences):
        if sentence.kind != "speech" or "?" in sentence.text or len(sentence.text) > 600:
            before = ""
            continue
        text = as_statement(readable(sentence.text, base), called)
        for one in _of_sentence(text, before, i, patterns, base):
            if not called.issuperset(one.term.casefold().split()) and _names(one.term, uses, base):
                found.setdefault(one.term.casefold(), one)
        before = text if worth(text, base) == 1 and not is_dangling(text, base) else ""
    return list(found.values())


def _of_sentence(text: str, before: str, place: int, patterns: _Patterns, base: str) -> Iterator[Definition]:
    opening = patterns.opening if _may_open(text, base) else ()
    for pattern in (*opening, *(patterns.within if _TELLING.search(text) else ())):
        match = pattern.match(text)
        if match and _is_term(match["term"], base) and _says_enough(match["said"], text):
            if _is_sound(text) and not is_dangling(text, base):
                yield Definition(match["term"], text, place, place)
            return
    for pattern in patterns.naming if before and len(text) < 80 else ():
        match = pattern.match(text)
        if match and _is_term(match["term"], base) and _is_sound(before):
            both = f"{before} {text}"
            if len(both.split()) <= _MOST_WORDS and not cues.TALK_OF_TALK.search(before.lower()):
                yield Definition(match["term"], both, place - 1, place)
            return


def _may_open(text: str, base: str) -> bool:
    """False for a sentence that begins with a word that begins no term: most do, and need no patterns."""
    first, _, rest = text.partition(" ")
    if first.lower() in _LEADING:
        first = rest.partition(" ")[0]
    return first.lower() not in stopwords(base) or first.lower() == "in"


def _is_sound(text: str) -> bool:
    """False for what is not finished, said of the speaker, or read for a sponsor."""
    low = text.lower()
    return not (cues.is_unfinished(low) or _PERSONAL.search(text) or cues.ADVERT.search(low))


def _names(term: str, uses: Uses, base: str) -> bool:
    """False for a word that this talk does not use as a noun."""
    last = term.rsplit(maxsplit=1)[-1]
    return not uses.noun or not last[0].islower() or uses.noun.get(stem(last.casefold(), base), 0.5) >= _NOUN


def _is_term(term: str, base: str) -> bool:
    words = term.casefold().replace("’", "'").split()
    stop = stopwords(base)
    return (
        not (words[0] in stop or words[0].endswith("ed") or words[-1] in stop)
        and not words[0][0].isdigit()
        and all(w not in _NO_TERM for w in words)
    )


_TELLING = re.compile(r", which |\bcall|known as|, also |nennt |nannte ", re.IGNORECASE)
_LEADING = frozenset(
    "a an the ein eine der die das un une le la el los las uma um o os as il lo i gli een de het".split()
)
_NO_TERM = frozenset(
    "thing idea problem question reason point way goal answer result key part fact rest issue trick example"
    " job same other everything people person guy system one ones kind sort lot name number story which"
    " there here main whole slightly extremely very only very exactly match mistake argument pun estimate"
    " department difference normal unintended".split()
)


def _says_enough(said: str, text: str) -> bool:
    length = len(said.split()) if " " in said.strip() else len(said) // 2
    return length >= _LEAST_SAID and len(text.split()) <= _MOST_WORDS and not _NEGATED.search(said[:40])
