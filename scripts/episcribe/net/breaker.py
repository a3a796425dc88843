"""Hosts that are left in peace for a while, after they blocked requests or failed again and again.

An answer 429 or a bot check opens the breaker at once, several 403 or failures in a row after that; nothing
is sent until the time has come, and then one request goes first. An answer closes it. It is kept on disk, so
that it holds for all processes and for the runs to come.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from episcribe.library.errors import FailureKind
from episcribe.net.errors import BotCheck, FetchError, NotResolved, OutOfTime, Resting
from episcribe.net.places import Places
from episcribe.net.records import Record, Records, number, read_all
from episcribe.net.statuses import LONGEST_REST

_FORBIDDEN_IN_A_ROW = 5
_FAILURES_IN_A_ROW = 5
_SHORT_REST = 120.0  # after failures; doubled each time it was in vain
_LONGEST_SHORT_REST = 3600.0
FOLDER = "resting"


@dataclass(frozen=True, slots=True)
class HostAtRest:
    """A host that is left in peace until `until` (seconds since 1970), and why; `slot` where it is so on one
    network slot only.
    """

    host: str
    until: float
    reason: str
    slot: str | None = None


def resting(state: Path) -> list[HostAtRest]:
    """The hosts that rest at the moment by the client's folder `state`, those soonest back first."""
    now = time.time()
    found = [_at_rest(record, now) for record in read_all(state / FOLDER)]
    return sorted((one for one in found if one), key=lambda one: (one.until, one.host, one.slot or ""))


class Breaker:
    """The breakers of all hosts; `rest` is how long one that names no time is left in peace."""

    def __init__(self, state: Path | None, places: Places, rest: float) -> None:
        self._records = Records(None if state is None else state / FOLDER)
        self._places = places
        self._rest = rest

    def check(self, host: str, slot: str | None = None) -> None:
        """Raise Resting while `host` is left in peace."""
        found = _at_rest(self._records.read(key_of(host, slot)), time.time())
        if found is not None:
            raise _resting(found)

    def admit(
        self, host: str, left: Callable[[], float], slot: str | None = None
    ) -> Callable[[], None] | None:
        """None where nothing rests. After a rest, the one that goes first gets what ends its being first;
        others wait until it is back, at most `left()` seconds. Raises Resting, or OutOfTime.
        """
        key = key_of(host, slot)
        if not number(self._records.read(key), "until"):
            return None
        self.check(host, slot)
        first = self._places.taken(f"probe {key}", 1, left)
        if first is None:
            raise OutOfTime(f"{host}: is being asked by another whether it is back", FailureKind.TRANSIENT)
        try:
            self.check(host, slot)
        except Resting:
            first()
            raise
        if not number(self._records.read(key), "until"):
            first()  # it was back
            return None
        return first

    def note(self, host: str, failure: FetchError | None, slot: str | None = None) -> HostAtRest | None:
        """Take note of how a request ended: with an answer (None), or with a failure. What rests now because
        of that is returned.
        """
        key = key_of(host, slot)
        outcome = _outcome(failure)
        if outcome == "nothing" or (outcome == "answer" and not self._records.read(key)):
            return None
        now = time.time()
        with self._records.changing(key) as record:
            if outcome == "answer" or failure is None:
                record.clear()
                return None
            _opened(record, failure, outcome, now, self._rest)
            record |= {"host": host, "slot": slot}
            return _at_rest(record, now)

    def rest(self, host: str, reason: str, seconds: float | None, slot: str | None = None) -> HostAtRest:
        """Leave `host` in peace for so many seconds (None: as long as is usual)."""
        now = time.time()
        length = min(self._rest if seconds is None else seconds, LONGEST_REST)
        with self._records.changing(key_of(host, slot)) as record:
            record |= {"host": host, "slot": slot, "until": now + length, "reason": reason}
        return HostAtRest(host, now + length, reason, slot)


def key_of(host: str, slot: str | None) -> str:
    """What the record of a host is called, over one slot where there are several."""
    return host if slot is None else f"{host} {slot}"


def _at_rest(record: Record, now: float) -> HostAtRest | None:
    until, host, slot = number(record, "until"), record.get("host"), record.get("slot")
    # A clock that was wrong once must not close a host for years.
    if not now < until <= now + LONGEST_REST + 60 or not isinstance(host, str):
        return None
    return HostAtRest(host, until, str(record.get("reason") or "it failed"), slot if slot else None)


def _resting(found: HostAtRest) -> Resting:
    clock = datetime.fromtimestamp(found.until, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    over = f" over {found.slot}" if found.slot else ""
    return Resting(f"{found.host}: is left in peace{over} until {clock}, as it {found.reason}", found.until)


def _outcome(failure: FetchError | None) -> str:
    if failure is None:
        return "answer"
    if isinstance(failure, NotResolved):
        return "nothing"  # nothing was sent, and perhaps it is our own network that is down
    if failure.kind is FailureKind.BLOCKED:
        plain = failure.status == 403 and failure.retry_after is None
        return "forbidden" if plain and not isinstance(failure, BotCheck) else "blocked"
    if failure.kind is FailureKind.TRANSIENT:
        return "failure" if failure.retry_after is None else "blocked"
    return "answer" if failure.status is not None else "nothing"


def _opened(record: Record, failure: FetchError, outcome: str, now: float, rest: float) -> None:
    """Count a failure, and open the breaker when it is one too many, or when it was the first one after a
    rest.
    """
    was_open = number(record, "until") > 0
    counted = int(number(record, outcome)) + 1
    record[outcome] = counted
    asked_for = failure.retry_after
    if outcome == "blocked":
        _until(record, now + (rest if asked_for is None else asked_for), _reason(failure))
    elif outcome == "forbidden" and (was_open or counted >= _FORBIDDEN_IN_A_ROW):
        _until(record, now + rest, f"answered 403 {counted} times in a row")
    elif outcome == "failure" and (was_open or counted >= _FAILURES_IN_A_ROW):
        openings = int(number(record, "openings"))
        # To fail is no worse than to block.
        pause = min(_SHORT_REST * 2.0 ** min(openings, 10), _LONGEST_SHORT_REST, rest)
        record["openings"] = openings + 1
        reason = f"failed {counted} times in a row ({_reason(failure)})"
        _until(record, now + pause, reason)


def _until(record: Record, until: float, reason: str) -> None:
    record["until"] = until
    record["reason"] = reason


def _reason(failure: FetchError) -> str:
    """The cause without the address, which may hold what is private."""
    if isinstance(failure, BotCheck):
        return "asked for a proof that a person is there"
    if failure.status is not None:
        return f"answered {failure.status}"
    return str(failure).partition(": ")[2][:200]
