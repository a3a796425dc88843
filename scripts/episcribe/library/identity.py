"""What an episode is known by: keys from what a source says, and the id that is minted from the first of
them.

Keys are strings with a prefix, in this order of weight:

- `guid:` and `file:` are names that the source gave;
- `youtube:`, `archive:` and `enclosure:` are the recording, by where it lies;
- `item:` is date, duration and title together, kept only for what has nothing better.
"""

import re
import unicodedata
from base64 import b32encode
from collections.abc import Container, Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Protocol
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

NAMES = ("guid:", "file:")
MEDIA = ("youtube:", "archive:", "enclosure:")
ITEM = "item:"
UNTITLED = "Untitled"

_LONGEST_KEY = 400
_MEDIA_FILE = re.compile(
    r"\.(?:mp3|m4[abvpr]|mp4|aac|og[agv]|opus|flac|wav|wma|webm|mka|mkv|mov|avi|aiff?|3gp|mpe?g|amr|pdf|epub)$",
    re.I,
)
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,62})?\.){1,8}[a-z][a-z0-9-]{1,30}(?::\d{1,5})?", re.I)
_INNER_URL = re.compile(r"https?:/{1,3}(?=[^/\s])", re.I)
_MOST_WRAPPERS = 8

# Hosts (and those below them) that count a download and send the listener on to the address in the rest of
# the path: OP3, Podtrac, Chartable, Podsights, Blubrry, Magellan, Spotify, Podscribe, ArtsAI, Claritas,
# Gumball, …
_COUNTERS = frozenset(
    "op3.dev podtrac.com chtbl.com chrt.fm pdst.fm media.blubrry.com mgln.ai prfx.byspotify.com vpixl.com "
    "podscribe.com pscrb.fm arttrk.com claritaspod.com clrtpod.com swap.fm pdcn.co pdrl.fm gum.fm "
    "podderapp.com growx.podkite.com pdcst.to pdcds.co go.slate.me".split()
)
# Hosts of which one server serves what another names.
_ONE_HOST = ("megaphone.fm", "simplecastaudio.com")
_ARCHIVE_NODE = re.compile(r"^ia\d{3,}\.(?:us|eu)\.archive\.org$")
_ARCHIVE_NODE_PATH = re.compile(r"^/\d+/items/")
_ARCHIVE_DERIVATIVE = re.compile(r"(?:_(?:64kb|128kb|vbr|32kb))?\.[A-Za-z0-9]{2,5}$")
_ARCHIVE = re.compile(r"^/(details|download|embed|stream)/([^/]+)(?:/(.+))?$")
_YOUTUBE_HOSTS = frozenset(
    "youtube.com m.youtube.com music.youtube.com youtube-nocookie.com youtu.be".split()
)
_YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_YOUTUBE_PATH = re.compile(r"^/(?:embed|shorts|live|v|e)/([A-Za-z0-9_-]{11})(?:[/?]|$)")
# Parameters of a query that say who asks, when, or with what right, but not for what.
_ASKING = re.compile(
    r"(?:utm_.*|_|fbclid|gclid|si|source|src|ref|referrer|updated|ts|timestamp|token|apikey|auth|sig|signature|"
    r"expires?|exp|policy|key-pair-id|x-amz-.*|awsaccesskeyid|session.*|nocache|cache|cb|rnd|random)",
    re.IGNORECASE,
)


class Enclosed(Protocol):
    """A recording by its URL."""

    @property
    def url(self) -> str: ...


class Item(Protocol):
    """What a source says of an episode, as far as its identity goes."""

    @property
    def title(self) -> str: ...
    @property
    def keys(self) -> Iterable[str]: ...
    @property
    def guid(self) -> str | None: ...
    @property
    def link(self) -> str | None: ...
    @property
    def published(self) -> str | None: ...
    @property
    def duration(self) -> float | None: ...
    @property
    def enclosures(self) -> Iterable[Enclosed]: ...


