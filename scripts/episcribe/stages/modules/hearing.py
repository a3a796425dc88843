"""The recording of an episode, transcribed by speech recognition."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from episcribe.library.errors import EpiscribeError, FailureKind
from episcribe.library.refresh import is_remote
from episcribe.speech.progress import print_progress
from episcribe.speech.recognition import recognise
from episcribe.speech.results import Recognition, Report, Settings
from episcribe.stages.modules.search import Obtained, Search, Variant, read_original
from episcribe.stages.progress.telling import Teller
from episcribe.stages.recordings import (
    Recording,
    digest_of,
    discard_recording,
    get_recording,
    release_recording,
)
from episcribe.transcripts.podcast_json import write_podcast_json

_ONLY_SPEED = frozenset(("threads",))
_LEAST_COVERAGE = 0.5


def speech(search: Search) -> Iterator[Variant]:
    """What is said in the episode's recording; what was recognised before is not recognised again."""
    yield partial(_read_or_hear, search)


def _read_or_hear(search: Search) -> Obtained:
    settings = {name: value for name, value in search.options["speech"].items() if name not in _ONLY_SPEED}
    wanted = {"settings": settings, "language": search.language}
    for original in search.originals.kept_as("speech"):
        known = original.known
        if {name: known.get(name) for name in wanted} == wanted and _is_of_today(known["about"]):
            return read_original(original, search, language=None, **known["about"])
    recording = get_recording(search)
    try:
        return _hear(search, wanted, recording)
    except EpiscribeError as error:
        # What may pass by itself is no fault of the recording.
        if error.kind is not FailureKind.TRANSIENT:
            discard_recording(recording, search.folder)
        raise


def _is_of_today(about: Mapping[str, Any]) -> bool:
    """False when the recording lies on this disk and is another than the one that was transcribed."""
    path = Path(about["url"])
    if is_remote(about["url"]) or not path.exists():
        return True
    return bool(digest_of(path) == about["recording"]["sha256"])


def _hear(search: Search, wanted: Mapping[str, Any], recording: Recording) -> Obtained:
    work = search.folder / "source" / "speech.partial.jsonl"
    recognition = recognise(
        recording.path,
        cast(Settings, SimpleNamespace(**search.options["speech"])),
        language=search.language,
        work=work,
        progress=_report(f"{search.folder.parent.name}/{search.folder.name}"),
    )
    if recognition.coverage < _LEAST_COVERAGE:
        raise EpiscribeError(
            f"only {recognition.coverage:.0%} of the speech in {recording.path.name} became words"
        )
    about = _about(recognition, recording)
    original = search.originals.keep(
        f"{recording.url}#speech",
        "application/json",
        write_podcast_json(recognition.transcript, provenance=about).encode(),
        "speech",
        **wanted,
        about=about,
    )
    work.unlink(missing_ok=True)
    release_recording(recording)
    return read_original(original, search, language=None, **about)


def _report(episode: str) -> Report:
    """A report to the bars of the run where there are some, else in a line now and then."""
    tell = Teller(episode, "transcript")
    if tell.is_heard:
        return lambda progress: tell("listening", progress.done_seconds, progress.total_seconds)
    return print_progress(episode, every=15.0)


def _about(recognition: Recognition, recording: Recording) -> dict[str, Any]:
    return {
        "url": recording.url,
        "recording": {"sha256": recording.sha256, "duration": round(recognition.duration, 3)},
        "model": recognition.model,
        "model_sha256": recognition.model_digest,
        "coverage": round(recognition.coverage, 3),
        "dropped": [dropped._asdict() for dropped in recognition.dropped],
    }
