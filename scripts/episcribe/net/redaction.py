"""Addresses as they may be shown: private feeds carry passwords, keys and tokens in theirs."""

import re
from urllib.parse import urlsplit

from episcribe.library.addresses import TOKEN

_LONGEST_PATH = 120
_SHOW_VIDEOS = frozenset(("www.youtube.com", "youtube.com", "m.youtube.com", "music.youtube.com"))
_VIDEO = re.compile(r"(?:^|&)v=([\w-]{11})(?:&|$)")


def host_of(url: str) -> str:
    """The host of `url` with a port that is not the usual one, or "an unusable address"."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "an unusable address"
    host = parts.hostname or "an unusable address"
    return f"{host}:{port}" if port else host


def shown_url(url: str) -> str:
    """`url` without user, password, query and fragment, and with an ellipsis for what looks like a token."""
    try:
        parts = urlsplit(url)
        path = "/".join(_shown_segment(segment) for segment in parts.path.split("/"))
    except ValueError:
        return "an unusable address"
    if len(path) > _LONGEST_PATH:
        path = path[: _LONGEST_PATH - 1] + "…"
    query = "?…" if parts.query else ""
    if host_of(url) in _SHOW_VIDEOS and (video := _VIDEO.search(parts.query)):
        query = f"?v={video[1]}{'&…' if len(parts.query) > len(video[1]) + 2 else ''}"
    return f"{parts.scheme}://{host_of(url)}{path}{query}"


def _shown_segment(segment: str) -> str:
    """Words joined by hyphens are a title; a long run of letters and digits without them is a secret or an
    id.
    """
    if "-" in segment and max(map(len, re.split(r"[-_.]", segment))) < 16:
        return segment
    return "…" if TOKEN.fullmatch(segment.partition(".")[0]) else segment
