"""Recognition of speech against faster-whisper called directly, same settings: seconds and word errors.

`python -m benchmarks.speech [--model NAME] [--rounds N] [--threads N] FILE…` from the root of the project.
Each recording has its words beside it (`talk.wav`, `talk.ref.txt`). They are put one after another, with
pauses, until there are five minutes. The ways to recognise them take turns, each loads its model, and the
best of its rounds counts; the ratio is its processor time over that of the first way.
"""

import argparse
import random
import resource
import tempfile
import time
import wave
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.measures import word_error_rate
from episcribe.library.settings import SpeechSettings
from episcribe.speech.audio import RATE, decode
from episcribe.speech.models import get_model
from episcribe.speech.recognition import recognise

_SECONDS = 300
_PAUSES = (0.2, 0.4, 0.8, 1.5, 3.0, 6.0)

Way = Callable[[Path, SpeechSettings], str]


def directly(audio: Path, settings: SpeechSettings) -> str:
    """faster-whisper's own `transcribe`, window after window, with its voice-activity filter."""
    found, _ = _load(settings).transcribe(
        str(audio), vad_filter=True, condition_on_previous_text=False, **_options(settings)
    )
    return _text(found)


def in_batches(audio: Path, settings: SpeechSettings, size: int) -> str:
    """faster-whisper's own batches of windows."""
    from faster_whisper import BatchedInferencePipeline

    pipeline = BatchedInferencePipeline(_load(settings))
    found, _ = pipeline.transcribe(str(audio), batch_size=size, **_options(settings))
    return _text(found)


def here(audio: Path, settings: SpeechSettings) -> str:
    """The project's own recognition, from the file to the transcript."""
    work = audio.with_suffix(".jsonl")
    work.unlink(missing_ok=True)
    return _text(recognise(audio, settings, work=work).transcript.segments)


WAYS: dict[str, Way] = {
    "faster-whisper": directly,
    "faster-whisper, 1 in a batch": partial(in_batches, size=1),
    "faster-whisper, 4 in a batch": partial(in_batches, size=4),
    "faster-whisper, 8 in a batch": partial(in_batches, size=8),
    "Episcribe": here,
}


def _load(settings: SpeechSettings) -> Any:
    from faster_whisper import WhisperModel

    folder = get_model(settings.model).folder
    return WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=settings.threads)


def _options(settings: SpeechSettings) -> dict[str, Any]:
    return {"beam_size": settings.beam, "temperature": 0.0, "word_timestamps": True}


def _text(segments: Iterable[Any]) -> str:
    return " ".join(segment.text for segment in segments)


def several_minutes(files: list[Path], folder: Path) -> tuple[Path, str]:
    """One recording made of many, always the same, and its words."""
    chance = random.Random(1)
    sounds = [decode(file, folder).tobytes() for file in files]
    texts = [file.with_suffix(".ref.txt").read_text(encoding="utf-8") for file in files]
    data, words = bytearray(), []
    while len(data) < _SECONDS * RATE * 2:
        turn = len(words) % len(files)
        data += sounds[turn] + bytes(2 * int(chance.choice(_PAUSES) * RATE))
        words.append(texts[turn])
    audio = folder / "speech.wav"
    with wave.open(str(audio), "wb") as sound:
        sound.setframerate(RATE)
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.writeframes(data)
    return audio, " ".join(words)


def _processor_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speech")
    parser.add_argument("--model", default="tiny.en")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("files", nargs="+", type=Path)
    arguments = parser.parse_args()
    settings = SpeechSettings(model=arguments.model, device="cpu", threads=arguments.threads)
    elapsed: dict[str, list[float]] = {name: [] for name in WAYS}
    processor: dict[str, list[float]] = {name: [] for name in WAYS}
    errors: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        audio, reference = several_minutes(arguments.files, Path(name))
        for _ in range(arguments.rounds):
            for way, run in WAYS.items():
                begun, used = time.perf_counter(), _processor_seconds()
                text = run(audio, settings)
                elapsed[way].append(time.perf_counter() - begun)
                processor[way].append(_processor_seconds() - used)
                errors[way] = word_error_rate(text, reference)
    first = min(processor["faster-whisper"])
    print(f"{'':30} {'elapsed':>8} {'processor':>10} {'ratio':>6} {'WER':>7}")
    for way in WAYS:
        cost = min(processor[way])
        print(f"{way:30} {min(elapsed[way]):7.1f}s {cost:9.1f}s {cost / first:6.2f} {errors[way]:7.1%}")


if __name__ == "__main__":
    main()
