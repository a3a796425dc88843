"""Make `assessment.md` and `flashcards.csv` from the transcript."""

import sys

from episcribe.library.episode_file import read_episode
from episcribe.library.errors import EpiscribeError, FailureKind
from episcribe.library.files import write_atomically
from episcribe.stages.job import Job, run_job
from episcribe.study.assessment import AssessmentOptions, assessment_markdown, choose_questions, question_pool
from episcribe.study.chapters import read_chapters_json
from episcribe.study.flashcards import flashcards_csv, make_flashcards
from episcribe.transcripts.podcast_json import read


def write_assessment(job: Job) -> None:
    """Ask what the transcript answers."""
    episode = read_episode(job.folder)
    transcript = read((job.folder / "transcript.json").read_text(encoding="utf-8"))
    chapters = read_chapters_json((job.folder / "chapters.json").read_bytes())
    sentences = [segment for segment in transcript.segments if segment.kind == "speech"]
    options = AssessmentOptions(
        questions=job.options["questions"],
        kinds=tuple(job.options["kinds"]),
        flashcards=job.options["flashcards"],
        choices=job.options["choices"],
    )
    pool = question_pool(sentences, transcript.language, chapters, options)
    questions = choose_questions(pool, options, len(sentences))
    cards = make_flashcards(pool, questions, episode, options, len(sentences))
    if not questions or not cards:
        raise EpiscribeError(
            f"the transcript ({len(sentences)} sentences) answers no question that is worth asking; "
            "take 'study' out of the show's tracks, or the episode out by match, after or before",
            FailureKind.PERMANENT,
        )
    page = assessment_markdown(
        questions,
        episode,
        language=transcript.language,
        subject=job.options["subject"],
        show_title=job.options["title"],
    )
    write_atomically(job.folder / "assessment.md", page)
    write_atomically(job.folder / "flashcards.csv", flashcards_csv(cards, episode))
    job.note(metrics={"questions": len(questions), "flashcards": len(cards)})


def main() -> int:
    """`assessment.md OPTIONS LOG`."""
    return run_job("assessment", write_assessment)


if __name__ == "__main__":
    sys.exit(main())
