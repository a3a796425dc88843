"""The state of an episode: what folding its events and its files yields."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from episcribe.ledger.events import ENDS, Event, episode_events, is_open
from episcribe.ledger.evidence import Evidence, look
from episcribe.ledger.history import History, follow, stage_of
from episcribe.ledger.modules import fold_modules
from episcribe.ledger.standings import Line
from episcribe.ledger.tracks import FAILED, TRACKS, Track, jobs_of
from episcribe.library.layout import STAGES
from episcribe.library.plain_yaml import to_yaml

STUDY = ("study",)
_COUNTED = ("download", "conversion", "upload")
_NO_ATTEMPT = ("none", "blocked")
_ERRORS_TOLD = 50


def fold_state(
    folder: Path,
    identification: Mapping[str, Any],
    events: Sequence[Event] | None = None,
    *,
    tracks: Sequence[str] = STUDY,
    standings: Iterable[Line] = (),
) -> dict[str, Any]:
    """The state of the episode in `folder` as plain data for state.yaml.

    `identification` comes first in it (episode_id, show, title, date); `events` are all events of the
    episode, oldest first, read from the folder when None. Only `tracks` are told. `standings` are the stages
    that rest or are given up.
    """
    history = episode_events(folder) if events is None else events
    evidence = look(folder)
    followed = [TRACKS[name] for name in tracks if name in TRACKS]
    jobs = jobs_of(tracks)
    stages = {job: fold_stage(job, evidence, history) for job in jobs}
    there = {job for job in jobs if stages[job]["state"] == "done"}
    histories = {track.name: follow(track, history, there) for track in followed}
    lines = {track.name: _track_line(track, histories[track.name], evidence, stages) for track in followed}
    left_alone = {line.stage: line for line in standings}
    errors = [_error(event) for event in history if event["event"] in ("failed", "interrupted")]
    # The job that writes state.yaml is not told of, so that its own end does not make it out of date.
    told = [event for event in history if event.get("stage") != "state"]
    state = {
        "archive_identifier": evidence.archive_identifier,
        **identification,
        "stage": _stage(followed, lines),
        "status_message": _message(stages, left_alone, lines),
        "last_updated": _last_time(told),
        "tracks": lines,
        "stages": stages,
        "modules": fold_modules(history),
        "files": evidence.files,
        "sizes": evidence.sizes,
        "youtube": evidence.youtube,
        "metrics": _metrics(told, evidence),
        "attempts": {job: _attempts(job, history) for job in dict.fromkeys((*_COUNTED, *jobs))},
        "standing": {stage: _standing(line) for stage, line in sorted(left_alone.items())},
        "error_count": len(errors),
        "error_history": errors[-_ERRORS_TOLD:],
        "irregularities": [
            *(line for own in histories.values() for line in own.irregularities),
            *_impossible_files(followed, evidence),
        ],
    }
    return _in_order(state)


def state_yaml(state: Mapping[str, Any]) -> str:
    """The text of state.yaml; what is not known of the fields that are always there is null."""
    return to_yaml(state, nulls=True)


def is_complete(state: Mapping[str, Any]) -> bool:
    """True when every stage of the episode has made its files."""
    return all(stage["state"] == "done" for stage in state["stages"].values())


def _in_order(state: dict[str, Any]) -> dict[str, Any]:
    """Identification first, and nothing that is empty but the fields that a reader counts on."""
    optional = ("modules", "standing", "irregularities")
    first = ("episode_id", "archive_identifier", "show", "title", "date")
    ordered = {key: state[key] for key in first if key in state}
    ordered.update((key, value) for key, value in state.items() if key not in ordered)
    return {
        key: value
        for key, value in ordered.items()
        if not (key in optional and not value) and not (key == "guid" and value is None)
    }


def fold_stage(name: str, evidence: Evidence, history: Sequence[Event]) -> dict[str, Any]:
    """How a stage stands (`state`: done, running, failed, none, pending), and what its last attempt told."""
    if not history:
        return {"state": "done" if _is_made(name, evidence, None) else "pending"}
    own = [event for event in history if event.get("stage") == name]
    ends = [event for event in own if event["event"] in ENDS or event["event"] == "retry"]
    last = ends[-1] if ends else None
    made = _is_made(name, evidence, last)
    failed = last is not None and last["event"] == "failed" and not made
    if made:
        state = "done"
    elif is_open(own):
        state, failed = "running", False
    elif failed:
        state = "none" if last and last.get("kind") == "none" else "failed"
    else:
        state = "pending"
    told = {
        "state": state,
        "attempts": sum(event["event"] == "started" for event in own) or None,
        "finished": last.get("time") if last and made else None,
        "seconds": last.get("duration") if last else None,
        "slot": last.get("slot") if last else None,
        "kind": last.get("kind") if last and failed else None,
        "error": last.get("error") if last and failed else None,
    }
    return {key: value for key, value in told.items() if value is not None}


def _is_made(name: str, evidence: Evidence, last: Event | None) -> bool:
    """True when the files of the stage are there; where it has none, when it finished."""
    if name in STAGES:
        return evidence.has_all(STAGES[name].products)
    products = [p for track in TRACKS.values() for s in track.steps if name in s.jobs for p in s.products]
    if products:
        return evidence.has_all(products)
    return last is not None and last["event"] == "finished"


def _track_line(
    track: Track, history: History, evidence: Evidence, stages: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Where the episode is on a track: the stage, and for a failed one the stage in which it failed."""
    running = {job for job in track.jobs if stages[job]["state"] == "running"}
    failed = [job for job in track.jobs if stages[job]["state"] == "failed"]
    passed = [
        evidence.has_all(step.products) if step.products else history.done.issuperset(step.jobs)
        for step in track.steps
    ]
    reached = stage_of(track, passed, running)
    if history.given and reached != track.final:
        return {"stage": history.given, "reached": reached}
    if failed:
        during = next(s.during or s.reached for s in track.steps if failed[0] in s.jobs)
        return {"stage": FAILED, "during": during, "reached": stage_of(track, passed, ())}
    return {"stage": reached}


