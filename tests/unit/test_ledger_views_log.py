"""`index.json`, `processing_log` as JSON and CSV, and the questions that are asked of them with jq."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from episcribe.ledger.events import append_event, events_path
from episcribe.ledger.views.updating import update_views
from tests.made_library import STUDY, MadeLibrary, run_stage

jq = pytest.importorskip("jq")

FIELDS = (
    "video_id url video_title subject worker_id stage success error timings processing_duration "
    "files_created logged_at transcript transcript_data study_notes assessment_content notes_filepath "
    "assessment_filepath notes_pdf_path assessment_pdf_path pdf_subdir"
).split()
SECONDS = {"transcript": 5, "notes": 20, "assessment": 28, "notes_pdf": 2, "assessment_pdf": 3, "state": 1}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two episodes that went well on worker 0 and 1, and one whose assessment failed on worker 2."""
    made = MadeLibrary(tmp_path_factory.mktemp("log") / "processed")
    for number, identifier in enumerate(("aaaaaaaa", "bbbbbbbb")):
        keys = ["guid:1", "youtube:dQw4w9WgXcQ"] if not number else []
        folder = made.add(identifier, title="=Sum; of “tides”" if number else None, keys=keys)
        for minute, stage in enumerate(STUDY):
            run_stage(folder, stage, minute, seconds=SECONDS[stage] + number, worker=number)
    folder = made.add("cccccccc", show="nachtzug")
    for minute, stage in enumerate(STUDY[:2]):
        run_stage(folder, stage, minute, seconds=SECONDS[stage], worker=2)
    failure = {"kind": "blocked", "error": "API rate limit exceeded: 429 Too Many Requests"}
    run_stage(folder, "assessment", 3, seconds=4, worker=2, failure=failure)
    update_views(made.path)
    return made.path


@pytest.fixture(scope="module")
def log(library: Path) -> list[dict[str, Any]]:
    jobs = json.loads((library / "processing_log.json").read_text(encoding="utf-8"))
    return sorted(jobs, key=lambda job: job["episode"])


def asked(library: Path, program: str) -> list[Any]:
    text = (library / "processing_log.json").read_text(encoding="utf-8")
    return list(jq.compile(program).input_text(text))


def test_a_job_has_all_its_fields(log: list[dict[str, Any]]) -> None:
    good = log[1]
    assert set(FIELDS) <= set(good)
    assert {key: good[key] for key in FIELDS if key != "files_created"} == {
        "video_id": "dQw4w9WgXcQ",
        "url": "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        "video_title": "Episode aaaaaaaa",
        "subject": "The sea",
        "worker_id": 0,
        "stage": "completed",
        "success": True,
        "error": None,
        "timings": {
            "fetch_transcript": 5,
            "generate_notes": 20,
            "generate_assessment": 28,
            "write_files": 1,
            "export_pdfs": 5,
        },
        "processing_duration": 59,
        "logged_at": "2026-03-01T10:05:01.000Z",
        "transcript": "tidewater/2024-05-01-episode-aaaaaaaa/transcript.txt",
        "transcript_data": None,
        "study_notes": "tidewater/2024-05-01-episode-aaaaaaaa/notes.md",
        "assessment_content": "tidewater/2024-05-01-episode-aaaaaaaa/assessment.md",
        "notes_filepath": "tidewater/2024-05-01-episode-aaaaaaaa/notes.md",
        "assessment_filepath": "tidewater/2024-05-01-episode-aaaaaaaa/assessment.md",
        "notes_pdf_path": "tidewater/2024-05-01-episode-aaaaaaaa/notes.pdf",
        "assessment_pdf_path": "tidewater/2024-05-01-episode-aaaaaaaa/assessment.pdf",
        "pdf_subdir": "tidewater/2024-05-01-episode-aaaaaaaa",
    }
    assert "tidewater/2024-05-01-episode-aaaaaaaa/flashcards.csv" in good["files_created"]


def test_an_episode_that_is_no_video_is_named_by_its_id(log: list[dict[str, Any]]) -> None:
    assert (log[0]["video_id"], log[0]["url"]) == ("cccccccc", "https://podcast.example/cccccccc")


def test_failed_jobs_are_asked_for_with_jq(library: Path) -> None:
    assert asked(library, ".[] | select(.success == false) | {video_id, error, stage, worker_id}") == [
        {
            "video_id": "cccccccc",
            "error": "API rate limit exceeded: 429 Too Many Requests",
            "stage": "generating_assessment",
            "worker_id": 2,
        }
    ]
    [failed] = asked(library, ".[] | select(.success == false)")
    assert failed["notes_pdf_path"] is None


