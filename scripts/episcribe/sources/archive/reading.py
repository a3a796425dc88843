"""Reading a source on archive.org: what it lists, the metadata of what is wanted, and the episodes in it."""

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from episcribe.library.archive_address import parse_address
from episcribe.library.episode import Episode
from episcribe.library.errors import EpiscribeError, FailureKind
from episcribe.sources.archive.episodes import episodes_of, item_title
from episcribe.sources.archive.errors import NoSuchItem
from episcribe.sources.archive.items import Item, item_of, keep, read_kept, slim
from episcribe.sources.archive.listing import Listed, Walk
from episcribe.sources.listing import Failure, Reading, Wanted, failure_of

if TYPE_CHECKING:
    from episcribe.net.client import Client
    from episcribe.sources.archive.session import ArchiveSite

_TITLE_LENGTH = 300
_MOST_NAMED = 3
_MOST_FAILURES = 5
# As many as are asked for at the same time; how many reach archive.org at once is for the client to say.
_AT_ONCE = 4
# What the list does not date is asked for again after so long.
_STALE = 7 * 86400.0


def read_archive(address: str, *, client: "Client", cache: Path, wanted: Wanted, now: float) -> Reading:
    """The episodes of an item, of all items in a collection and the collections in it, or of a search.

    `address` is an identifier, the URL of a page, or a query. Metadata of items that a list names are fetched
    once, and again when the list says that an item has changed; they are kept in `cache`, a file for each, as
    they come, so that what was fetched is not lost when a later one fails. Items are taken newest first,
    until `wanted.limit` is reached; those that its days leave out are not fetched.

    Raises EpiscribeError: permanent for what archive.org does not have or has withdrawn, blocked when it
    wants rest, transient when it cannot be reached. A failure in the middle of a list comes with the episodes
    that were had.
    """
    place = parse_address(address)
    from episcribe.sources.archive.session import ArchiveSite

    site = ArchiveSite(client)
    if place.query is not None:
        return _List(site, cache, now).read(Walk.of_query(place.query), wanted, None)
    identifier = place.identifier or ""
    item = item_of(site.metadata(identifier), identifier)
    if item.is_dark:
        raise EpiscribeError(f"archive.org has withdrawn the item {identifier} (it is dark)")
    if item.is_collection:
        return _List(site, cache, now).read(Walk.of_collection(identifier), wanted, item_title(item))
    episodes = episodes_of(item, is_whole_show=True)
    warnings = [] if episodes else [f"the item {identifier} holds no recording"]
    return Reading(episodes, title=item_title(item), warnings=warnings)


@dataclass(slots=True)
class _List:
    """A list that is being read, and what it has brought so far.

    `dark`, `gone` and `silent` are items that brought no episode; `failures` are items that could not be had
    this time.
    """

    site: "ArchiveSite"
    cache: Path
    now: float
    episodes: list[Episode] = field(default_factory=list)
    matching: int = 0
    dark: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    failures: list[EpiscribeError] = field(default_factory=list)

    def read(self, walk: Walk, wanted: Wanted, title: str | None) -> Reading:
        """The episodes of the list, and a failure beside them where some could not be had."""
        listed = walk.items(self.site, wanted)
        pattern = re.compile(wanted.match, re.IGNORECASE) if wanted.match else None
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for some in self._batches(listed, wanted.limit):
                for one, (item, error) in zip(some, pool.map(self._item, some), strict=True):
                    self._take(one.identifier, item, error, pattern)
        if self.failures and not self.episodes:
            raise self.failures[0]
        warnings = [*walk.notes, *self._notes(len(listed))]
        return Reading(self.episodes, title=title, warnings=warnings, failure=self._failure())

    def _batches(self, listed: Sequence[Listed], limit: int | None) -> Iterator[Sequence[Listed]]:
        """The list in batches that never ask for more than the limit leaves to be had.

        After a refusal, or several failures, asking on would only disturb.
        """
        position = 0
        while position < len(listed):
            room = _AT_ONCE if limit is None else min(_AT_ONCE, limit - self.matching)
            is_hopeless = len(self.failures) >= _MOST_FAILURES or self._refusal() is not None
            if room <= 0 or is_hopeless:
                return
            yield listed[position : position + room]
            position += room

    def _item(self, one: Listed) -> tuple[Item | None, EpiscribeError | None]:
        """The item, from the cache where that is still good or nothing better can be had; and the failure."""
        kept = read_kept(self.cache, one.identifier)
        if kept is not None:
            is_fresh = kept.mark == one.mark if one.mark else self.now - kept.fetched < _STALE
            if is_fresh:
                return item_of(kept.data, one.identifier), None
        try:
            data = slim(self.site.metadata(one.identifier))
        except EpiscribeError as error:
            is_passing = kept is not None and error.kind is not FailureKind.PERMANENT
            return (item_of(kept.data, one.identifier) if kept and is_passing else None), error
        keep(self.cache, one.identifier, data, mark=one.mark, now=self.now)
        return item_of(data, one.identifier), None

    def _take(
        self,
        identifier: str,
        item: Item | None,
        error: EpiscribeError | None,
        pattern: re.Pattern[str] | None,
    ) -> None:
        if isinstance(error, NoSuchItem):
            self.gone.append(identifier)
        elif error is not None and error.kind is FailureKind.PERMANENT:
            self.refused.append(f"{identifier}: {error}")
        elif error is not None:
            self.failures.append(error)
        if item is None or item.is_collection:
            return
        if item.is_dark:
            self.dark.append(identifier)
            return
        episodes = episodes_of(item)
        if not episodes:
            self.silent.append(identifier)
        self.episodes += episodes
        self.matching += sum(
            pattern is None or pattern.search(episode.title[:_TITLE_LENGTH]) is not None
            for episode in episodes
        )

    def _refusal(self) -> EpiscribeError | None:
        return next((error for error in self.failures if error.kind is FailureKind.BLOCKED), None)

    def _failure(self) -> Failure | None:
        return failure_of(self._refusal() or self.failures[0]) if self.failures else None

    def _notes(self, listed: int) -> list[str]:
        """A line for each class of items that brought no episode; nothing that is known of them is lost."""
        classes = (
            (self.dark, "withdrawn from archive.org (dark)"),
            (self.gone, "listed but not there"),
            (self.silent, "without a recording"),
        )
        lines = [f"{len(names)} of {listed} items {what}: {_some(names)}" for names, what in classes if names]
        lines += self.refused[:_MOST_NAMED]
        return lines if listed else [*lines, "archive.org lists no recordings for it"]


def _some(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
