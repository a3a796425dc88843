"""Local files as episodes, and the files beside a local feed."""

import io
import json
import os
import wave
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.library.episode import ChaptersLink, Enclosure, Episode, TranscriptLink
from episcribe.sources.beside import Beside
from episcribe.sources.local_files import read_local_files
from episcribe.sources.tags import NO_TAGS, read_tags


def read(folder: Path, *names: str, pattern: str = "**/*") -> list[Episode]:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return read_local_files(f"{folder}/{pattern}", str(folder)).episodes


@pytest.mark.parametrize(
    ("name", "day", "title"),
    [
        ("2024-05-01 A title.vtt", "2024-05-01", "A title"),
        ("2024-05-01-a-title.vtt", "2024-05-01", "A title"),
        ("20240501_a_title.srt", "2024-05-01", "A title"),
        ("2024.05.01 – A title.txt", "2024-05-01", "A title"),
        ("2024-05-01T10-30 Meeting.vtt", "2024-05-01", "Meeting"),
        ("2024-05-01-a-title-eexyyax2.vtt", "2024-05-01", "A title"),
        ("2024-05-01.vtt", "2024-05-01", "2024-05-01"),
        ("2024-13-41 Odd.vtt", None, "2024-13-41 Odd"),
        ("A talk [dQw4w9WgXcQ].en.vtt", None, "A talk"),
        ("Interview [unedited].vtt", None, "Interview [unedited]"),
        ("1984 revisited.vtt", None, "1984 revisited"),
        ("Foo - bar_baz.vtt", None, "Foo - bar_baz"),
        ("Season 2/03.vtt", None, "Season 2 03"),
        ("2024-05-01-the-tide/transcript.vtt", "2024-05-01", "The tide"),
        ("introduction-to-podcasts.vtt", None, "Introduction to podcasts"),
        ("科技.vtt", None, "科技"),
        ("___.vtt", None, "Untitled"),
    ],
)
def test_day_and_title_come_from_the_name(tmp_path: Path, name: str, day: str | None, title: str) -> None:
    (episode,) = read(tmp_path, name)
    assert (episode.published, episode.title) == (day, title)


def test_files_with_one_name_are_variants_of_one_episode(tmp_path: Path) -> None:
    (episode,) = read(
        tmp_path, "talk.vtt", "talk.en.srt", "talk.pt_br.vtt", "talk.json", "talk.mp3", "talk.mp3.txt"
    )
    assert episode.keys == ("file:talk",)
    assert [(link.url, link.type, link.language) for link in episode.transcripts] == [
        ("talk.en.srt", "application/x-subrip", "en"),
        ("talk.json", "application/json", None),
        ("talk.mp3.txt", "text/plain", None),
        ("talk.pt_br.vtt", "text/vtt", "pt-BR"),
        ("talk.vtt", "text/vtt", None),
    ]
    assert [(enclosure.url, enclosure.type) for enclosure in episode.enclosures] == [
        ("talk.mp3", "audio/mpeg")
    ]
    assert episode.language is None


def test_one_language_in_the_names_is_the_episodes(tmp_path: Path) -> None:
    (episode,) = read(tmp_path, "talk.de.vtt", "talk.mp3")
    assert episode.language == "de"


def test_the_same_name_in_two_folders_is_two_episodes(tmp_path: Path) -> None:
    assert [episode.keys[0] for episode in read(tmp_path, "a/talk.vtt", "b/talk.vtt")] == [
        "file:a/talk",
        "file:b/talk",
    ]


def test_a_recording_without_a_transcript_is_an_episode(tmp_path: Path) -> None:
    (episode,) = read(tmp_path, "talk.MP4")
    assert episode.transcripts == ()
    assert episode.enclosures[0].type == "video/mp4"


def test_what_tools_and_repositories_leave_is_no_episode(tmp_path: Path) -> None:
    names = (
        "talk.info.json",
        "talk.live_chat.json",
        "README.md",
        "LICENSE.txt",
        "talk.jpg",
        "notes.docx",
        ".vtt",
    )
    assert read(tmp_path, *names) == []
    (line,) = read_local_files(f"{tmp_path}/**/*", "/").warnings
    assert "none of the 6 files that match is a transcript or recording" in line


