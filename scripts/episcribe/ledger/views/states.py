"""Writing every `state.yaml` anew from events and files, and gathering their seals."""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from episcribe.ledger.seals import gather_seals, read_seals
from episcribe.ledger.standings import Line, read_standings
from episcribe.ledger.state import state_yaml
from episcribe.ledger.views.database import Say
from episcribe.ledger.views.reading import fold_entry
from episcribe.ledger.views.updating import known_entries
from episcribe.library.catalogue import CatalogueEntry
from episcribe.library.files import write_if_changed
from episcribe.library.layout import STATE
from episcribe.library.workers import Workers

_SEAL = re.compile(r"^seal: [\"']?([0-9a-f]+)", re.MULTILINE)
_WORTH_A_PROCESS = 200


def rewrite_states(library: Path, say: Say = lambda line: None, *, processes: int = 1) -> int:
    """Fold every episode that has events again and write its state.yaml where it would be another; how many.

    Seals are kept: that in state.yaml, else that in `seals.jsonl`, which is written too. An episode without
    any event keeps what it has. Many are folded by up to so many `processes`, which are forked: there may be
    no other threads then.
    """
    seals, standings = read_seals(library), read_standings(library)
    entries = known_entries(library, say)
    rewrite = partial(_rewrite_some, library, seals, standings)
    with Workers(min(processes, len(entries) // _WORTH_A_PROCESS)) as workers:
        written = sum(workers.share_out(rewrite, entries))
    gather_seals(library, [f"{entry.show}/{entry.folder}" for entry in entries], seals)
    return written


def _rewrite_some(
    library: Path,
    seals: Mapping[str, str],
    standings: Mapping[str, Sequence[Line]],
    entries: Sequence[CatalogueEntry],
) -> int:
    return sum(rewrite_state(library, entry, seals, standings) for entry in entries)


def rewrite_state(
    library: Path,
    entry: CatalogueEntry,
    seals: Mapping[str, str],
    standings: Mapping[str, Sequence[Line]],
) -> bool:
    """Fold one episode again and write its state.yaml where it would be another; True when it was."""
    name = f"{entry.show}/{entry.folder}"
    state, events = fold_entry(library, entry, standings.get(name, ()))
    if not events:
        return False
    path = library / name / STATE
    seal = _seal(path) or seals.get(name)
    text = state_yaml({**state, "seal": seal} if seal else state)
    return write_if_changed(path, text.encode("utf-8", "backslashreplace"))


def _seal(path: Path) -> str | None:
    try:
        match = _SEAL.search(path.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return None
    return match[1] if match else None
