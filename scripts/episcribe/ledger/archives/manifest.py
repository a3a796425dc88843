"""The manifest of an archive: what is in it, with digests. It is its last member, and its name has its own
digest.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from episcribe import __version__
from episcribe.ledger.events import Event, moment_of
from episcribe.library.errors import EpiscribeError

_FORMAT = 1
_NAME = re.compile(r"episcribe-manifest-([0-9a-f]{64})\.json")
_DRIVE = re.compile(r"[A-Za-z]:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")
_EPISODE_DEPTH = 2
_LONGEST_NAME = 255
_LONGEST_PATH = 2000


class ArchiveError(EpiscribeError):
    """The archive is damaged, or was not made by `episcribe backup`."""


class Member(NamedTuple):
    """A file of an archive: its digest, its size in bytes, and its time in nanoseconds since 1970."""

    sha256: str
    size: int
    mtime_ns: int


@dataclass(slots=True)
class History:
    """How much of an episode's history is known: how many events, and the time of the last."""

    events: int = 0
    last: str = ""

    def take(self, events: Iterable[Event]) -> None:
        """Count events in."""
        for event in events:
            self.events += 1
            time = str(event.get("time") or "")
            if (moment_of(time) or 0.0) > (moment_of(self.last) or 0.0):
                self.last = time

    def is_newer_than(self, other: "History") -> bool:
        """True when this knows of something that the other does not."""
        return self.events > other.events or (moment_of(self.last) or 0.0) > (moment_of(other.last) or 0.0)


@dataclass(slots=True)
class Manifest:
    """What is in an archive: its files by their paths in the library, and the history of each episode by
    `show/folder`.
    """

    files: dict[str, Member] = field(default_factory=dict)
    histories: dict[str, History] = field(default_factory=dict)
    is_all: bool = False

    @property
    def episodes(self) -> set[str]:
        """The episodes that have a file in the archive."""
        return {episode for name in self.files if (episode := episode_of(name)) is not None}

    @property
    def size(self) -> int:
        """The bytes of all files."""
        return sum(member.size for member in self.files.values())


def manifest_bytes(manifest: Manifest) -> tuple[str, bytes]:
    """The name and the content of the manifest as a member of its archive."""
    values = {
        "format": _FORMAT,
        "episcribe": __version__,
        "all": manifest.is_all,
        "files": {name: list(member) for name, member in sorted(manifest.files.items())},
        "episodes": {
            name: [history.events, history.last] for name, history in sorted(manifest.histories.items())
        },
    }
    data = (json.dumps(values, separators=(",", ":")) + "\n").encode()
    return f"episcribe-manifest-{sha256(data).hexdigest()}.json", data


def is_manifest(name: str) -> bool:
    """True when a member with that name is the manifest."""
    return _NAME.fullmatch(name) is not None


def read_manifest(name: str, data: bytes) -> Manifest:
    """The manifest that is the member `name` of an archive. Raises ArchiveError."""
    match = _NAME.fullmatch(name)
    if match is None or sha256(data).hexdigest() != match[1]:
        raise ArchiveError("its manifest is damaged")
    try:
        values: dict[str, Any] = json.loads(data)
        if values["format"] != _FORMAT:
            raise ArchiveError(f"its format is {values['format']!r}; this version reads {_FORMAT}")
        files = {str(name): _member(row) for name, row in values["files"].items()}
        histories = {
            str(name): History(int(events), str(last)) for name, (events, last) in values["episodes"].items()
        }
        return Manifest(files, histories, bool(values["all"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ArchiveError("its manifest is none of Episcribe's") from error


def episode_of(name: str) -> str | None:
    """The episode (`show/folder`) that a file belongs to; None for one of the library's own."""
    parts = PurePosixPath(name).parts
    return "/".join(parts[:_EPISODE_DEPTH]) if len(parts) > _EPISODE_DEPTH and parts[0] != "log" else None


def refuse_path(name: str) -> None:
    """Raise ArchiveError for a path that leads out of the library, or that no archive of one has."""
    parts = name.split("/")
    if (
        _CONTROL.search(name)
        or _DRIVE.match(name)
        or any(not part or part.startswith(".") for part in parts)
        or any(len(part.encode("utf-8", "surrogateescape")) > _LONGEST_NAME for part in parts)
        or len(name) > _LONGEST_PATH
    ):
        raise ArchiveError(f"has a file {name[:80]!r}, which is no file of a library")


def _member(row: Any) -> Member:
    digest, size, mtime = row
    if not isinstance(size, int) or not isinstance(mtime, int) or size < 0 or not 0 <= mtime < 2**63:
        raise ValueError
    return Member(str(digest), size, mtime)
