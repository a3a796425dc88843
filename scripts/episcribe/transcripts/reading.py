"""The one way in: bytes of whatever kind to a `Transcript`, or one line that says why not."""

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module

from episcribe.library.errors import UnreadableTranscript
from episcribe.library.transcript import Segment, Transcript
from episcribe.transcripts.declared import declared_format
from episcribe.transcripts.decoding import decode
from episcribe.transcripts.sniffing import Format, sniff_text
from episcribe.transcripts.wording import is_spoken, without_unsafe

# A format's reader takes the decoded text; a new format is its module and its line here.
_READERS = {
    Format.WEBVTT: ("webvtt", "read"),
    Format.SRT: ("srt", "read"),
    Format.SBV: ("sbv", "read"),
    Format.TTML: ("ttml", "read"),
    Format.JSON: ("podcast_json", "read"),
    Format.JSON3: ("youtube", "read_json3"),
    Format.SRV: ("youtube", "read_srv"),
    Format.HTML: ("html", "read"),
    Format.MARKDOWN: ("plain", "read_markdown"),
    Format.TEXT: ("plain", "read"),
}


def read_transcript(
    data: bytes, *, declared_type: str | None = None, name: str = "", language: str | None = None
) -> Transcript:
    """The transcript in `data`, whatever its format.

    The content decides; `declared_type` (MIME) and `name` (file name or URL) settle what it leaves open.
    `language` is used where the file does not state its own. Raises UnreadableTranscript, whose message
    is one line, when the bytes are in no known format or hold no spoken words.
    """
    text = decode(data)
    found = sniff_text(text, declared_format(declared_type, name))
    transcript = _reader(found)(text)
    if "\\u" in text:
        # Only the escapes of JSON bring back what decoding has taken out.
        transcript = replace(transcript, segments=tuple(map(_safe, transcript.segments)))
    if not is_spoken(transcript.segments):
        sounds = any(segment.kind == "sound" for segment in transcript.segments)
        raise UnreadableTranscript(
            f"{found.value} without spoken words" + (", only sounds" if sounds else "")
        )
    return replace(transcript, language=language) if transcript.language is None and language else transcript


def sniff_format(data: bytes, declared_type: str | None = None, name: str = "") -> Format:
    """The format that `read_transcript` would read `data` as; raises UnreadableTranscript as it does."""
    return sniff_text(decode(data), declared_format(declared_type, name))


def _reader(found: Format) -> Callable[[str], Transcript]:
    module, function = _READERS[found]
    reader: Callable[[str], Transcript] = getattr(import_module(f"episcribe.transcripts.{module}"), function)
    return reader


def _safe(segment: Segment) -> Segment:
    words = tuple(replace(word, text=without_unsafe(word.text)) for word in segment.words)
    speaker = None if segment.speaker is None else without_unsafe(segment.speaker)
    return replace(segment, text=without_unsafe(segment.text), speaker=speaker, words=words)
