"""How the episodes of a library stand, counted for the last line of a run."""

import time
from collections.abc import Collection
from dataclasses import dataclass

from episcribe.stages.failures import clock
from episcribe.stages.planning import Plan


@dataclass(frozen=True, slots=True)
class Census:
    """Numbers of episodes: each is counted once."""

    complete: int = 0
    failed: int = 0
    resting: int = 0
    given_up: int = 0
    waiting: int = 0
    unheard: int = 0
    without: int = 0
    rests_until: str | None = None
    """When the first of those that rest is tried again, ISO 8601."""

    def __str__(self) -> str:
        parts = [f"{self.complete} complete"]
        counts = {
            "failed": self.failed,
            f"resting{self._until()}": self.resting,
            "given up (episcribe retry brings them back)": self.given_up,
            "to be made": self.waiting,
            "with nothing but a recording (uv sync --extra speech transcribes it)": self.unheard,
            "without a transcript to be had": self.without,
        }
        return ", ".join([*parts, *(f"{count} {what}" for what, count in counts.items() if count)])

    def _until(self) -> str:
        if self.rests_until is None:
            return ""
        until = clock(self.rests_until, time.time())
        return f" until {until}" if self.resting == 1 else f" (the first until {until})"


def take_census(plan: Plan, failed: Collection[str]) -> Census:
    """The census of the plan's episodes; `failed` are those (`show/folder`) that failed just now."""
    counts = dict.fromkeys(("complete", "failed", "resting", "given_up", "waiting", "without"), 0)
    rests: list[str] = []
    for entry in plan.entries:
        if not plan.ways.has_one(entry):
            counts["unheard" if plan.ways.is_unheard(entry) else "without"] += 1
        elif not plan.is_obtainable(entry):
            continue
        elif plan.is_complete(entry):
            counts["complete"] += 1
        elif f"{entry.show}/{entry.folder}" in failed:
            counts["failed"] += 1
        else:
            lines = plan.left_alone(entry)
            states = {line.state for line in lines}
            state = "given_up" if "given_up" in states else "resting" if states else "waiting"
            counts[state] += 1
            if state == "resting":
                rests.append(min(line.until or "" for line in lines))
    return Census(**counts, rests_until=min(filter(None, rests), default=None))
