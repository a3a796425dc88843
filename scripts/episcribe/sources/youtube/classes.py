"""The classes of videos, and what becomes of each: whether it is an episode, and when it is asked for again.

- *public* and *unlisted* videos are episodes, and never asked for again once their details are known.
- *short*: as a public one, where the show takes shorts.
- *upcoming*, *live* and *post_live* (ended, but not yet a whole recording) are no episodes yet; they are
  asked for again at their time, or after some hours.
- *members_only*, *private*, *age_gated* and *region_blocked* videos are episodes once their titles are known,
  and say so; they may be opened to all, and are asked for again after a week.
- *deleted*: no episode; what is known of one that was stays as it is. Asked for again after a month.
- *blocked* is no class of the video: YouTube refused us. Nothing is noted of the video, and the source rests.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from episcribe.sources.ytdlp_problems import Obstacle, obstacle_in

_HOUR = 3600.0
_DAY = 24 * _HOUR


class VideoClass(StrEnum):
    """What kind of video one is, as far as its being an episode goes."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    SHORT = "short"
    UPCOMING = "upcoming"
    LIVE = "live"
    POST_LIVE = "post_live"
    MEMBERS_ONLY = "members_only"
    PRIVATE = "private"
    AGE_GATED = "age_gated"
    REGION_BLOCKED = "region_blocked"
    DELETED = "deleted"
    BLOCKED = "blocked"


class Treatment(NamedTuple):
    """`again` is after how many seconds the video is asked for again, None for never; `why` tells people why
    its words or its recording may not be had.
    """

    is_episode: bool
    again: float | None = None
    why: str | None = None


TREATMENTS: Mapping[VideoClass, Treatment] = {
    VideoClass.PUBLIC: Treatment(is_episode=True),
    VideoClass.UNLISTED: Treatment(is_episode=True),
    VideoClass.SHORT: Treatment(is_episode=True),
    VideoClass.UPCOMING: Treatment(is_episode=False, again=6 * _HOUR),
    VideoClass.LIVE: Treatment(is_episode=False, again=_HOUR),
    VideoClass.POST_LIVE: Treatment(is_episode=False, again=3 * _HOUR),
    VideoClass.MEMBERS_ONLY: Treatment(
        is_episode=True, again=7 * _DAY, why="only members of the channel may see it"
    ),
    VideoClass.PRIVATE: Treatment(is_episode=True, again=7 * _DAY, why="it is private"),
    VideoClass.AGE_GATED: Treatment(
        is_episode=True, again=7 * _DAY, why="YouTube shows it only to people who proved their age"
    ),
    VideoClass.REGION_BLOCKED: Treatment(
        is_episode=True, again=7 * _DAY, why="it is not available in this country"
    ),
    VideoClass.DELETED: Treatment(is_episode=False, again=30 * _DAY, why="it was deleted"),
    VideoClass.BLOCKED: Treatment(is_episode=False, again=0.0, why="YouTube asks for a proof"),
}

OF_OBSTACLES: Mapping[Obstacle, VideoClass] = {
    Obstacle.BLOCKED: VideoClass.BLOCKED,
    Obstacle.PRIVATE: VideoClass.PRIVATE,
    Obstacle.MEMBERS: VideoClass.MEMBERS_ONLY,
    Obstacle.AGE: VideoClass.AGE_GATED,
    Obstacle.REGION: VideoClass.REGION_BLOCKED,
    Obstacle.UPCOMING: VideoClass.UPCOMING,
    Obstacle.GONE: VideoClass.DELETED,
}

_LIVE = {
    "is_upcoming": VideoClass.UPCOMING,
    "is_live": VideoClass.LIVE,
    "post_live": VideoClass.POST_LIVE,
}
_AVAILABILITY = {
    "private": VideoClass.PRIVATE,
    "subscriber_only": VideoClass.MEMBERS_ONLY,
    "premium_only": VideoClass.MEMBERS_ONLY,
    "unlisted": VideoClass.UNLISTED,
}


def classify(info: Mapping[str, Any], messages: Sequence[str]) -> VideoClass | None:
    """The class of the video that a raw info dict describes; `messages` are yt-dlp's warnings about it.

    yt-dlp gives an info dict for most videos that cannot be played, and warns of the reason. None when
    something went wrong for now, or nothing is said at all: then the answer tells nothing of the video.
    """
    obstacle = obstacle_in(messages)
    if obstacle is Obstacle.BLOCKED:
        return VideoClass.BLOCKED
    if (live := _LIVE.get(str(info.get("live_status")))) is not None:
        return live
    if obstacle is not None and obstacle in OF_OBSTACLES:
        return OF_OBSTACLES[obstacle]
    if (restricted := _AVAILABILITY.get(str(info.get("availability")))) is not None:
        return restricted
    if obstacle is Obstacle.OTHER or not info.get("title"):
        return None
    return VideoClass.SHORT if info.get("media_type") == "short" else VideoClass.PUBLIC
