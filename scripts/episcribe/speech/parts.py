"""The work file: what is done of a recognition, a line a chunk, so that a killed run goes on from there."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from episcribe.library.files import write_atomically
from episcribe.speech.activity import Stretch
from episcribe.speech.heard import Heard
from episcribe.speech.windows import Window


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be heard: the recording's samples, its speech, its windows, and how many make a chunk."""

    length: int
    speech: tuple[Stretch, ...]
    windows: tuple[Window, ...]
    chunk: int

    @property
    def chunks(self) -> list[tuple[Window, ...]]:
        """The windows in the groups that are lost or kept as one."""
        return [self.windows[i : i + self.chunk] for i in range(0, len(self.windows), self.chunk)]


@dataclass(frozen=True, slots=True)
class Work:
    """What the work file holds: the plan, the language once it is known, and the chunks that are done."""

    plan: Plan
    language: str
    done: list[list[Heard]]


class WorkFile:
    """The lines of one recognition, which is named by `key`; those of any other are not looked at.

    The first line is the plan. A line that was cut off when its process was killed is cut away.
    """

    def __init__(self, path: Path, key: Mapping[str, Any]) -> None:
        self._path = path
        self._key = dict(key)

    @property
    def folder(self) -> Path:
        """Where the work file lies."""
        return self._path.parent

    def read(self) -> Work | None:
        """What is done; None when there is nothing that belongs to this recognition."""
        try:
            data = self._path.read_bytes()
        except OSError:
            return None
        lines = data.split(b"\n")[:-1]
        try:
            head = json.loads(lines[0])
            if head["key"] != self._key:
                return None
            plan, language = _plan_from(head["plan"]), str(head["language"])
        except (IndexError, ValueError, KeyError, TypeError):
            return None
        done: list[list[Heard]] = []
        for line, windows in zip(lines[1:], plan.chunks, strict=False):
            chunk = _chunk_from(line, len(windows))
            if chunk is None:
                break
            done.append(chunk)
        self._cut(sum(len(line) + 1 for line in lines[: 1 + len(done)]), len(data))
        return Work(plan, language, done)

    def begin(self, plan: Plan, language: str) -> None:
        """Start anew with this plan; whatever the file held is gone."""
        head = {"key": self._key, "language": language, "plan": _plan_to(plan)}
        write_atomically(self._path, _line(head))

    def append(self, chunk: Sequence[Heard]) -> None:
        """Add a chunk that is done; it is on the disk when this returns."""
        with self._path.open("ab") as file:
            file.write(_line([heard.to_json() for heard in chunk]))
            file.flush()
            os.fsync(file.fileno())

    def _cut(self, whole: int, size: int) -> None:
        if whole < size:
            os.truncate(self._path, whole)


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _plan_to(plan: Plan) -> dict[str, Any]:
    return {
        "length": plan.length,
        "chunk": plan.chunk,
        "speech": plan.speech,
        "windows": [window.parts for window in plan.windows],
    }


def _plan_from(values: Mapping[str, Any]) -> Plan:
    return Plan(
        int(values["length"]),
        tuple(Stretch(int(start), int(end)) for start, end in values["speech"]),
        tuple(
            Window(tuple(Stretch(int(start), int(end)) for start, end in parts))
            for parts in values["windows"]
        ),
        int(values["chunk"]),
    )


def _chunk_from(line: bytes, size: int) -> list[Heard] | None:
    try:
        chunk = [Heard.from_json(values) for values in json.loads(line)]
    except (ValueError, TypeError):
        return None
    return chunk if len(chunk) == size else None
