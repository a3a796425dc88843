"""Setting down how an episode stands: its state.yaml, and the stages of it that rest or are given up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from episcribe.ledger.attempts import RetryRules
from episcribe.ledger.events import Event, episode_events
from episcribe.ledger.standings import Line, standing_lines
from episcribe.ledger.state import STUDY, fold_state, state_yaml
from episcribe.library.files import remove_left_over, write_if_changed
from episcribe.library.layout import STATE
from episcribe.library.plain_yaml import NotPlainError, from_yaml

_IDENTIFICATION = ("episode_id", "show", "title", "date", "guid")


@dataclass(frozen=True, slots=True)
class Settled:
    """An episode as it was set down: its state, all its events, its lines for `standing.jsonl`."""

    state: dict[str, Any]
    events: list[Event]
    lines: list[Line]


def settle(
    folder: Path,
    identification: Mapping[str, Any],
    rules: RetryRules,
    now: float,
    *,
    options: Mapping[str, str],
    tracks: Sequence[str] = STUDY,
    local: Sequence[str] = (),
) -> Settled:
    """Fold the episode in `folder`, of which something is still to be made, and write its state.yaml.

    `now` is in seconds since 1970; `options` are those of all its stages, as the stages are called with them;
    `local` the files on this disk that decide it. Nothing is written of an episode without any event. The
    lines of all settled episodes go to `write_standings` together.
    """
    events = episode_events(folder)
    lines = standing_lines(folder, events, rules, now, options=options, local=local) if events else []
    state = fold_state(folder, identification, events, tracks=tracks, standings=lines)
    if events:
        remove_left_over(folder, (STATE,))
        write_if_changed(folder / STATE, state_yaml(state))
    return Settled(state, events, lines)


def refold(folder: Path) -> dict[str, Any] | None:
    """Fold an episode again after an event from outside a run, and write its state.yaml; None when it has
    none, or is finished and sealed.
    """
    try:
        known = from_yaml((folder / STATE).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, NotPlainError):
        return None
    if known.get("seal"):
        return None
    tracks = known.get("tracks")
    identification = {key: known[key] for key in _IDENTIFICATION if key in known}
    state = fold_state(folder, identification, tracks=list(tracks) if isinstance(tracks, dict) else STUDY)
    write_if_changed(folder / STATE, state_yaml(state))
    return state
