"""Which sentences begin a paragraph: where the source says so, the speaker changes, or a long pause falls."""

from collections.abc import Sequence
from dataclasses import dataclass

_SHORTEST_PAUSE = 1.5
_LONGEST_NEEDED = 4.0
_WORDS_BEFORE_PAUSE = 25
_FULL = 120
_MOST = 160
_MOST_OF_SOURCE = 250


@dataclass(slots=True)
class Unit:
    """A sentence as paragraphs see it: its words, the silence before it, and what is known of its beginning.

    `forced`: a paragraph begins here in any case. `firm`: one may begin here; a sentence cut out of a longer
    run of words is not firm.
    """

    words: float
    gap: float
    forced: bool
    firm: bool


def mark_paragraphs(units: Sequence[Unit], *, own: bool) -> list[bool]:
    """For each sentence whether it begins a paragraph; the first one does.

    `own` says that the source has paragraphs: these stand, and only one of more than 250 words is divided.
    Else a pause that is long for this file begins one when the last has 25 words, and no paragraph
    grows beyond about 160 words.
    """
    long_pause = _long_pause(units)
    marks = []
    words = 0.0
    following = _runs_of_firm(units)
    for index, unit in enumerate(units):
        begins = index == 0 or unit.forced
        if not begins and unit.firm:
            most = _MOST_OF_SOURCE if own else _MOST
            begins = words + following[index] > most
            if not own and not begins:
                begins = words >= _WORDS_BEFORE_PAUSE and unit.gap >= long_pause
                begins = begins or (words >= _FULL and unit.gap >= long_pause / 2)
        words = unit.words if begins else words + unit.words
        marks.append(begins)
    return marks


def _long_pause(units: Sequence[Unit]) -> float:
    """A pause that is long for this file: three times its median pause, within 1.5 and 4 seconds."""
    gaps = sorted(unit.gap for unit in units if unit.firm and unit.gap > 0.2)
    if not gaps:
        return _SHORTEST_PAUSE
    return min(_LONGEST_NEEDED, max(_SHORTEST_PAUSE, 3 * gaps[len(gaps) // 2]))


def _runs_of_firm(units: Sequence[Unit]) -> list[float]:
    """For each sentence the words from it to the next place where a paragraph may begin."""
    runs = [0.0] * len(units)
    run = 0.0
    for index in range(len(units) - 1, -1, -1):
        run += units[index].words
        runs[index] = run
        if units[index].firm or units[index].forced:
            run = 0.0
    return runs
