"""Fetches and downloads over network slots, through real HTTP and SOCKS5 proxies on 127.0.0.1."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from episcribe.library.errors import FailureKind
from episcribe.net.client import Client, NetSettings
from episcribe.net.downloads import download
from episcribe.net.errors import FetchError, Resting
from tests.loopback import Answer, LoopbackServer, Request
from tests.proxies import HttpProxy, SocksProxy, TorControl

FETCH = """
import sys
from pathlib import Path
from episcribe.net.client import Client, NetSettings
settings = NetSettings(allow_private=True, per_host=8, slots=tuple(sys.argv[3:]), state=Path(sys.argv[1]))
with Client(settings) as client:
    for _ in range(6):
        assert client.fetch(sys.argv[2]).body == b"hello"
"""


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer() as running:
        yield running


@pytest.fixture
def http() -> Iterator[HttpProxy]:
    with HttpProxy("ann", "s3cret-http") as running:
        yield running


@pytest.fixture
def socks() -> Iterator[SocksProxy]:
    with SocksProxy("bob", "s3cret-socks") as running:
        yield running


@pytest.fixture
def settings(http: HttpProxy, socks: SocksProxy, tmp_path: Path) -> NetSettings:
    slots = (f"proxy:{http.url}", f"proxy:{socks.url}")
    return NetSettings(allow_private=True, slots=slots, state=tmp_path, backoff=0.0, timeout=2, deadline=10)


def test_fetches_take_turns(
    server: LoopbackServer, http: HttpProxy, socks: SocksProxy, settings: NetSettings
) -> None:
    url = server.add("/", b"hello")
    place = f"127.0.0.1:{server.port}"
    with Client(settings) as client:
        assert {client.fetch(url).body for _ in range(4)} == {b"hello"}
    assert (http.asked, http.users) == ([place] * 2, ["ann"] * 2)
    assert (socks.asked, socks.users) == ([place], ["bob"])  # its connection was used twice
    with Client(replace(settings, slots=("direct", *settings.slots))) as client:
        client.fetch(url)
    assert len(http.asked) == 2
    assert server.asked("/") == 5


def test_processes_share_the_slots_and_each_serves_one_at_a_time(
    server: LoopbackServer, http: HttpProxy, socks: SocksProxy, settings: NetSettings
) -> None:
    url = server.add("/", b"hello", wait=0.01)
    command = [sys.executable, "-c", FETCH, str(settings.state), url, *settings.slots]
    processes = [subprocess.Popen(command) for _ in range(3)]
    assert [process.wait(30) for process in processes] == [0, 0, 0]
    assert server.asked("/") == 18
    assert server.most_at_once <= 2
    assert len(http.asked) >= 6
    assert socks.connections >= 1


def test_a_block_over_one_slot_is_answered_over_the_next(
    server: LoopbackServer, http: HttpProxy, socks: SocksProxy, settings: NetSettings
) -> None:
    url = server.add_all("/", [Answer(status=429, headers={"Retry-After": "600"}), Answer(b"hello")])
    with Client(settings) as client:
        assert client.fetch(url).body == b"hello"
        assert client.fetch(url).body == b"hello"
    assert (len(http.asked), socks.connections) == (1, 1)


def test_a_block_over_all_slots_is_told_and_then_nothing_is_sent(
    server: LoopbackServer, settings: NetSettings
) -> None:
    url = server.add("/", status=429, headers={"Retry-After": "600"})
    with Client(settings) as client:
        with pytest.raises(FetchError) as caught:
            client.fetch(url)
        assert (caught.value.kind, caught.value.status) == (FailureKind.BLOCKED, 429)
        with pytest.raises(Resting) as resting:
            client.fetch(url)
    assert resting.value.until == pytest.approx(time.time() + 600, abs=5)
    assert server.asked("/") == 2
    assert_no_password(settings, f"{caught.value} {resting.value}")


def assert_no_password(settings: NetSettings, messages: str = "") -> None:
    assert settings.state is not None
    files = [path for path in settings.state.rglob("*") if path.is_file()]
    assert files
    everything = messages + "".join(str(path) + path.read_text() for path in files)
    assert not [secret for secret in ("ann", "bob", "s3cret") if secret in everything]


@pytest.mark.parametrize("broken", ["gone", "password"])
@pytest.mark.parametrize("kind", ["http", "socks5"])
def test_a_proxy_that_does_not_work_is_passed_over(
    server: LoopbackServer, socks: SocksProxy, settings: NetSettings, kind: str, broken: str
) -> None:
    proxy = {"http": HttpProxy, "socks5": SocksProxy}[kind]("ann", "another-s3cret")
    url = server.add("/", b"hello")
    with ExitStack() as running:
        running.enter_context(proxy)
        if broken == "gone":
            running.close()
        changed = replace(
            settings, slots=(f"proxy:{proxy.url}".replace("another", "wrong"), settings.slots[1])
        )
        with Client(changed) as client:
            for _ in range(3):
                assert client.fetch(url).body == b"hello"
        assert proxy.asked == []
        assert proxy.connections == (0 if broken == "gone" else 1)
        assert socks.connections == 1
    with Client(replace(changed, slots=changed.slots[:1])) as client, pytest.raises(FetchError) as caught:
        client.fetch(url)
    assert isinstance(caught.value, Resting)
    assert_no_password(changed, str(caught.value))


def test_who_stays_on_a_slot_and_who_waits_for_it_do_not_wait_for_each_other(
    server: LoopbackServer, settings: NetSettings
) -> None:
    url = server.add("/", b"hello")
    order: list[str] = []
    pinned = threading.Event()
    with Client(replace(settings, slots=settings.slots[:1], per_host=1)) as client:

        def wait_for_the_slot() -> None:
            pinned.wait(5)
            client.fetch(url)
            order.append("other")

        other = threading.Thread(target=wait_for_the_slot)
        other.start()
        with client.on_one_slot():
            for _ in range(3):
                client.fetch(url)
                pinned.set()
                time.sleep(0.1)
            order.append("pinned")
        other.join(10)
    assert order == ["pinned", "other"]


def test_after_its_time_a_slot_gets_new_connections(
    server: LoopbackServer, socks: SocksProxy, settings: NetSettings
) -> None:
    url = server.add("/", b"hello")
    with Client(replace(settings, slots=settings.slots[1:], rotation=0.4)) as client:
        for _ in range(3):
            client.fetch(url)
        assert socks.connections == 1
        time.sleep(0.41)
        for _ in range(3):
            client.fetch(url)
        assert socks.connections == 2


def test_a_download_goes_on_over_the_next_slot(
    server: LoopbackServer, http: HttpProxy, settings: NetSettings, tmp_path: Path
) -> None:
    body = (b"\xff\xfb\x90\x00" + bytes(413)) * 1000

    def answer(request: Request) -> Answer:
        if len(server.requests) == 1:
            return Answer(body, etag='"one"', cut_after=100_000)
        if len(server.requests) == 2:
            return Answer(status=429)
        start = int(request.headers["range"][6:-1])
        headers = {"Content-Range": f"bytes {start}-{len(body) - 1}/{len(body)}"}
        return Answer(body[start:], status=206, headers=headers, etag='"one"')

    url = server.add_programme("/show", answer)
    with Client(settings) as client:
        done = download(client, url, tmp_path / "audio", max_bytes=10**7)
    assert done.path.read_bytes() == body
    assert server.requests[-1].headers["range"] == "bytes=100000-"
    assert len(server.requests) == 3


@pytest.fixture
def tor(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[TorControl, SocksProxy]]:
    """A SOCKS port that takes any user and keeps them apart, and the control port that tells of it."""
    pytest.importorskip("stem")
    with SocksProxy() as socks, TorControl(socks.address, "open-s3cret") as control:
        monkeypatch.setenv("EPISCRIBE_TOR_PASSWORD", "open-s3cret")
        yield control, socks


def age(state: Path, seconds: float) -> None:
    """Let all that is recorded of slots have happened so much earlier."""
    for path in state.rglob("tor-*.json"):
        record = json.loads(path.read_text())
        changed = {name: record[name] - seconds for name in ("since", "last_used")}
        path.write_text(json.dumps(record | changed))


@pytest.mark.filterwarnings("ignore:setDaemon:DeprecationWarning")
def test_a_tor_slot_gets_new_credentials_and_circuits_when_it_is_rotated(
    server: LoopbackServer, settings: NetSettings, tor: tuple[TorControl, SocksProxy]
) -> None:
    control, socks = tor
    url = server.add("/", b"hello")
    changed = replace(settings, slots=(f"tor:{control.address}",), rotation=60.0)
    assert changed.state is not None
    for older in (0.0, 0.0, 70.0, 5.0):
        age(changed.state, older)
        with Client(changed) as client:
            assert client.fetch(url).body == b"hello"
    assert len(socks.users) == 4
    assert socks.users[0] == socks.users[1] != socks.users[2] == socks.users[3]
    assert control.commands.count("NEWNYM") == 1
    assert control.commands.count("AUTHENTICATE") == 2  # what was found is remembered until it is time
    assert_no_password(changed)


@pytest.mark.filterwarnings("ignore:setDaemon:DeprecationWarning")
def test_a_tor_that_does_not_let_us_in_rests(
    server: LoopbackServer,
    settings: NetSettings,
    tor: tuple[TorControl, SocksProxy],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("EPISCRIBE_TOR_PASSWORD", "wrong-s3cret")
    url = server.add("/", b"hello")
    slot = f"tor:{tor[0].address}"
    with Client(replace(settings, slots=(slot, "direct"))) as client:
        assert client.fetch(url).body == b"hello"
    with Client(replace(settings, slots=(slot,))) as client, pytest.raises(Resting) as caught:
        client.fetch(url)
    assert "EPISCRIBE_TOR_PASSWORD" in str(caught.value)
    assert_no_password(settings, str(caught.value))
