"""Reading the facts of a library: the one place where reports, metrics and alerts get them from."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from episcribe.ledger.events import Event, episode_events, moment_of
from episcribe.ledger.modules import module_runs
from episcribe.ledger.reports.from_database import read_database, read_unfinished
from episcribe.ledger.reports.model import EpisodeFacts, Facts, ModuleRun, UnreadSource, attempts_in
from episcribe.ledger.standings import Line, read_standings
from episcribe.ledger.state import fold_state
from episcribe.ledger.views.database import DATABASE, is_current, read_only
from episcribe.ledger.views.reading import length_of, tracks_of
from episcribe.library.catalogue import CatalogueEntry, identification, read_catalogue
from episcribe.library.layout import CATALOGUE, DISCOVERY
from episcribe.library.refresh import read_discovery

_T = TypeVar("_T")
_USUAL = "processed"  # what every library is called that nobody named


def load_facts(
    library: Path,
    now: float,
    titles: Mapping[str, str] | None = None,
    asked: Mapping[str, bool] | None = None,
) -> Facts:
    """The facts of the library at the moment `now`: those of its `state.db` as it is, and where there is none
    that can be used, of the files themselves. `titles` are those that its shows are called by.

    `asked` has the episodes (`show/folder`) that are asked for, and whether there is a way to a transcript of
    them: others count only when they are complete. None: all are asked for.
    """
    standings = _standings(library, now)
    found = _from_database(library, lambda connection: read_database(connection, standings))
    if found is None:
        facts = facts_of_files(library, standings, titles or {})
    else:
        episodes, past, names = found
        facts = replace(_facts(library, episodes, {**names, **(titles or {})}), past=past)
    return facts if asked is None else _asked_for(facts, asked)


def load_remaining(library: Path, now: float, asked: Mapping[str, bool] | None = None) -> Facts:
    """The facts that a forecast needs, which are read in half the time: the episodes are those that are not
    finished, and have no attempts of their own; the history is that of all.
    """
    standings = _standings(library, now)
    found = _from_database(library, lambda connection: read_unfinished(connection, standings))
    if found is None:
        return load_facts(library, now, asked=asked)
    episodes, past = found
    facts = replace(_facts(library, episodes, {}), past=past)
    return facts if asked is None else _asked_for(facts, asked)


def _asked_for(facts: Facts, asked: Mapping[str, bool]) -> Facts:
    """The facts without the episodes that are not asked for, unless they are complete."""
    kept: list[EpisodeFacts] = []
    left_out: set[str] = set()
    for episode in facts.episodes:
        has_a_way = asked.get(episode.name)
        if has_a_way is False:
            kept.append(replace(episode, has_a_way=False))
        elif has_a_way or episode.status == "complete":
            kept.append(episode)
        else:
            left_out.add(episode.name)
    past = facts.past
    if past is not None and left_out:
        past = replace(past, every=[attempt for attempt in past.every if attempt.episode not in left_out])
    return replace(facts, episodes=kept, past=past)


def _standings(library: Path, now: float) -> dict[str, list[Line]]:
    """What rests at the moment `now`, or was given up."""
    return {
        name: [line for line in lines if line.until is None or (moment_of(line.until) or 0.0) > now]
        for name, lines in read_standings(library).items()
    }


def _from_database(library: Path, read: Callable[[sqlite3.Connection], _T]) -> _T | None:
    """What `read` finds in the library's `state.db`; None where there is none that can be used."""
    try:
        with closing(read_only(library / DATABASE)) as connection:
            return read(connection) if is_current(connection) else None
    except sqlite3.Error:
        # Missing, damaged, or being replaced: it is only a view of the files.
        return None


def facts_of_files(
    library: Path, standings: Mapping[str, Sequence[Line]], titles: Mapping[str, str]
) -> Facts:
    """The facts of the library out of all its files, which takes a second for a thousand episodes."""
    names: dict[str, str] = {}
    episodes: list[EpisodeFacts] = []
    for entry in read_catalogue(library / CATALOGUE):
        episodes.append(_from_files(library, entry, standings.get(f"{entry.show}/{entry.folder}", ())))
        podcast = (entry.more or {}).get("podcast")
        if isinstance(podcast, str) and podcast:
            names[entry.show] = podcast
    return _facts(library, episodes, {**names, **titles})


def _facts(library: Path, episodes: Sequence[EpisodeFacts], titles: Mapping[str, str]) -> Facts:
    place = library.resolve()
    name = place.parent.name if place.name == _USUAL and place.parent.name else place.name
    return Facts(name, episodes, titles, _unread(library))


def _unread(library: Path) -> list[UnreadSource]:
    """The sources that the last refresh could not read; their addresses may be secrets, and stay out."""
    found: list[UnreadSource] = []
    for name, record in sorted(read_discovery(library / DISCOVERY)["shows"].items()):
        error = record.get("error")
        if isinstance(error, dict):
            found.append(
                UnreadSource(
                    name, str(error.get("kind")), str(error.get("message") or "it could not be read")
                )
            )
    return found


def _from_files(library: Path, entry: CatalogueEntry, lines: Sequence[Line]) -> EpisodeFacts:
    folder = library / entry.show / entry.folder
    events = episode_events(folder)
    about = identification(entry)
    state = fold_state(folder, about, events, tracks=tracks_of(folder, events), standings=lines)
    state["metrics"]["audio_duration"] = length_of(state["metrics"], entry)
    name = f"{entry.show}/{entry.folder}"
    return EpisodeFacts(
        entry.show, entry.folder, state, list(attempts_in(events, name)), list(_module_runs(events))
    )


def _module_runs(events: Sequence[Event]) -> Iterator[ModuleRun]:
    for record in module_runs(events):
        if record["status"] is not None:
            yield ModuleRun(record["module_name"], str(record["status"]), moment_of(record["end_time"]))
