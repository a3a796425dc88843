"""Titles of the sections of a talk."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.library.transcript import Segment
from episcribe.text.cleaning import clean_transcript
from episcribe.text.nouns import noun_phrases, noun_uses
from episcribe.text.segmentation import topic_boundaries
from episcribe.text.titles import LONGEST, section_titles
from episcribe.text.words import stopwords
from episcribe.transcripts.reading import read_transcript

BREAD = [
    "Hello and welcome, this is Flour Hour.",
    "Why does a sourdough loaf rise?",
    "The yeast of the starter makes gas, and the gluten of the dough holds the gas.",
    "A sourdough loaf rises slowly because the yeast of the starter is wild.",
    "The gluten of the dough is a net, and the yeast fills the net with gas.",
]
ICE = [
    "Thank you, that was a very good answer.",
    "Let's talk about the crevasses of the glacier.",
    "The glacier bends over the rock, and the crevasses of the glacier open at the bend.",
    "A bridge of snow hides the crevasses, and the glacier moves under the bridge of snow.",
    "The rock under the glacier decides where the crevasses are.",
]


def spoken(texts: list[str]) -> list[Segment]:
    return [Segment(text, speaker="Ann Frost") for text in texts]


def test_a_question_or_what_is_announced_becomes_the_title() -> None:
    titles = section_titles(spoken(BREAD + ICE), [0, len(BREAD)], "en")
    assert titles == ["Why does a sourdough loaf rise?", "The crevasses of the glacier"]


def test_greetings_thanks_and_the_speakers_own_names_are_no_titles() -> None:
    talk = spoken(["Good evening, good evening.", "Ann Frost is here, Ann Frost!", *BREAD[2:], *ICE])
    titles = " ".join(section_titles(talk, [0, 5], "en"))
    assert not {"evening", "Frost", "welcome", "Thank"} & set(titles.replace("?", "").split())


def test_german_questions_are_titles_and_good_evening_is_not() -> None:
    talk = spoken(
        [
            "Guten Abend und willkommen im Nachtzug.",
            "Wie kam das Maß in die Grube?",
            "Das Maß kam mit den Pferden in die Grube, und das Maß blieb.",
            "Und was wurde aus der breiten Spur?",
            "Die breite Spur lebte noch lange, denn die Spur war gut.",
        ]
    )
    assert section_titles(talk, [0, 3], "de") == [
        "Wie kam das Maß in die Grube?",
        "Was wurde aus der breiten Spur?",
    ]


def test_a_question_that_points_elsewhere_is_no_title() -> None:
    talk = spoken(["What do you make of it?", *BREAD[2:], "And why is that?", *ICE[2:]])
    assert not [title for title in section_titles(talk, [0, 4], "en") if title.endswith("?")]


def test_noun_phrases_hold_no_verbs() -> None:
    said = [
        "The tide follows the Moon.",
        "They follow the tide.",
        "The Bay of Fundy is wide, and the tide in the bay rises.",
    ]
    uses = noun_uses(said, "en")
    phrases = [" ".join(phrase.words) for text in said for phrase in noun_phrases(text, uses, "en")]
    assert "Bay of Fundy" in phrases
    assert not [phrase for phrase in phrases if "follow" in phrase]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.text(max_size=80), min_size=2, max_size=12), st.sampled_from(["en", "de", "zh", "ar", None])
)
def test_any_text_gives_a_title_or_none_that_is_short(texts: list[str], language: str | None) -> None:
    titles = section_titles([Segment(text) for text in texts], [0, len(texts) // 2], language)
    assert len(titles) == 2
    assert all(len(title) <= 2 * LONGEST for title in titles)


@pytest.mark.corpus
def test_titles_of_real_talks_are_short_different_and_say_something(corpus: Path) -> None:
    paths = sorted((corpus / "transcripts_long/bitcoin").glob("*.md"))[::6]
    for path in paths:
        segments = clean_transcript(read_transcript(path.read_bytes(), name=path.name)).segments
        titles = section_titles(segments, [0, *topic_boundaries(segments, "en")], "en")
        assert len({title.casefold() for title in titles}) == len(titles), path.name
        for title in titles:
            assert len(title) <= LONGEST, title
            assert 1 <= len(title.split()) <= 11, title
            assert not set(title.casefold().split()) <= stopwords("en"), title
