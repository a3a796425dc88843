"""Recordings on a cluster: the second attempt listens, several of them side by side."""

import pytest

from episcribe.library.modules import speech_is_installed
from tests.cluster.harness import Clustered, Gate, until
from tests.loopback import LoopbackServer
from tests.workflow.library import ROOT, Library

ITEM = (
    "<item><title>Lecture {n}</title><guid>{n}</guid><pubDate>Mon, 0{n} Jan 2024 06:00:00 GMT</pubDate>"
    '<enclosure url="{url}/{n}.mp3" type="audio/mpeg" length="7"/>'
    '<podcast:transcript url="{url}/{n}.vtt" type="text/vtt"/></item>'
)


def test_the_second_attempt_listens_and_several_do_so_at_once(
    library: Clustered, server: LoopbackServer
) -> None:
    if not speech_is_installed():
        pytest.skip("speech recognition is not installed")
    items = "".join(ITEM.format(n=n, url=server.url) for n in (1, 2))
    space = "https://podcastindex.org/namespace/1.0"
    feed = f'<rss version="2.0" xmlns:podcast="{space}"><channel><title>Talks</title>{items}</channel></rss>'
    server.add("/feed.xml", feed, content_type="application/rss+xml")
    gates = [Gate("no sound"), Gate("no sound")]
    for number, gate in enumerate(gates, 1):
        server.add_programme(f"/{number}.mp3", gate)
    library.configure(
        {"id": "remote", "subject": "Tides", "feed": f"{server.url}/feed.xml"},
        network={"allow_private": True, "timeout": 500, "deadline": 500, "per_host": 16},
        defaults={"transcript": {"modules": ["rss", "speech"]}},
    )
    Library.run(library, "--workflow-profile", str(ROOT / "profiles" / "default"), "discover")
    run = library.start("transcripts", "--retries", "0")
    until(lambda: all(gate.asked for gate in gates))
    assert [kinds[:2] for kinds in library.kinds("transcript").values()] == [["started", "handed_on"]] * 2
    for gate in gates:
        gate.opened.set()
    done = library.end(run, check=False)
    print(done.stdout)
    assert "to be continued" not in done.stdout
    assert done.stdout.count("Failed: remote/") == 2
