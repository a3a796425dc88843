"""What exists and what is newer decides what runs."""

import os
from pathlib import Path

import pytest

from episcribe.library.layout import STUDY_PRODUCTS
from tests.workflow.library import Library

NOTHING = "Nothing to be done"


def changed(before: dict[str, int], after: dict[str, int]) -> set[str]:
    return {name for name in after if after[name] != before.get(name)}


def test_one_command_discovers_and_builds_everything(built: Library) -> None:
    assert len(built.episodes()) == 2
    for folder in built.episodes():
        assert all((folder / name).stat().st_size > 0 for name in STUDY_PRODUCTS)
        assert built.state(folder)["stage"] == "completed"
        assert "seal" in built.state(folder)


def test_a_second_run_does_nothing(built: Library) -> None:
    before = built.times()
    assert (built.processed / "seals.jsonl").read_text().count("\n") == 2
    assert NOTHING in built.run().stderr
    assert built.times() == before


@pytest.mark.slow
def test_when_the_gathered_seals_are_lost_nothing_is_made_again_and_they_come_back(built: Library) -> None:
    before, seals = built.times(), (built.processed / "seals.jsonl").read_text()
    (built.processed / "seals.jsonl").unlink()
    assert NOTHING in built.run().stderr
    assert built.times() == before
    assert (built.processed / "seals.jsonl").read_text() == seals


@pytest.mark.slow
def test_files_that_are_in_order_but_of_other_times_are_sealed_as_they_stand(built: Library) -> None:
    seals = built.processed / "seals.jsonl"
    first = seals.read_text()
    built.run("--touch", "--forceall")
    assert NOTHING in built.run().stderr
    touched = seals.read_text()
    assert touched.count("\n") == 2
    assert set(touched.splitlines()).isdisjoint(first.splitlines())
    assert NOTHING in built.run().stderr
    assert seals.read_text() == touched


def test_sealed_episodes_are_left_out_of_the_graph(built: Library) -> None:
    assert built.would_make() == set()
    listed = built.run("--summary").stdout
    assert "notes.pdf" in listed


@pytest.mark.slow
def test_without_seals_a_second_run_does_nothing_either(built: Library) -> None:
    assert NOTHING in built.run("--config", "seal=false").stderr


def test_a_deleted_pdf_alone_comes_back(built: Library) -> None:
    before = built.times()
    first = built.episodes()[0]
    (first / "notes.pdf").unlink()
    built.run()
    name = f"talks/{first.name}"
    assert changed(before, built.times()) == {f"{name}/notes.pdf", f"{name}/state.yaml"}


def test_a_touched_transcript_takes_its_episode_along_and_no_other(built: Library) -> None:
    before = built.times()
    first, second = built.episodes()
    os.utime(first / "transcript.json")
    built.run()
    touched = changed(before, built.times())
    assert {f"talks/{first.name}/{name}" for name in ("notes.md", "assessment.md", "notes.pdf")} <= touched
    assert not any(second.name in name for name in touched)


def test_an_edited_source_takes_its_episode_along_and_no_other(built: Library) -> None:
    before = built.times()
    first, second = built.episodes()
    source = built.folder / "talks" / "2024-01-05 First talk.vtt"
    source.write_text(source.read_text().replace("tide", "flood"))
    built.run()
    touched = changed(before, built.times())
    assert {f"talks/{first.name}/{name}" for name in STUDY_PRODUCTS} <= touched
    assert not any(second.name in name for name in touched)


@pytest.mark.slow
def test_the_question_count_of_one_show_touches_its_assessments_only(built: Library) -> None:
    other = built.folder / "more"
    other.mkdir()
    (other / "2024-03-01 Third talk.vtt").write_bytes(
        (built.folder / "talks/2024-01-05 First talk.vtt").read_bytes()
    )
    shows = built.configuration["shows"] + [{"id": "more", "subject": "Tides", "files": "more/*.vtt"}]
    built.configure(*shows)
    built.run()
    before = built.times()
    built.configure(shows[0], {**shows[1], "assessment": {"questions": 3}})
    built.run()
    touched = changed(before, built.times())
    assert {Path(name).parts[0] for name in touched} == {"more"}
    assert {Path(name).name for name in touched} == {
        "assessment.md",
        "flashcards.csv",
        "assessment.pdf",
        "state.yaml",
    }


@pytest.mark.slow
def test_a_comment_in_the_configuration_changes_nothing(built: Library) -> None:
    config = built.folder / "config.yaml"
    config.write_text("# a remark\n" + config.read_text())
    assert NOTHING in built.run().stderr


def test_a_dry_run_lists_every_file_of_known_episodes(talks: Library) -> None:
    assert "catalog.jsonl" in talks.would_make()
    talks.run("discover")
    listed = talks.would_make()
    for folder in talks.episodes():
        assert {f"talks/{folder.name}/{name}" for name in (*STUDY_PRODUCTS, "state.yaml")} <= listed


def test_a_file_added_to_the_folder_is_a_new_episode(built: Library) -> None:
    before = built.times()
    source = built.folder / "talks" / "2024-01-05 First talk.vtt"
    (source.parent / "2024-04-04 Fourth talk.vtt").write_bytes(source.read_bytes())
    built.run()
    assert len(built.episodes()) == 3
    assert {name.split("/")[1] for name in changed(before, built.times())} == {
        next(folder.name for folder in built.episodes() if "fourth" in folder.name)
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("target", "made", "not_made"),
    [
        ("transcripts", "transcript.json", "notes.md"),
        ("notes", "notes.md", "assessment.md"),
        ("assessments", "assessment.md", "assessment.pdf"),
        ("pdfs", "assessment.pdf", "state.yaml"),
    ],
)
def test_a_target_makes_its_files_and_what_they_need(
    talks: Library, target: str, made: str, not_made: str
) -> None:
    talks.run(target)
    for folder in talks.episodes():
        assert (folder / made).exists()
        assert not (folder / not_made).exists()


@pytest.mark.slow
def test_any_file_can_be_asked_for_by_its_path(talks: Library) -> None:
    talks.run("discover")
    first, second = talks.episodes()
    talks.run(f"processed/talks/{first.name}/notes.md")
    assert (first / "notes.md").exists()
    assert not (second / "transcript.json").exists()


def test_a_sealed_episode_is_remade_when_asked_outright(built: Library) -> None:
    before = built.times()
    built.run("--forcerun", "write_assessment")
    assert {Path(name).name for name in changed(before, built.times())} >= {"assessment.md", "assessment.pdf"}
