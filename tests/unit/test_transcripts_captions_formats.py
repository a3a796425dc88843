"""WebVTT, SRT, SBV, TTML and YouTube's formats: what their readers make of cues."""

import json

import pytest

from episcribe.library.errors import UnreadableTranscript
from episcribe.library.transcript import Segment, Transcript, Word
from episcribe.transcripts import sbv, srt, ttml, webvtt, youtube


def vtt(*cues: str, header: str = "") -> Transcript:
    return webvtt.read(f"WEBVTT{header}\n\n" + "\n\n".join(cues))


def texts(transcript: Transcript) -> list[str]:
    return [segment.text for segment in transcript.segments]


def turns(transcript: Transcript) -> list[tuple[str | None, str]]:
    return [(segment.speaker, segment.text) for segment in transcript.segments]


def test_a_webvtt_voice_is_the_speaker() -> None:
    assert turns(vtt("00:01.000 --> 00:02.000\n<v.loud Ada  Byron>Good <i>morning</i>.</v>")) == [
        ("Ada Byron", "Good morning.")
    ]


def test_two_voices_in_a_cue_are_two_segments_with_its_times() -> None:
    read = vtt("00:01.000 --> 00:02.000\n<v Ada>Yes?</v>\n<v Bob>No.")
    assert read.segments == (Segment("Yes?", 1.0, 2.0, "Ada"), Segment("No.", 1.0, 2.0, "Bob"))


def test_names_in_the_words_of_webvtt_are_speakers_where_no_voice_is() -> None:
    read = vtt("00:01.000 --> 00:02.000\nAda Byron: Yes?", "00:02.000 --> 00:03.000\nBob: No.")
    assert turns(read) == [("Ada Byron", "Yes?"), ("Bob", "No.")]


def test_inline_times_become_word_times() -> None:
    read = vtt("00:01.000 --> 00:03.000\nso<00:01.400><c> today</c><00:02.000><c> we</c>")
    assert read.segments[0].text == "so today we"
    assert read.segments[0].words == (Word("so", 1.0, 1.4), Word("today", 1.4, 2.0), Word("we", 2.0, 3.0))


def test_the_line_that_rolled_up_has_no_word_times() -> None:
    read = vtt("00:01.000 --> 00:03.000\nwhat was said\nand<00:02.000><c> more</c>")
    assert read.segments[0].text == "what was said\nand more"
    assert [word.text for word in read.segments[0].words] == ["and", "more"]


def test_character_references_and_ruby_readings_are_resolved() -> None:
    assert texts(vtt("00:01.000 --> 00:02.000\nQ&amp;A &lt;live&gt; <ruby>漢字<rt>かんじ</rt></ruby>")) == [
        "Q&A <live> 漢字"
    ]


def test_a_cue_without_text_is_dropped_and_a_cue_that_is_a_sound_is_marked() -> None:
    read = vtt(
        "00:01.000 --> 00:02.000\n<i> </i>",
        "00:02.000 --> 00:03.000\n<i>[Music]</i>",
        "00:03.000 --> 00:04.000\nHi [waves]",
    )
    assert read.segments == (Segment("Music", 2.0, 3.0, kind="sound"), Segment("Hi [waves]", 3.0, 4.0))


def test_comments_styles_and_regions_are_not_words() -> None:
    blocks = (
        "NOTE not this",
        "STYLE\n::cue { color: red }",
        "REGION\nid:fred",
        "00:01.000 --> 00:02.000\nThis.",
    )
    assert texts(vtt(*blocks)) == ["This."]


def test_cues_are_put_in_order_of_time_and_one_that_ends_too_early_has_no_end() -> None:
    read = vtt("00:05.000 --> 00:02.000\nlater", "00:01.000 --> 00:02.000\nfirst")
    assert read.segments == (Segment("first", 1.0, 2.0), Segment("later", 5.0, None))


def test_the_header_of_youtube_gives_the_language() -> None:
    read = vtt("00:01.000 --> 00:02.000\nHei.", header="\nKind: captions\nLanguage: no")
    assert (read.language, read.metadata) == ("no", {"kind": "captions"})


@pytest.mark.parametrize(
    ("timing", "start", "end"),
    [
        ("00:00:01,500 --> 00:00:02,500", 1.5, 2.5),
        ("0:0:1.5 --> 0:1:2.25", 1.5, 62.25),
        ("1.500 --> 12.000", 1.5, 12.0),
        ("75:01.500 --> 75:02.000", 4501.5, 4502.0),
    ],
)
def test_times_that_known_tools_write_wrong_are_forgiven(timing: str, start: float, end: float) -> None:
    assert vtt(f"{timing}\nWords.").segments == (Segment("Words.", start, end),)
    assert webvtt.parse_webvtt(f"WEBVTT\n\n{timing}\nWords.")[1] == []


