"""One request and its answer, with every way in which it can fail told apart."""

import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import httpcore
import httpx

from episcribe.library.errors import FailureKind
from episcribe.net.bodies import BodyReader, check_length
from episcribe.net.client import Response
from episcribe.net.errors import FetchError, OutOfTime
from episcribe.net.redaction import host_of
from episcribe.net.statuses import REDIRECTS, is_bot_check, status_error
from episcribe.net.transport import Deadline, current

_BEGINNING = 32 * 1024
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:\-]{1,40})""", re.IGNORECASE)


def exchange(
    http: httpx.Client, url: str, headers: Mapping[str, str], limit: int, deadline: Deadline
) -> Response | str:
    """Ask for `url`: the answer, or the Location that it redirects to. Raises FetchError."""
    with _told_apart(url, deadline):
        request = http.build_request("GET", url, headers=headers)
        answer = http.send(request, stream=True)
        try:
            return _read(answer, url, limit, deadline)
        finally:
            answer.close()


def _read(answer: httpx.Response, url: str, limit: int, deadline: Deadline) -> Response | str:
    status, headers = answer.status_code, answer.headers
    if status in REDIRECTS and headers.get("location"):
        return headers["location"]
    if status == 304:
        return _response(answer, url, b"")
    host = host_of(url)
    if not 200 <= status < 300:
        raise status_error(url, status, headers, _first_bytes(answer, host))
    check_length(host, headers.get("content-length"), limit)
    body = BodyReader(host, headers.get("content-encoding"), limit)
    for piece in answer.iter_raw():
        deadline.within(None)
        body.feed(piece)
    content = body.finish()
    if is_bot_check(headers, content[:_BEGINNING]):
        raise status_error(url, status, headers, content[:_BEGINNING])
    return _response(answer, url, content)


def _first_bytes(answer: httpx.Response, host: str) -> bytes:
    """The beginning of a failed answer's body, which may say more than its status; nothing when it cannot
    be had.
    """
    try:
        body = BodyReader(host, answer.headers.get("content-encoding"), 1024 * 1024)
        size = 0
        for piece in answer.iter_raw():
            body.feed(piece)
            size += len(piece)
            if size >= _BEGINNING:
                break
    except (FetchError, httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException):
        return b""
    return body.so_far()[:_BEGINNING]


def _response(answer: httpx.Response, url: str, body: bytes) -> Response:
    content_type = answer.headers.get("content-type")
    charset = _CHARSET.search(content_type or "")
    return Response(
        status=answer.status_code,
        url=_without_user(url),
        body=body,
        content_type=content_type,
        charset=charset.group(1).lower() if charset else None,
        etag=answer.headers.get("etag"),
        last_modified=answer.headers.get("last-modified"),
        not_modified=answer.status_code == 304,
    )


def _without_user(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


@contextmanager
def _told_apart(url: str, deadline: Deadline) -> Iterator[None]:
    """Run an exchange under its deadline, and turn what httpx and httpcore raise into FetchError."""
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
        raise FetchError(f"{host}: the proxy refused", FailureKind.TRANSIENT) from error
    except (httpcore.ProtocolError, httpx.InvalidURL, httpx.TransportError, UnicodeError) as error:
        raise FetchError(f"{host}: the address cannot be used") from error
    finally:
        current.deadline = None


def _silence(error: httpcore.TimeoutException, deadline: Deadline) -> str:
    if deadline.left() <= 0:
        return f"not finished after {deadline.seconds:.0f} s"
    return "no connection in time" if isinstance(error, httpcore.ConnectTimeout) else "no answer in time"


def _no_connection(host: str, error: httpcore.ConnectError) -> FetchError:
    cause = error.args[0] if error.args else None  # httpcore wraps what the socket raised
    if isinstance(cause, ssl.SSLCertVerificationError):
        return FetchError(f"{host}: its certificate is not valid ({cause.verify_message})")
    if isinstance(cause, ssl.SSLError):
        return FetchError(f"{host}: no secure connection (TLS)", FailureKind.TRANSIENT)
    reason = "refused the connection" if isinstance(cause, ConnectionRefusedError) else "cannot be reached"
    return FetchError(f"{host}: {reason}", FailureKind.TRANSIENT)
