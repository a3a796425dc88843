"""The views of a library: what building, updating and searching them takes, and what an event costs.

`python -m benchmarks.ledger [EPISODES] [MINUTES]` from the root of the project: so many finished episodes
(10,000) whose transcripts are of so many minutes (6).
"""

import sqlite3
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from benchmarks.finished import build_models, discover, finish
from benchmarks.served import Shape
from benchmarks.talk import Speech, talk
from episcribe.ledger.events import append_event, events_path
from episcribe.ledger.views.searching import search
from episcribe.ledger.views.updating import update_views
from episcribe.library.workers import cores
from episcribe.transcripts.podcast_json import write_podcast_json
from tests.made_library import stage_events


def _timed(what: str, work: "object") -> float:
    begun = time.perf_counter()
    result = work()  # type: ignore[operator]
    seconds = time.perf_counter() - begun
    print(f"{what:<52} {seconds * 1000:>10.1f} ms   {result if result is not None else ''}", flush=True)
    return seconds


class Reader(threading.Thread):
    """Reads `state.db` in a loop; `longest` is the longest that one query took, in seconds."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self.longest = 0.0
        self.reads = 0
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.is_set():
            begun = time.perf_counter()
            connection = sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=30)
            connection.execute("SELECT stage, count(*) FROM episode_states GROUP BY stage").fetchall()
            connection.close()
            self.longest = max(self.longest, time.perf_counter() - begun)
            self.reads += 1
            time.sleep(0.005)


def main() -> None:
    """Print a line for each measurement."""
    episodes = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    minutes = float(sys.argv[2]) if len(sys.argv) > 2 else 6.0
    with tempfile.TemporaryDirectory(prefix="ledger-") as folder:
        _measure(Path(folder), episodes, minutes)


def _measure(folder: Path, episodes: int, minutes: float) -> None:
    begun = time.perf_counter()
    models = build_models(folder / "models", minutes)
    discover(folder, Shape(episodes, shows=20, minutes=minutes))
    finish(folder, models)
    library, speech = folder / "processed", Speech(1)
    (library / "state.db").unlink()
    print(f"{episodes} episodes of {minutes:g} minutes, made in {time.perf_counter() - begun:.0f} s")
    path = library / "state.db"
    _timed("first build, by one process", lambda: update_views(library))
    (library / "state.db").unlink()
    _timed(f"the same, on {cores()} cores", lambda: update_views(library, processes=cores()))
    print(f"state.db: {path.stat().st_size / episodes:.0f} bytes an episode")
    _timed("nothing changed", lambda: update_views(library))
    for number, file in enumerate(sorted(library.glob("*/*/transcript.json"))[:3]):
        changed = file.parent
        append_event(
            events_path(changed, "notes"), {"event": "retry", "stage": "notes", "time": "2026-01-02"}
        )
        file.write_text(write_podcast_json(talk(number, 60)))
    _timed("three changed, each now of an hour", lambda: update_views(library))
    queries = [speech.rare(rank) for rank in (20_000, 2_000, 200, 0)]
    queries += [
        f"{speech.rare(150)} {speech.rare(300)}",
        f"{speech.rare(400)[:3]}*",
        f'"{speech.rare(5)} {speech.rare(9)}"',
    ]
    for query in queries:
        for again in range(2):
            _timed(
                f"search {query}" + (" again" if again else ""), lambda q=query: len(search(library, q).hits)
            )
    idle = Reader(path)
    idle.start()
    time.sleep(5)
    idle.ended.set()
    idle.join()
    print(f"the longest of {idle.reads} reads while nothing else happens: {idle.longest * 1000:.0f} ms")
    reader = Reader(path)
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        reader.start()
        _timed("built anew while another process reads", lambda: pool.submit(_rebuild, library).result())
        reader.ended.set()
        reader.join()
    print(f"the longest of {reader.reads} reads meanwhile: {reader.longest * 1000:.0f} ms")
    log = library / "events.jsonl"
    [_, event] = stage_events("notes", 1)
    count = 2000
    begun = time.perf_counter()
    for _ in range(count):
        append_event(log, event)
    each = (time.perf_counter() - begun) / count
    print(f"appending an event: {each * 1e6:.0f} µs, {log.stat().st_size // count} bytes")


def _rebuild(library: Path) -> object:
    return update_views(library, rebuild=True, processes=cores())


if __name__ == "__main__":
    main()
