"""What a library says of itself in all the places where it counts its episodes."""

import csv
import json
import re
import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from episcribe.ledger.events import parse_events
from episcribe.library.layout import STAGES, STUDY_PRODUCTS
from episcribe.net.records import file_name
from tests.chaos.harness import Chaos

_LAST_LINE = re.compile(r"Episcribe: (\d+) episodes? in \S+; (\d+) complete")
_GIVEN_UP = re.compile(r", (\d+) given up\b")
_WITHOUT = re.compile(r", (\d+) without a transcript to be had")


class Count(NamedTuple):
    """Episodes in all, and how many of them are complete, given up, and without a way to a transcript."""

    episodes: int
    complete: int
    given_up: int
    without: int


def counts(chaos: Chaos, last_line: str) -> dict[str, Count]:
    """The count of every place that has one, by the name of the place."""
    library = chaos.processed
    return {
        "files": _of_files(chaos),
        "last line": _of_last_line(last_line),
        "summary.json": _of_summary(library),
        "episodes.csv": _of_table(library),
        "metrics.prom": _of_metrics(library),
        "status --json": _of_status(chaos),
        "failed --json": _of_failed(chaos),
        "state.db": _of_database(library),
        "index.json": _of_index(library),
        "state.yaml": _of_states(chaos),
        "events": _of_events(chaos),
    }


def kept(chaos: Chaos, feeds: Mapping[str, str], hosts: list[str]) -> set[str]:
    """The addresses of which the library has what they gave: originals, feeds that were read, robots.txt."""
    library = chaos.processed
    found: set[str] = set()
    for path in library.glob("*/*/source/index.json"):
        index = json.loads(path.read_bytes())
        found.update(url for url, record in index.items() if (path.parent / record["name"]).exists())
    try:
        records = json.loads((library / "discovery.json").read_bytes())["shows"]
    except FileNotFoundError:
        records = {}
    read = [show for show, record in records.items() if record["items"] is not None and not record["error"]]
    found.update(feeds[show] for show in read)
    rules = library / "log" / "net" / "robots"
    found.update(f"{host}/robots.txt" for host in hosts if _has_rules(rules / f"{file_name(host)}.json"))
    return found


def lines_in_logs(chaos: Chaos) -> Counter[str]:
    """How many events of each kind the logs hold."""
    return Counter(event["event"] for data in chaos.logs().values() for event in parse_events(data))


def lines_in_database(library: Path) -> Counter[str]:
    """The same of `state.db`."""
    with closing(sqlite3.connect(library / "state.db")) as connection:
        return Counter(
            dict(connection.execute("SELECT event, count(*) FROM processing_log GROUP BY event").fetchall())
        )


def _has_rules(path: Path) -> bool:
    try:
        return isinstance(json.loads(path.read_bytes()).get("rules"), str)
    except (OSError, ValueError):
        return False


def _of_files(chaos: Chaos) -> Count:
    folders = chaos.episodes()
    whole = [f for f in folders if all((f / name).exists() for name in (*STUDY_PRODUCTS, "state.yaml"))]
    tried = [f for f in folders if (f / "log").exists()]
    failed = [f for f in tried if not (f / "transcript.json").exists()]
    return Count(len(folders), len(whole), len(failed), len(folders) - len(tried))


def _of_last_line(line: str) -> Count:
    found = _LAST_LINE.match(line)
    assert found, line
    more = (pattern.search(line) for pattern in (_GIVEN_UP, _WITHOUT))
    return Count(int(found[1]), int(found[2]), *(int(one[1]) if one else 0 for one in more))


