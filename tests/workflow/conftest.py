"""Libraries for the tests that run Snakemake."""

from pathlib import Path

import pytest

from tests.workflow.library import Library, short_captions


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """An empty working directory."""
    return Library(tmp_path)


@pytest.fixture
def talks(library: Library) -> Library:
    """Two local transcripts of one show, configured and not yet built."""
    folder = library.folder / "talks"
    folder.mkdir()
    (folder / "2024-01-05 First talk.vtt").write_text(short_captions())
    (folder / "2024-02-09 Second talk.vtt").write_text(short_captions(skip=60))
    library.configure({"id": "talks", "subject": "Tides", "files": "talks/*.vtt"})
    return library