def test_webvtt_without_a_cue_is_refused() -> None:
    with pytest.raises(UnreadableTranscript, match="without a cue"):
        vtt("00:00:00.500 -> 00:00:04.200\nHello")


def test_srt_is_read_with_or_without_numbers_and_empty_lines() -> None:
    tight = "1\n00:00:01,000 --> 00:00:02,000\nOne\n2\n00:00:02,000 --> 00:00:03,000\nTwo"
    bare = "00:00:01,000 --> 00:00:02,000\nOne\n\n00:00:02,000 --> 00:00:03,000\nTwo\n"
    dotted = (
        "1\r\n0:00:01.000-->0:00:02.000\r\nOne\r\n\r\n\r\n2\r\n00:00:02:000 --> 00:00:03:000 X1:40\r\nTwo\r\n"
    )
    expected = (Segment("One", 1.0, 2.0), Segment("Two", 2.0, 3.0))
    assert srt.read(tight).segments == srt.read(bare).segments == srt.read(dotted).segments == expected


def test_srt_tags_and_positions_are_dropped_but_mathematics_is_not() -> None:
    read = srt.read(
        '1\n00:00:01,000 --> 00:00:02,000\n{\\an8}<font color="red"><b>a</b></font> < b &amp; c<br>d'
    )
    assert texts(read) == ["a < b & c\nd"]


def test_an_srt_name_holds_until_the_next_one() -> None:
    cues = (
        "Travis: When you",
        "first get started",
        "Sarah: Here's the thing: it",
        "[Music]",
        "works.",
        ">> Hello?",
    )
    body = "\n\n".join(f"{i}\n00:00:0{i},000 --> 00:00:0{i},900\n{text}" for i, text in enumerate(cues, 1))
    assert turns(srt.read(body)) == [
        ("Travis", "When you"),
        ("Travis", "first get started"),
        ("Sarah", "Here's the thing: it"),
        (None, "Music"),
        ("Sarah", "works."),
        (None, "Hello?"),
    ]


@pytest.mark.parametrize(
    "text",
    ["Note: this is", "so he said: no", "The ratio is 2: 1", "https://example.org: see", "Chapter 1: Dawn"],
)
def test_what_only_looks_like_a_name_stays_in_the_words(text: str) -> None:
    assert turns(srt.read(f"1\n00:00:01,000 --> 00:00:02,000\n{text}")) == [(None, text)]


def test_words_under_a_number_without_times_stay_with_the_cue_before() -> None:
    body = "1\n00:00:01,000 --> 00:00:02,000\nOne\n\n2\nTwo\n\n3\n00:00:03,000 --> 00:00:04,000\nThree"
    assert texts(srt.read(body)) == ["One\nTwo", "Three"]


def test_sbv_cues_end_at_the_next_times_even_when_those_are_broken() -> None:
    read = sbv.read("0:00:01.000,0:00:02.000\nOne[br]two\n\n0:00:0x.000,0:00:03.000\nThree\n")
    assert read.segments == (Segment("One\ntwo\nThree", 1.0, 2.0),)


TTML = (
    '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttm="http://www.w3.org/ns/ttml#metadata" '
    'xml:lang="de" {rates}>'
    "{head}<body>{body}</body></tt>"
)


def read_ttml(body: str, head: str = "", rates: str = "") -> Transcript:
    return ttml.read(TTML.format(body=body, head=head, rates=rates))


@pytest.mark.parametrize(
    ("expression", "seconds"),
    [
        ("00:01:02.5", 62.5),
        ("00:00:01:12", 1.5),
        ("1.5s", 1.5),
        ("1500ms", 1.5),
        ("0.5m", 30.0),
        ("36f", 1.5),
        ("15000000t", 1.5),
        ("1.5", 1.5),
        ("1:01.5", 61.5),
    ],
)
def test_ttml_times_are_clock_frames_ticks_or_offsets(expression: str, seconds: float) -> None:
    read = read_ttml(
        f'<div><p begin="{expression}" dur="1s">x</p></div>',
        rates='ttp:frameRate="24" ttp:tickRate="10000000"',
    )
    assert read.segments == (Segment("x", seconds, seconds + 1),)
    assert read.language == "de"


def test_ttml_frame_rates_have_a_multiplier() -> None:
    rates = 'ttp:frameRate="30" ttp:frameRateMultiplier="1000 1001"'
    assert read_ttml('<p begin="30f">x</p>', rates=rates).segments[0].start == 1.001


def test_ttml_times_count_from_the_parent_unless_they_would_run_past_it() -> None:
    nested = read_ttml('<div begin="10s" end="20s"><p begin="1s" end="2s">a</p></div>')
    absolute = read_ttml(
        '<div begin="10s" end="20s"><p begin="10s" end="12s">a</p><p begin="12s" end="20s">b</p></div>'
    )
    assert nested.segments == (Segment("a", 11.0, 12.0),)
    assert [(s.start, s.end) for s in absolute.segments] == [(10.0, 12.0), (12.0, 20.0)]


