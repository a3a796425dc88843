"""What the Snakefile asks of a run: its plan when it is parsed, and its beginning and end."""

import atexit
import gc
import os
import sys
import time
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from episcribe.ledger.processes import close_interrupted
from episcribe.ledger.settling import Settled, settle
from episcribe.ledger.standings import Line, write_standings
from episcribe.library.addresses import public_address
from episcribe.library.catalogue import CatalogueEntry, identification
from episcribe.library.errors import EpiscribeError, plainly, plural
from episcribe.library.modules import SPEECH
from episcribe.stages.aftermath import begin_run, end_run, unfinished_run
from episcribe.stages.census import take_census
from episcribe.stages.cluster import Cluster
from episcribe.stages.console import Console
from episcribe.stages.demands import Demands
from episcribe.stages.failures import Failure, failure_lines, failures_in
from episcribe.stages.job import NETWORK_VARIABLE, RUN_VARIABLE
from episcribe.stages.locks import hold_library, hold_working_directory
from episcribe.stages.planning import Plan, make_plan
from episcribe.stages.progress.display import show_progress
from episcribe.stages.progress.telling import say
from episcribe.stages.recordings import KEEP_VARIABLE
from episcribe.stages.retention import compress_old
from episcribe.stages.unreadable import not_read_line
from episcribe.stages.wiring import Wiring

_FAILURES_SHOWN = 50


class Run:
    """One call of Snakemake on the library."""

    def __init__(self, workflow: Any, plan: Plan, console: Console) -> None:
        self.plan = plan
        self._console = console
        self._succeeded = False
        self._not_set_down: list[str] = []
        self._cluster: Cluster | None = None
        self.library = str(plan.library)
        self._workflow = workflow
        os.environ[NETWORK_VARIABLE] = plan.network
        os.environ[KEEP_VARIABLE] = str(int(plan.configuration.keep_recordings))
        self.wiring = Wiring(plan)
        self.demands = Demands(plan, workflow)
        _recognise_one_at_a_time(workflow)
        # The stages run in the interpreter that runs Snakemake, whatever the shell would find first.
        os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        if workflow.is_main_process:
            if not plan.only_looks:
                hold_library(plan.library)
                hold_working_directory()
                self._cluster = Cluster(plan.library, plan.configuration)
                console.cluster = self._cluster
                # Snakemake calls no hook when there is nothing to be done.
                atexit.register(self._close, Path.cwd())
            moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
            os.environ[RUN_VARIABLE] = f"{moment}-{os.getpid()}"
            if self._cluster is not None:
                self._cluster.look()

    @property
    def attempts_to_hear(self) -> int:
        """How often a job for a transcript is called again to listen. That is for the run to do: a job on a
        cluster would listen with what it was given to look for a transcript.
        """
        return self.plan.ways.attempts_to_hear if self._workflow.is_main_process else 0

    def start(self) -> None:
        """Before the first job."""
        scheduler: Any = getattr(self._workflow, "scheduler", None)
        if getattr(scheduler, "job_rate_limiter", None) is not None:
            # Snakemake starts a timer thread for every finished job while others wait (snakemake#3804).
            scheduler.job_rate_limiter = None
        self._call_again()
        if self._cluster is not None:
            try:
                self._cluster.take_over(self._workflow)
            except EpiscribeError as error:
                sys.exit(f"Episcribe: {error}")
        for entry in self.plan.begun_entries():
            close_interrupted(Path(self.plan.folder(entry)))
        self._foretell()

    def _call_again(self) -> None:
        """Have jobs that listen called again as often as the others, as `retries` says."""
        for rule in self._workflow.rules:
            if rule.name == "get_transcript":
                rule.restart_times = self.attempts_to_hear + self._workflow.execution_settings.retries

    def _foretell(self) -> None:
        """Set down how long the work is expected to take, so that the report can say how right that was."""
        from episcribe.stages.report import foretell_run

        try:
            begin_run(self.plan.library, os.environ[RUN_VARIABLE])
            run, now = os.environ[RUN_VARIABLE], time.time()
            foretell_run(self.plan.library, self.plan.configuration, run, now, self.plan.asked_for())
            if self._console.progress is not None:
                self._console.progress.expect(self.plan.library)
        except (EpiscribeError, OSError) as error:
            say(f"No forecast: {plainly(error)}")

    def end(self, *, succeeded: bool) -> None:
        """After the last job: set down the state of the unfinished episodes, and say what failed."""
        self._succeeded = succeeded
        self._console.stop_progress()
        if self._cluster is not None:
            self._cluster.end()
        unfinished = [entry for entry in self.plan.begun_entries() if not self.plan.is_complete(entry)]
        failed = self._settle(unfinished)
        failures = [
            *self._not_read(),
            *(f"Not written: {line}" for line in self.plan.not_writable().values()),
            *self._without_episodes(),
            *self._not_set_down,
            *failure_lines(failure for failures in failed.values() for failure in failures),
        ]
        shown = failures[:_FAILURES_SHOWN]
        if len(failures) > len(shown):
            shown.append(f"… and {len(failures) - len(shown)} more")
        told = self._tell_the_ledger(os.environ[RUN_VARIABLE])
        say("\n".join(["", *told, *shown, self._summary(failed)]))

    def _tell_the_ledger(self, run: str) -> list[str]:
        """Bring views and reports up to date after `run`; a line for each thing that did not go well."""
        from episcribe.stages.report import report_on_run
        from episcribe.stages.views import bring_views_up_to_date

        library, now = self.plan.library, time.time()
        folders = (Path(self.plan.folder(entry)) for entry in self.plan.entries)
        told = compress_old(library, folders, self.plan.configuration.state_management.retention, now)
        try:
            bring_views_up_to_date(library, self.demands.cores)
            told += report_on_run(library, self.plan.configuration, run, now, self.plan.asked_for())
        except (EpiscribeError, OSError) as error:
            return [*told, f"Views and reports are not up to date: {plainly(error)}"]
        end_run(library)
        return told

    def _not_read(self) -> Iterator[str]:
        """A line for each source that could not be read; one that rests was tried by an earlier run."""
        for name in self.plan.unreadable():
            yield f"Not read: {not_read_line(name, self.plan.discovery['shows'][name])}"

    def _without_episodes(self) -> Iterator[str]:
        """A line for each source of a show that lists nothing."""
        for show in self.plan.configuration.shows:
            for source in show.sources:
                record = self.plan.discovery["shows"].get(source.name) or {}
                if record.get("items") == 0 and not record.get("error"):
                    yield f"Nothing found: {source.name}: {source.kind}: {public_address(source.address)}"

    def _close(self, working_directory: Path) -> None:
        os.chdir(working_directory)  # Snakemake has left it by now
        try:
            self.plan.gather_seals(up_to_date=self._succeeded or self._console.nothing_to_be_done)
        except OSError as error:
            say(f"Episodes are not sealed, so the next run looks at all of them: {plainly(error)}")
        if self._console.nothing_to_be_done:
            self._say_what_is_left()

    def _say_what_is_left(self) -> None:
        """At the end of a run without work: what a killed run did not come to, and what is left alone."""
        run = unfinished_run(self.plan.library)
        told = self._tell_the_ledger(run) if run is not None else []
        told += self._not_read()
        if told or self.plan.leaves_some_alone():
            say("\n".join([*told, self._summary(())]))

    def _settle(self, entries: Iterable[CatalogueEntry]) -> dict[str, list[Failure]]:
        """Set down how the unfinished episodes stand; for those that failed in this run, what failed."""
        failures: dict[str, list[Failure]] = {}
        standings: dict[str, list[Line]] = {}
        for entry in entries:
            folder, name = Path(self.plan.folder(entry)), f"{entry.show}/{entry.folder}"
            try:
                settled = self._settle_one(folder, entry)
            except OSError as error:
                failures[name] = []
                self._not_set_down.append(f"Not set down: {name}: {plainly(error)}")
                continue
            standings[name] = settled.lines
            run = os.environ[RUN_VARIABLE]
            if failed := failures_in(settled, run, name, _shown(folder), entry.local):
                failures[name] = failed
        try:
            write_standings(self.plan.library, standings)
        except OSError as error:
            what = "What rests is not set down, so the next run tries it"
            self._not_set_down.append(f"{what}: {plainly(error)}")
        self.plan.look_again_at_standings()
        return failures

    def _settle_one(self, folder: Path, entry: CatalogueEntry) -> Settled:
        if self._cluster is not None:
            self._cluster.settle(folder)
        return settle(
            folder,
            identification(entry),
            self.plan.rules,
            time.time(),
            options=self.plan.stage_options(entry.show),
            tracks=self.plan.tracks(entry),
            local=entry.local,
        )

    def _summary(self, failed: Collection[str]) -> str:
        """The last line of a run: how many episodes there are, and how they stand."""
        total = plural(len(self.plan.entries), "episode")
        return f"Episcribe: {total} in {_shown(self.plan.library)}; {take_census(self.plan, failed)}"


