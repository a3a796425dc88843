"""The HTTP client: what is fetched from outside comes through here, within limits of size, time and place."""

import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Self

from episcribe.library.errors import FailureKind
from episcribe.net.errors import FetchError, OutOfTime, TooManyRedirects
from episcribe.net.redaction import host_of
from episcribe.net.requests import Request, first_request, next_request
from episcribe.net.settings import HostManners, NetSettings
from episcribe.net.statuses import REDIRECTS, is_bot_check, status_error
from episcribe.net.urls import refuse_private_name

if TYPE_CHECKING:
    import httpcore

    from episcribe.net.streams import Stream
    from episcribe.net.transport import Deadline

__all__ = ["Client", "HostManners", "NetSettings", "Response"]

_BEGINNING = 32 * 1024
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:\-]{1,40})""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: `url` is where it came from after redirects (without user and password), `body` is unpacked.

    With `not_modified` the body is empty: what the caller has is still good.
    """

    status: int
    url: str
    body: bytes
    content_type: str | None = None
    charset: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    not_modified: bool = False


class Client:
    """Fetches addresses; a context manager, which many threads may share."""

    def __init__(self, settings: NetSettings | None = None) -> None:
        self.settings = settings or NetSettings()
        self._lock = threading.Lock()
        self._places: dict[str, threading.BoundedSemaphore] = {}
        self._pool: httpcore.ConnectionPool | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections; a later fetch opens new ones."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def fetch(
        self,
        url: str,
        *,
        max_bytes: int | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str | None = None,
        robots: bool = False,
    ) -> Response:
        """The content of an http or https address, at most `max_bytes` of it once unpacked.

        With `etag` or `last_modified` of an earlier answer, the server may say that nothing has changed.
        With `robots` the host's robots.txt is honoured. Raises FetchError, of a kind that tells what to do
        later: transient after all attempts failed (DNS, time-out, 5xx, lost or cut-off answers), blocked
        (403, 429, bot checks; `retry_after` where it was named; Resting when the host is left in peace), else
        permanent (404, 410, 401, private addresses, answers that are too large, too many redirects).
        """
        from episcribe.net.transport import Deadline

        deadline = Deadline(self.settings.deadline)
        request = self._request(url, "GET", _conditions(accept, etag, last_modified), None, decode=True)
        limit = self.settings.max_bytes if max_bytes is None else max_bytes
        attempt = 1
        while True:
            try:
                with self._follow(request, limit, deadline, decode=True) as stream:
                    return _whole(stream)
            except FetchError as error:
                wait = self._pause(error, attempt)
                if wait is None or wait >= deadline.left():
                    raise
            time.sleep(wait)
            attempt += 1

    def open(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        follow_redirects: bool = True,
        max_bytes: int | None = None,
        decode: bool = True,
        deadline: float | None = None,
    ) -> "Stream":
        """Send one request and give its answer as a stream, whatever its status; nothing is tried again.

        `headers` may replace the User-Agent; those of single connections (Host, Connection …) are left out.
        With `decode` the body is unpacked, else it comes as it was sent (and is asked for unpacked, unless
        `headers` has an Accept-Encoding). `max_bytes` holds for what `read` gives, `deadline` in seconds for
        all from the waiting to the body's end (None: those of the settings). Close the stream, or read it
        to its end: until then it keeps others from its host. Raises FetchError as `fetch` does, but for
        statuses.
        """
        from episcribe.net.transport import Deadline

        request = self._request(url, method, headers or {}, content, decode=decode)
        limit = self.settings.max_bytes if max_bytes is None else max_bytes
        until = Deadline(self.settings.deadline if deadline is None else deadline)
        if not follow_redirects:
            return self._send(request, limit, until, decode=decode)
        return self._follow(request, limit, until, decode=decode)

    @contextmanager
    def on_one_slot(self) -> Iterator[None]:
        """Every fetch of this thread inside goes over one network slot."""
        yield

    def _request(
        self, url: str, method: str, headers: Mapping[str, str], content: bytes | None, *, decode: bool
    ) -> Request:
        agent = self.settings.user_agent
        return first_request(
            url, method=method, headers=headers, content=content, user_agent=agent, decode=decode
        )

    def _pause(self, error: FetchError, attempt: int) -> float | None:
        """Seconds before the next attempt, None when there is to be none."""
        settings = self.settings
        if error.kind is not FailureKind.TRANSIENT or attempt >= settings.attempts:
            return None
        if error.retry_after is not None:
            return error.retry_after if error.retry_after <= settings.longest_wait else None
        import random

        pause = settings.backoff * 2.0 ** (attempt - 1) * random.uniform(0.5, 1.5)
        return min(pause, settings.longest_wait)

    def _follow(self, request: Request, limit: int, deadline: "Deadline", *, decode: bool) -> "Stream":
        first = request.url
        jar = None
        for _ in range(self.settings.max_redirects + 1):
            stream = self._send(
                request if jar is None else jar.with_cookies(request), limit, deadline, decode=decode
            )
            location = stream.headers.get("location")
            if stream.status not in REDIRECTS or not location:
                return stream
            stream.drain()
            if "set-cookie" in stream.headers:
                from episcribe.net.cookies import CookiesOnTheWay

                jar = jar or CookiesOnTheWay()
                jar.take(request, stream.headers)
            request = next_request(request, stream.status, location)
        raise TooManyRedirects(f"{host_of(first)}: more than {self.settings.max_redirects} redirects")

    def _send(self, request: Request, limit: int, deadline: "Deadline", *, decode: bool) -> "Stream":
        """One request and its answer, in its place among the others that go to the host."""
        from episcribe.net.exchange import send
        from episcribe.net.streams import Stream

        if self._proxy() is not None and not self.settings.allow_private:
            refuse_private_name(request.target.host)
        with ExitStack() as held:
            held.enter_context(self._place(request.url, deadline))
            answer = send(self._opened(), request, self.settings.timeout, deadline)
            give_back = held.pop_all().close
            return Stream(answer, request, limit=limit, decode=decode, deadline=deadline, on_close=give_back)

    @contextmanager
    def _place(self, url: str, deadline: "Deadline") -> Iterator[None]:
        host = host_of(url)
        with self._lock:
            place = self._places.setdefault(host, threading.BoundedSemaphore(self.settings.per_host))
        if not place.acquire(timeout=min(deadline.left(), threading.TIMEOUT_MAX)):
            raise OutOfTime(f"{host}: other fetches kept it busy", FailureKind.TRANSIENT)
        try:
            yield
        finally:
            place.release()

    def _proxy(self) -> str | None:
        kind, _, url = self.settings.slots[0].partition(":")
        return url if kind == "proxy" else None

    def _opened(self) -> "httpcore.ConnectionPool":
        with self._lock:
            if self._pool is None:
                from episcribe.net.transport import open_pool

                self._pool = open_pool(allow_private=self.settings.allow_private, proxy=self._proxy())
            return self._pool


def _conditions(accept: str | None, etag: str | None, last_modified: str | None) -> dict[str, str]:
    validators = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    usable = {
        name: value for name, value in validators.items() if value and value.isascii() and value.isprintable()
    }
    return {"Accept": accept or "*/*", **usable}


def _whole(stream: "Stream") -> Response:
    """The answer with all of its body. Raises FetchError for a status that is a failure, or a bot check."""
    if stream.status == 304:
        return _response(stream, b"")
    if not 200 <= stream.status < 300:
        raise status_error(stream.request.url, stream.status, stream.headers, stream.peek(_BEGINNING))
    content = stream.read()
    if is_bot_check(stream.headers, content[:_BEGINNING]):
        raise status_error(stream.request.url, stream.status, stream.headers, content[:_BEGINNING])
    return _response(stream, content)


def _response(stream: "Stream", body: bytes) -> Response:
    content_type = stream.headers.get("content-type")
    charset = _CHARSET.search(content_type or "")
    return Response(
        status=stream.status,
        url=stream.url,
        body=body,
        content_type=content_type,
        charset=charset.group(1).lower() if charset else None,
        etag=stream.headers.get("etag"),
        last_modified=stream.headers.get("last-modified"),
        not_modified=stream.status == 304,
    )
