"""Writing an archive: one compressed tar file, the same bytes for the same library."""

import gzip
import io
import lzma
import os
import tarfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO

from episcribe.ledger.archives.contents import LOG_SUFFIXES
from episcribe.ledger.archives.manifest import (
    History,
    Manifest,
    Member,
    episode_of,
    manifest_bytes,
)
from episcribe.ledger.events import Event, parse_events
from episcribe.library.compression import SUFFIX, compressed_path, unpack

_HELD_IN_MEMORY = 32_000_000
Progress = Callable[[int, int], None]


def write_archive(
    target: Path, library: Path, names: Iterable[str], *, is_all: bool, progress: Progress
) -> Manifest:
    """Write the files `names` of `library` to `target`, gzip or xz by its suffix, and say what went in.

    A run may be at work: a file that is gone by now is left out, and a log ends with its last whole line.
    `progress` is told how many files of how many are done. Raises OSError.
    """
    manifest = Manifest(is_all=is_all)
    wanted = sorted(names)
    with (
        _atomically(target) as file,
        _compressing(file, target.name) as stream,
        tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as archive,
    ):
        for number, name in enumerate(wanted):
            _add_file(archive, library, name, manifest)
            progress(number + 1, len(wanted))
        own_name, data = manifest_bytes(manifest)
        archive.addfile(_info(own_name, len(data), 0), io.BytesIO(data))
    return manifest


def _add_file(archive: tarfile.TarFile, library: Path, name: str, manifest: Manifest) -> None:
    try:
        file = (library / name).open("rb")
    except FileNotFoundError:
        packed = f"{name}{SUFFIX}"
        if compressed_path(library / name).exists() and packed not in manifest.files:
            _add_file(archive, library, packed, manifest)  # it has just been compressed
        return
    if name in manifest.files:
        return
    with file:
        status = os.fstat(file.fileno())
        episode = episode_of(name)
        is_log = name.endswith(LOG_SUFFIXES) and episode is not None and "/log/" in name
        size, content = status.st_size, _Hashing(file)
        if is_log or size <= _HELD_IN_MEMORY:
            data = file.read()
            if name.endswith(".jsonl"):
                data = data[: data.rfind(b"\n") + 1]
            if is_log and episode is not None:
                manifest.histories.setdefault(episode, History()).take(_events(data, name))
            size, content = len(data), _Hashing(io.BytesIO(data))
        archive.addfile(_info(name, size, status.st_mtime_ns), content)
        manifest.files[name] = Member(content.hexdigest(), size, status.st_mtime_ns)


def _events(data: bytes, name: str) -> Iterable[Event]:
    try:
        return parse_events(unpack(data) if name.endswith(SUFFIX) else data)
    except ValueError:
        return ()


class _Hashing(io.RawIOBase):
    """A file whose digest is taken while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._digest.update(data)
        return data

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


def _info(name: str, size: int, mtime_ns: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = size, mtime_ns // 1_000_000_000, 0o644
    return info


@contextmanager
def _compressing(file: IO[bytes], name: str) -> Iterator[IO[bytes]]:
    if name.endswith(".xz"):
        with lzma.open(file, "wb", preset=6) as stream:
            yield stream
    else:
        with gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
            yield packed  # type: ignore[misc]


@contextmanager
def _atomically(target: Path) -> Iterator[IO[bytes]]:
    """A file that takes its name when all of it is on the disk."""
    name = target.with_name(f".{target.name[:40]}.{os.urandom(6).hex()}.part")
    try:
        with name.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        name.replace(target)
    except BaseException:
        name.unlink(missing_ok=True)
        raise
