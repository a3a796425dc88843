"""The table of a founding document: 3 videos, 3 workers, stages that wait a tenth of the time it gives.

`python -m benchmarks.waiting [VIDEOS]` from the root of the project. A thread for each video holds a lock for
assessment, writing and export, or only to write. Snakemake runs rules shaped like the study track with the
project's profile. The efficiency is the seconds of all stages over the seconds that all workers were there.
"""

import json
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.common import ROOT, load, measure

SECONDS = {"fetch": 1.0, "notes": 2.0, "assessment": 3.0, "write": 0.07, "pdf": 0.25}
"""A tenth of 10, 20, 30, 0.7 and 5 s, the export being that of two documents."""
WORKERS = 3
_WORK = sum(SECONDS.values()) + SECONDS["pdf"]


def threads(videos: int, *, lock_early: bool) -> float:
    """Seconds that a pool of threads takes, one video a thread."""
    lock = threading.Lock()

    def process(_: int) -> None:
        time.sleep(SECONDS["fetch"] + SECONDS["notes"])
        export = 2 * SECONDS["pdf"]
        if lock_early:
            with lock:
                time.sleep(SECONDS["assessment"] + SECONDS["write"] + export)
            return
        time.sleep(SECONDS["assessment"])
        with lock:
            time.sleep(SECONDS["write"])
        time.sleep(export)

    begun = time.perf_counter()
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(process, range(videos)))
    return time.perf_counter() - begun


def snakemake(videos: int, cores: int, *, serial: bool) -> tuple[float, float]:
    """Seconds that Snakemake takes from the start of its process, and from when it begins with the jobs."""
    with tempfile.TemporaryDirectory(prefix="waiting-") as name:
        folder = Path(name)
        (folder / "config.json").write_text(
            json.dumps({"videos": videos, "serial": int(serial), "seconds": SECONDS})
        )
        command = [
            *(sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "benchmarks/peers/waiting.smk")),
            *("--workflow-profile", str(ROOT / "profiles/default"), "--configfile", "config.json"),
            *("--cores", str(cores)),
        ]
        measure(command, folder)
        ended = max(path.stat().st_mtime for path in folder.glob("*/state"))
        begun = float((folder / "begun").read_text())
        before = (folder / "config.json").stat().st_mtime
        return ended - before, ended - begun


def main() -> None:
    videos = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    path = SECONDS["fetch"] + SECONDS["assessment"] + SECONDS["pdf"] + SECONDS["write"]
    print(f"{videos} videos, {_WORK:.2f} s of stages each, {path:.2f} s on the longest path; {load()}")
    print(f"{'':46} {'workers':>7} {'s':>7} {'efficiency':>10}")
    for what, early in (
        ("threads, locked from the assessment on", True),
        ("threads, locked to write", False),
    ):
        _show(what, videos, WORKERS, threads(videos, lock_early=early))
    for cores in (WORKERS, 2 * WORKERS):
        for what, serial in (("assessment after the notes", True), ("beside the notes", False)):
            whole, jobs = snakemake(videos, cores, serial=serial)
            _show(f"Snakemake, {what}", videos, cores, jobs)
            _show("  with its own start", videos, cores, whole)


def _show(what: str, videos: int, workers: int, seconds: float) -> None:
    print(f"{what:46} {workers:7} {seconds:7.2f} {videos * _WORK / workers / seconds:10.0%}", flush=True)


if __name__ == "__main__":
    main()
