"""Events as CloudEvents 1.0, a line of JSON each, to a file or a socket.

Every event is sent at least once: what was sent is remembered in `log/stream.json`, after it was. Who listens
knows a second one by its `id` (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md).
"""

import json
import os
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self
from urllib.parse import quote

from episcribe.ledger.events import event_in
from episcribe.library.files import write_if_changed

CURSOR = Path("log") / "stream.json"
_SECONDS = 3.0
_LEFT_OUT = frozenset(("event", "time", "traceback"))


class _Channel(Protocol):
    def send(self, data: bytes) -> None: ...

    def close(self) -> None: ...


def cloud_event(episode: str, stage: str, position: int, line: bytes) -> dict[str, Any] | None:
    """The CloudEvent of a line of the log of a stage of `show/folder`; None where it is no event.

    `position` is where in the log it begins, in bytes.
    """
    event = event_in(line)
    if event is None:
        return None
    time = event.get("time")
    return {
        "specversion": "1.0",
        "id": f"{stage}/{position}/{time}",
        "source": f"/episcribe/{quote(episode)}",
        "type": f"episcribe.stage.{event['event']}",
        "subject": episode,
        **({"time": time} if isinstance(time, str) else {}),
        "datacontenttype": "application/json",
        "data": {key: value for key, value in event.items() if key not in _LEFT_OUT},
    }


class EventStream:
    """Sends the events of a library to `target` (a path, `unix:PATH`, `tcp:HOST:PORT`); a context manager.

    Raises OSError where the target cannot be reached. At the end it remembers how far it came.
    """

    def __init__(self, library: Path, target: str) -> None:
        self._library = library
        self._offsets = _read_cursor(library, target)
        self._target = target
        self._channel = _open(target)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._channel.close()
        cursor = {"target": self._target, "offsets": dict(sorted(self._offsets.items()))}
        write_if_changed(self._library / CURSOR, json.dumps(cursor, ensure_ascii=True))

    def send(self, episode: str, stage: str) -> int:
        """Send what is new in the log of a stage of `show/folder`; how many events that were."""
        key = f"{episode}/{stage}"
        before = self._offsets.get(key, 0)
        try:
            with (self._library / episode / "log" / f"{stage}.jsonl").open("rb") as file:
                # It is shorter when old events were compressed: then what it holds is new.
                before = before if before <= os.fstat(file.fileno()).st_size else 0
                file.seek(before)
                data = file.read()
        except OSError:
            return 0
        whole = data[: data.rfind(b"\n") + 1]
        events = list(_cloud_events(episode, stage, before, whole))
        if events:
            self._channel.send(b"".join(events))
        if whole:
            self._offsets[key] = before + len(whole)
        return len(events)

    def send_all(self, episodes: Iterable[str]) -> int:
        """Send what is new in all logs of the episodes (`show/folder`); how many events that were."""
        sent = 0
        for episode in episodes:
            for stage, size in _logs(self._library / episode / "log"):
                if size != self._offsets.get(f"{episode}/{stage}", 0):
                    sent += self.send(episode, stage)
        return sent


def stream_events(library: Path, target: str, episodes: Iterable[str]) -> list[str]:
    """Send all new events of the episodes to the target; a line where that did not go well. Never raises
    because of the target.
    """
    try:
        with EventStream(library, target) as stream:
            stream.send_all(episodes)
    except OSError as error:
        shown = target if target.startswith(("unix:", "tcp:")) else f"the file {target}"
        return [f"Events not streamed to {shown}: {error.strerror or error}; the next run tries again"]
    return []


def _cloud_events(episode: str, stage: str, position: int, data: bytes) -> Iterator[bytes]:
    for line in data.splitlines(keepends=True):
        event = cloud_event(episode, stage, position, line)
        if event is not None:
            text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
            yield text.encode("utf-8", "backslashreplace") + b"\n"
        position += len(line)


def _logs(folder: Path) -> list[tuple[str, int]]:
    try:
        with os.scandir(folder) as entries:
            found = [(e.name[:-6], e.stat().st_size) for e in entries if e.name.endswith(".jsonl")]
    except OSError:
        return []
    return sorted(found)


def _read_cursor(library: Path, target: str) -> dict[str, int]:
    """How far each log was sent to this target; another one gets everything."""
    try:
        cursor = json.loads((library / CURSOR).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(cursor, dict) or cursor.get("target") != target:
        return {}
    offsets = cursor.get("offsets")
    known = offsets.items() if isinstance(offsets, dict) else ()
    return {str(key): value for key, value in known if isinstance(value, int) and value >= 0}


def _open(target: str) -> _Channel:
    if target.startswith("unix:"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(_SECONDS)
        try:
            connection.connect(target.removeprefix("unix:"))
        except OSError:
            connection.close()
            raise
        return _Socket(connection)
    if target.startswith("tcp:"):
        host, _, port = target.removeprefix("tcp:").rpartition(":")
        return _Socket(socket.create_connection((host.strip("[]"), int(port)), _SECONDS))
    return _File(Path(target).expanduser())


class _Socket:
    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        connection.settimeout(_SECONDS)

    def send(self, data: bytes) -> None:
        self._connection.sendall(data)

    def close(self) -> None:
        self._connection.close()


class _File:
    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)

    def send(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._descriptor, data) :]

    def close(self) -> None:
        os.close(self._descriptor)
