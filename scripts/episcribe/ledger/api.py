"""The ledger for programs: the state of episodes, the log of jobs, and recovery.

All three are thin: what they tell follows from the library's files, and what they change is an event.
"""

import json
import os
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from episcribe.ledger.changes import change_events, track_of_stage
from episcribe.ledger.events import append_event, events_path, moment_of
from episcribe.ledger.processes import close_interrupted
from episcribe.ledger.seals import read_seals
from episcribe.ledger.standings import read_standings
from episcribe.ledger.tracks import SKIPPED, TRACKS
from episcribe.ledger.views.database import DATABASE, Say, failure, read_only
from episcribe.ledger.views.documents import job_objects
from episcribe.ledger.views.jobs import TIMINGS
from episcribe.ledger.views.jobs_table import jobs_table
from episcribe.ledger.views.reading import fold_entry, state_row
from episcribe.ledger.views.states import rewrite_state
from episcribe.ledger.views.updating import known_entries, update_views
from episcribe.library.catalogue import CatalogueEntry
from episcribe.library.errors import EpiscribeError
from episcribe.library.files import write_if_changed
from episcribe.library.layout import RUN_LOCK
from episcribe.library.locking import hold, hold_now


@dataclass(frozen=True, slots=True)
class EpisodeState:
    """How an episode stands; times are ISO 8601 in UTC, durations seconds, sizes bytes, files names in its
    folder.
    """

    episode_id: str
    archive_identifier: str | None
    date: str | None
    title: str
    stage: str
    status_message: str
    last_updated: str | None
    source_url: str | None
    audio_file: str | None
    video_file: str | None
    transcript_file: str | None
    download_attempts: int
    conversion_attempts: int
    upload_attempts: int
    youtube_video_id: str | None
    scheduled_date: str | None
    published_date: str | None
    playlist_ids: list[str]
    audio_duration: float | None
    audio_size: int | None
    video_size: int | None
    processing_time: float | None
    error_count: int
    error_history: list[dict[str, Any]]


