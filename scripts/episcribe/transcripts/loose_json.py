"""Transcripts in JSON as hosts and recognisers write them, around the fields of Podcasting 2.0."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from episcribe.library.errors import UnreadableTranscript
from episcribe.library.transcript import Segment, Transcript, Word
from episcribe.transcripts.clock import ordered_end, parse_clock, valid_seconds
from episcribe.transcripts.speakers import with_labels_as_speakers
from episcribe.transcripts.wording import holds_words, sound_in, tidy

_LISTS = (
    "segments utterances chunks cues captions subtitles transcription transcript entries lines paragraphs "
    "items words results data result"
).split()
_TEXT = ("body", "text", "transcript", "content", "caption", "value", "word", "punctuated_word", "utf8")
_START = (
    "startTime",
    "start",
    "start_time",
    "startTimeMs",
    "start_ms",
    "startMs",
    "from",
    "begin",
    "ts",
    "offset",
    "time",
)
_END = ("endTime", "end", "end_time", "endTimeMs", "end_ms", "endMs", "to", "end_ts")
_SPEAKER = ("speaker", "speakerName", "speaker_name", "name", "speaker_label", "speakerLabel", "role")
_DURATION = ("duration", "dur", "durationMs")
_METADATA = ("title", "description", "date", "duration", "source", "fileName", "author")
_SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？", '."', '?"', '!"')
_MAX_DEPTH = 4
# Words become one segment until a pause this long (seconds), or this many characters.
_PAUSE = 1.5
_MAX_CHARACTERS = 240


@dataclass(slots=True)
class _Item:
    """One entry of the file's list, its text as written, its times in the file's own unit."""

    raw: str
    start: float | None
    end: float | None
    speaker: str | None
    words: tuple[Word, ...] = ()


def from_document(document: object) -> Transcript:
    """The transcript of parsed JSON that is a list of timed texts, or holds one under a usual name.

    Taken as times are numbers and strings, in seconds or, where the text could not be spoken so
    slowly, in milliseconds. Files with one word a segment become sentences with word times.
    Raises UnreadableTranscript when there is no list of texts.
    """
    entries = _entries(document, 0)
    if entries is None:
        raise UnreadableTranscript(_what_it_is(document))
    items = [item for entry in entries for item in _items(entry)]
    scale = 0.001 if _in_milliseconds(items) else 1.0
    items = [_scaled(item, scale) for item in items]
    segments = _sentences(items) if _is_word_by_word(items) else [_segment(item) for item in items]
    segments = [segment for segment in segments if segment.text]
    if not any(segment.speaker for segment in segments):
        segments = list(with_labels_as_speakers(segments))
    return Transcript(tuple(segments), language=_language(document), metadata=_metadata(document))


def _entries(document: object, depth: int) -> Sequence[Any] | None:
    """The first list of objects with texts in `document`, by the usual names, at most four levels down."""
    if depth > _MAX_DEPTH:
        return None
    if isinstance(document, list):
        return document if any(_is_entry(entry) for entry in document[:100]) else None
    if not isinstance(document, dict):
        return None
    for name in _LISTS:
        found = _entries(document.get(name), depth + 1)
        if found is not None:
            return found
    return None


def _is_entry(entry: object) -> bool:
    return isinstance(entry, dict) and any(isinstance(entry.get(name), str) for name in _TEXT)


def _items(entry: object) -> Iterator[_Item]:
    if not isinstance(entry, dict):
        return
    raw = next((entry[name] for name in _TEXT if isinstance(entry.get(name), str)), "")
    start, end = _span(entry)
    speaker = next((entry[name] for name in _SPEAKER if isinstance(entry.get(name), str | int)), None)
    name = " ".join(str(speaker).split()) if speaker is not None and not isinstance(speaker, bool) else None
    yield _Item(raw, start, end, name or None, tuple(_words(entry.get("words"))))


def _words(entries: object) -> Iterator[Word]:
    for entry in entries if isinstance(entries, list) else ():
        if not isinstance(entry, dict):
            continue
        text = next((entry[name] for name in (*_TEXT[::-1],) if isinstance(entry.get(name), str)), "").strip()
        start, end = _span(entry)
        if text and start is not None:
            yield Word(text, start, end)


def _span(entry: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """Start and end of an entry in the file's unit; `timestamps`, `timestamp` and `offsets` hold both."""
    for name in ("timestamps", "timestamp", "offsets"):
        both = entry.get(name)
        if isinstance(both, list) and len(both) == 2:
            return _number(both[0]), _number(both[1])
        if isinstance(both, dict):
            return _span(both)
    start = next((number for name in _START if (number := _number(entry.get(name))) is not None), None)
    end = next((number for name in _END if (number := _number(entry.get(name))) is not None), None)
    if end is None and start is not None:
        duration = next(
            (number for name in _DURATION if (number := _number(entry.get(name))) is not None), None
        )
        end = None if duration is None else start + duration
    return start, end


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if abs(value) < 1e12 else None
    if not isinstance(value, str) or len(value) > 40:
        return None
    text = value.strip()
    if text.startswith("-"):
        return 0.0
    clock = parse_clock(text.removesuffix("s"))
    if clock is not None or ":" in text:
        return clock
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < 1e12 else None


