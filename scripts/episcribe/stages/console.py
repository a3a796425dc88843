"""What Snakemake prints, kept to what a person can read."""

import logging
import re
from pathlib import Path

from episcribe.stages.job import TO_BE_CONTINUED

_LONGEST_REASON = 240
_NOTHING = "Nothing to be done"
_CALLED_AGAIN = "Trying to restart job"
_LONGEST_COMMAND = 100
_OPTIONS = " '{"
# Snakemake says twice that a command failed: with this, and with the job that it was of.
_FAILED_COMMAND = re.compile(r"RuleException:\s+CalledProcessError.*episcribe\.stages\.", re.DOTALL)


class Console(logging.Filter):
    """A log filter that cuts the reasons of jobs, which name every file of the library for the target `all`.

    A job that is handed on to its second attempt is no error, and one that failed is reported once.
    `nothing_to_be_done` is True once Snakemake has said so; it calls no hook then.
    """

    def __init__(self) -> None:
        super().__init__()
        self.nothing_to_be_done = False
        self._reported: set[tuple[str, str]] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        """Let a record through, shortened, unless it says what was said or what is no error."""
        reason = getattr(record, "reason", None)
        if isinstance(reason, str) and len(reason) > _LONGEST_REASON:
            record.reason = f"{reason[:_LONGEST_REASON].rsplit(',', 1)[0]}, …"
        message = record.msg if isinstance(record.msg, str) else ""
        if message.startswith(_NOTHING):
            self.nothing_to_be_done = True
        if record.levelno >= logging.ERROR and getattr(record, "log", None):
            self._shorten_command(record)
            return self._is_news(record.log[0])  # type: ignore[attr-defined]
        return not (message.startswith(_CALLED_AGAIN) or _FAILED_COMMAND.match(message))

    def _shorten_command(self, record: logging.LogRecord) -> None:
        """Leave out a stage's options, which are the whole configuration of a show."""
        command = getattr(record, "shellcmd", None)
        if isinstance(command, str) and len(command) > _LONGEST_COMMAND:
            record.shellcmd = f"{command.partition(_OPTIONS)[0]} …"

    def _is_news(self, log: str) -> bool:
        """True for a failure that its log tells and that was not reported before."""
        try:
            told = Path(log).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return True
        if told.rstrip().endswith(TO_BE_CONTINUED):
            return False
        is_news = (log, told) not in self._reported
        self._reported.add((log, told))
        return is_news
