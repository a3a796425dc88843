"""What can be blanked in a sentence: years, numbers, names, terms; and what shape such an answer has."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from episcribe.study.questions.grammar import Grammar
from episcribe.study.questions.sentences import Sentence, Token, tokenise
from episcribe.text.words import is_spaceless, stopwords

AnswerKind = Literal["year", "number", "name", "term"]

_FIRST, _WHOLE = 1, 2
_MAGNITUDES = frozenset("hundred thousand million billion point".split())
_PARTICLES = frozenset("de van von der den du da di del la le".split())
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_NUMBER = re.compile(r"(?P<sign>[$€£])?(?P<digits>\d{1,3}(?:,\d{3})+|\d+)(?P<fraction>\.\d+)?(?P<percent>%)?")


@dataclass(frozen=True, slots=True)
class Answer:
    """A stretch of `Sentence.core` that can be asked for."""

    text: str
    start: int
    end: int
    kind: AnswerKind


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names and terms of a transcript, with what tells alike from unlike.

    `names` and `terms` map a text, as most often written, to its count; `weights` gives terms (in small
    letters) their importance, at most 1. `before` and `after` count the words that stand beside each.
    """

    names: Mapping[str, int]
    terms: Mapping[str, int]
    weights: Mapping[str, float]
    before: Mapping[str, Counter[str]]
    after: Mapping[str, Counter[str]]

    def is_noun(self, text: str, grammar: Grammar) -> bool:
        """True when a term stands mostly where nouns stand: after articles and prepositions, before verbs."""
        if is_spaceless(text):
            return len(text) > 1
        before, after = self.before.get(text.lower()), self.after.get(text.lower())
        if not before or not after:
            return False
        return (
            _share(before, grammar.before_nouns) >= 0.5 and _share(after, grammar.after_nouns | {""}) >= 0.5
        )


def _share(counts: Counter[str], words: frozenset[str]) -> float:
    return sum(count for word, count in counts.items() if word in words) / sum(counts.values())


def is_capitalised(word: str) -> bool:
    """True for a word written as a name is: with a capital, whatever comes before it (iPhone, McCarthy)."""
    return any(character.isupper() for character in word) and word[0].isalpha()


def _runs(sentence: Sentence, grammar: Grammar) -> list[tuple[Answer, bool]]:
    """Runs of capitalised words, each with whether it begins a sentence, where it may be no name.

    For languages that capitalise every noun only runs with an inner capital, or of two and more words, count.
    """
    found: list[tuple[Answer, bool]] = []
    tokens = sentence.tokens
    i = 0
    while i < len(tokens):
        j = i
        while j < len(tokens) and (j == i or _adjacent(tokens[j - 1], tokens[j], sentence.core)):
            if not _is_name_word(tokens[j], grammar) and not (
                j > i and _joins(tokens, j, sentence.core, grammar)
            ):
                break
            j += 1
        answer = _name(sentence, tokens[i:j], grammar) if j > i else None
        if answer is not None:
            found.append((answer, _begins(sentence.core, answer.start)))
        i = max(j, i + 1)
    return found


def _joins(tokens: Sequence[Token], at: int, core: str, grammar: Grammar) -> bool:
    """True for a particle between two words of one name, as in "Anton de Bary"."""
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    return (
        tokens[at].text in _PARTICLES
        and not grammar.nouns_are_capitalised
        and following is not None
        and _is_name_word(following, grammar)
        and _adjacent(tokens[at], following, core)
    )


def _name(sentence: Sentence, run: Sequence[Token], grammar: Grammar) -> Answer | None:
    text = sentence.core[run[0].start : run[-1].end]
    if text.endswith(("'s", "’s")):
        text = text[:-2]
    if len(text) < 2 or len(run) > 4 or "/" in text:
        return None
    if grammar.nouns_are_capitalised and len(run) == 1 and not any(c.isupper() for c in text[1:]):
        return None
    return Answer(text, run[0].start, run[0].start + len(text), "name")


def _is_name_word(token: Token, grammar: Grammar) -> bool:
    if token.text == token.lower or not token.text[0].isalpha():
        return False
    bare = token.lower.removesuffix("'s").removesuffix("’s")
    if token.lower in grammar.personal or bare in grammar.months or "'" in bare or "’" in bare:
        return False
    return bare not in stopwords(grammar.code) or (token.text.isupper() and len(token.text) > 1)


