"""A library that is treated badly, and what must hold of it whatever was done."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from episcribe.ledger.events import parse_events
from episcribe.library.layout import STAGES, STUDY_PRODUCTS
from tests.loopback import LoopbackServer
from tests.workflow.library import Library, short_captions

CUES = 40
_KNOWN = re.compile(
    r"log/(episcribe\.lock|state\.db\.lock|workers/\d+|refresh-\d+|discover\.log|report\.log|orphans/.*|(unreadable|unwritable)/.*|[a-z_]+\.jsonl?)"
    r"|log/(net|sources|youtube|archive|urls|events|alerts)/.*|reports/[^.][^/]*|[a-z_]+\.(jsonl?|db|db-wal|db-shm|csv|yaml)"
    r"|[^/]+/[^/]+/([a-z_]+\.(yaml|json|vtt|txt|md|csv|pdf)|log/[a-z_]+\.(jsonl|log)|source/[^.][^/]*)"
)


@dataclass
class Chaos(Library):
    """A library with what its runs must keep; all its commands are called by way of `prefix`."""

    prefix: list[str] = field(default_factory=list)

    def command(self, *arguments: str) -> list[str]:
        return [*self.prefix, *super().command(*arguments)]

    def asking(self, *arguments: str) -> list[str]:
        return [*self.prefix, *super().asking(*arguments)]

    def logs(self) -> dict[str, bytes]:
        """The bytes of all event logs of the episodes."""
        return {
            str(path.relative_to(self.processed)): path.read_bytes()
            for path in self.processed.glob("*/*/log/*.jsonl")
        }

    def problems(self) -> list[dict[str, Any]]:
        """What `episcribe verify` finds, but for notes."""
        done = self.verify("--json")
        assert "Traceback" not in done.stderr, done.stderr
        findings: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
        return [finding for finding in findings if finding["kind"] != "note"]

    def verify(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`episcribe verify` on this library, with its configuration."""
        return self.ask(
            "verify", *arguments, "--library", "processed", "--configfile", "config.yaml", check=False
        )

    def strange_files(self) -> list[str]:
        """Files in the library that have no name which a run gives."""
        names = (
            str(path.relative_to(self.processed)) for path in self.processed.rglob("*") if path.is_file()
        )
        return [name for name in names if not _KNOWN.fullmatch(name) or name.endswith((".part", "-journal"))]

    def check_complete(self, count: int) -> None:
        """Every product of so many episodes is there, every state says so, and nothing is wrong."""
        folders = self.episodes()
        assert len(folders) == count
        for folder in folders:
            missing = [name for name in STUDY_PRODUCTS if not (folder / name).exists()]
            assert not missing, f"{folder}: {missing}"
            assert self.state(folder)["stage"] == "completed", folder
            for stage in STAGES:
                last = [e["event"] for e in parse_events((folder / f"log/{stage}.jsonl").read_bytes())][-1]
                assert last == "finished", f"{folder}: {stage}: {last}"
        assert not self.problems()
        assert not self.strange_files()

    def killed_after(self, seconds: float, *arguments: str) -> bool:
        """Run, and kill all its processes after so long; False when the run had come to its end before."""
        run = self.start(*arguments)
        try:
            run.wait(timeout=seconds)
            return False
        except subprocess.TimeoutExpired:
            return True
        finally:
            kill_session(run)


def make_library(
    folder: Path, server: LoopbackServer, *, local: int, remote: int, wait: float = 0.0, **keys: Any
) -> Chaos:
    """A library of a show of local transcripts and a show of a feed on `server`, which takes `wait` seconds
    for an answer; nothing is made yet.
    """
    chaos = Chaos(folder)
    (folder / "talks").mkdir(parents=True)
    for number in range(local):
        path = folder / "talks" / f"2024-{number // 28 + 1:02d}-{number % 28 + 1:02d} Talk {number}.vtt"
        path.write_text(short_captions(CUES, skip=number))
    server.add(
        "/feed.xml", feed_of(server.url, remote).encode(), content_type="application/rss+xml", wait=wait
    )
    for number in range(remote):
        captions = short_captions(CUES, skip=number).encode()
        server.add(f"/{number}.vtt", captions, content_type="text/vtt", wait=wait)
    shows = [{"id": "talks", "subject": "Tides", "files": "talks/*.vtt"}]
    if remote:
        shows.append({"id": "remote", "subject": "Tides", "feed": f"{server.url}/feed.xml"})
    chaos.configure(*shows, network={"allow_private": True, "timeout": 5, "deadline": 10}, **keys)
    return chaos


