"""Cutting what has no full stops (automatic captions) or too few, at pauses and where clauses begin."""

import re
from collections.abc import Mapping, Set
from typing import NamedTuple

from episcribe.text.pieces import UNSPACED

_TOKEN = re.compile(r"\S+")
_UNSPACED_CUT = re.compile(r"(?<=[、，,；;：])|\s+")
_UNSPACED_UNIT = 1.7


class Size(NamedTuple):
    """Words of a part: at least, best, at most."""

    least: int
    best: int
    most: int


SENTENCE = Size(9, 18, 28)
LONG_SENTENCE = Size(25, 45, 70)
PARAGRAPH = Size(80, 110, 150)

_STRONG_STARTERS = frozenset(
    """
    and but so because then well okay ok now also however anyway plus yeah yes alright basically actually
    und aber denn also dann weil oder doch ja nein et mais donc alors parce puis car y pero entonces porque
    pues así luego e mas então porque ma quindi allora perché poi poiché en maar want dus omdat ale bo więc
    oraz а но и потому затем значит och men så
    """.split()
)
_WEAK_STARTERS = frozenset(
    """
    i we you they he she it that this there these what when where who how why if which while although since
    let i'm we're you're it's that's there's ich wir sie er es das wenn wie was je nous vous ils il elle on
    ce si quand yo nosotros ellos si cuando eu nós eles ele quando se io noi loro ik wij ze als wanneer я мы
    вы они он она это если когда jag vi de det om när
    """.split()
)
_CLINGING = frozenset(
    """
    the a an of to in on at for with from by and or but so if my your
    his her our their is are was were be been am i we he she they not very really as than into about which who
    because can could will would should have has had do does did don't i'm it's that's we're you're like
    just more most der die das ein eine einen einem einer dem den des zu von mit und oder im am zum zur
    nicht sehr ist sind ich wir sie le la les un une de du des à au aux et ou en dans pour avec par sur que
    qui ne pas est sont el los las una del al y o con por para en que no es son su mi o os as um uma do da
    dos das em e com por não il lo gli i uno di del della a al in con su per e o che non è sono het een van
    met voor op te niet is zijn i w z na do o się nie jest to и в на с по не что это
    """.split()
)


class _Cut(NamedTuple):
    place: int
    units: float
    score: float


def cut_long(
    text: str, span: tuple[int, int], size: Size, gaps: Mapping[int, float], breaks: Set[int]
) -> list[tuple[int, int]]:
    """`span` of `text` cut to parts of about `size` words, never inside a word.

    `gaps` holds the silence before a place in seconds, `breaks` the places where the source begins a cue.
    From left to right, each cut is the best within reach: after punctuation, at a pause, before a word that
    begins clauses, not after one that clings to the next. A cut stays where it is when the parts are cut
    again: nothing that spoke for another place is left, and the cut itself is a break of the source.
    """
    start, end = span
    cuts = _candidates(text, start, end, gaps, breaks)
    total = cuts[-1].units if cuts else 0.0
    parts = []
    first = 0
    done = 0.0
    while total - done > size.most:
        chosen, first = _best(cuts, first, done, total, size)
        if chosen is None:
            break
        parts.append((start, chosen.place))
        start = chosen.place
        done = chosen.units
    parts.append((start, end))
    return [(low, low + len(text[low:high].rstrip())) for low, high in parts]


def count_units(text: str) -> float:
    """The length of `text` in words; in scripts without spaces, as many as its characters amount to."""
    if UNSPACED.search(text):
        unspaced = len(UNSPACED.findall(text))
        return unspaced / _UNSPACED_UNIT + len(UNSPACED.sub(" ", text).split())
    return float(len(text.split()))


def _best(cuts: list[_Cut], first: int, done: float, total: float, size: Size) -> tuple[_Cut | None, int]:
    """The best cut between the least and the most words after `done`, or the nearest one to them."""
    best: _Cut | None = None
    best_score = 0.0
    while first < len(cuts) and cuts[first].units - done < size.least:
        first += 1
    index = first
    while index < len(cuts) - 1:
        cut = cuts[index]
        units = cut.units - done
        if (units > size.most and best is not None) or total - cut.units < size.least / 2:
            break
        score = cut.score - abs(units - size.best) / size.best * 2.5
        if best is None or score > best_score:
            best, best_score = cut, score
        index += 1
    return best, first


def _candidates(text: str, start: int, end: int, gaps: Mapping[int, float], breaks: Set[int]) -> list[_Cut]:
    """Where `text[start:end]` could be cut, the words before each place, what speaks for it."""
    if UNSPACED.search(text, start, end):
        return _unspaced_candidates(text, start, end, gaps, breaks)
    cuts = []
    before = ""
    for count, match in enumerate(_TOKEN.finditer(text, start, end)):
        word = match[0]
        place = match.start()
        if count and word.strip("-–—‐"):
            cuts.append(_Cut(place, count, _score(before, word, gaps.get(place, 0.0), place in breaks)))
        before = word
    return [*cuts, _Cut(end, len(cuts) + 1, 0.0)]


def _unspaced_candidates(
    text: str, start: int, end: int, gaps: Mapping[int, float], breaks: Set[int]
) -> list[_Cut]:
    places = {match.end() for match in _UNSPACED_CUT.finditer(text, start, end)}
    places |= {place for place in breaks if start < place < end}
    places |= {place for place in gaps if start < place < end}
    cuts = []
    done, units = start, 0.0
    for place in sorted(places - {start, end}):
        units += count_units(text[done:place])
        done = place
        mark = text[:place].rstrip()[-1:] if place < 2 else text[place - 2 : place].rstrip()[-1:]
        cuts.append(_Cut(place, units, _score(mark, "", gaps.get(place, 0.0), place in breaks)))
    return [*cuts, _Cut(end, units + count_units(text[done:end]), 0.0)]


def _score(before: str, word: str, gap: float, is_break: bool) -> float:
    score = 3.0 * min(gap, 1.5) + (0.4 if is_break else 0.0)
    last = before[-1:]
    if last in ",，、":
        score += 1.6
    elif last in ";；:：.!?。！？…–—-" and last:
        score += 2.5
    folded = word.casefold().strip(".,;:!?\"'“”")
    if folded in _STRONG_STARTERS:
        score += 2.0
    elif folded in _WEAK_STARTERS:
        score += 0.9
    if before.casefold() in _CLINGING:
        score -= 3.0
    return score
