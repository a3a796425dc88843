"""What a server sent in place of a recording: pages that want a login, errors, playlists."""

import re
from collections.abc import Mapping

from episcribe.library.errors import FailureKind
from episcribe.net.errors import FetchError
from episcribe.net.media import is_playlist
from episcribe.net.redaction import host_of, shown_url
from episcribe.net.statuses import is_bot_check, status_error

_LOOKED_AT = 32 * 1024
_TITLE = re.compile(rb"<(title|h1)\b[^>]{0,200}>([^<]{1,300})", re.IGNORECASE)
_PASSWORD = re.compile(rb"""type\s*=\s*["']?password""", re.IGNORECASE)
_CLOSED = re.compile(
    rb"\b(?:log[ -]?in|sign[ -]?in|subscri(?:be|ption|bers?)|members?[ -]only|paywall|premium|unauthori[sz]ed"
    rb"|authenticat(?:e|ion)|purchase)\b",
    re.IGNORECASE,
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def not_a_recording(url: str, headers: Mapping[str, str], head: bytes) -> FetchError:
    """The failure that an answer is which begins with `head` and is no recording.

    Permanent for playlists, pages that want a login or a subscription, and other kinds of files; blocked for
    bot checks; transient for other pages and texts, which tell of errors that pass, and for nothing at all.
    """
    head = head[:_LOOKED_AT]
    what = f"{host_of(url)}: sent {{}} in place of a recording for {shown_url(url)}"
    if is_bot_check(headers, head):
        return status_error(url, 200, headers, head)
    if not head.strip(b"\x00 \t\r\n"):
        return FetchError(what.format("nothing"), FailureKind.TRANSIENT)
    if is_playlist(head):
        return FetchError(what.format("the playlist of a stream (HLS)"))
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<"):
        titles = b" ".join(match[2] for match in _TITLE.finditer(head))
        closed = bool(_PASSWORD.search(head) or _CLOSED.search(titles))
        shown = _shown(titles)
        return _page(what.format(f"a page{f' ({shown})' if shown else ''}"), closed)
    if _CONTROL.search(head[:1024]) is None:
        kind = "JSON" if start[:1] in (b"{", b"[") else "text"
        return _page(what.format(f"{kind} ({_shown(start[:300])})"), bool(_CLOSED.search(head)))
    return FetchError(what.format(f"a file of an unknown kind (it begins with {head[:8].hex(' ')})"))


def _page(message: str, closed: bool) -> FetchError:
    if closed:
        return FetchError(f"{message}; it wants a login or a subscription", FailureKind.PERMANENT)
    return FetchError(message, FailureKind.TRANSIENT)


def _shown(text: bytes) -> str:
    """The beginning of foreign text for a message: one line without anything that a terminal obeys."""
    words = " ".join(text.decode("utf-8", "replace").split())
    return "".join(character for character in words if character.isprintable())[:60]
