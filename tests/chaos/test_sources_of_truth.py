"""A source of truth that is damaged is named in a line, and the rest goes on."""

import shutil
import subprocess

import pytest

from tests.chaos.harness import Chaos, obey_permissions
from tests.chaos.test_damage import DAMAGES, Damage, cut, empty, garble, kept, made, make_folder  # noqa: F401
from tests.workflow.library import environment

EPISODES = 6


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize(
    "name",
    ["episode.yaml", "source/index.json", "source/original", "log/notes.jsonl", "log/transcript.jsonl"],
)
def test_what_an_episode_is_made_of_is_named(made: Chaos, name: str, damage: Damage) -> None:  # noqa: F811
    folder = next(folder for folder in made.episodes() if folder.parent.name == "remote")
    local = next(folder for folder in made.episodes() if folder.parent.name == "talks")
    if name == "source/original":
        [path] = [path for path in (folder / "source").iterdir() if path.name != "index.json"]
        damage(path)
    else:
        damage(folder / name)
        if not name.startswith("source"):
            damage(local / name)
    others = [path for path in made.episodes() if path not in (folder, local)]
    for other in others:
        (other / "notes.pdf").unlink()
    found = made.verify()
    assert "Traceback" not in found.stderr
    assert folder.name in found.stdout, found
    first = made.run(check=False)
    assert "Traceback" not in first.stderr, first.stderr
    assert all((other / "notes.pdf").exists() for other in others)
    fixed = made.verify("--fix")
    second = made.run(check=False)
    for done in (fixed, second):
        assert "Traceback" not in done.stderr, done.stderr
    assert first.returncode in (0, 1)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_catalogue_is_named_and_all_episodes_stay(made: Chaos, damage: Damage) -> None:  # noqa: F811
    before = {folder.name for folder in made.episodes()}
    damage(made.processed / "catalog.jsonl")
    found = made.verify()
    assert "Traceback" not in found.stderr, found.stderr
    assert "catalog" in found.stdout + found.stderr
    first = made.run(check=False)
    fixed = made.verify("--fix")
    second = made.run(check=False)
    for done in (first, fixed, second):
        assert "Traceback" not in done.stderr, done.stderr
    assert {folder.name for folder in made.episodes()} == before
    if damage is make_folder:
        assert "catalog.jsonl" in second.stderr
        return
    assert second.returncode == 0
    assert len(made.catalogue()) == EPISODES


@pytest.mark.parametrize("damage", [cut, empty, garble])
def test_a_damaged_configuration_is_named_in_a_line(made: Chaos, damage: Damage) -> None:  # noqa: F811
    path = made.folder / "config" / "config.yaml"
    path.parent.mkdir()
    shutil.copy(made.folder / "config.yaml", path)
    damage(path)
    command = made.command("--cores", "1")
    place = command.index("--configfile")
    done = subprocess.run(
        [*command[:place], *command[place + 2 :]],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert "config.yaml" in done.stderr
    assert len(made.episodes()) == EPISODES


def test_files_that_may_not_be_read_are_named(made: Chaos) -> None:  # noqa: F811
    obey_permissions(made)
    for folder, name in zip(
        made.episodes(),
        ["transcript.json", "notes.md", "episode.yaml", "chapters.json", "quality.yaml", "state.yaml"],
        strict=True,
    ):
        (folder / name).chmod(0)
    for name in ("state.db", "seals.jsonl", "discovery.json", "index.json"):
        (made.processed / name).chmod(0)
    found, first = made.verify(), made.run(check=False)
    fixed, second = made.verify("--fix"), made.run(check=False)
    for done in (found, first, fixed, second):
        assert "Traceback" not in done.stderr, done.stderr
    assert "transcript.json" in found.stdout
