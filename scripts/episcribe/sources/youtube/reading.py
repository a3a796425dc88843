"""The source `youtube:`: a video, playlist or channel as episodes."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from episcribe.library.episode import Episode, InlineChapter
from episcribe.library.errors import EpiscribeError, FailureKind
from episcribe.library.youtube_address import Target, parse_address, video_url
from episcribe.sources.listing import Failure, Reading, Wanted, failure_of
from episcribe.sources.youtube.classes import TREATMENTS, VideoClass
from episcribe.sources.youtube.details import Details, fetch_details, load_details
from episcribe.sources.youtube.listing import Listed, Listing, list_videos, the_day_before
from episcribe.sources.ytdlp_problems import YtdlpProblem

if TYPE_CHECKING:
    from episcribe.net.client import Client

MOST_NEW = 250
"""Videos that are asked for in one reading: YouTube blocks a visitor after some 300 in an hour."""

_MOST_MISSES = 3
_DAY = len("2024-05-01")


def read_youtube(address: str, *, client: "Client", cache: Path, wanted: Wanted, now: float) -> Reading:
    """The episodes at `address`: a video, playlist or channel, by its address or id, or a handle.

    Videos that are known, or kept in `cache`, are not asked for again unless they are due by their class;
    of the others only those that `wanted` can choose. When YouTube refuses to go on, what was read is given
    with the failure. Raises EpiscribeError when nothing could be read: also when the one video that was named
    is none that can be an episode.
    """
    target = parse_address(address)
    visit = _Visit(client, cache, wanted, now)
    if target.kind == "video":
        return _read_video(target, visit)
    listings = list_videos(target, client, wanted)
    for listing in listings:
        visit.read(listing)
        if visit.failure is not None:
            break
    problem = next((listing.problem for listing in listings if listing.problem), None)
    failure = visit.failure or (failure_of(problem) if problem else None)
    if failure is not None and not visit.found:
        raise visit.error or problem or EpiscribeError(failure.message, failure.kind)
    title = next((listing.title for listing in listings if listing.title), None)
    warnings = [warning for listing in listings for warning in listing.warnings]
    return Reading(
        [draft(details, title) for details in visit.found.values()],
        title=title,
        warnings=[*warnings, *visit.warnings()],
        failure=failure,
    )


def draft(details: Details, podcast: str | None) -> Episode:
    """The episode that a video is; it has no id and no place yet."""
    why = TREATMENTS[details.video_class].why
    availability = {"class": str(details.video_class), "reason": why}
    return Episode(
        id="",
        show="",
        folder="",
        title=details.title or details.id,
        keys=(f"youtube:{details.id}",),
        sources=(video_url(details.id),),
        podcast=podcast or details.channel,
        published=details.published,
        duration=details.duration,
        link=video_url(details.id),
        language=details.language,
        author=details.channel,
        description=details.description,
        image=f"https://i.ytimg.com/vi/{details.id}/hqdefault.jpg",
        explicit=True if details.age_limit >= 18 else None,
        keywords=details.tags,
        inline_chapters=tuple(InlineChapter(start, title) for start, title in details.chapters),
        extra={"availability": availability} if why else {},
    )


def _read_video(target: Target, visit: "_Visit") -> Reading:
    details = visit.details_of(Listed(target.id)) or visit.ask(target.id)
    if not _is_episode(details):
        found = details.video_class
        treatment = TREATMENTS[found]
        passing = found in (VideoClass.UPCOMING, VideoClass.LIVE, VideoClass.POST_LIVE)
        what = f"it is {found.replace('_', ' ')}, and asked for again later" if passing else treatment.why
        kind = FailureKind.TRANSIENT if passing else FailureKind.PERMANENT
        raise EpiscribeError(f"{target.url}: no episode: {what}", kind)
    return Reading([draft(details, None)], title=details.channel)


def _is_episode(details: Details) -> bool:
    return TREATMENTS[details.video_class].is_episode and details.title is not None


@dataclass(slots=True)
class _Visit:
    """One reading under way: what was found, and why it stopped."""

    client: "Client"
    cache: Path
    wanted: Wanted
    now: float
    found: dict[str, Details] = field(default_factory=dict)
    asked: int = 0
    left: int = 0
    missed: list[YtdlpProblem] = field(default_factory=list)
    no_episodes: Counter[VideoClass] = field(default_factory=Counter)
    misses_in_a_row: int = 0
    error: YtdlpProblem | None = None
    failure: Failure | None = None

    def read(self, listing: Listing) -> None:
        """Take what the show wants of one listing."""
        chosen: list[str] = []
        for listed in listing.in_order():
            if listed.id in self.found or not self._may_be_wanted(listed):
                continue
            if self._has_enough(chosen, listing, listed):
                return
            try:
                details = self.details_of(listed)
            except YtdlpProblem as problem:
                if self._is_the_end(problem):
                    return
                continue
            if details is None:
                entry = self.wanted.known.get(f"youtube:{listed.id}")
                chosen += [(entry.published or "")[:_DAY]] if entry else []
                continue
            if listing.newest_first and self._is_too_old(details):
                return
            if not _is_episode(details):
                self.no_episodes[details.video_class] += 1
            elif self._is_taken(details):
                self.found[listed.id] = details
                chosen += [(details.published or "")[:_DAY]] if self._is_chosen(details) else []

    def _has_enough(self, chosen: Sequence[str], listing: Listing, following: Listed) -> bool:
        """True when those chosen are as many as the show wants, and none that follows can be newer."""
        limit = self.wanted.limit
        if limit is None or len(chosen) < limit:
            return False
        oldest = sorted(chosen)[-limit] if limit else "9999"
        return listing.newest_first or (following.not_after or "9999") < oldest

    def details_of(self, listed: Listed) -> Details | None:
        """The details of a video, from the cache where they still hold.

        None for one that need not be asked for, or no more in this reading. Raises YtdlpProblem.
        """
        kept = load_details(self.cache, listed.id)
        if kept is not None and not kept.is_due(self.now):
            return kept
        if kept is None and f"youtube:{listed.id}" in self.wanted.known:
            return None
        if self.asked >= MOST_NEW:
            self.left += 1
            return kept
        return self.ask(listed.id, kept)

    def ask(self, video: str, kept: Details | None = None) -> Details:
        """The details of a video as YouTube gives them now. Raises YtdlpProblem."""
        self.asked += 1
        details = fetch_details(video, self.client, now=self.now, cache=self.cache, kept=kept)
        self.misses_in_a_row = 0
        return details

    def warnings(self) -> list[str]:
        """What a person should know of the reading, beside its failure."""
        missed = [f"{len(self.missed)} videos could not be read: {self.missed[-1]}"] if self.missed else []
        left = (
            [f"{self.left} more videos are left for the next refreshes, {MOST_NEW} each"] if self.left else []
        )
        return [*missed, *left, *self._told_apart()]

    def _told_apart(self) -> Iterator[str]:
        if self.no_episodes:
            classes = sorted(self.no_episodes.items())
            told = ", ".join(f"{count} {found.replace('_', ' ')}" for found, count in classes)
            yield f"listed, and no episodes yet: {told}; they are asked for again when that may have changed"

    def _may_be_wanted(self, listed: Listed) -> bool:
        if listed.is_short and not self.wanted.shorts:
            return False
        return self.wanted.live or listed.live_status != "was_live"

    def _is_taken(self, details: Details) -> bool:
        if details.video_class is VideoClass.SHORT and not self.wanted.shorts:
            return False
        return self.wanted.live or not details.was_live

    def _is_chosen(self, details: Details) -> bool:
        """True when it counts for the limit: the day and the title are as the show wants them."""
        day, before = (details.published or "")[:_DAY], self.wanted.before
        if before is not None and day >= the_day_before(before):
            return False
        if not self.wanted.match:
            return True
        return re.search(self.wanted.match, details.title or "", re.IGNORECASE) is not None

    def _is_too_old(self, details: Details) -> bool:
        after = self.wanted.after
        if after is None or details.published is None:
            return False
        return details.published < the_day_before(after)

    def _is_the_end(self, problem: YtdlpProblem) -> bool:
        """Note what went wrong; True when it is of no use to ask for more."""
        self.misses_in_a_row += problem.kind is not FailureKind.PERMANENT
        if problem.kind is not FailureKind.BLOCKED and self.misses_in_a_row < _MOST_MISSES:
            self.missed.append(problem)
            return False
        self.error, self.failure = problem, failure_of(problem)
        return True
