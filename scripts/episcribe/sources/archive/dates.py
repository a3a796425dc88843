"""Dates as archive.org holds them, with no more than they say."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, date

from episcribe.library.identity import moment
from episcribe.sources.dates import parse_date

# Sound has been recorded since 1857; what is earlier, or far ahead, is a slip of somebody's keyboard.
_FIRST_YEAR = 1857
_LAST_YEAR = 2200
_LONGEST = 80

_BEFORE_CHRIST = re.compile(r"\bb\.? ?c\.?(?: ?e\b|\b)|^-\d", re.IGNORECASE)
_ABOUT = re.compile(r"^(?:circa|ca?\.?|about|copyright|©|℗|p)\s*(?=\d{4})", re.IGNORECASE)
_PARTS = re.compile(r"(\d{4})(?:([-/. ])(\d{1,2})(?:\2(\d{1,2}))?)?")
_RUN_TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})")
_WITH_TIME = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(.*)", re.I
)
_MONTH_AND_YEAR = re.compile(r"([^\W\d_]{3,12})\.?,? (\d{4})")
_LONE_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")


def archive_date(*fields: object) -> str | None:
    """The date in the first of `fields` (strings or lists of them) that holds one, None when none does.

    A full date is `1999-05-01`, with a time of day that is not midnight `1999-05-01T20:15:00Z`, in UTC. What
    is only a year or a month stays one, `1999` or `1999-05`, as ISO 8601 allows: such an episode's folder is
    called undated, but sorts by what is known. Days and months of zero, which archive.org uses for unknown
    ones, are left out, as are years before there were recordings, and before Christ.
    """
    for text in _texts(fields):
        if found := _read(text):
            return found
    return None


def full_day(text: str | None) -> date | None:
    """The day of a date that `archive_date` gave, None where it names only a year or a month."""
    when = moment(text) if text and len(text) >= 10 else None
    return when.date() if when else None


def _texts(fields: Iterable[object]) -> Iterator[str]:
    for value in fields:
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, (str, int)) and not isinstance(one, bool):
                yield str(one)


def _read(text: str) -> str | None:
    cleaned = " ".join(unicodedata.normalize("NFKC", text[: 2 * _LONGEST]).split())
    cleaned = _ABOUT.sub("", cleaned.strip(" []()<>?.,;~\"'"))
    if not cleaned or len(cleaned) > _LONGEST or _BEFORE_CHRIST.search(cleaned):
        return None
    for pattern in (_PARTS, _RUN_TOGETHER):
        if match := pattern.fullmatch(cleaned):
            return _day(match[1], *match.groups()[-2:])
    if match := _WITH_TIME.fullmatch(cleaned):
        day = _day(match[1], match[2], match[3])
        return _with_time(cleaned, match) if day and len(day) == 10 else day
    if match := _MONTH_AND_YEAR.fullmatch(cleaned):
        found = parse_date(f"1 {match[1]} {match[2]}")
        return _plausible(found[:7] if found else match[2])
    return _written(cleaned)


def _day(year: str, month: str | None, day: str | None) -> str | None:
    """As much of a date as its parts make: from the first that is zero or impossible on, nothing."""
    if _plausible(year) is None:
        return None
    if month is None or not 1 <= int(month) <= 12:
        return year
    if day is None:
        return f"{year}-{int(month):02}"
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return f"{year}-{int(month):02}"


def _with_time(text: str, match: re.Match[str]) -> str | None:
    """Midnight is what a form writes where nobody knew the time, and says nothing of the zone either."""
    day = _day(match[1], match[2], match[3])
    if (match[4], match[5], match[6] or "00") == ("00", "00", "00"):
        return day
    return parse_date(text) or day


def _written(text: str) -> str | None:
    """A date in words or in another order; else the year, where the text has just one."""
    years = {match[1] for match in _LONE_YEAR.finditer(text) if _plausible(match[1])}
    if len(years) != 1:
        first = _LONE_YEAR.match(text)
        return _plausible(first[1]) if first else None
    year = years.pop()
    found = parse_date(text) if len(re.findall(r"\d+", text)) > 1 else None
    if found is None or not found.startswith(year):
        return year
    when = moment(found)
    has_time = when is not None and when.astimezone(UTC).time().isoformat() != "00:00:00"
    return found if has_time else found[:10]


def _plausible(text: str | None) -> str | None:
    return text if text and _FIRST_YEAR <= int(text[:4]) <= _LAST_YEAR else None
