"""A run told in plain lines, for logs and pipes."""

import time
from threading import Event, Thread

from episcribe.stages.progress.telling import say
from episcribe.stages.progress.tracker import Tracker, View
from episcribe.stages.progress.wording import clock, outlook, totals

_FIRST = 5.0
_SHARE = 1 / 60


class Lines:
    """Says every few seconds how far the run is, more rarely the longer it takes, if anything was done."""

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="progress", daemon=True)
        self._told: tuple[int, int] | None = None

    def start(self) -> None:
        """Begin to tell."""
        self._thread.start()

    def stop(self) -> None:
        """Say how it ended, when that was not said. May be called again."""
        if not self._stopped.is_set():
            self._stopped.set()
            self._thread.join(1)
            self._tell()

    def _run(self) -> None:
        begun = time.monotonic()
        while not self._stopped.wait(max(_FIRST, (time.monotonic() - begun) * _SHARE)):
            self._tell()

    def _tell(self) -> None:
        view = self._tracker.view()
        now = (view.done, view.failed)
        if now != self._told:
            self._told = now
            say(line_of(view))


def line_of(view: View) -> str:
    """The run in a line: `0:45 118 of 240 jobs: transcripts 30/40, notes 28/40 …; 3.1/s, about 40 s left`."""
    bars = ", ".join(f"{bar.name} {bar.done}/{bar.total}" for bar in view.bars)
    told = f"Progress: {clock(view.elapsed)}: {totals(view)}: {bars}"
    return "; ".join(part for part in (told, outlook(view)) if part)
