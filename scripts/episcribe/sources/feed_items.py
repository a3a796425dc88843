"""One item of RSS, RDF or Atom as a `FeedItem`."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from episcribe.library.episode import Enclosure
from episcribe.sources import podcast_namespace
from episcribe.sources.dates import parse_date
from episcribe.sources.durations import parse_duration
from episcribe.sources.feed_model import FeedItem
from episcribe.sources.links import clean_link, is_web_address, joined_base
from episcribe.sources.plain_text import plain_line, shortened, visible_text
from episcribe.sources.podcast_namespace import Link, byte_length
from episcribe.sources.tolerant_xml import Document, Element

_TITLES = ("title", "atom:title", "itunes:title", "media:title", "dc:title")
_GUIDS = ("guid", "atom:id", "id", "dc:identifier")
_DATES = (
    "pubdate",
    "atom:published",
    "published",
    "dc:date",
    "dcterms:issued",
    "dcterms:created",
    "atom:issued",
)
_LATER_DATES = (
    "dcterms:modified",
    "atom:updated",
    "updated",
    "atom:modified",
    "modified",
    "date",
    "lastbuilddate",
)
_NOTES = (
    "content:encoded",
    "atom:content",
    "content",
    "description",
    "itunes:summary",
    "googleplay:description",
)
_SUMMARIES = ("itunes:summary", "atom:summary", "summary", "description", "googleplay:description")
_LINKS = ("atom:link", "link")
_PERSON_IN_MAIL = re.compile(r"\S+@\S+\s*\((.+)\)")
_MEDIA_NAME = re.compile(r"\.(?:mp3|m4a|m4b|m4v|mp4|aac|ogg|oga|opus|flac|wav|webm|mov)$", re.IGNORECASE)
_MOST_KEYWORDS = 100
_DAY = 86400.0


class ItemReader:
    """Reads the elements of one item; `base` is the address that relative links start from."""

    def __init__(self, document: Document, item: Element, base: str | None) -> None:
        self._document = document
        self._item = item
        self._base = joined_base(base, item.base) if base or is_web_address(item.base) else None
        self._link: Link = podcast_namespace.link_from(self._base)

    def read(self) -> FeedItem:
        """The item; what it does not say is None or empty, but for the title, which is made from the rest."""
        document, item, link = self._document, self._item, self._link
        extra = self._extra()
        enclosures = self._enclosures(extra)
        published = self._published(extra)
        guid, permalink = self._guid()
        notes, summary = self._notes_and_summary()
        season, season_name = podcast_namespace.season(document, item)
        number, number_display = podcast_namespace.episode_number(document, item)
        return FeedItem(
            title=self._title(notes, enclosures, published, guid),
            guid=guid,
            guid_is_permalink=permalink,
            published=published,
            duration=self._duration(enclosures),
            link=self._page(guid if permalink else None),
            language=self._line("dc:language", "language") or item.get("xml:lang"),
            author=self._author(),
            subtitle=self._line("itunes:subtitle", "media:subtitle"),
            summary=summary,
            description=notes,
            image=self._image(),
            season=season,
            season_name=season_name,
            number=number,
            number_display=number_display,
            episode_type=(self._line("itunes:episodetype") or "").lower() or None,
            explicit=self._explicit(),
            keywords=self._keywords(),
            enclosures=enclosures,
            transcripts=podcast_namespace.transcripts(document, item, link),
            chapters=podcast_namespace.chapters(document, item, link),
            inline_chapters=podcast_namespace.inline_chapters(item, link),
            persons=podcast_namespace.persons(document, item, link),
            soundbites=podcast_namespace.soundbites(document, item),
            extra=extra,
        )

    def _line(self, *names: str) -> str | None:
        """The first of these elements that says something, as one line of plain text."""
        for text in self._texts(*names):
            if line := plain_line(text):
                return line
        return None

    def _texts(self, *names: str) -> Iterator[str]:
        for name in names:
            for element in self._item.all(name):
                if text := self._document.text(element).strip():
                    yield text

    def _title(self, notes: str | None, enclosures: tuple[Enclosure, ...], *others: str | None) -> str:
        if title := self._line(*_TITLES):
            return title
        if notes and (words := visible_text(notes[:4000])):
            return shortened(words)
        for enclosure in enclosures:
            if name := _file_name(enclosure.url):
                return name
        return next((other for other in others if other), "Untitled episode")

    def _guid(self) -> tuple[str | None, bool]:
        for name in _GUIDS:
            for element in self._item.all(name):
                if text := " ".join(self._document.text(element).split()):
                    declared = (element.get("ispermalink") or "true").lower()
                    return text, name == "guid" and declared != "false" and is_web_address(text)
        return self._item.get("rdf:about"), False

    def _published(self, extra: dict[str, Any]) -> str | None:
        unread = None
        for text in self._texts(*_DATES, *_LATER_DATES):
            if date := parse_date(plain_line(text)):
                return date
            unread = unread or plain_line(text)
        if unread:
            extra["published_text"] = unread
        return None

    def _duration(self, enclosures: tuple[Enclosure, ...]) -> float | None:
        texts = [*self._texts("itunes:duration", "googleplay:duration", "duration")]
        texts += [value for media in self._media() if (value := media.get("duration"))]
        seconds = next(
            (found for text in texts if (found := parse_duration(plain_line(text))) is not None), None
        )
        length = next((enclosure.length for enclosure in enclosures if enclosure.length), None)
        # Under 2 kbit/s nothing can be heard: a day of it in a small file was meant in milliseconds.
        if seconds and seconds > _DAY and length and length * 8 / seconds < 2000:
            return round(seconds / 1000, 3)
        return seconds

    def _page(self, permalink: str | None) -> str | None:
        for element in self._item.all("link", "atom:link"):
            if element.get("rel") in (None, "alternate"):
                target = element.get("href") or self._document.text(element).strip()
                if link := self._link(plain_line(target) if "<" in target else target):
                    return link
        return permalink or self._link(self._item.get("href"))

    def _author(self) -> str | None:
        names = [self._line("itunes:author"), self._line("dc:creator")]
        for element in self._item.all("author", "atom:author"):
            inner = element.first("atom:name", "name")
            line = plain_line(self._document.text(inner or element))
            mail = _PERSON_IN_MAIL.fullmatch(line)
            names.append(mail.group(1) if mail else line)
        names += [self._line("googleplay:author"), self._line("media:credit")]
        return next((name for name in names if name), None)

    def _notes_and_summary(self) -> tuple[str | None, str | None]:
        """The longest of the texts that tell of the episode, content:encoded where it is as long; and a
        short one.
        """
        notes, most = None, 0
        for text in self._texts(*_NOTES, "atom:summary", "summary", "dcterms:abstract"):
            words = len(visible_text(text))
            if words > most:
                notes, most = text, words
        if notes is None:
            notes = next((found for media in self._media_texts() if (found := media)), None)
        summary = next((text for text in self._texts(*_SUMMARIES) if text != notes), None)
        return notes, summary

    def _media(self) -> list[Element]:
        direct = self._item.all("media:content")
        return direct + [
            media for group in self._item.all("media:group") for media in group.all("media:content")
        ]

    def _media_texts(self) -> Iterator[str]:
        for parent in (self._item, *self._item.all("media:group"), *self._media()):
            for element in parent.all("media:description"):
                if text := self._document.text(element).strip():
                    yield text

    def _image(self) -> str | None:
        for name in ("itunes:image", "media:thumbnail", "googleplay:image", "podcast:image", "image"):
            for parent in (self._item, *self._item.all("media:group"), *self._media()):
                for element in parent.all(name):
                    inner = element.first("url")
                    text = element.get("href", "url", "src") or self._document.text(inner or element).strip()
                    if link := self._link(text):
                        return link
        sources = [tag.get("srcset") for tag in self._item.all("podcast:images")]
        return next((self._link(source.split()[0].rstrip(",")) for source in sources if source), None)

    def _explicit(self) -> bool | None:
        for text in self._texts("itunes:explicit", "googleplay:explicit"):
            word = plain_line(text).lower()
            if word in ("yes", "true", "explicit", "1"):
                return True
            if word in ("no", "false", "clean", "0"):
                return False
        return None

    def _keywords(self) -> tuple[str, ...]:
        words = [
            word
            for text in self._texts("itunes:keywords", "media:keywords")
            for word in re.split("[,;]", text)
        ]
        subjects = self._item.all("category", "atom:category", "dc:subject")
        words += [element.get("label", "term") or self._document.text(element) for element in subjects]
        kept: dict[str, str] = {}
        for word in map(plain_line, words):
            if word and len(word) <= 200:
                kept.setdefault(word.casefold(), word)
        return tuple(kept.values())[:_MOST_KEYWORDS]

    def _enclosures(self, extra: dict[str, Any]) -> tuple[Enclosure, ...]:
        """RSS enclosures and Atom's enclosure links; media:content and alternates only where there are
        none.
        """
        tags = self._item.all("enclosure", "atom:enclosure")
        tags += [tag for tag in self._item.all(*_LINKS) if (tag.get("rel") or "").lower() == "enclosure"]
        found = [self._enclosure(tag) for tag in tags]
        if not any(found):
            found = [self._enclosure(tag) for tag in self._media() if _is_recording(tag)]
        kept: dict[str, Enclosure] = {}
        for enclosure in found:
            if enclosure is not None:
                kept.setdefault(enclosure.url, enclosure)
        return tuple(kept.values()) or podcast_namespace.as_enclosures(extra.get("alternate_enclosures", []))

    def _enclosure(self, tag: Element) -> Enclosure | None:
        url = self._link(tag.get("url", "href", "src") or self._document.text(tag).strip())
        if url is None:
            return None
        kind = tag.get("type")
        length = byte_length(tag.get("length", "filesize", "rdf:length"))
        return Enclosure(url, kind.lower() if kind else None, length)

    def _extra(self) -> dict[str, Any]:
        facts: dict[str, Any] = {}
        other_title = self._line("itunes:title")
        if other_title and other_title != self._line(*_TITLES):
            facts["itunes_title"] = other_title
        if (self._line("itunes:block", "googleplay:block") or "").lower() in ("yes", "true"):
            facts["block"] = True
        if (self._line("itunes:isclosedcaptioned") or "").lower() in ("yes", "true"):
            facts["closed_captioned"] = True
        for name, element in (
            ("comments", "comments"),
            ("youtube_id", "yt:videoid"),
            ("order", "itunes:order"),
        ):
            if line := self._line(element):
                facts[name] = line
        if source := self._source():
            facts["source"] = source
        facts.update(podcast_namespace.further_facts(self._document, self._item, self._link))
        if alternates := podcast_namespace.alternate_enclosures(self._item, self._link):
            facts["alternate_enclosures"] = alternates
        return facts

    def _source(self) -> dict[str, str] | None:
        element = self._item.first("source", "atom:source")
        if element is None:
            return None
        inner = element.first("atom:title", "title")
        title = plain_line(self._document.text(inner or element))
        found = {"title": title, "url": self._link(element.get("url", "href"))}
        return {name: value for name, value in found.items() if value} or None


def _file_name(url: str) -> str | None:
    try:
        name = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2]
    except ValueError:
        return None
    words = re.sub(r"[_\s]+", " ", _MEDIA_NAME.sub("", name)).strip()
    return words or None


def _is_recording(media: Element) -> bool:
    kind = (media.get("type") or media.get("medium") or "").lower()
    if kind.startswith(("audio", "video")):
        return True
    address = clean_link(media.get("url")) or ""
    return not kind and bool(_MEDIA_NAME.search(address.partition("?")[0]))
