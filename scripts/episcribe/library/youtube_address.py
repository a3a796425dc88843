"""What a person may write under `youtube:`: a video, a playlist, a channel or a handle, as address or id."""

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qs, quote, unquote, urlsplit

from episcribe.library.errors import ConfigurationError

_VIDEO = re.compile(r"[A-Za-z0-9_-]{11}")
_CHANNEL = re.compile(r"UC[A-Za-z0-9_-]{22}")
_PLAYLIST = re.compile(r"(?:PL|UU|FL|OL|EL|SP)[A-Za-z0-9_-]{10,60}")
_HANDLE = re.compile(r"@[\w.·-]{1,60}")
_NAME = re.compile(r"[\w.·-]{1,100}")
_HOSTS = frozenset(
    "youtube.com www.youtube.com m.youtube.com music.youtube.com www.youtube-nocookie.com youtu.be".split()
)
_TABS = ("videos", "streams", "shorts")
_ROOT = "https://www.youtube.com"


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be read: `url` is its page, `tab` the only tab of a channel that is meant."""

    kind: Literal["video", "playlist", "channel"]
    id: str
    url: str
    tab: str | None = None


def parse_address(text: str, shown: str | None = None) -> Target:
    """The target that an address, id or handle names. Raises ConfigurationError when it names none, which
    has `shown` in place of `text` where that may hold a secret.

    A video's address that also names a playlist means the video.
    """
    address = text.strip()
    found = _by_id(address) if "/" not in address else _by_url(address)
    if found is None:
        raise ConfigurationError(f"youtube: {_fault(address, (shown or text).strip()[:200])}")
    return found


def _fault(address: str, shown: str) -> str:
    expected = "expected for instance @name, a channel's or playlist's id, or the address of its page"
    if _HANDLE.fullmatch(f"@{address}"):
        return f"{shown!r} is no video, playlist, channel or handle; did you mean '@{shown}'?"
    host = _host(address)
    if host and host not in _HOSTS:
        return f"{shown!r} is not on YouTube; urls: takes videos and pages of other sites"
    return f"{shown!r} is no video, playlist, channel or handle; {expected}"


def _host(address: str) -> str:
    """The host of a web address that is written out; "" for anything else."""
    try:
        return (urlsplit(address).hostname or "").lower() if "://" in address else ""
    except ValueError:
        return ""


def video_url(video: str) -> str:
    """The page of a video."""
    return f"{_ROOT}/watch?v={video}"


def _by_id(text: str) -> Target | None:
    if _CHANNEL.fullmatch(text):
        return Target("channel", text, f"{_ROOT}/channel/{text}")
    if _HANDLE.fullmatch(text):
        return Target("channel", text, f"{_ROOT}/{quote(text, safe='@')}")
    if _PLAYLIST.fullmatch(text):
        return Target("playlist", text, f"{_ROOT}/playlist?list={text}")
    if _VIDEO.fullmatch(text):
        return Target("video", text, video_url(text))
    return None


def _by_url(text: str) -> Target | None:
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host, query = (parts.hostname or "").lower(), parse_qs(parts.query)
    except ValueError:
        return None
    if host not in _HOSTS or parts.scheme.lower() not in ("http", "https"):
        return None
    path = [unquote(part) for part in parts.path.split("/") if part]
    video = query.get("v", [""])[0] or _video_in(host, path)
    if video:
        return _by_id(video) if _VIDEO.fullmatch(video) else None
    if playlist := query.get("list", [""])[0]:
        return _by_id(playlist) if _PLAYLIST.fullmatch(playlist) else None
    return _channel(path)


def _video_in(host: str, path: list[str]) -> str:
    if host == "youtu.be":
        return path[0] if path else ""
    return path[1] if len(path) > 1 and path[0] in ("shorts", "live", "embed", "v") else ""


def _channel(path: list[str]) -> Target | None:
    if not path:
        return None
    if path[0].startswith("@") or (path[0] == "channel" and len(path) > 1):
        name, rest = (path[0], path[1:]) if path[0].startswith("@") else (path[1], path[2:])
        found = _by_id(name)
        if found is None or found.kind != "channel":
            return None
    elif path[0] in ("c", "user") and len(path) > 1 and _NAME.fullmatch(path[1]):
        rest = path[2:]
        found = Target("channel", path[1], f"{_ROOT}/{path[0]}/{quote(path[1])}")
    else:
        return None
    tab = rest[0] if rest and rest[0] in _TABS else None
    return Target("channel", found.id, found.url, tab)
