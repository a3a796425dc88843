"""`state.db`: what it holds, and that updating it yields what building it anew does."""

import json
import multiprocessing
import os
import resource
import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from episcribe.ledger.events import append_event, events_path
from episcribe.ledger.views.database import on_network
from episcribe.ledger.views.schema import VERSION
from episcribe.ledger.views.updating import update_views
from episcribe.library.catalogue import read_catalogue, write_catalogue
from episcribe.library.errors import EpiscribeError
from tests.made_library import MadeLibrary, module, run_stage, transcript

_NUMBERS = {"episodes": 1, "module_execution_log": 0, "processing_log": 0}
_TABLES = (
    "podcasts",
    "episodes",
    "episode_states",
    "episode_tracks",
    "module_execution_log",
    "processing_log",
    "jobs",
    "sources",
)


@pytest.fixture
def made(tmp_path: Path) -> MadeLibrary:
    library = MadeLibrary(tmp_path / "processed")
    library.finished("aaaaaaaa", day="2024-05-01")
    library.finished("bbbbbbbb", day="2024-05-02", show="nachtzug")
    failed = library.add("cccccccc", day="2024-05-03")
    run_stage(
        failed,
        "transcript",
        1,
        failure={"kind": "transient", "error": "no answer"},
        modules=[
            module("youtube", "completed", 1, 10, outcome="none"),
            module("rss", "failed", 1, 30, error="no answer"),
        ],
    )
    library.add("dddddddd", day="2024-05-04")
    return library


