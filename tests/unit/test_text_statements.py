"""Which sentences state something by themselves, and which say what a term means."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.library.transcript import Segment
from episcribe.text.definitions import definitions
from episcribe.text.ranking import candidates, subject_told, topic_weights
from episcribe.text.statements import ABOUT_TALK, advert_sentences, as_statement, is_dangling, worth


@pytest.mark.parametrize(
    "text",
    [
        "I'm Nell Averill, and I am standing, more or less, on a harbour wall.",
        "Ich bin Friederike Lohmann, und ich habe heute einen Zollstock dabei.",
        "Hello and welcome to the programme about the sea and the coast.",
        "This episode is brought to you by Acme, the maker of anvils.",
        "Go to acme.com and use the code TIDE for ten percent off.",
        "Subscribe to the newsletter and leave a review of the programme.",
        "Thank you so much for the time you took to explain the tides.",
        "Why does the tide come later every day?",
        "By giving up the geometry and listening to the harbour instead.",
        "A coral that kept a diary, and a Moon that is leaving.",
        "Because the basin of the sea is too small for it.",
    ],
)
def test_what_nobody_learns_from_is_worth_nothing(text: str) -> None:
    assert worth(text, "de" if text.startswith("Ich") else "en") == 0


def test_statements_are_worth_all_and_talk_about_the_talk_less() -> None:
    assert worth("The Sun pulls on the Earth much harder than the Moon does.", "en") == 1
    assert worth("Die Spurweite ist der Abstand zwischen den Schienen.", "de") == 1
    assert worth("As you mentioned, the tide follows the Moon around the Earth.", "en") == ABOUT_TALK


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("It follows the Moon.", "en"),
        ("When it turns, the rim swings.", "en"),
        ("That is a spring tide.", "en"),
        ("Er wählte sieben Fuß.", "de"),
        ("这种现象叫做共振。", "zh"),
    ],
)
def test_a_sentence_that_points_back_dangles(text: str, language: str) -> None:
    assert is_dangling(text, language)


def test_the_articles_of_one_language_are_no_pronouns_of_another() -> None:
    assert not is_dangling("Il mare è blu.", "it")
    assert not is_dangling("Die Zahl ist krumm.", "de")


def test_an_answer_loses_its_because_and_an_address_goes() -> None:
    assert as_statement("Because the tide follows the Moon.", asked=True) == "The tide follows the Moon."
    assert as_statement("Because it rains, we stay.") == "Because it rains, we stay."
    assert as_statement("Nell, the tide follows the Moon.", {"nell"}) == "The tide follows the Moon."


def test_an_advert_ends_with_its_turn() -> None:
    talk = [
        Segment("The tide follows the Moon.", speaker="A"),
        Segment("Our sponsor today is Acme.", speaker="A"),
        Segment("Acme makes the anvils of the world.", speaker="A"),
        Segment("Use the code TIDE.", speaker="A"),
        Segment("The Sun is the junior partner of the Moon.", speaker="B"),
    ]
    assert advert_sentences(talk) == {1, 2, 3}


def test_a_sentence_that_leans_on_another_comes_with_it() -> None:
    talk = [
        Segment("The motion of the water builds up in the basin.", speaker="A"),
        Segment("It doubles with each push of the Moon.", speaker="A"),
        Segment("It is a pity for the boats in the harbour.", speaker="B"),
    ]
    texts = [one.text for one in candidates(talk, "en")]
    assert texts == [
        "The motion of the water builds up in the basin.",
        "The motion of the water builds up in the basin. It doubles with each push of the Moon.",
    ]


def test_an_introduction_says_what_the_talk_is_about() -> None:
    talk = [
        Segment("Good evening, it is late."),
        Segment("Today we are going to talk about the tides of the ocean and the Moon."),
        *[Segment("The tides of the ocean follow the Moon.")] * 4,
    ]
    told = subject_told(talk, "en", topic_weights(talk, "en"))
    assert told is not None
    assert told.index == 1


def defined(*texts: str, language: str = "en") -> dict[str, str]:
    return {one.term: one.text for one in definitions([Segment(text) for text in texts], language)}


def test_what_says_what_something_is_defines_it() -> None:
    said = "The age of the tide is the delay between full moon and the highest springs."
    assert defined(said) == {"age of the tide": said}
    assert "Spurweite" in defined("Die Spurweite ist der Abstand zwischen den Schienen.", language="de")
    assert "大潮" in defined("大潮是指新月和满月时出现的最大潮差。", language="zh")


@pytest.mark.parametrize(
    "text",
    [
        "The Moon is the same for everyone.",
        "The Sun is the junior partner, but it is not a negligible one.",
        "Calm is a great app for the people in the office.",
        "Duct tape is one of the things that I like to play with.",
        "A lichen is not a plant that grows on the stones of the wall.",
        "The tide is a problem for the harbour in the bay.",
        "It was a pleasure.",
    ],
)
def test_praise_denial_and_likeness_define_nothing(text: str) -> None:
    assert defined(text) == {}


def test_a_name_that_is_given_afterwards_takes_what_it_names() -> None:
    told, named = "At new moon the Sun and the Moon stand in one line.", "That is a spring tide."
    assert defined(told, named) == {"spring tide": f"{told} {named}"}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=120), max_size=8), st.sampled_from(["en", "de", "fr", "ru", "zh", None]))
def test_any_text_is_read(texts: list[str], language: str | None) -> None:
    segments = [Segment(text) for text in texts]
    for one in definitions(segments, language):
        assert one.term in one.text
        assert 0 <= one.first <= one.last < len(segments)
