"""Cloze questions: a sentence of the transcript with the words missing that matter."""

import re
from collections.abc import Iterator

from episcribe.study.questions.answers import Answer, is_capitalised, neighbours, stands_in_a_list
from episcribe.study.questions.distractors import is_person
from episcribe.study.questions.material import Definition, Material
from episcribe.study.questions.model import BLANK, Question
from episcribe.study.questions.sentences import Sentence
from episcribe.text.words import content_words, stem, stopwords

_WORTH = {"year": 0.9, "number": 0.65, "name": 0.55, "term": 0.5}
_LINKED = re.compile(r"\b[A-ZÀ-Þ]\w*\s+(?:on|of|de|van|von|der|&|-)\s+$")
_LINKED_AFTER = re.compile(r"\s+(?:on|of|de|van|von|der|&|-)\s+[A-ZÀ-Þ]")
_CAPITAL_BEFORE = re.compile(r"\b([A-ZÀ-Þ][\w-]*) $")
_AND = re.compile(r"\b[A-ZÀ-Þ][\w.+#-]+ (?:and|or|und|oder|et|ou|y|o|e|en|of) $")
_IN_A_ROW = re.compile(r"\b(?:including|such as|like|dont|darunter|como|come|zoals) $", re.IGNORECASE)
_CONTEXT = 3
_COMMON = 0.03


def cloze_questions(material: Material) -> Iterator[Question]:
    """The blanks that have one answer, with a score; several for one sentence where it has several."""
    defined = {definition.sentence.index: definition for definition in material.definitions}
    for place, sentence in enumerate(material.sentences):
        if sentence.clarity < 0.55:
            continue
        definition = defined.get(sentence.index)
        if definition is not None:
            yield _blank(material, sentence, _defined(definition), 1.2)
        for answer, value in _worth_asking(material, place):
            if definition is None or answer.start >= definition.end:
                yield _blank(material, sentence, answer, value)


def blanked(sentence: Sentence, answer: Answer) -> str:
    """The sentence with the blank, beginning with a capital."""
    quote = sentence.core[: answer.start] + BLANK + sentence.core[answer.end :]
    return quote[:1].upper() + quote[1:]


def askable(material: Material, place: int) -> Iterator[Answer]:
    """The answers of a sentence that can be blanked: not given away, not one of a row, nothing else fits."""
    sentence = material.sentences[place]
    numbers = material.numbers[place]
    words = (*material.names[place], *material.terms[place])
    seen: set[int] = set()
    for answer in (*numbers, *words):
        if answer.start in seen or any(
            answer.start < n.end and n.start < answer.end for n in numbers if n is not answer
        ):
            continue
        seen.add(answer.start)
        if (answer.kind == "number" and answer.start == 0) or not _says_enough(material, sentence, answer):
            continue
        if answer.kind in ("name", "term") and (
            (answer.kind == "term" and not _is_noun(material, sentence, answer))
            or _is_half_a_name(material, sentence, answer)
            or (" " not in answer.text and is_person(answer.text))
            or stands_in_a_list(sentence, answer, words)
            or gives_itself_away(material, sentence, answer)
        ):
            continue
        if sentence.core.lower().count(answer.text.lower()) == 1 and material.is_unique(
            sentence, answer.start, answer.end
        ):
            yield answer


def _says_enough(material: Material, sentence: Sentence, answer: Answer) -> bool:
    """True when enough words that mean something are left to tell what is missing."""
    stop = stopwords(material.grammar.code)
    left = sum(
        token.lower not in stop and not answer.start <= token.start < answer.end for token in sentence.tokens
    )
    return left >= _CONTEXT


def _is_noun(material: Material, sentence: Sentence, answer: Answer) -> bool:
    """True for a term that is a noun by all signs, says something, and is no half of a longer one.

    A capital at the beginning of a sentence is no sign for a word that is also written small.
    """
    grammar = material.grammar
    left, right = neighbours(sentence, answer)
    if sentence.core[answer.end : answer.end + 1] == " " and right and right not in grammar.after_nouns:
        return False
    if (
        left in grammar.before_verbs
        or answer.text.lower() in grammar.undefinable
        or answer.text in material.speakers
    ):
        return False
    if " " in answer.text or material.vocabulary.is_noun(answer.text, grammar):
        return True
    if answer.start == 0 and f" {answer.text.lower()} " in material.text:
        return False
    return is_capitalised(answer.text)


