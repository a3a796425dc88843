"""What every source gives when it is read, and what a reader is told beforehand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from episcribe.library.catalogue import CatalogueEntry
from episcribe.library.episode import Episode
from episcribe.library.errors import EpiscribeError, FailureKind

if TYPE_CHECKING:
    from episcribe.net.client import Client
    from episcribe.sources.opml import FeedList

_LONGEST_LINE = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a show asks for, so that a reader need not fetch the details of what nobody wants.

    `limit`, `after` (inclusive), `before` (exclusive) and `match` are those of the show; what a reader cannot
    tell from a listing it need not apply, because they are applied again later. `known` are the episodes that
    the show has already, by each of their keys (`youtube:…`, `archive:…`, `enclosure:…`). `shorts`, `live`
    and `translations` are the show's settings for YouTube.
    """

    limit: int | None = None
    after: date | None = None
    before: date | None = None
    match: str | None = None
    known: Mapping[str, CatalogueEntry] = field(default_factory=dict)
    shorts: bool = False
    live: bool = True
    translations: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a source could not be read, in one line, and of what kind the failure is.

    `until` is when a source that wants rest may be asked again, in seconds since the epoch.
    """

    kind: FailureKind
    message: str
    until: float | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a source had: `items` (episodes without id, show and folder) or `feeds` (of a list of feeds).

    It has neither when nothing has changed.

    With a `failure` beside them the items are only some: they are kept, and the source counts as not read;
    `is_cut_off` where it may be that there are no more, because the source always ends so.
    """

    items: list[Episode] | None = None
    feeds: "FeedList | None" = None
    title: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    fingerprint: str | None = None
    absent: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    failure: Failure | None = None
    is_cut_off: bool = False


class Reader(Protocol):
    """Reads a source whose address is not the place of a feed: a channel, a collection, a list of pages."""

    def __call__(self, address: str, *, client: "Client", cache: Path, wanted: Wanted, now: float) -> Reading:
        """The episodes at `address`; `cache` is a folder of the reader's own, `now` seconds since the epoch.

        Raises EpiscribeError when nothing could be read.
        """


def reader_of(kind: str) -> Reader:
    """The function that reads sources of the kind `youtube` or `archive`.

    Imported when a show has such a source: yt-dlp alone takes longer than reading a feed.
    """
    reader: Reader = getattr(import_module(f"episcribe.sources.{kind}"), f"read_{kind}")
    return reader


def failure_of(error: EpiscribeError) -> Failure:
    """The failure that an error tells of; `until` is that of the error, or of what caused it."""
    cause: BaseException | None = error
    until = None
    while cause is not None and until is None:
        until = getattr(cause, "until", None)
        cause = cause.__cause__
    return Failure(error.kind, one_line(str(error)), until if isinstance(until, (int, float)) else None)


def one_line(text: str) -> str:
    """A text without line breaks, and not too long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_LINE else f"{line[: _LONGEST_LINE - 1]}…"
