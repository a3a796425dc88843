"""Make `notes.md` from the transcript and its chapters."""

import json
import re
import sys
from pathlib import Path

from episcribe.library.episode import Episode
from episcribe.library.episode_file import read_episode
from episcribe.library.files import write_atomically
from episcribe.library.transcript import Transcript
from episcribe.stages.job import Job, run_job
from episcribe.stages.originals import Originals
from episcribe.study.chapters import Chapter, episode_chapters, read_chapters_json, with_sentences
from episcribe.study.notes import NotesOptions, write_notes
from episcribe.transcripts.podcast_json import read

_SCORE = re.compile(r"^score: (\d+)$", re.MULTILINE)


def make_notes(job: Job) -> None:
    """Write what the transcript says, in short, with the chapters that the feed or the words have."""
    episode = read_episode(job.folder)
    text = (job.folder / "transcript.json").read_text(encoding="utf-8")
    transcript = read(text)
    chapters = _chapters(episode, transcript, job.folder)
    score = _SCORE.search((job.folder / "quality.yaml").read_text(encoding="utf-8"))
    notes = write_notes(
        episode,
        transcript,
        chapters,
        NotesOptions(
            summary_sentences=job.options["summary_sentences"],
            key_points=job.options["key_points"],
            terms=job.options["terms"],
            quotations=job.options["quotations"],
            people=job.options["people"],
        ),
        quality=int(score[1]) if score else None,
        subject=job.options["subject"],
        show_title=job.options["title"],
        transcript_source=json.loads(text).get("provenance", {}).get("module"),
    )
    write_atomically(job.folder / "notes.md", notes)


def _chapters(episode: Episode, transcript: Transcript, folder: Path) -> list[Chapter]:
    """The chapters of `chapters.json`, each with the sentence that it begins with.

    A transcript without times may have chapters without times, which that file cannot hold: those are found
    again.
    """
    if transcript.is_timed:
        return with_sentences(read_chapters_json((folder / "chapters.json").read_bytes()), transcript)
    return episode_chapters(episode, transcript, _given_chapters(episode, folder))


def _given_chapters(episode: Episode, folder: Path) -> list[Chapter]:
    """The chapters of the file that the feed names, where it could be had."""
    if episode.chapters is None:
        return []
    kept = Originals(folder / "source").kept(episode.chapters.url)
    return read_chapters_json(kept.data) if kept else []


def main() -> int:
    """`notes.md OPTIONS LOG`."""
    return run_job("notes", make_notes)


if __name__ == "__main__":
    sys.exit(main())
