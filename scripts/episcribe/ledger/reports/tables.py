"""`summary.json` and `episodes.csv`."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from episcribe.ledger.events import moment_text
from episcribe.ledger.forecast import Estimate, StageModel, parallelism_of
from episcribe.ledger.reports.causes import causes
from episcribe.ledger.reports.figures import (
    latest_time,
    module_tallies,
    quality_bins,
    resting,
    show_figures,
    stage_durations,
    statuses_of,
    track_stages,
)
from episcribe.ledger.reports.model import Attempt, EpisodeFacts, Facts, mapping
from episcribe.ledger.reports.predictions import Verdict, models_of, remaining_jobs, spans_of

_PROGRESS = (
    *("discovered", "downloading", "downloaded", "converting", "converted", "uploading", "uploaded"),
    *("scheduled", "published", "failed", "skipped"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def summary(
    facts: Facts, attempts: Sequence[Attempt], told: Estimate, verdicts: Sequence[Verdict], now: float
) -> dict[str, Any]:
    """The content of `summary.json`. `timestamp` is when the last thing happened in the library."""
    total = len(facts.episodes)
    statuses = statuses_of(facts.episodes)
    stages = Counter(str(episode.state.get("stage")) for episode in facts.episodes)
    as_of = latest_time(facts)
    return {
        "timestamp": None if as_of is None else moment_text(as_of),
        "total_episodes": total,
        "progress": {**dict.fromkeys(_PROGRESS, 0), **dict(sorted(stages.items()))},
        "completion_percentage": round(100 * statuses["complete"] / total, 2) if total else 0,
        "estimated_completion": completion_time(told, as_of, now),
        "statuses": statuses,
        "tracks": track_stages(facts),
        "shows": {
            show.show: {"title": show.title, "episodes": show.total, **show.statuses, "seconds": show.seconds}
            for show in show_figures(facts)
        },
        "stages": {
            own.stage: {"runs": own.runs, "p10": own.p10, "median": own.p50, "p90": own.p90}
            for own in stage_durations(attempts)
        },
        "modules": module_tallies(run for episode in facts.episodes for run in episode.modules),
        "failures": _failures(facts),
        "unread_sources": [source._asdict() for source in facts.unread],
        "resting": sum(rest.until is not None for rest in resting(facts)),
        "quality": quality_bins(facts),
        **_forecast(told, verdicts),
    }


def _failures(facts: Facts) -> list[dict[str, Any]]:
    return [
        {
            "stage": cause.stage,
            "kind": cause.kind,
            "episodes": len(cause.episodes),
            "example": cause.example,
            "advice": cause.advice,
        }
        for cause in causes(facts)
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


def episodes_csv(facts: Facts, attempts: Sequence[Attempt], now: float) -> str:
    """The content of `episodes.csv`: a line for each episode, the fields of its state and how far it is."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    ends = _estimated_ends(facts, attempts, now)
    rows = [_row(episode, ends.get(episode.name)) for episode in facts.episodes]
    writer.writerow(_row(EpisodeFacts("", "", {}), None))
    writer.writerows([_cell(value) for value in row.values()] for row in rows)
    return text.getvalue()


def _row(episode: EpisodeFacts, end: str | None) -> dict[str, Any]:
    state = episode.state
    files, youtube = mapping(state.get("files")), mapping(state.get("youtube"))
    metrics, tried = mapping(state.get("metrics")), mapping(state.get("attempts"))
    identification = ("episode_id", "archive_identifier", "show")
    playlists = youtube.get("playlist_ids")
    return {
        **{key: state.get(key) for key in identification},
        "folder": episode.folder,
        **{key: state.get(key) for key in ("date", "title", "stage", "status_message", "last_updated")},
        "status": episode.status,
        "completion_percentage": round(100 * episode.completion, 1),
        "estimated_completion": end,
        **{key: files.get(key) for key in ("source_url", "audio_file", "video_file", "transcript_file")},
        **{f"{job}_attempts": tried.get(job, 0) for job in ("download", "conversion", "upload")},
        "youtube_video_id": youtube.get("video_id"),
        "scheduled_date": youtube.get("scheduled_date"),
        "published_date": youtube.get("published_date"),
        "playlist_ids": " ".join(map(str, playlists)) if isinstance(playlists, list) else "",
        **{
            key: metrics.get(key) for key in ("audio_duration", "audio_size", "video_size", "processing_time")
        },
        "quality": metrics.get("quality"),
        "error_count": state.get("error_count", 0),
    }


def _cell(value: object) -> object:
    """What a spreadsheet shows and never runs (CWE-1236): a text that begins like a formula is quoted."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, str):
        return value
    plain = value.isascii() and value.isprintable()
    text = value.strip() if plain else " ".join(value.split()).encode("utf-8", "replace").decode()
    return f"'{text}" if text.startswith(_FORMULA) else text


def _estimated_ends(facts: Facts, attempts: Sequence[Attempt], now: float) -> Mapping[str, str]:
    """When each episode of which something is left will be done, worked off in the catalogue's order."""
    models, parallelism = models_of(facts, attempts), parallelism_of(spans_of(attempts))
    return dict(_ends(facts, models, parallelism, now)) if parallelism else {}


def _ends(
    facts: Facts, models: Mapping[str, StageModel], parallelism: float, now: float
) -> Iterator[tuple[str, str]]:
    passed = 0.0
    for episode, stage in remaining_jobs(facts):
        if stage not in models:
            continue
        passed += models[stage].seconds(episode.length) * models[stage].bias
        yield episode.name, moment_text((now + passed / max(parallelism, 0.1)) // 60 * 60)
