"""Runs that are killed at any moment are completed by the next one."""

import os
import random
import shutil
import time
from pathlib import Path

from tests.chaos.harness import (
    Chaos,
    check_append_only,
    check_finished_have_events,
    feed_of,
    kill_session,
    make_library,
    make_work,
)
from tests.loopback import LoopbackServer

KILLS = int(os.environ.get("EPISCRIBE_TEST_KILLS", "5"))
EPISODES = 30
SEED = int(os.environ.get("EPISCRIBE_TEST_SEED", "20240501"))


def test_a_run_over_thirty_episodes_is_killed_at_random_moments(
    tmp_path: Path, server: LoopbackServer
) -> None:
    choose = random.Random(SEED)
    chaos = make_library(tmp_path, server, local=EPISODES - 8, remote=8)
    longest, number = 30.0, 0
    while number < KILLS:
        begun, before = time.time(), chaos.logs()
        moment = choose.uniform(0.2, longest)
        was_killed = chaos.killed_after(moment)
        cut = chaos.logs()
        check_append_only(before, cut)
        check_finished_have_events(chaos, begun)
        again = time.monotonic()
        done = chaos.run()
        took = time.monotonic() - again
        assert "Traceback" not in done.stderr
        check_append_only(cut, chaos.logs())
        try:
            chaos.check_complete(EPISODES)
        except AssertionError as error:
            raise AssertionError(f"kill {number} (seed {SEED}) after {moment:.2f} s: {error}") from error
        print(f"kill {number} after {moment:.2f} s ({was_killed}); completed in {took:.1f} s", flush=True)
        number += was_killed
        make_work(chaos, choose)
        if number % 5 == 2:
            remote = choose.choice([path for path in chaos.episodes() if path.parent.name == "remote"])
            shutil.rmtree(remote)
        # Later runs have as much to do as this harness leaves them, and are killed within that time.
        longest = 9.0 if number == 0 else min(max(3.0, took), 20.0)


def test_discovery_is_killed(tmp_path: Path, server: LoopbackServer) -> None:
    choose = random.Random(SEED)
    chaos = make_library(tmp_path, server, local=2, remote=6, wait=0.4)
    for number in range(KILLS):
        shutil.rmtree(chaos.processed, ignore_errors=True)
        killed = chaos.killed_after(choose.uniform(1.0, 6.0), "transcripts")
        cut = chaos.logs()
        chaos.run("transcripts")
        check_append_only(cut, chaos.logs())
        assert len(chaos.episodes()) == 8
        assert all((folder / "transcript.json").exists() for folder in chaos.episodes())
        assert not chaos.problems(), number
        assert not chaos.strange_files(), number
        print(f"discovery {number} killed: {killed}", flush=True)


def test_discovery_by_several_processes_is_killed(tmp_path: Path, server: LoopbackServer) -> None:
    choose, names = random.Random(SEED), "*/*/episode.yaml"
    chaos = Chaos(tmp_path)
    feeds = [
        server.add(f"/{number}.xml", feed_of(f"{server.url}/{number}", 25).encode()) for number in range(20)
    ]
    shows = [{"id": f"show-{number}", "subject": "Tides", "feed": url} for number, url in enumerate(feeds)]
    chaos.configure(*shows, network={"allow_private": True, "per_host": 16})
    for number in range(KILLS):
        shutil.rmtree(chaos.processed, ignore_errors=True)
        run = chaos.start("discover")
        try:
            end = time.monotonic() + 60
            while not any(chaos.processed.glob(names)) and run.poll() is None and time.monotonic() < end:
                time.sleep(0.001)
            time.sleep(choose.uniform(0.0, 0.1))
            killed = run.poll() is None
        finally:
            kill_session(run)
        there = len(list(chaos.processed.glob(names)))
        chaos.run("discover")
        assert all(path.stat().st_size for path in chaos.processed.glob(names))
        assert len(chaos.catalogue()) == len(chaos.episodes()) == 20 * 25
        assert not chaos.strange_files(), number
        print(f"discovery {number} killed: {killed}, {there} episodes written", flush=True)


def test_the_end_of_a_run_is_killed(tmp_path: Path, server: LoopbackServer) -> None:
    choose = random.Random(SEED)
    chaos = make_library(tmp_path, server, local=2, remote=2)
    chaos.run()
    for number in range(KILLS):
        last = chaos.episodes()[number % 4]
        (last / "assessment.pdf").unlink()
        (last / "state.yaml").unlink()
        shutil.rmtree(chaos.processed / "reports", ignore_errors=True)
        if number % 3 == 0:
            (chaos.processed / "state.db").unlink()
        logs, run = chaos.logs(), chaos.start()
        try:
            end = time.monotonic() + 60
            while not (last / "state.yaml").exists() and time.monotonic() < end:
                time.sleep(0.005)
            time.sleep(choose.uniform(0.0, 1.2))
            was_killed = run.poll() is None
        finally:
            kill_session(run)
        cut = chaos.logs()
        check_append_only(logs, cut)
        left = sorted(path.name for path in chaos.processed.iterdir() if path.is_file())
        done = chaos.run()
        assert "Traceback" not in done.stderr
        check_append_only(cut, chaos.logs())
        chaos.check_complete(4)
        print(f"end {number}: killed {was_killed}; there were {len(left)} files", flush=True)
