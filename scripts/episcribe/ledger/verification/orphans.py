"""Files and folders in a library that nobody makes, or that somebody left behind."""

import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

from episcribe.ledger.evidence import BROADCAST, VIDEO
from episcribe.ledger.verification.finding import Finding
from episcribe.ledger.verification.sources import INDEX, read_index
from episcribe.library.compression import SUFFIX
from episcribe.library.files import is_temporary
from episcribe.library.layout import EPISODE, STATE, STUDY_PRODUCTS
from episcribe.library.naming import OWN_FOLDERS

_OWN = frozenset((EPISODE, STATE, BROADCAST, VIDEO, *STUDY_PRODUCTS))
_FOLDERS = frozenset(("source", "log"))
_UNDER_WAY = "speech.partial.jsonl"
_ABANDONED = 7 * 86400.0
_ASIDE = "use --fix to move it to log/orphans, or move it out of the library"
_LEFT = "delete it, or use --fix"


def check_folder(folder: Path, name: str, *, at_work: bool) -> Iterator[Finding]:
    """What in an episode's folder no stage makes. With `at_work` a run may be writing."""
    for path in _entries(folder):
        own = path.name
        if path.is_dir():
            if own not in _FOLDERS and not own.startswith("."):
                yield Finding(f"{name}/{own}", "orphan", "is a folder that nobody makes", _ASIDE, "aside")
        elif (left := _left_over(path, at_work=at_work)) is not None:
            yield Finding(f"{name}/{own}", "temporary", left, _LEFT, "remove")
        elif own not in _OWN and not own.startswith((".", "audio.")):
            yield Finding(f"{name}/{own}", "orphan", "is a file that nobody makes", _ASIDE, "aside")
    for place in ("source", "log"):
        for path in _entries(folder / place):
            if (left := _left_over(path, at_work=at_work)) is not None:
                yield Finding(f"{name}/{place}/{path.name}", "temporary", left, _LEFT, "remove")
    yield from _strange_originals(folder / "source", name)


def check_shows(library: Path, known: Collection[str], *, at_work: bool) -> Iterator[Finding]:
    """What is in the library and its shows but not in the catalogue, whose episodes (`show/folder`) are
    `known`.
    """
    for path in _entries(library):
        left = _left_over(path, at_work=at_work) if not path.is_dir() else None
        if left is not None:
            yield Finding(path.name, "temporary", left, _LEFT, "remove")
    shows = {PurePosixPath(name).parts[0] for name in known}
    for show in _entries(library):
        if not show.is_dir() or show.name in OWN_FOLDERS or show.name.startswith("."):
            continue
        inside = [path for path in _entries(show) if not path.name.startswith(".") or not path.is_dir()]
        if show.name not in shows and not any((path / EPISODE).exists() for path in inside):
            yield Finding(show.name, "orphan", "is a folder of no show", _ASIDE, "aside")
            continue
        for path in inside:
            yield from _in_show(path, f"{show.name}/{path.name}", known, at_work=at_work)


def _in_show(path: Path, name: str, known: Collection[str], *, at_work: bool) -> Iterator[Finding]:
    if not path.is_dir():
        if (left := _left_over(path, at_work=at_work)) is not None:
            yield Finding(name, "temporary", left, _LEFT, "remove")
        elif not path.name.startswith("."):
            yield Finding(name, "orphan", "is a file that nobody makes", _ASIDE, "aside")
    elif name not in known:
        if (path / EPISODE).exists():
            what = "is an episode that the catalogue does not know"
            yield Finding(name, "orphan", what, "use --fix to enter it in the catalogue", "enter")
        else:
            yield Finding(name, "orphan", "is a folder of no episode", _ASIDE, "aside")


def _strange_originals(place: Path, name: str) -> Iterator[Finding]:
    index = read_index(place)
    if not index:
        return
    known = {PurePosixPath(str(record["name"])).name for record in index.values()}
    for path in _entries(place):
        own = path.name
        if own.startswith(".") or own in (INDEX, _UNDER_WAY) or own.endswith((".part", ".part.json")):
            continue
        if own not in known and own.removesuffix(SUFFIX) not in known:
            what = "is a file that the index of the originals does not name"
            yield Finding(f"{name}/source/{own}", "orphan", what, _ASIDE, "aside")


def _left_over(path: Path, *, at_work: bool) -> str | None:
    """What a file is that was left behind by somebody who is gone; None for any other."""
    if is_temporary(path.name):
        return None if at_work else "was being written when a process ended"
    if not path.name.endswith((".part", ".part.json")) or at_work:
        return None
    with suppress(OSError):
        if (path.parent / "transcript.json").exists():
            return "is part of a recording that is no longer needed"
        if time.time() - path.stat().st_mtime > _ABANDONED:
            return "is part of a recording, and was left for a week"
    return None


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []
