"""The way in: sniffing, decoding, refusals in one line, and that nothing else can come out."""

import json
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.library.errors import UnreadableTranscript
from episcribe.transcripts import reading
from episcribe.transcripts.reading import read_transcript, sniff_format
from episcribe.transcripts.sniffing import Format

SRT = "1\n00:00:01,000 --> 00:00:02,000\nGrüß Gott, Zoë.\n"
VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\nGrüß Gott, Zoë.\n"


@pytest.mark.parametrize(
    ("text", "declared", "name", "expected"),
    [
        (VTT, "text/html", "x.srt", Format.WEBVTT),
        (SRT, "text/plain", "", Format.SRT),
        ("\n\nWEBVTT\n\n" + SRT, "text/vtt", "", Format.WEBVTT),
        (VTT.removeprefix("WEBVTT\n\n"), "text/vtt", "x.vtt", Format.SRT),
        ("0:00:01.000,0:00:02.000\nHi.", None, "", Format.SBV),
        ('{"segments":[]}', "text/plain", "", Format.JSON),
        ('[{"start":1,"text":"a"}]', None, "", Format.JSON),
        ('{"wireMagic":"pb3","events":[]}', "application/json", "", Format.JSON3),
        ('<?xml version="1.0"?><!-- x --><tt:tt xmlns:tt="y"/>', "text/xml", "", Format.TTML),
        ('<?xml version="1.0"?><transcript><text/></transcript>', None, "", Format.SRV),
        ('<timedtext format="3"/>', None, "", Format.SRV),
        ("<!doctype html><p>Hi", "text/plain", "", Format.HTML),
        ("<cite>Ada:</cite><time>0:00</time><p>Hi</p>", "text/plain", "", Format.HTML),
        ("Hello<br>there", "text/html", "", Format.HTML),
        ("Ada: Hi <there>.", None, "x.txt", Format.TEXT),
        ("Ada: Hi.", "text/html", "", Format.TEXT),
        ("[Music]\nAda: Hi.", None, "", Format.TEXT),
        ("Ada: Hi.", "text/markdown; charset=utf-8", "", Format.MARKDOWN),
        ("Ada: Hi.", "text/plain", "https://example.org/a.md?raw=1", Format.MARKDOWN),
    ],
)
def test_the_content_decides_and_the_declaration_settles_what_it_leaves_open(
    text: str, declared: str | None, name: str, expected: Format
) -> None:
    assert sniff_format(text.encode(), declared, name) is expected


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
@pytest.mark.parametrize("document", [SRT, VTT])
def test_every_usual_encoding_is_read(document: str, encoding: str) -> None:
    assert read_transcript(document.encode(encoding)).segments[0].text == "Grüß Gott, Zoë."


def test_a_declared_charset_is_believed_where_the_bytes_are_not_utf8() -> None:
    page = '<html><head><meta charset="windows-1251"></head><body><p>Привет всем вам</p></body></html>'
    assert read_transcript(page.encode("cp1251")).segments[0].text == "Привет всем вам"


def test_a_text_cut_off_inside_a_character_stays_utf8() -> None:
    assert (
        read_transcript(SRT.replace("Zoë.\n", "Zoë").encode()[:-1]).segments[0].text == "Grüß Gott, Zo\ufffd"
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \n", "white space"),
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:5\n", "HLS playlist"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04....", "ZIP or Office"),
        (b"ID3\x03....", "MP3"),
        (b"\x00\x00\x00\x20ftypisom", "MP4"),
        (bytes(range(32)) * 40, "binary"),
        (b'<?xml version="1.0"?><rss version="2.0"><channel/></rss>', "RSS feed"),
        (b"<Error><Code>AccessDenied</Code></Error>", "XML error"),
        (b"[Script Info]\nTitle: x", "ASS"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n[Music]\n", "only sounds"),
        (b"1\n2\n3\n", "without spoken words"),
        (b'{"segments":[{"body":""}]}', "without spoken words"),
    ],
)
def test_what_is_no_transcript_is_refused_in_one_line_that_says_what_it_is(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableTranscript, match=reason) as refusal:
        read_transcript(data)
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 200


def test_the_language_of_the_feed_stands_in_for_that_of_the_file() -> None:
    assert read_transcript(SRT.encode(), language="de").language == "de"
    assert (
        read_transcript(b"WEBVTT\nLanguage: fr\n\n00:01.000 --> 00:02.000\nOui.", language="de").language
        == "fr"
    )


