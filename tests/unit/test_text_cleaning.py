"""Cleaning: markup, sounds, speakers, sentences, paragraphs, times, words and headings."""

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.library.errors import UnreadableTranscript
from episcribe.library.transcript import Heading, Segment, Transcript, Word
from episcribe.text.cleaning import clean_transcript
from episcribe.transcripts.reading import read_transcript


def _clean(*texts: str, language: str | None = "en", seconds: float = 3.0) -> tuple[Segment, ...]:
    cues = tuple(Segment(text, i * seconds, (i + 1) * seconds) for i, text in enumerate(texts))
    return clean_transcript(Transcript(cues, language=language)).segments


def _said(segments: tuple[Segment, ...]) -> list[str]:
    return [segment.text for segment in segments if segment.kind == "speech"]


def _heard(segments: tuple[Segment, ...]) -> list[str]:
    return [segment.text for segment in segments if segment.kind == "sound"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<i>Good</i> <c.colorE5E5E5>morning.</c>", "Good morning."),
        ("Salt &amp;amp; pepper&#39;s fine.", "Salt & pepper's fine."),
        ("Zero\u200bwidth and\u00a0odd\u2009space.", "Zerowidth and odd space."),
        ("{\\an8}Up here.", "Up here."),
        ("Itâ€™s a cafÃ©.", "It’s a café."),
        ("Write `<b>` for bold.", "Write `<b>` for bold."),
        ("One [00:12:03] two.", "One two."),
        ("I want [ __ ] coffee.", "I want [__] coffee."),
        ("Left [...] out.", "Left … out."),
        ("AT&T and R&D; fine.", "AT&T and R&D; fine."),
    ],
)
def test_left_over_markup_goes(text: str, expected: str) -> None:
    assert _said(_clean(text)) == [expected]


@pytest.mark.parametrize(
    ("text", "said", "heard"),
    [
        ("[Music] Hello there.", ["Hello there."], ["Music"]),
        ("Thank you. (applause)", ["Thank you."], ["applause"]),
        ("I think *laughs* so.", ["I think so."], ["laughs"]),
        ("♪ Row, row your boat ♪", [], ["♪ Row, row your boat ♪"]),
        ("♪♪", [], ["Music"]),
        ("[risas] Pues sí.", ["Pues sí."], ["risas"]),
        ("[Gelächter] Na gut.", ["Na gut."], ["Gelächter"]),
        ("[拍手] ありがとう。", ["ありがとう。"], ["拍手"]),
        ("We went to [inaudible 00:12:58] and came back.", ["We went to … and came back."], ["inaudible"]),
        ("The (static) type [the compiler] saw.", ["The (static) type [the compiler] saw."], []),
        ("It was *really* big (I think).", ["It was *really* big (I think)."], []),
    ],
)
def test_sounds_are_marked_not_mixed(text: str, said: list[str], heard: list[str]) -> None:
    cleaned = _clean(text)
    assert (_said(cleaned), _heard(cleaned)) == (said, heard)


def test_a_sound_that_two_cues_share_is_one_sound() -> None:
    cleaned = _clean("That is right. [audience", "laughs] So then we left.")
    assert (_said(cleaned), _heard(cleaned)) == (["That is right.", "So then we left."], ["audience laughs"])


def test_sentences_are_whole_over_cues_and_divided_within_them() -> None:
    assert _said(_clean("The river is old.", "It was here before", "the town. And it", "will stay.")) == [
        "The river is old.",
        "It was here before the town.",
        "And it will stay.",
    ]


def test_times_of_sentences_come_from_their_place_in_the_cue() -> None:
    first, second = _clean("Yes it is. No it was.", seconds=10.0)
    assert (first.start, second.end) == (0.0, 10.0)
    assert first.end == second.start
    assert second.start == pytest.approx(10 * 11 / 21, abs=0.01)


def test_times_of_words_decide_where_they_are_known_and_stay_with_their_sentence() -> None:
    words = (Word("Yes.", 0.4, 0.9), Word("No", 5.0, 5.4), Word("way.", 5.5, 6.0))
    cleaned = clean_transcript(Transcript((Segment("Yes. No way.", 0.0, 8.0, words=words),))).segments
    assert [(s.text, s.start, s.end, s.words) for s in cleaned] == [
        ("Yes.", 0.4, 0.9, words[:1]),
        ("No way.", 5.0, 6.0, words[1:]),
    ]


def test_words_that_are_cues_of_their_own_become_the_words_of_sentences() -> None:
    tokens = "So this is how it went . We had a plan , and then it rained for a week straight .".split()
    cues = tuple(Segment(token, i * 0.5, i * 0.5 + 0.4, "Ada") for i, token in enumerate(tokens))
    first, second = clean_transcript(Transcript(cues)).segments
    assert first.text == "So this is how it went."
    assert second.text == "We had a plan, and then it rained for a week straight."
    assert [word.text for word in first.words] == ["So", "this", "is", "how", "it", "went."]
    assert second.start == tokens.index("We") * 0.5


