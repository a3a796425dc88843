"""What is fetched for a transcript is asked for again when it was of no use, and only then."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from episcribe.ledger.events import Event, append_event, events_path, read_events
from episcribe.library.config import ShowSettings
from episcribe.library.episode import ChaptersLink, Enclosure, Episode, TranscriptLink
from episcribe.library.episode_file import episode_yaml
from episcribe.library.settings import NetworkSettings
from episcribe.stages.job import HANDED_ON, NETWORK_VARIABLE, run_job
from episcribe.stages.options import stage_options
from episcribe.stages.transcript import get_transcript
from tests.loopback import Answer, LoopbackServer
from tests.workflow.library import short_captions

CAPTIONS = Answer(short_captions(60).encode(), content_type="text/vtt")
ERROR_PAGE = Answer(
    b"<html><head><title>503 Service Unavailable</title></head><body><h1>503</h1></body></html>",
    content_type="text/html",
)


class Stage:
    """The transcript stage of one episode of the feed on `server`, whose first address gives `answers`."""

    def __init__(
        self,
        folder: Path,
        server: LoopbackServer,
        answers: Sequence[Answer],
        *more: str,
        recording: str | None = None,
    ) -> None:
        self.folder = folder / "show" / "episode"
        self.folder.mkdir(parents=True)
        links = (server.add_all("/first.vtt", answers), *more)
        episode = Episode(
            "abcdefgh",
            "show",
            "episode",
            "Talk",
            transcripts=tuple(TranscriptLink(url, None, None) for url in links),
            enclosures=(Enclosure(recording, "audio/mpeg"),) if recording else (),
            chapters=ChaptersLink(server.add("/chapters.json", b"{}"), None),
        )
        (self.folder / "episode.yaml").write_text(episode_yaml(episode))

    def run(self) -> int:
        settings = ShowSettings()
        options = json.loads(stage_options(settings, "transcript", subject="Tides", title=None))
        call = [str(self.folder / "transcript.json"), json.dumps(options), str(self.folder / "log/t.log")]
        return run_job("transcript", lambda job: get_transcript(job, may_hear=False), call)

    def last(self) -> Event:
        return list(read_events(events_path(self.folder, "transcript")))[-1]

    def is_killed(self) -> None:
        """Take away what the last attempt made of what it fetched, as if it had been killed before that."""
        path = events_path(self.folder, "transcript")
        *before, _ = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(b"".join(before))
        append_event(path, {"event": "interrupted", "stage": "transcript", "time": "2026-01-01T00:00:00Z"})
        (self.folder / "transcript.json").unlink()


@pytest.fixture(autouse=True)
def network(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = NetworkSettings(timeout=5, deadline=10, allow_private=True)
    monkeypatch.setenv(NETWORK_VARIABLE, json.dumps(settings.model_dump()))


def test_an_error_page_in_place_of_captions_is_tried_again(tmp_path: Path) -> None:
    with LoopbackServer() as server:
        stage = Stage(tmp_path, server, [ERROR_PAGE, CAPTIONS])
        assert stage.run() == 1
        assert stage.last()["kind"] == "transient"
        assert stage.run() == 0
        assert server.asked("/first.vtt") == 2


def test_what_was_whole_when_an_attempt_was_killed_is_not_fetched_again(tmp_path: Path) -> None:
    with LoopbackServer() as server:
        stage = Stage(tmp_path, server, [ERROR_PAGE, CAPTIONS])
        stage.run()
        stage.run()
        stage.is_killed()
        assert stage.run() == 0
        assert (server.asked("/first.vtt"), server.asked("/chapters.json")) == (2, 1)


def test_what_is_good_is_not_fetched_again_because_something_else_was_bad(tmp_path: Path) -> None:
    with LoopbackServer() as server:
        other = server.add_all("/other.vtt", [ERROR_PAGE])
        stage = Stage(tmp_path, server, [Answer(status=404), CAPTIONS], other)
        assert stage.run() == 1
        # A folder stands in the place of a file that is to be made.
        (stage.folder / "transcript.vtt").mkdir()
        assert stage.run() == 1
        assert stage.last()["kind"] == "transient"
        (stage.folder / "transcript.vtt").rmdir()
        assert stage.run() == 0
        assert (server.asked("/first.vtt"), server.asked("/other.vtt")) == (2, 1)


def test_captions_that_stay_blocked_are_waited_for_three_times_and_then_the_recording_is_transcribed(
    tmp_path: Path,
) -> None:
    pytest.importorskip("faster_whisper", reason="the extra speech is not installed")
    with LoopbackServer() as server:
        recording = server.add("/talk.mp3", b"")
        stage = Stage(tmp_path, server, [Answer(status=429)], recording=recording)
        path = events_path(stage.folder, "transcript")
        for waited in range(3):
            assert stage.run() == 1
            assert stage.last()["kind"] == "blocked"
            assert server.asked("/first.vtt") == 1, "the host is left in peace"
            assert len([e for e in read_events(path) if e["event"] == "failed"]) == waited + 1
        assert stage.run() == HANDED_ON
