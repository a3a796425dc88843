"""One request and its answer: in its turn at the host, over a slot, and with note taken of how it ended."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from episcribe.library.errors import FailureKind
from episcribe.net.errors import FetchError, OutOfTime, ProxyFailed
from episcribe.net.manners import Manners
from episcribe.net.redaction import host_of
from episcribe.net.requests import Request
from episcribe.net.routes import Routes, Way
from episcribe.net.settings import NetSettings
from episcribe.net.urls import refuse_private_name

if TYPE_CHECKING:
    import httpcore

    from episcribe.net.streams import Stream
    from episcribe.net.transport import Deadline


@dataclass(slots=True)
class Ask:
    """What holds for all requests of one fetch; `last` for those after which none is tried again."""

    limit: int
    deadline: "Deadline"
    decode: bool = True
    robots: bool = False
    last: bool = True


class Sender:
    """Sends requests, with `manners` towards their hosts and over the `routes` of the settings.

    Raises OSError when the folder `settings.state` cannot be written.
    """

    def __init__(self, settings: NetSettings) -> None:
        self._settings = settings
        self.manners = Manners(settings)
        self.routes = Routes(settings)

    def send(self, request: Request, ask: Ask) -> "Stream":
        """The answer to a request, whatever its status; over another slot when the first one is dead.

        Raises FetchError, Resting among them.
        """
        group = self.manners.group(host_of(request.url))
        while True:
            try:
                return self._send_once(request, group, ask)
            except ProxyFailed:
                if not self.routes.others:
                    raise
            except OSError as error:  # what the network raises is told apart already
                what = f"{self._settings.state}: the manners towards {group} cannot be kept there"
                raise FetchError(f"{what}: {error.strerror}", FailureKind.TRANSIENT) from error

    def leave_in_peace(self, url: str, reason: str, seconds: float | None) -> float:
        """Let the host of `url` rest, over the slot that this thread used last where there are slots; until
        when, in seconds since 1970.
        """
        group = self.manners.group(host_of(url))
        slot = self.routes.last_slot
        rested = self.manners.breaker.rest(group, reason, seconds, slot.name if slot else None)
        if slot is not None:
            self.routes.block(slot, group, rested.until, reason)
        return rested.until

    def _send_once(self, request: Request, group: str, ask: Ask) -> "Stream":
        from episcribe.net.exchange import send

        breaker, left = self.manners.breaker, ask.deadline.left
        self.routes.prepare()
        if not self.routes.leased:
            breaker.check(group)
        with ExitStack() as held:
            way = held.enter_context(self._turn(group, left))
            if way.proxied and not self._settings.allow_private:
                refuse_private_name(request.target.host)
            if left() <= 0:  # told here, where it is not taken for the host's fault
                raise OutOfTime(f"{group}: other fetches kept it busy", FailureKind.TRANSIENT)
            first = breaker.admit(group, left, way.name)
            try:
                answer = send(way.pool, request, self._settings.timeout, ask.deadline)
                stream = _stream(answer, request, ask, way, held)
                self.routes.answered()
                self._note(group, way, stream.failure, counts=ask.last or first is not None)
                return stream
            except ProxyFailed as error:
                if way.slot is not None:
                    self.routes.dead(way.slot, error)
                raise
            except FetchError as error:
                self._note(group, way, error, counts=ask.last or first is not None)
                raise
            finally:
                if first is not None:
                    first()

    @contextmanager
    def _turn(self, group: str, left: Callable[[], float]) -> Iterator[Way]:
        """A place among those who ask the host, and a way to it.

        Who waits for a slot gives up the place meanwhile: the thread that stays on that slot may want it.
        """
        with ExitStack() as held:
            held.enter_context(self.manners.turn(group, left))
            try:
                way = held.enter_context(self.routes.way(group, lambda: 0.0))
            except OutOfTime:
                held.close()
                way = held.enter_context(self.routes.way(group, left))
                held.enter_context(self.manners.turn(group, left))
            yield way

    def _note(self, group: str, way: Way, failure: FetchError | None, *, counts: bool) -> None:
        """Take note of how a request ended; with `counts` also of a failure that may pass by itself."""
        passing = failure is not None and failure.kind is FailureKind.TRANSIENT and not counts
        if failure is not None and passing and (failure.retry_after or 0.0) <= self._settings.longest_wait:
            return
        rested = self.manners.breaker.note(group, failure, way.name)
        if rested is None or failure is None:
            return
        failure.until = rested.until
        if way.slot is not None:
            self.routes.block(way.slot, group, rested.until, rested.reason)


def _stream(answer: "httpcore.Response", request: Request, ask: Ask, way: Way, held: ExitStack) -> "Stream":
    """The stream of an answer, which from now on holds what `held` does. Raises FetchError."""
    from episcribe.net.streams import Stream, failure_of

    if way.proxied and answer.status == 407:
        answer.close()
        what = f"{host_of(request.url)}: the proxy wants another user or password"
        raise ProxyFailed(what, FailureKind.TRANSIENT)
    stream = Stream(
        answer,
        request,
        limit=ask.limit,
        decode=ask.decode,
        deadline=ask.deadline,
        on_close=held.pop_all().close,
    )
    stream.failure = failure_of(stream)
    return stream
