"""Writing the rows of an episode to `state.db`, and taking them out of it."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from episcribe.ledger.views.folding import searchable
from episcribe.ledger.views.passages import Passage
from episcribe.ledger.views.reading import EpisodeRows
from episcribe.ledger.views.schema import NOTES, OF_EPISODE, PASSAGES_BITS

_INDEX = "INSERT INTO passages_fts(rowid, text) VALUES (?, ?)"
_PASSAGE = "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)"
# Of these tables the first column is a number that SQLite gives.
_NUMBERED = frozenset(("module_execution_log", "processing_log", "attempts"))
_LARGEST = 2**63 - 1


def write_episode(connection: sqlite3.Connection, rows: EpisodeRows, stamp: str) -> None:
    """Write all that is known of an episode, in the place of what was known of it before."""
    identifier = _plain(rows.episode["id"])
    number, is_new = _number(connection, identifier)
    if not is_new:
        _delete_rows(connection, identifier)
    _insert(connection, "episodes", [_plain_values({**rows.episode, "number": number}.items())])
    for table, values in rows.tables.items():
        for row in values:
            cells = (identifier, *(_plain(value) for value in row))
            marks = ", ".join("?" * len(cells))
            first = "NULL, " if table in _NUMBERED else ""
            connection.execute(f"INSERT INTO {table} VALUES ({first}{marks})", cells)
    connection.execute("INSERT INTO sources VALUES (?, ?)", (identifier, stamp))
    _write_passages(connection, number, rows.passages, is_new=is_new)


def remove_episode(connection: sqlite3.Connection, identifier: str) -> None:
    """Take out all that is known of an episode."""
    number, is_new = _number(connection, identifier)
    if not is_new:
        _delete_rows(connection, identifier)
        _delete_passages(connection, number)


def write_podcasts(connection: sqlite3.Connection) -> None:
    """Write the table of podcasts out of that of episodes: each is called as its newest episode says."""
    connection.execute("DELETE FROM podcasts")
    connection.execute(
        """
        INSERT INTO podcasts
        SELECT podcast_id, COALESCE(
            (SELECT podcast FROM episodes named WHERE named.podcast_id = e.podcast_id AND podcast != ''
             ORDER BY published_date DESC, id DESC LIMIT 1), podcast_id), COUNT(*)
        FROM episodes e GROUP BY podcast_id
        """
    )


def add_functions(connection: sqlite3.Connection) -> None:
    """Add the function that the statements here call."""
    connection.create_function("searchable", 1, searchable, deterministic=True)


def _number(connection: sqlite3.Connection, identifier: str) -> tuple[int, bool]:
    found = connection.execute("SELECT number FROM episodes WHERE id = ?", (identifier,)).fetchone()
    if found is not None:
        return found[0], False
    return connection.execute("SELECT COALESCE(MAX(number), 0) + 1 FROM episodes").fetchone()[0], True


def _delete_rows(connection: sqlite3.Connection, identifier: str) -> None:
    connection.execute("DELETE FROM episodes WHERE id = ?", (identifier,))
    for table in OF_EPISODE:
        connection.execute(f"DELETE FROM {table} WHERE episode_id = ?", (identifier,))


def _write_passages(
    connection: sqlite3.Connection, number: int, passages: Iterable[Passage], *, is_new: bool
) -> None:
    first, last = _ids(number)
    rows = _passage_rows(first, passages)
    if not is_new:
        known = connection.execute(
            "SELECT * FROM passages WHERE id BETWEEN ? AND ? ORDER BY id", (first, last)
        ).fetchall()
        if known == rows:
            return
        _delete_passages(connection, number)
    connection.executemany(_PASSAGE, rows)
    connection.executemany(_INDEX, ((row[0], searchable(row[5])) for row in rows))


def _passage_rows(first: int, passages: Iterable[Passage]) -> list[tuple[Any, ...]]:
    """The rows of the passages; ids go on from `first`, those of notes from its half."""
    rows: list[tuple[Any, ...]] = []
    following = {"transcript": first, "notes": first + NOTES}
    for passage in passages:
        identifier = following[passage.kind]
        if identifier - first & (NOTES - 1) < NOTES - 1:
            following[passage.kind] += 1
            rows.append((identifier, *(_plain(value) for value in passage)))
    return rows


def _delete_passages(connection: sqlite3.Connection, number: int) -> None:
    ids = _ids(number)
    connection.execute(
        "INSERT INTO passages_fts(passages_fts, rowid, text) "
        "SELECT 'delete', id, searchable(text) FROM passages WHERE id BETWEEN ? AND ?",
        ids,
    )
    connection.execute("DELETE FROM passages WHERE id BETWEEN ? AND ?", ids)


def _ids(number: int) -> tuple[int, int]:
    """The first and the last id that a passage of the episode with this number can have."""
    return number << PASSAGES_BITS, ((number + 1) << PASSAGES_BITS) - 1


def _insert(connection: sqlite3.Connection, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    for row in rows:
        columns, marks = ", ".join(row), ", ".join("?" * len(row))
        connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(row.values()))


def _plain_values(items: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {key: _plain(value) for key, value in items}


def _plain(value: Any) -> Any:
    """The value as SQLite takes it, whatever a file holds where something else is expected."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if value is None or isinstance(value, float):
        return value
    if isinstance(value, int):
        return value if -_LARGEST <= value <= _LARGEST else float(value) if value < 10**300 else None
    return json.dumps(value, default=str)
