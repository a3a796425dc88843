"""What the events of an episode tell of its tracks, and where they tell something that cannot have been."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from episcribe.ledger.events import ENDS, Event, moment_of
from episcribe.ledger.tracks import FAILED, SKIPPED, Track, is_allowed

_CLOCKS_APART = 300.0


@dataclass(slots=True)
class History:
    """What has happened on one track: which jobs are finished, at work, failed; whether it was skipped.

    `given` is a stage that was given to the episode from outside and still holds: failed or skipped.
    `irregularities` has a line for each event that cannot have been, in the order of the events.
    """

    done: set[str] = field(default_factory=set)
    running: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    given: str | None = None
    irregularities: list[str] = field(default_factory=list)


def stage_of(track: Track, passed: Sequence[bool], running: Collection[str]) -> str:
    """The stage of a track of which the steps marked in `passed` are taken and the jobs `running` at work."""
    reach = next((number for number, is_passed in enumerate(passed) if not is_passed), len(passed))
    for number, (step, is_passed) in enumerate(zip(track.steps, passed, strict=True), 1):
        if step.lasting and is_passed:
            reach = max(reach, number)
    if reach < len(track.steps):
        step = track.steps[reach]
        if step.during and any(job in running for job in step.jobs):
            return step.during
    return track.steps[reach - 1].reached if reach else track.initial


def follow(track: Track, events: Sequence[Event], there: Collection[str]) -> History:
    """The history of a track out of all events of the episode, oldest first.

    `there` are the jobs whose files are there: those without any event were made elsewhere, or their log is
    gone, which is nothing irregular.
    """
    told = {str(event.get("stage")) for event in events}
    walk = _Walk(track, set(there) - told, events)
    for event in events:
        walk.take(event)
    return walk.history


class _Walk:
    def __init__(self, track: Track, made_elsewhere: set[str], events: Sequence[Event]) -> None:
        self._events = events
        self.history = History(done=set(made_elsewhere))
        self._track = track
        self._jobs = frozenset(track.jobs)
        self._ever = set(made_elsewhere)
        self._stage = self._derived(self.history.running)

    def take(self, event: Event) -> None:
        """Follow one event."""
        what, job = event["event"], event.get("stage")
        if what == "set" and event.get("track") == self._track.name:
            self._set(event)
        elif isinstance(job, str) and job in self._jobs:
            if what == "started":
                self._start(job)
            elif what in ENDS:
                self._end(job, what, event)
            elif what == "retry":
                self.history.failed.discard(job)
                self.history.given = None
            self._move(event)

    def _start(self, job: str) -> None:
        """What is begun again is not done, nor is what was made of it."""
        history = self.history
        history.given = None
        undone = {job}
        for step in self._track.steps:
            if not step.lasting:
                undone.update(
                    other for other in step.jobs if not undone.isdisjoint(self._track.needs.get(other, ()))
                )
        history.done -= undone
        history.running -= undone
        history.failed -= undone
        history.running.add(job)

    def _end(self, job: str, what: str, event: Event) -> None:
        history = self.history
        history.running.discard(job)
        if what == "failed" and event.get("kind") != "none":
            history.failed.add(job)
        if what != "finished":
            return
        history.failed.discard(job)
        history.done.add(job)
        missing = [needed for needed in self._track.needs.get(job, ()) if needed not in self._ever]
        self._ever.add(job)
        if missing:
            self._report(event, f"{job} finished before any {' and '.join(missing)}")
            self._stage = self._derived(history.running)

    def _set(self, event: Event) -> None:
        history, target = self.history, event.get("to")
        if not isinstance(target, str) or target not in self._track.stages:
            self._report(event, f"was given the stage {target!r}, which the track does not have")
            return
        history.given = target if target in (FAILED, SKIPPED) else None
        history.failed.clear()
        for step in self._track.steps:
            if target == step.reached:
                history.done.update(step.jobs)
                self._ever.update(step.jobs)
                history.running.difference_update(step.jobs)
            elif target == step.during:
                history.running.update(step.jobs)
        if target == self._track.initial:
            history.done.clear()
        self._change(target, event)

    def _move(self, event: Event) -> None:
        # What ends is told before what goes on beside it.
        if event["event"] in ENDS:
            self._change(self._derived(set()), event)
        self._change(self._derived(self.history.running), event)

    def _change(self, stage: str, event: Event) -> None:
        if not is_allowed(self._track.name, self._stage, stage):
            self._report(event, f"{self._stage} → {stage} is no transition of this track")
        self._stage = stage

    def _derived(self, running: set[str]) -> str:
        if self.history.given:
            return self.history.given
        if self.history.failed:
            return FAILED
        passed = [self.history.done.issuperset(step.jobs) for step in self._track.steps]
        return stage_of(self._track, passed, running)

    def _report(self, event: Event, what: str) -> None:
        if self._is_unsure(event):
            return
        where = f" ({event['at']})" if event.get("at") else ""
        self.history.irregularities.append(f"{event.get('time')}: {self._track.name}: {what}{where}")

    def _is_unsure(self, event: Event) -> bool:
        """True when another host was at work at about that time: its clock may be before or behind."""
        moment, host = moment_of(event.get("time")), event.get("host")
        if moment is None or host is None:
            return False
        others = (other for other in self._events if other.get("host") not in (None, host))
        times = (moment_of(other.get("time")) for other in others)
        return any(time is not None and abs(time - moment) < _CLOCKS_APART for time in times)