def test_markdown_and_html_say_their_titles_themselves(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: 'It''s a \"talk\"'\ndate: 2022-11-11\nlang: de\n---\nWords")
    (tmp_path / "b.html").write_text("<html><head><title>Tides &amp;\n moons</title></head>")
    (tmp_path / "c.md").write_text("---\nno: title\n---\n")
    (tmp_path / "d.md").write_text("title: not front matter")
    episodes = read(tmp_path)
    assert [episode.title for episode in episodes] == ['It\'s a "talk"', "Tides & moons", "C", "D"]
    assert (episodes[0].published, episodes[0].language) == ("2022-11-11", "de")


@pytest.mark.parametrize(
    "name", ['it\'s "quoted".vtt', "line\nbreak.vtt", " lead.vtt", "$(rm -rf).vtt", "{x}.vtt", "é\u0301.vtt"]
)
def test_odd_names_are_taken(tmp_path: Path, name: str) -> None:
    (episode,) = read(tmp_path, name)
    assert episode.transcripts[0].url == name
    assert "\n" not in episode.title


def test_a_name_that_is_not_utf_8_is_reported_and_left_out(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.vtt")).touch()
    (tmp_path / "good.vtt").touch()
    found = read_local_files(f"{tmp_path}/*.vtt", "/")
    assert [episode.title for episode in found.episodes] == ["Good"]
    assert found.warnings == [
        f"left out, because the name is not UTF-8 (rename it): '{tmp_path}/bad\\\\xff.vtt'"
    ]


def test_links_that_lead_out_are_reported(tmp_path: Path) -> None:
    (tmp_path / "talks").mkdir()
    (tmp_path / "talks" / "passwd.txt").symlink_to("/etc/passwd")
    found = read_local_files(f"{tmp_path}/talks/*.txt", "/")
    assert found.episodes == []
    assert "left out, because these are symbolic links out of" in found.warnings[0]


def test_paths_are_relative_to_the_working_directory_where_they_lie_in_it(tmp_path: Path) -> None:
    (tmp_path / "talks").mkdir()
    (tmp_path / "talks" / "a.vtt").touch()
    inside = read_local_files(f"{tmp_path}/talks/*.vtt", str(tmp_path)).episodes[0]
    outside = read_local_files(f"{tmp_path}/talks/*.vtt", str(tmp_path / "talk")).episodes[0]
    assert inside.transcripts[0].url == "talks/a.vtt"
    assert outside.transcripts[0].url == f"{tmp_path}/talks/a.vtt"


@pytest.fixture
def beside(tmp_path: Path) -> Beside:
    """A feed's folder with two transcripts in it, and one further up."""
    folder = tmp_path / "shows" / "feed"
    (folder / "transcripts").mkdir(parents=True)
    (folder / "transcripts" / "a b.vtt").touch()
    (folder / "c%20d.srt").touch()
    (folder / "out.vtt").symlink_to("/etc/passwd")
    (tmp_path / "shows" / "secret.vtt").touch()
    return Beside(str(folder), str(tmp_path))


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("transcripts/a b.vtt", "shows/feed/transcripts/a b.vtt"),
        ("transcripts/a%20b.vtt?v=2#t", "shows/feed/transcripts/a b.vtt"),
        ("./x/../transcripts/a%20b.vtt", "shows/feed/transcripts/a b.vtt"),
        ("c%20d.srt", "shows/feed/c%20d.srt"),
        ("https://example.com/../x.vtt", "https://example.com/../x.vtt"),
    ],
)
def test_relative_addresses_are_files_beside_the_feed(beside: Beside, written: str, path: str) -> None:
    episode = Episode("", "", "", "t", transcripts=(TranscriptLink(written),), chapters=ChaptersLink(written))
    (found,) = beside.localise([episode])
    assert found.transcripts[0].url == path
    assert found.chapters is not None
    assert found.chapters.url == path
    assert beside.warnings() == []


def test_an_absolute_file_address_inside_the_folder_is_taken(beside: Beside) -> None:
    link = TranscriptLink(f"file://{beside.folder}/transcripts/a%20b.vtt")
    (found,) = beside.localise([Episode("", "", "", "t", transcripts=(link,))])
    assert found.transcripts[0].url == "shows/feed/transcripts/a b.vtt"


