"""The HTTP client: what is fetched from outside comes through here, within limits of size, time and place."""

import re
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Self

from episcribe.library.errors import EpiscribeError, FailureKind
from episcribe.net.errors import FetchError, Resting, TooManyRedirects
from episcribe.net.redaction import host_of
from episcribe.net.requests import Request, first_request, next_request
from episcribe.net.sending import Ask, Sender
from episcribe.net.settings import HostManners, NetSettings
from episcribe.net.statuses import REDIRECTS, status_error

if TYPE_CHECKING:
    from episcribe.net.robots import Robots
    from episcribe.net.streams import Stream
    from episcribe.net.transport import Deadline

__all__ = ["Client", "HostManners", "NetSettings", "Response"]

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
    """Fetches addresses; a context manager, which many threads may share.

    Raises EpiscribeError when the folder `settings.state` cannot be written.
    """

    def __init__(self, settings: NetSettings | None = None) -> None:
        self.settings = settings or NetSettings()
        try:
            self._sender = Sender(self.settings)
        except OSError as error:
            raise EpiscribeError(f"{self.settings.state}: cannot be written: {error.strerror}") from error
        self._robots: Robots | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections; a later fetch opens new ones."""
        self._sender.routes.close()

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

        ask = Ask(
            self.settings.max_bytes if max_bytes is None else max_bytes,
            Deadline(self.settings.deadline),
            robots=robots and self.settings.robots,
        )
        request = self._request(url, "GET", _conditions(accept, etag, last_modified), None, decode=True)
        blocked: list[FetchError] = []
        attempt = 1
        while True:
            ask.last = attempt >= self.settings.attempts
            try:
                with self._follow(request, ask) as stream:
                    return _whole(stream)
            except Resting as error:
                raise blocked[-1] if blocked else error from None
            except FetchError as error:
                if error.until is not None and len(blocked) < self._sender.routes.others:
                    blocked.append(error)  # over this slot; another one may do
                    continue
                wait = self._pause(error, attempt)
                if wait is None or wait >= ask.deadline.left():
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
        ask = Ask(
            self.settings.max_bytes if max_bytes is None else max_bytes,
            Deadline(self.settings.deadline if deadline is None else deadline),
            decode=decode,
        )
        return self._follow(request, ask) if follow_redirects else self._sender.send(request, ask)

    def on_one_slot(self) -> AbstractContextManager[None]:
        """Every fetch of this thread inside goes over one network slot, that of the first one."""
        return self._sender.routes.on_one_slot()

    def leave_in_peace(self, url: str, reason: str, seconds: float | None = None) -> float:
        """Let the host of `url` rest (None: as long as is usual): for those who find a block in an answer.
        Until when, in seconds since 1970.

        `reason` completes "it …" and is shown. Where there are slots, it rests over the one that this thread
        used last.
        """
        return self._sender.leave_in_peace(url, reason, seconds)

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

    def _follow(self, request: Request, ask: Ask) -> "Stream":
        first = request.url
        jar = None
        for _ in range(self.settings.max_redirects + 1):
            if ask.robots:
                self._honour_robots(request, ask.deadline)
            stream = self._sender.send(request if jar is None else jar.with_cookies(request), ask)
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

    def _honour_robots(self, request: Request, deadline: "Deadline") -> None:
        if self._robots is None:
            from episcribe.net.robots import Robots

            self._robots = Robots(
                self.open, self._sender.manners.places, self.settings.state, self.settings.user_agent
            )
        self._robots.check(request.target, deadline)


def _conditions(accept: str | None, etag: str | None, last_modified: str | None) -> dict[str, str]:
    validators = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    usable = {
        name: value for name, value in validators.items() if value and value.isascii() and value.isprintable()
    }
    return {"Accept": accept or "*/*", **usable}


def _whole(stream: "Stream") -> Response:
    """The answer with all of its body. Raises FetchError for a status that is a failure, or a bot check."""
    if stream.failure is not None:
        raise stream.failure
    if stream.status == 304:
        return _response(stream, b"")
    if stream.status >= 300:
        raise status_error(stream.request.url, stream.status, stream.headers, b"")
    return _response(stream, stream.read())


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
