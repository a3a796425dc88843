"""Libraries for the tests that run Snakemake."""

import shutil
from pathlib import Path

import pytest
import yaml

from tests.workflow.library import Library, short_captions


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """An empty working directory."""
    return Library(tmp_path)


def fill(library: Library) -> Library:
    folder = library.folder / "talks"
    folder.mkdir(parents=True)
    (folder / "2024-01-05 First talk.vtt").write_text(short_captions())
    (folder / "2024-02-09 Second talk.vtt").write_text(short_captions(skip=60))
    library.configure({"id": "talks", "subject": "Tides", "files": "talks/*.vtt"})
    return library


@pytest.fixture
def talks(library: Library) -> Library:
    """Two local transcripts of one show, configured and not yet built."""
    return fill(library)


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The talks, built, and a copy to lay them anew from."""
    folder = tmp_path_factory.mktemp("built")
    library = fill(Library(folder / "library"))
    library.run()
    shutil.copytree(library.folder, folder / "copy")
    return library.folder, folder / "copy"


@pytest.fixture
def built(built_once: tuple[Path, Path]) -> Library:
    """The talks, built, as they were right after it: paths and times are the same for every test."""
    folder, copy = built_once
    shutil.rmtree(folder)
    shutil.copytree(copy, folder)
    library = Library(folder)
    library.configuration = yaml.safe_load((folder / "config.yaml").read_text())
    return library
