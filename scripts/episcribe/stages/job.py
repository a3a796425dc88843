"""What every stage of an episode has in common: its arguments, its events, and how it fails."""

import gc
import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from episcribe import __version__
from episcribe.ledger.digests import file_digests, text_digest
from episcribe.ledger.events import (
    Event,
    append_event,
    close_event,
    events_path,
    moment_text,
    now,
    open_start,
    read_events,
)
from episcribe.ledger.processes import this_process
from episcribe.library.errors import EpiscribeError, FailureKind, plainly
from episcribe.library.files import remove_left_over
from episcribe.library.layout import STAGES
from episcribe.stages.progress.telling import Teller, say_and_log
from episcribe.stages.workers import take_number

RUN_VARIABLE = "EPISCRIBE_RUN"
NETWORK_VARIABLE = "EPISCRIBE_NETWORK"

HANDED_ON = 3
"""The exit code of a stage that has not failed, but needs more resources than it was given."""
TO_BE_CONTINUED = " (to be continued)"
"""How the log of such a stage ends."""
_LATEST = 4e9  # the year 2096: what names a later time means none


class HandedOn(Exception):  # noqa: N818 - it is no error
    """The stage ends here, to be called again with the resources that the rest of its work needs."""


@dataclass(frozen=True, slots=True)
class Job:
    """One stage of one episode: the episode's folder, and the options that decide what the stage makes."""

    stage: str
    folder: Path
    options: dict[str, Any]
    details: dict[str, Any] = field(default_factory=dict)
    elsewhere: list[str] = field(default_factory=list)

    @property
    def episode(self) -> str:
        """The episode as `show/folder`, the way it is called in messages."""
        return f"{self.folder.parent.name}/{self.folder.name}"

    def note(self, **details: Any) -> None:
        """Add to what the closing event says: `metrics`, `modules`, the network `slot` that was used …"""
        self.details.update(details)

    def note_input(self, path: str | Path) -> None:
        """Add a file outside of the episode's folder to what the closing event says was read."""
        self.elsewhere.append(os.path.abspath(path))  # noqa: PTH100 - the path as it is, whatever it links to

    def begin_module(self, name: str) -> None:
        """Record that the stage now asks the module `name`, for those who watch it at work."""
        append_event(
            events_path(self.folder, self.stage),
            {"time": now(), "event": "module", "stage": self.stage, "module": name},
        )
        Teller(self.episode, self.stage)(name)


def run_job(stage: str, work: Callable[[Job], None], arguments: list[str] | None = None) -> int:
    """Run `work` as the stage: `TARGET OPTIONS LOG`; 0 when it made its files, else 1.

    TARGET is the first of the files to be made, in the episode's folder; OPTIONS is JSON.

    Appends `started` and then `finished` or `failed` to the stage's events. A failure is one line on
    standard error and in LOG; its traceback is in the event.
    """
    # Nearly all that a stage makes lives until its end: looking through it for garbage finds none.
    gc.set_threshold(100_000, 20, 20)
    target, options, log = sys.argv[1:] if arguments is None else arguments
    job = Job(stage, Path(target).parent, json.loads(options))
    try:
        return _run(job, work, options, Path(log))
    except OSError as error:
        # Its events cannot be written: the disk is full, or the folder may not be written to.
        say_and_log(f"{job.episode}: {stage}: {plainly(error)}", Path(log))
        return 1


def _run(job: Job, work: Callable[[Job], None], options: str, log: Path) -> int:
    # What an earlier run said must not pass for what becomes of this one, should it be killed.
    log.unlink(missing_ok=True)
    remove_left_over(job.folder, STAGES[job.stage].products if job.stage in STAGES else ())
    remove_left_over(log.parent, (log.name,))
    path = events_path(job.folder, job.stage)
    earlier = list(read_events(path))
    if (failed := _failed_in_this_run(earlier)) is not None:
        say_and_log(_failure_line(job, failed), log)
        return 1
    begun = time.perf_counter()
    start = _start(path, job, options, earlier)
    inputs = _input_digests(job)
    failure: dict[str, str] | None = None
    what = "finished"
    try:
        work(job)
    except HandedOn as reason:
        what = "handed_on"
        job.note(why=str(reason))
    except EpiscribeError as error:
        failure = _failure(error, error.kind, str(error))
    except (OSError, MemoryError) as error:
        failure = _failure(error, FailureKind.TRANSIENT, plainly(error))
    except Exception as error:  # noqa: BLE001 - the boundary of the process: nothing may end without its event
        failure = _failure(error, FailureKind.PERMANENT, f"unexpected {type(error).__name__}: {error}")
    closing = {
        "event": "failed" if failure else what,
        "duration": round(time.perf_counter() - begun, 3),
        "cpu": round(sum(os.times()[:4]), 3),
        **job.details,
        "inputs": {**inputs, **file_digests(job.folder, job.elsewhere)},
        **({"outputs": _output_digests(job)} if what == "finished" and not failure else {}),
        **(failure or {}),
    }
    append_event(path, {**start, "time": now(), **closing})
    if failure:
        say_and_log(_failure_line(job, failure), log)
        return 1
    if what == "handed_on":
        say_and_log(f"{job.episode}: {job.stage}: {closing['why']}{TO_BE_CONTINUED}", log)
        return HANDED_ON
    return 0


def _input_digests(job: Job) -> dict[str, str | None]:
    return file_digests(job.folder, STAGES[job.stage].reads if job.stage in STAGES else ())


def _output_digests(job: Job) -> dict[str, str | None]:
    return file_digests(job.folder, STAGES[job.stage].products if job.stage in STAGES else ())


def _failed_in_this_run(earlier: Sequence[Event]) -> Event | None:
    """The failure of this stage in this run, which there is no sense in repeating."""
    run = os.environ.get(RUN_VARIABLE)
    last = earlier[-1] if run and earlier else None
    return last if last is not None and last["event"] == "failed" and last.get("run") == run else None


def _failure_line(job: Job, failure: Mapping[str, Any]) -> str:
    return f"{job.episode}: {job.stage}: {failure['error']} ({failure['kind']})"


def _start(path: Path, job: Job, options: str, earlier: Sequence[Event]) -> Event:
    """Record that the job starts; a start without an end before it is closed as interrupted."""
    if (cut_short := open_start(earlier)) is not None:
        append_event(path, close_event(cut_short))
    start = {
        "time": now(),
        "event": "started",
        "stage": job.stage,
        "run": os.environ.get(RUN_VARIABLE, ""),
        "attempt": 1 + _failures_in_a_row(earlier),
        **this_process(),
        "worker": take_number(job.folder.parent.parent),
        "version": __version__,
        "options": text_digest(options),
    }
    append_event(path, start)
    return start


def _failures_in_a_row(events: Sequence[Event]) -> int:
    count = 0
    for event in reversed(events):
        if event["event"] in ("finished", "retry"):
            break
        count += event["event"] == "failed"
    return count


def _failure(error: Exception, kind: FailureKind, message: str) -> dict[str, str]:
    """What the closing event says of a failure; `until` where the source asked for time."""
    from traceback import format_exception

    told = {"kind": str(kind), "error": " ".join(message.split())}
    until = getattr(error, "until", None)
    if until is None and (wait := getattr(error, "retry_after", None)) is not None:
        until = time.time() + wait
    if isinstance(until, (int, float)) and 0 < until < _LATEST:
        told["until"] = moment_text(until)
    return {**told, "traceback": "".join(format_exception(error))}
