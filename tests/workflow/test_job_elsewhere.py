"""A job that an executor sends to another machine: Snakemake starts there again and reads the Snakefile."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from episcribe.ledger.events import parse_events
from episcribe.library.modules import speech_is_installed
from tests.workflow.library import Library, environment

GIVEN = (
    "--force --target-files-omit-workdir-adjustment --max-inventory-time 0 --retries 0 --nocolor --no-hooks "
    "--nolock --ignore-incomplete --force-use-threads --scheduler greedy --cores 1"
).split()


def job(library: Library, target: str, *arguments: str) -> list[str]:
    """The command of a job, as executors for clusters form it."""
    asked = ("--target-jobs", target, "--allowed-rules", target.partition(":")[0])
    return library.command(*asked, *GIVEN, "--mode", "remote", *arguments)


@pytest.mark.slow
def test_a_job_elsewhere_looks_once_for_a_transcript_and_hands_the_rest_on(library: Library) -> None:
    """Called again there, it would listen to the recording with what was given to one that only looks."""
    if not speech_is_installed():
        pytest.skip("speech recognition is not installed")
    (library.folder / "Talk.wav").write_bytes(b"RIFF" + bytes(40))
    (library.folder / "Talk.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:09.000\nhm\n")
    library.configure(
        {"id": "talks", "subject": "Tides", "files": ["*.wav", "*.vtt"], "transcript": {"quality": 99}}
    )
    library.run("discover")
    episode = library.episodes()[0]
    command = job(library, f"get_transcript:show=talks,episode={episode.name}", "--attempt", "1")
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment(), timeout=120
    )
    assert done.returncode == 1
    events = parse_events((episode / "log" / "transcript.jsonl").read_bytes())
    assert [event["event"] for event in events if event["event"] != "module"] == ["started", "handed_on"]


@pytest.mark.slow
def test_reading_the_snakefile_for_a_job_asks_no_network(talks: Library, tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace, which tells who connects to what, is not installed")
    talks.configuration["refresh"] = "1s"
    talks.run("discover")
    talks.configure(
        *talks.configuration["shows"],
        {"id": "far", "subject": "x", "feed": "https://podcast.example/feed.xml"},
    )
    told = tmp_path / "connections"
    target = f"write_notes:show=talks,episode={talks.episodes()[0].name}"
    (talks.episodes()[0] / "transcript.json").write_text("{}")
    for name in ("quality.yaml", "chapters.json"):
        (talks.episodes()[0] / name).write_text("{}")
    watched = ["strace", "-f", "-qq", "-o", str(told), "-e", "trace=connect,sendto"]
    command = [*watched, *job(talks, target, "--dry-run")]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment(), timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert not re.findall(r"AF_INET6?\b.*", told.read_text())