@pytest.mark.parametrize(
    "written",
    [
        "../secret.vtt",
        "..%2fsecret.vtt",
        "transcripts/../../secret.vtt",
        "/etc/passwd",
        "file:///etc/passwd",
        "file://server/share/x.vtt",
        "out.vtt",
        "ftp://example.com/a.vtt",
        "data:text/vtt,WEBVTT",
        "a\0b.vtt",
        "%00.vtt",
    ],
)
def test_what_leads_out_of_the_folder_is_refused(beside: Beside, written: str) -> None:
    episode = Episode(
        "", "", "", "t", transcripts=(TranscriptLink(written),), enclosures=(Enclosure(written),)
    )
    (found,) = beside.localise([episode])
    assert (found.transcripts, found.enclosures) == ((), ())
    assert (
        "2 addresses refused, because a feed on disk may name only files in its own folder"
        in beside.warnings()[0]
    )


def test_a_file_that_is_not_there_is_reported_so_that_another_variant_is_taken(beside: Beside) -> None:
    links = (TranscriptLink("late.vtt"), TranscriptLink("transcripts/a%20b.vtt"))
    (found,) = beside.localise([Episode("", "", "", "t", transcripts=links)])
    assert [link.url for link in found.transcripts] == ["shows/feed/transcripts/a b.vtt"]
    assert beside.absent == [f"{beside.folder}/late.vtt"]
    assert "1 file not found" in beside.warnings()[0]


def test_a_local_recording_is_known_by_its_place_beside_the_feed(beside: Beside) -> None:
    (found,) = beside.localise([Episode("", "", "", "t", enclosures=(Enclosure("audio/e1.mp3"),))])
    assert found.keys == ("enclosure:audio/e1.mp3",)
    assert found.enclosures[0].url == "shows/feed/audio/e1.mp3"


def test_the_recording_that_front_matter_names_is_the_link_of_the_episode(tmp_path: Path) -> None:
    text = "---\ntitle: A talk\nmedia: https://www.youtube.com/watch?v=abcdefghijk\n---\nAda: Hello there.\n"
    (tmp_path / "talk.md").write_text(text)
    [episode] = read_local_files(f"{tmp_path}/*.md", str(tmp_path)).episodes
    assert episode.link == "https://www.youtube.com/watch?v=abcdefghijk"


SAID = {"title": "Tides at noon", "artist": "Ann Lee", "album": "The Tide Table", "date": "2024-05-01"}
CODECS = {
    "mp3": "mp3",
    "m4a": "aac",
    "flac": "flac",
    "opus": "libopus",
    "ogg": "libopus",
    "wav": "pcm_s16le",
    "mp4": "aac",
}


def record(path: Path, **tags: str) -> None:
    """Two seconds of silence with tags, in the format that its name asks for."""
    av = pytest.importorskip("av")
    codec = CODECS[path.suffix[1:]]
    if codec not in av.codecs_available:
        pytest.skip(f"this PyAV has no {codec}")
    with av.open(str(path), "w") as file:
        file.metadata.update(tags)
        rate = 48000
        stream = file.add_stream(codec, rate=rate)
        stream.layout = "mono"
        frame = av.AudioFrame(format="s16", layout="mono", samples=960)
        frame.planes[0].update(bytes(frame.planes[0].buffer_size))
        frame.sample_rate = rate
        resampler = av.AudioResampler(stream.format, "mono", rate, stream.frame_size or 960)
        for number in range(100):
            frame.pts = number * 960
            for piece in resampler.resample(frame):
                file.mux(stream.encode(piece))
        file.mux(stream.encode(None))


