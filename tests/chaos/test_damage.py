"""Damaged files: those that are derived come back; of the others each is named, and the rest goes on."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from episcribe.library.layout import STUDY_PRODUCTS
from tests.chaos.harness import Chaos, make_library
from tests.loopback import LoopbackServer

EPISODES = 6


def cut(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def garble(path: Path) -> None:
    path.write_bytes(os.urandom(500))


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "inside").write_text("something")


def say_something_else(path: Path) -> None:
    path.write_text('{"a": [1, {"b": null}]}\n')


DAMAGES = [cut, empty, garble, make_folder, say_something_else]
Damage = Callable[[Path], None]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Chaos, Path]]:
    """A library with everything made, and a copy of it."""
    folder = tmp_path_factory.mktemp("damage")
    with LoopbackServer() as server:
        chaos = make_library(folder / "library", server, local=3, remote=3)
        chaos.run()
        chaos.run()
        shutil.copytree(chaos.folder, folder / "copy")
        yield chaos, folder / "copy"


@pytest.fixture
def made(kept: tuple[Chaos, Path]) -> Chaos:
    """The library as it was right after it was made."""
    chaos, copy = kept
    shutil.rmtree(chaos.folder)
    shutil.copytree(copy, chaos.folder)
    return chaos


def of_library(chaos: Chaos) -> list[Path]:
    """The derived files of the library as a whole."""
    names = [
        "state.db",
        "index.json",
        "processing_log.json",
        "processing_log.csv",
        "seals.jsonl",
        "standing.jsonl",
        "discovery.json",
    ]
    there = [chaos.processed / name for name in names if (chaos.processed / name).exists()]
    places = ("log/net", "log/sources", "log/youtube", "reports")
    inside = (path for place in places for path in (chaos.processed / place).rglob("*") if path.is_file())
    return [*there, *inside, chaos.processed / "log/forecasts.jsonl"]


def bring_back(made: Chaos) -> None:
    """Run, verify with --fix, run: all is complete again, and no command has shown a traceback."""
    first = made.run(check=False)
    fixed = made.verify("--fix")
    second = made.run(check=False)
    for done in (first, fixed, second):
        assert "Traceback" not in done.stderr, done.stderr
    assert second.returncode == 0, second.stderr
    made.check_complete(EPISODES)


@pytest.mark.parametrize("damage", DAMAGES)
def test_derived_files_of_the_library_come_back(made: Chaos, damage: Damage) -> None:
    for path in of_library(made):
        damage(path)
    found = made.verify()
    assert "Traceback" not in found.stderr
    bring_back(made)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("which", range(0, len(STUDY_PRODUCTS) + 1, EPISODES))
def test_products_come_back(made: Chaos, which: int, damage: Damage) -> None:
    names = [*STUDY_PRODUCTS, "state.yaml"][which : which + EPISODES]
    for folder, name in zip(made.episodes(), names, strict=False):
        damage(folder / name)
    bring_back(made)
