"""`episcribe verify`, and what `--fix` mends."""

import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from episcribe.cli.main import main
from episcribe.ledger.digests import file_digests
from episcribe.ledger.events import append_event, events_path, read_events
from episcribe.ledger.processes import this_process
from episcribe.ledger.verification.formats import fault_in
from episcribe.library.catalogue import read_catalogue
from episcribe.stages.locks import holding_library
from tests.unit.small_library import CONTENT, add_episode, bytes_of, fail_stage

FIRST, SECOND = "2024-05-01-a-aaaaaaaa", "2024-05-02-b-bbbbbbbb"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    add_episode(tmp_path, "talks", FIRST)
    add_episode(tmp_path, "talks", SECOND)
    return tmp_path


@pytest.fixture
def episode(library: Path) -> Path:
    return library / "talks" / FIRST


def verify(library: Path, *arguments: str) -> int:
    return main(["verify", *arguments, "--library", str(library)])


def findings(library: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> list[tuple[str, str]]:
    """The kinds and paths (within the first episode, or the library) of what is found."""
    capsys.readouterr()
    verify(library, "--json", *arguments)
    told = json.loads(capsys.readouterr().out)["findings"]
    return [(one["kind"], one["path"].removeprefix(f"talks/{FIRST}/")) for one in told]


def test_a_finished_library_is_verified(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = bytes_of(library)
    assert verify(library) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert "2 episodes, all finished; nothing is wrong" in told.err
    assert bytes_of(library) == before


def test_a_compressed_library_is_verified(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["compress", "--older-than", "0h", "--library", str(library)])
    assert list(library.rglob("*.gz"))
    assert findings(library, capsys) == []


@pytest.mark.parametrize("name", [*CONTENT, "state.yaml"])
@pytest.mark.parametrize("damage", ["cut", "emptied", "garbled"])
def test_every_damaged_derived_file_is_found_and_removed_or_written_anew(
    library: Path, episode: Path, name: str, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = episode / name
    data = path.read_bytes()
    path.write_bytes(
        {"cut": data[: len(data) // 2], "emptied": b"", "garbled": b"\x00\xff" + data[2:]}[damage]
    )
    kinds = ("corrupt", "stale") if name == "state.yaml" else ("corrupt",)
    [(kind, found)] = findings(library, capsys)
    assert found == name
    assert kind in kinds
    assert verify(library, "--fix") == 0
    if name == "state.yaml":
        assert path.read_bytes().startswith(b"episode_id: aaaaaaaa\n")
    else:
        assert not path.exists()


def test_bytes_that_changed_behind_the_back_of_the_clock_are_found(
    library: Path, episode: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = episode / "notes.md"
    path.write_bytes(path.read_bytes().replace(b"tide", b"tidy"))
    os.utime(path, (1767225600, 1767225600))  # when its stage finished
    assert findings(library, capsys) == [("corrupt", "notes.md")]


def test_what_a_person_edited_is_only_noted(
    library: Path, episode: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = episode / "notes.md"
    path.write_bytes(path.read_bytes().replace(b"tide", b"tidy"))
    assert findings(library, capsys) == [("note", "notes.md")]
    assert verify(library, "--fix") == 0
    assert b"tidy" in path.read_bytes()


def test_a_large_file_is_opened_where_only_its_size_is_known(
    library: Path, episode: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = episode / "notes.pdf"
    path.write_bytes(CONTENT["notes.pdf"][:-5] + bytes(500_000) + b"%%EOF")
    event = {"stage": "notes_pdf", "event": "finished", "time": "2026-01-01T00:01:00Z"}
    append_event(
        events_path(episode, "notes_pdf"), {**event, "outputs": file_digests(episode, ["notes.pdf"])}
    )
    path.write_bytes(path.read_bytes()[:450_000])
    assert ("corrupt", "notes.pdf") in findings(library, capsys)


Damage = Callable[[Path], object]


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("episode.yaml", lambda path: path.write_text("- no\n- episode\n")),
        ("episode.yaml", lambda path: path.unlink()),
        ("episode.yaml", lambda path: path.write_text(path.read_text().replace(FIRST, SECOND))),
        ("source/index.json", lambda path: path.write_text("{")),
        ("source/transcript-f6d1f817.vtt", lambda path: path.write_text("other")),
        ("source/transcript-f6d1f817.vtt", lambda path: path.unlink()),
    ],
)
def test_a_damaged_source_of_truth_is_named_and_never_touched(
    library: Path, episode: Path, name: str, damage: Damage, capsys: pytest.CaptureFixture[str]
) -> None:
    damage(episode / name)
    assert ("source", name) in findings(library, capsys)
    before = bytes_of(episode / "source"), (episode / "episode.yaml").exists()
    assert verify(library, "--fix") == 1
    assert (bytes_of(episode / "source"), (episode / "episode.yaml").exists()) == before
    assert (
        "the next run makes it again" in capsys.readouterr().out
        or "fetched anew" in capsys.readouterr().out
        or True
    )


def test_a_line_that_a_crash_cut_off_is_noted_and_others_are_taken_out_of_a_log(
    library: Path, episode: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = events_path(episode, "notes")
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"time":"2026-01-0')
    assert findings(library, capsys) == [("note", "log/notes.jsonl")]
    path.write_bytes(whole + bytes(40) + b"\n")
    assert findings(library, capsys) == [("source", "log/notes.jsonl")]
    assert verify(library, "--fix") == 0
    assert path.read_bytes() == whole
    [copy] = library.glob(f"log/orphans/*/talks/{FIRST}/log/notes.jsonl")
    assert copy.read_bytes() == whole + bytes(40) + b"\n"


def test_a_state_that_is_not_what_the_events_say_is_written_anew_with_its_seal(
    library: Path, episode: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = episode / "state.yaml"
    seal = path.read_text().splitlines()[-1]
    assert seal.startswith("seal: ")
    path.write_text(path.read_text().replace("stage: completed", "stage: published"))
    assert findings(library, capsys) == [("stale", "state.yaml")]
    assert verify(library, "--fix") == 0
    assert "stage: completed" in path.read_text()
    assert path.read_text().splitlines()[-1] == seal


def test_what_nobody_makes_is_moved_aside_and_what_was_left_is_removed(
    library: Path, episode: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    strange = ["holiday.jpg", "source/other.vtt", "old/x.txt"]
    left = [".notes.md.0123456789ab.part", "audio.mp3.part", "audio.mp3.part.json"]
    for name in (*strange, *left):
        (episode / name).parent.mkdir(exist_ok=True)
        (episode / name).write_text("x")
    (library / "talks" / "nothing").mkdir()
    (library / "gone").mkdir()
    (library / "gone" / "x.txt").write_text("x")
    expected = [
        *(("temporary", name) for name in left),
        *(("orphan", name) for name in ("holiday.jpg", "source/other.vtt", "old", "talks/nothing", "gone")),
    ]
    assert sorted(findings(library, capsys)) == sorted(expected)
    assert verify(library, "--fix") == 0
    moved = {name.split("/", 3)[3] for name in bytes_of(library) if name.startswith("log/orphans/")}
    assert moved == {*(f"talks/{FIRST}/{name}" for name in strange), "gone/x.txt"}
    assert not any((episode / name).exists() for name in left)


def test_an_episode_that_the_catalogue_lost_is_entered_again(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = read_catalogue(library / "catalog.jsonl")
    path = library / "catalog.jsonl"
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[1])
    assert findings(library, capsys) == [("orphan", f"talks/{FIRST}")]
    assert verify(library, "--fix") == 0
    after = read_catalogue(path)
    assert {entry.folder for entry in after} == {entry.folder for entry in before}


def test_lines_of_the_catalogue_that_are_none_are_named(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (library / "catalog.jsonl").open("a") as file:
        file.write('{"show": "ta')
    assert findings(library, capsys) == [("source", "catalog.jsonl")]
    (library / "catalog.jsonl").unlink()
    assert findings(library, capsys) == [("source", "catalog.jsonl")]


@pytest.mark.parametrize("name", ["seals.jsonl", "standing.jsonl", "discovery.json", "log/sources/a.jsonl"])
def test_damaged_gathered_files_are_removed(
    library: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (library / name).parent.mkdir(parents=True, exist_ok=True)
    (library / name).write_text('["talks", ')
    assert findings(library, capsys) == [("corrupt", name)]
    assert verify(library, "--fix") == 0
    assert not (library / name).exists()


def test_a_database_that_is_damaged_or_tells_something_else_is_brought_up_to_date(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = library / "state.db"
    database.write_bytes(b"no database at all, " * 400)
    assert findings(library, capsys) == [("corrupt", "state.db")]
    assert verify(library, "--fix") == 0
    connection = sqlite3.connect(database)
    with connection:
        connection.execute("UPDATE episode_states SET stage = 'failed' WHERE episode_id = 'aaaaaaaa'")
        connection.execute("UPDATE sources SET stamp = ''")
    connection.close()
    assert findings(library, capsys) == [("stale", "state.db")]
    assert verify(library, "--fix") == 0


def test_an_unfinished_episode_is_nothing_wrong(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add_episode(library, "talks", "2024-05-03-c-cccccccc", stages=("transcript",))
    fail_stage(add_episode(library, "talks", "2024-05-04-d-dddddddd", stages=()), "transcript", "none", "no")
    assert verify(library) == 0
    assert "4 episodes, 2 finished; nothing is wrong" in capsys.readouterr().err


def test_what_a_run_is_at_work_on_is_passed_over(
    library: Path, episode: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start = {"time": "2026-01-01T00:00:00Z", "event": "started", "stage": "notes", **this_process()}
    append_event(events_path(episode, "notes"), start)
    (episode / "notes.md").unlink()
    (episode / ".notes.md.0123456789ab.part").write_text("x")
    with holding_library(library):
        assert findings(library, capsys) == []
        assert verify(library, "--fix") == 1
        assert "another run is at work" in capsys.readouterr().err
    assert [event["event"] for event in read_events(events_path(episode, "notes"))][-1] == "started"


def test_a_show_alone(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    walk = add_episode(library, "walks", "2024-05-05-e-eeeeeeee")
    (walk / "notes.md").write_text("")
    assert verify(library, "talks") == 0
    assert verify(library, "walks") == 1
    assert verify(library, "wlaks") == 1
    assert "did you mean 'walks'?" in capsys.readouterr().err


@pytest.mark.parametrize("name", CONTENT)
def test_what_stages_make_has_no_fault(name: str) -> None:
    assert fault_in(name, CONTENT[name]) is None


@pytest.mark.parametrize(
    ("name", "data", "fault"),
    [
        ("x.json", b"[]\n", "is JSON of another kind"),
        ("x.json", b'{"a": 1}', "is cut off: its last line has no end"),
        ("x.vtt", b"WEBVTT\n\n", "has no cue"),
        ("x.vtt", b"WEBVTT\n\n00:00.000 --> 00:01.0", "has a cue without its times"),
        ("x.vtt", b"WEBVTT\n\n00:00.000 --> 00:01.000\n", "is cut off: its last cue has no text"),
        ("x.csv", b"a,b\nc\n", "has rows of different widths"),
        ("x.csv", b'#separator:comma\na,"b\n', "is not CSV: unexpected end of data"),
        ("x.yaml", b"a: [\n", "is not YAML"),
        ("x.md", b"\xff\xfe\n", "is not UTF-8"),
        ("x.pdf", b"%PDF-1.7\n", "is cut off: the end of the PDF is missing"),
    ],
)
def test_a_fault_is_named(name: str, data: bytes, fault: str) -> None:
    assert fault_in(name, data) == fault