class StateManager:
    """The states of all episodes of a library.

    `say` is given a line for a person when the views have to be built anew or another process holds them.
    """

    def __init__(self, library: Path, say: Say = lambda line: None) -> None:
        self.library = library
        self._say = say

    def get_episode_state(self, episode_id: str) -> EpisodeState | None:
        """The present state of an episode, read from its files; None for an id that nothing has."""
        entry = self._entry(episode_id)
        if entry is None:
            return None
        lines = read_standings(self.library).get(f"{entry.show}/{entry.folder}", ())
        return _state((entry.id, *state_row(fold_entry(self.library, entry, lines)[0])))

    def update_state(self, episode_id: str, stage: str, **details: Any) -> None:
        """Record that an episode is now at `stage`, with `details` (such as `error`, or `track` where several
        have the stage).

        Raises EpiscribeError, and records nothing, for a stage that may not follow the present one, or that
        files show which are not there.
        """
        entry = self._entry(episode_id)
        if entry is None:
            raise EpiscribeError(f"{self.library}: has no episode {episode_id!r}")
        folder = self.library / entry.show / entry.folder
        with _alone(folder):
            state, events = fold_entry(self.library, entry)
            track = track_of_stage(state, stage, details.pop("track", None))
            for event in change_events(folder, state, events, track, stage, details=details):
                append_event(events_path(folder, str(event["stage"])), event)
            rewrite_state(self.library, entry, read_seals(self.library), read_standings(self.library))

    def get_episodes_by_stage(self, stage: str) -> list[EpisodeState]:
        """The episodes that are at a stage of any of their tracks, oldest first."""
        on_a_track = "SELECT episode_id FROM episode_tracks WHERE stage = :stage"
        return self._select(f"WHERE stage = :stage OR episode_id IN ({on_a_track})", {"stage": stage})

    def get_next_for_processing(self, stage: str, limit: int = 10) -> list[EpisodeState]:
        """Those of a stage that are ready to go on, oldest first: none that rests, was given up, or is at
        work.
        """
        held = self._held(time.time())
        return [state for state in self.get_episodes_by_stage(stage) if state.episode_id not in held][:limit]

    def count_all_episodes(self) -> int:
        """How many episodes there are."""
        return sum(self.count_by_stage().values())

    def count_by_stage(self) -> dict[str, int]:
        """How many episodes are at each stage; every episode is counted once."""
        rows = self.rows("SELECT stage, count(*) FROM episode_states GROUP BY stage ORDER BY stage", {})
        return dict(rows)

    def _entry(self, episode_id: str) -> CatalogueEntry | None:
        entries = known_entries(self.library, self._say)
        return next((entry for entry in entries if entry.id == episode_id), None)

    def _held(self, now: float) -> set[str]:
        """The ids of episodes with a stage that is at work, rests or was given up."""
        names = {
            name
            for name, lines in read_standings(self.library).items()
            for line in lines
            if line.state == "given_up" or now < (moment_of(line.until) or 0.0)
        }
        during = {step.during for track in TRACKS.values() for step in track.steps if step.during}
        found = {
            entry.id
            for entry in known_entries(self.library, self._say)
            if f"{entry.show}/{entry.folder}" in names
        }
        rows = self.rows("SELECT episode_id, stage FROM episode_tracks", {})
        return found | {identifier for identifier, stage in rows if stage in during}

    def _select(self, where: str, values: Mapping[str, Any]) -> list[EpisodeState]:
        columns = ", ".join(field.name for field in fields(EpisodeState))
        statement = f"SELECT {columns} FROM episode_states {where} ORDER BY date, episode_id"
        return [_state(row) for row in self.rows(statement, values)]

    def rows(self, statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows that a statement in SQL yields from `state.db`, once that is up to date."""
        update_views(self.library, say=self._say)
        return _rows(self.library, statement, values)


class JobLogger:
    """The jobs of a library: what was done to each episode in each run."""

    def __init__(self, library: Path, say: Say = lambda line: None) -> None:
        self.library = library
        self._say = say

    def get_all_jobs(self) -> list[dict[str, Any]]:
        """All jobs as `processing_log.json` has them, oldest first."""
        return self._jobs("")

    def get_failed_jobs(self) -> list[dict[str, Any]]:
        """The jobs that failed, oldest first."""
        return self._jobs("NOT success")

    def get_statistics(self) -> dict[str, Any]:
        """How many jobs there were, what share of them went well, how many seconds they took on average.

        `average_timings` are of those that went well; `by_worker` has the same figures for each worker, and
        `failures_by_stage` counts. Averages and shares of nothing are 0.
        """
        jobs = self.get_all_jobs()
        failures: dict[str, int] = {}
        for job in jobs:
            if not job["success"]:
                failures[job["stage"]] = failures.get(job["stage"], 0) + 1
        good = [job["timings"] for job in jobs if job["success"]]
        workers = sorted({job["worker_id"] for job in jobs})
        return {
            **_figures(jobs),
            "average_timings": {name: _mean([timings[name] for timings in good]) for name in TIMINGS},
            "failures_by_stage": dict(sorted(failures.items())),
            "by_worker": {w: _figures([job for job in jobs if job["worker_id"] == w]) for w in workers},
        }

    def export_csv(self, path: Path) -> None:
        """Write all jobs to `path` as CSV."""
        write_if_changed(path, jobs_table(self.get_all_jobs()).encode("utf-8", "replace"))

    def _jobs(self, where: str) -> list[dict[str, Any]]:
        update_views(self.library, say=self._say)
        path = self.library / DATABASE
        try:
            with closing(read_only(path)) as connection:
                return list(job_objects(connection, where))
        except sqlite3.Error as error:
            raise failure(path, error) from error


class RecoveryManager:
    """What is left to be done after an interruption."""

    def __init__(self, manager: StateManager) -> None:
        self._manager = manager

    def identify_incomplete(self) -> dict[str, list[str]]:
        """The ids of the episodes that have not passed one of their tracks, by the stages that these are at;
        what is skipped is left out.
        """
        finals = {track.final for track in TRACKS.values()} | {SKIPPED}
        incomplete: dict[str, list[str]] = {}
        rows = self._manager.rows(
            "SELECT stage, episode_id FROM episode_tracks ORDER BY stage, episode_id", {}
        )
        for stage, identifier in rows:
            if stage not in finals and identifier not in incomplete.setdefault(stage, []):
                incomplete[stage].append(identifier)
        return {stage: identifiers for stage, identifiers in incomplete.items() if identifiers}

    def resume_processing(self) -> list[str]:
        """Close what a process that is gone has begun, so that the next run takes it up; the ids of the
        episodes that this concerns.
        """
        library = self._manager.library
        entries = known_entries(library, lambda line: None)
        return [entry.id for entry in entries if close_interrupted(library / entry.show / entry.folder)]

    def cleanup_orphaned_files(self, dry_run: bool = True) -> list[Path]:
        """The files and folders that nobody makes; without `dry_run` they are moved to `log/orphans`, and
        what a process left half written is deleted. Raises EpiscribeError while a run is at work.
        """
        from episcribe.ledger.verification.fixing import fix
        from episcribe.ledger.verification.orphans import check_folder, check_shows

        library = self._manager.library
        with _no_run(library) as is_idle:
            if not is_idle and not dry_run:
                raise EpiscribeError(f"{library}: a run is at work in this library; wait for its end")
            names = [f"{entry.show}/{entry.folder}" for entry in known_entries(library, lambda line: None)]
            findings = [*check_shows(library, set(names), at_work=not is_idle)]
            for name in names:
                findings += check_folder(library / name, name, at_work=not is_idle)
            meant = [finding for finding in findings if finding.fix in ("aside", "remove")]
            if not dry_run:
                for _ in fix(library, meant):
                    pass
        return sorted(library / finding.path for finding in meant)


def create_default_logger(library: Path) -> JobLogger:
    """The log of the jobs of the library at `library`."""
    return JobLogger(library)


def _state(row: Sequence[Any]) -> EpisodeState:
    values = dict(zip((field.name for field in fields(EpisodeState)), row, strict=True))
    for name in ("playlist_ids", "error_history"):
        values[name] = json.loads(values[name])
    return EpisodeState(**values)


def _figures(jobs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    good = sum(bool(job["success"]) for job in jobs)
    return {
        "total_jobs": len(jobs),
        "successful": good,
        "failed": len(jobs) - good,
        "success_rate": good / len(jobs) if jobs else 0.0,
        "average_duration": _mean([job["processing_duration"] for job in jobs]),
    }


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _rows(library: Path, statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    path = library / DATABASE
    try:
        with closing(read_only(path)) as connection:
            return connection.execute(statement, values).fetchall()
    except sqlite3.Error as error:
        raise failure(path, error) from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Between looking at an episode and recording what follows, nobody else does both."""
    log = folder / "log"
    log.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(log, os.O_RDONLY)
    try:
        with suppress(OSError):
            hold(descriptor)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _no_run(library: Path) -> Iterator[bool]:
    """True while no run is at work, which none can begin meanwhile; False when one is."""
    path = library / RUN_LOCK
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            hold_now(file)
        except OSError:
            yield False
            return
        yield True
