"""Discovery: sources in, catalogue and episodes' files out."""

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from episcribe.library.catalogue import read_catalogue
from episcribe.library.config import Source, SourceKind
from episcribe.library.episode_file import read_episode
from episcribe.library.settings import YoutubeSettings
from episcribe.net.client import Client, NetSettings
from episcribe.sources.discovery import discover
from episcribe.sources.outcomes import Discovery
from tests.loopback import Answer, LoopbackServer, Request

HOUR = 3600.0
NOW = 1_800_000_000.0


@dataclass(frozen=True)
class Show:
    id: str
    source: str
    kind: SourceKind = "feed"
    subject: str = "Things"
    title: str | None = None
    limit: int | None = None
    after: date | None = None
    before: date | None = None
    match: str | None = None
    youtube_videos: YoutubeSettings = field(default_factory=YoutubeSettings)

    @property
    def sources(self) -> Sequence[Source]:
        return [Source(self.kind, self.source, self.id)]


@dataclass(frozen=True)
class TwoSources(Show):
    also: str = ""

    @property
    def sources(self) -> Sequence[Source]:
        return [Source("feed", self.source, self.id), Source("feed", self.also, f"{self.id}+feed+2")]


@dataclass(frozen=True)
class Network:
    max_feed_megabytes: int = 4


@dataclass(frozen=True)
class Configuration:
    shows: Sequence[Show]
    timezone: str = "UTC"
    refresh_seconds: float = 6 * HOUR
    network: Network = field(default_factory=Network)


def client() -> Client:
    return Client(NetSettings(allow_private=True, attempts=1, timeout=5, deadline=10))


def no_client() -> Client:
    raise AssertionError("nothing is to be fetched")


def run(library: Path, *shows: Show, hours: float = 0, net: Any = client, **options: Any) -> Discovery:
    return discover(
        Configuration(shows),
        library=library,
        client_factory=net,
        now=NOW + hours * HOUR,
        root=library.parent,
        **options,
    )


def feed(*numbers: int, title: str = "A show", transcript: str = "https://example.com/{}.vtt") -> str:
    items = "".join(
        f"<item><title>Part {n}</title><guid>guid-{n}</guid><pubDate>{n:02} May 2024 06:00:00 GMT</pubDate>"
        f'<enclosure url="https://cdn.example.com/{n}.mp3" type="audio/mpeg" length="9"/>'
        f'<podcast:transcript url="{transcript.format(n)}" type="text/vtt"/></item>'
        for n in numbers
    )
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0">'
        f"<channel><title>{title}</title>{items}</channel></rss>"
    )


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "processed"


def titles(library: Path, show: str | None = None) -> list[str]:
    return [e.title for e in read_catalogue(library / "catalog.jsonl") if show in (None, e.show)]


def files(library: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(library)): path.read_bytes() for path in sorted(library.rglob("episode.yaml"))
    }


