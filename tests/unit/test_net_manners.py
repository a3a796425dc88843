"""Manners towards servers, over threads, processes and runs: places, pauses, rests, robots.txt, slots."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path

import pytest

from episcribe.library.errors import EpiscribeError, FailureKind
from episcribe.net.breaker import resting
from episcribe.net.client import Client, HostManners, NetSettings
from episcribe.net.errors import FetchError, OutOfTime, PrivateAddress, Resting
from episcribe.net.manners import group_of
from episcribe.net.places import SharedPlaces
from tests.fake_web import FakeWeb
from tests.loopback import Answer, LoopbackServer, Request

ROOT = Path(__file__).resolve().parents[2]
FETCHER = r"""
import sys, threading
from pathlib import Path
from episcribe.net.client import Client, NetSettings
from episcribe.net.errors import FetchError
url, state, per_host, pause, threads, each = sys.argv[1:]
settings = NetSettings(
    allow_private=True, attempts=1, per_host=int(per_host), pause=float(pause), state=Path(state)
)
print("ready", flush=True)
sys.stdin.readline()
with Client(settings) as client:
    def fetch():
        for _ in range(int(each)):
            try:
                line = str(client.fetch(url).status)
            except FetchError as error:
                line = f"{type(error).__name__} {error}"
            sys.stdout.write(line + "\n")
    running = [threading.Thread(target=fetch) for _ in range(int(threads))]
    for thread in running: thread.start()
    for thread in running: thread.join()
