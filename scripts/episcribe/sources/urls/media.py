"""A recording on the web as an episode: what its server, its tags and its name say of it."""

import re
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from episcribe.library.episode import Enclosure, Episode
from episcribe.library.errors import EpiscribeError, FailureKind
from episcribe.net.media import ENOUGH, sniff_media, without_media_extension
from episcribe.net.redaction import shown_url
from episcribe.sources.dates import parse_date
from episcribe.sources.local_files import MEDIA_TYPES, day_and_title
from episcribe.sources.tags import Tags, read_tags

if TYPE_CHECKING:
    from episcribe.net.client import Client
    from episcribe.net.streams import Stream

_TAGS_WITHIN = 512 * 1024
_NAMED = re.compile(r"filename\*?\s*=\s*(?:UTF-8''([^;]{1,400})|\"([^\"]{1,400})\"|([^;\s]{1,400}))", re.I)


def is_called_recording(address: str) -> bool:
    """True when the path of an address ends as that of a recording does."""
    path = urlsplit(address).path.lower()
    return f".{path.rpartition('.')[2]}" in MEDIA_TYPES


def read_media(address: str, client: "Client") -> Episode:
    """The recording at `address`, of which only the beginning is fetched.

    Raises EpiscribeError when it cannot be had, or what is there is no recording.
    """
    with client.open(address, headers={"Accept-Encoding": "identity"}, max_bytes=1 << 50) as stream:
        if not 200 <= stream.status < 300:
            raise stream.failure or EpiscribeError(
                f"{shown_url(address)} answered {stream.status}", FailureKind.TRANSIENT
            )
        head = stream.peek(_TAGS_WITHIN)
        media = sniff_media(head[:ENOUGH])
        if media is None:
            raise EpiscribeError(f"{shown_url(address)}: what came is no recording")
        return _episode(address, head, stream, media.mime)


def _episode(address: str, head: bytes, stream: "Stream", mime: str) -> Episode:
    name = _file_name(stream.headers.get("content-disposition")) or unquote(
        urlsplit(address).path.rpartition("/")[2]
    )
    day, title = day_and_title(without_media_extension(name) or "Untitled")
    length = _length(stream)
    tags = read_tags(BytesIO(head), lasts=length is not None and length <= len(head))
    return Episode(
        id="",
        show="",
        folder="",
        title=tags.title or title,
        podcast=tags.album,
        published=tags.published or day or parse_date(stream.headers.get("last-modified")),
        duration=tags.duration,
        language=tags.language,
        author=tags.artist,
        description=tags.comment,
        number=_number(tags),
        enclosures=(Enclosure(address, mime, length),),
    )


def _number(tags: Tags) -> float | None:
    return float(tags.number) if tags.number is not None and tags.album else None


def _length(stream: "Stream") -> int | None:
    text = stream.headers.get("content-length") or ""
    return int(text) if text.isdecimal() and len(text) < 16 else None


def _file_name(disposition: str | None) -> str | None:
    """The name in a Content-Disposition header (RFC 6266), without any folders."""
    match = _NAMED.search((disposition or "")[:2000])
    if match is None:
        return None
    name = unquote(match[1]) if match[1] else match[2] or match[3] or ""
    return re.split(r"[/\\]", name)[-1].strip() or None
