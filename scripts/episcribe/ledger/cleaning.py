"""What may be deleted from a library: left-over files, and recordings that have been transcribed."""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from episcribe.ledger.events import episode_events
from episcribe.ledger.verification.fixing import move_aside, write_state_anew
from episcribe.ledger.verification.orphans import check_folder, check_shows
from episcribe.ledger.views.reading import tracks_of
from episcribe.library.catalogue import load_catalogue
from episcribe.library.layout import CATALOGUE, EPISODE, STATE, STUDY_PRODUCTS

_RECORDING = "audio."
_PARTS = (".part", ".part.json")


class Superfluous(NamedTuple):
    """A file or folder that may go, by its path in the library: why, its bytes, and whether it is only moved
    to `log/orphans` because it has a source of truth in it.
    """

    path: str
    why: str
    size: int
    is_moved: bool


def orphans(library: Path, *, at_work: bool = False) -> list[Superfluous]:
    """What nobody makes, or somebody left behind; of the folders of episodes those that the catalogue does
    not know. With `at_work` a run may be writing. Without a catalogue nothing is an orphan.
    """
    catalogue = load_catalogue(library / CATALOGUE)
    if catalogue.rejected or not catalogue.entries:
        return []
    names = [f"{entry.show}/{entry.folder}" for entry in catalogue.entries]
    findings = list(check_shows(library, set(names), at_work=at_work))
    for name in names:
        findings += check_folder(library / name, name, at_work=at_work)
    return [
        Superfluous(
            finding.path,
            finding.what,
            _size(library / finding.path),
            finding.kind != "temporary" and _holds_truth(library / finding.path),
        )
        for finding in findings
    ]


def recordings(library: Path, folders: Iterable[Path]) -> Iterator[Superfluous]:
    """The recordings that were fetched for the episodes in `folders` and are no longer needed: the episode is
    finished, and on no track that works with the recording.
    """
    for folder in folders:
        found = [path for path in _entries(folder) if path.name.startswith(_RECORDING) and path.is_file()]
        if not found or any(not (folder / name).exists() for name in STUDY_PRODUCTS):
            continue
        if list(tracks_of(folder, episode_events(folder))) != ["study"]:
            continue
        for path in found:
            why = "is the recording of an episode that has its transcript"
            name = str(path.relative_to(library))
            yield Superfluous(name, why, path.stat().st_size, is_moved=False)


def remove(library: Path, what: Iterable[Superfluous]) -> None:
    """Delete files and folders, and move aside those that hold a source of truth. Nobody else may be at work.

    Raises OSError.
    """
    touched: set[Path] = set()
    for one in what:
        path = library / one.path
        if one.is_moved:
            move_aside(library, one.path)
        elif path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        if path.name.startswith(_RECORDING):
            touched.add(path.parent)
    for folder in touched:
        # It tells of the recording, and is compared with the files when the library is verified.
        if (folder / STATE).exists():
            write_state_anew(library, folder)


def _holds_truth(path: Path) -> bool:
    """True where something lies that cannot be made again: a description, originals, events."""
    if path.parent.name == "source":
        return True
    if not path.is_dir():
        return False
    return any(
        name in (EPISODE, CATALOGUE) or ".jsonl" in name or Path(folder).name == "source"
        for folder, _, names in os.walk(path)
        for name in names
    )


def _size(path: Path) -> int:
    if not path.is_dir():
        with suppress(OSError):
            return path.lstat().st_size
        return 0
    return sum(_size(Path(folder) / name) for folder, _, names in os.walk(path) for name in names)


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if not path.name.endswith(_PARTS))
    except OSError:
        return []
