"""What fails, rests or was given up, grouped by its cause."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from episcribe.ledger.overview import Look
from episcribe.ledger.reports.causes import advice_on, cause_of, retry_command
from episcribe.ledger.retrying import standing_failures


@dataclass(frozen=True, slots=True)
class Failure:
    """A stage of an episode that failed: `state` is resting (until `until`), given_up, or failed, where the
    next run tries again.
    """

    episode: str
    title: str
    stage: str
    state: str
    until: str | None
    kind: str
    error: str
    time: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Group:
    """Failures of one cause, with what to do and the command that tries again."""

    stage: str
    kind: str
    error: str
    advice: str
    command: str
    failures: Sequence[Failure]

    def plain(self) -> dict[str, Any]:
        """The group for JSON."""
        told = {"stage": self.stage, "kind": self.kind, "error": self.error, "advice": self.advice}
        members = [{name: getattr(failure, name) for name in Failure.__slots__} for failure in self.failures]
        return {**told, "command": self.command, "episodes": members}


def failures(library: Path, looks: Iterable[Look]) -> list[Failure]:
    """The failures that stand of the episodes that are not finished."""
    found: list[Failure] = []
    for look in looks:
        if look.how in ("finished", "at work"):
            continue
        lines = {line.stage: line for line in look.lines}
        for failed in standing_failures(library / look.name):
            line = lines.get(failed.stage)
            state, until = (line.state, line.until) if line is not None else ("failed", None)
            attempts = line.attempts if line is not None else failed.attempts
            found.append(
                Failure(
                    look.name,
                    look.entry.title,
                    failed.stage,
                    state,
                    until,
                    failed.kind,
                    failed.error,
                    failed.time,
                    attempts,
                )
            )
    return found


def group_by_cause(found: Iterable[Failure]) -> list[Group]:
    """The failures by stage, kind and cause; the largest groups first."""
    groups: dict[tuple[str, str, str], list[Failure]] = {}
    for failure in found:
        groups.setdefault((failure.stage, failure.kind, cause_of(failure.error)), []).append(failure)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return [_group(stage, kind, own) for (stage, kind, _), own in ordered]


def _group(stage: str, kind: str, own: Sequence[Failure]) -> Group:
    error = own[-1].error or "it failed"
    command = retry_command([failure.episode for failure in own], stage)
    return Group(stage, kind, error, advice_on(error, kind), command, own)
