"""The notes page: its front matter, its sections, and what may not break out of it."""

import datetime
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from episcribe.library.episode import Enclosure, Episode, Person
from episcribe.library.transcript import Segment, Transcript
from episcribe.study.chapters import Chapter, episode_chapters
from episcribe.study.notes import NotesOptions, write_notes
from episcribe.study.people import is_nobody, participants

EPISODE = Episode(
    id="abcdefgh",
    show="ice-cast",
    folder="2024-05-01-ice-abcdefgh",
    title='Ice: "slow" rivers #1',
    podcast="Ice Cast",
    published="2024-05-01T06:00:00Z",
    duration=640.0,
    guid="tag:1",
    link="https://ice.example/1",
    number=7.0,
    description='<p><a href="https://glaciers.example/atlas?utm_source=feed">An atlas of glaciers</a></p>',
    enclosures=(Enclosure("https://cdn.example/1.mp3", "audio/mpeg"),),
    persons=(Person("Ann Frost", "host", href="https://ann.example"),),
)
BAKING = (
    "The oven bakes the bread from the flour of the mill.",
    "A sourdough starter is a mixture of flour and water that rises.",
    "The baker feeds the sourdough starter with the flour of the mill in Lyon.",
)
ICE = (
    "The glacier carries the rock of the valley to the moraine.",
    "A moraine is a ridge of rock at the end of the glacier.",
    "You should never forget that the glacier of the Aletsch is the biggest in the Alps.",
    "The meltwater of the glacier feeds the rivers of Europe in the summer.",
)


def spoken(timed: bool = True) -> Transcript:
    texts = [BAKING[i % 3] for i in range(30)] + [ICE[i % 4] for i in range(40)]
    segments = [
        Segment(text, start=8.0 * i if timed else None, speaker="Ann Frost" if i % 2 else "Ben Stone")
        for i, text in enumerate(texts)
    ]
    return Transcript(tuple(segments), language="en")


def page(transcript: Transcript, episode: Episode = EPISODE, **values: Any) -> str:
    return write_notes(episode, transcript, episode_chapters(episode, transcript), **values)


def front(text: str) -> dict[str, Any]:
    loaded = yaml.safe_load(text.split("\n---\n", 1)[0].removeprefix("---\n"))
    assert isinstance(loaded, dict)
    return loaded


