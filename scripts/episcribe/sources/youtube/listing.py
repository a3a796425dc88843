"""What a channel or playlist lists: flat, newest first, and no further than anybody wants."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from episcribe.library.errors import FailureKind
from episcribe.library.youtube_address import Target
from episcribe.sources.listing import Wanted
from episcribe.sources.ytdlp_problems import YtdlpProblem, shown

if TYPE_CHECKING:
    from episcribe.net.client import Client

_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_MARGIN = 30  # so many of those listed may turn out to be no episodes
_NO_TITLES = frozenset(("[Private video]", "[Deleted video]", ""))
_GAVE_UP = re.compile(r"incomplete data|giving up|unable to download api page", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Listed:
    """A video as a list shows it; `not_after` is the latest day on which it can have been published."""

    id: str
    title: str | None = None
    is_short: bool = False
    live_status: str | None = None
    not_after: str | None = None


@dataclass(slots=True)
class Listing:
    """The videos of one tab or playlist, and how the listing ended."""

    videos: list[Listed] = field(default_factory=list)
    title: str | None = None
    newest_first: bool = True
    warnings: list[str] = field(default_factory=list)
    problem: YtdlpProblem | None = None

    def in_order(self) -> list[Listed]:
        """The videos, those first that may be the newest."""
        if self.newest_first:
            return self.videos
        return sorted(self.videos, key=lambda video: video.not_after or "9999", reverse=True)


def list_videos(target: Target, client: "Client", wanted: Wanted) -> list[Listing]:
    """One listing for each tab that is wanted (of a playlist: one).

    The videos of a channel come newest first, and only as many as may be chosen by `limit` and `after`.
    Raises YtdlpProblem when nothing could be read; a listing that breaks off keeps what it has, with the
    problem.
    """
    if target.kind == "playlist":
        return [_list(target.url, client, wanted, newest_first=target.id.startswith("UU"))]
    tabs = [target.tab] if target.tab else _tabs(wanted)
    found, missing = [], None
    for tab in tabs:
        try:
            found.append(_list(f"{target.url}/{tab}", client, wanted, newest_first=True))
        except YtdlpProblem as problem:
            if "does not have a" not in str(problem):
                if not found:
                    raise
                found.append(Listing(problem=problem))
                break
            missing = problem
    if not found and missing is not None:
        raise YtdlpProblem(
            f"{target.url}: the channel has no {' or '.join(tabs)}", missing.obstacle, FailureKind.NONE
        )
    return found


def _tabs(wanted: Wanted) -> list[str]:
    return ["videos", *(["streams"] if wanted.live else []), *(["shorts"] if wanted.shorts else [])]


def _list(url: str, client: "Client", wanted: Wanted, *, newest_first: bool) -> Listing:
    from episcribe.sources.ytdlp import over_slots

    return over_slots(client, lambda: _listing(url, client, wanted, newest_first=newest_first))


def _listing(url: str, client: "Client", wanted: Wanted, *, newest_first: bool) -> Listing:
    from episcribe.sources.ytdlp import YOUTUBE, Session

    listing = Listing(newest_first=newest_first)
    options = {"compat_opts": {"no-youtube-unavailable-videos"}}
    arguments = {"youtubetab": {"approximate_date": ["yes"]}}
    with Session(client, extractors=YOUTUBE, arguments=arguments, options=options) as session:
        info = session.info(url)
        listing.title = _title(info)
        try:
            _fill(listing, map(_listed, session.entries(info, url)), wanted)
        except YtdlpProblem as problem:
            if not listing.videos:
                raise
            listing.problem = problem
        listing.warnings = [f"{url}: {shown(m)}" for m in session.evidence.messages if _GAVE_UP.search(m)][:5]
    return listing


def _fill(listing: Listing, entries: Iterator[Listed | None], wanted: Wanted) -> None:
    pattern = _pattern(wanted.match)
    after = the_day_before(wanted.after) if wanted.after else ""
    chosen = 0
    for entry in entries:
        if entry is None:
            continue
        if entry.not_after is not None and entry.not_after < after:
            if listing.newest_first:
                return
            continue
        listing.videos.append(entry)
        chosen += pattern is None or bool(pattern.search(entry.title or ""))
        if listing.newest_first and wanted.limit is not None and chosen >= wanted.limit + _MARGIN:
            return


def the_day_before(day: date) -> str:
    """The day before in ISO 8601: days of the show are those of its time zone, ours are UTC."""
    return date.fromordinal(max(1, day.toordinal() - 1)).isoformat()


def _pattern(expression: str | None) -> re.Pattern[str] | None:
    with suppress(re.error, RecursionError, OverflowError):
        return re.compile(expression, re.IGNORECASE) if expression else None
    return None


def _listed(entry: dict[str, Any]) -> Listed | None:
    video = str(entry.get("id") or "")
    title = " ".join(str(entry.get("title") or "").split())
    if entry.get("ie_key") != "Youtube" or not _ID.fullmatch(video) or title in _NO_TITLES:
        return None
    moment = entry.get("timestamp")
    return Listed(
        id=video,
        title=title,
        is_short="/shorts/" in str(entry.get("url")),
        live_status=entry.get("live_status"),
        not_after=datetime.fromtimestamp(moment, UTC).date().isoformat() if moment else None,
    )


def _title(info: dict[str, Any]) -> str | None:
    title = info.get("channel") if str(info.get("id", "")).startswith("UC") else info.get("title")
    return " ".join(str(title).split()) or None if title else None
