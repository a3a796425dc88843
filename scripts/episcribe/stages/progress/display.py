"""What of Snakemake's messages becomes progress, and what of them is still printed."""

import atexit
import logging
import os
import re
import sys
from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

from episcribe.stages.progress.bars import draw
from episcribe.stages.progress.lines import Lines
from episcribe.stages.progress.telling import BARS, LINES, announce, say
from episcribe.stages.progress.terminal import Terminal
from episcribe.stages.progress.tracker import Tracker, counts_of

_HANDLER = "DefaultStreamHandler"
# What Snakemake says of every job, and of itself at every step.
_CHATTER = frozenset(
    """
    JOB_INFO GROUP_INFO JOB_STARTED JOB_FINISHED SHELLCMD PROGRESS RESOURCES_INFO RUN_INFO
    """.split()
)
_TALK = (
    "Select jobs to execute",
    "Using shell:",
    "Conda environments: ignored",
    "Singularity containers: ignored",
    "Group jobs: inactive",
    "DAG of jobs will be updated",
    "Updating checkpoint dependencies",
)
# A failure in one line: `show/episode: stage: what happened (kind)`, or that of a source.
_TOLD = re.compile(r"[^\n]+: [^\n]+ \((?:permanent|transient|blocked|none)\)(?:; source: [^\n]*)?")
_LIMIT = 500


class _Shown(Protocol):
    def start(self) -> None: ...
    def stop(self) -> None: ...


class Progress:
    """Shows how far a run is, from Snakemake's messages; `form` is `bars` or `lines`."""

    def __init__(self, workflow: Any, form: str) -> None:
        self._workflow = workflow
        self._form = form
        self._tracker = Tracker()
        self._shown: _Shown | None = None
        self._total = 0
        self._has_colour = form == BARS and not _no_colour(workflow)

    def heed(self, record: logging.LogRecord, told: str | None) -> None:
        """Take notice of a message. `told` is what the log of a failed job says, empty for a job that is
        to be called again.

        Marks what was said by this in its own words, so that it is not said again.
        """
        event = _event(record)
        fields: Mapping[str, Any] = record.__dict__
        if event == "RUN_INFO":
            self._begin()
        elif event == "JOB_INFO":
            wildcards = fields["wildcards"]
            job = "/".join(wildcards[name] for name in ("show", "episode") if name in wildcards)
            if fields["output"]:
                self._tracker.begin(fields["jobid"], fields["rule_name"], job)
        elif event == "JOB_FINISHED":
            self._tracker.finish(fields["job_id"])
        elif event == "JOB_ERROR":
            self._fail(record, told)
        elif event == "GROUP_ERROR":
            for job in fields["job_error_info"]:
                self._tracker.fail(job["jobid"])
        elif event in ("JOB_STARTED", "PROGRESS") and len(self._workflow.dag) != self._total:
            self._plan()

    def expect(self, library: Path) -> None:
        """Take what was set down for this run of how long the jobs of each stage usually take."""
        from episcribe.ledger.reports.predictions import read_predictions

        for prediction in read_predictions(library)[-1:]:
            self._tracker.expect(
                {stage: model.typical * model.bias for stage, model in prediction.models.items()}
            )

    def stop(self) -> None:
        """Show the end, and nothing after it."""
        shown, self._shown = self._shown, None
        if shown is not None:
            self._tracker.end()
            shown.stop()

    def _begin(self) -> None:
        if self._shown is not None:
            return
        self._plan()
        self._shown = self._terminal() if self._form == BARS else Lines(self._tracker)
        atexit.register(self.stop)
        self._shown.start()
        announce(self._form)

    def _terminal(self) -> Terminal:
        from rich.console import Console

        console = Console(file=sys.stderr, force_terminal=True, no_color=not self._has_colour)

        def picture(width: int, height: int) -> list[str]:
            return draw(self._tracker.view(), console, width, height)

        def heard(message: dict[str, Any]) -> None:
            self._tracker.tell(
                str(message.get("job")),
                str(message.get("stage")),
                str(message.get("detail")),
                message.get("share"),
            )

        return Terminal(picture, lambda: self._tracker.version, heard)

    def _plan(self) -> None:
        """Count the jobs of the graph, which grows when sources have been read."""
        dag = self._workflow.dag
        self._total = len(dag)
        nothing_made = frozenset(rule.name for rule in self._workflow.rules if not rule.output)
        jobs = set(chain(dag.needrun_jobs(), dag.finished_jobs))
        self._tracker.plan(counts_of((job.rule.name for job in jobs), nothing_made))

    def _fail(self, record: logging.LogRecord, told: str | None) -> None:
        number: int = record.__dict__["jobid"]
        if told == "":
            self._tracker.pause(number)
            return
        self._tracker.fail(number)
        if told is not None and self._shown is not None and _TOLD.fullmatch(told.strip()):
            plain = "".join(letter if letter.isprintable() else " " for letter in told.strip())
            line = f"error: {plain[:_LIMIT]}; log: {record.__dict__['log'][0]}"
            say(f"\x1b[31m{line}\x1b[0m" if self._has_colour else line)
            record.__dict__["is_told"] = True


class Quieter(logging.Filter):
    """Keeps from the screen what the progress shows. The log file has it all."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self._left_out = _CHATTER | {"WORKFLOW_STARTED"} if form == BARS else _CHATTER

    def filter(self, record: logging.LogRecord) -> bool:
        """False for what is said in another way."""
        if _event(record) in self._left_out or record.__dict__.get("is_told"):
            return False
        message = record.msg if isinstance(record.msg, str) else ""
        return not (record.levelno <= logging.INFO and message.startswith(_TALK))


def show_progress(workflow: Any) -> Progress | None:
    """The progress of a run, unless it was asked for silence, or for Snakemake's own words."""
    from snakemake.logging import logger

    handlers = [handler for handler in logger.handlers if handler.name == _HANDLER]
    for handler in handlers:
        if os.environ.get("NO_COLOR"):
            handler.nocolor = True
    if not handlers or not workflow.is_main_process or wants_own_words(workflow.output_settings):
        return None
    form = BARS if _draws(2) else LINES
    for handler in handlers:
        handler.addFilter(Quieter(form))
        handler.nocolor = handler.nocolor or form == LINES
    return Progress(workflow, form)


def wants_own_words(settings: Any) -> bool:
    """True where a person asks for what Snakemake prints by itself, or for silence."""
    quiet = {choice.name for choice in settings.quiet or ()}
    return bool(
        settings.dryrun
        or settings.printshellcmds
        or settings.verbose
        or settings.debug_dag
        or settings.log_handler_settings
        or quiet & {"ALL", "PROGRESS"}
    )


def _draws(descriptor: int) -> bool:
    """True where escape sequences do what they should: in a terminal that a person looks at."""
    variables = os.environ
    return os.isatty(descriptor) and variables.get("TERM", "") not in ("", "dumb") and not variables.get("CI")


def _no_colour(workflow: Any) -> bool:
    return bool(os.environ.get("NO_COLOR") or workflow.output_settings.nocolor)


def _event(record: logging.LogRecord) -> str:
    event = record.__dict__.get("event")
    return event.name if event is not None else ""
