"""One episode's files as the rows that `state.db` has of it."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from episcribe.ledger.events import Event, episode_events
from episcribe.ledger.evidence import BROADCAST
from episcribe.ledger.modules import fold_modules, module_runs
from episcribe.ledger.reports.model import attempts_in
from episcribe.ledger.standings import Line
from episcribe.ledger.state import STUDY, fold_state
from episcribe.ledger.tracks import TRACKS
from episcribe.ledger.views.jobs import Subject, jobs_of
from episcribe.ledger.views.jobs_table import job_line
from episcribe.ledger.views.passages import Passage, notes_passages, transcript_passages
from episcribe.library.catalogue import CatalogueEntry, identification
from episcribe.library.layout import STATE

Row = tuple[Any, ...]

_TRACKS_TOLD = re.compile(rb"^tracks:\n((?:  .*\n)+)", re.MULTILINE)
_TRACK = re.compile(rb"^  (\w+):", re.MULTILINE)
_SUBJECT = re.compile(rb"\A---\n(?:.*\n){0,40}?subject: (.*)\n")
_DETAILS = ("run attempt duration kind error until worker slot module why track to host at").split()
_STATUS_OF_MODULE = "module_"


@dataclass(frozen=True, slots=True)
class EpisodeRows:
    """The rows of an episode by table, in the order of the tables' columns after the id; its passages."""

    episode: Mapping[str, Any]
    tables: Mapping[str, Sequence[Row]]
    passages: Sequence[Passage]


def read_rows(library: Path, entry: CatalogueEntry, lines: Iterable[Line] = ()) -> EpisodeRows:
    """Read the episode's files, whatever they hold; `lines` are those of it in `standing.jsonl`."""
    folder = library / f"{entry.show}/{entry.folder}"
    state, events = fold_entry(library, entry, lines)
    sizes = state["sizes"]
    about = Subject(
        video_id=_video(entry) or entry.id,
        url=_page(entry) or state["files"]["source_url"],
        title=entry.title,
        place=f"{entry.show}/{entry.folder}",
        subject=_subject(folder) if "notes.md" in sizes else None,
        files=list(sizes),
        transcript={
            key: state["metrics"][key] for key in ("quality", "words", "language") if key in state["metrics"]
        },
    )
    passages = [
        *(transcript_passages(folder / "transcript.json") if "transcript.json" in sizes else ()),
        *(notes_passages(folder / "notes.md") if "notes.md" in sizes else ()),
    ]
    tables = {
        "episode_states": [state_row(state)],
        "episode_tracks": [
            (name, line["stage"], line.get("during"), line.get("reached"))
            for name, line in state["tracks"].items()
        ],
        "module_execution_log": [_module_row(record) for record in _modules(events)],
        "processing_log": [_event_row(event) for event in events],
        "attempts": [attempt[1:] for attempt in attempts_in(events, about.place)],
        "jobs": [_job_row(job) for job in jobs_of(events, about)],
    }
    return EpisodeRows(_episode(entry, state, events), tables, passages)


def fold_entry(
    library: Path, entry: CatalogueEntry, lines: Iterable[Line] = ()
) -> tuple[dict[str, Any], list[Event]]:
    """The state of an episode out of its files and events, and all its events."""
    folder = library / f"{entry.show}/{entry.folder}"
    events = episode_events(folder)
    tracks = tracks_of(folder, events)
    return fold_state(folder, identification(entry), events, tracks=tracks, standings=lines), events


def tracks_of(folder: Path, events: Sequence[Event]) -> Sequence[str]:
    """The tracks that the episode is on: those of its state.yaml, else study and what its events and files
    are about.
    """
    try:
        with open(f"{folder}/{STATE}", "rb") as file:  # noqa: PTH123 - for all episodes one after the other
            told = _TRACKS_TOLD.search(file.read())
    except OSError:
        told = None
    if told is not None:
        named = [name.decode() for name in _TRACK.findall(told[1])]
        if known := [name for name in named if name in TRACKS]:
            return known
    jobs = {event.get("stage") for event in events}
    given = {event.get("track") for event in events if event["event"] == "set"}
    found = [
        name
        for name, track in TRACKS.items()
        if name in given
        or not jobs.isdisjoint(track.jobs)
        or (name == "broadcast" and (folder / BROADCAST).exists())
    ]
    return [*STUDY, *(name for name in found if name not in STUDY)]


def length_of(metrics: Mapping[str, Any], entry: CatalogueEntry) -> Any:
    """The seconds that the recording lasts; where nobody says how many, those that its transcript covers."""
    return metrics.get("audio_duration") or entry.duration or metrics.get("transcript_seconds")


