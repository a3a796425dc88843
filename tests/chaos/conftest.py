"""These tests take minutes and run where EPISCRIBE_TEST_CHAOS is 1; the slow ones run with all that are."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.register_assert_rewrite("tests.chaos.harness", "tests.chaos.agreement", "tests.chaos.watched")

from tests.chaos.harness import Chaos, make_library  # noqa: E402
from tests.loopback import LoopbackServer  # noqa: E402

HERE = Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "chaos: takes minutes; runs where EPISCRIBE_TEST_CHAOS is 1")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    wanted = os.environ.get("EPISCRIBE_TEST_CHAOS") == "1"
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("chaos")
            if not wanted and item.get_closest_marker("slow") is None:
                item.add_marker(pytest.mark.skip(reason="takes minutes; EPISCRIBE_TEST_CHAOS=1 runs it"))


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    """A web server on this machine."""
    with LoopbackServer() as server:
        yield server


@pytest.fixture
def small(tmp_path: Path, server: LoopbackServer) -> Chaos:
    """A library of four episodes, two of them of a feed, with everything made."""
    chaos = make_library(tmp_path, server, local=2, remote=2)
    chaos.run()
    return chaos
