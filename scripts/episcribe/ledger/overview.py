"""How a library stands, from what is quickly read: the catalogue, the names in the episodes' folders, what
rests, and the last events of those that are not finished.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from episcribe.ledger.events import Event, last_event, moment_of, open_start, read_events
from episcribe.ledger.evidence import look
from episcribe.ledger.history import stage_of
from episcribe.ledger.processes import is_alive
from episcribe.ledger.standings import Line, log_stamp, withheld
from episcribe.ledger.tracks import FAILED, TRACKS, Track
from episcribe.library.catalogue import CatalogueEntry
from episcribe.library.layout import STAGES, STUDY_PRODUCTS

How = Literal["finished", "at work", "to be made", "resting", "given up", "without a way"]
HOWS: tuple[How, ...] = ("finished", "at work", "to be made", "resting", "given up", "without a way")


class Work(NamedTuple):
    """A stage that is at work: since when, which module it asks, in which process."""

    episode: str
    stage: str
    since: str
    module: str | None
    host: str
    pid: int | None


@dataclass(frozen=True, slots=True)
class Rules:
    """What the configuration says of an episode: which lines of `standing.jsonl` hold for it, whether there
    is a way to a transcript of it, which tracks it is on.
    """

    left_alone: Callable[[CatalogueEntry], Sequence[Line]]
    has_a_way: Callable[[CatalogueEntry], bool] = lambda entry: True
    tracks: Callable[[CatalogueEntry], Sequence[str]] = lambda entry: ("study",)


class Look(NamedTuple):
    """How one episode stands: in one word, by the stage of each track, and what is at work or left alone."""

    entry: CatalogueEntry
    how: How
    stages: dict[str, str]
    working: tuple[Work, ...]
    lines: Sequence[Line]
    missing: tuple[str, ...]

    @property
    def name(self) -> str:
        """`show/folder`."""
        return f"{self.entry.show}/{self.entry.folder}"


@dataclass(slots=True)
class Overview:
    """The episodes of a library counted: by show and how they stand, by track and stage."""

    shows: dict[str, Counter[How]] = field(default_factory=dict)
    tracks: dict[str, Counter[str]] = field(default_factory=dict)
    working: list[Work] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    @property
    def total(self) -> Counter[How]:
        """The counts of all shows together."""
        return sum(self.shows.values(), Counter())


def overview(looks: Iterable[Look]) -> Overview:
    """Count how episodes stand."""
    told = Overview()
    for one in looks:
        told.shows.setdefault(one.entry.show, Counter())[one.how] += 1
        for track, stage in one.stages.items():
            told.tracks.setdefault(track, Counter())[stage] += 1
        told.working += one.working
        told.lines += one.lines
    return told


def look_at(library: Path, entries: Iterable[CatalogueEntry], rules: Rules) -> Iterator[Look]:
    """How each of the episodes stands."""
    for entry in entries:
        folder = f"{library}/{entry.show}/{entry.folder}"
        names = _names(folder)
        is_finished = all(name in names for name in STUDY_PRODUCTS)
        tracks = [name for name in rules.tracks(entry) if name in TRACKS]
        working: tuple[Work, ...] = ()
        lines: Sequence[Line] = ()
        if not is_finished or tracks != ["study"]:
            working = tuple(_working(Path(folder))) if "log" in names else ()
            lines = rules.left_alone(entry)
        missing = tuple(stage for stage, made in STAGES.items() if any(p not in names for p in made.products))
        how = (
            _how(entry, names, missing, working=working, lines=lines, rules=rules)
            if not is_finished
            else "finished"
        )
        stages = {name: _stage(TRACKS[name], Path(folder), names, working, lines) for name in tracks}
        yield Look(entry, how, stages, working, lines, missing)


def lines_by_themselves(library: Path, standings: dict[str, list[Line]], now: float) -> Rules:
    """The rules where no configuration is at hand: a line holds until its time, while its log is the same."""

    def left_alone(entry: CatalogueEntry) -> list[Line]:
        folder = f"{library}/{entry.show}/{entry.folder}"
        return [
            line
            for line in standings.get(f"{entry.show}/{entry.folder}", ())
            if (line.state == "given_up" or now < (moment_of(line.until) or 0.0))
            and line.log == log_stamp(folder, line.stage)
        ]

    return Rules(left_alone)


def jobs_left(looks: Iterable[Look]) -> Iterator[tuple[str, float | None]]:
    """The jobs that the next run has to do: stage, and length of the recording in seconds."""
    for one in looks:
        if one.how in ("at work", "to be made"):
            held = withheld(line.stage for line in one.lines)
            yield from ((stage, one.entry.duration) for stage in one.missing if stage not in held)


def _how(
    entry: CatalogueEntry,
    names: frozenset[str],
    missing: Sequence[str],
    *,
    working: Sequence[Work],
    lines: Sequence[Line],
    rules: Rules,
) -> How:
    if working:
        return "at work"
    if any(line.state == "given_up" for line in lines):
        return "given up"
    if lines and withheld(line.stage for line in lines).issuperset(missing):
        return "resting"
    if "transcript.json" not in names and not rules.has_a_way(entry):
        return "without a way"
    return "to be made"


def _stage(
    track: Track, folder: Path, names: frozenset[str], working: Sequence[Work], lines: Sequence[Line]
) -> str:
    """The stage of an episode on a track, as state.yaml has it."""
    running = {work.stage for work in working}
    if any(line.stage in track.jobs and line.kind != "none" for line in lines) and not running:
        return FAILED
    if track.name == "study":
        passed = [names.issuperset(step.products) for step in track.steps]
    else:
        evidence = look(folder)
        passed = [bool(step.products) and evidence.has_all(step.products) for step in track.steps]
    return stage_of(track, passed, running)


def _working(folder: Path) -> Iterator[Work]:
    """The stages that processes are at work on now."""
    for path in _logs(folder):
        last = last_event(path)
        if last is None or last["event"] not in ("started", "module"):
            continue
        start = open_start(read_events(path))
        if start is not None and is_alive(start):
            yield _work(f"{folder.parent.name}/{folder.name}", path.stem, start, last)


def _work(name: str, stage: str, start: Event, last: Event) -> Work:
    module, pid = last.get("module"), start.get("pid")
    return Work(
        name,
        stage,
        str(start.get("time") or ""),
        str(module) if module else None,
        str(start.get("host") or ""),
        pid if isinstance(pid, int) else None,
    )


def _names(folder: str) -> frozenset[str]:
    with suppress(OSError):
        return frozenset(os.listdir(folder))  # noqa: PTH208 - asked of ten thousand episodes
    return frozenset()


def _logs(folder: Path) -> list[Path]:
    names = _names(f"{folder}/log")
    return sorted(folder / "log" / name for name in names if name.endswith(".jsonl"))
