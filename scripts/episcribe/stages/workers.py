"""Which of the workers of a library a process is: numbers from 0, each held by one process at a time."""

import os
from itertools import count
from pathlib import Path

from episcribe.library.locking import hold_now

_held: list[int] = []


def take_number(library: Path) -> int:
    """The lowest number that no other process holds; it is free again when this process ends.

    The kernel keeps the lock, so a killed process keeps no number.
    """
    folder = library / "log" / "workers"
    folder.mkdir(parents=True, exist_ok=True)
    for number in count():
        descriptor = os.open(folder / str(number), os.O_RDWR | os.O_CREAT, 0o666)
        try:
            hold_now(descriptor)
        except BlockingIOError:
            os.close(descriptor)
            continue
        _held.append(descriptor)
        return number
    raise AssertionError("numbers do not end")
