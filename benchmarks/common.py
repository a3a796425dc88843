"""What the benchmarks share: processes measured, and libraries to measure them on."""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SNAKEMAKE = (sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"))
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)
_TRANSCRIPTS = (
    "s01e01-springs-and-neaps.vtt",
    "s01e02-the-waggle-dance.srt",
    "s01e03-lichens.json",
    "s01e04-old-snow.html",
)


@dataclass(frozen=True)
class Cost:
    """What a command took: elapsed and processor seconds, with all its children.

    `memory` is the most, in MB, that the command's own process held, `own` its processor seconds without its
    children, `threads` the most that it had at once: all three as seen every few hundredths of a second.
    """

    elapsed: float
    cpu: float
    memory: float
    output: str
    own: float = 0.0
    threads: int = 0


class _Watch(threading.Thread):
    """Looks at a process until it ends."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self.own = 0.0
        self.threads = 0
        self.memory = 0.0
        self._process = Path(f"/proc/{process}")

    def run(self) -> None:
        tick = os.sysconf("SC_CLK_TCK")
        while True:
            try:
                # proc(5): from the third field on, after the name in parentheses.
                fields = (self._process / "stat").read_text().rpartition(")")[2].split()
                status = (self._process / "status").read_text()
            except OSError:
                return
            self.own = max(self.own, (int(fields[11]) + int(fields[12])) / tick)
            self.threads = max(self.threads, int(fields[17]))
            # What wait4(2) tells of a process's memory begins with that of the one which forked it.
            if peak := _PEAK.search(status):
                self.memory = int(peak[1]) / 1024
            time.sleep(0.02)


def measure(command: Sequence[str], folder: Path, variables: Mapping[str, str] | None = None) -> Cost:
    """Run `command` in `folder`, with `variables` added to the environment. Raises CalledProcessError when it
    fails.
    """
    with (folder / "benchmark.out").open("w+") as output:
        begun = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(variables or {})},
        )
        watch = _Watch(process.pid)
        watch.start()
        _, status, usage = os.wait4(process.pid, 0)
        elapsed = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        printed = output.read()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(command), printed)
    cpu = usage.ru_utime + usage.ru_stime
    return Cost(elapsed, cpu, watch.memory, printed, watch.own, watch.threads)


def load() -> str:
    """How busy the machine is besides, to stand beside a figure."""
    return f"load {os.getloadavg()[0]:.1f}"


@cache
def sample_sentences() -> list[tuple[str, str]]:
    """The speakers and sentences of the sample library's transcripts, in their order."""
    from episcribe.text.cleaning import clean_transcript
    from episcribe.transcripts.reading import read_transcript

    sentences: list[tuple[str, str]] = []
    for name in _TRANSCRIPTS:
        data = (ROOT / "sample/tidewater/transcripts" / name).read_bytes()
        segments = clean_transcript(read_transcript(data, name=name)).segments
        sentences += [(s.speaker or "Nell Averill", s.text) for s in segments if s.kind == "speech"]
    return sentences


def one_hour_of_captions() -> str:
    """WebVTT of about an hour of English speech, 9,000 words, from the episodes of the sample library."""
    from episcribe.library.transcript import Segment, Transcript
    from episcribe.transcripts.reading import read_transcript
    from episcribe.transcripts.writing import write_transcript

    cues: list[Segment] = []
    start = 0.0
    for name in _TRANSCRIPTS:
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