def _episode(entry: CatalogueEntry, state: Mapping[str, Any], events: Sequence[Event]) -> dict[str, Any]:
    more = entry.more if isinstance(entry.more, dict) else {}
    enclosures = more.get("enclosures")
    first = enclosures[0] if isinstance(enclosures, list) and enclosures else None
    starts = [event.get("time") for event in events if event["event"] == "started"]
    metrics = state["metrics"]
    return {
        "id": entry.id,
        "podcast_id": entry.show,
        "podcast": more.get("podcast"),
        "folder": entry.folder,
        "title": entry.title,
        "published_date": entry.published,
        "duration": length_of(metrics, entry),
        "language": metrics.get("language") or more.get("language"),
        "audio_url": first.get("url") if isinstance(first, dict) else None,
        "link": more.get("link"),
        "guid": state.get("guid"),
        "youtube_video_id": _video(entry),
        "stage": state["stage"],
        "processing_status": _processing_status(state),
        "last_attempt": starts[-1] if starts else None,
        "processing_attempts": len(starts),
        "quality": metrics.get("quality"),
        "files": json.dumps(list(state["sizes"])),
    }


def _processing_status(state: Mapping[str, Any]) -> str:
    """`pending`, `module_…` while a module is at work, or `completed` when every track is passed."""
    for record in state.get("modules", ()):
        if record["state"] == "running":
            return f"{_STATUS_OF_MODULE}{record['module_name']}"
    finals = [line["stage"] == TRACKS[name].final for name, line in state["tracks"].items()]
    return "completed" if finals and all(finals) else "pending"


def state_row(state: Mapping[str, Any]) -> Row:
    """A state as the row that `episode_states` has of it, without the id."""
    files, youtube, metrics, attempts = (state[key] for key in ("files", "youtube", "metrics", "attempts"))
    return (
        state["archive_identifier"],
        state["date"],
        state["title"],
        state["stage"],
        state["status_message"],
        state["last_updated"],
        files["source_url"],
        files["audio_file"],
        files["video_file"],
        files["transcript_file"],
        attempts["download"],
        attempts["conversion"],
        attempts["upload"],
        youtube["video_id"],
        youtube["scheduled_date"],
        youtube["published_date"],
        json.dumps(youtube["playlist_ids"], default=str),
        metrics["audio_duration"],
        metrics["audio_size"],
        metrics["video_size"],
        metrics["processing_time"],
        state["error_count"],
        json.dumps(state["error_history"], default=str),
    )


def _modules(events: Sequence[Event]) -> list[dict[str, Any]]:
    """Every run of a module, that which is at work last; modules that were not asked have no row."""
    running = [record for record in fold_modules(events) if record["state"] == "running"]
    return [*module_runs(events), *running]


def _module_row(record: Mapping[str, Any]) -> Row:
    result = record["result_data"]
    return (
        record["module_name"],
        record["state"],
        record["start_time"],
        record["end_time"],
        record["status"],
        None if result is None else json.dumps(result, default=str),
        record["error_message"],
        record.get("run"),
        record.get("attempt"),
        record.get("seconds"),
        record.get("why"),
    )


def _event_row(event: Event) -> Row:
    details = {key: event[key] for key in _DETAILS if event.get(key) is not None}
    return (event.get("time"), event.get("stage"), event["event"], json.dumps(details, default=str))


def _job_row(job: Mapping[str, Any]) -> Row:
    told = {key: value for key, value in job.items() if key != "run"}
    return (
        job["run"],
        job["logged_at"],
        job["success"],
        job["stage"],
        job["worker_id"],
        job["processing_duration"],
        json.dumps(told, ensure_ascii=False, default=str),
        job_line(told),
    )


def _video(entry: CatalogueEntry) -> str | None:
    """The id of the episode's video on YouTube."""
    return next((key.removeprefix("youtube:") for key in entry.keys if str(key).startswith("youtube:")), None)


def _page(entry: CatalogueEntry) -> str | None:
    video = _video(entry)
    if video:
        return f"https://www.youtube.com/watch?v={video}"
    link = (entry.more or {}).get("link")
    return link if isinstance(link, str) else None


def _subject(folder: Path) -> str | None:
    """The subject that the front matter of notes.md names."""
    try:
        with (folder / "notes.md").open("rb") as file:
            match = _SUBJECT.match(file.read(8192))
    except OSError:
        return None
    if match is None:
        return None
    text = match[1].decode("utf-8", "replace").strip()
    try:
        return str(json.loads(text)) if text.startswith('"') else text or None
    except ValueError:
        return text
