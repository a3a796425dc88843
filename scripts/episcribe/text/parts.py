"""Taking cues apart: every turn of a speaker, every sound and song, a piece of its own."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from episcribe.library.transcript import Word
from episcribe.text.annotations import (
    Part,
    after_dash,
    bracket_names,
    has_turn_marks,
    split_sounds,
    split_turns,
)
from episcribe.text.pieces import Piece, join_lines, place_words

_MAY_HOLD_SOUND = re.compile(r"[\[(（［【*♪♫♩♬🎵🎶#]")
_STOP = re.compile("[.!?]")
_ENDS_SENTENCE = re.compile(r"[.!?…。！？؟।][\"'”’»)\]]*$")

Placed = list[tuple[int, Word]] | None


def split_pieces(pieces: Sequence[Piece]) -> list[Piece]:
    """`pieces` with turns, sounds and songs apart, names of speakers taken off the text and carried on.

    A name that stands in the text itself (`>> ANNA: …`) holds until the next mark of a turn or name; one in
    brackets, which says who is heard but not seen, until the end of its sentence.
    Unclear speech inside a sentence leaves an ellipsis in it.
    """
    _close_brackets(pieces)
    names = bracket_names([piece.text for piece in pieces if piece.text[:1] in "[-–" and not piece.sound])
    split: list[Piece] = []
    carried: str | None = None
    given: str | None = None
    briefly = lone_mark = False
    for piece in pieces:
        if not piece.text.strip("-–—‐ \n>"):
            lone_mark = lone_mark or bool(piece.text)
            continue
        if piece.sound:
            split.append(replace(piece, text=join_lines(piece.text), words=()))
            continue
        if piece.speaker != given or piece.paragraph:
            given, carried = piece.speaker, None
        piece.turn, lone_mark = piece.turn or lone_mark, False
        for part, bracketed in _turns(piece, names):
            if part.speaker != piece.speaker:
                carried, briefly = part.speaker, bracketed
            elif part.turn:
                carried = None
            elif carried is not None:
                part.speaker = carried
            if briefly and _ENDS_SENTENCE.search(part.text):
                carried = None
            split += _sounds(part)
    return split


def _close_brackets(pieces: Sequence[Piece]) -> None:
    """Put the rest of a bracket that the next cue closes (`[pen` / `drops] So.`) where it was opened."""
    for piece, following in pairwise(pieces):
        opened = piece.text.rfind("[")
        if opened < 0 or "]" in piece.text[opened:] or piece.sound or following.sound:
            continue
        closed = following.text.find("]") + 1
        if _STOP.search(piece.text, opened):
            continue
        if closed and closed + len(piece.text) - opened <= 80 and "[" not in following.text[:closed]:
            piece.text += f"\n{following.text[:closed]}"
            count = len(following.text[:closed].split())
            piece.words += following.words[:count] if piece.words else ()
            following.text = following.text[closed:].lstrip()
            following.words = following.words[count:]


def _turns(piece: Piece, names: frozenset[str]) -> Iterator[tuple[Piece, bool]]:
    if not has_turn_marks(piece.text):
        yield piece, False
        return
    turns = split_turns(piece.text, names, dashes=piece.speaker is None)
    if not turns:
        return
    placed = place_words(piece.text, piece.words) if piece.words else None
    ends = [turn.start for turn in turns[1:]] + [len(piece.text)]
    for index, (turn, end) in enumerate(zip(turns, ends, strict=True)):
        part = _part(piece, placed, (turn.start if index else 0, end), turn.text.strip())
        part.speaker = turn.speaker or (None if turn.marked and index else piece.speaker)
        part.turn = turn.marked or turn.speaker is not None or piece.turn
        part.paragraph = piece.paragraph and index == 0
        yield part, turn.bracketed


def _sounds(piece: Piece) -> Iterator[Piece]:
    if not _MAY_HOLD_SOUND.search(piece.text):
        yield piece
        return
    parts = split_sounds(piece.text)
    if len(parts) == 1 and parts[0].kind == "speech":
        yield piece
        return
    placed = place_words(piece.text, piece.words) if piece.words else None
    first = True
    for index, part in enumerate(parts):
        text = _with_ellipsis(parts, index) if part.kind == "speech" else " ".join(part.text.split())
        new = _part(piece, placed, (part.start, part.end), text)
        new.sound = part.kind != "speech"
        new.words = () if new.sound else new.words
        new.turn, new.paragraph = piece.turn and first, piece.paragraph and first
        if index and not new.sound and new.speaker is None and (spoken := after_dash(new.text)):
            new.text, new.turn = spoken, True
        if not new.sound:
            first = False
        if new.text:
            yield new


def _with_ellipsis(parts: Sequence[Part], index: int) -> str:
    """The text of a part; with an ellipsis where unclear speech interrupts its sentence."""
    text = parts[index].text.strip()
    before = parts[index - 1] if index else None
    after = parts[index + 1] if index + 1 < len(parts) else None
    if after and after.kind == "unclear" and not _ENDS_SENTENCE.search(text):
        return f"{text} …"
    if before and before.kind == "unclear" and index == 1 and text[:1].islower():
        return f"… {text}"
    return text


def _part(piece: Piece, placed: Placed, span: tuple[int, int], text: str) -> Piece:
    """The piece for `piece.text[span]`, with its share of the time and its words."""
    low, high = span
    words = tuple(word for place, word in placed or () if low <= place < high)
    start, end = _time_at(piece, placed, low), _time_at(piece, placed, high)
    if words and text:
        kept = [word for word in words if word.text in text or word.text.strip("[]()♪*") in text]
        words = tuple(kept)
    return replace(piece, text=text, start=start, end=end, words=words)


def _time_at(piece: Piece, placed: Placed, place: int) -> float | None:
    if place <= 0 or piece.start is None or piece.end is None:
        return piece.start
    if place >= len(piece.text):
        return piece.end
    if placed:
        return next((word.start for at, word in placed if at >= place), piece.end)
    return round(piece.start + (piece.end - piece.start) * place / len(piece.text), 3)
