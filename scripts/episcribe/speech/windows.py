"""What a Whisper model hears at once: up to thirty seconds of speech, begun and ended in silences."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from episcribe.speech.activity import Stretch
from episcribe.speech.audio import RATE

WINDOW = 30 * RATE
# Silences longer than this are shortened to what is left around the speech.
_LONG_SILENCE = 2 * RATE
_MARGIN = 2 * RATE // 5
# From here on a window ends in the longest silence there is.
_EARLIEST_END = 20 * RATE


class Window(NamedTuple):
    """The parts of a recording that are heard in one go, in order; together no more than thirty seconds."""

    parts: tuple[Stretch, ...]

    def locate(self, start: float, end: float) -> tuple[float, float]:
        """Seconds within the window's own sound as seconds of the recording, both within one part."""
        middle = (start + end) / 2 * RATE
        before = 0
        for part in self.parts:
            length = part.end - part.start
            if middle < before + length or part is self.parts[-1]:
                shift = (part.start - before) / RATE
                low, high = part.start / RATE, part.end / RATE
                return min(max(start + shift, low), high), min(max(end + shift, low), high)
            before += length
        return start, end


def plan_windows(speech: Sequence[Stretch], length: int, quietest: Callable[[int, int], int]) -> list[Window]:
    """Windows that hold all of `speech` once, in order, of a recording of `length` samples.

    `quietest` names the sample between two at which a stretch that has no silence is best cut.
    """
    whole = list(_cut_long(speech, quietest))
    windows = []
    first = 0
    while first < len(whole):
        last = _last_of_window(whole, first)
        windows.append(_window(whole, first, last, length))
        first = last + 1
    return windows


def _cut_long(speech: Sequence[Stretch], quietest: Callable[[int, int], int]) -> Iterator[Stretch]:
    most = WINDOW - 2 * _MARGIN
    for start, end in speech:
        begin = start
        while end - begin > most:
            cut = quietest(begin + most // 2, begin + most)
            yield Stretch(begin, cut)
            begin = cut
        yield Stretch(begin, end)


def _last_of_window(speech: Sequence[Stretch], first: int) -> int:
    """The index of the last stretch that goes into the window which begins with `first`."""
    size = speech[first].end - speech[first].start
    best, longest = first, -1
    for index in range(first, len(speech) - 1):
        gap = speech[index + 1].start - speech[index].end
        if size < _EARLIEST_END or gap >= longest:
            best, longest = index, gap
        size += min(gap, 2 * _MARGIN if gap > _LONG_SILENCE else gap)
        size += speech[index + 1].end - speech[index + 1].start
        if size > WINDOW - 2 * _MARGIN:
            return best
    return len(speech) - 1


def _window(speech: Sequence[Stretch], first: int, last: int, length: int) -> Window:
    parts: list[Stretch] = []
    for index in range(first, last + 1):
        start, end = speech[index]
        before = start - speech[index - 1].end if index else start
        after = speech[index + 1].start - end if index + 1 < len(speech) else length - end
        low, high = start - _room(before, index == 0), end + _room(after, index + 1 == len(speech))
        if parts and before <= _LONG_SILENCE and index > first:
            parts[-1] = Stretch(parts[-1].start, high)
        else:
            parts.append(Stretch(low, high))
    return Window(tuple(parts))


def _room(gap: int, at_the_edge: bool) -> int:
    """How much of a silence belongs to the speech beside it: half at most, all at the recording's edge."""
    return max(0, min(_MARGIN, gap if at_the_edge else gap // 2))
