"""Which sentences of a transcript can stand alone in a question, and how well."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from episcribe.library.transcript import Segment
from episcribe.study.questions.grammar import Grammar
from episcribe.text.words import is_spaceless

_TOKEN = re.compile(r"[$€£]?\d+(?:[.,:/]\d+)*%?(?:[^\W\d_]+)?|[^\W_]+(?:['’.&+/_-][^\W_]+)*(?:\+\+|#(?!\w))?")
_BROKEN = re.compile(
    r"--|\s-\s(?:yeah|no|yes|well|so|like|I mean)\b|\.\.|…|[\[\]<>*_`|\\]|\(\?|\?\?|\b(\w+),? \1\b",
    re.IGNORECASE,
)
_MERGED = re.compile(r"(?<![A-Z])(?<!\b(?:Mr|Dr|Ms|St))(?<!\bMrs)[.!?]\w?\s+[A-ZÀ-Þ]")
_RUN = re.compile(
    r"\d+(?:[.,]\d+)*%?|[A-Za-z][A-Za-z0-9.+#-]*|[\u30a1-\u30ff・]+|[\u3041-\u309f]+"
    r"|[\u3005-\u3007\u3400-\u9fff\uf900-\ufaff]+|[^\W\d_]"
)
_QUOTES = re.compile(r"[\"“”]")
_ENDING = re.compile(r"[.!。！]['\"”’)]?$")
_TAIL = re.compile(
    r",? (?:right|you know|okay|yeah|isn['’]t it|basically|obviously|I think|I guess|and so on|et cetera|"
    r"etc)[.?]$",
    re.IGNORECASE,
)
_ANONYMOUS = re.compile(
    r"^(?:speaker|spk|unknown|unidentified|voice|guest|host|audience|participant|male|female|man|woman|all|"
    r"both)?[\s_#-]*\d*$",
    re.IGNORECASE,
)


_LEAST = 0.05
_CONTRACTED = ("'s", "'re", "'ve", "'ll", "'d", "’s", "’re", "’ve", "’ll", "’d")


@dataclass(frozen=True, slots=True)
class Token:
    """A word with its place in `Sentence.core`."""

    text: str
    lower: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A spoken sentence made ready.

    `text` has single spaces; `body` is `text` without what leads in ("So, "), `core` is `body` without what
    trails off (", right?"): both are verbatim stretches of it. `clarity` says how well it stands alone: 1.0
    is a plain statement, and 0.0 is not to be quoted: a question, a fragment, or about something named
    before.
    """

    index: int
    text: str
    body: str
    core: str
    tokens: tuple[Token, ...]
    clarity: float
    start: float | None
    speaker: str | None


def speaker_name(speaker: str | None) -> str | None:
    """The speaker's name where it is one; None for labels such as "Speaker 2"."""
    if not speaker or _ANONYMOUS.match(speaker.strip()):
        return None
    return " ".join(speaker.split())


def read_sentences(segments: Sequence[Segment], grammar: Grammar) -> list[Sentence]:
    """The spoken sentences, in order; `index` is the place in `segments`."""
    total = len(segments)
    # Speech recognition often writes no full stops; its pieces are judged by their words alone.
    ended = sum(_ENDING.search(segment.text.rstrip()) is not None for segment in segments)
    punctuated = 4 * ended >= total
    return [
        _read(i, segment, grammar, i / total, punctuated=punctuated)
        for i, segment in enumerate(segments)
        if segment.kind == "speech" and segment.text.strip()
    ]


def tokenise(text: str) -> tuple[Token, ...]:
    """The words of `text` with their places; in scripts without spaces, the runs of one script."""
    pattern = _TOKEN if text.isascii() or not is_spaceless(text) else _RUN
    return tuple(
        Token(match.group(), match.group().lower(), match.start(), match.end())
        for match in pattern.finditer(text)
    )


def _read(index: int, segment: Segment, grammar: Grammar, place: float, *, punctuated: bool) -> Sentence:
    text = " ".join(segment.text.split())
    body = text[_lead(text, grammar) :]
    tail = _TAIL.search(body)
    core = body[: tail.start()] if tail else body
    tokens = tokenise(core)
    clarity = 0.0
    if _is_quotable(core, text, tokens, grammar, punctuated=punctuated):
        edge = place < 0.015 or place > 0.985
        clarity = max(_LEAST, _clarity(tokens, core, grammar) - 0.3 * edge)
    return Sentence(index, text, body, core, tokens, clarity, segment.start, speaker_name(segment.speaker))


def _lead(text: str, grammar: Grammar) -> int:
    at = 0
    for _ in range(5):
        match = grammar.lead_in.match(text, at)
        if match is None or match.end() == at:
            break
        at = match.end()
    return at


def _is_quotable(
    core: str, text: str, tokens: tuple[Token, ...], grammar: Grammar, *, punctuated: bool
) -> bool:
    """True for a whole statement that does not lean on what was said before it."""
    if not 7 <= len(tokens) <= 45 or core.endswith("?") or tokens[0].start > 1:
        return False
    if punctuated and (text[0].islower() or not (_ENDING.search(core) or len(core) < len(text))):
        return False
    lowers = [token.lower for token in tokens]
    first = lowers[0]
    if first in grammar.openers or first in grammar.verbs or not grammar.pronouns.isdisjoint(lowers[:4]):
        return False
    if first in grammar.conditionals and punctuated and "," not in core[:-1]:
        return False
    if _BROKEN.search(core) or len(_QUOTES.findall(core)) % 2 or core.count("(") != core.count(")"):
        return False
    return not (grammar.relatives and _hangs(lowers, grammar)) and not grammar.junk.search(text)


def _hangs(lowers: list[str], grammar: Grammar) -> bool:
    """True for a noun with nothing but a relative clause ("A canvas that you had access to")."""
    verbs = [i for i, word in enumerate(lowers) if word in grammar.verbs or word.endswith(_CONTRACTED)]
    return len(verbs) == 1 and any(
        word in grammar.relatives for word in lowers[max(0, verbs[0] - 3) : verbs[0]]
    )


def _clarity(tokens: tuple[Token, ...], core: str, grammar: Grammar) -> float:
    """1.0 for a statement that says something definite by itself, less for what makes it unclear."""
    count = len(tokens)
    lowers = [token.lower for token in tokens]
    score = 1.0
    if grammar.leaning is not None:
        score -= 0.4 * len(grammar.leaning.findall(core))
    score -= 0.12 * sum(word in grammar.pronouns for word in lowers)
    score -= 0.10 * min(4, sum(word in grammar.personal for word in lowers))
    score -= 0.15 * min(2, sum(word in grammar.first_person for word in lowers))
    score -= 0.5 * (_MERGED.search(core) is not None)
    score -= 0.5 * (bool(grammar.verbs) and not _has_verb(lowers, grammar))
    score -= 0.12 * sum(word in grammar.vague for word in lowers)
    score -= 0.25 * (lowers[0] in grammar.personal)
    score -= 0.02 * max(0, count - 26) + 0.04 * max(0, 10 - count)
    return score


def _has_verb(lowers: list[str], grammar: Grammar) -> bool:
    return any(
        word in grammar.verbs or word.endswith(grammar.verb_endings) or word.endswith(_CONTRACTED)
        for word in lowers
    )
