"""One request sent and the head of its answer, with every way in which it can fail told apart."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import httpcore

from episcribe.library.errors import FailureKind
from episcribe.net.errors import FetchError, OutOfTime, ProxyFailed
from episcribe.net.redaction import host_of
from episcribe.net.requests import Request
from episcribe.net.transport import Deadline, current

# What a SOCKS proxy says when it is the host that cannot be reached, and not the proxy that is out of order.
_FAULT_OF_THE_HOST = ("Network unreachable", "Host unreachable", "Connection refused", "TTL expired")


def send(
    pool: httpcore.ConnectionPool, request: Request, timeout: float, deadline: Deadline
) -> httpcore.Response:
    """Send `request` and read the head of its answer; `timeout` holds for connecting and for each read.

    Whoever calls has to close the answer. Raises FetchError.
    """
    target = request.target
    asked = httpcore.Request(
        method=request.method,
        url=httpcore.URL(
            scheme=target.scheme.encode("ascii"),
            host=target.host.encode("ascii"),
            port=target.port,
            target=target.path.encode("ascii"),
        ),
        headers=request.on_the_wire(),
        content=request.content,
        extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), timeout)},
    )
    with told_apart(request.url, deadline):
        try:
            return pool.handle_request(asked)
        except AssertionError as error:
            # httpcore asserts that a SOCKS proxy answers in turn.
            raise ProxyFailed(f"{host_of(request.url)}: the proxy refused", FailureKind.TRANSIENT) from error


@contextmanager
def told_apart(url: str, deadline: Deadline) -> Iterator[None]:
    """Run a part of an exchange under its deadline, and turn what httpcore raises into FetchError."""
    host = host_of(url)
    current.deadline = deadline
    try:
        yield
    except OutOfTime as error:
        message = str(error)
        raise error if message.startswith(host) else OutOfTime(f"{host}: {message}", error.kind) from error
    except httpcore.TimeoutException as error:
        raise OutOfTime(f"{host}: {_silence(error, deadline)}", FailureKind.TRANSIENT) from error
    except httpcore.ConnectError as error:
        raise _no_connection(host, error) from error
    except (httpcore.NetworkError, httpcore.RemoteProtocolError) as error:
        cut = "complete message" in str(error) or "incomplete chunked" in str(error)
        cause = "the answer was cut off" if cut else "the connection was lost"
        raise FetchError(f"{host}: {cause}", FailureKind.TRANSIENT) from error
    except httpcore.ProxyError as error:
        raise _proxy_error(host, str(error)) from error
    except (httpcore.ProtocolError, UnicodeError) as error:
        raise FetchError(f"{host}: the address cannot be used") from error
    finally:
        current.deadline = None


def _silence(error: httpcore.TimeoutException, deadline: Deadline) -> str:
    if deadline.left() <= 0:
        return f"not finished after {deadline.seconds:.0f} s"
    return "no connection in time" if isinstance(error, httpcore.ConnectTimeout) else "no answer in time"


def _proxy_error(host: str, message: str) -> FetchError:
    # An HTTP proxy answers CONNECT with 5xx when the host behind it cannot be reached.
    if message[:1] == "5" or any(words in message for words in _FAULT_OF_THE_HOST):
        return FetchError(f"{host}: cannot be reached by the proxy", FailureKind.TRANSIENT)
    return ProxyFailed(f"{host}: the proxy refused", FailureKind.TRANSIENT)


def _no_connection(host: str, error: httpcore.ConnectError) -> FetchError:
    cause = error.args[0] if error.args else None  # httpcore wraps what the socket raised
    if isinstance(cause, ssl.SSLCertVerificationError):
        return FetchError(f"{host}: its certificate is not valid ({cause.verify_message})")
    if isinstance(cause, ssl.SSLError):
        return FetchError(f"{host}: no secure connection (TLS)", FailureKind.TRANSIENT)
    reason = "refused the connection" if isinstance(cause, ConnectionRefusedError) else "cannot be reached"
    return FetchError(f"{host}: {reason}", FailureKind.TRANSIENT)
