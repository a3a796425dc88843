"""Every command that the documents show is run as it stands there."""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.workflow.library import ROOT, environment

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
PARTS = ("Snakefile", "rules", "config", "profiles", "sample", "scripts", "pyproject.toml")


def commands(document: Path) -> Iterator[str]:
    """The commands of a document, continuation lines joined, prompts and remarks left out."""
    for block in BLOCK.findall(document.read_text()):
        for line in block.replace("\\\n", " ").splitlines():
            command = line.removeprefix("$ ").partition("  #")[0].strip()
            if command:
                yield command


def runnable(command: str) -> list[str]:
    """The command for the environment that the tests run in, where uv has nothing left to do."""
    command = command.removeprefix("pip install uv && ").removeprefix("uv run ")
    program, *arguments = shlex.split(command)
    if program == "cp":
        return [program, *arguments]
    assert program in ("snakemake", "episcribe"), (
        f"the documents show {command!r}, which this test cannot run"
    )
    module = {"snakemake": "snakemake", "episcribe": "episcribe.cli.main"}[program]
    return [sys.executable, "-m", module, *arguments]


def keep_one_show(configuration: Path) -> None:
    """Keep only the workshop of the sample library, which is built as a whole for the README."""
    values = yaml.safe_load(configuration.read_text())
    values["shows"] = [show for show in values["shows"] if show["id"] == "workshop"]
    configuration.write_text(yaml.safe_dump(values))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_the_commands_of_a_document_work_in_the_order_in_which_they_stand(
    document: Path, tmp_path: Path
) -> None:
    shown = [
        command for command in commands(document) if "pytest" not in command and "git clone" not in command
    ]
    if not shown:
        return
    project = tmp_path / "episcribe"
    project.mkdir()
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, project / part)
    if document.name != "README.md":
        keep_one_show(project / "config" / "config.yaml")
    for command in shown:
        done = subprocess.run(
            runnable(command), cwd=project, capture_output=True, text=True, check=False, env=environment()
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        if command.startswith("cp "):
            keep_one_show(project / command.split()[-1])
