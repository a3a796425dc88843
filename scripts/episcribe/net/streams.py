"""An answer whose body is read as it comes, within its limits of size and time."""

from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self

import httpcore

from episcribe.net.bodies import check_length, check_size, unpacked
from episcribe.net.errors import FetchError
from episcribe.net.exchange import told_apart
from episcribe.net.headers import Headers
from episcribe.net.redaction import host_of
from episcribe.net.requests import Request
from episcribe.net.statuses import is_bot_check, status_error
from episcribe.net.transport import Deadline
from episcribe.net.urls import without_user

_REST_OF_A_REDIRECT = 16 * 1024
_LONGEST_ERROR_PAGE = 1024 * 1024
_BEGINNING = 32 * 1024


class Stream:
    """An answer: `status`, `url` (after redirects, without user and password) and `headers`; a context
    manager.

    The body is read by `read` or `iter`; with `decode` its Content-Encoding is undone, and the headers that
    told of it are gone. What the answer occupies is given back at the body's end, or by `close`.
    """

    def __init__(
        self,
        answer: httpcore.Response,
        request: Request,
        *,
        limit: int,
        decode: bool,
        deadline: Deadline,
        on_close: Callable[[], None],
    ) -> None:
        self.status: int = answer.status
        self.url = without_user(request.url)
        self.headers = Headers(
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers
        )
        self.request = request
        self.failure: FetchError | None = (
            None  # what the answer means as a failure, by its status and beginning
        )
        self._answer = answer
        self._deadline = deadline
        self._on_close: Callable[[], None] | None = on_close
        self._host = host_of(request.url)
        self._limit = limit if 200 <= answer.status < 300 else max(limit, _LONGEST_ERROR_PAGE)
        self._size = 0
        self._buffer = bytearray()
        self._problem: FetchError | None = None
        self._ended = request.method == "HEAD" or answer.status in (204, 304)
        try:
            self._pieces = self._start(decode)
        except FetchError:
            self.close()
            raise
        if self._ended:
            self.close()

    def read(self, amount: int | None = None) -> bytes:
        """The next `amount` bytes, fewer only at the end; without `amount` all that is left.

        Raises FetchError: TooLarge beyond the limit, OutOfTime, or transient for a body that is cut off.
        """
        if amount is not None and amount <= 0:
            return b""
        while (amount is None or len(self._buffer) < amount) and self._more():
            pass
        taken = bytes(self._buffer if amount is None else self._buffer[:amount])
        del self._buffer[: len(taken)]
        return taken

    def iter(self, size: int = 64 * 1024) -> Iterator[bytes]:
        """The rest of the body in pieces of at most `size` bytes, as they arrive. Raises as `read` does."""
        while self._buffer or self._more():
            piece = bytes(self._buffer[:size])
            del self._buffer[: len(piece)]
            if piece:
                yield piece

    def peek(self, amount: int) -> bytes:
        """The first bytes that `read` will give, at most `amount`; fewer when the body fails on the way,
        which `read` will tell.
        """
        while not self._ended and len(self._buffer) < amount:
            self._fill()
        return bytes(self._buffer[:amount])

    def drain(self) -> None:
        """Read what little is left, so that the connection can be used again, and close."""
        self.peek(_REST_OF_A_REDIRECT)
        self.close()

    def close(self) -> None:
        """Give back the connection and all that goes with it; what was not read is lost."""
        self._ended = True
        on_close, self._on_close = self._on_close, None
        if on_close is not None:
            try:
                self._answer.close()
            finally:
                on_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_on_close", None) is not None:
            self.close()

    def _start(self, decode: bool) -> Iterator[bytes]:
        if self._ended:
            return iter(())
        if 200 <= self.status < 300:
            check_length(self._host, self.headers.get("content-length"), self._limit)
        raw = self._answer.iter_stream()
        encoding = self.headers.get("content-encoding")
        if not decode or encoding is None:
            return raw
        pieces = unpacked(raw, self._host, encoding)
        self.headers = self.headers.without("content-encoding", "content-length")
        return pieces

    def _more(self) -> bool:
        """Read on; False at the body's end. Raises what went wrong, once all before it was given."""
        if not self._ended:
            self._fill()
            return True
        if self._problem is not None:
            raise self._problem
        return False

    def _fill(self) -> None:
        """Take the next piece into the buffer; at the end, or when that fails, give everything back."""
        piece: bytes | None = None
        try:
            with told_apart(self.request.url, self._deadline):
                self._deadline.within(None)
                piece = next(self._pieces, None)
            if piece is not None:
                self._size += len(piece)
                check_size(self._host, self._size, self._limit)
                self._buffer += piece
        except FetchError as error:
            self._problem, piece = error, None
        finally:
            if piece is None:
                self.close()


def failure_of(stream: Stream) -> FetchError | None:
    """The failure that an answer is by its status and the beginning of its body, which stays to be read."""
    status, headers = stream.status, stream.headers
    if status >= 400 or status < 200:
        return status_error(stream.request.url, status, headers, stream.peek(_BEGINNING))
    if "cf-mitigated" in headers or "html" in headers.get("content-type", "").lower():
        beginning = stream.peek(_BEGINNING)
        if is_bot_check(headers, beginning):
            return status_error(stream.request.url, status, headers, beginning)
    return None
