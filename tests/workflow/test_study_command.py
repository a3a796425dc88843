"""`episcribe study` makes of single transcripts and feeds what Snakemake makes of a library."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from episcribe.library.layout import STUDY_PRODUCTS
from tests.loopback import LoopbackServer
from tests.workflow.library import environment, short_captions

NOTHING = "Nothing to be done"


def study(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `episcribe study` in `folder`."""
    command = [sys.executable, "-m", "episcribe.cli.main", "study", *arguments, "--cores", "2"]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env=environment(), timeout=120
    )


def succeeded(done: subprocess.CompletedProcess[str]) -> bool:
    assert done.returncode == 0, done.stdout + done.stderr
    return True


def made(out: Path) -> list[Path]:
    """The folders of the episodes below `out`; each has all of its files."""
    folders = sorted(path.parent for path in out.glob("*/*/episode.yaml"))
    for folder in folders:
        assert all((folder / name).stat().st_size > 0 for name in (*STUDY_PRODUCTS, "state.yaml"))
    return folders


def title(folder: Path) -> str:
    return str(yaml.safe_load((folder / "episode.yaml").read_text())["title"])


def times(out: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in out.glob("[!.]*/*-*-*-*/*") if path.is_file()}


def feed(place: str, count: int) -> str:
    items = "".join(
        f"<item><title>Talk {n}</title><guid>talk-{n}</guid>"
        f"<pubDate>Mon, {n + 1:02d} Jan 2024 06:00:00 GMT</pubDate>"
        f'<podcast:transcript url="{place}{n}.vtt" type="text/vtt"/></item>'
        for n in range(count)
    )
    space = "https://podcastindex.org/namespace/1.0"
    return f'<rss version="2.0" xmlns:podcast="{space}"><channel><title>Talks</title>{items}</channel></rss>'


@pytest.mark.slow
def test_a_transcript_becomes_an_episode_once_and_again_when_it_is_edited(tmp_path: Path) -> None:
    source = tmp_path / "2024-01-05 First talk.vtt"
    source.write_text(short_captions())
    call = (source.name, "--out", "out")
    done = study(tmp_path, *call)
    assert succeeded(done)
    assert "discouraged" not in done.stderr
    [folder] = made(tmp_path / "out")
    assert title(folder) == "First talk"
    assert folder.parent.name == "transcripts"
    assert folder.name.startswith("2024-01-05-first-talk-")

    before = times(tmp_path / "out")
    done = study(tmp_path, *call)
    assert succeeded(done)
    assert NOTHING in done.stderr
    assert times(tmp_path / "out") == before

    source.write_text(source.read_text().replace("tide", "flood"))
    assert succeeded(study(tmp_path, *call))
    assert made(tmp_path / "out") == [folder]
    assert "flood" in (folder / "transcript.txt").read_text()
    assert {path.name for path, time in times(tmp_path / "out").items() if time != before[path]} >= {
        *STUDY_PRODUCTS
    }


@pytest.mark.slow
def test_a_title_names_the_transcript_and_odd_paths_do_no_harm(tmp_path: Path) -> None:
    folder = tmp_path / "Ünter 'uns' & \"Co\""
    folder.mkdir()
    source = folder / "日本 [1] $HOME's talk.vtt"
    source.write_text(short_captions())
    out = folder / "ou t"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert succeeded(study(elsewhere, str(source), "--out", str(out), "--title", 'What "it\'s" <about>: ü'))
    [episode] = made(out)
    assert title(episode) == 'What "it\'s" <about>: ü'
    assert 'title: "What \\"it\'s\\" <about>: ü"' in (episode / "notes.md").read_text()
    assert list(elsewhere.iterdir()) == []


@pytest.mark.slow
def test_two_transcripts_are_two_episodes_of_one_show(tmp_path: Path) -> None:
    for name, skip in (("a", 0), ("b", 40)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "talk.vtt").write_text(short_captions(skip=skip))
    assert succeeded(study(tmp_path, "a/talk.vtt", "b/talk.vtt", "--out", "out", "--title", "Tides"))
    first, second = made(tmp_path / "out")
    assert first.parent == second.parent
    assert (first / "notes.md").read_text() != (second / "notes.md").read_text()


@pytest.mark.slow
def test_the_newest_episodes_of_a_local_feed_are_made(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.vtt").write_text(short_captions(skip=number * 9))
    (tmp_path / "feed.xml").write_text(feed("", 3))
    assert succeeded(study(tmp_path, "feed.xml", "--limit", "1", "--out", "out"))
    [folder] = made(tmp_path / "out")
    assert title(folder) == "Talk 2"


@pytest.mark.parametrize("source", ["nowhere.vtt", "recording.mp3"])
def test_what_is_no_transcript_is_refused_in_a_line(tmp_path: Path, source: str) -> None:
    (tmp_path / "recording.mp3").write_bytes(b"ID3\x03\x00\x00\x00\x00\x00\x00" + bytes(1000))
    done = study(tmp_path, source, "--out", "out")
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith(f"episcribe study: {source}: ")
    assert not (tmp_path / "out").exists()


def test_a_feed_on_a_private_address_is_refused_with_a_reason(tmp_path: Path) -> None:
    with LoopbackServer() as server:
        done = study(tmp_path, server.add("/feed.xml", feed(server.url, 1)), "--out", "out")
        assert not server.requests
    assert done.returncode == 1
    assert "private address" in done.stderr


@pytest.mark.slow
def test_a_transcript_that_cannot_be_used_fails_with_the_reason_last(tmp_path: Path) -> None:
    (tmp_path / "empty.vtt").write_text("WEBVTT\n")
    done = study(tmp_path, "empty.vtt", "--out", "out")
    assert done.returncode == 1
    assert any(line.startswith("Failed: transcripts/") for line in done.stderr.splitlines()[-8:])


def test_a_call_without_a_place_to_put_things_is_wrong(tmp_path: Path) -> None:
    done = study(tmp_path, "talk.vtt")
    assert done.returncode == 2
    assert "--out" in done.stderr
