"""`index.json`, and `processing_log` as JSON and CSV: what `state.db` knows, for other programs."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from episcribe.ledger.views.jobs_table import header_line
from episcribe.ledger.views.stamps import file_stamp
from episcribe.library.files import write_if_changed

INDEX = "index.json"
LOG = "processing_log.json"
LOG_TABLE = "processing_log.csv"
LIBRARY = "library"
"""Under this name the table of documents has the stamp of the library as a whole."""
# json.dumps makes an encoder each time that it is not asked for ASCII.
_encode = json.JSONEncoder(ensure_ascii=False).encode


def write_documents(
    library: Path, connection: sqlite3.Connection, of_library: str, *, changed: bool
) -> tuple[str, ...]:
    """Write those documents that are missing, were touched by others, or when the data base has `changed`.

    The same content is not written again. `of_library` is the library's stamp from before its files were
    read. Returns the names of those that were written.
    """
    known = dict(connection.execute("SELECT name, stamp FROM documents"))
    written: list[str] = []
    stamps: list[tuple[str, str]] = [] if known.get(LIBRARY) == of_library else [(LIBRARY, of_library)]
    for name, make in _DOCUMENTS.items():
        path = library / name
        if not changed and known.get(name) and known[name] == file_stamp(str(path)):
            continue
        if write_if_changed(path, make(connection).encode("utf-8", "replace")):
            written.append(name)
        stamps.append((name, file_stamp(str(path))))
    if stamps:
        with connection:
            connection.executemany("INSERT OR REPLACE INTO documents VALUES (?, ?)", stamps)
    return tuple(written)


def forget_documents(connection: sqlite3.Connection) -> None:
    """Note, within the transaction that changes the data base, that the documents are to be written."""
    connection.execute("DELETE FROM documents")


def has_documents(connection: sqlite3.Connection) -> bool:
    """True when the documents were written of what the data base holds."""
    [count] = connection.execute("SELECT count(*) FROM documents WHERE name != ?", (LIBRARY,)).fetchone()
    return bool(count == len(_DOCUMENTS))


def job_objects(connection: sqlite3.Connection, where: str = "") -> Iterator[dict[str, Any]]:
    """The jobs, oldest first; `where` is a condition on the table of jobs."""
    for text in _of_jobs(connection, "job", where):
        yield json.loads(text)


def _index(connection: sqlite3.Connection) -> str:
    """`episodes` by id, and the ids `by_guid`, `by_youtube_id` and `by_folder` (`show/folder`)."""
    columns = "id podcast_id folder title published_date stage youtube_video_id guid files".split()
    episodes: list[str] = []
    lookups: dict[str, dict[str, str]] = {"by_guid": {}, "by_youtube_id": {}, "by_folder": {}}
    for row in connection.execute(f"SELECT {', '.join(columns)} FROM episodes ORDER BY id"):
        identifier, show, folder, title, date, stage, video, guid, files = row
        place, key = f"{show}/{folder}", _text(identifier)
        episodes.append(
            f'{key}: {{"show": {_text(show)}, "folder": {_text(place)}, "title": {_text(title)}, '
            f'"date": {_text(date)}, "stage": {_text(stage)}, "youtube_id": {_text(video)}, '
            f'"guid": {_text(guid)}, "files": {_names(files)}}}'
        )
        lookups["by_folder"][place] = key
        if guid:
            lookups["by_guid"].setdefault(guid, key)
        if video:
            lookups["by_youtube_id"].setdefault(video, key)
    parts = [f'"episodes": {_braced(episodes)}']
    for name, found in lookups.items():
        lines = [f"{_text(key)}: {found[key]}" for key in sorted(found)]
        parts.append(f"{_text(name)}: {_braced(lines)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _log(connection: sqlite3.Connection) -> str:
    lines = ",\n".join(_of_jobs(connection, "job"))
    return f"[\n{lines}\n]\n" if lines else "[]\n"


def _log_table(connection: sqlite3.Connection) -> str:
    one = connection.execute("SELECT job FROM jobs LIMIT 1").fetchone()
    return "" if one is None else header_line(json.loads(one[0])) + "".join(_of_jobs(connection, "line"))


def _of_jobs(connection: sqlite3.Connection, column: str, where: str = "") -> Iterator[str]:
    condition = f"WHERE {where}" if where else ""
    # Looking up ten thousand rows by an index takes three times as long as ordering them here.
    rows = connection.execute(f"SELECT logged_at, episode_id, run, {column} FROM jobs {condition}")
    return (row[3] for row in sorted(rows))


def _text(value: str | None) -> str:
    return "null" if value is None else _encode(value)


@cache
def _names(files: str) -> str:
    """The names of an episode's files, which most episodes have in common."""
    return _encode(json.loads(files))


def _braced(lines: Iterable[str]) -> str:
    body = ",\n".join(lines)
    return f"{{\n{body}\n}}" if body else "{}"


_DOCUMENTS: dict[str, Callable[[sqlite3.Connection], str]] = {
    INDEX: _index,
    LOG: _log,
    LOG_TABLE: _log_table,
}
