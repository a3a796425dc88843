"""The facts of a library as its `state.db` has them."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from episcribe.ledger.events import ENDS, Event, moment_of
from episcribe.ledger.evidence import Evidence
from episcribe.ledger.reports.model import Attempt, EpisodeFacts, ModuleRun, as_number
from episcribe.ledger.standings import Line
from episcribe.ledger.state import fold_stage
from episcribe.ledger.tracks import TRACKS

_EPISODES = """
    SELECT e.id, e.podcast_id, e.folder, e.files, e.quality, e.duration, e.processing_status,
        s.archive_identifier, s.date, s.title, s.stage, s.status_message, s.last_updated,
        s.source_url, s.audio_file, s.video_file, s.transcript_file,
        s.download_attempts, s.conversion_attempts, s.upload_attempts,
        s.youtube_video_id, s.scheduled_date, s.published_date, s.playlist_ids,
        s.audio_duration, s.audio_size, s.video_size, s.processing_time, s.error_count
    FROM episodes e JOIN episode_states s ON s.episode_id = e.id ORDER BY e.number
"""
_ATTEMPTS = f"""
    SELECT episode_id, stage, event, timestamp, {
    ", ".join(f"json_extract(details, '$.{name}')" for name in ("duration", "run", "kind", "error"))
}
    FROM processing_log WHERE event IN ({", ".join(f"'{end}'" for end in sorted(ENDS))}) ORDER BY id
"""
_FILES = ("source_url", "audio_file", "video_file", "transcript_file")
_METRICS = ("audio_duration", "audio_size", "video_size", "processing_time", "quality")


def read_database(
    connection: sqlite3.Connection, standings: Mapping[str, Sequence[Line]]
) -> tuple[list[EpisodeFacts], dict[str, str]]:
    """The episodes, in the order in which they were first seen, and the titles of the shows.

    Raises sqlite3.Error for a data base that cannot be read.
    """
    connection.row_factory = sqlite3.Row
    connection.execute("BEGIN")  # all that follows is of the same moment
    rows = connection.execute(_EPISODES).fetchall()
    names = {row["id"]: f"{row['podcast_id']}/{row['folder']}" for row in rows}
    attempts = _attempts(connection, names)
    modules = _modules(connection)
    tracks = _tracks(connection)
    unfinished = [row["id"] for row in rows if row["processing_status"] != "completed"]
    events = _events(connection, unfinished)
    episodes = [
        EpisodeFacts(
            row["podcast_id"],
            row["folder"],
            _state(row, tracks[row["id"]], events[row["id"]], standings.get(names[row["id"]], ())),
            tuple(attempts[row["id"]]),
            tuple(modules[row["id"]]),
        )
        for row in rows
    ]
    titles = {row["id"]: row["name"] for row in connection.execute("SELECT id, name FROM podcasts")}
    return episodes, {show: title for show, title in titles.items() if title != show}


def _state(
    row: sqlite3.Row, tracks: Mapping[str, Any], events: Sequence[Event], lines: Iterable[Line]
) -> dict[str, Any]:
    youtube = {
        "video_id": row["youtube_video_id"],
        "scheduled_date": row["scheduled_date"],
        "published_date": row["published_date"],
        "playlist_ids": json.loads(row["playlist_ids"]),
    }
    sizes = dict.fromkeys(json.loads(row["files"]), 0)
    metrics = {key: row[key] for key in _METRICS}
    if metrics["audio_duration"] is None:
        metrics["audio_duration"] = row["duration"]
    return {
        "episode_id": row["id"],
        "show": row["podcast_id"],
        **{key: row[key] for key in ("archive_identifier", "date", "title", "stage", "status_message")},
        "last_updated": row["last_updated"],
        "tracks": tracks,
        "stages": _stages(row, tracks, Evidence(sizes, {}, youtube, None, None), events),
        "files": {key: row[key] for key in _FILES},
        "sizes": sizes,
        "youtube": youtube,
        "metrics": metrics,
        "attempts": {job: row[f"{job}_attempts"] for job in ("download", "conversion", "upload")},
        "standing": {
            line.stage: {"state": line.state, "until": line.until, "kind": line.kind, "why": line.why}
            for line in lines
        },
        "error_count": row["error_count"],
    }


def _stages(
    row: sqlite3.Row, tracks: Iterable[str], evidence: Evidence, events: Sequence[Event]
) -> dict[str, Any]:
    jobs = dict.fromkeys(job for name in tracks if name in TRACKS for job in TRACKS[name].jobs)
    if row["processing_status"] == "completed":
        return {job: {"state": "done"} for job in jobs}
    return {job: fold_stage(job, evidence, events) for job in jobs}


def _attempts(connection: sqlite3.Connection, names: Mapping[str, str]) -> dict[str, list[Attempt]]:
    found: dict[str, list[Attempt]] = defaultdict(list)
    for identifier, stage, outcome, time, seconds, run, kind, error in connection.execute(_ATTEMPTS):
        ended = moment_of(time)
        if ended is None or not stage or identifier not in names:
            continue
        found[identifier].append(
            Attempt(
                names[identifier],
                stage,
                outcome,
                ended,
                as_number(seconds) or 0.0,
                str(run or ""),
                None if kind is None else str(kind),
                None if error is None else str(error),
            )
        )
    return found


def _modules(connection: sqlite3.Connection) -> dict[str, list[ModuleRun]]:
    found: dict[str, list[ModuleRun]] = defaultdict(list)
    for identifier, module, status, ended in connection.execute(
        "SELECT episode_id, module_name, status, end_time FROM module_execution_log "
        "WHERE status IS NOT NULL ORDER BY id"
    ):
        found[identifier].append(ModuleRun(module, status, moment_of(ended)))
    return found


def _tracks(connection: sqlite3.Connection) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for identifier, track, *values in connection.execute(
        "SELECT episode_id, track, stage, during, reached FROM episode_tracks"
    ):
        told = zip(("stage", "during", "reached"), values, strict=True)
        found[identifier][track] = {key: value for key, value in told if value is not None}
    return found


def _events(connection: sqlite3.Connection, identifiers: Sequence[str]) -> dict[str, list[Event]]:
    """All events of some episodes, oldest first."""
    found: dict[str, list[Event]] = defaultdict(list)
    for start in range(0, len(identifiers), 500):
        few = identifiers[start : start + 500]
        marks = ", ".join("?" * len(few))
        for identifier, time, stage, what, details in connection.execute(
            "SELECT episode_id, timestamp, stage, event, details FROM processing_log "
            f"WHERE episode_id IN ({marks}) ORDER BY id",
            few,
        ):
            told = json.loads(details)
            found[identifier].append({**told, "time": time, "stage": stage, "event": what})
    return found
