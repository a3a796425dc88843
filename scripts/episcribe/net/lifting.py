"""Ending the rest of hosts before its time, because a person asks for it."""

import re
import time
from collections.abc import Collection, Iterable
from pathlib import Path

from episcribe.net.breaker import FOLDER, HostAtRest, key_of, resting
from episcribe.net.records import Records, number
from episcribe.net.slot_records import SLOTS, lift_rests_on_slots


def rests_named_in(state: Path, texts: Iterable[str]) -> list[HostAtRest]:
    """The hosts at rest by the client's folder `state` that one of the texts (addresses, messages) names,
    those soonest back first.
    """
    hosts = resting(state)
    if not hosts:
        return []
    text = "\n".join(texts).lower()
    return [host for host in hosts if _names(text, host.host)]


def lift_rests(state: Path, hosts: Collection[HostAtRest]) -> None:
    """Have the hosts asked again at once: one request goes first, and if that fails they rest again."""
    records = Records(state / FOLDER)
    now = time.time()
    for host in hosts:
        with records.changing(key_of(host.host, host.slot)) as record:
            record["until"] = min(now, number(record, "until") or now)
    lift_rests_on_slots(state / SLOTS, {host.host for host in hosts})


def _names(text: str, host: str) -> bool:
    """True when `text` names the host or one below it, and not another that it is a part of."""
    return re.search(rf"(?<![\w-]){re.escape(host.lower())}(?![\w.:-]*\w)", text) is not None
