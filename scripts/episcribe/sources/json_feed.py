"""JSON Feed (https://www.jsonfeed.org/version/1.1/), with attachments as enclosures."""

import json
from typing import Any

from episcribe.library.episode import Enclosure
from episcribe.sources.dates import parse_date
from episcribe.sources.durations import parse_duration
from episcribe.sources.feed_model import Feed, FeedItem
from episcribe.sources.links import clean_link, is_web_address
from episcribe.sources.plain_text import plain_line, shortened, visible_text
from episcribe.sources.podcast_namespace import byte_length


def read_json_feed(data: bytes, url: str | None) -> Feed | None:
    """The feed, or None when `data` is no JSON, or JSON that is no feed (no list of items)."""
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict) or not isinstance(content.get("items"), list):
        return None
    return Feed(
        title=_line(content, "title") or "Untitled show",
        link=clean_link(_text(content, "home_page_url"), url),
        description=_text(content, "description"),
        language=_text(content, "language"),
        author=_author(content),
        image=clean_link(_text(content, "icon") or _text(content, "favicon"), url),
        items=[_item(item, url) for item in content["items"] if isinstance(item, dict)],
        next_url=clean_link(_text(content, "next_url"), url),
        self_url=clean_link(_text(content, "feed_url"), url),
    )


def _item(item: dict[str, Any], url: str | None) -> FeedItem:
    notes = _text(item, "content_html") or _text(item, "content_text")
    attachments = [found for found in _list(item, "attachments") if isinstance(found, dict)]
    enclosures = []
    for found in attachments:
        link = clean_link(_text(found, "url"), url)
        if link:
            length = byte_length(_text(found, "size_in_bytes"))
            enclosures.append(Enclosure(link, _text(found, "mime_type"), length))
    guid = _text(item, "id")
    durations = [parse_duration(_text(found, "duration_in_seconds")) for found in attachments]
    return FeedItem(
        title=_line(item, "title")
        or shortened(visible_text((notes or "")[:4000]))
        or guid
        or "Untitled episode",
        guid=guid,
        guid_is_permalink=is_web_address(guid),
        published=parse_date(_text(item, "date_published")) or parse_date(_text(item, "date_modified")),
        duration=next((duration for duration in durations if duration), None),
        link=clean_link(_text(item, "url") or _text(item, "external_url"), url),
        language=_text(item, "language"),
        author=_author(item),
        summary=_text(item, "summary"),
        description=notes or _text(item, "summary"),
        image=clean_link(_text(item, "image") or _text(item, "banner_image"), url),
        keywords=tuple(dict.fromkeys(plain_line(tag) for tag in _list(item, "tags") if isinstance(tag, str))),
        enclosures=tuple(enclosures),
    )


def _text(content: dict[str, Any], name: str) -> str | None:
    value = content.get(name)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return str(value).encode("utf-8", "ignore").decode().strip() or None


def _line(content: dict[str, Any], name: str) -> str | None:
    return plain_line(_text(content, name) or "") or None


def _list(content: dict[str, Any], name: str) -> list[Any]:
    value = content.get(name)
    return value if isinstance(value, list) else []


def _author(content: dict[str, Any]) -> str | None:
    people = [*_list(content, "authors"), content.get("author")]
    names = [_line(person, "name") for person in people if isinstance(person, dict)]
    return ", ".join(dict.fromkeys(name for name in names if name)) or None
