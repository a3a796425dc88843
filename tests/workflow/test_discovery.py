"""Shows are found, refreshed and reported through the real Snakemake."""

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
import yaml

from tests.loopback import Answer, LoopbackServer
from tests.workflow.library import Library, short_captions

NETWORK = {"allow_private": True, "timeout": 1, "deadline": 2, "max_feed_megabytes": 1}
RSS = "application/rss+xml"
GUID_OF_ITEM = re.compile(r"<item>.*?<guid[^>]*>([^<]+)<", re.DOTALL)
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "bangbang">'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)


def feed(titles: Iterable[str], more: str = "", transcripts: str | None = None) -> str:
    """A feed of episodes by title, oldest first; `transcripts` is where each has a `<title>.vtt`."""
    space = "https://podcastindex.org/namespace/1.0"
    link = (
        "" if transcripts is None else f"<podcast:transcript url='{transcripts}/{{0}}.vtt' type='text/vtt'/>"
    )
    items = "".join(
        f"<item><title>{escape(title)}</title><guid>{escape(title)}</guid>"
        f"<pubDate>Mon, {ord(title[0]) - 64:02d} Jan 2024 06:00:00 GMT</pubDate>{link.format(title)}</item>"
        for title in titles
    )
    head = f"<rss version='2.0' xmlns:podcast='{space}'><channel><title>Show</title>"
    return f"{head}{more}{items}</channel></rss>"


def show(name: str, source: str, **keys: object) -> dict[str, object]:
    return {"id": name, "subject": "Tides", "feed": source, **keys}


def titles(library: Library, name: str) -> list[str]:
    return sorted(line["title"] for line in library.catalogue() if line["show"] == name)


def folders(library: Library) -> list[str]:
    return [folder.name for folder in library.episodes()]


def lines_about(name: str, done: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in done.stderr.splitlines() if line.startswith(f"{name}: ")]


BAD = {
    "missing": (Answer(status=404), "404"),
    "slow": (Answer(b"x", wait=30), "not finished after 2 s|no answer in time"),
    "page": (Answer(b"<!DOCTYPE html><html><body>Hi</body></html>", content_type="text/html"), "web page"),
    "huge": (
        Answer(b"<rss><channel><title>Huge</title>", endless=True, content_type=RSS),
        "longer than 1 MB",
    ),
    "circle": (Answer(redirect="/circle"), "redirect"),
}


@pytest.mark.slow
def test_shows_that_cannot_be_read_are_named_and_leave_the_others_working(library: Library) -> None:
    reasons = {"refused": "refused", **{name: words for name, (_, words) in BAD.items()}}
    with LoopbackServer() as server:
        good = show("good", server.add("/good", feed("A", transcripts=server.url), content_type=RSS))
        server.add("/A.vtt", short_captions(), content_type="text/vtt")
        bad = [show(name, server.add_all(f"/{name}", [answer])) for name, (answer, _) in BAD.items()]
        library.configure(good, *bad, show("refused", "http://127.0.0.1:9/feed.xml"), network=NETWORK)
        done = library.run("transcripts", check=False)
        assert done.returncode != 0
        [episode] = library.episodes()
        assert (episode / "transcript.json").exists()
        for name, words in reasons.items():
            line = lines_about(name, done)[0]
            assert re.match(rf"{name}: not read \(\w+\): ", line)
            assert re.search(words, line), line
        assert "Traceback" not in done.stdout + done.stderr

        server.add("/slow", feed("B"), content_type=RSS)
        library.run("transcripts", check=False)
    assert titles(library, "slow") == ["B"]
    assert titles(library, "good") == ["A"]


def test_private_addresses_are_refused_unless_allowed(library: Library) -> None:
    with LoopbackServer() as server:
        library.configure(show("home", server.add("/feed", feed("A"), content_type=RSS)))
        done = library.run("notes", check=False)
        assert done.returncode != 0
        assert "private address" in lines_about("home", done)[0]
        assert "allow_private: true" in lines_about("home", done)[0]
        assert not server.requests


