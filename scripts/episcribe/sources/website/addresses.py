"""Which addresses are asked for a transcript: the episode's page, configured ones, hosts' conventions."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qs, quote, urlsplit, urlunsplit

from episcribe.library.episode import STREAMS, Episode
from episcribe.library.naming import slugify
from episcribe.sources.links import is_web_address
from episcribe.sources.website.model import Settings
from episcribe.sources.website.wording import NAMES_TRANSCRIPT

_FIELD = re.compile(r"\{(\w+)(?::0?(\d))?\}")
_MEDIA = re.compile(
    r"\.(?:mp3|m4a|m4b|aac|ogg|oga|opus|wav|flac|mp4|m4v|mov|webm|jpe?g|png|gif|webp|zip|rss|xml|atom|m3u8?|pls)\Z",
    re.IGNORECASE,
)
_FEED_PATH = re.compile(r"/(?:feed|rss)/?\Z", re.IGNORECASE)
# Players and networks whose pages hold no words of the episode, or none without JavaScript.
_PLAYERS = re.compile(
    r"(?:^|\.)(?:youtube\.com|youtu\.be|youtube-nocookie\.com|podcasts\.apple\.com|itunes\.apple\.com|apple\.co|"
    r"open\.spotify\.com|podcasters\.spotify\.com|creators\.spotify\.com|anchor\.fm|soundcloud\.com|archive\.org|"
    r"podcasts\.google\.com|music\.amazon\.[a-z.]+|deezer\.com|tunein\.com|stitcher\.com|castbox\.fm|overcast\.fm|"
    r"pca\.st|pocketcasts\.com|vimeo\.com|facebook\.com|instagram\.com|twitter\.com|x\.com|tiktok\.com|twitch\.tv|"
    r"mixcloud\.com|goodpods\.com|podchaser\.com)\Z"
)
_BUZZSPROUT_MEDIA = re.compile(r"buzzsprout\.com/(\d{2,12})/(?:episodes/)?(\d{2,14})\b")
_TRANSISTOR_PAGE = re.compile(r"/(?:s/[0-9a-f]{6,12}|episodes/[^/]+)\Z")
_GITHUB_FILE = re.compile(r"/([^/]+/[^/]+)/blob/(.+)\Z")
_GOOGLE_DOCUMENT = re.compile(r"/document/d/([\w-]{20,})")


def has_page(episode: Episode, settings: Settings | None = None) -> bool:
    """True when there is a page to ask: the episode's own (no home page, feed, recording or player), one
    that is configured, or a transcript that the show notes link to.
    """
    if settings is not None and (settings.pages or settings.index):
        return True
    if own_page(episode) is not None:
        return True
    notes = episode.description or ""
    return "http" in notes and NAMES_TRANSCRIPT.search(notes) is not None


def own_page(episode: Episode) -> str | None:
    """The address of the episode's own page, None when it has none that could hold its words."""
    enclosures = {_bare(one.url) for one in episode.enclosures if one.type not in STREAMS}
    for address in (episode.link, episode.guid):
        if address and is_web_address(address) and _is_page(address) and _bare(address) not in enclosures:
            return address
    return None


def configured_pages(episode: Episode, settings: Settings) -> Iterator[str]:
    """The addresses that the templates of `pages` give; a template whose field the episode lacks gives none.

    `{number:03}` pads with noughts. Values are quoted, but for a `{link}` at the start of a template.
    """
    values = _values(episode)
    for template in settings.pages:
        address = _filled(template, values)
        if address is not None and is_web_address(address):
            yield address


def conventional_pages(episode: Episode, page: str | None) -> Iterator[str]:
    """Where podcast hosts are known to put the transcript of an episode of theirs.

    Transistor: `/transcript` below the episode's page (saas.transistor.fm, share.transistor.fm). Buzzsprout:
    `feeds.buzzsprout.com/SHOW/EPISODE/transcript`, with the numbers that the recording's address names.
    """
    for enclosure in episode.enclosures:
        if match := _BUZZSPROUT_MEDIA.search(enclosure.url[:2000]):
            yield f"https://feeds.buzzsprout.com/{match[1]}/{match[2]}/transcript"
            break
    parts = urlsplit(page or "")
    if (parts.hostname or "").endswith(".transistor.fm") and _TRANSISTOR_PAGE.search(parts.path):
        yield urlunsplit((parts.scheme, parts.netloc, f"{parts.path}/transcript", "", ""))


def plain_address(url: str) -> str:
    """Where the text itself is of a file that GitHub, Google Docs or Dropbox show in a viewer."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if host == "github.com" and (match := _GITHUB_FILE.match(parts.path)):
        return f"https://raw.githubusercontent.com/{match[1]}/{match[2]}"
    if host == "docs.google.com" and (match := _GOOGLE_DOCUMENT.match(parts.path)):
        return f"https://docs.google.com/document/d/{match[1]}/export?format=txt"
    if host in {"dropbox.com", "www.dropbox.com"} and "dl=0" in parts.query:
        return url.replace("dl=0", "dl=1")
    return url


def is_home(url: str) -> bool:
    """True for the address of a site itself, not of a page on it."""
    parts = urlsplit(url)
    named = [name for name in parse_qs(parts.query, keep_blank_values=True) if not name.startswith("utm_")]
    return parts.path.rstrip("/") in {"", "/index.html", "/index.php", "/home"} and not named


def same_page(one: str, other: str) -> bool:
    """True when two addresses differ in scheme, `www.`, a slash or a fragment only."""
    return _bare(one) == _bare(other)


def _is_page(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return False
    if not host or _PLAYERS.search(host) or is_home(url):
        return False
    return not (_MEDIA.search(parts.path) or _FEED_PATH.search(parts.path))


def _bare(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower().removeprefix("www.")
    except ValueError:
        return url
    return f"{host}{parts.path.rstrip('/')}?{parts.query}"


def _values(episode: Episode) -> dict[str, str | None]:
    number = episode.number
    link = own_page(episode)
    return {
        "number": None if number is None else (str(int(number)) if number == int(number) else str(number)),
        "season": None if episode.season is None else str(episode.season),
        "slug": slugify(episode.title, 120) or None,
        "date": (episode.published or "")[:10] or None,
        "guid": episode.guid,
        "link": link,
    }


def _filled(template: str, values: Mapping[str, str | None]) -> str | None:
    missing: list[str] = []

    def fill(match: re.Match[str]) -> str:
        value = values.get(match[1])
        if value is None:
            missing.append(match[1])
            return ""
        if match[1] == "link" and match.start() == 0:
            return value.rstrip("/") if template[match.end() :].startswith("/") else value
        return quote(value.zfill(int(match[2])) if match[2] else value, safe="")

    address = _FIELD.sub(fill, template)
    return None if missing else address
