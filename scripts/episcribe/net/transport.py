"""The way to the network: only to checked addresses, and never longer than the deadline.

The address that was checked is the one that is connected to, so that a name server that answers differently
the second time (DNS rebinding) gains nothing; Host and the TLS server name stay those of the URL.
"""

import logging
import os
import ssl
import threading
import time
from collections.abc import Iterable
from typing import Any

import httpcore

from episcribe.library.errors import FailureKind
from episcribe.net.addresses import resolve
from episcribe.net.errors import FetchError, OutOfTime, ProxyFailed
from episcribe.net.redaction import host_of
from episcribe.net.urls import credentials_of, without_user

_CONNECT_EACH = 10.0
_KEPT_OPEN = 5.0
_MOST_CONNECTIONS = 64


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


class _ProxyBackend(CheckedBackend):
    """Connects to a proxy; that it cannot be reached is told apart from what happens behind it."""

    def __init__(self, proxy: str) -> None:
        super().__init__(allow_private=True)
        self._proxy = host_of(proxy)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            return super().connect_tcp(host, port, timeout, local_address, socket_options)
        except (httpcore.NetworkError, httpcore.TimeoutException, FetchError) as error:
            if isinstance(error, OutOfTime):
                raise
            problem = f"{self._proxy}: the proxy cannot be reached"
            raise ProxyFailed(problem, FailureKind.TRANSIENT) from error


def open_pool(*, allow_private: bool, proxy: str | None = None) -> httpcore.ConnectionPool:
    """Connections over the backend above, or over a proxy (http, https, socks5) that the user named.

    Behind a proxy it is the proxy that resolves names; only addresses that stand in a URL are checked then,
    by the caller. The proxy itself may have any address.
    """
    for name in ("httpcore", "httpcore.connection", "httpcore.http11", "httpcore.proxy", "httpcore.socks"):
        # Below this level they write whole addresses with their secrets.
        logging.getLogger(name).setLevel(logging.WARNING)
    backend = CheckedBackend(allow_private=allow_private) if proxy is None else _ProxyBackend(proxy)
    shared: dict[str, Any] = {
        "ssl_context": _trust(),
        "max_connections": _MOST_CONNECTIONS,
        "keepalive_expiry": _KEPT_OPEN,
        "network_backend": backend,
    }
    if proxy is None:
        return httpcore.ConnectionPool(**shared)
    credentials = credentials_of(proxy)
    if proxy.lower().startswith("socks"):
        return httpcore.SOCKSProxy(proxy_url=without_user(proxy), proxy_auth=credentials, **shared)
    return httpcore.HTTPProxy(proxy_url=without_user(proxy), proxy_auth=credentials, **shared)


def _trust() -> ssl.SSLContext:
    """Certificates are checked by certifi's list, or by the one that SSL_CERT_FILE or SSL_CERT_DIR names."""
    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if file or folder:
        return ssl.create_default_context(cafile=file or None, capath=folder or None)
    import certifi

    return ssl.create_default_context(cafile=certifi.where())
