"""Items that a feed has twice become one, and nothing that either of them says is lost."""

import re
from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any

from episcribe.sources.feed_model import FeedItem
from episcribe.sources.plain_text import visible_text

_WORDS = re.compile(r"\W+")
_TEXTS = ("description", "summary")


def merge_items(items: Iterable[FeedItem]) -> tuple[list[FeedItem], list[str]]:
    """The items in their order, repeated ones merged into the first; and a line for each kind of thing that
    was odd.

    Items with one GUID are the same unless their files differ and their titles or dates too: then the
    publisher gave one GUID to several episodes, and they are kept apart, without it (it stays in
    `extra["shared_guid"]`). Items without GUID are the same when file, title and date all agree.
    """
    kept: list[FeedItem] = []
    places: dict[tuple[Any, ...], list[int]] = {}
    merged = 0
    shared: set[str] = set()
    for item in items:
        key = ("guid", item.guid) if item.guid else ("facts", *_facts(item))
        known = places.setdefault(key, [])
        twin = next((place for place in known[:20] if not item.guid or _is_same(kept[place], item)), None)
        if twin is not None:
            kept[twin] = merged_item(kept[twin], item)
            merged += 1
            continue
        if known and item.guid:
            shared.add(item.guid)
        known.append(len(kept))
        kept.append(item)
    warnings = [f"{merged} items appear more than once and were merged"] if merged else []
    if shared:
        kept = [_without_guid(item) if item.guid in shared else item for item in kept]
        warnings.append(f"{len(shared)} GUIDs are shared by different items and were not used")
    return kept, warnings


def merged_item(first: FeedItem, second: FeedItem) -> FeedItem:
    """`first`, with what only `second` says: gaps filled, lists joined, the longer of two descriptions."""
    changes: dict[str, Any] = {}
    for field in fields(FeedItem):
        mine, other = getattr(first, field.name), getattr(second, field.name)
        if isinstance(mine, tuple):
            joined = tuple(dict.fromkeys((*mine, *other)))
            if joined != mine:
                changes[field.name] = joined
        elif isinstance(mine, dict):
            changes[field.name] = {**other, **mine}
        elif mine is None or (
            field.name in _TEXTS and other and len(visible_text(other)) > len(visible_text(mine))
        ):
            changes[field.name] = other
    return replace(first, **changes)


def _facts(item: FeedItem) -> tuple[str | None, str, str | None]:
    return _file(item), _WORDS.sub(" ", item.title.casefold()).strip(), item.published


def _file(item: FeedItem) -> str | None:
    return item.enclosures[0].url.partition("?")[0] if item.enclosures else None


def _is_same(one: FeedItem, other: FeedItem) -> bool:
    """Whether two items with one GUID are one episode: the same file, or nothing that speaks against it."""
    (file, title, date), (other_file, other_title, other_date) = _facts(one), _facts(other)
    if file and other_file:
        return file == other_file or (title, date) == (other_title, other_date)
    return title == other_title or date == other_date or None in (date, other_date)


def _without_guid(item: FeedItem) -> FeedItem:
    return replace(item, guid=None, guid_is_permalink=False, extra={**item.extra, "shared_guid": item.guid})