@pytest.mark.slow
def test_a_refresh_asks_whether_a_feed_has_changed(library: Library) -> None:
    with LoopbackServer() as server:
        source = server.add("/feed", feed("AB"), content_type=RSS, etag='"1"')
        library.configure(show("show", source), network=NETWORK, refresh=0)
        library.run("discover")
        before, catalogue = library.times(), library.catalogue()
        done = library.run()
    assert server.requests[1].headers["if-none-match"] == '"1"'
    assert "show: nothing has changed" in done.stderr
    assert (library.times(), library.catalogue()) == (before, catalogue)


@pytest.mark.slow
def test_of_two_dated_copies_only_new_items_are_new_and_nothing_disappears(library: Library) -> None:
    early, late = "ABCDEFG", "GHI"
    forward, backward = library.folder / "forward.xml", library.folder / "backward.xml"
    library.configure(show("forward", "forward.xml"), show("backward", "backward.xml"))
    forward.write_text(feed(early))
    backward.write_text(feed(late))
    library.run("discover")
    first = set(folders(library))
    forward.write_text(feed(late))
    backward.write_text(feed(early))
    done = library.run("discover")
    assert lines_about("forward", done) == [
        "forward: 3 listed, 2 new, 0 changed",
        "forward: lists 3 now, 7 the last time; nothing that is known was removed",
    ]
    assert lines_about("backward", done) == ["backward: 7 listed, 6 new, 0 changed"]
    assert first < set(folders(library))
    assert titles(library, "forward") == titles(library, "backward") == list("ABCDEFGHI")


@pytest.mark.slow
@pytest.mark.corpus
def test_of_published_feeds_at_two_dates_nothing_is_lost_or_doubled(library: Library, corpus: Path) -> None:
    copies = {
        "dk": ("9dbe4_dk-podcast", "6a4c0_dk-podcast"),
        "hits": ("7bf61_homegrown-hits", "cc1e9_homegrown-hits"),
    }
    library.configure(*(show(name, f"{name}.xml") for name in copies))
    listed: dict[str, set[str]] = {name: set() for name in copies}
    seen: set[str] = set()
    for turn in (0, 1):
        for name, names in copies.items():
            data = (corpus / "feeds/real" / f"partytime__{names[turn]}.xml").read_bytes()
            (library.folder / f"{name}.xml").write_bytes(data)
            listed[name] |= set(GUID_OF_ITEM.findall(data.decode()))
        library.run("discover")
        assert seen <= set(folders(library))
        seen = set(folders(library))
    for name in copies:
        assert len(titles(library, name)) == len(listed[name])


def test_a_list_of_feeds_becomes_shows_and_entities_in_feeds_are_never_expanded(library: Library) -> None:
    (library.folder / "one.xml").write_text(feed("A"))
    (library.folder / "two.xml").write_text(BOMB + feed("B", more="<description>&i;</description>"))
    outlines = "".join(f"<outline type='rss' text='{n} show' xmlUrl='{n}.xml'/>" for n in ("one", "two"))
    (library.folder / "list.opml").write_text(f"<opml version='2.0'><body>{outlines}</body></opml>")
    library.configure({"id": "list", "subject": "Tides", "opml": "list.opml"})
    done = library.run("discover")
    assert {line["show"]: line["title"] for line in library.catalogue()} == {"one-show": "A", "two-show": "B"}
    assert {folder.parent.name for folder in library.episodes()} == {"one-show", "two-show"}
    assert "two-show: the feed declares XML entities, which were not expanded" in done.stderr
    assert not any(
        b"bangbang" in path.read_bytes() for path in library.processed.rglob("*") if path.is_file()
    )


