"""What is searched: transcripts and notes in passages, a few sentences of one speaker each."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

_LONGEST = 600
_BLANK = re.compile(r"\n[ \t]*\n")
_FRONT_MATTER = re.compile(r"---\n.*?\n---\n", re.DOTALL)
_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^()\s]*\)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_MARKUP = re.compile(r"^[ \t]*(?:#{1,6} |[-*+] |> ?)|\*\*|__", re.MULTILINE)


class Passage(NamedTuple):
    """Some sentences, a line each. `start` is where the first is said, in seconds; `starts` all of them as
    JSON, None where there are no times or one sentence only.
    """

    kind: str
    start: float | None
    speaker: str | None
    starts: str | None
    text: str


def transcript_passages(path: Path) -> Iterator[Passage]:
    """The passages of a transcript.json: each ends with its paragraph, its speaker, or when it is long; none
    of a file that is no transcript.
    """
    sentences: list[tuple[float | None, str]] = []
    speaker: str | None = None
    length = 0
    for segment in _segments(path):
        body = segment.get("body")
        if not isinstance(body, str) or not (text := " ".join(body.split())):
            continue
        own = segment.get("speaker")
        own = own if isinstance(own, str) else None
        if sentences and (segment.get("paragraph") is True or own != speaker or length > _LONGEST):
            yield _passage(sentences, speaker)
            sentences, length = [], 0
        speaker = own
        sentences.append((_seconds(segment.get("startTime")), text))
        length += len(text)
    if sentences:
        yield _passage(sentences, speaker)


def notes_passages(path: Path) -> Iterator[Passage]:
    """The passages of a notes.md: its blocks without markup and front matter."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n")
    except OSError:
        return
    for block in _BLANK.split(_FRONT_MATTER.sub("", text, count=1) if text.startswith("---\n") else text):
        bare = _ESCAPE.sub(r"\1", _MARKUP.sub("", _LINK.sub(r"\1", block)))
        lines = [line for raw in bare.split("\n") if (line := " ".join(raw.split()))]
        if lines:
            yield Passage("notes", None, None, None, "\n".join(lines))


def _segments(path: Path) -> Iterator[dict[str, Any]]:
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return
    segments = document.get("segments") if isinstance(document, dict) else None
    for segment in segments if isinstance(segments, list) else ():
        if isinstance(segment, dict):
            yield segment


def _passage(sentences: list[tuple[float | None, str]], speaker: str | None) -> Passage:
    starts = [start for start, _ in sentences]
    told = len(starts) > 1 and any(start is not None for start in starts)
    text = "\n".join(text for _, text in sentences)
    return Passage(
        "transcript", starts[0], speaker, json.dumps(starts, separators=(",", ":")) if told else None, text
    )


def _seconds(value: object) -> float | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e9:
        return float(value)
    return None
