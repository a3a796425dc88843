"""Subscription lists: which feeds they name, and what the shows are called."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.library.errors import EpiscribeError
from episcribe.sources.opml import ListedFeed, name_shows, parse_opml

NESTED = b"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE opml [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;">]>
<opml version="2.0"><head><title>My &amp; your list</title></head><body>
  <outline text="Science">
    <outline text="Tides &amp; moons" type="rss" xmlUrl="https://example.com/tides.xml?a=1&amp;b=2"/>
    <outline text="Deeper"><outline title="Bees" text="x" XMLURL='http://example.com/bees'/></outline>
  </outline>
  <!-- <outline text="Gone" xmlUrl="https://example.com/gone"/> -->
  <outline text="With url" type="rss" url="feed://example.com/url.xml"/>
  <outline text="A page" type="link" url="https://example.com/page"/>
  <outline xmlUrl="https://www.example.com/no-title"/>
  <outline text="Twice" xmlUrl="http://www.example.com/tides.xml?a=1&amp;b=2"/>
  <outline text="Empty" xmlUrl=""/>
  <outline text="&lol2;" xmlUrl="https://example.com/entity"/>
  <outline text="Local" xmlUrl="file:///etc/passwd"/>
  <outline text="Relative" xmlUrl="feeds/relative.xml"/>
</body></opml>"""


def test_feeds_at_any_depth_are_found_once_in_their_order() -> None:
    found = parse_opml(NESTED, url="https://lists.example.org/mine/list.opml")
    assert found.title == "My & your list"
    assert [(feed.title, feed.url) for feed in found.feeds] == [
        ("Tides & moons", "https://example.com/tides.xml?a=1&b=2"),
        ("Bees", "http://example.com/bees"),
        ("With url", "http://example.com/url.xml"),
        ("example.com", "https://www.example.com/no-title"),
        ("&lol2;", "https://example.com/entity"),
        ("Relative", "https://lists.example.org/mine/feeds/relative.xml"),
    ]
    assert [line.split(" ", 1)[0] for line in found.warnings] == ["1", "1"]


def test_a_list_on_disk_may_name_files_beside_it() -> None:
    urls = [feed.url for feed in parse_opml(NESTED).feeds]
    assert urls[-2:] == ["file:///etc/passwd", "feeds/relative.xml"]


@pytest.mark.parametrize(
    "broken",
    [
        b'<opml><body><outline text="A & B" xmlUrl="https://e.com/a"><outline text="C" xmlUrl="https://e.com/c"',
        b'  \n<?xml version="1.0"?><opml><outline text="A <b>" xmlUrl="https://e.com/a"/>'
        b"<outline text='C' xmlUrl='https://e.com/c'></body>",
        b'<outline text="A" xmlUrl="https://e.com/a"></outline></outline><outline text="C" xmlUrl="https://e.com/c">',
        b'<outline text="said "hi"" xmlUrl="https://e.com/a" /><outline text=C xmlUrl="https://e.com/c"/>',
        '<outline text="é" xmlUrl="https://e.com/a"/><outline xmlUrl="https://e.com/c"/>'.encode("latin-1"),
        '\ufeff<outline text="é" xmlUrl="https://e.com/a"/><outline xmlUrl="https://e.com/c"/>'.encode(
            "utf-16"
        ),
    ],
)
def test_broken_lists_are_read_as_far_as_outlines_can_be_told(broken: bytes) -> None:
    assert [feed.url for feed in parse_opml(broken).feeds] == ["https://e.com/a", "https://e.com/c"]


@pytest.mark.parametrize(
    "data", [b"", b"<html><body>Sign in</body></html>", b"<rss><channel/></rss>", b"\x00" * 50]
)
def test_what_is_no_list_is_one_line_that_says_so(data: bytes) -> None:
    with pytest.raises(EpiscribeError, match="not a list of feeds: expected OPML") as caught:
        parse_opml(data)
    assert "\n" not in str(caught.value)


def test_a_list_without_feeds_is_empty_and_says_so() -> None:
    found = parse_opml(b"<opml><body><outline text='nothing'/></body></opml>")
    assert (found.feeds, found.warnings) == ([], ["the list names no feed"])


@pytest.mark.parametrize(
    "piece", [b"<outline ", b'<outline a="', b"<!-- ", b'<outline xmlUrl="https://e.com/' + b"a" * 50]
)
def test_hostile_lists_are_read_to_their_end(piece: bytes) -> None:
    last = b'--><outline x="y"/><outline xmlUrl="https://e.com/last">'
    found = parse_opml(piece * (400_000 // len(piece)) + last)
    assert found.feeds[-1].url == "https://e.com/last"


@settings(max_examples=150)
@given(st.binary(max_size=200).map(lambda data: b'<outline text="' + data + b'" xmlUrl="https://e.com/a"/>'))
def test_any_bytes_may_stand_in_a_list(data: bytes) -> None:
    assert all(feed.title and feed.url for feed in parse_opml(data).feeds)


FEEDS = [
    ListedFeed("Tides", "https://a.example/feed"),
    ListedFeed("Tides!", "https://b.example/feed"),
    ListedFeed("科技早知道", "https://c.example/feed"),
    ListedFeed("🎉", "https://d.example/feed"),
]


def test_shows_are_called_by_their_titles() -> None:
    names = [name for name, _ in name_shows(FEEDS)]
    assert names[0] == "tides"
    assert names[1].startswith("tides-")
    assert names[2:] == ["科技早知道", "show"]


def test_a_configured_show_keeps_its_name() -> None:
    assert name_shows(FEEDS[:1], taken=["tides"])[0][0].startswith("tides-")


def test_feeds_keep_their_names_when_titles_change_and_the_order_does() -> None:
    known = {feed.url: name for name, feed in name_shows(FEEDS)}
    renamed = [
        ListedFeed(f"New {feed.title}", feed.url.replace("https", "http") + "/") for feed in FEEDS[::-1]
    ]
    assert [name for name, _ in name_shows(renamed, known=known)] == list(known.values())[::-1]


def test_a_feed_that_moved_takes_over_the_name_that_its_title_gives() -> None:
    known = {"https://old.example/feed": "tides"}
    assert name_shows([ListedFeed("Tides", "https://new.example/rss")], known=known)[0][0] == "tides"


@pytest.mark.corpus
def test_lists_that_apps_exported(corpus: Path) -> None:
    archiver = parse_opml((corpus / "feeds/opml/archiver__feeds.opml").read_bytes())
    assert len(archiver.feeds) == 23
    assert archiver.feeds[3].title == "c't uplink (Video)"
    assert len({name for name, _ in name_shows(archiver.feeds)}) == 23
    pocket = parse_opml((corpus / "feeds/opml/archiver__opml_pocketcasts_valid.xml").read_bytes())
    assert [feed.title for feed in pocket.feeds] == ["Lautsprecher"]
