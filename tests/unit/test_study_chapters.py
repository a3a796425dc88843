"""Chapters: the publisher's own, and those that are found."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.library.episode import Episode, InlineChapter
from episcribe.library.transcript import Heading, Segment, Transcript
from episcribe.study.chapters import (
    Chapter,
    chapters_in_show_notes,
    chapters_json,
    episode_chapters,
    found_chapters,
    heading_chapters,
    read_chapters_json,
    with_sentences,
)


def episode(**values: object) -> Episode:
    return Episode(id="abcdefgh", show="show", folder="folder", title="Title", **values)  # type: ignore[arg-type]


def two_subjects(timed: bool = True) -> Transcript:
    """Forty sentences on baking, then forty on ice."""
    baking = [
        "The oven bakes the bread from the flour.",
        "Yeast lets the dough rise in the oven, and bread is made.",
    ]
    ice = [
        "The glacier grinds the rock of the valley.",
        "Snow feeds the glacier, and meltwater leaves the valley.",
    ]
    texts = [baking[i % 2] for i in range(40)] + [ice[i % 2] for i in range(40)]
    return Transcript(
        tuple(Segment(text, start=5.0 * i if timed else None) for i, text in enumerate(texts)), language="en"
    )


def test_a_chapters_file_is_read() -> None:
    data = b"""{"version": "1.2.0", "chapters": [
        {"startTime": 0, "title": "Welcome"},
        {"startTime": 90.5, "title": "The  point", "url": "https://a.example/x", "img": "https://a.example/i.png"},
        {"startTime": 300, "title": "Hidden", "toc": false, "endTime": 400}]}"""
    assert read_chapters_json(data) == [
        Chapter(0.0, "Welcome"),
        Chapter(90.5, "The point", url="https://a.example/x", img="https://a.example/i.png"),
        Chapter(300.0, "Hidden", end=400.0, toc=False),
    ]


def test_what_is_wrong_in_a_chapters_file_is_left_out() -> None:
    items = [
        {"startTime": 20, "title": "B", "url": "javascript:alert(1)"},
        {"startTime": "00:00:10", "title": "A"},
        {"startTime": -1, "title": "before"},
        {"startTime": "soon", "title": "never"},
        {"startTime": True, "title": "yes"},
        {"startTime": 1e300, "title": "late"},
        {"startTime": 30, "title": ["not text"]},
        {"startTime": 40, "title": "  "},
        {"title": "no time"},
        "no chapter",
        {"startTime": 20, "title": "B again"},
    ]
    data = json.dumps({"chapters": items}).encode()
    assert read_chapters_json(data) == [Chapter(10.0, "A"), Chapter(20.0, "B")]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html>",
        b"[1, 2]",
        b'{"chapters": {}}',
        b"[" * 100_000,
        b"\xff\xfe\x00",
        b'{"chapters": [{"startTime": NaN}]}',
    ],
)
def test_a_file_without_chapters_gives_none(data: bytes) -> None:
    assert read_chapters_json(data) == []


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_fail(data: bytes) -> None:
    assert all(chapter.title for chapter in read_chapters_json(data))


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 90_000), st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=40)
        ),
        max_size=12,
        unique_by=lambda pair: pair[0],
    )
)
def test_chapters_survive_the_way_out_and_back(pairs: list[tuple[int, str]]) -> None:
    chapters = [Chapter(float(start), title) for start, title in sorted(pairs)]
    assert read_chapters_json(chapters_json(chapters).encode()) == chapters


def test_a_chapters_file_has_the_version_and_only_real_times() -> None:
    document = json.loads(chapters_json([Chapter(None, "somewhere"), Chapter(12.5, "there", estimated=True)]))
    assert document == {
        "version": "1.2.0",
        "chapters": [{"startTime": 12.5, "title": "there", "estimated": True}],
    }


def test_chapters_are_read_from_show_notes() -> None:
    notes = (
        "<p>Links</p><ul><li>00:00 – Intro</li><li>(02:05) <a href='x'>The &amp; point</a></li>"
        "<li>1:02:03 End</li></ul>"
    )
    assert [(one.start, one.title) for one in chapters_in_show_notes(notes)] == [
        (0.0, "Intro"),
        (125.0, "The & point"),
        (3723.0, "End"),
    ]
    after = "Intro - 0:00\nMiddle [10:00]\nEnd 20:00"
    assert [one.start for one in chapters_in_show_notes(after)] == [0.0, 600.0, 1200.0]


def test_times_that_are_no_list_of_chapters_are_left_alone() -> None:
    assert chapters_in_show_notes("Live at 19:30 in Berlin.\nDoors 18:30") == []
    assert chapters_in_show_notes("30:00 c\n20:00 b\n10:00 a") == []
    assert chapters_in_show_notes("0:00 a\n10:00 b\n99:00 c", duration=1200.0) == []


def test_hostile_show_notes_are_read_in_no_time() -> None:
    assert chapters_in_show_notes("<script>" * 60_000) == []
    assert chapters_in_show_notes("0:00 " * 100_000) == []
    assert chapters_in_show_notes("<" * 400_000) == []


def test_the_publishers_chapters_come_first() -> None:
    inline = (InlineChapter(0.0, "One"), InlineChapter(60.0, "Two", href="https://a.example"))
    both = episode(inline_chapters=inline, description="0:00 a\n0:10 b\n0:20 c", duration=400.0)
    given = [Chapter(0.0, "File one"), Chapter(100.0, "File two")]
    talk = two_subjects()
    assert [one.title for one in episode_chapters(both, talk, given)] == ["File one", "File two"]
    assert [one.title for one in episode_chapters(both, talk)] == ["One", "Two"]
    assert [one.sentence for one in episode_chapters(both, talk)] == [0, 12]
    noted = episode(description="0:00 a\n0:10 b\n0:20 c")
    assert [one.origin for one in episode_chapters(noted, talk)] == ["shownotes"] * 3


def test_headings_of_the_transcript_are_chapters() -> None:
    talk = two_subjects()
    headed = Transcript(
        talk.segments, "en", (Heading("Baking", 0), Heading("Ice", 40), Heading("Nowhere", 999))
    )
    assert heading_chapters(headed) == [
        Chapter(0.0, "Baking", origin="headings", sentence=0),
        Chapter(200.0, "Ice", origin="headings", sentence=40),
    ]
    assert [one.title for one in episode_chapters(episode(), headed)] == ["Baking", "Ice"]


def test_chapters_are_found_where_the_subject_changes_and_named_after_it() -> None:
    found = found_chapters(two_subjects())
    assert [one.sentence for one in found] == [0, 40]
    assert [one.start for one in found] == [0.0, 200.0]
    assert "bread" in found[0].title.casefold() or "oven" in found[0].title.casefold()
    assert {"glacier", "rock", "moraine", "meltwater"} & set(found[1].title.casefold().split())


def test_no_time_is_invented_for_a_transcript_without_times() -> None:
    talk = two_subjects(timed=False)
    found = episode_chapters(episode(), talk)
    assert [one.start for one in found] == [None, None]
    assert json.loads(chapters_json(found))["chapters"] == []


def test_times_are_estimated_where_the_duration_is_known_and_say_so() -> None:
    found = episode_chapters(episode(duration=1000.0), two_subjects(timed=False))
    assert found[0].start == 0
    assert found[1].start == pytest.approx(500, abs=40)
    assert [one.estimated for one in found] == [False, True]


def test_a_short_talk_has_no_chapters() -> None:
    assert episode_chapters(episode(), Transcript((Segment("Hello."), Segment("Goodbye.")), "en")) == []


def test_chapters_that_were_found_begin_with_the_same_sentences_when_read_again() -> None:
    found = found_chapters(two_subjects())
    read = read_chapters_json(chapters_json(found).encode())
    assert [one.sentence for one in with_sentences(read, two_subjects())] == [one.sentence for one in found]


def test_a_chapter_begins_with_the_sentence_of_its_moment_else_with_one_near_it() -> None:
    transcript = Transcript(tuple(Segment(f"It is {start}.", start) for start in (3.0, 9.7, 10.0, 20.4)))
    chapters = [Chapter(start, "A") for start in (0.0, 10.0, 10.1, 20.0, 90.0)]
    assert [one.sentence for one in with_sentences(chapters, transcript)] == [0, 2, 1, 3, 3]
