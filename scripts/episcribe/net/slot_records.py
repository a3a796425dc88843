"""What is remembered of a network slot from one process to the next: a small JSON file for each.

Nothing in it is secret: slots are named without user and password.
"""

import json
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from episcribe.library.files import write_atomically
from episcribe.library.locking import hold

EVERY_HOST = "*"
SLOTS = "slots"
SLOTS_LOCK = "slots.lock"
LONGEST_REST = 7 * 86400.0


class Rest(NamedTuple):
    """Until when (seconds since 1970) a slot is left alone, and why."""

    until: float
    reason: str


@dataclass(slots=True)
class SlotRecord:
    """The state of one slot; times in seconds since 1970.

    `since` is when the present generation began to be used, `failures` how often the slot was found dead in
    a row, `socks` the address at which a Tor takes SOCKS connections, `rests` the pauses by host
    (`EVERY_HOST` for all of them).
    """

    last_used: float = 0.0
    since: float = 0.0
    generation: int = 0
    failures: int = 0
    socks: str = ""
    rests: dict[str, Rest] = field(default_factory=dict)

    def rest(self, host: str, now: float) -> Rest | None:
        """The longest pause that holds for `host` at the moment, None when there is none."""
        holding = [self.rests[key] for key in (host, EVERY_HOST) if key in self.rests]
        return max((rest for rest in holding if rest.until > now), default=None)

    def add_rest(self, host: str, rest: Rest, now: float) -> None:
        """Add a pause, at most a week long, and forget those that are over."""
        self.rests = {key: old for key, old in self.rests.items() if old.until > now}
        self.rests[host] = rest._replace(until=min(rest.until, now + LONGEST_REST))


def read_record(path: Path) -> SlotRecord:
    """The record at `path`; a fresh one where there is none, or where it is torn or means nothing."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return SlotRecord()
    if not isinstance(found, dict):
        return SlotRecord()
    now = time.time()
    rests = found.get("rests")
    kept = {str(key): _rest(value, now) for key, value in rests.items()} if isinstance(rests, dict) else {}
    socks = found.get("socks")
    return SlotRecord(
        last_used=min(_number(found, "last_used"), now),
        since=min(_number(found, "since"), now),
        generation=int(_number(found, "generation")),
        failures=int(_number(found, "failures")),
        socks=socks if isinstance(socks, str) else "",
        rests={key: rest for key, rest in kept.items() if rest is not None},
    )


def write_record(path: Path, name: str, record: SlotRecord) -> None:
    """Keep `record` of the slot called `name` at `path`."""
    rests = {host: {"until": rest.until, "reason": rest.reason} for host, rest in record.rests.items()}
    content = {
        "slot": name,
        "last_used": record.last_used,
        "since": record.since,
        "generation": record.generation,
        "failures": record.failures,
        "socks": record.socks,
        "rests": rests,
    }
    write_atomically(path, json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def lift_rests_on_slots(folder: Path, hosts: Collection[str]) -> None:
    """End the pauses that slots keep towards `hosts`; those for all hosts stay."""
    if not (folder / SLOTS_LOCK).exists():
        return
    with (folder / SLOTS_LOCK).open("a") as lock:
        hold(lock)
        for path in folder.glob("*.json"):
            record = read_record(path)
            kept = {host: rest for host, rest in record.rests.items() if host not in hosts}
            if len(kept) < len(record.rests):
                record.rests = kept
                write_record(path, str(json.loads(path.read_bytes())["slot"]), record)


def _number(found: Mapping[str, Any], key: str) -> float:
    value = found.get(key)
    usable = isinstance(value, (int, float)) and 0 <= value < 1e15
    return float(value) if usable and value is not None else 0.0


def _rest(value: object, now: float) -> Rest | None:
    if not isinstance(value, dict) or not isinstance(value.get("reason"), str):
        return None
    until = _number(value, "until")
    # A clock that was wrong once must not rest a slot for years.
    return Rest(until, value["reason"]) if until <= now + LONGEST_REST + 86400 else None
