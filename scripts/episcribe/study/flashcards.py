"""Flashcards as a text file that Anki imports, and imports again without making duplicates."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape as html_escape

from episcribe.library.episode import Episode
from episcribe.study.links import clock, time_link
from episcribe.study.questions.model import LETTERS, AssessmentOptions, Question
from episcribe.study.questions.selection import place_answers, select

__all__ = ["Card", "flashcards_csv", "make_flashcards"]

COLUMNS = ("Front", "Back", "Tags", "Source", "GUID")
# "File Headers" in the importing chapter of Anki's manual: read since 2.1.54, comments to older ones.
HEADERS = (
    "#separator:Comma",
    "#html:true",
    "#notetype:Basic",
    f"#columns:{','.join(COLUMNS)}",
    f"#tags column:{COLUMNS.index('Tags') + 1}",
    f"#guid column:{COLUMNS.index('GUID') + 1}",
)
# What makes a spreadsheet take a cell for a formula (OWASP, CSV Injection).
_FORMULA = re.compile(r"^[=+\-@\t\r]")
# What Anki acts on in a field: media and LaTeX tags, and the braces of templates and clozes.
_ANKI_TAG = re.compile(r"\[(?=/?(?:sound|latex|anki|\$))", re.IGNORECASE)
_TAG_BREAKERS = re.compile(r"[\s\"'“”,;]+")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Card:
    """One note: plain text, escaped only when written. `place` is a time ("12:30"), `url` leads there."""

    front: str
    back: str
    detail: str
    kind: str
    place: str | None
    url: str | None
    guid: str


def make_flashcards(
    pool: Iterable[Question],
    questions: Sequence[Question],
    episode: Episode,
    options: AssessmentOptions,
    total: int,
) -> list[Card]:
    """At most `options.flashcards` cards: the assessment's own questions and more, in spoken order.

    `pool` is `question_pool`'s answer, `questions` those chosen for the assessment, `total` the number of
    sentences.
    """
    asked = list(questions)[: options.flashcards]
    more = select(pool, options.kinds, options.flashcards - len(asked), total, taken=asked)
    more = place_answers(more, episode.id)
    chosen = sorted(
        [*asked, *more], key=lambda question: (question.segment, question.prompt, question.answer)
    )
    cards = {card.guid: card for card in (_card(question, episode) for question in chosen)}
    return list(cards.values())


def _card(question: Question, episode: Episode) -> Card:
    choices = [f"{letter}) {choice}" for letter, choice in zip(LETTERS, question.choices, strict=False)]
    front = "\n".join(part for part in (question.prompt, question.quote, *choices) if part)
    return Card(
        front=front,
        back=question.answer,
        detail="" if question.kind == "short answer" else question.evidence,
        kind=question.kind,
        place=None if question.start is None else clock(question.start),
        url=None if question.start is None else time_link(episode, question.start),
        guid=_guid(question, episode),
    )


def _guid(question: Question, episode: Episode) -> str:
    """The same for the same words of the same sentence, whatever the frame, case and punctuation."""
    words = " ".join(_WORD.findall(f"{question.kind} {question.answer} {question.evidence}".casefold()))
    return f"{episode.id}-{sha256(words.encode('utf-8', 'replace')).hexdigest()[:16]}"


def flashcards_csv(cards: Sequence[Card], episode: Episode) -> str:
    """The file: header lines, then one quoted record a card, fields in HTML.

    A field that a spreadsheet would take for a formula begins with a character reference instead: Anki shows
    the very same text, and a spreadsheet a harmless one.
    """
    lines = io.StringIO()
    writer = csv.writer(lines, quoting=csv.QUOTE_ALL, lineterminator="\n")
    for card in cards:
        writer.writerow(_inert(field) for field in _fields(card, episode))
    return "\n".join(HEADERS) + "\n" + lines.getvalue()


def _fields(card: Card, episode: Episode) -> Iterator[str]:
    source = ", ".join(part for part in (episode.podcast, episode.title, card.place) if part)
    back = _html(card.back)
    if card.detail:
        back = f"<b>{back}</b><br><br>{_html(card.detail)}"
    link = f'<a href="{_html(card.url)}">{_html(source)}</a>' if card.url else _html(source)
    yield _html(card.front)
    yield f"{back}<br><br><small>{link}</small>"
    yield " ".join((f"podcast::{_tag(episode.show)}", f"kind::{_tag(card.kind)}"))
    yield link
    yield card.guid


def _html(text: str) -> str:
    escaped = html_escape(text).replace("{{", "&#123;&#123;").replace("\n", "<br>")
    return _ANKI_TAG.sub("&#91;", "".join(c for c in escaped if c.isprintable() or c == " "))


def _tag(text: str) -> str:
    return _TAG_BREAKERS.sub("-", text.strip()) or "-"


def _inert(field: str) -> str:
    return f"&#{ord(field[0])};{field[1:]}" if _FORMULA.match(field) else field
