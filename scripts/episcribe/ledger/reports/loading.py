"""Reading the facts of a library: the one place where reports, metrics and alerts get them from."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from episcribe.ledger.events import ENDS, Event, episode_events, moment_of
from episcribe.ledger.modules import module_runs
from episcribe.ledger.reports.model import Attempt, EpisodeFacts, Facts, ModuleRun, as_number
from episcribe.ledger.standings import Line, read_standings
from episcribe.ledger.state import STUDY, fold_state
from episcribe.library.catalogue import CatalogueEntry, read_catalogue
from episcribe.library.layout import CATALOGUE


def load_facts(library: Path, titles: Mapping[str, str] | None = None) -> Facts:
    """The facts of the library at `library`; `titles` are those of its shows."""
    standings = read_standings(library)
    episodes = [
        _from_files(library, entry, standings.get(f"{entry.show}/{entry.folder}", ()))
        for entry in read_catalogue(library / CATALOGUE)
    ]
    return Facts(library.resolve().name, episodes, titles or {})


def _from_files(library: Path, entry: CatalogueEntry, lines: Sequence[Line]) -> EpisodeFacts:
    folder = library / entry.show / entry.folder
    events = episode_events(folder)
    about = {"episode_id": entry.id, "show": entry.show, "title": entry.title, "date": entry.published}
    state = fold_state(folder, about, events, tracks=_tracks(events), standings=lines)
    if state["metrics"].get("audio_duration") is None:
        state["metrics"]["audio_duration"] = entry.duration
    name = f"{entry.show}/{entry.folder}"
    return EpisodeFacts(
        entry.show, entry.folder, state, tuple(attempts_of(name, events)), tuple(_module_runs(events))
    )


def attempts_of(episode: str, events: Sequence[Event]) -> Iterator[Attempt]:
    """The attempts that ended, out of all events of the episode `show/folder`."""
    for event in events:
        ended = moment_of(event.get("time"))
        if event["event"] not in ENDS or ended is None or not event.get("stage"):
            continue
        yield Attempt(
            episode,
            str(event["stage"]),
            event["event"],
            ended,
            as_number(event.get("duration")) or 0.0,
            str(event.get("run") or ""),
            _text(event.get("kind")),
            _text(event.get("error")),
        )


def _module_runs(events: Sequence[Event]) -> Iterator[ModuleRun]:
    for record in module_runs(events):
        status = record["status"]
        if status is not None:
            yield ModuleRun(record["module_name"], str(status), moment_of(record["end_time"]))


def _tracks(events: Sequence[Event]) -> Sequence[str]:
    return STUDY


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
