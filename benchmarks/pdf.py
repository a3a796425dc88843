"""The PDFs of an hour of speech: seconds, processor seconds and peak memory, whole process and its parts.

`python -m benchmarks.pdf [RUNS]` from the root of the project; the median of the runs is printed.
"""

import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.common import measure, one_hour_of_captions
from episcribe.library.episode import Enclosure, Episode
from episcribe.study.assessment import assessment_markdown, make_questions
from episcribe.study.chapters import episode_chapters
from episcribe.study.fonts import font_folders, uncovered
from episcribe.study.notes import write_notes
from episcribe.study.pandoc import find_pandoc, markdown_to_typst
from episcribe.text.cleaning import clean_transcript
from episcribe.transcripts.reading import read_transcript

_ONE_PDF = (
    "import sys; from pathlib import Path; from episcribe.study.pdf import markdown_to_pdf;"
    "path = Path(sys.argv[1]); pdf = markdown_to_pdf(path.read_text('utf-8'), kind=path.stem);"
    "path.with_suffix('.pdf').write_bytes(pdf.data)"
)


def documents() -> dict[str, str]:
    """The Markdown of the notes and the assessment of an hour of speech."""
    transcript = clean_transcript(read_transcript(one_hour_of_captions().encode(), name="hour.vtt"))
    episode = Episode(
        id="0000hour",
        show="show",
        folder="hour",
        title="An hour of speech",
        podcast="The Show",
        published="2024-05-01T06:00:00Z",
        duration=3600.0,
        language="en",
        enclosures=(Enclosure("https://podcast.example/hour.mp3"),),
    )
    chapters = episode_chapters(episode, transcript)
    questions = make_questions(transcript.segments, transcript.language, chapters)
    return {
        "notes": write_notes(episode, transcript, chapters),
        "assessment": assessment_markdown(questions, episode),
    }


def whole_process(kind: str, markdown: str, folder: Path, runs: int) -> str:
    """One line: what a process takes that makes one PDF and ends."""
    path = folder / f"{kind}.md"
    path.write_text(markdown, "utf-8")
    costs = [measure((sys.executable, "-c", _ONE_PDF, str(path)), folder) for _ in range(runs)]
    size = path.with_suffix(".pdf").stat().st_size
    return (
        f"{kind:12} {statistics.median(cost.elapsed for cost in costs):6.3f} s"
        f" {statistics.median(cost.cpu for cost in costs):6.3f} core-s"
        f" {max(cost.memory for cost in costs):5.0f} MB  {len(markdown):7,} characters  {size:9,} bytes"
    )


def part(name: str, work: Callable[[], object], runs: int) -> str:
    """One line: what a part takes in this process and its children."""
    costs = []
    for _ in range(runs):
        begun = _cpu()
        clock = time.perf_counter()
        work()
        costs.append((time.perf_counter() - clock, _cpu() - begun))
    elapsed, cpu = (statistics.median(column) for column in zip(*costs, strict=True))
    return f"  {name:22} {elapsed:6.3f} s {cpu:6.3f} core-s"


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def main(runs: int) -> None:
    """Print what each PDF takes, and where the time of the notes goes."""
    made = documents()
    find_pandoc()
    with tempfile.TemporaryDirectory() as folder:
        for kind, markdown in made.items():
            print(whole_process(kind, markdown, Path(folder), runs))
    notes = made["notes"]
    print(part("pandoc", lambda: markdown_to_typst(notes), runs))
    print(part("coverage of Latin", lambda: uncovered(notes, font_folders(notes)), runs))
    mixed = notes + "日本語 한국어 ไทย हिन्दी 😀"
    print(part("coverage of many", lambda: uncovered(mixed, font_folders(mixed)), runs))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
