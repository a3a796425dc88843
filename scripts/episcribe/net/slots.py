"""Network slots: the ways to the network that fetches take turns on, shared by all processes of a library.

A slot is `direct`, a proxy, or a Tor that somebody else runs. Who wants to fetch leases one: the slot that
was used longest ago goes first. All but `direct` serve one fetch at a time; that is a lock of the kernel,
which dies with its process, so that no lease is ever lost.
"""

import os
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit
from zlib import crc32

from episcribe.library.addresses import with_environment
from episcribe.library.errors import ConfigurationError, FailureKind
from episcribe.library.locking import hold, hold_now
from episcribe.net.errors import FetchError, OutOfTime, Resting
from episcribe.net.slot_records import EVERY_HOST, SLOTS_LOCK, Rest, SlotRecord, read_record, write_record
from episcribe.net.waiting import Line, Place

_DEAD = (60.0, 1800.0)  # seconds that a dead slot rests: the first time, doubled each time, at most
_LOOK_EVERY = 0.2  # seconds: a holder that was killed wakes nobody
_KEPT_FOR_THE_FIRST = 1.0  # seconds that a slot which became free is kept for who waits longest


@dataclass(frozen=True, slots=True)
class Slot:
    """A leased way to the network.

    `name` may be shown; `proxy` is a URL that may hold a password (None: no proxy), and may not. Connections
    that were opened for another `generation` are not to be used any more.
    """

    name: str
    kind: Literal["direct", "proxy", "tor"]
    proxy: str | None = field(default=None, repr=False)
    generation: int = 0


