"""Those who wait for something that all processes share stand in line, and are woken when it is their turn.

Each who waits has a named pipe, whose name tells since when and for what. Who frees something writes a byte
to the pipe of the one whose turn it is. A pipe that nobody reads belongs to a process that died.
"""

import contextlib
import os
import select
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote

_LONGEST_NAME = 180


class Waiting(NamedTuple):
    """One who waits, first come first: `purpose` is what for."""

    path: Path
    purpose: str


class Place:
    """A place in the line, which its holder waits in."""

    def __init__(self, path: Path | None, pipe: int | None) -> None:
        self.path = path
        self._pipe = pipe

    def wait(self, seconds: float) -> None:
        """Sleep until woken, but not longer than `seconds`."""
        if self._pipe is None:
            time.sleep(seconds)
        elif select.select([self._pipe], [], [], seconds)[0]:
            os.read(self._pipe, 4096)


class Line:
    """The line in front of what is shared; `folder` holds the pipes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def place(self, purpose: str) -> Iterator[Place]:
        """Stand in line while the block runs. Where there can be no pipes, the place is only slept in."""
        name = f"{time.time_ns():020d}-{os.urandom(4).hex()}-{quote(purpose, safe='')[:_LONGEST_NAME]}"
        path = self._folder / name
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            hidden = self._folder / f".{name}"  # until somebody reads it, it would be taken for a dead one
            os.mkfifo(hidden, 0o600)
            # Also open for writing: else it would count as readable once the first who wakes has left.
            pipe = os.open(hidden, os.O_RDWR | os.O_NONBLOCK)
            hidden.replace(path)
        except OSError:
            yield Place(None, None)
            return
        try:
            yield Place(path, pipe)
        finally:
            path.unlink(missing_ok=True)
            os.close(pipe)

    def before(self, place: Place | None) -> list[Waiting]:
        """Who came before `place`, or all who wait; those who died are taken out of the line."""
        try:
            names = sorted(path.name for path in self._folder.iterdir() if path.name[0] != ".")
        except FileNotFoundError:
            return []
        own = place.path.name if place is not None and place.path is not None else None
        found = []
        for name in names:
            if name == own:
                break
            one = Waiting(self._folder / name, unquote(name.split("-", 2)[-1]))
            if _write(one.path, b""):
                found.append(one)
            else:
                one.path.unlink(missing_ok=True)
        return found

    def wake_first(self, suits: Callable[[str], bool] = lambda _: True) -> None:
        """Wake the first one whose purpose suits."""
        for one in self.before(None):
            if suits(one.purpose) and _write(one.path, b"."):
                return


def _write(path: Path, data: bytes) -> bool:
    """Write to a pipe; False when nobody reads it (ENXIO) or it is gone."""
    try:
        pipe = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        with contextlib.suppress(BlockingIOError):  # full: whoever reads it will wake
            os.write(pipe, data)
    finally:
        os.close(pipe)
    return True
