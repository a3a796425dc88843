"""Bodies of answers: unpacked as they arrive, and never more of them than is allowed."""

import zlib
from collections.abc import Iterable, Iterator

from episcribe.library.errors import FailureKind
from episcribe.net.errors import FetchError, TooLarge

_KNOWN = frozenset(("gzip", "x-gzip", "deflate"))
_STEP = 256 * 1024


def unpacked(pieces: Iterable[bytes], host: str, encoding: str | None) -> Iterator[bytes]:
    """The pieces of a body with its Content-Encoding undone, in steps of at most 256 KiB.

    Raises FetchError: at once for an encoding that was not asked for, later (transient) for data that is
    damaged or ends too early.
    """
    names = [name.strip().lower() for name in (encoding or "").split(",")]
    codings = [name for name in names if name and name != "identity"]
    if len(codings) > 1 or any(name not in _KNOWN for name in codings):
        raise FetchError(
            f"{host}: answered in an encoding that was not asked for ({', '.join(codings)[:60]})"
        )
    return _Unpacker().all(pieces, host) if codings else iter(pieces)


class _Unpacker:
    """Undoes gzip (of several members too) and deflate, with and without the zlib header."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(47)
        self._started = False
        self._head = b""

    def all(self, pieces: Iterable[bytes], host: str) -> Iterator[bytes]:
        try:
            for piece in pieces:
                yield from self._feed(piece)
        except zlib.error as error:
            raise FetchError(f"{host}: sent damaged compressed data", FailureKind.TRANSIENT) from error
        if (self._started and not self._inner.eof) or (self._head and not self._started):
            raise FetchError(f"{host}: the answer was cut off", FailureKind.TRANSIENT)

    def _feed(self, piece: bytes) -> Iterator[bytes]:
        if not self._started:
            piece = self._head = self._head + piece
            if len(piece) < 2:
                return  # a header of two bytes tells the kinds of deflate apart
        while piece:
            if self._inner.eof:
                if not piece.startswith(b"\x1f\x8b"):
                    return  # padding after the last member
                self._inner = zlib.decompressobj(47)
            data = self._step(piece)
            while data:
                yield data
                data = self._inner.decompress(self._inner.unconsumed_tail, _STEP)
            piece = self._inner.unused_data

    def _step(self, piece: bytes) -> bytes:
        try:
            data = self._inner.decompress(piece, _STEP)
        except zlib.error:
            if self._started:
                raise
            # "deflate" without the zlib header, as some servers send it
            self._inner = zlib.decompressobj(-15)
            data = self._inner.decompress(piece, _STEP)
        self._started = True
        return data


def check_length(host: str, declared: str | None, limit: int) -> None:
    """Raise TooLarge when the Content-Length alone is over `limit`, before anything is read."""
    if declared and declared.isdigit() and int(declared) > limit:
        raise TooLarge(f"{host}: the answer has {_in_words(int(declared))}, more than {_in_words(limit)}")


def check_size(host: str, size: int, limit: int) -> None:
    """Raise TooLarge when `size` bytes that were read are over `limit`."""
    if size > limit:
        raise TooLarge(f"{host}: the answer is longer than {_in_words(limit)}")


def _in_words(size: int) -> str:
    for unit, power in (("GB", 3), ("MB", 2), ("kB", 1)):
        if size >= 1024**power:
            return f"{size / 1024**power:.3g} {unit}"
    return f"{size} bytes"
