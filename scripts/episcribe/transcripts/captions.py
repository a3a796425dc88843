"""Sentences cut into captions that fit a screen, at places where a reader would pause."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

from episcribe.library.transcript import Segment, Word

_UNIT = re.compile(r"\S+")
_CLAUSE_END = re.compile(r"[,;:.!?…–—、。，！？；：][\"'”’)\]]*\Z")
# Words that lean on what follows them: a caption should not end with one.
_LEANING = frozenset(
    "a an and as at but by for from if in into is of on or our that the their this to was were with your "
    "my his her its "
    "der die das den dem ein eine und oder von zu mit für im in am le la les un une des de du et ou à en "
    "el los las una y o "
    "con por para il lo gli che di da".split()
)
# How bad a break is that is not at the end of a clause, and one after a word that leans on the next.
_MID_CLAUSE, _AFTER_LEANING = 0.25, 0.7


@dataclass(frozen=True, slots=True)
class _Cut:
    """A sentence as units that can be shown apart: their places in the text, and the time at any place."""

    text: str
    units: Sequence[tuple[int, int]]
    offsets: Sequence[int]
    times: Sequence[float]

    def time_at(self, offset: int) -> float | None:
        """Seconds at a character of the text: by the words around it, else by its share of the whole."""
        if len(self.times) < 2:
            return self.times[0] if self.times and offset == 0 else None
        index = min(max(bisect_right(self.offsets, offset) - 1, 0), len(self.offsets) - 2)
        left, right = self.offsets[index], self.offsets[index + 1]
        share = (offset - left) / (right - left) if right > left else 0.0
        time = self.times[index] + (self.times[index + 1] - self.times[index]) * min(max(share, 0.0), 1.0)
        return min(max(round(time, 3), self.times[0]), self.times[-1])


def caption_cues(
    segments: Sequence[Segment], *, max_chars: int = 84, max_seconds: float = 7.0
) -> list[Segment]:
    """`segments` with those that are longer than a caption cut into several of about equal length.

    A cue has at most `max_chars` characters (two lines of 42) and, unless a single word lasts longer,
    `max_seconds` seconds. Cuts fall after punctuation where they can. Times come from the words where
    these are known, else in proportion to the characters; segments without times are cut by characters
    alone.
    """
    cues: list[Segment] = []
    for segment in segments:
        lasts = segment.end - segment.start if segment.start is not None and segment.end is not None else 0.0
        if segment.kind == "sound" or (len(segment.text) <= max_chars and lasts <= max_seconds):
            cues.append(segment)
        else:
            cues.extend(_cut_segment(segment, max_chars, max_seconds))
    return cues


def _cut_segment(segment: Segment, max_chars: int, max_seconds: float) -> list[Segment]:
    cut, places = _prepared(segment, max_chars)
    breaks = _best_breaks(cut, max_chars, max_seconds)
    cues: list[Segment] = []
    begin = 0
    for stop in breaks:
        first, last = cut.units[begin][0], cut.units[stop - 1][1]
        following = cut.units[stop][0] if stop < len(cut.units) else len(cut.text)
        start = segment.start if begin == 0 else cut.time_at(first)
        end = segment.end if stop == len(cut.units) else cut.time_at(following)
        words = segment.words[bisect_left(places, first) : bisect_left(places, following)]
        if words and words[-1].end is not None and end is not None and stop < len(cut.units):
            end = max(words[-1].start, min(end, words[-1].end))
        cues.append(
            replace(
                segment,
                text=cut.text[first:last],
                start=start,
                end=end,
                words=words,
                paragraph=segment.paragraph and begin == 0,
            )
        )
        begin = stop
    return cues


def _prepared(segment: Segment, max_chars: int) -> tuple[_Cut, list[int]]:
    """The segment as a `_Cut`, and where in its text each of its words stands, ascending."""
    text = " ".join(segment.text.split())
    units: list[tuple[int, int]] = []
    for match in _UNIT.finditer(text):
        units.extend(_parts(match.start(), match[0], max_chars))
    places = _places(text, segment.words)
    offsets, times = _anchors(segment, places, len(text))
    return _Cut(text, units, offsets, times), places


def _anchors(segment: Segment, places: Sequence[int], length: int) -> tuple[list[int], list[float]]:
    """Places in the text whose times are known, both ascending: its start, its words, its end."""
    if segment.start is None:
        return [], []
    offsets, times = [0], [segment.start]
    for word, place in zip(segment.words, places, strict=True):
        if place > offsets[-1] and word.start >= times[-1]:
            offsets.append(place)
            times.append(word.start)
    if segment.end is not None and segment.end >= times[-1]:
        offsets.append(length)
        times.append(segment.end)
    return offsets, times


def _parts(start: int, token: str, max_chars: int) -> list[tuple[int, int]]:
    """A token as one unit, or, where it is long (scripts without spaces, addresses), as many short ones."""
    if len(token) <= max_chars // 3:
        return [(start, start + len(token))]
    return [(start + index, start + index + 1) for index in range(len(token))]


def _places(text: str, words: Sequence[Word]) -> list[int]:
    places: list[int] = []
    position = 0
    for word in words:
        found = text.find(word.text, position, position + len(word.text) + 200)
        places.append(position if found < 0 else found)
        position = position if found < 0 else found + len(word.text)
    return places


def _best_breaks(cut: _Cut, max_chars: int, max_seconds: float) -> list[int]:
    """Where the pieces end, as counts of units: the division with the least cost, by dynamic programming.

    A piece costs the square of how far its length is from the even share, and what its last break costs.
    """
    units = cut.units
    lasts = cut.times[-1] - cut.times[0] if len(cut.times) > 1 else 0.0
    pieces = max(ceil(len(cut.text) / max_chars), ceil(lasts / max_seconds), 1)
    target = max(len(cut.text) / pieces, 1.0)
    starts = [cut.time_at(unit[0]) for unit in units] + [cut.time_at(len(cut.text))]
    best = [0.0] + [float("inf")] * len(units)
    previous = [0] * (len(units) + 1)
    for stop in range(1, len(units) + 1):
        penalty = 0.0 if stop == len(units) else _break_cost(cut.text, units[stop - 1], units[stop])
        for begin in range(stop - 1, -1, -1):
            length = units[stop - 1][1] - units[begin][0]
            began, ended = starts[begin], starts[stop]
            too_long = began is not None and ended is not None and ended - began > max_seconds + 0.001
            if begin < stop - 1 and (length > max_chars or too_long):
                break
            cost = best[begin] + ((length - target) / target) ** 2 + penalty
            if cost < best[stop]:
                best[stop], previous[stop] = cost, begin
    breaks: list[int] = []
    stop = len(units)
    while stop:
        breaks.append(stop)
        stop = previous[stop]
    return breaks[::-1]


def _break_cost(text: str, before: tuple[int, int], after: tuple[int, int]) -> float:
    token = text[before[0] : before[1]]
    if _CLAUSE_END.search(token):
        return 0.0
    if before[1] == after[0] and text[before[1] - 1].isalnum() and text[after[0]].isascii():
        return 1.5
    return _AFTER_LEANING if token.lower() in _LEANING else _MID_CLAUSE
