"""Feeds over HTTP: pages, validators, and everything that a server can do wrong."""

import gzip
from collections.abc import Iterator

import pytest

from episcribe.library.errors import EpiscribeError, FailureKind
from episcribe.net.client import Client, NetSettings
from episcribe.sources.feeds import UnreadableFeed, read_feed
from tests.loopback import Answer, LoopbackServer

SETTINGS = NetSettings(allow_private=True, backoff=0.0, longest_wait=0.0, timeout=2.0, deadline=4.0)


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer() as running:
        yield running


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(SETTINGS) as opened:
        yield opened


def page(*guids: str, following: str | None = None) -> str:
    link = f'<atom:link rel="next" href="{following}"/>' if following else ""
    items = "".join(
        f"<item><title>{guid}</title><guid>{guid}</guid><enclosure url='{guid}.mp3'/></item>"
        for guid in guids
    )
    return f'<rss xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>S</title>{link}{items}</channel></rss>'


def guids(feed: object) -> list[str | None]:
    return [item.guid for item in feed.items]  # type: ignore[attr-defined]


def test_a_feed_is_read_with_what_the_next_request_needs(server: LoopbackServer, client: Client) -> None:
    url = server.add("/feed.xml", page("a", "b"), etag='"1"', last_modified="then", gzip=True)
    answer = read_feed(client, url)
    assert answer.feed is not None
    assert guids(answer.feed) == ["a", "b"]
    assert answer.feed.items[0].enclosures[0].url == server.url + "/a.mp3"
    assert (answer.etag, answer.last_modified, answer.final_url, answer.warnings) == ('"1"', "then", url, [])


def test_a_feed_that_has_not_changed_is_none_and_keeps_its_validators(
    server: LoopbackServer, client: Client
) -> None:
    url = server.add("/feed.xml", page("a"), etag='"1"')
    answer = read_feed(client, url, etag='"1"', last_modified="then")
    assert answer.feed is None
    assert (answer.etag, answer.last_modified) == ('"1"', "then")


def test_relative_addresses_start_where_the_redirects_end(server: LoopbackServer, client: Client) -> None:
    server.add("/deep/feed.xml", page("a"))
    url = server.add("/old", redirect="/deep/feed.xml", status=301)
    answer = read_feed(client, url)
    assert answer.feed is not None
    assert answer.final_url == server.url + "/deep/feed.xml"
    assert answer.feed.items[0].enclosures[0].url == server.url + "/deep/a.mp3"


def test_the_charset_of_the_header_is_used(server: LoopbackServer, client: Client) -> None:
    body = "<rss><channel><title>Привет, мир и наука</title></channel></rss>".encode("koi8-r")
    answer = read_feed(client, server.add("/", body, content_type="text/xml; charset=koi8-r"))
    assert answer.feed is not None
    assert answer.feed.title == "Привет, мир и наука"


def test_older_pages_are_followed_and_repeated_items_are_one(server: LoopbackServer, client: Client) -> None:
    url = server.add("/1", page("a", "b", following="/2"))
    server.add("/2", page("b", "c", following=server.url + "/3"))
    server.add("/3", page("d"))
    answer = read_feed(client, url)
    assert answer.feed is not None
    assert guids(answer.feed) == ["a", "b", "c", "d"]


def test_pages_in_a_circle_are_read_once(server: LoopbackServer, client: Client) -> None:
    url = server.add("/1", page("a", following="/2"))
    server.add("/2", page("b", following="/1"))
    answer = read_feed(client, url)
    assert answer.feed is not None
    assert guids(answer.feed) == ["a", "b"]
    assert len(server.requests) == 2


def test_pages_without_end_are_read_up_to_a_number(server: LoopbackServer, client: Client) -> None:
    server.add_programme(
        "/feed",
        lambda request: Answer(page(request.path, following=f"/feed?page={len(server.requests)}").encode()),
    )
    answer = read_feed(client, server.url + "/feed", max_pages=5)
    assert answer.feed is not None
    assert len(answer.feed.items) == 5
    assert any("goes on after" in warning for warning in answer.warnings)


@pytest.mark.parametrize(
    "broken", [Answer(status=404), Answer(b"<html>gone"), Answer(reset=True), Answer(redirect="/2")]
)
def test_a_later_page_that_fails_is_a_warning(server: LoopbackServer, client: Client, broken: Answer) -> None:
    url = server.add("/1", page("a", following="/2?key=s3cret"), etag='"1"')
    server.add_all("/2", [broken])
    answer = read_feed(client, url)
    assert answer.feed is not None
    assert guids(answer.feed) == ["a"]
    assert any("later page" in warning for warning in answer.warnings)
    assert answer.etag is None  # else the next reading would be told that nothing has changed
    assert not any("s3cret" in warning for warning in answer.warnings)


def test_a_page_that_adds_nothing_ends_the_reading(server: LoopbackServer, client: Client) -> None:
    server.add_programme(
        "/feed", lambda request: Answer(page("same", following=f"/feed?page={len(server.requests)}").encode())
    )
    answer = read_feed(client, server.url + "/feed")
    assert answer.feed is not None
    assert guids(answer.feed) == ["same"]
    assert len(server.requests) <= 3


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (Answer(status=404), FailureKind.PERMANENT, "404"),
        (Answer(status=503), FailureKind.TRANSIENT, "503"),
        (Answer(status=429), FailureKind.BLOCKED, "429"),
        (Answer(b"<!doctype html><title>Show</title>"), FailureKind.PERMANENT, "web page"),
        (Answer(redirect="/feed"), FailureKind.PERMANENT, "redirects"),
        (Answer(b"<rss>", declared_length=2 * 1024**3), FailureKind.PERMANENT, "2 GB"),
        (Answer(b"<item>", endless=True), FailureKind.PERMANENT, "longer than"),
        (
            Answer(gzip.compress(b"\0" * 30_000_000), headers={"Content-Encoding": "gzip"}),
            FailureKind.PERMANENT,
            "longer",
        ),
        (Answer(b"<rss>" * 99, cut_after=9), FailureKind.TRANSIENT, "cut off"),
    ],
)
def test_a_feed_that_cannot_be_had_says_why_with_its_host(
    server: LoopbackServer, client: Client, answer: Answer, kind: FailureKind, words: str
) -> None:
    url = server.add_all("/feed", [answer])
    with pytest.raises(EpiscribeError) as caught:
        read_feed(client, url, max_bytes=20_000_000)
    assert caught.value.kind is kind
    assert words in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


def test_a_page_instead_of_a_feed_names_the_feed(server: LoopbackServer, client: Client) -> None:
    url = server.add("/", '<html><link rel="alternate" type="application/rss+xml" href="/feed.xml">')
    with pytest.raises(UnreadableFeed, match=f"it names this feed: {server.url}/feed.xml"):
        read_feed(client, url)
