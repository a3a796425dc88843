"""Mending what verifying found. No source of truth is ever deleted: what is in the way is moved aside."""

import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from episcribe.ledger.seals import read_seals
from episcribe.ledger.standings import read_standings
from episcribe.ledger.verification.finding import Finding
from episcribe.ledger.verification.sources import bad_lines
from episcribe.ledger.views.states import rewrite_state
from episcribe.library.catalogue import read_catalogue, write_catalogue
from episcribe.library.compression import SUFFIX, compressed_path, read_appended
from episcribe.library.files import write_atomically
from episcribe.library.layout import CATALOGUE
from episcribe.library.recovery import recover_entries

_ORDER = ("enter", "clean_log", "remove", "aside", "rewrite_state", "update_database")


def fix(library: Path, findings: Iterable[Finding]) -> Iterator[tuple[Finding, str]]:
    """Mend the findings that can be mended; each is yielded with what was done.

    Nobody else may be at work in the library. Raises OSError, EpiscribeError.
    """
    meant = [finding for finding in findings if finding.fix]
    for finding in sorted(meant, key=lambda finding: (_ORDER.index(finding.fix), finding.path)):
        if finding.fix == "remove":
            (library / finding.path).unlink(missing_ok=True)
            done = "removed"
        elif finding.fix == "aside":
            done = f"moved to {move_aside(library, finding.path)}"
        elif finding.fix == "clean_log":
            done = _clean_log(library, finding.path)
        elif finding.fix == "enter":
            done = _enter(library, finding.path)
        elif finding.fix == "rewrite_state":
            write_state_anew(library, (library / finding.path).parent)
            done = "written anew"
        else:
            from episcribe.ledger.views.updating import update_views

            update_views(library, rebuild=finding.kind == "corrupt")
            done = "brought up to date with the files"
        yield finding, done


def move_aside(library: Path, name: str) -> str:
    """Move a file or folder of the library to `log/orphans/<date>/`, and say where it is now."""
    place = PurePosixPath("log", "orphans", datetime.now(UTC).strftime("%Y-%m-%d"))
    target = place / name
    number = 1
    while os.path.lexists(library / target):
        number += 1
        target = place / f"{name}.{number}"
    (library / target).parent.mkdir(parents=True, exist_ok=True)
    (library / name).rename(library / target)
    return str(target)


def _clean_log(library: Path, name: str) -> str:
    path = library / name
    data = read_appended(path)
    bad = {number for number, _ in bad_lines(data)}
    kept = [line for number, line in enumerate(data.split(b"\n"), 1) if number not in bad and line]
    copies = [
        move_aside(library, f"{name}{suffix}")
        for suffix, form in (("", path), (SUFFIX, compressed_path(path)))
        if form.exists()
    ]
    if kept:
        write_atomically(path, b"".join(line + b"\n" for line in kept))
    return f"took {len(bad)} lines out; as it was it is in {' and '.join(copies)}"


def _enter(library: Path, name: str) -> str:
    entries = read_catalogue(library / CATALOGUE)
    known = {(entry.show, entry.folder) for entry in entries}
    found = [
        entry for entry in recover_entries(library, known, {})[0] if f"{entry.show}/{entry.folder}" == name
    ]
    if not found or found[0].id in {entry.id for entry in entries}:
        return f"moved to {move_aside(library, name)}: its description cannot be used"
    origin = next((entry.origin for entry in entries if entry.show == found[0].show), found[0].show)
    write_catalogue(library / CATALOGUE, [*entries, found[0]._replace(origin=origin)])
    return "entered in the catalogue"


def write_state_anew(library: Path, folder: Path) -> None:
    """Write the state.yaml of the episode in `folder` by its events and files; its seal stays."""
    own = f"{folder.parent.name}/{folder.name}"
    for entry in read_catalogue(library / CATALOGUE):
        if f"{entry.show}/{entry.folder}" == own:
            rewrite_state(library, entry, read_seals(library), read_standings(library))
