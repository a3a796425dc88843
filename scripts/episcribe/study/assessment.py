"""An assessment: questions that the transcript answers, and the Markdown page that holds them."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter

from episcribe.library.episode import Episode
from episcribe.library.transcript import Segment
from episcribe.study.chapters import Chapter
from episcribe.study.facts import episode_facts
from episcribe.study.links import clock, time_link
from episcribe.study.markdown import escape, front_matter
from episcribe.study.questions.choice import choice_questions
from episcribe.study.questions.cloze import cloze_questions
from episcribe.study.questions.languages import grammar_of
from episcribe.study.questions.material import Material, read_material
from episcribe.study.questions.model import LETTERS, AssessmentOptions, Question
from episcribe.study.questions.proof import answer_stands_in
from episcribe.study.questions.selection import place_answers, select
from episcribe.study.questions.short_answer import short_answer_questions, told_questions
from episcribe.text.terms import key_terms
from episcribe.text.words import base_language

__all__ = [
    "AssessmentOptions",
    "Question",
    "answer_stands_in",
    "assessment_markdown",
    "make_questions",
    "question_pool",
]

_HEADINGS = {
    "multiple choice": "Multiple choice",
    "cloze": "Fill in the blank",
    "short answer": "Short answer",
}
_TERMS = 160
_WEIGHTIEST = 8
_FEW = 4


def make_questions(
    sentences: Sequence[Segment],
    language: str | None,
    chapters: Sequence[Chapter],
    options: AssessmentOptions | None = None,
) -> list[Question]:
    """The questions of an assessment, grouped by kind, in the order of the transcript within a kind.

    `sentences` is a cleaned transcript, sentence by sentence; `language` a BCP 47 tag. Every question has
    been proved (`answer_stands_in`). The list is shorter than `options.questions`, or empty, where the
    transcript does not give that many good ones.
    """
    options = options or AssessmentOptions()
    pool = question_pool(sentences, language, chapters, options)
    return choose_questions(pool, options, len(sentences))


def question_pool(
    sentences: Sequence[Segment],
    language: str | None,
    chapters: Sequence[Chapter],
    options: AssessmentOptions,
) -> list[Question]:
    """All questions that could be asked, proved, with scores, each with its chapter."""
    if not sentences:
        return []
    weights = _weights(sentences, language)
    material = read_material(sentences, grammar_of(language), weights)
    titles = [(chapter.start, chapter.title) for chapter in chapters if chapter.start is not None]
    made = list(_made(material, options))
    if len(made) < _FEW and "short answer" in options.kinds:
        told = (
            question for question in told_questions(material) if answer_stands_in(question, material.text)
        )
        made.extend(told)
    return [_with_chapter(question, titles) for question in made]


def choose_questions(pool: Iterable[Question], options: AssessmentOptions, total: int) -> list[Question]:
    """The questions of a pool that make the assessment; `total` is the number of sentences."""
    chosen = select(pool, options.kinds, options.questions, total)
    seed = chosen[0].evidence if chosen else ""
    return place_answers(chosen, seed)


def _made(material: Material, options: AssessmentOptions) -> Iterator[Question]:
    makers = {
        "multiple choice": lambda: choice_questions(material, max(2, min(options.choices, len(LETTERS)))),
        "cloze": lambda: cloze_questions(material),
        "short answer": lambda: short_answer_questions(material),
    }
    for kind in options.kinds:
        for question in makers[kind]():
            if answer_stands_in(question, material.text):
                yield question


def _weights(sentences: Sequence[Segment], language: str | None) -> dict[str, float]:
    """The key terms in small letters: the handful of weightiest with 1, the others less."""
    terms = key_terms(sentences, language, limit=_TERMS)
    if not terms:
        return {}
    full = terms[min(len(terms), _WEIGHTIEST) - 1].weight or 1.0
    weights = {term.text.lower(): min(1.0, term.weight / full) for term in terms}
    if base_language(language) == "en":
        for text, weight in list(weights.items()):
            weights.setdefault(text.removesuffix("s") if text.endswith("s") else f"{text}s", weight)
    return weights


def _with_chapter(question: Question, titles: Sequence[tuple[float, str]]) -> Question:
    """The question with the title of its chapter; `titles` are by start."""
    if question.start is None or not titles or question.start < titles[0][0]:
        return question
    place = bisect_right(titles, question.start, key=itemgetter(0)) - 1
    return replace(question, chapter=titles[place][1])


def assessment_markdown(
    questions: Sequence[Question],
    episode: Episode,
    *,
    language: str | None = None,
    subject: str | None = None,
    show_title: str | None = None,
) -> str:
    """The page: front matter, questions numbered through and grouped by kind, answers folded away.

    `language` is that of the transcript, `show_title` what to call the show instead of its own title.
    """
    matter = front_matter(
        {
            "title": f"Assessment: {episode.title}",
            "type": "assessment",
            **episode_facts(episode, show_title, subject),
            "language": language or episode.language,
            "questions": len(questions),
        }
    )
    blocks = [f"# Assessment: {escape(episode.title)}"]
    number = 0
    for kind, group in groupby(questions, key=lambda question: question.kind):
        blocks.append(f"## {_HEADINGS[kind]}")
        for question in group:
            number += 1
            blocks.extend(_blocks(number, question, episode))
    return matter + "\n" + "\n\n".join(blocks) + "\n"


def _blocks(number: int, question: Question, episode: Episode) -> Iterator[str]:
    place = _place(question, episode)
    yield f"**{number}.** {escape(question.prompt)}" + (f" ({place})" if place else "")
    if question.quote is not None:
        yield "> " + escape(question.quote)
    if question.choices:
        yield "\n".join(
            f"- **{letter}.** {escape(choice)}"
            for letter, choice in zip(LETTERS, question.choices, strict=False)
        )
    yield "\n".join(("<details>", "<summary>Answer</summary>"))
    yield from _answer(question)
    yield "</details>"


def _answer(question: Question) -> Iterator[str]:
    if question.choices:
        letter = LETTERS[question.choices.index(question.answer)]
        yield f"**{letter}. {escape(question.answer)}**"
    elif question.kind == "cloze":
        yield f"**{escape(question.answer)}**"
    if question.kind == "short answer" or question.quote is None:
        said = question.answer if question.kind == "short answer" else question.evidence
    else:
        said = question.evidence
    yield "> " + escape(said) + (f" — {escape(question.speaker)}" if question.speaker else "")


def _place(question: Question, episode: Episode) -> str:
    """Where it is said: the time, a link where there is something to link to, and the chapter."""
    parts = []
    if question.start is not None:
        link = time_link(episode, question.start)
        parts.append(f"[{clock(question.start)}]({link})" if link else clock(question.start))
    if question.chapter:
        parts.append(f"in *{escape(question.chapter)}*")
    return ", ".join(parts)
