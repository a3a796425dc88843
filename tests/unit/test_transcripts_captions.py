"""Sentences cut into captions."""

from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.library.transcript import Segment, Word
from episcribe.transcripts.captions import caption_cues

LONG = (
    "When you first get started in podcasting, it's almost guaranteed that you're going to make a handful of "
    "mistakes, but that doesn't mean that you have to make all of them."
)


def test_a_short_segment_stays_as_it_is() -> None:
    segment = Segment("Short.", 1.0, 2.0, "Ada", (Word("Short.", 1.0, 2.0),), paragraph=True)
    assert caption_cues([segment]) == [segment]


def test_a_long_sentence_is_cut_at_its_clauses() -> None:
    assert [cue.text for cue in caption_cues([Segment(LONG, 0.0, 14.0)])] == [
        "When you first get started in podcasting,",
        "it's almost guaranteed that you're going to make a handful of mistakes,",
        "but that doesn't mean that you have to make all of them.",
    ]


def test_times_between_cuts_follow_the_characters_and_fill_the_segment() -> None:
    cues = caption_cues([Segment(LONG, 10.0, 24.0, "Ada", paragraph=True)])
    assert [cue.start for cue in cues[1:]] == [cue.end for cue in cues[:-1]]
    assert (cues[0].start, cues[-1].end) == (10.0, 24.0)
    assert cues[1].start == round(10 + 14 * LONG.index("it's") / len(LONG), 3)
    assert [cue.paragraph for cue in cues] == [True, False, False]
    assert {cue.speaker for cue in cues} == {"Ada"}


def test_known_words_decide_the_times_and_go_with_their_cues() -> None:
    tokens = LONG.split()
    words = tuple(Word(token, float(index), index + 0.5) for index, token in enumerate(tokens))
    cues = caption_cues([Segment(LONG, 0.0, float(len(tokens)), words=words)], max_seconds=60.0)
    assert [word for cue in cues for word in cue.words] == list(words)
    for cue in cues:
        assert cue.text.split() == [word.text for word in cue.words]
        assert (cue.start, cue.end) == (
            cue.words[0].start,
            cue.words[-1].end if cue is not cues[-1] else len(tokens),
        )


def test_a_slow_sentence_is_cut_by_its_seconds() -> None:
    cues = caption_cues([Segment("one two three four five six", 0.0, 20.0)])
    assert len(cues) >= 3
    assert all(cue.end is not None and cue.start is not None and cue.end - cue.start <= 7.001 for cue in cues)


def test_sounds_are_not_cut_and_segments_without_times_are_cut_by_characters() -> None:
    sound = Segment("Music", 0.0, 60.0, kind="sound")
    assert caption_cues([sound]) == [sound]
    assert [(cue.start, cue.end) for cue in caption_cues([Segment(LONG)])] == [(None, None)] * 3


def test_scripts_without_spaces_are_cut_too() -> None:
    text = "これはとても長い文です、" * 20
    cues = caption_cues([Segment(text, 0.0, 60.0)])
    assert "".join(cue.text for cue in cues) == text
    assert all(len(cue.text) <= 84 for cue in cues)
    assert all(cue.text.endswith("、") for cue in cues)


words_of_any_length = st.lists(st.text("abc,.é", min_size=1, max_size=100), min_size=1, max_size=60)


@settings(max_examples=150, deadline=None)
@given(words_of_any_length, st.one_of(st.none(), st.floats(0, 100)), st.floats(0, 300))
def test_no_character_is_lost_and_no_cue_too_long(
    tokens: list[str], start: float | None, lasting: float
) -> None:
    text = " ".join(tokens)
    end = None if start is None else start + lasting
    cues = caption_cues([Segment(text, start, end)])
    assert "".join(cue.text for cue in cues).replace(" ", "") == text.replace(" ", "")
    assert all(len(cue.text) <= 84 for cue in cues)
    times = [time for cue in cues for time in (cue.start, cue.end) if time is not None]
    assert times == sorted(times)
