"""What yt-dlp could not do, told apart by what it says: its errors and warnings are the only evidence."""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum

from episcribe.library.errors import EpiscribeError, FailureKind
from episcribe.net.errors import PrivateAddress


class Obstacle(StrEnum):
    """What stands between us and a video; `other` where the words tell nothing.

    `token`: there are recordings, but only for those who bring a token; the site itself goes on answering.
    """

    BLOCKED = "blocked"
    TOKEN = "token"
    PRIVATE = "private"
    MEMBERS = "members-only"
    AGE = "age-gated"
    REGION = "region-blocked"
    UPCOMING = "upcoming"
    GONE = "gone"
    UNSUPPORTED = "unsupported"
    OTHER = "other"


KINDS = {
    Obstacle.BLOCKED: FailureKind.BLOCKED,
    Obstacle.TOKEN: FailureKind.BLOCKED,
    Obstacle.UPCOMING: FailureKind.TRANSIENT,
    Obstacle.UNSUPPORTED: FailureKind.NONE,
    Obstacle.OTHER: FailureKind.TRANSIENT,
}
"""What kind of failure an obstacle is; permanent where it is not named."""

# The first that matches decides: a bot check also says "sign in", and a block "is not available".
_WORDS = [
    (
        Obstacle.BLOCKED,
        r"not a bot|captcha|rate-limited|content isn.t available, try again|likely being blocked"
        r"|unusual traffic"
        r"|http error 429|too many requests|consent page",
    ),
    (Obstacle.UNSUPPORTED, r"unsupported url|no suitable extractor|no video formats found|no media found"),
    (Obstacle.PRIVATE, r"private video|(?:video|playlist) is private"),
    (
        Obstacle.MEMBERS,
        r"members[- ]only|channel.s members|join this channel|requires payment|premium members|purchase",
    ),
    (
        Obstacle.AGE,
        r"confirm your age|age[- ]restricted|inappropriate for some users|age verification",
    ),
    (Obstacle.REGION, r"in your (?:country|region|location)|geo[- ]?restrict"),
    (Obstacle.UPCOMING, r"live event will begin|premieres? (?:in|will begin)|will begin in"),
    (
        Obstacle.GONE,
        r"has been removed|removed by the uploader|terminated|no longer available|does ?n[o']t exist"
        r"|video unavailable|(?:video|recording) (?:isn.t |is not |is un)available|copyright claim"
        r"|http error 4(?:04|10)",
    ),
    (Obstacle.OTHER, r"an error occurred|try again later|something went wrong"),
]
_NO_FORMATS = re.compile(r"no video formats found|requested format is not available", re.IGNORECASE)
_WANTS_A_PROGRAM = re.compile(r"(?:ffmpeg|rtmpdump) could not be found|is drm protected", re.IGNORECASE)
_UNSOLVED = re.compile(r"challenge solving failed|no supported javascript runtime", re.IGNORECASE)
_PATTERNS = [(obstacle, re.compile(words, re.IGNORECASE)) for obstacle, words in _WORDS]
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_NOISE = re.compile(
    r"^(?:ERROR|WARNING):\s*|;? please report this issue.*$|\s*Use --cookies.*$"
    r"|\s*(?:See|For more information, refer to) +https?://.*$|\(caused by .*$",
    re.IGNORECASE | re.DOTALL,
)
_WHERE = re.compile(r"^\[[\w:+]+\]\s*(?:[\w@-]+:\s+)?")


class YtdlpProblem(EpiscribeError):  # noqa: N818 - named for what it is
    """yt-dlp did not get what was asked for; `obstacle` tells why as far as its words do.

    `until` is when a site that wants rest may be asked again, in seconds since the epoch.
    """

    def __init__(
        self,
        message: str,
        obstacle: Obstacle,
        kind: FailureKind | None = None,
        *,
        until: float | None = None,
    ) -> None:
        super().__init__(message, kind or KINDS.get(obstacle, FailureKind.PERMANENT))
        self.obstacle = obstacle
        self.until = until


