"""What reports, metrics, forecasts and alerts are made of."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import Any, Literal, NamedTuple

from episcribe.ledger.events import ENDS, Event, moment_of

_WENT_TO_AN_END = ("finished", "failed")

Status = Literal["complete", "running", "waiting", "resting", "nothing", "failed", "given_up", "skipped"]


class Attempt(NamedTuple):
    """One attempt at a stage of an episode (`show/folder`) that ended.

    `outcome` is finished, failed, interrupted or handed_on; `ended` in seconds since 1970, `seconds` how long
    it took.
    """

    episode: str
    stage: str
    outcome: str
    ended: float
    seconds: float
    run: str = ""
    kind: str | None = None
    error: str | None = None


class UnreadSource(NamedTuple):
    """A source of episodes that could not be read the last time: the show's name, and why."""

    name: str
    kind: str
    error: str


class ModuleRun(NamedTuple):
    """One run of a transcript module: `status` is success, partial (nothing was to be had) or error."""

    module: str
    status: str
    ended: float | None = None


@dataclass(frozen=True)
class EpisodeFacts:
    """An episode: `state` as state.yaml has it, the attempts at its stages, oldest first, the module runs;
    whether there is a way to a transcript of it.
    """

    show: str
    folder: str
    state: Mapping[str, Any]
    attempts: Sequence[Attempt] = ()
    modules: Sequence[ModuleRun] = ()
    has_a_way: bool = True

    @property
    def name(self) -> str:
        """`show/folder`, as messages have it."""
        return f"{self.show}/{self.folder}"

    @property
    def title(self) -> str:
        """The title, or the folder's name where there is none."""
        return str(self.state.get("title") or self.folder)

    @cached_property
    def length(self) -> float | None:
        """The seconds that its recording lasts, None when that is not known."""
        return as_number(mapping(self.state.get("metrics")).get("audio_duration"))

    @cached_property
    def quality(self) -> float | None:
        """The score of its transcript, from 0 to 100."""
        return as_number(mapping(self.state.get("metrics")).get("quality"))

    @cached_property
    def stages(self) -> dict[str, str]:
        """Each stage and how it stands: done, pending, running, failed or none."""
        told = mapping(self.state.get("stages"))
        return {str(name): str(mapping(line).get("state")) for name, line in told.items()}

    @cached_property
    def tracks(self) -> dict[str, Mapping[str, Any]]:
        """Each track and the line that tells where the episode is on it."""
        return {str(name): mapping(line) for name, line in mapping(self.state.get("tracks")).items()}

    @cached_property
    def standing(self) -> dict[str, Mapping[str, Any]]:
        """The stages that rest or were given up."""
        return {str(name): mapping(line) for name, line in mapping(self.state.get("standing")).items()}

    @cached_property
    def status(self) -> Status:
        """How the episode stands as a whole, in one word."""
        stages = set(self.stages.values())
        lines = self.standing.values()
        if any(line.get("stage") == "skipped" for line in self.tracks.values()):
            return "skipped"
        if stages <= {"done"} and stages:
            return "complete"
        if "running" in stages:
            return "running"
        if any(line.get("state") == "given_up" for line in lines):
            return "given_up"
        if not self.has_a_way or "none" in stages or any(line.get("kind") == "none" for line in lines):
            return "nothing"
        if any(line.get("state") == "resting" for line in lines):
            return "resting"
        return "failed" if "failed" in stages else "waiting"

    @cached_property
    def completion(self) -> float:
        """The share of its stages that are done, from 0 to 1."""
        stages = list(self.stages.values())
        return stages.count("done") / len(stages) if stages else 0.0


@dataclass(frozen=True)
class History:
    """What was done in a library: all attempts at all stages, and how long the recordings of the episodes
    (`show/folder`) are, in seconds.
    """

    every: Iterable[Attempt]
    lengths: Mapping[str, float | None]

    @cached_property
    def attempts(self) -> list[Attempt]:
        """All attempts, oldest first; those that ended in the same moment by episode and stage."""
        ordered = list(self.every)
        # Sorting is stable, and faster three times by one field than once by three.
        for name in ("stage", "episode", "ended"):
            ordered.sort(key=attrgetter(name))
        return ordered

    @cached_property
    def runs(self) -> dict[str, list[Attempt]]:
        """The attempts that went well or failed by run, in the order of the runs' first ones."""
        runs: dict[str, list[Attempt]] = defaultdict(list)
        for attempt in self.attempts:
            if attempt.outcome in _WENT_TO_AN_END:
                runs[attempt.run].append(attempt)
        return runs


@dataclass(frozen=True)
class Facts:
    """A library: its episodes in the catalogue's order, the titles of its shows where these are known, the
    sources that could not be read; `past`, where the episodes are not all that it has, their history.
    """

    library: str
    episodes: Sequence[EpisodeFacts]
    titles: Mapping[str, str] = field(default_factory=dict)
    unread: Sequence[UnreadSource] = ()
    past: History | None = None

    @cached_property
    def history(self) -> History:
        """What was done to all episodes."""
        every = (attempt for episode in self.episodes for attempt in episode.attempts)
        return self.past or History(every, {episode.name: episode.length for episode in self.episodes})

    def attempts(self) -> list[Attempt]:
        """All attempts at all stages, oldest first."""
        return self.history.attempts


def attempts_in(events: Iterable[Event], episode: str) -> Iterator[Attempt]:
    """The attempts that ended at stages of an episode (`show/folder`), out of its events, in their order."""
    for event in events:
        ended = moment_of(event.get("time"))
        if event["event"] not in ENDS or ended is None or not event.get("stage"):
            continue
        kind, error = event.get("kind"), event.get("error")
        yield Attempt(
            episode,
            str(event["stage"]),
            event["event"],
            ended,
            as_number(event.get("duration")) or 0.0,
            str(event.get("run") or ""),
            None if kind is None else str(kind),
            None if error is None else str(error),
        )


def mapping(value: object) -> Mapping[str, Any]:
    """`value` where it is a mapping, else an empty one: state files may have been edited by hand."""
    return value if isinstance(value, dict) else {}


def as_number(value: object) -> float | None:
    """`value` where it is a finite number that is not negative, else None."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if 0 <= value < float("inf") else None
