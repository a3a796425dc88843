"""Subscription lists (OPML 1 and 2), whole or broken: which feeds they name."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from html import unescape
from urllib.parse import urljoin, urlsplit

from episcribe.library.addresses import public_address
from episcribe.library.errors import EpiscribeError
from episcribe.library.naming import show_name

MAX_FEEDS = 10_000
_LONGEST_VALUE = 8000
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_OUTLINE = re.compile(r"<(?:\w{1,20}:)?outline\b", re.IGNORECASE)
_END = re.compile(r"</?(?:\w{1,20}:)?(?:outline|body|opml|head)\b", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    rf"""([A-Za-z_][\w:.\-]{{0,40}})\s{{0,20}}=\s{{0,20}}(?:"([^"]{{0,{_LONGEST_VALUE}}})"|'([^']{{0,{_LONGEST_VALUE}}})')"""
)
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,500})</title", re.IGNORECASE)
_SUBSCRIBE = re.compile(r"^(?:feed|itpc|pcast|podcast|rss):(?://)?", re.IGNORECASE)
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.\-]*:")
_NOT_FEEDS = frozenset(("link", "include"))


@dataclass(frozen=True, slots=True)
class ListedFeed:
    """A feed as a list names it; `url` may be relative where the list is a local file."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class FeedList:
    """The feeds of a list in its order, each once, and lines about what was left out."""

    title: str | None
    feeds: list[ListedFeed]
    warnings: list[str] = field(default_factory=list)


def parse_opml(data: bytes, *, url: str | None = None) -> FeedList:
    """The feeds that the OPML in `data` names, at any depth of outlines.

    `url` is where a list from the network came from: relative addresses start there, and it cannot name local
    files. Broken XML is read as far as outlines can be told; entities that the file declares are not
    expanded. Raises EpiscribeError when there is no outline in it.
    """
    text = _COMMENT.sub(" ", _text(data))
    if not _OUTLINE.search(text):
        raise EpiscribeError(
            "not a list of feeds: expected OPML with outlines such as <outline text=… xmlUrl=…>; "
            "export the subscriptions of your podcast app as OPML"
        )
    feeds: list[ListedFeed] = []
    seen: set[str] = set()
    refused = repeated = 0
    for attributes in _outlines(text):
        link = _link(attributes)
        if not link:
            continue
        address = _address(link, url)
        if address is None:
            refused += 1
        elif same_place(address) in seen:
            repeated += 1
        elif len(feeds) < MAX_FEEDS:
            seen.add(same_place(address))
            feeds.append(ListedFeed(_name(attributes, address), address))
    title = _TITLE.search(text)
    return FeedList(
        " ".join(unescape(title[1]).split()) or None if title else None,
        feeds,
        _warnings(refused, repeated, len(feeds)),
    )


def name_shows(
    feeds: Iterable[ListedFeed], *, taken: Iterable[str] = (), known: Mapping[str, str] | None = None
) -> list[tuple[str, ListedFeed]]:
    """A show id for each feed: a slug of its title, the same again whatever the order of the list.

    `known` are the ids that feeds have got before, by URL: they keep them when a title changes. Of several
    with one slug, and for a slug among `taken`, a short hash of the URL is added.
    """
    listed = list(feeds)
    places = {same_place(url): name for url, name in (known or {}).items()}
    used = set(taken)
    names: dict[int, str] = {}
    for index, feed in enumerate(listed):
        before = places.get(same_place(feed.url)) or places.get(same_place(public_address(feed.url)))
        if before and before not in used:
            names[index] = before
            used.add(before)
    for index, feed in enumerate(listed):
        if index not in names:
            names[index] = _free_name(feed, used)
            used.add(names[index])
    return [(names[index], feed) for index, feed in enumerate(listed)]


def _free_name(feed: ListedFeed, used: set[str]) -> str:
    slug = show_name(feed.title)
    if slug not in used:
        return slug
    digest = sha256(same_place(feed.url).encode("utf-8", "replace")).hexdigest()
    return next(name for size in range(4, 65) if (name := f"{slug}-{digest[:size]}") not in used)


def _text(data: bytes) -> str:
    from episcribe.sources.decoding import decode_text, to_utf8

    return decode_text(to_utf8(data)[0])


def _outlines(text: str) -> Iterator[dict[str, str]]:
    """The attributes of each outline, names in lower case. A tag goes on to the next one, so that a stray
    `<`, `>` or quotation mark in a value costs that value alone.
    """
    for start in _OUTLINE.finditer(text):
        end = _END.search(text, start.end())
        tag = text[start.end() : end.start() if end else len(text)]
        yield {
            name.lower(): " ".join(unescape(double or single).split())
            for name, double, single in _ATTRIBUTE.findall(tag[: 8 * _LONGEST_VALUE])
        }


def _link(attributes: Mapping[str, str]) -> str:
    for name in ("xmlurl", "feedurl", "feed_url", "rssurl"):
        if attributes.get(name):
            return attributes[name]
    return "" if attributes.get("type", "").lower() in _NOT_FEEDS else attributes.get("url", "")


def _address(link: str, base: str | None) -> str | None:
    """The address that `link` means, None for one that is not to be read."""
    if match := _SUBSCRIBE.match(link):
        rest = link[match.end() :]
        link = rest if _SCHEME.match(rest) else f"http://{rest}"
    try:
        link = urljoin(base, link) if base else link
        scheme, host = urlsplit(link).scheme.lower(), urlsplit(link).hostname
    except ValueError:
        return None
    if scheme in ("http", "https"):
        return link if host else None
    return link if base is None and scheme in ("", "file") else None


def same_place(url: str) -> str:
    """An address without what makes no other feed of it: scheme, `www.`, a slash at the end."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return url
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{parts.path.rstrip('/')}{query}"


def _name(attributes: Mapping[str, str], url: str) -> str:
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return (
        attributes.get("title") or attributes.get("text") or host or url.rpartition("/")[2].rpartition(".")[0]
    )


def _warnings(refused: int, repeated: int, listed: int) -> list[str]:
    warnings = []
    if refused:
        warnings.append(
            f"{refused} feeds of the list have addresses that are not read (neither http nor https)"
        )
    if repeated:
        warnings.append(f"{repeated} feeds are in the list more than once")
    if not listed:
        warnings.append("the list names no feed")
    return warnings
