"""What Snakemake prints, kept to what a person can read."""

import logging
import re
from pathlib import Path

from episcribe.stages.cluster import Cluster
from episcribe.stages.job import HANDED_ON, TO_BE_CONTINUED
from episcribe.stages.progress.display import Progress

_LONGEST_REASON = 240
_NOTHING = "Nothing to be done"
_CALLED_AGAIN = "Trying to restart job"
_LONGEST_COMMAND = 100
_OPTIONS = " '{"
# Snakemake says twice that a command failed: with this, and with the job that it was of.
_FAILED_COMMAND = re.compile(
    r"RuleException:\s+CalledProcessError.*(episcribe\.stages\.\w+)"
    r".*' (returned non-zero exit status (\d+)|died with .*)",
    re.DOTALL,
)
_OWN_EXITS = ("1", str(HANDED_ON))


class Console(logging.Filter):
    """A log filter that cuts the reasons of jobs, which name every file of the library for the target `all`.

    A job that is handed on to its second attempt is no error, and one that failed is reported once.
    `nothing_to_be_done` is True once Snakemake has said so; it calls no hook then. `progress`, where it is
    set, takes notice of every message, and `cluster` of those that say that jobs failed.
    """

    def __init__(self) -> None:
        super().__init__()
        self.nothing_to_be_done = False
        self.progress: Progress | None = None
        self.cluster: Cluster | None = None
        self._reported: set[tuple[str, str]] = set()
        self._begun: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Let a record through, shortened, unless it says what was said or what is no error."""
        reason = getattr(record, "reason", None)
        if isinstance(reason, str) and len(reason) > _LONGEST_REASON:
            record.reason = f"{reason[:_LONGEST_REASON].rsplit(',', 1)[0]}, …"
        message = record.msg if isinstance(record.msg, str) else ""
        if message.startswith(_NOTHING):
            self.nothing_to_be_done = True
        if self.cluster is not None and (hasattr(record, "job_error_info") or hasattr(record, "aux")):
            self.cluster.heed(record)
        if record.levelno >= logging.ERROR and getattr(record, "log", None):
            self._shorten_command(record)
            return self._is_news(record)
        if (log := getattr(record, "log", None)) and hasattr(record, "jobid"):
            self._begun[log[0]] = record.created
        self._show(record)
        if (failed := _FAILED_COMMAND.match(message)) is not None:
            command, ending, status = failed.groups()
            record.msg = f"{command} {ending.splitlines()[0].rstrip('.')}: it was ended from outside"
            return status not in _OWN_EXITS
        return not message.startswith(_CALLED_AGAIN)

    def stop_progress(self) -> None:
        """Let the terminal be as it is."""
        if self.progress is not None:
            self.progress.stop()

    def _show(self, record: logging.LogRecord, told: str | None = None) -> None:
        if self.progress is not None:
            self.progress.heed(record, told)

    def _shorten_command(self, record: logging.LogRecord) -> None:
        """Leave out a stage's options, which are the whole configuration of a show."""
        command = getattr(record, "shellcmd", None)
        if isinstance(command, str) and len(command) > _LONGEST_COMMAND:
            record.shellcmd = f"{command.partition(_OPTIONS)[0]} …"

    def _is_news(self, record: logging.LogRecord) -> bool:
        """True for a failure that its log tells and that was not reported before."""
        log: str = record.log[0]  # type: ignore[attr-defined]
        told = self._told_by(Path(log))
        if told is None:
            self._show(record)
            return True
        if told.rstrip().endswith(TO_BE_CONTINUED):
            self._show(record, "")
            return False
        is_news = (log, told) not in self._reported
        self._reported.add((log, told))
        self._show(record, told if is_news else None)
        return is_news

    def _told_by(self, log: Path) -> str | None:
        """What the job said in its log; None when it said nothing since it was begun."""
        try:
            if log.stat().st_mtime < self._begun.get(str(log), 0.0):
                return None
            return log.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None
