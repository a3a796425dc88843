"""Taking back what failed, so that it is tried again whatever the rules of retrying say."""

from pathlib import Path
from typing import NamedTuple

from episcribe.ledger.attempts import failures_that_stand
from episcribe.ledger.events import append_event, events_path, last_event, now, read_events
from episcribe.library.layout import STAGES

_AFTER_A_FAILURE = frozenset(("failed", "interrupted", "handed_on"))


class StandingFailure(NamedTuple):
    """A stage of an episode whose last attempt failed: kind, error, when, and how many failed in a row."""

    stage: str
    kind: str
    error: str
    time: str
    attempts: int


def standing_failures(folder: Path) -> list[StandingFailure]:
    """The stages of the episode in `folder` that failed and have not been made, or taken back, since."""
    found: list[StandingFailure] = []
    try:
        logs = sorted(path for path in (folder / "log").iterdir() if path.suffix == ".jsonl")
    except OSError:
        return found
    for path in logs:
        last = last_event(path)
        if last is None or last["event"] not in _AFTER_A_FAILURE or _is_made(folder, path.stem):
            continue
        failures = failures_that_stand(list(read_events(path)), path.stem)
        if failures:
            event = failures[-1]
            found.append(
                StandingFailure(
                    path.stem,
                    str(event.get("kind") or "transient"),
                    str(event.get("error") or ""),
                    str(event.get("time") or ""),
                    len(failures),
                )
            )
    return found


def take_back(folder: Path, stage: str) -> None:
    """Append the event after which nothing of what failed before counts."""
    append_event(events_path(folder, stage), {"time": now(), "event": "retry", "stage": stage})


def _is_made(folder: Path, stage: str) -> bool:
    return stage in STAGES and all((folder / name).exists() for name in STAGES[stage].products)