def record(library: Path, show: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((library / "discovery.json").read_bytes())["shows"][show]
    return found


def test_a_feed_becomes_a_catalogue_and_episodes(library: Path) -> None:
    with LoopbackServer() as server:
        url = server.add("/feed.xml", feed(3, 2, 1), etag='"1"')
        found = run(library, Show("one", url))
    assert titles(library) == ["Part 1", "Part 2", "Part 3"]
    assert [entry.title for entry in found.new] == ["Part 1", "Part 2", "Part 3"]
    assert found.written == 3
    (folder,) = library.glob("one/2024-05-02-part-2-*")
    episode = read_episode(folder)
    assert (episode.show, episode.folder, episode.podcast) == ("one", folder.name, "A show")
    assert episode.sources == (url,)
    assert record(library, "one") == {
        "kind": "feed",
        "origin": "one",
        "title": "A show",
        "subject": "Things",
        "source": url,
        "etag": '"1"',
        "last_modified": None,
        "checked_at": "2027-01-15T08:00:00Z",
        "items": 3,
        "fingerprint": None,
        "absent": [],
        "error": None,
    }


def test_only_what_is_due_is_fetched_and_unchanged_answers_cost_nothing(library: Path) -> None:
    with LoopbackServer() as server:
        show = Show("one", server.add("/feed.xml", feed(1), etag='"1"'))
        run(library, show)
        before = files(library), (library / "catalog.jsonl").read_bytes()
        assert run(library, show, hours=5, net=no_client).outcomes == {}
        again = run(library, show, hours=7)
        assert server.asked("/feed.xml") == 2
        assert server.requests[-1].headers["if-none-match"] == '"1"'
    assert again.outcomes["one"].line == "one: nothing has changed"
    assert record(library, "one")["items"] == 1
    assert record(library, "one")["checked_at"] == "2027-01-15T15:00:00Z"
    assert (files(library), (library / "catalog.jsonl").read_bytes()) == before


def test_force_makes_every_source_due(library: Path) -> None:
    with LoopbackServer() as server:
        show = Show("one", server.add("/feed.xml", feed(1)))
        run(library, show)
        run(library, show, force=True)
        assert server.asked("/feed.xml") == 2


def test_new_items_are_added_and_vanished_ones_stay(library: Path) -> None:
    with LoopbackServer() as server:
        show = Show("one", server.add("/feed.xml", feed(3, 2, 1)))
        run(library, show)
        before = files(library)
        server.add("/feed.xml", feed(4, 3))
        found = run(library, show, hours=7)
    assert [entry.title for entry in found.new] == ["Part 4"]
    assert titles(library) == ["Part 1", "Part 2", "Part 3", "Part 4"]
    assert before.items() <= files(library).items()
    assert found.warnings == []


def test_a_list_that_shrinks_is_a_warning_with_numbers(library: Path) -> None:
    with LoopbackServer() as server:
        show = Show("one", server.add("/feed.xml", feed(*range(9, 0, -1))))
        run(library, show)
        server.add("/feed.xml", feed(9, 8, 7))
        found = run(library, show, hours=7)
        assert run(library, show, hours=14).warnings == []
    assert found.warnings == ["one: lists 3 now, 9 the last time; nothing that is known was removed"]
    assert len(titles(library)) == 9


FAILURES = {
    "404": (Answer(status=404), "permanent"),
    "503": (Answer(status=503), "transient"),
    "429": (Answer(status=429), "blocked"),
    "a web page": (Answer(b"<!doctype html><html><body><p>Sign in</p></body></html>"), "permanent"),
    "an endless answer": (Answer(b"<rss>" + b"x" * 65536, endless=True), "permanent"),
    "a reset": (Answer(reset=True), "transient"),
    "nothing": (Answer(b""), "permanent"),
}


@pytest.mark.parametrize(("answer", "kind"), FAILURES.values(), ids=FAILURES.keys())
def test_one_show_that_fails_is_named_and_the_others_are_read(
    library: Path, answer: Answer, kind: str
) -> None:
    with LoopbackServer() as server:
        good = Show("good", server.add("/good.xml", feed(1)))
        # Under another name, because a host that asks for rest is left in peace as a whole.
        bad = Show("bad", server.add("/bad.xml", feed(2)).replace("127.0.0.1", "localhost"))
        run(library, good, bad)
        server.add("/good.xml", feed(3, 1))
        server.add_programme("/bad.xml", lambda request: answer)
        found = run(library, good, bad, hours=7)
    assert titles(library) == ["Part 1", "Part 3", "Part 2"]
    (failed,) = found.failed
    assert failed.line.startswith(f"bad: not read ({kind}): ")
    assert "\n" not in failed.line
    kept = record(library, "bad")
    assert kept["error"]["kind"] == kind
    assert kept["error"]["at"] == "2027-01-15T15:00:00Z"
    assert kept["items"] == 1
    assert record(library, "good")["error"] is None


def test_a_show_that_recovers_loses_its_error(library: Path) -> None:
    with LoopbackServer() as server:
        show = Show("one", server.add_all("/feed.xml", [Answer(status=503), Answer(feed(1).encode())]))
        assert run(library, show).failed
        assert not run(library, show, hours=0.1).failed
    assert record(library, "one")["error"] is None
    assert titles(library) == ["Part 1"]


def test_a_feed_that_was_cut_off_is_read_again_at_the_next_run(library: Path) -> None:
    whole = feed(*range(1, 9))
    with LoopbackServer() as server:
        halves = Answer(whole[: len(whole) // 2].encode(), etag='"1"')
        show = Show("show", server.add_all("/feed", [halves, Answer(whole.encode(), etag='"1"')]))
        first = run(library, show)
        assert "ends before its last tag" in first.outcomes["show"].line
        assert 2 < len(titles(library)) < 8
        second = run(library, show)
        assert not second.failed
        assert len(titles(library)) == 8
        run(library, show)
        assert server.asked("/feed") == 2


def test_a_feed_that_always_ends_in_the_same_place_is_taken_for_whole(library: Path) -> None:
    with LoopbackServer() as server:
        show = Show("show", server.add("/feed", feed(1, 2).removesuffix("</channel></rss>")))
        assert run(library, show).failed
        second = run(library, show)
        assert not second.failed
        assert any("ends before its last tag" in line for line in second.warnings)
        run(library, show)
        assert server.asked("/feed") == 2


def test_whatever_a_source_does_to_the_reader_the_others_are_read(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from episcribe.sources import feeds

    def explode(*_: Any, **__: Any) -> None:
        raise RuntimeError("a fault\nin the reader")

    (library.parent / "talk.vtt").touch()
    (library.parent / "feed.xml").write_text(feed(1))
    monkeypatch.setattr(feeds, "parse_feed", explode)
    broken = Show("broken", f"{library.parent}/feed.xml")
    talks = Show("talks", f"{library.parent}/*.vtt", "files")
    found = run(library, broken, talks, net=no_client)
    assert titles(library) == ["Talk"]
    assert (
        "broken: not read (permanent): unexpected RuntimeError: a fault in the reader; "
        in found.failed[0].line
    )


def test_sources_are_read_side_by_side(library: Path) -> None:
    together = threading.Barrier(4, timeout=8)

    def answer(request: Request) -> Answer:
        together.wait()
        return Answer(feed(1).encode())

    def free_client() -> Client:
        return Client(NetSettings(allow_private=True, attempts=1, per_host=4))

    with LoopbackServer() as server:
        shows = [Show(f"s{n}", server.add_programme(f"/{n}.xml", answer)) for n in range(4)]
        assert not run(library, *shows, net=free_client).failed


def test_a_lost_episode_file_is_fetched_again_and_comes_back_whole(library: Path) -> None:
    with LoopbackServer() as server:
        show = Show("one", server.add("/feed.xml", feed(2, 1), etag='"1"'))
        run(library, show)
        before = files(library)
        (library / next(iter(before))).unlink()
        run(library, show)
        assert "if-none-match" not in server.requests[-1].headers
    assert files(library) == before


def test_a_lost_episode_file_comes_back_when_its_source_is_gone(library: Path) -> None:
    with LoopbackServer() as server:
        show = Show("one", server.add("/feed.xml", feed(2, 1)))
        run(library, show)
        before = files(library)
        (library / next(iter(before))).unlink()
        server.add_programme("/feed.xml", lambda request: Answer(status=410))
        run(library, show)
    assert files(library).keys() == before.keys()
    folder = (library / next(iter(before))).parent
    assert read_episode(folder).transcripts[0].url == "https://example.com/1.vtt"


def test_a_deleted_catalogue_comes_back_with_the_same_ids(library: Path) -> None:
    with LoopbackServer() as server:
        show = Show("one", server.add("/feed.xml", feed(2, 1), etag='"1"'))
        run(library, show)
        before = (library / "catalog.jsonl").read_bytes(), files(library)
        (library / "catalog.jsonl").unlink()
        found = run(library, show)
    assert ((library / "catalog.jsonl").read_bytes(), files(library)) == before
    assert found.new == []


def test_a_deleted_library_comes_back_with_the_same_folders(library: Path) -> None:
    with LoopbackServer() as server:
        show = Show("one", server.add("/feed.xml", feed(2, 1)))
        run(library, show)
        before = files(library)
        run(library.with_name("other"), show)
    assert files(library.with_name("other")) == before


def test_an_episode_with_a_transcript_is_not_touched_by_what_does_not_matter(library: Path) -> None:
    with LoopbackServer() as server:
        show = Show("one", server.add("/feed.xml", feed(1, transcript="https://example.com/{}.vtt?t=1")))
        run(library, show)
        (path,) = library.rglob("episode.yaml")
        (path.parent / "transcript.json").touch()
        before = path.read_bytes()
        server.add("/feed.xml", feed(1, title="Renamed", transcript="https://example.com/{}.vtt?t=2"))
        assert run(library, show, hours=7).written == 0
        assert path.read_bytes() == before
        (path.parent / "transcript.json").unlink()
        assert run(library, show, hours=14).written == 1
    assert read_episode(path.parent).transcripts[0].url.endswith("?t=2")
    assert read_episode(path.parent).podcast == "A show"


def test_only_chosen_episodes_get_a_folder_but_the_catalogue_has_all(library: Path) -> None:
    with LoopbackServer() as server:
        url = server.add("/feed.xml", feed(*range(9, 0, -1)))
        run(library, Show("one", url, limit=2))
        assert len(titles(library)) == 9
        assert len(files(library)) == 2
        run(library, Show("one", url, limit=4))
    assert len(files(library)) == 4


def test_the_days_are_those_of_the_configured_zone(library: Path) -> None:
    (library.parent / "feed.xml").write_text(feed(1).replace("06:00:00", "23:30:00"))
    zoned = Configuration([Show("one", f"{library.parent}/feed.xml")], timezone="Asia/Tokyo")
    discover(zoned, library=library, client_factory=no_client, now=NOW, root=library.parent)
    assert next(iter(files(library))).startswith("one/2024-05-02-")


def test_a_local_feed_names_files_beside_it_and_nothing_further_up(library: Path) -> None:
    shows = library.parent / "shows"
    shows.mkdir()
    (shows / "1.vtt").write_text("WEBVTT")
    (library.parent / "2.vtt").write_text("WEBVTT")
    text = feed(1, transcript="{}.vtt") + feed(2, transcript="../{}.vtt") + feed(3, transcript="{}.vtt")
    (shows / "feed.xml").write_text(
        text.replace("</channel></rss>" + feed().split("</title>")[0] + "</title>", "")
    )
    show = Show("one", f"{shows}/feed.xml")
    found = run(library, show, net=no_client)
    entries = read_catalogue(library / "catalog.jsonl")
    assert [list(entry.local) for entry in entries] == [["shows/1.vtt"], [], []]
    assert any("1 address refused" in line and "'../2.vtt'" in line for line in found.warnings)
    assert any("1 file not found" in line for line in found.warnings)
    (shows / "3.vtt").write_text("WEBVTT")
    again = run(library, show, net=no_client)
    assert [entry.title for entry in again.changed] == ["Part 3"]


def test_a_feed_from_the_network_cannot_name_files_on_this_disk(library: Path) -> None:
    with LoopbackServer() as server:
        url = server.add("/a/feed.xml", feed(1, transcript="file:///etc/passwd"))
        other = server.add("/a/relative.xml", feed(2, transcript="t/{}.vtt"))
        run(library, Show("one", url), Show("two", other))
    one, two = read_catalogue(library / "catalog.jsonl")
    assert (list(one.transcripts), list(one.local)) == ([], [])
    assert two.transcripts[0]["url"] == other.replace("relative.xml", "t/2.vtt")


def test_a_local_feed_that_is_missing_is_one_line(library: Path) -> None:
    found = run(library, Show("one", f"{library.parent}/nowhere.xml"), net=no_client)
    assert "nowhere.xml cannot be read: No such file or directory" in found.failed[0].line
    (library.parent / "nowhere.xml").write_text(feed(1))
    assert [
        entry.title for entry in run(library, Show("one", f"{library.parent}/nowhere.xml"), net=no_client).new
    ] == ["Part 1"]


def test_files_become_episodes_and_new_ones_are_found(library: Path) -> None:
    (library.parent / "2024-05-01 Tides.vtt").touch()
    show = Show("talks", f"{library.parent}/*.vtt", "files", title="Talks")
    run(library, show, net=no_client)
    (library.parent / "2024-05-02 Bees.vtt").touch()
    found = run(library, show, net=no_client)
    assert [entry.title for entry in found.new] == ["Bees"]
    first, _ = read_catalogue(library / "catalog.jsonl")
    assert (first.folder[:16], list(first.local)) == ("2024-05-01-tides", ["2024-05-01 Tides.vtt"])
    assert first.more == {"podcast": "Talks", "sources": ["*.vtt"]}
    (library.parent / "2024-05-01 Tides.vtt").unlink()
    run(library, show, net=no_client)
    assert titles(library) == ["Tides", "Bees"]


def opml(*feeds: tuple[str, str]) -> str:
    outlines = "".join(f'<outline text="{title}" type="rss" xmlUrl="{url}"/>' for title, url in feeds)
    return f'<opml version="2.0"><body><outline text="all">{outlines}</outline></body></opml>'


def test_a_list_expands_to_shows_that_keep_their_names(library: Path) -> None:
    with LoopbackServer() as server:
        tides, bees = server.add("/tides.xml", feed(1, title="Tides")), server.add("/bees.xml", feed(2))
        own = server.add("/own.xml", feed(3))
        source = server.add("/list.opml", opml(("Tides", tides), ("Bees", bees), ("Mine", own)))
        shows = (Show("mine", own), Show("list", source, "opml", subject="Nature", limit=1))
        run(library, *shows)
        assert [(e.show, e.origin) for e in read_catalogue(library / "catalog.jsonl")] == [
            ("mine", "mine"),
            ("tides", "list"),
            ("bees", "list"),
        ]
        assert record(library, "tides")["subject"] == "Nature"
        assert record(library, "list")["items"] == 3
        server.add("/list.opml", opml(("Bees and wasps", bees), ("Tides", tides)))
        server.add("/bees.xml", feed(4, 2))
        found = run(library, *shows, hours=7)
    assert [(entry.show, entry.title) for entry in found.new] == [("bees", "Part 4")]
    assert len(files(library)) == 4


def test_a_feed_that_leaves_a_list_keeps_its_episodes(library: Path) -> None:
    with LoopbackServer() as server:
        tides, bees = server.add("/tides.xml", feed(1)), server.add("/bees.xml", feed(2))
        source = server.add("/list.opml", opml(("Tides", tides), ("Bees", bees)))
        run(library, Show("list", source, "opml"))
        server.add("/list.opml", opml(("Bees", bees)))
        run(library, Show("list", source, "opml"), hours=7)
    assert titles(library) == ["Part 1", "Part 2"]
    assert set(json.loads((library / "discovery.json").read_bytes())["shows"]) == {"list", "bees"}


def test_a_list_that_cannot_be_read_keeps_its_shows(library: Path) -> None:
    with LoopbackServer() as server:
        tides = server.add("/tides.xml", feed(1))
        source = server.add("/list.opml", opml(("Tides", tides)))
        run(library, Show("list", source, "opml"))
        server.add_programme("/list.opml", lambda request: Answer(status=404))
        server.add("/tides.xml", feed(2, 1))
        found = run(library, Show("list", source, "opml"), hours=7)
    assert [outcome.show for outcome in found.failed] == ["list"]
    assert [entry.title for entry in found.new] == ["Part 2"]


def test_a_local_list_names_feeds_beside_it(library: Path) -> None:
    (library.parent / "a.xml").write_text(feed(1))
    source = library.parent / "list.opml"
    source.write_text(opml(("A", "a.xml"), ("Out", "../b.xml"), ("Etc", "file:///etc/passwd")))
    found = run(library, Show("list", str(source), "opml"), net=no_client)
    assert [(entry.show, entry.title) for entry in found.new] == [("a", "Part 1")]
    assert any("2 addresses refused" in line for line in found.warnings)
    assert run(library, Show("list", str(source), "opml"), net=no_client).outcomes == {}


def test_the_shows_of_a_list_keep_their_names_without_the_record_of_the_last_refresh(library: Path) -> None:
    with LoopbackServer() as server:
        tides = server.add("/tides.xml", feed(1))
        source = server.add("/list.opml", opml(("Tides", tides)))
        run(library, Show("list", source, "opml"))
        (library / "discovery.json").unlink()
        server.add("/list.opml", opml(("Renamed", tides)))
        found = run(library, Show("list", source, "opml"))
    assert found.new == []
    assert [entry.show for entry in read_catalogue(library / "catalog.jsonl")] == ["tides"]


def test_no_password_of_a_source_gets_into_an_episode(library: Path) -> None:
    class Fake:
        def __enter__(self) -> "Fake":
            return self

        def __exit__(self, *_: object) -> None:
            return None

        def fetch(self, url: str, **_: Any) -> Any:
            from episcribe.net.client import Response

            return Response(200, "https://example.com/feed.xml", feed(1).encode())

    run(library, Show("one", "https://me:secret@example.com/feed.xml"), net=Fake)
    assert b"secret" not in b"".join(files(library).values())
    assert read_catalogue(library / "catalog.jsonl")[0].more is not None


PAIRS = {
    "DW": ("partytime__6a4c0_dk-podcast.xml", "partytime__9dbe4_dk-podcast.xml", 59, 0, 59, 0),
    "Homegrown": ("partytime__cc1e9_homegrown-hits.xml", "partytime__7bf61_homegrown-hits.xml", 4, 9, 13, 0),
}


@pytest.mark.corpus
@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS.keys())
def test_two_dated_copies_of_a_feed_give_new_episodes_only_for_new_items(
    library: Path, corpus: Path, pair: tuple[str, str, int, int, int, int]
) -> None:
    older, newer, first, more, all_at_once, back = pair
    contents = [(corpus / "feeds/real" / name).read_bytes() for name in (older, newer)]
    with LoopbackServer() as server:
        for order, counts in (((0, 1), (first, more)), ((1, 0), (all_at_once, back))):
            place = library.with_name(f"library-{order[0]}")
            show = Show("show", server.url + "/feed.xml")
            server.add("/feed.xml", contents[order[0]])
            one = run(place, show)
            kept = files(place)
            server.add("/feed.xml", contents[order[1]])
            two = run(place, show, hours=7)
            assert (len(one.new), len(two.new)) == counts
            assert kept.keys() <= files(place).keys()
            assert len(titles(place)) == sum(counts)


@pytest.mark.corpus
def test_every_item_of_the_corpus_becomes_an_episode_and_stays_one(library: Path, corpus: Path) -> None:
    shows = [
        Show(f"show-{n}", str(path))
        for n, path in enumerate(sorted((corpus / "feeds").glob("*/*")))
        # The schema's example is an XML document about podcasts, and no feed.
        if path.parent.name in ("real", "made") and "schema" not in path.name
    ]
    found = run(library, *shows, net=no_client)
    assert not found.failed
    for outcome in found.outcomes.values():
        assert outcome.items
        assert outcome.new == outcome.items, outcome
    before = files(library)
    again = run(library, *shows, net=no_client, force=True)
    assert (again.new, again.changed, again.written) == ([], [], 0)
    assert files(library) == before


def private(server: LoopbackServer, path: str, token: str) -> str:
    return f"{server.url.replace('//', '//ann:s3cret-word@')}{path}?token={token}&page=2"


def everything_written(library: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(library.rglob("*")) if path.is_file())


def test_what_is_secret_in_a_sources_address_is_not_set_down(library: Path) -> None:
    with LoopbackServer() as server:
        server.add("/feed.xml", feed(1), etag='"1"')
        first, second = (Show("bees", private(server, "/feed.xml", token)) for token in ("t0p-1", "t0p-2"))
        run(library, first)
        written = everything_written(library)
        assert not [secret for secret in (b"ann:", b"s3cret", b"t0p") if secret in written]
        assert record(library, "bees")["source"] == f"{server.url}/feed.xml?token=…&page=2"
        run(library, first, hours=1, net=no_client)
        run(library, second, hours=1)
        assert [request.path.partition("?")[2] for request in server.requests] == [
            "token=t0p-1&page=2",
            "token=t0p-2&page=2",
        ]
        assert titles(library) == ["Part 1"]


def test_what_is_secret_in_the_addresses_of_several_sources_is_not_set_down(library: Path) -> None:
    with LoopbackServer() as server:
        for path in ("/a.xml", "/b.xml"):
            server.add(path, feed(1))
        addresses = [private(server, path, "t0p-1") for path in ("/a.xml", "/b.xml")]
        run(library, TwoSources("bees", addresses[0], also=addresses[1]))
    written = everything_written(library)
    assert (library / "log" / "sources" / "bees.jsonl").exists()
    assert b"t0p" not in written and b"s3cret" not in written


def test_the_feeds_of_a_list_are_read_with_their_secrets_when_the_list_is_not(library: Path) -> None:
    with LoopbackServer() as server:
        server.add("/feed.xml", feed(1))
        address = private(server, "/feed.xml", "t0p-1").replace("&", "&amp;")
        opml = library.parent / "list.opml"
        opml.write_text(f'<opml><body><outline text="Bees" xmlUrl="{address}"/></body></opml>')
        shows = Show("list", str(opml), "opml")
        run(library, shows)
        run(library, shows, hours=7)
        assert server.asked("/feed.xml") == 2
        assert record(library, "bees")["source"] == f"{server.url}/feed.xml?token=…&page=2"
        (library / "discovery.json").unlink()
        opml.write_text(opml.read_text().replace("Bees", "Wasps"))
        run(library, shows, hours=7)
        assert [entry.show for entry in read_catalogue(library / "catalog.jsonl")] == ["bees"]


def test_several_processes_find_what_one_finds(tmp_path: Path) -> None:
    with LoopbackServer() as server:
        shows = [
            {
                "id": f"s{n}",
                "subject": "Things",
                "feed": server.add(f"/{n}", feed(*range(1, 22), title=f"Show {n}")),
            }
            for n in range(22)
        ]
        found = []
        for processes in (1, 2):
            library = tmp_path / f"library-{processes}"
            settings = {"library": str(library), "network": {"allow_private": True}, "shows": shows}
            (tmp_path / "config.yaml").write_text(json.dumps(settings))
            request = json.dumps({"files": [str(tmp_path / "config.yaml")], "overrides": {}, "force": False})
            (library / "log").mkdir(parents=True)
            stamp, log = library / "log" / "refresh-1", library / "log" / "discover.log"
            command = [sys.executable, "-m", "episcribe.stages.discover", stamp, request, log, str(processes)]
            subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
            found.append((files(library), (library / "catalog.jsonl").read_bytes(), log.read_text()))
    assert len(found[0][0]) == 22 * 21
    assert found[0] == found[1]
