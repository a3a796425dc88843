"""What goes into the recognition of a recording, and what comes out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from episcribe.library.transcript import Transcript


class Settings(Protocol):
    """How speech is recognised; `library.settings.SpeechSettings` is one."""

    @property
    def model(self) -> str:
        """The name of a Whisper model, or the folder of one."""

    @property
    def device(self) -> str:
        """`cpu`, `cuda` or `auto`."""

    @property
    def compute(self) -> str:
        """An arithmetic that CTranslate2 knows (`int8`, `float16` …), or `auto`."""

    @property
    def beam(self) -> int:
        """The width of the search."""

    @property
    def threads(self) -> int:
        """Processor threads."""


class Progress(NamedTuple):
    """How far a recognition is: seconds of speech and chunks that are done, of all there are."""

    done_seconds: float
    total_seconds: float
    chunk: int
    chunks: int


Report = Callable[[Progress], None]


class Dropped(NamedTuple):
    """A stretch whose words are held to be false: its seconds, the words, and why."""

    start: float
    end: float
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Recognition:
    """The words of a recording, and what is needed to judge them.

    `duration`: seconds of the recording; `speech_seconds`: those with a voice in them; `covered_seconds`:
    those of them for which there are words. `model_digest` is the SHA-256 of the model's weights.
    `settings` tells what the result depends on, for the record of where a transcript comes from.
    """

    transcript: Transcript
    duration: float
    speech_seconds: float
    covered_seconds: float
    dropped: tuple[Dropped, ...]
    model: str
    model_digest: str
    settings: Mapping[str, Any]

    @property
    def coverage(self) -> float:
        """The share of the speech for which there are words, from 0 to 1."""
        return min(1.0, self.covered_seconds / self.speech_seconds) if self.speech_seconds else 0.0
