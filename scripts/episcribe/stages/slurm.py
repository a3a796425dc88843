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
    commands = (
        ("sacct", "--allocations", "--noheader", "--parsable2", "--format=State", f"--jobs={job}"),
        ("squeue", "--noheader", "--states=all", "--format=%T", f"--jobs={job}"),
    )
    for command in commands:
        try:
            state = _STATE.match(_ask(*command))
        except EpiscribeError:
            continue
        if state is not None:
            return state[0]
    return None


def _ask(*command: str, gone_is_fine: bool = False) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EpiscribeError(f"{command[0]} gives no answer: {error}") from error
    if done.returncode and not gone_is_fine:
        told = " ".join(done.stderr.split()) or f"exit code {done.returncode}"
        raise EpiscribeError(f"{command[0]}: {told}")
    return done.stdout
