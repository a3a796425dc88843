"""Work shared by processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from episcribe.library.errors import EpiscribeError, FailureKind
from episcribe.library.workers import Workers


def doubled(numbers: Sequence[int]) -> tuple[int, list[int]]:
    return os.getpid(), [2 * number for number in numbers]


def refuse(what: str) -> None:
    raise EpiscribeError(f"{what} is refused", FailureKind.BLOCKED)


def test_one_process_is_the_one_that_asks() -> None:
    with Workers(1) as workers:
        assert list(workers.share_out(doubled, [1, 2, 3])) == [(os.getpid(), [2, 4, 6])]
        assert workers.call(os.getpid) == os.getpid()


@pytest.mark.parametrize("count", [1, 2, 3])
def test_shares_come_back_in_the_order_of_their_items(count: int) -> None:
    with Workers(count) as workers:
        found = list(workers.share_out(doubled, list(range(50))))
    assert [number for _, numbers in found for number in numbers] == list(range(0, 100, 2))
    assert (os.getpid() in {pid for pid, _ in found}) == (count == 1)


def test_without_items_nothing_is_done() -> None:
    with Workers(2) as workers:
        assert list(workers.share_out(doubled, [])) == []


@pytest.mark.parametrize("count", [1, 2])
def test_a_failure_comes_back_as_it_was_raised(count: int) -> None:
    with Workers(count) as workers, pytest.raises(EpiscribeError, match="tea is refused") as caught:
        workers.call(refuse, "tea")
    assert caught.value.kind is FailureKind.BLOCKED


def test_a_process_that_comes_to_a_sudden_end_is_told_of() -> None:
    with Workers(2) as workers:
        with pytest.raises(EpiscribeError, match="sudden end") as caught:
            workers.call(os._exit, 1)
        assert caught.value.kind is FailureKind.TRANSIENT
        with pytest.raises(EpiscribeError, match="sudden end"):
            list(workers.map(abs, [1, 2]))


def test_the_processes_end_when_the_one_that_started_them_is_killed() -> None:
    script = (
        "import os, time; from episcribe.library.workers import Workers\n"
        "with Workers(2) as workers:\n"
        "    print(*workers._pool._processes, flush=True)\n"
        "    workers.call(time.sleep, 60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    children = [int(word) for word in parent.stdout.readline().split()]
    assert len(children) == 2
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    end = time.monotonic() + 10
    while any(map(_lives, children)):
        assert time.monotonic() < end, "they go on without their parent"
        time.sleep(0.02)


def _lives(process: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False


@pytest.mark.parametrize("count", [1, 2])
def test_only_a_few_results_wait_to_be_taken(count: int) -> None:
    asked: list[int] = []

    def numbers() -> Iterator[int]:
        for number in range(100):
            asked.append(number)
            yield number

    with Workers(count) as workers:
        results = workers.map(abs, numbers())
        assert next(results) == 0
        assert len(asked) <= 2 * count + 1
        assert list(results) == list(range(1, 100))
