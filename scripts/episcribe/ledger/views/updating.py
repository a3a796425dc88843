"""Bringing the views up to date with the files: what changed is read again, and nothing else."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

from episcribe.ledger.standings import Line, read_standings
from episcribe.ledger.views.database import (
    DATABASE,
    Say,
    built_beside,
    failure,
    is_damage,
    only_writer,
    open_existing,
)
from episcribe.ledger.views.documents import forget_documents, has_documents, write_documents
from episcribe.ledger.views.reading import EpisodeRows, read_rows
from episcribe.ledger.views.stamps import library_stamp, stamp
from episcribe.ledger.views.writing import add_functions, remove_episode, write_episode, write_podcasts
from episcribe.library.catalogue import CatalogueEntry, load_catalogue
from episcribe.library.layout import CATALOGUE
from episcribe.library.workers import Workers

# So many episodes are written in one transaction, which takes some hundredths of a second.
_BATCH = 32
_WORTH_A_PROCESS = 100
_T = TypeVar("_T")
# An episode, its lines in standing.jsonl, and the stamp of its files.
_Unread = tuple[CatalogueEntry, Sequence[Line], str]


@dataclass(frozen=True, slots=True)
class Updated:
    """What an update came to: how many episodes there are, were read again, and were taken out; whether all
    was built anew; which documents were written; how many changed but were not read.
    """

    episodes: int
    read: int
    removed: int
    rebuilt: bool
    written: tuple[str, ...] = ()
    behind: int = 0


def update_views(
    library: Path,
    *,
    say: Say = lambda line: None,
    rebuild: bool = False,
    at_most: int | None = None,
    wait: bool = True,
    processes: int = 1,
) -> Updated:
    """Bring `state.db` of the library, and the documents made of it, up to date with the files.

    Only the episodes whose files changed are read, unless `rebuild`. A data base that is missing, damaged or
    of another version is built anew; `say` is given a line for a person of whatever takes time or was wrong.
    One process does this at a time, the others wait; without `wait` they leave it to that one. Where more
    than `at_most` episodes changed nothing is done. Many are read by up to so many `processes`, which are
    forked: there may be no other threads then. Raises EpiscribeError when the disk is full or cannot be
    written to.
    """
    path = library / DATABASE
    with only_writer(library, say, wait=wait) as is_only:
        if not is_only:
            return Updated(0, 0, 0, rebuilt=False)
        try:
            connection = None if rebuild else open_existing(path, say)
            if connection is not None:
                with closing(connection):
                    try:
                        return _update(library, connection, say, at_most, processes)
                    except sqlite3.DatabaseError as error:
                        if not is_damage(error):
                            raise
                        say(f"{path}: cannot be used ({error}); it is built anew")
            return _build(library, path, say, at_most, processes)
        except sqlite3.Error as error:
            raise failure(path, error) from error


def known_entries(library: Path, say: Say) -> list[CatalogueEntry]:
    """The episodes of the library, each id once: those of the catalogue, and where it is missing or damaged
    those that have an `episode.yaml`.
    """
    path = library / CATALOGUE
    entries, rejected = load_catalogue(path)
    if rejected or not path.exists():
        from episcribe.library.recovery import recover_entries

        say(f"{path}: {'damaged' if rejected else 'not there'}; the episodes' own files are read")
        entries = entries + recover_entries(library, {(e.show, e.folder) for e in entries}, {})[0]
    return list({entry.id: entry for entry in reversed(entries)}.values())[::-1]


def _build(library: Path, path: Path, say: Say, at_most: int | None, processes: int) -> Updated:
    of_library = library_stamp(str(library))
    entries = known_entries(library, say)
    if at_most is not None and len(entries) > at_most:
        return Updated(len(entries), 0, 0, rebuilt=False, behind=len(entries))
    with _workers(processes, len(entries)) as workers, built_beside(path) as connection:
        add_functions(connection)
        standings = read_standings(library)
        for rows in _read(library, _stamped(library, entries, standings), workers):
            for row, own in rows:
                write_episode(connection, row, own)
        write_podcasts(connection)
        connection.execute("INSERT INTO passages_fts(passages_fts) VALUES ('optimize')")
        written = write_documents(library, connection, of_library, changed=True)
    return Updated(len(entries), len(entries), 0, True, written)


def _update(
    library: Path, connection: sqlite3.Connection, say: Say, at_most: int | None, processes: int
) -> Updated:
    add_functions(connection)
    of_library = library_stamp(str(library))
    entries = known_entries(library, say)
    standings = read_standings(library)
    known = dict(connection.execute("SELECT episode_id, stamp FROM sources"))
    there = {entry.id for entry in entries}
    gone = [identifier for identifier in known if identifier not in there]
    changed = [read for read in _stamped(library, entries, standings) if known.get(read[0].id) != read[2]]
    if at_most is not None and len(gone) + len(changed) > at_most:
        return Updated(len(entries), 0, 0, rebuilt=False, behind=len(gone) + len(changed))
    for few in _batches(iter(gone)):
        with connection:
            forget_documents(connection)
            for identifier in few:
                remove_episode(connection, identifier)
    with _workers(processes, len(changed)) as workers:
        # Files are read before the transaction begins, so that it is short.
        for rows in _read(library, changed, workers):
            with connection:
                forget_documents(connection)
                for row, own in rows:
                    write_episode(connection, row, own)
    # Also where an update was killed after its last episode.
    is_other = not has_documents(connection)
    if is_other:
        with connection:
            write_podcasts(connection)
    written = write_documents(library, connection, of_library, changed=is_other)
    return Updated(len(entries), len(changed), len(gone), False, written)


def _stamped(
    library: Path, entries: Iterable[CatalogueEntry], standings: Mapping[str, Sequence[Line]]
) -> Iterator[_Unread]:
    """The entries with their lines and the stamps of their files, taken before these are read."""
    for entry in entries:
        name = f"{entry.show}/{entry.folder}"
        lines = standings.get(name, ())
        yield entry, lines, stamp(f"{library}/{name}", entry, lines)


def _read(
    library: Path, episodes: Iterable[_Unread], workers: Workers
) -> Iterator[list[tuple[EpisodeRows, str]]]:
    """The rows of the episodes, and their stamps, some at a time."""
    return workers.map(partial(_read_some, library), _batches(iter(episodes)))


def _read_some(library: Path, episodes: Sequence[_Unread]) -> list[tuple[EpisodeRows, str]]:
    return [(read_rows(library, entry, lines), own) for entry, lines, own in episodes]


def _workers(processes: int, episodes: int) -> Workers:
    return Workers(min(processes, episodes // _WORTH_A_PROCESS))


def _batches(items: Iterator[_T]) -> Iterator[list[_T]]:
    while batch := list(islice(items, _BATCH)):
        yield batch