def test_text_without_full_stops_is_cut_at_pauses_and_clauses_with_nothing_added() -> None:
    lines = [
        "so today we are going to talk about the",
        "river and the people who live beside it",
        "because when the water comes they have to",
        "leave and nobody knows when they come back",
        "and that is the whole story of the place",
    ]
    cleaned = _clean(*lines)
    assert " ".join(_said(cleaned)).split() == " ".join(lines).split()
    assert all(9 <= len(text.split()) <= 28 for text in _said(cleaned))
    assert [text.split()[0] for text in _said(cleaned)] == ["so", "because"]


def test_a_long_pause_ends_a_sentence_without_a_full_stop() -> None:
    cues = (
        Segment("and this is what we saw there", 0.0, 3.0),
        Segment("the next day it was gone", 8.0, 11.0),
    )
    assert _said(clean_transcript(Transcript(cues)).segments) == [
        "and this is what we saw there",
        "the next day it was gone",
    ]


def test_names_of_speakers_leave_the_text_and_are_kept() -> None:
    cleaned = _clean(">> ANNA SMITH: Good evening.", "It rained. >> BOB: It did?", ">> Yes.")
    assert [(s.speaker, s.text) for s in cleaned] == [
        ("ANNA SMITH", "Good evening."),
        ("ANNA SMITH", "It rained."),
        ("BOB", "It did?"),
        (None, "Yes."),
    ]


def test_dashes_of_a_dialogue_are_turns_and_those_of_numbers_are_not() -> None:
    cleaned = _clean("- Are you coming?\n- No.", "-5 degrees, they said.", "Well-known and all.")
    assert _said(cleaned) == ["Are you coming?", "No.", "-5 degrees, they said.", "Well-known and all."]
    assert [segment.paragraph for segment in cleaned][:3] == [True, True, False]


def test_names_in_brackets_are_speakers_where_a_file_uses_them_so() -> None:
    cleaned = _clean("[Alba] Buenos días.", "¿Qué tal?", "[Alba] Muy bien, gracias.", language="es")
    assert [(s.speaker, s.text) for s in cleaned] == [
        ("Alba", "Buenos días."),
        (None, "¿Qué tal?"),
        ("Alba", "Muy bien, gracias."),
    ]


def test_paragraphs_begin_with_speakers_marks_of_the_source_and_long_pauses() -> None:
    talk = "We walked along the river for a while and talked of other things."
    cues = [Segment(talk, i * 5.0, i * 5.0 + 4.9, "Ada") for i in range(3)]
    cues += [Segment(talk, 40.0, 44.0, "Ada"), Segment(talk, 44.1, 48.0, "Bob")]
    cleaned = clean_transcript(Transcript(tuple(cues))).segments
    assert [segment.paragraph for segment in cleaned] == [True, False, False, True, True]
    marked = [replace(cue, paragraph=index == 1) for index, cue in enumerate(cues[:3])]
    assert [s.paragraph for s in clean_transcript(Transcript(tuple(marked))).segments] == [True, True, False]


def test_a_wall_of_text_gets_paragraphs() -> None:
    cleaned = _clean(*["This is one more sentence of about ten words or so."] * 100)
    starts = [i for i, segment in enumerate(cleaned) if segment.paragraph] + [len(cleaned)]
    sizes = [after - before for before, after in pairwise(starts)]
    assert max(sizes) <= 16


def test_paragraph_marks_in_the_middle_of_every_sentence_are_the_lines_of_a_page() -> None:
    lines = ["The river came down in the", "spring of that year. Nobody", "had seen it so high before."] * 8
    source = Transcript(tuple(Segment(line, paragraph=True) for line in lines))
    cleaned = clean_transcript(source).segments
    assert _said(cleaned)[:2] == [
        "The river came down in the spring of that year.",
        "Nobody had seen it so high before.",
    ]
    assert sum(segment.paragraph for segment in cleaned) < 4


def test_headings_stay_before_the_same_words() -> None:
    source = Transcript(
        (Segment("One. Two."), Segment("Three and"), Segment("four.")), headings=(Heading("Second", 1),)
    )
    cleaned = clean_transcript(source)
    assert cleaned.segments[cleaned.headings[0].before].text == "Three and four."


def test_genuine_repetitions_are_kept() -> None:
    cues = [
        "No no no.",
        "Yes.",
        "Yes.",
        "I know. I know.",
        "I know what you mean.",
        "You mean it?",
        "Yes. Yes.",
    ]
    assert " ".join(_said(_clean(*cues))) == " ".join(cues)


