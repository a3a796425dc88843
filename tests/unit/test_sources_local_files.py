"""Local files as episodes, and the files beside a local feed."""

import os
from pathlib import Path

import pytest

from episcribe.library.episode import ChaptersLink, Enclosure, Episode, TranscriptLink
from episcribe.sources.beside import Beside
from episcribe.sources.local_files import read_local_files


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
