"""What is known of a library together with what that lets one expect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from episcribe.ledger.events import moment_of
from episcribe.ledger.forecast import Estimate, StageModel
from episcribe.ledger.reports.causes import Cause, causes
from episcribe.ledger.reports.figures import (
    Durations,
    Resting,
    ShowFigures,
    latest_time,
    module_tallies,
    newest,
    quality_bins,
    resting,
    show_figures,
    stage_durations,
    stage_seconds,
    statuses_of,
    track_reach,
    track_stages,
)
from episcribe.ledger.reports.model import Attempt, EpisodeFacts, Facts, Status
from episcribe.ledger.reports.predictions import (
    Verdict,
    estimate_remaining,
    models_of,
    read_predictions,
    verdicts_on,
)

_NEWEST = 12


@dataclass(frozen=True)
class Outlook:
    """The facts of a library with what follows from them for the remaining work, and those figures that more
    than one report shows, each counted once.
    """

    facts: Facts
    models: Mapping[str, StageModel]
    told: Estimate
    verdicts: Sequence[Verdict]

    @cached_property
    def completed(self) -> list[tuple[float, float]]:
        """When the last file of each complete episode was made, in seconds since 1970, and how long its
        recording lasts; the earliest first.
        """
        ended = {one.episode: one.ended for one in self.attempts if one.outcome == "finished"}
        complete = (episode for episode in self.facts.episodes if episode.status == "complete")
        every = (
            (ended.get(episode.name) or moment_of(episode.state.get("last_updated")), episode.length or 0.0)
            for episode in complete
        )
        return sorted((moment, length) for moment, length in every if moment is not None)

    @property
    def attempts(self) -> Sequence[Attempt]:
        """All attempts at all stages, oldest first."""
        return self.facts.history.attempts

    @cached_property
    def statuses(self) -> dict[Status, int]:
        """How many episodes have each status."""
        return statuses_of(self.facts.episodes)

    @cached_property
    def shows(self) -> list[ShowFigures]:
        """The figures of each show."""
        return show_figures(self.facts)

    @cached_property
    def seconds(self) -> dict[str, list[float]]:
        """The seconds that each stage took, each time that it went well."""
        return stage_seconds(self.attempts)

    @cached_property
    def durations(self) -> list[Durations]:
        """How long each stage took."""
        return stage_durations(self.seconds)

    @cached_property
    def modules(self) -> dict[str, dict[str, int]]:
        """How often each module was asked, and how it went."""
        return module_tallies(run for episode in self.facts.episodes for run in episode.modules)

    @cached_property
    def quality(self) -> list[int]:
        """How many transcripts have which score."""
        return quality_bins(self.facts)

    @cached_property
    def reach(self) -> dict[str, list[tuple[str, int, int]]]:
        """For each track its steps, and how many episodes have reached them."""
        return track_reach(self.facts)

    @cached_property
    def tracks(self) -> dict[str, dict[str, int]]:
        """How many episodes are at each stage of each track."""
        return track_stages(self.facts)

    @cached_property
    def as_of(self) -> float | None:
        """When the last thing happened, in seconds since 1970."""
        return latest_time(self.facts)

    @cached_property
    def newest(self) -> list[EpisodeFacts]:
        """The latest episodes of which there is something to read."""
        return newest(self.facts, _NEWEST)

    @cached_property
    def causes(self) -> list[Cause]:
        """The causes of all failures that stand."""
        return causes(self.facts)

    @cached_property
    def resting(self) -> list[Resting]:
        """What rests, and what was given up."""
        return resting(self.facts)


def outlook_on(library: Path, facts: Facts) -> Outlook:
    """What is to be expected of the library at `library`."""
    models = models_of(facts.history)
    verdicts = verdicts_on(read_predictions(library), facts.history)
    return Outlook(facts, models, estimate_remaining(facts, models, verdicts), verdicts)
