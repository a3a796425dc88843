"""The state of an episode: what folding its events and its files yields."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from episcribe.ledger.events import Event, episode_events
from episcribe.library.layout import EPISODE, STAGES, STATE

_REACHED = (
    ("assessment", "assessment_generated"),
    ("notes", "notes_generated"),
    ("transcript", "transcript_fetched"),
)


def fold_state(
    folder: Path, identification: dict[str, Any], events: Sequence[Event] | None = None
) -> dict[str, Any]:
    """The state of the episode in `folder` as plain data for state.yaml.

    `identification` comes first in it (id, show, title, date); `events` are all events of the episode,
    oldest first, read from the folder when None.
    """
    history = episode_events(folder) if events is None else events
    stages = {name: _fold_stage(folder, name, history) for name in STAGES if name != "state"}
    failed = [name for name, stage in stages.items() if stage["state"] == "failed"]
    reached = _stage_reached(stages)
    return {
        **identification,
        "stage": "failed" if failed else reached,
        "status_message": _message(stages, failed, reached),
        "last_updated": _last_time(history),
        "stages": stages,
        "files": _files(folder),
        "metrics": _metrics(history),
        "error_history": [_error(event) for event in history if event["event"] in ("failed", "interrupted")],
    }


def is_complete(state: dict[str, Any]) -> bool:
    """True when every stage of the episode has made its files."""
    return all(stage["state"] == "done" for stage in state["stages"].values())


def _fold_stage(folder: Path, name: str, history: Sequence[Event]) -> dict[str, Any]:
    own = [event for event in history if event.get("stage") == name]
    ends = [event for event in own if event["event"] in ("finished", "failed", "interrupted")]
    last = ends[-1] if ends else None
    made = all((folder / product).exists() for product in STAGES[name].products)
    if made:
        state = "done"
    elif own and own[-1]["event"] == "started":
        state = "running"
    elif last and last["event"] == "failed":
        state = "failed"
    else:
        state = "pending"
    return {
        "state": state,
        "attempts": sum(event["event"] == "started" for event in own) or None,
        "finished": last["time"] if last and made else None,
        "seconds": last.get("duration") if last else None,
        "kind": last.get("kind") if last and state == "failed" else None,
        "error": last.get("error") if last and state == "failed" else None,
    }


def _stage_reached(stages: dict[str, dict[str, Any]]) -> str:
    if all(stage["state"] == "done" for stage in stages.values()):
        return "completed"
    for name, reached in _REACHED:
        if stages[name]["state"] == "done":
            return reached
    return "discovered"


def _message(stages: dict[str, dict[str, Any]], failed: list[str], reached: str) -> str:
    if failed:
        return f"{failed[0]} failed: {stages[failed[0]]['error']}"
    if reached == "completed":
        return "all files made"
    waiting = [name for name, stage in stages.items() if stage["state"] != "done"]
    return f"to be made: {', '.join(waiting)}"


def _last_time(history: Sequence[Event]) -> str | None:
    return str(history[-1]["time"]) if history else None


def _files(folder: Path) -> dict[str, int]:
    """The sizes in bytes of the files that are there."""
    names = [EPISODE, *(name for stage in STAGES.values() for name in stage.products if name != STATE)]
    return {name: path.stat().st_size for name in names if (path := folder / name).is_file()}


def _metrics(history: Sequence[Event]) -> dict[str, Any]:
    """What the stages measured, the latest of each, and the seconds they took in all."""
    metrics: dict[str, Any] = {}
    for event in history:
        if event["event"] == "finished":
            metrics.update(event.get("metrics") or {})
    seconds = {str(e["stage"]): float(e.get("duration") or 0) for e in history if e["event"] == "finished"}
    metrics["processing_time"] = round(sum(seconds.values()), 3)
    return metrics


def _error(event: Event) -> dict[str, Any]:
    if event["event"] == "interrupted":
        error = "the process ended before the stage did"
    else:
        error = str(event.get("error"))
    return {
        "timestamp": event["time"],
        "stage": event.get("stage"),
        "kind": event.get("kind") or "transient",
        "error": error,
        "attempt": event.get("attempt"),
        "run": event.get("run"),
    }
