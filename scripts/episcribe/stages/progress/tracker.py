"""How far a run is: what Snakemake plans, starts and finishes, counted by stage."""

import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from statistics import fmean
from threading import Lock
from typing import NamedTuple

from episcribe.ledger.standings import withheld

_WINDOW = 60.0
_FEW = 4  # after fewer jobs an estimate tells nothing
_WEIGHT = 2  # what is known of earlier runs counts as so many jobs


class Kind(NamedTuple):
    """What is shown for the jobs of a rule: the bar they count in, and what a worker on one is doing."""

    bar: str
    doing: str
    stage: str


KINDS = {
    "refresh": Kind("sources", "reading sources", "refresh"),
    "unreadable": Kind("sources", "source that was not read", "unreadable"),
    "unwritable": Kind("sources", "show that may not be written", "unwritable"),
    "get_transcript": Kind("transcripts", "transcript", "transcript"),
    "write_notes": Kind("notes", "notes", "notes"),
    "write_assessment": Kind("assessments", "assessment", "assessment"),
    "print_notes": Kind("PDFs", "PDF of notes", "notes_pdf"),
    "print_assessment": Kind("PDFs", "PDF of assessment", "assessment_pdf"),
    "record_state": Kind("state", "state", "state"),
}
_BY_STAGE = {kind.stage: kind.bar for kind in KINDS.values()}


@dataclass(frozen=True, slots=True)
class Bar:
    """How many of the jobs of a kind are done, of how many; how many failed."""

    name: str
    done: int
    total: int
    failed: int


@dataclass(frozen=True, slots=True)
class Worker:
    """What one worker does right now and for how many seconds; `share` is 0 to 1, None when not told."""

    job: str
    doing: str
    seconds: float
    share: float | None


@dataclass(frozen=True, slots=True)
class View:
    """A run at a moment. `open` are the jobs that are still to be done, without those that need what failed;
    `rate` is in jobs a second, `elapsed` and `left` in seconds.
    """

    bars: tuple[Bar, ...]
    workers: tuple[Worker, ...]
    done: int
    total: int
    failed: int
    open: int
    rate: float
    elapsed: float
    left: float | None


@dataclass(slots=True)
class _Task:
    job: str
    kind: Kind
    begun: float
    detail: str = ""
    share: float | None = None


@dataclass(slots=True)
class _Tally:
    total: int = 0
    done: int = 0
    failed: int = 0
    lost: int = 0
    seconds: float = 0.0

    @property
    def open(self) -> int:
        return max(0, self.total - self.done - self.failed - self.lost)


