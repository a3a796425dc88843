"""What all tests share."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The root of the project's checkout."""
    return ROOT


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The development corpus beside the project; the test is skipped where it is absent."""
    path = ROOT.parent / "shared" / "corpus"
    if not path.is_dir():
        pytest.skip("the development corpus is not beside the project (../shared/corpus)")
    return path
