"""Recordings decoded to the samples that the models hear: 16,000 a second, one channel."""

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from episcribe.library.errors import EpiscribeError, FailureKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.int16]
    Sound = NDArray[np.float32]

RATE = 16_000
_LONGEST = 48 * 3600
BYTES_IN_MEMORY = 2 * 3600 * RATE * 2
_SAMPLES_AT_ONCE = 500_000
# Containers and bare streams. Playlists (hls, concat, dash) are left out: they name other files and URLs.
_FORMATS = (
    "mp3,mov,wav,w64,rf64,flac,ogg,matroska,aac,asf,aiff,amr,amrnb,amrwb,au,caf,ac3,eac3,mpeg,mpegts,avi,flv,"
    "wv,ape,tta,mp2,mpc,mpc8,spdif,dts,loas,latm,oma,rm,voc"
)
_OPTIONS = {"format_whitelist": _FORMATS, "protocol_whitelist": "file"}


def decode(path: Path, scratch: Path) -> "Samples":
    """The first audio track of the recording as 16-bit samples; packets that are broken are passed over.

    More than two hours are kept in a nameless file in the folder `scratch` and not in memory.
    Raises EpiscribeError: PERMANENT for a file that is no recording, TRANSIENT when there is no room
    for its samples.
    """
    import av

    try:
        with av.open(str(path), metadata_errors="ignore", options=_OPTIONS) as container:
            if not container.streams.audio:
                raise EpiscribeError(f"{path.name}: there is no sound in it; expected an audio track")
            samples = _collect(_resampled(container), path, scratch)
    except (av.error.FFmpegError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise EpiscribeError(
            f"{path.name}: cannot be decoded as a recording ({reason}); fetch it again"
        ) from error
    if not len(samples):
        raise EpiscribeError(f"{path.name}: no sound in it can be decoded; fetch it again")
    return samples


def to_sound(samples: "Samples") -> "Sound":
    """The samples as numbers between -1 and 1."""
    import numpy as np

    return samples.astype(np.float32) / np.float32(32768)


def quietest(samples: "Samples") -> int:
    """The index of the middle of the quietest tenth of a second; the stretch's own middle when short."""
    import numpy as np

    size = RATE // 10
    if len(samples) < 2 * size:
        return len(samples) // 2
    energy = np.concatenate(([0.0], np.cumsum(np.square(samples.astype(np.float64)))))
    return int(np.argmin(energy[size:] - energy[:-size])) + size // 2


def _resampled(container: Any) -> Iterator[bytes]:
    """The sound in large pieces: resampling frame by frame would take longer than decoding."""
    from av import AudioFifo, AudioResampler

    shape: tuple[str, str, int] | None = None
    fifo, resampler = AudioFifo(), AudioResampler(format="s16", layout="mono", rate=RATE)
    for frame in _frames(container):
        now = (frame.format.name, frame.layout.name, frame.sample_rate)
        if shape not in (None, now):
            yield from _drain(fifo, resampler)
            fifo, resampler = AudioFifo(), AudioResampler(format="s16", layout="mono", rate=RATE)
        shape = now
        frame.pts = None
        fifo.write(frame)
        if fifo.samples >= _SAMPLES_AT_ONCE:
            yield from (piece.to_ndarray().tobytes() for piece in resampler.resample(fifo.read()))
    yield from _drain(fifo, resampler)


def _frames(container: Any) -> Iterator[Any]:
    from av.error import InvalidDataError

    for packet in container.demux(container.streams.audio[0]):
        with suppress(InvalidDataError):
            yield from packet.decode()


def _drain(fifo: Any, resampler: Any) -> Iterator[bytes]:
    for rest in (fifo.read() if fifo.samples else None, None):
        if rest is not None or fifo.sample_rate:
            yield from (piece.to_ndarray().tobytes() for piece in resampler.resample(rest))


def _collect(pieces: Iterator[bytes], path: Path, scratch: Path) -> "Samples":
    import numpy as np

    kept = bytearray()
    spill = None
    size = 0
    try:
        for piece in pieces:
            kept += piece
            size += len(piece)
            if size > _LONGEST * RATE * 2:
                raise EpiscribeError(f"{path.name}: longer than {_LONGEST // 3600} hours; cut it in parts")
            if len(kept) > BYTES_IN_MEMORY:
                scratch.mkdir(parents=True, exist_ok=True)
                spill = spill or tempfile.TemporaryFile(dir=scratch)  # noqa: SIM115 - lives with the samples
                spill.write(kept)
                kept.clear()
        if spill is None:
            return np.frombuffer(kept, np.int16)
        spill.write(kept)
        spill.flush()
        return np.memmap(spill, np.int16, mode="r")
    except (MemoryError, OSError) as error:
        if "av" in type(error).__module__:
            raise
        raise EpiscribeError(
            f"{path.name}: no room for its samples ({error}); free memory, or space in {scratch}",
            FailureKind.TRANSIENT,
        ) from error
