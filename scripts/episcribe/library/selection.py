"""Which of the known episodes a show asks for: `after`, `before`, `match` and `limit`."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Protocol

from episcribe.library.catalogue import CatalogueEntry
from episcribe.library.errors import ConfigurationError

_TITLE_LENGTH = 300
_DAY = len("2024-05-01")


class Filters(Protocol):
    """The settings of a show that choose among its episodes."""

    @property
    def id(self) -> str: ...
    @property
    def limit(self) -> int | None: ...
    @property
    def after(self) -> date | None: ...
    @property
    def before(self) -> date | None: ...
    @property
    def match(self) -> str | None: ...


def select(entries: Sequence[CatalogueEntry], show: Filters) -> list[CatalogueEntry]:
    """The episodes that the configured show asks for, in the order of `entries`; those of other shows are
    left out.

    - `after` is inclusive and `before` exclusive: `after: 2024-01-01, before: 2025-01-01` is the year 2024.
      The day of an episode is the one in its folder's name; an undated one is left out where a day is asked
      for.
    - `match` is searched for in the title (its first 300 characters), whatever the case.
    - `limit` takes the newest of what is left, by moment of publication, undated ones last. A list of feeds
      expands to several shows, and each has its own newest.

    Raises ConfigurationError when `match` is not a regular expression.
    """
    own = [entry for entry in entries if show.id in (entry.origin, entry.show)]
    if show.after is not None or show.before is not None:
        own = [entry for entry in own if _is_within(entry.folder[:_DAY], show.after, show.before)]
    if show.match:
        pattern = _compiled(show.match, show.id)
        own = [entry for entry in own if pattern.search(entry.title[:_TITLE_LENGTH])]
    return own if show.limit is None else _newest(own, show.limit)


def _is_within(day: str, after: date | None, before: date | None) -> bool:
    return (
        day[:4].isdigit()
        and (after is None or day >= after.isoformat())
        and (before is None or day < before.isoformat())
    )


def _compiled(expression: str, show: str) -> re.Pattern[str]:
    try:
        return re.compile(expression, re.IGNORECASE)
    except (re.error, RecursionError, OverflowError) as error:
        message = f"show {show!r}: match: {expression!r} is not a regular expression: {error}"
        raise ConfigurationError(message) from None


def _newest(entries: Sequence[CatalogueEntry], limit: int) -> list[CatalogueEntry]:
    shows: dict[str, list[int]] = {}
    for index, entry in enumerate(entries):
        shows.setdefault(entry.show, []).append(index)
    kept: set[int] = set()
    for indices in shows.values():
        # Among equals, and among undated ones, the catalogue's later lines are the newer.
        ranked = sorted(indices, key=lambda index: (entries[index].published or "", index), reverse=True)
        kept.update(ranked[:limit])
    return [entry for index, entry in enumerate(entries) if index in kept]
