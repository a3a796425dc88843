"""A number of places under one name: who finds none waits until one is given back.

Between processes a place is a file that is locked (flock). The kernel frees the lock when its holder dies,
however it dies, so no place is ever lost and none has to be found stale; on NFS the server does so when it
learns that the client is gone.
"""

import os
import select
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from episcribe.library.locking import hold_now, release
from episcribe.net.records import file_name

_LOOK = (
    0.05  # seconds after which a waiter looks for itself: for holders that were killed, or on other machines
)
_AFTER_YOU = 0.001  # seconds for a waiter to take the place that was just given back


class Places(Protocol):
    """Where places are taken."""

    def taken(self, name: str, count: int, left: Callable[[], float]) -> Callable[[], None] | None:
        """Take one of `count` places, waiting at most `left()` seconds: what gives it back, else None."""
        ...


class OwnPlaces:
    """Places that the threads of this process share."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._semaphores: dict[str, threading.BoundedSemaphore] = {}

    def taken(self, name: str, count: int, left: Callable[[], float]) -> Callable[[], None] | None:
        """Take one of `count` places, waiting at most `left()` seconds: what gives it back, else None."""
        with self._lock:
            semaphore = self._semaphores.setdefault(name, threading.BoundedSemaphore(count))
        if not semaphore.acquire(timeout=min(left(), threading.TIMEOUT_MAX)):
            return None
        return semaphore.release


class SharedPlaces:
    """Places that all processes with the same `folder` share.

    One thread of each process waits at a time, the others behind it. Who gives a place back says so through
    a pipe with a name; a waiter sleeps until it hears that, and looks for itself now and then.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._queues: dict[str, threading.Lock] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def taken(self, name: str, count: int, left: Callable[[], float]) -> Callable[[], None] | None:
        """Take one of `count` places, waiting at most `left()` seconds: what gives it back, else None."""
        stem = str(self._folder / file_name(name))
        with self._lock:
            queue = self._queues.setdefault(name, threading.Lock())
        if not queue.acquire(timeout=min(left(), threading.TIMEOUT_MAX)):
            return None
        try:
            descriptor = _try_each(stem, count)
            if descriptor is None:
                descriptor = _wait(stem, count, left)
        finally:
            queue.release()
        return None if descriptor is None else lambda: _give_back(stem, descriptor)


def _try_each(stem: str, count: int) -> int | None:
    """The descriptor of a place that was free and is locked now."""
    for number in range(count):
        descriptor = os.open(f"{stem}.{number}", os.O_RDWR | os.O_CREAT, 0o666)
        try:
            hold_now(descriptor)
        except BlockingIOError:
            os.close(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        else:
            return descriptor
    return None


def _wait(stem: str, count: int, left: Callable[[], float]) -> int | None:
    with _listening(f"{stem}.pipe") as heard:
        while True:
            # Looked for after the pipe was opened, so that no word can be missed in between.
            descriptor = _try_each(stem, count)
            remaining = left()
            if descriptor is not None or remaining <= 0:
                return descriptor
            heard(min(_LOOK, remaining))


@contextmanager
def _listening(pipe: str) -> Iterator[Callable[[float], None]]:
    """A function that sleeps until something is said through `pipe`, or for some seconds."""
    try:
        os.mkfifo(pipe, 0o666)
    except FileExistsError:
        pass
    except OSError:  # a file system without named pipes: then one looks now and then
        yield time.sleep
        return
    # Opened for writing too, so that the pipe does not count as closed when a writer leaves.
    descriptor = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    readable, stop = _alone_woken(descriptor)

    def heard(seconds: float) -> None:
        end = time.monotonic() + seconds
        while (wait := end - time.monotonic()) > 0 and readable(wait):
            try:
                os.read(descriptor, 1)
            except BlockingIOError:
                continue  # another waiter was told
            return

    try:
        yield heard
    finally:
        stop()
        os.close(descriptor)


def _alone_woken(descriptor: int) -> tuple[Callable[[float], object], Callable[[], None]]:
    """What waits so many seconds for `descriptor` to be readable, and what ends that. Of all the waiters, the
    kernel wakes one, where it can (Linux).
    """
    if sys.platform == "linux":
        events = select.epoll()
        events.register(descriptor, select.EPOLLIN | select.EPOLLEXCLUSIVE)
        return events.poll, events.close
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return (lambda seconds: poll.poll(seconds * 1000)), (lambda: None)


def _give_back(stem: str, descriptor: int) -> None:
    release(descriptor)  # a child that was forked meanwhile has the descriptor too
    os.close(descriptor)
    try:
        pipe = os.open(f"{stem}.pipe", os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return  # nobody waits
    try:
        os.write(pipe, b"+")
    except (BlockingIOError, BrokenPipeError):
        return  # it is full of words that nobody has heard yet, or the last waiter has just left
    finally:
        os.close(pipe)
    # Without this, who asks again at once would be faster than who waits.
    time.sleep(_AFTER_YOU)
