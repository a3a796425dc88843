"""Where a talk turns to another subject."""

import random
from pathlib import Path
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.library.transcript import Segment
from episcribe.text.segmentation import topic_boundaries

SUBJECTS = (
    "bread flour yeast oven dough crust baker loaf sourdough starter kneading salt",
    "glacier ice valley moraine melt river climate snow crevasse altitude sediment rock",
    "violin bow string luthier varnish spruce bridge tone orchestra concerto scale rosin",
)


def talk(subjects: tuple[str, ...], sentences: int = 24, speaker: str | None = None) -> list[Segment]:
    """Sentences of words drawn from one subject after the other."""
    chance = random.Random(7)
    made = []
    for subject in subjects:
        words = subject.split()
        for _ in range(sentences):
            drawn = chance.choices(words, k=6)
            made.append(
                Segment(f"The {drawn[0]} and the {' of the '.join(drawn[1:])} are there.", speaker=speaker)
            )
    return made


def test_a_talk_of_three_subjects_is_cut_where_they_change() -> None:
    found = topic_boundaries(talk(SUBJECTS), "en")
    assert len(found) == 2
    assert all(abs(ours - true) <= 1 for ours, true in zip(found, (24, 48), strict=True))


def test_a_talk_of_one_subject_stays_whole() -> None:
    assert topic_boundaries(talk(SUBJECTS[:1], 60), "en") == []


def test_the_number_of_segments_can_be_asked_for() -> None:
    assert len(topic_boundaries(talk(SUBJECTS), "en", segments=2)) == 1
    assert topic_boundaries(talk(SUBJECTS), "en", segments=1) == []


def test_too_little_text_has_no_boundary() -> None:
    assert topic_boundaries([], "en") == []
    assert topic_boundaries([Segment("Hello."), Segment("Goodbye.")], None) == []


def test_boundaries_fall_on_turns_where_speakers_are_known() -> None:
    turns = []
    for i, sentence in enumerate(talk(SUBJECTS)):
        turns.append(Segment(sentence.text, speaker="Ann" if i // 3 % 2 else "Bob"))
    found = topic_boundaries(turns, "en")
    assert found
    assert all(i % 3 == 0 for i in found)


def test_sounds_hold_no_words() -> None:
    sentences = talk(SUBJECTS)
    sentences.insert(24, Segment("Music", kind="sound"))
    assert 24 not in topic_boundaries(sentences, "en")


def test_the_same_talk_gives_the_same_boundaries() -> None:
    assert topic_boundaries(talk(SUBJECTS), "en") == topic_boundaries(talk(SUBJECTS), "en")


def test_chinese_is_segmented_too() -> None:
    subjects = ("面包酵母烤箱面粉", "冰川雪山河谷气候")
    chance = random.Random(3)
    sentences = [
        Segment("".join(chance.choices([subject[i : i + 2] for i in range(0, 8, 2)], k=12)) + "。")
        for subject in subjects
        for _ in range(25)
    ]
    found = topic_boundaries(sentences, "zh", segments=2)
    assert len(found) == 1
    assert abs(found[0] - 25) <= 2


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.text(max_size=60), st.sampled_from([None, "A", "B"])), max_size=60),
    st.one_of(st.none(), st.integers(0, 9)),
)
def test_boundaries_are_ascending_places_inside_the_talk(
    made: list[tuple[str, str | None]], wanted: int | None
) -> None:
    sentences = [Segment(text, speaker=speaker) for text, speaker in made]
    found = topic_boundaries(sentences, None, segments=wanted)
    assert found == sorted(set(found))
    assert all(0 < i < len(sentences) for i in found)


@pytest.mark.corpus
def test_chapters_of_real_talks_beat_having_none(corpus: Path) -> None:
    from benchmarks.quality_of_notes import segmentation_figures

    for name, figures in segmentation_figures(corpus).items():
        floor = mean(figure.none for figure in figures)
        assert mean(figure.pk for figure in figures) < 0.92 * floor, name
        assert mean(figure.window_diff for figure in figures) < 0.97 * floor, name
