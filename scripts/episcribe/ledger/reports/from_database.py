"""The facts of a library as its `state.db` has them."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from episcribe.ledger.events import Event, moment_of
from episcribe.ledger.evidence import Evidence
from episcribe.ledger.reports.model import Attempt, EpisodeFacts, History, ModuleRun, as_number
from episcribe.ledger.standings import Line
from episcribe.ledger.state import fold_stage
from episcribe.ledger.tracks import jobs_of

# What is told of an episode, by the part of its state in which it stands, and the columns that have it.
_FIELDS = {
    "row": {
        "folder": "e.folder",
        "files": "e.files",
        "is_done": "e.processing_status = 'completed'",
        "playlists": "s.playlist_ids",
    },
    "state": {
        "episode_id": "e.id",
        "show": "e.podcast_id",
        **{name: f"s.{name}" for name in ("archive_identifier", "date", "title", "stage")},
        **{name: f"s.{name}" for name in ("status_message", "last_updated", "error_count")},
    },
    "files": {name: f"s.{name}" for name in ("source_url", "audio_file", "video_file", "transcript_file")},
    "youtube": {
        "video_id": "s.youtube_video_id",
        **{name: f"s.{name}" for name in ("scheduled_date", "published_date")},
    },
    "metrics": {
        "audio_duration": "COALESCE(s.audio_duration, e.duration)",
        **{name: f"s.{name}" for name in ("audio_size", "video_size", "processing_time")},
        "quality": "e.quality",
    },
    "attempts": {job: f"s.{job}_attempts" for job in ("download", "conversion", "upload")},
}
_EPISODES = f"""
    SELECT {", ".join(column for part in _FIELDS.values() for column in part.values())}
    FROM episodes e JOIN episode_states s ON s.episode_id = e.id
"""
_UNFINISHED = "processing_status != 'completed'"
# Of ten thousand episodes most have the same files, and stand on the same tracks in the same way.
_shared = lru_cache(maxsize=1024)

Parts = dict[str, dict[str, Any]]


def read_database(
    connection: sqlite3.Connection, standings: Mapping[str, Sequence[Line]]
) -> tuple[list[EpisodeFacts], History, dict[str, str]]:
    """The episodes, in the order in which they were first seen, their history, and the titles of the shows.

    Raises sqlite3.Error for a data base that cannot be read.
    """
    connection.execute("BEGIN")  # all that follows is of the same moment
    past = _history(connection)
    attempts: dict[str, list[Attempt]] = defaultdict(list)
    for attempt in past.every:
        attempts[attempt.episode].append(attempt)
    modules = _modules(connection)
    episodes = [
        EpisodeFacts(show, folder, state, attempts[f"{show}/{folder}"], modules[state["episode_id"]])
        for show, folder, state in _states(connection, standings, "TRUE")
    ]
    titles = dict(connection.execute("SELECT id, name FROM podcasts"))
    return episodes, past, {show: title for show, title in titles.items() if title != show}


def read_unfinished(
    connection: sqlite3.Connection, standings: Mapping[str, Sequence[Line]]
) -> tuple[list[EpisodeFacts], History]:
    """The episodes that are not finished, without what was done to them, and the history of all.

    Raises sqlite3.Error for a data base that cannot be read.
    """
    connection.execute("BEGIN")
    episodes = [EpisodeFacts(*told) for told in _states(connection, standings, _UNFINISHED)]
    return episodes, _history(connection)


def _states(
    connection: sqlite3.Connection, standings: Mapping[str, Sequence[Line]], which: str
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Show, folder and state of the episodes that fulfil the condition `which`."""
    rows = connection.execute(f"{_EPISODES} WHERE {which} ORDER BY e.number")
    every = [_parts(row) for row in rows]
    tracks = _tracks(connection, which)
    events = _events(connection, [one["state"]["episode_id"] for one in every if not one["row"]["is_done"]])
    for parts in every:
        own, show, folder = parts["state"]["episode_id"], parts["state"]["show"], parts["row"]["folder"]
        lines = standings.get(f"{show}/{folder}", ())
        yield show, folder, _state(parts, tracks[own], events.get(own, ()), lines)


