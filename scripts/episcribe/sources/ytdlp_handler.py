"""yt-dlp sending through our own client, and saying nothing to the terminal.

Importing this module imports yt-dlp (0.4 s).
"""

import functools
import io
import urllib.request
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import yt_dlp
from yt_dlp.networking.common import Request, RequestDirector, RequestHandler, Response
from yt_dlp.networking.exceptions import HTTPError, RequestError, TransportError
from yt_dlp.postprocessor.ffmpeg import FFmpegPostProcessor

from episcribe.library.errors import FailureKind
from episcribe.net.errors import FetchError
from episcribe.net.redaction import host_of

if TYPE_CHECKING:
    from episcribe.net.client import Client
    from episcribe.net.streams import Stream

_NOWHERE = "/nonexistent/ffmpeg"
_MOST_MESSAGES = 500
_LONGEST_MESSAGE = 2000
_BEGINNING = 64 * 1024
_LONGEST_RECORDING = 6 * 3600.0
_MEDIA = ("audio/", "video/", "application/octet-stream", "binary/")
_CONSENT_HOSTS = frozenset(("consent.youtube.com", "consent.google.com"))


class Evidence:
    """What an extraction left behind: yt-dlp's warnings and errors, and the failures of its requests.

    It is yt-dlp's logger. `wants_recordings` is set once only recordings are to come, and no pages.
    """

    def __init__(self) -> None:
        self.messages: list[str] = []
        self.failures: list[FetchError] = []
        self.wants_recordings = False

    def debug(self, message: str) -> None:
        """Drop what yt-dlp would show on a terminal, but for what it says of age gates."""
        if "age-restricted" in message:
            self.note(message)

    info = debug

    def warning(self, message: str) -> None:
        """Keep a warning."""
        self.note(message)

    error = warning

    def note(self, message: str) -> None:
        """Keep a message, within limits."""
        if len(self.messages) < _MOST_MESSAGES:
            self.messages.append(str(message)[:_LONGEST_MESSAGE])

    @property
    def is_blocked(self) -> bool:
        """True once a server refused us: then nothing more is to be asked."""
        return any(failure.kind is FailureKind.BLOCKED for failure in self.failures)


class QuietYoutubeDL(yt_dlp.YoutubeDL):  # type: ignore[misc]
    """A YoutubeDL that sends by `client` alone, tells `evidence` all and writes no cookies."""

    def __init__(
        self, params: Mapping[str, Any], client: "Client", evidence: Evidence, *, max_bytes: int | None = None
    ) -> None:
        self._handler = functools.partial(
            ClientRH, client=client, evidence=evidence, max_bytes=max_bytes or client.settings.max_bytes
        )
        self._evidence = evidence
        # Programs would ask any address that a stream names, and not by us; yt-dlp looks for them by this
        # variable, besides the parameter, where it decides who is to download.
        FFmpegPostProcessor._ffmpeg_location.set(_NOWHERE)
        nothing_else = {"ffmpeg_location": _NOWHERE, "external_downloader": "native"}
        super().__init__({**params, **nothing_else, "logger": evidence}, auto_init=False)

    def build_request_director(self, handlers: Any, preferences: Any = None) -> RequestDirector:
        """A director that knows no way to the network but ours."""
        return super().build_request_director([self._handler])

    def save_cookies(self) -> None:
        """Leave the user's file of cookies as it is: several processes read it at once."""

    def write_debug(self, message: str, only_once: bool = False) -> None:
        """Keep what may explain a failure; the rest is not wanted."""
        if "PO Token" in message or "playability status" in message:
            self._evidence.note(message)


