"""Which process does a stage's work, and whether it still does; starts whose process is gone are closed."""

import os
import time
from pathlib import Path
from typing import Any

from episcribe.ledger.events import (
    Event,
    append_event,
    close_event,
    last_event,
    moment_of,
    open_start,
    read_events,
)

_LONGEST_ELSEWHERE = 86400.0


def this_process() -> dict[str, Any]:
    """What tells this process from all others: host, process id, and when it was born.

    `born` is in clock ticks since the start of the machine (proc(5), field 22), None where that is not told.
    """
    pid = os.getpid()
    return {"host": os.uname().nodename, "pid": pid, "born": _born(pid)}


def is_alive(event: Event, now: float | None = None) -> bool:
    """True when the process that appended `event` is at work, as far as can be told from here.

    That of another host is taken to be at work for a day.
    """
    if event.get("host") != os.uname().nodename:
        begun = moment_of(event.get("time"))
        present = time.time() if now is None else now
        return begun is not None and abs(present - begun) < _LONGEST_ELSEWHERE
    pid, born = event.get("pid"), event.get("born")
    if not isinstance(pid, int) or not 0 < pid < 2**31:
        return False
    if isinstance(born, int):
        return _born(pid) == born
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return True


def close_interrupted(folder: Path, now: float | None = None) -> list[str]:
    """Close the starts in the episode's `folder` whose processes are gone; the stages that this concerns."""
    closed: list[str] = []
    try:
        logs = sorted(path for path in (folder / "log").iterdir() if path.suffix == ".jsonl")
    except OSError:
        return closed
    for path in logs:
        last = last_event(path)
        if last is None or last["event"] not in ("started", "module"):
            continue
        start = open_start(read_events(path))
        if start is not None and not is_alive(start, now):
            append_event(path, close_event(start))
            closed.append(path.stem)
    return closed


def _born(pid: int) -> int | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
        # The name of the program stands in parentheses and may hold anything.
        return int(stat[stat.rindex(b")") + 2 :].split()[19])
    except (OSError, ValueError, IndexError):
        return None
