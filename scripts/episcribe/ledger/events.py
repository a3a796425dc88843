"""Events: what each stage did, appended to `log/<stage>.jsonl` of the episode.

Older ones may stand compressed in `log/<stage>.jsonl.gz`; they are read as the first lines of the same file.

`started` opens an attempt; `finished`, `failed`, `interrupted` or `handed_on` ends it. Between them `module`
says which module is at work. `retry` takes back what failed before it, and `set` is a stage that a person or
another program gave the episode.
"""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from episcribe.library.compression import SUFFIX, read_appended
from episcribe.library.locking import hold

Event = dict[str, Any]

ENDS = frozenset(("finished", "failed", "interrupted", "handed_on"))
_TEXTS = ("stage", "kind", "time")
_TAIL = 8192


def now() -> str:
    """The present moment in UTC, ISO 8601 to the millisecond."""
    return moment_text(datetime.now(UTC).timestamp())


def moment_text(seconds: float) -> str:
    """Seconds since 1970 as UTC, ISO 8601 to the millisecond."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment_of(value: object) -> float | None:
    """Seconds since 1970 of a time as events hold it: ISO 8601 (UTC where it names no zone) or seconds."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value) if 0 <= value < 1e11 else None
    try:
        moment = datetime.fromisoformat(str(value))
        return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
    except (ValueError, OverflowError):
        return None


def events_path(folder: Path, stage: str) -> Path:
    """Where the events of a stage of the episode in `folder` stand."""
    return folder / "log" / f"{stage}.jsonl"


def append_event(path: Path, event: Event) -> None:
    """Append one event as a line of its own, whoever else appends; a torn last line is closed first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(event, ensure_ascii=False, separators=(",", ":"), default=str)
    # What UTF-8 cannot say becomes the escape that JSON has for it.
    line = text.encode("utf-8", "backslashreplace") + b"\n"
    descriptor = _open_locked(path)
    try:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            line = b"\n" + line
        while line:
            line = line[os.write(descriptor, line) :]
    finally:
        os.close(descriptor)


def _open_locked(path: Path) -> int:
    """The file at `path`, open to append, with its lock held.

    While one waits for the lock, the file may be compressed and removed: then it is opened anew.
    """
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
        # Network file systems do not append in one piece; those without locks are left to O_APPEND.
        with suppress(OSError):
            hold(descriptor)
        try:
            if os.path.samestat(os.stat(path), os.fstat(descriptor)):  # noqa: PTH116
                return descriptor
        except FileNotFoundError:
            pass
        os.close(descriptor)


def read_events(path: Path) -> Iterator[Event]:
    """The events of one file, oldest first; lines that are torn or not events are passed over."""
    return (event for _, event in numbered_events(path))


def numbered_events(path: Path) -> Iterator[tuple[int, Event]]:
    """The events of one file with the numbers of their lines, from 1, those that were compressed first."""
    try:
        data = read_appended(path)
    except OSError:
        return
    yield from _numbered(data)


def parse_events(data: bytes) -> Iterator[Event]:
    """The events in the bytes of a log."""
    return (event for _, event in _numbered(data))


def episode_events(folder: Path) -> list[Event]:
    """All events of the episode in `folder`, in the order in which they happened.

    Events of one stage stay in the order of their lines, also where a clock was set back; those of different
    stages are ordered by time. `at` is added to each: the file and line where it stands.
    """
    ordered: list[tuple[float, str, int, Event]] = []
    for name in sorted(_logs(folder)):
        latest = 0.0
        for number, event in numbered_events(folder / "log" / name):
            latest = max(latest, moment_of(event.get("time")) or 0.0)
            ordered.append((latest, name, number, {**event, "at": f"log/{name}:{number}"}))
    ordered.sort(key=lambda item: item[:3])
    return [event for *_, event in ordered]


def is_open(events: Iterable[Event]) -> bool:
    """True when the last start among `events` has no end: the stage is at work, or its process died."""
    return open_start(events) is not None


def open_start(events: Iterable[Event]) -> Event | None:
    """The last start, when no end followed it."""
    start: Event | None = None
    for event in events:
        if event["event"] == "started":
            start = event
        elif event["event"] in ENDS:
            start = None
    return start


def close_event(start: Event) -> Event:
    """The event that closes the attempt of a process that died."""
    return {**start, "event": "interrupted", "time": now()}


def last_event(path: Path) -> Event | None:
    """The last event of a file, read from its end."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL))
            lines = file.read().split(b"\n")
    except OSError:
        size, lines = 0, []
    for line in reversed(lines if size <= _TAIL else lines[1:]):
        event = _event(line)
        if event is not None:
            return event
    # The last one is longer than what was read, or was compressed.
    return max(numbered_events(path), key=lambda item: item[0], default=(0, None))[1]


def _numbered(data: bytes) -> Iterator[tuple[int, Event]]:
    for number, line in enumerate(data.split(b"\n"), 1):
        event = _event(line)
        if event is not None:
            yield number, event


def event_in(line: bytes) -> Event | None:
    """What a line of a log says, as it stands there; None where it is no event."""
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) and isinstance(event.get("event"), str) else None


def _event(line: bytes) -> Event | None:
    event = event_in(line)
    if event is None:
        return None
    for name in _TEXTS:
        if name in event and not isinstance(event[name], str):
            event[name] = str(event[name])
    return event


def _logs(folder: Path) -> list[str]:
    try:
        names = {name.removesuffix(SUFFIX) for name in os.listdir(f"{folder}/log")}  # noqa: PTH208
    except OSError:
        return []
    return [name for name in names if name.endswith(".jsonl")]
