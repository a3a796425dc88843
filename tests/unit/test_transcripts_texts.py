"""Podcast JSON, HTML, plain text and Markdown: what their readers make of turns and paragraphs."""

import json
from typing import Any

import pytest

from episcribe.library.errors import UnreadableTranscript
from episcribe.library.transcript import Heading, Segment, Transcript, Word
from episcribe.transcripts import html, plain, podcast_json


def turns(transcript: Transcript) -> list[tuple[str | None, str]]:
    return [(segment.speaker, segment.text) for segment in transcript.segments]


def timed_turns(transcript: Transcript) -> list[tuple[str | None, float | None, str]]:
    return [(segment.speaker, segment.start, segment.text) for segment in transcript.segments]


def from_json(document: Any) -> Transcript:
    return podcast_json.read(json.dumps(document))


def test_podcast_json_segments_are_read_with_numbers_or_strings_as_times() -> None:
    read = from_json(
        {
            "version": "1.0.0",
            "language": "en",
            "segments": [
                {"speaker": "Ada", "startTime": 0.5, "endTime": "4.2", "body": " Hello world "},
                {
                    "speaker": "Bob",
                    "startTime": "00:00:04.200",
                    "endTime": None,
                    "body": "Nice to <i>meet</i> you &amp; yours",
                },
                {"speaker": "Bob", "startTime": 9},
                {"startTime": 9, "endTime": 10, "body": "[Music]"},
                "not a segment",
            ],
        }
    )
    assert read.segments == (
        Segment("Hello world", 0.5, 4.2, "Ada"),
        Segment("Nice to meet you & yours", 4.2, None, "Bob"),
        Segment("Music", 9.0, 10.0, kind="sound"),
    )
    assert read.language == "en"


def test_one_word_segments_become_sentences_with_word_times() -> None:
    words = [
        ("Ada", 0.0, "Hey,"),
        ("Ada", 0.6, "you."),
        ("Ada", 1.2, "Well"),
        ("Bob", 1.8, "No"),
        ("Bob", 2.4, "!"),
        ("Bob", 9.0, "So"),
    ]
    segments = [
        {"speaker": name, "startTime": start, "endTime": start + 0.5, "body": body}
        for name, start, body in words
    ]
    read = from_json({"version": "1.0.0", "segments": segments})
    assert turns(read) == [("Ada", "Hey, you."), ("Ada", "Well"), ("Bob", "No!"), ("Bob", "So")]
    assert read.segments[0].words == (Word("Hey,", 0.0, 0.5), Word("you.", 0.6, 1.1))
    assert read.segments[2].words == (Word("No!", 1.8, 2.3),)


def test_word_segments_that_bring_their_own_spaces_are_not_spaced_again() -> None:
    bodies = ["It's", " ", "Friday", ",", " ", "the", " ", "2nd"]
    read = from_json(
        {"segments": [{"startTime": i, "endTime": i + 1, "body": body} for i, body in enumerate(bodies)]}
    )
    assert [segment.text for segment in read.segments] == ["It's Friday, the 2nd"]


@pytest.mark.parametrize(
    "document",
    [
        [{"start": 1, "end": 2.5, "text": "Hello there"}],
        [{"start": 1000, "end": 2500, "text": "Hello there"}],
        [{"text": "Hello there", "start": 1.0, "duration": 1.5}],
        {"text": "Hello there", "segments": [{"id": 0, "start": 1.0, "end": 2.5, "text": " Hello there"}]},
        {"chunks": [{"timestamp": [1.0, 2.5], "text": " Hello there"}]},
        {
            "transcription": [
                {"timestamps": {"from": "00:00:01,000", "to": "00:00:02,500"}, "text": " Hello there"}
            ]
        },
        {"results": {"utterances": [{"start": 1.0, "end": 2.5, "transcript": "Hello there"}]}},
    ],
)
def test_json_of_other_shapes_is_read(document: Any) -> None:
    assert from_json(document).segments == (Segment("Hello there", 1.0, 2.5),)


