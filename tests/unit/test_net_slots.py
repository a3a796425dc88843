"""Network slots: turns, leases over processes, rests, rotation; with real proxies on 127.0.0.1."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from episcribe.library.config_files import load_configuration
from episcribe.library.errors import ConfigurationError, FailureKind
from episcribe.net.errors import OutOfTime, Resting
from episcribe.net.slots import SlotPool, parse_slots

ONE = "proxy:http://ann:s3cret@127.0.0.1:3128"
TWO = "proxy:socks5://ann:pa55word@127.0.0.1:1080"
HOLD = """
import sys, time
from pathlib import Path
from episcribe.net.slots import SlotPool
pool = SlotPool(sys.argv[2:], Path(sys.argv[1]))
with pool.lease("host", lambda: 5.0) as slot:
    print(slot.name, flush=True)
    time.sleep(60)
"""
TAKE_TURNS = """
import os, sys, time
from pathlib import Path
from episcribe.net.slots import SlotPool
pool = SlotPool(sys.argv[2:], Path(sys.argv[1]))
log = os.open(Path(sys.argv[1]) / "turns", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
for _ in range(12):
    with pool.lease("host", lambda: 10.0) as slot:
        os.write(log, f"{slot.name} taken {os.getpid()}\\n".encode())
        time.sleep(0.005)
        os.write(log, f"{slot.name} returned {os.getpid()}\\n".encode())
"""


def now() -> float:
    return 0.0


def patient() -> float:
    return 5.0


def start(program: str, state: Path, *slots: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", program, str(state), *slots], stdout=subprocess.PIPE, text=True
    )


def used(pool: SlotPool, times: int, host: str = "host") -> list[str]:
    names = []
    for _ in range(times):
        with pool.lease(host, now) as slot:
            names.append(slot.kind + slot.name[-4:])
    return names


@pytest.fixture
def holder(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that holds the slot ONE of `tmp_path`."""
    process = start(HOLD, tmp_path, ONE)
    assert process.stdout is not None
    assert process.stdout.readline()
    yield process
    process.kill()
    process.communicate()


def test_the_slot_that_was_used_longest_ago_goes_first(tmp_path: Path) -> None:
    assert used(SlotPool([ONE, "direct", TWO], tmp_path), 3) == ["proxy3128", "directrect", "proxy1080"]
    again = SlotPool([TWO, ONE, "direct"], tmp_path)
    assert used(again, 4) == ["proxy3128", "directrect", "proxy1080", "proxy3128"]


def test_a_slot_stands_last_in_line_once_it_is_returned(tmp_path: Path) -> None:
    pool = SlotPool([ONE, TWO], tmp_path)
    with pool.lease("host", now):
        assert used(pool, 2) == ["proxy1080", "proxy1080"]
    assert used(pool, 1) == ["proxy1080"]


def test_direct_serves_many_at_once_and_a_proxy_one(tmp_path: Path) -> None:
    pool = SlotPool([ONE, "direct"], tmp_path)
    with (
        pool.lease("host", now) as first,
        pool.lease("host", now) as second,
        pool.lease("host", now) as third,
    ):
        assert [slot.kind for slot in (first, second, third)] == ["proxy", "direct", "direct"]
        assert (second.proxy, second.name) == (None, "direct")


def test_a_lease_excludes_other_processes(tmp_path: Path) -> None:
    slots = (ONE, TWO)
    processes = [start(TAKE_TURNS, tmp_path, *slots) for _ in range(4)]
    assert [process.wait(30) for process in processes] == [0, 0, 0, 0]
    held: dict[str, str] = {}
    turns = [line.split() for line in (tmp_path / "turns").read_text().splitlines()]
    for slot, what, who in turns:
        if what == "taken":
            assert slot not in held
            held[slot] = who
        else:
            assert held.pop(slot) == who
    assert len(turns) == 2 * 4 * 12
    assert len({slot for slot, _, _ in turns}) == 2


def test_the_slot_of_a_killed_process_is_free_at_once(
    tmp_path: Path, holder: "subprocess.Popen[str]"
) -> None:
    pool = SlotPool([ONE], tmp_path)
    with pytest.raises(OutOfTime) as caught, pool.lease("host", now):
        pass
    assert caught.value.kind is FailureKind.TRANSIENT
    killed = threading.Timer(0.3, os.kill, (holder.pid, signal.SIGKILL))
    killed.start()
    began = time.monotonic()
    with pool.lease("host", patient):
        assert 0.2 < time.monotonic() - began < 2.0
    killed.join()


def test_nobody_waits_while_a_slot_is_free(tmp_path: Path, holder: "subprocess.Popen[str]") -> None:
    assert used(SlotPool([ONE, TWO], tmp_path), 3) == ["proxy1080"] * 3


def test_waiting_costs_next_to_nothing(tmp_path: Path, holder: "subprocess.Popen[str]") -> None:
    pool = SlotPool([ONE], tmp_path)
    end = time.monotonic() + 1.0
    before = time.thread_time()
    with pytest.raises(OutOfTime), pool.lease("host", lambda: end - time.monotonic()):
        pass
    assert time.thread_time() - before < 0.1


def test_who_waits_longest_is_served_first(tmp_path: Path) -> None:
    pool = SlotPool([ONE], tmp_path)
    served: list[int] = []

    def wait(number: int) -> None:
        with SlotPool([ONE], tmp_path).lease("host", patient):
            served.append(number)

    threads = [threading.Thread(target=wait, args=(number,)) for number in range(5)]
    with pool.lease("host", now):
        for number, thread in enumerate(threads, 1):
            thread.start()
            while len(list((tmp_path / "waiting").glob("[0-9]*"))) < number:
                time.sleep(0.002)
        began = time.monotonic()
    with pool.lease("host", patient):
        served.append(99)
    for thread in threads:
        thread.join()
    assert served == [0, 1, 2, 3, 4, 99]
    assert time.monotonic() - began < 0.5
    assert not any((tmp_path / "waiting").iterdir())


def test_one_who_waits_keeps_nobody_from_a_slot_that_is_not_for_him(tmp_path: Path) -> None:
    pool = SlotPool([ONE, TWO], tmp_path)
    pool.block(parse_slots([TWO])[0], "blocked", time.time() + 60, "429")
    waits = threading.Thread(target=used_patiently, args=(pool, "blocked"))
    with pool.lease("blocked", now):
        waits.start()
        while not any((tmp_path / "waiting").glob("[0-9]*")):
            time.sleep(0.002)
        assert used(pool, 3, "other") == ["proxy1080"] * 3
    waits.join()


def used_patiently(pool: SlotPool, host: str) -> None:
    with pool.lease(host, patient):
        pass


def test_a_blocked_slot_rests_for_that_host_only(tmp_path: Path) -> None:
    pool = SlotPool([ONE, TWO], tmp_path)
    with pool.lease("tube", now) as slot:
        pool.block(slot, "tube", time.time() + 60, "answered 429")
    assert used(pool, 3, "tube") == ["proxy1080"] * 3
    assert set(used(SlotPool([ONE, TWO], tmp_path), 2, "other")) == {"proxy3128", "proxy1080"}


def test_a_rest_ends(tmp_path: Path) -> None:
    pool = SlotPool([ONE], tmp_path)
    with pool.lease("tube", now) as slot:
        pool.block(slot, "tube", time.time() + 0.1, "answered 429")
    with pytest.raises(Resting), pool.lease("tube", patient):
        pass
    time.sleep(0.11)
    assert used(pool, 1, "tube") == ["proxy3128"]


def test_when_all_slots_rest_it_is_said_until_when(tmp_path: Path) -> None:
    pool = SlotPool(["direct", ONE], tmp_path)
    until = time.time() + 600
    for slot, moment in zip(parse_slots(["direct", ONE]), (until + 60, until), strict=True):
        pool.block(slot, "tube", moment, "answered 429 (too many requests)")
    with pytest.raises(Resting) as caught, pool.lease("tube", patient):
        pass
    assert caught.value.kind is FailureKind.BLOCKED
    assert caught.value.until == pytest.approx(until)
    assert "429" in str(caught.value)
    assert "proxy:http://127.0.0.1:3128" in str(caught.value)


def test_a_dead_slot_rests_longer_each_time_until_it_works_again(tmp_path: Path) -> None:
    pool = SlotPool([ONE], tmp_path)
    slot = parse_slots([ONE])[0]
    pauses = []
    for _ in range(7):
        pool.dead(slot, "refused the connection")
        with pytest.raises(Resting) as caught, pool.lease("any", now):
            pass
        pauses.append(round(caught.value.until - time.time()))
    assert pauses == [60, 120, 240, 480, 960, 1800, 1800]
    awaken(tmp_path)
    assert used(pool, 1) == ["proxy3128"]
    pool.dead(slot, "refused the connection")
    with pytest.raises(Resting) as caught, pool.lease("any", now):
        pass
    assert caught.value.until - time.time() == pytest.approx(60, abs=1)


def awaken(state: Path) -> None:
    """Let all rests be over, as if their time had passed."""
    import json

    for path in state.glob("*.json"):
        record = json.loads(path.read_text())
        path.write_text(json.dumps(record | {"rests": {}}))


def test_a_slot_is_rotated_after_its_time(tmp_path: Path) -> None:
    pool = SlotPool([ONE], tmp_path, rotation=0.15)
    generations = []
    for _ in range(4):
        with pool.lease("host", now) as slot:
            generations.append(slot.generation)
        time.sleep(0.05)
    time.sleep(0.1)
    with SlotPool([ONE], tmp_path, rotation=0.15).lease("host", now) as slot:
        generations.append(slot.generation)
    assert generations[0] == generations[1]
    assert generations[-1] > generations[0]
    assert all(after >= before for before, after in pairwise(generations))


def test_a_slot_that_is_never_rotated_keeps_its_generation(tmp_path: Path) -> None:
    pool = SlotPool([ONE], tmp_path, rotation=float("inf"))
    found = set()
    for _ in range(3):
        with pool.lease("host", now) as slot:
            found.add(slot.generation)
    assert len(found) == 1


@pytest.mark.parametrize(
    "torn", [b"", b'{"last_used": 1', b"[]", b'{"rests": 3, "since": "x", "generation": NaN}']
)
def test_a_torn_record_is_survived(tmp_path: Path, torn: bytes) -> None:
    pool = SlotPool([ONE, TWO], tmp_path)
    assert len(used(pool, 2)) == 2
    for path in tmp_path.glob("*.json"):
        path.write_bytes(torn)
    assert used(pool, 2) == ["proxy3128", "proxy1080"]


def test_a_rest_of_years_in_a_record_is_a_mistake(tmp_path: Path) -> None:
    pool = SlotPool([ONE], tmp_path)
    pool.block(parse_slots([ONE])[0], "tube", time.time() + 1e9, "429")
    with pytest.raises(Resting) as caught, pool.lease("tube", now):
        pass
    assert caught.value.until < time.time() + 8 * 86400


def test_passwords_are_in_no_file_message_or_picture_of_a_slot(tmp_path: Path) -> None:
    pool = SlotPool([ONE, TWO], tmp_path)
    shown = []
    for slot in parse_slots([ONE, TWO]):
        pool.dead(slot, f"cannot connect to {slot.proxy}")
        shown += [repr(slot), str(slot)]
    with pytest.raises(Resting) as caught, pool.lease("host", now):
        pass
    files = [path.name + path.read_text() for path in tmp_path.rglob("*") if path.is_file()]
    everything = "\n".join([*shown, str(caught.value), *files])
    assert "127.0.0.1:3128" in everything
    for secret in ("ann", "s3cret", "pa55word"):
        assert secret not in everything


def test_proxies_that_differ_in_their_user_only_are_two_slots(tmp_path: Path) -> None:
    slots = ["proxy:http://a:1@host:80", "proxy:http://b:1@host:80"]
    assert [slot.name for slot in parse_slots(slots)] == ["proxy:http://host:80", "proxy:http://host:80#2"]
    pool = SlotPool(slots, tmp_path)
    with pool.lease("host", now) as first, pool.lease("host", now) as second:
        assert [first.proxy, second.proxy] == ["http://a:1@host:80", "http://b:1@host:80"]


@pytest.mark.parametrize(
    "text",
    ["", "proxy", "proxy:http://u:s3cret@host:port", "proxy:ftp://u:s3cret@host", "tor:9051", "tor:h:1:2"],
)
def test_what_is_no_slot_is_said_without_its_password(text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_slots([text])
    assert "network.slots" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_slots_without_a_folder_are_shared_by_the_threads_of_a_process() -> None:
    pool = SlotPool([ONE])
    with pool.lease("host", now), pytest.raises(OutOfTime), pool.lease("host", now):
        pass
    assert used(SlotPool(["direct"]), 1) == ["directrect"]


def test_a_lease_ends_with_an_error_too(tmp_path: Path) -> None:
    pool = SlotPool([ONE], tmp_path)
    with pytest.raises(KeyError), pool.lease("host", now):
        raise KeyError
    assert used(pool, 1) == ["proxy3128"]


def test_a_tor_that_is_not_there_is_passed_over(tmp_path: Path) -> None:
    pytest.importorskip("stem")
    assert used(SlotPool(["tor:127.0.0.1:1", ONE], tmp_path), 2) == ["proxy3128"] * 2
    with pytest.raises(Resting) as caught, SlotPool(["tor:127.0.0.1:1"], tmp_path).lease("host", patient):
        pass
    assert "Tor at 127.0.0.1:1: its control port does not answer" in str(caught.value)


def test_a_missing_stem_is_said_with_what_to_do(tmp_path: Path) -> None:
    program = """
import sys
sys.modules["stem"] = None
from pathlib import Path
from episcribe.net.errors import FetchError
from episcribe.net.slots import SlotPool
try:
    with SlotPool(["tor:127.0.0.1:9051", "direct"], Path(sys.argv[1])).lease("host", lambda: 0.0):
        pass
except FetchError as error:
    print(error.kind, error)
"""
    process = start(program, tmp_path)
    out, _ = process.communicate(timeout=20)
    assert out == "permanent a tor slot needs the package stem; install it with: uv sync --extra tor\n"


def test_a_password_may_stand_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROXY_PASSWORD", "p@ss:w/rd")
    (slot,) = parse_slots(["proxy:http://ann:${PROXY_PASSWORD}@host:80"])
    assert (slot.name, slot.proxy) == ("proxy:http://host:80", "http://ann:p%40ss%3Aw%2Frd@host:80")
    with pytest.raises(ConfigurationError, match="no environment variable NOT_THERE"):
        parse_slots(["proxy:http://ann:${NOT_THERE}@host:80"])


def test_a_slot_that_the_configuration_refuses_is_shown_without_its_password(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text('network: {slots: ["proxy:ftp://ann:s3cret@host:80", "proxy:http://bob:pa/55@host:80"]}')
    with pytest.raises(ConfigurationError) as caught:
        load_configuration([file])
    assert "network.slots" in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert "pa/55" not in str(caught.value)
