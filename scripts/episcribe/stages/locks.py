"""A lock that dies with its process, so that a killed run does not lock the next one out."""

import fcntl
import os
from pathlib import Path

_SNAKEMAKE = Path(".snakemake")
_held: list[int] = []


def hold_working_directory() -> bool:
    """Hold the working directory until the process ends; free it of Snakemake's locks that nobody holds.

    Snakemake's own locks are files that outlive a run that was killed. The kernel's lock taken here does not,
    so whoever gets it alone knows that they are stale. True when stale ones were removed.
    """
    _SNAKEMAKE.mkdir(exist_ok=True)
    descriptor = os.open(_SNAKEMAKE / "episcribe.lock", os.O_RDWR | os.O_CREAT, 0o666)
    _held.append(descriptor)
    removed = False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        pass
    else:
        for lock in (_SNAKEMAKE / "locks").glob("*.lock"):
            lock.unlink(missing_ok=True)
            removed = True
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return removed
