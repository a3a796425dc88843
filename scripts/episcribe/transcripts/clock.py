"""Clock times in the ways that transcript formats write them; seconds as floats inside."""

import math
import re

# A start later than this (about 115 days) is no place in a recording, but a broken file.
LATEST_SECONDS = 9_999_999.0

_CLOCK = re.compile(r"(?:(?:(\d{1,4}):)?(\d{1,4}):)?(\d{1,8})(?:[.,:](\d{1,9}))?\Z")


def parse_clock(text: str) -> float | None:
    """Seconds of `1:02:03.5`, `02:03,500`, `3.5` or `00:00:11:890` (milliseconds), None when it is no time.

    A fraction after a third colon is read as digits after the point: writers that misplace the
    separator write milliseconds there.
    """
    match = _CLOCK.match(text.strip())
    if match is None:
        return None
    hours, minutes, seconds, fraction = match.groups()
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds)
    return valid_seconds(whole + _fraction(fraction))


def valid_seconds(value: float) -> float | None:
    """`value` to the millisecond when it can be a place in a recording; negative becomes 0, nonsense
    None.
    """
    if 0.0 <= value <= LATEST_SECONDS:
        return round(value, 3)
    return 0.0 if value < 0 and math.isfinite(value) else None


def ordered_end(start: float | None, end: float | None) -> float | None:
    """`end`, or None when it lies before `start`: then nothing is known about it."""
    return None if end is None or (start is not None and end < start) else end


def write_clock(seconds: float, separator: str = ".") -> str:
    """`HH:MM:SS.mmm` with at least two digits for the hours; SRT wants a comma as separator."""
    milliseconds = round(seconds * 1000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    whole, milliseconds = divmod(milliseconds, 1000)
    return f"{hours:02d}:{minutes:02d}:{whole:02d}{separator}{milliseconds:03d}"


def _fraction(digits: str | None) -> float:
    return int(digits) / 10 ** len(digits) if digits else 0.0
