"""A transcript read for question making: its sentences, vocabulary and definitions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from episcribe.library.transcript import Segment
from episcribe.study.questions.answers import Answer, Vocabulary, find_numbers, read_vocabulary
from episcribe.study.questions.distractors import is_person
from episcribe.study.questions.grammar import Grammar
from episcribe.study.questions.sentences import Sentence, read_sentences
from episcribe.text.words import content_words, stem, stopwords

_TRAILING = re.compile(r"[\s,;:.!]+$")


@dataclass(frozen=True, slots=True)
class Definition:
    """A sentence that says what something is; `rest` is what it says of `term`."""

    sentence: Sentence
    term: str
    rest: str
    start: int
    end: int
    plural: bool


@dataclass(frozen=True, slots=True)
class Material:
    """All that the makers of questions work with.

    `names`, `terms` and `numbers` belong to `sentences`, place by place. `folded` is `text` in small letters;
    `speakers` holds the parts of the speakers' names, `heavy` the words that key terms are made of,
    `people` the speakers' names.
    """

    grammar: Grammar
    sentences: tuple[Sentence, ...]
    vocabulary: Vocabulary
    names: tuple[tuple[Answer, ...], ...]
    terms: tuple[tuple[Answer, ...], ...]
    numbers: tuple[tuple[Answer, ...], ...]
    definitions: tuple[Definition, ...]
    text: str
    folded: str
    speakers: frozenset[str]
    heavy: frozenset[str]
    people: tuple[str, ...]

    def speaker(self, sentence: Sentence) -> str:
        """The name of who says it, or the language's words for one whose name is not known."""
        return sentence.speaker or self.grammar.frames["speaker"]

    def nearby(self, place: int, reach: int = 2) -> set[str]:
        """Names and terms within `reach` sentences of the sentence at `place`."""
        span = range(max(0, place - reach), min(len(self.sentences), place + reach + 1))
        return {answer.text for i in span for answer in (*self.names[i], *self.terms[i])}

    def is_unique(self, sentence: Sentence, start: int, end: int) -> bool:
        """True when nothing else in the transcript fills the same gap between the same words."""
        left = " ".join(sentence.core[:start].split()[-3:]).lower()
        right = " ".join(sentence.core[end:].split()[:3]).lower()
        if not left or not right:
            return True
        filled = sentence.core[start:end].lower()
        at = self.folded.find(left)
        while at >= 0:
            begin = at + len(left)
            close = self.folded.find(right, begin, begin + 80)
            if close >= 0 and self.folded[begin:close].strip() not in ("", filled):
                return False
            at = self.folded.find(left, begin)
        return True


def read_material(segments: Sequence[Segment], grammar: Grammar, weights: dict[str, float]) -> Material:
    """Read a transcript; `weights` are its key terms in small letters with their importance, at most 1."""
    sentences = tuple(read_sentences(segments, grammar))
    vocabulary, names, terms = read_vocabulary(sentences, weights, grammar)
    people = tuple(sorted({sentence.speaker for sentence in sentences if sentence.speaker}))
    speakers = frozenset(part for name in people for part in name.split())
    heavy = frozenset(word for term in weights for word in term.split())
    text = " ".join(sentence.text for sentence in sentences)
    folded = text.lower()
    numbers = tuple(tuple(find_numbers(sentence, grammar)) for sentence in sentences)
    found = (define(sentence, vocabulary, grammar, folded) for sentence in sentences)
    definitions = tuple(definition for definition in found if definition is not None)
    return Material(
        grammar=grammar,
        sentences=sentences,
        vocabulary=vocabulary,
        names=names,
        terms=terms,
        numbers=numbers,
        definitions=definitions,
        text=text,
        folded=folded,
        people=people,
        speakers=speakers,
        heavy=heavy,
    )


def define(sentence: Sentence, vocabulary: Vocabulary, grammar: Grammar, folded: str) -> Definition | None:
    """The definition that a sentence is, if it is one, and of something that is spoken of again."""
    if grammar.define is None or sentence.clarity < 0.5:
        return None
    match = grammar.define.match(sentence.core)
    if match is None or (grammar.leaning is not None and grammar.leaning.search(match["rest"])):
        return None
    term = match["term"]
    rest = _TRAILING.sub("", match["rest"])
    if (
        not _is_subject(term, vocabulary, grammar)
        or folded.count(term.lower()) < 2
        or not _says_something(term, rest, grammar)
    ):
        return None
    plural = match["copula"].split()[0].lower() in ("are", "sind", "sont", "son", "sono", "são", "zijn")
    return Definition(sentence, term, rest, match.start("term"), match.end("term"), plural)


def _is_subject(term: str, vocabulary: Vocabulary, grammar: Grammar) -> bool:
    parts = term.lower().split()
    stop = stopwords(grammar.code)
    if parts[0] in stop or parts[-1] in stop or any(part in grammar.undefinable for part in parts):
        return False
    if any("'" in part or "’" in part for part in parts) or is_person(term):
        return False
    return (
        term in vocabulary.names
        or term.lower() in vocabulary.weights
        or any(part in vocabulary.weights for part in parts)
    )


def _says_something(term: str, rest: str, grammar: Grammar) -> bool:
    words = rest.lower().split()
    said = content_words(rest, grammar.code)
    own = {stem(word, grammar.code) for word in content_words(term, grammar.code)}
    # In German and Dutch the verb, often a stop word, ends the clause; elsewhere it is broken off.
    broken_off = grammar.code not in ("de", "nl") and words[-1] in stopwords(grammar.code)
    if len(said) < 3 or broken_off:
        return False
    return not own & {stem(word, grammar.code) for word in said}
