"""How far a command is, on a terminal; nothing where standard error is none."""

import sys
import time
from types import TracebackType
from typing import Self

_EVERY = 0.1
_WIDTH = 24


class Progress:
    """A bar on standard error that is drawn over itself; a context that wipes it away. Called with how many
    of how many are done.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._is_shown = sys.stderr.isatty()
        self._last = time.monotonic()
        self._drawn = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if not self._is_shown or now - self._last < _EVERY:
            return
        self._last, self._drawn = now, True
        filled = _WIDTH * done // max(total, 1)
        sys.stderr.write(f"\r\x1b[K{self._what} {'█' * filled}{'·' * (_WIDTH - filled)} {done}/{total}")
        sys.stderr.flush()
