"""`summary.json` and `episodes.csv`."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from episcribe.ledger.events import moment_text
from episcribe.ledger.forecast import Estimate
from episcribe.ledger.reports.causes import Cause
from episcribe.ledger.reports.model import EpisodeFacts, mapping
from episcribe.ledger.reports.outlook import Outlook
from episcribe.ledger.reports.predictions import Verdict, remaining_jobs

_PROGRESS = (
    *("discovered", "downloading", "downloaded", "converting", "converted", "uploading", "uploaded"),
    *("scheduled", "published", "failed", "skipped"),
)
_IDENTIFICATION = ("episode_id", "archive_identifier", "show")
_STAGE = ("date", "title", "stage", "status_message", "last_updated")
_FILES = ("source_url", "audio_file", "video_file", "transcript_file")
_COUNTED = ("download", "conversion", "upload")
_YOUTUBE = ("video_id", "scheduled_date", "published_date")
_METRICS = ("audio_duration", "audio_size", "video_size", "processing_time", "quality")
_COLUMNS = (
    *(*_IDENTIFICATION, "folder", *_STAGE),
    *("status", "completion_percentage", "estimated_completion", *_FILES),
    *(f"{job}_attempts" for job in _COUNTED),
    *("youtube_video_id", "scheduled_date", "published_date", "playlist_ids", *_METRICS, "error_count"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def summary(outlook: Outlook, now: float) -> dict[str, Any]:
    """The content of `summary.json`. `timestamp` is when the last thing happened in the library."""
    facts, statuses = outlook.facts, outlook.statuses
    total = len(facts.episodes)
    stages = Counter(str(episode.state.get("stage")) for episode in facts.episodes)
    as_of = outlook.as_of
    return {
        "timestamp": None if as_of is None else moment_text(as_of),
        "total_episodes": total,
        "progress": {**dict.fromkeys(_PROGRESS, 0), **dict(sorted(stages.items()))},
        "completion_percentage": round(100 * statuses["complete"] / total, 2) if total else 0,
        "estimated_completion": completion_time(outlook.told, as_of, now),
        "statuses": statuses,
        "tracks": outlook.tracks,
        "shows": {
            show.show: {"title": show.title, "episodes": show.total, **show.statuses, "seconds": show.seconds}
            for show in outlook.shows
        },
        "stages": {
            own.stage: {"runs": own.runs, "p10": own.p10, "median": own.p50, "p90": own.p90}
            for own in outlook.durations
        },
        "modules": outlook.modules,
        "failures": _failures(outlook.causes),
        "unread_sources": [source._asdict() for source in facts.unread],
        "resting": sum(rest.until is not None for rest in outlook.resting),
        "quality": outlook.quality,
        **_forecast(outlook.told, outlook.verdicts),
    }


def _failures(causes: Sequence[Cause]) -> list[dict[str, Any]]:
    return [
        {
            "stage": cause.stage,
            "kind": cause.kind,
            "episodes": len(cause.episodes),
            "example": cause.example,
            "advice": cause.advice,
        }
        for cause in causes
    ]


def _forecast(told: Estimate, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    return {
        "forecast": {
            "jobs": told.jobs,
            "seconds_of_work": told.seconds,
            "seconds": told.wall,
            "seconds_low": told.low,
            "seconds_high": told.high,
            "parallelism": told.parallelism,
        },
        "predictions": [
            {
                "run": verdict.run,
                "jobs": verdict.jobs,
                "foretold_seconds": verdict.foretold,
                "real_seconds": verdict.real,
                "within": verdict.within,
            }
            for verdict in verdicts[-20:]
        ],
    }


def completion_time(told: Estimate, as_of: float | None, now: float) -> str | None:
    """When all that can be done will be done, to the minute; None where that is unknown."""
    if told.jobs == 0:
        return None if as_of is None else moment_text(as_of)
    return None if told.wall is None else moment_text((now + told.wall) // 60 * 60)


def episodes_csv(outlook: Outlook, now: float) -> str:
    """The content of `episodes.csv`: a line for each episode, the fields of its state and how far it is."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    ends = dict(_estimated_ends(outlook, now))
    writer.writerow(_COLUMNS)
    for episode in outlook.facts.episodes:
        row = _row(episode, ends.get(episode.name))
        writer.writerow([None if value is None else _cell(value) for value in row])
    return text.getvalue()


def _row(episode: EpisodeFacts, end: str | None) -> list[object]:
    state = episode.state
    files, youtube = mapping(state.get("files")), mapping(state.get("youtube"))
    metrics, tried = mapping(state.get("metrics")), mapping(state.get("attempts"))
    playlists = youtube.get("playlist_ids")
    return [
        *map(state.get, _IDENTIFICATION),
        episode.folder,
        *map(state.get, _STAGE),
        episode.status,
        round(100 * episode.completion, 1),
        end,
        *map(files.get, _FILES),
        *(tried.get(job, 0) for job in _COUNTED),
        *map(youtube.get, _YOUTUBE),
        " ".join(map(str, playlists)) if isinstance(playlists, list) else "",
        *map(metrics.get, _METRICS),
        state.get("error_count", 0),
    ]


def _cell(value: object) -> object:
    """What a spreadsheet shows and never runs (CWE-1236): a text that begins like a formula is quoted."""
    if not isinstance(value, str):
        return int(value) if isinstance(value, float) and value.is_integer() else value
    plain = value.isascii() and value.isprintable()
    text = value.strip() if plain else " ".join(value.split()).encode("utf-8", "replace").decode()
    return f"'{text}" if text.startswith(_FORMULA) else text


def _estimated_ends(outlook: Outlook, now: float) -> Iterator[tuple[str, str]]:
    """When each episode of which something is left will be done, worked off in the catalogue's order."""
    models, parallelism = outlook.models, outlook.told.parallelism
    if not parallelism:
        return
    passed = 0.0
    for episode, stage in remaining_jobs(outlook.facts):
        if stage in models:
            passed += models[stage].expected(episode.length)
            yield episode.name, moment_text((now + passed / max(parallelism, 0.1)) // 60 * 60)
