"""The words of a recording, by a Whisper model, in chunks that a killed run need not do again."""

import hashlib
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from episcribe.library.errors import EpiscribeError, FailureKind
from episcribe.library.transcript import Segment, Transcript, Word
from episcribe.speech.activity import find_speech, seconds_of
from episcribe.speech.audio import RATE, decode, quietest
from episcribe.speech.coverage import covered_seconds
from episcribe.speech.heard import Heard, HeardWord, keep_to_speech
from episcribe.speech.models import Model, get_model, what_is_missing
from episcribe.speech.parts import Plan, Work, WorkFile
from episcribe.speech.phantoms import judge
from episcribe.speech.privacy import keep_private
from episcribe.speech.results import Progress, Recognition, Report, Settings
from episcribe.speech.whisper import Arithmetic, Whisper, choose_arithmetic, language_tag
from episcribe.speech.windows import Window, plan_windows

if TYPE_CHECKING:
    from episcribe.speech.audio import Samples

# Raised when the same recording, model and settings would be heard differently.
_VERSION = 1
_LEAST_SPEECH = 0.25
_LEAST_TIME = 600.0
_TIMES_AS_LONG = 20.0


def recognise(
    audio: Path,
    settings: Settings,
    *,
    language: str | None = None,
    work: Path,
    progress: Report | None = None,
) -> Recognition:
    """The words of the recording `audio`, with times.

    `language` is the language that is spoken (a BCP 47 tag), None when it is to be detected. `work` is the
    file to which finished chunks are appended, and from which they are taken when it belongs to the same
    recording, model and settings. `progress` is called after each window of up to thirty seconds.
    Raises EpiscribeError: PERMANENT for a file that holds no speech or cannot be decoded, and for a model
    that does not exist; TRANSIENT when it cannot be fetched, memory is short, or it takes too long.
    """
    missing = what_is_missing()
    if missing:
        raise EpiscribeError(missing)
    keep_private()
    model = get_model(settings.model)
    arithmetic = choose_arithmetic(settings)
    file = WorkFile(work, _key(audio, model, arithmetic, settings, language))
    state = file.read()
    if state is None or len(state.done) < len(state.plan.chunks):
        state = _hear_all(audio, _Job(settings, model, arithmetic, language), file, state, progress)
    return _result(audio, state, model, asdict(arithmetic) | {"beam": settings.beam})


def _key(
    audio: Path, model: Model, arithmetic: Arithmetic, settings: Settings, language: str | None
) -> dict[str, Any]:
    """What the words depend on."""
    try:
        with audio.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EpiscribeError(f"{audio.name}: cannot be read: {error.strerror}") from error
    return {
        "version": _VERSION,
        "audio": digest,
        "model": model.digest,
        **asdict(arithmetic),
        "beam": settings.beam,
        "language": language,
    }


@dataclass(frozen=True, slots=True)
class _Job:
    """How a recording is to be heard."""

    settings: Settings
    model: Model
    arithmetic: Arithmetic
    language: str | None


def _hear_all(audio: Path, job: _Job, file: WorkFile, state: Work | None, report: Report | None) -> Work:
    """The work done, from where `state` left it, and written to `file` on the way."""
    begun = time.monotonic()
    samples = decode(audio, file.folder)
    plan = state.plan if state else _plan(samples, job.arithmetic.batch)
    if not plan.windows:
        file.begin(plan, "")
        return Work(plan, "", [])
    whisper = Whisper(job.model, job.arithmetic, job.settings)
    if state is None:
        known = whisper.whisper_language(job.language)
        state = Work(plan, known or whisper.detect_language(plan.windows, samples), [])
        file.begin(plan, state.language)
    tell = _Teller(plan, report)
    speech = [(start / RATE, end / RATE) for start, end in plan.speech]
    limit = _LEAST_TIME + _TIMES_AS_LONG * plan.length / RATE
    for number, windows in enumerate(plan.chunks):
        if number < len(state.done):
            tell.skip(windows)
            continue
        if time.monotonic() - begun > limit:
            raise EpiscribeError(
                f"{audio.name}: not done after {limit / 60:.0f} minutes; the next attempt goes on from "
                "there; a smaller model or speech.beam: 1 is quicker",
                FailureKind.TRANSIENT,
            )
        chunk = list(tell.through(number, windows, whisper.hear(windows, samples, state.language, speech)))
        file.append(chunk)
        state.done.append(chunk)
    return state


def _plan(samples: "Samples", chunk: int) -> Plan:
    speech = find_speech(samples)
    if seconds_of(speech) < _LEAST_SPEECH:
        return Plan(len(samples), tuple(speech), (), chunk)

    def quietest_between(start: int, end: int) -> int:
        return start + quietest(samples[start:end])

    return Plan(
        len(samples), tuple(speech), tuple(plan_windows(speech, len(samples), quietest_between)), chunk
    )


class _Teller:
    """Tells how much of the speech is done."""

    def __init__(self, plan: Plan, report: Report | None) -> None:
        self._total = sum(seconds_of(window.parts) for window in plan.windows)
        self._chunks = len(plan.chunks)
        self._report = report
        self._done = 0.0

    def skip(self, windows: Sequence[Window]) -> None:
        """Count windows that an earlier run has heard."""
        self._done += sum(seconds_of(window.parts) for window in windows)

    def through(self, number: int, windows: Sequence[Window], heard: Iterable[Heard]) -> Iterator[Heard]:
        """Pass on what is heard in the windows of a chunk, telling of each."""
        for window, one in zip(windows, heard, strict=True):
            yield one
            self._done += seconds_of(window.parts)
            if self._report:
                self._report(Progress(self._done, self._total, number + 1, self._chunks))


def _result(audio: Path, state: Work, model: Model, settings: dict[str, Any]) -> Recognition:
    speech = [(start / RATE, end / RATE) for start, end in state.plan.speech]
    judged = judge(list(chain.from_iterable(state.done)), speech)
    if not judged.kept:
        raise EpiscribeError(f"{audio.name}: no speech was found in it")
    segments = tuple(_segment(keep_to_speech(group, speech)) for group in judged.kept)
    return Recognition(
        transcript=Transcript(segments, language=language_tag(state.language)),
        duration=state.plan.length / RATE,
        speech_seconds=round(seconds_of(state.plan.speech), 3),
        covered_seconds=round(covered_seconds(speech, chain.from_iterable(judged.kept)), 3),
        dropped=tuple(judged.dropped),
        model=model.name,
        model_digest=model.digest,
        settings={"model": model.name, **settings},
    )


def _segment(group: Sequence[HeardWord]) -> Segment:
    return Segment(
        "".join(word.text for word in group).strip(),
        group[0].start,
        group[-1].end,
        words=tuple(Word(word.text.strip(), word.start, word.end) for word in group),
    )
