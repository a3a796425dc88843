"""What cleaning works on: the cues of a transcript as they are taken apart, and where their words stand."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from episcribe.library.transcript import Segment, Word
from episcribe.text.markup import clean_markup

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
UNSPACED = re.compile(f"[{_UNSPACED}]")
_UNSPACED_EDGE = re.compile(f"[{_UNSPACED}\u3001-\u3003\u3008-\u3011\u3014-\u301b\uff01-\uff0f\uff1a-\uff20]")
_CLOSING = re.compile(r"(?!\.\.)[.,!?;:%’”»)\]}。，、！？；：]+$")
_TOKEN = re.compile(r"\S+")
_PLAIN = re.compile(r"[\w .,!?';:\"-]*")


@dataclass(slots=True)
class Piece:
    """A stretch of a source segment: all of it at first, a part of it later.

    `source` is the index of that segment. `turn` says that another speaker, known or not, begins here;
    `paragraph` that the source begins a paragraph here. `sound` as the segments' kind "sound".
    """

    text: str
    start: float | None
    end: float | None
    speaker: str | None
    words: tuple[Word, ...]
    source: int
    sound: bool = False
    turn: bool = False
    paragraph: bool = False


def pieces_of(segments: Iterable[Segment]) -> list[Piece]:
    """One piece for each segment that holds text, its markup gone; of empty ones the paragraph marks stay."""
    pieces = []
    paragraph = False
    for index, segment in enumerate(segments):
        paragraph = paragraph or segment.paragraph
        text = clean_markup(segment.text)
        if not text:
            continue
        words = _clean_words(segment.words) if segment.words else ()
        speaker = clean_markup(segment.speaker).replace("\n", " ") or None if segment.speaker else None
        sound = segment.kind == "sound"
        pieces.append(
            Piece(
                text,
                segment.start,
                segment.end,
                speaker,
                words,
                index,
                sound,
                paragraph=paragraph and not sound,
            )
        )
        paragraph = paragraph and sound
    return pieces


def join_lines(text: str) -> str:
    """`text` on one line; lines of a script without spaces join without one."""
    if "\n" not in text:
        return text
    lines = text.split("\n")
    joined = lines[0]
    for line in lines[1:]:
        joined += separator(joined, line) + line
    return joined


def separator(before: str, after: str) -> str:
    """What stands between two texts that are joined: a space, or nothing where none is written."""
    if not before or not after or before[-1] == " ":
        return ""
    if _CLOSING.match(after):
        return ""
    if after[0].isascii() or before[-1].isascii():
        return " "
    return "" if _UNSPACED_EDGE.match(after[0]) and _UNSPACED_EDGE.match(before[-1]) else " "


def place_words(text: str, words: Sequence[Word]) -> list[tuple[int, Word]] | None:
    """Where each of `words` stands in `text`, in order; None when they do not tell most of the text.

    The places cut the text: what a word's place begins ends at the next, so that the texts of the words
    together are the text. Text between two words that neither tells goes to words of its own, with times
    between.
    """
    found: list[tuple[int, Word]] = []
    at = told = 0
    for word in words:
        place = text.find(word.text, at) if word.text else -1
        if 0 <= place <= at + 80:
            found.append((place, word))
            told += len(word.text)
            at = place + len(word.text)
    if not found or told < 0.7 * len(text.replace(" ", "")):
        return None
    return _with_gaps_told(text, found)


def merge_word_segments(pieces: list[Piece]) -> list[Piece]:
    """Pieces of one word each, as some exporters write them, gathered to runs that keep the words' times.

    A file counts as such when at least 20 pieces have times and most of them hold one word at most.
    """
    speech = [piece for piece in pieces if not piece.sound]
    single = sum(" " not in piece.text and "\n" not in piece.text for piece in speech)
    if len(speech) < 20 or single < 0.8 * len(speech) or UNSPACED.search(speech[0].text):
        return pieces
    if any(piece.start is None for piece in speech):
        return pieces
    merged: list[Piece] = []
    for piece in pieces:
        last = merged[-1] if merged else None
        if piece.sound or last is None or not _continues(last, piece):
            merged.append(piece if piece.sound else replace(piece, words=_own_words(piece)))
            continue
        between = separator(last.text, piece.text)
        if between:
            last.words = (*last.words, *_own_words(piece))
        elif last.words:
            last.words = (*last.words[:-1], replace(last.words[-1], text=last.words[-1].text + piece.text))
        last.text += between + piece.text
        last.end = max(last.end or 0.0, piece.end or 0.0) or None
    return merged


def _own_words(piece: Piece) -> tuple[Word, ...]:
    if piece.words or piece.start is None:
        return piece.words
    tokens = piece.text.split()
    end = piece.end if len(tokens) == 1 else None
    return tuple(Word(token, piece.start, end) for token in tokens)


def _continues(last: Piece, piece: Piece) -> bool:
    if last.sound or piece.turn or piece.paragraph or last.speaker != piece.speaker or len(last.words) > 15:
        return False
    gap = (piece.start or 0.0) - (last.end if last.end is not None else last.start or 0.0)
    return -0.5 <= gap <= 0.8


def _clean_words(words: tuple[Word, ...]) -> tuple[Word, ...]:
    joined = " ".join([word.text for word in words])
    if joined.isascii() and _PLAIN.fullmatch(joined) and len(joined.split()) == len(words):
        return words
    cleaned = (Word(clean_markup(word.text).replace("\n", " "), word.start, word.end) for word in words)
    return tuple(word for word in cleaned if word.text)


def _with_gaps_told(text: str, found: list[tuple[int, Word]]) -> list[tuple[int, Word]]:
    placed: list[tuple[int, Word]] = []
    edges = [place for place, _ in found[1:]] + [len(text)]
    if found[0][0] > 0:
        found[0] = (0, found[0][1])
    for (place, word), edge in zip(found, edges, strict=True):
        told = text[place:edge].strip()
        if told == word.text:
            placed.append((place, word))
        elif " " not in told or UNSPACED.search(told):
            placed.append((place, Word(told, word.start, word.end)))
        else:
            following = found[len(placed)][1].start if len(placed) < len(found) else None
            placed += _shared(text, place, edge, word, following)
    return placed


def _shared(text: str, place: int, edge: int, word: Word, following: float | None) -> list[tuple[int, Word]]:
    end = word.end if word.end is not None else following
    tokens = list(_TOKEN.finditer(text, place, edge))
    span = max(0.0, (end if end is not None else word.start) - word.start)
    starts = [round(word.start + span * (match.start() - place) / (edge - place), 3) for match in tokens]
    ends = [*starts[1:], word.end]
    return [
        (match.start(), Word(match[0], start, stop))
        for match, start, stop in zip(tokens, starts, ends, strict=True)
    ]
