"""The ledger for programs, and that it refuses what cannot be."""

import csv
import os
import re
from pathlib import Path
from threading import Thread

import pytest

from episcribe.ledger.api import JobLogger, RecoveryManager, StateManager, create_default_logger
from episcribe.ledger.events import append_event, events_path, read_events
from episcribe.ledger.standings import Line, log_stamp, write_standings
from episcribe.library.errors import EpiscribeError
from tests.made_library import MadeLibrary, run_stage

DOCUMENT = Path(__file__).parents[2] / "docs/state.md"
_BROADCAST = "tracks:\n  broadcast:\n    stage: discovered\n"


@pytest.fixture
def made(tmp_path: Path) -> MadeLibrary:
    library = MadeLibrary(tmp_path / "processed")
    library.finished("aaaaaaaa", day="2024-05-01")
    failed = library.add("bbbbbbbb", day="2024-05-02")
    run_stage(failed, "transcript", 1, seconds=4, failure={"kind": "permanent", "error": "410 Gone"})
    library.add("cccccccc", day="2024-05-03")
    folder = library.add("dddddddd", day="2024-05-04")
    (folder / "state.yaml").write_text(_BROADCAST)
    return library


def broadcast(made: MadeLibrary) -> Path:
    return next(made.path.glob("*/*-dddddddd"))


def test_a_state_has_what_files_and_events_tell(made: MadeLibrary) -> None:
    manager = StateManager(made.path)
    state = manager.get_episode_state("bbbbbbbb")
    assert state is not None
    assert (state.stage, state.title, state.error_count) == ("failed", "Episode bbbbbbbb", 1)
    assert state.error_history[0]["error"] == "410 Gone"
    assert manager.get_episodes_by_stage("failed") == [state]
    assert manager.get_episode_state("zzzzzzzz") is None


def test_episodes_are_counted_once_each(made: MadeLibrary) -> None:
    manager = StateManager(made.path)
    assert manager.count_all_episodes() == 4
    assert manager.count_by_stage() == {"completed": 1, "created": 1, "discovered": 1, "failed": 1}


def test_an_episode_passes_its_track_by_updates(made: MadeLibrary) -> None:
    manager, folder = StateManager(made.path), broadcast(made)
    for stage, name, content in (
        ("downloading", None, ""),
        ("downloaded", "audio.mp3", "sound"),
        ("converting", None, ""),
        ("converted", "video.mp4", "pictures"),
        ("uploading", None, ""),
        ("uploaded", "broadcast.yaml", "video_id: abc\n"),
        ("scheduled", "broadcast.yaml", 'video_id: abc\nscheduled_date: "2026-05-01"\n'),
    ):
        if name:
            (folder / name).write_text(content)
        manager.update_state("dddddddd", stage)
        state = manager.get_episode_state("dddddddd")
        assert state is not None
        assert state.stage == stage
    assert state.download_attempts == 1
    assert f"stage: {state.stage}" in (folder / "state.yaml").read_text()


def test_a_stage_that_may_not_follow_is_refused_and_not_recorded(made: MadeLibrary) -> None:
    with pytest.raises(EpiscribeError, match="discovered may not become uploaded, but downloading"):
        StateManager(made.path).update_state("dddddddd", "uploaded")
    assert not list(broadcast(made).glob("log/*.jsonl"))


def test_a_stage_whose_files_are_not_there_is_refused(made: MadeLibrary) -> None:
    manager = StateManager(made.path)
    manager.update_state("dddddddd", "downloading")
    with pytest.raises(EpiscribeError, match=re.escape("downloaded is shown by audio.*, not there")):
        manager.update_state("dddddddd", "downloaded")


@pytest.mark.parametrize(
    ("identifier", "stage", "more", "message"),
    [
        ("zzzzzzzz", "skipped", {}, "has no episode 'zzzzzzzz'"),
        ("dddddddd", "sung", {}, "there is no stage 'sung'; expected one of discovered"),
        ("dddddddd", "skipped", {"track": "scout"}, "is not on the track 'scout'"),
    ],
)
def test_what_does_not_exist_is_refused(
    made: MadeLibrary, identifier: str, stage: str, more: dict[str, str], message: str
) -> None:
    with pytest.raises(EpiscribeError, match=re.escape(message)):
        StateManager(made.path).update_state(identifier, stage, **more)


def test_what_fails_is_told_with_its_error_and_can_be_taken_up_again(made: MadeLibrary) -> None:
    manager = StateManager(made.path)
    manager.update_state("dddddddd", "downloading")
    manager.update_state("dddddddd", "failed", error="the line broke", kind="transient")
    state = manager.get_episode_state("dddddddd")
    assert state is not None
    assert (state.stage, state.error_history[-1]["error"]) == ("failed", "the line broke")
    manager.update_state("dddddddd", "downloading")
    state = manager.get_episode_state("dddddddd")
    assert state is not None
    assert state.stage == "downloading"


