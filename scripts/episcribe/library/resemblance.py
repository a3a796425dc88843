"""Which episodes of one source are those that another source lists in its own way.

Two sources of a show share no GUID, and a video has neither the address nor quite the length of the recording
in the feed. What they have in common is the title, give or take the show's name and a number, the day or
nearly, and the length or nearly. Two episodes in one are worse than one that is listed twice, so:

- different numbers, or lengths that differ by more than a tenth, are two episodes;
- the same title must be within four days; where a list has it more than once, within eighteen hours; the same
  number beside it, or the same length to three seconds, makes the day of no matter;
- a title with all the words of the other, and more, must have the same number, or be the only such one within
  four days and of the same length, or within a day where a length is not known.

A video or an archive's item that both name needs only a title or a day that does not speak against it.
"""

from collections import Counter
from collections.abc import Container, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from episcribe.library.catalogue import CatalogueEntry
from episcribe.library.headings import Heading, heading, names_of_show
from episcribe.library.identity import UNTITLED, Item, moment

_DAY = 86400.0
_FEW_DAYS = 4.5
_ONE_DAY = 1.0
_REPEATED = 0.75
_NEIGHBOURS = 12
_SAME_LENGTH = 0.9
_NEARLY_SAME_LENGTH = 0.97
_TRAILER = 0.5
_EXACT_SECONDS = 3.0
_SHORTEST = 60.0
_DATE_ONLY = len("2024-05-01")
_PLACES = ("youtube:", "archive:")

# The words of a title, its number and its season.
Title = tuple[tuple[str, ...], int | None, int | None]


@dataclass(frozen=True, slots=True)
class Portrait:
    """What is compared of an episode; `day` is in days since 1970, `has_time` whether its hour is known."""

    heading: Heading
    day: float | None
    has_time: bool
    duration: float | None
    number: int | None
    season: int | None
    places: frozenset[str]


class _Pair(NamedTuple):
    """Two that may be one, by index: the lower the rank, the surer; `is_loose` must not have a rival."""

    rank: tuple[float, ...]
    mine: int
    other: int
    is_loose: bool


def alike(
    mine: Sequence[Portrait], others: Sequence[Portrait], repeated: Container[Title] = ()
) -> list[tuple[int, int]]:
    """The pairs (index in `mine`, index in `others`) that are one episode; each is in one pair at most.

    `repeated` are the titles that one of the sources has more than once. Linear, but for a bounded number of
    neighbours in time.
    """
    pairs = sorted(_Comparison(mine, others, repeated).pairs())
    rivals = Counter(
        side for pair in pairs if pair.is_loose for side in (("mine", pair.mine), ("other", pair.other))
    )
    taken: set[tuple[str, int]] = set()
    found: list[tuple[int, int]] = []
    for pair in pairs:
        sides = (("mine", pair.mine), ("other", pair.other))
        if taken.intersection(sides) or (pair.is_loose and any(rivals[side] > 1 for side in sides)):
            continue
        taken.update(sides)
        found.append((pair.mine, pair.other))
    return sorted(found)


class Portraits:
    """Draws the portraits of the episodes of one show, which is called `titles`."""

    def __init__(self, titles: Sequence[str]) -> None:
        self._names = names_of_show(titles)

    def of_item(self, item: Item, keys: Iterable[str]) -> Portrait:
        """The portrait of an item of a list; `keys` are all its keys."""
        told = {"number": getattr(item, "number", None), "season": getattr(item, "season", None)}
        return self._portrait(item.title, item.published, item.duration, told, keys)

    def of_entry(self, entry: CatalogueEntry) -> Portrait:
        """The portrait of a known episode."""
        title = "" if entry.title == UNTITLED else entry.title
        return self._portrait(title, entry.published, entry.duration, entry.more or {}, entry.keys)

    def repeated(self, titles: Iterable[str]) -> set[Title]:
        """The titles that are there more than once, as they are compared."""
        counts = Counter(_title_of(heading(title, self._names)) for title in titles)
        return {title for title, count in counts.items() if count > 1}

    def _portrait(
        self,
        title: str,
        published: str | None,
        duration: float | None,
        told: Mapping[str, Any],
        keys: Iterable[str],
    ) -> Portrait:
        when, words = moment(published), heading(title, self._names)
        return Portrait(
            words,
            when.timestamp() / _DAY if when else None,
            bool(published and len(published) > _DATE_ONLY),
            duration or None,
            words.number if words.number is not None else _whole(told.get("number")),
            words.season if words.season is not None else _whole(told.get("season")),
            frozenset(key for key in keys if key.startswith(_PLACES)),
        )


class _Comparison:
    def __init__(
        self, mine: Sequence[Portrait], others: Sequence[Portrait], repeated: Container[Title]
    ) -> None:
        self._mine = mine
        self._others = others
        self._repeated = repeated
        self._titles = _index((i, p.heading.words) for i, p in enumerate(others))
        self._numbers = _index((i, p.number) for i, p in enumerate(others) if p.number is not None)
        self._days = _index((i, int(p.day)) for i, p in enumerate(others) if p.day is not None)
        self._dated = _index(
            (i, (p.heading.words, int(p.day))) for i, p in enumerate(others) if p.day is not None
        )
        self._places = _index((i, place) for i, p in enumerate(others) for place in p.places)
        self._sharers = Counter(place for portrait in mine for place in portrait.places)

    def pairs(self) -> Iterator[_Pair]:
        """All pairs that may be one."""
        for one, portrait in enumerate(self._mine):
            for other in dict.fromkeys(self._candidates(portrait)):
                if (verdict := self._verdict(portrait, self._others[other])) is not None:
                    rank, is_loose = verdict
                    yield _Pair((rank, *_closeness(portrait, self._others[other])), one, other, is_loose)

    def _candidates(self, portrait: Portrait) -> Iterator[int]:
        words = portrait.heading.words
        for place in portrait.places:
            yield from self._places.get(place, ())[:_NEIGHBOURS]
        yield from self._titles.get(words, ())[:_NEIGHBOURS]
        if portrait.number is not None:
            yield from self._numbers.get(portrait.number, ())[:_NEIGHBOURS]
        if portrait.day is not None:
            for day in range(int(portrait.day) - 5, int(portrait.day) + 6):
                yield from self._dated.get((words, day), ())[:_NEIGHBOURS]
                yield from self._days.get(day, ())[:_NEIGHBOURS]

    def _verdict(self, one: Portrait, other: Portrait) -> tuple[int, bool] | None:
        """How sure it is that both are one, 0 the surest, and whether a rival forbids it; None for two."""
        share = _share(one, other)
        if self._is_one_place(one, other):
            speaks_against = not _is_near(one, other) and not _within(one, other, _FEW_DAYS, unknown=True)
            return None if speaks_against or (share or 1.0) < _TRAILER else (0, False)
        if _are_two_places(one.places, other.places) or (share or 1.0) < _SAME_LENGTH:
            return None
        number = _same_number(one, other)
        if number is False:
            return None
        if one.heading.words == other.heading.words and (one.heading.words or number):
            return self._verdict_on_same_title(one, other, share, bool(number))
        if _is_near(one, other):
            return _verdict_on_near_title(one, other, share, bool(number))
        return None

    def _verdict_on_same_title(
        self, one: Portrait, other: Portrait, share: float | None, number: bool
    ) -> tuple[int, bool] | None:
        is_repeated = _title_of(one.heading) in self._repeated or _title_of(other.heading) in self._repeated
        if _within(one, other, _REPEATED if is_repeated else _FEW_DAYS):
            return (1 if number else 2, False)
        if is_repeated:
            is_close = _within(one, other, _FEW_DAYS) and (share or 0.0) >= _NEARLY_SAME_LENGTH
            return (4, True) if is_close else None
        if (number and one.heading.words) or _is_one_length(one, other):
            return (3, False)
        return None

    def _is_one_place(self, one: Portrait, other: Portrait) -> bool:
        """True when both name a video or item that no other of either list names."""
        shared = one.places & other.places
        return any(self._sharers[place] == 1 and len(self._places[place]) == 1 for place in shared)


def _verdict_on_near_title(
    one: Portrait, other: Portrait, share: float | None, number: bool
) -> tuple[int, bool] | None:
    is_close = _within(one, other, _FEW_DAYS)
    if number and (is_close or share is not None):
        return (3, False)
    if is_close and share is not None:
        return (5, True)
    shorter = min(len(one.heading.words), len(other.heading.words))
    if share is None and shorter > 2 and _within(one, other, _ONE_DAY):
        return (6, True)
    return None


def _title_of(words: Heading) -> Title:
    return (words.words, words.number, words.season)


def _whole(number: object) -> int | None:
    return int(number) if isinstance(number, (int, float)) and number == int(number) else None


def _index(pairs: Iterable[tuple[int, Hashable]]) -> dict[Any, list[int]]:
    index: dict[Any, list[int]] = {}
    for position, key in pairs:
        index.setdefault(key, []).append(position)
    return index


def _share(one: Portrait, other: Portrait) -> float | None:
    """The shorter length as a share of the longer, None when one is not known."""
    if one.duration is None or other.duration is None:
        return None
    return min(one.duration, other.duration) / max(one.duration, other.duration)


def _is_one_length(one: Portrait, other: Portrait) -> bool:
    if one.duration is None or other.duration is None or len(one.heading.words) < 3:
        return False
    return one.duration >= _SHORTEST and abs(one.duration - other.duration) <= _EXACT_SECONDS


def _apart(one: Portrait, other: Portrait) -> float | None:
    """Days between two episodes; whole ones where an hour is not known."""
    if one.day is None or other.day is None:
        return None
    if one.has_time and other.has_time:
        return abs(one.day - other.day)
    return abs(int(one.day) - int(other.day))


def _within(one: Portrait, other: Portrait, days: float, *, unknown: bool = False) -> bool:
    apart = _apart(one, other)
    return unknown if apart is None else apart <= days


def _closeness(one: Portrait, other: Portrait) -> tuple[float, float]:
    apart, share = _apart(one, other), _share(one, other)
    return (_FEW_DAYS if apart is None else apart, 1.0 - (_SAME_LENGTH if share is None else share))


def _is_near(one: Portrait, other: Portrait) -> bool:
    mine, theirs = one.heading, other.heading
    return mine.words == theirs.words or mine.is_within(theirs) or theirs.is_within(mine)


def _same_number(one: Portrait, other: Portrait) -> bool | None:
    """Whether season and number are the same; None when they say nothing, as where only one has a season."""
    if one.season is not None and other.season is not None and one.season != other.season:
        return False
    if one.number is None or other.number is None or (one.season is None) != (other.season is None):
        return None
    return one.number == other.number


def _are_two_places(first: frozenset[str], second: frozenset[str]) -> bool:
    """True when both are videos, or both items of the archive, and not the same."""
    for sort in _PLACES:
        mine = {key for key in first if key.startswith(sort)}
        theirs = {key for key in second if key.startswith(sort)}
        if not mine or not theirs or mine & theirs:
            continue
        # An item of the archive may hold the recording that the other names.
        items = {key for key in mine | theirs if "/" not in key}
        if not any(key.partition("/")[0] in items for key in mine | theirs if "/" in key):
            return True
    return False