@pytest.mark.slow
def test_a_new_show_and_a_raised_limit_are_taken_up_although_nothing_is_refreshed(library: Library) -> None:
    (library.folder / "one.xml").write_text(feed("ABC"))
    (library.folder / "two.xml").write_text(feed("D"))
    library.configure(show("one", "one.xml", limit=1))
    library.run("discover")
    assert titles(library, "one") == list("ABC")
    assert [name[:10] for name in folders(library)] == ["2024-01-03"]
    library.configure(show("one", "one.xml", limit=2), show("two", "two.xml"))
    library.run()
    assert [name[:10] for name in folders(library)] == ["2024-01-02", "2024-01-03", "2024-01-04"]


@pytest.mark.slow
def test_a_deleted_episode_file_comes_back(talks: Library) -> None:
    talks.run("discover")
    first = talks.episodes()[0] / "episode.yaml"
    text = first.read_text()
    first.unlink()
    talks.run("discover")
    assert first.read_text() == text


@pytest.mark.slow
def test_known_work_is_listed_and_built_while_a_catalogue_grown_old_is_refreshed(library: Library) -> None:
    with LoopbackServer() as server:
        source = server.add("/feed", feed("A", transcripts=server.url), content_type=RSS)
        for number, name in enumerate("AB"):
            server.add(f"/{name}.vtt", short_captions(skip=number * 30), content_type="text/vtt")
        library.configure(show("show", source), network=NETWORK, refresh="1h")
        library.run("discover")
        server.add("/feed", feed("AB", transcripts=server.url), content_type=RSS)
        known = {f"show/{library.episodes()[0].name}/transcript.json"}
        listed = library.would_make("transcripts")
        assert known <= listed
        assert "catalog.jsonl" not in listed

        state = library.processed / "discovery.json"
        state.write_text(re.sub(r'("checked_at": ")\d{4}', r"\g<1>2020", state.read_text()))
        assert {"catalog.jsonl", *known} <= library.would_make("transcripts")
        assert server.asked("/feed") == 1
        library.run("transcripts")
        assert server.asked("/feed") == 2
    assert titles(library, "show") == ["A", "B"]
    assert all((folder / "transcript.json").exists() for folder in library.episodes())


SLIPS = {
    "an unknown key": ({"shws": []}, "unknown key 'shws'; did you mean 'shows'?"),
    "a wrong type": ({"shows": [show("a", "a.xml", limit="many")]}, "show 'a': limit: "),
    "two shows with one id": (
        {"shows": [show("a", "a.xml"), show("a", "b.xml")]},
        "two shows have the id 'a'",
    ),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_in_the_configuration_is_one_line(library: Library, slip: str) -> None:
    keys, message = SLIPS[slip]
    (library.folder / "config.yaml").write_text(yaml.safe_dump(keys))
    done = library.run(check=False)
    assert done.returncode == 1
    said = [line for line in done.stderr.splitlines() if not line.startswith("Using ")]
    [line] = [line for line in said if line.startswith("Episcribe: ")]
    assert str(library.folder / "config.yaml") in line
    assert message in line
    assert "Traceback" not in done.stdout + done.stderr


def test_discover_alone_fails_for_a_show_that_cannot_be_read_and_keeps_the_catalogue(
    library: Library,
) -> None:
    with LoopbackServer() as server:
        good = show("good", server.add("/good", feed("A"), content_type=RSS))
        library.configure(good, show("gone", server.add("/gone", b"", status=404)), network=NETWORK)
        done = library.run("discover", check=False)
        assert done.returncode != 0
        assert "Not read: gone: " in done.stderr
        assert "1 episode in processed" in done.stderr
        assert titles(library, "good") == ["A"]


@pytest.mark.slow
def test_a_mended_show_is_read_by_the_next_run_whatever_refresh_says(library: Library) -> None:
    with LoopbackServer() as server:
        url = server.add("/feed", b"", status=404)
        library.configure(show("late", url), network=NETWORK, refresh="never")
        assert library.run(check=False).returncode != 0
        assert library.run(check=False).returncode != 0
        server.add("/feed", feed("A"), content_type=RSS)
        library.run("discover")
        assert titles(library, "late") == ["A"]
