"""Reading one source of any kind, from the network or this disk."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, fields, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from episcribe.library.addresses import public_address
from episcribe.library.episode import Episode
from episcribe.library.errors import EpiscribeError, FailureKind
from episcribe.library.refresh import fingerprint, is_networked, is_remote
from episcribe.library.workers import Workers
from episcribe.sources.beside import Beside, display_path
from episcribe.sources.listing import Failure, Reader, Reading, Wanted, failure_of, one_line, reader_of
from episcribe.sources.reading_files import read_at_most

if TYPE_CHECKING:
    from episcribe.net.client import Client
    from episcribe.sources.feed_model import Feed, FeedItem

MOST_AT_ONCE = 16
_FEEDS_WORTH_A_PROCESS = 8
_WITH_READERS = frozenset(("youtube", "archive", "urls"))
_COMMON = frozenset(f.name for f in fields(Episode))


@dataclass(frozen=True, slots=True)
class Task:
    """One source to be read.

    `name` is what its record is called, `show` the folder of its episodes (none of a list's own), `origin`
    the configured show. `etag` and `last_modified` are given where "nothing has changed" is an answer of use.
    """

    kind: str
    name: str
    show: str
    origin: str
    source: str
    title: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    wanted: Wanted = field(default_factory=Wanted)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all sources are read with: `root` is the working directory, `now` in seconds since the epoch."""

    root: str
    library: Path
    max_bytes: int
    now: float


def read_all(
    tasks: Sequence[Task], client_factory: "Callable[[], Client]", around: Surroundings, processes: int = 1
) -> Iterator[Reading | Failure]:
    """Read the sources of all `tasks` side by side; the answers, in their order, are given as they come.

    A client is made when one of them is on the network, and closed in the end. Where there are many feeds,
    up to so many `processes` parse them.
    """

    def attempt(task: Task) -> Reading | Failure:
        try:
            return read_source(task, client, around, workers)
        except EpiscribeError as error:
            return failure_of(error)
        except Exception as error:  # noqa: BLE001 - whatever one source does to us, the others must be read
            return Failure(FailureKind.PERMANENT, one_line(f"unexpected {type(error).__name__}: {error}"))

    with ExitStack() as stack:
        workers = stack.enter_context(Workers(min(processes, len(tasks) // _FEEDS_WORTH_A_PROCESS)))
        uses_network = any(is_networked(task.kind, task.source) for task in tasks)
        client = stack.enter_context(client_factory()) if uses_network else None
        pool = stack.enter_context(ThreadPoolExecutor(max_workers=max(1, min(MOST_AT_ONCE, len(tasks)))))
        yield from pool.map(attempt, tasks)


def read_source(task: Task, client: "Client | None", around: Surroundings, workers: Workers) -> Reading:
    """Read the source of `task`; `client` is for those on the network, `workers` parse feeds from there.

    Raises EpiscribeError when it cannot be read.
    """
    mark = fingerprint(task.kind, task.source)
    if task.kind == "files":
        return replace(_read_files(task, around), fingerprint=mark)
    if task.kind in _WITH_READERS and client is not None:
        return replace(_read_by_reader(task, client, around), fingerprint=mark)
    if is_remote(task.source) and client is not None:
        if task.kind == "opml":
            return _fetch_list(task, client, around.max_bytes)
        return _fetch_feed(task, client, around.max_bytes, workers)
    data = read_at_most(task.source, around.max_bytes, "a feed or a list of feeds")
    reading = _parse_list(data) if task.kind == "opml" else _parse_local_feed(task, data, around.root)
    return replace(reading, fingerprint=mark)


def _read_by_reader(task: Task, client: "Client", around: Surroundings) -> Reading:
    if task.kind == "urls":
        from episcribe.sources.urls import read_urls

        read: Reader = partial(read_urls, root=around.root)
    else:
        read = reader_of(task.kind)
    reading = read(
        task.source,
        client=client,
        cache=around.library / "log" / task.kind,
        wanted=task.wanted,
        now=around.now,
    )
    if reading.items is None:
        return reading
    place = (place_of(task.source, around.root),)
    items = [
        replace(_from_the_web(item), podcast=task.title or item.podcast or reading.title, sources=place)
        for item in reading.items
    ]
    return replace(reading, items=items)


def _read_files(task: Task, around: Surroundings) -> Reading:
    from episcribe.sources.local_files import read_local_files

    tags = around.library / "log" / "files" / f"{task.name}.json"
    found = read_local_files(task.source, around.root, tags)
    place = (display_path(task.source, around.root),)
    episodes = [
        replace(episode, podcast=task.title or episode.podcast, sources=place) for episode in found.episodes
    ]
    return Reading(episodes, title=task.title, warnings=found.warnings)


def _fetch_feed(task: Task, client: "Client", max_bytes: int, workers: Workers) -> Reading:
    from episcribe.sources.feeds import parse_feed, read_feed

    answer = read_feed(
        client,
        task.source,
        etag=task.etag,
        last_modified=task.last_modified,
        max_bytes=max_bytes,
        parse=lambda data, **about: workers.call(parse_feed, data, **about),
    )
    if answer.feed is None:
        return Reading(etag=answer.etag, last_modified=answer.last_modified, warnings=answer.warnings)
    drafts, refused = [], 0
    for item in answer.feed.items:
        draft = _draft(item, answer.feed, task)
        safe = _from_the_web(draft)
        refused += safe is not draft
        drafts.append(safe)
    missing = answer.feed.missing
    told = [line for line in answer.warnings if line != missing]
    warnings = [*told, *_moved(answer.feed, task.source)]
    if refused:
        warnings.append(f"{refused} items name files on this disk, which a feed from the network may not")
    return Reading(
        drafts,
        title=answer.feed.title,
        etag=answer.etag,
        last_modified=answer.last_modified,
        warnings=warnings,
        failure=None if missing is None else Failure(FailureKind.TRANSIENT, missing),
        is_cut_off=missing is not None,
    )


def _parse_local_feed(task: Task, data: bytes, root: str) -> Reading:
    from episcribe.sources.feeds import parse_feed

    feed = parse_feed(data)
    beside = Beside(os.path.dirname(task.source), root)  # noqa: PTH120
    source = (display_path(task.source, root),)
    items = beside.localise([replace(_draft(item, feed, task), sources=source) for item in feed.items])
    return Reading(
        items,
        title=feed.title,
        absent=sorted(set(beside.absent)),
        warnings=[*feed.warnings, *beside.warnings()],
    )


def _fetch_list(task: Task, client: "Client", max_bytes: int) -> Reading:
    from episcribe.sources.opml import parse_opml

    answer = client.fetch(
        task.source,
        max_bytes=max_bytes,
        etag=task.etag,
        last_modified=task.last_modified,
        accept="text/x-opml, */*",
    )
    if answer.not_modified:
        return Reading(
            etag=answer.etag or task.etag, last_modified=answer.last_modified or task.last_modified
        )
    feeds = parse_opml(answer.body, url=answer.url)
    return Reading(
        feeds=feeds,
        title=feeds.title,
        etag=answer.etag,
        last_modified=answer.last_modified,
        warnings=feeds.warnings,
    )


def _parse_list(data: bytes) -> Reading:
    from episcribe.sources.opml import parse_opml

    feeds = parse_opml(data)
    return Reading(feeds=feeds, title=feeds.title, warnings=feeds.warnings)


def _draft(item: "FeedItem", feed: "Feed", task: Task) -> Episode:
    """The item as an episode that has no id and no place yet."""
    values: dict[str, Any] = {f.name: getattr(item, f.name) for f in fields(item) if f.name in _COMMON}
    video = item.extra.get("youtube_id")
    return Episode(
        **{
            **values,
            "language": item.language or feed.language,
            "podcast": task.title or feed.title,
            "keys": (f"youtube:{video}",) if video else (),
            "sources": (place_of(task.source, ""),),
        },
        id="",
        show="",
        folder="",
    )


def _from_the_web(draft: Episode) -> Episode:
    """The draft itself when all its addresses are on the web, else without those that are not."""
    transcripts = tuple(link for link in draft.transcripts if is_remote(link.url))
    enclosures = tuple(
        link for link in draft.enclosures if "://" in link.url and link.url[:5].lower() != "file:"
    )
    chapters = draft.chapters if draft.chapters and is_remote(draft.chapters.url) else None
    if (transcripts, enclosures, chapters) == (draft.transcripts, draft.enclosures, draft.chapters):
        return draft
    return replace(draft, transcripts=transcripts, enclosures=enclosures, chapters=chapters)


def _moved(feed: "Feed", source: str) -> list[str]:
    if feed.new_url and feed.new_url.rstrip("/") != source.rstrip("/"):
        place = public_address(feed.new_url)
        return [f"the feed says that it has moved to {place}; change the address in the configuration"]
    return []


def place_of(source: str, root: str) -> str:
    """A source as episodes name it: without what is secret, a path relative to the folder `root`."""
    return display_path(source, root) if source.startswith("/") else public_address(source)
