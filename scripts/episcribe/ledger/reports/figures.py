"""The figures of a library: counts, rates and distributions that reports and metrics show."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from operator import attrgetter, itemgetter
from statistics import median
from typing import TypeVar

from episcribe.ledger.events import moment_of
from episcribe.ledger.forecast import quantile
from episcribe.ledger.reports.model import Attempt, EpisodeFacts, Facts, ModuleRun, Status
from episcribe.ledger.tracks import FAILED, SKIPPED, TRACKS

_T = TypeVar("_T")
Completed = Sequence[tuple[float, float]]
"""When episodes were completed, in seconds since 1970, and the seconds that their recordings last."""

STATUSES: tuple[Status, ...] = (
    *("complete", "running", "waiting", "resting", "nothing", "failed", "given_up", "skipped"),
)


@dataclass(frozen=True, slots=True)
class ShowFigures:
    """A show: how many of its episodes have which status, the seconds of its recordings, median quality."""

    show: str
    title: str
    statuses: Mapping[Status, int]
    seconds: float
    quality: float | None

    @property
    def total(self) -> int:
        """How many episodes it has."""
        return sum(self.statuses.values())


@dataclass(frozen=True, slots=True)
class Durations:
    """How long the successful runs of a stage took: percentiles in seconds."""

    stage: str
    runs: int
    p10: float
    p25: float
    p50: float
    p75: float
    p90: float
    longest: float


@dataclass(frozen=True, slots=True)
class Resting:
    """A stage of an episode that rests until a moment (ISO 8601) or, without one, was given up."""

    episode: EpisodeFacts
    stage: str
    until: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Day:
    """What a day, hour, week … brought: episodes completed, stages that failed."""

    start: datetime
    completed: int
    failed: int


def statuses_of(episodes: Iterable[EpisodeFacts]) -> dict[Status, int]:
    """How many episodes have each status, all of them named."""
    counted = Counter(episode.status for episode in episodes)
    return {status: counted[status] for status in STATUSES}


def track_stages(facts: Facts) -> dict[str, dict[str, int]]:
    """For each track that an episode is on, how many are at each of its stages, in their order."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for episode in facts.episodes:
        for track, line in episode.tracks.items():
            counted[track][str(line.get("stage"))] += 1
    return {
        name: {stage: counted[name][stage] for stage in TRACKS[name].stages if counted[name][stage]}
        for name in TRACKS
        if name in counted
    }


def track_reach(facts: Facts) -> dict[str, list[tuple[str, int, int]]]:
    """For each track its steps: what is reached, by how many episodes, out of how many on the track."""
    reach: dict[str, list[tuple[str, int, int]]] = {}
    for name, track in TRACKS.items():
        lines = [episode.tracks[name] for episode in facts.episodes if name in episode.tracks]
        if not lines:
            continue
        position = {track.initial: 0}
        for number, step in enumerate(track.steps):
            position[step.reached] = number + 1
            if step.during:
                position[step.during] = number
        stands = [_position(line, position) for line in lines]
        reach[name] = [
            (step.reached, sum(at > number for at in stands), len(lines))
            for number, step in enumerate(track.steps)
        ]
    return reach


def show_figures(facts: Facts) -> list[ShowFigures]:
    """The figures of each show, by its id."""
    by_show: dict[str, list[EpisodeFacts]] = defaultdict(list)
    for episode in facts.episodes:
        by_show[episode.show].append(episode)
    return [
        ShowFigures(
            show,
            facts.titles.get(show) or show,
            statuses_of(episodes),
            sum(episode.length or 0.0 for episode in episodes),
            _median([e.quality for e in episodes if e.quality is not None]),
        )
        for show, episodes in sorted(by_show.items())
    ]


def stage_seconds(attempts: Iterable[Attempt]) -> dict[str, list[float]]:
    """The seconds that each stage took, each time that it went well."""
    seconds: dict[str, list[float]] = defaultdict(list)
    for attempt in attempts:
        if attempt.outcome == "finished":
            seconds[attempt.stage].append(attempt.seconds)
    return seconds


def stage_durations(seconds: Mapping[str, Sequence[float]]) -> list[Durations]:
    """How long each stage took when it went well, in the order in which stages follow each other."""
    order = [job for track in TRACKS.values() for job in track.jobs]
    names = sorted(seconds, key=lambda name: (order.index(name) if name in order else len(order), name))
    return [_durations(name, sorted(seconds[name])) for name in names]


