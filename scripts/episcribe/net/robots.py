"""robots.txt: what a host lets robots fetch (RFC 9309)."""

import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from episcribe.library.errors import FailureKind
from episcribe.net.errors import FetchError, OutOfTime, PrivateAddress, Resting
from episcribe.net.places import Places
from episcribe.net.records import Records, number
from episcribe.net.urls import Target

if TYPE_CHECKING:
    from protego import Protego

    from episcribe.net.streams import Stream
    from episcribe.net.transport import Deadline

_GOOD_FOR = 86400.0  # RFC 9309, section 2.4: not longer than 24 hours
_GOOD_WHILE_UNREACHABLE = 30 * 86400.0  # section 2.3.1.4
_MOST_BYTES = 500 * 1024  # section 2.5: what has to be read at least
_LARGEST_SENT = 64 * 1024 * 1024
_PRODUCT = re.compile(r"[A-Za-z_\-]+")


class Robots:
    """The robots.txt of all hosts, read through `open_stream` (`Client.open`), kept for a day in `state`."""

    def __init__(
        self,
        open_stream: "Callable[..., Stream]",
        places: Places,
        state: Path | None,
        user_agent: str,
    ) -> None:
        self._open = open_stream
        self._places = places
        self._records = Records(None if state is None else state / "robots")
        product = _PRODUCT.match(user_agent)
        self._name = product.group() if product else "*"
        self._lock = threading.Lock()
        self._parsed: dict[str, tuple[str, Protego]] = {}

    def check(self, target: Target, deadline: "Deadline") -> None:
        """Raise FetchError when the host's robots.txt does not allow `target`: permanent when it says so,
        transient when it cannot be read (section 2.3.1.4: then all is disallowed).
        """
        if target.path == "/robots.txt":
            return
        origin = f"{target.scheme}://{target.authority}"
        rules = self._rules(origin, target.authority, deadline)
        if rules and not self._parse(origin, rules).can_fetch(origin + target.path, self._name):
            raise FetchError(
                f"{target.authority}: its robots.txt does not allow {self._name} to fetch this page"
            )

    def _rules(self, origin: str, host: str, deadline: "Deadline") -> str:
        rules = self._kept(origin, _GOOD_FOR)
        if rules is not None:
            return rules
        # One reads it, and those who want it at the same time wait for that one.
        give_back = self._places.taken(f"robots {origin}", 1, deadline.left)
        if give_back is None:
            raise OutOfTime(f"{host}: its robots.txt was not read in time", FailureKind.TRANSIENT)
        try:
            rules = self._kept(origin, _GOOD_FOR)
            return self._renewed(origin, host, deadline) if rules is None else rules
        finally:
            give_back()

    def _kept(self, origin: str, good_for: float) -> str | None:
        record = self._records.read(origin)
        rules, age = record.get("rules"), time.time() - number(record, "read")
        return rules if isinstance(rules, str) and 0 <= age < good_for else None

    def _renewed(self, origin: str, host: str, deadline: "Deadline") -> str:
        try:
            rules = self._read(origin, host, deadline)
        except (PrivateAddress, Resting):  # what holds for the page as well
            raise
        except FetchError as error:
            old = self._kept(origin, _GOOD_WHILE_UNREACHABLE)
            if old is not None:
                return old
            cause = str(error).partition(": ")[2]
            problem = f"{host}: its robots.txt cannot be read ({cause})"
            raise FetchError(problem, FailureKind.TRANSIENT) from error
        with self._records.changing(origin) as record:
            record |= {"read": time.time(), "rules": rules}
        return rules

    def _read(self, origin: str, host: str, deadline: "Deadline") -> str:
        """The text of robots.txt, cut at the limit; empty where there is none (section 2.3.1.3: any 4xx)."""
        url = f"{origin}/robots.txt"
        with self._open(url, max_bytes=_LARGEST_SENT, deadline=deadline.left()) as stream:
            if 200 <= stream.status < 300:
                return stream.read(_MOST_BYTES).decode("utf-8", "replace")
            if 400 <= stream.status < 500 and stream.status != 429:
                return ""
            raise FetchError(f"{host}: answered {stream.status}", FailureKind.TRANSIENT)

    def _parse(self, origin: str, rules: str) -> "Protego":
        with self._lock:
            kept = self._parsed.get(origin)
            if kept is not None and kept[0] == rules:
                return kept[1]
        from protego import Protego

        parsed = Protego.parse(rules)
        with self._lock:
            self._parsed[origin] = (rules, parsed)
        return parsed