@pytest.mark.parametrize("suffix", CODECS)
def test_a_recording_says_what_it_is(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"0001.{suffix}"
    record(path, track="12", comment="Why the sea\nand the moon agree.", **SAID)
    (episode,) = read(tmp_path)
    assert (episode.title, episode.author) == ("Tides at noon", "Ann Lee")
    assert episode.duration == pytest.approx(2.0, abs=0.2)
    if suffix != "wav":
        assert (episode.podcast, episode.published, episode.number) == ("The Tide Table", "2024-05-01", 12.0)
        assert (episode.description or "").startswith("Why the sea")


def frame(name: str, text: str) -> bytes:
    body = b"\x03" + text.encode()
    return name.encode() + len(body).to_bytes(4, "big") + b"\x00\x00" + body


def mp3(**tags: str) -> bytes:
    """An MP3 of silence with an ID3 header (https://id3.org/id3v2.3.0)."""
    frames = b"".join(frame(name, text) for name, text in tags.items())
    encoded = bytes((len(frames) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + encoded + frames + (b"\xff\xfb\x90\x00" + b"\x00" * 413) * 40


def test_the_day_in_a_name_and_the_heading_of_a_transcript_come_before_tags(tmp_path: Path) -> None:
    (tmp_path / "2024-06-02 High tide.mp3").write_bytes(mp3(TIT2="Tides", TDRC="2024-05-01"))
    (tmp_path / "2024-06-02 High tide.md").write_text("---\ntitle: A tide\n---\nWords.\n")
    (episode,) = read(tmp_path)
    assert (episode.title, episode.published) == ("A tide", "2024-06-02")


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"TIT2": "a\x00\x1b[31mb\u202ec", "TDRC": "2024"}, ("a", None, None)),
        ({"TIT2": "Track 01", "TPE1": "Unknown Artist"}, ("High tide", None, None)),
        ({"TIT2": "\x07Tides\r\n at\x1b noon ", "TPE1": "\x00"}, ("Tides at noon", None, None)),
        ({"TIT2": "x" * 5000, "TDRC": "2024-13-41"}, ("x" * 299 + "…", None, None)),
        ({"TDRC": "2024-05-01T06:00:00", "TPE1": "Ann\tLee"}, ("High tide", "Ann Lee", "2024-05-01")),
    ],
)
def test_tags_that_are_odd_or_hostile_do_no_harm(
    tmp_path: Path, tags: dict[str, str], expected: tuple[str, str | None, str | None]
) -> None:
    (tmp_path / "High tide.mp3").write_bytes(mp3(**tags))
    (episode,) = read(tmp_path)
    assert (episode.title, episode.author, episode.published) == expected


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([b"ID3\x03\x00\x00", b"fLaC", b"OggS\x00", b"RIFF", b"\x00\x00\x00 ftypM4A ", b"FORM"]),
    st.binary(max_size=300),
)
def test_any_bytes_may_stand_where_a_recording_should(magic: bytes, rest: bytes) -> None:
    tags = read_tags(io.BytesIO(magic + rest))
    assert tags.title is None or tags.title.isprintable()
    assert tags.duration is None or 0 < tags.duration <= 360_000


def test_a_recording_without_tags_has_none(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.touch()
    assert read_tags(str(path)) == NO_TAGS
    assert read_tags(str(tmp_path / "gone.mp3")) == NO_TAGS


def sounds(path: Path, seconds: int) -> None:
    with wave.open(str(path), "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(1)
        recording.setframerate(800)
        recording.writeframes(b"\x80" * 800 * seconds)


def test_tags_are_read_again_when_the_file_has_changed_and_at_no_other_time(tmp_path: Path) -> None:
    talks, kept = tmp_path / "talks", tmp_path / "log" / "tags.json"
    talks.mkdir()
    sounds(talks / "a.wav", 1)
    sounds(talks / "b.wav", 2)

    def durations() -> list[float | None]:
        return [one.duration for one in read_local_files(f"{talks}/*", str(tmp_path), kept).episodes]

    assert durations() == [1.0, 2.0]
    content: dict[str, Any] = json.loads(kept.read_bytes())
    content["recordings"][str(talks / "a.wav")][2][4] = 77.0
    kept.write_text(json.dumps(content))
    assert durations() == [77.0, 2.0]
    os.utime(talks / "a.wav", ns=(5, 5))
    assert durations() == [1.0, 2.0]
    (talks / "b.wav").unlink()
    assert durations() == [1.0]
    assert len(json.loads(kept.read_bytes())["recordings"]) == 1
    kept.write_text("{")
    assert durations() == [1.0]