class ClientRH(RequestHandler):  # type: ignore[misc]
    """Answers yt-dlp's requests through our client: its slots, its limits, its manners.

    Pages are read at once and whole; recordings as yt-dlp reads them, one at a time.
    """

    _SUPPORTED_URL_SCHEMES = ("http", "https")
    _SUPPORTED_PROXY_SCHEMES = None
    _SUPPORTED_FEATURES = None

    def __init__(self, *, client: "Client", evidence: Evidence, max_bytes: int, **rest: Any) -> None:
        super().__init__(**rest)
        self._client = client
        self._evidence = evidence
        self._max_bytes = max_bytes
        self._open: Stream | None = None

    def close(self) -> None:
        """Give back the stream that is being read, if there is one."""
        stream, self._open = self._open, None
        if stream is not None:
            stream.close()

    def _check_extensions(self, extensions: dict[str, Any]) -> None:
        super()._check_extensions(extensions)
        for name in ("cookiejar", "timeout", "legacy_ssl", "keep_header_casing", "impersonate"):
            extensions.pop(name, None)

    def _send(self, request: Request) -> Response:
        self.close()
        if self._evidence.is_blocked:
            raise TransportError("nothing more is asked of a site that has blocked us")
        jar = self._get_cookiejar(request)
        headers = dict(self._get_headers(request))
        cookie = jar.get_cookie_header(request.url)
        if cookie:
            headers["Cookie"] = cookie
        try:
            response = self._answer(request, headers)
        except FetchError as error:
            raise self._failed(error) from error
        jar.extract_cookies(_Answered(response), urllib.request.Request(request.url))
        if not 200 <= response.status < 300:
            raise HTTPError(response)
        return response

    def _answer(self, request: Request, headers: Mapping[str, str]) -> Response:
        plain = headers.get("Accept-Encoding", "").lower() == "identity"
        stream = self._client.open(
            request.url,
            method=request.method,
            headers=headers,
            content=_content(request.data),
            max_bytes=self._max_bytes,
            decode=not plain,
            deadline=_LONGEST_RECORDING if plain else None,
        )
        self._open = stream
        kind = stream.headers.get("content-type", "").lower()
        if 200 <= stream.status < 300:
            if kind.startswith(_MEDIA):
                return _response(_Body(stream, self), stream)
            if self._evidence.wants_recordings and "html" in kind:
                raise FetchError(
                    f"{host_of(stream.url)}: sent a page instead of a recording", FailureKind.TRANSIENT
                )
        data = stream.read()
        self.close()
        self._judge(stream, data[:_BEGINNING])
        return _response(io.BytesIO(data), stream)

    def _judge(self, stream: "Stream", beginning: bytes) -> None:
        """Note the answers that stand for a failure: bad statuses, and pages to click away first."""
        if stream.failure is not None:
            self._evidence.failures.append(stream.failure)
        elif host_of(stream.url) in _CONSENT_HOSTS or b"https://consent.youtube.com/s" in beginning:
            self._evidence.note("YouTube shows a consent page instead of what was asked for")
        elif "/sorry/" in stream.url and "google." in host_of(stream.url):
            self._evidence.failures.append(
                FetchError(f"{host_of(stream.url)}: asks for a captcha", FailureKind.BLOCKED)
            )

    def _failed(self, error: FetchError) -> RequestError:
        self._evidence.failures.append(error)
        if self._evidence.wants_recordings and error.kind is FailureKind.PERMANENT:
            return RequestError(str(error), cause=error)  # after which yt-dlp asks no more
        return TransportError(str(error), cause=error)

    def read_from(self, stream: "Stream", amount: int | None) -> bytes:
        """The next bytes of a recording. Raises TransportError, after which yt-dlp resumes."""
        try:
            return stream.read(amount)
        except FetchError as error:
            raise self._failed(error) from error


class _Body(io.RawIOBase):
    """A recording as a file that yt-dlp reads from; closed at its end."""

    def __init__(self, stream: "Stream", handler: ClientRH) -> None:
        self._stream = stream
        self._handler = handler

    def read(self, size: int | None = -1, /) -> bytes:
        data = self._handler.read_from(self._stream, None if size is None or size < 0 else size)
        if not data or size is None or size < 0:
            self.close()
        return data

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()


class _Answered:
    """An answer as http.cookiejar wants to see it."""

    def __init__(self, response: Response) -> None:
        self._headers = response.headers

    def info(self) -> Any:
        """The headers."""
        return self._headers


class _Response(Response):  # type: ignore[misc]
    def read(self, amt: int | None = None) -> bytes:
        if self.fp.closed:
            return b""
        data: bytes = self.fp.read() if amt is None else self.fp.read(amt)
        return data


def _response(body: io.IOBase, stream: "Stream") -> Response:
    response = _Response(body, stream.url, {}, status=stream.status)
    for name, value in stream.headers.multi_items():
        response.headers.add_header(name, value)
    return response


def _content(data: Any) -> bytes | None:
    if data is None or isinstance(data, bytes):
        return data
    if hasattr(data, "read"):
        content: bytes = data.read()
        return content
    parts: Sequence[bytes] = list(data)
    return b"".join(parts)
