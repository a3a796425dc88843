"""Multiple choice: what completes a sentence, and what a thing is, among wrong answers of the same shape."""

from collections.abc import Iterator

from episcribe.study.questions.answers import Answer, neighbours
from episcribe.study.questions.cloze import askable, blanked, richness, worth
from episcribe.study.questions.distractors import (
    is_person,
    number_distractors,
    order_key,
    overlaps,
    word_distractors,
)
from episcribe.study.questions.material import Definition, Material
from episcribe.study.questions.model import Question
from episcribe.text.words import content_words, stem


def choice_questions(material: Material, choices: int, most: int = 60) -> Iterator[Question]:
    """Multiple-choice questions with `choices` - 1 good distractors, and a score; the `most` promising."""
    yield from _descriptions(material, choices - 1)
    years = sorted({answer.text for found in material.numbers for answer in found if answer.kind == "year"})
    candidates = [
        (_score(material, place, answer), place, answer)
        for place, sentence in enumerate(material.sentences)
        if sentence.clarity >= 0.6
        for answer in askable(material, place)
    ]
    candidates.sort(key=lambda candidate: (-candidate[0], candidate[1], candidate[2].start))
    for score, place, answer in candidates[:most]:
        wrong = _wrong(material, place, answer, years, choices - 1)
        if len(wrong) == choices - 1:
            yield _complete(material, place, answer, wrong, score)


def _score(material: Material, place: int, answer: Answer) -> float:
    sentence = material.sentences[place]
    return sentence.clarity + worth(material, place, answer) + richness(material, sentence)


def _wrong(material: Material, place: int, answer: Answer, years: list[str], count: int) -> list[str]:
    if answer.kind in ("year", "number"):
        return number_distractors(answer, years, material.grammar, count)
    left, right = neighbours(material.sentences[place], answer)
    people = [name for name in material.people if name != material.sentences[place].speaker]
    candidates = word_distractors(
        answer,
        material.vocabulary,
        material.grammar,
        material.nearby(place) | (set() if is_person(answer.text) else material.speakers),
        count + 4,
        article=left,
        people=people,
    )
    return [text for text in candidates if not _is_said(material, left, text, right)][:count]


def _is_said(material: Material, left: str, text: str, right: str) -> bool:
    """True when the transcript itself has the other word between the same two words: it would fit as well."""
    return bool(left and right) and f"{left} {text} {right}".lower() in material.folded


def _complete(material: Material, place: int, answer: Answer, wrong: list[str], score: float) -> Question:
    sentence = material.sentences[place]
    prompt = material.grammar.frames[f"choice {answer.kind}"].format(speaker=material.speaker(sentence))
    return Question(
        kind="multiple choice",
        prompt=prompt,
        quote=blanked(sentence, answer),
        answer=answer.text,
        choices=(answer.text, *wrong),
        evidence=sentence.text,
        segment=sentence.index,
        start=sentence.start,
        speaker=sentence.speaker,
        topic=answer.text.lower(),
        score=score,
    )


def _descriptions(material: Material, count: int) -> Iterator[Question]:
    """What is X? The wrong answers are what the transcript says of other things."""
    short = [definition for definition in material.definitions if 3 <= len(definition.rest.split()) <= 18]
    for definition in short:
        wrong: list[Definition] = []
        for other in sorted(short, key=lambda other: order_key(definition.term, other.rest)):
            if other.plural == definition.plural and all(
                _unlike(material, other, taken) for taken in (definition, *wrong)
            ):
                wrong.append(other)
        if len(wrong) >= count:
            yield _describe(material, definition, [other.rest for other in wrong[:count]])


def _unlike(material: Material, one: Definition, other: Definition) -> bool:
    code = material.grammar.code
    said = {stem(word, code) for word in content_words(one.rest, code)}
    known = {stem(word, code) for word in content_words(f"{other.rest} {other.term}", code)}
    length = len(one.rest) / len(other.rest)
    return not overlaps(one.term, other.term) and len(said & known) <= 1 and 0.4 <= length <= 2.5


def _describe(material: Material, definition: Definition, wrong: list[str]) -> Question:
    sentence = definition.sentence
    frame = material.grammar.frames["choice definition"]
    return Question(
        kind="multiple choice",
        prompt=frame.format(speaker=material.speaker(sentence), term=definition.term),
        answer=definition.rest,
        choices=(definition.rest, *wrong),
        evidence=sentence.text,
        segment=sentence.index,
        start=sentence.start,
        speaker=sentence.speaker,
        topic=definition.term.lower(),
        score=sentence.clarity + 1.0 + richness(material, sentence),
    )
