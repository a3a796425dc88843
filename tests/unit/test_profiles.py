"""The profiles for clusters: what is in all of them, the commands that they form, and their scripts."""

import os
import shlex
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from episcribe.stages.resources import NEEDS

CLUSTERS = ("slurm", "cluster-generic/sbatch", "cluster-generic/pbs", "cluster-generic/lsf")
GENERIC = CLUSTERS[1:]


def profile(root: Path, name: str) -> dict[str, Any]:
    values: dict[str, Any] = yaml.safe_load((root / "profiles" / name / "config.yaml").read_text())
    return values


def submitted(root: Path, name: str) -> list[str]:
    """The words of the last command that submits a job."""
    resources = SimpleNamespace(mem_mb=2000, runtime=90, submit="-x y")
    command = profile(root, name)["cluster-generic-submit-cmd"].format(threads=4, resources=resources)
    return shlex.split(command.rpartition("&&")[2])


def script(root: Path, name: str, *arguments: str, answers: dict[str, str], folder: Path) -> str:
    """What a script of a profile prints where each of the scheduler's commands has one answer."""
    for command, answer in answers.items():
        path = folder / command
        path.write_text(f"#!/bin/sh\ncat <<'END'\n{answer}\nEND\n" if answer else "#!/bin/sh\nexit 1\n")
        path.chmod(0o755)
    environment = {**os.environ, "PATH": f"{folder}:/usr/bin:/bin"}
    command = [str(root / "profiles/cluster-generic" / name), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout.strip()


@pytest.mark.parametrize("name", CLUSTERS)
def test_a_cluster_has_what_the_default_profile_has(project_root: Path, name: str) -> None:
    own, default = profile(project_root, name), profile(project_root, "default")
    assert {key: own.get(key) for key in default} == default


@pytest.mark.parametrize("name", CLUSTERS)
def test_nothing_that_fetches_or_listens_is_in_a_group(project_root: Path, name: str) -> None:
    grouped = {line.partition("=")[0] for line in profile(project_root, name)["groups"]}
    assert grouped == {
        "write_notes",
        "write_assessment",
        "print_notes",
        "print_assessment",
        "record_state",
    }


@pytest.mark.parametrize("name", GENERIC)
def test_jobs_ask_for_processors_memory_and_time(project_root: Path, name: str) -> None:
    words = submitted(project_root, name)
    asked = {
        "cluster-generic/sbatch": ["sbatch", "--cpus-per-task=4", "--mem=2000", "--time=90"],
        "cluster-generic/pbs": ["qsub", "select=1:ncpus=4:mem=2000mb", "walltime=90:00"],
        "cluster-generic/lsf": ["-n", "4", "2000MB", "rusage[mem=2000MB]", "span[hosts=1]", "-W", "90"],
    }[name]
    assert set(asked) <= set(words)
    assert words[-2:] == ["-x", "y"]


@pytest.mark.parametrize("name", GENERIC)
def test_the_scripts_that_a_profile_names_are_there(project_root: Path, name: str) -> None:
    commands = " ".join(str(value) for key, value in profile(project_root, name).items() if "-cmd" in key)
    named = [word for word in commands.split() if word.startswith("profiles/")]
    assert named
    assert all(os.access(project_root / word, os.X_OK) for word in named)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("COMPLETED", "success"),
        ("RUNNING", "running"),
        ("PENDING", "running"),
        ("CANCELLED by 1000", "failed"),
        ("OUT_OF_MEMORY", "failed"),
        ("", "running"),
    ],
)
def test_a_job_of_sbatch(project_root: Path, tmp_path: Path, answer: str, state: str) -> None:
    answers = {"sacct": answer, "squeue": ""}
    assert script(project_root, "sbatch/status", "17", answers=answers, folder=tmp_path) == state


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("    job_state = F\n    Exit_status = 0", "success"),
        ("    job_state = F\n    Exit_status = 271", "failed"),
        ("    job_state = Q", "running"),
        ("    job_state = R", "running"),
        ("qstat: Unknown Job Id 17", "failed"),
        ("qstat: cannot connect to server", "running"),
    ],
)
def test_a_job_of_pbs(project_root: Path, tmp_path: Path, answer: str, state: str) -> None:
    assert script(project_root, "pbs/status", "17", answers={"qstat": answer}, folder=tmp_path) == state


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("DONE", "success"),
        ("PEND", "running"),
        ("RUN", "running"),
        ("EXIT", "failed"),
        ("Job <17> is not found", "failed"),
        ("LSF is down. Please wait ...", "running"),
    ],
)
def test_a_job_of_lsf(project_root: Path, tmp_path: Path, answer: str, state: str) -> None:
    assert script(project_root, "lsf/status", "17", answers={"bjobs": answer}, folder=tmp_path) == state


def test_the_number_of_a_job_is_read_from_the_words_of_bsub(project_root: Path, tmp_path: Path) -> None:
    answers = {"bsub": "Job <1734> is submitted to queue <normal>."}
    assert script(project_root, "lsf/submit", "-n", "1", answers=answers, folder=tmp_path) == "1734"


def test_every_rule_that_goes_to_a_cluster_says_what_it_needs(project_root: Path) -> None:
    rules = "".join(path.read_text() for path in (project_root / "rules").glob("*.smk"))
    for stage in NEEDS:
        assert f'mem_mb=demands.memory("{stage}")' in rules
        assert f'runtime=demands.runtime("{stage}")' in rules
