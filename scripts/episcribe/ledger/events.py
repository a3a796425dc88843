"""Events: what each stage did, appended to `log/<stage>.jsonl` of the episode."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Event = dict[str, Any]


def now() -> str:
    """The present moment in UTC, ISO 8601 to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def events_path(folder: Path, stage: str) -> Path:
    """Where the events of a stage of the episode in `folder` stand."""
    return folder / "log" / f"{stage}.jsonl"


def append_event(path: Path, event: Event) -> None:
    """Append one event as a line, in a single write; a torn last line is closed first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
    try:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            line = b"\n" + line
        os.write(descriptor, line)
    finally:
        os.close(descriptor)


def read_events(path: Path) -> Iterator[Event]:
    """The events of one file, oldest first; lines that are torn or not events are passed over."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict) and "event" in event:
            yield event


def episode_events(folder: Path) -> list[Event]:
    """All events of the episode in `folder`, in the order of their times."""
    events = [event for path in sorted((folder / "log").glob("*.jsonl")) for event in read_events(path)]
    return sorted(events, key=lambda event: str(event.get("time", "")))


def is_open(events: list[Event]) -> bool:
    """True when the last event is a start that no end followed: the process died."""
    return bool(events) and events[-1]["event"] == "started"