def _stage(tracks: Sequence[Track], lines: Mapping[str, Mapping[str, Any]]) -> str:
    """One stage for the whole episode: failed where a track is, else that of the first track that goes on."""
    stages = [(lines[track.name]["stage"], track.final) for track in tracks]
    if any(stage == FAILED for stage, _ in stages):
        return FAILED
    going_on = [stage for stage, final in stages if stage != final]
    return str((going_on or [stage for stage, _ in stages] or ["created"])[0])


def _message(
    stages: Mapping[str, Mapping[str, Any]],
    left_alone: Mapping[str, Line],
    lines: Mapping[str, Mapping[str, Any]],
) -> str:
    for name, stage in stages.items():
        if stage["state"] in ("failed", "none"):
            told = "failed" if stage["state"] == "failed" else "had nothing to work with"
            return f"{name} {told}: {stage.get('error')}{_outlook(left_alone.get(name))}"
    if any(line["stage"] == "skipped" for line in lines.values()):
        return "skipped"
    running = [name for name, stage in stages.items() if stage["state"] == "running"]
    if running:
        return f"at work: {', '.join(running)}"
    waiting = [name for name, stage in stages.items() if stage["state"] != "done"]
    return f"to be made: {', '.join(waiting)}" if waiting else "all files made"


def _outlook(line: Line | None) -> str:
    if line is None:
        return ""
    if line.state == "given_up":
        attempts = f"{line.attempts} attempt{'' if line.attempts == 1 else 's'}"
        return f" (given up after {attempts}; episcribe retry brings it back)"
    return f" (rests until {line.until})"


def _standing(line: Line) -> dict[str, Any]:
    told = {
        "state": line.state,
        "until": line.until,
        "attempts": line.attempts,
        "kind": line.kind,
        "why": line.why,
    }
    return {key: value for key, value in told.items() if value is not None}


def _last_time(history: Sequence[Event]) -> str | None:
    return str(history[-1].get("time")) if history else None


def _metrics(history: Sequence[Event], evidence: Evidence) -> dict[str, Any]:
    """What the stages measured, the latest of each, and the seconds they took in all."""
    measured: dict[str, Any] = {}
    seconds: dict[str, float] = {}
    for event in history:
        if event["event"] == "finished":
            own = event.get("metrics")
            measured.update(own if isinstance(own, dict) else {})
            seconds[str(event.get("stage"))] = _number(event.get("duration"))
    always = {
        "audio_duration": evidence.duration,
        "audio_size": evidence.size_of("audio.*"),
        "video_size": evidence.size_of("video.mp4"),
    }
    known = {key: value for key, value in measured.items() if value is not None}
    return {**always, **known, "processing_time": round(sum(seconds.values()), 3)}


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0


def _attempts(job: str, history: Sequence[Event]) -> int:
    """How often a job was tried to an end, since it was last taken back; what a source blocked is no try."""
    count = 0
    for event in history:
        if event.get("stage") == job:
            if event["event"] == "retry":
                count = 0
            count += event["event"] == "finished" or (
                event["event"] == "failed" and event.get("kind") not in _NO_ATTEMPT
            )
    return count


def _error(event: Event) -> dict[str, Any]:
    unknown = "the process ended before the stage did" if event["event"] == "interrupted" else None
    told = {
        "timestamp": event.get("time"),
        "stage": event.get("stage"),
        "kind": event.get("kind") or "transient",
        "error": str(event.get("error", unknown)),
        "traceback": event.get("at") if event.get("traceback") else None,
        "attempt": event.get("attempt"),
        "run": event.get("run"),
        "until": event.get("until"),
    }
    always = ("timestamp", "stage", "kind", "error", "traceback")
    return {key: value for key, value in told.items() if key in always or value is not None}


def _impossible_files(tracks: Collection[Track], evidence: Evidence) -> list[str]:
    """What the files tell that cannot have been: a lasting step without the one that it needs."""
    lines: list[str] = []
    for track in tracks:
        lasting = [step for step in track.steps if step.lasting and step.products]
        for before, after in pairwise(lasting):
            if evidence.has_all(after.products) and not evidence.has_all(before.products):
                shown = ", ".join(after.products)
                lines.append(f"{track.name}: {after.reached} by {shown}, but never {before.reached}")
    return lines
