"""WebVTT by the specification's parser (W3C, WebVTT: The Web Video Text Tracks Format, section 6).

`parse_webvtt` finds the cues a conforming parser finds, no more and no less; `read` makes a transcript of
them, and of a few more whose times are wrong in known ways. Without the signature a file is no WebVTT:
the reader for SRT takes those.
"""

import re
from dataclasses import replace
from typing import NamedTuple

from episcribe.library.errors import UnreadableTranscript
from episcribe.library.transcript import Segment, Transcript
from episcribe.transcripts.clock import ordered_end, parse_clock, valid_seconds
from episcribe.transcripts.speakers import with_labels_as_speakers
from episcribe.transcripts.webvtt_text import cue_segments
from episcribe.transcripts.wording import in_order, sound_in, tidy

_TIMESTAMP = r"(?:(\d+):([0-5]\d):([0-5]\d)|([0-5]\d):([0-5]\d))\.(\d{3})(?!\d)"
_TIMINGS = re.compile(rf"[ \t\f]*{_TIMESTAMP}[ \t\f]*-->[ \t\f]*{_TIMESTAMP}", re.ASCII)
_SLIP = r"(\d{1,4}:\d{1,2}:\d{1,2}[.,]\d{1,9}|\d{1,4}:\d{1,2},\d{1,9}|\d{2,3}:\d{2}\.\d{3}|\d{1,6}\.\d{1,9})"
_SLIPS = re.compile(rf"[ \t]*{_SLIP}[ \t]*-->[ \t]*{_SLIP}([ \t].*)?\Z", re.ASCII)
_ONE_VOICE = re.compile(r"<v(?:\.[^ \t\n\f.<>&]+)*[ \t]([^<>&]*)>([^<]*)(?:</v>)?\s*")
_HEADER_FIELD = re.compile(r"([A-Za-z][A-Za-z-]{0,30})[:=][ \t]*(\S.*)")
_MAX_HEADER_FIELDS = 20


class Cue(NamedTuple):
    """One cue as it stands in the file: times in seconds, the text with its tags, the settings unparsed."""

    identifier: str
    start: float
    end: float
    settings: str
    text: str


def parse_webvtt(text: str, *, forgiving: bool = False) -> tuple[str, list[Cue]]:
    """The header (what follows the signature, up to the first empty line) and the cues of a WebVTT file.

    With `forgiving`, cues count as well whose times are wrong in one of the ways that publishers' tools
    get them wrong: commas as in SRT, `0:0:3.5` without padding, minutes over 59, bare seconds. Raises
    UnreadableTranscript when the signature is missing, which makes it no WebVTT by section 6.1.
    """
    lines = (
        text.removeprefix("\ufeff")
        .replace("\0", "\ufffd")
        .replace("\r\n", "\n")
        .replace("\r", "\n")
        .split("\n")
    )
    signature = lines[0]
    if not signature.startswith("WEBVTT") or signature[6:7] not in {"", " ", "\t"}:
        raise UnreadableTranscript("the file does not begin with WEBVTT")
    position = 1
    while position < len(lines) and lines[position] and "-->" not in lines[position]:
        position += 1
    return "\n".join([signature[6:].strip(), *lines[1:position]]), _cues(lines, position, forgiving)


def read(text: str) -> Transcript:
    """The cues with text as segments in order of time, one for each voice of a cue; language from the
    header.

    Lines stay lines and rolling captions stay rolling: that is for cleaning to undo. A cue that ends
    before it starts has no end. Raises UnreadableTranscript when there is no cue.
    """
    header, cues = parse_webvtt(text, forgiving=True)
    if not cues:
        raise UnreadableTranscript(
            "WebVTT without a cue: no line with times such as 00:01.000 --> 00:02.500 can be read"
        )
    segments = in_order([segment for cue in cues for segment in _segments_of(cue)])
    if not any(segment.speaker for segment in segments):
        segments = with_labels_as_speakers(segments)
    metadata = _fields(header)
    decoded = (_decoded(segment) for segment in segments)
    return Transcript(
        tuple(segment for segment in decoded if segment.text),
        language=metadata.pop("language", None),
        metadata=metadata,
    )


