"""A transcript as it was read made into the words that were spoken: whole sentences in paragraphs."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from episcribe.library.transcript import Heading, Segment, Transcript
from episcribe.text.blocks import Block, blocks_of
from episcribe.text.clauses import LONG_SENTENCE, PARAGRAPH, SENTENCE, Size, count_units, cut_long
from episcribe.text.language import detect_language
from episcribe.text.paragraphs import Unit, mark_paragraphs
from episcribe.text.parts import split_pieces
from episcribe.text.pieces import Piece, merge_word_segments, pieces_of
from episcribe.text.rolling import collapse_rolling
from episcribe.text.sentences import sentence_spans
from episcribe.text.timing import fill_times

_FULL_STOP = re.compile(r"[.!?…؟।۔](?=[\"'”’»)\]]*(?:\s|$))|[。！？]")
_ENDS_SENTENCE = re.compile(r"[.!?…。！？؟।۔:;]['\"”’»)\]」』]*$")
_WORDS_A_FULL_STOP = 40
_LONGEST_SENTENCE = 45
_LONGEST_IN_CLAUSES = 100
_WORDS_A_CLAUSE = 25
_LONG_SOUND = 3.0
_SAMPLE = 3000
_SURE = 0.5


@dataclass(frozen=True, slots=True)
class _Sentence:
    start: int
    end: int
    firm: bool
    forced: bool


def clean_transcript(transcript: Transcript) -> Transcript:
    """The same transcript as sentences: a segment each, with times, speaker, and words where there are any.

    What rolling captions repeat is told once; markup, entities and invisible characters go; sounds stand
    apart as segments of kind "sound"; names of speakers leave the text for `speaker`. `paragraph` is True
    where a paragraph begins. Text without full stops is cut at pauses and where clauses begin, with nothing
    added. Times are the source's: of words where it has them, else by place within its cue. Headings stand
    before the same words. A language that is not given is detected. No word is lost or invented, and
    cleaning again changes nothing.
    """
    pieces = collapse_rolling(merge_word_segments(pieces_of(transcript.segments)))
    _drop_false_paragraphs(pieces)
    pieces = split_pieces(pieces)
    fill_times(pieces)
    own = any(piece.paragraph for piece in pieces[1:])
    blocks = list(blocks_of(pieces, frozenset(heading.before for heading in transcript.headings)))
    language = transcript.language or _detected(blocks)
    segments, sources = _segments(blocks, language, own=own)
    headings = tuple(replace(h, before=_first_from(sources, h.before)) for h in transcript.headings)
    return replace(transcript, segments=tuple(segments), headings=_in_order(headings), language=language)


def _segments(blocks: Sequence[Block], language: str | None, *, own: bool) -> tuple[list[Segment], list[int]]:
    """The segments of all blocks, and for each the index of the source segment it begins in."""
    punctuated = _is_punctuated(blocks)
    cut = [_sentences(block, language, punctuated=punctuated) for block in blocks]
    units = []
    previous_end: float | None = None
    for block, sentences in zip(blocks, cut, strict=True):
        for sentence in sentences:
            start = block.start_at(sentence.start)
            gap = start - previous_end if start is not None and previous_end is not None else 0.0
            words = count_units(block.text[sentence.start : sentence.end])
            units.append(Unit(words, gap, sentence.forced, sentence.firm))
            previous_end = block.end_at(sentence.end)
    marks = iter(mark_paragraphs(units, own=own))
    segments: list[Segment] = []
    sources: list[int] = []
    for block, sentences in zip(blocks, cut, strict=True):
        for segment, source in _block_segments(block, sentences):
            speech = segment.kind == "speech"
            last = segments[-1] if segments else None
            if not speech and last and (last.kind, last.text) == (segment.kind, segment.text):
                segments[-1] = replace(last, end=segment.end if segment.end is not None else last.end)
                continue
            segments.append(replace(segment, paragraph=True) if speech and next(marks) else segment)
            sources.append(source)
    return segments, sources


def _block_segments(block: Block, sentences: Sequence[_Sentence]) -> Iterable[tuple[Segment, int]]:
    """Sentences and sounds in order: a sound inside a sentence follows it."""
    sounds = iter(block.sounds)
    sound = next(sounds, None)
    for sentence in sentences:
        while sound is not None and sound[0] <= sentence.start:
            yield _sound_segment(sound[1]), sound[1].source
            sound = next(sounds, None)
        yield _sentence_segment(block, sentence), block.source_at(sentence.start)
    while sound is not None:
        yield _sound_segment(sound[1]), sound[1].source
        sound = next(sounds, None)


def _sentence_segment(block: Block, sentence: _Sentence) -> Segment:
    return Segment(
        block.text[sentence.start : sentence.end],
        block.start_at(sentence.start),
        block.end_at(sentence.end),
        block.speaker,
        block.words_between(sentence.start, sentence.end),
    )


def _sound_segment(piece: Piece) -> Segment:
    return Segment(piece.text, piece.start, piece.end, piece.speaker, kind="sound")


def _sentences(block: Block, language: str | None, *, punctuated: bool) -> list[_Sentence]:
    """The sentences of a block: by its punctuation, at long pauses, and by length where these do not do."""
    breaks = set(block.offsets)
    found: list[_Sentence] = []
    for start, end in _at_pauses(block, sentence_spans(block.text, language), punctuated=punctuated):
        text = block.text[start:end]
        size = _cut_size(text, punctuated=punctuated)
        if size is None:
            found.append(_Sentence(start, end, firm=True, forced=not found))
            continue
        for low, high in cut_long(block.text, (start, end), PARAGRAPH, block.gaps, breaks):
            parts = cut_long(block.text, (low, high), size, block.gaps, breaks)
            for part in parts:
                begins_chunk = part == parts[0] and low > start
                firm = part[0] in (start, low)
                found.append(_Sentence(*part, firm=firm, forced=begins_chunk or not found))
    return found


def _cut_size(text: str, *, punctuated: bool) -> Size | None:
    """The size to which a sentence is to be cut, None when it may stand as it is."""
    if len(text) <= 2 * SENTENCE.most:
        return None
    words = count_units(text)
    if words <= SENTENCE.most or words <= (_LONGEST_SENTENCE if punctuated else SENTENCE.most):
        return None
    in_clauses = sum(map(text.count, ",;:—，、；：")) * _WORDS_A_CLAUSE >= words
    if not punctuated or not in_clauses:
        return SENTENCE
    return LONG_SENTENCE if words > _LONGEST_IN_CLAUSES else None


def _at_pauses(
    block: Block, spans: Sequence[tuple[int, int]], *, punctuated: bool
) -> Iterable[tuple[int, int]]:
    """`spans` divided where a pause or a long sound falls that no sentence goes across."""
    places = sorted(
        {place for place, gap in block.gaps.items() if gap >= (4.0 if punctuated else 1.0)}
        | {place for place, sound in block.sounds if _seconds(sound) >= _LONG_SOUND}
    )
    at = 0
    for first, end in spans:
        start = first
        while at < len(places) and places[at] < end:
            place = places[at]
            at += 1
            if place > start and _breaks_off(block, start, place, punctuated=punctuated):
                yield start, len(block.text[:place].rstrip())
                start = place
        yield start, end


def _breaks_off(block: Block, start: int, place: int, *, punctuated: bool) -> bool:
    gap = block.gaps.get(place, 0.0)
    if not any(map(str.isalnum, block.text[start:place])):
        return False
    if punctuated:
        return gap >= 10.0 or not block.text[place].islower()
    return gap >= 2.0 or gap == 0.0 or count_units(block.text[start:place]) >= 5


def _seconds(piece: Piece) -> float:
    return piece.end - piece.start if piece.end is not None and piece.start is not None else 0.0


def _is_punctuated(blocks: Sequence[Block]) -> bool:
    stops = sum(len(_FULL_STOP.findall(block.text)) for block in blocks)
    return stops * _WORDS_A_FULL_STOP >= sum(count_units(block.text) for block in blocks)


def _drop_false_paragraphs(pieces: Sequence[Piece]) -> None:
    """Take the marks off where the source begins a paragraph with every line, in the middle of sentences."""
    speech = [piece for piece in pieces if not piece.sound]
    marked = [
        (before, piece)
        for before, piece in pairwise(speech)
        if piece.paragraph and piece.speaker == before.speaker
    ]
    if len(marked) < 10 or len(marked) < 0.8 * len(speech):
        return
    stops = sum(len(_FULL_STOP.findall(piece.text)) for piece in speech)
    if stops * _WORDS_A_FULL_STOP < sum(count_units(piece.text) for piece in speech):
        return
    false = sum(not _ENDS_SENTENCE.search(b.text) and p.text[0].islower() for b, p in marked)
    if false > 0.4 * len(marked):
        for before, piece in marked:
            piece.paragraph = bool(_ENDS_SENTENCE.search(before.text)) and _paused(before, piece)


def _paused(before: Piece, piece: Piece) -> bool:
    return before.end is not None and piece.start is not None and piece.start - before.end > 1.0


def _detected(blocks: Sequence[Block]) -> str | None:
    """The language of the words, told from beginning, middle and end; None where it is not sure."""
    text = " ".join(block.text for block in blocks)
    if len(text) > 3 * _SAMPLE:
        middle = len(text) // 2
        text = f"{text[:_SAMPLE]} {text[middle : middle + _SAMPLE]} {text[-_SAMPLE:]}"
    found = detect_language(text)
    return found.language if found.confidence >= _SURE else None


def _first_from(sources: Sequence[int], before: int) -> int:
    return next((index for index, source in enumerate(sources) if source >= before), len(sources))


def _in_order(headings: tuple[Heading, ...]) -> tuple[Heading, ...]:
    return tuple(sorted(headings, key=lambda heading: heading.before))
