"""What a list of items makes of the catalogue: who is known, who is new, and whose description has
changed.
"""

import json
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from hashlib import blake2b
from typing import Any

from episcribe.library.catalogue import CatalogueEntry
from episcribe.library.combining import folded
from episcribe.library.episode import Episode, episode_from_dict, episode_to_dict
from episcribe.library.identity import ITEM, UNTITLED, canonical_url, item_key, mint_id
from episcribe.library.matching import Group, match_items
from episcribe.library.naming import folder_name

_MOST_KEYS = 40
_ENCODER = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), default=str)
# Snakemake takes braces in an input's name for a wildcard, and has no way to escape them.
_LIKE_A_WILDCARD = re.compile(r"\{.*\}", re.DOTALL)
MOST_WARNINGS = 5
_MORE = ("podcast sources guid link language author season number episode_type enclosures chapters").split()
# What names the episode or describes its show; a change here alone does not change what is made of it.
_BESIDE = ("id", "show", "folder", "keys", "sources", "podcast", "guid")


@dataclass(frozen=True, slots=True)
class Merge:
    """What merging one show's list came to.

    `entries` are all the show's entries, known ones in their order and new ones after them. `listed` are the
    full episodes of the list by folder; `new` and `changed` are folders, `changed` those whose description is
    another than the one that `episode.yaml` was written from. `brought_by` names the source that listed an
    episode of `new` or `changed`, where the show has several.
    """

    entries: list[CatalogueEntry]
    listed: dict[str, Episode] = field(default_factory=dict)
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    brought_by: dict[str, str] = field(default_factory=dict)


def merge_items(
    known: Sequence[CatalogueEntry],
    items: Sequence[Episode],
    *,
    show: str,
    origin: str,
    taken: Container[str] = (),
    settled: Container[str] = (),
    zone: tzinfo = UTC,
) -> Merge:
    """Merge `items`, a list of one show in the order of its source, into `known`, the entries of that show.

    An item is an Episode whose `id`, `show` and `folder` are still empty. `taken` are the ids of other shows,
    `settled` the folders that hold a transcript already: their description is left alone when nothing
    differs but queries, tracking prefixes and the like. Nothing that is known is ever dropped. Pure.
    """
    merge = Merge(list(known))
    ids = {entry.id for entry in known}
    fresh: list[tuple[CatalogueEntry, Episode]] = []
    for group in match_items(known, items):
        draft = folded([items[index] for index in group.items])
        if group.entry is None:
            entry, episode = mint(group, draft, show=show, origin=origin, zone=zone, taken=Either(taken, ids))
            ids.add(entry.id)
            fresh.append((entry, episode))
            if group.doubt and len(merge.warnings) < MOST_WARNINGS:
                merge.warnings.append(f"{episode.title[:60]!r} is a new episode, although {group.doubt}")
        else:
            old = known[group.entry]
            entry, episode = refresh(old, group.keys, draft, origin)
            if is_unchanged(old, entry, settled):
                entry = old._replace(keys=entry.keys, origin=origin)
            else:
                merge.changed.append(entry.folder)
            merge.entries[group.entry] = entry
            merge.listed[entry.folder] = episode
    # Feeds list the newest first; the catalogue grows at its end, so there the newest is last.
    for entry, episode in sorted(fresh, key=lambda pair: (not pair[0].published, pair[0].published or "")):
        merge.entries.append(entry)
        merge.listed[entry.folder] = episode
        merge.new.append(entry.folder)
    return merge


def minimal_episode(entry: CatalogueEntry) -> Episode:
    """The episode as far as the catalogue knows it, for when its file is gone and no source lists it any
    more.
    """
    more = dict(entry.more or {})
    if availability := more.pop("availability", None):
        more["extra"] = {"availability": {"class": availability}}
    return episode_from_dict(
        {
            **more,
            "id": entry.id,
            "show": entry.show,
            "folder": entry.folder,
            "title": entry.title,
            "keys": entry.keys,
            "published": entry.published,
            "duration": entry.duration,
            "transcripts": entry.transcripts,
        }
    )


def entry_of(episode: Episode, origin: str) -> CatalogueEntry:
    """The line of the catalogue for an episode that is complete with id, show and folder."""
    data = episode_to_dict(episode)
    more = {name: data[name] for name in _MORE if name in data}
    if availability := _availability(episode.extra):
        more["availability"] = availability
    return CatalogueEntry(
        show=episode.show,
        folder=episode.folder,
        id=episode.id,
        title=episode.title,
        origin=origin,
        published=episode.published,
        duration=episode.duration,
        keys=list(episode.keys),
        transcripts=data.get("transcripts", ()),
        local=local_files(episode) or (),
        more=more or None,
        digest=_digest(data),
    )


