"""Discovery: reads the sources that are due, and brings the catalogue and the episodes' files up to date."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, tzinfo
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from episcribe.library.catalogue import CatalogueEntry
from episcribe.library.contributions import has_listed, read_listed
from episcribe.library.errors import FailureKind
from episcribe.library.layout import DISCOVERY
from episcribe.library.refresh import (
    VERSION,
    Record,
    due_sources,
    is_record_of,
    read_discovery,
    utc_text,
    write_discovery,
)
from episcribe.library.selection import select
from episcribe.library.several import Source
from episcribe.library.store import Store
from episcribe.sources.configured import Configuration, ConfiguredShow
from episcribe.sources.listing import Failure, Reading, Wanted
from episcribe.sources.lists import known_feeds, shows_of_list
from episcribe.sources.opml import FeedList
from episcribe.sources.outcomes import Discovery, Outcome
from episcribe.sources.reading import Surroundings, Task, place_of, read_all
from episcribe.sources.records import record_of

if TYPE_CHECKING:
    from episcribe.net.client import Client
_LOOKS_AT_KNOWN = frozenset(("youtube", "archive", "urls"))


def discover(
    configuration: Configuration,
    *,
    library: Path,
    client_factory: "Callable[[], Client]",
    now: float,
    root: Path | None = None,
    force: bool = False,
    processes: int = 1,
) -> Discovery:
    """Read every source that is due and write `episode.yaml` files, the catalogue and `discovery.json`.

    `now` is in seconds since the epoch; `root` is the working directory, to which local paths are relative;
    `force` makes every source due. Sources are read side by side; one that fails keeps its episodes, and
    its outcome says why. Only episodes that their show's filters choose get a folder; the catalogue has
    them all. Where there is much to do, up to so many `processes` share it; they are forked, so that no
    thread may be running meanwhile. Raises OSError when the library cannot be written.
    """
    refresh = _Refresh(
        configuration,
        library,
        client_factory,
        now=now,
        root=root or Path.cwd(),
        force=force,
        processes=processes,
    )
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
        processes: int,
    ) -> None:
        self._configuration = configuration
        self._shows = {show.id: show for show in configuration.shows}
        self._client_factory = client_factory
        self._processes = processes
        self._checked_at = utc_text(now)
        self._root = os.path.abspath(root)  # noqa: PTH100 - links in the path stay as they are
        self._previous: dict[str, Record] = read_discovery(library / DISCOVERY)["shows"]
        self._records: dict[str, Record] = {}
        zone: tzinfo = UTC if configuration.timezone == "UTC" else ZoneInfo(configuration.timezone)
        origins = {name: str(record.get("origin", name)) for name, record in self._previous.items()}
        self._store = Store(library, origins, zone)
        self._lacking: dict[str, set[str]] = {}
        for entry in self._selected():
            if self._store.lacks_file(entry):
                self._lacking.setdefault(entry.show, set()).add(entry.folder)
        state = {"shows": self._previous}
        due = due_sources(configuration.shows, state, library, now, configuration.refresh_seconds)
        self._due = None if force else set(due)
        self._around = Surroundings(self._root, library, configuration.network.max_feed_megabytes << 20, now)
        self._own_tasks = [task for show in configuration.shows for task in self._tasks_of(show)]
        self.result = Discovery(warnings=self._store.warnings)

    def read(self) -> None:
        """Read what is due: first the lists of feeds, then the feeds that they name and all others."""
        for task, reading in self._read([task for task in self._own_tasks if task.kind == "opml"]):
            if reading is not None and reading.feeds is not None:
                self._records[task.name]["feeds"] = self._expand(task, reading.feeds)
        # A show is merged as soon as its sources are read, while those of the next ones still are.
        for show, answers in groupby(self._read(list(self._episode_tasks())), key=lambda pair: pair[0].show):
            read = list(answers)
            own = [task for task, _ in read]
            readings = {task.name: reading for task, reading in read if reading and reading.items is not None}
            if readings or (len(own) > 1 and show in self._lacking):
                self._merge(own, readings)

    def write(self) -> None:
        """Write what has changed: first the episodes' files, so that the catalogue never promises one too
        early.
        """
        self.result.written = self._store.write(self._selected(), self._processes)
        for task in list(self._episode_tasks()):
            if task.show in self._store.shut:
                self._fail(task, Failure(FailureKind.TRANSIENT, self._store.shut[task.show]))
        write_discovery(self._store.library / DISCOVERY, {"version": VERSION, "shows": self._records})

    def _fail(self, task: Task, failure: Failure) -> None:
        """Record that what the source listed could not all be written."""
        outcome = self.result.outcomes.setdefault(task.name, Outcome(task.name, task.origin))
        outcome.failure = failure
        error = {"kind": str(failure.kind), "message": failure.message, "at": self._checked_at}
        self._records[task.name] = {**self._records[task.name], "error": error}

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

    def _tasks_of(self, show: ConfiguredShow) -> Iterator[Task]:
        """The sources that the configuration names for a show."""
        for source in show.sources:
            task = Task(source.kind, source.name, show.id, show.id, source.address, show.title)
            if source.kind in _LOOKS_AT_KNOWN:
                task = replace(task, wanted=self._wanted(show, source.name))
            yield task

    def _wanted(self, show: ConfiguredShow, name: str) -> Wanted:
        """What the show asks of its source `name`, and which episodes that source has told of."""
        entries = self._store.of_show(show.id)
        if len(show.sources) > 1:
            told = read_listed(self._store.library, name) or {}
            entries = [entry for entry in entries if entry.folder in told]
        return Wanted(
            show.limit,
            show.after,
            show.before,
            show.match,
            {key: entry for entry in entries for key in entry.keys},
            shorts=show.youtube_videos.shorts,
            live=show.youtube_videos.live,
            translations=show.youtube_videos.translations,
        )

    def _episode_tasks(self) -> Iterator[Task]:
        """All sources of episodes: those of the configuration, with the feeds in place of their lists."""
        for task in self._own_tasks:
            if task.kind != "opml":
                yield task
                continue
            for feed in self._records[task.name].get("feeds", ()):
                yield Task("feed", feed["show"], feed["show"], task.name, feed["url"])

    def _conditional(self, task: Task) -> Task:
        """The task with the server's validators, when there is nothing that only a full answer can mend."""
        record = self._previous.get(task.name, {})
        is_known = bool(record.get("feeds")) if task.kind == "opml" else self._is_known(task)
        same = is_record_of(record, task.source) and record.get("kind") == task.kind
        if not (self._store.is_whole and is_known and same) or task.show in self._lacking:
            return task
        return replace(task, etag=record.get("etag"), last_modified=record.get("last_modified"))

    def _is_known(self, task: Task) -> bool:
        """True when what the source listed is still known."""
        has_others = len(self._shows[task.origin].sources) > 1
        if has_others and not has_listed(self._store.library, task.name):
            return False
        return bool(self._store.of_show(task.show))

    def _read(self, tasks: Sequence[Task]) -> Iterator[tuple[Task, Reading | None]]:
        """Read those of `tasks` that are due, make their records, and give each with what was had of it."""
        due = {task.name: self._conditional(task) for task in tasks if self._is_due(task)}
        answers = read_all(list(due.values()), self._client_factory, self._around, self._processes)
        for task in tasks:
            if task.name not in due:
                self._records[task.name] = self._previous[task.name]
                yield task, None
                continue
            answer = self._as_always(task, next(answers))
            outcome = Outcome(task.name, task.origin)
            self.result.outcomes[task.name] = outcome
            outcome.failure = answer if isinstance(answer, Failure) else answer.failure
            self._records[task.name] = self._record(task, answer)
            if isinstance(answer, Reading):
                self.result.warnings += [f"{task.name}: {line}" for line in answer.warnings]
            yield task, answer if isinstance(answer, Reading) else None

    def _as_always(self, task: Task, answer: Reading | Failure) -> Reading | Failure:
        """The answer; one that was cut off where the last one was counts as whole: the source ends so."""
        if not isinstance(answer, Reading) or not answer.is_cut_off or answer.failure is None:
            return answer
        before = self._previous.get(task.name, {})
        error = before.get("error") or {}
        if (error.get("message"), before.get("items")) != (answer.failure.message, len(answer.items or ())):
            return answer
        return replace(answer, failure=None, warnings=[*answer.warnings, answer.failure.message])

    def _is_due(self, task: Task) -> bool:
        if self._due is None or task.name not in self._previous:
            return True
        return task.name in self._due or task.show in self._lacking

    def _record(self, task: Task, answer: Reading | Failure) -> Record:
        previous = self._previous.get(task.name, {})
        if not is_record_of(previous, task.source):
            previous = {}
        subject = self._shows[task.origin].subject
        record = record_of(task, answer, previous, subject=subject, checked_at=self._checked_at)
        if isinstance(answer, Reading):
            listed = answer.items if answer.feeds is None else answer.feeds.feeds
            self.result.outcomes[task.name].items = None if listed is None else len(listed)
            if listed is not None and not answer.failure:
                self._warn_of_shrinking(task.name, previous.get("items"), len(listed))
        return record

    def _warn_of_shrinking(self, name: str, before: object, now: int) -> None:
        if isinstance(before, int) and 2 * now < before:
            self.result.warnings.append(
                f"{name}: lists {now} now, {before} the last time; nothing that is known was removed"
            )

    def _expand(self, task: Task, listed: FeedList) -> list[dict[str, str]]:
        """The shows of a list: those of feeds that are not configured by themselves."""
        taken = {*self._shows}
        for name, record in self._records.items():
            if name != task.name:
                taken.update(feed["show"] for feed in record.get("feeds", ()))
        shows, warnings = shows_of_list(
            task,
            listed.feeds,
            own=[own.source for own in self._own_tasks if own.kind == "feed"],
            taken=taken,
            known=known_feeds(task, self._store.entries(), self._previous.get(task.name, {}), self._root),
            root=self._root,
        )
        self.result.warnings += [f"{task.name}: {line}" for line in warnings]
        return shows

    def _merge(self, tasks: Sequence[Task], readings: Mapping[str, Reading]) -> None:
        """Merge what the sources of one show listed, `tasks` being all its sources, read now or not."""
        first = tasks[0]
        if len(tasks) == 1:
            merge = self._store.merge(first.show, first.origin, readings[first.name].items or [])
        else:
            titles = [title for task in tasks if (title := self._records[task.name]["title"])]
            sources = [self._source(task, readings.get(task.name)) for task in tasks]
            wanting = self._lacking.get(first.show, set())
            merge = self._store.merge_sources(first.show, first.origin, sources, titles, wanting)
        by_folder = {entry.folder: entry for entry in merge.entries}
        outcomes = self.result.outcomes
        for folder in merge.new:
            outcomes[merge.brought_by.get(folder, first.name)].new += 1
        for folder in merge.changed:
            outcomes[merge.brought_by.get(folder, first.name)].changed += 1
        self.result.new += [by_folder[folder] for folder in merge.new]
        self.result.changed += [by_folder[folder] for folder in merge.changed]
        self.result.warnings += [f"{first.name}: {line}" for line in merge.warnings]

    def _source(self, task: Task, reading: Reading | None) -> Source:
        before = self._previous.get(task.name, {})
        is_lost = is_record_of(before, task.source) and before.get("items") is not None
        return Source(
            task.name, place_of(task.source, self._root), reading.items if reading else None, is_lost=is_lost
        )
