"""What the podcast namespace and Podlove's chapters say of an item or a show.

The elements are those of https://github.com/Podcastindex-org/podcast-namespace (both URIs of the namespace)
and of Podlove Simple Chapters (https://podlove.org/simple-chapters).
"""

import re
from collections.abc import Callable
from typing import Any

from episcribe.library.episode import (
    ChaptersLink,
    Enclosure,
    InlineChapter,
    Person,
    Soundbite,
    TranscriptLink,
)
from episcribe.sources.durations import parse_duration
from episcribe.sources.links import clean_link
from episcribe.sources.plain_text import plain_line
from episcribe.sources.tolerant_xml import Document, Element

_NUMBER = re.compile(r"-?\d{1,9}(?:[.,]\d{1,6})?")
_DIGITS = re.compile(r"\d{1,15}")
_SIZE = re.compile(r"(\d{1,12}(?:[.,]\d{1,3})?)\s*(k|m|g)i?b?", re.IGNORECASE)
_LENGTH = re.compile(r"(\d{1,15})(?:\.0+)?(?:\s*(?:bytes?|b))?", re.IGNORECASE)
_POWERS = {"k": 1, "m": 2, "g": 3}
_MOST = 5_000
_ALTERNATE = ("type", "length", "bitrate", "height", "lang", "title", "rel", "codecs")

Link = Callable[[str | None], str | None]


def transcripts(document: Document, item: Element, link: Link) -> tuple[TranscriptLink, ...]:
    """Every podcast:transcript with an address, in the feed's order; exact repetitions once.

    Early feeds have the address as the element's text.
    """
    found = [
        TranscriptLink(
            url, _lower(tag.get("type")), tag.get("language", "lang", "xml:lang"), _lower(tag.get("rel"))
        )
        for tag in item.all("podcast:transcript")
        if (url := _address(document, tag, link))
    ]
    return tuple(dict.fromkeys(found))


def chapters(document: Document, item: Element, link: Link) -> ChaptersLink | None:
    """podcast:chapters, the first with an address."""
    for tag in item.all("podcast:chapters"):
        url = _address(document, tag, link)
        if url:
            return ChaptersLink(url, _lower(tag.get("type")))
    return None


def inline_chapters(item: Element, link: Link) -> tuple[InlineChapter, ...]:
    """Podlove Simple Chapters, by their start; those without a start that can be read are left out."""
    found: list[InlineChapter] = []
    for group in item.all("psc:chapters"):
        for tag in group.all("psc:chapter")[:_MOST]:
            start = _start(tag.get("start"))
            title = plain_line(tag.get("title") or "")
            if start is not None and title:
                found.append(InlineChapter(start, title, link(tag.get("href")), link(tag.get("image"))))
    return tuple(sorted(found, key=lambda chapter: chapter.start))


def persons(document: Document, parent: Element, link: Link) -> tuple[Person, ...]:
    """podcast:person, in the feed's order; the role is `host` where none is given."""
    found = []
    for tag in parent.all("podcast:person")[:_MOST]:
        name = plain_line(document.text(tag)) or plain_line(tag.get("name") or "")
        if name:
            role, group = _lower(tag.get("role")) or "host", _lower(tag.get("group"))
            found.append(Person(name, role, group, link(tag.get("href")), link(tag.get("img"))))
    return tuple(dict.fromkeys(found))


def soundbites(document: Document, item: Element) -> tuple[Soundbite, ...]:
    """podcast:soundbite, by its start; those without both times are left out."""
    found = []
    for tag in item.all("podcast:soundbite")[:_MOST]:
        start = _start(tag.get("starttime"))
        duration = parse_duration(tag.get("duration"))
        if start is not None and duration is not None:
            found.append(Soundbite(start, duration, plain_line(document.text(tag)) or None))
    return tuple(sorted(dict.fromkeys(found), key=lambda bite: bite.start))


