"""SubRip (SRT), which has no specification: read as it is found, with whatever numbering, tags and
separators.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import replace

from episcribe.library.errors import UnreadableTranscript
from episcribe.library.transcript import Segment, Transcript
from episcribe.transcripts.clock import ordered_end, parse_clock
from episcribe.transcripts.speakers import with_labels_as_speakers
from episcribe.transcripts.wording import in_order, sound_in, tidy

TIMING_LINE = re.compile(
    r"^[ \t]*(-?\d[\d:.,]{0,20})[ \t]*-->[ \t]*(-?\d[\d:.,]{0,20})(?:[ \t].*)?$", re.MULTILINE | re.ASCII
)
# What is markup in SRT files as players know it; any other `<` is text.
TAG = re.compile(
    r"</?(?:i|b|u|s|em|strong|font|span|c|v|lang|ruby|rt|p|div)(?:[ .][^<>]{0,500})?>|<br ?/?>"
    r"|\{\\[^{}\n]{0,200}\}",
    re.IGNORECASE,
)
REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_IDENTIFIER = re.compile(r"[\w./#-]{0,100}\d[\w./#-]{0,100}")
_VOICE = re.compile(r"<v(?:\.[^ >]*)? +([^<>]+)>")


def read(text: str) -> Transcript:
    """The cues with text as segments in order of time; `Name: ` at a cue's start is its speaker until the
    next.

    Raises UnreadableTranscript when no line holds the times of a cue.
    """
    cues = list(_split_cues(text))
    if not cues:
        raise UnreadableTranscript(
            "SRT without a cue: no line with times such as 00:00:01,000 --> 00:00:02,500 can be read"
        )
    segments = in_order([segment for cue in cues for segment in _segments_of(*cue)])
    if not any(segment.speaker for segment in segments):
        segments = with_labels_as_speakers(segments)
    decoded = (_decoded(segment) for segment in segments)
    return Transcript(tuple(segment for segment in decoded if segment.text))


def _split_cues(text: str) -> Iterator[tuple[float | None, float | None, str]]:
    """Start, end (seconds) and raw text of every cue, wherever a line with an arrow between two times
    stands.

    Numbers and identifiers above the times are dropped, missing and surplus empty lines forgiven; words
    under a number that lost its times stay with the cue before them.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    matches = list(TIMING_LINE.finditer(text))
    for index, match in enumerate(matches):
        last = index + 1 == len(matches)
        body = text[match.end() : len(text) if last else matches[index + 1].start()]
        start, end = _time(match[1]), _time(match[2])
        if start is not None:
            yield start, ordered_end(start, end), _without_number(body, last)


def _without_number(body: str, last: bool) -> str:
    """`body` without the line that numbers the cue after it, and without the numbers of cues with no
    times.
    """
    lines = body.split("\n")
    if not last and lines and not lines[-1].strip():
        lines.pop()
    if not last and lines and (lines[-1].strip().isdigit() or _is_identifier(lines)):
        lines.pop()
    kept: list[str] = []
    for position, line in enumerate(lines):
        numbers_block = line.strip().isdigit() and position > 1 and not lines[position - 1].strip()
        if not (numbers_block and any(kept)):
            kept.append(line)
    return "\n".join(kept)


def _is_identifier(lines: list[str]) -> bool:
    """True when the last of `lines` names the cue that follows: one word with digits under an empty
    line.
    """
    return (
        len(lines) > 2
        and not lines[-2].strip()
        and any(line.strip() for line in lines[:-2])
        and _IDENTIFIER.fullmatch(lines[-1].strip()) is not None
    )


def _time(text: str) -> float | None:
    return 0.0 if text.startswith("-") else parse_clock(text)


def _segments_of(start: float | None, end: float | None, body: str) -> list[Segment]:
    voice = _VOICE.search(body)
    text = tidy(_without_tags(body))
    if not text:
        return []
    speaker = " ".join(voice[1].split()) if voice else None
    sound = sound_in(text)
    if sound is not None:
        return [Segment(sound, start, end, speaker, kind="sound")]
    return [Segment(text, start, end, speaker)]


def plain_text(text: str) -> str:
    """`text` of a cue without the tags and with the character references that players resolve."""
    return _resolved(tidy(_without_tags(text)))


def _without_tags(text: str) -> str:
    return TAG.sub(_replacement, text) if "<" in text or "{" in text else text


def _replacement(match: re.Match[str]) -> str:
    return "\n" if match[0].lower().startswith("<br") else ""


def _resolved(text: str) -> str:
    return tidy(REFERENCE.sub(lambda match: html.unescape(match[0]), text)) if "&" in text else text


def _decoded(segment: Segment) -> Segment:
    return replace(segment, text=_resolved(segment.text)) if "&" in segment.text else segment
