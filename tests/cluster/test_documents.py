"""What the page on clusters shows works as it stands there."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cluster.harness import QUICK
from tests.workflow.library import ROOT, environment
from tests.workflow.test_documents import keep_one_show, lay_out

BLOCK = re.compile(r"^```bash\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMANDS = [
    line
    for block in BLOCK.findall((ROOT / "docs" / "cluster.md").read_text())
    for line in block.splitlines()
    if line
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The parts of the project that a user works with, set to the smallest show."""
    project = lay_out(tmp_path / "episcribe")
    keep_one_show(project / "config" / "config.yaml")
    return project


def follow(command: str, project: Path) -> str:
    program, *words = shlex.split(command)
    asked = {
        "snakemake": [sys.executable, "-m", "snakemake", *words, *QUICK],
        "sbatch": ["sbatch", "--wait", *words, "--quiet", "host"],
    }[program]
    variables = {**environment(), "EPISCRIBE_VENV": sys.prefix}
    done = subprocess.run(
        asked, cwd=project, capture_output=True, text=True, check=False, env=variables, timeout=600
    )
    logs = "".join(path.read_text() for path in project.glob("episcribe-*.log"))
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}\n{logs}"
    return done.stdout + done.stderr + logs


def test_there_are_commands() -> None:
    assert [command.split()[0] for command in COMMANDS].count("snakemake") >= 2


def test_a_run_in_one_allocation(project: Path) -> None:
    command = next(command for command in COMMANDS if command.startswith("sbatch "))
    assert "2 complete" in follow(command, project)


def test_jobs_on_many_nodes(project: Path) -> None:
    for command in COMMANDS:
        if command.startswith("snakemake "):
            printed = follow(command, project)
            assert ("--dry-run" in command) == ("This was a dry-run" in printed)
    assert len(list((project / "processed").glob("*/*/state.yaml"))) == 2


def test_what_fetches_stays_here_where_nodes_have_no_internet(project: Path) -> None:
    command = "snakemake --workflow-profile profiles/slurm transcripts --config 'network={from_nodes: false}'"
    assert "has been submitted" not in follow(command, project)
    assert len(list((project / "processed").glob("*/*/transcript.json"))) == 2