class SlotPool:
    """The slots of a configuration; `state` is the folder that all processes share.

    Without `state` the slots are shared by the threads of this process only. A slot that was used for
    `rotation` seconds gets a new circuit (Tor) or new connections. Raises ConfigurationError for what is no
    slot.
    """

    def __init__(self, slots: Sequence[str], state: Path | None = None, rotation: float = 3600.0) -> None:
        self._slots = parse_slots(slots)
        self._state = state
        self._rotation = rotation
        self._own_folder = threading.Lock()

    @contextmanager
    def lease(self, host: str, left: Callable[[], float]) -> Iterator[Slot]:
        """A slot for fetching from `host`, held while the block runs.

        `left()` is how many seconds the caller can still wait; only when every slot that may be used is
        leased is there a wait at all. Raises Resting when all of them rest, OutOfTime when none became free
        in time, and FetchError when a Tor slot cannot be used for want of stem.
        """
        slot, lock = self._wait_for_one(host, left)
        try:
            yield slot
            self._succeeded(slot)
        finally:
            self._give_back(slot, lock)

    def block(self, slot: Slot, host: str, until: float, reason: str) -> None:
        """Leave `host` in peace on this slot until a time in seconds since 1970."""
        with self._records_locked():
            record = self._read(slot)
            record.add_rest(host, Rest(until, _without_secrets(reason, slot)), time.time())
            self._write(slot, record)

    def dead(self, slot: Slot, reason: str) -> None:
        """Let a slot that does not work rest for all hosts: a minute, twice as long each time in a row."""
        now = time.time()
        with self._records_locked():
            record = self._read(slot)
            pause = min(_DEAD[0] * 2.0 ** min(record.failures, 10), _DEAD[1])
            record.failures += 1
            record.socks = ""
            record.add_rest(EVERY_HOST, Rest(now + pause, _without_secrets(reason, slot)), now)
            self._write(slot, record)

    def _wait_for_one(self, host: str, left: Callable[[], float]) -> tuple[Slot, int | None]:
        found = self._look(host)
        if found is not None:
            return found
        with self._line().place(host) as place:
            while (found := self._look(host, place)) is None:
                remaining = left()
                if remaining <= 0:
                    raise OutOfTime(f"{host}: every network slot was in use", FailureKind.TRANSIENT)
                place.wait(min(_LOOK_EVERY, remaining))
        # Another slot may have become free meanwhile, of which only the first in line was told.
        self._line().wake_first()
        return found

    def _look(self, host: str, place: Place | None = None) -> tuple[Slot, int | None] | None:
        """The slot whose turn it is, ready, with its lock; None when all that do not rest are leased."""
        while taken := self._take(host, place):
            ready = self._made_ready(*taken)
            if ready is not None:
                return ready, taken[1]
        return None

    def _take(self, host: str, place: Place | None) -> tuple[Slot, int | None] | None:
        if len(self._slots) == 1 and self._slots[0].kind == "direct":
            self._usable(host, [self._read(self._slots[0])])
            return self._slots[0], None
        with self._records_locked():
            records = [self._read(slot) for slot in self._slots]
            kept = self._kept_for_others(records, place)
            for position in self._usable(host, records):
                slot = self._slots[position]
                lock = None if slot.kind == "direct" or position in kept else self._locked(slot)
                if slot.kind == "direct" or lock is not None:
                    records[position].last_used = time.time()
                    self._write(slot, records[position])
                    return slot, lock
        return None

    def _kept_for_others(self, records: Sequence[SlotRecord], place: Place | None) -> set[int]:
        """The slots that became free just now and belong to those who have waited longer."""
        now = time.time()
        fresh = [
            position
            for position, record in enumerate(records)
            if now - record.last_used < _KEPT_FOR_THE_FIRST and self._slots[position].kind != "direct"
        ]
        kept: set[int] = set()
        for other in self._line().before(place) if fresh else ():
            free = (at for at in fresh if at not in kept and records[at].rest(other.purpose, now) is None)
            position = next((at for at in free if self._is_free(self._slots[at])), None)
            if position is not None:
                kept.add(position)
        return kept

    def _usable(self, host: str, records: Sequence[SlotRecord]) -> list[int]:
        """The positions of the slots that do not rest for `host`, that used longest ago first."""
        now = time.time()
        rests = [record.rest(host, now) for record in records]
        usable = [position for position, rest in enumerate(rests) if rest is None]
        if usable:
            return sorted(usable, key=lambda position: (records[position].last_used, position))
        named = zip(self._slots, rests, strict=True)
        reasons = "; ".join(f"{slot.name}: {rest.reason}" for slot, rest in named if rest)
        until = min(rest.until for rest in rests if rest)
        clock = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(until))
        raise Resting(f"{host}: left in peace until {clock} ({reasons[:300]})", until=until)

    def _made_ready(self, slot: Slot, lock: int | None) -> Slot | None:
        """The leased slot with its present generation, rotated when that is due; None when it is dead."""
        if slot.kind == "direct":
            return slot
        try:
            return self._rotated(slot)
        except FetchError as error:
            if error.kind is FailureKind.PERMANENT:
                self._give_back(slot, lock, used=False)
                raise
            self.dead(slot, str(error))
            self._give_back(slot, lock, used=False)
            return None

    def _rotated(self, slot: Slot) -> Slot:
        """The slot as it is to be used now: with a new generation when the last one was used long enough."""
        now = time.time()
        record = self._read(slot)
        due = now - record.since >= self._rotation or record.since == 0.0
        socks = record.socks
        if slot.kind == "tor" and (due or not socks):
            from episcribe.net.tor import NEWNYM_EVERY, ask_tor

            _, host, port = slot.name.split(":")
            recent = record.since == 0.0 or now - record.since < NEWNYM_EVERY
            socks = ask_tor(host, int(port), new_circuits=due and not recent)
        if due or socks != record.socks:
            with self._records_locked():
                record = self._read(slot)
                record.socks = socks
                if due:
                    # Never a number that was used before, also when the record was lost.
                    record.generation = max(record.generation + 1, int(now))
                    record.since = now
                self._write(slot, record)
        if slot.kind == "tor":
            from episcribe.net.tor import socks_url

            return replace(slot, generation=record.generation, proxy=socks_url(socks, record.generation))
        return replace(slot, generation=record.generation)

    def _succeeded(self, slot: Slot) -> None:
        if slot.kind == "direct" or self._read(slot).failures == 0:
            return
        with self._records_locked():
            record = self._read(slot)
            if record.rest(EVERY_HOST, time.time()) is None:
                record.failures = 0
                self._write(slot, record)

    def _give_back(self, slot: Slot, lock: int | None, *, used: bool = True) -> None:
        """Free the slot, and wake the first of those who wait for it."""
        if lock is None:
            return
        # What was fetched is not to be lost because a full disk takes no record.
        with suppress(FetchError):
            if used:
                self._note_use(slot)
        os.close(lock)
        record, now = self._read(slot), time.time()
        self._line().wake_first(lambda purpose: record.rest(purpose, now) is None)

    def _note_use(self, slot: Slot) -> None:
        with self._records_locked():
            record = self._read(slot)
            record.last_used = time.time()
            self._write(slot, record)

    def _is_free(self, slot: Slot) -> bool:
        lock = self._locked(slot)
        if lock is not None:
            os.close(lock)
        return lock is not None

    def _line(self) -> Line:
        return Line(self._folder() / "waiting")

    def _locked(self, slot: Slot) -> int | None:
        """The slot's lock as an open file, None while another process or thread holds it."""
        file = _opened(self._path(slot, ".lock"))
        try:
            hold_now(file)
        except BlockingIOError:
            os.close(file)
            return None
        except OSError:
            os.close(file)
            raise
        return file

    @contextmanager
    def _records_locked(self) -> Iterator[None]:
        """Hold what all processes hold while they choose a slot or change a record: for a moment only.

        Raises FetchError (transient) when the folder cannot be written to.
        """
        file = None
        try:
            file = _opened(self._folder() / SLOTS_LOCK)
            hold(file)
            yield
        except OSError as error:
            what = f"the records of the network slots cannot be kept ({error.strerror})"
            raise FetchError(what, FailureKind.TRANSIENT) from error
        finally:
            if file is not None:
                os.close(file)

    def _read(self, slot: Slot) -> SlotRecord:
        return SlotRecord() if self._state is None else read_record(self._path(slot, ".json"))

    def _write(self, slot: Slot, record: SlotRecord) -> None:
        write_record(self._path(slot, ".json"), slot.name, record)

    def _path(self, slot: Slot, suffix: str) -> Path:
        words = re.sub(r"[^a-z0-9]+", "-", slot.name.lower()).strip("-")
        return self._folder() / f"{words[:80]}-{crc32(slot.name.encode()):08x}{suffix}"

    def _folder(self) -> Path:
        with self._own_folder:
            if self._state is None:
                import tempfile

                self._own_state = tempfile.TemporaryDirectory(prefix="episcribe-slots-")
                self._state = Path(self._own_state.name)
            return self._state


