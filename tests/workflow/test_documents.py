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

DOCUMENTS = sorted((ROOT / "docs").glob("*.md"))
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


def lay_out(project: Path) -> Path:
    """A copy of the project's parts that a user works with."""
    project.mkdir(parents=True)
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, project / part)
    return project


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with the library of one show, built."""
    project = lay_out(tmp_path_factory.mktemp("documents") / "built")
    keep_one_show(project / "config" / "config.yaml")
    follow("uv run snakemake --cores 2", project)
    return project


def follow(command: str, project: Path) -> None:
    done = subprocess.run(
        runnable(command), cwd=project, capture_output=True, text=True, check=False, env=environment()
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def follow_all(document: Path, project: Path) -> None:
    for command in commands(document):
        if "pytest" not in command and "git clone" not in command:
            follow(command, project)
            if command.startswith("cp "):
                keep_one_show(project / command.split()[-1])


def test_the_commands_of_the_readme_build_the_sample_library(tmp_path: Path) -> None:
    follow_all(ROOT / "README.md", lay_out(tmp_path / "episcribe"))


@pytest.mark.slow
@pytest.mark.xdist_group("documents")
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_the_commands_of_a_document_work_in_a_built_library(
    document: Path, built: Path, tmp_path: Path
) -> None:
    if any(commands(document)):
        project = tmp_path / "episcribe"
        shutil.copytree(built, project, symlinks=True)
        follow_all(document, project)