def test_an_episode_can_be_skipped(made: MadeLibrary) -> None:
    manager = StateManager(made.path)
    manager.update_state("cccccccc", "skipped", by="me")
    assert [state.episode_id for state in manager.get_episodes_by_stage("skipped")] == ["cccccccc"]
    [event] = read_events(events_path(next(made.path.glob("*/*-cccccccc")), "manual"))
    assert (event["event"], event["to"], event["by"]) == ("set", "skipped", "me")


def test_of_two_who_begin_the_same_work_at_once_both_are_recorded(made: MadeLibrary) -> None:
    manager = StateManager(made.path)
    threads = [Thread(target=manager.update_state, args=("dddddddd", "downloading")) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events = list(read_events(events_path(broadcast(made), "download")))
    assert [event["event"] for event in events] == ["started"] * 4


def test_what_rests_is_not_next(made: MadeLibrary) -> None:
    manager = StateManager(made.path)
    made.add("eeeeeeee", day="2020-01-01")
    assert [s.episode_id for s in manager.get_next_for_processing("created")] == ["eeeeeeee", "cccccccc"]
    assert [s.episode_id for s in manager.get_next_for_processing("created", 1)] == ["eeeeeeee"]
    name = "tidewater/2020-01-01-episode-eeeeeeee"
    stamp = log_stamp(str(made.path / name), "transcript")
    line = Line(name, "transcript", "resting", "2090-01-01T00:00:00Z", 1, "transient", "x", stamp, "")
    write_standings(made.path, {name: [line]})
    assert [s.episode_id for s in manager.get_next_for_processing("created")] == ["cccccccc"]


def test_statistics_of_jobs(made: MadeLibrary, tmp_path: Path) -> None:
    logger = create_default_logger(made.path)
    statistics = logger.get_statistics()
    assert (statistics["total_jobs"], statistics["success_rate"]) == (2, 0.5)
    assert statistics["average_duration"] == (12 + 4) / 2
    assert statistics["average_timings"]["export_pdfs"] == 4
    assert statistics["failures_by_stage"] == {"fetching_transcript": 1}
    assert [(job["video_id"], job["error"]) for job in logger.get_failed_jobs()] == [("bbbbbbbb", "410 Gone")]
    logger.export_csv(tmp_path / "jobs.csv")
    with (tmp_path / "jobs.csv").open(newline="", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 2


def test_statistics_of_nothing_are_zero(tmp_path: Path) -> None:
    statistics = JobLogger(MadeLibrary(tmp_path / "p").path).get_statistics()
    assert (statistics["success_rate"], statistics["average_duration"]) == (0, 0)


def test_the_incomplete_are_told_by_stage(made: MadeLibrary) -> None:
    assert RecoveryManager(StateManager(made.path)).identify_incomplete() == {
        "created": ["cccccccc"],
        "discovered": ["dddddddd"],
        "failed": ["bbbbbbbb"],
    }


def test_what_a_dead_process_began_is_closed(made: MadeLibrary) -> None:
    folder = next(made.path.glob("*/*-cccccccc"))
    start = {"event": "started", "stage": "transcript", "time": "2026-03-01T10:00:00Z"}
    append_event(
        events_path(folder, "transcript"), {**start, "host": os.uname().nodename, "pid": 2**22 + 1, "born": 1}
    )
    recovery = RecoveryManager(StateManager(made.path))
    assert recovery.identify_incomplete()["fetching_transcript"] == ["cccccccc"]
    assert recovery.resume_processing() == ["cccccccc"]
    assert recovery.identify_incomplete()["created"] == ["cccccccc"]


def test_orphans_are_named_and_moved_only_when_asked(made: MadeLibrary) -> None:
    orphan = next(made.path.glob("*/*-aaaaaaaa")) / "old.txt"
    orphan.write_text("mine")
    recovery = RecoveryManager(StateManager(made.path))
    assert recovery.cleanup_orphaned_files() == [orphan]
    assert orphan.exists()
    assert recovery.cleanup_orphaned_files(dry_run=False) == [orphan]
    assert not orphan.exists()
    assert [path.read_text() for path in made.path.rglob("log/orphans/**/old.txt")] == ["mine"]


def test_the_example_in_the_documents_works(made: MadeLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    [example] = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(made.path.parent)
    names: dict[str, object] = {}
    exec(example, names)
    assert names["waiting"] == ["cccccccc"]
    assert names["rate"] == 0.5
