"""What came instead of a feed, in a line for a person."""

import re

from episcribe.net.redaction import shown_url
from episcribe.sources.links import clean_link

_LINK_TAG = re.compile(rb"<link\b[^<>]{0,2000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-z]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_PAGE = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")
_LONG_VALUE = re.compile(r"=[^&=]{12,}|[A-Za-z0-9]{20,}")
_HEAD = 200_000


def describe_other_content(data: bytes, url: str | None) -> str:
    """Why `data` is no feed; for a web page that names its feed, with the address of that feed."""
    head = data[:_HEAD]
    if not head.strip():
        return "the answer is empty, not a feed"
    if _PAGE.search(head):
        named = feed_links(head, url)
        hint = f"; it names this feed: {_presentable(named[0])}" if named else ""
        return f"answered with a web page, not a feed{hint}"
    if head.lstrip().startswith((b"{", b"[")):
        return "answered with JSON that is not a JSON Feed"
    return f"answered with something that is not a feed (it begins with {_beginning(head)!r})"


def feed_links(page: bytes, base: str | None) -> list[str]:
    """The addresses of the feeds that an HTML page names in its head, in their order."""
    found = []
    for tag in _LINK_TAG.findall(page):
        text = tag.decode("utf-8", "replace")
        values = {
            m.group(1).lower(): m.group(2) or m.group(3) or m.group(4) or ""
            for m in _ATTRIBUTE.finditer(text)
        }
        if "alternate" in values.get("rel", "").lower() and values.get("type", "").lower() in _FEED_TYPES:
            link = clean_link(values.get("href"), base)
            if link:
                found.append(link)
    return list(dict.fromkeys(found))


def _presentable(url: str) -> str:
    """The whole address, but for one that seems to hold a secret."""
    return shown_url(url) if "@" in url or _LONG_VALUE.search(url) else url


def _beginning(head: bytes) -> str:
    text = head.lstrip()[:40].decode("utf-8", "replace")
    return "".join(character if character.isprintable() else "�" for character in text)
