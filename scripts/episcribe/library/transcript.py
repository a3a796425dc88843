"""The one model of a transcript: segments in order, with times, speakers and words where they are known."""

from dataclasses import dataclass, field
from typing import Any, Literal

SegmentKind = Literal["speech", "sound"]


@dataclass(frozen=True, slots=True)
class Word:
    """One spoken word with its times in seconds from the start of the recording."""

    text: str
    start: float
    end: float | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of one speaker's words: a cue as read from a file, a sentence once cleaned.

    `start` and `end` are seconds from the start of the recording, None where the source has no times.
    `kind` is "sound" for what is heard but not said: the text of `[Music]` is then "Music".
    `paragraph` says that a new paragraph begins with this segment.
    """

    text: str
    start: float | None = None
    end: float | None = None
    speaker: str | None = None
    words: tuple[Word, ...] = ()
    kind: SegmentKind = "speech"
    paragraph: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A title that the transcript itself holds, before the segment with index `before`."""

    title: str
    before: int
    level: int = 2


@dataclass(frozen=True, slots=True)
class Transcript:
    """Segments in the order they were spoken, and what the file says about itself.

    `language` is a BCP 47 tag. `metadata` holds what stood in the file's own header (title, speakers, date).
    """

    segments: tuple[Segment, ...]
    language: str | None = None
    headings: tuple[Heading, ...] = ()
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def is_timed(self) -> bool:
        """True when every segment has a start."""
        return bool(self.segments) and all(segment.start is not None for segment in self.segments)

    @property
    def seconds(self) -> float | None:
        """Until when it goes; None where it has no times."""
        last = self.segments[-1] if self.is_timed else None
        return None if last is None else last.end if last.end is not None else last.start
