"""The Whisper model at work: loaded once, asked for the language, and for the words of windows."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NoReturn

from episcribe.library.errors import EpiscribeError, FailureKind
from episcribe.speech.audio import RATE, to_sound
from episcribe.speech.coverage import Spans, covered_seconds
from episcribe.speech.heard import Heard, HeardWord, tidy_words
from episcribe.speech.models import Model
from episcribe.speech.phantoms import REPETITION, why_doubtful
from episcribe.speech.results import Settings
from episcribe.speech.windows import Window

if TYPE_CHECKING:
    from episcribe.speech.audio import Samples, Sound

_FRAMES_A_SECOND = 100
_VOTES = 5
_SURE = 0.9
_ENOUGH_SURE_VOTES = 2
# Whisper's names for languages that BCP 47 has other tags for.
_OTHER_NAMES = {"nb": "no", "iw": "he", "in": "id", "fil": "tl", "cmn": "zh", "jv": "jw", "ji": "yi"}
_TAGS = {"jw": "jv"}


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Where and how a model computes, and how many windows it takes at once."""

    device: str
    compute: str
    batch: int


def choose_arithmetic(settings: Settings) -> Arithmetic:
    """What `auto` means here: a graphics card and int8_float16 where there is one, else int8.

    Four windows at once save a third of the processor's time against one; more take memory and save nothing.
    """
    from ctranslate2 import get_cuda_device_count

    device = settings.device
    if device == "auto":
        device = "cuda" if get_cuda_device_count() else "cpu"
    compute = settings.compute
    if compute == "auto":
        compute = "int8" if device == "cpu" else "int8_float16"
    return Arithmetic(device, compute, 4 if device == "cpu" else 16)


class Whisper:
    """A loaded model. Nothing in it is drawn by lot, so the same sound gives the same words."""

    def __init__(self, model: Model, arithmetic: Arithmetic, settings: Settings) -> None:
        """Raises EpiscribeError when the model cannot be loaded with this arithmetic on this device."""
        from faster_whisper import WhisperModel

        self.name = model.name
        self._arithmetic = arithmetic
        self._beam = settings.beam
        try:
            self._model: Any = WhisperModel(
                str(model.folder),
                device=arithmetic.device,
                compute_type=arithmetic.compute,
                cpu_threads=settings.threads,
                local_files_only=True,
            )
        except (RuntimeError, ValueError, MemoryError, OSError) as error:
            _refuse(error, self.name, arithmetic)

    def whisper_language(self, language: str | None) -> str | None:
        """The model's own name for the language of a BCP 47 tag; None when it is to be detected.

        Raises EpiscribeError for a language that the model was not made for.
        """
        code = (language or "").partition("-")[0].lower()
        code = _OTHER_NAMES.get(code, code)
        known = self._model.supported_languages
        if not self._model.model.is_multilingual:
            if code and code != "en":
                raise EpiscribeError(
                    f"the speech model {self.name!r} knows English only, not {language!r}; "
                    "name a model for many languages, such as base or small"
                )
            return "en"
        return code if code in known else None

    def detect_language(self, windows: Sequence[Window], samples: "Samples") -> str:
        """The language that windows from all over the recording are in, by the sum of their probabilities."""
        votes: Counter[str] = Counter()
        sure: Counter[str] = Counter()
        for index in _spread(len(windows), _VOTES):
            try:
                _, _, ranked = self._model.detect_language(audio=_sound(windows[index], samples))
            except (RuntimeError, MemoryError) as error:
                _refuse(error, self.name, self._arithmetic)
            for code, probability in ranked:
                votes[code] += probability
            code, probability = max(ranked, key=lambda pair: pair[1])
            sure[code] += probability >= _SURE
            if sure[code] >= _ENOUGH_SURE_VOTES and len(sure) == 1:
                break
        return votes.most_common(1)[0][0]

    def hear(
        self, windows: Sequence[Window], samples: "Samples", language: str, speech: Spans
    ) -> Iterator[Heard]:
        """What is said in each window; a doubtful one is heard a second time, in another way.

        `speech` are the stretches of the recording with a voice, in seconds and in order.
        """
        import numpy as np

        sounds = [_sound(window, samples) for window in windows]
        ends = list(accumulate(len(sound) for sound in sounds))
        clips = [(end - len(sound), end) for sound, end in zip(sounds, ends, strict=True)]
        try:
            found = self._hear_batches(np.concatenate(sounds), clips, language)
            for window, sound, clip, part in zip(windows, sounds, clips, found, strict=True):
                heard = _heard(part, window, clip[0] / RATE)
                inside = _inside(speech, heard.start, heard.end)
                if why := why_doubtful(heard, inside):
                    again = self._hear_again(sound, window, language, looped=why == REPETITION)
                    heard = _better(heard, again, inside)
                yield heard
        except (RuntimeError, MemoryError) as error:
            _refuse(error, self.name, self._arithmetic)

    def _hear_batches(
        self, sound: "Sound", clips: Sequence[tuple[int, int]], language: str
    ) -> Iterator[list[Any]]:
        """For each clip (its first sample and the first after it) the segments that were found in it."""
        from faster_whisper import BatchedInferencePipeline

        # A pipeline remembers when the last word ended, so one for each call: a chunk knows of no other.
        found, _ = BatchedInferencePipeline(self._model).transcribe(
            sound,
            language=language,
            # Half a sample more, since the pipeline rounds down.
            clip_timestamps=[{"start": (a + 0.5) / RATE, "end": (b + 0.5) / RATE} for a, b in clips],
            batch_size=self._arithmetic.batch,
            beam_size=self._beam,
            temperature=0.0,
            word_timestamps=True,
        )
        yield from _by_clip(found, [clip[0] for clip in clips])

    def _hear_again(self, sound: "Sound", window: Window, language: str, *, looped: bool) -> Heard:
        """The window heard sentence by sentence, after a loop with repetition made costly."""
        costly = {"no_repeat_ngram_size": 8, "repetition_penalty": 1.1} if looped else {}
        found, _ = self._model.transcribe(
            sound,
            language=language,
            beam_size=self._beam,
            temperature=0.0,
            condition_on_previous_text=False,
            no_speech_threshold=None,
            word_timestamps=True,
            **costly,
        )
        return _heard(list(found), window, 0.0)


