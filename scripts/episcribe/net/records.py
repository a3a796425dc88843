"""Small records by key, which all processes of a library share, or the threads of this process alone."""

import json
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from episcribe.library.locking import hold, release

_PLAIN = re.compile(r"[a-z0-9][a-z0-9.\-]{0,99}")
_LARGEST = 4 * 1024 * 1024

Record = dict[str, Any]


def file_name(key: str) -> str:
    """A name for a file out of a key that comes from outside: readable, and one for each key."""
    if _PLAIN.fullmatch(key):
        return key
    readable = re.sub(r"[^a-z0-9.\-]+", "_", key.lower()).strip("_.")[:60]
    return f"{readable}_{sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


class Records:
    """JSON objects by key. What is torn or means nothing is read as an empty record.

    With a `folder` each is a file, read and changed under a lock of the kernel (flock), which dies with its
    process: no stale one can be left. On NFS the kernel makes a byte-range lock of it, which the server
    frees when it learns that the client is gone.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._here: dict[str, Record] = {}
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def read(self, key: str) -> Record:
        """A copy of the record; empty when there is none."""
        if self._folder is None:
            with self._lock:
                return dict(self._here.get(key, ()))
        return _read(self._folder / f"{file_name(key)}.json")

    @contextmanager
    def changing(self, key: str) -> Iterator[Record]:
        """The record, held alone; what the block makes of it is kept, unless it raises."""
        if self._folder is None:
            with self._lock:
                record = dict(self._here.get(key, ()))
                yield record
                self._here[key] = record
            return
        descriptor = os.open(self._folder / f"{file_name(key)}.json", os.O_RDWR | os.O_CREAT, 0o666)
        try:
            hold(descriptor)
            before = os.pread(descriptor, _LARGEST, 0)
            record = _parsed(before)
            yield record
            after = json.dumps(record, ensure_ascii=False, sort_keys=True).encode() + b"\n"
            if after != before:
                os.pwrite(descriptor, after, 0)
                os.ftruncate(descriptor, len(after))
        finally:
            release(descriptor)
            os.close(descriptor)


def read_all(folder: Path) -> list[Record]:
    """All records of a folder, in the order of their files' names."""
    return [_read(path) for path in sorted(folder.glob("*.json"))]


def _read(path: Path) -> Record:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return {}
    try:
        hold(descriptor, shared=True)
        return _parsed(os.read(descriptor, _LARGEST))
    except OSError:
        return {}
    finally:
        os.close(descriptor)


def _parsed(data: bytes) -> Record:
    try:
        record = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


def number(record: Record, key: str) -> float:
    """A number of 0 or more out of a record; 0 for what is none."""
    value = record.get(key)
    usable = isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1e12
    return float(value) if usable and value is not None else 0.0
