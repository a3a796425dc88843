"""Whether an episode's files are as they were when they were last read: sizes and times, without a look
inside.
"""

import os
from collections.abc import Sequence
from hashlib import blake2b

from episcribe import __version__
from episcribe.ledger.standings import Line
from episcribe.library.catalogue import CatalogueEntry
from episcribe.library.naming import OWN_FOLDERS

_FILES = ("episode.yaml", "transcript.json", "notes.md", "broadcast.yaml", "state.yaml")
_OF_LIBRARY = ("catalog.jsonl", "discovery.json", "seals.jsonl", "standing.jsonl", "log/episcribe.lock")


def stamp(folder: str, entry: CatalogueEntry, standing: Sequence[Line] = ()) -> str:
    """A text that is another when one of the episode's files, its line in the catalogue, or what rests of it
    is another.

    What is written to the folder by renaming, or deleted, shows in the folder's own time.
    """
    parts = [file_stamp(folder), *(file_stamp(f"{folder}/{name}") for name in _FILES)]
    log = f"{folder}/log"
    try:
        parts += [name + file_stamp(f"{log}/{name}") for name in sorted(os.listdir(log)) if ".jsonl" in name]  # noqa: PTH208
    except OSError:
        parts.append("")
    # Another version of the program may tell something else of the same files.
    told = repr((__version__, parts, *map(str, entry), *standing))
    return blake2b(told.encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()


def file_stamp(path: str) -> str:
    """Size and time of a file or folder; empty when it is not there."""
    try:
        status = os.stat(path)  # noqa: PTH116 - called for every file of ten thousand episodes
    except OSError:
        return ""
    return f"{status.st_size}-{status.st_mtime_ns}"


def library_stamp(library: str) -> str:
    """A text that is another when a run was at work in the library, or episodes came into it."""
    shows: list[str] = []
    try:
        with os.scandir(library) as entries:
            shows = sorted(
                entry.path for entry in entries if entry.is_dir() and entry.name not in OWN_FOLDERS
            )
    except OSError:
        pass
    stamps = [file_stamp(path) for path in (*(f"{library}/{name}" for name in _OF_LIBRARY), *shows)]
    return blake2b("|".join((*shows, *stamps)).encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()
