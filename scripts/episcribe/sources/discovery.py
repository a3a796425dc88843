"""Discovery: reads the sources that are due, and brings the catalogue and the episodes' files up to date."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from episcribe.library.catalogue import CatalogueEntry
from episcribe.library.layout import DISCOVERY
from episcribe.library.refresh import (
    VERSION,
    Record,
    due_sources,
    fingerprint,
    is_remote,
    read_discovery,
    utc_text,
    write_discovery,
)
from episcribe.library.selection import Filters, select
from episcribe.library.store import Store
from episcribe.sources.beside import Beside
from episcribe.sources.opml import FeedList, ListedFeed, name_shows, same_place
from episcribe.sources.reading import Failure, Reading, Task, read_all

if TYPE_CHECKING:
    from episcribe.net.client import Client

_ADVICE = {
    "permanent": "check the source in the configuration",
    "transient": "it is tried again at the next run",
    "blocked": "it is left in peace for an hour, then tried again",
    "none": "there is nothing to be read",
}


class ConfiguredShow(Filters, Protocol):
    """A show of the configuration, as far as discovery goes."""

    @property
    def subject(self) -> str: ...
    @property
    def title(self) -> str | None: ...
    @property
    def source_kind(self) -> str: ...
    @property
    def source(self) -> str: ...


class Network(Protocol):
    """The limits of fetching."""

    @property
    def max_feed_megabytes(self) -> int: ...


class Configuration(Protocol):
    """The configuration, as far as discovery goes."""

    @property
    def timezone(self) -> str: ...
    @property
    def refresh_seconds(self) -> float: ...
    @property
    def network(self) -> Network: ...
    @property
    def shows(self) -> Sequence[ConfiguredShow]: ...


@dataclass(slots=True)
class Outcome:
    """How one source was read: the `items` that it lists, None when it failed or said that nothing has
    changed.
    """

    show: str
    origin: str
    items: int | None = None
    new: int = 0
    changed: int = 0
    failure: Failure | None = None

    @property
    def line(self) -> str:
        """The outcome in one line for a person."""
        if self.failure:
            kind = str(self.failure.kind)
            return f"{self.show}: not read ({kind}): {self.failure.message}; {_ADVICE[kind]}"
        if self.items is None:
            return f"{self.show}: nothing has changed"
        return f"{self.show}: {self.items} listed, {self.new} new, {self.changed} changed"


@dataclass(slots=True)
class Discovery:
    """What a refresh came to.

    `new` and `changed` are the episodes that were not known and those that are described anew, `outcomes`
    how each source that was due was read, `warnings` a line each with the show's name first, `written` the
    number of `episode.yaml` files that were written.
    """

    new: list[CatalogueEntry] = field(default_factory=list)
    changed: list[CatalogueEntry] = field(default_factory=list)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    written: int = 0

    @property
    def failed(self) -> list[Outcome]:
        """The sources that could not be read."""
        return [outcome for outcome in self.outcomes.values() if outcome.failure]


def discover(
    configuration: Configuration,
    *,
    library: Path,
    client_factory: "Callable[[], Client]",
    now: float,
    root: Path | None = None,
    force: bool = False,
) -> Discovery:
    """Read every source that is due and write `episode.yaml` files, the catalogue and `discovery.json`.

    `now` is in seconds since the epoch; `root` is the working directory, to which local paths are relative;
    `force` makes every source due. Sources are read side by side; one that fails keeps its episodes, and
    its outcome says why. Only episodes that their show's filters choose get a folder; the catalogue has
    them all. Raises OSError when the library cannot be written.
    """
    refresh = _Refresh(configuration, library, client_factory, now=now, root=root or Path.cwd(), force=force)
    refresh.read()
    refresh.write()
    return refresh.result


class _Refresh:
    """One refresh: `previous` are the records that the last one left, `_records` those of this one."""

    def __init__(
        self,
        configuration: Configuration,
        library: Path,
        client_factory: "Callable[[], Client]",
        *,
        now: float,
        root: Path,
        force: bool,
    ) -> None:
        self._configuration = configuration
        self._shows = {show.id: show for show in configuration.shows}
        self._client_factory = client_factory
        self._checked_at = utc_text(now)
        self._root = os.path.abspath(root)  # noqa: PTH100 - links in the path stay as they are
        self._previous: dict[str, Record] = read_discovery(library / DISCOVERY)["shows"]
        self._records: dict[str, Record] = {}
        zone: tzinfo = UTC if configuration.timezone == "UTC" else ZoneInfo(configuration.timezone)
        origins = {name: str(record.get("origin", name)) for name, record in self._previous.items()}
        self._store = Store(library, origins, zone)
        self._lacking = {entry.show for entry in self._selected() if self._store.lacks_file(entry)}
        state = {"shows": self._previous}
        due = due_sources(configuration.shows, state, library, now, configuration.refresh_seconds)
        self._due = None if force else {*due, *self._lacking}
        self.result = Discovery(warnings=self._store.warnings)

    def read(self) -> None:
        """Read what is due: first the lists of feeds, then the feeds that they name and all others."""
        for task, reading in self._read([self._task(show) for show in self._of_kind("opml")]):
            if reading.feeds is not None:
                self._records[task.name]["feeds"] = self._expand(task, reading.feeds)
        for task, reading in self._read(list(self._feed_tasks())):
            if reading.items is not None:
                self._merge(task, reading)

    def write(self) -> None:
        """Write what has changed: first the episodes' files, so that the catalogue never promises one too
        early.
        """
        self.result.written = self._store.write(self._selected())
        write_discovery(self._store.library / DISCOVERY, {"version": VERSION, "shows": self._records})

    def _selected(self) -> list[CatalogueEntry]:
        by_origin: dict[str, list[CatalogueEntry]] = {}
        for entry in self._store.entries():
            by_origin.setdefault(entry.origin, []).append(entry)
        return [
            entry
            for origin, entries in by_origin.items()
            if origin in self._shows
            for entry in select(entries, self._shows[origin])
        ]

    def _of_kind(self, *kinds: str) -> Iterator[ConfiguredShow]:
        return (show for show in self._configuration.shows if show.source_kind in kinds)

    def _task(self, show: ConfiguredShow) -> Task:
        return self._conditional(Task(show.source_kind, show.id, show.id, show.source, show.title))

    def _feed_tasks(self) -> Iterator[Task]:
        for show in self._configuration.shows:
            if show.source_kind != "opml":
                yield self._task(show)
                continue
            for feed in self._records[show.id].get("feeds", ()):
                yield self._conditional(Task("feed", feed["show"], show.id, feed["url"]))

    def _conditional(self, task: Task) -> Task:
        """The task with the server's validators, when there is nothing that only a full answer can mend."""
        record = self._previous.get(task.name, {})
        is_known = bool(record.get("feeds")) if task.kind == "opml" else bool(self._store.of_show(task.name))
        same = record.get("source") == task.source and record.get("kind") == task.kind
        if not (self._store.is_whole and is_known and same) or task.name in self._lacking:
            return task
        return Task(
            task.kind,
            task.name,
            task.origin,
            task.source,
            task.title,
            record.get("etag"),
            record.get("last_modified"),
        )

    def _read(self, tasks: Sequence[Task]) -> Iterator[tuple[Task, Reading]]:
        """Read those of `tasks` that are due, make their records, and give the answers that were had."""
        due = [task for task in tasks if self._is_due(task.name)]
        answers = read_all(
            due,
            self._client_factory,
            root=self._root,
            max_bytes=self._configuration.network.max_feed_megabytes << 20,
        )
        read = dict(zip((task.name for task in due), answers, strict=True))
        for task in tasks:
            answer = read.get(task.name)
            if answer is None:
                self._records[task.name] = self._previous[task.name]
                continue
            outcome = Outcome(task.name, task.origin)
            self.result.outcomes[task.name] = outcome
            self._records[task.name] = self._record(task, answer)
            if isinstance(answer, Failure):
                outcome.failure = answer
            else:
                self.result.warnings += [f"{task.name}: {line}" for line in answer.warnings]
                yield task, answer

    def _is_due(self, name: str) -> bool:
        return self._due is None or name in self._due or name not in self._previous

    def _record(self, task: Task, answer: Reading | Failure) -> Record:
        """The record of a source after a reading; what a failure or "not changed" does not tell stays as
        it was.
        """
        previous = self._previous.get(task.name, {})
        if previous.get("source") != task.source:
            previous = {}
        record: Record = {
            "kind": task.kind,
            "origin": task.origin,
            "title": task.title or previous.get("title"),
            "subject": self._shows[task.origin].subject,
            "source": task.source,
            "etag": previous.get("etag"),
            "last_modified": previous.get("last_modified"),
            "checked_at": self._checked_at,
            "items": previous.get("items"),
            "fingerprint": previous.get("fingerprint"),
            "absent": previous.get("absent", []),
            "error": None,
        }
        if "feeds" in previous:
            record["feeds"] = previous["feeds"]
        if isinstance(answer, Failure):
            error = {"kind": str(answer.kind), "message": answer.message, "at": self._checked_at}
            return {**record, "fingerprint": fingerprint(task.kind, task.source), "error": error}
        record.update(etag=answer.etag, last_modified=answer.last_modified, fingerprint=answer.fingerprint)
        listed = answer.items if answer.feeds is None else answer.feeds.feeds
        if listed is not None:
            record.update(title=task.title or answer.title, items=len(listed), absent=answer.absent)
            self.result.outcomes[task.name].items = len(listed)
            self._warn_of_shrinking(task.name, previous.get("items"), len(listed))
        return record

    def _warn_of_shrinking(self, name: str, before: object, now: int) -> None:
        if isinstance(before, int) and 2 * now < before:
            self.result.warnings.append(
                f"{name}: lists {now} now, {before} the last time; nothing that is known was removed"
            )

    def _expand(self, task: Task, listed: FeedList) -> list[dict[str, str]]:
        """The shows of a list: those of feeds that are not configured by themselves."""
        own = {same_place(show.source) for show in self._of_kind("feed")}
        feeds = [feed for feed in self._resolved(task, listed.feeds) if same_place(feed.url) not in own]
        taken = {*self._shows}
        for name, record in self._records.items():
            if name != task.name:
                taken.update(feed["show"] for feed in record.get("feeds", ()))
        named = name_shows(feeds, taken=taken, known=self._known_feeds(task))
        return [{"show": name, "title": feed.title, "url": feed.url} for name, feed in named]

    def _resolved(self, task: Task, feeds: Sequence[ListedFeed]) -> list[ListedFeed]:
        """The feeds with the addresses in a local list as absolute paths."""
        if is_remote(task.source):
            return list(feeds)
        beside = Beside(os.path.dirname(task.source), self._root)  # noqa: PTH120
        resolved = [ListedFeed(feed.title, path) for feed in feeds if (path := beside.path(feed.url))]
        self.result.warnings += [f"{task.name}: {line}" for line in beside.warnings()]
        return resolved

    def _known_feeds(self, task: Task) -> dict[str, str]:
        """The shows that feeds of this list have been, by URL: from the last record, else from the
        episodes.
        """
        known: dict[str, str] = {}
        for entry in self._store.entries():
            if entry.origin == task.name and entry.more:
                for source in entry.more.get("sources", ()):
                    # A local one is relative to the working directory; an absolute one stays as it is.
                    url = source if is_remote(source) else os.path.join(self._root, source)  # noqa: PTH118
                    known[url] = entry.show
        for feed in self._previous.get(task.name, {}).get("feeds", ()):
            known[feed["url"]] = feed["show"]
        return known

    def _merge(self, task: Task, reading: Reading) -> None:
        merge = self._store.merge(task.name, task.origin, reading.items or [])
        by_folder = {entry.folder: entry for entry in merge.entries}
        outcome = self.result.outcomes[task.name]
        outcome.new, outcome.changed = len(merge.new), len(merge.changed)
        self.result.new += [by_folder[folder] for folder in merge.new]
        self.result.changed += [by_folder[folder] for folder in merge.changed]
        self.result.warnings += [f"{task.name}: {line}" for line in merge.warnings]
