"""`episcribe doctor`, as its users call it."""

import json
import socket
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from episcribe.cli.doctor import places, speech, tools
from episcribe.cli.doctor.finding import Finding
from episcribe.cli.main import main
from episcribe.library.config import Configuration
from episcribe.library.config_files import build_configuration

Examine = Callable[..., tuple[int, dict[str, dict[str, Any]]]]


@pytest.fixture
def examine(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Examine:
    """Runs the command on a configuration; its exit code, and the findings by name."""
    for name in ("EPISCRIBE_YOUTUBE_COOKIES", "EPISCRIBE_TOR_PASSWORD", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)

    def examine(text: str = "", *arguments: str) -> tuple[int, dict[str, dict[str, Any]]]:
        file = tmp_path / "config.yaml"
        file.write_text(text + "\ndefaults: {transcript: {modules: [files, rss]}}\n")
        library = () if "library:" in text else ("--library", str(tmp_path / "library"))
        code = main(["doctor", "--json", "--configfile", str(file), *library, *arguments])
        out = capsys.readouterr().out
        assert "hunter2" not in out
        return code, {one["name"]: one for one in json.loads(out)["findings"]}

    return examine


def configured(**data: Any) -> Configuration:
    return build_configuration(data, name="test", base=Path())


def test_all_is_well_where_everything_is_installed(examine: Examine) -> None:
    code, found = examine()

    assert code == 0
    assert {one["state"] for one in found.values()} <= {"ok", "note"}
    wanted = "python packages pandoc typst fonts yt-dlp yt-dlp-ejs deno internetarchive library locks disk"
    assert found.keys() >= set(wanted.split())


def test_there_is_a_line_for_each_finding_and_a_summary(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.yaml").write_text(
        "library: here\ndefaults: {transcript: {modules: [rss]}}\nnetwork: {slots: [direct]}\n"
    )

    assert main(["doctor"]) == 0

    told = capsys.readouterr()
    lines = told.out.splitlines()
    assert all(line.split()[0] in ("ok", "note", "problem") for line in lines)
    assert any(line.startswith("ok       library") and "here (not there yet)" in line for line in lines)
    assert told.err.startswith("no problems")
    assert not (tmp_path / "here").exists()


def test_a_configuration_that_is_not_there_is_a_problem_when_it_was_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "--configfile", str(tmp_path / "none.yaml"), "--library", str(tmp_path)]) == 1

    assert "no such file; name another with --configfile FILE" in capsys.readouterr().out


def test_a_configuration_with_a_slip_is_told_and_the_rest_is_looked_at(examine: Examine) -> None:
    code, found = examine("timezone: Mars/Olympus")

    assert code == 1
    assert "time zone" in found["configuration"]["said"]
    assert found["pandoc"]["state"] == "ok"