def _by_clip(segments: Iterable[Any], begins: Sequence[int]) -> Iterator[list[Any]]:
    """The segments of each clip, as they come; a segment's `seek` is the frame at which its clip begins."""
    frames = [begin * _FRAMES_A_SECOND // RATE for begin in begins]
    at = 0
    found: list[Any] = []
    for segment in segments:
        while at < len(frames) - 1 and segment.seek >= frames[at + 1]:
            yield found
            found, at = [], at + 1
        found.append(segment)
    yield found
    yield from ([] for _ in frames[at + 1 :])


def language_tag(code: str) -> str:
    """The BCP 47 tag of one of Whisper's languages."""
    return _TAGS.get(code, code)


def _heard(found: Sequence[Any], window: Window, offset: float) -> Heard:
    """What was found in a window's sound, which begins `offset` seconds into what was searched."""
    words = [
        HeardWord(
            str(word.word),
            *window.locate(float(word.start) - offset, float(word.end) - offset),
            float(word.probability),
        )
        for part in found
        for word in part.words or ()
    ]
    low, high = window.parts[0].start / RATE, window.parts[-1].end / RATE
    weights = [max(1, len(part.tokens)) for part in found]
    return Heard(
        round(low, 3),
        round(high, 3),
        tidy_words(words, low, high),
        round(_mean([part.avg_logprob for part in found], weights), 3),
        round(max((float(part.no_speech_prob) for part in found), default=1.0), 3),
        round(max((float(part.compression_ratio) for part in found), default=0.0), 3),
    )


def _mean(values: Sequence[float], weights: Sequence[int]) -> float:
    return float(sum(v * w for v, w in zip(values, weights, strict=True)) / sum(weights)) if weights else -9.0


def _inside(speech: Spans, low: float, high: float) -> Spans:
    """The stretches between two times; none of them goes across either."""
    return speech[bisect_left(speech, (low, 0.0)) : bisect_left(speech, (high, 0.0))]


def _better(first: Heard, second: Heard, speech: Spans) -> Heard:
    """The one of two hearings of a window with less against it; the first one when they are even."""

    def rank(heard: Heard) -> tuple[bool, bool, float, float]:
        doubt = why_doubtful(heard, speech)
        covered = round(covered_seconds(speech, heard.words))
        return bool(heard.words), doubt is None, covered, heard.log_probability

    return second if rank(second) > rank(first) else first


def _sound(window: Window, samples: "Samples") -> "Sound":
    import numpy as np

    return to_sound(np.concatenate([samples[part.start : part.end] for part in window.parts]))


def _spread(length: int, number: int) -> list[int]:
    """Up to `number` indexes from all over a list of `length`, each from the middle of its share."""
    number = min(length, number)
    return [(2 * i + 1) * length // (2 * number) for i in range(number)]


def _refuse(error: Exception, name: str, arithmetic: Arithmetic) -> NoReturn:
    reason = " ".join(str(error).split())[:160] or type(error).__name__
    memory = isinstance(error, MemoryError) or "memory" in reason.lower() or "bad_alloc" in reason
    if memory:
        raise EpiscribeError(
            f"not enough memory for the speech model {name!r} on {arithmetic.device} ({reason}); "
            "choose a smaller model, or run fewer at once",
            FailureKind.TRANSIENT,
        ) from error
    advice = "set speech.device to cpu" if arithmetic.device == "cuda" else "choose another model or compute"
    raise EpiscribeError(
        f"the speech model {name!r} does not run on {arithmetic.device} as {arithmetic.compute} ({reason}); "
        f"{advice}"
    ) from error
