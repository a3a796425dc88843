"""What a run has to do with a cluster: jobs that an earlier run left there, and jobs that end without a word
of their own.
"""

import logging
import os
from pathlib import Path
from typing import Any

from episcribe.ledger.events import append_event, events_path, last_event, now, open_start, read_events
from episcribe.library.config import Configuration
from episcribe.library.errors import FailureKind
from episcribe.library.layout import STAGES
from episcribe.stages.job import RUN_VARIABLE
from episcribe.stages.slurm import state_of
from episcribe.stages.takeover import Takeover

_TOLD_BY_ITSELF = frozenset(("failed", "handed_on"))
_ENDED = {
    "OUT_OF_MEMORY": "it took more memory than it had asked for",
    "TIMEOUT": "it took more time than it had asked for",
    "DEADLINE": "it took more time than it had asked for",
    "CANCELLED": "it was cancelled",
    "NODE_FAIL": "its node failed",
    "BOOT_FAIL": "its node did not start",
    "PREEMPTED": "other work took its place",
    "FAILED": "it ended before it could tell why",
}
# What is sure to happen again, unless something is changed.
_OWN_FAULT = frozenset(("OUT_OF_MEMORY", "TIMEOUT", "DEADLINE", "FAILED"))


class Cluster:
    """The cluster's part of a run on `library`."""

    def __init__(self, library: Path, configuration: Configuration) -> None:
        self._takeover = Takeover(library, configuration)
        self._cut_short: dict[Path, set[str]] = {}

    def look(self) -> None:
        """Before the graph is built: find the jobs of an earlier run. Raises EpiscribeError."""
        self._takeover.look()

    def take_over(self, workflow: Any) -> None:
        """Before the first job: take those jobs over. Raises EpiscribeError."""
        self._takeover.take_over(workflow.scheduler._executor)

    def end(self) -> None:
        """All jobs have come to their end."""
        self._takeover.end()

    def heed(self, record: logging.LogRecord) -> None:
        """Take notice of a failure that Snakemake reports: set down what the cluster says of a job that ended
        without a word of its own.
        """
        fields = record.__dict__
        members = fields.get("job_error_info") or [fields]
        job = next((str(found) for member in members if (found := _external(member))), None)
        if job is None:
            return
        lasts = {Path(member["log"][0]): _last(Path(member["log"][0])) for member in members if member["log"]}
        if _TOLD_BY_ITSELF.intersection(lasts.values()):
            return
        ended = [log for log, last in lasts.items() if last in ("started", "module")]
        ended = ended or [log for log, last in lasts.items() if last != "finished"][:1]
        state = state_of(job)
        error = f"job {job} on the cluster: {_ENDED.get(state or '', 'it ended before it could tell why')}"
        if state is not None:
            error += f" ({state})"
        for log in ended:
            self._set_down(log, error, state)

    def _set_down(self, log: Path, error: str, state: str | None) -> None:
        folder, stage = _place(log)
        if stage not in STAGES:
            return
        path = events_path(folder, stage)
        start = open_start(read_events(path)) or {"stage": stage, "run": os.environ.get(RUN_VARIABLE, "")}
        told = {"kind": str(FailureKind.TRANSIENT), "error": error}
        append_event(path, {**start, "event": "interrupted", "time": now(), **told})
        if state in _OWN_FAULT:
            self._cut_short.setdefault(folder, set()).add(stage)

    def settle(self, folder: Path) -> None:
        """After the last job: what was cut short by its own fault and not made since has failed."""
        for stage in self._cut_short.pop(folder, ()):
            path = events_path(folder, stage)
            last = last_event(path)
            if last is not None and last["event"] == "interrupted":
                append_event(path, {**last, "event": "failed", "time": now()})


def _external(fields: Any) -> Any:
    return (fields.get("aux") or {}).get("external_jobid") or fields.get("external_jobid")


def _place(log: Path) -> tuple[Path, str]:
    return log.parent.parent, log.stem


def _last(log: Path) -> str | None:
    """The last event of this run that the stage of a log recorded."""
    event = last_event(events_path(*_place(log)))
    return event["event"] if event is not None and event.get("run") == os.environ.get(RUN_VARIABLE) else None
