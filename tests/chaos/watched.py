"""Runs of Snakemake that are watched while they are at work, and killed when their time has come."""

import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.harness import Chaos, kill_session
from tests.workflow.library import environment

_STATUS = re.compile(rb"^(VmHWM|Threads):\s+(\d+)", re.MULTILINE)
_PROGRESS = re.compile(rb"^Progress: \S+ (\d+) of (\d+) jobs", re.MULTILINE)
_EVERY = 0.1


@dataclass(frozen=True, slots=True)
class Moment:
    """When a run is killed: so many seconds after it said that this share of its jobs was done."""

    share: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Watched:
    """What was seen of a run: `most_megabytes` and `most_threads` are those of the Snakemake process."""

    status: int
    was_killed: bool
    seconds: float
    most_megabytes: float
    most_threads: int
    printed: str

    @property
    def last_line(self) -> str:
        """The line that counts the episodes; empty where the run did not come to it."""
        lines = [line for line in self.printed.splitlines() if line.startswith("Episcribe: ")]
        return lines[-1] if lines else ""


def watch(chaos: Chaos, *arguments: str, kill: Moment | None = None, at_most: float = 3600.0) -> Watched:
    """Run; kill all of it at that moment, if it is still at work then. Fails a test whose run takes longer
    than `at_most` seconds.
    """
    log = chaos.folder / "printed.log"
    begun = time.monotonic()
    most_kilobytes = most_threads = 0
    with log.open("w") as printed:
        run = subprocess.Popen(
            chaos.command("--cores", "2", *arguments),
            stdout=printed,
            stderr=subprocess.STDOUT,
            text=True,
            env={**environment(), **chaos.variables},
            start_new_session=True,
        )
        was_killed, end = False, None
        try:
            while run.poll() is None:
                kilobytes, threads = _seen(run.pid)
                most_kilobytes, most_threads = max(most_kilobytes, kilobytes), max(most_threads, threads)
                passed = time.monotonic() - begun
                if kill is not None and end is None and _share(log) >= kill.share:
                    end = passed + kill.seconds
                if end is not None and passed >= end:
                    was_killed = True
                    break
                assert passed < at_most, f"not finished after {passed:.0f} s:\n{log.read_text()[-3000:]}"
                time.sleep(_EVERY if end is None else max(0.0, min(_EVERY, end - passed)))
        finally:
            kill_session(run)
    seconds = time.monotonic() - begun
    text = log.read_text(errors="replace")
    return Watched(run.returncode, was_killed, seconds, most_kilobytes / 1024, most_threads, text)


def _share(log: Path) -> float:
    """The share of its jobs that a run has done, as far as it has said so."""
    told = _PROGRESS.findall(log.read_bytes()[-20_000:])
    return int(told[-1][0]) / max(1, int(told[-1][1])) if told else 0.0


def _seen(process: int) -> tuple[int, int]:
    """The most memory that a process has had so far (kB), and its threads now."""
    try:
        told = dict(_STATUS.findall(Path(f"/proc/{process}/status").read_bytes()))
    except OSError:
        return 0, 0
    return int(told.get(b"VmHWM", 0)), int(told.get(b"Threads", 0))
