"""Two runs at once, clocks that jump, and names of every kind."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.chaos.harness import Chaos, check_append_only, make_library
from tests.loopback import LoopbackServer
from tests.workflow.library import environment, short_captions

NAMES = [
    "رحلة إلى البحر",
    "การเดินทางสู่ทะเล",
    "海への旅",
    "👩‍👩‍👧‍👦 family 🏴‍☠️",
    "e\u0301te\u0301 combining",
    "\u202eright to left\u202c",
    "Straße " + "ß" * 115,
    "A \"quoted\" 'name'",
    "-leading dash",
    "--all",
    "trailing dots...",
    "semi;colon $(touch x) `id` {braces} %s \\back",
    "new\nline\ttab",
    "CON",
    "*?[glob]",
]


def started(chaos: Chaos, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        chaos.command("--cores", "2", *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**environment(), **chaos.variables},
    )


@pytest.mark.parametrize("same_directory", [True, False])
def test_two_runs_at_once_do_no_damage(tmp_path: Path, server: LoopbackServer, same_directory: bool) -> None:
    first = make_library(tmp_path / "one", server, local=3, remote=3)
    second = first
    if not same_directory:
        second = make_library(tmp_path / "two", server, local=3, remote=3)
        shutil.copy(first.folder / "config.yaml", second.folder / "config.yaml")
        for chaos in (first, second):
            text = (first.folder / "config.yaml").read_text()
            talks, library = first.folder / "talks/*.vtt", first.processed
            (chaos.folder / "config.yaml").write_text(
                text.replace("talks/*.vtt", str(talks)) + f"\nlibrary: {library}\n"
                if "library:" not in text
                else text
            )
    runs = [started(first), started(second)]
    said = [run.communicate(timeout=240) for run in runs]
    codes = sorted(run.returncode for run in runs)
    told = [err for _, err in said if "another run is at work in this library; wait for its end" in err]
    assert codes == [0, 1], said
    assert len(told) == 1
    assert all("Traceback" not in err for _, err in said)
    first.check_complete(6)


@pytest.mark.skipif(shutil.which("faketime") is None, reason="faketime is not installed")
@pytest.mark.parametrize("jump", ["+1d", "+400d"])
def test_a_clock_that_jumps_has_nothing_done_again(small: Chaos, jump: str) -> None:
    before, logs = small.times(), small.logs()
    small.prefix = ["faketime", "-f", jump]
    jumped = small.run()
    assert "Traceback" not in jumped.stderr
    assert small.times() == before
    first, last = small.episodes()[0], small.episodes()[-1]
    (first / "notes.pdf").unlink()
    os.utime(last / "notes.md")
    small.run()
    small.prefix = []
    back = small.run()
    assert "Traceback" not in back.stderr
    after = small.times()
    untouched = [name for name in before if name.split("/")[1] not in (first.name, last.name)]
    assert all(after[name] == before[name] for name in untouched)
    check_append_only(logs, small.logs())
    settled = small.times()
    small.run()
    assert small.times() == settled
    small.check_complete(4)


@pytest.mark.skipif(shutil.which("faketime") is None, reason="faketime is not installed")
def test_what_rested_under_a_clock_that_was_ahead_does_not_rest_for_ever(
    tmp_path: Path, server: LoopbackServer
) -> None:
    chaos = make_library(tmp_path, server, local=1, remote=2)
    server.add("/1.vtt", b"", status=503)
    chaos.prefix = ["faketime", "-f", "+400d"]
    assert chaos.run(check=False).returncode != 0
    chaos.prefix = []
    server.add("/1.vtt", short_captions(40).encode(), content_type="text/vtt")
    done = chaos.run(check=False)
    assert "Traceback" not in done.stderr
    chaos.prefix = ["faketime", "-f", "+3d"]
    done = chaos.run(check=False)
    chaos.prefix = []
    assert sum((folder / "transcript.json").exists() for folder in chaos.episodes()) == 3, done.stderr


def test_files_of_an_earlier_time_do_not_have_all_done_again_for_ever(small: Chaos) -> None:
    moment = time.time() - 86400 * 400
    for path in (small.folder / "talks").iterdir():
        os.utime(path, (moment, moment))
    small.run()
    settled = small.times()
    small.run()
    assert small.times() == settled
    small.check_complete(4)


def test_a_source_of_a_future_time_is_named_and_made_once_its_time_is_right(small: Chaos) -> None:
    [ahead, _] = sorted((small.folder / "talks").iterdir())
    moment = time.time() + 86400 * 400
    os.utime(ahead, (moment, moment))
    # Snakemake refuses outputs that are older than their input.
    done = small.run(check=False)
    assert done.returncode == 1
    assert ahead.name in done.stderr
    assert "clock skew" in done.stderr
    assert ", 1 failed" in done.stderr
    assert "yet to come: touch it" in done.stderr
    os.utime(ahead)
    small.run()
    small.check_complete(4)


def test_names_in_every_script_and_shape(tmp_path: Path, server: LoopbackServer) -> None:
    chaos = Chaos(tmp_path)
    folder = tmp_path / "talks"
    folder.mkdir()
    for number, name in enumerate(NAMES):
        stem = name.encode()[:251].decode(errors="ignore")
        (folder / f"{stem}.vtt").write_text(short_captions(40, skip=number))
    shows = [{"id": "talks", "title": NAMES[0], "subject": NAMES[2], "files": "talks/*"}]
    for number, name in enumerate(NAMES[:6]):
        feed = f"/feed{number}.xml"
        item = "".join(
            f"<item><title><![CDATA[{title}]]></title><guid><![CDATA[{title} {number}]]></guid>"
            f'<podcast:transcript url="{server.url}/{index}.vtt" type="text/vtt"/></item>'
            for index, title in enumerate(NAMES[number * 3 : number * 3 + 3])
        )
        space = "https://podcastindex.org/namespace/1.0"
        text = (
            f'<rss version="2.0" xmlns:podcast="{space}"><channel><title>{name}</title>{item}</channel></rss>'
        )
        server.add(feed, text.encode(), content_type="application/rss+xml")
        shows.append({"title": name, "subject": name, "feed": server.url + feed, "id": f"show-{number}"})
    for index in range(3):
        server.add(f"/{index}.vtt", short_captions(40, skip=index).encode(), content_type="text/vtt")
    chaos.configure(*shows, network={"allow_private": True, "timeout": 5, "deadline": 10})
    done = chaos.run(check=False)
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == 0, done.stderr
    chaos.check_complete(len(NAMES) + 15)
    settled = chaos.times()
    again = chaos.run()
    assert chaos.times() == settled, again.stderr
    for words in ("status", "failed"):
        assert chaos.ask(words, "--library", "processed", check=False).returncode == 0
    assert not (tmp_path / "x").exists()