def _adjacent(left: Token, right: Token, core: str) -> bool:
    return right.start - left.end == 1 and core[left.end] == " " and not left.text.endswith(("'s", "’s"))


def _begins(core: str, start: int) -> bool:
    before = core[:start].rstrip()
    return not before or before[-1] in '.!?:"“”‘('


def find_numbers(sentence: Sentence, grammar: Grammar) -> list[Answer]:
    """Years, and numbers that count or measure something named right after them."""
    found: list[Answer] = []
    tokens = sentence.tokens
    for i, token in enumerate(tokens):
        if not _is_numeric(token.lower, grammar):
            continue
        before = tokens[i - 1].lower if i else ""
        after = tokens[i + 1].lower if i + 1 < len(tokens) else ""
        if (
            _is_numeric(before, grammar)
            or before in _MAGNITUDES
            or (before == "and" and i > 1 and tokens[i - 2].lower in _MAGNITUDES)
            or _is_numeric(after, grammar)
            or (before in ("or", "to", "of") and i > 1 and _is_numeric(tokens[i - 2].lower, grammar))
        ):
            continue
        if after in ("or", "to", "and") and i + 2 < len(tokens) and _is_numeric(tokens[i + 2].lower, grammar):
            continue
        if _YEAR.fullmatch(token.text) and not _has_unit(sentence.core, token.end, grammar):
            found.append(Answer(token.text, token.start, token.end, "year"))
        elif (
            token.text[0] in "$€£" or token.text.endswith("%") or _has_unit(sentence.core, token.end, grammar)
        ):
            found.append(Answer(token.text, token.start, token.end, "number"))
    return found if len(found) < 2 else _unlike_units(sentence, found)


def _unlike_units(sentence: Sentence, found: Sequence[Answer]) -> list[Answer]:
    """Without those that count the same thing as another: each would fit in the place of the other."""
    units = [neighbours(sentence, answer)[1] for answer in found]
    return [
        answer
        for answer, unit in zip(found, units, strict=True)
        if (answer.kind == "number" and units.count(unit) == 1)
        or (answer.kind == "year" and sum(other.kind == "year" for other in found) == 1)
    ]


def _is_numeric(word: str, grammar: Grammar) -> bool:
    return bool(word) and (_NUMBER.fullmatch(word) is not None or grammar.numerals.get(word, 0) > 1)


_MAGNITUDE = re.compile(
    r"[\s-]*(?:hundred|thousand|million|billion|trillion|Millionen|Milliarden|Tausend|millions?|milliards?|"
    r"millones|mil|milioni|miljoen|milhões)?[\s-]*",
    re.IGNORECASE,
)


def _has_unit(core: str, end: int, grammar: Grammar) -> bool:
    if grammar.units is None:
        return False
    magnitude = _MAGNITUDE.match(core, end)
    at = magnitude.end() if magnitude else end
    return grammar.units.match(core, at) is not None or (
        magnitude is not None and len(magnitude.group().strip(" -")) > 2
    )


def find_terms(sentence: Sentence, terms: Mapping[str, int], longest: int = 4) -> list[Answer]:
    """The wanted terms in a sentence, the longest at each place.

    `terms` gives for each first word (small letters, as tokens are cut) 1 when it begins a term, and for each
    whole term 2.
    """
    found: list[Answer] = []
    tokens = sentence.tokens
    i = 0
    while i < len(tokens):
        if tokens[i].lower in terms:
            for size in range(min(longest, len(tokens) - i), 0, -1):
                text = sentence.core[tokens[i].start : tokens[i + size - 1].end]
                if terms.get(text.lower()) == _WHOLE:
                    found.append(Answer(text, tokens[i].start, tokens[i + size - 1].end, "term"))
                    i += size - 1
                    break
        i += 1
    return found


def _wanted(weights: Mapping[str, float], grammar: Grammar) -> dict[str, int]:
    """What `find_terms` looks for: the key terms, without those that no question should ask for."""
    unwanted = grammar.months | grammar.vague | grammar.undefinable
    terms = [text for text in weights if text not in unwanted]
    firsts = {found[0].lower: _FIRST for text in terms if (found := tokenise(text))}
    return firsts | dict.fromkeys(terms, _WHOLE)


