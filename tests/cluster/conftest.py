"""Tests that need a SLURM of their own: `.ci/slurm up` starts one, EPISCRIBE_TEST_SLURM=1 has them run."""

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

pytest.register_assert_rewrite("tests.cluster.harness")

from tests.cluster.harness import Clustered  # noqa: E402
from tests.loopback import LoopbackServer  # noqa: E402

HERE = Path(__file__).parent


def why_not() -> str | None:
    """Why the tests cannot run here; None when they can."""
    if os.environ.get("EPISCRIBE_TEST_SLURM") != "1":
        return "needs a SLURM of its own: .ci/slurm up, then EPISCRIBE_TEST_SLURM=1"
    if shutil.which("sinfo") is None:
        return "SLURM is not installed: .ci/slurm up"
    if find_spec("snakemake_executor_plugin_slurm") is None:
        return "Snakemake has no SLURM here: uv sync --extra slurm --extra cluster-generic"
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reason = why_not()
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("slurm")
            if reason is not None:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    """A web server on this machine."""
    with LoopbackServer() as server:
        yield server


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Clustered]:
    """An empty working directory, whose runs send their jobs to the cluster."""
    library = Clustered(tmp_path)
    yield library
    library.clear_away()