def test_ttml_lines_spans_and_agents() -> None:
    agent = '<ttm:agent xml:id="a1"><ttm:name type="full">Ada Byron</ttm:name></ttm:agent>'
    head = f"<head><ttm:title>Talk</ttm:title>{agent}</head>"
    body = '<p begin="1s" end="3s" ttm:agent="a1">\n  Good <span>  morning</span>,<br/>\n  all.</p>'
    read = read_ttml(body, head)
    assert read.segments == (Segment("Good morning,\nall.", 1.0, 3.0, "Ada Byron"),)
    assert read.metadata == {"title": "Talk"}


def test_ttml_spans_with_times_are_words() -> None:
    read = read_ttml('<p><span begin="1s" end="2s">one</span> <span begin="2s" end="3s">two</span></p>')
    assert read.segments == (
        Segment("one two", 1.0, 3.0, words=(Word("one", 1.0, 2.0), Word("two", 2.0, 3.0))),
    )


def test_ttml_with_a_prefix_stray_ampersands_and_names_of_html_is_read() -> None:
    words = "Q&A&nbsp;caf&eacute; &lt;"
    read = ttml.read(
        f'<tt:tt xmlns:tt="x"><tt:body><tt:p begin="0s" end="1s">{words}</tt:p></tt:body></tt:tt>'
    )
    assert texts(read) == ["Q&A\u00a0café <"]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ('<!DOCTYPE tt [<!ENTITY a "b">]><tt><body><p>&a;</p></body></tt>', "entities"),
        (
            '<!DOCTYPE tt [<!ENTITY a SYSTEM "file:///etc/hostname">]><tt><body><p>&a;</p></body></tt>',
            "entities",
        ),
        ("<tt><body><p>x</body></tt>", "broken XML at line 1"),
        ("<tt>" + "<div>" * 600 + "x" + "</div>" * 600 + "</tt>", "nested deeper"),
        ("<tt><body/></tt>", "without text"),
    ],
)
def test_xml_that_is_broken_or_not_safe_is_refused(document: str, reason: str) -> None:
    with pytest.raises(UnreadableTranscript, match=reason):
        ttml.read(document)


def test_json3_gives_words_to_recognised_speech_and_ends_lines_where_the_next_begins() -> None:
    events = [
        {"tStartMs": 0, "dDurationMs": 99000, "id": 1},
        {
            "tStartMs": 0,
            "dDurationMs": 5000,
            "wWinId": 1,
            "segs": [{"utf8": "in"}, {"utf8": " the", "tOffsetMs": 90}],
        },
        {"tStartMs": 1990, "dDurationMs": 3000, "aAppend": 1, "segs": [{"utf8": "\n"}]},
        {"tStartMs": 2000, "dDurationMs": 1000, "segs": [{"utf8": "end", "acAsrConf": 250}]},
        {"tStartMs": 4000, "dDurationMs": 1000, "segs": [{"utf8": "[Music]"}]},
    ]
    read = youtube.read_json3(json.dumps({"wireMagic": "pb3", "events": events}))
    assert read.segments == (
        Segment("in the", 0.0, 2.0, words=(Word("in", 0.0, 0.09), Word("the", 0.09, 2.0))),
        Segment("end", 2.0, 3.0, words=(Word("end", 2.0, 3.0),)),
        Segment("Music", 4.0, 5.0, kind="sound"),
    )


def test_json3_made_by_hand_keeps_its_lines_and_has_no_word_times() -> None:
    read = youtube.read_json3(
        '{"events":[{"tStartMs":210,"dDurationMs":3830,"segs":[{"utf8":"Hi,\\nall."}]}]}'
    )
    assert read.segments == (Segment("Hi,\nall.", 0.21, 4.04),)


def test_srv1_references_are_resolved_twice_and_srv3_has_words() -> None:
    text = '<text start="0.21" dur="3.83">I&amp;#39;m &amp;quot;in&amp;quot;</text>'
    first = youtube.read_srv(f'<?xml version="1.0"?><transcript>{text}</transcript>')
    words = '<p t="100" d="900" w="1"><s ac="1">so</s><s t="400"> it</s></p><p t="900" a="1">\n</p>'
    third = youtube.read_srv(f'<timedtext format="3"><body>{words}</body></timedtext>')
    assert first.segments == (Segment('I\'m "in"', 0.21, 4.04),)
    assert third.segments == (Segment("so it", 0.1, 1.0, words=(Word("so", 0.1, 0.5), Word("it", 0.5, 1.0))),)


def test_long_recordings_do_not_lose_the_times_in_milliseconds() -> None:
    read = youtube.read_json3(
        '{"events":[{"tStartMs":36000000,"dDurationMs":1000,"segs":[{"utf8":"ten hours in"}]}]}'
    )
    assert read.segments == (Segment("ten hours in", 36000.0, 36001.0),)
