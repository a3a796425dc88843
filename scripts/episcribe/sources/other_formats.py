"""Feeds in formats that only feedparser knows."""

from collections.abc import Mapping
from typing import Any

from episcribe.library.episode import Enclosure
from episcribe.sources.feed_model import Feed, FeedItem
from episcribe.sources.links import clean_link
from episcribe.sources.plain_text import plain_line
from episcribe.sources.podcast_namespace import byte_length

_LARGEST = 8 * 1024 * 1024


def read_other_format(data: bytes, url: str | None) -> Feed | None:
    """The feed as feedparser reads it, or None when it finds no item either."""
    if len(data) > _LARGEST:
        return None
    import feedparser

    try:
        parsed = feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, AssertionError):
        return None
    items = [_item(entry, url) for entry in parsed.entries]
    if not items:
        return None
    title = plain_line(str(parsed.feed.get("title", ""))) or "Untitled show"
    return Feed(title, clean_link(parsed.feed.get("link"), url), items=items)


def _item(entry: Mapping[str, Any], url: str | None) -> FeedItem:
    enclosures = [
        Enclosure(link, found.get("type"), byte_length(found.get("length")))
        for found in entry.get("enclosures", ())
        if (link := clean_link(found.get("href"), url))
    ]
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    notes = [content.get("value", "") for content in entry.get("content", ())] + [entry.get("summary", "")]
    return FeedItem(
        title=plain_line(str(entry.get("title", ""))) or "Untitled episode",
        guid=entry.get("id") or None,
        published="{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*moment[:6]) if moment else None,
        link=clean_link(entry.get("link"), url),
        author=plain_line(str(entry.get("author", ""))) or None,
        description=max(notes, key=len) or None,
        enclosures=tuple(enclosures),
    )
