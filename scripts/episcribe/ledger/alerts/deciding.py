"""What a run is worth telling of, given what was told before."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from hashlib import blake2b
from typing import Any

from episcribe.ledger.alerts.model import Alert, Item, Kind
from episcribe.ledger.events import moment_text
from episcribe.ledger.reports.causes import advice_on, cause_of, standing_failures
from episcribe.ledger.reports.model import Attempt, Facts

DISCOVER = "discover"
"""The stage of sources that could not be read."""
_CAUSES_AT_ONCE = 5
_TOLD_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Told:
    """What was told before: by `show/folder stage` a digest of the cause; when the last streak of failures
    began, and whether its end was told too; which run's end.
    """

    failed: Mapping[str, str] = field(default_factory=dict)
    streak: str | None = None
    streak_over: bool = True
    finished: str | None = None

    def record(self) -> dict[str, Any]:
        """The same as plain data, for JSON."""
        return {**asdict(self), "failed": dict(sorted(self.failed.items())[-_TOLD_MOST:])}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which alerts a person wants: `threshold` is how many failures in a row, 0 for never."""

    failure: bool = True
    threshold: int = 5
    finished: bool = False


@dataclass(frozen=True, slots=True)
class _Streak:
    """Failures one after the other, and how many stages succeeded after them."""

    failures: Sequence[Attempt]
    succeeded: int


def told_of_record(record: object) -> Told:
    """What `Told.record` made; nothing was told where it is anything else."""
    if not isinstance(record, dict):
        return Told()
    failed = record.get("failed")
    known = failed.items() if isinstance(failed, dict) else ()
    streak, finished = (
        v if isinstance(v := record.get(key), str) else None for key in ("streak", "finished")
    )
    return Told(
        {str(key): str(value) for key, value in known},
        streak,
        record.get("streak_over") is not False,
        finished,
    )


def decide(facts: Facts, run: str, now: float, wanted: Wanted, told: Told) -> tuple[list[Alert], Told]:
    """The alerts that are due after `run`, and what has then been told."""
    failures = [(e, a) for e, a in standing_failures(facts) if a.kind != "none"]
    attempts = [a for a in facts.attempts() if a.outcome in ("finished", "failed") and a.kind != "none"]
    desk = _Desk(facts, run, moment_text(now), attempts)
    alerts: list[Alert] = []
    if wanted.failure:
        failed = dict(told.failed)
        alerts += desk.failures([*_unread(facts, run, now), *(attempt for _, attempt in failures)], failed)
        alerts += desk.recovered(failed)
        told = replace(told, failed=failed)
    if wanted.threshold:
        found, told = desk.threshold(wanted.threshold, told)
        alerts += found
    if wanted.finished and told.finished != run:
        alerts += desk.finished()
        told = replace(told, finished=run)
    return alerts, told


