"""What the benchmarks share: processes measured, and libraries to measure them on."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SNAKEMAKE = (sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"))


@dataclass(frozen=True)
class Cost:
    """What a command took: elapsed and processor seconds, with all its children, and peak memory in MB."""

    elapsed: float
    cpu: float
    memory: float
    output: str


def measure(command: Sequence[str], folder: Path) -> Cost:
    """Run `command` in `folder`. Raises CalledProcessError when it fails."""
    with (folder / "benchmark.out").open("w+") as output:
        begun = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        elapsed = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        printed = output.read()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(command), printed)
    return Cost(elapsed, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, printed)


def one_hour_of_captions() -> str:
    """WebVTT of about an hour of English speech, 9,000 words, from the episodes of the sample library."""
    from episcribe.library.transcript import Segment, Transcript
    from episcribe.transcripts.reading import read_transcript
    from episcribe.transcripts.writing import write_transcript

    cues: list[Segment] = []
    start = 0.0
    names = (
        "s01e01-springs-and-neaps.vtt",
        "s01e02-the-waggle-dance.srt",
        "s01e03-lichens.json",
        "s01e04-old-snow.html",
    )
    for name in names:
        path = ROOT / "sample/tidewater/transcripts" / name
        for segment in read_transcript(path.read_bytes(), name=name).segments:
            for words in _pieces(segment.text):
                length = len(words.split()) / 2.5
                cues.append(Segment(words, round(start, 3), round(start + length, 3), segment.speaker))
                start += length
    return write_transcript(Transcript(tuple(cues), language="en"), "vtt")


def _pieces(text: str, size: int = 14) -> list[str]:
    words = text.split()
    return [" ".join(words[i : i + size]) for i in range(0, len(words), size)]
