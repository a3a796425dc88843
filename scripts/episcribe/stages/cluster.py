"""What a run has to do with a cluster: jobs that an earlier run left there, and jobs that end without a word
of their own.
"""

import json
import logging
import os
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

from episcribe.ledger.digests import text_digest
from episcribe.ledger.events import append_event, events_path, last_event, now, open_start, read_events
from episcribe.library.config import Configuration
from episcribe.library.errors import EpiscribeError, FailureKind
from episcribe.library.files import write_atomically
from episcribe.library.layout import STAGES
from episcribe.stages.job import RUN_VARIABLE
from episcribe.stages.progress.telling import say
from episcribe.stages.slurm import end_jobs, jobs_named, state_of, targets_of

RECORD = "log/cluster.json"
_LONGEST_BETWEEN_LOOKS = 4
_PLUGIN = "snakemake_executor_plugin_slurm"
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
        self._record = library / RECORD
        self._settings = configuration
        self._name = ""
        self._earlier: dict[str, frozenset[str]] = {}
        self._cut_short: dict[Path, set[str]] = {}

    def look(self) -> None:
        """Before the graph is built: find the jobs of an earlier run that still wait or are at work.

        That run is then gone on with, under its name. Raises EpiscribeError when SLURM does not say.
        """
        record = _read(self._record)
        if record is None:
            return
        alive = jobs_named(record["name"])
        if alive and record["configuration"] != self._configuration:
            say(f"{_listed(alive)} of an earlier run: cancelled, as the configuration is another now")
            end_jobs(alive)
            alive = []
        if alive:
            self._name = record["name"]
            self._earlier = {job: targets_of(job) for job in alive}
            os.environ[RUN_VARIABLE] = record["run"]

    @cached_property
    def _configuration(self) -> str:
        return text_digest(self._settings.model_dump_json())

    def take_over(self, workflow: Any) -> None:
        """Before the first job: have those jobs waited for where their work would be given to new ones.

        Raises EpiscribeError when they are at work and this run is not one on SLURM.
        """
        executor: Any = workflow.scheduler._executor
        if type(executor).__module__.partition(".")[0] != _PLUGIN:
            if self._earlier:
                raise EpiscribeError(
                    f"{_listed(self._earlier)} of an earlier run are at work in this library; go on with "
                    f"--workflow-profile profiles/slurm, or end them: scancel --name={self._name}"
                )
            return
        if self._earlier:
            say(f"{_listed(self._earlier)} of an earlier run: taken over")
            executor.run_uuid = self._name  # by which the plugin asks how its jobs are
            self._hand_over(executor)
        _look_often_enough(executor)
        record = {"name": executor.run_uuid, "run": os.environ[RUN_VARIABLE]}
        write_atomically(self._record, json.dumps({**record, "configuration": self._configuration}) + "\n")

    def _hand_over(self, executor: Any) -> None:
        from snakemake_interface_executor_plugins.executors.base import SubmittedJobInfo
        from snakemake_interface_executor_plugins.utils import encode_target_jobs_cli_args

        submit = executor.run_job

        def run_job(job: Any) -> None:
            wanted = frozenset(encode_target_jobs_cli_args(job.get_target_spec()))
            for earlier, made in list(self._earlier.items()):
                if wanted <= made:
                    del self._earlier[earlier]
                    log = Path(executor.slurm_logdir) / f"{earlier}.log"
                    info = SubmittedJobInfo(job, external_jobid=earlier, aux={"slurm_logfile": log})
                    executor._report_job_submission_threadsafe(info)
                    return
                if wanted & made:
                    # Jobs are put together in another way now.
                    del self._earlier[earlier]
                    end_jobs([earlier])
            submit(job)

        executor.run_job = run_job

    def heed(self, record: logging.LogRecord) -> None:
        """Take notice of a failure that Snakemake reports: set down what the cluster says of a job that ended
        without a word of its own.
        """
        fields = record.__dict__
        members = fields.get("job_error_info") or [fields]
        job = next((str(found) for member in members if (found := _external(member))), None)
        lasts = {Path(member["log"][0]): _last(Path(member["log"][0])) for member in members if member["log"]}
        if job is None or _TOLD_BY_ITSELF.intersection(lasts.values()):
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

    def end(self) -> None:
        """All jobs have come to their end."""
        self._record.unlink(missing_ok=True)


def _look_often_enough(executor: Any) -> None:
    """Look at the queue again after a few times the interval that was asked for.

    The plugin waits longer and longer, to three minutes, also when jobs fail and at the end of a run.
    """
    import asyncio

    longest = _LONGEST_BETWEEN_LOOKS * executor.workflow.executor_settings.init_seconds_before_status_checks

    async def sleep() -> None:
        await asyncio.sleep(min(executor.next_seconds_between_status_checks, longest))

    executor.sleep = sleep


def _read(path: Path) -> dict[str, str] | None:
    try:
        record = json.loads(path.read_bytes())
        return {key: str(record[key]) for key in ("name", "run", "configuration")}
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _external(fields: Any) -> Any:
    return (fields.get("aux") or {}).get("external_jobid") or fields.get("external_jobid")


def _place(log: Path) -> tuple[Path, str]:
    return log.parent.parent, log.stem


def _last(log: Path) -> str | None:
    """The last event of this run that the stage of a log recorded."""
    event = last_event(events_path(*_place(log)))
    return event["event"] if event is not None and event.get("run") == os.environ.get(RUN_VARIABLE) else None


def _listed(jobs: Iterable[str]) -> str:
    names = list(jobs)
    shown = ", ".join(names[:10]) + (" …" if len(names) > 10 else "")
    return f"{'job' if len(names) == 1 else 'jobs'} {shown} on the cluster"
