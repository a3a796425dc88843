"""Jobs that a killed run left on a cluster: the next run waits for them and does not send the same again."""

import asyncio
import json
import os
import stat
import subprocess
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

from episcribe.ledger.digests import text_digest
from episcribe.library.config import Configuration
from episcribe.library.errors import EpiscribeError
from episcribe.library.files import write_atomically
from episcribe.library.layout import CLUSTER_JOBS
from episcribe.stages.job import RUN_VARIABLE
from episcribe.stages.progress.telling import say
from episcribe.stages.slurm import end_jobs, jobs_named, targets_of

_SLURM = "snakemake_executor_plugin_slurm"
_GENERIC = "snakemake_executor_plugin_cluster_generic"
_LONGEST_BETWEEN_LOOKS = 4
_PATIENCE = 60.0

_Jobs = dict[str, frozenset[str]]
"""What each job makes, by its id: `rule:wildcard=value,…`."""


class Takeover:
    """The jobs of `library` that an earlier run sent to a cluster.

    What is needed to find them stands in a record: the run and its configuration; SLURM's name for all of its
    jobs, or, for other schedulers, the commands that ask for and end a job, and a line for each job.
    """

    def __init__(self, library: Path, configuration: Configuration) -> None:
        self._record = library / CLUSTER_JOBS
        self._settings = configuration
        self._header: dict[str, str] = {}
        self._earlier: _Jobs = {}

    @cached_property
    def _configuration(self) -> str:
        return text_digest(self._settings.model_dump_json())

    def look(self) -> None:
        """Before the graph is built: find the jobs of an earlier run that still wait or are at work.

        That run is then gone on with, under its name. Raises EpiscribeError when the scheduler does not say.
        """
        header, sent = _read(self._record)
        if not header:
            return
        if "name" in header:
            alive = {job: targets_of(job) for job in jobs_named(header["name"])}
        else:
            alive = {job: made for job, made in sent.items() if _is_at_work(header["status"], job)}
        if alive and header["configuration"] != self._configuration:
            say(f"{_listed(alive)} of an earlier run: cancelled, as the configuration is another now")
            _end(header, alive)
        elif alive:
            self._header, self._earlier = header, alive
            os.environ[RUN_VARIABLE] = header["run"]

    def take_over(self, executor: Any) -> None:
        """Before the first job: have `executor` wait for those jobs in the place of new ones.

        Raises EpiscribeError when they are at work and this executor cannot wait for them.
        """
        plugin = type(executor).__module__.partition(".")[0]
        header = _header_of(plugin, executor)
        if self._earlier and not (header and set(header) <= set(self._header)):
            raise EpiscribeError(
                f"{_listed(self._earlier)} of an earlier run are at work in this library; "
                "go on with the profile that sent them, or end them first"
            )
        if not header:
            return
        if self._earlier:
            say(f"{_listed(self._earlier)} of an earlier run: taken over")
            header = {key: self._header[key] for key in header}
        self._write(header)
        if plugin == _SLURM:
            executor.run_uuid = header["name"]  # by which the plugin asks how its jobs are
            _look_often_enough(executor)
        else:
            self._keep_record(executor)
        if self._earlier:
            self._hand_over(executor, header)

    def _write(self, header: dict[str, str]) -> None:
        more = {"run": os.environ[RUN_VARIABLE], "configuration": self._configuration}
        lines = [json.dumps({**header, **more}), *(_line(job, made) for job, made in self._earlier.items())]
        write_atomically(self._record, "".join(f"{line}\n" for line in lines))
        self._record.chmod(0o644)

    def end(self) -> None:
        """All jobs have come to their end."""
        self._record.unlink(missing_ok=True)

    def _keep_record(self, executor: Any) -> None:
        report = executor.report_job_submission

        def report_job_submission(info: Any, register_job: bool = True) -> None:
            with self._record.open("a", encoding="utf-8") as file:
                file.write(f"{_line(info.external_jobid, _wanted(info.job))}\n")
            report(info, register_job=register_job)

        executor.report_job_submission = report_job_submission

    def _hand_over(self, executor: Any, header: dict[str, str]) -> None:
        from snakemake_interface_executor_plugins.executors.base import SubmittedJobInfo

        submit = executor.run_job
        report = getattr(executor, "_report_job_submission_threadsafe", executor.report_job_submission)

        def run_job(job: Any) -> None:
            wanted = _wanted(job)
            for earlier, made in list(self._earlier.items()):
                if wanted <= made:
                    del self._earlier[earlier]
                    report(SubmittedJobInfo(job, external_jobid=earlier, aux=_aux(executor, earlier)))
                    return
                if wanted & made:
                    # Jobs are put together in another way now.
                    del self._earlier[earlier]
                    _end(header, [earlier])
            submit(job)

        executor.run_job = run_job