def test_performance_by_worker_is_asked_for_with_jq(library: Path) -> None:
    program = """group_by(.worker_id) | map({
      worker: .[0].worker_id,
      count: length,
      avg_duration: ([.[] | .processing_duration] | add / length),
      success_rate: ([.[] | select(.success)] | length) / length
    })"""
    assert asked(library, program) == [
        [
            {"worker": 0, "count": 1, "avg_duration": 59, "success_rate": 1},
            {"worker": 1, "count": 1, "avg_duration": 65, "success_rate": 1},
            {"worker": 2, "count": 1, "avg_duration": 29, "success_rate": 0},
        ]
    ]


def test_average_timings_are_asked_for_with_jq(library: Path) -> None:
    program = """[.[] | select(.success)] | map(.timings) | {
      fetch: ([.[].fetch_transcript] | add / length),
      notes: ([.[].generate_notes] | add / length),
      assessment: ([.[].generate_assessment] | add / length),
      write: ([.[].write_files] | add / length),
      export: ([.[].export_pdfs] | add / length)
    }"""
    assert asked(library, program) == [
        {"fetch": 5.5, "notes": 20.5, "assessment": 28.5, "write": 1.5, "export": 6}
    ]


def test_statistics_of_each_job_are_asked_for_with_jq(library: Path) -> None:
    program = """[.[] | {
      video: .video_title,
      worker: .worker_id,
      success: .success,
      duration: .processing_duration,
      stage: .stage
    }]"""
    [rows] = asked(library, program)
    assert (rows[0]["video"], rows[0]["worker"], rows[0]["success"]) == ("Episode cccccccc", 2, False)
    assert [asked(library, ".")] == [[json.loads((library / "processing_log.json").read_text())]]


def test_each_run_of_an_episode_is_a_job_of_its_own(tmp_path: Path) -> None:
    made = MadeLibrary(tmp_path / "p")
    folder = made.finished("aaaaaaaa")
    run_stage(folder, "notes", 30, run="r2", seconds=7)
    update_views(made.path)
    first, second = json.loads((made.path / "processing_log.json").read_text())
    assert first["timings"]["fetch_transcript"] == 2
    assert second["timings"] == dict.fromkeys(first["timings"], 0) | {"generate_notes": 7}
    assert (second["success"], second["stage"]) == (True, "notes_generated")


def test_a_job_whose_process_died_has_failed(tmp_path: Path) -> None:
    made = MadeLibrary(tmp_path / "p")
    folder = made.add("aaaaaaaa")
    event = {"stage": "notes", "run": "r1", "time": "2026-03-01T10:00:00Z"}
    append_event(events_path(folder, "notes"), {**event, "event": "started"})
    update_views(made.path)
    assert json.loads((made.path / "processing_log.json").read_text()) == []
    append_event(events_path(folder, "notes"), {**event, "event": "interrupted"})
    update_views(made.path)
    [job] = json.loads((made.path / "processing_log.json").read_text())
    assert (job["success"], job["stage"]) == (False, "generating_notes")
    assert job["error"] == "the process ended before the stage did"


def test_the_table_has_the_same_jobs_and_no_formula(library: Path, log: list[dict[str, Any]]) -> None:
    text = (library / "processing_log.csv").read_bytes().decode("utf-8")
    rows = sorted(csv.DictReader(io.StringIO(text, newline="")), key=lambda row: row["episode"])
    assert [row["logged_at"] for row in rows] == [job["logged_at"] for job in log]
    assert rows[2]["video_title"] == "'=Sum; of “tides”"
    assert (rows[0]["success"], rows[0]["generate_notes"]) == ("false", "20.0")


def test_the_index_finds_episodes_by_id_guid_video_and_folder(library: Path) -> None:
    index = json.loads((library / "index.json").read_text(encoding="utf-8"))
    assert list(index["episodes"]) == ["aaaaaaaa", "bbbbbbbb", "cccccccc"]
    found = index["episodes"]["aaaaaaaa"]
    assert (found["show"], found["stage"], found["date"]) == (
        "tidewater",
        "completed",
        "2024-05-01T06:00:00Z",
    )
    assert {"transcript.json", "notes.md"} <= set(found["files"])
    assert index["by_guid"]["1"] == index["by_youtube_id"]["dQw4w9WgXcQ"] == "aaaaaaaa"
    assert index["by_folder"][found["folder"]] == "aaaaaaaa"