class _Desk:
    """Writes the alerts of one run."""

    def __init__(self, facts: Facts, run: str, time: str, attempts: Sequence[Attempt]) -> None:
        self._facts = facts
        self._run = run
        self._time = time
        self._attempts = attempts
        self._episodes = {episode.name: episode for episode in facts.episodes}
        self._unread = {source.name for source in facts.unread}

    def failures(self, failures: Sequence[Attempt], told: dict[str, str]) -> list[Alert]:
        """One alert for each cause that an episode had not failed of before; `told` is brought up to date."""
        groups: dict[tuple[str, str], list[Attempt]] = {}
        for attempt in failures:
            cause = cause_of(attempt.error or "it failed")
            key = f"{attempt.episode} {attempt.stage}"
            digest = blake2b(cause.encode("utf-8", "surrogateescape"), digest_size=6).hexdigest()
            if told.get(key) != digest:
                told[key] = digest
                groups.setdefault((attempt.stage, cause), []).append(attempt)
        ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
        alerts = [self._failure(stage, group) for (stage, _), group in ordered[:_CAUSES_AT_ONCE]]
        rest = [attempt for _, group in ordered[_CAUSES_AT_ONCE:] for attempt in group]
        if rest:
            causes = len(ordered) - _CAUSES_AT_ONCE
            title = f"{_counted(rest)} failed of {causes} more cause{'' if causes == 1 else 's'}"
            alerts.append(self._alert("failure", title, "The report groups them all by cause.", rest))
        return alerts

    def recovered(self, told: dict[str, str]) -> list[Alert]:
        """One alert for all stages that were told to have failed and are done now; they leave `told`."""
        back: list[Attempt] = []
        for key in list(told):
            name, _, stage = key.rpartition(" ")
            episode = self._episodes.get(name)
            if stage == DISCOVER:
                is_back = name not in self._unread
            else:
                is_back = episode is not None and episode.stages.get(stage) == "done"
            if is_back:
                back.append(Attempt(name, stage, "finished", 0.0, 0.0))
            if is_back or (episode is None and stage != DISCOVER):
                del told[key]
        if not back:
            return []
        title = f"{_counted(back)} recovered"
        return [self._alert("recovered", title, "What had failed is done now.", back)]

    def threshold(self, threshold: int, told: Told) -> tuple[list[Alert], Told]:
        """An alert when so many stages failed in a row, and one when that is over; what was told then."""
        streak = _latest_streak(self._attempts, threshold)
        if streak is None:
            return [], told
        began = moment_text(streak.failures[0].ended)
        if began == told.streak:
            if told.streak_over or not streak.succeeded:
                return [], told
            title = f"Stages succeed again: {streak.succeeded} since {len(streak.failures)} failed in a row"
            return [self._alert("recovered", title, "", ())], replace(told, streak_over=True)
        last = streak.failures[-1]
        if streak.succeeded and last.run != self._run:
            return [], told
        title = f"{len(streak.failures)} stages failed in a row"
        text = f"The last one: {last.error}\n{advice_on(last.error or '', last.kind or '')}"
        if streak.succeeded:
            text += f"\nAfter that {streak.succeeded} succeeded."
        alert = self._alert("threshold", title, text, streak.failures)
        return [alert], replace(told, streak=began, streak_over=bool(streak.succeeded))

    def finished(self) -> list[Alert]:
        """How the run ended, when it did anything."""
        own = [attempt for attempt in self._attempts if attempt.run == self._run]
        if not own:
            return []
        bad = [attempt for attempt in own if attempt.outcome == "failed"]
        complete = sum(episode.status == "complete" for episode in self._facts.episodes)
        title = f"Run finished: {len(own) - len(bad)} stages done, {len(bad)} failed"
        text = f"{complete} of {len(self._facts.episodes)} episodes are complete."
        return [self._alert("finished", title, text, bad)]

    def _failure(self, stage: str, group: Sequence[Attempt]) -> Alert:
        error, kind = group[-1].error or "it failed", group[-1].kind or "transient"
        title = f"{_counted(group)} failed: {stage}"
        if stage == DISCOVER:
            title = f"{_counted(group)} could not be read"
        return self._alert("failure", title, f"{error}\n{advice_on(error, kind)}", group)

    def _alert(self, kind: Kind, title: str, text: str, about: Sequence[Attempt]) -> Alert:
        items = tuple(
            Item(
                a.episode, self._title(a.episode), a.stage, a.kind, a.error if a.outcome == "failed" else None
            )
            for a in about[:10]
        )
        return Alert(kind, title, text, self._facts.library, self._run, self._time, len(about), items)

    def _title(self, name: str) -> str:
        episode = self._episodes.get(name)
        return episode.title if episode else self._facts.titles.get(name) or name


def _latest_streak(attempts: Sequence[Attempt], threshold: int) -> _Streak | None:
    """The last `threshold` or more failures in a row, None when there never were so many."""
    found: _Streak | None = None
    failures: list[Attempt] = []
    succeeded = 0
    for attempt in attempts:
        if attempt.outcome == "failed":
            failures.append(attempt)
            if len(failures) >= threshold:
                found, succeeded = _Streak(failures, 0), 0
        else:
            failures = []
            succeeded += 1
    return None if found is None else _Streak(found.failures, succeeded)


def _unread(facts: Facts, run: str, now: float) -> list[Attempt]:
    """The sources that could not be read, as failures of their discovery."""
    return [Attempt(s.name, DISCOVER, "failed", now, 0.0, run, s.kind, s.error) for s in facts.unread]


def _counted(attempts: Sequence[Attempt]) -> str:
    """How many episodes, and how many sources, the attempts are of."""
    sources = len({attempt.episode for attempt in attempts if attempt.stage == DISCOVER})
    episodes = len({attempt.episode for attempt in attempts if attempt.stage != DISCOVER})
    counts = ((episodes, "episode"), (sources, "source"))
    return " and ".join(f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counts if count)
