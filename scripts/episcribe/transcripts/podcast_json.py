"""Podcasting 2.0 transcripts in JSON: our own `transcript.json` without loss, everybody else's with
forgiveness.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from episcribe.library.errors import UnreadableTranscript
from episcribe.library.transcript import Heading, Segment, Transcript, Word
from episcribe.transcripts.wording import without_unsafe

VERSION = "1.0.0"


def write_podcast_json(transcript: Transcript, *, provenance: Mapping[str, Any] | None = None) -> str:
    """`transcript` as Podcasting 2.0 JSON, one segment a line, with all that the format's own fields
    cannot hold.

    Optional fields are left out where there is nothing to say; `headings` and `metadata` always stand,
    and mark the file as one that `read` takes back exactly. `provenance` (module, url, sha256 …) is
    stored beside them.
    """
    parts = [f'{{"version":"{VERSION}"']
    if transcript.language is not None:
        parts.append(f'"language":{_json(transcript.language)}')
    parts.append(f'"metadata":{_json(transcript.metadata)}')
    headings = [{"title": h.title, "before": h.before, "level": h.level} for h in transcript.headings]
    parts.append(f'"headings":{_json(headings)}')
    if provenance:
        parts.append(f'"provenance":{_json(dict(provenance))}')
    lines = ",\n".join(_json(_segment_fields(segment)) for segment in transcript.segments)
    return ",\n".join(parts) + ',\n"segments":[\n' + lines + "\n]}\n"


def read(text: str) -> Transcript:
    """The transcript of a JSON text: our own file as it was written, or any of the shapes in `loose_json`.

    Raises UnreadableTranscript when the JSON is broken or holds no segments.
    """
    document = load_json(text)
    if is_own(document):
        return own_transcript(document)
    from episcribe.transcripts.loose_json import from_document

    return from_document(document)


def read_provenance(text: str) -> dict[str, Any]:
    """What `write_podcast_json` stored as provenance; empty when there is none."""
    document = load_json(text)
    found = document.get("provenance") if isinstance(document, dict) else None
    return found if isinstance(found, dict) else {}


def load_json(text: str) -> Any:
    """The value of a JSON text. Raises UnreadableTranscript when it is broken or nested too deep."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        reason = f"{error.msg} at line {error.lineno}, column {error.colno}"
        raise UnreadableTranscript(f"broken JSON: {reason}") from None
    except (ValueError, RecursionError):
        raise UnreadableTranscript(
            "JSON that cannot be read: nested too deep, or a number too long"
        ) from None


def is_own(document: object) -> bool:
    """True for a document that `write_podcast_json` made."""
    return (
        isinstance(document, dict)
        and isinstance(document.get("segments"), list)
        and isinstance(document.get("headings"), list)
        and isinstance(document.get("metadata"), dict)
    )


def own_transcript(document: Mapping[str, Any]) -> Transcript:
    """The transcript of a document that `is_own`; raises UnreadableTranscript when its fields are not."""
    try:
        segments = tuple(_own_segment(fields) for fields in document["segments"])
        headings = tuple(Heading(h["title"], h["before"], h["level"]) for h in document["headings"])
    except (KeyError, TypeError, AttributeError):
        raise UnreadableTranscript("JSON with the fields of a transcript.json, but not its values") from None
    return Transcript(segments, document.get("language"), headings, document["metadata"])


def _segment_fields(segment: Segment) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if segment.speaker is not None:
        fields["speaker"] = segment.speaker
    if segment.start is not None:
        fields["startTime"] = segment.start
    if segment.end is not None:
        fields["endTime"] = segment.end
    fields["body"] = segment.text
    if segment.words:
        fields["words"] = [_word_fields(word) for word in segment.words]
    if segment.kind != "speech":
        fields["kind"] = segment.kind
    if segment.paragraph:
        fields["paragraph"] = True
    return fields


def _word_fields(word: Word) -> dict[str, Any]:
    fields: dict[str, Any] = {"word": word.text, "startTime": word.start}
    if word.end is not None:
        fields["endTime"] = word.end
    return fields


def _own_segment(fields: Mapping[str, Any]) -> Segment:
    words: Iterable[Mapping[str, Any]] = fields.get("words", ())
    return Segment(
        _text(fields["body"]),
        _time(fields.get("startTime")),
        _time(fields.get("endTime")),
        _text(fields["speaker"]) if fields.get("speaker") is not None else None,
        tuple(Word(_text(w["word"]), _word_start(w["startTime"]), _time(w.get("endTime"))) for w in words),
        "sound" if fields.get("kind") == "sound" else "speech",
        fields.get("paragraph") is True,
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _time(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e15:
        raise TypeError
    return float(value)


def _word_start(value: object) -> float:
    start = _time(value)
    if start is None:
        raise TypeError
    return start


def _json(value: object) -> str:
    return without_unsafe(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str))
