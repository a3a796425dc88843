"""Which elements of a feed hold what: by this, tags that were never closed are told from nested ones.

Names are as `sources.namespaces` gives them: short vocabulary and lower case.
"""

ITEMS = frozenset(("item", "entry", "atom:entry"))
ROOTS = frozenset(("rss", "rdf:rdf", "rdf", "feed", "atom:feed", "channel"))

# Elements around others; what was left open inside them is not moved out of them.
CONTAINERS = (
    frozenset(("rss", "rdf:rdf", "channel", "feed", "atom:feed", "image", "author", "contributor"))
    | frozenset(("atom:author", "atom:contributor", "atom:source", "media:group", "media:content"))
    | frozenset(("itunes:owner", "itunes:category", "psc:chapters"))
    | frozenset(("podcast:liveitem", "podcast:value", "podcast:alternateenclosure", "podcast:podroll"))
    | ITEMS
)

# Elements that hold text and no other element of a feed.
_PLAIN_LEAVES = (
    *(
        "title",
        "link",
        "guid",
        "pubdate",
        "comments",
        "enclosure",
        "language",
        "copyright",
        "ttl",
        "generator",
    ),
    *("lastbuilddate", "managingeditor", "webmaster", "docs", "psc:chapter"),
)
_ATOM_LEAVES = ("id", "updated", "published", "link", "category", "issued", "modified")
_ITUNES_LEAVES = (
    *("author", "subtitle", "duration", "explicit", "keywords", "season", "episode", "episodetype", "title"),
    *("order", "block", "image", "type", "new-feed-url", "complete", "isclosedcaptioned", "name", "email"),
)
_PODCAST_LEAVES = (
    *("transcript", "chapters", "season", "episode", "soundbite", "person", "location", "guid", "license"),
    *("txt", "locked", "funding", "medium", "trailer"),
)
_DUBLIN_CORE_LEAVES = ("creator", "date", "subject", "publisher", "language", "identifier")
LEAVES = frozenset(
    (
        *_PLAIN_LEAVES,
        *(f"atom:{name}" for name in _ATOM_LEAVES),
        *(f"itunes:{name}" for name in _ITUNES_LEAVES),
        *(f"podcast:{name}" for name in _PODCAST_LEAVES),
        *(f"dc:{name}" for name in _DUBLIN_CORE_LEAVES),
    )
)

# Elements that hold HTML, which some publishers do not escape.
RICH = frozenset(
    (
        "description",
        "content:encoded",
        "itunes:summary",
        "summary",
        "content",
        "atom:summary",
        "atom:content",
        "googleplay:description",
        "media:description",
    )
)

# A start tag with one of these names ends an open leaf.
CLOSES_LEAF = frozenset(
    (
        "title",
        "link",
        "guid",
        "pubdate",
        "description",
        "enclosure",
        "author",
        "category",
        "comments",
        "image",
    )
) | frozenset(("channel", "rss", "entry", "item", "summary", "id", "updated", "published"))

_NEVER_HTML = frozenset(("guid", "pubdate", "enclosure", "comments", "lastbuilddate", "channel"))
_FEED_PREFIXES = frozenset(("itunes", "podcast", "content", "dc", "media", "googleplay", "psc", "rawvoice"))

INLINE_HTML = frozenset(
    (
        "a",
        "abbr",
        "b",
        "big",
        "br",
        "center",
        "cite",
        "code",
        "del",
        "div",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "p",
        "q",
    )
) | frozenset(("s", "small", "span", "strike", "strong", "sub", "sup", "tt", "u"))
VOID_HTML = frozenset(("br", "hr", "img", "input", "wbr"))


def closes_rich(name: str) -> bool:
    """True when a start tag with this name cannot stand inside HTML: an element with HTML was left open."""
    prefix, colon, _ = name.partition(":")
    return name in _NEVER_HTML or (bool(colon) and prefix in _FEED_PREFIXES)
