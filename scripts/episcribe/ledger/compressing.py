"""Compressing what a finished episode no longer needs at hand: its logs and what was fetched for it.

Neither is a file that a rule makes or reads, and no seal looks at them: nothing is made again because of it.
"""

import json
import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from episcribe.ledger.events import last_event
from episcribe.ledger.seals import read_seals
from episcribe.ledger.standings import read_standings
from episcribe.library.compression import SUFFIX, compressed_path, pack, read_appended, read_kept
from episcribe.library.files import write_atomically
from episcribe.library.layout import STATE, STUDY_PRODUCTS
from episcribe.library.locking import hold

# Smaller ones would take the same block on the disk.
_WORTH_IT = 256
_SHARE = 0.9


class Compressed(NamedTuple):
    """A file that was compressed, or would be: its path, and its size in bytes before and after."""

    path: Path
    before: int
    after: int


def compress_untouched(
    library: Path, folders: Iterable[Path], since: float, *, dry_run: bool = False
) -> Iterator[Compressed]:
    """Compress the finished and sealed ones of the episodes in `folders` that nothing has happened to since
    `since` (seconds since 1970), but for the logs of stages that rest. Nobody else may be at work on the
    library. Raises OSError.
    """
    sealed, standings = read_seals(library), read_standings(library)
    for folder in folders:
        name = f"{folder.parent.name}/{folder.name}"
        if name in sealed and is_finished(folder) and last_touched(folder) <= since:
            left_alone = [line.stage for line in standings.get(name, ())]
            yield from compress_episode(folder, dry_run=dry_run, without=left_alone)


def is_finished(folder: Path) -> bool:
    """True when the episode in `folder` has all its files."""
    return all(os.path.exists(f"{folder}/{name}") for name in (*STUDY_PRODUCTS, STATE))  # noqa: PTH110


def last_touched(folder: Path) -> float:
    """When something of the episode was last made or recorded, in seconds since 1970."""
    times = [0.0]
    with suppress(OSError), os.scandir(folder / "log") as entries:
        times += [entry.stat().st_mtime for entry in entries if entry.is_file()]
    for name in (*STUDY_PRODUCTS, STATE):
        with suppress(OSError):
            times.append(os.stat(f"{folder}/{name}").st_mtime)  # noqa: PTH116
    return max(times)


def compress_episode(
    folder: Path, *, dry_run: bool = False, without: Collection[str] = ()
) -> Iterator[Compressed]:
    """Compress the logs and originals of the finished episode in `folder`, but for the logs of the stages
    `without`. Nobody else may be at work on it. Raises OSError.
    """
    for path in sorted((folder / "log").glob("*.jsonl")):
        if path.stem not in without and not path.is_symlink():
            yield from _compress_log(path, dry_run)
    for path in originals(folder):
        if path.is_file() and not path.is_symlink():
            yield from _compress_original(path, dry_run)


def originals(folder: Path) -> list[Path]:
    """Where the files that were fetched for the episode are kept, by what their index says."""
    try:
        index = json.loads((folder / "source" / "index.json").read_bytes())
        names = {PurePosixPath(str(record["name"])).name for record in index.values()}
    except (OSError, ValueError, RecursionError, AttributeError, KeyError, TypeError):
        return []
    return [folder / "source" / name for name in sorted(names) if name]


def _compress_log(path: Path, dry_run: bool) -> Iterator[Compressed]:
    """The log as it is, and what was compressed of it before, in one file; appending begins a new one."""
    last = last_event(path)
    if last is None or last["event"] != "finished":
        return
    packed = compressed_path(path)
    with path.open("rb") as file:
        # Whoever appends waits for this lock, and then finds that the file is gone.
        with suppress(OSError):
            hold(file)
        status = os.fstat(file.fileno())
        earlier = packed.stat().st_size if packed.exists() else 0
        data = pack(read_appended(path))
        if not _is_worth_it(status.st_size + earlier, len(data)):
            return
        if not dry_run:
            _replace(path, packed, data, status)
    yield Compressed(path, status.st_size + earlier, len(data))


def _compress_original(path: Path, dry_run: bool) -> Iterator[Compressed]:
    if path.name.endswith(SUFFIX):
        return
    status = path.stat()
    data = pack(read_kept(path))
    if not _is_worth_it(status.st_size, len(data)):
        return
    if not dry_run:
        _replace(path, compressed_path(path), data, status)
    yield Compressed(path, status.st_size, len(data))


def _replace(path: Path, packed: Path, data: bytes, status: os.stat_result) -> None:
    write_atomically(packed, data)
    os.utime(packed, ns=(status.st_atime_ns, status.st_mtime_ns))
    path.unlink()


def _is_worth_it(before: int, after: int) -> bool:
    return before >= _WORTH_IT and after <= before * _SHARE
