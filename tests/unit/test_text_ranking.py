"""Which sentences say the most, and how they are made fit to read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.library.transcript import Segment
from episcribe.text.phrasing import disfluency, readable
from episcribe.text.ranking import candidates, choose, rank_sentences, topic_weights

TALK = [
    Segment("Um, yeah, so, you know, I mean, it was kind of, like, a thing that I did."),
    Segment("The glacier carries rock and sediment down to the valley and leaves them in a moraine."),
    Segment("He said that to me, and I was like, what do you mean by that?"),
    Segment("A moraine is the ridge of rock that a glacier leaves at the end of the valley."),
    Segment("And so the glacier and the rock of the--"),
    Segment("Thanks to our sponsor, go to example.com and subscribe for a discount on the glacier tour."),
    Segment("Music of the glacier and the moraine and the valley and rock", kind="sound"),
    Segment("The meltwater of the glacier feeds the river in the valley for the whole of the summer."),
    Segment("The glacier carries the rock and the sediment to the valley, and leaves a moraine."),
    Segment("I like you and you like me and I think you know what I did to you and me."),
]


def test_sentences_about_the_subject_rank_above_chatter() -> None:
    scores = rank_sentences(TALK, "en")
    assert max(range(len(TALK)), key=lambda i: scores[i]) in {1, 3, 7, 8}
    assert min(scores[1], scores[3], scores[7]) > max(scores[2], scores[5], scores[9])


def test_broken_off_sentences_and_sounds_cannot_stand_alone() -> None:
    scores = rank_sentences(TALK, "en")
    assert scores[4] == 0
    assert scores[6] == 0


def test_what_was_chosen_is_not_said_again() -> None:
    pool, weights = candidates(TALK, "en"), topic_weights(TALK, "en")
    chosen = {one.index for one in choose(pool, weights, limit=9, repeated=0.0)}
    assert len(chosen & {1, 8}) == 1


def test_the_chosen_stand_in_the_order_they_were_said_and_within_the_room() -> None:
    pool, weights = candidates(TALK, "en"), topic_weights(TALK, "en")
    chosen = choose(pool, weights, limit=9, max_words=40)
    assert [one.index for one in chosen] == sorted(one.index for one in chosen)
    assert 0 < sum(one.words for one in chosen) <= 40


def test_sections_share_the_room() -> None:
    pool, weights = candidates(TALK, "en", [5]), topic_weights(TALK, "en")
    assert {one.section for one in choose(pool, weights, limit=2, same_section=0.05)} == {0, 1}


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        (
            "So, you know, um, I I think the the mempool is, uh, a set of things",
            "I think the mempool is a set of things.",
        ),
        ("Yeah, so, the node relays it.", "The node relays it."),
        (
            "So that the node can verify it, we send a proof.",
            "So that the node can verify it, we send a proof.",
        ),
        ("I had had enough of that.", "I had had enough of that."),
        ("And what do you mean by that?", "What do you mean by that?"),
        ("Like I said, nodes relay blocks.", "Like I said, nodes relay blocks."),
        ("The relay [laughs] is slow.", "The relay is slow."),
        ("well, um, yes", "Well yes."),
        ("", ""),
    ],
)
def test_openings_fillers_and_stutter_go_and_no_other_word(spoken: str, written: str) -> None:
    assert readable(spoken, "en") == written


def test_other_languages_lose_their_own_fillers() -> None:
    assert readable("Also, äh, wir haben das so gemacht.", "de") == "Wir haben das so gemacht."
    assert readable("那么，这是一个测试。", "zh") == "那么，这是一个测试。"


def test_fluent_speech_has_no_disfluency() -> None:
    assert disfluency("The river runs to the sea.", "en") == 0
    assert disfluency("The, um, the river, you know, runs -- runs to the sea.", "en") > 0.1


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=120), st.sampled_from(["en", "de", "ru", "zz"]))
def test_words_are_only_ever_taken_away(text: str, language: str) -> None:
    before = "".join(c for c in text.casefold() if c.isalnum())
    after = iter(before)
    assert all(c in after for c in readable(text, language).casefold() if c.isalnum() and c in before)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=100), max_size=15))
def test_every_sentence_has_a_score(texts: list[str]) -> None:
    scores = rank_sentences([Segment(text) for text in texts], None)
    assert len(scores) == len(texts)
    assert all(score >= 0 for score in scores)
