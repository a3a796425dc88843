"""What the commands that look after a library leave to the next run."""

import shutil

import pytest

from tests.workflow.library import Library


@pytest.mark.slow
def test_a_compressed_and_mended_library_is_made_whole_by_the_next_run(built: Library) -> None:
    first, second = built.episodes()
    assert "nothing is wrong" in built.ask("verify", "--configfile", "config.yaml").stderr
    built.ask("compress", "--older-than", "0h", "--configfile", "config.yaml")
    assert list(built.processed.rglob("*.gz"))
    assert built.ask("verify", "--configfile", "config.yaml").returncode == 0
    whole, others = (first / "notes.md").read_bytes(), sorted(second.iterdir())
    (first / "notes.md").write_bytes(whole[:500])
    (first / "state.yaml").write_text("stage: [")
    found = built.ask("verify", "--configfile", "config.yaml", check=False)
    assert found.returncode == 1
    assert f"corrupt: talks/{first.name}/notes.md: is cut off" in found.stdout
    built.ask("verify", "--fix", "--configfile", "config.yaml")
    times = {path: path.stat().st_mtime_ns for path in others}
    built.run()
    assert (first / "notes.md").read_bytes() == whole
    assert {path: path.stat().st_mtime_ns for path in others} == times
    assert (
        "2 episodes, all finished; nothing is wrong" in built.ask("verify", "--library", "processed").stderr
    )


@pytest.mark.slow
def test_a_library_is_built_again_of_its_backup(built: Library) -> None:
    texts = {path: path.read_bytes() for path in built.processed.glob("*/*/*.vtt")}
    events = {path: path.read_bytes() for path in built.processed.glob("*/*/log/*.jsonl")}
    built.ask("backup", "library.tar.gz", "--configfile", "config.yaml")
    shutil.rmtree(built.processed)
    built.ask("restore", "library.tar.gz", "--configfile", "config.yaml")
    built.run()
    assert {path: path.read_bytes() for path in texts} == texts
    assert all(path.read_bytes().startswith(data) for path, data in events.items())
    assert "nothing is wrong" in built.ask("verify", "--configfile", "config.yaml").stderr


def test_what_a_run_that_was_killed_at_its_end_left_undone_is_done_by_one_that_has_no_work(
    built: Library,
) -> None:
    late = [built.processed / name for name in ("state.db", "index.json", "reports/summary.json")]
    for path in late:
        path.unlink()
    assert "Nothing to be done" in built.run().stderr
    assert not any(path.exists() for path in late)
    # Which stands there from a run's first job until its end.
    mark = built.processed / "log" / "unfinished.json"
    mark.write_text('"20260301T100000-1"\n')
    assert "Nothing to be done" in built.run().stderr
    assert all(path.exists() for path in late)
    assert not mark.exists()
