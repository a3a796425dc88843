"""Feeds and captions of a made-up library of any size, served from loopback by a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from benchmarks.common import ROOT, sample_sentences
from benchmarks.talk import Speech, talk

_FIRST = datetime(2010, 1, 4, 6, tzinfo=UTC)


@dataclass(frozen=True)
class Shape:
    """A library: so many episodes of so many minutes, shared out to so many shows.

    The shows are on one host each, as feeds are, or on so many `hosts` of loopback. Every answer comes after
    `latency` seconds. The first `more` shows have an episode more than they would have.
    """

    episodes: int
    shows: int = 1
    minutes: float = 6.0
    hosts: int = 0
    latency: float = 0.0
    more: int = 0

    def numbers(self, show: int) -> list[int]:
        """The numbers of the episodes of a show, the oldest first."""
        own = list(range(show, self.episodes, self.shows))
        return [*own, self.episodes + show] if show < self.more else own

    def address(self, show: int, port: int) -> str:
        """Where the feed of a show is to be had."""
        host = show % (self.hosts or self.shows)
        return f"http://127.0.{1 + host // 250}.{1 + host % 250}:{port}/{show}/feed.xml"

    def configuration(self, port: int) -> dict[str, Any]:
        """A configuration that names the feeds of all shows."""
        shows = [
            {"id": f"show-{n:03d}", "subject": "Nature", "feed": self.address(n, port)}
            for n in range(self.shows)
        ]
        return {"refresh": "never", "network": {"allow_private": True}, "shows": shows}


def feed(shape: Shape, show: int, place: str) -> str:
    """The RSS of a show, its newest episode first, with what feeds usually say; `place` is its address."""
    items = "".join(_item(number, shape.minutes, place) for number in reversed(shape.numbers(show)))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"'
        ' xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
        ' xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel>'
        f"<title>{title(show)}</title><link>https://podcast.example/{show}</link><language>en</language>"
        f"<description>Talks of show {show}.</description><itunes:author>Nell Averill</itunes:author>"
        f"{items}</channel></rss>\n"
    )


def title(show: int) -> str:
    """What a show is called."""
    return f"{Speech(show).words(1)[0].capitalize()} Talks {show}"


def _item(number: int, minutes: float, place: str) -> str:
    speech, sentences = Speech(number), sample_sentences()
    name = " ".join(speech.words(4)).capitalize()
    notes = " ".join(f"<p>{sentences[(number * 7 + n) % len(sentences)][1]}</p>" for n in range(8))
    date = format_datetime(_FIRST + timedelta(days=number % 6000, minutes=number % 59))
    page = f"https://podcast.example/{number}"
    return (
        f"<item><title>{name} {number}</title><guid isPermaLink='false'>made-{number}</guid>"
        f"<link>{page}</link><pubDate>{date}</pubDate><description>{escape(notes)}</description>"
        f"<itunes:duration>{round(minutes * 60)}</itunes:duration><itunes:episode>{number}</itunes:episode>"
        f'<enclosure url="{page}.mp3" type="audio/mpeg" length="{round(minutes * 960_000)}"/>'
        "<podcast:person role='host'>Nell Averill</podcast:person>"
        f'<podcast:transcript url="{place}{number}.vtt" type="text/vtt" language="en"/></item>\n'
    )


@contextmanager
def served(shape: Shape, port: int = 0) -> Iterator[int]:
    """The port of a process that serves the feeds and captions of `shape`, a free one unless given."""
    command = [sys.executable, "-m", "benchmarks.served", json.dumps(asdict(shape)), str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


class _Answers:
    """What there is under each path."""

    def __init__(self, shape: Shape, port: int) -> None:
        self._shape, self._port = shape, port
        # Made before the first of them is asked for: it is the client that is measured.
        self._feeds = {show: self._feed(show) for show in range(shape.shows)}

    def _feed(self, show: int) -> bytes:
        place = self._shape.address(show, self._port).removesuffix("feed.xml")
        return feed(self._shape, show, place).encode()

    def body(self, path: str) -> bytes | None:
        show, _, name = path.strip("/").partition("/")
        if name == "feed.xml":
            return self._feeds.get(int(show))
        number = name.removesuffix(".vtt")
        return self._captions(int(number)) if number.isdigit() else None

    @lru_cache(maxsize=4096)  # noqa: B019 - it lives as long as its process
    def _captions(self, number: int) -> bytes:
        from episcribe.transcripts.writing import write_transcript

        return write_transcript(talk(number, self._shape.minutes), "vtt").encode()


async def _serve(shape: Shape, port: int) -> None:
    import asyncio
    from hashlib import blake2b

    answers: list[_Answers] = []

    def answer(request: bytes) -> bytes:
        head = request.decode("latin-1")
        body = answers[0].body(head.split(" ", 2)[1])
        if body is None:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        tag = f'"{blake2b(body, digest_size=8).hexdigest()}"'
        if tag in head:
            return f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode()
        kind = "text/vtt" if body.startswith(b"WEBVTT") else "application/rss+xml"
        lines = (
            f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nETag: {tag}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return lines.encode() + body

    class Protocol(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.Transport)
            self._transport, self._received = transport, b""

        def data_received(self, data: bytes) -> None:
            self._received += data
            while b"\r\n\r\n" in self._received:
                request, _, self._received = self._received.partition(b"\r\n\r\n")
                asyncio.get_running_loop().call_later(shape.latency, self._transport.write, answer(request))

    server = await asyncio.get_running_loop().create_server(Protocol, "0.0.0.0", port, backlog=256)
    taken = server.sockets[0].getsockname()[1]
    answers.append(_Answers(shape, taken))
    print(taken, flush=True)
    await server.serve_forever()


def main() -> None:
    """`SHAPE PORT`: the shape as JSON."""
    import asyncio

    shape = replace(Shape(0), **json.loads(sys.argv[1]))
    asyncio.run(_serve(shape, int(sys.argv[2])))


if __name__ == "__main__":
    main()
