"""A page as an episode: what it says of itself in its head, its structured data and its players.

Structured data is JSON-LD as https://schema.org defines PodcastEpisode, AudioObject, VideoObject and Article;
the head's are the Open Graph protocol (https://ogp.me) and the usual names of `<meta>`.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from episcribe.library.episode import Enclosure, Episode, TranscriptLink
from episcribe.library.identity import item_keys
from episcribe.library.refresh import is_remote
from episcribe.sources.dates import parse_date
from episcribe.sources.durations import parse_duration
from episcribe.sources.links import clean_link
from episcribe.sources.local_files import MEDIA_TYPES, TRANSCRIPT_TYPES
from episcribe.sources.plain_text import plain_line
from episcribe.sources.website.pages import Page

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_LONGEST = 300
_LONGEST_TEXT = 20_000
_MOST_NODES = 2000
_MOST_RECORDINGS = 20
_EPISODES = ("PodcastEpisode", "RadioEpisode", "TVEpisode", "Episode")
_RECORDINGS = ("AudioObject", "VideoObject", "MediaObject")
_ARTICLES = ("Article", "NewsArticle", "BlogPosting", "Report", "WebPage")
_WRITTEN = ("og:title", "twitter:title")
_MEDIA_META = (
    "og:audio",
    "og:audio:url",
    "og:audio:secure_url",
    "og:video:url",
    "og:video",
    "twitter:player:stream",
)
_DATES = (
    "article:published_time",
    "og:published_time",
    "date",
    "datePublished",
    "dc.date",
    "dcterms.date",
    "pubdate",
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


@dataclass(slots=True)
class _Found:
    """What a page's structured data say: the first that has something to say wins."""

    values: dict[str, Any] = field(default_factory=dict)
    recordings: list[tuple[str, str | None]] = field(default_factory=list)

    def add(self, **values: Any) -> None:
        """Take what is not known yet."""
        for name, value in values.items():
            if value not in (None, ""):
                self.values.setdefault(name, value)


def read_page(page: Page) -> Episode:
    """The episode that a page is about, with the recordings and captions that it names."""
    found = _Found()
    nodes = list(_structured(page))
    for kinds in (_EPISODES, _RECORDINGS, _ARTICLES):
        for node in nodes:
            if _kinds(node) & set(kinds):
                _take(node, found, page.url)
    meta = _meta(page)
    base = page.url
    recordings = [
        *found.recordings,
        *_players(page),
        *((meta[name], None) for name in _MEDIA_META if name in meta),
    ]
    values = found.values
    link = clean_link(_attribute(page, "link[rel=canonical]", "href"), base) or base
    link = link if is_remote(link) else base
    episode = Episode(
        id="",
        show="",
        folder="",
        title=_line(
            values.get("title") or next((meta[n] for n in _WRITTEN if n in meta), None) or page.title
        ),
        podcast=_line(values.get("podcast") or meta.get("og:site_name")) or None,
        published=parse_date(values.get("published") or next((meta[n] for n in _DATES if n in meta), None))
        or parse_date(_attribute(page, "time[datetime]", "datetime")),
        duration=parse_duration(values.get("duration") or meta.get("og:video:duration")),
        guid=link,
        link=link,
        language=_language(values.get("language") or page.language or meta.get("og:locale")),
        author=_line(values.get("author") or meta.get("author")) or None,
        description=_text(values.get("description") or meta.get("og:description") or meta.get("description")),
        image=clean_link(values.get("image") or meta.get("og:image"), base),
        number=_number(values.get("number")),
        enclosures=_enclosures(recordings, base),
        transcripts=tuple(_captions(page)),
    )
    return _with_video(episode, page, meta)


def _with_video(episode: Episode, page: Page, meta: Mapping[str, str]) -> Episode:
    """With the key of the one YouTube video that the page shows, if it shows just one."""
    from dataclasses import replace

    shown = [node.attributes.get("src") or "" for node in page.tree.css("iframe[src]")[:_MOST_RECORDINGS]]
    addresses = [clean_link(address, page.url) or "" for address in shown]
    frames = [replace(episode, guid=None, enclosures=(), link=address) for address in addresses if address]
    videos = {key for frame in frames for key in item_keys(frame) if key.startswith("youtube:")}
    return replace(episode, keys=tuple(videos)) if len(videos) == 1 else episode


