"""Which files of a library go into an archive."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from episcribe.ledger.evidence import BROADCAST
from episcribe.library.catalogue import REJECTED
from episcribe.library.compression import SUFFIX
from episcribe.library.layout import CATALOGUE, CLUSTER_JOBS, DISCOVERY, EPISODE, RUN_LOCK, UNFINISHED
from episcribe.library.naming import OWN_FOLDERS

LOG_SUFFIXES = (".jsonl", f".jsonl{SUFFIX}")
_OF_LIBRARY = (CATALOGUE, REJECTED, DISCOVERY)
_OF_EPISODE = (EPISODE, BROADCAST)
# What belongs to processes and not to the library, and the database, which is made anew of the files.
NEVER = (
    "log/net/",
    "log/workers/",
    "log/orphans/",
    RUN_LOCK,
    UNFINISHED,
    CLUSTER_JOBS,
    "state.db",
)


def sources_of_truth(library: Path) -> list[str]:
    """The files that cannot be made again of others, by their paths in the library, sorted: the catalogue,
    what the sources said, each episode's description, originals and events.
    """
    found = [name for name in _OF_LIBRARY if (library / name).is_file()]
    found += _files(library, "log/sources", LOG_SUFFIXES)
    for episode in _episodes(library):
        found += [f"{episode}/{name}" for name in _OF_EPISODE if (library / episode / name).is_file()]
        found += _files(library, f"{episode}/log", LOG_SUFFIXES)
        found += _all_below(library, f"{episode}/source")
    return sorted(found)


def all_files(library: Path) -> list[str]:
    """All files of the library, by their paths in it, sorted; but for temporary ones, those by which
    processes agree, and state.db.
    """
    found = _files(library, "")
    for name in _folders(library):
        if name in OWN_FOLDERS:
            found += _all_below(library, name)
        else:
            found += _files(library, name)
            for episode in _folders(library / name):
                found += _all_below(library, f"{name}/{episode}")
    return sorted(name for name in found if not name.startswith(NEVER))


def is_passing(name: str) -> bool:
    """True for the names of hidden and temporary files, and of downloads under way."""
    return name.startswith(".") or name.endswith((".part", ".tmp")) or ".part." in name


def _episodes(library: Path) -> Iterator[str]:
    for show in _folders(library):
        if show not in OWN_FOLDERS:
            yield from (f"{show}/{episode}" for episode in _folders(library / show))


def _folders(folder: Path) -> list[str]:
    """The folders in `folder`, those behind links too: a show may lie on another disk."""
    with suppress(OSError), os.scandir(folder) as entries:
        return sorted(entry.name for entry in entries if entry.is_dir() and not is_passing(entry.name))
    return []


def _files(library: Path, below: str, suffixes: tuple[str, ...] = ("",)) -> list[str]:
    prefix = f"{below}/" if below else ""
    with suppress(OSError), os.scandir(library / below) as entries:
        return [
            f"{prefix}{entry.name}"
            for entry in entries
            if entry.name.endswith(suffixes) and not is_passing(entry.name) and entry.is_file()
        ]
    return []


def _all_below(library: Path, below: str) -> list[str]:
    found: list[str] = []
    for folder, folders, names in os.walk(library / below):
        folders[:] = [name for name in folders if not is_passing(name)]
        inner = Path(folder).relative_to(library).as_posix()
        found += [
            f"{inner}/{name}" for name in names if not is_passing(name) and (Path(folder) / name).is_file()
        ]
    return found
