"""One episode's failure stops no other, and a run that was cut short is completed by the next."""

import fcntl
import os
import re
import signal
import time
from collections.abc import Callable

import pytest

from episcribe.library.layout import STUDY_PRODUCTS
from tests.loopback import Answer, LoopbackServer
from tests.workflow.library import Library, short_captions


def complete(library: Library) -> list[str]:
    return [
        folder.name
        for folder in library.episodes()
        if all((folder / name).exists() for name in (*STUDY_PRODUCTS, "state.yaml"))
    ]


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("it did not happen in time")
        time.sleep(0.05)


def feed_of(url: str, count: int) -> str:
    items = "".join(
        f"<item><title>Talk {n}</title><guid>talk-{n}</guid>"
        f"<pubDate>Mon, {n + 1:02d} Jan 2024 06:00:00 GMT</pubDate>"
        f'<podcast:transcript url="{url}/{n}.vtt" type="text/vtt"/></item>'
        for n in range(count)
    )
    space = "https://podcastindex.org/namespace/1.0"
    return f'<rss version="2.0" xmlns:podcast="{space}"><channel><title>Talks</title>{items}</channel></rss>'


BAD_ANSWERS = {
    "permanent": Answer(status=404),
    "transient": Answer(status=503),
    "blocked": Answer(status=429, headers={"Retry-After": "3600"}),
}


def serve(server: LoopbackServer, library: Library, count: int, bad: Answer) -> None:
    """So many episodes, the fourth of which is answered badly."""
    server.add("/feed.xml", feed_of(server.url, count).encode(), content_type="application/rss+xml")
    for number in range(count):
        server.add(f"/{number}.vtt", short_captions(skip=number * 3).encode(), content_type="text/vtt")
    server.add("/3.vtt", bad.body, status=bad.status, headers=bad.headers)
    show = {"id": "talks", "subject": "Tides", "feed": f"{server.url}/feed.xml"}
    library.configure(show, network={"allow_private": True, "timeout": 5, "deadline": 10})


def test_nine_of_ten_finish_and_the_last_lines_say_what_why_and_where(library: Library) -> None:
    with LoopbackServer() as server:
        serve(server, library, 10, BAD_ANSWERS["permanent"])
        done = library.run(check=False)
    assert done.returncode != 0
    assert len(complete(library)) == 9
    [bad] = [folder for folder in library.episodes() if "talk-3" in folder.name]
    last = [line for line in done.stderr.splitlines() if line.startswith("Failed: ")]
    assert len(last) == 1
    assert f"talks/{bad.name}: transcript: " in last[0]
    assert "404" in last[0]
    assert "(permanent)" in last[0]
    assert "log/transcript.log" in last[0]
    assert "9 complete, 1 failed" in done.stderr
    for folder in library.episodes():
        state = library.state(folder)
        assert state["stage"] == ("failed" if folder == bad else "completed")
        assert state["title"] == f"Talk {folder.name.split('talk-')[1][0]}"
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_passing_failure_rests_before_it_is_tried_again(library: Library) -> None:
    with LoopbackServer() as server:
        serve(server, library, 4, BAD_ANSWERS["transient"])
        done = library.run("transcripts", check=False)
        assert done.returncode != 0
        asked = server.asked("/3.vtt")
        again = library.run("transcripts")
        assert server.asked("/3.vtt") == asked
    [bad] = [folder for folder in library.episodes() if "talk-3" in folder.name]
    assert sum((folder / "transcript.json").exists() for folder in library.episodes()) == 3
    assert library.state(bad)["stages"]["transcript"]["kind"] == "transient"
    assert "1 resting" in again.stderr


