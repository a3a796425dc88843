"""A disk that is full, and folders that may not be written to."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.harness import Chaos, feed_of, make_library, obey_permissions
from tests.disks import small_disk_at
from tests.loopback import LoopbackServer


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 40 MB in memory."""
    with small_disk_at(tmp_path / "disk", "40M") as place:
        yield place


@pytest.mark.parametrize("room", [0, 20_000, 80_000, 200_000, 400_000, 700_000])
def test_a_full_disk_is_told_and_the_work_is_completed_when_there_is_room(
    disk: Path, tmp_path: Path, server: LoopbackServer, room: int
) -> None:
    chaos = make_library(tmp_path / "work", server, local=3, remote=2, library=str(disk / "library"))
    chaos.processed.symlink_to(disk / "library")
    ballast = disk / "ballast"
    free = os.statvfs(disk)
    ballast.write_bytes(bytes(free.f_bavail * free.f_frsize - room))
    before = chaos.run(check=False)
    lines = [line for line in before.stderr.splitlines() if "No space left" in line or "disk is full" in line]
    assert before.returncode != 0 or lines
    assert "Traceback" not in before.stderr, before.stderr
    assert lines
    found = chaos.verify()
    assert "Traceback" not in found.stderr, found.stderr
    ballast.unlink()
    logs = chaos.logs()
    if room:
        chaos.ask("retry", "--library", "processed", check=False)
    done = chaos.run(check=False)
    assert done.returncode == 0, done.stderr
    assert all(chaos.logs()[name].startswith(data) for name, data in logs.items())
    chaos.check_complete(5)


def test_a_complete_library_on_a_full_disk_loses_nothing(
    disk: Path, tmp_path: Path, server: LoopbackServer
) -> None:
    chaos = make_library(tmp_path / "work", server, local=3, remote=2, library=str(disk / "library"))
    chaos.processed.symlink_to(disk / "library")
    chaos.run()
    for folder in chaos.episodes():
        os.utime(folder / "transcript.json")
    ballast = disk / "ballast"
    free = os.statvfs(disk)
    ballast.write_bytes(bytes(free.f_bavail * free.f_frsize))
    done = chaos.run(check=False)
    assert "Traceback" not in done.stderr, done.stderr
    ballast.unlink()
    again = chaos.run(check=False)
    assert again.returncode == 0, again.stderr
    chaos.check_complete(5)


@pytest.mark.parametrize("inside", ["", "talks", "log"])
def test_a_folder_that_may_not_be_written_to_is_told_in_a_line(small: Chaos, inside: str) -> None:
    obey_permissions(small)
    (small.episodes()[0] / "notes.pdf").unlink()
    (small.episodes()[-1] / "notes.pdf").unlink()
    places = [small.processed / inside, *(p for p in (small.processed / inside).rglob("*") if p.is_dir())]
    modes = {place: place.stat().st_mode for place in places}
    for place in places:
        place.chmod(0o555)
    done, found = small.run(check=False), small.verify()
    dry = small.run("--dry-run", check=False)
    for place, mode in modes.items():
        place.chmod(mode)
    for one in (done, found, dry):
        assert "Traceback" not in one.stderr, one.stderr
    assert inside == "log" or "permission" in done.stderr
    assert done.returncode != 0 or inside == "log"
    again = small.run(check=False)
    assert again.returncode == 0, again.stderr
    small.check_complete(4)


@pytest.mark.slow
def test_a_show_that_may_not_be_written_to_stops_no_other(tmp_path: Path, server: LoopbackServer) -> None:
    chaos = make_library(tmp_path, server, local=2, remote=2)
    obey_permissions(chaos)
    chaos.run("transcripts")
    show = chaos.processed / "talks"
    for place in (show, *show.rglob("*")):
        place.chmod(0o555 if place.is_dir() else 0o444)
    first = next((tmp_path / "talks").iterdir())
    (tmp_path / "talks" / "2024-05-05 Newer talk.vtt").write_bytes(first.read_bytes())
    server.add("/feed.xml", feed_of(server.url, 3).encode(), content_type="application/rss+xml")
    server.add("/2.vtt", first.read_bytes(), content_type="text/vtt")
    chaos.configuration["refresh"] = 0
    chaos.configure(*chaos.configuration.pop("shows"), **chaos.configuration)
    done = chaos.run(check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "\nNot read: talks: processed/talks/2024-05-05-newer-talk-" in done.stderr
    assert "\nNot written: talks: processed/talks/2024-01-01-talk-0-" in done.stderr
    assert "Episcribe: 6 episodes in processed; 3 complete, 3 to be made" in done.stderr
    for place in (show, *show.rglob("*")):
        place.chmod(0o755 if place.is_dir() else 0o644)
    assert chaos.run(check=False).returncode == 0
    chaos.check_complete(6)
