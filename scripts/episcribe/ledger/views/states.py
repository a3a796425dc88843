"""Writing every `state.yaml` anew from events and files, and gathering their seals."""

import re
from pathlib import Path

from episcribe.ledger.events import episode_events
from episcribe.ledger.seals import gather_seals, read_seals
from episcribe.ledger.standings import read_standings
from episcribe.ledger.state import fold_state, state_yaml
from episcribe.ledger.views.database import Say
from episcribe.ledger.views.reading import identification, tracks_of
from episcribe.ledger.views.updating import known_entries
from episcribe.library.files import write_if_changed
from episcribe.library.layout import STATE

_SEAL = re.compile(r"^seal: [\"']?([0-9a-f]+)", re.MULTILINE)


def rewrite_states(library: Path, say: Say = lambda line: None) -> int:
    """Fold every episode that has events again and write its state.yaml where it would be another; how many.

    Seals are kept: that in state.yaml, else that in `seals.jsonl`, which is written too. An episode without
    any event keeps what it has.
    """
    seals, standings = read_seals(library), read_standings(library)
    entries = known_entries(library, say)
    written = 0
    for entry in entries:
        name = f"{entry.show}/{entry.folder}"
        folder = library / name
        events = episode_events(folder)
        if not events:
            continue
        state = fold_state(
            folder,
            identification(entry),
            events,
            tracks=tracks_of(folder, events),
            standings=standings.get(name, ()),
        )
        seal = _seal(folder / STATE) or seals.get(name)
        text = state_yaml({**state, "seal": seal} if seal else state)
        written += write_if_changed(folder / STATE, text.encode("utf-8", "backslashreplace"))
    gather_seals(library, [f"{entry.show}/{entry.folder}" for entry in entries], seals)
    return written


def _seal(path: Path) -> str | None:
    try:
        match = _SEAL.search(path.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return None
    return match[1] if match else None
