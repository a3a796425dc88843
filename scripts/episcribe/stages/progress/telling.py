"""What a stage says about its work while it is at it, to the run that watches it."""

import json
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

VARIABLE = "EPISCRIBE_PROGRESS"
BARS, LINES = "bars", "lines"
MARK = "\x1e"
"""What a message to the bars begins with: no line of text does (RFC 7464 begins its records so)."""
_BETWEEN = 0.5


def announce(form: str) -> None:
    """Let the stages that write to this process's standard error know what is shown there."""
    os.environ[VARIABLE] = f"{form}:{_identity()}"


def watched_as() -> str | None:
    """`bars` or `lines` when standard error is where a run shows its progress; else None.

    The run says which file it is, so that a stage whose output goes elsewhere is not mistaken.
    """
    form, _, place = os.environ.get(VARIABLE, "").partition(":")
    return form if form and place == _identity() else None


def say(line: str) -> None:
    """Print a line to standard error in one piece: `print` writes its end by itself, and another thread or
    process may come between.
    """
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def say_and_log(line: str, log: Path) -> None:
    """Print the line and write it to the log, from which a run that shows its progress takes it."""
    is_taken = False
    # Where nothing can be written, the printed line has to do.
    with suppress(OSError):
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(line + "\n", encoding="utf-8")
        is_taken = watched_as() is not None
    if not is_taken:
        say(line)


class Teller:
    """Tells the bars of a run what a stage of a job is at; elsewhere it says nothing."""

    def __init__(self, job: str, stage: str) -> None:
        self._about = {"job": job, "stage": stage}
        self._last = -_BETWEEN
        self.is_heard = watched_as() == BARS

    def __call__(self, detail: str, done: float = 0.0, total: float | None = None) -> None:
        """`detail` is what is being done, of which `done` of `total` is; at most twice a second."""
        now = time.monotonic()
        if not self.is_heard or (now - self._last < _BETWEEN and (total is None or done < total)):
            return
        self._last = now
        share = min(1.0, done / total) if total else None
        message = json.dumps({**self._about, "detail": detail, "share": share})
        say(f"{MARK}{message}")


def read_message(line: bytes) -> dict[str, Any] | None:
    """What a line says that begins with the mark; None for any other line."""
    text = line.decode("utf-8", "replace")
    if not text.startswith(MARK):
        return None
    try:
        message = json.loads(text.removeprefix(MARK))
    except ValueError:
        return None
    return message if isinstance(message, dict) else None


def _identity() -> str:
    try:
        status = os.fstat(2)
    except OSError:
        return ""
    return f"{status.st_dev}:{status.st_ino}"