def parse_slots(slots: Sequence[str]) -> tuple[Slot, ...]:
    """The slots that `direct`, `proxy:URL` and `tor:HOST:CONTROL-PORT` name, in their order.

    `${NAME}` in a proxy's URL is the environment's, so that no password need stand in a file. Two proxies
    that differ in user and password only are told apart by a number. Raises ConfigurationError.
    """
    parsed: list[Slot] = []
    seen: dict[str, int] = {}
    for text in slots:
        slot = _parse_slot(text)
        seen[slot.name] = number = seen.get(slot.name, 0) + 1
        parsed.append(slot if number == 1 else replace(slot, name=f"{slot.name}#{number}"))
    if not parsed:
        raise ConfigurationError("network.slots: expected at least one slot")
    return tuple(parsed)


def _parse_slot(text: str) -> Slot:
    kind, _, rest = text.partition(":")
    if text == "direct":
        return Slot("direct", "direct")
    if kind == "proxy":
        rest = with_environment(rest, "network.slots")
    try:
        parts = urlsplit(rest if kind == "proxy" else f"tor://{rest}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if kind == "proxy" and host and parts.scheme in ("http", "https", "socks5", "socks5h"):
        shown = f"[{host}]" if ":" in host else host
        return Slot(f"proxy:{parts.scheme}://{shown}{f':{port}' if port else ''}", "proxy", rest)
    if kind == "tor" and host and port and rest == f"{host}:{port}":
        return Slot(text, "tor")
    # The text itself may hold a password.
    raise ConfigurationError(
        f"network.slots: a slot of the kind {kind[:10]!r} cannot be read; expected direct, "
        "proxy:http://HOST:PORT, proxy:socks5://HOST:PORT or tor:HOST:CONTROL-PORT"
    )


def _without_secrets(reason: str, slot: Slot) -> str:
    """`reason` in a line, without the user and password of the slot's proxy in any spelling."""
    if slot.proxy is not None:
        user, _, password = urlsplit(slot.proxy).netloc.rpartition("@")[0].partition(":")
        for secret in {f"{user}:{password}@", password, user, unquote(password), unquote(user)}:
            if len(secret) > 2:
                reason = reason.replace(secret, "…")
    return " ".join(reason.split())[:200]


def _opened(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
