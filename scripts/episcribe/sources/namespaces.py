"""XML namespaces of feeds: many spellings of a URI, one short name for each vocabulary."""

import re

# By how the URI begins, once in lower case and without scheme, `www.` and a slash or hash at its end.
_BEGINNINGS = (
    ("itunes.com/dtd", "itunes"),
    ("w3.org/2005/atom", "atom"),
    ("purl.org/atom/", "atom"),
    ("purl.org/rss/1.0/modules/content", "content"),
    ("purl.org/rss/1.0/modules/syndication", "sy"),
    ("purl.org/dc/elements", "dc"),
    ("purl.org/dc/terms", "dcterms"),
    ("search.yahoo.com/mrss", "media"),
    ("tools.search.yahoo.com/mrss", "media"),
    ("video.search.yahoo.com/mrss", "media"),
    ("rssboard.org/media-rss", "media"),
    ("podlove.org/simple-chapters", "psc"),
    ("google.com/schemas/play-podcasts", "googleplay"),
    ("w3.org/1999/02/22-rdf-syntax-ns", "rdf"),
    ("w3.org/xml/1998/namespace", "xml"),
    ("w3.org/1999/xhtml", "xhtml"),
    ("purl.org/syndication/history", "fh"),
    ("youtube.com/xml/schemas", "yt"),
    ("blubrry.com/developer/rawvoice", "rawvoice"),
    ("rawvoice.com/rawvoicerssmodule", "rawvoice"),
    ("spotify.com/ns/rss", "spotify"),
)
_CORE = (
    "purl.org/rss/1.0",
    "purl.org/net/rss1.1",
    "my.netscape.com/rdf/simple/0.9",
    "my.netscape.com/publish/formats/rss",
    "channel.netscape.com/rdf/simple/0.9",
    "backend.userland.com/rss",
    "backend.userland.com/rss2",
    "blogs.law.harvard.edu/tech/rss",
    "cyber.law.harvard.edu/rss/rss.html",
)
_PREFIXES = frozenset(short for _, short in _BEGINNINGS) | {"podcast"}
_TRIM = re.compile(r"^(?:https?://)?(?:www\.)?|[/#\s]+$")

# Element names that only the podcast namespace has, in whatever namespace a publisher put them by mistake.
_PODCAST_ONLY = frozenset(
    (
        "transcript",
        "chapters",
        "soundbite",
        "person",
        "location",
        "alternateenclosure",
        "socialinteract",
        "license",
    )
)
_MOST_PREFIXES = 64


def vocabulary(uri: str) -> str | None:
    """The short name of the namespace with this URI, "" for RSS itself, None when it is not known."""
    normal = _TRIM.sub("", uri.strip().lower())
    if "podcastindex" in normal:
        return "podcast"
    if "podcast-1.0.dtd" in normal:
        return "itunes"
    for beginning, short in _BEGINNINGS:
        if normal.startswith(beginning):
            return short
    return "" if normal in _CORE else None


class Scope:
    """The prefixes that are bound at one place of a document; `resolve` is cached."""

    def __init__(self, bound: dict[str, str | None] | None = None) -> None:
        self._bound = bound or {}
        self._names: dict[str, str] = {}

    def extended(self, declared: dict[str, str]) -> "Scope":
        """The scope inside an element that declares these prefixes (prefix, "" for the default, to URI)."""
        bound = dict(self._bound)
        for prefix, uri in declared.items():
            if prefix in bound or len(bound) < _MOST_PREFIXES:
                bound[prefix] = vocabulary(uri)
        return Scope(bound) if bound != self._bound else self

    def resolve(self, raw: str) -> str:
        """`podcast:transcript` for a raw name such as `p:Transcript`: vocabulary and name in lower case."""
        name = self._names.get(raw)
        if name is None:
            name = self._resolve(raw.lower())
            if len(self._names) < 4096:
                self._names[raw] = name
        return name

    def _resolve(self, raw: str) -> str:
        prefix, _, local = raw.rpartition(":")
        short = self._bound.get(prefix)
        if short is None:
            short = _by_prefix(prefix)
        if local in _PODCAST_ONLY and (short in ("podcast", "itunes") or prefix == "podcast"):
            short = "podcast"
        return f"{short}:{local}" if short else local


def _by_prefix(prefix: str) -> str:
    if prefix in _PREFIXES or not prefix:
        return prefix
    if prefix.startswith("podcast"):
        return "podcast"
    return "" if prefix in ("rss", "rss1", "rss2") else prefix
