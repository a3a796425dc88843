"""How the episodes of a library stand, for the commands that tell of it."""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from episcribe.cli.libraries import DEFAULT_CONFIGURATION, find_episodes
from episcribe.ledger.overview import Look, Rules, lines_by_themselves, look_at
from episcribe.ledger.standings import read_standings
from episcribe.library.catalogue import CatalogueEntry, read_catalogue
from episcribe.library.layout import CATALOGUE


class Known(NamedTuple):
    """The episodes that are asked for, and the rules that hold for them."""

    entries: list[CatalogueEntry]
    rules: Rules


def known_episodes(library: Path, options: argparse.Namespace) -> Known:
    """The episodes of the library, or of `options.show`: those that the configuration asks for, where it is
    that of this library, else all.

    Raises EpiscribeError for a show that is not there.
    """
    plan = _plan(library, options)
    known = plan or _all(library)
    if options.show is None:
        return known
    show = options.show.rstrip("/").partition("/")[0]
    own = [entry for entry in known.entries if entry.show == show]
    if not own:
        find_episodes(library, show)
        if plan is not None:
            # The configuration asks for it no longer; it is still there.
            known = _all(library)
            own = [entry for entry in known.entries if entry.show == show]
    return Known(own, known.rules)


def looks_of(library: Path, known: Known) -> Iterator[Look]:
    """How each of them stands."""
    return look_at(library, known.entries, known.rules)


def _all(library: Path) -> Known:
    entries = read_catalogue(library / CATALOGUE)
    return Known(entries, lines_by_themselves(library, read_standings(library), time.time()))


def _plan(library: Path, options: argparse.Namespace) -> Known | None:
    file = options.configfile or DEFAULT_CONFIGURATION
    if not file.exists():
        return None
    from episcribe.stages.planning import make_plan

    plan = make_plan([file], {}, Path())
    if plan.library.resolve() != library.resolve():
        return None
    return Known(plan.entries, Rules(plan.left_alone, plan.ways.has_one, plan.tracks))
