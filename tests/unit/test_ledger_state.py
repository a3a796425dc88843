"""state.yaml: every field that it promises, folded out of any events and any files."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.ledger.attempts import RetryRules
from episcribe.ledger.events import append_event, episode_events, events_path
from episcribe.ledger.modules import fold_modules, module_runs
from episcribe.ledger.settling import refold, settle
from episcribe.ledger.state import fold_state, state_yaml
from episcribe.ledger.tracks import TRACKS
from episcribe.library.layout import STAGES, STUDY_PRODUCTS

EPISODE = """id: abcdefgh
show: talks
folder: 2024-05-01-a-talk-abcdefgh
title: A talk
keys:
- "archive:talks_2024/talk.mp3"
duration: 61.5
enclosures:
- url: "https://example.org/talk.mp3"
  type: audio/mpeg
"""
BROADCAST = """video_id: dQw4w9WgXcQ
scheduled_date: "2026-02-01T10:00:00+01:00"
playlist_ids:
- PL1
- PL2
"""


def event(what: str, stage: str, second: int, **more: Any) -> dict[str, Any]:
    return {"time": f"2026-01-01T00:00:{second:02d}.000Z", "event": what, "stage": stage, **more}


def read_back(state: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(state_yaml(state))
    return data


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "episode.yaml").write_text(EPISODE)
    return tmp_path


def test_every_field_of_an_episodes_state_is_there_from_the_first(folder: Path) -> None:
    state = read_back(fold_state(folder, {"episode_id": "abcdefgh", "title": "A talk", "date": None}))
    assert state["archive_identifier"] == "talks_2024"
    assert state["date"] is None
    assert state["files"] == {
        "source_url": "https://example.org/talk.mp3",
        "audio_file": None,
        "video_file": None,
        "transcript_file": None,
    }
    assert state["youtube"] == {
        "video_id": None,
        "scheduled_date": None,
        "published_date": None,
        "playlist_ids": [],
    }
    assert state["metrics"] == {
        "audio_duration": 61.5,
        "audio_size": None,
        "video_size": None,
        "processing_time": 0.0,
    }
    assert state["attempts"].items() >= {"download": 0, "conversion": 0, "upload": 0}.items()
    assert state["error_history"] == []
    assert {"stage", "status_message", "last_updated"} <= state.keys()


def test_a_broadcast_is_told_by_its_files(folder: Path) -> None:
    (folder / "audio.mp3").write_bytes(b"x" * 7)
    (folder / "video.mp4").write_bytes(b"x" * 9)
    (folder / "broadcast.yaml").write_text(BROADCAST)
    state = fold_state(folder, {}, tracks=("broadcast",))
    assert state["stage"] == "scheduled"
    assert state["files"]["audio_file"] == "audio.mp3"
    assert (state["metrics"]["audio_size"], state["metrics"]["video_size"]) == (7, 9)
    assert state["youtube"]["playlist_ids"] == ["PL1", "PL2"]
    assert "irregularities" not in state


def test_an_upload_stays_when_the_files_that_it_came_from_are_deleted(folder: Path) -> None:
    (folder / "broadcast.yaml").write_text(BROADCAST)
    assert fold_state(folder, {}, tracks=("broadcast",))["stage"] == "scheduled"


def test_a_file_that_tells_of_a_publication_without_an_upload_is_irregular(folder: Path) -> None:
    (folder / "broadcast.yaml").write_text("published_date: 2026-02-01\n")
    lines = fold_state(folder, {}, tracks=("broadcast",))["irregularities"]
    assert any("published by broadcast.yaml#published_date, but never scheduled" in line for line in lines)


def test_work_in_progress_is_told_by_the_name_of_its_stage(folder: Path) -> None:
    for made, job, during in (
        ((), "transcript", "fetching_transcript"),
        (STAGES["transcript"].products, "notes", "generating_notes"),
        (STAGES["notes"].products, "assessment", "generating_assessment"),
        (("assessment.md",), "assessment", "writing_files"),
        (("flashcards.csv",), "notes_pdf", "exporting_pdfs"),
    ):
        for name in made:
            (folder / name).write_text("x")
        state = fold_state(folder, {}, [event("started", job, 1)])
        assert state["stage"] == during
        assert state["status_message"] == f"at work: {job}"


def test_a_failed_episode_says_in_which_stage_it_failed(folder: Path) -> None:
    history = [
        event("started", "transcript", 1),
        event("failed", "transcript", 2, kind="permanent", error="gone"),
    ]
    state = fold_state(folder, {}, history)
    assert state["tracks"] == {
        "study": {"stage": "failed", "during": "fetching_transcript", "reached": "created"}
    }


def test_where_nothing_was_to_be_had_nothing_failed(folder: Path) -> None:
    history = [
        event("started", "transcript", 1),
        event("failed", "transcript", 2, kind="none", error="no module"),
    ]
    state = fold_state(folder, {}, history)
    assert state["stage"] == "created"
    assert state["stages"]["transcript"]["state"] == "none"
    assert state["attempts"]["transcript"] == 0


def test_what_was_taken_back_is_no_failure_any_more(folder: Path) -> None:
    failed = event("started", "transcript", 1), event("failed", "transcript", 2, error="x")
    state = fold_state(folder, {}, [*failed, event("retry", "transcript", 3)])
    assert (state["stage"], state["attempts"]["transcript"]) == ("created", 0)
    assert len(state["error_history"]) == 1


def test_a_failure_refers_to_its_traceback(folder: Path) -> None:
    path = events_path(folder, "transcript")
    append_event(path, event("started", "transcript", 1))
    append_event(path, event("failed", "transcript", 2, error="x", kind="permanent", traceback="Traceback …"))
    [error] = fold_state(folder, {})["error_history"]
    assert error["traceback"] == "log/transcript.jsonl:2"
    assert "Traceback" not in state_yaml(fold_state(folder, {}))


def test_a_long_history_of_errors_is_counted_and_its_end_told(folder: Path) -> None:
    state = fold_state(folder, {}, [event("failed", "transcript", n % 60, error=str(n)) for n in range(80)])
    assert state["error_count"] == 80
    assert [error["error"] for error in state["error_history"]] == [str(n) for n in range(30, 80)]


def test_a_skipped_episode_is_skipped_until_it_is_taken_up(folder: Path) -> None:
    skipped = event("set", "manual", 1, track="study", to="skipped")
    assert fold_state(folder, {}, [skipped])["stage"] == "skipped"
    taken_up = fold_state(folder, {}, [skipped, event("started", "transcript", 2)])
    assert taken_up["stage"] == "fetching_transcript"


def module(name: str, state: str, outcome: str | None = None, **more: Any) -> dict[str, Any]:
    return {"module": name, "state": state, "outcome": outcome, "start": "s", "end": "e", **more}


def test_modules_are_told_with_state_times_status_result_and_error() -> None:
    modules = [
        module("rss", "failed", "transient", error="no answer"),
        module("website", "completed", "none"),
        module("youtube", "completed", "found", result={"length": 3}),
        module("speech", "skipped", why="a transcript was found"),
    ]
    rss, website, youtube, speech = fold_modules([event("finished", "transcript", 1, modules=modules)])
    assert rss == {
        "module_name": "rss",
        "state": "failed",
        "start_time": "s",
        "end_time": "e",
        "status": "error",
        "result_data": None,
        "error_message": "no answer",
        "outcome": "transient",
    }
    assert (website["state"], website["status"]) == ("completed", "partial")
    assert (youtube["status"], youtube["result_data"]) == ("success", {"length": 3})
    assert (speech["state"], speech["status"], speech["why"]) == ("pending", None, "a transcript was found")


def test_a_module_is_told_by_its_latest_run_and_all_runs_are_kept() -> None:
    first = event("failed", "transcript", 1, modules=[module("rss", "failed", error="a")], attempt=1)
    second = event("handed_on", "transcript", 2, modules=[module("rss", "failed", error="b")], attempt=2)
    third = event(
        "finished", "transcript", 3, modules=[module("rss", "skipped"), module("speech", "completed")]
    )
    assert [m["error_message"] for m in fold_modules([first, second, third])] == ["b", None]
    runs = list(module_runs([first, second, third]))
    assert [(run["module_name"], run["attempt"]) for run in runs] == [
        ("rss", 1),
        ("rss", 2),
        ("speech", None),
    ]


def test_a_module_at_work_is_running_until_its_stage_ends() -> None:
    begun = [event("started", "transcript", 1), event("module", "transcript", 2, module="rss")]
    assert [(m["module_name"], m["state"]) for m in fold_modules(begun)] == [("rss", "running")]
    assert fold_modules([*begun, event("interrupted", "transcript", 3)]) == []


def test_an_episode_is_settled_with_what_rests_and_why(folder: Path) -> None:
    path = events_path(folder, "transcript")
    append_event(path, event("started", "transcript", 1))
    append_event(path, event("failed", "transcript", 2, kind="permanent", error="404"))
    settled = settle(folder, {"episode_id": "abcdefgh"}, RetryRules(), 1.8e9, options={})
    state = yaml.safe_load((folder / "state.yaml").read_text())
    assert state["standing"]["transcript"]["state"] == "given_up"
    assert state["status_message"] == (
        "transcript failed: 404 (given up after 1 attempt; episcribe retry brings it back)"
    )
    assert [line.stage for line in settled.lines] == ["transcript"]
    append_event(path, event("retry", "transcript", 3))
    assert refold(folder) is not None
    again = yaml.safe_load((folder / "state.yaml").read_text())
    assert (again["episode_id"], again["stage"]) == ("abcdefgh", "created")


def test_an_episode_that_was_never_tried_gets_no_state_file(folder: Path) -> None:
    settle(folder, {}, RetryRules(), 1.8e9, options={})
    assert not (folder / "state.yaml").exists()


def test_a_sealed_episode_is_not_folded_again(folder: Path) -> None:
    (folder / "state.yaml").write_text("episode_id: abcdefgh\nseal: deadbeef\n")
    assert refold(folder) is None


JOBS = [job for track in TRACKS.values() for job in track.jobs]
KINDS = ["started", "finished", "failed", "interrupted", "handed_on", "retry", "module", "set", "sung"]
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
any_event = st.fixed_dictionaries(
    {"event": st.sampled_from(KINDS)},
    optional={
        "stage": st.sampled_from(JOBS) | anything,
        "time": st.datetimes().map(lambda moment: moment.isoformat()) | anything,
        "kind": st.sampled_from(["permanent", "transient", "blocked", "none"]) | anything,
        "error": anything,
        "until": anything,
        "duration": anything,
        "metrics": anything,
        "attempt": anything,
        "modules": st.lists(
            st.fixed_dictionaries({"module": anything, "state": anything, "outcome": anything}), max_size=3
        )
        | anything,
        "module": anything,
        "track": st.sampled_from(sorted(TRACKS)) | anything,
        "to": st.sampled_from(TRACKS["broadcast"].stages) | anything,
        "inputs": anything,
        "options": anything,
    },
)


@given(st.lists(any_event, max_size=12), st.sets(st.sampled_from(STUDY_PRODUCTS)), st.randoms())
@settings(max_examples=40, deadline=None)
def test_any_events_and_any_files_fold_into_a_state_whatever_order_they_are_read_in(
    events: list[dict[str, Any]], files: set[str], random: Any
) -> None:
    with TemporaryDirectory() as place:
        folder = Path(place) / "show" / "episode"
        for name in files:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text("x")
        (folder / "log").mkdir(parents=True, exist_ok=True)
        logs: dict[str, list[str]] = {}
        for one in events:
            name = str(one.get("stage")) if one.get("stage") in JOBS else "other"
            logs.setdefault(name, []).append(json.dumps(one))
        names = list(logs)
        random.shuffle(names)
        for name in names:
            (folder / "log" / f"{name}.jsonl").write_text("\n".join(logs[name]) + "\n")
        tracks = tuple(TRACKS)
        settled = settle(folder, {"episode_id": "x"}, RetryRules(), 1.8e9, options={}, tracks=tracks)
        read_back(settled.state)
        for name, line in settled.state["tracks"].items():
            assert line["stage"] in TRACKS[name].stages
        shuffled = [one for name in sorted(names) for one in logs[name]]
        assert len(episode_events(folder)) == len(shuffled)
        assert fold_state(folder, {"episode_id": "x"}, tracks=tracks) == fold_state(
            folder, {"episode_id": "x"}, episode_events(folder), tracks=tracks
        )
