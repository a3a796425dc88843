"""Which ways to a transcript are open to an episode: decided from what is known of it, before anything is
asked.

The ways are the modules of the configuration (`transcript.modules`): `files` on this disk, the `rss` feed's
transcript tags, `youtube` captions, pages of the `website`, and `speech` recognition.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from episcribe.library.catalogue import CatalogueEntry
from episcribe.library.episode import Episode, episode_to_dict
from episcribe.library.refresh import is_remote

MODULES = ("files", "rss", "youtube", "website", "speech")
SPEECH = "speech"
NOT_INSTALLED = "speech recognition is not installed (uv sync --extra speech)"
# Hosts whose pages are players: the words are not on them.
_PLAYERS = frozenset(
    "youtube.com youtu.be music.youtube.com podcasts.apple.com itunes.apple.com open.spotify.com archive.org "
    "soundcloud.com".split()
)
# Videos that nobody gets who asks without an account.
_CLOSED = frozenset(("members_only", "age_gated", "private", "upcoming", "region_blocked", "deleted"))


@dataclass(frozen=True, slots=True)
class Facts:
    """What of an episode decides which modules can be asked."""

    named_by_feed: Sequence[str] = ()
    on_disk: Sequence[str] = ()
    video: str | None = None
    link: str | None = None
    recordings: Sequence[str] = ()
    availability: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A module, whether it is to be tried, and why."""

    module: str
    chosen: bool
    why: str


def select_modules(
    facts: Facts, wanted: Iterable[str], *, has_pages: bool = False, hears: bool | None = None
) -> list[Choice]:
    """The choice for each of the `wanted` modules, in their order.

    `has_pages` tells that the configuration names transcript pages of the show; `hears` whether speech can be
    recognised here (None looks whether it is installed).
    """
    return [_choose(module, facts, has_pages, hears) for module in wanted]


def _choose(module: str, facts: Facts, has_pages: bool, hears: bool | None) -> Choice:
    if module == "files":
        count = len(facts.on_disk)
        return Choice(module, count > 0, f"{count} on this disk" if count else "none on this disk")
    if module == "rss":
        count = len(facts.named_by_feed)
        return Choice(module, count > 0, f"its source names {count}" if count else "its source names none")
    if module == "youtube":
        return _choose_youtube(facts)
    if module == "website":
        return _choose_website(facts, has_pages)
    return _choose_speech(facts, speech_is_installed() if hears is None else hears)


def _choose_youtube(facts: Facts) -> Choice:
    if facts.video is None:
        return Choice("youtube", False, "no video of it is known")
    if facts.availability in _CLOSED:
        return Choice("youtube", False, f"the video is {facts.availability.replace('_', ' ')}")
    return Choice("youtube", True, f"it is the video {facts.video}")


def _choose_website(facts: Facts, has_pages: bool) -> Choice:
    if has_pages:
        return Choice("website", True, "the configuration names transcript pages")
    if facts.link is None or not is_remote(facts.link):
        return Choice("website", False, "it has no page")
    parts = urlsplit(facts.link)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    if parts.path in ("", "/") and not parts.query:
        return Choice("website", False, f"its link is the home page of {host}")
    if host in _PLAYERS:
        return Choice("website", False, f"its page is a player on {host}")
    return Choice("website", True, f"it has a page on {host}")


def _choose_speech(facts: Facts, hears: bool) -> Choice:
    if not facts.recordings and (facts.video is None or facts.availability in _CLOSED):
        return Choice(SPEECH, False, "no recording of it is to be had")
    if not hears:
        return Choice(SPEECH, False, NOT_INSTALLED)
    return Choice(SPEECH, True, "there is a recording")


@cache
def speech_is_installed() -> bool:
    """True when the extra `speech` is installed; looks for it without importing it."""
    return find_spec("faster_whisper") is not None


def facts_of_entry(entry: CatalogueEntry) -> Facts:
    """The facts as the catalogue has them."""
    return _facts(entry.transcripts, entry.keys, entry.more or {})


def facts_of_episode(episode: Episode) -> Facts:
    """The facts as `episode.yaml` has them."""
    data = episode_to_dict(episode)
    availability = (episode.extra.get("availability") or {}).get("class")
    return _facts(data.get("transcripts", ()), episode.keys, {**data, "availability": availability})


def is_on_disk(url: str, keys: Iterable[str]) -> bool:
    """True for a transcript that the source `files` found; a feed on this disk may name local ones too."""
    return not is_remote(url) and any(key.startswith("file:") for key in keys)


def _facts(transcripts: Iterable[Mapping[str, Any]], keys: Sequence[str], more: Mapping[str, Any]) -> Facts:
    urls = [str(link["url"]) for link in transcripts if link.get("url")]
    return Facts(
        named_by_feed=[url for url in urls if not is_on_disk(url, keys)],
        on_disk=[url for url in urls if is_on_disk(url, keys)],
        video=next((key.removeprefix("youtube:") for key in keys if key.startswith("youtube:")), None),
        link=more.get("link"),
        recordings=[str(one["url"]) for one in more.get("enclosures") or () if one.get("url")],
        availability=more.get("availability"),
    )
