"""The words of a recording, by a Whisper model, in chunks that a killed run need not do again."""

from pathlib import Path

from episcribe.library.errors import EpiscribeError
from episcribe.library.transcript import Segment, Transcript, Word
from episcribe.speech.models import get_model, what_is_missing
from episcribe.speech.results import Progress, Recognition, Report, Settings


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
    recording, model and settings. `progress` is called after each chunk.
    Raises EpiscribeError: PERMANENT for a file that holds no speech or cannot be decoded, and for a model
    that does not exist; TRANSIENT when it cannot be fetched, memory is short, or it takes too long.
    """
    missing = what_is_missing()
    if missing:
        raise EpiscribeError(missing)
    model = get_model(settings.model)
    from faster_whisper import WhisperModel, decode_audio

    samples = decode_audio(str(audio))
    whisper = WhisperModel(str(model.folder), device="cpu", compute_type="int8", cpu_threads=settings.threads)
    found, info = whisper.transcribe(
        samples,
        language=language and language.partition("-")[0].lower(),
        beam_size=settings.beam,
        temperature=0.0,
        vad_filter=True,
        word_timestamps=True,
        condition_on_previous_text=False,
    )
    segments = tuple(
        Segment(
            part.text.strip(),
            part.start,
            part.end,
            words=tuple(Word(w.word.strip(), w.start, w.end) for w in part.words),
        )
        for part in found
    )
    if not segments:
        raise EpiscribeError(f"{audio.name}: no speech was found in it")
    if progress:
        progress(Progress(info.duration_after_vad, info.duration_after_vad, 1, 1))
    return Recognition(
        transcript=Transcript(segments, language=info.language),
        duration=info.duration,
        speech_seconds=info.duration_after_vad,
        covered_seconds=sum((s.end or 0) - (s.start or 0) for s in segments),
        dropped=(),
        model=model.name,
        model_digest=model.digest,
        settings={"model": model.name, "beam": settings.beam},
    )
