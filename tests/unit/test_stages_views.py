"""The views at the end of a run: read by many processes where there is much to read."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from episcribe.ledger.views.states import rewrite_states
from episcribe.ledger.views.updating import update_views
from episcribe.library.catalogue import read_catalogue, write_catalogue
from episcribe.library.errors import EpiscribeError
from episcribe.stages.views import bring_views_up_to_date
from tests.made_library import MadeLibrary

EPISODES = 450


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """So many episodes, each tenth of which is finished."""
    made = MadeLibrary(tmp_path_factory.mktemp("many") / "processed")
    folders = (made.add("untouched"), made.finished("finished"))
    new, done = read_catalogue(made.path / "catalog.jsonl")
    entries = []
    for number in range(EPISODES):
        is_done = number % 10 == 0
        entry = (done if is_done else new)._replace(id=f"{number:08}", folder=f"2024-05-01-talk-{number:08}")
        entries.append(entry._replace(title=f"Talk {number}", keys=[f"guid:{number}"]))
        shutil.copytree(folders[is_done], made.path / entry.show / entry.folder)
    for folder in folders:
        shutil.rmtree(folder)
    write_catalogue(made.path / "catalog.jsonl", entries)
    return made.path


def content(library: Path) -> list[str]:
    """All that the data base holds, but for the times of the files that are made of it."""
    with closing(sqlite3.connect(library / "state.db")) as connection:
        return [line for line in connection.iterdump() if not line.startswith('INSERT INTO "documents"')]


def test_many_processes_build_what_one_builds(library: Path) -> None:
    assert update_views(library, rebuild=True).read == EPISODES
    expected = content(library)
    assert sum("The tide turns" in line for line in expected) >= EPISODES // 10
    (library / "state.db").unlink()
    bring_views_up_to_date(library, 2)
    assert content(library) == expected


def test_many_processes_write_the_states_that_one_writes(library: Path) -> None:
    assert rewrite_states(library) == EPISODES // 10
    states = {path: path.read_bytes() for path in library.rglob("state.yaml")}
    for path in states:
        path.write_text("edited: true\n")
    assert rewrite_states(library, processes=2) == EPISODES // 10
    assert {path: path.read_bytes() for path in library.rglob("state.yaml")} == states


def test_why_another_process_could_not_do_it_is_said(library: Path) -> None:
    (library / "state.db").unlink(missing_ok=True)
    (library / "state.db").mkdir()
    try:
        with pytest.raises(EpiscribeError, match=r"state\.db"):
            bring_views_up_to_date(library, 2)
    finally:
        (library / "state.db").rmdir()
