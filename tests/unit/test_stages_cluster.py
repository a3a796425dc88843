"""What is set down of jobs that end on a cluster without a word; there is no scheduler here to be asked."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from episcribe.ledger.events import append_event, events_path, read_events
from episcribe.library.config import Configuration
from episcribe.library.errors import EpiscribeError
from episcribe.library.layout import CLUSTER_JOBS
from episcribe.stages.cluster import Cluster
from episcribe.stages.job import RUN_VARIABLE

RUN = "20260301T100000-1"


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    monkeypatch.setenv(RUN_VARIABLE, RUN)
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    return Cluster(tmp_path, Configuration())


def member(folder: Path, stage: str, **more: Any) -> dict[str, Any]:
    """What Snakemake tells of a job that failed."""
    return {"log": [str(folder / "log" / f"{stage}.log")], "aux": {}, **more}


def report(**fields: Any) -> logging.LogRecord:
    record = logging.LogRecord("snakemake", logging.ERROR, "", 0, "Error", None, None)
    record.__dict__.update(fields)
    return record


def begin(folder: Path, stage: str, event: str = "started", run: str = RUN) -> None:
    append_event(
        events_path(folder, stage),
        {"time": "2026-03-01T10:00:00Z", "event": event, "stage": stage, "run": run},
    )


def kinds(folder: Path, stage: str) -> list[str]:
    return [event["event"] for event in read_events(events_path(folder, stage))]


def test_a_job_that_was_cut_short_is_closed_with_the_number_of_its_job(
    cluster: Cluster, tmp_path: Path
) -> None:
    folder = tmp_path / "show" / "episode"
    begin(folder, "notes")
    cluster.heed(report(**member(folder, "notes", aux={"external_jobid": "17"})))
    assert kinds(folder, "notes") == ["started", "interrupted"]
    last = list(read_events(events_path(folder, "notes")))[-1]
    assert last["error"] == "job 17 on the cluster: it ended before it could tell why"
    assert last["run"] == RUN


def test_a_job_that_never_began_is_set_down_too(cluster: Cluster, tmp_path: Path) -> None:
    folder = tmp_path / "show" / "episode"
    begin(folder, "notes", "failed", run="an earlier one")
    cluster.heed(report(**member(folder, "notes", aux={"external_jobid": "17"})))
    assert kinds(folder, "notes") == ["failed", "interrupted"]


@pytest.mark.parametrize("end", ["failed", "handed_on", "finished"])
def test_what_told_by_itself_how_it_ended_is_left_so(cluster: Cluster, tmp_path: Path, end: str) -> None:
    folder = tmp_path / "show" / "episode"
    begin(folder, "notes")
    begin(folder, "notes", end)
    cluster.heed(report(**member(folder, "notes", aux={"external_jobid": "17"})))
    assert kinds(folder, "notes") == ["started", end]


def test_a_job_of_this_machine_is_none_of_the_clusters(cluster: Cluster, tmp_path: Path) -> None:
    folder = tmp_path / "show" / "episode"
    begin(folder, "notes")
    cluster.heed(report(**member(folder, "notes")))
    assert kinds(folder, "notes") == ["started"]


def test_of_a_group_the_one_at_work_was_cut_short(cluster: Cluster, tmp_path: Path) -> None:
    folder = tmp_path / "show" / "episode"
    begin(folder, "notes")
    begin(folder, "notes", "finished")
    begin(folder, "assessment")
    members = [member(folder, stage) for stage in ("notes", "assessment", "assessment_pdf")]
    members[0]["aux"] = {"external_jobid": "17"}
    cluster.heed(report(job_error_info=members, groupid="g"))
    assert kinds(folder, "notes") == ["started", "finished"]
    assert kinds(folder, "assessment") == ["started", "interrupted"]
    assert kinds(folder, "assessment_pdf") == []


def test_without_the_record_of_an_earlier_run_no_scheduler_is_asked(cluster: Cluster) -> None:
    cluster.look()


def test_a_record_that_is_torn_is_passed_over(cluster: Cluster, tmp_path: Path) -> None:
    (tmp_path / CLUSTER_JOBS).parent.mkdir()
    (tmp_path / CLUSTER_JOBS).write_text('{"name": "x"')
    cluster.look()


def test_commands_that_somebody_else_may_have_written_are_not_run(cluster: Cluster, tmp_path: Path) -> None:
    record = tmp_path / CLUSTER_JOBS
    record.parent.mkdir()
    made = tmp_path / "made"
    header = {"run": "r", "configuration": "c", "status": f"echo > {made}; echo", "cancel": "true"}
    record.write_text(f"{json.dumps(header)}\n{json.dumps(['7', ['notes:show=a']])}\n")
    record.chmod(0o664)
    with pytest.raises(EpiscribeError, match="others than you may have written it"):
        cluster.look()
    assert not made.exists()
    record.chmod(0o644)
    cluster.look()
    assert made.exists()
