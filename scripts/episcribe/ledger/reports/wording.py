"""Numbers, times and spans as a reader of English takes them."""

from datetime import date, datetime, timedelta, tzinfo

from episcribe.ledger.events import moment_of

_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_MONTHS = "January February March April May June July August September October November December".split()


def span(seconds: float | None) -> str:
    """A span of time with two of its units at most: `3 h 20 min`, `45 s`, `50 ms`; `unknown` for None."""
    if seconds is None:
        return "unknown"
    if seconds < 0.1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"
    hours = round(seconds / 3600)
    return f"{hours // 24} days {hours % 24} h" if hours % 24 else f"{hours // 24} days"


def day_name(day: date) -> str:
    """`Saturday, 21 November 2026`."""
    return f"{_DAYS[day.weekday()]}, {day.day} {_MONTHS[day.month - 1]} {day.year}"


def week_name(day: date) -> str:
    """The ISO week of a day: `Week 47 of 2026, 16 to 22 November`."""
    year, week, weekday = day.isocalendar()
    first = day - timedelta(days=weekday - 1)
    last = first + timedelta(days=6)
    month = f" {_MONTHS[first.month - 1]}" if first.month != last.month else ""
    return f"Week {week} of {year}, {first.day}{month} to {last.day} {_MONTHS[last.month - 1]}"


def short_day(day: date) -> str:
    """`21 Nov`."""
    return f"{day.day} {_MONTHS[day.month - 1][:3]}"


def weekday_name(day: date) -> str:
    """`Sat`."""
    return _DAYS[day.weekday()][:3]


def clock(value: object, zone: tzinfo) -> str:
    """A moment (ISO 8601 or seconds) in `zone` as `21 Nov 2026, 14:05`; the text itself where it is none."""
    seconds = moment_of(value)
    if seconds is None:
        return str(value)
    moment = datetime.fromtimestamp(seconds, zone)
    return f"{short_day(moment.date())} {moment.year}, {moment:%H:%M}"


def short_clock(seconds: float, zone: tzinfo) -> str:
    """A moment in `zone` as `21 Nov, 14:05`."""
    moment = datetime.fromtimestamp(seconds, zone)
    return f"{short_day(moment.date())}, {moment:%H:%M}"


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """`1 episode`, `1,000 episodes`."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def words(name: str) -> str:
    """The name of a stage as words: `transcript_fetched` is `transcript fetched`."""
    return name.replace("_", " ").replace("pdf", "PDF")
