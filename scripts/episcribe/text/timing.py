"""Times for the pieces that the source gives none: between two that it gives, in proportion to the text."""

from collections.abc import Sequence

from episcribe.text.pieces import Piece

_CHARACTERS_A_SECOND = 15.0
_SLOWEST = 4.0


def fill_times(pieces: Sequence[Piece]) -> None:
    """Give every piece of a transcript that has some times a start and an end, in place.

    A transcript without any time keeps none. A stretch from one known start to the next is shared among its
    pieces by their length; at the ends, and where times run backwards, the file's own pace is taken. A
    stretch is not drawn out beyond four characters a second: what is left is silence, or an advertisement.
    """
    known = [index for index, piece in enumerate(pieces) if piece.start is not None]
    if not known or all(piece.start is not None and piece.end is not None for piece in pieces):
        return
    pace = _pace(pieces, known)
    if known[0] > 0:
        length = sum(_weight(piece) for piece in pieces[: known[0]])
        first = pieces[known[0]].start or 0.0
        _share(pieces[: known[0]], max(0.0, first - length / pace), first)
    for index, following in zip(known, [*known[1:], len(pieces)], strict=True):
        stretch = pieces[index:following]
        start = stretch[0].start or 0.0
        if len(stretch) == 1 and stretch[0].end is not None:
            continue
        length = sum(map(_weight, stretch))
        end = pieces[following].start if following < len(pieces) else None
        if stretch[0].end is not None and len(stretch) > 1:
            start, length, stretch = stretch[0].end, length - _weight(stretch[0]), stretch[1:]
        slowest = start + max(length / _SLOWEST, 2.0)
        if end is None or end < start:
            end = start + length / pace
        _share(stretch, start, min(end, slowest))


def _pace(pieces: Sequence[Piece], known: Sequence[int]) -> float:
    """Characters a second between the first and the last known start."""
    first, last = pieces[known[0]].start or 0.0, pieces[known[-1]].start or 0.0
    length = sum(_weight(piece) for piece in pieces[known[0] : known[-1]])
    if last - first < 10 or length == 0:
        return _CHARACTERS_A_SECOND
    return min(30.0, max(_SLOWEST, length / (last - first)))


def _weight(piece: Piece) -> int:
    return 0 if piece.sound else len(piece.text)


def _share(stretch: Sequence[Piece], start: float, end: float) -> None:
    total = sum(map(_weight, stretch)) or 1
    passed = 0
    for piece in stretch:
        piece.start = round(start + (end - start) * passed / total, 3)
        passed += _weight(piece)
        piece.end = round(start + (end - start) * passed / total, 3)