def test_a_host_that_blocks_is_left_in_peace_and_costs_nobody_an_attempt(library: Library) -> None:
    with LoopbackServer() as server:
        serve(server, library, 4, BAD_ANSWERS["blocked"])
        first = library.run("transcripts", check=False)
        assert first.returncode != 0
        asked = len(server.requests)
        again = library.run("transcripts")
        assert len(server.requests) == asked
    assert re.search(r"^Failed: .* \(blocked; rests until [\d: -]+ UTC\); log: ", first.stderr, re.MULTILINE)
    # One that had not been asked for yet when the host blocked the other is left in peace with it.
    assert re.search(r", (1 resting until|2 resting \(the first until) [\d: -]+ UTC", again.stderr)
    [bad] = [folder for folder in library.episodes() if "talk-3" in folder.name]
    state = library.state(bad)
    assert state["stages"]["transcript"]["kind"] == "blocked"
    assert state["standing"]["transcript"]["state"] == "resting"
    assert state["attempts"]["transcript"] == 0


@pytest.mark.slow
def test_what_was_given_up_is_left_alone_until_a_person_brings_it_back(library: Library) -> None:
    with LoopbackServer() as server:
        serve(server, library, 2, BAD_ANSWERS["permanent"])
        server.add("/1.vtt", b"", status=404)
        assert library.run("transcripts", check=False).returncode != 0
        again = library.run("transcripts")
        assert server.asked("/1.vtt") == 1
        assert "1 given up (episcribe retry brings them back)" in again.stderr
        server.add("/1.vtt", short_captions().encode(), content_type="text/vtt")
        library.ask("retry", "talks", "--library", "processed")
        library.run("transcripts")
    assert all((folder / "transcript.json").exists() for folder in library.episodes())


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["", "WEBVTT\n\n", "<html><title>404</title><body>Page not found</body></html>", "\x00\x01\x02"]
)
def test_what_is_no_transcript_fails_its_episode_with_a_reason(talks: Library, text: str) -> None:
    (talks.folder / "talks" / "2024-01-05 First talk.vtt").write_text(text)
    done = talks.run("transcripts", check=False)
    assert done.returncode != 0
    first, second = talks.episodes()
    assert not (first / "transcript.json").exists()
    assert (second / "transcript.json").exists()
    assert talks.state(first)["stage"] == "failed"


@pytest.mark.slow
def test_an_episode_that_failed_is_made_once_its_source_is_good(talks: Library) -> None:
    source = talks.folder / "talks" / "2024-01-05 First talk.vtt"
    good = source.read_text()
    source.write_text("")
    assert talks.run(check=False).returncode != 0
    source.write_text(good)
    talks.run()
    first = talks.episodes()[0]
    state = talks.state(first)
    assert state["stage"] == "completed"
    assert len(state["error_history"]) == 1


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_was_cut_short_is_completed_by_the_same_command(
    talks: Library, how: signal.Signals
) -> None:
    for number in range(3):
        (talks.folder / "talks" / f"2024-03-0{number + 1} More {number}.vtt").write_text(
            short_captions(skip=number * 9)
        )
    run = talks.start()
    try:
        wait_until(lambda: any(talks.processed.glob("talks/*/assessment.md")))
    finally:
        os.killpg(run.pid, how)
        run.wait(timeout=60)
    finished = complete(talks)
    assert len(finished) < 5
    before = talks.times()
    talks.run()
    assert len(complete(talks)) == 5
    after = talks.times()
    assert all(after[name] == before[name] for name in before if name.split("/")[1] in finished)
    assert not list(talks.processed.rglob("*.part"))
    for folder in talks.episodes():
        assert talks.state(folder)["stage"] == "completed"


@pytest.mark.slow
def test_a_second_run_in_the_same_library_is_told_to_wait(talks: Library) -> None:
    lock = talks.processed / "log" / "episcribe.lock"
    lock.parent.mkdir(parents=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        second = talks.run("discover", check=False)
        assert second.returncode != 0
        assert "another run is at work in this library" in second.stderr
        assert not talks.episodes()
        talks.run("--dry-run")
        talks.run("--list-rules")
    talks.run("discover")
    assert len(talks.episodes()) == 2
