"""The shows that a list of feeds stands for, and what they are called."""

import os
from collections.abc import Iterable, Mapping, Sequence

from episcribe.library.catalogue import CatalogueEntry
from episcribe.library.refresh import Record, is_remote
from episcribe.sources.beside import Beside
from episcribe.sources.opml import ListedFeed, name_shows, same_place
from episcribe.sources.reading import Task


def shows_of_list(
    task: Task,
    listed: Sequence[ListedFeed],
    *,
    own: Iterable[str],
    taken: Iterable[str],
    known: Mapping[str, str],
    root: str,
) -> tuple[list[dict[str, str]], list[str]]:
    """The shows of the feeds that a list has, each as `{show, title, url}`, and a line for each that it may
    not have.

    `own` are the feeds that are configured by themselves, and are left out; `taken` the names that others
    have; `known` the names that feeds have had, by address. Files in a local list are made absolute; `root`
    is the working directory.
    """
    feeds, warnings = list(listed), list[str]()
    if not is_remote(task.source):
        beside = Beside(os.path.dirname(task.source), root)  # noqa: PTH120
        feeds = [ListedFeed(feed.title, path) for feed in listed if (path := beside.path(feed.url))]
        warnings = beside.warnings()
    places = {same_place(address) for address in own}
    others = [feed for feed in feeds if same_place(feed.url) not in places]
    named = name_shows(others, taken=taken, known=known)
    return [{"show": name, "title": feed.title, "url": feed.url} for name, feed in named], warnings


def known_feeds(task: Task, entries: Iterable[CatalogueEntry], previous: Record, root: str) -> dict[str, str]:
    """The shows that feeds of a list have been, by address: from its last record, else from the episodes."""
    known: dict[str, str] = {}
    for entry in entries:
        if entry.origin == task.name and entry.more:
            for source in entry.more.get("sources", ()):
                # A local one is relative to the working directory; an absolute one stays as it is.
                address = source if is_remote(source) else os.path.join(root, source)  # noqa: PTH118
                known[address] = entry.show
    for feed in previous.get("feeds", ()):
        known[feed["url"]] = feed["show"]
    return known
