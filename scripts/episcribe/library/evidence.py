"""What of two episodes is compared to tell whether they are one: keys, titles, dates."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from episcribe.library.catalogue import CatalogueEntry
from episcribe.library.identity import UNTITLED, item_key, moment, normal_title

_SAME_MOMENT = timedelta(minutes=15)
_SHARED_NAMES = frozenset(
    [
        "audio",
        "default",
        "download",
        "enclosure",
        "episode",
        "file",
        "index",
        "listen",
        "media",
        "play",
        "podcast",
    ]
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is compared: normalised lazily, because most items are found by their GUID alone."""

    title: str
    published: str | None
    duration: float | None
    keys: Sequence[str]


def facts_of(entry: CatalogueEntry) -> Facts:
    """The facts of a known episode; the title that was given for want of one is none."""
    title = "" if entry.title == UNTITLED else entry.title
    return Facts(title, entry.published, entry.duration, entry.keys)


def exact_key(facts: Facts) -> str:
    """Date, length and title as one key."""
    return item_key(facts.title, facts.published, facts.duration)


def same_keys(mine: Iterable[str], theirs: Iterable[str]) -> bool | None:
    """True when two lots of keys have one in common, False when they have none, None when one of them is
    empty.

    Recordings that moved to another host but kept a telling file name are None too: not the same, not
    another.
    """
    first, second = set(mine), set(theirs)
    if not first or not second:
        return None
    if first & second:
        return True
    return None if _file_names(first) & _file_names(second) else False


def _file_names(keys: set[str]) -> set[str]:
    names = {key.rpartition("/")[2].lower() for key in keys if key.startswith("enclosure:")}
    return {name for name in names if len(name) > 6 and name.partition(".")[0] not in _SHARED_NAMES}


def same_title(first: Facts, second: Facts) -> bool | None:
    """Whether two titles say the same: equal once normalised, or one with all the words and numbers of the
    other.
    """
    one, two = normal_title(first.title), normal_title(second.title)
    if not one or not two:
        return None
    if one == two:
        return True
    words, others = set(one.split()), set(two.split())
    numbers = {word for word in words ^ others if any(char.isdigit() for char in word)}
    shorter = min(words, others, key=len)
    return not numbers and len(shorter) > 1 and words & others == shorter


def same_date(first: Facts, second: Facts) -> bool | None:
    """Whether two moments are one: a quarter of an hour apart at most, or the same day where one has no
    time.
    """
    one, two = moment(first.published), moment(second.published)
    if one is None or two is None:
        return None
    if is_one_moment(first, second):
        return True
    has_no_time = any(facts.published and len(facts.published) <= 10 for facts in (first, second))
    midnight = any((when.hour, when.minute, when.second) == (0, 0, 0) for when in (one, two))
    return (has_no_time or midnight) and one.date() == two.date()


def is_one_moment(first: Facts, second: Facts) -> bool:
    """True when both are dated, a quarter of an hour apart at most."""
    one, two = moment(first.published), moment(second.published)
    return one is not None and two is not None and abs(one - two) <= _SAME_MOMENT
