"""The library that a cluster builds is the one that a single machine builds."""

import shutil
from pathlib import Path

import pytest

from tests.cluster.harness import Clustered
from tests.workflow.library import ROOT, Library

pytestmark = pytest.mark.xdist_group("same_bytes")

# These tell when and where something was done.
_OWN = frozenset(("state.yaml",))
GENERIC = ROOT / "profiles" / "cluster-generic" / "sbatch"


def products(library: Library) -> dict[str, bytes]:
    """The bytes of all files of the episodes, but for logs and states."""
    files = (path for folder in library.episodes() for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(library.processed)): path.read_bytes()
        for path in files
        if path.name not in _OWN and "log" not in path.relative_to(library.processed).parts[2:]
    }


def lay_out(library: Library) -> None:
    shutil.copytree(ROOT / "sample", library.folder / "sample")
    library.configure(
        {"id": "tidewater", "subject": "Natural science", "feed": "sample/tidewater/feed.xml"},
        {"id": "nachtzug", "subject": "Railway history", "feed": "sample/nachtzug/feed.xml"},
        {"id": "workshop", "title": "Workshop", "subject": "Crafts", "files": "sample/workshop/*.*"},
    )


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The products of the sample library, built on this machine."""
    library = Library(tmp_path_factory.mktemp("local"))
    lay_out(library)
    library.run("--workflow-profile", str(ROOT / "profiles" / "default"))
    return products(library)


def test_the_sample_library_has_the_same_bytes_by_way_of_slurm(
    library: Clustered, local: dict[str, bytes]
) -> None:
    lay_out(library)
    done = library.run()
    assert "9 complete" in done.stdout
    assert products(library) == local
    assert not (library.processed / "log" / "cluster.jsonl").exists()
    assert "Nothing to be done" in library.run().stdout


def test_a_show_has_the_same_bytes_by_way_of_sbatch_alone(tmp_path: Path, local: dict[str, bytes]) -> None:
    library = Clustered(tmp_path, profile=GENERIC, options=())
    lay_out(library)
    (tmp_path / "profiles").symlink_to(ROOT / "profiles")
    library.configure(*library.configuration["shows"][2:])
    library.run("--seconds-between-status-checks", "1")
    made = products(library)
    assert made == {name: data for name, data in local.items() if name.startswith("workshop/")}
    assert len(made) > 20
