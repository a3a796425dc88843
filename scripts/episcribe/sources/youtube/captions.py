"""Captions of a video as transcripts: which of its tracks, in which order, and what an empty one means."""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from episcribe.library.errors import EpiscribeError, FailureKind, joined
from episcribe.library.youtube_address import video_url
from episcribe.net.errors import FetchError
from episcribe.sources.youtube.classes import TREATMENTS, VideoClass
from episcribe.sources.youtube.details import Details, Track, fetch_details, load_details

if TYPE_CHECKING:
    from episcribe.net.client import Client

FORMATS = ("json3", "srv3", "vtt")
"""Captions are asked for in the first of these that YouTube gives: json3 has the time of every word."""

_TYPES = {"json3": "application/json", "srv3": "text/xml", "vtt": "text/vtt"}
_FRESH = 3600.0
_LIMIT = 20_000_000
_MOST_EMPTY = 2
_EVENT = re.compile(rb'"segs"\s*:\s*\[|<(?:p|text)\b|-->')
_NOT_YET = frozenset((VideoClass.UPCOMING, VideoClass.LIVE, VideoClass.POST_LIVE))


@dataclass(frozen=True, slots=True)
class Caption:
    """One caption track as it came: `format` is json3, srv3 or vtt, `type` its media type.

    `kind` is `manual` or `automatic`; `is_translation` is true of what a machine translated, and of a track
    that people wrote in another language than the one spoken.
    """

    data: bytes
    url: str
    format: str
    type: str
    language: str
    kind: str
    is_translation: bool = False


@dataclass(frozen=True, slots=True)
class _Choice:
    track: Track
    is_translation: bool = False
    into: str | None = None

    @property
    def language(self) -> str:
        return self.into or self.track.language


def fetch_captions(
    video: str,
    *,
    client: "Client",
    cache: Path,
    language: str | None = None,
    translations: bool = False,
    prefer: Sequence[str] = FORMATS,
    now: float | None = None,
) -> Iterator[Caption]:
    """The captions of a video, best first, each fetched when it is asked for.

    First what people wrote in the spoken language (`language`, else what YouTube says of the sound), then the
    original automatic captions, then what people wrote in another language; with `translations` also what
    a machine makes of them. The addresses of the tracks come from `cache` when they are younger than an hour.

    Raises EpiscribeError: none when no captions are listed; blocked when YouTube refuses us, or lists tracks
    that come empty or only with a token; permanent when the video cannot be seen; else transient.
    """
    now = time.time() if now is None else now
    kept = load_details(cache, video)
    is_fresh = kept is not None and 0 <= now - kept.fetched_at < _FRESH
    details = kept if kept and is_fresh else fetch_details(video, client, now=now, cache=cache, kept=kept)
    search = _Search(language, translations)
    if details.hides_captions and not search.finds_own(details):
        details = fetch_details(video, client, now=now, cache=cache, kept=details, thorough=True)
    captions = _fetched(details, search.choices(details), client, prefer)
    if is_fresh:
        try:
            first = next(captions)
        except _OutOfDate:
            details = fetch_details(video, client, now=now, cache=cache, kept=details)
            captions = _fetched(details, search.choices(details), client, prefer)
        else:
            yield first
    yield from captions


class _OutOfDate(EpiscribeError):  # noqa: N818 - named for what it is
    """The address of a track that was listed leads to nothing: it held for some hours only."""


@dataclass(frozen=True, slots=True)
class _Search:
    """What a caller wants of a video's tracks."""

    language: str | None
    translations: bool

    def finds_own(self, details: Details) -> bool:
        """True when there are captions in the language spoken, as far as that is known."""
        spoken = self.language or details.language
        return any(
            track.kind == "automatic" or (spoken is not None and _same(track.language, spoken))
            for track in details.tracks
        )

    def choices(self, details: Details) -> list[_Choice]:
        """The tracks in the order in which they are to be tried.

        Raises EpiscribeError when there are none.
        """
        url = video_url(details.id)
        if details.hides_captions and not self.finds_own(details):
            message = f"{url}: its captions are listed, but not given without a token"
            raise EpiscribeError(message, FailureKind.BLOCKED)
        choices = _choices(details, self.language, self.translations)
        if choices:
            return choices
        found = details.video_class
        if found in _NOT_YET:
            message = f"{url}: it is {found.replace('_', ' ')}: no captions yet"
            raise EpiscribeError(message, FailureKind.TRANSIENT)
        if why := TREATMENTS[found].why:
            raise EpiscribeError(f"{url}: {why}", FailureKind.PERMANENT)
        raise EpiscribeError(f"{url}: it has no captions", FailureKind.NONE)