def local_files(episode: Episode) -> list[str]:
    """The files on this disk that decide the episode: its transcripts, else its recordings."""
    return _local(link.url for link in episode.transcripts) or _local(
        enclosure.url for enclosure in episode.enclosures
    )


def _local(urls: Iterable[str]) -> list[str]:
    return [url for url in urls if is_local(url) and not _LIKE_A_WILDCARD.search(url)]


def is_local(url: str) -> bool:
    """True for the path of a file on this disk, False for anything with a scheme."""
    scheme, colon, rest = url.partition("://")
    return not (colon and scheme.replace("+", "").replace("-", "").isalnum() and rest)


class Either(Container[str]):
    """Two containers as one, without copying the ids of the whole catalogue for each show."""

    def __init__(self, first: Container[str], second: Container[str]) -> None:
        self._both = (first, second)

    def __contains__(self, item: object) -> bool:
        return any(item in part for part in self._both)


def mint(
    group: Group, draft: Episode, *, show: str, origin: str, zone: tzinfo, taken: Container[str]
) -> tuple[CatalogueEntry, Episode]:
    """The entry and the episode of a group that is known under no key: with an id and a place of its own."""
    keys = bounded_keys([], group.keys)
    title = draft.title.strip() or UNTITLED
    own = item_key(draft.title, draft.published, draft.duration)
    # A GUID that others have too would give an id that depends on who comes first.
    seed = "\n".join([*keys, own]) if group.doubt else keys[0]
    identifier = mint_id(show, seed, taken)
    folder = folder_name(draft.published, title, identifier, zone)
    episode = replace(draft, id=identifier, show=show, folder=folder, title=title, keys=tuple(keys))
    return entry_of(episode, origin), episode


def refresh(
    old: CatalogueEntry, keys: Iterable[str], draft: Episode, origin: str
) -> tuple[CatalogueEntry, Episode]:
    """The entry and the episode as the source has them now; what it no longer says stays as it was."""
    known = minimal_episode(old)
    episode = replace(
        draft,
        id=old.id,
        show=old.show,
        folder=old.folder,
        title=draft.title.strip() or old.title,
        keys=tuple(bounded_keys(old.keys, keys)),
        podcast=known.podcast or draft.podcast,
        published=draft.published or old.published,
        duration=draft.duration or old.duration,
        transcripts=draft.transcripts or known.transcripts,
        enclosures=draft.enclosures or known.enclosures,
        chapters=draft.chapters or known.chapters,
    )
    return entry_of(episode, origin), episode


def is_unchanged(old: CatalogueEntry, new: CatalogueEntry, settled: Container[str]) -> bool:
    """True when nothing differs, or nothing that matters to an episode that is `settled`."""
    if old.digest == new.digest:
        return True
    return old.folder in settled and old.digest.partition(".")[0] == new.digest.partition(".")[0]


def bounded_keys(known: Sequence[str], found: Iterable[str]) -> list[str]:
    """All keys that were ever seen, the first one first; some sources make up a GUID whenever they are
    asked.
    """
    keys = list(dict.fromkeys([*known, *found]))
    if not keys[0].startswith(ITEM):
        keys = [key for key in keys if not key.startswith(ITEM)]
    return keys if len(keys) <= _MOST_KEYS else [keys[0], *keys[1 - _MOST_KEYS :]]


def _digest(data: Mapping[str, Any]) -> str:
    """Two digests with a dot between them: of what decides the episode, and of all that its file holds."""
    lasting = {name: value for name, value in data.items() if name not in _BESIDE}
    if "extra" in lasting:
        told = {name: value for name, value in lasting.pop("extra").items() if name != "availability"}
        lasting.update({"extra": told} if told else {})
    if "enclosures" in lasting:
        lasting["enclosures"] = [canonical_url(enclosure["url"]) for enclosure in lasting["enclosures"]]
    for name in ("transcripts", "persons"):
        if name in lasting:
            lasting[name] = [_without_queries(part) for part in lasting[name]]
    for name in ("image", "chapters"):
        if name in lasting:
            lasting[name] = _without_queries({"url": lasting[name]})
    return f"{_hash(lasting)}.{_hash(data)}"


def _availability(extra: Mapping[str, Any]) -> str | None:
    """Why the episode is not to be had now (`members_only`, `upcoming` …), None when it is."""
    told = extra.get("availability")
    found = told.get("class") if isinstance(told, Mapping) else None
    return found if isinstance(found, str) else None


def _without_queries(part: Mapping[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = {
        name: _without_queries(value) if isinstance(value, dict) else value for name, value in part.items()
    }
    for name in ("url", "img"):
        if isinstance(plain.get(name), str):
            plain[name] = plain[name].partition("?")[0]
    return plain


def _hash(value: Mapping[str, Any]) -> str:
    return blake2b(_ENCODER.encode(value).encode("ascii"), digest_size=8).hexdigest()