def item_keys(item: Item) -> tuple[str, ...]:
    """The keys of an item, the weightiest first: those that it brings along, and those that follow from
    it.
    """
    found = [*item.keys]
    if item.guid and (name := guid_key(item.guid)):
        found.append(name)
    found.extend(place for url in (item.guid, item.link) if url and (place := _video_or_collection(url)))
    for enclosure in item.enclosures:
        found.extend(enclosure_keys(enclosure.url))
    if not found:
        found.append(item_key(item.title, item.published, item.duration))
    ranked = sorted(found, key=_rank)
    return tuple(dict.fromkeys(map(_bounded, ranked)))


def guid_key(guid: str) -> str | None:
    """The key of a GUID; one that is a web address counts as the same with http and https, with www and
    without.
    """
    text = " ".join(unicodedata.normalize("NFC", guid).split())
    if not text:
        return None
    if text[:4].lower() == "http" and "://" in text[:9]:
        host, slash, rest = text.split("://", 1)[1].partition("/")
        text = f"//{host.lower().removeprefix('www.')}{slash}{rest}"
    return f"guid:{text}"


def enclosure_keys(url: str) -> list[str]:
    """The keys of a recording's URL: without scheme, `www.`, query and the prefixes that count downloads.

    Where the URL does not name a media file (`download.php?id=7`), the parameters that tell what is asked
    for stay. URLs that are not on the web have no keys.
    """
    found = _recording(url)
    if found is None:
        return []
    parts, host, path = found
    keys = []
    if host == "archive.org" and (match := _ARCHIVE.match(path)) and match[3]:
        keys.append(f"archive:{match[2]}/{_ARCHIVE_DERIVATIVE.sub('', match[3])}")
    elif host in _YOUTUBE_HOSTS and (video := _youtube_id(parts)):
        keys.append(f"youtube:{video}")
    query = "" if _MEDIA_FILE.search(path) else _telling(parts.query)
    keys.append(f"enclosure:{host}{path}?{query}" if query else f"enclosure:{host}{path}")
    return keys


def canonical_url(url: str) -> str:
    """A URL without what may change from one fetch to the next: query, fragment, prefixes that count; else
    as it is.
    """
    found = _recording(url)
    return url.partition("?")[0] if found is None else f"{found[1]}{found[2]}"


def item_key(title: str, published: str | None, duration: float | None) -> str:
    """Date, duration and normalised title as one key."""
    length = str(round(duration)) if duration else ""
    return f"{ITEM}{(published or '')[:16]}|{length}|{normal_title(title)}"


@lru_cache(maxsize=32768)
def normal_title(title: str) -> str:
    """A title as its words in lower case, without accents and punctuation."""
    if title.isascii():
        return " ".join(_ASCII_WORD.findall(title.lower().replace("'", "")))
    plain = unicodedata.normalize("NFKD", title).casefold()
    return " ".join("".join(_title_piece(char) for char in plain).split())


def moment(published: str | None) -> datetime | None:
    """An ISO 8601 moment as UTC; None when there is none, or it cannot be read."""
    if not published:
        return None
    try:
        when = datetime.fromisoformat(published)
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def mint_id(show: str, key: str, taken: Container[str]) -> str:
    """Eight characters of `a-z2-7` that stand for the episode of `show` with the first key `key`.

    The same show and key give the same id; when that is `taken`, the next hash does.
    """
    attempt = 0
    while True:
        seed = f"{show}\n{key}\n{attempt}" if attempt else f"{show}\n{key}"
        digest = sha256(seed.encode("utf-8", "surrogatepass")).digest()
        identifier = b32encode(digest[:5]).decode("ascii").lower()
        if identifier not in taken:
            return identifier
        attempt += 1


def names_of(keys: Iterable[str]) -> Iterator[str]:
    """The keys that are names."""
    return (key for key in keys if key.startswith(NAMES))


def media_of(keys: Iterable[str]) -> Iterator[str]:
    """The keys that are recordings."""
    return (key for key in keys if key.startswith(MEDIA))


def _bounded(key: str) -> str:
    if len(key) <= _LONGEST_KEY:
        return key
    digest = sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{key[:_LONGEST_KEY]}~{digest[:16]}"


