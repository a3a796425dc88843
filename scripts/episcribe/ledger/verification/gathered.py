"""Whether the files that belong to the library as a whole can be read: the catalogue, what was gathered."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from episcribe.ledger.seals import SEALS_FILE
from episcribe.ledger.standings import STANDING_FILE
from episcribe.ledger.verification.finding import Finding
from episcribe.ledger.views.database import DATABASE, is_damage, read_only
from episcribe.library.catalogue import Catalogue
from episcribe.library.layout import CATALOGUE, DISCOVERY, EPISODE

_LINES = (SEALS_FILE, STANDING_FILE)
_DOCUMENTS = (DISCOVERY, "index.json", "processing_log.json")
# Folders of the log in which there are only files.
_FLAT = ("log/workers", "log/net/places", "log/net/resting", "log/net/starts")
_SUFFIXES = frozenset((".json", ".jsonl", ".db", ".csv", ".html", ".prom", ".lock", ".log"))
_ASIDE = "move it away, or use --fix"
_DERIVED = "delete it, or use --fix: it comes back with the next run"


def check_catalogue(library: Path, catalogue: Catalogue) -> Iterator[Finding]:
    """Lines of the catalogue that are none, and a catalogue that is gone."""
    path = library / CATALOGUE
    if not path.exists():
        if next(library.glob(f"*/*/{EPISODE}"), None) is not None:
            what = f"is gone, and there are episodes with an {EPISODE}"
            yield Finding(CATALOGUE, "source", what, "the next run makes it again of these")
        return
    for line in catalogue.rejected:
        advice = f"the next run keeps the line apart, and finds the episode again by its {EPISODE}"
        yield Finding(CATALOGUE, "source", f"line {line.number}: {line.reason}", advice)


def check_gathered(library: Path) -> Iterator[Finding]:
    """Derived files of the library that are not the JSON, or the lines of JSON, that they should be."""
    yield from _folders_for_files(library)
    listed = sorted((library / "log" / "sources").glob("*.jsonl"))
    for path in (*(library / name for name in _LINES), *listed):
        if not path.is_dir() and (fault := _fault_in_lines(path)) is not None:
            yield Finding(str(path.relative_to(library)), "corrupt", fault, _DERIVED, "remove")
    for name in _DOCUMENTS:
        try:
            json.loads((library / name).read_bytes())
        except (FileNotFoundError, IsADirectoryError):
            continue
        except (OSError, ValueError, RecursionError):
            yield Finding(name, "corrupt", "is not JSON", _DERIVED, "remove")


def check_database(library: Path, stages: Mapping[str, str]) -> Iterator[Finding]:
    """Whether `state.db`, where there is one, is whole and has the episodes at the `stages` (by id) that
    their files and events show.
    """
    path = library / DATABASE
    if not path.is_file():
        return
    advice = "use --fix, or run episcribe rebuild"
    try:
        with closing(read_only(path)) as connection:
            [fault] = connection.execute("PRAGMA quick_check(1)").fetchone()
            told = dict(connection.execute("SELECT episode_id, stage FROM episode_states"))
    except (sqlite3.Error, ValueError) as error:
        if isinstance(error, sqlite3.DatabaseError) and not is_damage(error):
            yield Finding(DATABASE, "note", f"cannot be read now: {error}")
            return
        yield Finding(DATABASE, "corrupt", f"cannot be used: {error}", advice, "update_database")
        return
    if fault != "ok":
        yield Finding(DATABASE, "corrupt", str(fault).splitlines()[0], advice, "update_database")
        return
    wrong = sorted(identifier for identifier in stages if told.get(identifier) != stages[identifier])
    if wrong:
        shown = ", ".join(wrong[:3]) + (" …" if len(wrong) > 3 else "")
        what = f"does not say of {len(wrong)} episodes what their files say ({shown})"
        yield Finding(DATABASE, "stale", what, "use --fix, or run episcribe sync", "update_database")


def _folders_for_files(library: Path) -> Iterator[Finding]:
    """Folders that stand where a file is to be; those beside the shows are found with what is no show."""
    for place in ("log", "reports", "log/sources", *_FLAT):
        folder = library / place
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.is_dir() and (place in _FLAT or path.suffix in _SUFFIXES):
                name = str(path.relative_to(library))
                yield Finding(name, "corrupt", "is a folder, and a file is to be there", _ASIDE, "aside")


def _fault_in_lines(path: Path) -> str | None:
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return None
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    for number, line in enumerate(lines, 1):
        try:
            if line.strip():
                json.loads(line)
        except (ValueError, RecursionError):
            return f"line {number} is not JSON"
    return None
