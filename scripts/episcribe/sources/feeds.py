"""Feeds of shows: RSS 0.9x, 1.0 and 2.0, RDF, Atom, CDF and JSON Feed, whole or broken."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from episcribe.library.errors import EpiscribeError
from episcribe.net.redaction import host_of
from episcribe.sources.decoding import gunzip, to_utf8
from episcribe.sources.feed_channel import read_channel
from episcribe.sources.feed_items import ItemReader
from episcribe.sources.feed_merging import merge_items
from episcribe.sources.feed_model import Feed, FeedItem
from episcribe.sources.tolerant_xml import Document, Element, read_document
from episcribe.sources.vocabulary import ROOTS
from episcribe.sources.web_page import describe_other_content

if TYPE_CHECKING:
    from episcribe.net.client import Client

__all__ = ["Feed", "FeedAnswer", "FeedItem", "UnreadableFeed", "parse_feed", "read_feed"]

MAX_FEED_BYTES = 64 * 1024 * 1024
MAX_ITEMS = 100_000
MAX_PAGES = 200
_LONGEST_FOLLOWING = 900.0
_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, "
    "application/feed+json, */*;q=0.5"
)


class UnreadableFeed(EpiscribeError):  # noqa: N818 - named for what it is, as UnreadableTranscript
    """The bytes are no feed: a web page, an empty answer, something else."""


@dataclass(frozen=True, slots=True)
class FeedAnswer:
    """What came of reading a feed: `feed` is None when it has not changed since `etag` or `last_modified`.

    `warnings` are lines for a person, those of the feed included.
    """

    feed: Feed | None
    etag: str | None = None
    last_modified: str | None = None
    final_url: str | None = None
    warnings: list[str] = field(default_factory=list)


def parse_feed(data: bytes, *, url: str | None = None, content_type: str | None = None) -> Feed:
    """The feed in `data`; whatever a person could read in a broken one is read.

    `url` is where it came from, and what relative addresses start from; without it they stay as they are.
    `content_type` is the HTTP header, used for its charset alone. Declared XML entities are never expanded.
    Raises UnreadableFeed when there is no feed in it.
    """
    raw = gunzip(data, MAX_FEED_BYTES)
    text, warnings = to_utf8(raw, content_type)
    feed = _json_feed(text, url) or _xml_feed(text, url, warnings) or _by_feedparser(text, url)
    if feed is None:
        host = f"{host_of(url)}: " if url else ""
        raise UnreadableFeed(host + describe_other_content(text, url))
    items, merging = merge_items(feed.items)
    return replace(feed, items=items, warnings=[*warnings, *feed.warnings, *merging])


def read_feed(
    client: "Client",
    url: str,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    max_pages: int = MAX_PAGES,
    max_bytes: int = MAX_FEED_BYTES,
    parse: Callable[..., Feed] | None = None,
) -> FeedAnswer:
    """Fetch and parse a feed and the pages with older items that it names (`rel=next`, RFC 5005).

    `parse` is called in place of `parse_feed`. Raises EpiscribeError when the first page cannot be had or
    is no feed. Where a later page cannot be had, or a feed was cut off, what came before is kept and
    `feed.missing` says why; the answer then has no validators, so that the next reading asks for everything
    again.
    """
    answer = client.fetch(url, max_bytes=max_bytes, etag=etag, last_modified=last_modified, accept=_ACCEPT)
    if answer.not_modified:
        return FeedAnswer(None, answer.etag or etag, answer.last_modified or last_modified, answer.url)
    parse = parse or parse_feed
    first = parse(answer.body, url=answer.url, content_type=answer.content_type)
    pages = _Pages(client, first, {url, answer.url}, max_bytes, parse)
    pages.follow(max_pages)
    if pages.items:
        items, _ = merge_items([*first.items, *pages.items])
        first = replace(first, items=items)
    warnings = [*first.warnings, *pages.warnings]
    if pages.failed:
        first = replace(first, missing=first.missing or pages.warnings[0])
    if first.missing is not None:
        return FeedAnswer(first, None, None, answer.url, warnings)
    return FeedAnswer(first, answer.etag, answer.last_modified, answer.url, warnings)


class _Pages:
    """The pages after the first: followed until nothing new comes, or too much of it."""

    def __init__(
        self, client: "Client", first: Feed, seen: set[str], max_bytes: int, parse: Callable[..., Feed]
    ) -> None:
        self.items: list[FeedItem] = []
        self.warnings: list[str] = []
        self.failed = False
        self._client = client
        self._parse = parse
        self._next = first.next_url
        self._seen = seen
        self._known = {_mark(item) for item in first.items}
        self._max_bytes = max_bytes
        self._bytes_left = 4 * max_bytes

    def follow(self, max_pages: int) -> None:
        """Read up to `max_pages` pages, the first one counted."""
        end = time.monotonic() + _LONGEST_FOLLOWING
        for _ in range(max_pages - 1):
            if self._next is None or self._next in self._seen:
                return
            if time.monotonic() > end or self._bytes_left <= 0 or len(self.items) >= MAX_ITEMS:
                break
            try:
                if not self._take(self._next):
                    return
            except EpiscribeError as error:
                self.failed = True
                self.warnings.append(f"a later page of the feed was not read: {error}")
                return
        if self._next is not None and self._next not in self._seen:
            self.warnings.append("the feed goes on after the pages that were read; the rest was left out")

    def _take(self, address: str) -> bool:
        """Read one page; False when it has nothing new (some servers give the last page for ever)."""
        self._seen.add(address)
        limit = min(self._max_bytes, self._bytes_left)
        answer = self._client.fetch(address, max_bytes=limit, accept=_ACCEPT)
        self._seen.add(answer.url)
        self._bytes_left -= len(answer.body)
        page = self._parse(answer.body, url=answer.url, content_type=answer.content_type)
        self._next = page.next_url
        marks = {_mark(item) for item in page.items}
        if marks <= self._known:
            return False
        self._known |= marks
        self.items += page.items
        return True


def _mark(item: FeedItem) -> str:
    return item.guid or item.link or item.title


def _xml_feed(text: bytes, url: str | None, warnings: list[str]) -> Feed | None:
    items: list[FeedItem] = []

    def keep(document: Document, element: Element) -> None:
        says_something = bool(element.children or element.attributes)
        if says_something and len(items) < MAX_ITEMS and (element.whole or _is_worth_keeping(element)):
            items.append(ItemReader(document, element, url).read())

    document = read_document(text, keep)
    root = document.root
    if root is None or not (root.name in ROOTS or document.openings):
        return None
    notes = []
    if document.entities_refused:
        notes.append("the feed declares XML entities, which were not expanded")
    if document.openings > MAX_ITEMS:
        notes.append(f"the feed has {document.openings} items; only the first {MAX_ITEMS} were read")
    missing = None
    if not document.finished:
        missing = "the feed ends before its last tag is closed; what came before was read"
        notes.append(missing)
    if document.repairs:
        notes.append(f"the feed is not well-formed XML ({document.repairs} places were repaired)")
    feed = read_channel(document, url)
    if feed.persons:
        items = [item if item.persons else replace(item, persons=feed.persons) for item in items]
    title = feed.title or _host(feed.link) or _host(url) or "Untitled show"
    return replace(feed, title=title, items=items, warnings=notes, missing=missing)


def _is_worth_keeping(element: Element) -> bool:
    """Of an item that was cut off, what stands before the cut is kept when it tells which episode it is."""
    return element.first("guid", "atom:id", "id", "enclosure", "link") is not None and (
        element.first("title", "atom:title", "itunes:title") is not None
    )


def _host(url: str | None) -> str | None:
    try:
        return urlsplit(url or "").hostname
    except ValueError:
        return None


def _json_feed(text: bytes, url: str | None) -> Feed | None:
    if not text.lstrip().startswith(b"{"):
        return None
    from episcribe.sources.json_feed import read_json_feed

    return read_json_feed(text, url)


def _by_feedparser(text: bytes, url: str | None) -> Feed | None:
    if b"<html" in text[:4096].lower() or not text.lstrip().startswith(b"<"):
        return None
    from episcribe.sources.other_formats import read_other_format

    return read_other_format(text, url)