def read_vocabulary(
    sentences: Sequence[Sentence],
    weights: Mapping[str, float],
    grammar: Grammar,
) -> tuple[Vocabulary, tuple[tuple[Answer, ...], ...], tuple[tuple[Answer, ...], ...]]:
    """The vocabulary of the transcript, and the names and the terms of each sentence, place by place."""
    runs = [_runs(sentence, grammar) for sentence in sentences]
    names = _true_names(sentences, runs)
    wanted = _wanted(weights, grammar)
    terms = tuple(
        tuple(term for term in find_terms(sentence, wanted) if not _is_part(term, named))
        for sentence, named in zip(sentences, names, strict=True)
    )
    counts: Counter[str] = Counter(answer.text for found in names for answer in found)
    spelling: dict[str, Counter[str]] = {}
    before: dict[str, Counter[str]] = {}
    after: dict[str, Counter[str]] = {}
    for place, sentence in enumerate(sentences):
        for answer in terms[place]:
            spelling.setdefault(answer.text.lower(), Counter())[answer.text] += 1
        for answer in (*names[place], *terms[place]):
            left, right = neighbours(sentence, answer)
            before.setdefault(answer.text.lower(), Counter())[left] += 1
            after.setdefault(answer.text.lower(), Counter())[right] += 1
    written = {
        min(forms, key=lambda form: (-forms[form], form)): sum(forms.values()) for forms in spelling.values()
    }
    return Vocabulary(dict(counts), written, weights, before, after), names, terms


def _is_part(term: Answer, names: Iterable[Answer]) -> bool:
    """True for a term inside a longer name: "Bary" of "Anton de Bary"."""
    return any(
        name.start <= term.start and term.end <= name.end and len(name.text) > len(term.text)
        for name in names
    )


def _true_names(
    sentences: Sequence[Sentence], runs: Sequence[Sequence[tuple[Answer, bool]]]
) -> tuple[tuple[Answer, ...], ...]:
    """The runs that are names: seen inside a sentence, not mostly written small, not a speaker's."""
    small: Counter[str] = Counter(
        token.text for sentence in sentences for token in sentence.tokens if token.text.islower()
    )
    inner: Counter[str] = Counter(answer.text for found in runs for answer, begins in found if not begins)
    spoken = {part for sentence in sentences for part in (sentence.speaker or "").split()}

    def is_name(answer: Answer, begins: bool) -> bool:
        if (begins and not inner[answer.text]) or answer.text in spoken:
            return False
        words = answer.text.split()
        return (len(words) > 1 and not (begins and small[words[0].lower()])) or small[
            answer.text.lower()
        ] < inner[answer.text]

    return tuple(tuple(answer for answer, begins in found if is_name(answer, begins)) for found in runs)


def neighbours(sentence: Sentence, answer: Answer) -> tuple[str, str]:
    """The words right before and right after, "" at a boundary."""
    tokens = sentence.tokens
    first = next(i for i, token in enumerate(tokens) if token.end > answer.start)
    last = first
    while last + 1 < len(tokens) and tokens[last + 1].start < answer.end:
        last += 1
    return tokens[first - 1].lower if first else "", tokens[last + 1].lower if last + 1 < len(tokens) else ""


def stands_in_a_list(sentence: Sentence, answer: Answer, others: Iterable[Answer]) -> bool:
    """True when the answer is one of several names in a row ("Go, Rust and Zig"): any of them would fit."""
    for other in others:
        if other.start == answer.start:
            continue
        left, right = sorted(((answer.start, answer.end), (other.start, other.end)))
        between = sentence.core[left[1] : right[0]]
        if len(between) <= 12 and _LIST_BETWEEN.fullmatch(between):
            return True
    return False


_LIST_BETWEEN = re.compile(
    r"\s*(?:,|/|&)?\s*(?:and|or|und|oder|et|ou|y|o|e|en|of|nor|vs\.?|versus|than)?\s*(?:the|an?)?\s*",
    re.IGNORECASE,
)
