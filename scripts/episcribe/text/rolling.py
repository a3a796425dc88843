"""Rolling captions: cues that show again what the cue before them showed, told as the words that were spoken.

Automatic and live captions repeat: the last line of a cue is the first of the next (roll-up), a cue grows
word by word (paint-on), a still of a line stands for 10 ms between two cues. People repeat themselves as
well. What tells them apart is the pattern: in a stretch of rolling captions most cues begin with what the
one before ended with, line by line; a chorus or a "no, no" does so here and there, and takes its time.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from episcribe.text.pieces import UNSPACED, Piece

_TOKEN = re.compile(rf"\[[^\[\]\n]{{1,60}}\]|{UNSPACED.pattern}|[^\s\[]+|\[")
_PUNCTUATION = dict.fromkeys(map(ord, '.,!?;:"“”„«»…。，、！？；：()—–'))
_MAX_TOKENS = 200
_CLEARED_AFTER = 3.0
_FASTEST_WORD = 0.12
_STILL = 0.05
_NEIGHBOURS = 5
# Without times only long overlaps speak for rolling.
_FEWEST_UNTIMED = 4


@dataclass(slots=True)
class _Shown:
    """A cue as it stood on the screen: its tokens (as written, and folded), lines, and what of it is old."""

    raw: list[str]
    keys: list[str]
    lines: tuple[int, ...]
    old: int = 0
    weight: float | None = 0.0
    revises: int = 0


def collapse_rolling(pieces: list[Piece]) -> list[Piece]:
    """`pieces` without what rolling captions show again; all others as they are.

    Times of what is left: a cue's own, its end no later than the next one's start. Words keep their times.
    """
    pieces = _without_twins(pieces)
    if len(pieces) < 3:
        return pieces
    shown = _compare(pieces)
    rolling = _stretches(shown, least=1.5 if pieces[0].start is not None else 6.0)
    if not any(rolling):
        return _clip_overlaps(pieces)
    kept: list[Piece] = []
    for index, (piece, cue) in enumerate(zip(pieces, shown, strict=True)):
        if not rolling[index] or cue is None:
            kept.append(piece)
        elif cue.old < len(cue.raw) or cue.revises:
            _append(kept, _new_part(piece, cue), cue)
        elif kept:
            _reword(kept[-1], cue)
    return _clip_overlaps(kept, all_of_them=True)


def _without_twins(pieces: list[Piece]) -> list[Piece]:
    """Without cues that say the same as the one before them at the same time."""
    kept: list[Piece] = []
    for piece in pieces:
        last = kept[-1] if kept else None
        if (
            last is None
            or piece.start is None
            or piece.end is None
            or piece.end <= piece.start
            or (piece.start, piece.end, piece.text, piece.sound)
            != (last.start, last.end, last.text, last.sound)
        ):
            kept.append(piece)
    return kept


def _compare(pieces: Sequence[Piece]) -> list[_Shown | None]:
    """Each cue compared with the one before it; None where its first word alone tells them apart."""
    shown: list[_Shown | None] = [None]
    before: _Shown | None = None
    previous_text = _shown_text(pieces[0]).casefold()
    for last, piece in pairwise(pieces):
        text = _shown_text(piece)
        folded = text.casefold()
        cue = None
        if _is_near(last, piece) and _first_word(folded) in previous_text:
            before = before or _tokenise(_shown_text(last))
            cue = _tokenise(text)
            _weigh(before, cue, piece)
        shown.append(cue)
        before = cue
        previous_text = folded
    return shown


def _shown_text(piece: Piece) -> str:
    return f"[{piece.text}]" if piece.sound else piece.text


def _first_word(folded: str) -> str:
    if UNSPACED.match(folded):
        return folded[0]
    return folded[:60].split(None, 1)[0].translate(_PUNCTUATION) if folded[0] != "[" else folded[:4]


def _is_near(last: Piece, piece: Piece) -> bool:
    if last.start is None or piece.start is None:
        return last.start is None and piece.start is None
    end = last.end if last.end is not None else last.start
    return piece.start - end <= _CLEARED_AFTER and piece.start >= last.start


def _tokenise(text: str) -> _Shown:
    if "[" in text or not text.isascii():
        raw = _TOKEN.findall(text)
        lines = tuple(len(_TOKEN.findall(line)) for line in text.split("\n"))
        keys = [token.casefold().translate(_PUNCTUATION) or token for token in raw]
        return _Shown(raw, keys, lines)
    raw = text.split()
    keys = text.casefold().translate(_PUNCTUATION).split()
    if len(keys) != len(raw):
        keys = [token.casefold().translate(_PUNCTUATION) or token for token in raw]
    lines = tuple(len(line.split()) for line in text.split("\n")) if "\n" in text else (len(raw),)
    return _Shown(raw, keys, lines)


def _weigh(before: _Shown, cue: _Shown, piece: Piece) -> None:
    """Set what of `cue` is old, and how much that speaks for rolling (None: neither for nor against)."""
    size = len(cue.keys)
    lengths = _overlaps(before.keys, cue.keys)
    if piece.start is None:
        lengths = [length for length in lengths if len(set(cue.keys[:length])) >= _FEWEST_UNTIMED]
    still = _is_still(piece, size)
    cue.old = _choose(lengths, before, size, still)
    if not cue.old:
        cue.revises = _revised(before.keys, cue.keys) if piece.start is not None else 0
        cue.weight = 0.7 if cue.revises else 0.0
        if cue.revises:
            cue.old = len(before.keys) - cue.revises
    elif still and cue.old == size:
        cue.weight = 1.0
    elif cue.keys == before.keys:
        cue.weight = None
    else:
        cue.weight = _overlap_weight(before, cue)


def _overlap_weight(before: _Shown, cue: _Shown) -> float:
    if cue.old == 1:
        return 0.5
    if len(set(cue.keys[: cue.old])) == 1:
        return 0.3
    if cue.old == len(cue.keys):
        return 0.4
    return 1.0 if cue.old in _aligned(before) else 0.7


def _overlaps(before: list[str], after: list[str]) -> list[int]:
    """Every n for which the last n of `before` are the first n of `after`, the largest first."""
    tail = before[-_MAX_TOKENS:]
    head = after[:_MAX_TOKENS]
    first = head[0]
    found = []
    start = max(0, len(tail) - len(head))
    for _ in range(tail[start:].count(first)):
        start = tail.index(first, start)
        if tail[start:] == head[: len(tail) - start]:
            found.append(len(tail) - start)
        start += 1
    return found


def _is_still(piece: Piece, size: int) -> bool:
    """True when the cue is too short for its words to be said in it."""
    if piece.start is None or piece.end is None or piece.end <= piece.start:
        return False
    return piece.end - piece.start < (_FASTEST_WORD * size if size > 2 else _STILL)


def _aligned(cue: _Shown) -> set[int]:
    """The lengths of tails of `cue` that begin where a line begins, or what was new in it if it was much."""
    size = len(cue.keys)
    new = size - cue.old
    lengths = {size, new} if new * 4 > size else {size}
    total = 0
    for line in reversed(cue.lines):
        total += line
        lengths.add(total)
    # A name at the head of a cue is the speaker when it is read, in the middle of one it is text.
    lengths |= {size - place for place, token in enumerate(cue.raw, start=1) if token[-1] == ":"}
    return lengths


def _choose(lengths: list[int], before: _Shown, size: int, still: bool) -> int:
    """How many tokens of the cue are old: whole lines where the overlap allows it, else a long overlap."""
    if not lengths:
        return 0
    aligned = _aligned(before)
    partial = [length for length in lengths if length in aligned and length < size]
    if size in lengths and (still or not partial):
        return size
    if partial:
        return partial[0]
    longest = lengths[0]
    return longest if longest >= 3 and longest * 3 >= min(len(before.keys), size) else 0


def _revised(before: list[str], after: list[str]) -> int:
    """How many tokens at the end of `before` stand otherwise in `after`, which repeats all before them."""
    same = 0
    for old, new in zip(before, after, strict=False):
        if old != new:
            break
        same += 1
    tail = len(before) - same
    return tail if same >= 3 and 0 < tail <= 3 and same * 10 >= 6 * len(before) and len(after) > same else 0


def _stretches(shown: Sequence[_Shown | None], *, least: float) -> list[bool]:
    """Which cues stand in a stretch that rolls: most of their neighbours do, weighing `least` at least."""
    weights = [0.0 if cue is None else cue.weight for cue in shown]
    weights[0] = None
    counted = [weight is not None for weight in weights]
    total, number = sum(weight or 0.0 for weight in weights), sum(counted)
    if total >= least and total >= 0.5 * number:
        return [True] * len(weights)
    sums, counts = [0.0], [0]
    for weight, counts_too in zip(weights, counted, strict=True):
        sums.append(sums[-1] + (weight or 0.0))
        counts.append(counts[-1] + counts_too)
    result = []
    for index in range(len(weights)):
        low, high = max(0, index - _NEIGHBOURS), min(len(weights), index + _NEIGHBOURS + 1)
        evidence, near = sums[high] - sums[low], counts[high] - counts[low]
        result.append(evidence >= least + 1 and evidence >= 0.55 * near)
    return result


def _new_part(piece: Piece, cue: _Shown) -> Piece:
    left = len(cue.raw) - cue.old
    if not cue.old:
        return piece
    words = piece.words[-left:] if piece.words else ()
    return Piece(
        _after_tokens(piece, cue.old),
        piece.start,
        piece.end,
        piece.speaker,
        words,
        piece.source,
        turn=piece.turn,
        paragraph=piece.paragraph,
    )


def _after_tokens(piece: Piece, count: int) -> str:
    text = _shown_text(piece)
    if "[" not in text and text.isascii():
        return text.split(None, count)[count]
    for number, match in enumerate(_TOKEN.finditer(text)):
        if number == count:
            return text[match.start() :]
    return ""


def _append(kept: list[Piece], piece: Piece, cue: _Shown) -> None:
    if cue.revises and kept:
        tokens = kept[-1].text.split()
        if len(tokens) > cue.revises:
            kept[-1].text = " ".join(tokens[: -cue.revises])
            kept[-1].words = kept[-1].words[: -cue.revises]
        elif len(tokens) == cue.revises:
            kept.pop()
    if kept and cue.old and not cue.revises:
        _reword(kept[-1], cue)
    if piece.text:
        kept.append(piece)


def _reword(last: Piece, cue: _Shown) -> None:
    """Write the end of `last` as the newer cue has it, which may have capitals and commas by now."""
    tokens = last.text.split()
    newer = cue.raw[: cue.old][-len(tokens) :]
    if tokens[-len(newer) :] == newer or last.sound or UNSPACED.search(last.text):
        return
    count = len(newer)
    fold = [token.casefold().translate(_PUNCTUATION) for token in (*tokens[-count:], *newer)]
    if fold[:count] == fold[count:]:
        last.text = " ".join(tokens[:-count] + newer)


def _clip_overlaps(pieces: list[Piece], *, all_of_them: bool = False) -> list[Piece]:
    """Ends no later than the next start, where the ends are of the display: in most of a file's cues."""
    pairs = [
        (piece, following)
        for piece, following in pairwise([piece for piece in pieces if not piece.sound])
        if piece.end is not None
        and piece.start is not None
        and following.start is not None
        and piece.start < following.start < piece.end
    ]
    if all_of_them or len(pairs) > 0.3 * len(pieces):
        for piece, following in pairs:
            piece.end = following.start
    return pieces
