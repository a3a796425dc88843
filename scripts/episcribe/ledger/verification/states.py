"""Whether state.yaml tells what the events and the files tell."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from episcribe.ledger.state import state_yaml
from episcribe.ledger.verification.finding import Finding
from episcribe.ledger.verification.formats import fault_in, read_yaml
from episcribe.library.layout import STATE

# The seal is the proof of a run, and is compared with the files by the next; what rests ends by itself; and
# the job that writes state.yaml ends after it was written.
_NOT_COMPARED = frozenset(("seal", "standing", "status_message", "last_updated"))

_ALWAYS = ("stage", "error_history")
_OF_FILES = frozenset(("sizes", "metrics"))


def check_state(
    folder: Path, name: str, state: Mapping[str, Any], *, is_changed: bool = False
) -> Iterator[Finding]:
    """Whether the state.yaml in `folder` can be read, and says what `state` says.

    Where products are known to have changed (`is_changed`), what it says of files is not compared.
    """
    try:
        data = (folder / STATE).read_bytes()
    except OSError:
        return  # it comes back with the next run
    path, advice = f"{name}/{STATE}", "use --fix, or let the next run write it"
    fault = fault_in(STATE, data)
    if fault is not None:
        yield Finding(path, "corrupt", fault, advice, "rewrite_state")
        return
    told, folded = read_yaml(data), read_yaml(state_yaml(state).encode("utf-8", "backslashreplace"))
    # What an older version did not yet tell is not compared.
    keys = dict.fromkeys((*_ALWAYS, *told))
    left_out = _NOT_COMPARED | (_OF_FILES if is_changed else frozenset())
    wrong = [key for key in keys if key not in left_out and _differ(told, folded, key)]
    if wrong:
        what = f"does not say what events and files say ({', '.join(wrong[:4])})"
        yield Finding(path, "stale", what, advice, "rewrite_state")


def _differ(told: dict[str, Any], folded: dict[str, Any], key: str) -> bool:
    return bool(_compared(told.get(key)) != _compared(folded.get(key)))


def _compared(value: Any) -> Any:
    """Without the time that was spent on the episode, in which the job that writes state.yaml is not yet."""
    return {k: v for k, v in value.items() if k != "processing_time"} if isinstance(value, dict) else value
