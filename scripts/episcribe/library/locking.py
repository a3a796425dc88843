"""Locks of the kernel on open files (flock), which die with their process.

Some file systems of clusters have none (Lustre, unless it is mounted with `flock`). There everything counts
as free, as on a machine that is alone.
"""

import errno
import fcntl
from typing import IO, Any

_WITHOUT_LOCKS = frozenset((errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK))


def hold(file: int | IO[Any], *, shared: bool = False) -> None:
    """Wait for the lock of an open file and hold it until the file is closed."""
    _flock(file, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)


def hold_now(file: int | IO[Any], *, shared: bool = False) -> None:
    """Hold the lock of an open file. Raises BlockingIOError where somebody else does."""
    _flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)


def release(file: int | IO[Any]) -> None:
    """Let go of the lock of an open file."""
    _flock(file, fcntl.LOCK_UN)


def _flock(file: int | IO[Any], operation: int) -> None:
    try:
        fcntl.flock(file, operation)
    except OSError as error:
        if error.errno not in _WITHOUT_LOCKS:
            raise
