"""Published feeds: every item and every transcript tag that stands in the file is found."""

import re
from pathlib import Path

import pytest

from episcribe.library.errors import EpiscribeError
from episcribe.sources.feeds import parse_feed

ITEM = re.compile(rb"<(?:item|entry)[\s>]")
TRANSCRIPT = re.compile(rb"<podcast:transcript[\s>]")
LIVE = re.compile(rb"<podcast:liveItem.*?</podcast:liveItem>", re.DOTALL)


def feeds(corpus: Path) -> list[Path]:
    return sorted(path for folder in ("real", "made") for path in (corpus / "feeds" / folder).iterdir())


@pytest.mark.corpus
def test_every_item_and_every_transcript_of_every_feed_is_found(corpus: Path, record_property) -> None:
    table = []
    for path in feeds(corpus):
        data = LIVE.sub(b"", path.read_bytes())
        present = len(ITEM.findall(data))
        if not present:
            continue
        feed = parse_feed(data, url="https://example.org/feed.xml")
        tags = len(TRANSCRIPT.findall(data))
        links = sum(len(item.transcripts) for item in feed.items)
        table.append((path.name, present, len(feed.items), tags, links))
    record_property("feeds", table)
    assert len(table) >= 18
    assert [(row[0], row[2], row[4]) for row in table] == [(row[0], row[1], row[3]) for row in table]


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("field", "written"),
    [
        ("published", rb"<(?:pubDate|published|dc:date)>[^<]*\d{4}"),
        ("duration", rb"<itunes:duration>\s*[^<]*[1-9]"),
        ("guid", rb"<guid[^>]*>\s*(?:<!\[CDATA\[)?[^\s<]"),
        ("enclosures", rb"<enclosure\s[^>]*url=[\"'][^\"']"),
        ("chapters", rb"<podcast:chapters\s[^>]*url="),
        ("episode_type", rb"<itunes:episodeType>\s*\w"),
        ("explicit", rb"<itunes:explicit>\s*\w"),
        ("subtitle", rb"<itunes:subtitle>\s*(?:<!\[CDATA\[)?\s*[^\s<\]]"),
        ("author", rb"<(?:itunes:author|author|dc:creator)>"),
        ("image", rb"<(?:itunes:image|podcast:images?)\s"),
        ("soundbites", rb"<podcast:soundbite\s"),
    ],
)
def test_a_field_that_is_written_is_read(corpus: Path, field: str, written: bytes) -> None:
    pattern = re.compile(written)
    seen = 0
    for path in feeds(corpus):
        data = LIVE.sub(b"", path.read_bytes())
        pieces = re.findall(rb"<(?:item|entry)[\s>].*?</(?:item|entry)>", data, re.DOTALL)
        expected = [bool(pattern.search(piece)) for piece in pieces]
        items = parse_feed(data).items if pieces else []
        got = [bool(getattr(item, field)) or getattr(item, field) is False for item in items]
        assert all(have or not meant for have, meant in zip(got, expected, strict=True)), path.name
        seen += sum(expected)
    assert seen > 0


@pytest.mark.corpus
@pytest.mark.parametrize(
    "damage", ["cut", "no ends", "ampersands", "no declaration", "latin", "quotes", "junk"]
)
def test_a_damaged_copy_of_a_real_feed_still_gives_its_items(corpus: Path, damage: str) -> None:
    for path in feeds(corpus):
        whole = path.read_bytes()
        if not ITEM.search(whole):
            continue
        expected = parse_feed(whole).items
        found = parse_feed(damaged(whole, damage)).items
        if damage == "cut":
            assert len(found) >= len(expected) - 1
            expected = expected[: len(found) - 1]
        else:
            assert len(found) == len(expected), path.name
        for got, meant in zip(found, expected, strict=False):
            assert (got.title, got.guid, got.published) == (meant.title, meant.guid, meant.published), (
                path.name
            )
            assert got.transcripts == meant.transcripts, path.name
            assert [e.url for e in got.enclosures] == [e.url for e in meant.enclosures], path.name


def damaged(data: bytes, damage: str) -> bytes:
    """A copy of a feed with one kind of damage that is seen in practice, all over."""
    if damage == "cut":
        return data[: data.rindex(b"</item>") - 3]
    if damage == "no ends":
        return data.replace(b"</item>", b"").replace(b"</channel>", b"").replace(b"</rss>", b"")
    if damage == "ampersands":
        return data.replace(b"&amp;", b"&")
    if damage == "no declaration":
        return re.sub(rb"<\?xml.*?\?>", b"\r\n \xef\xbb\xbf", data)
    if damage == "latin":
        return data.replace("’".encode(), b"\x92").replace("é".encode(), b"\xe9")
    if damage == "quotes":
        return re.sub(rb"<enclosure ([^>]*?) ?/?>", rb'<enclosure \1">', data)
    return b"<br /><b>Notice</b>: x\n" + data + b"\n<!-- 0.01 s --><script></script>"


def test_the_damage_is_done() -> None:
    for damage in ("cut", "no ends", "ampersands", "no declaration", "latin", "quotes", "junk"):
        whole = "<?xml version='1.0'?><rss><item>é &amp; <enclosure url='a'/></item></rss>".encode()
        assert damaged(whole, damage) != whole


def test_what_has_no_items_and_no_feed_is_an_error_of_our_own(tmp_path: Path) -> None:
    with pytest.raises(EpiscribeError):
        parse_feed(b"<test-wrapper/>")
