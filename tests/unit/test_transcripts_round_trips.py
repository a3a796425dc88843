"""What is written is read back: everything in JSON, what the others can hold in them."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.library.errors import EpiscribeError
from episcribe.library.transcript import Heading, Segment, Transcript, Word
from episcribe.transcripts.plain import read as read_plain
from episcribe.transcripts.podcast_json import read as read_json
from episcribe.transcripts.podcast_json import read_provenance, write_podcast_json
from episcribe.transcripts.srt import read as read_srt
from episcribe.transcripts.webvtt import read as read_webvtt
from episcribe.transcripts.writing import write_transcript

AWKWARD = (
    "-->",
    "00:00:01.000 --> 00:00:02.000",
    "&",
    "&amp;",
    "&lt;b&gt;",
    "<",
    "<i>",
    "</v>",
    "<v Eve>",
    "{\\an8}",
    "NOTE",
    "WEBVTT",
    "STYLE",
    "42",
    "1\n2",
    "\n\n",
    "\u200f\u05e9\u05dc\u05d5\u05dd\u200e",
    "👩‍👩‍👧",
    "[Music]",
    "[laughs] so",
    "Ada: hello",
    "Note: this",
    ">> next",
    "#58;",
    "…",
    "\u00a0",
    "مرحبا",
    "日本語。",
    "\\",
    "`",
    "'",
    '"',
    "]",
    "[",
)
# Lines are stripped and empty lines dropped when captions are read, as they would be when captions are shown.
letters = st.characters(codec="utf-8", exclude_characters="\0\r\u200b\ufeff", exclude_categories=["Cs"])
pieces = st.one_of(
    st.sampled_from(AWKWARD), st.text(letters, min_size=1, max_size=12), st.sampled_from(["word", " ", "\n"])
)
texts = st.lists(pieces, min_size=1, max_size=6).map(lambda parts: tidied(" ".join(parts))).filter(bool)
names = st.sampled_from(
    ["Ada Byron", "Speaker 1", "SPEAKER_02", "O'Brien", "Jean-Luc", "Dr. Reed", "Åsa", "王明"]
)
milliseconds = st.integers(0, 400 * 3600 * 1000).map(lambda value: value / 1000)


def tidied(text: str) -> str:
    return "\n".join(
        stripped for line in text.split("\n") if (stripped := line.strip().strip("\u200b\ufeff"))
    )


@st.composite
def timed_segments(draw: st.DrawFn) -> Segment:
    start = draw(milliseconds)
    end = start + draw(st.integers(0, 20_000)) / 1000
    kind = draw(st.sampled_from(["speech", "speech", "speech", "sound"]))
    sounds = (
        st.text(st.sampled_from(string.ascii_letters + "é &<>'"), min_size=1, max_size=20)
        .map(str.strip)
        .filter(bool)
    )
    text = draw(sounds if kind == "sound" else texts)
    return Segment(text, start, round(end, 3), draw(st.one_of(st.none(), names)), kind=kind)


timed_transcripts = st.lists(timed_segments(), min_size=1, max_size=6).map(
    lambda segments: tuple(sorted(segments, key=lambda segment: segment.start or 0.0))
)
plain_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.text(letters, max_size=8)),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(letters, max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
any_text = st.text(letters, max_size=30)
any_time = st.one_of(st.none(), st.floats(0, 1e6, allow_nan=False))
any_words = st.lists(st.builds(Word, any_text, st.floats(0, 1e6, allow_nan=False), any_time), max_size=3).map(
    tuple
)
any_segments = st.builds(
    Segment,
    any_text,
    any_time,
    any_time,
    st.one_of(st.none(), any_text),
    any_words,
    st.sampled_from(["speech", "sound"]),
    st.booleans(),
)
any_transcripts = st.builds(
    Transcript,
    st.lists(any_segments, max_size=5).map(tuple),
    st.one_of(st.none(), any_text),
    st.lists(st.builds(Heading, any_text, st.integers(0, 9), st.integers(1, 6)), max_size=2).map(tuple),
    st.dictionaries(any_text, plain_values, max_size=3),
)


@settings(max_examples=200, deadline=None)
@given(any_transcripts)
def test_json_holds_everything(transcript: Transcript) -> None:
    assert read_json(write_transcript(transcript, "json")) == transcript


@settings(max_examples=50, deadline=None)
@given(any_transcripts, st.dictionaries(any_text, plain_values, min_size=1, max_size=3))
def test_json_keeps_provenance_beside_the_transcript(
    transcript: Transcript, provenance: dict[str, object]
) -> None:
    written = write_podcast_json(transcript, provenance=provenance)
    assert read_provenance(written) == provenance
    assert read_json(written) == transcript


@settings(max_examples=150, deadline=None)
@given(timed_transcripts, st.sampled_from([None, "en", "pt-BR"]))
def test_webvtt_holds_times_speakers_texts_and_sounds(
    segments: tuple[Segment, ...], language: str | None
) -> None:
    transcript = Transcript(segments, language=language)
    assert read_webvtt(write_transcript(transcript, "vtt")) == transcript


@settings(max_examples=150, deadline=None)
@given(timed_transcripts)
def test_srt_holds_times_speakers_texts_and_sounds(segments: tuple[Segment, ...]) -> None:
    assert read_srt(write_transcript(Transcript(segments), "srt")).segments == segments


sentences = st.lists(
    st.sampled_from(["So it goes.", "R&B <live> -->", "NOTE well", "👍 מה", "It is 12:30 now", "and so on"]),
    min_size=1,
    max_size=4,
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(names, sentences), min_size=1, max_size=6))
def test_text_holds_words_speakers_and_paragraphs(turns: list[tuple[str, list[str]]]) -> None:
    segments = tuple(
        Segment(sentence, speaker=name, paragraph=index == 0)
        for name, spoken in turns
        for index, sentence in enumerate(spoken)
    )
    back = read_plain(write_transcript(Transcript(segments), "txt"))
    assert [(s.speaker, s.text, s.paragraph) for s in back.segments] == [
        (n, " ".join(spoken), True) for n, spoken in turns
    ]


def test_text_holds_headings_sounds_and_turns_of_an_unknown_speaker() -> None:
    transcript = Transcript(
        (
            Segment("Welcome.", speaker="Ada Byron", paragraph=True),
            Segment("Music", kind="sound", paragraph=True),
            Segment("Who is there?", paragraph=True),
        ),
        headings=(Heading("The start", 0), Heading("A question", 2, 3)),
    )
    written = write_transcript(transcript, "txt")
    assert written == "## The start\n\nAda Byron: Welcome.\n\n[Music]\n\n### A question\n\n>> Who is there?\n"
    back = read_plain(written)
    assert back.segments == transcript.segments
    assert back.headings == transcript.headings


def test_times_that_are_missing_are_estimated_between_those_that_are_known() -> None:
    segments = (Segment("Four", 10.0), Segment("Four"), Segment("Four", 12.0, 13.0))
    assert "00:00:11.000 --> 00:00:12.000\nFour" in write_transcript(Transcript(segments), "vtt")


def test_captions_of_an_untimed_transcript_share_the_duration_and_say_so() -> None:
    segments = (Segment("Ten chars."), Segment("Ten chars."))
    written = write_transcript(Transcript(segments), "vtt", duration=60.0)
    assert "NOTE The source has no times" in written
    assert "00:00:30.000 --> " in written


def test_an_unknown_format_is_refused_by_name() -> None:
    with pytest.raises(EpiscribeError, match="docx"):
        write_transcript(Transcript(()), "docx")


def test_lone_surrogates_and_nul_do_not_reach_a_file() -> None:
    transcript = Transcript((Segment("a\ud800b\0c", 0.0, 1.0),), metadata={"title": "\udfff"})
    for form in ("json", "vtt", "srt", "txt"):
        written = write_transcript(transcript, form)
        assert written.encode("utf-8")
        assert "\0" not in written