def _choices(details: Details, language: str | None, translations: bool) -> list[_Choice]:
    """The tracks in the order in which they are to be tried."""
    manual = [track for track in details.tracks if track.kind == "manual"]
    automatic = [track for track in details.tracks if track.kind == "automatic"]
    # Automatic captions are in the language spoken; a configured language knows better than YouTube.
    spoken = language or details.language or (automatic[0].language if len(automatic) == 1 else None)
    own = [_Choice(track) for track in manual if spoken is None or _same(track.language, spoken)]
    if spoken is not None:
        own.sort(key=lambda choice: choice.language.lower() != spoken.lower())
    heard = [_Choice(track) for track in automatic if spoken is None or _same(track.language, spoken)]
    others = [
        _Choice(track, is_translation=True)
        for track in manual
        if spoken is not None and not _same(track.language, spoken)
    ]
    if not translations or spoken is None or own or heard:
        return [*own, *heard, *others]
    made = [_Choice(track, is_translation=True, into=spoken) for track in (*manual, *automatic)]
    return [*made, *others]


def _same(one: str, other: str) -> bool:
    """True for two forms of one language (`en`, `en-GB`)."""
    return one.partition("-")[0].lower() == other.partition("-")[0].lower()


def _fetched(
    details: Details, choices: Sequence[_Choice], client: "Client", prefer: Sequence[str]
) -> Iterator[Caption]:
    empty = given = 0
    refusals: list[EpiscribeError] = []
    for choice in choices:
        try:
            caption = _fetch(choice, client, prefer)
        except FetchError as refusal:
            if refusal.kind is not FailureKind.PERMANENT:
                raise
            refusals.append(refusal)  # of this track; others are at other addresses
            continue
        if caption is not None:
            given += 1
            yield caption
            continue
        empty += 1
        if empty >= _MOST_EMPTY:
            break
    if refusals and not empty and not given:
        raise joined(f"{video_url(details.id)}: its captions: {refusals[0]}", refusals)
    if not given:
        raise EpiscribeError(
            f"{video_url(details.id)}: its captions are listed, but come empty", FailureKind.BLOCKED
        )


def _fetch(choice: _Choice, client: "Client", prefer: Sequence[str]) -> Caption | None:
    """The captions of one track in the first format that is one; None when they are empty."""
    for form in prefer:
        url = _in_format(choice, form)
        data = _whole(_body(url, client), url, client)
        if data is None:
            continue
        if not _EVENT.search(data):
            return None
        return Caption(
            data, url, form, _TYPES[form], choice.language, choice.track.kind, choice.is_translation
        )
    raise EpiscribeError(
        f"{choice.track.language}: captions in no format that is known", FailureKind.TRANSIENT
    )


def _body(url: str, client: "Client") -> bytes:
    try:
        return client.fetch(url, max_bytes=_LIMIT).body
    except FetchError as error:
        if error.status in (404, 410):
            raise _OutOfDate(f"{error}, though it is listed", FailureKind.TRANSIENT) from error
        raise


def _in_format(choice: _Choice, form: str) -> str:
    parts = urlsplit(choice.track.url)
    query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    query["fmt"] = form
    if choice.into is not None:
        query["tlang"] = choice.into
    return parts._replace(query=urlencode(query)).geturl()


def _whole(data: bytes, url: str, client: "Client") -> bytes | None:
    """The captions themselves, where an HLS playlist of a single piece came in their place.

    None for a playlist of several pieces, or what is no captions at all. Raises FetchError.
    """
    beginning = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if beginning.startswith((b"<!doctype html", b"<html")):
        refusal = FetchError("www.youtube.com: shows a page instead of captions", FailureKind.BLOCKED)
        refusal.until = client.leave_in_peace(url, "shows a page instead of captions")
        raise refusal
    if not beginning.startswith(b"#extm3u"):
        return data
    lines = (line.strip() for line in data.decode("utf-8", "replace").splitlines())
    pieces = [line for line in lines if line and not line.startswith("#")]
    if len(pieces) != 1:
        return None
    piece = _body(urljoin(url, pieces[0]), client)
    return None if piece.lstrip()[:7].upper() == b"#EXTM3U" else piece
