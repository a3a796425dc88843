"""Whether the last run came to its end, where views and reports are brought up to date.

A run that was killed right before leaves nothing to be made, so that Snakemake calls no hook of the next one.
"""

from contextlib import suppress
from pathlib import Path

from episcribe.ledger.seals import SEALS_FILE
from episcribe.ledger.standings import STANDING_FILE
from episcribe.library.files import remove_left_over, write_atomically
from episcribe.library.layout import CATALOGUE, DISCOVERY, UNFINISHED

_OF_RUNS = (CATALOGUE, DISCOVERY, SEALS_FILE, STANDING_FILE)


def begin_run(library: Path, run: str) -> None:
    """Mark that the run is at work, and clear away what a killed one was writing. Raises OSError."""
    remove_left_over(library, _OF_RUNS)
    for folder in ("log", "log/sources", "reports"):
        remove_left_over(library / folder)
    write_atomically(library / UNFINISHED, f'"{run}"\n')


def end_run(library: Path) -> None:
    """Take the mark away: all that follows from the run's work is up to date."""
    with suppress(OSError):
        (library / UNFINISHED).unlink(missing_ok=True)


def unfinished_run(library: Path) -> str | None:
    """The run that did not come to its end, None where the last one did."""
    try:
        return (library / UNFINISHED).read_text(encoding="utf-8").strip().strip('"')
    except (OSError, UnicodeDecodeError):
        return None