def feed_of(url: str, count: int, titles: list[str] | None = None) -> str:
    """A feed of so many episodes, each with its transcript."""
    items = "".join(
        f"<item><title>{titles[n] if titles else f'Lecture {n}'}</title><guid>lecture-{n}</guid>"
        f"<pubDate>Mon, {n % 28 + 1:02d} Jan 2024 06:00:00 GMT</pubDate>"
        f'<podcast:transcript url="{url}/{n}.vtt" type="text/vtt"/></item>'
        for n in range(count)
    )
    space = "https://podcastindex.org/namespace/1.0"
    return f'<rss version="2.0" xmlns:podcast="{space}"><channel><title>Talks</title>{items}</channel></rss>'


def kill_session(run: "subprocess.Popen[str]") -> None:
    """Kill -9 a run with all that it started, and wait until all of it is gone."""
    end = time.monotonic() + 30
    while members := _session(run.pid):
        for pid in members:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if run.poll() is None:
            run.wait(timeout=30)
        if time.monotonic() > end:
            raise AssertionError(f"these outlive SIGKILL: {members}")
        time.sleep(0.02)
    run.wait(timeout=30)


def _session(leader: int) -> list[int]:
    """The processes of a session that are not yet dead."""
    members = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = path.read_bytes().rpartition(b")")[2].split()
            if int(fields[3]) == leader and fields[0] not in (b"Z", b"X"):
                members.append(int(path.parent.name))
    return members


def check_append_only(before: dict[str, bytes], after: dict[str, bytes]) -> None:
    """No log is shorter than it was, or begins differently."""
    for name, data in before.items():
        assert after.get(name, b"").startswith(data), f"{name} lost events"


def check_finished_have_events(chaos: Chaos, since: float) -> None:
    """Right after a kill: a product newer than `since` has its event, or its stage was still under way."""
    for folder in chaos.episodes():
        for stage, made in STAGES.items():
            log = folder / "log" / f"{stage}.jsonl"
            events = list(parse_events(log.read_bytes())) if log.exists() else []
            made_now = [name for name in made.products if _newer(folder / name, since)]
            if stage == "state" or not made_now:
                continue
            assert events, f"{folder}: {stage} made {made_now} and has no event"
            last = events[-1]["event"]
            assert last in ("started", "module", "finished"), f"{folder}: {stage}: {last}"


def _newer(path: Path, since: float) -> bool:
    try:
        return path.stat().st_mtime > since
    except FileNotFoundError:
        return False


def make_work(chaos: Chaos, choose: random.Random, episodes: int = 2) -> None:
    """Delete, touch or empty products of a few episodes, so that there is something to be made again."""
    for folder in choose.sample(chaos.episodes(), episodes):
        names = choose.sample(sorted(STUDY_PRODUCTS), 3)
        for name in names:
            (folder / name).unlink(missing_ok=True)
        kind = choose.randrange(4)
        if kind == 0:
            (folder / "transcript.json").unlink(missing_ok=True)
        elif kind == 1 and (folder / "notes.md").exists():
            os.utime(folder / "notes.md")
        elif kind == 2:
            (folder / "state.yaml").unlink(missing_ok=True)


def obey_permissions(chaos: Chaos) -> None:
    """Call all commands so that permissions hold for them, for root too."""
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root may read and write everything, and setpriv is not installed")
        capabilities = "-dac_override,-dac_read_search"
        chaos.prefix = ["setpriv", f"--bounding-set={capabilities}", f"--inh-caps={capabilities}"]
