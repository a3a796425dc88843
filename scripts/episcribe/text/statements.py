"""Whether a spoken sentence can be read by itself as something that is stated."""

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from itertools import pairwise

from episcribe.library.transcript import Segment
from episcribe.text import cues

_BECAUSE = re.compile(r"(?:because|cause|'cause|parce que|porque|perché)[ ,]+(?=\w)", re.IGNORECASE)
_CLAUSE_AFTER = re.compile(r"[,;:]\s+(?!and\b|but\b|so\b|or\b|et\b|y\b|e\b)", re.IGNORECASE)
_VOCATIVE = re.compile(r"(?:[Aa]nd |[Ss]o |[Ww]ell,? )?([^\W\d_][\w'’-]+)(?: [^\W\d_][\w'’-]+)?,\s+(?=\w)")
_SUBORDINATE = re.compile(
    r"\b(?:that|who|which|where|when|because|if|while|whereas|whether|as|than|what|how|why|since|although"
    r"|though)\b",
    re.IGNORECASE,
)
_NAMED_FIRST = re.compile(
    r"(?i:\b(?:i'm|i am|i was|my name(?:'s| is)|this is|with (?:us|me) (?:is|are|today)|joined by|here with"
    r"|ich bin|mein name ist|ich heiße|bei (?:uns|mir) ist|je suis|je m'appelle|mon nom est|soy|me llamo"
    r"|mi nombre es|sono|mi chiamo|meu nome é|eu sou|ik ben|mijn naam is|меня зовут"
    r"|я) )(?:[^\W\d_a-zа-яё][\w'’.-]+)(?![^,.]{0,9}\bof\b)"
)
ABOUT_TALK = 0.5
_MAIN_CLAUSE = re.compile(r"[,，、،](?!\s*(?:and|but|or|which|und|oder|et|y|e)\b)")
_AD_REACH = 2
_LONG_LIST = 5


def as_statement(text: str, called: Collection[str] = (), *, asked: bool = False) -> str:
    """`text`, made readable, without an address (`Ann, …`) and without the `because` of an answer.

    `called` are the names that those who speak are called by, casefolded; `asked` says that a question comes
    before. A `because` goes only where a main clause is left.
    """
    match = _VOCATIVE.match(text)
    if match and match[1].casefold() in called:
        text = text[match.end() :]
    because = _BECAUSE.match(text)
    if because:
        rest = text[because.end() :]
        if asked or not _CLAUSE_AFTER.search(rest):
            text = rest
    return text[:1].upper() + text[1:]


def is_dangling(text: str, base: str) -> bool:
    """True for a sentence that begins with what only the sentence before explains."""
    return bool(cues.dangling(base).match(text.lower()))


@lru_cache(maxsize=16384)
def worth(text: str, base: str) -> float:
    """How far a sentence states something, from 0 to 1.

    0 for greetings, introductions of oneself, adverts, questions and fragments; `ABOUT_TALK` for what is said
    about the conversation itself.
    """
    low = text.lower()
    if cues.GREETING.match(low) or cues.CLOSING.search(low) or cues.ADVERT.search(low):
        return 0.0
    if _NAMED_FIRST.search(text) or any(mark in text for mark in "?？؟"):
        return 0.0
    if cues.open_clause(base).match(low) and not _MAIN_CLAUSE.search(low):
        return 0.0
    if base == "en" and _is_fragment(low):
        return 0.0
    return ABOUT_TALK if cues.TALK_OF_TALK.search(low) else 1.0


def _is_fragment(text: str) -> bool:
    """True where every verb that can be told stands in a clause that hangs on another."""
    if cues.BARE_IMPERATIVE.match(text):
        return True
    if not cues.NOUN_THEN_CLAUSE.match(text):
        return not cues.ENGLISH_VERB.search(text)
    return len(cues.ENGLISH_VERB.findall(text)) <= len(_SUBORDINATE.findall(text))


@lru_cache(maxsize=16384)
def _is_advert(text: str) -> bool:
    # Titles, definitions and candidates ask for the same sentences.
    return cues.ADVERT.search(text.lower()) is not None


def advert_sentences(sentences: Sequence[Segment]) -> set[int]:
    """The indexes of the sentences that are read for a sponsor or ask for something.

    Within one turn all between the first and the last that is told by its words, and a little after.
    """
    marked = [i for i, s in enumerate(sentences) if _is_advert(s.text)]
    found = set(marked)
    for one, other in pairwise(marked):
        if other - one <= 2 * _LONG_LIST and _one_turn(sentences, one, other):
            found.update(range(one, other))
    for one in marked:
        if sentences[one].speaker and cues.SPONSOR.search(sentences[one].text.lower()):
            for place in range(one + 1, min(len(sentences), one + 1 + _AD_REACH)):
                if sentences[place].speaker == sentences[one].speaker and not sentences[place].paragraph:
                    found.add(place)
    return found


def _one_turn(sentences: Sequence[Segment], first: int, last: int) -> bool:
    speaker = sentences[first].speaker
    return all(sentences[i].speaker == speaker for i in range(first, last + 1))


def called_names(sentences: Sequence[Segment]) -> frozenset[str]:
    """The names, casefolded, that those who speak may be called by."""
    speakers = {s.speaker for s in sentences if s.speaker}
    return frozenset(word.casefold() for name in speakers for word in name.split() if len(word) > 1)
