"""Pieces of one speaker's turn joined to one text, in which every place has a time."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from episcribe.library.transcript import Word
from episcribe.text.pieces import Piece, join_lines, place_words, separator

# How long a word lasts at most when the source does not say it, or says only when the next one begins.
_LONGEST_WORD = 0.8
_LONGEST_PER_CHARACTER = 0.08


@dataclass(slots=True)
class Block:
    """A turn: its joined `text`, the places of its pieces and words in it, the pauses, the sounds between.

    `gaps` maps the place of a piece or word to the seconds of silence before it; `sounds` holds the place
    before which each sound was heard.
    """

    speaker: str | None
    source: int
    text: str = ""
    offsets: list[int] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    word_offsets: list[int] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    gaps: dict[int, float] = field(default_factory=dict)
    sounds: list[tuple[int, Piece]] = field(default_factory=list)
    worded: list[bool] = field(default_factory=list)

    def start_at(self, place: int) -> float | None:
        """Seconds at which the text from `place` on begins."""
        index = bisect_right(self.offsets, place) - 1
        piece = self.pieces[index]
        if self.worded[index]:
            at = bisect_right(self.word_offsets, place) - 1
            return self.words[at].start
        return _between(piece, place - self.offsets[index])

    def end_at(self, place: int) -> float | None:
        """Seconds at which the text before `place` ends."""
        index = bisect_right(self.offsets, place - 1) - 1
        piece = self.pieces[index]
        if self.worded[index]:
            return spoken_end(self.words[bisect_right(self.word_offsets, place - 1) - 1], piece.end)
        inside = place - self.offsets[index]
        if inside >= len(piece.text):
            return piece.end
        # The next sentence begins after the space: the two meet there, so that no pause appears between them.
        return _between(piece, inside + 1 if piece.text[inside] == " " else inside)

    def source_at(self, place: int) -> int:
        """The index of the source segment that the text at `place` comes from."""
        return self.pieces[bisect_right(self.offsets, place) - 1].source

    def words_between(self, start: int, end: int) -> tuple[Word, ...]:
        """The words of `text[start:end]` with their times; none unless all of them are known."""
        low, high = bisect_right(self.offsets, start) - 1, bisect_right(self.offsets, end - 1)
        if not all(self.worded[low:high]):
            return ()
        first, last = bisect_right(self.word_offsets, start) - 1, bisect_right(self.word_offsets, end - 1)
        found = self.words[first:last]
        if found and self.word_offsets[first] < start:
            found[0] = replace(found[0], text=found[0].text[start - self.word_offsets[first] :].strip())
        if (found and last < len(self.words)) or found:
            room = end - max(start, self.word_offsets[last - 1])
            if len(found[-1].text) > room:
                found[-1] = replace(found[-1], text=found[-1].text[:room].strip())
        return tuple(found)


def blocks_of(pieces: Iterable[Piece], breaks: frozenset[int]) -> Iterator[Block]:
    """Blocks in order: a new one at each turn, change of speaker, paragraph of the source, index in `breaks`.

    A sound belongs to the block it is heard in or, between two, to the one after it; a block of sounds
    alone has no text.
    """
    block: Block | None = None
    waiting: list[Piece] = []
    broken = False
    last_source = -1
    for piece in pieces:
        if piece.source != last_source:
            broken = broken or not breaks.isdisjoint(range(last_source + 1, piece.source + 1))
            last_source = piece.source
        if piece.sound:
            waiting.append(piece)
            if broken and block is not None:
                yield block
                block = None
            continue
        if block is None or broken or piece.turn or piece.paragraph or piece.speaker != block.speaker:
            if block is not None:
                yield block
            block = Block(piece.speaker, piece.source)
        broken = False
        _add(block, piece, waiting)
        waiting = []
    if block is not None:
        block.sounds += [(len(block.text), sound) for sound in waiting]
        yield block
    elif waiting:
        yield Block(None, waiting[0].source, sounds=[(0, sound) for sound in waiting])


def spoken_end(word: Word, limit: float | None) -> float:
    """When a word has been said: its end where that is plausible, an estimate else, not after `limit`."""
    longest = word.start + _LONGEST_WORD + _LONGEST_PER_CHARACTER * len(word.text)
    end = longest if word.end is None else min(word.end, longest)
    if limit is not None and limit > word.start:
        end = min(end, limit)
    return round(max(end, word.start), 3)


def _add(block: Block, piece: Piece, sounds: Sequence[Piece]) -> None:
    piece.text = join_lines(piece.text)
    between = separator(block.text, piece.text)
    offset = len(block.text) + len(between)
    block.sounds += [(offset, sound) for sound in sounds]
    previous = block.pieces[-1] if block.pieces else None
    previous_end = previous.end if previous else None
    if previous and block.worded[-1]:
        previous_end = spoken_end(block.words[-1], previous.end)
    block.text += between + piece.text
    block.offsets.append(offset)
    block.pieces.append(piece)
    placed = place_words(piece.text, piece.words) if piece.words else None
    block.worded.append(placed is not None)
    begins = placed[0][1].start if placed else piece.start
    if previous_end is not None and begins is not None and begins - previous_end > 0.2:
        block.gaps[offset] = begins - previous_end
    if placed:
        _add_words(block, offset, placed)


def _add_words(block: Block, offset: int, placed: Sequence[tuple[int, Word]]) -> None:
    before: Word | None = None
    for place, word in placed:
        if before is not None and word.start - before.start > 0.5:
            gap = word.start - spoken_end(before, None)
            if gap > 0.2:
                block.gaps[offset + place] = gap
        block.word_offsets.append(offset + place)
        block.words.append(word)
        before = word


def _between(piece: Piece, inside: int) -> float | None:
    if piece.start is None or piece.end is None or inside <= 0 or not piece.text:
        return piece.start
    share = min(1.0, inside / len(piece.text))
    return round(piece.start + (piece.end - piece.start) * share, 3)