def _header_of(plugin: str, executor: Any) -> dict[str, str]:
    """How the jobs of an executor are found again; empty where they cannot be."""
    if plugin == _SLURM:
        return {"name": executor.run_uuid}
    if plugin == _GENERIC:
        settings = executor.workflow.executor_settings
        if settings.status_cmd and settings.cancel_cmd:
            return {"status": settings.status_cmd, "cancel": settings.cancel_cmd}
    return {}


def _line(job: str, made: Iterable[str]) -> str:
    return json.dumps([job, sorted(made)])


def _aux(executor: Any, job: str) -> dict[str, Any]:
    folder = getattr(executor, "slurm_logdir", None)
    return {} if folder is None else {"slurm_logfile": Path(folder) / f"{job}.log"}


def _wanted(job: Any) -> frozenset[str]:
    from snakemake_interface_executor_plugins.utils import encode_target_jobs_cli_args

    return frozenset(encode_target_jobs_cli_args(job.get_target_spec()))


def _look_often_enough(executor: Any) -> None:
    """Look at the queue again after a few times the interval that was asked for.

    The plugin waits longer and longer, to three minutes, also when jobs fail and at the end of a run.
    """
    longest = _LONGEST_BETWEEN_LOOKS * executor.workflow.executor_settings.init_seconds_before_status_checks

    async def sleep() -> None:
        await asyncio.sleep(min(executor.next_seconds_between_status_checks, longest))

    executor.sleep = sleep


def _is_at_work(status: str, job: str) -> bool:
    return _ask(f"{status} '{job}'").strip() == "running"


def _end(header: dict[str, str], jobs: Iterable[str]) -> None:
    if "name" in header:
        end_jobs(jobs)
        return
    for job in jobs:
        _ask(f"{header['cancel']} '{job}'")


def _ask(command: str) -> str:
    try:
        return subprocess.run(
            command, shell=True, capture_output=True, text=True, timeout=_PATIENCE, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise EpiscribeError(f"{command}: no answer: {error}") from error


def _read(path: Path) -> tuple[dict[str, str], _Jobs]:
    """The record of an earlier run and the jobs in it; both empty where there is none that can be used.

    Raises EpiscribeError when somebody else may have written it: there are commands in it.
    """
    try:
        status = path.stat()
        if status.st_uid != os.getuid() or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise EpiscribeError(
                f"{path}: tells of jobs on the cluster, and others than you may have written it; "
                "delete it once no job of an earlier run is at work"
            )
        first, *lines = path.read_text(encoding="utf-8").splitlines()
        header = {key: str(value) for key, value in json.loads(first).items()}
    except (OSError, ValueError, AttributeError):
        return {}, {}
    if not {"run", "configuration"} <= set(header) or not ("name" in header or "status" in header):
        return {}, {}
    jobs: _Jobs = {}
    for line in lines:
        try:
            job, targets = json.loads(line)
            jobs[str(job)] = frozenset(map(str, targets))
        except (ValueError, TypeError):
            continue  # a torn line
    return header, jobs


def _listed(jobs: Iterable[str]) -> str:
    names = list(jobs)
    shown = ", ".join(names[:10]) + (" …" if len(names) > 10 else "")
    return f"{'job' if len(names) == 1 else 'jobs'} {shown} on the cluster"
