"""What must not grow with the number of jobs."""

import os
import time
from pathlib import Path

import pytest

from tests.workflow.library import Library, short_captions


def threads_of(process: int) -> int:
    try:
        return len(list(Path(f"/proc/{process}/task").iterdir()))
    except OSError:
        return 0


@pytest.mark.slow
def test_the_threads_of_a_run_do_not_grow_with_the_jobs_that_wait(library: Library) -> None:
    """Without `Run.start`, Snakemake has a timer thread more for each of these jobs (snakemake#3804)."""
    (library.folder / "talks").mkdir()
    for number in range(20):
        path = library.folder / "talks" / f"2024-01-{number + 1:02d} Talk {number}.vtt"
        path.write_text(short_captions(cues=60, skip=number))
    library.configure({"id": "talks", "subject": "Tides", "files": "talks/*.vtt"})
    library.run("discover")
    run = library.start("transcripts")
    most = 0
    while run.poll() is None:
        most = max(most, threads_of(run.pid))
        time.sleep(0.05)
    assert run.returncode == os.EX_OK
    assert 0 < most < 12
