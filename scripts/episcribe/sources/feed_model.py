"""What a feed says of a show and of each of its items."""

from dataclasses import dataclass, field
from typing import Any

from episcribe.library.episode import (
    ChaptersLink,
    Enclosure,
    InlineChapter,
    Person,
    Soundbite,
    TranscriptLink,
)


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One item of a feed; the fields are those of `library.episode.Episode`, without what only a library
    knows.

    `guid_is_permalink` is True when the GUID is the address of the item's page. `language` is the item's
    own, where it names one. `extra` holds what has no field: `itunes_title`, `source`, `location`,
    `license`, `block`, `alternate_enclosures`, `comments`, `social`, `published_text` (a date that could
    not be read), `youtube_id`.
    """

    title: str
    guid: str | None = None
    guid_is_permalink: bool = False
    published: str | None = None
    duration: float | None = None
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


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: what it says of the show, and its items in their order.

    `guid` is the show's podcast:guid. `next_url` is the page with older items (RFC 5005), `self_url` the
    address that the feed gives itself, `new_url` the one to which the show moved (itunes:new-feed-url).
    `warnings` are lines about what was not as it should be. `persons` take part in every episode that names
    nobody. `missing` says why some items may not be here, None where all are.
    """

    title: str
    link: str | None = None
    description: str | None = None
    language: str | None = None
    author: str | None = None
    image: str | None = None
    items: list[FeedItem] = field(default_factory=list)
    next_url: str | None = None
    self_url: str | None = None
    new_url: str | None = None
    guid: str | None = None
    explicit: bool | None = None
    keywords: tuple[str, ...] = ()
    persons: tuple[Person, ...] = ()
    warnings: list[str] = field(default_factory=list)
    missing: str | None = None
