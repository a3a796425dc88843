"""Locks that die with their process, so that a killed run does not lock the next one out."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from episcribe.library.errors import EpiscribeError
from episcribe.library.layout import RUN_LOCK
from episcribe.library.locking import hold, hold_now

_SNAKEMAKE = Path(".snakemake")
_LOCK = Path(RUN_LOCK).name
_held: list[int] = []


def hold_library(library: Path) -> None:
    """Hold the library alone until the process ends.

    Two runs in one library would delete each other's files before making them again. Raises EpiscribeError
    when another run holds it, or when nothing can be written there.
    """
    try:
        (library / "log").mkdir(parents=True, exist_ok=True)
        descriptor = _open(library / RUN_LOCK)
    except OSError as error:
        raise EpiscribeError(f"{library}: cannot be written: {error.strerror}") from error
    for folder in (library, library / "log"):
        # The lock may be there from better days.
        if not os.access(folder, os.W_OK | os.X_OK):
            raise EpiscribeError(f"{folder}: cannot be written: look at the permissions of the folder")
    try:
        hold_now(descriptor)
    except OSError:
        os.close(_held.pop())
        raise EpiscribeError(f"{library}: another run is at work in this library; wait for its end") from None


@contextmanager
def holding_library(library: Path) -> Iterator[None]:
    """Hold the library alone for a while, as `hold_library` does. Raises EpiscribeError."""
    hold_library(library)
    try:
        yield
    finally:
        os.close(_held.pop())


def is_held(library: Path) -> bool:
    """True when a run is at work in the library."""
    try:
        descriptor = os.open(library / RUN_LOCK, os.O_RDONLY)
    except OSError:
        return False
    try:
        hold_now(descriptor, shared=True)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def hold_working_directory() -> None:
    """Hold the working directory with other runs; free it of Snakemake's locks that nobody holds.

    Snakemake's own locks are files that outlive a run that was killed. The kernel's lock taken here does not,
    so whoever gets it alone knows that they are stale.
    """
    _SNAKEMAKE.mkdir(exist_ok=True)
    descriptor = _open(_SNAKEMAKE / _LOCK)
    try:
        hold_now(descriptor)
    except OSError:
        pass
    else:
        for lock in (_SNAKEMAKE / "locks").glob("*.lock"):
            lock.unlink(missing_ok=True)
    hold(descriptor, shared=True)


def _open(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    _held.append(descriptor)
    return descriptor
