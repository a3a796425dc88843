"""The library `requests` sending through our own client, with its limits, slots and manners.

Importing this module imports requests (80 ms).
"""

import io
import random
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers

from episcribe.library.errors import FailureKind
from episcribe.net.errors import FetchError
from episcribe.net.statuses import is_bot_check, status_error

if TYPE_CHECKING:
    from episcribe.net.client import Client

_BEGINNING = 32 * 1024
# What our client says for itself.
_NOT_PASSED_ON = frozenset(("user-agent", "accept-encoding", "connection", "content-length", "host"))
_LONGEST_CHAIN = 10


class Unfetched(requests.ConnectionError):
    """A request that failed in our client; what failed is its cause, a FetchError."""


def fetch_error_in(error: BaseException | None) -> FetchError | None:
    """The FetchError that led to `error`, however often it was raised anew on the way; None when none did."""
    for _ in range(_LONGEST_CHAIN):
        if error is None or isinstance(error, FetchError):
            return error
        error = error.__cause__ or error.__context__
    return None


class ClientAdapter(BaseAdapter):
    """Answers the requests of a session through `client`; for small answers, which are read at once.

    A failure that may pass is tried again with growing pauses, as `client.fetch` does it. Statuses that mean
    that the server is busy, or that it refuses us, raise Unfetched; others are the caller's to judge.
    Redirects are followed by the session, each hop through the client. Certificates, proxies and time-outs
    are the client's, whatever the session says.
    """

    def __init__(self, client: "Client", *, max_bytes: int) -> None:
        super().__init__()
        self._client = client
        self._max_bytes = max_bytes

    def send(  # noqa: PLR0917 - requests names them so
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        """The answer to `request`. Raises Unfetched."""
        attempt = 1
        while True:
            try:
                return self._answer(request)
            except FetchError as error:
                pause = self._pause(error, attempt)
                if pause is None:
                    raise Unfetched(str(error), request=request) from error
            time.sleep(pause)
            attempt += 1

    def close(self) -> None:
        """Leave the client open: it is not ours."""

    def _answer(self, request: requests.PreparedRequest) -> requests.Response:
        url = request.url or ""
        headers = {
            name: _text(value)
            for name, value in request.headers.items()
            if name.lower() not in _NOT_PASSED_ON
        }
        with self._client.open(
            url,
            method=request.method or "GET",
            headers=headers,
            content=_body(request.body),
            follow_redirects=False,
            max_bytes=self._max_bytes,
        ) as answer:
            body = answer.read()
            error = status_error(url, answer.status, answer.headers, body[:_BEGINNING])
            is_refusal = answer.status >= 400 and error.kind is not FailureKind.PERMANENT
            if is_refusal or is_bot_check(answer.headers, body[:_BEGINNING]):
                raise error
            return _response(request, answer.status, answer.headers, body)

    def _pause(self, error: FetchError, attempt: int) -> float | None:
        """Seconds before the next attempt, None when there is to be none."""
        settings = self._client.settings
        if error.kind is not FailureKind.TRANSIENT or attempt >= settings.attempts:
            return None
        if error.retry_after is not None:
            return error.retry_after if error.retry_after <= settings.longest_wait else None
        return min(settings.backoff * 2.0 ** (attempt - 1) * random.uniform(0.5, 1.5), settings.longest_wait)


def _response(
    request: requests.PreparedRequest, status: int, headers: Mapping[str, str], body: bytes
) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.url = request.url or ""
    response.request = request
    response.headers = CaseInsensitiveDict(headers.items())
    response.encoding = get_encoding_from_headers(response.headers)
    response.raw = io.BytesIO(body)
    return response


def _body(body: Any) -> bytes | None:
    if body is None or isinstance(body, bytes):
        return body
    return body.encode("utf-8") if isinstance(body, str) else b"".join(body)


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
