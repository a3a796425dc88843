"""Where in a recording somebody speaks, by the Silero model that comes with faster-whisper."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from episcribe.speech.audio import RATE, to_sound

if TYPE_CHECKING:
    from episcribe.speech.audio import Samples

_BLOCK = 600 * RATE
_SHORTEST_SPEECH = 100
_SHORTEST_SILENCE = 100


class Stretch(NamedTuple):
    """A part of a recording, by the indexes of its first sample and of the first after it."""

    start: int
    end: int


def find_speech(samples: "Samples") -> list[Stretch]:
    """The stretches with a voice in them, in order, without the silence around them.

    Ten minutes are looked at in one go, so that memory does not grow with the recording.
    """
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(
        min_speech_duration_ms=_SHORTEST_SPEECH, min_silence_duration_ms=_SHORTEST_SILENCE, speech_pad_ms=0
    )
    found: list[Stretch] = []
    for offset in range(0, len(samples), _BLOCK):
        block = to_sound(samples[offset : offset + _BLOCK])
        found += (
            Stretch(offset + part["start"], offset + part["end"])
            for part in get_speech_timestamps(block, options)
        )
    return found


def seconds_of(stretches: Iterable[Stretch]) -> float:
    """The length of all stretches together."""
    return sum(stretch.end - stretch.start for stretch in stretches) / RATE
