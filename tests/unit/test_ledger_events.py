"""Events: appended by several processes at once, read in the order of what happened, closed after a crash."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from episcribe.ledger.digests import SMALL, file_digest, file_digests
from episcribe.ledger.events import (
    append_event,
    episode_events,
    events_path,
    last_event,
    moment_of,
    moment_text,
    read_events,
)
from episcribe.ledger.processes import close_interrupted, is_alive, this_process
from episcribe.stages.job import Job, run_job

APPENDER = """
import sys
from pathlib import Path
from episcribe.ledger.events import append_event
for number in range(200):
    append_event(Path(sys.argv[1]), {"event": "x", "by": sys.argv[2], "number": number, "text": "é" * 3000})
"""


def start(stage: str, **more: Any) -> dict[str, Any]:
    return {"time": "2026-01-01T00:00:00.000Z", "event": "started", "stage": stage, **more}


def test_processes_that_append_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "log" / "x.jsonl"
    appenders = [subprocess.Popen([sys.executable, "-c", APPENDER, str(path), name]) for name in "abc"]
    assert [appender.wait() for appender in appenders] == [0, 0, 0]
    events = list(read_events(path))
    for name in "abc":
        assert [event["number"] for event in events if event["by"] == name] == list(range(200))


def test_a_clock_that_was_set_back_does_not_change_the_order_within_a_stage(tmp_path: Path) -> None:
    path = events_path(tmp_path, "notes")
    append_event(path, {"event": "started", "stage": "notes", "time": "2026-01-02T00:00:00Z"})
    append_event(path, {"event": "finished", "stage": "notes", "time": "2026-01-01T00:00:00Z"})
    append_event(
        events_path(tmp_path, "pdf"), {"event": "started", "stage": "pdf", "time": "2026-01-01T12:00:00Z"}
    )
    assert [event["event"] for event in episode_events(tmp_path) if event["stage"] == "notes"] == [
        "started",
        "finished",
    ]


def test_an_event_says_where_it_stands(tmp_path: Path) -> None:
    path = events_path(tmp_path, "notes")
    append_event(path, start("notes"))
    with path.open("ab") as file:
        file.write(b"torn")
    append_event(path, start("notes"))
    assert [event["at"] for event in episode_events(tmp_path)] == ["log/notes.jsonl:1", "log/notes.jsonl:3"]


def test_text_that_utf8_cannot_say_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    append_event(path, {"event": "failed", "error": "caf\udce9 \n \u2028"})
    assert [event["error"] for event in read_events(path)] == ["caf\udce9 \n \u2028"]


@pytest.mark.parametrize("long", [10, 9000, 30_000])
def test_the_last_event_is_read_from_the_end_however_long_it_is(tmp_path: Path, long: int) -> None:
    path = tmp_path / "x.jsonl"
    for number in range(3):
        append_event(path, {"event": "x", "number": number, "text": "y" * long})
    last = last_event(path)
    assert last is not None
    assert last["number"] == 2


def test_the_last_event_is_found_behind_a_torn_line(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    append_event(path, {"event": "x"})
    with path.open("ab") as file:
        file.write(b'{"event": "fin')
    assert last_event(path) == {"event": "x"}
    assert last_event(tmp_path / "none") is None


@given(st.floats(min_value=0, max_value=4e9))
def test_a_moment_survives_being_written(seconds: float) -> None:
    back = moment_of(moment_text(seconds))
    assert back is not None
    assert abs(back - seconds) <= 0.001


@pytest.mark.parametrize("value", [None, "", "soon", True, -1, 1e300, float("nan"), [], "9999-99-99"])
def test_what_is_no_time_is_none(value: object) -> None:
    assert moment_of(value) is None


def test_the_start_of_a_process_that_is_gone_is_closed(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    path = events_path(tmp_path, "notes")
    append_event(path, start("notes", host=os.uname().nodename, pid=child.pid))
    append_event(path, {"event": "module", "stage": "notes", "module": "rss"})
    assert close_interrupted(tmp_path) == ["notes"]
    assert [event["event"] for event in read_events(path)] == ["started", "module", "interrupted"]
    assert close_interrupted(tmp_path) == []


def test_a_process_that_is_at_work_is_left_alone(tmp_path: Path) -> None:
    append_event(events_path(tmp_path, "notes"), start("notes", **this_process()))
    assert close_interrupted(tmp_path) == []


def test_another_process_of_the_same_number_is_told_apart() -> None:
    me = this_process()
    assert is_alive(me)
    if me["born"] is None:
        pytest.skip("this system does not tell when a process was born")
    assert not is_alive({**me, "born": me["born"] - 1})


def test_a_process_of_another_host_is_given_a_day(tmp_path: Path) -> None:
    event = start("notes", host="elsewhere", pid=1)
    begun = moment_of(event["time"])
    assert begun is not None
    assert is_alive(event, begun + 3600)
    assert not is_alive(event, begun + 90_000)


def test_an_episode_without_a_log_has_nothing_to_close(tmp_path: Path) -> None:
    assert close_interrupted(tmp_path) == []


def test_small_files_are_known_by_their_bytes_and_large_ones_by_size_and_time(tmp_path: Path) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    small.write_bytes(b"x")
    large.write_bytes(b"x" * (SMALL + 1))
    before = file_digests(tmp_path, ["small", "large", "none"])
    os.utime(small, (1, 1))
    os.utime(large, (1, 1))
    after = file_digests(tmp_path, ["small", "large", "none"])
    assert before["small"] == after["small"]
    assert before["large"] != after["large"]
    assert after["none"] is None
    small.write_bytes(b"y")
    assert file_digest(small) != before["small"]


def call(folder: Path) -> list[str]:
    return [str(folder / "notes.md"), '{"version": 1}', str(folder / "log" / "notes.log")]


def make_notes(job: Job) -> None:
    (job.folder / "notes.md").write_text("# Notes")
    job.note(slot="proxy-1")
    job.begin_module("rss")


def test_the_closing_event_tells_what_was_read_and_made_by_whom_and_how_long_it_took(tmp_path: Path) -> None:
    (tmp_path / "episode.yaml").write_text("title: T\n")
    assert run_job("notes", make_notes, call(tmp_path)) == 0
    events = list(read_events(events_path(tmp_path, "notes")))
    assert [event["event"] for event in events] == ["started", "module", "finished"]
    end = events[-1]
    assert end["inputs"].keys() == {"episode.yaml", "transcript.json", "quality.yaml", "chapters.json"}
    assert end["inputs"]["transcript.json"] is None
    assert end["outputs"]["notes.md"] == file_digest(tmp_path / "notes.md")
    assert (end["pid"], end["host"], end["slot"]) == (os.getpid(), os.uname().nodename, "proxy-1")
    assert end["cpu"] >= 0
    assert {"run", "attempt", "options", "version", "duration"} <= end.keys()


def full_disk(job: Job) -> None:
    raise OSError(28, "No space left on device", str(job.folder / "notes.md"))


def test_a_full_disk_is_told_plainly_and_tried_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_job("notes", full_disk, call(tmp_path)) == 1
    assert "notes.md: No space left on device (transient)" in capsys.readouterr().err


def test_a_folder_that_may_not_be_written_to_is_told_plainly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "log").write_text("a file where a folder should be")
    assert run_job("notes", make_notes, call(tmp_path)) == 1
    error = capsys.readouterr().err
    assert "Traceback" not in error
    assert "notes: " in error


def test_a_source_that_asks_for_time_is_recorded_with_it(tmp_path: Path) -> None:
    from episcribe.net.errors import Resting

    until = time.time() + 600

    def refuse(job: Job) -> None:
        raise Resting("the host rests", until)

    run_job("notes", refuse, call(tmp_path))
    end = list(read_events(events_path(tmp_path, "notes")))[-1]
    assert end["kind"] == "blocked"
    assert moment_of(end["until"]) == pytest.approx(until, abs=0.01)