def test_surrogates_and_nul_in_json_become_replacement_characters() -> None:
    document = (
        r'{"segments":[{"speaker":"\ud800","body":"a\u0000b \udfff","words":[{"word":"a\u0000","start":1}]}]}'
    )
    (segment,) = read_transcript(document.encode()).segments
    assert (segment.text, segment.speaker, segment.words[0].text) == ("a\ufffdb \ufffd", "\ufffd", "a\ufffd")


STARTS = (
    b"",
    b"WEBVTT\n\n",
    b"WEBVTT\n\n00:01.000 --> 00:02.000\n",
    b"1\n00:00:01,000 --> 00:00:02,000\n",
    b"0:00:01.000,0:00:02.000\n",
    b"<tt><body><p begin='1s'>",
    b"<transcript><text start='1'>",
    b"<timedtext><body><p t='1'>",
    b"<html><body><p>",
    b"<cite>A:</cite><time>0:01</time>",
    b'{"segments":[',
    b'{"segments":[{"body":"',
    b'{"wireMagic":"pb3","events":[{"segs":[',
    b"---\n",
    b"---\na: 1\n---\n",
    b"**A:** ",
    b"[00:01] A: ",
    b"\xff\xfe",
    b"\xfe\xff",
)
BITS = (
    b"<",
    b">",
    b"</p>",
    b"<v A>",
    b"<c>",
    b"<00:01.000>",
    b"&amp;",
    b"&#x110000;",
    b"&",
    b"-->",
    b"\n",
    b"\n\n",
    b"00:03.000 --> 00:04.000",
    b'"',
    b"}",
    b"]}",
    b"{",
    b",",
    b":",
    b"1e999",
    b"null",
    b"\\ud800",
    b"\x00",
    b"\xf0\x9f",
    b"# h\n",
    b"[1:2](",
    b"*",
    b"_",
    b"&x *x",
    b"word",
    b"Ada: ",
    b"12:34",
    b"<!--",
    b"<![CDATA[",
    b"<!DOCTYPE",
    b"<br/>",
    b"<s t='x'>",
)
documents = st.tuples(
    st.sampled_from(STARTS), st.lists(st.one_of(st.sampled_from(BITS), st.binary(max_size=6)), max_size=12)
).map(lambda parts: parts[0] + b"".join(parts[1]))


@settings(max_examples=600, deadline=None)
@given(documents, st.sampled_from([None, "text/html", "text/markdown", "text/vtt"]))
def test_any_bytes_are_read_or_refused_and_nothing_else(data: bytes, declared: str | None) -> None:
    try:
        transcript = read_transcript(data, declared_type=declared)
    except UnreadableTranscript as refusal:
        assert "\n" not in str(refusal)
        return
    for segment in transcript.segments:
        segment.text.encode("utf-8")
        assert segment.text
        assert segment.start is None or segment.start >= 0
        assert segment.start is None or segment.end is None or segment.end >= segment.start


@settings(max_examples=300, deadline=None)
@given(documents.map(lambda data: data.decode("utf-8", "replace")), st.sampled_from(list(Format)))
def test_every_reader_survives_every_text(text: str, form: Format) -> None:
    try:
        reading._reader(form)(text)
    except UnreadableTranscript as refusal:
        assert str(refusal)


LARGE = 2_000_000


