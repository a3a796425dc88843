"""The ways to the network: one pool of connections for each slot, and who uses which slot."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from episcribe.net.errors import FetchError
from episcribe.net.settings import NetSettings
from episcribe.net.slot_records import SLOTS

if TYPE_CHECKING:
    import httpcore

    from episcribe.net.slots import Slot, SlotPool

_ONLY_DIRECT = ("direct",)


@dataclass(frozen=True, slots=True)
class Way:
    """A pool of connections, and the slot that it goes over; None where there are no slots to choose from."""

    pool: "httpcore.ConnectionPool"
    slot: "Slot | None" = None

    @property
    def name(self) -> str | None:
        """The slot's name, as it may be shown."""
        return None if self.slot is None else self.slot.name

    @property
    def proxied(self) -> bool:
        """True when it is a proxy that resolves names."""
        return self.slot is not None and self.slot.proxy is not None


class Routes:
    """Opens connections over the slots of `settings`; shared by many threads.

    Where `direct` is the only slot there is nothing to lease, and nothing of slots is even imported.
    """

    def __init__(self, settings: NetSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._pools: dict[str, tuple[int, httpcore.ConnectionPool]] = {}
        self._slots: SlotPool | None = None
        self._users = threading.local()
        self.leased = settings.slots != _ONLY_DIRECT

    def close(self) -> None:
        """Close all connections; a later way opens new ones."""
        with self._lock:
            pools, self._pools = self._pools, {}
        for _, pool in pools.values():
            pool.close()

    def prepare(self) -> None:
        """Do what takes its time before a turn is waited for, and not while one is held."""
        if not self.leased:
            self._pool("direct", None, 0)

    @property
    def others(self) -> int:
        """How many other slots there are to try, for this thread and at the moment."""
        stays = self._mine.pinned and self._mine.lease is not None
        return 0 if stays else len(self._settings.slots) - 1

    @property
    def last_slot(self) -> "Slot | None":
        """The slot that this thread used last."""
        return self._mine.last

    @contextmanager
    def way(self, host: str, left: Callable[[], float]) -> Iterator[Way]:
        """A way to `host` while the block runs; a thread that holds a slot already stays on it.

        Raises Resting when every slot rests, OutOfTime when none is free in `left()` seconds.
        """
        if not self.leased:
            yield Way(self._pool("direct", None, 0))
            return
        mine = self._mine
        lease = mine.lease or _Lease(self._all_slots(), host, left, mine)
        lease.users += 1
        mine.last = slot = lease.slot
        with lease.used():
            yield Way(self._pool(slot.name, slot.proxy, slot.generation), slot)

    @contextmanager
    def on_one_slot(self) -> Iterator[None]:
        """Whatever this thread fetches inside goes over the slot that gave its first answer."""
        mine = self._mine
        if not self.leased or mine.pinned:
            yield
            return
        mine.pinned = True
        try:
            yield
        finally:
            mine.pinned = False
            if mine.lease is not None:
                mine.lease.end_if_unused(None)

    @property
    def _mine(self) -> "_User":
        user: _User | None = getattr(self._users, "user", None)
        if user is None:
            user = self._users.user = _User()
        return user

    def block(self, slot: "Slot", host: str, until: float, reason: str) -> None:
        """Let other fetches of `host` go over other slots until then."""
        self._all_slots().block(slot, host, until, reason)

    def answered(self) -> None:
        """Take note that the slot of this thread brought an answer."""
        if self._mine.lease is not None:
            self._mine.lease.has_answered = True

    def dead(self, slot: "Slot", error: FetchError) -> None:
        """Take a slot that does not work out of use for a while; a thread that wants to stay on one, and has
        no answer over this one yet, gets another.
        """
        self._all_slots().dead(slot, str(error).partition(": ")[2])
        lease = self._mine.lease
        if lease is not None and not lease.has_answered:
            lease.is_given_up = True

    def _all_slots(self) -> "SlotPool":
        with self._lock:
            if self._slots is None:
                from episcribe.net.slots import SlotPool

                settings = self._settings
                state = None if settings.state is None else settings.state / SLOTS
                self._slots = SlotPool(settings.slots, state, settings.rotation)
            return self._slots

    def _pool(self, name: str, proxy: str | None, generation: int) -> "httpcore.ConnectionPool":
        with self._lock:
            kept = self._pools.get(name)
            if kept is not None and kept[0] == generation:
                return kept[1]
            if kept is not None:
                kept[1].close()
            from episcribe.net.transport import open_pool

            pool = open_pool(allow_private=self._settings.allow_private, proxy=proxy)
            self._pools[name] = (generation, pool)
            return pool


class _User:
    """What one thread has: the slot that it holds, whether it keeps it, and the one that it used last."""

    def __init__(self) -> None:
        self.lease: _Lease | None = None
        self.pinned = False
        self.last: Slot | None = None


class _Lease:
    """A slot that one thread has leased, for all the answers that it has open at the same time."""

    def __init__(self, slots: "SlotPool", host: str, left: Callable[[], float], user: _User) -> None:
        self._held = ExitStack()
        self._user = user
        self.users = 0
        self.has_answered = self.is_given_up = False
        self.slot = self._held.enter_context(slots.lease(host, left))
        user.lease = self

    @contextmanager
    def used(self) -> Iterator[None]:
        """Use the slot while the block runs; the last user gives it back, unless its thread keeps it."""
        problem: BaseException | None = None
        try:
            yield
        except BaseException as error:
            problem = error
            raise
        finally:
            self.users -= 1
            self.end_if_unused(problem)

    def end_if_unused(self, problem: BaseException | None) -> None:
        """Give the slot back when nobody uses it and its thread does not keep it."""
        is_kept = self._user.pinned and not self.is_given_up
        if self.users or is_kept or self._user.lease is not self:
            return
        self._user.lease = None
        self._held.__exit__(type(problem) if problem else None, problem, None)