def open_run(workflow: Any) -> Run:
    """The run that is parsing the Snakefile. Ends it with one line when it cannot be."""
    from snakemake.logging import logger

    # A graph of thousands of jobs is all alive: looking through it for garbage takes a tenth of the time.
    gc.set_threshold(200_000, 20, 20)
    console = Console()
    logger.addFilter(console)
    settings = workflow.config_settings
    try:
        plan = make_plan(
            [Path(file) for file in settings.configfiles],
            dict(settings.config),
            Path(workflow.current_basedir),
        )
        shows = plural(len(plan.configuration.shows), "show")
        if workflow.is_main_process:
            plan.read_catalogue()
        console.progress = show_progress(workflow)
        logger.info(f"Configuration: {', '.join(map(str, plan.sources))}; {shows}")
        return Run(workflow, plan, console)
    except EpiscribeError as error:
        sys.exit(f"Episcribe: {error}")


def _recognise_one_at_a_time(workflow: Any) -> None:
    """Limit speech recognition to one recording at a time, unless `--resources speech=N` says otherwise.

    The limit is set here because `--resources` on the command line would drop a profile's.
    """
    from snakemake.resources import Resource

    if SPEECH not in workflow.global_resources:
        workflow.global_resources[SPEECH] = Resource(SPEECH, 1)


def _shown(path: Path) -> Path:
    """The path as it is from the working directory, in full where that is outside of it."""
    return path.resolve() if ".." in path.parts else path
