"""A run over many episodes while a part of everything outside fails, and while it is killed again and again.

Whatever is delivered whole and was put down is never asked for again. A kill may cost what was delivered and
not yet put down, once: at most a file for each job that was at work, and the feeds, where it was their
reading that was killed.

EPISCRIBE_TEST_EPISODES and EPISCRIBE_TEST_KILLS_AT_SCALE say how much; a thousand episodes take half an hour.
"""

import os
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.chaos.agreement import Count, counts, kept, lines_in_database, lines_in_logs
from tests.chaos.harness import Chaos, check_append_only, check_finished_have_events
from tests.chaos.unreliable import TIMEOUT, Unreliable
from tests.chaos.watched import Moment, Watched, watch

EPISODES = int(os.environ.get("EPISCRIBE_TEST_EPISODES", "200"))
KILLS = int(os.environ.get("EPISCRIBE_TEST_KILLS_AT_SCALE", "5"))
SEED = int(os.environ.get("EPISCRIBE_TEST_SEED", "20240501"))
JOBS = 2
MOST_MEGABYTES = 600
MOST_THREADS = 30


@dataclass
class Ordeal:
    """A library on the unreliable world; `lost` are whole deliveries that kills have cost."""

    chaos: Chaos
    world: Unreliable
    end: float
    runs: list[Watched] = field(default_factory=list)
    lost: Counter[str] = field(default_factory=Counter)

    def run(self, target: str, kill: Moment | None = None) -> Watched:
        """One run, after which nothing may be lost but what was under way when it was killed."""
        before, begun = self.chaos.logs(), time.time()
        left = self.end - time.monotonic()
        assert left > 0, f"it does not come to an end: {self.runs[-1].printed[-3000:]}"
        run = watch(self.chaos, target, kill=kill, at_most=left)
        self.runs.append(run)
        check_append_only(before, self.chaos.logs())
        assert "Traceback" not in run.printed, run.printed[-5000:]
        if run.was_killed:
            check_finished_have_events(self.chaos, begun)
            self._note_losses()
        print(self._told(run), flush=True)
        return run

    def _note_losses(self) -> None:
        hosts = [host.url for host in self.world.hosts]
        here = kept(self.chaos, self.world.feeds, hosts)
        feeds = set(self.world.feeds.values())
        with self.world.lock:
            whole = dict(self.world.whole)
        gone = [url for url, times in whole.items() if url not in here and times > self.lost[url]]
        assert sum(url not in feeds for url in gone) <= JOBS, gone
        self.lost.update(gone)

    def _told(self, run: Watched) -> str:
        how = "killed" if run.was_killed else run.last_line.partition("; ")[2]
        return (
            f"run {len(self.runs)}: {run.seconds:.0f} s, {run.most_megabytes:.0f} MB, "
            f"{run.most_threads} threads, {self.world.requests()} requests so far; {how}"
        )


@pytest.mark.parametrize("target", ["transcripts", "all"])
def test_many_episodes(tmp_path: Path, target: str) -> None:
    check_ordeal(tmp_path, target, EPISODES, KILLS)


@pytest.mark.slow
def test_forty_episodes(tmp_path: Path) -> None:
    check_ordeal(tmp_path, "all", 40, 2)


def check_ordeal(folder: Path, target: str, count: int, kills: int) -> None:
    with Unreliable(count, SEED) as world:
        ordeal = make_ordeal(folder, world, 360.0 + 3.0 * count)
        chaos = ordeal.chaos
        kill(ordeal, target, kills)
        last = converge(ordeal, target)
        check_counts(ordeal, target, last)
        check_deliveries(ordeal)
        assert not chaos.problems()
        assert not chaos.strange_files()
        check_nothing_more_is_done(ordeal, target)
        check_process(ordeal.runs)


def make_ordeal(folder: Path, world: Unreliable, seconds: float) -> Ordeal:
    """A library whose rests are short, so that a test sees their ends."""
    chaos = Chaos(folder)
    recovery = {"retry_delay": 0.5, "longest_delay": 2, "look_again": 2, "max_retries": {"transcript": 5}}
    network = {"allow_private": True, "timeout": TIMEOUT, "deadline": 5, "rest": 2}
    chaos.configure(*world.shows(), network=network, state_management={"recovery": recovery})
    return Ordeal(chaos, world, time.monotonic() + seconds)


