"""What every stage of an episode has in common: its arguments, its events, and how it fails."""

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from episcribe.ledger.events import Event, append_event, events_path, is_open, now, read_events
from episcribe.library.errors import EpiscribeError, FailureKind

RUN_VARIABLE = "EPISCRIBE_RUN"
NETWORK_VARIABLE = "EPISCRIBE_NETWORK"

HANDED_ON = 3
"""The exit code of a stage that has not failed, but needs more resources than it was given."""
TO_BE_CONTINUED = " (to be continued)"
"""How the log of such a stage ends."""


class HandedOn(Exception):  # noqa: N818 - it is no error
    """The stage ends here, to be called again with the resources that the rest of its work needs."""


@dataclass(frozen=True, slots=True)
class Job:
    """One stage of one episode: the episode's folder, and the options that decide what the stage makes."""

    stage: str
    folder: Path
    options: dict[str, Any]
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def episode(self) -> str:
        """The episode as `show/folder`, the way it is called in messages."""
        return f"{self.folder.parent.name}/{self.folder.name}"

    def note(self, **details: Any) -> None:
        """Add to what the closing event says."""
        self.details.update(details)


def run_job(stage: str, work: Callable[[Job], None], arguments: list[str] | None = None) -> int:
    """Run `work` as the stage: `TARGET OPTIONS LOG`; 0 when it made its files, else 1.

    TARGET is the first of the files to be made, in the episode's folder; OPTIONS is JSON.

    Appends `started` and then `finished` or `failed` to the stage's events. A failure is one line on
    standard error and in LOG; its traceback is in the event.
    """
    target, options, log = sys.argv[1:] if arguments is None else arguments
    job = Job(stage, Path(target).parent, json.loads(options))
    path = events_path(job.folder, stage)
    if (failed := _failed_in_this_run(path)) is not None:
        _say(_failure_line(job, failed), Path(log))
        return 1
    begun = time.perf_counter()
    start = _start(path, job)
    failure: dict[str, str] | None = None
    try:
        work(job)
    except HandedOn as reason:
        append_event(path, {**start, "time": now(), "event": "handed_on", **job.details, "why": str(reason)})
        _say(f"{job.episode}: {stage}: {reason}{TO_BE_CONTINUED}", Path(log))
        return HANDED_ON
    except EpiscribeError as error:
        failure = _failure(error, error.kind, str(error))
    except Exception as error:  # noqa: BLE001 - the boundary of the process: nothing may end without its event
        failure = _failure(error, FailureKind.PERMANENT, f"unexpected {type(error).__name__}: {error}")
    end = {
        "event": "failed" if failure else "finished",
        "duration": round(time.perf_counter() - begun, 3),
        **job.details,
        **(failure or {}),
    }
    append_event(path, {**start, "time": now(), **end})
    if failure:
        _say(_failure_line(job, failure), Path(log))
    return 1 if failure else 0


def _failed_in_this_run(path: Path) -> Event | None:
    """The failure of this stage in this run, which there is no sense in repeating."""
    run = os.environ.get(RUN_VARIABLE)
    last = list(read_events(path))[-1:] if run else []
    return next((event for event in last if event["event"] == "failed" and event.get("run") == run), None)


def _failure_line(job: Job, failure: Mapping[str, Any]) -> str:
    return f"{job.episode}: {job.stage}: {failure['error']} ({failure['kind']})"


def _start(path: Path, job: Job) -> Event:
    """Record that the job starts; a start without an end before it is closed as interrupted."""
    earlier = list(read_events(path))
    if is_open(earlier):
        append_event(path, {**earlier[-1], "event": "interrupted", "time": now()})
    start = {
        "time": now(),
        "event": "started",
        "stage": job.stage,
        "run": os.environ.get(RUN_VARIABLE, ""),
        "attempt": 1 + _failures_in_a_row(earlier),
        "host": os.uname().nodename,
        "pid": os.getpid(),
    }
    append_event(path, start)
    return start


def _failures_in_a_row(events: list[Event]) -> int:
    count = 0
    for event in reversed(events):
        if event["event"] == "finished":
            break
        count += event["event"] == "failed"
    return count


def _failure(error: Exception, kind: FailureKind, message: str) -> dict[str, str]:
    from traceback import format_exception

    line = " ".join(message.split())
    return {"kind": str(kind), "error": line, "traceback": "".join(format_exception(error))}


def _say(line: str, log: Path) -> None:
    print(line, file=sys.stderr)
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(line + "\n", encoding="utf-8")
