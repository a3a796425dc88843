"""The sample library is what its README says it is: long enough, well timed, broken only on purpose."""

import json
import re
import xml.etree.ElementTree as ET
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "sample"
TIDEWATER = SAMPLE / "tidewater"
NACHTZUG = SAMPLE / "nachtzug"
WORKSHOP = SAMPLE / "workshop"

ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
PODCAST = "{https://podcastindex.org/namespace/1.0}"

ROLLING = TIDEWATER / "transcripts" / "s01e01-automatic.en.vtt"
MEMBERS_PAGE = TIDEWATER / "transcripts" / "s01e05-members.html"
EPISODES = {
    "tides (vtt)": TIDEWATER / "transcripts" / "s01e01-springs-and-neaps.vtt",
    "bees (srt)": TIDEWATER / "transcripts" / "s01e02-the-waggle-dance.srt",
    "lichens (json)": TIDEWATER / "transcripts" / "s01e03-lichens.json",
    "ice (html)": TIDEWATER / "transcripts" / "s01e04-old-snow.html",
    "eels (txt)": TIDEWATER / "transcripts" / "s01e05-the-eel.txt",
    "gauges (vtt, German)": NACHTZUG / "transkripte" / "01-spurweite.de.vtt",
    "noon (srt)": NACHTZUG / "transkripte" / "02-who-owns-noon.en.srt",
    "wheel (srt)": WORKSHOP / "2025-03-14 Truing a bicycle wheel.srt",
    "paper (md)": WORKSHOP / "2025-04-11 How paper is sized.md",
}
CAPTIONS = {name: path for name, path in EPISODES.items() if path.suffix in {".vtt", ".srt"}}

_ARROW = re.compile(r"^((?:\d+:)?\d\d:\d\d[.,]\d{3}) --> ((?:\d+:)?\d\d:\d\d[.,]\d{3})", re.MULTILINE)
_CLOCK = re.compile(r"\b(\d{1,2}:\d\d(?::\d\d)?)\b")
_SPEAKER = re.compile(r"^(?:<v )?([A-ZÄÖÜ]\w+ [A-ZÄÖÜ]\w+)[:>]\s*", re.MULTILINE)


class Cue(NamedTuple):
    """One cue as its file has it; times in seconds."""

    start: float
    end: float
    lines: list[str]


def seconds(clock: str) -> float:
    total = 0.0
    for part in clock.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return total


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")


def cues_of(path: Path) -> list[Cue]:
    cues = []
    for block in re.split(r"\n\n+", text_of(path).strip()):
        if times := _ARROW.search(block):
            lines = block[times.end() :].split("\n")[1:]
            cues.append(Cue(seconds(times[1]), seconds(times[2]), lines))
    return cues


def spoken_text(path: Path) -> str:
    """What is said in a transcript of the sample, one utterance or line of a caption a line."""
    text = text_of(path)
    match path.suffix:
        case ".json":
            text = "\n".join(segment["body"] for segment in json.loads(text)["segments"])
        case ".html":
            text = unescape("\n".join(re.findall(r"<p>(.*?)</p>", text)))
        case ".vtt" | ".srt":
            text = "\n".join(line for cue in cues_of(path) for line in cue.lines if line != "[Music]")
        case ".md":
            text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
            text = re.sub(r"^(?:#.*|[\w ]+: \d\d:\d\d:\d\d)$", "", text, flags=re.MULTILINE)
    return _SPEAKER.sub("", text)


def last_time(path: Path) -> float | None:
    match path.suffix:
        case ".json":
            return float(json.loads(text_of(path))["segments"][-1]["endTime"])
        case ".vtt" | ".srt":
            return cues_of(path)[-1].end
        case ".html":
            return seconds(re.findall(r"<time>(.*?)</time>", text_of(path))[-1])
    return None


def tidewater_items() -> list[ET.Element]:
    return ET.parse(TIDEWATER / "feed.xml").getroot().findall("channel/item")


def words_alone(text: str) -> list[str]:
    return re.findall(r"\w+", re.sub(r"['’-]", "", text.lower()))


@pytest.mark.parametrize("name", EPISODES)
def test_every_episode_has_words_enough_for_notes(name: str) -> None:
    assert 1_500 <= len(spoken_text(EPISODES[name]).split()) <= 2_200


@pytest.mark.parametrize("name", EPISODES)
def test_no_sentence_is_said_twice(name: str) -> None:
    sentences = re.split(r"(?<=[.!?])\s+", " ".join(spoken_text(EPISODES[name]).split()))
    long = [sentence for sentence in sentences if len(sentence.split()) >= 6]

    assert len(long) > 60
    assert len(set(long)) == len(long)


