"""What failed in a run, in lines for a person: causes that many episodes share are told once."""

import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from episcribe.ledger.events import Event, moment_of
from episcribe.ledger.settling import Settled
from episcribe.library.layout import STAGES

_LONGEST = 300


class Failure(NamedTuple):
    """A stage of an episode (`show/folder`) that failed; `until` is when its rest ends, None without one."""

    episode: str
    stage: str
    error: str
    kind: str
    log: str
    until: str | None = None


def failures_in(
    settled: Settled, run: str, episode: str, folder: Path, local: Sequence[str] = ()
) -> list[Failure]:
    """The stages of an episode that failed in that run, or were cut short, and did not succeed after it; also
    those of which Snakemake took away what they had made. `local` are the files on this disk that decide it.
    """
    ends = {e["stage"]: e for e in settled.events if e["event"] in ("finished", "failed") or _is_cut_short(e)}
    rests = {line.stage: line.until for line in settled.lines if line.state == "resting"}
    failed = [
        Failure(
            episode,
            stage,
            str(event.get("error")),
            str(event.get("kind")) if event["event"] == "failed" else "interrupted",
            f"{folder}/log/{stage}.log",
            rests.get(stage),
        )
        for stage, event in ends.items()
        if event["event"] != "finished" and event.get("run") == run
    ]
    finished = [stage for stage, e in ends.items() if e["event"] == "finished" and e.get("run") == run]
    taken = ((stage, why) for stage in finished if (why := _why_taken_away(stage, folder, local)) is not None)
    return failed + [
        Failure(episode, stage, why, "transient", f"{folder}/log/{stage}.log") for stage, why in taken
    ]


def _why_taken_away(stage: str, folder: Path, local: Sequence[str]) -> str | None:
    """Why a stage that finished has no files: Snakemake refuses what is older than its input."""
    if stage not in STAGES or all((folder / name).exists() for name in STAGES[stage].products):
        return None
    for path in (*map(Path, local), *(folder / name for name in STAGES[stage].reads)):
        if path.exists() and (moment := path.stat().st_mtime) > time.time():
            day = datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M UTC")
            return f"{path} is of {day}, which is yet to come: touch it, or wait"
    return None


def _is_cut_short(event: Event) -> bool:
    """True where it is known what ended a process that could not say so itself."""
    return event["event"] == "interrupted" and "error" in event


def failure_lines(failures: Iterable[Failure]) -> list[str]:
    """A line for each cause, in the order of the failures; the logs have long ones whole."""
    causes: dict[tuple[str, str, str], list[Failure]] = {}
    for failure in failures:
        causes.setdefault((failure.stage, failure.kind, failure.error), []).append(failure)
    return [_line(alike) for alike in causes.values()]


def clock(moment: str, now: float) -> str:
    """A moment (ISO 8601) as the time of day in UTC, with the day where it is another than that of `now`."""
    seconds = moment_of(moment)
    if seconds is None:
        return moment
    then, today = datetime.fromtimestamp(seconds, UTC), datetime.fromtimestamp(now, UTC)
    return then.strftime("%H:%M UTC" if then.date() == today.date() else "%Y-%m-%d %H:%M UTC")


def _line(alike: list[Failure]) -> str:
    first = alike[0]
    error = first.error if len(first.error) <= _LONGEST else f"{first.error[: _LONGEST - 1]}…"
    rest = f"; rests until {clock(first.until, time.time())}" if first.until else ""
    others = f"; and {len(alike) - 1} more with the same cause" if len(alike) > 1 else ""
    return f"Failed: {first.episode}: {first.stage}: {error} ({first.kind}{rest}); log: {first.log}{others}"
