"""`index.json`, and `processing_log` as JSON and CSV: what `state.db` knows, for other programs."""

import csv
import io
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from episcribe.ledger.views.jobs import TIMINGS
from episcribe.ledger.views.stamps import file_stamp
from episcribe.library.files import write_if_changed

INDEX = "index.json"
LOG = "processing_log.json"
LOG_TABLE = "processing_log.csv"
LIBRARY = "library"
"""Under this name the table of documents has the stamp of the library as a whole."""
# A spreadsheet takes what begins with one of these for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


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
    for text in _job_texts(connection, where):
        yield json.loads(text)


def jobs_table(jobs: Iterable[dict[str, Any]]) -> str:
    """The jobs as CSV (RFC 4180): a column for each timing, lists joined by semicolons."""
    output = io.StringIO()
    writer: Any = None
    names: list[str] = []
    for job in jobs:
        row = _flat(job)
        if writer is None:
            writer, names = csv.writer(output, lineterminator="\r\n"), list(row)
            writer.writerow(names)
        writer.writerow([row.get(name) for name in names])
    return output.getvalue()


def _index(connection: sqlite3.Connection) -> str:
    """`episodes` by id, and the ids `by_guid`, `by_youtube_id` and `by_folder` (`show/folder`)."""
    columns = "id podcast_id folder title published_date stage youtube_video_id guid files".split()
    episodes: list[str] = []
    lookups: dict[str, dict[str, str]] = {"by_guid": {}, "by_youtube_id": {}, "by_folder": {}}
    for row in connection.execute(f"SELECT {', '.join(columns)} FROM episodes ORDER BY id"):
        identifier, show, folder, title, date, stage, video, guid, files = row
        told = {
            "show": show,
            "folder": f"{show}/{folder}",
            "title": title,
            "date": date,
            "stage": stage,
            "youtube_id": video,
            "guid": guid,
            "files": json.loads(files),
        }
        episodes.append(f"{_json(identifier)}: {_json(told)}")
        lookups["by_folder"][f"{show}/{folder}"] = identifier
        if guid:
            lookups["by_guid"].setdefault(guid, identifier)
        if video:
            lookups["by_youtube_id"].setdefault(video, identifier)
    parts = [f'"episodes": {_braced(episodes)}']
    for name, found in lookups.items():
        lines = [f"{_json(key)}: {_json(found[key])}" for key in sorted(found)]
        parts.append(f"{_json(name)}: {_braced(lines)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _log(connection: sqlite3.Connection) -> str:
    lines = ",\n".join(_job_texts(connection))
    return f"[\n{lines}\n]\n" if lines else "[]\n"


def _log_table(connection: sqlite3.Connection) -> str:
    # One call for all of them takes half the time.
    return jobs_table(json.loads(_log(connection)))


def _job_texts(connection: sqlite3.Connection, where: str = "") -> Iterator[str]:
    condition = f"WHERE {where}" if where else ""
    rows = connection.execute(f"SELECT job FROM jobs {condition} ORDER BY logged_at, episode_id, run")
    return (row[0] for row in rows)


def _flat(job: dict[str, Any]) -> dict[str, object]:
    row: dict[str, object] = {}
    for key, value in job.items():
        if key == "timings":
            row.update((name, value.get(name)) for name in TIMINGS)
        elif isinstance(value, list):
            row[key] = _cell("; ".join(map(str, value)))
        elif isinstance(value, dict):
            row[key] = _json(value)
        elif isinstance(value, bool):
            row[key] = str(value).lower()
        else:
            row[key] = _cell(value) if isinstance(value, str) else value
    return row


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _braced(lines: Iterable[str]) -> str:
    body = ",\n".join(lines)
    return f"{{\n{body}\n}}" if body else "{}"


_DOCUMENTS: dict[str, Callable[[sqlite3.Connection], str]] = {
    INDEX: _index,
    LOG: _log,
    LOG_TABLE: _log_table,
}