def _is_half_a_name(material: Material, sentence: Sentence, answer: Answer) -> bool:
    """True where words beside the answer belong to it: "Ruby on ...", "First ...", "... of York"."""
    before, after = sentence.core[: answer.start], sentence.core[answer.end :]
    if (
        _LINKED.search(before)
        or _LINKED_AFTER.match(after)
        or _IN_A_ROW.search(before)
        or _AND.search(before)
    ):
        return True
    word = _CAPITAL_BEFORE.search(before)
    return word is not None and (
        word.start() > 0 or word.group(1).lower() not in stopwords(material.grammar.code)
    )


def gives_itself_away(material: Material, sentence: Sentence, answer: Answer) -> bool:
    """True when the rest of the sentence holds a word of the answer, or its stem."""
    code = material.grammar.code
    own = {stem(word, code) for word in content_words(answer.text, code)}
    rest = sentence.core[: answer.start] + " " + sentence.core[answer.end :]
    return bool(own & {stem(word, code) for word in content_words(rest, code)})


def _worth_asking(material: Material, place: int) -> Iterator[tuple[Answer, float]]:
    called = _called(material, material.sentences[place])
    for answer in askable(material, place):
        if called is not None and called[0] <= answer.start < called[1]:
            yield answer, 1.1
        elif answer.kind in ("year", "number") or (
            answer.kind == "name" and _is_held(material, place, answer)
        ):
            yield answer, worth(material, place, answer)


def worth(material: Material, place: int, answer: Answer) -> float:
    """How much an answer is worth asking for: less for half a compound, and for what all is about."""
    grammar = material.grammar
    value = _WORTH[answer.kind]
    if answer.kind == "number" and answer.text.lower() in grammar.numerals:
        return value - 0.3
    if answer.kind not in ("name", "term"):
        return value
    vocabulary = material.vocabulary
    count = vocabulary.names.get(answer.text) or vocabulary.terms.get(answer.text, 1)
    if count > _COMMON * len(material.sentences):
        value -= 0.7
    sentence = material.sentences[place]
    right = neighbours(sentence, answer)[1]
    if (
        sentence.core[answer.end : answer.end + 1] == " "
        and right not in stopwords(grammar.code)
        and not right.endswith(("ed", "s"))
    ):
        value -= 0.35
    return value + 0.15 * (" " in answer.text)


def _called(material: Material, sentence: Sentence) -> tuple[int, int] | None:
    match = material.grammar.called.search(sentence.core) if material.grammar.called else None
    return match.span("term") if match else None


def _is_held(material: Material, place: int, answer: Answer) -> bool:
    """True when the sentence says enough about a name that it can be known: other names, terms, figures."""
    others = {a.text.lower() for a in material.numbers[place]}
    others |= {a.text.lower() for a in (*material.names[place], *material.terms[place])}
    return len(others - {answer.text.lower()}) >= 2


def _defined(definition: Definition) -> Answer:
    return Answer(definition.term, definition.start, definition.end, "term")


def _blank(material: Material, sentence: Sentence, answer: Answer, value: float) -> Question:
    frames = material.grammar.frames
    kind = "name" if answer.text in material.vocabulary.names and answer.kind == "term" else answer.kind
    many = kind == "term" and len(answer.text.split()) > 1
    prompt = frames["cloze terms" if many else f"cloze {kind}"]
    return Question(
        kind="cloze",
        prompt=prompt,
        quote=blanked(sentence, answer),
        answer=answer.text,
        evidence=sentence.text,
        segment=sentence.index,
        start=sentence.start,
        speaker=sentence.speaker,
        topic=answer.text.lower(),
        score=sentence.clarity + value + richness(material, sentence),
    )


def richness(material: Material, sentence: Sentence) -> float:
    """0 to 0.5: how much of the transcript's weight the words of a sentence carry."""
    stop = stopwords(material.grammar.code)
    weights = material.vocabulary.weights
    total = sum(weights.get(token.lower, 0.0) for token in sentence.tokens if token.lower not in stop)
    return min(0.5, 0.25 * total)
