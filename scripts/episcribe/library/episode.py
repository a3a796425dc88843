"""The model of an episode: what its source says, as `episode.yaml` holds it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

STREAM = "application/vnd.apple.mpegurl"
"""The type of a recording that comes in segments, and has to be put together."""
STREAMS = frozenset((STREAM, "application/x-mpegurl", "application/dash+xml"))


@dataclass(frozen=True, slots=True)
class Enclosure:
    """The media file of an episode; `length` is in bytes."""

    url: str
    type: str | None = None
    length: int | None = None


@dataclass(frozen=True, slots=True)
class TranscriptLink:
    """One variant of a transcript that a source offers; `url` is a URL or the path of a local file."""

    url: str
    type: str | None = None
    language: str | None = None
    rel: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who takes part (podcast:person)."""

    name: str
    role: str = "host"
    group: str | None = None
    href: str | None = None
    img: str | None = None


@dataclass(frozen=True, slots=True)
class Soundbite:
    """A stretch that the publisher points out (podcast:soundbite); times in seconds."""

    start: float
    duration: float
    title: str | None = None


@dataclass(frozen=True, slots=True)
class ChaptersLink:
    """Where a chapters file is to be had (podcast:chapters)."""

    url: str
    type: str | None = None


@dataclass(frozen=True, slots=True)
class InlineChapter:
    """A chapter that stands in the feed itself (Podlove Simple Chapters); `start` in seconds."""

    start: float
    title: str
    href: str | None = None
    image: str | None = None


@dataclass(frozen=True, slots=True)
class Episode:
    """What a source says of one episode.

    `id` is minted once (eight lower-case characters); `folder` is fixed when the episode is first seen.
    `published` is UTC in ISO 8601 (`2024-05-01T06:00:00Z`); `duration` is in seconds. `description` is the
    show notes as the source has them (HTML or text); `keys` are all identities under which the episode
    was ever seen (`guid:…`, `enclosure:…`, `youtube:…`). `podcast` is the title of the show when the
    episode was first seen.
    """

    id: str
    show: str
    folder: str
    title: str
    keys: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    podcast: str | None = None
    published: str | None = None
    duration: float | None = None
    guid: str | None = None
    link: str | None = None
    language: str | None = None
    author: str | None = None
    subtitle: str | None = None
    summary: str | None = None
    description: str | None = None
    image: str | None = None
    season: int | None = None
    season_name: str | None = None
    number: float | None = None
    number_display: str | None = None
    episode_type: str | None = None
    explicit: bool | None = None
    keywords: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    transcripts: tuple[TranscriptLink, ...] = ()
    chapters: ChaptersLink | None = None
    inline_chapters: tuple[InlineChapter, ...] = ()
    persons: tuple[Person, ...] = ()
    soundbites: tuple[Soundbite, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)


_LISTS = {
    "enclosures": Enclosure,
    "transcripts": TranscriptLink,
    "inline_chapters": InlineChapter,
    "persons": Person,
    "soundbites": Soundbite,
}
# The names of the fields once and for all: dataclasses.asdict takes four times as long.
_FIELDS: dict[type, tuple[str, ...]] = {
    kind: tuple(f.name for f in fields(kind)) for kind in (Episode, ChaptersLink, *_LISTS.values())
}


def episode_to_dict(episode: Episode) -> dict[str, Any]:
    """Plain data for YAML or JSON, in the order of the fields, without what is unknown."""
    return {
        name: value if type(value) is str else _plain(value)
        for name in _FIELDS[Episode]
        if (value := getattr(episode, name)) is not None and value not in ((), {})
    }


def episode_from_dict(data: Mapping[str, Any]) -> Episode:
    """The inverse of `episode_to_dict`; keys that this version does not know are left aside.

    Raises KeyError when `id`, `show`, `folder` or `title` is missing.
    """
    known = _FIELDS[Episode]
    values: dict[str, Any] = {name: value for name, value in data.items() if name in known}
    for name, kind in _LISTS.items():
        if name in values:
            values[name] = tuple(_build(kind, item) for item in values[name])
    if values.get("chapters"):
        values["chapters"] = _build(ChaptersLink, values["chapters"])
    for name in ("keys", "sources", "keywords"):
        if name in values:
            values[name] = tuple(values[name])
    for name in ("id", "show", "folder", "title"):
        values[name] = str(data[name])
    return Episode(**values)


def _build(kind: type, item: Mapping[str, Any]) -> Any:
    known = _FIELDS[kind]
    return kind(**{name: value for name, value in item.items() if name in known})


def _plain(value: Any) -> Any:
    if isinstance(value, (str, int, float)):
        return value
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items() if item is not None}
    names = _FIELDS.get(type(value), ())
    return {name: _plain(part) for name in names if (part := getattr(value, name)) is not None} or value
