"""SubViewer captions as YouTube writes them (`.sbv`): `0:00:01.000,0:00:02.500`, then the words."""

import re

from episcribe.library.errors import UnreadableTranscript
from episcribe.library.transcript import Segment, Transcript
from episcribe.transcripts.clock import ordered_end, parse_clock
from episcribe.transcripts.speakers import with_labels_as_speakers
from episcribe.transcripts.wording import in_order, sound_in, tidy

TIMING_LINE = re.compile(
    r"^[ \t]*(\d{1,4}:\d{1,2}:\d{1,2}\.\d{1,3}),(\d{1,4}:\d{1,2}:\d{1,2}\.\d{1,3})[ \t]*$", re.MULTILINE
)
# A line that was meant as times ends the cue above it, though its own cue is lost.
_BROKEN_TIMES = re.compile(r"^\d{1,4}:\d{1,2}:[\w.]{1,8},\d{1,4}:\d{1,2}:[\w.]{1,8}[ \t]*$", re.MULTILINE)


def read(text: str) -> Transcript:
    """The cues with text as segments in order of time; a cue that ends before it starts has no end.

    Raises UnreadableTranscript when no line holds the times of a cue.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    matches = list(TIMING_LINE.finditer(text))
    if not matches:
        raise UnreadableTranscript(
            "SBV without a cue: no line with times such as 0:00:01.000,0:00:02.500 can be read"
        )
    segments: list[Segment] = []
    for index, match in enumerate(matches):
        stop = matches[index + 1].start() if index + 1 < len(matches) else len(text)
        body = tidy(_BROKEN_TIMES.sub("", text[match.end() : stop]).replace("[br]", "\n"))
        start = parse_clock(match[1])
        end = ordered_end(start, parse_clock(match[2]))
        sound = sound_in(body)
        if sound is not None:
            segments.append(Segment(sound, start, end, kind="sound"))
        elif body:
            segments.append(Segment(body, start, end))
    return Transcript(with_labels_as_speakers(in_order(segments)))