@pytest.mark.parametrize("name", CAPTIONS)
def test_cues_follow_one_another_at_the_speed_of_speech(name: str) -> None:
    cues = cues_of(CAPTIONS[name])

    assert all(cue.start < cue.end for cue in cues)
    assert all(a.end <= b.start for a, b in pairwise(cues))
    words = len(spoken_text(CAPTIONS[name]).split())
    assert 110 <= words / (cues[-1].end - cues[0].start) * 60 <= 170


@pytest.mark.parametrize("name", CAPTIONS)
def test_a_cue_is_one_or_two_short_lines(name: str) -> None:
    for cue in cues_of(CAPTIONS[name]):
        assert 1 <= len(cue.lines) <= 2
        assert all(len(re.sub(r"<v [^>]*>", "", line)) <= 42 for line in cue.lines)


@pytest.mark.parametrize("name", [name for name, path in CAPTIONS.items() if path.suffix == ".srt"])
def test_srt_cues_are_numbered_from_one(name: str) -> None:
    numbers = [
        int(n) for n in re.findall(r"^(\d+)\n\d\d:\d\d:\d\d,\d{3} -->", text_of(CAPTIONS[name]), re.MULTILINE)
    ]

    assert numbers == list(range(1, len(cues_of(CAPTIONS[name])) + 1))


def test_the_webvtt_episode_has_voices_a_note_and_one_sound() -> None:
    path = EPISODES["tides (vtt)"]
    cues = cues_of(path)

    assert text_of(path).startswith("WEBVTT")
    assert "\n\nNOTE\n" in text_of(path)
    assert [cue.lines for cue in cues if not cue.lines[0].startswith("<v ")] == [["[Music]"]]


def test_the_rolling_captions_hold_the_words_of_the_episode_once_collapsed() -> None:
    fresh = [
        cue.lines[1]
        for cue in cues_of(ROLLING)
        if cue.lines[1:] and cue.lines[1].strip() not in {"", "[Music]"}
    ]
    every = [line for cue in cues_of(ROLLING) for line in cue.lines if line.strip() not in {"", "[Music]"}]
    spoken = words_alone(spoken_text(EPISODES["tides (vtt)"]))

    assert words_alone(re.sub(r"<[^>]*>", "", " ".join(fresh))) == spoken
    assert 2.5 < len(words_alone(re.sub(r"<[^>]*>", "", " ".join(every)))) / len(spoken) <= 3.0


def test_the_podcast_json_follows_its_schema() -> None:
    data = json.loads(text_of(EPISODES["lichens (json)"]))

    assert data["version"] == "1.0.0"
    for segment in data["segments"]:
        assert set(segment) == {"speaker", "startTime", "endTime", "body"}
        assert segment["startTime"] < segment["endTime"]
    starts = [segment["startTime"] for segment in data["segments"]]
    assert starts == sorted(starts)


def test_the_html_names_a_speaker_and_a_time_for_every_paragraph() -> None:
    text = text_of(EPISODES["ice (html)"])
    times = [seconds(clock) for clock in re.findall(r"<time>(.*?)</time>", text)]

    assert len(times) == text.count("<cite>") == text.count("<p>") > 40
    assert times == sorted(times)


def test_the_plain_text_has_speakers_and_no_times() -> None:
    path = EPISODES["eels (txt)"]

    assert not _CLOCK.search(text_of(path))
    assert all(_SPEAKER.match(paragraph) for paragraph in text_of(path).strip().split("\n\n"))


def test_the_markdown_has_front_matter_headings_and_timed_turns() -> None:
    text = text_of(EPISODES["paper (md)"])
    times = [seconds(clock) for clock in re.findall(r"^\w+ \w+: (\d\d:\d\d:\d\d)$", text, re.MULTILINE)]

    assert text.startswith("---\ntitle: How paper is sized\n")
    assert len(re.findall(r"^## ", text, re.MULTILINE)) >= 5
    assert len(times) > 30
    assert times == sorted(times)


def test_the_german_episode_is_german() -> None:
    words = words_alone(spoken_text(EPISODES["gauges (vtt, German)"]))

    assert sum(word in {"der", "die", "das", "und", "nicht", "ist", "ein"} for word in words) > 120
    assert {"ä", "ö", "ü", "ß"} <= set("".join(words))


def test_the_well_kept_feed_has_five_whole_items() -> None:
    items = tidewater_items()

    assert [item.findtext(f"{PODCAST}episode") for item in items] == ["5", "4", "3", "2", "1"]
    assert len({item.findtext("guid") for item in items}) == 5
    for item in items:
        assert item.findtext("pubDate")
        enclosure = item.find("enclosure")
        assert enclosure is not None
        assert int(enclosure.attrib["length"]) > 1_000_000
        assert [person.attrib["role"] for person in item.findall(f"{PODCAST}person")] == [
            "host",
            "host",
            "guest",
        ]


