"""The commands of `episcribe`: all of them are there, explain themselves, and write reports."""

import importlib
import pkgutil
from pathlib import Path

import pytest

import episcribe.cli
from episcribe.cli.main import main
from tests.unit.small_library import add_episode

COMMANDS = sorted(
    name
    for _, name, _ in pkgutil.iter_modules(episcribe.cli.__path__)
    if hasattr(importlib.import_module(f"episcribe.cli.{name}"), "add_parser")
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_there_and_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: episcribe {command} ")


def test_report_writes_the_reports_and_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add_episode(tmp_path, "talks", "2024-05-01-a-aaaaaaaa")
    assert main(["report", "--library", str(tmp_path)]) == 0
    written = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert {path.suffix for path in written} == {".html", ".json", ".csv", ".prom"}
    assert all(path.parent == tmp_path / "reports" and path.exists() for path in written)
