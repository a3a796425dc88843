"""Reading the source `urls:`: one address, or a list of them, each told apart by what is there."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from episcribe.library.errors import EpiscribeError, FailureKind
from episcribe.library.refresh import is_remote
from episcribe.net.redaction import shown_url
from episcribe.sources.beside import display_path
from episcribe.sources.listing import Failure, Reading, Wanted, failure_of, one_line, reader_of
from episcribe.sources.reading_files import read_at_most
from episcribe.sources.urls.kept import read_kept, write_kept
from episcribe.sources.urls.lists import Line, is_called_list, parse_list
from episcribe.sources.urls.resolving import NotAnEpisode, resolve

if TYPE_CHECKING:
    from episcribe.net.client import Client

_LARGEST_LIST = 4 << 20
_AT_ONCE = 4
_MOST_WARNINGS = 50
_PASSING = (FailureKind.TRANSIENT, FailureKind.BLOCKED)
_ELSEWHERE = {
    "youtube": ("youtube.com", "youtu.be", "youtube-nocookie.com"),
    "archive": ("archive.org",),
}


def read_urls(
    address: str, *, client: "Client", cache: Path, wanted: Wanted, now: float, root: str
) -> Reading:
    """The episodes at a web address, or at all those in a list, which may be a file on this disk.

    Videos of YouTube and items of archive.org are read as sources of their own; recordings by their first
    bytes; any other page by what it says of itself and by yt-dlp. What was read is kept in `cache` for
    a month, a file for each address. `root` is the working directory, for messages.

    An address of a list that cannot be read costs the others nothing: it is a warning with the number of its
    line, and a failure beside the items where it may be had later. Raises EpiscribeError when there is
    nothing else.
    """
    visit = _Visit(client, cache, wanted, now)
    if not is_remote(address):
        return visit.read_list(
            read_at_most(address, _LARGEST_LIST, "a web address, or a list of them, one a line"),
            display_path(address, root),
        )
    if is_called_list(address):
        return visit.read_list(_fetched(address, client), shown_url(address))
    try:
        return visit.read(address)
    except NotAnEpisode as found:
        if not found.is_text:
            raise
        return visit.read_list(_fetched(address, client), shown_url(address))


@dataclass(frozen=True, slots=True)
class _Visit:
    """One reading of the source."""

    client: "Client"
    cache: Path
    wanted: Wanted
    now: float

    def read(self, address: str) -> Reading:
        """What is at one address. Raises EpiscribeError when that cannot be told."""
        if (kind := _elsewhere(address)) is not None:
            return reader_of(kind)(
                address, client=self.client, cache=self.cache.parent / kind, wanted=self.wanted, now=self.now
            )
        kept = read_kept(self.cache, address, self.now)
        if kept is not None and kept.is_fresh:
            return Reading(kept.items)
        try:
            items, is_final = resolve(address, self.client)
        except EpiscribeError as error:
            if kept is None or error.kind not in _PASSING:
                raise
            return Reading(kept.items, failure=failure_of(error))
        if is_final:
            write_kept(self.cache, address, items, self.now)
        return Reading(items)

    def read_list(self, data: bytes, name: str) -> Reading:
        """What is at the addresses of a list, in their order; `name` is what messages call the list."""
        lines, warnings = parse_list(data)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            answers = list(pool.map(self._attempt, lines))
        items = [item for answer in answers for item in answer.items or ()]
        told = [
            f"line {line.number}: {shown_url(line.address)}: {text}"
            for line, answer in zip(lines, answers, strict=True)
            for text in [*answer.warnings, *([answer.failure.message] if answer.failure else [])]
        ]
        failures = [answer.failure for answer in answers if answer.failure]
        if failures and not items and not any(failure.kind in _PASSING for failure in failures):
            raise EpiscribeError(f"none of the {len(lines)} addresses in {name} can be read; {told[0]}")
        warnings += told
        if not lines:
            warnings.append(f"{name} names no address")
        if len(warnings) > _MOST_WARNINGS:
            warnings[_MOST_WARNINGS:] = [f"… and {len(warnings) - _MOST_WARNINGS} more lines"]
        return Reading(items, warnings=warnings, failure=_failure(failures, len(lines)))

    def _attempt(self, line: Line) -> Reading:
        try:
            return self.read(line.address)
        except EpiscribeError as error:
            return Reading([], failure=failure_of(error))
        except Exception as error:  # noqa: BLE001 - whatever one address does to us, the others must be read
            message = one_line(f"unexpected {type(error).__name__}: {error}")
            return Reading([], failure=Failure(FailureKind.PERMANENT, message))


def _failure(failures: list[Failure], count: int) -> Failure | None:
    """What makes the source due again: the first of the failures that pass with time."""
    passing = [failure for failure in failures if failure.kind in _PASSING]
    if not passing:
        return None
    first = min(passing, key=lambda failure: _PASSING.index(failure.kind))
    return replace(first, message=one_line(f"{len(passing)} of {count} addresses: {first.message}"))


def _elsewhere(address: str) -> str | None:
    """The kind of source that an address belongs to, when it has a reader of its own."""
    host = (urlsplit(address).hostname or "").lower()
    for kind, sites in _ELSEWHERE.items():
        if any(host == site or host.endswith(f".{site}") for site in sites):
            return kind
    return None


def _fetched(address: str, client: "Client") -> bytes:
    return client.fetch(address, max_bytes=_LARGEST_LIST, accept="text/plain, */*").body