def _history(connection: sqlite3.Connection) -> History:
    """What was done to all episodes; the attempts at each in their order."""
    names: dict[str, str] = {}
    lengths: dict[str, float | None] = {}
    for identifier, show, folder, length in connection.execute(
        f"SELECT e.id, e.podcast_id, e.folder, {_FIELDS['metrics']['audio_duration']} "
        "FROM episodes e JOIN episode_states s ON s.episode_id = e.id"
    ):
        name = names[identifier] = f"{show}/{folder}"
        lengths[name] = as_number(length)
    rows = connection.execute(
        "SELECT episode_id, stage, outcome, ended, seconds, run, kind, error FROM attempts ORDER BY id"
    )
    attempts = [
        Attempt._make((names[identifier], stage, outcome, ended, seconds, run, kind, error))
        for identifier, stage, outcome, ended, seconds, run, kind, error in rows
    ]
    return History(attempts, lengths)


def _parts(row: tuple[Any, ...]) -> Parts:
    """The columns of an episode by the part of its state in which they stand."""
    values = iter(row)
    return {part: dict(zip(names, values, strict=False)) for part, names in _FIELDS.items()}


def _state(
    parts: Parts, tracks: Mapping[str, Any], events: Sequence[Event], lines: Sequence[Line]
) -> dict[str, Any]:
    row, youtube = parts["row"], parts["youtube"]
    youtube["playlist_ids"] = _list(row["playlists"])
    return {
        **parts["state"],
        "tracks": tracks,
        "stages": _stages(parts, tuple(tracks), events),
        "files": parts["files"],
        "sizes": _sizes(row["files"]),
        "youtube": youtube,
        "metrics": parts["metrics"],
        "attempts": parts["attempts"],
        "standing": {
            line.stage: {"state": line.state, "until": line.until, "kind": line.kind, "why": line.why}
            for line in lines
        },
    }


def _stages(parts: Parts, tracks: tuple[str, ...], events: Sequence[Event]) -> Mapping[str, Any]:
    row, youtube = parts["row"], parts["youtube"]
    if row["is_done"]:
        return _all_done(tracks)
    if events:
        return _folded(tracks, _sizes(row["files"]), youtube, events)
    # Most of those without events were never begun, and have nothing but a description.
    return _without_events(tracks, row["files"], *(youtube[name] for name in _FIELDS["youtube"]))


@_shared
def _all_done(tracks: tuple[str, ...]) -> dict[str, Any]:
    return {job: {"state": "done"} for job in jobs_of(tracks)}


@_shared
def _without_events(tracks: tuple[str, ...], files: str, *youtube: str | None) -> dict[str, Any]:
    return _folded(tracks, _sizes(files), dict(zip(_FIELDS["youtube"], youtube, strict=True)), ())


def _folded(
    tracks: tuple[str, ...], sizes: Mapping[str, int], youtube: dict[str, Any], events: Sequence[Event]
) -> dict[str, Any]:
    evidence = Evidence(sizes, {}, youtube, None, None)
    return {job: fold_stage(job, evidence, events) for job in jobs_of(tracks)}


@_shared
def _sizes(files: str) -> dict[str, int]:
    return dict.fromkeys(json.loads(files), 0)


@_shared
def _list(text: str) -> Any:
    return json.loads(text)


def _modules(connection: sqlite3.Connection) -> Mapping[str, list[ModuleRun]]:
    found: dict[str, list[ModuleRun]] = defaultdict(list)
    for identifier, module, status, ended in connection.execute(
        "SELECT episode_id, module_name, status, end_time FROM module_execution_log "
        "WHERE status IS NOT NULL ORDER BY id"
    ):
        found[identifier].append(ModuleRun(module, status, moment_of(ended)))
    return found


def _tracks(connection: sqlite3.Connection, which: str) -> Mapping[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for identifier, track, *line in connection.execute(
        "SELECT episode_id, track, t.stage, during, reached "
        f"FROM episode_tracks t JOIN episodes e ON e.id = episode_id WHERE {which}"
    ):
        found[identifier][track] = _track_line(*line)
    return found


@_shared
def _track_line(stage: str, during: str | None, reached: str | None) -> dict[str, str]:
    told = {"stage": stage, "during": during, "reached": reached}
    return {key: value for key, value in told.items() if value is not None}


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
