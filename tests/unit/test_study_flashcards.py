"""Flashcards for Anki."""

import csv
import dataclasses
import html
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.library.episode import Enclosure, Episode
from episcribe.study.assessment import AssessmentOptions, choose_questions, question_pool
from episcribe.study.flashcards import COLUMNS, HEADERS, Card, flashcards_csv, make_flashcards
from episcribe.study.questions.model import Question
from episcribe.text.cleaning import clean_transcript
from episcribe.transcripts.reading import read_transcript

SAMPLE = Path(__file__).parents[2] / "sample" / "tidewater" / "transcripts" / "s01e03-lichens.json"
EPISODE = Episode(
    id="a1b2c3d4",
    show="tidewater",
    folder="x",
    title="Lichens & <moss>",
    podcast="Tidewater",
    enclosures=(Enclosure("https://media.example/3.mp3"),),
)
QUESTION = Question(
    kind="cloze",
    prompt="Which word is missing?",
    quote="A _____ is a fungus.",
    answer="lichen",
    evidence="So a lichen is a fungus.",
    segment=4,
    start=61.0,
)


@pytest.fixture(scope="module")
def cards() -> list[Card]:
    transcript = clean_transcript(read_transcript(SAMPLE.read_bytes(), declared_type=None, name=SAMPLE.name))
    options = AssessmentOptions()
    pool = question_pool(transcript.segments, "en", [], options)
    questions = choose_questions(pool, options, len(transcript.segments))
    return make_flashcards(pool, questions, EPISODE, options, len(transcript.segments))


def rows_of(text: str) -> list[list[str]]:
    lines = text.split("\n")
    start = sum(1 for line in lines if line.startswith("#"))
    return list(csv.reader(lines[start:-1]))


def plain(field: str) -> str:
    return html.unescape(re.sub(r"<br>", "\n", re.sub(r"</?(?:b|small|a)\b[^>]*>", "", field)))


def card(**changes: object) -> Card:
    made = Card("front", "back", "", "cloze", "1:01", "https://media.example/3.mp3#t=61", "a1b2c3d4-1")
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


def only_card(question: Question) -> Card:
    (made,) = make_flashcards([], [question], EPISODE, AssessmentOptions(), 10)
    return made


def test_the_file_tells_anki_how_to_read_it() -> None:
    lines = flashcards_csv([], EPISODE).splitlines()
    assert lines == list(HEADERS)
    assert lines[0] == "#separator:Comma"
    assert "#html:true" in lines
    assert "#columns:Front,Back,Tags,Source,GUID" in lines
    assert "#tags column:3" in lines
    assert "#guid column:5" in lines


def test_an_episode_gives_cards_from_its_questions_and_more(cards: list[Card]) -> None:
    assert 12 < len(cards) <= 20
    assert len({card.guid for card in cards}) == len(cards)
    assert len({card.front for card in cards}) == len(cards)


def test_every_card_is_one_record_with_all_columns(cards: list[Card]) -> None:
    rows = rows_of(flashcards_csv(cards, EPISODE))
    assert [len(row) for row in rows] == [len(COLUMNS)] * len(cards)
    for row, made in zip(rows, cards, strict=True):
        assert plain(row[0]) == made.front
        assert plain(row[1]).startswith(made.back)


def test_a_card_leads_back_to_the_moment(cards: list[Card]) -> None:
    row = rows_of(flashcards_csv([card()], EPISODE))[0]
    assert 'href="https://media.example/3.mp3#t=61"' in row[1]
    assert plain(row[3]) == "Tidewater, Lichens & <moss>, 1:01"


def test_the_back_of_a_cloze_shows_the_whole_sentence() -> None:
    made = only_card(QUESTION)
    assert made.front == "Which word is missing?\nA _____ is a fungus."
    assert (made.back, made.detail) == ("lichen", "So a lichen is a fungus.")


def test_a_multiple_choice_keeps_its_choices_on_the_front() -> None:
    question = dataclasses.replace(QUESTION, kind="multiple choice", choices=("moss", "lichen"))
    assert only_card(question).front.endswith("\nA) moss\nB) lichen")


def test_the_guid_stays_when_only_the_frame_or_the_punctuation_changes() -> None:
    other = dataclasses.replace(
        QUESTION, prompt="What is missing?", evidence="So, a Lichen is a fungus!", start=70.0
    )
    assert only_card(other).guid == only_card(QUESTION).guid


def test_the_guid_differs_between_answers_and_between_episodes() -> None:
    other = dataclasses.replace(QUESTION, answer="fungus")
    assert only_card(other).guid != only_card(QUESTION).guid
    elsewhere = dataclasses.replace(EPISODE, id="ffff0000")
    (made,) = make_flashcards([], [QUESTION], elsewhere, AssessmentOptions(), 10)
    assert made.guid != only_card(QUESTION).guid


def test_the_number_of_cards_is_what_was_asked_for_at_most() -> None:
    questions = [dataclasses.replace(QUESTION, answer=f"lichen {i}", segment=i) for i in range(9)]
    assert len(make_flashcards([], questions, EPISODE, AssessmentOptions(flashcards=4), 10)) == 4
    assert make_flashcards([], questions, EPISODE, AssessmentOptions(flashcards=0), 10) == []


@pytest.mark.parametrize("text", ["=1+1", "+49 30 1234", "-5 degrees", "@home", "=cmd|' /C calc'!A0"])
def test_no_field_is_a_formula_to_a_spreadsheet_and_the_text_stays(text: str) -> None:
    row = rows_of(flashcards_csv([card(front=text, back=text)], EPISODE))[0]
    assert row[0][0] not in "=+-@\t\r"
    assert plain(row[0]) == text
    assert all(field[:1] not in tuple("=+-@\t\r") for field in row)


def test_what_anki_acts_on_is_only_shown() -> None:
    text = "[sound:x.mp3] [latex]\\input{/etc/passwd}[/latex] {{c1::no}} <script>alert(1)</script>"
    row = rows_of(flashcards_csv([card(front=text)], EPISODE))[0]
    assert "[sound:" not in row[0]
    assert "[latex]" not in row[0]
    assert "{{" not in row[0]
    assert "<script" not in row[0]
    assert plain(row[0]) == text


def test_tags_have_no_spaces() -> None:
    row = rows_of(flashcards_csv([card(kind="short answer")], EPISODE))[0]
    assert row[2].split() == ["podcast::tidewater", "kind::short-answer"]


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_text_is_read_back_as_it_was(text: str) -> None:
    visible = "".join(c for c in text if c.isprintable())
    rows = rows_of(flashcards_csv([card(front=visible), card(front="second")], EPISODE))
    assert [plain(row[0]) for row in rows] == [visible, "second"]