def test_a_library_that_cannot_be_written_is_a_problem(examine: Examine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")

    code, found = examine(f"library: {tmp_path / 'file' / 'library'}")

    assert code == 1
    assert "cannot be written" in found["library"]["said"]
    assert "locks" not in found


def test_looking_leaves_nothing_behind(examine: Examine, tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()

    examine()

    assert list((tmp_path / "library").iterdir()) == []


def test_proxies_are_tried_and_their_passwords_never_shown(examine: Examine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_server(("127.0.0.1", 0)) as other:
        port, closed = server.getsockname()[1], other.getsockname()[1]
        other.close()
        good, bad = (f"proxy:http://me:hunter2@127.0.0.1:{number}" for number in (port, closed))

        code, found = examine(f"network: {{slots: [direct, '{good}', '{bad}']}}")

    assert code == 1
    assert found["slot direct"]["state"] == "ok"
    assert found[f"slot proxy:http://127.0.0.1:{port}"]["state"] == "ok"
    assert found[f"slot proxy:http://127.0.0.1:{closed}"]["said"] == "connection refused"


def test_a_tor_that_does_not_answer_is_a_problem(examine: Examine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    code, found = examine(f"network: {{slots: ['tor:127.0.0.1:{port}']}}")

    assert code == 1
    assert "control port" in found[f"slot tor:127.0.0.1:{port}"]["said"]
    assert "EPISCRIBE_TOR_PASSWORD" in found


def test_variables_are_told_without_what_is_in_them(
    examine: Examine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookies = tmp_path / "hunter2.txt"
    cookies.write_text("# Netscape HTTP Cookie File\n")
    monkeypatch.setenv("EPISCRIBE_YOUTUBE_COOKIES", str(cookies))
    monkeypatch.setenv("HTTPS_PROXY", "http://me:hunter2@127.0.0.1:9")

    code, found = examine()

    assert (code, found["EPISCRIBE_YOUTUBE_COOKIES"]["state"]) == (0, "ok")
    assert found["proxy variables"]["state"] == "note"

    cookies.unlink()
    code, found = examine()

    assert (code, found["EPISCRIBE_YOUTUBE_COOKIES"]["state"]) == (1, "problem")


@pytest.mark.parametrize(
    ("version", "days"),
    [("2026.10.26", 26), ("2026.10.26.123456", 26), ("2026.9.1", 81), ("unknown", None), ("2026.13.1", None)],
)
def test_the_age_of_yt_dlp_is_in_its_version(version: str, days: int | None) -> None:
    assert tools.age_in_days(version, date(2026, 11, 21)) == days


def test_an_old_yt_dlp_is_worth_a_note_with_the_command_that_upgrades_it() -> None:
    finding = tools.check_ytdlp_age(date(2036, 1, 1))

    assert finding.state == "note"
    assert "uv lock --upgrade-package yt-dlp" in finding.text


def test_the_version_of_the_scripts_is_the_one_that_yt_dlp_names() -> None:
    requirements = ["brotli; extra == 'default'", "yt-dlp-ejs==0.8.0; extra == 'default'"]

    assert tools.wanted_ejs(requirements) == "0.8.0"
    assert tools.wanted_ejs(["brotli"]) is None


@pytest.mark.parametrize(
    ("says", "state"),
    [
        ("deno 2.9.8 (stable)\nv8 15.0.1", "ok"),
        ("deno 2.3.0", "ok"),
        ("deno 2.2.9", "problem"),
        ("deno 1.46.3", "problem"),
        ("nothing", "problem"),
    ],
)
def test_a_deno_that_is_too_old_is_a_problem(tmp_path: Path, says: str, state: str) -> None:
    program = tmp_path / "deno"
    program.write_text(f"#!{sys.executable}\nprint({says!r})\n")
    program.chmod(0o755)

    assert tools.judge_deno(program).state == state


def test_no_deno_at_all_is_a_problem() -> None:
    assert tools.judge_deno(None).state == "problem"


@pytest.mark.parametrize(("gigabytes", "state"), [(0.2, "problem"), (5, "note"), (500, "ok")])
def test_little_room_is_told(gigabytes: float, state: str) -> None:
    assert places.judge_space(gigabytes).state == state


def test_speech_is_looked_at_only_when_a_show_may_need_it() -> None:
    silent = configured(defaults={"transcript": {"modules": ["rss"]}})

    assert [(one.name, one.state) for one in speech.check_speech(silent)] == [("speech", "ok")]


def test_a_model_that_is_no_folder_is_a_problem(tmp_path: Path) -> None:
    pytest.importorskip("faster_whisper", reason="speech recognition is not installed")
    folder = tmp_path / "model"
    asked = configured(defaults={"speech": {"model": str(folder)}})

    assert states(speech.check_speech(asked))["speech model"] == "problem"

    folder.mkdir()
    (folder / "model.bin").write_bytes(b"weights")

    assert states(speech.check_speech(asked))["speech model"] == "ok"


def states(findings: Any) -> dict[str, str]:
    found: list[Finding] = list(findings)
    return {one.name: one.state for one in found}
