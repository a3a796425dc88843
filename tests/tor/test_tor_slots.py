"""A slot that is a Tor, against a private network on 127.0.0.1.

Opt-in, for it takes a minute and the programs `tor` and `tor-gencert`:
EPISCRIBE_TEST_TOR=1 pytest -n 0 -s tests/tor
"""

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from episcribe.net.client import Client, NetSettings
from episcribe.net.slots import SlotPool
from tests.loopback import LoopbackServer
from tests.tor.network import PrivateTorNetwork

pytestmark = [
    pytest.mark.xdist_group("tor"),
    pytest.mark.filterwarnings("ignore:setDaemon:DeprecationWarning"),
    pytest.mark.skipif(
        os.environ.get("EPISCRIBE_TEST_TOR") != "1",
        reason="starts eight processes; EPISCRIBE_TEST_TOR=1 runs it",
    ),
    pytest.mark.skipif(
        not (shutil.which("tor") and shutil.which("tor-gencert")), reason="Tor is not installed"
    ),
]


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateTorNetwork]:
    with PrivateTorNetwork(tmp_path_factory.mktemp("tor")) as running:
        yield running


@contextmanager
def watched(port: int) -> Iterator[tuple[list[tuple[str, str]], list[str]]]:
    """What Tor does while the block runs: (SOCKS user, circuit) of each stream, and the signals it got."""
    from stem.control import Controller, EventType

    streams: list[tuple[str, str]] = []
    signals: list[str] = []

    def on_stream(event: Any) -> None:
        if event.status == "SUCCEEDED":
            user = event.keyword_args.get("SOCKS_USERNAME", "").strip('"')
            streams.append((user, event.circ_id))

    with Controller.from_port("127.0.0.1", port) as controller:
        controller.authenticate()
        controller.add_event_listener(on_stream, EventType.STREAM)
        controller.add_event_listener(lambda event: signals.append(event.signal), EventType.SIGNAL)
        yield streams, signals
        time.sleep(0.3)


def settled(found: list[Any], count: int) -> list[Any]:
    """`found` once it has `count` members: Tor tells of them a moment later."""
    end = time.monotonic() + 5
    while len(found) < count and time.monotonic() < end:
        time.sleep(0.02)
    return list(found)


def test_fetches_go_over_tor_and_rotation_gives_another_circuit(
    network: PrivateTorNetwork, tmp_path: Path
) -> None:
    port = network.control_port
    settings = NetSettings(
        allow_private=True, slots=(f"tor:127.0.0.1:{port}",), rotation=1.5, state=tmp_path, timeout=30
    )
    print(f"\nnetwork up in {network.seconds:.1f} s, {network.memory() / 1e6:.0f} MB")
    with LoopbackServer() as server, watched(port) as (streams, signals):
        url = server.add("/", b"over three relays")
        with Client(settings) as client:
            began = time.monotonic()
            assert client.fetch(url).body == b"over three relays"
            print(f"first fetch with the look for the SOCKS port: {1000 * (time.monotonic() - began):.0f} ms")
            began = time.monotonic()
            for _ in range(5):
                client.fetch(url)
            print(f"a further fetch: {200 * (time.monotonic() - began):.0f} ms")
            first = settled(streams, 1)
            time.sleep(1.6)
            began = time.monotonic()
            client.fetch(url)
            print(f"a fetch with rotation: {1000 * (time.monotonic() - began):.0f} ms")
            second = settled(streams, len(first) + 1)[len(first) :]
            assert {user for user, _ in first}.isdisjoint(user for user, _ in second)
            assert {circuit for _, circuit in first}.isdisjoint(circuit for _, circuit in second)
            assert "NEWNYM" not in signals
            time.sleep(10.0)
            client.fetch(url)
            third = settled(streams, len(first) + len(second) + 1)[-1]
            assert third[1] not in {circuit for _, circuit in first + second}
            assert "NEWNYM" in settled(signals, 1)
        assert server.asked("/") == 8
    print(f"streams (user, circuit): {[*first, *second, third]}")
    print(f"files: {[json.loads(path.read_text()) for path in tmp_path.rglob('tor-*.json')]}")


def test_two_processes_do_not_share_a_tor(network: PrivateTorNetwork, tmp_path: Path) -> None:
    slots = (f"tor:127.0.0.1:{network.control_port}", "direct")
    first, second = SlotPool(slots, tmp_path), SlotPool(slots, tmp_path)
    with first.lease("host", lambda: 0.0) as one, second.lease("host", lambda: 0.0) as two:
        assert {one.kind, two.kind} == {"tor", "direct"}
        assert one.proxy is not None
        assert one.proxy.startswith("socks5h://episcribe-")


def test_a_tor_that_died_is_passed_over(network: PrivateTorNetwork, tmp_path: Path) -> None:
    slots = (f"tor:127.0.0.1:{network.control_port}", "direct")
    settings = NetSettings(allow_private=True, slots=slots, state=tmp_path, timeout=5)
    with LoopbackServer() as server, Client(settings) as client:
        url = server.add("/", b"x")
        client.fetch(url)
        client.fetch(url)
        network.kill_client()
        began = time.monotonic()
        for _ in range(3):
            assert client.fetch(url).body == b"x"
        assert time.monotonic() - began < 5
