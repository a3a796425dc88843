"""Processes for work that keeps a core busy, at which threads would take turns (Python's global lock)."""

import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, ParamSpec, Self, TypeVar

from episcribe.library.errors import EpiscribeError, FailureKind

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

_AHEAD = 2
_P = ParamSpec("_P")
_T = TypeVar("_T")
_R = TypeVar("_R")


class Workers:
    """A context manager with `count` processes; with one, the work is done in the process that asks for it.

    Enter it before any thread is started: the processes are forked where the system allows that.
    """

    def __init__(self, count: int) -> None:
        self.count = max(1, count)
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        if self.count > 1:
            self._pool = _started(self.count)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        self._pool = None

    def call(self, function: Callable[_P, _R], /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """`function`, which has to stand in a module by itself, in one of the processes; its result.

        Any thread may ask. Raises what the function raises, and EpiscribeError where its process was ended.
        """
        if self._pool is None:
            return function(*args, **kwargs)
        with _told_of_sudden_ends():
            return self._pool.submit(function, *args, **kwargs).result()

    def share_out(self, function: Callable[[Sequence[_T]], _R], items: Sequence[_T]) -> Iterator[_R]:
        """The results of `function` on equal shares of `items`, in their order."""
        size = -(-len(items) // self.count) or 1
        return self.map(function, (items[start : start + size] for start in range(0, len(items), size)))

    def map(self, function: Callable[[_T], _R], items: Iterable[_T]) -> Iterator[_R]:
        """The results of `function` on `items`, in their order, of which only a few wait to be taken."""
        if self._pool is None:
            yield from map(function, items)
            return
        ahead: deque[Future[_R]] = deque()
        with _told_of_sudden_ends():
            for item in items:
                ahead.append(self._pool.submit(function, item))
                if len(ahead) > _AHEAD * self.count:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()


@contextmanager
def _told_of_sudden_ends() -> Iterator[None]:
    from concurrent.futures import BrokenExecutor

    try:
        yield
    except BrokenExecutor as error:
        why = "a process that shared the work came to a sudden end; there may not be enough memory"
        raise EpiscribeError(why, FailureKind.TRANSIENT) from error


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _started(count: int) -> "ProcessPoolExecutor":
    """A pool of which all processes are there, where they are forked."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    context = get_context("fork" if sys.platform == "linux" else None)
    pool = ProcessPoolExecutor(count, context, _live_as_long_as_the_parent)
    pool.submit(int).result()
    return pool


def _live_as_long_as_the_parent() -> None:
    """Leave Ctrl-C to the parent, and end when it is no more: the queue of a killed one never closes."""
    from multiprocessing import parent_process
    from multiprocessing.connection import wait
    from threading import Thread

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        sentinel = parent.sentinel

        def follow() -> None:
            wait([sentinel])
            os._exit(1)

        Thread(target=follow, daemon=True).start()