def _of_summary(library: Path) -> Count:
    told = json.loads((library / "reports" / "summary.json").read_bytes())
    statuses: dict[str, int] = told["statuses"]
    own = Count(
        told["total_episodes"], statuses["complete"], statuses["given_up"], told["statuses"]["nothing"]
    )
    progress: dict[str, int] = told["progress"]
    assert (progress.get("completed", 0), progress["failed"], progress.get("created", 0)) == own[1:], progress
    assert sum(cause["episodes"] for cause in told["failures"]) == own.given_up, told["failures"]
    shows = told["shows"].values()
    keys = ("episodes", "complete", "given_up", "nothing")
    assert Count(*(sum(show[key] for show in shows) for key in keys)) == own
    assert told["resting"] == 0
    return own


def _of_table(library: Path) -> Count:
    with (library / "reports" / "episodes.csv").open(newline="") as file:
        statuses = Counter(row["status"] for row in csv.DictReader(file))
    return Count(statuses.total(), statuses["complete"], statuses["given_up"], statuses["nothing"])


def _of_metrics(library: Path) -> Count:
    text = (library / "reports" / "metrics.prom").read_text()
    found = re.findall(r"^episcribe_episodes\{([^}]*)\} (\S+)$", text, re.MULTILINE)
    statuses: Counter[str] = Counter()
    for labels, value in found:
        statuses[re.search(r'status="(\w+)"', labels)[1]] += int(float(value))  # type: ignore[index]
    return Count(statuses.total(), statuses["complete"], statuses["given_up"], statuses["nothing"])


def _of_status(chaos: Chaos) -> Count:
    told = _asked(chaos, "status", "--json")
    assert len({line["episode"] for line in told["given_up"]}) == told["counts"]["given up"]
    assert not told["resting"]
    assert not told["at_work"]
    counted = told["counts"]
    return Count(told["episodes"], counted["finished"], counted["given up"], counted["without a way"])


def _of_failed(chaos: Chaos) -> Count:
    groups = _asked(chaos, "failed", "--json")
    states = Counter(one["state"] for group in groups for one in group["episodes"])
    count = _of_files(chaos)
    assert set(states) <= {"given_up"}, states
    return count._replace(given_up=states["given_up"])


def _of_database(library: Path) -> Count:
    with closing(sqlite3.connect(library / "state.db")) as connection:
        stages = Counter(
            dict(connection.execute("SELECT stage, count(*) FROM episode_states GROUP BY stage").fetchall())
        )
    return Count(stages.total(), stages["completed"], stages["failed"], stages["created"])


def _of_index(library: Path) -> Count:
    episodes = json.loads((library / "index.json").read_bytes())["episodes"].values()
    stages = Counter(episode["stage"] for episode in episodes)
    return Count(stages.total(), stages["completed"], stages["failed"], stages["created"])


def _of_states(chaos: Chaos) -> Count:
    folders = chaos.episodes()
    paths = [path for folder in folders if (path := folder / "state.yaml").exists()]
    states = [yaml.load(path.read_bytes(), yaml.CSafeLoader) for path in paths]
    given_up = sum(
        any(line["state"] == "given_up" for line in state.get("standing", {}).values()) for state in states
    )
    complete = sum(state["stage"] == "completed" for state in states)
    return Count(len(folders), complete, given_up, len(folders) - len(states))


def _of_events(chaos: Chaos) -> Count:
    """By the last event of each stage: every one finished, or the transcript failed."""
    last: dict[str, dict[str, str]] = {}
    for name, data in chaos.logs().items():
        episode, _, stage = name.rpartition("/log/")
        last.setdefault(episode, {})[stage] = [event["event"] for event in parse_events(data)][-1]
    every = dict.fromkeys((f"{stage}.jsonl" for stage in STAGES), "finished")
    complete = sum(ends == every for ends in last.values())
    failed = sum(ends["transcript.jsonl"] == "failed" for ends in last.values())
    count = len(chaos.episodes())
    return Count(count, complete, failed, count - len(last))


def _asked(chaos: Chaos, *arguments: str) -> Any:
    done = chaos.ask(*arguments, "--library", "processed", "--configfile", "config.yaml", check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return json.loads(done.stdout)
