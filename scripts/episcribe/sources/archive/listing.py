"""What a collection or a search lists: its items, and those of the collections in it."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from episcribe.library.archive_address import is_identifier
from episcribe.sources.archive.dates import archive_date, full_day
from episcribe.sources.archive.items import texts_of
from episcribe.sources.listing import Wanted

if TYPE_CHECKING:
    from episcribe.sources.archive.session import ArchiveSite

MOST_ITEMS = 10_000
DEEPEST = 4
_MOST_COLLECTIONS = 500
# `etree` are the recordings of live music.
_RECORDED = ("audio", "etree", "movies")
# How many more items than are wanted are looked at: some will hold no recording.
_SLACK = 100


@dataclass(frozen=True, slots=True)
class Listed:
    """One item of a list: its date as far as the list tells, and the `mark` that changes with the item."""

    identifier: str
    date: str | None = None
    mark: str | None = None


@dataclass(slots=True)
class Walk:
    """The way through a list and the collections in it; `notes` are lines for what was left out.

    `queries` are still to be asked, each with its depth; `seen` are the collections that were met.
    """

    queries: deque[tuple[str, int]] = field(default_factory=deque)
    seen: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    most: int = MOST_ITEMS
    _found: dict[str, Listed] = field(default_factory=dict)
    _others: int = 0

    @classmethod
    def of_query(cls, query: str) -> "Walk":
        """The way through the results of a search."""
        return cls(deque([(query, 0)]))

    @classmethod
    def of_collection(cls, identifier: str) -> "Walk":
        """The way through a collection."""
        walk = cls()
        walk._enter(identifier, 0)
        return walk

    def items(self, site: "ArchiveSite", wanted: Wanted) -> list[Listed]:
        """The items with recordings that may be wanted, the newest first, undated ones last, each once.

        Collections are followed DEEPEST levels down, whatever circles they make; at most `most` items are
        taken. Raises EpiscribeError when archive.org cannot be asked.
        """
        is_limited = wanted.limit is not None and not wanted.match and wanted.before is None
        enough = 4 * (wanted.limit or 0) + _SLACK if is_limited else self.most
        while self.queries and len(self._found) < self.most:
            query, depth = self.queries.popleft()
            for one in islice(self._recordings(site, query, depth, enough), enough):
                self._found.setdefault(one.identifier, one)
                if len(self._found) >= self.most:
                    self.notes.append(
                        f"only {self.most} items are taken; name a smaller collection or search"
                    )
                    break
        if self._others:
            self.notes.append(f"results that are neither audio nor video were left out: {self._others}")
        kept = [one for one in self._found.values() if _may_be_wanted(one, wanted)]
        return sorted(kept, key=lambda one: (one.date or "", one.identifier), reverse=True)

    def _recordings(self, site: "ArchiveSite", query: str, depth: int, enough: int) -> Iterator[Listed]:
        """The results of one query that are recordings; the collections among them are noted for later."""
        for result in site.search(query, page=enough):
            identifier = result["identifier"]
            if not is_identifier(identifier):
                continue
            kind = next(iter(texts_of(result.get("mediatype"))), None)
            if kind == "collection":
                self._enter(identifier, depth + 1)
            elif kind is None or kind in _RECORDED:
                yield _listed(result)
            else:
                self._others += 1

    def _enter(self, identifier: str, depth: int) -> None:
        """Note that a collection is to be asked for its items, and apart from them for its collections: no
        limit cuts those off.
        """
        if identifier in self.seen:
            return
        self.seen.add(identifier)
        if depth > DEEPEST:
            self.notes.append(f"the collection {identifier} lies more than {DEEPEST} levels down: left out")
        elif len(self.seen) <= _MOST_COLLECTIONS:
            inside = f"collection:({identifier}) AND mediatype:"
            self.queries.append((f"{inside}({' OR '.join(_RECORDED)})", depth))
            self.queries.append((f"{inside}(collection)", depth))


def _listed(result: dict[str, Any]) -> Listed:
    marks = [text for name in ("oai_updatedate", "updatedate") for text in texts_of(result.get(name))]
    return Listed(
        identifier=result["identifier"],
        date=archive_date(result.get("date"), result.get("publicdate")),
        mark=max(marks, default=None),
    )


def _may_be_wanted(one: Listed, wanted: Wanted) -> bool:
    """False for what lies outside the days that are asked for.

    The index of archive.org makes the first of January of a year alone: such a day excludes nothing of its
    year.
    """
    day = full_day(one.date)
    if day is None:
        return True
    if wanted.before is not None and day >= wanted.before:
        return False
    if wanted.after is None or day >= wanted.after:
        return True
    return (day.month, day.day) == (1, 1) and day.year == wanted.after.year
