"""The terms and names that a talk is about."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.library.transcript import Segment
from episcribe.text.frequency import common_stems, common_words
from episcribe.text.terms import key_terms, proper_names

TALK = [
    Segment(
        "So today we talk about bread, and the sourdough starter is what makes it rise.",
        start=0.0,
        speaker="Ann",
    ),
    Segment(
        "Yeah, you know, a sourdough starter is a mixture of flour and water.", start=8.0, speaker="Bob Lee"
    ),
    Segment("When I moved to Lisbon, I kept my sourdough starter in the fridge at Cafe Mondego.", start=15.0),
    Segment("At Cafe Mondego they feed the sourdough starter twice, and the flour is local.", start=22.0),
    Segment("I was kind of thinking about the flour, guys, because flour is going up in price.", start=30.0),
    Segment("People in Lisbon like the flour, and Bob said that the dough needs time.", start=37.0),
    Segment("And the dough is, um, the dough is really alive, so the dough moves, Bob.", start=45.0),
]


def test_terms_of_several_words_come_before_their_parts() -> None:
    texts = [term.text for term in key_terms(TALK, "en", limit=6)]
    assert texts[0] == "sourdough starter"
    assert "starter" not in texts
    assert "Cafe Mondego" in texts
    assert {"flour", "dough", "Lisbon"} <= set(texts)


def test_worn_out_words_are_no_terms() -> None:
    texts = {term.text.casefold() for term in key_terms(TALK, "en", limit=50)}
    assert not texts & {
        "yeah",
        "kind",
        "guys",
        "going",
        "people",
        "really",
        "know",
        "thinking",
        "um",
        "today",
    }


def test_a_term_knows_where_and_how_often_it_is_said() -> None:
    starter = next(term for term in key_terms(TALK, "en") if term.text == "sourdough starter")
    assert starter.count == 4
    assert starter.sentence_indexes == (0, 1, 2, 3)
    assert starter.first_start == 0.0


def test_the_names_of_those_who_speak_are_no_terms() -> None:
    assert "Bob" not in [term.text for term in key_terms(TALK, "en", limit=50)]


def test_names_are_told_by_capitals_inside_sentences() -> None:
    assert [name.text for name in proper_names(TALK, "en")][:2] == ["Bob", "Cafe Mondego"]
    assert "Yeah" not in [name.text for name in proper_names(TALK, "en")]


def test_a_possessive_is_the_same_term() -> None:
    talk = [
        Segment("I like what Mozilla's people do."),
        Segment("We asked Mozilla about it."),
        Segment("It is Mozilla."),
    ]
    assert [(term.text, term.count) for term in key_terms(talk, "en")] == [("Mozilla", 3)]


def test_sounds_are_not_said() -> None:
    assert key_terms([Segment("Applause applause applause", kind="sound")] * 3, "en") == []


def test_chinese_terms_are_what_is_repeated_whole() -> None:
    said = ["工作量证明需要大量的电力", "很多人认为工作量证明浪费能源", "矿工通过工作量证明来打包区块"]
    texts = [term.text for term in key_terms([Segment(text + "。") for text in said], "zh")]
    assert texts[0] == "工作量证明"
    assert "工作" not in texts


def test_german_nouns_are_terms_and_its_verbs_are_not() -> None:
    said = "Der Leitzins steigt. Wenn der Leitzins steigt, steigt die Inflation. Sie folgt dem Leitzins."
    texts = [term.text for term in key_terms([Segment(s + ".") for s in said.split(".") if s], "de", limit=1)]
    assert texts == ["Leitzins"]


def test_common_words_weigh_less_than_unlisted_ones() -> None:
    assert 0 < common_words("en")["example"] < common_words("en")["quality"] < 1
    assert common_words("tlh") == {}
    assert common_stems("en")["exampl"] == common_words("en")["example"]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=80), max_size=20), st.sampled_from(["en", "de", "zh", "ar", None, "xx"]))
def test_any_text_gives_terms_that_stand_in_it(texts: list[str], language: str | None) -> None:
    sentences = [Segment(text) for text in texts]
    for term in key_terms(sentences, language, limit=10):
        assert term.text
        assert all(0 <= place < len(sentences) for place in term.sentence_indexes)
        assert term.count >= len(term.sentence_indexes)


@pytest.mark.corpus
def test_the_terms_of_a_real_talk_name_its_subject(corpus: Path) -> None:
    text = (corpus / "transcripts_long/changelog/podcast__the-changelog-299.transcript.md").read_text("utf-8")
    sentences = [Segment(part) for part in text.replace("\n", " ").split(". ")]
    texts = [term.text for term in key_terms(sentences, "en", limit=10)]
    assert {"QUIC", "HTTP/2", "TCP", "curl"} <= set(texts)