def sections(text: str) -> dict[str, str]:
    parts = re.split(r"^## (.+)\n\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_the_front_matter_is_what_dataview_reads() -> None:
    facts = front(page(spoken(), quality=88, subject="Geology", transcript_source="rss"))
    assert facts["title"] == 'Ice: "slow" rivers #1'
    assert facts["podcast"] == "Ice Cast"
    assert facts["episode"] == 7
    assert facts["date"] == datetime.date(2024, 5, 1)
    assert facts["duration"] == "10:40"
    assert facts["people"] == ["Ann Frost", "Ben Stone"]
    assert facts["tags"] == ["podcast", "ice-cast", "geology"]
    assert facts["quality"] == 88
    assert facts["transcript_source"] == "rss"
    assert facts["language"] == "en"
    assert any("glacier" in topic for topic in facts["topics"])
    assert "season" not in facts


def test_all_sections_that_have_something_are_there_in_order() -> None:
    assert list(sections(page(spoken()))) == [
        "Summary",
        "Chapters",
        "Key points",
        "Key terms",
        "People",
        "Quotations",
        "Links",
    ]


def test_chapters_and_key_points_link_to_their_moments() -> None:
    found = sections(page(spoken()))
    assert re.search(r"^- \[0:00\]\(https://cdn\.example/1\.mp3#t=0\) \S", found["Chapters"], re.MULTILINE)
    assert re.search(r"^- \[4:00\]\(https://cdn\.example/1\.mp3#t=240\) ", found["Chapters"], re.MULTILINE)
    for line in found["Key points"].strip().split("\n"):
        assert re.match(r"- \[\d+:\d\d\]\(https://cdn\.example/1\.mp3#t=\d+\) [A-Z].*\.$", line)


def test_a_key_point_is_said_at_its_time() -> None:
    transcript = spoken()
    for line in sections(page(transcript))["Key points"].strip().split("\n"):
        seconds, text = re.match(r"- \[[\d:]+\]\([^#]+#t=(\d+)\) (.*)", line).groups()  # type: ignore[union-attr]
        assert transcript.segments[int(seconds) // 8].text == text


def test_summary_key_points_and_quotations_do_not_say_the_same_sentence() -> None:
    found = sections(page(Transcript(tuple(dict.fromkeys(spoken().segments[27:34])), "en")))
    points = [
        line.split(") ", 1)[1] for line in found.get("Key points", "").strip().split("\n") if ") " in line
    ]
    assert found["Summary"]
    assert not [point for point in points if point in found["Summary"]]


def test_a_term_comes_with_what_it_means() -> None:
    terms = sections(page(spoken()))["Key terms"]
    assert re.search(r"^- \*\*moraine\*\*: A moraine is a ridge of rock", terms, re.MULTILINE)
    assert re.search(r"^- \*\*sourdough starter\*\*: A sourdough starter is a mixture", terms, re.MULTILINE)
    assert re.search(r"^- \*\*glacier\*\*, \d+×, first at \[4:00\]", terms, re.MULTILINE)


def test_a_quotation_is_word_for_word_with_who_said_it() -> None:
    quoted = sections(page(spoken()))["Quotations"]
    lines = [line for line in quoted.split("\n") if line]
    said = {segment.text: segment.speaker for segment in spoken().segments}
    assert lines[0].removeprefix("> ") in said
    assert re.match(r"> — (Ann Frost|Ben Stone), \[\d+:\d\d\]\(https:", lines[2])


def test_people_are_those_of_the_feed_and_those_who_speak() -> None:
    people = sections(page(spoken()))["People"]
    assert "- **[Ann Frost](https://ann.example)**, host, 48 % of the words" in people
    assert "- **Ben Stone**, 52 %" in people
    assert "first heard at [0:08]" in people


def test_numbered_speakers_are_nobody() -> None:
    segments = tuple(replace(s, speaker=f"Speaker {i % 2}") for i, s in enumerate(spoken().segments))
    assert [one.name for one in participants(EPISODE, Transcript(segments))] == ["Ann Frost"]
    assert is_nobody("SPEAKER_01")
    assert is_nobody("Unknown")
    assert not is_nobody("Grace Hopper")


def test_links_are_those_of_the_show_notes_without_tracking() -> None:
    assert (
        sections(page(spoken()))["Links"].strip()
        == "- [An atlas of glaciers](https://glaciers.example/atlas)"
    )


def test_a_section_with_nothing_real_is_left_out() -> None:
    bare = Episode(id="abcdefgh", show="show", folder="folder", title="Hello")
    text = page(Transcript((Segment("Hello."), Segment("Goodbye.")), "en"), bare)
    assert sections(text) == {}
    assert text.startswith('---\ntitle: "Hello"\n')
    assert text.endswith("# Hello\n\nshow\n")


def test_without_times_there_are_no_time_links() -> None:
    text = page(spoken(timed=False), replace(EPISODE, duration=None))
    found = sections(text)
    assert "#t=" not in text
    assert re.match(r"- [A-Z]", found["Chapters"])
    assert re.match(r"- [A-Z]", found["Key points"])


def test_estimated_times_say_so() -> None:
    assert "- about [4:25](" in sections(page(spoken(timed=False)))["Chapters"]


def test_the_options_say_how_much_of_each() -> None:
    options = NotesOptions(summary_sentences=1, key_points=2, terms=3, quotations=0, people=1, links=0)
    found = sections(page(spoken(), options=options))
    assert "Quotations" not in found
    assert "Links" not in found
    assert len(found["Key points"].strip().split("\n")) == 2
    assert found["Key terms"].count("- **") == 3
    assert found["People"].count("- **") == 1
    assert found["Summary"].strip().count(". ") == 0


def test_the_same_input_gives_the_same_bytes() -> None:
    assert page(spoken()) == page(Transcript((*spoken().segments,), "en"))


HOSTILE = (
    "](javascript:alert(1)) the glacier of the rock and the valley is the end of the moraine.",
    "<script>alert(1)</script> the glacier of the rock and the valley is the end of the moraine.",
    "#tag and [[wikilink]] and the glacier of the rock in the valley of the moraine are here.",
    "```{=typst} #read(secret) ``` the glacier of the rock in the valley of the moraine is here.",
    "--- the glacier of the rock in the valley of the moraine is at the end of the line.",
    "![x](file:///etc/passwd) the glacier of the rock in the valley of the moraine is here.",
    "$x$ and @cite and ^sup^ of the glacier of the rock in the valley of the moraine are here.",
)


def test_nothing_that_is_said_breaks_out_of_the_page() -> None:
    segments = tuple(
        Segment(text, start=float(i), speaker="](x) <b> # [[S]]") for i, text in enumerate(HOSTILE * 3)
    )
    evil = replace(
        EPISODE,
        title='"\n---\nevil: yes\n# <script>[[x]]',
        podcast="`{=typst}`",
        description='<a href="https://a.example/)](javascript:x)">](y) [[z]] `q`</a>',
        persons=(Person("[[Eve]] <i>", "#host", href="javascript:x"),),
    )
    chapters = [Chapter(0.0, "](javascript:x) #t `c`", url="https://a.example/(x)"), Chapter(1.0, "[[w]]")]
    text = write_notes(
        evil, Transcript(segments, "en"), chapters, subject="a: b # c\n- d", show_title="[[p]]"
    )
    facts = front(text)
    assert facts["title"] == evil.title
    assert facts["subject"] == "a: b # c\n- d"
    assert "evil" not in facts
    body = text.split("\n---\n", 1)[1]
    assert not re.search(r"(?<!\\)\[\[|(?<!\\)<(?!/?$)|(?<!\\)`|(?<!\\)\$|(?<!\\)#(?=[A-Za-z])(?!t=)", body)
    assert not re.search(r"(?<!\\)\]\((?!https://)", body)
    assert not re.search(r"^\s*(?:---|#(?!# |\s*\\?\W))", body, re.MULTILINE)


OTHER = [
    ("zh", "冰川", "冰川把岩石带到山谷的尽头，形成了冰碛。", "面包师用面粉和酵母在烤箱里做面包。"),
    ("ja", "氷河", "氷河は谷の岩を運んでモレーンを作ります。", "パン屋は小麦粉と酵母でパンを作ります。"),
    (
        "ar",
        "الصخور",
        "يحمل النهر الجليدي الصخور إلى نهاية الوادي الكبير في الجبال.",
        "يصنع الخباز الخبز من الدقيق والخميرة في الفرن القديم.",
    ),
    (
        "ru",
        "Ледник",
        "Ледник переносит камни в конец долины и оставляет морену в горах.",
        "Пекарь делает хлеб из муки и дрожжей в старой печи.",
    ),
    (
        "de",
        "Gletscher",
        "Der Gletscher trägt das Gestein an das Ende des Tals.",
        "Der Bäcker macht das Brot aus dem Mehl der Mühle.",
    ),
]


@pytest.mark.parametrize(("language", "expected", "one", "two"), OTHER)
def test_other_languages_have_their_sections_too(language: str, expected: str, one: str, two: str) -> None:
    segments = tuple(Segment(one if i < 30 else two, start=5.0 * i, speaker="Ann") for i in range(60))
    found = sections(page(Transcript(segments, language), replace(EPISODE, description=None)))
    assert found["Summary"].strip()
    assert expected in found["Key terms"]
    assert expected in found.get("Key points", "") + found["Summary"]


@pytest.mark.corpus
def test_real_talks_have_every_section(corpus: Path) -> None:
    text = (corpus / "transcripts_long/changelog/podcast__the-changelog-299.transcript.md").read_text("utf-8")
    segments = []
    for line in text.split("\n"):
        match = re.match(r"\*\*(.+?):\*\* (.*)", line)
        if match:
            for sentence in re.split(r"(?<=[.?!]) ", match[2]):
                segments.append(Segment(sentence, start=4.0 * len(segments), speaker=match[1]))
    found = sections(page(Transcript(tuple(segments), "en")))
    assert "HTTP/2" in found["Key terms"]
    assert "Daniel Stenberg" in found["People"]
    assert len(found["Key points"].strip().split("\n")) == 10
    assert 60 < len(found["Summary"].split()) < 200
    assert 3 <= len(found["Chapters"].strip().split("\n")) <= 20


def test_the_date_is_that_of_the_folder_which_is_in_the_configured_time_zone() -> None:
    late = Episode("abcdefgh", "show", "2024-01-01-late-abcdefgh", "Late", published="2024-01-02T04:30:00Z")
    page = write_notes(late, Transcript((Segment("The tide is the rise and fall of the sea."),)), [])
    assert "date: 2024-01-01\n" in page
