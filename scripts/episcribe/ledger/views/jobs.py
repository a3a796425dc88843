"""Jobs: what was done to an episode in one run, as one object each in `processing_log.json`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from episcribe.ledger.events import ENDS, Event, moment_of, moment_text
from episcribe.ledger.tracks import TRACKS

TIMINGS = {
    "fetch_transcript": ("transcript",),
    "generate_notes": ("notes",),
    "generate_assessment": ("assessment",),
    "write_files": ("state",),
    "export_pdfs": ("notes_pdf", "assessment_pdf"),
}
"""What each timing of a job is the time of."""
_FILES = {
    "transcript": "transcript.txt",
    "study_notes": "notes.md",
    "assessment_content": "assessment.md",
    "notes_filepath": "notes.md",
    "assessment_filepath": "assessment.md",
    "notes_pdf_path": "notes.pdf",
    "assessment_pdf_path": "assessment.pdf",
}
_DURING = {
    job: step.during or step.reached
    for track in reversed(TRACKS.values())
    for step in reversed(track.steps)
    for job in step.jobs
} | {"state": "completed"}
_REACHED = {job: step.reached for track in TRACKS.values() for step in track.steps for job in step.jobs}
_ORDER = {job: n for n, job in enumerate((*_REACHED, "state"))}
_INTERRUPTED = "the process ended before the stage did"


@dataclass(frozen=True, slots=True)
class Subject:
    """What is said of an episode in each of its jobs; `place` is `show/folder`."""

    video_id: str
    url: str | None
    title: str
    place: str
    subject: str | None = None
    files: Sequence[str] = ()
    transcript: Mapping[str, Any] | None = None


def jobs_of(events: Sequence[Event], about: Subject) -> list[dict[str, Any]]:
    """The jobs of an episode, one for each run in which a stage of it ended, in the order of their first end.

    `events` are all events of the episode, oldest first. Every timing is a number: seconds that the stage
    took in this run, 0 where it was not at work.
    """
    runs: dict[str, list[Event]] = {}
    for event in events:
        if event["event"] in ENDS and isinstance(event.get("stage"), str):
            runs.setdefault(str(event.get("run") or ""), []).append(event)
    return [{"run": run, **_job(ends, about)} for run, ends in runs.items()]


def _job(ends: Sequence[Event], about: Subject) -> dict[str, Any]:
    last = {event["stage"]: event for event in ends}
    failed = [event for event in last.values() if event["event"] in ("failed", "interrupted")]
    failure = failed[0] if failed else None
    timings = {
        name: round(sum(_seconds(e) for e in ends if e["stage"] in jobs), 3) for name, jobs in TIMINGS.items()
    }
    others = sum(_seconds(e) for e in ends if not any(e["stage"] in jobs for jobs in TIMINGS.values()))
    finished = [event for event in last.values() if event["event"] == "finished"]
    made = dict.fromkeys(name for event in finished for name in _outputs(event))
    longest = max(last.values(), key=_seconds)
    paths = {key: f"{about.place}/{name}" if name in about.files else None for key, name in _FILES.items()}
    return {
        "video_id": about.video_id,
        "url": about.url,
        "video_title": about.title,
        "subject": about.subject,
        "worker_id": _worker(failure if failure is not None else longest),
        "stage": _stage(failure, finished, about),
        "success": failure is None,
        "error": None if failure is None else _error(failure),
        "timings": timings,
        "processing_duration": round(sum(timings.values()) + others, 3),
        "files_created": [f"{about.place}/{name}" for name in made],
        "logged_at": _latest(ends),
        "episode": about.place,
        **paths,
        "transcript_data": dict(about.transcript or {}) or None,
        "pdf_subdir": about.place if paths["notes_pdf_path"] or paths["assessment_pdf_path"] else None,
    }


def _stage(failure: Event | None, finished: Sequence[Event], about: Subject) -> str:
    """The stage in which the job failed, else the furthest that it reached."""
    if failure is not None:
        return _DURING.get(str(failure["stage"]), str(failure["stage"]))
    if not finished:
        return "created"
    furthest = max((str(event["stage"]) for event in finished), key=lambda job: _ORDER.get(job, -1))
    if furthest in ("notes_pdf", "assessment_pdf", "state"):
        whole = {"notes.pdf", "assessment.pdf"} <= set(about.files)
        return "completed" if furthest == "state" or whole else "exporting_pdfs"
    return _REACHED.get(furthest, furthest)


def _error(failure: Event) -> str:
    if failure["event"] == "interrupted":
        return str(failure.get("error", _INTERRUPTED))
    return str(failure.get("error") or "it failed")


def _outputs(event: Event) -> list[str]:
    outputs = event.get("outputs")
    if not isinstance(outputs, dict):
        return []
    return [name for name, digest in outputs.items() if digest is not None]


def _worker(event: Event) -> int:
    worker = event.get("worker")
    return worker if isinstance(worker, int) and not isinstance(worker, bool) else 0


def _seconds(event: Event) -> float:
    seconds = event.get("duration")
    if isinstance(seconds, (int, float)) and not isinstance(seconds, bool) and 0 <= seconds < 1e9:
        return float(seconds)
    return 0.0


def _latest(ends: Sequence[Event]) -> str:
    moments = [moment for event in ends if (moment := moment_of(event.get("time"))) is not None]
    return moment_text(max(moments)) if moments else ""