def season(document: Document, item: Element) -> tuple[int | None, str | None]:
    """The season's number and name: podcast:season, else itunes:season."""
    for name in ("podcast:season", "itunes:season"):
        for tag in item.all(name):
            number = whole_number(document.text(tag))
            label = plain_line(tag.get("name") or "")
            if number is not None or label:
                return number, label or None
    return None, None


def episode_number(document: Document, item: Element) -> tuple[float | None, str | None]:
    """The episode's number and how the publisher writes it: podcast:episode, else itunes:episode."""
    for name in ("podcast:episode", "itunes:episode"):
        for tag in item.all(name):
            text = plain_line(document.text(tag))
            match = _NUMBER.search(text)
            display = plain_line(tag.get("display") or "")
            if match is not None:
                own_words = text if not _NUMBER.fullmatch(text) else ""
                return float(match.group().replace(",", ".")), display or own_words or None
            if display or text:
                return None, display or text
    return None, None


def alternate_enclosures(item: Element, link: Link) -> list[dict[str, Any]]:
    """podcast:alternateEnclosure as plain data: its attributes, and `sources` with the addresses."""
    found = []
    for tag in item.all("podcast:alternateenclosure")[:100]:
        sources = [link(source.get("uri", "url")) for source in tag.all("podcast:source", "source")]
        entry: dict[str, Any] = {name: value for name in _ALTERNATE if (value := tag.get(name))}
        addresses = [source for source in sources if source]
        if addresses:
            found.append({**entry, "sources": addresses})
    return found


def as_enclosures(alternates: list[dict[str, Any]]) -> tuple[Enclosure, ...]:
    """The first source of each alternate enclosure, for items that have no other media file."""
    return tuple(
        Enclosure(entry["sources"][0], entry.get("type"), byte_length(entry.get("length")))
        for entry in alternates
    )


def further_facts(document: Document, item: Element, link: Link) -> dict[str, Any]:
    """Location, licence and social threads as plain data."""
    facts: dict[str, Any] = {}
    place = item.first("podcast:location")
    if place is not None and (name := plain_line(document.text(place))):
        marks = {key: place.get(key) for key in ("geo", "osm")}
        facts["location"] = {"name": name, **{key: value for key, value in marks.items() if value}}
    licence = item.first("podcast:license")
    if licence is not None and (name := plain_line(document.text(licence))):
        facts["license"] = {"name": name, **({"url": url} if (url := link(licence.get("url"))) else {})}
    threads = [link(tag.get("uri")) for tag in item.all("podcast:socialinteract")[:20]]
    if any(threads):
        facts["social"] = [thread for thread in threads if thread]
    return facts


def whole_number(text: str | None) -> int | None:
    """The first whole number in a text such as `Season 2`."""
    match = _DIGITS.search(text or "")
    return int(match.group()) if match else None


def byte_length(text: str | None) -> int | None:
    """The bytes in an enclosure's length, which may hold separators, a unit, or nothing of use (0 is
    unknown).
    """
    cleaned = (text or "").strip()
    match = _LENGTH.fullmatch(cleaned) or _LENGTH.fullmatch(re.sub(r"[,.\s_](?=\d{3}(?:\D|$))", "", cleaned))
    if match is not None:
        return int(match.group(1)) or None
    size = _SIZE.fullmatch(cleaned)
    if size is None:
        return None
    return int(float(size.group(1).replace(",", ".")) * 1024 ** _POWERS[size.group(2).lower()]) or None


def _address(document: Document, tag: Element, link: Link) -> str | None:
    return link(tag.get("url", "href", "src") or document.text(tag).strip())


def _start(text: str | None) -> float | None:
    if text and not text.strip("0:. "):
        return 0.0
    return parse_duration(text)


def _lower(text: str | None) -> str | None:
    return text.strip().lower() if text and text.strip() else None


def link_from(base: str | None) -> Link:
    """A function that makes addresses absolute by `base`."""

    def link(text: str | None) -> str | None:
        return clean_link(text, base)

    return link
