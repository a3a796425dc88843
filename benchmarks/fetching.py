"""Fetches from loopback against what the latency allows: eight threads, eight processes, and fifty feeds.

`python -m benchmarks.fetching [FETCHES]` from the root of the project. The server is a process of its own
that answers after a while without using the processor. "ideal" is latency times fetches over places, with
nothing else taking any time.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from episcribe.library.config_files import load_configuration
from episcribe.net.client import Client, NetSettings

PLACES = 8
LATENCY = 0.05
FEEDS = 50
FEED_LATENCY = 0.1


async def _serve(latency: float, body: bytes) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)

    class Protocol(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.Transport)
            self._transport = transport

        def data_received(self, data: bytes) -> None:
            for _ in range(data.count(b"\r\n\r\n")):
                asyncio.get_running_loop().call_later(latency, self._transport.write, answer)

    server = await asyncio.get_running_loop().create_server(Protocol, "0.0.0.0", 0, backlog=256)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def served(latency: float, body: bytes) -> Iterator[int]:
    """The port of a server that answers everything with `body` after `latency` seconds."""
    command = [sys.executable, "-m", "benchmarks.fetching", "serve", str(latency)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(body)
    process.stdin.close()
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


def _fetch(port: int, state: Path, threads: int, each: int) -> None:
    """Fetch in so many threads, once a line comes in; first open what is opened once in a process."""
    settings = NetSettings(allow_private=True, per_host=PLACES, state=state)
    with Client(settings) as client:
        _in_threads(lambda: client.fetch(f"http://127.0.0.1:{port}/"), threads, each)


def _fetch_bare(port: int, threads: int, each: int) -> None:
    """The same with nothing but the standard library's connections, one a thread, and no manners."""
    mine = threading.local()

    def fetch() -> None:
        if not hasattr(mine, "connection"):
            mine.connection = HTTPConnection("127.0.0.1", port)
        mine.connection.request("GET", "/")
        mine.connection.getresponse().read()

    _in_threads(fetch, threads, each)


def _in_threads(fetch: Callable[[], object], threads: int, each: int) -> None:
    def run() -> None:
        for _ in range(each):
            fetch()

    fetch()
    print("ready", flush=True)
    sys.stdin.readline()
    running = [threading.Thread(target=run) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    print("done", flush=True)


def fetches(port: int, processes: int, threads: int, total: int, *, bare: bool = False) -> float:
    """Seconds that `total` fetches take, shared out to processes and their threads."""
    with tempfile.TemporaryDirectory() as state:
        numbers = [str(threads), str(total // processes // threads)]
        which = ["bare", str(port)] if bare else ["fetch", str(port), state]
        command = [sys.executable, "-m", "benchmarks.fetching", *which, *numbers]
        started = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(processes)
        ]
        _hear(started, b"ready\n")
        begun = time.perf_counter()
        for process in started:
            assert process.stdin is not None
            process.stdin.write(b"\n")
            process.stdin.close()
        _hear(started, b"done\n")
        elapsed = time.perf_counter() - begun
        for process in started:
            process.wait()
    return elapsed


def _hear(processes: list[subprocess.Popen[bytes]], word: bytes) -> None:
    for process in processes:
        assert process.stdout is not None
        if process.stdout.readline() != word:
            raise SystemExit("a process that fetches failed")


def feed_body() -> bytes:
    """A feed of ten items."""
    items = "".join(
        f"<item><title>Episode {n}</title><guid>g{n}</guid>"
        f"<pubDate>Wed, {n:02} May 2024 06:00:00 GMT</pubDate>"
        f'<enclosure url="https://podcast.example/{n}.mp3" type="audio/mpeg" length="1"/></item>'
        for n in range(1, 11)
    )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{items}</channel></rss>'.encode()
    )


def discovery(port: int, hosts: int) -> tuple[float, int]:
    """Seconds for discovering the feeds, spread over so many hosts of loopback, and the episodes found."""
    from episcribe.sources.discovery import discover

    shows = [
        {"id": f"show{n}", "subject": "x", "feed": f"http://127.0.1.{1 + n % hosts}:{port}/{n}.xml"}
        for n in range(FEEDS)
    ]
    with tempfile.TemporaryDirectory() as name:
        file, library = Path(name) / "config.yaml", Path(name) / "processed"
        file.write_text(json.dumps({"shows": shows, "library": str(library)}))
        configuration = load_configuration([file], {})
        settings = NetSettings(allow_private=True, state=library / "log/net")
        begun = time.perf_counter()
        result = discover(
            configuration, library=library, client_factory=lambda: Client(settings), now=time.time()
        )
        elapsed = time.perf_counter() - begun
        if result.failed:
            raise SystemExit(result.failed[0].line)
        return elapsed, len((library / "catalog.jsonl").read_text().splitlines())


def main() -> None:
    total = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    ideal = total / PLACES * LATENCY
    print(f"{total} fetches of {LATENCY * 1000:.0f} ms, {PLACES} at a time: ideal {ideal:.2f} s")
    with served(LATENCY, b"x" * 1000) as port:
        for processes, threads, bare in (
            (1, PLACES, True),
            (1, PLACES, False),
            (PLACES, 1, True),
            (PLACES, 1, False),
            (1, 2 * PLACES, False),
            (2 * PLACES, 1, False),
        ):
            elapsed = fetches(port, processes, threads, total, bare=bare)
            done = total // processes // threads * processes * threads
            share = done / PLACES * LATENCY / elapsed
            who = f"{processes:3} processes of {threads:2} threads, {'bare' if bare else 'Client'}"
            print(f"{who:36} {elapsed:6.2f} s, {share:.1%} of the ideal rate", flush=True)
    with served(FEED_LATENCY, feed_body()) as port:
        for hosts in (FEEDS, 1):
            elapsed, episodes = discovery(port, hosts)
            best = max(1, FEEDS / hosts / NetSettings().per_host) * FEED_LATENCY
            print(
                f"{FEEDS} feeds of {FEED_LATENCY * 1000:.0f} ms on {hosts} hosts: {elapsed:.2f} s, "
                f"{episodes} episodes (latency alone: {best:.2f} s)"
            )


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(_serve(float(sys.argv[2]), sys.stdin.buffer.read()))
    elif sys.argv[1:2] == ["fetch"]:
        _fetch(int(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]))
    elif sys.argv[1:2] == ["bare"]:
        _fetch_bare(*map(int, sys.argv[2:5]))
    else:
        main()
