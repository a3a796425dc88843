"""Progress told to a person who waits."""

import sys
import time
from typing import TextIO

from episcribe.speech.results import Progress, Report


def print_progress(name: str, stream: TextIO | None = None, every: float = 5.0) -> Report:
    """A report that prints a line to `stream` (stderr by default), at most once in `every` seconds.

    The line tells the time of speech that is done, that there is, and about how long the rest takes.
    """
    output = stream or sys.stderr
    begun = time.monotonic()
    last = begun
    first: float | None = None

    def report(progress: Progress) -> None:
        nonlocal last, first
        now = time.monotonic()
        if first is None:
            first = progress.done_seconds
        done = progress.done_seconds >= progress.total_seconds
        if now - last < every and not done:
            return
        last = now
        # In one piece: others write there too.
        output.write(f"{name}: {_line(progress, now - begun, progress.done_seconds - first)}\n")
        output.flush()

    return report


def _line(progress: Progress, elapsed: float, gained: float) -> str:
    share = progress.done_seconds / progress.total_seconds if progress.total_seconds else 1.0
    text = (
        f"speech {_clock(progress.done_seconds)} of {_clock(progress.total_seconds)} "
        f"({share:.0%}), part {progress.chunk} of {progress.chunks}"
    )
    if gained <= 0 or share >= 1.0:
        return text
    left = (progress.total_seconds - progress.done_seconds) * elapsed / gained
    return f"{text}, about {_clock(left)} left"


def _clock(seconds: float) -> str:
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"
