"""`standing.jsonl`: the stages that rest or were given up, in one file that is read when a run is planned.

It is derived from the events; without it everything is tried.
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from episcribe import __version__
from episcribe.ledger.attempts import RetryRules, standing
from episcribe.ledger.digests import file_digests, text_digest
from episcribe.ledger.events import Event, moment_of, moment_text
from episcribe.ledger.tracks import JOBS
from episcribe.library.files import write_if_changed
from episcribe.library.layout import STAGES

STANDING_FILE = "standing.jsonl"


class Line(NamedTuple):
    """A stage of an episode (`show/folder`) that is left alone.

    `state` is `resting` (until `until`, ISO 8601) or `given_up`. `log` tells the log that this was read from,
    and `depends` what the stage depends on: when one of them is another, the line holds no more.
    """

    episode: str
    stage: str
    state: str
    until: str | None
    attempts: int
    kind: str | None
    why: str
    log: str
    depends: str


def standing_lines(
    folder: Path,
    events: Sequence[Event],
    rules: RetryRules,
    now: float,
    *,
    options: Mapping[str, str],
    local: Sequence[str] = (),
) -> list[Line]:
    """The lines for the stages of the episode in `folder` that rest or are given up at the moment `now`.

    `options` are those of all stages, as the stages are called with them; `local` the files on this disk that
    decide the episode.
    """
    name = f"{folder.parent.name}/{folder.name}"
    lines: list[Line] = []
    failed = [event.get("stage") for event in events if event["event"] == "failed"]
    for stage in JOBS:
        if stage not in failed:
            continue
        if stage in STAGES and all(
            os.path.exists(f"{folder}/{made}")  # noqa: PTH110
            for made in STAGES[stage].products
        ):
            continue
        current = current_digests(folder, stage, options.get(stage))
        stands = standing(events, stage, rules, now, episode=name, current=current)
        if stands.state != "ready":
            until = None if stands.until is None else moment_text(stands.until)
            log = log_stamp(str(folder), stage)
            depends = depends_stamp(str(folder), stage, options, local)
            lines.append(
                Line(name, stage, stands.state, until, stands.attempts, stands.kind, stands.why, log, depends)
            )
    return lines


def current_digests(folder: Path, stage: str, options: str | None) -> dict[str, str | None]:
    """What a stage depends on as it is now, in the form in which events hold it."""
    reads = STAGES[stage].reads if stage in STAGES else ()
    digests = file_digests(folder, reads)
    if options is not None:
        digests["options"] = text_digest(options)
    return {**digests, "version": __version__}


def read_standings(library: Path) -> dict[str, list[Line]]:
    """The lines of `standing.jsonl` by episode (`show/folder`); bad ones, and a missing file, are passed
    over.
    """
    try:
        data = (library / STANDING_FILE).read_bytes()
    except OSError:
        return {}
    standings: dict[str, list[Line]] = {}
    for row in _rows(data):
        if isinstance(row, list) and len(row) == len(Line._fields) and all(_fits(row)):
            standings.setdefault(row[0], []).append(Line(*row))
    return standings


def write_standings(library: Path, settled: Mapping[str, Sequence[Line]]) -> None:
    """Bring `standing.jsonl` up to date: the lines of the `settled` episodes (by `show/folder`) are those
    given; others stay while the logs that they were read from are as they were.
    """
    standings: dict[str, Sequence[Line]] = {
        name: kept
        for name, lines in read_standings(library).items()
        if name not in settled
        and (kept := [line for line in lines if line.log == log_stamp(f"{library}/{name}", line.stage)])
    }
    standings.update((name, lines) for name, lines in settled.items() if lines)
    if standings or (library / STANDING_FILE).exists():
        rows = (
            json.dumps(line, ensure_ascii=False) for name in sorted(standings) for line in standings[name]
        )
        text = "".join(f"{row}\n" for row in rows)
        write_if_changed(library / STANDING_FILE, text.encode("utf-8", "backslashreplace"))


def lines_that_hold(
    lines: Iterable[Line], folder: str, now: float, *, options: Mapping[str, str], local: Sequence[str] = ()
) -> list[Line]:
    """Those of an episode's lines that hold at the moment `now`: a few `stat` calls for each."""
    return [
        line
        for line in lines
        if (line.state == "given_up" or now < (moment_of(line.until) or 0.0))
        and line.log == log_stamp(folder, line.stage)
        and line.depends == depends_stamp(folder, line.stage, options, local)
    ]


def withheld(stages: Iterable[str]) -> frozenset[str]:
    """The stages that cannot be while `stages` are left alone: these, and all that need what they make."""
    held = set(stages)
    for name, stage in STAGES.items():
        reads = set(stage.reads)
        if any(not reads.isdisjoint(STAGES[other].products) for other in held if other in STAGES):
            held.add(name)
    return frozenset(held)


def log_stamp(folder: str, stage: str) -> str:
    """Size and time of the log of a stage."""
    return _stamp(f"{folder}/log/{stage}.jsonl")


def depends_stamp(folder: str, stage: str, options: Mapping[str, str], local: Sequence[str]) -> str:
    """A digest of all that the stage depends on: options of it and the stages before it, size and time of
    files, version of the program.
    """
    before = _before(stage)
    digest = blake2b(__version__.encode(), digest_size=8)
    names = dict.fromkeys(name for other in before if other in STAGES for name in STAGES[other].reads)
    for other in before:
        digest.update(f"\0{options.get(other)}".encode("utf-8", "surrogateescape"))
    for path in (*(f"{folder}/{name}" for name in names), *local):
        digest.update(f"\0{path}\0{_stamp(path)}".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _before(stage: str) -> tuple[str, ...]:
    """The stage and all those whose files it needs, directly or not."""
    if stage not in _BEFORE:
        needed = {stage}
        for name in reversed(STAGES):
            products = set(STAGES[name].products)
            if any(not products.isdisjoint(STAGES[other].reads) for other in needed if other in STAGES):
                needed.add(name)
        _BEFORE[stage] = tuple(sorted(needed))
    return _BEFORE[stage]


_BEFORE: dict[str, tuple[str, ...]] = {}


def _stamp(path: str) -> str:
    try:
        status = os.stat(path)  # noqa: PTH116 - called for thousands of files when a run is planned
    except OSError:
        return ""
    return f"{status.st_size}-{status.st_mtime_ns}"


def _rows(data: bytes) -> Iterable[object]:
    lines = [line for line in data.split(b"\n") if line.strip()]
    try:
        rows: list[object] = json.loads(b"[" + b",".join(lines) + b"]")
    except (ValueError, RecursionError):
        return [row for line in lines for row in _row(line)]
    return rows


def _row(line: bytes) -> list[object]:
    try:
        return [json.loads(line)]
    except (ValueError, RecursionError):
        return []


def _fits(row: list[object]) -> Iterable[bool]:
    optional = {"until", "kind"}
    for name, value in zip(Line._fields, row, strict=True):
        if name == "attempts":
            yield isinstance(value, int)
        else:
            yield isinstance(value, str) or (name in optional and value is None)
