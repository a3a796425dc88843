"""`episcribe clean`."""

import json
from pathlib import Path

import pytest

from episcribe.cli.main import main
from episcribe.library.layout import EPISODE
from episcribe.stages.locks import holding_library
from tests.unit.small_library import add_episode, bytes_of

FIRST, SECOND = "2024-05-01-a-aaaaaaaa", "2024-05-02-b-bbbbbbbb"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    add_episode(tmp_path, "talks", FIRST)
    add_episode(tmp_path, "talks", SECOND, stages=("transcript",))
    for folder in (FIRST, SECOND):
        (tmp_path / "talks" / folder / "audio.mp3").write_bytes(bytes(5000))
    return tmp_path


def clean(library: Path, *arguments: str) -> int:
    return main(["clean", *arguments, "--library", str(library)])


def test_a_clean_library_has_nothing_to_clean(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = bytes_of(library)
    assert clean(library, "--orphans", "--yes") == 0
    assert "nothing to clean" in capsys.readouterr().err
    assert bytes_of(library) == before


def test_orphans_are_listed_and_deleted_only_when_asked(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = bytes_of(library)
    left = ["talks/nothing/x.txt", f"talks/{FIRST}/.notes.md.0123456789ab.part", f"talks/{FIRST}/holiday.jpg"]
    for name in left:
        (library / name).parent.mkdir(exist_ok=True)
        (library / name).write_text("x" * 1000)
    assert clean(library, "--orphans") == 0
    told = capsys.readouterr()
    assert "talks/nothing: is a folder of no episode, 1.0 kB\n" in told.out
    assert "3.0 kB would be freed; --yes does it" in told.err
    assert bytes_of(library).keys() == before.keys() | set(left)
    assert clean(library, "--orphans", "--yes") == 0
    assert bytes_of(library) == before


def test_a_source_of_truth_is_moved_and_not_deleted(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = library / "catalog.jsonl"
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[1])
    description = (library / "talks" / FIRST / EPISODE).read_bytes()
    assert clean(library, "--orphans", "--yes", "--json") == 0
    [found] = json.loads(capsys.readouterr().out)["found"]
    assert (found["path"], found["is_moved"]) == (f"talks/{FIRST}", True)
    [moved] = library.glob(f"log/orphans/*/talks/{FIRST}/{EPISODE}")
    assert moved.read_bytes() == description


def test_without_a_whole_catalogue_nothing_is_an_orphan(library: Path) -> None:
    with (library / "catalog.jsonl").open("a") as file:
        file.write('{"show"')
    (library / "strange").mkdir()
    clean(library, "--orphans", "--yes")
    (library / "catalog.jsonl").unlink()
    clean(library, "--orphans", "--yes")
    assert (library / "strange").exists()


def test_recordings_of_finished_episodes_are_deleted(library: Path) -> None:
    clean(library, "--recordings")
    assert (library / "talks" / FIRST / "audio.mp3").exists()
    clean(library, "--recordings", "--yes")
    assert not (library / "talks" / FIRST / "audio.mp3").exists()
    assert (library / "talks" / SECOND / "audio.mp3").exists()
    assert "seal: " in (library / "talks" / FIRST / "state.yaml").read_text()
    assert main(["verify", "--library", str(library)]) == 0


def test_a_recording_that_is_to_be_broadcast_stays(library: Path) -> None:
    state = library / "talks" / FIRST / "state.yaml"
    state.write_text(state.read_text().replace("tracks:\n", "tracks:\n  broadcast:\n    stage: downloaded\n"))
    clean(library, "--recordings", "--yes")
    assert (library / "talks" / FIRST / "audio.mp3").exists()


def test_nothing_is_deleted_while_a_run_is_at_work(library: Path) -> None:
    with holding_library(library):
        assert clean(library, "--recordings", "--yes") == 1
    assert (library / "talks" / FIRST / "audio.mp3").exists()


def test_one_has_to_say_what(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert clean(library) == 2
    assert "say what: --orphans, --recordings" in capsys.readouterr().err
