"""What a feed says of the show itself."""

from episcribe.sources import podcast_namespace
from episcribe.sources.feed_model import Feed
from episcribe.sources.links import is_web_address, joined_base
from episcribe.sources.plain_text import plain_line
from episcribe.sources.tolerant_xml import Document, Element

_DESCRIPTIONS = (
    "description",
    "atom:subtitle",
    "itunes:summary",
    "subtitle",
    "atom:tagline",
    "tagline",
    "googleplay:description",
    "itunes:subtitle",
)
_NEXT = ("next", "prev-archive")  # RFC 5005, sections 3 and 4


def read_channel(document: Document, base: str | None) -> Feed:
    """The show as a `Feed` without items; the title is "" when the feed has none."""
    root = document.root
    if root is None:
        return Feed("")
    channel = root.first("channel") or root
    own_base = channel.base or root.base
    base = joined_base(base, own_base) if base or is_web_address(own_base) else None
    link = podcast_namespace.link_from(base)
    said = _Sayings(document, [channel, root])
    pages = {name: link(said.link(name)) for name in (*_NEXT, "self", "alternate")}
    return Feed(
        title=said.line("title", "atom:title", "itunes:title", "dc:title") or "",
        link=link(said.text("link")) or pages["alternate"],
        description=said.text(*_DESCRIPTIONS),
        language=said.line("language", "dc:language") or root.get("xml:lang"),
        author=said.line("itunes:author") or said.name() or said.line("dc:creator", "managingeditor"),
        image=link(said.image()),
        next_url=next((pages[name] for name in _NEXT if pages[name]), None),
        self_url=pages["self"],
        new_url=link(said.text("itunes:new-feed-url")),
        guid=said.line("podcast:guid"),
        explicit={
            "yes": True,
            "true": True,
            "explicit": True,
            "no": False,
            "false": False,
            "clean": False,
        }.get((said.line("itunes:explicit") or "").lower()),
        keywords=_keywords(said),
        persons=podcast_namespace.persons(document, channel, link),
    )


class _Sayings:
    """Looks things up in the channel first, then in the element around it."""

    def __init__(self, document: Document, places: list[Element]) -> None:
        self._document = document
        self._places = places

    def text(self, *names: str) -> str | None:
        for name in names:
            for place in self._places:
                for element in place.all(name):
                    if found := self._document.text(element).strip():
                        return found
        return None

    def line(self, *names: str) -> str | None:
        found = self.text(*names)
        return plain_line(found) or None if found else None

    def link(self, relation: str) -> str | None:
        for place in self._places:
            for element in place.all("atom:link", "link"):
                if (element.get("rel") or "alternate").lower() == relation and element.get("href"):
                    return element.get("href")
        return None

    def name(self) -> str | None:
        for place in self._places:
            for element in place.all("atom:author", "author"):
                if found := plain_line(self._document.text(element.first("atom:name", "name") or element)):
                    return found
        return None

    def image(self) -> str | None:
        for name in (
            "itunes:image",
            "image",
            "googleplay:image",
            "atom:logo",
            "logo",
            "atom:icon",
            "media:thumbnail",
        ):
            for place in self._places:
                for element in place.all(name):
                    inner = element.first("url")
                    found = element.get("href", "url") or self._document.text(inner or element).strip()
                    if found and "<" not in found:
                        return found
        return None


def _keywords(said: _Sayings) -> tuple[str, ...]:
    words = (word.strip() for word in (said.line("itunes:keywords") or "").split(","))
    return tuple(dict.fromkeys(word for word in words if word))
