"""Reading an archive as what it is until it has been checked: a hostile file."""

import gzip
import lzma
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO, cast

from episcribe.ledger.archives.manifest import (
    ArchiveError,
    Manifest,
    Member,
    is_manifest,
    read_manifest,
    refuse_path,
)

_GZIP, _XZ = b"\x1f\x8b", b"\xfd7zXZ\x00"
_HEADERS = 1_000_000
_PIECE = 1 << 16
_LARGEST_MANIFEST = 500_000_000
# What text and recordings never reach, and what bombs need.
_RATIO, _ANYWAY = 300, 200_000_000
_KINDS = (tarfile.REGTYPE, tarfile.AREGTYPE)
_FAULTS = (
    tarfile.TarError,
    EOFError,
    zlib.error,
    lzma.LZMAError,
    gzip.BadGzipFile,
    ValueError,
    OverflowError,
)

Write = Callable[[str, Iterator[bytes]], None]


def check_archive(path: Path) -> Manifest:
    """Read all of an archive and compare it with its manifest; nothing is written.

    Raises ArchiveError when a byte differs, or when it has what no backup has; OSError where it cannot be
    read.
    """
    found: dict[str, tuple[str, int]] = {}
    manifest: Manifest | None = None
    for name, size, pieces in _members(path):
        if manifest is not None:
            raise _refusal(path, "has files after its manifest")
        if is_manifest(name):
            if size > _LARGEST_MANIFEST:
                raise _refusal(path, "its manifest is too large")
            manifest = _manifest(path, name, b"".join(pieces))
        else:
            if name in found:
                raise _refusal(path, f"has {name} twice")
            found[name] = _digest(pieces)
    if manifest is None:
        raise _refusal(path, "is cut off, or was not made by episcribe backup: it has no manifest")
    _compare(path, found, manifest)
    return manifest


def read_members(path: Path, manifest: Manifest) -> Iterator[tuple[str, Member, Iterator[bytes]]]:
    """The files of an archive that was checked, each with its pieces, to be read at once."""
    for name, _, pieces in _members(path):
        if name in manifest.files:
            yield name, manifest.files[name], pieces


def _members(path: Path) -> Iterator[tuple[str, int, Iterator[bytes]]]:
    packed = path.stat().st_size
    room = max(_ANYWAY, packed * _RATIO)
    with path.open("rb") as file:
        stream = _Bounded(_unpacking(path, file))
        with _told_as_refusals(path):
            stream.allow(_HEADERS)
            with tarfile.open(fileobj=cast("IO[bytes]", stream), mode="r|") as archive:
                while (info := archive.next()) is not None:
                    _refuse_kind(info)
                    room -= info.size
                    if room < 0:
                        raise ArchiveError(f"unpacks to far more than its {packed} bytes can hold")
                    stream.allow(info.size + _HEADERS)
                    content = archive.extractfile(info)
                    pieces = _pieces(path, content) if content is not None else iter(())
                    yield info.name, info.size, pieces
                    for _ in pieces:  # what was not asked for
                        pass
                    stream.allow(_HEADERS)
            stream.allow(_HEADERS)
            while stream.read(_PIECE):  # the digests of gzip and xz stand at the end
                pass


@contextmanager
def _told_as_refusals(path: Path) -> Iterator[None]:
    try:
        yield
    except ArchiveError as error:
        raise _refusal(path, str(error)) from error
    except _FAULTS as error:
        raise _refusal(path, f"is damaged ({error or type(error).__name__})") from error


def _refuse_kind(info: tarfile.TarInfo) -> None:
    if info.type not in _KINDS or info.issparse() or info.linkname:
        raise ArchiveError(f"has {info.name[:80]!r}, which is no plain file")
    if not is_manifest(info.name):
        refuse_path(info.name)


def _unpacking(path: Path, file: IO[bytes]) -> IO[bytes]:
    beginning = file.read(len(_XZ))
    file.seek(0)
    if beginning.startswith(_GZIP):
        return cast("IO[bytes]", gzip.GzipFile(fileobj=file, mode="rb"))
    if beginning == _XZ:
        return cast("IO[bytes]", lzma.LZMAFile(file))
    raise _refusal(path, "is neither .tar.gz nor .tar.xz")


class _Bounded:
    """A stream that gives no more bytes than were allowed since it was last asked: headers that promise
    gigabytes are not read.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._left = 0

    def allow(self, size: int) -> None:
        """Give so many bytes from now on."""
        self._left = size + _PIECE

    def read(self, size: int) -> bytes:
        if self._left <= 0:
            raise ArchiveError("has headers that no backup has")
        data = self._stream.read(min(size, _PIECE))
        self._left -= len(data)
        return data


def _pieces(path: Path, content: IO[bytes]) -> Iterator[bytes]:
    while True:
        with _told_as_refusals(path):
            piece = content.read(_PIECE)
        if not piece:
            return
        yield piece


def _digest(pieces: Iterator[bytes]) -> tuple[str, int]:
    digest, size = sha256(), 0
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


def _manifest(path: Path, name: str, data: bytes) -> Manifest:
    try:
        return read_manifest(name, data)
    except ArchiveError as error:
        raise _refusal(path, str(error)) from error


def _compare(path: Path, found: dict[str, tuple[str, int]], manifest: Manifest) -> None:
    for name, member in manifest.files.items():
        if name not in found:
            raise _refusal(path, f"lacks {name}")
        if found[name] != (member.sha256, member.size):
            raise _refusal(path, f"{name} is damaged")
    if len(found) > len(manifest.files):
        raise _refusal(
            path, f"has {min(found.keys() - manifest.files.keys())}, which its manifest does not name"
        )


def _refusal(path: Path, why: str) -> ArchiveError:
    if why.startswith(f"{path}: "):
        return ArchiveError(why)
    return ArchiveError(f"{path}: {why}; nothing was restored: use another backup")
