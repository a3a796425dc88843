"""An answer from the web, told apart and parsed: a page, a file that may be a transcript, or neither."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from episcribe.sources.decoding import decode_text, to_utf8
from episcribe.sources.website.model import Fetched
from episcribe.sources.website.wording import ERROR_TITLE

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_BYTES = 5_000_000

_META_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE
)
_HTML = re.compile(
    r"\s*(?:<!--.{0,5000}?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|title|div|main|article|p|h1)\b",
    re.I | re.S,
)
_CAPTIONS = re.compile(r"\s*(?:WEBVTT\b|\d+\s*\r?\n\s*\d\d:\d\d:\d\d[,.]\d{3}\s*-->)")
_BINARY = (
    (b"%PDF", "a PDF, which is not read"),
    (b"PK\x03\x04", "a Word document or an archive, which is not read"),
    (b"\xd0\xcf\x11\xe0", "a Word document, which is not read"),
    (b"{\\rtf", "an RTF document, which is not read"),
    (b"ID3", "a recording"),
    (b"\xff\xfb", "a recording"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)
_TAG = re.compile(
    r"<(/?)(div|section|article|ul|ol|li|table|tr|td|dl|dd|details|blockquote|p|span|b|i|em|font|a)\b([^<>]{0,100000})",
    re.I,
)
# Nested elements cost the parser time by their square, as do attributes of one tag.
_DEEPEST = 2000
_ATTRIBUTES = 2000
_FEW_WORDS = 200


class Unusable(Exception):  # noqa: N818 - says what the answer is
    """The answer is no page and no transcript; the message is a phrase that says what it is."""


@dataclass(frozen=True)
class Page:
    """A parsed page, and where it is after redirects."""

    url: str
    tree: "LexborHTMLParser"

    @cached_property
    def title(self) -> str:
        """The page's title, in one line."""
        node = self.tree.css_first("title")
        return " ".join(node.text().split())[:300] if node is not None else ""

    @cached_property
    def language(self) -> str | None:
        """The language that the page declares."""
        root = self.tree.root
        value = (root.attributes.get("lang") or "") if root is not None else ""
        return value if re.fullmatch(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*", value) else None

    @property
    def body(self) -> "LexborNode":
        """The body; raises Unusable when there is none."""
        if self.tree.body is None:
            raise Unusable("an empty page")
        return self.tree.body


def open_page(answer: Fetched) -> Page | str:
    """The page that `answer` holds, or the text of a file that is none.

    Raises Unusable for what is neither: documents that are not read, recordings, error pages, bombs.
    """
    if len(answer.body) > MAX_BYTES:
        raise Unusable(f"larger than {MAX_BYTES // 1_000_000} MB")
    for magic, what in _BINARY:
        if answer.body.startswith(magic):
            raise Unusable(what)
    text = page_text(answer.body, answer.content_type)
    if not text.strip():
        raise Unusable("empty")
    kind = (answer.content_type or "").partition(";")[0].strip().lower()
    is_page = bool(_HTML.match(text)) or (
        kind in {"text/html", "application/xhtml+xml"} and text.lstrip().startswith("<")
    )
    if not is_page:
        if kind.startswith(("audio/", "video/", "image/")):
            raise Unusable(f"of the type {kind}")
        return text
    return parse_page(text, answer.url)


def parse_page(text: str, url: str) -> Page:
    """The parsed page; raises Unusable for pages that are built to hang a parser, and for error pages."""
    _refuse_bombs(text)
    from selectolax.lexbor import LexborHTMLParser

    page = Page(url, LexborHTMLParser(text))
    if page.tree.body is None:
        raise Unusable("an empty page")
    heading = page.tree.css_first("h1")
    named = [page.title, " ".join(heading.text().split())[:300] if heading is not None else ""]
    if any(name and ERROR_TITLE.match(name) for name in named) and _few_words(page):
        raise Unusable(f"a page that says {next(n for n in named if n and ERROR_TITLE.match(n))[:80]!r}")
    return page


def page_text(data: bytes, content_type: str | None) -> str:
    """The decoded text: by byte order mark, as UTF-8, by Content-Type, by `<meta charset>` (WHATWG HTML)."""
    declared = content_type if content_type and "charset" in content_type.lower() else None
    if declared is None and (match := _META_CHARSET.search(data[:4096])):
        declared = f"text/html; charset={match[1].decode('ascii')}"
    return decode_text(to_utf8(data, declared)[0]).lstrip("\ufeff")


def is_captions(text: str) -> bool:
    """True for text that begins as WebVTT or SubRip does."""
    return _CAPTIONS.match(text) is not None


def _few_words(page: Page) -> bool:
    return len(page.body.text(separator=" ").split()) < _FEW_WORDS * 3


def _refuse_bombs(text: str) -> None:
    depth = deepest = 0
    for match in _TAG.finditer(text):
        if len(match[3]) > 2 * _ATTRIBUTES and match[3].count("=") + match[3].count(" ") > 2 * _ATTRIBUTES:
            raise Unusable(f"a page with more than {_ATTRIBUTES} attributes on one tag")
        if match[2].lower() != "p" and match[2].lower() != "li":
            depth = max(0, depth - 1) if match[1] else depth + 1
            deepest = max(deepest, depth)
    if deepest > _DEEPEST and text.count("</") * 3 < text.count("<"):
        raise Unusable(f"a page nested deeper than {_DEEPEST} elements")
