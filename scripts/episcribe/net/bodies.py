"""Bodies of answers: unpacked as they arrive, and never more of them than is allowed."""

import zlib

from episcribe.library.errors import FailureKind
from episcribe.net.errors import FetchError, TooLarge

_KNOWN = {"gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate"}


class BodyReader:
    """Collects the pieces of one body and undoes its Content-Encoding, within `limit` unpacked bytes."""

    def __init__(self, host: str, encoding: str | None, limit: int) -> None:
        names = [name.strip().lower() for name in (encoding or "").split(",")]
        codings = [name for name in names if name and name != "identity"]
        if len(codings) > 1 or any(name not in _KNOWN for name in codings):
            raise FetchError(
                f"{host}: answered in an encoding that was not asked for ({', '.join(codings)[:60]})"
            )
        self._host = host
        self._limit = limit
        self._size = 0
        self._parts: list[bytes] = []
        self._unpacker = zlib.decompressobj(47) if codings else None
        self._started = False

    def feed(self, piece: bytes) -> None:
        """Take a piece as it came from the network. Raises TooLarge, or FetchError when it cannot be
        unpacked.
        """
        if self._unpacker is None:
            self._keep(piece)
            return
        try:
            self._unpack(piece)
        except zlib.error as error:
            raise FetchError(f"{self._host}: sent damaged compressed data", FailureKind.TRANSIENT) from error

    def finish(self) -> bytes:
        """The whole body. Raises FetchError (transient) when the compressed data ended too early."""
        if self._unpacker is not None and self._started and not self._unpacker.eof:
            raise FetchError(f"{self._host}: the answer was cut off", FailureKind.TRANSIENT)
        return b"".join(self._parts)

    def so_far(self) -> bytes:
        """What was unpacked until now."""
        return b"".join(self._parts)

    def _unpack(self, piece: bytes) -> None:
        while piece:
            if self._unpacker is None or self._unpacker.eof:
                if not piece.startswith(b"\x1f\x8b"):
                    return  # padding after the last member
                self._unpacker = zlib.decompressobj(47)
            piece = self._step(piece)

    def _step(self, piece: bytes) -> bytes:
        """Unpack within what is still allowed; returns what is left of `piece`."""
        unpacker = self._unpacker
        assert unpacker is not None
        allowed = self._limit - self._size + 1
        try:
            self._keep(unpacker.decompress(piece, allowed))
        except zlib.error:
            if self._started:
                raise
            # "deflate" without the zlib header, as some servers send it
            self._unpacker = unpacker = zlib.decompressobj(-15)
            self._keep(unpacker.decompress(piece, allowed))
        self._started = True
        return unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail

    def _keep(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > self._limit:
            raise TooLarge(f"{self._host}: the answer is longer than {_in_words(self._limit)}")
        if data:
            self._parts.append(data)


def check_length(host: str, declared: str | None, limit: int) -> None:
    """Raise TooLarge when the Content-Length alone is over `limit`, before anything is read."""
    if declared and declared.isdigit() and int(declared) > limit:
        raise TooLarge(f"{host}: the answer has {_in_words(int(declared))}, more than {_in_words(limit)}")


def _in_words(size: int) -> str:
    for unit, power in (("GB", 3), ("MB", 2), ("kB", 1)):
        if size >= 1024**power:
            return f"{size / 1024**power:.3g} {unit}"
    return f"{size} bytes"
