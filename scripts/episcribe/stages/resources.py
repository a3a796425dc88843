"""What a job asks of a cluster: memory and time, by its stage, the length of the episode, and the attempt.

Local runs do not look at it, unless `--resources mem_mb=N` sets a limit.
"""

from pathlib import PurePath
from typing import NamedTuple

USUAL_LENGTH = 5400.0
"""Seconds that an episode is taken to last of which it is not known."""
LONGEST = 86400.0
_LARGEST_MB = 256_000
_LONGEST_MINUTES = 4 * 24 * 60


class Need(NamedTuple):
    """Megabytes and minutes that a job needs: for its start, and for each hour of the episode."""

    megabytes: float
    megabytes_an_hour: float
    minutes: float
    minutes_an_hour: float


# On a SLURM an hour of transcript takes 330 MB at most (sacct), nearly all of it Snakemake, which is part of
# every job; nearly twice as much is asked for.
NEEDS = {
    "refresh": Need(1000, 0, 60, 0),
    "transcript": Need(500, 50, 15, 1),
    "notes": Need(500, 50, 5, 1),
    "assessment": Need(500, 50, 5, 1),
    "notes_pdf": Need(700, 50, 5, 1),
    "assessment_pdf": Need(700, 50, 5, 1),
    "state": Need(400, 0, 5, 0),
}
# Whisper's models on two processors: an hour of speech takes tiny 4 minutes, base 13, and each next one about
# three times as long.
HEARING = {
    "tiny": Need(2000, 250, 15, 10),
    "base": Need(2000, 250, 15, 30),
    "small": Need(3000, 250, 15, 80),
    "medium": Need(6000, 250, 15, 200),
    "turbo": Need(6000, 250, 15, 200),
    "large": Need(10_000, 250, 15, 400),
}


def need_of(stage: str, model: str | None = None) -> Need:
    """What a job of `stage` needs; with `model`, a Whisper model's name or folder, one that listens.

    A model of which nothing is known is taken to be large.
    """
    if model is None:
        return NEEDS[stage]
    size = PurePath(model).name.removeprefix("faster-whisper-").removeprefix("distil-")
    return HEARING.get(size.partition("-")[0].partition(".")[0], HEARING["large"])


def memory_of(need: Need, seconds: float | None, attempt: int) -> int:
    """Megabytes for an episode of so many `seconds` (None: not known), doubled with each attempt after the
    first.
    """
    megabytes = need.megabytes + need.megabytes_an_hour * _hours(seconds)
    return min(_grown(megabytes, attempt), _LARGEST_MB)


def runtime_of(need: Need, seconds: float | None, attempt: int) -> int:
    """Minutes for an episode of so many `seconds` (None: not known), doubled with each attempt after the
    first.
    """
    minutes = need.minutes + need.minutes_an_hour * _hours(seconds)
    return min(_grown(minutes, attempt), _LONGEST_MINUTES)


def _hours(seconds: float | None) -> float:
    known = seconds if seconds is not None and seconds > 0 else USUAL_LENGTH
    return min(known, LONGEST) / 3600


def _grown(amount: float, attempt: int) -> int:
    return round(amount) << min(max(attempt - 1, 0), 10)