@dataclass
class Tracker:
    """Counts the jobs of a run. Each call costs the same however many jobs there are.

    `version` changes with whatever there is to be shown, the time aside.
    """

    clock: Callable[[], float] = time.monotonic
    version: int = 0
    _tallies: dict[str, _Tally] = field(default_factory=dict)
    _running: dict[int, _Task] = field(default_factory=dict)
    _failed: dict[int, _Task] = field(default_factory=dict)
    _finishes: deque[float] = field(default_factory=deque)
    _usual: dict[str, float] = field(default_factory=dict)
    _begun: float | None = None
    _ended: float | None = None
    _lock: Lock = field(default_factory=Lock)

    def plan(self, counts: Mapping[str, int]) -> None:
        """How many jobs of each rule there are in all, the finished ones too."""
        with self._lock:
            bars: Counter[str] = Counter()
            for rule, count in counts.items():
                bars[_kind(rule).bar] += count
            order = [*dict.fromkeys(kind.bar for kind in KINDS.values())]
            known = {bar: self._tallies.get(bar, _Tally()) for bar in (*order, *sorted(bars))}
            self._tallies = {bar: tally for bar, tally in known.items() if bars[bar] or tally.done}
            for bar, tally in self._tallies.items():
                tally.total = max(bars[bar], tally.done)
            self.version += 1

    def expect(self, seconds: Mapping[str, float]) -> None:
        """How long the jobs of each stage usually take, from earlier runs."""
        by_bar: dict[str, list[float]] = defaultdict(list)
        for stage, usual in seconds.items():
            by_bar[_BY_STAGE.get(stage, stage)].append(usual)
        with self._lock:
            self._usual = {bar: fmean(usual) for bar, usual in by_bar.items()}

    def begin(self, number: int, rule: str, job: str) -> None:
        """A job starts, or starts again; `job` is what it is of, as `show/episode`."""
        with self._lock:
            if self._begun is None:
                self._begun = self.clock()
            kind = _kind(rule)
            self._tallies.setdefault(kind.bar, _Tally(total=1))
            if number in self._failed:
                self._mark(self._failed.pop(number), -1)
            self._running[number] = _Task(job, kind, self.clock())
            self.version += 1

    def finish(self, number: int) -> None:
        """A job has made its files."""
        with self._lock:
            task = self._running.pop(number, None)
            if task is None:
                return
            tally = self._tallies[task.kind.bar]
            tally.done += 1
            tally.total = max(tally.total, tally.done)
            now = self.clock()
            tally.seconds += now - task.begun
            self._finishes.append(now)
            self.version += 1

    def fail(self, number: int) -> None:
        """A job has failed, and what needs its files will not be made."""
        with self._lock:
            if (task := self._running.pop(number, None)) is not None:
                self._failed[number] = task
                self._mark(task, 1)
                self.version += 1

    def pause(self, number: int) -> None:
        """A job waits for what it needs to be called again."""
        with self._lock:
            self._running.pop(number, None)
            self.version += 1

    def tell(self, job: str, stage: str, detail: str, share: float | None) -> None:
        """A stage says what it is at, and how much of that is done."""
        with self._lock:
            for task in self._running.values():
                if task.job == job and task.kind.stage == stage:
                    task.detail, task.share = detail, share
                    self.version += 1
                    return

    def end(self) -> None:
        """The run is over; what was under way was cut short."""
        with self._lock:
            self._ended = self.clock()
            self._running.clear()
            self.version += 1

    def view(self) -> View:
        """The run as it is now; those longest at work come first among the workers."""
        with self._lock:
            now = self.clock() if self._ended is None else self._ended
            elapsed = now - self._begun if self._begun is not None else 0.0
            tallies = self._tallies
            return View(
                bars=tuple(Bar(name, t.done, t.total, t.failed) for name, t in tallies.items()),
                workers=tuple(_worker(task, now) for task in self._running.values()),
                done=sum(t.done for t in tallies.values()),
                total=sum(t.total for t in tallies.values()),
                failed=sum(t.failed for t in tallies.values()),
                open=sum(t.open for t in tallies.values()),
                rate=self._rate(now, elapsed),
                elapsed=elapsed,
                left=self._left(now, elapsed),
            )

    def _mark(self, task: _Task, count: int) -> None:
        self._tallies[task.kind.bar].failed += count
        for stage in withheld([task.kind.stage]) - {task.kind.stage}:
            if (tally := self._tallies.get(_BY_STAGE.get(stage, ""))) is not None:
                tally.lost += count

    def _rate(self, now: float, elapsed: float) -> float:
        """Jobs a second in the last minute; at the end, in the whole run."""
        if self._ended is not None:
            return sum(t.done for t in self._tallies.values()) / elapsed if elapsed > 0 else 0.0
        while self._finishes and self._finishes[0] < now - _WINDOW:
            self._finishes.popleft()
        span = min(elapsed, _WINDOW)
        return len(self._finishes) / span if span > 0 else 0.0

    def _left(self, now: float, elapsed: float) -> float | None:
        """The seconds that the rest takes when its jobs take as long as those before, as many at once."""
        done = sum(t.done for t in self._tallies.values())
        worked = sum(t.seconds for t in self._tallies.values())
        running = self._running.values()
        busy = worked + sum(now - task.begun for task in running)
        unknown = any(tally.open and bar not in self._usual for bar, tally in self._tallies.items())
        if self._ended is not None or busy <= 0 or (unknown and done < _FEW):
            return None
        mean = worked / done if done else 0.0
        paces = {bar: self._pace(bar, tally, mean) for bar, tally in self._tallies.items()}
        work = sum(tally.open * paces[bar] for bar, tally in self._tallies.items())
        work -= sum(min(now - task.begun, paces[task.kind.bar]) for task in running)
        longest = max((_rest(task, now) for task in running), default=0.0)
        return max(work * elapsed / busy, longest, 0.0)

    def _pace(self, bar: str, tally: _Tally, mean: float) -> float:
        """The seconds that a job of a bar takes: in this run, in earlier ones, else the mean of all."""
        usual = self._usual.get(bar)
        if usual is None:
            return tally.seconds / tally.done if tally.done else mean
        return (tally.seconds + _WEIGHT * usual) / (tally.done + _WEIGHT)


def _rest(task: _Task, now: float) -> float:
    """The seconds that a job takes that has told how much of it is done; 0 for others."""
    return (now - task.begun) * (1 - task.share) / task.share if task.share else 0.0


def _worker(task: _Task, now: float) -> Worker:
    doing = f"{task.kind.doing}: {task.detail}" if task.detail else task.kind.doing
    return Worker(task.job, doing, now - task.begun, task.share)


def _kind(rule: str) -> Kind:
    name = rule.replace("_", " ")
    return KINDS.get(rule, Kind(name, name, rule))


def counts_of(rules: Iterable[str], without: frozenset[str]) -> dict[str, int]:
    """How often each rule is among `rules`, those of `without` left out."""
    return {rule: count for rule, count in Counter(rules).items() if rule not in without}
