"""A small HTTP server on 127.0.0.1 for tests, whose answers are programmed path by path.

    with LoopbackServer() as server:
        url = server.add("/feed.xml", body=FEED, content_type="application/rss+xml", etag='"1"')
        flaky = server.add_all("/flaky", [Answer(status=503), Answer(body=b"at last")])

`server.requests` holds what was asked, in order.
"""

import gzip
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Request:
    """What a client asked; the names of headers are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """One programmed answer.

    With `etag` or `last_modified` a request that names the same validator gets 304. `redirect` sets
    Location (status 302 unless given). `gzip` compresses the body and says so. `chunked` sends it without a
    length. `cut_after` declares the whole length but closes after so many bytes. `declared_length` replaces
    the length. `wait` is a pause in seconds before the status line. With `drip` the body goes out one byte
    at a time with so many seconds between; `drip_headers` does so for the head. `endless` repeats the body
    until the client leaves. `reset` closes the connection without an answer.
    """

    body: bytes = b""
    status: int = 200
    content_type: str | None = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str | None = None
    last_modified: str | None = None
    redirect: str | None = None
    gzip: bool = False
    chunked: bool = False
    cut_after: int | None = None
    declared_length: int | None = None
    wait: float = 0.0
    drip: float = 0.0
    drip_headers: float = 0.0
    endless: bool = False
    reset: bool = False


Programme = Callable[[Request], Answer]


class Site:
    """The answers of one host, path by path, and what was asked of it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.requests: list[Request] = []
        self.most_at_once = 0
        self._routes: dict[str, Programme] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._busy = 0

    def add(self, path: str, body: bytes | str = b"", **fields: Any) -> str:
        """Answer every request for `path` (without its query) with one `Answer`; returns the full URL."""
        data = body.encode() if isinstance(body, str) else body
        return self.add_all(path, [Answer(body=data, **fields)])

    def add_all(self, path: str, answers: Sequence[Answer]) -> str:
        """Answer the first request with the first answer, and so on; the last one is repeated."""
        left = list(answers)

        def take(_: Request) -> Answer:
            with self._lock:
                return left.pop(0) if len(left) > 1 else left[0]

        return self.add_programme(path, take)

    def add_programme(self, path: str, programme: Programme) -> str:
        """Let a function of the request choose the answer."""
        self._routes[path] = programme
        return self.url + path

    def programme(self, path: str) -> Programme:
        """What answers the requests for `path` now."""
        return self._routes[path]

    def asked(self, path: str) -> int:
        """How many requests came for `path`, whatever their query."""
        return sum(request.path.partition("?")[0] == path for request in self.requests)

    def choose(self, request: Request) -> Answer:
        """The answer to a request, which is noted."""
        with self._lock:
            self.requests.append(request)
        programme = self._routes.get(request.path.partition("?")[0])
        return programme(request) if programme else Answer(b"nothing here", status=404)

    def count(self, change: int) -> None:
        """Keep the number of requests that are being answered at the same time."""
        with self._lock:
            self._busy += change
            self.most_at_once = max(self.most_at_once, self._busy)

    def pause(self, seconds: float) -> None:
        """Sleep, but not longer than the server lives."""
        self._closing.wait(seconds)

    @property
    def closing(self) -> bool:
        """True once the server is being shut down."""
        return self._closing.is_set()

    def close(self) -> None:
        """End the pauses and endless bodies that are under way."""
        self._closing.set()


class LoopbackServer(Site):
    """A threaded server on a free port of a loopback address; a context manager.

    `url` is the address of its root, without a slash at the end; `answering` is what answers the requests.
    """

    def __init__(self, address: str = "127.0.0.1", answering: "type[SiteHandler] | None" = None) -> None:
        handler = type("Handler", (answering or SiteHandler,), {"site": self})
        self._server = serve(handler, address)
        self.port = int(self._server.server_address[1])
        super().__init__(f"http://{address}:{self.port}")
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)


def serve(handler: type[BaseHTTPRequestHandler], address: str = "127.0.0.1") -> ThreadingHTTPServer:
    """A threaded server on a free port of a loopback address, which does not run yet and waits for nobody."""
    server = ThreadingHTTPServer((address, 0), handler)
    server.daemon_threads = True
    server.block_on_close = False
    return server


class SiteHandler(BaseHTTPRequestHandler):
    """Answers requests as `site` says."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    site: Site

    def do_GET(self) -> None:
        self._serve()

    do_HEAD = do_POST = do_PUT = do_GET  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Say nothing: the tests read `requests`."""

    def _serve(self) -> None:
        site = self.site
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        site.count(1)
        try:
            self._send(site.choose(Request(self.command, self.path, headers, body)), headers)
        except OSError:
            self.close_connection = True  # the client left, which is what some tests are about
        finally:
            site.count(-1)

    def _send(self, answer: Answer, asked: dict[str, str]) -> None:
        self.site.pause(answer.wait)
        if answer.reset:
            self.close_connection = True
            return
        unchanged = _is_unchanged(answer, asked)
        body = gzip.compress(answer.body, mtime=0) if answer.gzip else answer.body
        head = _head(answer, body, 304 if unchanged else answer.status)
        if answer.drip_headers:
            self._drip(head, answer.drip_headers)
        else:
            self.wfile.write(head)
        if unchanged or self.command == "HEAD":
            return
        if answer.endless:
            self._repeat(body or b"x")
        elif answer.chunked:
            self._send_chunks(body)
        elif answer.drip:
            self._drip(body, answer.drip)
        else:
            self.wfile.write(body[: answer.cut_after])
        if answer.cut_after is not None or answer.declared_length is not None or answer.endless:
            self.close_connection = True

    def _drip(self, data: bytes, pause: float) -> None:
        for position in range(len(data)):
            if self.site.closing:
                self.close_connection = True
                return
            self.wfile.write(data[position : position + 1])
            self.wfile.flush()
            time.sleep(pause)

    def _repeat(self, data: bytes) -> None:
        block = data * max(1, 65536 // len(data))
        while not self.site.closing:
            self.wfile.write(block)

    def _send_chunks(self, body: bytes) -> None:
        for start in range(0, len(body), 8192):
            piece = body[start : start + 8192]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")


def _is_unchanged(answer: Answer, asked: dict[str, str]) -> bool:
    if answer.etag is not None and asked.get("if-none-match") == answer.etag:
        return True
    return answer.last_modified is not None and asked.get("if-modified-since") == answer.last_modified


def _head(answer: Answer, body: bytes, status: int) -> bytes:
    headers: dict[str, str] = {"Date": "Wed, 01 May 2024 06:00:00 GMT"}
    if answer.redirect is not None:
        headers["Location"] = answer.redirect
        status = 302 if status == 200 else status
    if answer.content_type is not None:
        headers["Content-Type"] = answer.content_type
    if answer.etag is not None:
        headers["ETag"] = answer.etag
    if answer.last_modified is not None:
        headers["Last-Modified"] = answer.last_modified
    if answer.gzip:
        headers["Content-Encoding"] = "gzip"
    if answer.chunked:
        headers["Transfer-Encoding"] = "chunked"
    elif answer.endless:
        headers["Connection"] = "close"
    elif status != 304:
        headers["Content-Length"] = str(
            len(body) if answer.declared_length is None else answer.declared_length
        )
    headers.update(answer.headers)
    lines = [f"HTTP/1.1 {status} Programmed", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