@pytest.mark.parametrize(
    "unit",
    [
        "00:00:01.000 --> 00:00:02.000\nword\n\n",
        "1\n00:00:01,000 --> 00:00:02,000\nword\n\n",
        "Ada: word\n\n",
        "word ",
        "<b>",
        "<00:00:01.000>",
        "& ",
        "[1:23] ",
        "**",
        "[a](",
        "* _a",
        "12:34:",
        "<p>x",
        "<!--",
        "-->",
        "{\\",
        "\n",
        "( 1:23 )",
    ],
)
@pytest.mark.parametrize(
    "start",
    ["", VTT, SRT, "---\n", "<html>x"],
)
def test_reading_takes_time_in_proportion_to_the_length(start: str, unit: str) -> None:
    data = (start + unit * (LARGE // 10 // len(unit))).encode()
    begun = time.process_time()
    with suppress(UnreadableTranscript):
        read_transcript(data)
    # Well under 1 s; with work that grows with the square of the length it would be minutes.
    assert time.process_time() - begun < 20


def test_deep_nesting_is_refused_not_recursed_into() -> None:
    for document in (
        "[" * 200_000,
        '{"segments":' * 50_000,
        "<tt>" * 200_000,
        "<div>" * 200_000,
        "---\n" + "[" * 60_000 + "\n---\n",
    ):
        try:
            read_transcript(document.encode())
        except UnreadableTranscript as refusal:
            assert len(str(refusal)) < 200


@pytest.mark.corpus
def test_every_file_of_the_corpus_is_read_or_refused_for_its_own_reason(corpus: Path) -> None:
    refused: dict[str, str] = {}
    for path in sorted((corpus / "transcripts_formats").rglob("*.*")):
        try:
            transcript = read_transcript(path.read_bytes(), name=path.name)
        except UnreadableTranscript as refusal:
            refused[path.name] = str(refusal)
        else:
            assert all(segment.text for segment in transcript.segments)
    reasons = {
        "podfetch__broken.vtt": "WebVTT without a cue",
        "podfetch__empty.json": "JSON without content",
        "exampleComplex.json": "JSON with chapters",
        "ttml_example.ass": "an ASS or SSA",
        "ttml_example2.ass": "an ASS or SSA",
        "ttml_example_apple.ass": "an ASS or SSA",
        "empty.vtt": "the file is empty",
        "no_captions.vtt": "WebVTT without a cue",
        "invalid_format1.srt": "txt without spoken words",
        "invalid_format4.srt": "srt without spoken words",
    }
    assert refused.keys() == reasons.keys()
    assert all(refused[name].startswith(reason) for name, reason in reasons.items())


@pytest.mark.corpus
def test_one_episode_is_the_same_in_html_json_and_srt(corpus: Path) -> None:
    folder = corpus / "transcripts_formats" / "transcriptator"
    words = {}
    for name in ("buzzcast.html", "buzzcast.json", "buzzcast.srt"):
        segments = read_transcript((folder / name).read_bytes(), name=name).segments
        assert {segment.speaker for segment in segments} >= {"Alban", "Kevin", "Dave", "Travis"}
        words[name] = " ".join(segment.text for segment in segments).split()
    assert words["buzzcast.json"] == words["buzzcast.srt"]
    assert (
        words["buzzcast.html"][: len(words["buzzcast.srt"])]
        == words["buzzcast.srt"][: len(words["buzzcast.html"])]
    )


@pytest.mark.corpus
def test_captions_agree_with_what_other_tools_made_of_them(corpus: Path) -> None:
    folder = corpus / "transcripts_formats"
    ours = read_transcript((folder / "youtube" / "y2bcaptions__subtitleJson3.json3").read_bytes()).segments
    theirs = read_transcript((folder / "youtube" / "y2bcaptions__subtitleSrt.srt").read_bytes()).segments
    assert [(s.start, s.end, s.text) for s in ours] == [(s.start, s.end, s.text) for s in theirs]
    for stem in ("ttml_example", "ttml_example2", "ttml_example_apple"):
        read = read_transcript((folder / "pysubs2" / f"{stem}.ttml").read_bytes()).segments
        reference = [
            line.partition("Dialogue: ")[2].split(",", 9)
            for line in (folder / "pysubs2" / f"{stem}.ass").read_text(encoding="utf-8").splitlines()
            if line.startswith("Dialogue: ")
        ]
        assert [s.text.replace("\n", "\\N") for s in read] == [fields[9].strip() for fields in reference]
        assert [clock(s.start) for s in read] == [
            pytest.approx(clock_of(fields[1]), abs=0.011) for fields in reference
        ]


@pytest.mark.corpus
def test_written_transcripts_of_the_corpus_give_their_speakers_times_and_headings(corpus: Path) -> None:
    for path in sorted((corpus / "transcripts_long" / "changelog").glob("*.transcript.md")):
        segments = read_transcript(path.read_bytes(), name=path.name).segments
        assert sum(1 for s in segments if s.speaker) > 0.9 * len(segments), path.name
        assert not any(s.text.startswith("**") or "\\[" in s.text for s in segments), path.name
    for path in sorted((corpus / "transcripts_long" / "bitcoin").glob("*.md")):
        transcript = read_transcript(path.read_bytes(), name=path.name)
        headings = sum(1 for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#"))
        assert transcript.metadata["title"], path.name
        assert len(transcript.headings) == headings, path.name


def clock(seconds: float | None) -> float:
    assert seconds is not None
    return seconds


def clock_of(text: str) -> float:
    hours, minutes, seconds = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def test_a_transcript_of_our_own_is_known_by_its_fields() -> None:
    document = json.dumps(
        {
            "version": "1.0.0",
            "metadata": {"title": "x"},
            "headings": [],
            "segments": [{"body": " kept  as is "}],
        }
    )
    assert read_transcript(document.encode()).segments[0].text == " kept  as is "
