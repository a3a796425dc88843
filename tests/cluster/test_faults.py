"""Jobs that are killed on the cluster, and a cluster that comes and goes."""

import os
import signal
import subprocess

import pytest

from tests.cluster.harness import (
    QUICK,
    Clustered,
    ask,
    job_of,
    jobs_of,
    lectures,
    numbers_of,
    title_of,
    until,
)
from tests.loopback import LoopbackServer
from tests.workflow.library import ROOT, Library

NODE = os.uname().nodename.partition(".")[0]
DEFAULT = ROOT / "profiles" / "default"
CONTROL = str(ROOT / ".ci" / "slurm")


def limits(memory: str, minutes: str) -> tuple[str, ...]:
    """What the transcript of the second and of the third lecture may take, as expressions."""
    return (
        "--set-resources",
        f"get_transcript:mem_mb={memory} if 'lecture-1' in wildcards.episode else 600",
        f"get_transcript:runtime={minutes} if 'lecture-2' in wildcards.episode else 20",
    )


def test_what_the_cluster_ends_is_told_with_its_cause_and_made_by_the_next_run(
    library: Clustered, server: LoopbackServer
) -> None:
    gates = lectures(library, server, 4)
    gates[0].opened.set()
    run = library.start("transcripts", "--retries", "0", *limits("60", "1"))
    until(lambda: gates[3].asked)
    ask("scancel", job_of(library, "lecture-3") or "")
    done = library.end(run, check=False)
    for gate in gates:
        gate.opened.set()
    print(done.stdout)
    assert done.returncode == 1
    told = [line for line in done.stdout.splitlines() if line.startswith("Failed: ")]
    by_lecture = {line.split("lecture-")[1][0]: line for line in told}
    assert sorted(by_lecture) == ["1", "2", "3"]
    assert "took more memory than it had asked for (OUT_OF_MEMORY)" in by_lecture["1"]
    assert "took more time than it had asked for (TIMEOUT)" in by_lecture["2"]
    assert "was cancelled (CANCELLED) (interrupted)" in by_lecture["3"]
    assert "1 complete" not in done.stdout.splitlines()[-1]
    assert library.kinds("transcript")["lecture-0"] == ["started", "finished"]
    assert library.kinds("transcript")["lecture-2"] == ["started", "interrupted", "failed"]
    assert library.kinds("transcript")["lecture-3"] == ["started", "interrupted"]
    states = {title_of(folder): library.state(folder) for folder in library.episodes()}
    assert "TIMEOUT" in states["lecture-2"]["status_message"]
    assert "CANCELLED" in states["lecture-3"]["error_history"][-1]["error"]
    assert states["lecture-2"]["stages"]["transcript"]["kind"] == "transient"


def test_a_job_that_took_too_much_is_sent_again_with_more(library: Clustered, server: LoopbackServer) -> None:
    for gate in lectures(library, server, 2):
        gate.opened.set()
    done = library.run("transcripts", *limits("60 * 10 ** (attempt - 1)", "20"))
    print(done.stdout)
    assert "Failed" not in done.stdout
    assert library.kinds("transcript")["lecture-1"][-2:] == ["started", "finished"]
    assert "interrupted" in library.kinds("transcript")["lecture-1"]


def test_a_node_is_drained_and_the_controller_restarted_in_mid_run(
    library: Clustered, server: LoopbackServer
) -> None:
    gates = lectures(library, server, 3)
    gates[2].opened.set()
    run = library.start("notes")
    until(lambda: job_of(library, "lecture-0") and job_of(library, "lecture-1"))
    ask("scontrol", "update", f"nodename={NODE}", "state=drain", "reason=test")
    gates[0].opened.set()
    until(lambda: jobs_of(library, "PENDING"))
    ask("scontrol", "update", f"nodename={NODE}", "state=resume")
    subprocess.run([CONTROL, "restart-controller"], check=True, timeout=60)
    gates[1].opened.set()
    done = library.end(run)
    print(done.stdout)
    for stage in ("transcript", "notes"):
        assert set(map(tuple, library.kinds(stage).values())) == {("started", "finished")}
    assert [server.asked(f"/{number}.vtt") for number in range(3)] == [1, 1, 1]


@pytest.mark.parametrize("profile", ["slurm", "cluster-generic/sbatch"])
def test_a_run_that_is_killed_is_gone_on_with_and_nothing_is_done_twice(
    library: Clustered, server: LoopbackServer, profile: str
) -> None:
    library.profile = ROOT / "profiles" / profile
    library.options = QUICK if profile == "slurm" else ("--seconds-between-status-checks", "1")
    (library.folder / "profiles").symlink_to(ROOT / "profiles")
    gates = lectures(library, server, 3)
    run = library.start("notes")
    until(lambda: all(gate.asked for gate in gates))
    os.killpg(run.pid, signal.SIGKILL)
    run.communicate()
    alone = Library.run(library, "--workflow-profile", str(DEFAULT), "notes", check=False)
    assert alone.returncode == 1
    assert "of an earlier run are at work in this library" in alone.stdout + alone.stderr
    gates[0].opened.set()
    left = until(lambda: (jobs := numbers_of(library)) and len(jobs) == 2 and jobs)
    record = library.processed / "log" / "cluster.jsonl"
    before = record.stat().st_mtime_ns
    again = library.start("notes")
    until(lambda: record.stat().st_mtime_ns != before)
    gates[1].opened.set()
    gates[2].opened.set()
    done = library.end(again)
    print(done.stdout)
    assert "of an earlier run: taken over" in done.stdout
    assert set(left) <= set(done.stdout.replace(",", " ").split())
    for stage in ("transcript", "notes"):
        assert set(map(tuple, library.kinds(stage).values())) == {("started", "finished")}
    assert [server.asked(f"/{number}.vtt") for number in range(3)] == [1, 1, 1]