def test_absurd_times_are_none_and_negative_ones_nought() -> None:
    text = (
        '{"segments":[{"startTime":-5,"endTime":1,"body":"A b"},'
        '{"startTime":1e308,"endTime":NaN,"body":"C d"},'
        '{"startTime":5,"endTime":2,"body":"E f"}]}'
    )
    assert podcast_json.read(text).segments == (Segment("A b", 0.0, 1.0), Segment("C d"), Segment("E f", 5.0))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{}", "without content"),
        ('{"version":"1.2.0","chapters":[{"startTime":0,"title":"Intro"}]}', "chapters"),
        ('{"error":"not found"}', "it holds error"),
        ('{"segments":[{"body":"cut o', "broken JSON: .* at line 1"),
        ("[" * 100_000, "nested too deep"),
        ('{"segments": 1' + "0" * 5000 + "}", "too long"),
        ('{"metadata":{},"headings":[],"segments":[{"body":3}]}', "not its values"),
    ],
)
def test_json_without_a_transcript_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(UnreadableTranscript, match=reason):
        podcast_json.read(text)


def test_cite_time_and_p_are_speaker_time_and_words() -> None:
    read = html.read(
        "<cite>Travis:</cite>\n<time>0:00</time>\n<p>When you &amp; I start</p>\n<p>go on.</p>"
        "<cite>Sarah:</cite><time>1:02:03</time><p>Right.</p>"
    )
    assert timed_turns(read) == [
        ("Travis", 0.0, "When you & I start"),
        ("Travis", None, "go on."),
        ("Sarah", 3723.0, "Right."),
    ]
    assert read.segments[1].paragraph


def test_a_cite_inside_a_paragraph_speaks_only_there() -> None:
    read = html.read(
        "<p><cite>Alice:</cite> <time>0:00</time> Hello</p><p><cite>Bob:</cite> <time>0:04</time> "
        "Hi</p><p>Narration.</p>"
    )
    assert timed_turns(read) == [("Alice", 0.0, "Hello"), ("Bob", 4.0, "Hi"), (None, None, "Narration.")]


PAGE = """<!doctype html><html lang="en-GB"><head><title>Episode 3</title>
<script>var x = "no";</script><style>p{}</style></head>
<body><nav><a href="/">Home</a></nav><header>Site name</header>
<article><h1>Episode 3</h1><p>In this episode we talk.</p>
<h2>Transcript</h2>
<p><strong>Ada Byron:</strong> [00:01:02] Good morning. %s</p><p><b>Bob:</b> Morning, all.<br>How is it?</p>
<h3>On engines</h3><p>And a second paragraph of Bob.</p>
<h2>Comments</h2><p>First!</p></article>
<aside>Subscribe now</aside><div class="site-footer">Copyright</div><footer>Imprint</footer></body></html>"""


def test_of_an_ordinary_page_the_transcript_is_read_with_its_turns() -> None:
    read = html.read(PAGE % ("It works. " * 40).strip())
    assert [s.speaker for s in read.segments] == ["Ada Byron", "Bob", "Bob"]
    assert read.segments[0].start == 62.0
    assert read.segments[1].text == "Morning, all. How is it?"
    assert read.headings == (Heading("On engines", 2, 3),)
    assert (read.language, read.metadata) == ("en-GB", {"title": "Episode 3"})


def test_navigation_scripts_and_footers_are_no_words() -> None:
    words = " ".join(segment.text for segment in html.read(PAGE % "Yes.").segments)
    assert not any(
        word in words for word in ("Home", "Site name", "var x", "Subscribe", "Copyright", "Imprint")
    )


def test_a_part_that_a_tab_hides_is_read_when_it_is_most_of_the_page() -> None:
    words = "It works and it will go on working. " * 40
    read = html.read(
        f"<html><body><p>Notes</p><div hidden><p>Bob: {words}</p></div><div hidden>Menu</div></body></html>"
    )
    assert any("It works" in segment.text for segment in read.segments)
    assert all("Menu" not in segment.text for segment in read.segments)