def obstacle_in(texts: Iterable[str]) -> Obstacle | None:
    """The gravest obstacle that any of the texts speaks of; None when none does."""
    found = list(texts)
    for obstacle, pattern in _PATTERNS:
        if any(pattern.search(text) for text in found):
            return obstacle
    return None


def problem_of(
    error: BaseException, what: str, *, messages: Sequence[str] = (), failures: Sequence[EpiscribeError] = ()
) -> YtdlpProblem:
    """The problem that an error of yt-dlp is.

    `what` names what was asked for, `messages` are yt-dlp's warnings and `failures` those of the network on
    the way, which know better what they are than yt-dlp's words for them.
    """
    text = shown(str(error))
    blocked = next((failure for failure in failures if failure.kind is FailureKind.BLOCKED), None)
    if blocked is not None:
        until = getattr(blocked, "until", None)
        return YtdlpProblem(f"{what}: {blocked}", Obstacle.BLOCKED, until=until)
    if _WANTS_A_PROGRAM.search(text):
        why = "a live or protected stream, which is not fetched"
        return YtdlpProblem(f"{what}: {why}", Obstacle.OTHER, FailureKind.PERMANENT)
    refused = next((failure for failure in failures if isinstance(failure, PrivateAddress)), None)
    if refused is not None and _NO_FORMATS.search(text):
        return YtdlpProblem(f"{what}: {refused}", Obstacle.OTHER, refused.kind)
    if _NO_FORMATS.search(text) and any("PO Token" in message for message in messages):
        return YtdlpProblem(f"{what}: its recording is not given without a token", Obstacle.TOKEN)
    if _NO_FORMATS.search(text) and any(_UNSOLVED.search(message) for message in messages):
        advice = "yt-dlp could not solve the site's challenge; see episcribe doctor"
        return YtdlpProblem(f"{what}: {advice}", Obstacle.OTHER)
    obstacle = obstacle_in([text]) or (obstacle_in(messages) if _is_vague(text) else None)
    if failures and (obstacle is None or _NO_FORMATS.search(text)):
        return YtdlpProblem(f"{what}: {failures[-1]}", Obstacle.OTHER, failures[-1].kind)
    if obstacle is None and _is_expected(error):
        return YtdlpProblem(f"{what}: {text}", Obstacle.OTHER, FailureKind.PERMANENT)
    if obstacle is None:
        text += "; the site may have changed: try a newer yt-dlp"
    return YtdlpProblem(f"{what}: {text}", obstacle or Obstacle.OTHER)


def stumble_of(
    error: Exception, what: str, *, failures: Sequence[EpiscribeError] = (), downloading: bool = False
) -> YtdlpProblem:
    """The problem that it is when yt-dlp stumbles over what a site sends: that of the network where there was
    one on the way.
    """
    if failures:
        return problem_of(error, what, failures=failures)
    if downloading:
        return YtdlpProblem(f"{what}: what was sent is no recording", Obstacle.OTHER)
    reason = f"yt-dlp cannot read the answer ({type(error).__name__}); try a newer yt-dlp"
    return YtdlpProblem(f"{what}: {reason}", Obstacle.OTHER)


def shown(text: str) -> str:
    """A message of yt-dlp as a person reads it: one line, without colours and advice about its options."""
    line = " ".join(_NOISE.sub("", _COLOUR.sub("", text)).split())
    line = _WHERE.sub("", line) or "no reason given"
    return line if len(line) <= 300 else f"{line[:299]}…"


def _is_vague(text: str) -> bool:
    return "player response" in text or text == "no reason given"


def _is_expected(error: BaseException) -> bool:
    """True for what yt-dlp takes for an answer of the site, False for what it takes for its own fault."""
    inner = getattr(error, "exc_info", None)
    cause = inner[1] if inner else error
    return bool(getattr(cause, "expected", False))
