"""Verifying a library: everything that it has against everything that it should be."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from episcribe.ledger.compressing import is_finished
from episcribe.ledger.events import Event, open_start
from episcribe.ledger.processes import is_alive
from episcribe.ledger.seals import read_seals
from episcribe.ledger.standings import read_standings
from episcribe.ledger.verification.finding import Finding
from episcribe.ledger.verification.gathered import check_catalogue, check_database, check_gathered
from episcribe.ledger.verification.orphans import check_folder, check_shows
from episcribe.ledger.verification.products import check_products
from episcribe.ledger.verification.sources import check_description, check_logs, check_originals
from episcribe.ledger.verification.states import check_state
from episcribe.ledger.views.reading import fold_entry
from episcribe.library.catalogue import Catalogue, CatalogueEntry, load_catalogue
from episcribe.library.layout import CATALOGUE

Progress = Callable[[int, int], None]
Seal = Callable[[CatalogueEntry], str | None]


@dataclass(slots=True)
class Verified:
    """What verifying found; how many episodes were looked at, and how many of these are finished."""

    findings: list[Finding] = field(default_factory=list)
    episodes: int = 0
    finished: int = 0

    @property
    def problems(self) -> list[Finding]:
        """The findings but for the notes."""
        return [finding for finding in self.findings if finding.is_problem]


def verify_library(
    library: Path,
    show: str | None = None,
    *,
    at_work: bool = False,
    seal: Seal | None = None,
    progress: Progress = lambda done, total: None,
) -> Verified:
    """Look at all files of the library, or of one `show`. Nothing is changed.

    With `at_work` a run is at work: what it may be writing is passed over. `seal` tells the seal that an
    episode has as it is now.
    """
    catalogue = load_catalogue(library / CATALOGUE)
    entries = [entry for entry in catalogue.entries if show in (None, entry.show)]
    done, stages = Verified(), dict[str, str]()
    if show is None:
        done.findings += _check_whole(library, catalogue, at_work=at_work)
    seals, standings = read_seals(library), read_standings(library)
    for number, entry in enumerate(entries, 1):
        progress(number, len(entries))
        folder = library / _name(entry)
        if not folder.is_dir():
            continue
        done.episodes += 1
        done.finished += is_finished(folder)
        state, events = fold_entry(library, entry, standings.get(_name(entry), ()))
        if at_work and _is_at_work(events):
            continue
        found = list(_check_files(folder, entry, events, at_work=at_work))
        if not at_work or is_finished(folder):
            is_changed = any(finding.kind in ("corrupt", "note") for finding in found)
            found += check_state(folder, _name(entry), state, is_changed=is_changed)
            stages[entry.id] = str(state["stage"])
        done.findings += found
        done.findings += _check_seal(entry, seals.get(_name(entry)), seal)
    if not at_work:
        done.findings += check_database(library, stages)
    return done


def _check_whole(library: Path, catalogue: Catalogue, *, at_work: bool) -> Iterator[Finding]:
    yield from check_catalogue(library, catalogue)
    yield from check_gathered(library)
    if (library / CATALOGUE).exists():
        yield from check_shows(library, {_name(entry) for entry in catalogue.entries}, at_work=at_work)


def _check_files(
    folder: Path, entry: CatalogueEntry, events: list[Event], *, at_work: bool
) -> Iterator[Finding]:
    name = _name(entry)
    yield from check_description(folder, name)
    yield from check_originals(folder, name)
    yield from check_logs(folder, name)
    yield from check_products(folder, name, events)
    yield from check_folder(folder, name, at_work=at_work)


def _check_seal(entry: CatalogueEntry, known: str | None, seal: Seal | None) -> Iterator[Finding]:
    if known is not None and seal is not None and seal(entry) != known:
        what = "was changed since it was sealed, or its settings were; the next run looks at it again"
        yield Finding(_name(entry), "note", what)


def _is_at_work(events: list[Event]) -> bool:
    stages = {str(event.get("stage")) for event in events}
    starts = (open_start([event for event in events if event.get("stage") == stage]) for stage in stages)
    return any(start is not None and is_alive(start) for start in starts)


def _name(entry: CatalogueEntry) -> str:
    return f"{entry.show}/{entry.folder}"