"""


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer() as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path) -> NetSettings:
    return NetSettings(
        allow_private=True, backoff=0.0, longest_wait=0.0, timeout=5.0, deadline=8.0, state=tmp_path / "net"
    )


def failure(fetch: Callable[[], object]) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetch()
    return caught.value


class Fetchers:
    """Other processes that fetch, as another run or a job on another core does."""

    def __init__(self) -> None:
        self.processes: list[subprocess.Popen[str]] = []

    def add(
        self, url: str, state: Path, *, per_host: int = 2, pause: float = 0.0, threads: int = 1, each: int = 1
    ) -> subprocess.Popen[str]:
        numbers = [str(number) for number in (per_host, pause, threads, each)]
        process = subprocess.Popen(
            [sys.executable, "-c", FETCHER, url, str(state), *numbers],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT / "scripts")},
        )
        self.processes.append(process)
        return process

    def go(self) -> None:
        for process in self.processes:
            assert process.stdout is not None
            assert process.stdin is not None
            assert process.stdout.readline() == "ready\n"
        for process in self.processes:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()

    def answers(self) -> list[str]:
        self.go()
        return [
            line for process in self.processes for line in process.communicate(timeout=30)[0].splitlines()
        ]


@pytest.fixture
def fetchers() -> Iterator[Fetchers]:
    started = Fetchers()
    yield started
    for process in started.processes:
        process.kill()
        process.communicate()


def test_three_processes_never_exceed_the_places_of_a_host(
    server: LoopbackServer, tmp_path: Path, fetchers: Fetchers
) -> None:
    lock = threading.Lock()
    busy: list[int] = [0]

    def answer(_: Request) -> Answer:
        with lock:
            busy.append(busy[-1] + 1)
        time.sleep(0.02)
        with lock:
            busy.append(busy[-1] - 1)
        return Answer(b"x")

    url = server.add_programme("/", answer)
    for _ in range(3):
        fetchers.add(url, tmp_path, per_host=2, threads=3, each=4)
    assert fetchers.answers() == ["200"] * 36
    assert max(busy) == 2


def test_starts_keep_their_pause_over_processes(
    server: LoopbackServer, tmp_path: Path, fetchers: Fetchers
) -> None:
    starts: list[float] = []

    def noted(_: Request) -> Answer:
        starts.append(time.monotonic())
        return Answer(b"x")

    url = server.add_programme("/", noted)
    for _ in range(3):
        fetchers.add(url, tmp_path, per_host=4, pause=0.1, threads=2, each=1)
    assert fetchers.answers() == ["200"] * 6
    for number, start in enumerate(starts):
        assert start - starts[0] > 0.1 * number - 0.08


def test_a_killed_holder_frees_its_place_at_once(
    server: LoopbackServer, settings: NetSettings, fetchers: Fetchers, tmp_path: Path
) -> None:
    slow = server.add("/slow", b"x", wait=20.0)
    fast = server.add("/fast", b"x")
    holder = fetchers.add(slow, tmp_path / "net", per_host=1)
    fetchers.go()
    wait_for(lambda: server.asked("/slow") == 1)
    with Client(replace(settings, per_host=1)) as client:
        threading.Timer(0.2, holder.send_signal, (signal.SIGKILL,)).start()
        before = time.monotonic()
        assert client.fetch(fast).body == b"x"
    assert 0.15 < time.monotonic() - before < 1.5


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_waiting_ends_at_the_deadline(server: LoopbackServer, settings: NetSettings) -> None:
    url = server.add("/", b"x", wait=1.0)
    with Client(replace(settings, per_host=1)) as client:
        holder = threading.Thread(target=client.fetch, args=(url,))
        holder.start()
        wait_for(lambda: server.asked("/") == 1)
        with Client(replace(settings, per_host=1, deadline=0.2)) as other:
            before = time.monotonic()
            error = failure(lambda: other.fetch(url))
        waited = time.monotonic() - before
        holder.join()
    assert isinstance(error, OutOfTime)
    assert 0.15 < waited < 0.9
    assert server.asked("/") == 1


def test_waiting_costs_no_processor_time(tmp_path: Path) -> None:
    places = SharedPlaces(tmp_path)
    give_back = places.taken("a", 1, lambda: 0.0)
    assert give_back is not None
    end = time.monotonic() + 1.0
    before = time.process_time()
    waiting = [
        threading.Thread(target=SharedPlaces(tmp_path).taken, args=("a", 1, lambda: end - time.monotonic()))
        for _ in range(4)
    ]
    for thread in waiting:
        thread.start()
    for thread in waiting:
        thread.join()
    assert time.process_time() - before < 0.2
    give_back()


def test_a_place_that_is_given_back_is_taken_at_once(tmp_path: Path) -> None:
    mine, theirs = SharedPlaces(tmp_path), SharedPlaces(tmp_path)
    delays = []
    for _ in range(10):
        give_back = mine.taken("a", 1, lambda: 1.0)
        assert give_back is not None
        taken: list[float] = []

        def wait(taken: list[float] = taken) -> None:
            other = theirs.taken("a", 1, lambda: 5.0)
            taken.append(time.monotonic())
            assert other is not None
            other()

        thread = threading.Thread(target=wait)
        thread.start()
        time.sleep(0.02)
        freed = time.monotonic()
        give_back()
        thread.join()
        delays.append(taken[0] - freed)
    assert sorted(delays)[5] < 0.02


def test_a_thread_that_holds_an_answer_may_ask_the_same_host_again(
    server: LoopbackServer, settings: NetSettings
) -> None:
    url = server.add("/", b"x" * 300_000)
    with Client(replace(settings, per_host=1)) as client:
        first = client.open(url)
        assert len(client.fetch(url).body) == 300_000
        assert len(first.read()) == 300_000


@pytest.mark.parametrize(
    ("host", "group"),
    [
        ("www.youtube.com", "youtube.com"),
        ("YouTube.com:8080", "youtube.com"),
        ("a.music.youtube.com", "music.youtube.com"),
        ("notyoutube.com", "notyoutube.com"),
        ("youtube.com.evil.example:81", "youtube.com.evil.example:81"),
    ],
)
def test_a_host_is_counted_with_the_most_exact_name_it_is_below(host: str, group: str) -> None:
    hosts = {"youtube.com": HostManners(1), "music.youtube.com": HostManners(3)}
    assert group_of(host, hosts) == group


def test_a_configured_host_has_its_own_manners(server: LoopbackServer, settings: NetSettings) -> None:
    url = server.add("/", b"x", wait=0.02)
    manners = {"0.0.1": HostManners(per_host=9), "127.0.0.1": HostManners(per_host=1)}
    with Client(replace(settings, per_host=5, hosts=manners)) as client:
        threads = [threading.Thread(target=client.fetch, args=(url,)) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert server.most_at_once == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_asks_for_rest_gets_it_in_other_processes_too(
    server: LoopbackServer, settings: NetSettings, fetchers: Fetchers, status: int
) -> None:
    url = server.add("/", b"", status=status, headers={"Retry-After": "100"})
    other = server.add("/other", b"x")
    assert settings.state is not None
    with Client(settings) as client:
        first = failure(lambda: client.fetch(url))
        error = failure(lambda: client.fetch(other))
    assert not isinstance(first, Resting)
    assert isinstance(error, Resting)
    assert error.kind is FailureKind.BLOCKED
    assert 90 < error.until - time.time() < 101
    clock = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(error.until))
    assert str(error) == f"127.0.0.1:{server.port}: is left in peace until {clock}, as it answered {status}"
    fetchers.add(other, settings.state)
    assert fetchers.answers() == [f"Resting {error}"]
    assert len(server.requests) == 1
    (one,) = resting(settings.state)
    assert (one.host, one.reason, one.until) == (
        f"127.0.0.1:{server.port}",
        f"answered {status}",
        error.until,
    )


def test_retry_after_may_be_a_date(server: LoopbackServer, settings: NetSettings) -> None:
    headers = {"Date": formatdate(usegmt=True), "Retry-After": formatdate(time.time() + 600, usegmt=True)}
    url = server.add("/", b"", status=429, headers=headers)
    with Client(settings) as client:
        failure(lambda: client.fetch(url))
        error = failure(lambda: client.fetch(url))
    assert isinstance(error, Resting)
    assert 590 < error.until - time.time() < 610


@pytest.mark.parametrize(
    "page",
    [
        {"body": b"<title>Just a moment...</title>", "content_type": "text/html"},
        {"body": b"", "headers": {"cf-mitigated": "challenge"}},
        {"body": b"solve this captcha", "status": 403},
        {"body": b"", "status": 429},
    ],
)
def test_a_block_is_given_the_usual_rest_also_when_it_came_through_open(
    server: LoopbackServer, settings: NetSettings, page: dict[str, object]
) -> None:
    url = server.add("/", **page)  # type: ignore[arg-type]
    with Client(replace(settings, rest=500.0)) as client:
        with client.open(url) as stream:
            assert stream.read() == page["body"]
        error = failure(lambda: client.open(url))
    assert isinstance(error, Resting)
    assert 490 < error.until - time.time() < 501


def test_five_403_in_a_row_rest_a_host_and_fewer_do_not(
    server: LoopbackServer, settings: NetSettings
) -> None:
    no, yes = server.add("/no", b"", status=403), server.add("/yes", b"x")
    with Client(settings) as client:
        for _ in range(4):
            assert not isinstance(failure(lambda: client.fetch(no)), Resting)
        client.fetch(yes)
        for _ in range(5):
            assert not isinstance(failure(lambda: client.fetch(no)), Resting)
        assert "403 5 times in a row" in str(failure(lambda: client.fetch(yes)))
    assert server.asked("/no") == 9


def test_failures_in_a_row_rest_a_host_for_minutes_and_longer_each_time(
    server: LoopbackServer, settings: NetSettings
) -> None:
    url = server.add_all("/", [*[Answer(status=500)] * 6, Answer(b"back")])
    state = settings.state
    assert state is not None
    with Client(replace(settings, attempts=1)) as client:
        for _ in range(5):
            assert failure(lambda: client.fetch(url)).kind is FailureKind.TRANSIENT
        first = failure(lambda: client.fetch(url))
        assert isinstance(first, Resting)
        assert 60 < first.until - time.time() < 180
        let_time_pass(state)
        assert failure(lambda: client.fetch(url)).status == 500  # the probe
        second = failure(lambda: client.fetch(url))
        assert isinstance(second, Resting)
        assert second.until - time.time() > 1.5 * (first.until - time.time())
        let_time_pass(state)
        assert client.fetch(url).body == b"back"
        assert client.fetch(url).body == b"back"
    assert resting(state) == []


def test_a_host_that_fails_rests_no_longer_than_one_that_blocks(
    server: LoopbackServer, settings: NetSettings
) -> None:
    url = server.add("/", status=500)
    with Client(replace(settings, attempts=1, rest=20.0)) as client:
        for _ in range(5):
            failure(lambda: client.fetch(url))
        error = failure(lambda: client.fetch(url))
    assert isinstance(error, Resting)
    assert 10 < error.until - time.time() <= 20


def let_time_pass(state: Path) -> None:
    """Put all rests into the past."""
    for path in (state / "resting").glob("*.json"):
        record = json.loads(path.read_text())
        if "until" in record:
            path.write_text(json.dumps({**record, "until": time.time() - 1}))


def test_after_a_rest_one_request_goes_first(server: LoopbackServer, settings: NetSettings) -> None:
    url = server.add_all("/", [Answer(status=429), Answer(status=429, wait=0.3), Answer(b"x")])
    assert settings.state is not None
    with Client(replace(settings, per_host=8)) as client:
        failure(lambda: client.fetch(url))
        let_time_pass(settings.state)
        kinds: list[str] = []

        def fetch() -> None:
            kinds.append(type(failure(lambda: client.fetch(url))).__name__)

        threads = [threading.Thread(target=fetch) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(kinds) == ["FetchError", *["Resting"] * 5]
    assert len(server.requests) == 2


def test_a_failure_that_is_tried_again_with_success_counts_for_nothing(
    server: LoopbackServer, settings: NetSettings
) -> None:
    url = server.add_all("/", [Answer(status=500), Answer(reset=True), Answer(b"x")] * 4)
    with Client(settings) as client:
        for _ in range(4):
            assert client.fetch(url).body == b"x"


def test_a_name_that_is_not_resolved_rests_nobody(settings: NetSettings) -> None:
    with Client(replace(settings, attempts=1)) as client:
        for _ in range(7):
            assert not isinstance(failure(lambda: client.fetch("http://no-such-host.invalid/")), Resting)


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"until": "x"}', b'{"until": 1e300}', b"\xff\x00"])
def test_a_state_that_is_torn_is_survived(
    server: LoopbackServer, settings: NetSettings, content: bytes
) -> None:
    assert settings.state is not None
    settings = replace(settings, pause=0.001, robots=True)
    blocked = server.add("/", b"", status=429)
    page = server.add("/page", b"x")
    with Client(settings) as client:
        client.fetch(page, robots=True)
        failure(lambda: client.fetch(blocked))
    for path in settings.state.rglob("*.json"):
        path.write_bytes(content)
    with Client(settings) as client:
        assert client.fetch(page, robots=True).body == b"x"
    assert resting(settings.state) == []


def test_a_state_that_cannot_be_written_is_told_in_a_line(
    server: LoopbackServer, settings: NetSettings, tmp_path: Path
) -> None:
    url = server.add("/", b"x")
    assert settings.state is not None
    with Client(settings) as client:
        shutil.rmtree(settings.state / "places")
        error = failure(lambda: client.fetch(url))
    assert error.kind is FailureKind.TRANSIENT
    assert "cannot be kept there: No such file" in str(error)
    (tmp_path / "file").touch()
    with pytest.raises(EpiscribeError, match="cannot be written"):
        Client(replace(settings, state=tmp_path / "file"))


def test_an_extraction_can_let_a_host_rest(server: LoopbackServer, settings: NetSettings) -> None:
    url = server.add("/", b"x")
    with Client(settings) as client:
        client.leave_in_peace(url, "asked to sign in", 60)
        assert "as it asked to sign in" in str(failure(lambda: client.fetch(url)))
    assert server.requests == []


def test_without_a_folder_manners_hold_in_the_process(server: LoopbackServer, settings: NetSettings) -> None:
    url = server.add("/", b"", status=429)
    with Client(replace(settings, state=None, pause=0.05)) as client:
        failure(lambda: client.fetch(url))
        assert isinstance(failure(lambda: client.fetch(url)), Resting)
    assert len(server.requests) == 1


def test_robots_txt_is_honoured_read_once_and_only_where_it_is_asked_for(
    server: LoopbackServer, settings: NetSettings
) -> None:
    server.add("/robots.txt", b"User-agent: *\nDisallow: /\n\nUser-agent: Episcribe\nDisallow: /secret\n")
    page, secret = server.add("/page", b"x"), server.add("/secret/1", b"y")
    there = server.add("/there", redirect="/secret/1")
    for _ in range(2):
        with Client(settings) as client:
            assert client.fetch(page, robots=True).body == b"x"
            for url in (secret, there):
                error = failure(lambda url=url: client.fetch(url, robots=True))
                assert error.kind is FailureKind.PERMANENT
                assert f"127.0.0.1:{server.port}: its robots.txt does not allow" in str(error)
            assert client.fetch(secret).body == b"y"
    assert server.asked("/robots.txt") == 1
    assert server.asked("/secret/1") == 2
    with Client(replace(settings, robots=False)) as client:
        assert client.fetch(secret, robots=True).body == b"y"


def test_robots_txt_that_is_not_there_allows_and_one_that_fails_does_not(
    server: LoopbackServer, settings: NetSettings
) -> None:
    page = server.add("/page", b"x")
    server.add_all("/robots.txt", [Answer(status=503), Answer(status=404)])
    with Client(replace(settings, attempts=1)) as client:
        error = failure(lambda: client.fetch(page, robots=True))
        assert error.kind is FailureKind.TRANSIENT
        assert "robots.txt cannot be read (answered 503)" in str(error)
        assert client.fetch(page, robots=True).body == b"x"
    assert server.asked("/page") == 1


def test_a_page_on_a_private_address_is_refused_for_good_and_not_for_its_robots_txt(
    settings: NetSettings,
) -> None:
    with Client(replace(settings, allow_private=False)) as client:
        error = failure(lambda: client.fetch("http://127.0.0.1:9/page", robots=True))
    assert isinstance(error, PrivateAddress)
    assert error.kind is FailureKind.PERMANENT
    assert "robots" not in str(error)


def test_threads_that_want_the_same_robots_txt_have_it_read_once(
    server: LoopbackServer, settings: NetSettings
) -> None:
    server.add("/robots.txt", b"User-agent: *\nAllow: /\n", wait=0.1)
    page = server.add("/page", b"x")
    with Client(replace(settings, per_host=4)) as client:
        threads = [threading.Thread(target=lambda: client.fetch(page, robots=True)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert (server.asked("/robots.txt"), server.asked("/page")) == (1, 4)


def test_an_old_robots_txt_is_good_while_the_host_has_none_to_give(
    server: LoopbackServer, settings: NetSettings
) -> None:
    server.add_all("/robots.txt", [Answer(b"User-agent: *\nDisallow: /no\n"), Answer(status=500)])
    yes, no = server.add("/yes", b"x"), server.add("/no", b"x")
    assert settings.state is not None
    with Client(settings) as client:
        client.fetch(yes, robots=True)
        for path in (settings.state / "robots").iterdir():
            record = json.loads(path.read_text())
            path.write_text(json.dumps({**record, "read": record["read"] - 2 * 86400}))
        assert client.fetch(yes, robots=True).body == b"x"
        assert "does not allow" in str(failure(lambda: client.fetch(no, robots=True)))
    assert server.asked("/robots.txt") == 3


def test_of_a_long_robots_txt_the_beginning_counts(server: LoopbackServer, settings: NetSettings) -> None:
    rules = b"User-agent: *\nDisallow: /a\n" + b"# padding\n" * 60_000 + b"Disallow: /b\n"
    server.add("/robots.txt", rules)
    first, last = server.add("/a", b"a"), server.add("/b", b"b")
    with Client(settings) as client:
        assert "does not allow" in str(failure(lambda: client.fetch(first, robots=True)))
        assert client.fetch(last, robots=True).body == b"b"


@pytest.fixture
def webs(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[FakeWeb]]:
    with FakeWeb() as one, FakeWeb() as two:
        monkeypatch.setenv("SSL_CERT_FILE", one.ca_file)
        yield [one, two]


def test_a_dead_slot_is_left_for_another_one(webs: list[FakeWeb], settings: NetSettings) -> None:
    webs[0].site("feeds.example").add("/", b"x")
    dead = "proxy:http://127.0.0.1:9"
    with Client(replace(settings, slots=(dead, webs[0].slot), allow_private=False)) as client:
        assert client.fetch("https://feeds.example/").body == b"x"
        assert client.fetch("http://feeds.example/").body == b"x"
        for url in ("http://127.0.0.1/", "http://localhost/", "https://[::1]/"):
            assert isinstance(failure(lambda url=url: client.fetch(url)), PrivateAddress)
    with Client(replace(settings, slots=(dead,), state=None)) as client:
        error = failure(lambda: client.fetch("https://feeds.example/"))
    assert "the proxy cannot be reached" in str(error)


def test_a_block_over_one_slot_is_answered_over_the_next_in_the_same_fetch(
    webs: list[FakeWeb], settings: NetSettings
) -> None:
    webs[0].site("feeds.example").add("/", b"", status=429)
    webs[1].site("feeds.example").add("/", b"x")
    assert settings.state is not None
    slots = (webs[0].slot, webs[1].slot)
    with Client(replace(settings, slots=slots)) as client:
        for _ in range(3):
            assert client.fetch("https://feeds.example/").body == b"x"
    assert len(webs[0].site("feeds.example").requests) == 1
    (one,) = resting(settings.state)
    assert (one.host, one.slot) == ("feeds.example", webs[0].slot)
    webs[1].site("feeds.example").add("/", b"", status=429)
    with Client(replace(settings, slots=slots)) as client:
        error = failure(lambda: client.fetch("https://feeds.example/"))
        assert (error.kind, error.status) == (FailureKind.BLOCKED, 429)
        assert isinstance(failure(lambda: client.fetch("https://feeds.example/")), Resting)


def test_an_extraction_stays_on_one_slot_and_others_take_turns(
    webs: list[FakeWeb], settings: NetSettings
) -> None:
    for web in webs:
        web.site("feeds.example").add("/", b"x")
        web.site("feeds.example").add("/blocked", b"", status=429)
    counts = lambda: [len(web.site("feeds.example").requests) for web in webs]  # noqa: E731
    with Client(replace(settings, slots=(webs[0].slot, webs[1].slot))) as client:
        for _ in range(4):
            client.fetch("https://feeds.example/")
        assert counts() == [2, 2]
        with client.on_one_slot():
            first = client.open("https://feeds.example/")
            client.fetch("https://feeds.example/")
            first.close()
            client.fetch("https://feeds.example/")
            assert failure(lambda: client.fetch("https://feeds.example/blocked")).status == 429
        assert sorted(counts()) == [2, 6]