def test_a_chorus_is_sung_as_often_as_it_is_sung() -> None:
    cues = [
        "It's another day of sun",
        "It's another day of sun",
        "Just another day of sun",
        "La la la la",
        "La la la",
    ]
    assert " ".join(_said(_clean(*cues * 4))) == " ".join(cues * 4)


def test_times_between_those_that_the_source_gives_are_shared_by_length() -> None:
    cues = (Segment("One two three four.", 0.0), Segment("Five six seven eight."), Segment("Nine.", 10.0))
    cleaned = clean_transcript(Transcript(cues)).segments
    assert [segment.start for segment in cleaned] == [0.0, pytest.approx(4.75, abs=0.3), 10.0]


def test_a_transcript_without_times_keeps_none() -> None:
    cleaned = clean_transcript(Transcript((Segment("One. Two."),))).segments
    assert all(segment.start is None and segment.end is None for segment in cleaned)


def test_the_language_is_detected_where_the_source_does_not_say_it() -> None:
    text = "Heute sprechen wir über den Fluss und darüber, wie er zu seinem Namen gekommen ist."
    assert clean_transcript(Transcript((Segment(text),))).language == "de"
    assert clean_transcript(Transcript((Segment(text),), language="de-AT")).language == "de-AT"


_ATOMS = [
    *"yes no. I and so we river [Music] (laughs) >> ♪ ... … Mr. 3. A.B. what? ANNA: &amp; <i>x</i>".split(),
    *"今日は。 [inaudible] because “ok” ) ¿qué 84 \u200b the [x".split(" "),
    "- Well",
    "- but",
]
_TEXT = st.lists(st.sampled_from(_ATOMS), max_size=14).map(" ".join)
_CUES = st.lists(
    st.tuples(_TEXT, st.integers(0, 40), st.integers(20, 90), st.sampled_from([None, "Ada"]), st.booleans()),
    max_size=12,
)


def _transcript(cues: list[tuple[str, int, int, str | None, bool]], *, timed: bool) -> Transcript:
    segments = []
    at = 0.0
    for said, pause, length, speaker, paragraph in cues:
        at += pause / 10
        # A file that names its speakers marks no turns with dashes.
        text = said.replace("- ", "") if speaker else said
        start, end = (at, at + length / 10) if timed else (None, None)
        segments.append(Segment(text, start, end, speaker, paragraph=paragraph))
        at += length / 10
    return Transcript(tuple(segments), language="en")


@settings(max_examples=150, deadline=None)
@given(cues=_CUES, timed=st.booleans())
def test_cleaning_the_cleaned_changes_nothing(
    cues: list[tuple[str, int, int, str | None, bool]], timed: bool
) -> None:
    once = clean_transcript(_transcript(cues, timed=timed))
    assert clean_transcript(once) == once


@settings(max_examples=100, deadline=None)
@given(cues=st.lists(st.lists(st.sampled_from("a bb yes no and then. so, what? 12".split()), min_size=1)))
def test_no_word_is_lost_or_moved(cues: list[list[str]]) -> None:
    source = [word for cue in cues for word in cue]
    cleaned = clean_transcript(Transcript(tuple(Segment(" ".join(cue)) for cue in cues), language="en"))
    assert [word for segment in cleaned.segments for word in segment.text.split()] == source


@settings(max_examples=50, deadline=None)
@given(text=st.text(max_size=200))
def test_any_text_can_be_cleaned(text: str) -> None:
    cleaned = clean_transcript(Transcript((Segment(text, 0.0, 5.0), Segment(text, 5.0, 9.0))))
    assert all(segment.text == segment.text.strip() and segment.text for segment in cleaned.segments)


@pytest.mark.corpus
def test_captions_of_the_corpus_that_do_not_roll_keep_every_word(corpus: Path) -> None:
    files = sorted((corpus / "transcripts_formats").glob("**/*.vtt"))
    files += sorted((corpus / "transcripts_formats").glob("**/*.srt"))
    checked = 0
    for file in files:
        try:
            source = read_transcript(file.read_bytes(), name=file.name)
        except UnreadableTranscript:
            continue
        if file.name == "youtube_dl.vtt":
            continue
        checked += 1
        spoken = " ".join(s.text for s in source.segments if s.kind == "speech")
        cleaned = " ".join(_said(clean_transcript(source).segments))
        before, after = (re.findall(r"\w+", re.sub(r"\[[^\]]*\]", " ", text)) for text in (spoken, cleaned))
        assert before == after, file.name
    assert checked > 25


@pytest.mark.corpus
def test_the_rolling_captions_of_the_corpus_say_everything_once(corpus: Path) -> None:
    data = (corpus / "transcripts_formats/webvttpy/youtube_dl.vtt").read_bytes()
    cleaned = clean_transcript(read_transcript(data, name="youtube_dl.vtt"))
    assert " ".join(_said(cleaned.segments)) == "yeah what this will happen is I'm telling"
