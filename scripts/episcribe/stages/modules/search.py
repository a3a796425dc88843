"""The search for an episode's transcript: what every module is given, and what it gives."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from episcribe.library.episode import Episode
from episcribe.library.errors import UnreadableTranscript
from episcribe.library.transcript import Transcript
from episcribe.stages.originals import Original, Originals
from episcribe.transcripts.reading import read_transcript


@dataclass(frozen=True, slots=True)
class Search:
    """The episode, its folder, the stage's options, and what was fetched for it before."""

    episode: Episode
    folder: Path
    options: dict[str, Any]
    originals: Originals

    @property
    def language(self) -> str | None:
        """The language spoken, as far as it is known before any word is read."""
        return self.options["language"] or self.episode.language

    @property
    def library(self) -> Path:
        """The folder of the library."""
        return self.folder.parent.parent


@dataclass(frozen=True, slots=True)
class Obtained:
    """A transcript as it was read, before cleaning; `name` is what messages call it.

    `provenance` goes into transcript.json: url, file, type, sha256 and what else the module knows. `metrics`
    go into the state.
    """

    transcript: Transcript
    name: str
    provenance: dict[str, Any]
    metrics: dict[str, Any] = field(default_factory=dict)


Variant = Callable[[], Obtained]
"""Gets one transcript; raises EpiscribeError when it cannot be had or read."""

Module = Callable[[Search], Iterator[Variant]]
"""Offers variants one at a time, best first; raises EpiscribeError when there is nothing to offer."""


def read_original(original: Original, search: Search, *, language: str | None, **known: Any) -> Obtained:
    """The transcript in a fetched file. Raises UnreadableTranscript."""
    try:
        transcript = read_transcript(
            original.data,
            declared_type=original.type,
            name=original.url,
            language=language or search.episode.language,
        )
    except UnreadableTranscript:
        search.originals.refuse(original.url)
        raise
    provenance = {
        "url": original.url,
        "file": f"source/{original.name}",
        "type": original.type,
        "sha256": original.sha256,
        "is_translation": False,
        **known,
    }
    return Obtained(transcript, original.name, provenance)
