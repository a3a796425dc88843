"""What an HTTP status and its headers mean for a later attempt."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus

from episcribe.library.errors import FailureKind
from episcribe.net.errors import BotCheck, FetchError
from episcribe.net.redaction import host_of, shown_url

REDIRECTS = frozenset((301, 302, 303, 307, 308))
LONGEST_REST = 7 * 86400.0

_TRANSIENT = frozenset((408, 425, 500, 502, 503, 504, 507, 509, *range(520, 528), 529, 530, 598, 599))
_BLOCKED = frozenset((403, 429, 430, 999))
_CHALLENGE = re.compile(
    rb"captcha|cf-chl|<title>\s*(?:just a moment|attention required|access denied)", re.IGNORECASE
)
_CHALLENGE_PAGE = re.compile(
    rb"<title>\s*(?:just a moment\.\.\.|attention required! \| cloudflare)", re.IGNORECASE
)


def status_error(url: str, status: int, headers: Mapping[str, str], beginning: bytes) -> FetchError:
    """The failure that an answer with this status is; `beginning` is the first part of its body.

    401, 404, 410 and the like are permanent, 5xx and 408 transient; 403, 429 and bot checks are blocked.
    """
    rest = retry_after(headers)
    try:
        phrase = HTTPStatus(status).phrase.lower()
    except ValueError:
        phrase = "no status that HTTP knows"
    what = f"{host_of(url)}: answered {status} ({phrase}) for {shown_url(url)}"
    if is_bot_check(headers, beginning) or (status >= 400 and _CHALLENGE.search(beginning)):
        return BotCheck(
            f"{what}; it asks for a proof that a person is there",
            FailureKind.BLOCKED,
            status=status,
            retry_after=rest,
        )
    if status in _BLOCKED:
        pause = f"; it asks to wait {rest:.0f} s" if rest else ""
        return FetchError(what + pause, FailureKind.BLOCKED, status=status, retry_after=rest)
    if status in _TRANSIENT:
        return FetchError(what, FailureKind.TRANSIENT, status=status, retry_after=rest)
    return FetchError(what, FailureKind.PERMANENT, status=status)


def is_bot_check(headers: Mapping[str, str], beginning: bytes) -> bool:
    """True for a page that stands in front of the content until a person has proved to be one."""
    if headers.get("cf-mitigated", "").lower() == "challenge":
        return True
    return "html" in headers.get("content-type", "").lower() and bool(_CHALLENGE_PAGE.search(beginning))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait by Retry-After (RFC 9110, section 10.2.3: seconds or a date), at most a week."""
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}(?:\.\d{1,6})?", value):
        return min(float(value), LONGEST_REST)
    moment = _date(value)
    if moment is None:
        return None
    # The server's own clock, where it tells it, makes ours of no importance.
    now = _date(headers.get("date", "")) or datetime.now(UTC)
    return min(max(0.0, (moment - now).total_seconds()), LONGEST_REST)


def _date(value: str) -> datetime | None:
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
