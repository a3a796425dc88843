"""Episodes whose files may not be written: left out of a run, which Snakemake would end, and failed for."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from episcribe.library.layout import STATE, STUDY_PRODUCTS
from episcribe.stages.progress.telling import say_and_log

_NAMES = (*STUDY_PRODUCTS, STATE)


def shut_place(folder: str) -> str | None:
    """What in the folder of an episode may not be written: the folder, that of its logs, or a file that a
    stage makes; None where all may.
    """
    if not os.access(folder, os.W_OK | os.X_OK):
        return folder
    log = f"{folder}/log"
    if not os.access(log, os.F_OK):
        return None  # nothing was made of it yet
    if not os.access(log, os.W_OK | os.X_OK):
        return log
    files = (f"{folder}/{name}" for name in _NAMES)
    return next((f for f in files if os.access(f, os.F_OK) and not os.access(f, os.W_OK)), None)


def shut_lines(shut: Mapping[str, str]) -> dict[str, str]:
    """A line for each show of which something may not be written, from such places by `show/folder`."""
    places: dict[str, list[str]] = {}
    for name, place in shut.items():
        places.setdefault(name.partition("/")[0], []).append(place)
    return {show: f"{show}: {_told(own)}" for show, own in sorted(places.items())}


def _told(places: list[str]) -> str:
    others = f", nor what belongs to {len(places) - 1} more of its episodes" if len(places) > 1 else ""
    return f"{places[0]} cannot be written{others}: look at the permissions"


def main() -> int:
    """`LINE LOG`: fail with the line."""
    line, log = sys.argv[1:]
    say_and_log(line, Path(log))
    return 1


if __name__ == "__main__":
    sys.exit(main())
