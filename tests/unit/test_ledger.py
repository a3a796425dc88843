"""Events, the state that folds out of them, and seals."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from episcribe.ledger.events import append_event, episode_events, events_path, is_open, read_events
from episcribe.ledger.seals import compute_seal, gather_seals, read_seals
from episcribe.ledger.state import fold_state, is_complete
from episcribe.library.layout import STAGES, STUDY_PRODUCTS


def event(stage: str, what: str, second: int, **more: Any) -> dict[str, Any]:
    return {"time": f"2026-01-01T00:00:{second:02d}.000Z", "stage": stage, "event": what, **more}


def make(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_text("x")


def test_events_come_back_in_the_order_of_their_times(tmp_path: Path) -> None:
    append_event(events_path(tmp_path, "notes"), event("notes", "started", 2))
    append_event(events_path(tmp_path, "transcript"), event("transcript", "started", 1))
    assert [e["stage"] for e in episode_events(tmp_path)] == ["transcript", "notes"]


def test_a_torn_last_line_costs_that_line_only(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    append_event(path, event("notes", "started", 1))
    with path.open("ab") as file:
        file.write(b'{"event": "fin')
    append_event(path, event("notes", "failed", 3))
    assert [e["event"] for e in read_events(path)] == ["started", "failed"]


def test_a_start_without_an_end_is_open(tmp_path: Path) -> None:
    assert is_open([event("notes", "started", 1)])
    assert not is_open([event("notes", "started", 1), event("notes", "finished", 2)])
    assert not is_open([])


def test_an_episode_with_all_its_files_is_completed(tmp_path: Path) -> None:
    make(tmp_path, *STUDY_PRODUCTS)
    state = fold_state(tmp_path, {"title": "T"})
    assert (state["stage"], state["title"], is_complete(state)) == ("completed", "T", True)


@pytest.mark.parametrize(
    ("stages", "reached"),
    [
        ([], "created"),
        (["transcript"], "transcript_fetched"),
        (["transcript", "notes"], "notes_generated"),
        (["transcript", "notes", "assessment"], "files_written"),
    ],
)
def test_the_stage_reached_follows_from_the_files(tmp_path: Path, stages: list[str], reached: str) -> None:
    for stage in stages:
        make(tmp_path, *STAGES[stage].products)
    assert fold_state(tmp_path, {})["stage"] == reached


def test_a_failure_says_what_and_counts_the_attempts(tmp_path: Path) -> None:
    history = [
        event("transcript", "started", 1, run="r1"),
        event("transcript", "failed", 2, run="r1", kind="transient", error="no answer", attempt=1),
        event("transcript", "started", 3, run="r2"),
        event("transcript", "failed", 4, run="r2", kind="permanent", error="gone", attempt=2),
    ]
    state = fold_state(tmp_path, {}, history)
    assert state["stage"] == "failed"
    assert state["status_message"] == "transcript failed: gone"
    assert state["stages"]["transcript"]["attempts"] == 2
    assert [e["error"] for e in state["error_history"]] == ["no answer", "gone"]
    assert state["last_updated"] == history[-1]["time"]


def test_a_failure_that_was_made_good_is_history_only(tmp_path: Path) -> None:
    make(tmp_path, *STAGES["transcript"].products)
    history = [event("transcript", "failed", 1, error="x"), event("transcript", "finished", 2, duration=1.5)]
    state = fold_state(tmp_path, {}, history)
    assert state["stage"] == "transcript_fetched"
    assert len(state["error_history"]) == 1


@pytest.fixture
def sealed(tmp_path: Path) -> tuple[Path, str]:
    make(tmp_path, "episode.yaml", "notes.md")
    seal = compute_seal(str(tmp_path), "d", [f"{tmp_path}/episode.yaml"], ["notes.md"])
    assert seal is not None
    return tmp_path, seal


def seal_of(folder: Path, decides: str = "d") -> str | None:
    return compute_seal(str(folder), decides, [f"{folder}/episode.yaml"], ["notes.md"])


def test_a_seal_holds_while_nothing_changes(sealed: tuple[Path, str]) -> None:
    folder, seal = sealed
    assert seal_of(folder) == seal


def test_a_touched_input_breaks_the_seal(sealed: tuple[Path, str]) -> None:
    folder, seal = sealed
    os.utime(folder / "episode.yaml", (1, 1))
    assert seal_of(folder) != seal


def test_a_changed_parameter_breaks_the_seal(sealed: tuple[Path, str]) -> None:
    folder, seal = sealed
    assert seal_of(folder, "other") != seal


def test_a_missing_product_leaves_no_seal(sealed: tuple[Path, str]) -> None:
    folder, _ = sealed
    (folder / "notes.md").unlink()
    assert seal_of(folder) is None


def test_gathering_takes_new_seals_and_drops_broken_ones(tmp_path: Path) -> None:
    for name, line in (("a", "seal: 11"), ("b", 'seal: "22"'), ("c", "stage: failed")):
        folder = tmp_path / "show" / name
        folder.mkdir(parents=True)
        (folder / "state.yaml").write_text(f"title: x\n{line}\n")
    gather_seals(tmp_path, ["show/a", "show/b", "show/c"], {"show/c": "old", "show/kept": "33"})
    assert read_seals(tmp_path) == {"show/a": "11", "show/b": "22", "show/kept": "33"}


def test_a_damaged_line_in_the_gathered_seals_costs_that_line_only(tmp_path: Path) -> None:
    (tmp_path / "seals.jsonl").write_text(
        json.dumps(["s/a", "1"]) + "\n{torn\n" + json.dumps(["s/b", "2"]) + "\n"
    )
    assert read_seals(tmp_path) == {"s/a": "1", "s/b": "2"}