def _rank(key: str) -> int:
    if key.startswith(NAMES):
        return 0
    return 2 if key.startswith("enclosure:") else 1 if key.startswith(MEDIA) else 3


def _title_piece(char: str) -> str:
    if char.isalnum():
        return char
    return "" if unicodedata.combining(char) or char in "'’" else " "


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url.strip())
        if parts.scheme.lower() in ("http", "https") and parts.hostname:
            return parts
    except ValueError:
        pass
    return None


@lru_cache(maxsize=1024)
def _recording(url: str) -> tuple[SplitResult, str, str] | None:
    """Where a recording lies behind all that counts its downloads: its address in parts, host and path."""
    parts = _split(url)
    if parts is None:
        return None
    parts = _unwrapped(parts)
    return (parts, *_place(parts))


def _unwrapped(parts: SplitResult) -> SplitResult:
    """The address that a chain of counting prefixes leads to."""
    for _ in range(_MOST_WRAPPERS):
        inner = _inner(parts)
        if inner is None:
            break
        parts = inner
    return parts


def _inner(parts: SplitResult) -> SplitResult | None:
    path = unquote(parts.path)
    if start := _INNER_URL.search(path):
        rest = path[start.end() :]
        return _split(f"https://{rest}?{parts.query}" if parts.query else f"https://{rest}")
    labels = (parts.hostname or "").split(".")
    if not any(".".join(labels[-count:]) in _COUNTERS for count in (2, 3)):
        return None
    if start := _INNER_URL.match(unquote(parts.query)):
        return _split(f"https://{unquote(parts.query)[start.end() :]}")
    segments = parts.path.split("/")[1:]
    for index, segment in enumerate(segments[:-1]):
        if _HOST.fullmatch(segment) and not _MEDIA_FILE.search(segment):
            rest = "/".join(segments[index:])
            return _split(f"https://{rest}?{parts.query}" if parts.query else f"https://{rest}")
    return None


def _place(parts: SplitResult) -> tuple[str, str]:
    """Host and path of an address, written the same way whichever mirror, port or case it came with."""
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    path = re.sub(r"/{2,}", "/", unicodedata.normalize("NFC", unquote(parts.path)))
    if host.endswith(_ONE_HOST):
        host = ".".join(host.split(".")[-2:])
    elif _ARCHIVE_NODE.match(host):
        host, path = "archive.org", _ARCHIVE_NODE_PATH.sub("/download/", path)
    try:
        port = parts.port
    except ValueError:
        port = None
    return (f"{host}:{port}" if port not in (None, 80, 443) else host), " ".join(path.split()) or "/"


def _telling(query: str) -> str:
    """The parameters of a query that tell what is asked for, in a fixed order."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=40)
    except ValueError:
        return ""
    return "&".join(sorted(f"{name}={value}" for name, value in pairs if not _ASKING.fullmatch(name)))


def _video_or_collection(text: str) -> str | None:
    """The key of a YouTube video or archive.org item that a GUID or a link names."""
    if text.startswith("yt:video:") and _YOUTUBE_ID.fullmatch(text[9:].strip()):
        return f"youtube:{text[9:].strip()}"
    lowered = text.lower()
    parts = _split(text) if "youtu" in lowered or "archive.org" in lowered else None
    if parts is None:
        return None
    host, path = _place(parts)
    if host in _YOUTUBE_HOSTS:
        video = _youtube_id(parts)
        return f"youtube:{video}" if video else None
    if host == "archive.org" and (match := _ARCHIVE.match(path)) and not match[3]:
        return f"archive:{match[2]}"
    return None


def _youtube_id(parts: SplitResult) -> str | None:
    if (parts.hostname or "").removeprefix("www.") == "youtu.be":
        candidate = parts.path.strip("/").split("/")[0]
    elif match := _YOUTUBE_PATH.match(parts.path):
        candidate = match[1]
    else:
        candidate = next((v for name, v in parse_qsl(parts.query[:2000]) if name == "v"), "")
    return candidate if _YOUTUBE_ID.fullmatch(candidate) else None
