"""Giving an episode a stage from outside of a run: what is allowed, and the events that tell of it."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from episcribe.ledger.events import Event, now, open_start
from episcribe.ledger.evidence import look
from episcribe.ledger.processes import this_process
from episcribe.ledger.tracks import FAILED, TRACKS, is_allowed
from episcribe.library.errors import EpiscribeError

_BY_HAND = "manual"


def track_of_stage(state: Mapping[str, Any], stage: str, track: str | None) -> str:
    """The track of the episode that has the stage: `track` where it is named, else the first that has it and
    goes on. Raises EpiscribeError when none has.
    """
    lines: Mapping[str, Mapping[str, Any]] = state["tracks"]
    if track is not None and track not in lines:
        raise EpiscribeError(
            f"{state['episode_id']}: is not on the track {track!r}, but on {', '.join(lines)}"
        )
    having = [name for name in lines if stage in TRACKS[name].stages and track in (None, name)]
    if not having:
        known = ", ".join(dict.fromkeys(stage for name in lines for stage in TRACKS[name].stages))
        raise EpiscribeError(f"{state['episode_id']}: there is no stage {stage!r}; expected one of {known}")
    return next((name for name in having if lines[name]["stage"] != TRACKS[name].final), having[0])


def change_events(
    folder: Path,
    state: Mapping[str, Any],
    events: Sequence[Event],
    name: str,
    stage: str,
    *,
    details: Mapping[str, Any],
) -> Iterator[Event]:
    """The events that take the episode from its state to `stage` of the track `name`.

    What is at work is told by the start of its job, in the name of this process; what is reached by its end.
    Raises EpiscribeError for a stage that may not follow, or that files show which are not there.
    """
    track, before = TRACKS[name], str(state["tracks"][name]["stage"])
    if not is_allowed(name, before, stage):
        allowed = ", ".join(sorted(track.transitions[before])) or "nothing"
        raise EpiscribeError(
            f"{state['episode_id']}: {before} may not become {stage}, but {allowed} ({name})"
        )
    begun = [step for step in track.steps if stage == step.during]
    reached = [step for step in track.steps if stage == step.reached]
    running = [job for job in track.jobs if state["stages"][job]["state"] == "running"]
    for step in reached:
        missing = [product for product in step.products if not look(folder).has_all([product])]
        if missing:
            raise EpiscribeError(
                f"{state['episode_id']}: {stage} is shown by {', '.join(missing)}, not there"
            )
    if before == FAILED and stage != FAILED:
        for job in track.jobs:
            if state["stages"][job]["state"] == "failed":
                yield {"time": now(), "event": "retry", "stage": job}
    if begun:
        yield {"time": now(), "event": "started", "stage": begun[0].jobs[0], **this_process(), **details}
    elif reached:
        for job in reached[0].jobs:
            yield {**_start(events, job), "time": now(), "event": "finished", "stage": job, **details}
    elif stage == FAILED and running:
        told = {"kind": "transient", "error": "it failed", **details}
        yield {**_start(events, running[0]), "time": now(), "event": "failed", "stage": running[0], **told}
    else:
        yield {**details, "time": now(), "event": "set", "stage": _BY_HAND, "track": name, "to": stage}


def _start(events: Sequence[Event], job: str) -> Event:
    """The start of a job that is at work, without what only this start tells."""
    start = open_start(event for event in events if event.get("stage") == job) or {}
    return {key: value for key, value in start.items() if key != "at"}