def _cues(lines: list[str], position: int, forgiving: bool) -> list[Cue]:
    """The cues from `position` on: the loop "collect a WebVTT block" of section 6.1, without style and
    region.

    A block ends at an empty line or at a line with an arrow that cannot be its own timing line.
    """
    cues: list[Cue] = []
    count = len(lines)
    while position < count:
        if not lines[position]:
            position += 1
            continue
        cue, position = _block(lines, position, forgiving)
        if cue is not None:
            cues.append(cue)
    return cues


def _block(lines: list[str], position: int, forgiving: bool) -> tuple[Cue | None, int]:
    """The cue of the block that begins at `position`, or None, and where the next block begins."""
    identifier = ""
    timing = position
    if "-->" not in lines[position]:
        identifier = lines[position]
        timing = position + 1
    has_timing = timing < len(lines) and "-->" in lines[timing]
    end = timing + 1 if has_timing else timing
    while end < len(lines) and lines[end] and "-->" not in lines[end]:
        end += 1
    times = _times(lines[timing], forgiving) if has_timing else None
    if times is None:
        return None, end
    start, stop, settings = times
    return Cue(identifier, start, stop, settings.strip(" \t\f"), "\n".join(lines[timing + 1 : end])), end


def _times(line: str, forgiving: bool) -> tuple[float, float, str] | None:
    """Start, end and settings of a timing line (section 6.3), None when it is none."""
    if match := _TIMINGS.match(line):
        parts = match.groups()
        return _seconds(parts[:6]), _seconds(parts[6:]), line[match.end() :]
    match = _SLIPS.match(line) if forgiving else None
    start, end = (parse_clock(match[1]), parse_clock(match[2])) if match else (None, None)
    return None if match is None or start is None else (start, start if end is None else end, match[3] or "")


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, short_minutes, short_seconds, thousandths = parts
    # Nine digits are already 31,000 years; int() of a line of digits would not be linear in its length.
    whole = int((hours or "0")[-9:]) * 3600 + int(minutes or short_minutes or 0) * 60
    return ((whole + int(seconds or short_seconds or 0)) * 1000 + int(thousandths or 0)) / 1000


def _segments_of(cue: Cue) -> list[Segment]:
    start = valid_seconds(cue.start)
    end = ordered_end(start, valid_seconds(cue.end))
    speaker, text = None, cue.text
    if "<" in text:
        # By far the most cues with tags are one voice and its words.
        voice = _ONE_VOICE.fullmatch(text)
        if voice is None:
            return cue_segments(text, start, end)
        speaker, text = " ".join(voice[1].split()) or None, voice[2]
    text = tidy(text)
    sound = sound_in(text)
    if sound is not None:
        return [Segment(sound, start, end, speaker, kind="sound")]
    return [Segment(text, start, end, speaker)] if text else []


def _decoded(segment: Segment) -> Segment:
    """`segment` with its HTML character references resolved.

    Names and sounds are looked for before, so that `&#58;` and `&#91;` can keep a text from being one.
    """
    if "&" not in segment.text:
        return segment
    from html import unescape

    return replace(segment, text=tidy(unescape(segment.text)))


def _fields(header: str) -> dict[str, str]:
    """What the header says in `Key: value` lines (as YouTube writes them) and beside the signature."""
    first, *rest = header.split("\n")
    fields: dict[str, str] = {}
    title = first.lstrip("- \t")
    if title:
        fields["title"] = title
    for line in rest[:_MAX_HEADER_FIELDS]:
        match = _HEADER_FIELD.match(line)
        if match and match[1] in {"Kind", "Language"}:
            fields[match[1].lower()] = match[2].strip()
    return fields
