"""Manners towards a host: few requests at a time, with pauses between their starts, over all processes."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from episcribe.library.errors import FailureKind
from episcribe.net.breaker import Breaker
from episcribe.net.errors import OutOfTime
from episcribe.net.places import OwnPlaces, Places, SharedPlaces
from episcribe.net.records import Records, number
from episcribe.net.settings import HostManners, NetSettings


def group_of(host: str, hosts: Mapping[str, HostManners]) -> str:
    """What `host` (with its port, if that is not the usual one) is counted with: the longest of the names in
    `hosts` that it is or is below, else itself alone.
    """
    labels = host.partition(":")[0].lower().rstrip(".").split(".")
    for start in range(len(labels)):
        name = ".".join(labels[start:])
        if name in hosts:
            return name
    return host.lower()


class Manners:
    """What is to be kept towards all hosts; shared by the threads of a client, and over `settings.state`."""

    def __init__(self, settings: NetSettings) -> None:
        state = settings.state
        self._hosts = {name.lower().strip("."): manners for name, manners in settings.hosts.items()}
        self._usual = HostManners(settings.per_host, settings.pause)
        self.places: Places = OwnPlaces() if state is None else SharedPlaces(state / "places")
        self._starts = Records(None if state is None else state / "starts")
        self._mine = _Mine()
        self.breaker = Breaker(state, self.places, settings.rest)

    def group(self, host: str) -> str:
        """The name under which requests to `host` are counted."""
        return group_of(host, self._hosts)

    @contextmanager
    def turn(self, group: str, left: Callable[[], float]) -> Iterator[None]:
        """Hold one of the group's places while the block runs, and begin it when its time has come.

        A thread that holds one already needs no second: it would wait for itself. Raises OutOfTime when
        `left()` seconds are not enough.
        """
        manners = self._hosts.get(group, self._usual)
        held = self._mine.held
        give_back = None
        if not held.get(group):
            give_back = self.places.taken(group, manners.per_host, left)
            if give_back is None:
                raise OutOfTime(f"{group}: other fetches kept it busy", FailureKind.TRANSIENT)
        held[group] = held.get(group, 0) + 1
        try:
            if manners.pause > 0:
                self._wait_for_start(group, manners, left)
            yield
        finally:
            held[group] -= 1
            if give_back is not None:
                give_back()

    def _wait_for_start(self, group: str, manners: HostManners, left: Callable[[], float]) -> None:
        """Reserve the next start that is free, and sleep until then."""
        now = time.time()
        with self._starts.changing(group) as record:
            start = max(now, number(record, "next"))
            # Only who has a place reserves: what is further away than that was written by a wrong clock.
            if start > now + manners.pause * (manners.per_host + 1):
                start = now
            if start - now > left():
                raise OutOfTime(f"{group}: its pauses left no time", FailureKind.TRANSIENT)
            record["next"] = start + manners.pause
        if start > now:
            time.sleep(start - now)


class _Mine(threading.local):
    """How many turns of each group this thread has."""

    def __init__(self) -> None:
        self.held: dict[str, int] = {}