def kill(ordeal: Ordeal, target: str, kills: int) -> None:
    """Kill runs at random moments until so many were hit: each in the first half of what was left."""
    choose = random.Random(SEED)
    longest = min(8.0, ordeal.world.count / 40)
    landed = 0
    for _ in range(3 * kills):
        moment = Moment(choose.uniform(0.0, 0.4), choose.uniform(0.1, longest))
        landed += ordeal.run(target, moment).was_killed
        if landed == kills:
            return
    raise AssertionError(f"only {landed} of {kills} kills hit a run that was at work")


def converge(ordeal: Ordeal, target: str) -> Watched:
    """Run until nothing is left but what was given up, as often as that takes; the last run."""
    while True:
        run = ordeal.run(target)
        assert run.last_line, f"the run did not come to its end: {run.printed[-3000:]}"
        open_yet = ["failed", "resting", *(["to be made"] if target == "all" else [])]
        unread = {show for show in ordeal.world.feeds if f"Not read: {show}:" in run.printed}
        if unread == {ordeal.world.lost_show} and not any(word in run.last_line for word in open_yet):
            return run
        time.sleep(2.0)


def check_counts(ordeal: Ordeal, target: str, last: Watched) -> None:
    """Every place where episodes are counted says what is true."""
    world, chaos = ordeal.world, ordeal.chaos
    good = world.number("good") if target == "all" else 0
    truth = Count(world.count, good, world.number("bad"), world.number("mute"))
    made = "notes.pdf" if target == "all" else "transcript.json"
    wrong = {place: told for place, told in counts(chaos, last.last_line).items() if told != truth}
    assert not wrong, f"{truth} is true: {wrong}"
    titles = {entry["title"]: entry for entry in chaos.catalogue()}
    assert set(titles) == {talk.title for talk in world.talks}
    for talk in world.talks:
        folder = chaos.processed / titles[talk.title]["show"] / titles[talk.title]["folder"]
        assert (folder / made).exists() == (talk.truth == "good"), f"{folder}: {talk}"
    assert lines_in_database(chaos.processed) == lines_in_logs(chaos)
    assert f"Not read: {world.lost_show}:" in last.printed


def check_deliveries(ordeal: Ordeal) -> None:
    """What was whole and put down was not asked for again."""
    again = {
        url: times for url, times in ordeal.world.whole.items() if times > 1 + ordeal.lost[url] or times == 0
    }
    assert not again, f"fetched again though it was here: {again}; lost by kills: {dict(ordeal.lost)}"
    twice = [url for url, times in ordeal.world.whole.items() if times > 1]
    print(
        f"{ordeal.world.whole.total()} whole deliveries, {len(twice)} of them for the second time; "
        f"{ordeal.lost.total()} were lost by kills; answers: {dict(ordeal.world.answered)}"
    )


def check_nothing_more_is_done(ordeal: Ordeal, target: str) -> None:
    """Another run reads the feed that is gone once more, and that is all."""
    chaos, world = ordeal.chaos, ordeal.world
    logs, times, asked = chaos.logs(), chaos.times(), Counter(world.asked)
    ordeal.run(target)
    assert (chaos.logs(), chaos.times(), Counter(world.asked)) == (logs, times, asked)
    shows = [show for show in world.shows() if show["id"] != world.lost_show]
    chaos.configure(*shows, **{key: value for key, value in chaos.configuration.items() if key != "shows"})
    again = ordeal.run(target)
    assert again.status == 0
    assert "Nothing to be done" in again.printed
    assert (chaos.logs(), chaos.times(), Counter(world.asked)) == (logs, times, asked)


def check_process(runs: list[Watched]) -> None:
    assert max(run.most_megabytes for run in runs) < MOST_MEGABYTES
    assert max(run.most_threads for run in runs) < MOST_THREADS
    print(
        f"{len(runs)} runs, {sum(run.was_killed for run in runs)} killed, "
        f"{sum(run.seconds for run in runs):.0f} s; at most {max(r.most_megabytes for r in runs):.0f} MB and "
        f"{max(r.most_threads for r in runs)} threads"
    )
