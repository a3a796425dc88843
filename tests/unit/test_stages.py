"""Stages: their events, their failures, and how the transcript stage chooses."""

import json
from pathlib import Path

import pytest

from episcribe.ledger.events import append_event, events_path, read_events
from episcribe.library.episode import Episode, TranscriptLink
from episcribe.library.errors import EpiscribeError, FailureKind
from episcribe.library.settings import NetworkSettings
from episcribe.stages.flags import ONLY_LOOKS, SEAL_ASIDE, flags_of
from episcribe.stages.job import Job, run_job
from episcribe.stages.modules.links import order_variants
from episcribe.stages.originals import Originals
from tests.loopback import LoopbackServer


def call(folder: Path) -> list[str]:
    return [str(folder / "transcript.json"), '{"version": 1}', str(folder / "log" / "transcript.log")]


def refuse(job: Job) -> None:
    raise EpiscribeError("the server wants rest", FailureKind.BLOCKED)


def break_down(job: Job) -> None:
    raise ZeroDivisionError("division by zero")


def test_a_job_records_its_start_and_its_end(tmp_path: Path) -> None:
    assert run_job("transcript", lambda job: job.note(metrics={"words": 3}), call(tmp_path)) == 0
    start, end = read_events(events_path(tmp_path, "transcript"))
    assert (start["event"], end["event"], end["metrics"]) == ("started", "finished", {"words": 3})
    assert end["duration"] >= 0


def test_a_failure_is_one_line_and_its_traceback_is_in_the_event(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_job("transcript", refuse, call(tmp_path)) == 1
    line = f"{tmp_path.parent.name}/{tmp_path.name}: transcript: the server wants rest (blocked)\n"
    assert capsys.readouterr().err == line
    assert (tmp_path / "log" / "transcript.log").read_text() == line
    failed = list(read_events(events_path(tmp_path, "transcript")))[-1]
    assert failed["kind"] == "blocked"
    assert "EpiscribeError" in failed["traceback"]


def test_a_fault_of_our_own_is_told_the_same_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_job("transcript", break_down, call(tmp_path)) == 1
    assert "unexpected ZeroDivisionError: division by zero" in capsys.readouterr().err


def test_attempts_are_counted_until_one_succeeds(tmp_path: Path) -> None:
    for work in (refuse, refuse, lambda job: None, refuse):
        run_job("transcript", work, call(tmp_path))
    starts = [
        event for event in read_events(events_path(tmp_path, "transcript")) if event["event"] == "started"
    ]
    assert [event["attempt"] for event in starts] == [1, 2, 3, 1]


def test_a_start_without_an_end_is_closed_as_interrupted(tmp_path: Path) -> None:
    path = events_path(tmp_path, "transcript")
    append_event(
        path, {"event": "started", "stage": "transcript", "time": "2026-01-01T00:00:00Z", "run": "killed"}
    )
    run_job("transcript", lambda job: None, call(tmp_path))
    assert [event["event"] for event in read_events(path)] == [
        "started",
        "interrupted",
        "started",
        "finished",
    ]


def test_what_a_killed_attempt_was_writing_is_cleared_by_the_next(tmp_path: Path) -> None:
    run_job("notes", lambda job: None, call(tmp_path))
    folder = Path(call(tmp_path)[0]).parent
    left, other = folder / ".notes.md.0123456789ab.part", folder / ".assessment.md.0123456789ab.part"
    left.write_text("half")
    other.write_text("perhaps still at work")
    run_job("notes", lambda job: None, call(tmp_path))
    assert not left.exists()
    assert other.exists()


def links(*variants: tuple[str, str | None, str | None]) -> Episode:
    offered = tuple(TranscriptLink(url, kind, language) for url, kind, language in variants)
    return Episode("abcdefgh", "show", "folder", "Title", language="en-GB", transcripts=offered)


PREFER = ["vtt", "json", "srt", "html", "txt"]


def test_the_preferred_format_comes_first() -> None:
    episode = links(
        ("a.html", "text/html", None), ("a.srt", "application/x-subrip", None), ("a.vtt", None, None)
    )
    assert [link.url for link in order_variants(episode, PREFER, None)] == ["a.vtt", "a.srt", "a.html"]


def test_the_spoken_language_comes_before_the_preferred_format() -> None:
    episode = links(("de.vtt", None, "de"), ("en.txt", None, "en-US"))
    assert [link.url for link in order_variants(episode, PREFER, None)] == ["en.txt", "de.vtt"]
    assert [link.url for link in order_variants(episode, PREFER, "de")] == ["de.vtt", "en.txt"]


def test_a_format_that_is_not_preferred_is_tried_last_and_not_left_out() -> None:
    episode = links(("a.sbv", None, None), ("a.txt", None, None))
    assert [link.url for link in order_variants(episode, PREFER, None)] == ["a.txt", "a.sbv"]


def test_an_original_is_kept_byte_for_byte_and_not_fetched_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EPISCRIBE_NETWORK", json.dumps(NETWORK))
    data = b"WEBVTT\r\n\r\n\xff"
    with LoopbackServer() as server:
        url = server.add("/a.vtt", data, content_type="text/vtt") + "?key=1"
        for _ in range(2):
            with Originals(tmp_path / PLACE) as originals:
                original = originals.get(url, None, "transcript")
        assert len(server.requests) == 1
    assert original.data == data
    assert (tmp_path / PLACE / original.name).read_bytes() == data
    assert original.name.endswith(".vtt")


PLACE = "library/show/episode/source"
NETWORK = NetworkSettings(timeout=5, deadline=10, allow_private=True).model_dump()


def test_an_original_that_was_changed_on_disk_is_fetched_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EPISCRIBE_NETWORK", json.dumps(NETWORK))
    with LoopbackServer() as server:
        url = server.add("/a.vtt", b"WEBVTT", content_type="text/vtt")
        with Originals(tmp_path / PLACE) as originals:
            (tmp_path / PLACE / originals.get(url, None, "transcript").name).write_text("edited")
        with Originals(tmp_path / PLACE) as originals:
            assert originals.get(url, None, "transcript").data == b"WEBVTT"
        assert len(server.requests) == 2


def test_a_local_original_that_is_gone_is_taken_from_what_was_kept(tmp_path: Path) -> None:
    source = tmp_path / "talk.vtt"
    source.write_text("WEBVTT")
    with Originals(tmp_path / "source") as originals:
        originals.get(str(source), None, "transcript")
        source.unlink()
        assert originals.get(str(source), None, "transcript").data == b"WEBVTT"


def test_asking_outright_sets_seals_aside() -> None:
    assert {"--forceall", "-R", "--touch", "--report", "--summary", "--delete-all-output"} <= SEAL_ASIDE
    assert flags_of(["-Fn", "--config", "seal=false", "--cores=4"]) == {
        "-F",
        "-n",
        "--config",
        "--cores",
    }
    assert flags_of(["-sSnakefile", "-c4"]) & (SEAL_ASIDE | ONLY_LOOKS) == set()