def test_the_feeds_formats_are_all_there_and_lie_beside_it() -> None:
    links = [link.attrib for item in tidewater_items() for link in item.findall(f"{PODCAST}transcript")]

    assert {link["type"] for link in links} == {
        "text/vtt",
        "application/x-subrip",
        "application/json",
        "text/html",
        "text/plain",
    }
    listed = {TIDEWATER / link["url"] for link in links}
    assert listed == set((TIDEWATER / "transcripts").iterdir())


def test_durations_in_the_feed_agree_with_the_transcripts() -> None:
    for item in tidewater_items():
        path = TIDEWATER / item.findall(f"{PODCAST}transcript")[0].attrib["url"]
        end = None if path == MEMBERS_PAGE else last_time(path)
        if end is not None:
            assert end < seconds(item.findtext(f"{ITUNES}duration") or "") < end + 30


def test_one_item_has_chapters_at_times_that_its_transcript_knows() -> None:
    links = [link for item in tidewater_items() for link in item.findall(f"{PODCAST}chapters")]
    assert len(links) == 1
    data = json.loads(text_of(TIDEWATER / links[0].attrib["url"]))
    starts = [chapter["startTime"] for chapter in data["chapters"]]

    assert data["version"] == "1.2.0"
    assert starts[0] == 0
    assert starts == sorted(set(starts))
    assert all(
        min(abs(cue.start - start) for cue in cues_of(EPISODES["bees (srt)"])) < 1.0 for start in starts
    )


def test_the_soundbite_points_at_the_words_it_quotes() -> None:
    (bite,) = [bite for item in tidewater_items() for bite in item.findall(f"{PODCAST}soundbite")]
    start = float(bite.attrib["startTime"])
    end = start + float(bite.attrib["duration"])
    inside = [
        segment["body"]
        for segment in json.loads(text_of(EPISODES["lichens (json)"]))["segments"]
        if segment["startTime"] >= start - 0.1 and segment["endTime"] <= end + 0.1
    ]

    assert " ".join(inside).endswith("a lichen survives by letting go.")


def test_the_bad_variant_is_short_comes_first_and_says_why() -> None:
    newest = tidewater_items()[0]
    urls = [link.attrib["url"] for link in newest.findall(f"{PODCAST}transcript")]

    assert [TIDEWATER / url for url in urls] == [MEMBERS_PAGE, EPISODES["eels (txt)"]]
    assert "for members only" in text_of(MEMBERS_PAGE)
    assert len(spoken_text(MEMBERS_PAGE).split()) < 120


def test_the_broken_feed_is_still_broken_in_all_the_ways_it_is_meant_to_be() -> None:
    text = text_of(NACHTZUG / "feed.xml")
    described = re.findall(r"<description>(.*?)</description>", text, re.DOTALL)

    with pytest.raises(ET.ParseError):
        ET.fromstring(text)
    assert text[0].isspace()
    assert "<?xml" in text
    assert "Bau & Betrieb" in text
    assert "?quelle=feed&folge=1" in text
    assert "&nbsp;" in text
    assert "<!ENTITY" not in text
    assert any(notes.count("<p>") > notes.count("</p>") for notes in described)
    assert "<br>" in text


def test_the_transcripts_of_the_broken_feed_lie_beside_it() -> None:
    urls = re.findall(r'<podcast:transcript url="([^"]+)"', text_of(NACHTZUG / "feed.xml"))

    assert {NACHTZUG / url for url in urls} == set((NACHTZUG / "transkripte").iterdir())


def test_the_second_railway_file_has_a_byte_order_mark_and_crlf() -> None:
    data = EPISODES["noon (srt)"].read_bytes()

    assert data.startswith(b"\xef\xbb\xbf1\r\n")
    assert data.count(b"\n") == data.count(b"\r\n")


def test_the_workshop_is_two_dated_files() -> None:
    names = sorted(path.name for path in WORKSHOP.iterdir())

    assert names == ["2025-03-14 Truing a bicycle wheel.srt", "2025-04-11 How paper is sized.md"]


def test_no_address_in_the_sample_leads_to_a_real_host() -> None:
    standards = {"www.w3.org", "purl.org", "www.itunes.com", "podcastindex.org", "creativecommons.org"}
    for path in sorted(path for path in SAMPLE.rglob("*") if path.is_file()):
        for url in re.findall(r"https?://[^\s\"'<>)]+", text_of(path)):
            host = urlsplit(url).hostname or ""
            reserved = host.endswith((".example", "example.com", "example.org", "example.net"))
            assert reserved or host in standards, f"{path.name}: {url}"
