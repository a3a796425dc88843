"""A library whose jobs run on a SLURM, and what is done to them there."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from episcribe.ledger.events import parse_events
from tests.chaos.harness import feed_of
from tests.loopback import Answer, LoopbackServer, Request
from tests.workflow.library import ROOT, Library, environment, short_captions

PROFILE = ROOT / "profiles" / "slurm"
# The profile leaves clusters in peace between two looks at the queue; here nobody else is in it.
QUICK = ("--slurm-init-seconds-before-status-checks", "1", "--latency-wait", "10")
PATIENCE = 600.0


@dataclass
class Clustered(Library):
    """A library that is built by way of a profile for a cluster."""

    profile: Path = PROFILE
    options: tuple[str, ...] = QUICK
    started: "list[subprocess.Popen[str]]" = field(default_factory=list)

    def command(self, *arguments: str) -> list[str]:
        return [*super().command(), "--workflow-profile", str(self.profile), *self.options, *arguments]

    def run(self, *arguments: str, cores: int = 0, check: bool = True) -> subprocess.CompletedProcess[str]:
        return self.end(self.start(*arguments), check=check)

    def start(self, *arguments: str, cores: int = 0) -> subprocess.Popen[str]:
        run = subprocess.Popen(
            self.command(*arguments),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**environment(), **self.variables},
            start_new_session=True,
        )
        self.started.append(run)
        return run

    def clear_away(self) -> None:
        """Leave nothing at work, whatever became of the test."""
        for run in self.started:
            if run.poll() is None:
                os.killpg(run.pid, signal.SIGKILL)
                run.communicate()
        for job in numbers_of(self):
            ask("scancel", job)

    def end(self, run: "subprocess.Popen[str]", *, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Wait for the end of a run."""
        printed, _ = run.communicate(timeout=PATIENCE)
        if check and run.returncode:
            raise AssertionError(f"snakemake failed:\n{printed}")
        return subprocess.CompletedProcess(run.args, run.returncode, printed, "")

    def events(self, stage: str) -> dict[str, list[dict[str, Any]]]:
        """The events of a stage, by the titles of the episodes."""
        found: dict[str, list[dict[str, Any]]] = {}
        for folder in self.episodes():
            log = folder / "log" / f"{stage}.jsonl"
            found[title_of(folder)] = list(parse_events(log.read_bytes())) if log.exists() else []
        return found

    def kinds(self, stage: str) -> dict[str, list[str]]:
        """The kinds of those events, but for `module`."""
        return {
            title: [event["event"] for event in events if event["event"] != "module"]
            for title, events in self.events(stage).items()
        }


@dataclass
class Gate:
    """Holds the answers to requests for a path until it is opened; `asked` counts them."""

    body: str
    opened: threading.Event = field(default_factory=threading.Event)
    asked: int = 0

    def __call__(self, request: Request) -> Answer:
        self.asked += 1
        self.opened.wait(PATIENCE)
        return Answer(body=self.body.encode(), content_type="text/vtt")


def title_of(folder: Path) -> str:
    """`lecture-2` of `2024-01-03-lecture-2-abcdefgh`."""
    return folder.name[11:].rpartition("-")[0]


def lectures(library: Clustered, server: LoopbackServer, count: int) -> list[Gate]:
    """A show of a feed, each episode's transcript behind a gate; discovered, nothing made."""
    server.add("/feed.xml", feed_of(server.url, count), content_type="application/rss+xml")
    gates = [Gate(short_captions(40, skip=number)) for number in range(count)]
    for number, gate in enumerate(gates):
        server.add_programme(f"/{number}.vtt", gate)
    library.configure(
        {"id": "remote", "subject": "Tides", "feed": f"{server.url}/feed.xml"},
        network={"allow_private": True, "timeout": PATIENCE, "deadline": PATIENCE, "per_host": 16},
        defaults={"transcript": {"modules": ["rss"]}},
    )
    Library.run(library, "--workflow-profile", str(ROOT / "profiles" / "default"), "discover")
    return gates


def ask(*command: str) -> str:
    """What a command of SLURM prints."""
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def jobs_of(library: Clustered, state: str = "") -> dict[str, str]:
    """The ids of the jobs of the library that wait or are at work, by what they were called for."""
    rows = ask("squeue", "--noheader", "--format=%i|%T|%k|%Z").splitlines()
    fields = [row.split("|") for row in rows]
    return {
        comment: job
        for job, status, comment, folder in fields
        if Path(folder) == library.folder and state in ("", status)
    }


def numbers_of(library: Clustered) -> list[str]:
    """The ids of the jobs of the library that wait or are at work."""
    rows = (row.split("|") for row in ask("squeue", "--noheader", "--format=%i|%Z").splitlines())
    return [job for job, folder in rows if Path(folder) == library.folder]


def job_of(library: Clustered, title: str) -> str | None:
    """The job at work on the transcript of an episode."""
    found = [job for comment, job in jobs_of(library, "RUNNING").items() if f"-{title}-" in comment]
    return found[0] if found else None


def until(what: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """Wait until `what` gives something; that."""
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end, f"{what} is still {found!r}"
        time.sleep(0.2)
    return found
