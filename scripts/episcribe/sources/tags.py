"""The tags of a recording: title, artist, day and the like, bounded and without control characters."""

import re
import struct
from datetime import date
from typing import BinaryIO, NamedTuple

_LONGEST = 300
_LONGEST_COMMENT = 10_000
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:$|[T ])")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
# What programs write where nobody gave a title.
_NO_TITLE = re.compile(r"(?:audio ?track|track|titel|title|untitled|unknown|recording|no title)?\W*\d*", re.I)
_NO_NAME = frozenset(
    ("unknown", "unknown artist", "unknown album", "various", "various artists", "none", "n/a")
)
_LONGEST_RECORDING = 360_000.0


class Tags(NamedTuple):
    """What a recording says of itself; `duration` in seconds, `published` a day (`2024-05-01`)."""

    title: str | None = None
    artist: str | None = None
    album: str | None = None
    published: str | None = None
    duration: float | None = None
    comment: str | None = None
    number: int | None = None
    language: str | None = None


NO_TAGS = Tags()


def read_tags(place: "str | BinaryIO", *, lasts: bool = True) -> Tags:
    """The tags of the recording at the path or in the open file `place`; none where it cannot be read.

    Without `lasts` the duration is not looked for, as where a file's beginning is all that there is.
    """
    from tinytag import TinyTag, TinyTagException

    try:
        if isinstance(place, str):
            found = TinyTag.get(place, duration=lasts)
        else:
            found = TinyTag.get(file_obj=place, duration=lasts)
    except (TinyTagException, OSError, ValueError, LookupError, ArithmeticError, TypeError, struct.error):
        # A file that ends too soon, or lies about its lengths: it has no tags that could be believed.
        return NO_TAGS
    other = {name: str(values[0]) for name, values in found.other.items() if values}
    title = _line(found.title)
    return Tags(
        title=None if title is None or _NO_TITLE.fullmatch(title) else title,
        artist=_name(found.artist or found.albumartist),
        album=_name(found.album),
        published=_day(found.year),
        duration=_seconds(found.duration),
        comment=_text(found.comment or other.get("description") or other.get("_comment")),
        number=found.track if isinstance(found.track, int) and 0 < found.track < 100_000 else None,
        language=_language(other.get("language")),
    )


def _line(value: object) -> str | None:
    """One line of what can be shown; None where nothing is left."""
    if not isinstance(value, str):
        return None
    shown = "".join(char if char.isprintable() else " " for char in value[: 4 * _LONGEST])
    line = " ".join(shown.split())
    return (line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…") or None


def _text(value: object) -> str | None:
    """Lines of what can be shown."""
    if not isinstance(value, str):
        return None
    lines = value[:_LONGEST_COMMENT].splitlines()
    return "\n".join(_line(line) or "" for line in lines).strip() or None


def _name(value: object) -> str | None:
    line = _line(value)
    return None if line is None or line.lower() in _NO_NAME else line


def _day(value: object) -> str | None:
    """A whole day; a year alone would only pretend to be one."""
    match = _DAY.match(value.strip()) if isinstance(value, str) else None
    try:
        return date(int(match[1]), int(match[2]), int(match[3])).isoformat() if match else None
    except ValueError:
        return None


def _seconds(value: object) -> float | None:
    if isinstance(value, (int, float)) and 0 < value <= _LONGEST_RECORDING:
        return round(float(value), 1)
    return None


def _language(value: object) -> str | None:
    text = value.strip().replace("_", "-") if isinstance(value, str) else ""
    return text if _LANGUAGE.fullmatch(text) and text.lower() not in ("und", "xxx", "zxx") else None
