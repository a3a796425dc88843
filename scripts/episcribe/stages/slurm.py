"""What SLURM knows of jobs: which of a name are at work, what each of them makes, how one ended."""

import re
import shlex
import subprocess
import time
from collections.abc import Iterable
from itertools import takewhile

from episcribe.library.errors import EpiscribeError

_TARGETS = "--target-jobs"
_PATIENCE = 60.0
_STATE = re.compile(r"[A-Z_]+")
_KILOBYTES = re.compile(r"[0-9]+(?:\.[0-9]+)?(?=K)")


def jobs_named(name: str) -> list[str]:
    """The ids of the jobs of that name that wait or are at work. Raises EpiscribeError when SLURM is mute."""
    return _ask("squeue", "--noheader", f"--name={name}", "--format=%i").split()


def targets_of(job: str) -> frozenset[str]:
    """What a job makes, as its script says it: `rule:wildcard=value,…`. Empty for one that is no job of
    Snakemake's, or gone.
    """
    try:
        words = shlex.split(_ask("scontrol", "write", "batch_script", job, "-"), comments=True)
    except (EpiscribeError, ValueError):
        return frozenset()
    after = iter(words[words.index(_TARGETS) + 1 :] if _TARGETS in words else ())
    return frozenset(takewhile(lambda word: not word.startswith("-"), after))


def end_jobs(jobs: Iterable[str]) -> None:
    """Cancel jobs and wait until they are gone. Raises EpiscribeError when they do not go."""
    wanted = ",".join(jobs)
    _ask("scancel", wanted)
    until = time.monotonic() + _PATIENCE
    while _ask("squeue", "--noheader", f"--jobs={wanted}", "--format=%i", gone_is_fine=True).strip():
        if time.monotonic() > until:
            raise EpiscribeError(f"SLURM does not end its jobs {wanted}")
        time.sleep(0.5)


def state_of(job: str) -> str | None:
    """How a job ended, in SLURM's word: FAILED, OUT_OF_MEMORY, TIMEOUT, CANCELLED, NODE_FAIL …

    None when that cannot be learned, which is so too where there is no SLURM.
    """
    columns = "--format=State,ExitCode,ReqMem,MaxRSS"
    try:
        told = state_in(_ask("sacct", "--noheader", "--parsable2", "--units=K", columns, f"--jobs={job}"))
    except EpiscribeError:
        told = None
    return told or _state_in_queue(job)


def _state_in_queue(job: str) -> str | None:
    """The state of a job where SLURM keeps no accounts; None when that is over for some minutes."""
    try:
        state = _STATE.match(_ask("squeue", "--noheader", "--states=all", "--format=%T", f"--jobs={job}"))
    except EpiscribeError:
        return None
    return state[0] if state is not None else None


def state_in(printed: str) -> str | None:
    """The state in the lines of sacct (State, ExitCode, ReqMem, MaxRSS), of a job and then of its steps.

    Without control groups SLURM kills what takes too much memory and says FAILED: that is told apart.
    """
    rows = [row.split("|") for row in printed.splitlines() if row.count("|") == 3]
    state = _STATE.match(rows[0][0]) if rows else None
    if state is None:
        return None
    asked, taken = (max(_kilobytes(row[column]) for row in rows) for column in (2, 3))
    was_killed = rows[0][1].endswith(":9")
    return "OUT_OF_MEMORY" if state[0] == "FAILED" and was_killed and taken > asked > 0 else state[0]


def _kilobytes(text: str) -> float:
    found = _KILOBYTES.match(text)
    return float(found[0]) if found is not None else 0.0


def _ask(*command: str, gone_is_fine: bool = False) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EpiscribeError(f"{command[0]} gives no answer: {error}") from error
    if done.returncode and not gone_is_fine:
        told = " ".join(done.stderr.split()) or f"exit code {done.returncode}"
        raise EpiscribeError(f"{command[0]}: {told}")
    return done.stdout
