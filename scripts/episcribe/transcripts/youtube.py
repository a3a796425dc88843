"""YouTube's own caption formats: json3, srv1 and srv2 (`<text start dur>`), srv3 (`<p t d>` with `<s
t>`).
"""

import html
import json
from collections.abc import Iterable
from typing import Any

from episcribe.library.errors import UnreadableTranscript
from episcribe.library.transcript import Segment, Transcript, Word
from episcribe.transcripts.clock import ordered_end, valid_seconds
from episcribe.transcripts.speakers import with_labels_as_speakers
from episcribe.transcripts.wording import in_order, sound_in, tidy
from episcribe.transcripts.xml_events import parse_xml

# A cue before its words are joined: start and end in seconds, and pieces of text with their starts where
# known.
_Piece = tuple[str, float | None]


def read_json3(text: str) -> Transcript:
    """The events of a json3 answer as segments, with word times where the captions were made by
    recognition.

    Raises UnreadableTranscript when the JSON is broken.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableTranscript(f"json3: broken JSON: {error}") from None
    return from_events(document.get("events") if isinstance(document, dict) else document)


def from_events(events: object) -> Transcript:
    """The transcript of a json3 document's `events`; events without words (windows, line feeds) are
    skipped.
    """
    segments: list[Segment] = []
    for event in events if isinstance(events, list) else []:
        if not isinstance(event, dict) or not isinstance(event.get("segs"), list):
            continue
        start = _milliseconds(event.get("tStartMs", 0))
        if start is None:
            continue
        pieces, recognised = _pieces(event["segs"], start)
        duration = _milliseconds(event.get("dDurationMs"))
        segments += _segment(start, None if duration is None else start + duration, pieces, timed=recognised)
    return Transcript(with_labels_as_speakers(_without_overlap(in_order(segments))))


def read_srv(text: str) -> Transcript:
    """The cues of srv1, srv2 or srv3 XML as segments, with word times where `<s t>` gives them.

    Raises UnreadableTranscript for XML that is broken or not safe to read.
    """
    reader = _Reader()
    parse_xml(text, reader.start, reader.end, reader.characters, what="YouTube captions")
    return Transcript(
        with_labels_as_speakers(_without_overlap(in_order(reader.segments))), language=reader.language
    )


class _Reader:
    """The handlers of one srv document, and the segments they have found."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self.language: str | None = None
        self._cue: tuple[float | None, float | None] | None = None
        self._pieces: list[_Piece] = []
        self._offset: float | None = None
        self._recognised = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in {"transcript", "timedtext"}:
            self.language = attributes.get("lang") or attributes.get("language") or None
        elif name == "text":
            in_seconds = "start" in attributes
            start = _seconds(attributes.get("start")) if in_seconds else _milliseconds(attributes.get("t"))
            duration = _seconds(attributes.get("dur")) if in_seconds else _milliseconds(attributes.get("d"))
            self._open(start, duration)
        elif name == "p":
            self._open(_milliseconds(attributes.get("t")), _milliseconds(attributes.get("d")))
        elif name == "s" and self._cue is not None:
            self._offset = _milliseconds(attributes.get("t", "0"))
            self._recognised = self._recognised or "t" in attributes or "ac" in attributes
        elif name == "br" and self._cue is not None:
            self._pieces.append(("\n", None))

    def end(self, name: str) -> None:
        if name == "s":
            self._offset = None
        elif name in {"text", "p"} and self._cue is not None:
            start, end = self._cue
            pieces = self._pieces
            if name == "text":
                # srv1 and srv2 escape twice: what XML leaves are HTML references.
                pieces = [(html.unescape("".join(piece for piece, _ in pieces)), start)]
            self.segments += _segment(start, end, pieces, timed=self._recognised)
            self._cue, self._pieces = None, []

    def characters(self, text: str) -> None:
        if self._cue is None:
            return
        start = self._cue[0]
        time = None if self._offset is None or start is None else start + self._offset
        self._pieces.append((text, time))

    def _open(self, start: float | None, duration: float | None) -> None:
        end = None if start is None or duration is None else start + duration
        self._cue, self._pieces, self._recognised, self._offset = (start, end), [], False, None


def _pieces(segs: Iterable[Any], start: float) -> tuple[list[_Piece], bool]:
    """Text and start of every piece of an event, and whether the pieces are words that were recognised."""
    pieces: list[_Piece] = []
    recognised = False
    for seg in segs:
        if not isinstance(seg, dict) or not isinstance(seg.get("utf8"), str):
            continue
        recognised = recognised or "tOffsetMs" in seg or "acAsrConf" in seg
        offset = _milliseconds(seg.get("tOffsetMs", 0))
        pieces.append((seg["utf8"], start + (offset or 0.0)))
    return pieces, recognised


def _segment(start: float | None, end: float | None, pieces: list[_Piece], *, timed: bool) -> list[Segment]:
    text = tidy("".join(piece for piece, _ in pieces))
    if not text:
        return []
    end = ordered_end(start, None if end is None else valid_seconds(end))
    sound = sound_in(text)
    if sound is not None:
        return [Segment(sound, start, end, kind="sound")]
    words: list[Word] = []
    for piece, time in pieces if timed else []:
        words.extend(Word(token, round(time, 3)) for token in piece.split() if time is not None)
    return [Segment(text, start, end, words=tuple(words))]


def _without_overlap(segments: Iterable[Segment]) -> list[Segment]:
    """Segments of recognised words ended where the next begins, and their words likewise.

    In rolling captions a line's duration tells how long it is shown, which goes on while the next is
    spoken.
    """
    following = list(segments)
    for index, segment in enumerate(following):
        if not segment.words:
            continue
        end = segment.end
        if index + 1 < len(following) and segment.start is not None:
            after = following[index + 1].start
            if after is not None and after > segment.start and (end is None or after < end):
                end = after
        following[index] = Segment(
            segment.text, segment.start, end, segment.speaker, _ended(segment.words, end)
        )
    return following


def _ended(words: tuple[Word, ...], end: float | None) -> tuple[Word, ...]:
    starts = [word.start for word in words[1:]]
    return tuple(
        Word(word.text, word.start, ordered_end(word.start, after))
        for word, after in zip(words, [*starts, end], strict=True)
    )


def _milliseconds(value: object) -> float | None:
    number = _number(value)
    return None if number is None else valid_seconds(number / 1000)


def _seconds(value: object) -> float | None:
    number = _number(value)
    return None if number is None else valid_seconds(number)


def _number(value: object) -> float | None:
    try:
        return float(value) if isinstance(value, str | int | float) else None
    except (ValueError, OverflowError):
        return None
