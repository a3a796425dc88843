"""The HTTP client: what is fetched from outside comes through here, within limits of size, time and place."""

import ipaddress
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin, urlsplit, urlunsplit

from episcribe import __version__
from episcribe.library.errors import FailureKind
from episcribe.net.errors import FetchError, OutOfTime, PrivateAddress, TooManyRedirects
from episcribe.net.redaction import host_of

if TYPE_CHECKING:
    import httpx

    from episcribe.net.transport import Deadline

_NOT_IN_A_HOST = re.compile(r"[\s%\\<>\"'|^`{}\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class NetSettings:
    """How the client behaves; times in seconds.

    `timeout` is for connecting and for each read, `deadline` for a whole fetch with its redirects and
    attempts. `backoff` is the pause before the second attempt, doubled for each further one, with jitter; a
    Retry-After up to `longest_wait` is waited for, a longer one ends the attempts. `per_host` fetches of
    one host run at a time. `proxy` is the only proxy ever used: the environment's are not.
    """

    user_agent: str = f"Episcribe/{'.'.join(__version__.split('.')[:2])} (podcast archive tool)"
    timeout: float = 30.0
    deadline: float = 300.0
    max_bytes: int = 64 * 1024 * 1024
    max_redirects: int = 10
    allow_private: bool = False
    attempts: int = 3
    backoff: float = 1.0
    longest_wait: float = 30.0
    per_host: int = 2
    proxy: str | None = None


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
        self._slots: dict[str, threading.BoundedSemaphore] = {}
        self._http: httpx.Client | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections; a later fetch opens new ones."""
        with self._lock:
            http, self._http = self._http, None
        if http is not None:
            http.close()

    def fetch(
        self,
        url: str,
        *,
        max_bytes: int | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str | None = None,
    ) -> Response:
        """The content of an http or https address, at most `max_bytes` of it once unpacked.

        With `etag` or `last_modified` of an earlier answer, the server may say that nothing has changed.
        Raises FetchError, of a kind that tells what to do later: transient after all attempts failed (DNS,
        time-out, 5xx, lost or cut-off answers), blocked (403, 429, bot checks; `retry_after` where it was
        named), else permanent (404, 410, 401, private addresses, answers that are too large, too many
        redirects).
        """
        from episcribe.net.transport import Deadline

        deadline = Deadline(self.settings.deadline)
        headers = _request_headers(self.settings.user_agent, accept, etag, last_modified)
        limit = self.settings.max_bytes if max_bytes is None else max_bytes
        attempt = 1
        while True:
            try:
                return self._follow(url, headers, limit, deadline)
            except FetchError as error:
                wait = self._pause(error, attempt)
                if wait is None or wait >= deadline.left():
                    raise
            time.sleep(wait)
            attempt += 1

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

    def _follow(self, url: str, headers: Mapping[str, str], limit: int, deadline: "Deadline") -> Response:
        first = url
        for _ in range(self.settings.max_redirects + 1):
            self._check(url)
            with self._slot(url, deadline):
                answer = self._exchange(url, headers, limit, deadline)
            if isinstance(answer, Response):
                return answer
            url = _redirected(url, answer)
        raise TooManyRedirects(f"{host_of(first)}: more than {self.settings.max_redirects} redirects")

    def _check(self, url: str) -> None:
        """Refuse what is no web address; names are judged once they are resolved."""
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError:
            raise FetchError("the address cannot be used (its host or port is malformed)") from None
        if host and _NOT_IN_A_HOST.search(host):
            raise FetchError("the address cannot be used (its host is malformed)")
        if parts.scheme.lower() not in ("http", "https") or not host:
            raise FetchError(f"{host_of(url)}: only http and https addresses are fetched")
        if self.settings.proxy is not None and not self.settings.allow_private:
            _refuse_private_literal(host)

    @contextmanager
    def _slot(self, url: str, deadline: "Deadline") -> Iterator[None]:
        host = host_of(url)
        with self._lock:
            slot = self._slots.setdefault(host, threading.BoundedSemaphore(self.settings.per_host))
        if not slot.acquire(timeout=deadline.left()):
            raise OutOfTime(f"{host}: other fetches kept it busy", FailureKind.TRANSIENT)
        try:
            yield
        finally:
            slot.release()

    def _exchange(
        self, url: str, headers: Mapping[str, str], limit: int, deadline: "Deadline"
    ) -> "Response | str":
        """One request: its answer, or the address that it redirects to."""
        from episcribe.net.exchange import exchange

        return exchange(self._opened(), url, headers, limit, deadline)

    def _opened(self) -> "httpx.Client":
        with self._lock:
            if self._http is None:
                self._http = _open(self.settings)
            return self._http


def _open(settings: NetSettings) -> "httpx.Client":
    import logging

    import httpx

    from episcribe.net.transport import Transport

    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(
            logging.WARNING
        )  # below it, they log whole addresses with their secrets
    return httpx.Client(
        transport=Transport(allow_private=settings.allow_private, proxy=settings.proxy),
        timeout=httpx.Timeout(settings.timeout),
        follow_redirects=False,
        trust_env=False,
    )


def _request_headers(
    user_agent: str, accept: str | None, etag: str | None, last_modified: str | None
) -> dict[str, str]:
    validators = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    usable = {
        name: value for name, value in validators.items() if value and value.isascii() and value.isprintable()
    }
    return {"User-Agent": user_agent, "Accept": accept or "*/*", "Accept-Encoding": "gzip, deflate", **usable}


def _redirected(url: str, location: str) -> str:
    """The absolute address that `location` means; a password stays with its own host, and goes nowhere
    else.
    """
    try:
        old = urlsplit(url)
        target = urljoin(url, location.strip())
        new = urlsplit(target)
        same = (old.scheme, old.hostname, old.port) == (new.scheme, new.hostname, new.port)
    except ValueError:
        raise FetchError(f"{host_of(url)}: redirects to an address that cannot be used") from None
    if same and "@" in old.netloc and "@" not in new.netloc:
        new = new._replace(netloc=f"{old.netloc.rpartition('@')[0]}@{new.netloc}")
    return urlunsplit(new._replace(fragment=""))


def _refuse_private_literal(host: str) -> None:
    from episcribe.net.addresses import is_public

    try:
        ipaddress.ip_address(host)
    except ValueError:
        if host.lower().rstrip(".").rpartition(".")[2] not in ("localhost", "local", "internal"):
            return
    else:
        if is_public(host):
            return
    raise PrivateAddress(
        f"{host}: is a private address; set allow_private: true to fetch from your own network"
    )
