"""A download under way: the bytes that have come, and a record of which representation they belong to."""

import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from episcribe.library.errors import FailureKind
from episcribe.library.files import write_atomically
from episcribe.library.locking import hold_now
from episcribe.net.errors import FetchError

_RESERVE = 64 * 1024 * 1024
_STRONG_AFTER = 60.0  # seconds by which Date has to be later than Last-Modified
_ETAG = re.compile(r'"[\x21\x23-\x7e]*"')


class NoSpace(FetchError):  # noqa: N818 - named for what it is
    """The disk is too full for what is to be written to it."""


@dataclass(frozen=True, slots=True)
class Representation:
    """What a server said about the bytes that it sends: where from (a digest), validator and length."""

    source: str
    validator: str = ""
    total: int | None = None


def representation_of(url: str, headers: Mapping[str, str], total: int | None) -> Representation:
    """The representation that an answer for `url` belongs to; a digest of that, which may be secret."""
    return Representation(hashlib.sha256(url.encode()).hexdigest(), strong_validator(headers), total)


def strong_validator(headers: Mapping[str, str]) -> str:
    """What may stand in If-Range (RFC 9110, 13.1.5): a strong entity tag, or a Last-Modified date that is
    strong by 8.8.2.2; "" when there is neither.
    """
    etag = headers.get("etag", "").strip()
    if _ETAG.fullmatch(etag):
        return etag
    modified, date = headers.get("last-modified", "").strip(), headers.get("date", "")
    try:
        age = parsedate_to_datetime(date) - parsedate_to_datetime(modified)
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""
    return modified if age.total_seconds() >= _STRONG_AFTER else ""


class Partial:
    """The file `target` + ".part" with its record, held against other processes; a context manager.

    Raises FetchError (transient) when another process is downloading it.
    """

    def __init__(self, target: Path, url: str) -> None:
        self.path = target.with_name(target.name + ".part")
        self._record = target.with_name(target.name + ".part.json")
        self._url = url
        target.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            hold_now(self._file)
            if os.fstat(self._file).st_ino != self.path.stat().st_ino:
                raise BlockingIOError  # between opening and locking, another process has finished it
        except OSError:
            os.close(self._file)
            raise FetchError(
                f"{self.path.name}: is being downloaded by another process", FailureKind.TRANSIENT
            ) from None
        self.representation = self._recorded()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._file)

    @property
    def size(self) -> int:
        """How many bytes have come, of the representation that `representation` names."""
        return os.fstat(self._file).st_size if self.representation is not None else 0

    def begin(self, representation: Representation) -> None:
        """Forget what has come, and begin with a new representation."""
        self._record.unlink(missing_ok=True)
        os.ftruncate(self._file, 0)
        self.representation = representation
        write_atomically(self._record, json.dumps(asdict(representation)) + "\n")

    def append(self, data: bytes) -> None:
        """Add bytes at the end. Raises NoSpace (transient) when the disk is full; what was written stays."""
        os.lseek(self._file, 0, os.SEEK_END)
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self._file, rest) :]
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            free = in_words(shutil.disk_usage(self.path.parent).free)
            raise NoSpace(
                f"{self.path.name}: the disk is full; {in_words(self.size)} were written, {free} are free",
                FailureKind.TRANSIENT,
            ) from None

    def read(self, start: int, amount: int) -> bytes:
        """Bytes that have come."""
        return os.pread(self._file, amount, start)

    def finish(self, path: Path) -> str:
        """Give the file its name, once it is safe on the disk; returns its SHA-256 in hexadecimal digits."""
        with self.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(self._file)
        self.path.replace(path)
        self._record.unlink(missing_ok=True)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return digest

    def discard_bytes(self) -> None:
        """Forget what has come; `begin` comes next."""
        self._record.unlink(missing_ok=True)
        os.ftruncate(self._file, 0)
        self.representation = None

    def discard(self) -> None:
        """Remove the files."""
        self._record.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)
        self.representation = None

    def _recorded(self) -> Representation | None:
        """What an earlier process recorded, when it is about the same address."""
        try:
            found = json.loads(self._record.read_bytes())
            old = Representation(str(found["source"]), str(found["validator"]), found["total"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        same = old.source == representation_of(self._url, {}, None).source
        return old if same and isinstance(old.total, (int, type(None))) else None


def check_space(folder: Path, needed: int) -> None:
    """Raise NoSpace (transient) when `needed` bytes and a reserve do not fit on the disk of `folder`."""
    usage = shutil.disk_usage(folder)
    with_reserve = needed + min(_RESERVE, usage.total // 100)
    if usage.free < with_reserve:
        raise NoSpace(
            f"not enough space on the disk: {in_words(with_reserve)} needed, {in_words(usage.free)} free",
            FailureKind.TRANSIENT,
        )


def in_words(size: int) -> str:
    """A number of bytes for a person."""
    for unit, power in (("GB", 3), ("MB", 2), ("kB", 1)):
        if size >= 1000**power:
            return f"{size / 1000**power:.3g} {unit}"
    return f"{size} bytes"
