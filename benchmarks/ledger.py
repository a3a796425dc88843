"""The views of a library: what building, updating and searching them takes, and what an event costs.

`python -m benchmarks.ledger [EPISODES] [MINUTES]` from the root of the project: so many finished episodes
(10,000)
whose transcripts are of so many minutes (6). Words are drawn by their rank from a vocabulary of 30,000, as
Zipf's law has it, 150 a minute.
"""

import json
import random
import sqlite3
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import accumulate
from multiprocessing import get_context
from pathlib import Path

from episcribe.ledger.events import append_event, events_path
from episcribe.ledger.views.searching import search
from episcribe.ledger.views.updating import update_views
from episcribe.library.catalogue import CatalogueEntry, write_catalogue
from episcribe.library.layout import STAGES, STUDY_PRODUCTS
from episcribe.library.plain_yaml import to_yaml

_VOCABULARY = 30_000
_WORDS_A_MINUTE = 150
_SENTENCE = 15
_PARAGRAPH = 5


class Speech:
    """Sentences of made-up words, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        syllables = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er", "ist")]
        self._words = list(
            dict.fromkeys("".join(self._random.choices(syllables, k=2 + n // 9000)) for n in range(40_000))
        )[:_VOCABULARY]
        self._weights = list(accumulate(1 / (rank + 3) for rank in range(len(self._words))))

    def sentence(self) -> str:
        words = self._random.choices(self._words, cum_weights=self._weights, k=_SENTENCE)
        return f"{' '.join(words).capitalize()}."

    def rare(self, rank: int) -> str:
        return self._words[rank]


def build(library: Path, episodes: int, minutes: float) -> Speech:
    """A library of so many finished episodes, with the events of one run."""
    speech = Speech(1)
    entries = [
        CatalogueEntry(
            show=f"show-{number % 20:02d}",
            folder=f"2024-{number % 12 + 1:02d}-{number % 28 + 1:02d}-episode-{number:08d}",
            id=f"{number:08d}",
            title=f"Episode {number}: {speech.sentence()[:40]}",
            origin=f"show-{number % 20:02d}",
            published=f"2024-{number % 12 + 1:02d}-{number % 28 + 1:02d}T06:00:00Z",
            duration=minutes * 60,
            keys=(f"guid:{number}",),
            more={
                "podcast": f"Show {number % 20}",
                "link": f"https://podcast.example/{number}",
                "enclosures": [{"url": f"https://podcast.example/{number}.mp3", "type": "audio/mpeg"}],
            },
        )
        for number in range(episodes)
    ]
    for number, entry in enumerate(entries):
        _write(library / entry.show / entry.folder, entry, speech, minutes, number)
    write_catalogue(library / "catalog.jsonl", entries)
    return speech


def _write(folder: Path, entry: CatalogueEntry, speech: Speech, minutes: float, number: int) -> None:
    (folder / "log").mkdir(parents=True)
    sentences = [speech.sentence() for _ in range(int(minutes * _WORDS_A_MINUTE / _SENTENCE))]
    (folder / "transcript.json").write_text(transcript(sentences, number))
    for name in STUDY_PRODUCTS:
        if name != "transcript.json":
            (folder / name).write_text("made\n")
    notes = [f"---\nsubject: history\n---\n# {entry.title}", *(f"- {line}" for line in sentences[:20])]
    (folder / "notes.md").write_text("\n\n".join(notes) + "\n")
    about = {"id": entry.id, "show": entry.show, "folder": entry.folder, "title": entry.title}
    (folder / "episode.yaml").write_text(to_yaml({**about, "keys": entry.keys, **(entry.more or {})}))
    for order, (stage, made) in enumerate(STAGES.items()):
        lines = [json.dumps(event) for event in events(stage, order, made.products, number)]
        events_path(folder, stage).write_text("\n".join(lines) + "\n")


def transcript(sentences: list[str], number: int) -> str:
    """A transcript.json of two speakers."""
    step = _SENTENCE * 60 / _WORDS_A_MINUTE
    lines = [
        json.dumps(
            {
                "speaker": ("Ada", "Brook")[n // _PARAGRAPH % 2],
                "startTime": round(n * step, 2),
                "endTime": round((n + 1) * step, 2),
                "body": text,
                **({"paragraph": True} if n % _PARAGRAPH == 0 else {}),
            }
        )
        for n, text in enumerate(sentences)
    ]
    head = f'{{"version":"1.0.0","language":"en","metadata":{{"n":{number}}},"headings":[],"segments":[\n'
    return head + ",\n".join(lines) + "\n]}\n"


def events(stage: str, order: int, products: tuple[str, ...], number: int) -> list[dict[str, object]]:
    """What a stage that went well appends."""
    start: dict[str, object] = {
        "time": f"2026-01-01T10:{order:02d}:00.000Z",
        "event": "started",
        "stage": stage,
        "run": f"20260101T100000-{number % 7}",
        "attempt": 1,
        "host": "one",
        "pid": 1000 + number,
        "born": 123456,
        "worker": number % 4,
        "version": "0.2.0",
        "options": "0123456789abcdef",
    }
    digests = dict.fromkeys(products, "blake2b:0123456789abcdef")
    end = {
        **start,
        "time": f"2026-01-01T10:{order:02d}:01.500Z",
        "event": "finished",
        "duration": 1.5,
        "cpu": 0.4,
        "inputs": dict.fromkeys(STAGES[stage].reads, "blake2b:0123456789abcdef"),
        "outputs": digests,
    }
    if stage == "transcript":
        module = {"module": "rss", "state": "completed", "outcome": "found", "start": start["time"]}
        end |= {"modules": [{**module, "end": end["time"], "seconds": 1.4, "result": {"words": 900}}]}
        end |= {"metrics": {"quality": 92, "words": 900, "language": "en"}}
    return [start, end]


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
        _measure(Path(folder) / "processed", episodes, minutes)


def _measure(library: Path, episodes: int, minutes: float) -> None:
    library.mkdir()
    begun = time.perf_counter()
    speech = build(library, episodes, minutes)
    print(f"{episodes} episodes of {minutes:g} minutes, made in {time.perf_counter() - begun:.0f} s")
    path = library / "state.db"
    _timed("first build", lambda: update_views(library))
    print(f"state.db: {path.stat().st_size / episodes:.0f} bytes an episode")
    _timed("nothing changed", lambda: update_views(library))
    for number in range(3):
        changed = next(library.glob(f"*/*-{number:08d}"))
        append_event(
            events_path(changed, "notes"), {"event": "retry", "stage": "notes", "time": "2026-01-02"}
        )
        with (changed / "transcript.json").open("r+") as file:
            file.write(transcript([speech.sentence() for _ in range(600)], number))
            file.truncate()
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
    event = events("notes", 1, STAGES["notes"].products, 1)[1]
    count = 2000
    begun = time.perf_counter()
    for _ in range(count):
        append_event(log, event)
    each = (time.perf_counter() - begun) / count
    print(f"appending an event: {each * 1e6:.0f} µs, {log.stat().st_size // count} bytes")


def _rebuild(library: Path) -> object:
    return update_views(library, rebuild=True)


if __name__ == "__main__":
    main()
