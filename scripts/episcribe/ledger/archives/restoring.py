"""Putting the files of an archive back, without losing what is newer."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from episcribe.ledger.archives.contents import LOG_SUFFIXES, NEVER
from episcribe.ledger.archives.manifest import ArchiveError, History, Manifest, Member, episode_of
from episcribe.ledger.archives.reading import read_members
from episcribe.ledger.events import episode_events
from episcribe.library.catalogue import CatalogueEntry, load_catalogue, set_aside, write_catalogue
from episcribe.library.compression import SUFFIX, compressed_path
from episcribe.library.errors import EpiscribeError
from episcribe.library.layout import CATALOGUE

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Restored:
    """What was restored: how many files of how many episodes. `newer` are the episodes, and files of the
    library, that were left as they are, with why.
    """

    files: int = 0
    episodes: set[str] = field(default_factory=set)
    newer: dict[str, str] = field(default_factory=dict)


def newer_here(library: Path, manifest: Manifest) -> dict[str, str]:
    """What of the archive's episodes and library files is newer in `library`, and how one sees that."""
    found: dict[str, str] = {}
    for name, member in manifest.files.items():
        owner = episode_of(name) or name
        if owner in found or name == CATALOGUE or _is_log(name):
            continue
        if _is_newer(library / name, member):
            found[owner] = f"{name} was changed since"
    for episode in sorted(manifest.episodes):
        events = episode_events(library / episode)
        here, there = History(), manifest.histories.get(episode, History())
        here.take(events)
        if here.is_newer_than(there):
            found[episode] = f"has {here.events} events until {here.last}, the archive {there.events}" + (
                f" until {there.last}" if there.last else ""
            )
    return found


def restore(
    path: Path, manifest: Manifest, library: Path, *, force: bool, progress: Progress, dry_run: bool = False
) -> Restored:
    """Write the files of the archive at `path`, which was checked, into `library`; with `force` also over
    what is newer there.

    Each file is written aside, compared with its digest, and then takes its name. The catalogue keeps the
    episodes that only it knows. What belongs to processes is never taken from an archive. Raises
    ArchiveError, EpiscribeError, OSError.
    """
    done = Restored(newer=newer_here(library, manifest))
    kept = set() if force else set(done.newer)
    wanted = {
        name
        for name in manifest.files
        if (episode_of(name) or name) not in kept and not name.startswith(NEVER)
    }
    done.files, done.episodes = len(wanted), {e for name in wanted if (e := episode_of(name)) is not None}
    if dry_run:
        return done
    _refuse_small_disk(library, sum(manifest.files[name].size for name in wanted))
    number = 0
    for name, member, pieces in read_members(path, manifest):
        if name not in wanted:
            continue
        if name == CATALOGUE and (library / CATALOGUE).exists():
            _merge_catalogue(library, member, b"".join(pieces), kept, force=force)
        else:
            _write(library / name, member, pieces)
            _remove_other_form(library, name, manifest)
        number += 1
        progress(number, len(wanted))
    return done


def _is_log(name: str) -> bool:
    return name.endswith(LOG_SUFFIXES) and "/log/" in name


def _is_newer(path: Path, member: Member) -> bool:
    try:
        status = path.stat()
    except OSError:
        return False
    if status.st_mtime_ns <= member.mtime_ns:
        return False
    return status.st_size != member.size or sha256(path.read_bytes()).hexdigest() != member.sha256


def _refuse_small_disk(library: Path, needed: int) -> None:
    library.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(library).free
    if needed > free:
        raise EpiscribeError(
            f"{library}: the archive needs {needed:,} bytes, and {free:,} are free; nothing was restored"
        )


def _write(path: Path, member: Member, pieces: Iterator[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name[:40]}.{os.urandom(6).hex()}.part")
    digest = sha256()
    try:
        with aside.open("xb") as file:
            for piece in pieces:
                digest.update(piece)
                file.write(piece)
        _check(path.name, digest.hexdigest(), member)
        os.utime(aside, ns=(member.mtime_ns, member.mtime_ns))
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def _check(name: str, digest: str, member: Member) -> None:
    if digest != member.sha256:
        raise ArchiveError(f"{name}: the archive was changed while it was being restored; try again")


def _remove_other_form(library: Path, name: str, manifest: Manifest) -> None:
    """A log or original that was compressed since, or before, is there twice otherwise."""
    path = library / name
    if name.endswith(SUFFIX):
        if name.removesuffix(SUFFIX) not in manifest.files:
            path.with_name(path.name.removesuffix(SUFFIX)).unlink(missing_ok=True)
    elif f"{name}{SUFFIX}" not in manifest.files and (_is_log(name) or "/source/" in name):
        compressed_path(path).unlink(missing_ok=True)


def _merge_catalogue(library: Path, member: Member, data: bytes, kept: set[str], *, force: bool) -> None:
    """The archive's entries over those that are there, but for episodes that are newer here."""
    _check(CATALOGUE, sha256(data).hexdigest(), member)
    path = library / CATALOGUE
    here, rejected = load_catalogue(path)
    if rejected:
        set_aside(path, rejected)
    aside = path.with_name(f".{CATALOGUE}.{os.urandom(6).hex()}.part")
    try:
        aside.write_bytes(data)
        there = {_name(entry): entry for entry in load_catalogue(aside).entries}
    finally:
        aside.unlink(missing_ok=True)
    is_newer = not force and path.stat().st_mtime_ns > member.mtime_ns
    entries = [
        entry if is_newer or _name(entry) in kept else there.get(_name(entry), entry) for entry in here
    ]
    known = {_name(entry) for entry in here}
    entries += [entry for name, entry in there.items() if name not in known]
    write_catalogue(path, entries)


def _name(entry: CatalogueEntry) -> str:
    return f"{entry.show}/{entry.folder}"