def module_tallies(runs: Iterable[ModuleRun]) -> dict[str, dict[str, int]]:
    """For each module how often it found something (success), had nothing (partial), failed (error)."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for run in runs:
        counted[run.module][run.status] += 1
    kinds = ("success", "partial", "error")
    return {module: {kind: own[kind] for kind in kinds} for module, own in sorted(counted.items())}


def outcomes(attempts: Iterable[Attempt]) -> dict[tuple[str, str], int]:
    """How often each stage ended in each way."""
    return dict(sorted(Counter(map(attrgetter("stage", "outcome"), attempts)).items()))


def resting(facts: Facts) -> list[Resting]:
    """What rests, the soonest first, then what was given up."""
    found = [
        Resting(episode, stage, line.get("until"), str(line.get("why") or ""))
        for episode in facts.episodes
        for stage, line in sorted(episode.standing.items())
    ]
    return sorted(found, key=lambda rest: (rest.until is None, rest.until or "", rest.episode.name))


def quality_bins(facts: Facts) -> list[int]:
    """How many transcripts score 0 to 9, 10 to 19, … 90 to 100."""
    bins = [0] * 10
    for episode in facts.episodes:
        if episode.quality is not None:
            bins[min(9, int(episode.quality // 10))] += 1
    return bins


def newest(facts: Facts, count: int) -> list[EpisodeFacts]:
    """The latest published episodes of which there is something to read."""
    done = [episode for episode in facts.episodes if "done" in episode.stages.values()]
    return sorted(done, key=lambda e: (str(e.state.get("date") or ""), e.name), reverse=True)[:count]


def between(begin: float, end: float, ordered: Sequence[_T], moment: Callable[[_T], float]) -> Sequence[_T]:
    """Those of the `ordered` whose `moment` is from `begin` on and before `end`."""
    first = bisect_left(ordered, begin, key=moment)
    return ordered[first : bisect_left(ordered, end, lo=first, key=moment)]


def per_day(
    completed: Completed, attempts: Sequence[Attempt], zone: tzinfo, first: date, last: date
) -> list[Day]:
    """Episodes completed and stages failed on each day from `first` to `last`, in the zone's calendar.

    `completed` and `attempts` have the earliest first.
    """
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    done, bad = _moments(completed, attempts, bounds(first, last, zone))
    edges = [_midnight(day, zone) for day in (*days, last + timedelta(days=1))]
    good, failed = ([bisect_left(own, edge.timestamp()) for edge in edges] for own in (done, bad))
    return [Day(edges[n], good[n + 1] - good[n], failed[n + 1] - failed[n]) for n, _ in enumerate(days)]


def per_hour(completed: Completed, attempts: Sequence[Attempt], zone: tzinfo, day: date) -> list[Day]:
    """The same for each hour of a day."""
    moments = _moments(completed, attempts, bounds(day, day, zone))
    good, failed = (Counter(datetime.fromtimestamp(one, zone).hour for one in own) for own in moments)
    midnight = _midnight(day, zone)
    return [Day(midnight.replace(hour=hour), good[hour], failed[hour]) for hour in range(24)]


def bounds(first: date, last: date, zone: tzinfo) -> tuple[float, float]:
    """When the first day begins and the last one ends, in seconds since 1970."""
    return _midnight(first, zone).timestamp(), _midnight(last + timedelta(days=1), zone).timestamp()


def latest_time(facts: Facts) -> float | None:
    """When the last thing happened, in seconds since 1970; None when nothing did."""
    moments = (moment_of(episode.state.get("last_updated")) for episode in facts.episodes)
    return max((moment for moment in moments if moment is not None), default=None)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _moments(
    completed: Completed, attempts: Sequence[Attempt], within: tuple[float, float]
) -> tuple[list[float], list[float]]:
    """When episodes were completed and when stages failed, the earliest first."""
    done = between(*within, completed, itemgetter(0))
    ended = between(*within, attempts, attrgetter("ended"))
    failed = (one.ended for one in ended if one.outcome == "failed" and one.kind != "none")
    return [moment for moment, _ in done], list(failed)


def _position(line: Mapping[str, object], position: Mapping[str, int]) -> int:
    stage = line.get("stage")
    told = line.get("reached") if stage in (FAILED, SKIPPED) else stage
    return position.get(str(told), 0)


def _durations(stage: str, ordered: Sequence[float]) -> Durations:
    p10, p25, p50, p75, p90 = (quantile(ordered, share) for share in (0.1, 0.25, 0.5, 0.75, 0.9))
    return Durations(stage, len(ordered), p10, p25, p50, p75, p90, ordered[-1])


def _median(values: Sequence[float]) -> float | None:
    return median(values) if values else None
