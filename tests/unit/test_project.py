"""What must stay in step in the project's own files."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from episcribe.library.config import Configuration
from episcribe.library.config_files import load_configuration
from episcribe.library.reference import reference_files

CONDA_NAMES = {"snakemake-minimal": "snakemake"}


@pytest.fixture(scope="module")
def pyproject(project_root: Path) -> dict[str, Any]:
    return tomllib.loads((project_root / "pyproject.toml").read_text())


def requirements(lines: list[str]) -> dict[str, str]:
    """Name to version range, both normalised."""
    found = (re.fullmatch(r"([A-Za-z0-9_.-]+)(\[[^]]*\])?\s*(.*)", line) for line in lines)
    return {m[1].lower().replace("_", "-"): m[3].replace(" ", "") for m in found if m}


def test_the_conda_environment_has_the_ranges_of_pyproject(
    project_root: Path, pyproject: dict[str, Any]
) -> None:
    environment = yaml.safe_load((project_root / "environment.yml").read_text())["dependencies"]
    lines = [item for item in environment if isinstance(item, str)]
    lines += next(item["pip"] for item in environment if isinstance(item, dict))
    conda = {CONDA_NAMES.get(name, name): version for name, version in requirements(lines).items()}
    wanted = requirements(pyproject["project"]["dependencies"] + pyproject["dependency-groups"]["dev"])
    assert {name: conda.get(name) for name in wanted} == wanted
    assert conda["python"] == pyproject["project"]["requires-python"]


def test_every_direct_dependency_is_pinned_by_a_constraint_within_its_range(
    pyproject: dict[str, Any],
) -> None:
    pins = requirements(pyproject["tool"]["uv"]["constraint-dependencies"])
    groups = pyproject["dependency-groups"]
    direct = requirements(pyproject["project"]["dependencies"] + groups["dev"] + groups["lint"])
    assert set(direct) <= set(pins)
    assert all(pin.startswith("==") for pin in pins.values())


@pytest.mark.parametrize("name", sorted(reference_files()))
def test_what_is_generated_from_the_models_is_up_to_date(project_root: Path, name: str) -> None:
    assert (project_root / name).read_text() == reference_files()[name], (
        "run: uv run python -m episcribe.library.reference"
    )


def test_the_default_values_are_a_configuration_that_changes_nothing(project_root: Path) -> None:
    assert load_configuration([project_root / "config" / "defaults.yaml"]) == Configuration()


def test_the_configuration_that_ships_is_valid(project_root: Path) -> None:
    shows = load_configuration([project_root / "config" / "config.yaml"]).shows
    assert [show.id for show in shows] == ["tidewater", "nachtzug", "workshop"]
