"""The way to the network below httpx: only to checked addresses, and never longer than the deadline.

The address that was checked is the one that is connected to, so that a name server that answers differently
the second time (DNS rebinding) gains nothing; Host and the TLS server name stay those of the URL.
"""

import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from typing import Any

import httpcore
import httpx

from episcribe.library.errors import FailureKind
from episcribe.net.addresses import resolve
from episcribe.net.errors import OutOfTime

_CONNECT_EACH = 10.0


class Deadline:
    """The moment by which everything that belongs to one fetch has to be done."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds that remain; never below 0."""
        return max(0.0, self._end - time.monotonic())

    def within(self, timeout: float | None) -> float:
        """The shorter of `timeout` and what is left. Raises OutOfTime when nothing is."""
        left = self.left()
        if left <= 0:
            raise OutOfTime(f"not finished after {self.seconds:.0f} s", FailureKind.TRANSIENT)
        return left if timeout is None else min(timeout, left)


class _Current(threading.local):
    """The deadline of the fetch that runs in this thread."""

    deadline: Deadline | None = None


current = _Current()


def _within(timeout: float | None) -> float | None:
    return current.deadline.within(timeout) if current.deadline is not None else timeout


class _TimedStream(httpcore.NetworkStream):
    """A stream whose every operation ends by the deadline, so that a server cannot drip a head byte by
    byte.
    """

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _within(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _TimedStream(self._inner.start_tls(ssl_context, server_hostname, _within(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class CheckedBackend(httpcore.NetworkBackend):
    """Connects to the addresses of a host that are allowed, one after the other."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        limit = _within(timeout) or 60.0
        addresses = resolve(host, port, timeout=limit, allow_private=self._allow_private)
        options = list(socket_options or [])
        each = limit if len(addresses) == 1 else min(limit, _CONNECT_EACH)
        problem: httpcore.NetworkError | httpcore.TimeoutException | None = None
        for address in addresses[:8]:
            try:
                return _TimedStream(
                    self._inner.connect_tcp(address, port, _within(each), local_address, options)
                )
            except (httpcore.NetworkError, httpcore.TimeoutException) as error:
                problem = problem or error
        raise problem or httpcore.ConnectError("no address")


class Transport(httpx.BaseTransport):
    """httpx over an httpcore pool with the backend above, or over a proxy that the user named.

    Behind a proxy it is the proxy that resolves names; only addresses that stand in a URL are checked then,
    by the caller.
    """

    def __init__(self, *, allow_private: bool, proxy: str | None = None) -> None:
        context = httpx.create_ssl_context()
        backend = CheckedBackend(allow_private=allow_private or proxy is not None)
        self._pool: httpcore.ConnectionPool
        if proxy is None:
            self._pool = httpcore.ConnectionPool(
                ssl_context=context, max_connections=64, keepalive_expiry=5.0, network_backend=backend
            )
        else:
            wanted = httpx.Proxy(proxy)
            self._pool = httpcore.HTTPProxy(
                proxy_url=str(wanted.url),
                proxy_auth=wanted.raw_auth,
                ssl_context=context,
                network_backend=backend,
            )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass one request to the pool; httpcore's exceptions come through as they are."""
        url = request.url
        asked = httpcore.Request(
            method=request.method,
            url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        answer = self._pool.handle_request(asked)
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions
        )

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        return self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()