def test_a_definition_list_names_its_speakers() -> None:
    read = html.read("<dl><dt>Ada</dt><dd>Is it?</dd><dt>Bob:</dt><dd>It is.</dd></dl>")
    assert turns(read) == [("Ada", "Is it?"), ("Bob", "It is.")]


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (
            "<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1><p>No such file.</p>",
            "404 Not Found",
        ),
        (
            "<html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>",
            "Just a moment",
        ),
        ("<html><body><div>Please enable JavaScript to run this app.</div></body></html>", "JavaScript"),
        ("<html><body><script>1</script></body></html>", "without text"),
        ("<div>" * 100_000 + "x", "nested deeper"),
        ("<div " + " ".join(f"a{i}=1" for i in range(20_000)) + ">x", "attributes"),
    ],
)
def test_pages_that_are_no_transcript_are_refused(page: str, reason: str) -> None:
    with pytest.raises(UnreadableTranscript, match=reason):
        html.read(page)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Alice: Hi.\nBob: Hello.", [("Alice", None, "Hi."), ("Bob", None, "Hello.")]),
        (
            "**Ada Byron:** Hi.\n\n**Mireille Reece, PsyD:** Yes.",
            [("Ada Byron", None, "Hi."), ("Mireille Reece, PsyD", None, "Yes.")],
        ),
        (
            "**Tim Smith:** \\[01:46\\] Describing \\[laughs\\] it.",
            [("Tim Smith", 106.0, "Describing [laughs] it.")],
        ),
        (
            "Stephan: 00:00:32\n\nOkay.\nThank you.\n\nJon 00:01:01: \n\nYes.",
            [("Stephan", 32.0, "Okay. Thank you."), ("Jon", 61.0, "Yes.")],
        ),
        ("[00:01:02] Ada: Hi.\n[00:01:05] Bob: Yes.", [("Ada", 62.0, "Hi."), ("Bob", 65.0, "Yes.")]),
        ("Ada (00:05):\nHi.\n\nBob (1:00:07): Yes.", [("Ada", 5.0, "Hi."), ("Bob", 3607.0, "Yes.")]),
        (
            "Speaker 1  0:05\nHi.\n\nSpeaker 2  0:07\nYes.",
            [("Speaker 1", 5.0, "Hi."), ("Speaker 2", 7.0, "Yes.")],
        ),
        (
            "00:01 One.\n00:02 Two.\n00:03 Three.",
            [(None, 1.0, "One."), (None, 2.0, "Two."), (None, 3.0, "Three.")],
        ),
        ("Say, it is\n10:30 now.", [(None, None, "Say, it is 10:30 now.")]),
        ("One. [00:10] Two.", [(None, None, "One."), (None, 10.0, "Two.")]),
        ("主持人：你好。\n嘉宾：你好。", [("主持人", None, "你好。"), ("嘉宾", None, "你好。")]),
        (
            "One line\nof two.\n\nNote: the next.",
            [(None, None, "One line of two."), (None, None, "Note: the next.")],
        ),
        ("[Music]\n\nAda: Hi.", [(None, None, "Music"), ("Ada", None, "Hi.")]),
    ],
)
def test_plain_text_gives_speakers_times_and_paragraphs(
    text: str, expected: list[tuple[str | None, float | None, str]]
) -> None:
    assert timed_turns(plain.read(text)) == expected


def test_a_turn_ends_where_the_next_begins_and_its_paragraphs_stay_apart() -> None:
    read = plain.read("Ada: 0:10\n\nOne.\n\nTwo.\n\nBob: 0:20\n\nThree.")
    assert [(s.speaker, s.start, s.end, s.paragraph) for s in read.segments] == [
        ("Ada", 10.0, None, True),
        ("Ada", None, None, True),
        ("Bob", 20.0, None, True),
    ]
    assert plain.read("Ada: 0:10\n\nOne.\n\nBob: 0:20\n\nThree.").segments[0].end == 20.0


def test_headings_front_matter_and_marks_of_markdown_are_read() -> None:
    read = plain.read(
        "---\ntitle: On *engines*\nspeakers:\n  - Ada Byron\ndate: 2022-11-11\n---\n## The start\n\n"
        "Ada: See [the page](https://example.org/a_(b)), **really** `x`.\n\n- a point\n\n---\n\n### More\n"
    )
    assert read.metadata == {"title": "On *engines*", "speakers": ["Ada Byron"], "date": "2022-11-11"}
    assert turns(read) == [("Ada", "See the page, really x."), ("Ada", "a point")]
    assert read.headings == (Heading("The start", 0), Heading("More", 2, 3))


@pytest.mark.parametrize(
    "header", ["a: &x [1]\nb: *x", "!!python/object/apply:os.system ['true']", "- a list", "key: [unclosed"]
)
def test_front_matter_that_is_unsafe_or_no_mapping_is_left_as_words(header: str) -> None:
    read = plain.read(f"---\n{header}\n---\n\nAda: Hello.\n")
    assert read.metadata == {}
    assert "Hello." in read.segments[-1].text


def test_a_single_label_in_the_middle_is_no_speaker() -> None:
    assert turns(plain.read("We begin.\n\nSlides: https://example.org\n\nWe go on.")) == [
        (None, "We begin."),
        (None, "Slides: https://example.org"),
        (None, "We go on."),
    ]