def _in_milliseconds(items: Sequence[_Item]) -> bool:
    """True when whole numbers of seconds would make long cues of less than one character a second."""
    spans = [
        (i.end - i.start, len(i.raw))
        for i in items
        if i.start is not None and i.end is not None and i.end > i.start
    ]
    if not spans or not all(_whole(i.start) and _whole(i.end) for i in items):
        return False
    lasting = sum(units for units, _ in spans)
    return lasting > 100 * len(spans) and sum(length for _, length in spans) < lasting


def _whole(number: float | None) -> bool:
    return number is None or number == int(number)


def _scaled(item: _Item, scale: float) -> _Item:
    start, end = _seconds(item.start, scale), _seconds(item.end, scale)
    words = (Word(w.text, w.start * scale, None if w.end is None else w.end * scale) for w in item.words)
    return _Item(
        item.raw, start, ordered_end(start, end), item.speaker, tuple(w for w in map(_valid_word, words) if w)
    )


def _seconds(value: float | None, scale: float) -> float | None:
    return None if value is None else valid_seconds(value * scale)


def _valid_word(word: Word) -> Word | None:
    start = valid_seconds(word.start)
    if start is None:
        return None
    return Word(word.text, start, ordered_end(start, None if word.end is None else valid_seconds(word.end)))


def _is_word_by_word(items: Sequence[_Item]) -> bool:
    """True when nearly every entry is one word (or less) with a time of its own."""
    spoken = [item for item in items if item.raw.strip()]
    single = sum(
        1 for item in spoken if len(item.raw.split()) == 1 and item.start is not None and not item.words
    )
    return len(spoken) > 2 and single > 0.85 * len(spoken)


def _sentences(items: Sequence[_Item]) -> list[Segment]:
    """Word entries joined to sentences: until one ends, the speaker changes, or nothing is said for a
    while.
    """
    glued = any(item.raw != item.raw.strip() for item in items)
    segments: list[Segment] = []
    stretch: list[_Item] = []
    length = 0
    for item in items:
        if stretch and holds_words(item.raw) and _breaks(stretch, item, length):
            segments.append(_joined(stretch, glued))
            stretch, length = [], 0
        stretch.append(item)
        length += len(item.raw) + 1
    if stretch:
        segments.append(_joined(stretch, glued))
    return segments


def _breaks(stretch: Sequence[_Item], item: _Item, length: int) -> bool:
    last = next((before for before in reversed(stretch) if before.raw.strip()), stretch[-1])
    before = last.end if last.end is not None else last.start
    pause = item.start - before if item.start is not None and before is not None else 0.0
    ended = last.raw.strip().endswith(_SENTENCE_ENDS) and length > 2
    return item.speaker != last.speaker or ended or pause > _PAUSE or length > _MAX_CHARACTERS


def _joined(stretch: Sequence[_Item], glued: bool) -> Segment:
    spoken = [item for item in stretch if item.raw.strip()]
    text = ""
    words: list[Word] = []
    for item in stretch:
        token = item.raw.strip()
        if not glued and text and holds_words(token):
            text += " "
        text += item.raw if glued else token
        if not token or item.start is None:
            continue
        if words and not holds_words(token):
            words[-1] = Word(words[-1].text + token, words[-1].start, words[-1].end)
        else:
            words.append(Word(token, item.start, item.end))
    if not spoken:
        return Segment("")
    ends = [item.end for item in spoken if item.end is not None]
    return Segment(tidy(text), spoken[0].start, ends[-1] if ends else None, spoken[0].speaker, tuple(words))


def _segment(item: _Item) -> Segment:
    text = tidy(item.raw)
    if "<" in text or "&" in text:
        from episcribe.transcripts.srt import plain_text

        text = plain_text(text)
    sound = sound_in(text)
    if sound is not None:
        return Segment(sound, item.start, item.end, item.speaker, kind="sound")
    return Segment(text, item.start, item.end, item.speaker, item.words)


def _language(document: object) -> str | None:
    found = (
        (document.get("language") or document.get("language_code")) if isinstance(document, dict) else None
    )
    return found if isinstance(found, str) and 1 < len(found) < 36 else None


def _metadata(document: object) -> dict[str, Any]:
    if not isinstance(document, dict):
        return {}
    return {name: document[name] for name in _METADATA if isinstance(document.get(name), str | int | float)}


def _what_it_is(document: object) -> str:
    if isinstance(document, dict):
        if isinstance(document.get("chapters"), list):
            return "JSON with chapters, not a transcript: expected a list named segments"
        if not document:
            return "JSON without content ({}): expected a list named segments"
        names = ", ".join(sorted(map(str, document))[:6])[:120]
        return f"JSON without a transcript (it holds {names}): expected a list named segments"
    return "JSON without a transcript: expected an object with a list named segments"
