"""A terminal with a picture at its lower end that is drawn anew, and all else that is printed above it.

What this process and its children write to the terminal goes through a pipe for as long as the picture is
there, so that neither disturbs the other. The cursor is not hidden, no other screen and no mode of the
terminal is used: a process that is killed leaves nothing to be set right.
"""

import os
import select
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Lock, Thread
from typing import Any

from episcribe.stages.progress.telling import MARK, read_message

Draw = Callable[[int, int], Sequence[str]]
"""Gives the lines of the picture for a width and a height, each less wide than the width."""

_BETWEEN = 0.25
_WHEN_IDLE = 1.0
_DRAIN = 5.0
_MARK = MARK.encode()


class Terminal:
    """Draws the picture about four times a second while it changes, else once a second, in a thread."""

    def __init__(
        self, draw: Draw, version: Callable[[], int], heard: Callable[[dict[str, Any]], None]
    ) -> None:
        self._draw = draw
        self._version = version
        self._heard = heard
        self._lock = Lock()
        self._thread: Thread | None = None
        self._tty = -1
        self._saved: dict[int, int] = {}
        self._picture = Picture()
        self._unfinished = b""

    def start(self) -> None:
        """Take over the terminal that standard error, and perhaps standard output, is."""
        sys.stdout.flush()
        sys.stderr.flush()
        self._saved = {fd: os.dup(fd) for fd in (2, 1) if os.isatty(fd)}
        self._tty = self._saved[2]
        # The end that is written to stays open here, so that the pipe does not end when it is given back.
        self._pipe, self._end = os.pipe()
        self._bell, self._ring = os.pipe()
        for fd in self._saved:
            os.dup2(self._end, fd)
        self._thread = Thread(target=self._run, name="progress", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Draw the picture a last time, leave it there, and give the terminal back. May be called again."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is None:
            return
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        self._give_back()
        os.write(self._ring, b".")
        thread.join(_DRAIN)

    def _give_back(self) -> None:
        for fd, saved in self._saved.items():
            os.dup2(saved, fd)

    def _run(self) -> None:
        try:
            self._paint_until_the_end()
        except OSError:
            # The terminal is gone. What is written from now on meets that by itself.
            pass
        finally:
            self._give_back()

    def _paint_until_the_end(self) -> None:
        above = b""
        painted, shown = 0.0, -1
        while True:
            wait = (
                painted + (_BETWEEN if above or shown != self._version() else _WHEN_IDLE) - time.monotonic()
            )
            ready, _, _ = select.select([self._pipe, self._bell], [], [], min(max(0.0, wait), _BETWEEN))
            if self._pipe in ready:
                above += self._take(os.read(self._pipe, 65536))
            elif self._bell in ready:
                self._picture.paint(self._tty, above + self._unfinished, self._lines(), is_last=True)
                return
            now = time.monotonic()
            pause = _BETWEEN if above or shown != self._version() else _WHEN_IDLE
            if now - painted >= pause or len(above) > 65536:
                shown = self._version()
                self._picture.paint(self._tty, above, self._lines())
                above, painted = b"", now

    def _lines(self) -> Sequence[str]:
        try:
            size = os.get_terminal_size(self._tty)
        except OSError:
            size = os.terminal_size((80, 24))
        return self._draw(size.columns or 80, size.lines or 24)

    def _take(self, data: bytes) -> bytes:
        """The whole lines of what was written, without the messages, which are heard."""
        *lines, self._unfinished = (self._unfinished + data).split(b"\n")
        kept = bytearray()
        for line in lines:
            if line.startswith(_MARK):
                if (message := read_message(line)) is not None:
                    self._heard(message)
            else:
                # Of a line that its writer drew over and over, the last state counts.
                kept += line.rstrip(b"\r").rpartition(b"\r")[2] + b"\n"
        return bytes(kept)


class Picture:
    """The lines at the lower end of a terminal, with the cursor at the end of the last."""

    def __init__(self) -> None:
        self._drawn = 0

    def paint(self, tty: int, above: bytes, lines: Sequence[str], *, is_last: bool = False) -> None:
        """Write `above` over the picture and draw it anew. Raises OSError when the terminal is gone."""
        out = bytearray()
        if self._drawn:
            # A terminal that was made narrower since may have broken the lines. Not every one does; so what
            # is left of them stays there, rather than that something else is wiped out.
            out += b"\r" + (b"\x1b[%dA" % (self._drawn - 1) if self._drawn > 1 else b"")
        if above:
            out += b"\x1b[J" + above + (b"" if above.endswith(b"\n") else b"\n")
        out += b"\x1b[K\n".join(line.encode("utf-8", "replace") for line in lines)
        out += b"\x1b[J"
        if is_last:
            out += b"\n"
        _write(tty, bytes(out))
        self._drawn = len(lines)


def _write(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[os.write(descriptor, rest) :]
        except BlockingIOError:
            select.select([], [descriptor], [], 1.0)