def _structured(page: Page) -> Iterator[Mapping[str, Any]]:
    """The objects of the page's JSON-LD, those within others after them."""
    for script in page.tree.css('script[type="application/ld+json"]')[:_MOST_RECORDINGS]:
        try:
            pending = [json.loads(script.text().strip().rstrip(";"))]
        except (ValueError, RecursionError):
            continue
        for _ in range(_MOST_NODES):
            if not pending:
                break
            node = pending.pop(0)
            if isinstance(node, list):
                pending[:0] = node[:_MOST_NODES]
            elif isinstance(node, dict):
                yield node
                pending += [node[name] for name in ("@graph", "mainEntity", "hasPart") if name in node]
                pending += [node[name] for name in ("associatedMedia", "audio", "video") if name in node]


def _kinds(node: Mapping[str, Any]) -> set[str]:
    kinds = node.get("@type")
    return {str(kind) for kind in (kinds if isinstance(kinds, list) else [kinds])}


def _take(node: Mapping[str, Any], found: _Found, base: str) -> None:
    found.add(
        title=_string(node.get("headline") or node.get("name")),
        published=_string(node.get("datePublished") or node.get("uploadDate") or node.get("dateCreated")),
        duration=_string(node.get("duration") or node.get("timeRequired")),
        description=_string(node.get("description")),
        podcast=_string(node.get("partOfSeries") or node.get("partOfSeason")),
        author=_string(node.get("author") or node.get("creator")),
        language=_string(node.get("inLanguage")),
        image=_string(node.get("image") or node.get("thumbnailUrl"), "url"),
        number=_string(node.get("episodeNumber")),
    )
    if address := _string(node.get("contentUrl")):
        found.recordings.append((address, _string(node.get("encodingFormat"))))


def _string(value: object, name: str = "name") -> str | None:
    """A text, the first of several, or the name of a thing."""
    for _ in range(3):
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            value = value.get(name)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else None


def _meta(page: Page) -> dict[str, str]:
    values: dict[str, str] = {}
    for node in page.tree.css("meta[content]")[:_MOST_NODES]:
        name = (
            node.attributes.get("property") or node.attributes.get("name") or node.attributes.get("itemprop")
        )
        content = (node.attributes.get("content") or "").strip()
        if name and content:
            values.setdefault(name if ":" in name or name == "datePublished" else name.lower(), content)
    return values


def _players(page: Page) -> Iterator[tuple[str, str | None]]:
    """The addresses in the page's `<audio>` and `<video>`, with their types where they are told."""
    for node in page.tree.css("audio[src], video[src], audio source[src], video source[src]")[:_MOST_NODES]:
        yield node.attributes.get("src") or "", node.attributes.get("type")


def _enclosures(recordings: list[tuple[str, str | None]], base: str) -> tuple[Enclosure, ...]:
    enclosures: dict[str, Enclosure] = {}
    for written, kind in recordings:
        address = clean_link(written, base)
        if address is None or not is_remote(address):
            continue
        suffix = f".{address.partition('?')[0].rpartition('.')[2].lower()}"
        told = (kind or "").partition(";")[0].strip().lower()
        mime = told if told.startswith(("audio/", "video/")) else MEDIA_TYPES.get(suffix)
        # What is neither called a recording nor said to be one is a page with a player in it.
        if mime and len(enclosures) < _MOST_RECORDINGS:
            enclosures.setdefault(address, Enclosure(address, mime))
    return tuple(enclosures.values())


def _captions(page: Page) -> Iterator[TranscriptLink]:
    for node in page.tree.css("audio track[src], video track[src]")[:_MOST_RECORDINGS]:
        address = clean_link(node.attributes.get("src"), page.url)
        if (
            address
            and is_remote(address)
            and (node.attributes.get("kind") or "subtitles") in ("captions", "subtitles")
        ):
            suffix = f".{address.partition('?')[0].rpartition('.')[2].lower()}"
            language = _language(node.attributes.get("srclang"))
            yield TranscriptLink(address, TRANSCRIPT_TYPES.get(suffix, "text/vtt"), language, "captions")


def _attribute(page: Page, selector: str, name: str) -> str | None:
    node: LexborNode | None = page.tree.css_first(selector)
    return node.attributes.get(name) if node is not None else None


def _number(text: str | None) -> float | None:
    return float(text) if text and text.isdecimal() and len(text) < 6 else None


def _language(text: str | None) -> str | None:
    return text.replace("_", "-") if text and _LANGUAGE.fullmatch(text) else None


def _line(text: str | None) -> str:
    return plain_line((text or "")[: 4 * _LONGEST])[:_LONGEST]


def _text(text: str | None) -> str | None:
    return (text or "")[:_LONGEST_TEXT].strip() or None
