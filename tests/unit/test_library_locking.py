"""Locks, and file systems that have none."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from episcribe.library.locking import hold, hold_now, release

TWICE = """
import sys
from episcribe.library.locking import hold, hold_now, release
with open(sys.argv[1], "wb") as first, open(sys.argv[1], "wb") as second:
    hold(first)
    hold_now(second)
    release(first)
"""


def test_a_lock_is_held_by_one_and_shared_by_several(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with path.open("wb") as first, path.open("wb") as second:
        hold(first)
        with pytest.raises(BlockingIOError):
            hold_now(second)
        release(first)
        hold(first, shared=True)
        hold_now(second, shared=True)


@pytest.mark.parametrize("error", ["ENOSYS", "EOPNOTSUPP", "ENOLCK"])
def test_where_there_are_no_locks_everything_is_free(tmp_path: Path, error: str) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace, which has system calls fail, is not installed")
    command = ["strace", "-f", "-o", "/dev/null", "-e", "trace=flock", "-e", f"inject=flock:error={error}"]
    done = subprocess.run(
        [*command, sys.executable, "-c", TWICE, str(tmp_path / "lock")], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