def rows_of(library: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows but for the numbers that the data base gives them, and the words that are found."""
    with closing(sqlite3.connect(library / "state.db")) as connection:
        rows: dict[str, list[tuple[object, ...]]] = {}
        for table in _TABLES:
            left_out = _NUMBERS.get(table)
            rows[table] = sorted(
                (
                    tuple(cell for n, cell in enumerate(row) if n != left_out)
                    for row in connection.execute(f"SELECT * FROM {table}")
                ),
                key=repr,
            )
        rows["passages"] = connection.execute(
            "SELECT e.id, p.id & 1048575, kind, start, speaker, starts, text FROM passages p "
            "JOIN episodes e ON e.number = p.id >> 20 ORDER BY 1, 2"
        ).fetchall()
        for word in ("tide", "heron", "lodz", "ebb", "sparrow"):
            rows[word] = connection.execute(
                "SELECT e.id, f.rowid & 1048575 FROM passages_fts f "
                "JOIN episodes e ON e.number = f.rowid >> 20 WHERE passages_fts MATCH ? ORDER BY 1, 2",
                (word,),
            ).fetchall()
    return rows


def rebuilt_rows(library: Path) -> dict[str, list[tuple[object, ...]]]:
    for name in ("state.db", "state.db-wal", "state.db-shm", "index.json", "processing_log.json"):
        (library / name).unlink(missing_ok=True)
    update_views(library)
    return rows_of(library)


def documents_of(library: Path) -> dict[str, bytes]:
    names = ("index.json", "processing_log.json", "processing_log.csv")
    return {name: (library / name).read_bytes() for name in names}


def query(library: Path, statement: str, *values: object) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(library / "state.db")) as connection:
        return connection.execute(statement, values).fetchall()


def test_an_update_yields_what_building_anew_does(made: MadeLibrary) -> None:
    update_views(made.path)
    first = made.path / "tidewater/2024-05-01-episode-aaaaaaaa"
    (first / "transcript.json").write_text(transcript(["A sparrow sang.", "Łódź again."], ("Ada", "Ben")))
    shutil.rmtree(made.path / "nachtzug")
    run_stage(made.path / "tidewater/2024-05-03-episode-cccccccc", "transcript", 9, run="r2")
    made.finished("eeeeeeee", show="abend", day="2023-01-01", title="Earlier")
    updated = update_views(made.path)
    assert (updated.read, updated.removed, updated.rebuilt) == (4, 0, False)
    incremental, documents = rows_of(made.path), documents_of(made.path)
    assert incremental["sparrow"] == [("aaaaaaaa", 0)]
    assert rebuilt_rows(made.path) == incremental
    assert documents_of(made.path) == documents


def test_what_the_catalogue_no_longer_has_is_taken_out(made: MadeLibrary) -> None:
    update_views(made.path)
    catalogue = made.path / "catalog.jsonl"
    write_catalogue(catalogue, [entry for entry in read_catalogue(catalogue) if entry.id != "aaaaaaaa"])
    assert update_views(made.path).removed == 1
    incremental = rows_of(made.path)
    assert {identifier for identifier, _ in incremental["tide"]} == {"bbbbbbbb"}
    assert "aaaaaaaa" not in json.dumps(incremental)
    assert rebuilt_rows(made.path) == incremental


def test_nothing_is_read_or_written_where_nothing_changed(made: MadeLibrary) -> None:
    update_views(made.path)
    before = {path: path.stat().st_mtime_ns for path in made.path.glob("*.*")}
    updated = update_views(made.path)
    assert (updated.read, updated.removed, updated.written) == (0, 0, ())
    assert {path: path.stat().st_mtime_ns for path in made.path.glob("*.*")} == before


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: append_event(events_path(folder, "notes"), {"event": "retry", "stage": "notes"}),
        lambda folder: (folder / "notes.pdf").unlink(),
        lambda folder: (folder / "notes.md").write_text("Other notes.\n"),
        lambda folder: (folder / "episode.yaml").write_text("id: x\n"),
        lambda folder: (folder / "broadcast.yaml").write_text("video_id: abc\n"),
        lambda folder: shutil.rmtree(folder / "log"),
    ],
    ids=["an event", "a file deleted", "notes edited", "the description edited", "a new file", "no log"],
)
def test_every_change_is_seen(made: MadeLibrary, change: object) -> None:
    update_views(made.path)
    change(made.path / "tidewater/2024-05-01-episode-aaaaaaaa")  # type: ignore[operator]
    assert update_views(made.path).read == 1
    assert update_views(made.path).read == 0


def test_the_progress_of_an_episode_is_asked_as_the_documents_do(made: MadeLibrary) -> None:
    update_views(made.path)
    rows = query(
        made.path,
        """
        SELECT module_name, state, status, start_time, end_time
        FROM module_execution_log
        WHERE episode_id = ?
        ORDER BY start_time
        """,
        "cccccccc",
    )
    assert [row[:3] for row in rows] == [("youtube", "completed", "partial"), ("rss", "failed", "error")]


def test_success_and_duration_of_modules_are_asked_as_the_documents_do(made: MadeLibrary) -> None:
    update_views(made.path)
    [[total]] = query(made.path, "SELECT COUNT(*) FROM module_execution_log WHERE module_name = ?", "youtube")
    [[successful]] = query(
        made.path,
        "SELECT COUNT(*) FROM module_execution_log WHERE module_name = ? AND state = 'completed'",
        "youtube",
    )
    assert (total, successful) == (1, 1)
    statement = """
        SELECT
            module_name,
            COUNT(*) as total_runs,
            SUM(CASE WHEN state = 'completed' THEN 1 ELSE 0 END) as successful,
            SUM(CASE WHEN state = 'failed' THEN 1 ELSE 0 END) as failed,
            AVG(strftime('%s', end_time) - strftime('%s', start_time)) as avg_duration
        FROM module_execution_log
        GROUP BY module_name;
    """
    asked = query(made.path, statement)
    assert asked == [("rss", 1, 0, 1, 30.0), ("youtube", 1, 1, 0, 10.0)]
    assert query(made.path, "SELECT * FROM module_performance") == asked


def test_the_progress_of_all_is_asked_as_the_documents_do(made: MadeLibrary) -> None:
    update_views(made.path)
    statement = """
        SELECT
            e.title,
            p.name as podcast_name,
            e.processing_status as current_state,
            COUNT(m.module_name) as modules_run,
            SUM(CASE WHEN m.state = 'completed' THEN 1 ELSE 0 END) as modules_success
        FROM episodes e
        JOIN podcasts p ON e.podcast_id = p.id
        LEFT JOIN module_execution_log m ON e.id = m.episode_id
        WHERE e.processing_status != 'completed'
        GROUP BY e.id
        ORDER BY e.published_date DESC;
    """
    asked = query(made.path, statement)
    assert asked == [
        ("Episode dddddddd", "Tidewater", "pending", 0, 0),
        ("Episode cccccccc", "Tidewater", "pending", 2, 1),
    ]
    assert query(made.path, "SELECT * FROM episode_progress") == asked


def test_a_module_at_work_is_the_status_of_its_episode(made: MadeLibrary) -> None:
    folder = made.path / "tidewater/2024-05-04-episode-dddddddd"
    for event in ({"event": "started"}, {"event": "module", "module": "website"}):
        append_event(
            events_path(folder, "transcript"),
            {"stage": "transcript", "time": "2026-03-01T10:00:00.000Z", **event},
        )
    update_views(made.path)
    status = query(made.path, "SELECT processing_status FROM episodes WHERE id = 'dddddddd'")
    assert status == [("module_website",)]
    states = query(made.path, "SELECT state, status FROM module_execution_log WHERE episode_id = 'dddddddd'")
    assert states == [("running", None)]


@pytest.mark.parametrize("damage", ["text", "torn", "no tables", "another version", "empty"])
def test_a_data_base_that_cannot_be_used_is_built_anew_and_said_so(made: MadeLibrary, damage: str) -> None:
    update_views(made.path)
    good, path, said = rows_of(made.path), made.path / "state.db", []
    if damage == "text":
        path.write_text("no data base at all, but rather some text\n" * 100)
    elif damage == "torn":
        data = path.read_bytes()
        path.write_bytes(data[:2000] + os.urandom(len(data) - 2000))
    elif damage == "empty":
        path.write_bytes(b"")
    else:
        with closing(sqlite3.connect(path)) as connection:
            change = "DROP TABLE sources" if damage == "no tables" else f"PRAGMA user_version={VERSION + 1}"
            connection.execute(change)
    updated = update_views(made.path, say=said.append)
    assert updated.rebuilt
    assert "anew" in said[0]
    assert rows_of(made.path) == good


def test_a_document_that_was_damaged_is_written_again(made: MadeLibrary) -> None:
    update_views(made.path)
    good = documents_of(made.path)
    (made.path / "index.json").write_text("{")
    (made.path / "processing_log.csv").unlink()
    assert update_views(made.path).written == ("index.json", "processing_log.csv")
    assert documents_of(made.path) == good


def test_without_a_catalogue_the_files_of_the_episodes_are_read(made: MadeLibrary) -> None:
    update_views(made.path)
    episodes = query(made.path, "SELECT id, title, stage FROM episodes ORDER BY id")
    (made.path / "catalog.jsonl").unlink()
    said: list[str] = []
    update_views(made.path, say=said.append)
    assert query(made.path, "SELECT id, title, stage FROM episodes ORDER BY id") == episodes
    assert "not there" in said[0]


def _update_often(library: Path, times: int) -> None:
    for _ in range(times):
        update_views(library)


def test_writers_at_once_lose_no_event(made: MadeLibrary) -> None:
    update_views(made.path)
    folder = made.path / "tidewater/2024-05-04-episode-dddddddd"
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_update_often, args=(made.path, 8)) for _ in range(2)]
    for writer in writers:
        writer.start()
    for number in range(60):
        append_event(
            events_path(folder, "notes"),
            {"event": "retry", "stage": "notes", "time": f"2026-03-01T10:00:{number:02d}.000Z"},
        )
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
    update_views(made.path)
    [[count]] = query(made.path, "SELECT count(*) FROM processing_log WHERE episode_id = 'dddddddd'")
    assert count == 60


def test_an_update_that_is_killed_is_completed_by_the_next(made: MadeLibrary) -> None:
    update_views(made.path)
    folders = [made.finished(f"k{number:07d}", show=f"show-{number % 3}") for number in range(40)]
    context = multiprocessing.get_context("fork")
    for turn in range(6):
        for folder in folders:
            (folder / "transcript.json").write_text(transcript([f"Sparrow {turn}.", "A tide."]))
        process = context.Process(target=_update_often, args=(made.path, 1))
        process.start()
        process.join(0.01 + turn * 0.015)
        process.kill()
        process.join()
    update_views(made.path)
    incremental, documents = rows_of(made.path), documents_of(made.path)
    assert len(incremental["sparrow"]) == 40
    assert rebuilt_rows(made.path) == incremental
    assert documents_of(made.path) == documents


def _build_with_little_room(library: Path, most: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    try:
        update_views(library, rebuild=True)
    except (EpiscribeError, OSError):
        os._exit(7)


def test_where_there_is_no_room_the_old_data_base_stays(made: MadeLibrary) -> None:
    update_views(made.path)
    before = rows_of(made.path)
    process = multiprocessing.get_context("fork").Process(
        target=_build_with_little_room, args=(made.path, 50_000)
    )
    process.start()
    process.join(60)
    assert process.exitcode == 7
    assert rows_of(made.path) == before
    assert not list(made.path.glob(".*.part*"))


def test_who_reads_is_not_held_up_while_all_is_built_anew(made: MadeLibrary) -> None:
    update_views(made.path)
    with closing(sqlite3.connect(made.path / "state.db", timeout=0)) as reader:
        reader.execute("BEGIN")
        before = reader.execute("SELECT count(*) FROM episodes").fetchone()
        made.finished("ffffffff")
        update_views(made.path, rebuild=True)
        assert reader.execute("SELECT count(*) FROM episodes").fetchone() == before
        reader.execute("COMMIT")
        assert reader.execute("SELECT count(*) FROM episodes").fetchone() == (before[0] + 1,)


def test_hostile_values_in_files_are_survived(made: MadeLibrary) -> None:
    folder = made.path / "tidewater/2024-05-04-episode-dddddddd"
    append_event(events_path(folder, "transcript"), {"event": "failed", "error": "\ud800", "attempt": 10**30})
    hostile = {"module": "x", "state": "failed", "start": {"a": 1}, "error": ["\udc00"], "seconds": 10**400}
    append_event(
        events_path(folder, "transcript"),
        {"event": "failed", "stage": "transcript", "time": "?", "modules": [hostile], "worker": 2**70},
    )
    (folder / "transcript.json").write_text(
        '{"segments": [{"body": "a \\ud800 b \\u0000"}, 3, {"body": []}]}'
    )
    update_views(made.path)
    assert query(made.path, "SELECT count(*) FROM episodes") == [(4,)]
    json.loads((made.path / "processing_log.json").read_bytes())


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/home/me/x", False),
        ("/mnt/share/x", True),
        ("/mnt/my disk/x", True),
        ("/mnt/sharer", False),
        ("/mnt/share/local/x", False),
        ("/media/ssh/x", True),
    ],
)
def test_network_file_systems_are_known_by_their_mounts(path: str, expected: bool) -> None:
    mounts = (
        "rootfs / ext4 rw 0 0\nserver:/x /mnt/share nfs4 rw 0 0\n//nas/x /mnt/my\\040disk cifs rw 0 0\n"
        "tmpfs /mnt/share/local tmpfs rw 0 0\nme@host: /media/ssh fuse.sshfs rw 0 0\nbroken\n"
    )
    assert on_network(Path(path), mounts) is expected
