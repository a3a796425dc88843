"""`episcribe convert`, as its users call it."""

import io
import json
from pathlib import Path

import pytest

from episcribe.cli.main import main

SRT = "1\n00:00:01,000 --> 00:00:02,500\nAda Byron: Good morning.\n"
PODCAST = {"speaker": "Ada Byron", "startTime": 1.0, "endTime": 2.5, "body": "Good morning."}


@pytest.fixture
def srt(tmp_path: Path) -> Path:
    path = tmp_path / "talk.srt"
    path.write_text(SRT, encoding="utf-8")
    return path


def test_one_file_goes_to_standard_output(srt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", str(srt), "--to", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["segments"] == [PODCAST]


@pytest.mark.parametrize("arguments", [[], ["-"]])
def test_standard_input_is_read(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(SRT.encode())))
    assert main(["convert", *arguments, "--to", "vtt", "--language", "en"]) == 0
    expected = "WEBVTT\nLanguage: en\n\n00:00:01.000 --> 00:00:02.500\n<v Ada Byron>Good morning.\n"
    assert capsys.readouterr().out == expected


def test_files_go_to_a_folder_under_their_names(srt: Path, tmp_path: Path) -> None:
    other = tmp_path / "page.html"
    other.write_text("<cite>Bob:</cite><time>0:05</time><p>Hello there.</p>", encoding="utf-8")
    out = tmp_path / "new" / "folder"
    assert main(["convert", str(srt), str(other), "--to", "txt", "--out", str(out)]) == 0
    written = {path.name: path.read_text(encoding="utf-8") for path in out.iterdir()}
    assert written == {"talk.txt": "Ada Byron: Good morning.\n", "page.txt": "Bob: Hello there.\n"}


def test_a_bad_file_is_named_and_does_not_stop_the_others(
    srt: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.vtt"
    bad.write_text("#EXTM3U\n", encoding="utf-8")
    missing = tmp_path / "missing.srt"
    assert main(["convert", str(bad), str(missing), str(srt), "--out", str(tmp_path / "out")]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert str(bad) in lines[0]
    assert "HLS" in lines[0]
    assert str(missing) in lines[1]
    assert (tmp_path / "out" / "talk.json").exists()
    assert not (tmp_path / "out" / "bad.json").exists()


def test_two_files_of_one_stem_keep_their_extensions(srt: Path, tmp_path: Path) -> None:
    twin = tmp_path / "Talk.vtt"
    twin.write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nHi there.\n", encoding="utf-8")
    assert main(["convert", str(srt), str(twin), "--to", "txt", "--out", str(tmp_path / "out")]) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["Talk.vtt.txt", "talk.srt.txt"]


def test_two_files_that_would_become_one_are_refused_before_anything_is_written(
    srt: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "b").mkdir()
    twin = tmp_path / "b" / "talk.srt"
    twin.write_text(SRT, encoding="utf-8")
    assert main(["convert", str(srt), str(twin), "--out", str(tmp_path / "out")]) == 1
    assert "would both become" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_an_input_is_never_overwritten(srt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", str(srt), "--to", "srt", "--out", str(srt.parent)]) == 1
    assert "would overwrite" in capsys.readouterr().err
    assert srt.read_text(encoding="utf-8") == SRT


def test_an_input_is_not_overwritten_through_a_link(
    srt: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "talk.vtt").hardlink_to(srt)
    assert main(["convert", str(srt), "--to", "vtt", "--out", str(tmp_path / "out")]) == 1
    assert "overwrite" in capsys.readouterr().err
    assert srt.read_text(encoding="utf-8") == SRT


def test_several_files_need_a_folder(srt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", str(srt), str(srt)]) == 1
    assert "--out" in capsys.readouterr().err


def test_an_unknown_format_is_a_wrong_call(srt: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["convert", str(srt), "--to", "docx"])
    assert ended.value.code == 2


def test_captions_of_a_text_without_times_come_with_a_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = tmp_path / "talk.txt"
    text.write_text("Ada: Hello.\n\nBob: Hello to you.\n", encoding="utf-8")
    assert main(["convert", str(text), "--to", "srt"]) == 0
    captured = capsys.readouterr()
    assert "has no times" in captured.err
    assert "Ada: Hello." in captured.out


def test_clean_makes_captions_of_whole_sentences(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rolling = tmp_path / "rolling.vtt"
    rolling.write_text(
        "WEBVTT\n\n00:00.000 --> 00:02.000\nthis is what\n\n"
        "00:02.000 --> 00:04.000\nthis is what\nwas said today\n\n"
        "00:04.000 --> 00:06.000\nwas said today\nby everyone here\n",
        encoding="utf-8",
    )
    assert main(["convert", str(rolling), "--to", "txt", "--clean"]) == 0
    assert capsys.readouterr().out.lower().count("was said today") == 1
