"""Feeds that no XML parser takes: nothing that a person could read in them is lost."""

import gzip
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.library.errors import EpiscribeError, FailureKind
from episcribe.sources.feeds import UnreadableFeed, parse_feed

ITEM = """<item><title>Épisode {n} &amp; more</title><guid isPermaLink="false">g{n}</guid>
<pubDate>Wed, 0{n} May 2024 06:00:00 GMT</pubDate><description><![CDATA[<p>Words of {n}</p>]]></description>
<enclosure url="https://x.org/{n}.mp3?a=1&amp;b=2" length="1{n}" type="audio/mpeg"/>
<itunes:duration>00:0{n}:00</itunes:duration><podcast:transcript url="https://x.org/{n}.vtt" type="text/vtt"/>
<podcast:transcript url="https://x.org/{n}.srt" type="application/srt"/></item>
"""
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>Émission</title>
"""
FEED = HEAD + "".join(ITEM.format(n=n) for n in (1, 2, 3)) + "</channel></rss>"
WHOLE = parse_feed(FEED.encode())


def test_the_feed_that_is_broken_below_is_whole_at_first() -> None:
    assert [item.title for item in WHOLE.items] == [
        "Épisode 1 & more",
        "Épisode 2 & more",
        "Épisode 3 & more",
    ]
    assert [len(item.transcripts) for item in WHOLE.items] == [2, 2, 2]
    assert WHOLE.warnings == []


def same_as_whole(data: bytes, content_type: str | None = None) -> bool:
    feed = parse_feed(data, content_type=content_type)
    return (feed.title, feed.items) == (WHOLE.title, WHOLE.items)


@pytest.mark.parametrize(
    "before",
    [
        "\n",
        "  \r\n\t",
        "\ufeff",
        "\ufeff\n\ufeff",
        "junk before ",
        "<br />\n<b>Warning</b>: Undefined variable $x in <b>/srv/feed.php</b> on line <b>3</b><br />\n",
        "<!-- served by a cache -->",
        "<?php echo 1 ?>\n",
        '<?xml-stylesheet href="a.xsl"?>',
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://x.org/rss-0.91.dtd">',
        "<!-- never closed ",
    ],
)
def test_what_stands_before_the_feed_does_not_matter(before: str) -> None:
    assert same_as_whole((before + FEED).encode())


@pytest.mark.parametrize(
    "after", ["\n\n", "junk", "<!-- 0.2 s -->", "<script>x()</script>", "</rss>", "\0\0", "]]>"]
)
def test_what_stands_after_the_feed_does_not_matter(after: str) -> None:
    assert same_as_whole((FEED + after).encode())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_known_by_its_bytes_whatever_is_declared(encoding: str) -> None:
    assert same_as_whole(FEED.replace("UTF-8", "ISO-8859-1").encode(encoding))
    assert same_as_whole(FEED.replace(' encoding="UTF-8"', "").encode(encoding), "text/xml; charset=us-ascii")


def test_latin_1_is_read_whatever_is_declared() -> None:
    for declared in ("UTF-8", "ISO-8859-1", "US-ASCII", "utf8mb4", "unknown-8bit", "base64"):
        assert same_as_whole(FEED.replace("UTF-8", declared).encode("latin-1")), declared
    assert same_as_whole(FEED.replace(' encoding="UTF-8"', "").encode("latin-1"))
    assert same_as_whole(FEED.encode("latin-1"), "text/xml; charset=iso-8859-1")


def test_one_stray_byte_costs_one_character() -> None:
    data = FEED.replace("Émission", "Émission für € 5").encode().replace("€".encode(), b"\x80")
    feed = parse_feed(data)
    assert feed.title == "Émission für € 5"
    assert feed.items == WHOLE.items
    assert any("Windows-1252" in warning for warning in feed.warnings)


@pytest.mark.parametrize(
    ("encoding", "language", "title"),
    [
        ("windows-1251", "ru", "Новости науки и техники"),
        ("koi8-r", "ru", "Новости науки и техники"),
        ("shift_jis", "ja", "日本語の番組です"),
        ("euc-jp", "ja", "日本語の番組です"),
        ("iso-2022-jp", "ja", "日本語の番組です"),
        ("gb2312", "zh-cn", "每日科学新闻"),
        ("big5", "zh-tw", "每日科學新聞"),
        ("euc-kr", "ko", "매일 과학 뉴스"),
        ("windows-1250", "pl", "Żółta łódź"),
        ("windows-1253", "el", "Ειδήσεις της ημέρας"),
        ("windows-1255", "he", "חדשות היום"),
        ("windows-1256", "ar", "أخبار اليوم"),
    ],
)
def test_the_declared_encoding_is_used_and_without_it_the_language_tells(
    encoding: str, language: str, title: str
) -> None:
    item = f"<item><title>{title}</title></item>"
    body = f"<rss><channel><title>{title}</title><language>{language}</language>{item}"
    declared = f'<?xml version="1.0" encoding="{encoding}"?>{body}</channel></rss>'.encode(encoding)
    assert parse_feed(declared).items[0].title == title
    header = f"{body}</channel></rss>".encode(encoding)
    assert (
        parse_feed(header, content_type=f'application/rss+xml; charset="{encoding}"').items[0].title == title
    )
    if encoding not in ("koi8-r", "iso-2022-jp"):
        assert parse_feed(header).items[0].title == title


def test_control_characters_and_references_to_them_are_dropped() -> None:
    data = FEED.replace("<![CDATA[<p>Words of 1</p>]]>", "&lt;p>Wo\x00r\x0bds\x1f o&#0;f&#x1F; 1&lt;/p>")
    feed = parse_feed(data.replace("Words of 2", "Words\x7f of 2").encode())
    assert [item.description for item in feed.items] == [item.description for item in WHOLE.items]


def test_bare_ampersands_and_unknown_entities_stay_as_they_are() -> None:
    data = FEED.replace("&amp; more", "& more").replace("?a=1&amp;b=2", "?a=1&b=2&copy=3")
    feed = parse_feed(data.encode())
    assert [item.title for item in feed.items] == [item.title for item in WHOLE.items]
    assert feed.items[0].enclosures[0].url == "https://x.org/1.mp3?a=1&b=2&copy=3"


def test_html_entities_are_known_without_being_declared() -> None:
    assert same_as_whole(
        FEED.replace("Épisode", "&Eacute;pisode").replace("Émission", "&#201;mission").encode()
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("</item>", ""),
        ("</channel></rss>", ""),
        ("</title><guid", "<guid"),
        ("</pubDate>", ""),
        ("</guid>", "</guide>"),
        ("<pubDate>", "<PUBDATE>"),
        ('length="1', "length='1"),
        ('type="audio/mpeg"/>', 'type="audio/mpeg">'),
        ('type="audio/mpeg"/>', 'type="audio/mpeg"></enclosure>'),
        ('type="audio/mpeg"/>', "type=audio/mpeg />"),
        ('type="audio/mpeg"/>', 'type="audio/mpeg""/>'),
        ('type="audio/mpeg"/>', 'type="audio/mpeg" title="a > b"/>'),
        ('type="audio/mpeg"/>', 'type="audio/mpeg" title="a < b"/>'),
        ("<title>Ép", "<title >Ép"),
        ("<item>", "<item rdf:about=''>"),
        ("<item>", "<item><open:one>"),
        ("<item>", "<item><open>"),
        ("<item>", "</p></div><item>"),
        ("</itunes:duration>", ""),
        ("</itunes:duration>", "</itunes:durations>"),
        ("itunes:duration", "itunes:Duration"),
        ('type="text/vtt"/>', 'type="text/vtt">'),
        ("<![CDATA[<p>Words", "<![CDATA[ <p>Words"),
        ("]]></description>", "]]</description>"),
        ("]]></description>", "</description>"),
        ("]]></description>", "]]>\x00</description>"),
        (' xmlns:podcast="https://podcastindex.org/namespace/1.0"', ""),
        (' xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"', ""),
        ("<channel>", ""),
        ("</channel></rss>", "</rss></channel>"),
        ("<rss ", "<RSS "),
    ],
)
def test_a_tag_that_is_wrong_costs_nothing(old: str, new: str) -> None:
    assert old in FEED
    feed = parse_feed(FEED.replace(old, new).encode())
    assert feed.title == WHOLE.title
    for got, expected in zip(feed.items, WHOLE.items, strict=True):
        assert (got.title, got.published, got.duration) == (
            expected.title,
            expected.published,
            expected.duration,
        )
        assert got.guid == expected.guid
        assert (got.description or "").strip() == (expected.description or "").strip()
        assert got.transcripts == expected.transcripts
        assert [e.url for e in got.enclosures] == [e.url for e in expected.enclosures]
        assert [e.type for e in got.enclosures] == [e.type for e in expected.enclosures]


def test_one_open_cdata_section_does_not_swallow_the_next_item() -> None:
    data = FEED.replace("2</p>]]>", "2</p>")
    assert len(parse_feed(data.encode()).items) == 3


def test_one_open_quotation_mark_does_not_swallow_the_next_item() -> None:
    data = FEED.replace('length="12"', 'length="12')
    feed = parse_feed(data.encode())
    assert [item.guid for item in feed.items] == ["g1", "g2", "g3"]
    assert feed.items[1].transcripts == WHOLE.items[1].transcripts


def test_a_cut_file_gives_the_items_before_the_cut() -> None:
    data = FEED.encode()
    middle = data.index(b"<pubDate>Wed, 03")
    feed = parse_feed(data[:middle])
    assert feed.items[:2] == WHOLE.items[:2]
    assert (feed.items[2].guid, feed.items[2].title) == ("g3", "Épisode 3 & more")
    assert any("ends before" in warning for warning in feed.warnings)
    within_guid = parse_feed(data[: data.index(b"3</guid>")])
    assert within_guid.items == WHOLE.items[:2]


@pytest.mark.parametrize("position", range(0, len(FEED.encode()), 41))
def test_wherever_a_file_is_cut_the_whole_items_are_kept(position: int) -> None:
    data = FEED.encode()[:position]
    whole = data.count(b"</item>")
    try:
        feed = parse_feed(data)
    except EpiscribeError:
        assert b"<rss " not in data or b">" not in data[data.index(b"<rss ") :]
        return
    assert feed.items[:whole] == WHOLE.items[:whole]


def test_items_that_appear_twice_are_one_and_lose_nothing() -> None:
    again = """<item><title>Other words</title><guid>g1</guid><itunes:author>Ann</itunes:author>
    <podcast:transcript url="https://x.org/1.json" type="application/json"/></item>"""
    feed = parse_feed((HEAD + ITEM.format(n=1) + ITEM.format(n=2) + again + ITEM.format(n=2)).encode())
    assert [item.guid for item in feed.items] == ["g1", "g2"]
    assert feed.items[0].title == "Épisode 1 & more"
    assert feed.items[0].author == "Ann"
    assert [link.url[-4:] for link in feed.items[0].transcripts] == [".vtt", ".srt", "json"]
    assert any("more than once" in warning for warning in feed.warnings)


def test_items_that_share_a_guid_but_nothing_else_are_kept_apart() -> None:
    feed = parse_feed(FEED.replace(">g2<", ">g1<").replace(">g3<", ">g1<").encode())
    assert len(feed.items) == 3
    assert [item.guid for item in feed.items] == [None, None, None]
    assert [item.extra["shared_guid"] for item in feed.items] == ["g1", "g1", "g1"]


def test_a_daily_show_with_one_title_and_one_guid_keeps_its_days() -> None:
    data = FEED
    for n in "23":
        data = data.replace(f"Épisode {n}", "Épisode 1").replace(f">g{n}<", ">g1<")
    feed = parse_feed(data.encode())
    assert [item.title for item in feed.items] == ["Épisode 1 & more"] * 3
    assert [item.published for item in feed.items] == [item.published for item in WHOLE.items]


def test_items_without_guid_are_kept_and_exact_repetitions_are_one() -> None:
    data = FEED.replace("<guid", "<noguid").replace("</guid", "</noguid")
    feed = parse_feed(
        data.replace("</channel>", ITEM.format(n=3).replace("guid", "noguid") + "</channel>").encode()
    )
    assert [item.guid for item in feed.items] == [None, None, None]


def test_items_without_enclosure_are_kept() -> None:
    feed = parse_feed(FEED.replace("<enclosure", "<nothing").encode())
    assert [item.enclosures for item in feed.items] == [(), (), ()]


@pytest.mark.parametrize(
    "bomb",
    [
        '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">\n<!ENTITY c "&b;&b;&b;&b;&b;&b;">]>',
        '<!DOCTYPE r [<!ENTITY c SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1/x.dtd"> %p;]>',
        '<!DOCTYPE r [<!ENTITY c "' + "x" * 100_000 + '">]>',
        '<!doctype r [\n<!ENTITY c "a ]> b">\n]>',
    ],
)
def test_declared_entities_are_never_expanded_and_the_items_are_read(bomb: str) -> None:
    declaration, rest = FEED.split("\n", 1)
    data = declaration + bomb + rest.replace("Words of 1", "Words of &c;").replace("Épisode 2", "&c;&c;&c;")
    feed = parse_feed(data.encode())
    assert feed.items[1].title == "&c;&c;&c; & more"
    assert feed.items[2] == WHOLE.items[2]
    assert any("entities" in warning for warning in feed.warnings)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"<!DOCTYPE html><html><head><title>404</title></head><body><p>Gone", "web page"),
        (b'<html xmlns="http://www.w3.org/1999/xhtml"><head/><body>x</body></html>', "web page"),
        (b'{"error": "not found"}', "JSON"),
        (b"[1, 2", "JSON"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nhi", "WEBVTT"),
        (b"\x89PNG\r\n\x1a\n\0\0", "PNG"),
        (b"%PDF-1.4", "PDF"),
        (b"<opml version='2.0'><body/></opml>", "opml"),
        (b"\x1f\x8b\x08broken", "not a feed"),
        (b"<", "not a feed"),
    ],
)
def test_what_is_no_feed_is_named(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableFeed) as caught:
        parse_feed(data, url="https://x.org/")
    assert words in str(caught.value)
    assert caught.value.kind is FailureKind.PERMANENT
    assert "\n" not in str(caught.value)


def test_a_web_page_that_names_its_feed_is_of_use() -> None:
    page = b"""<!doctype html><head><link rel="stylesheet" href="/a.css"><LINK href='/feed.xml?a=1&amp;b=2'
      type="application/rss+xml" rel="alternate"></head>"""
    with pytest.raises(
        UnreadableFeed, match=r"not a feed; it names this feed: https://x.org/feed.xml\?a=1&b=2"
    ):
        parse_feed(page, url="https://x.org/show/1")


def test_a_feed_that_is_served_as_a_web_page_is_a_feed() -> None:
    assert same_as_whole(FEED.encode(), "text/html; charset=utf-8")


def test_a_feed_that_lies_compressed_is_unpacked() -> None:
    packed = gzip.compress(FEED.encode())
    assert same_as_whole(packed)
    assert len(parse_feed(packed[:-20]).items) >= 2
    with pytest.raises(EpiscribeError, match="more than"):
        parse_feed(gzip.compress(b"\0" * (70 * 1024 * 1024), compresslevel=1))


def test_a_feed_in_a_format_of_its_time_is_read() -> None:
    data = b"""<?xml version="1.0"?><CHANNEL HREF="https://x.org/"><TITLE>CDF</TITLE>
      <ITEM HREF="https://x.org/1"><TITLE>One</TITLE><ABSTRACT>About</ABSTRACT></ITEM></CHANNEL>"""
    feed = parse_feed(data)
    assert (feed.title, feed.items[0].title, feed.items[0].link) == ("CDF", "One", "https://x.org/1")


@pytest.mark.parametrize(
    "hostile",
    [
        b"<a>" * 100_000,
        b"<item>" * 20_000,
        b"<item/>" * 50_000,
        b"<item><b>" * 5_000,
        b"<![CDATA[" * 200_000,
        b"<!--" * 300_000,
        b"<?" * 500_000,
        b"<!DOCTYPE [" * 100_000,
        b'<a b="' * 200_000,
        b"<a b='<" * 150_000,
        b"<item><title>" + b"&amp;" * 300_000,
        b"<item><title>" + b"&" * 1_000_000,
        b"<item><title>" + b"<b" * 500_000,
        b"<item><guid>" + b"</x>" * 300_000,
        b"<" * 1_000_000,
        b"<item " + b'a="1" ' * 200_000 + b">",
        b"<item " + b"xmlns:a%d='x' " % 1 * 100_000 + b">",
        b"<item xmlns:a='x'>" * 5_000,
        b"<item><description>" + b"<p>x" * 200_000,
        b"<item><guid>1</guid></item>" * 5_000,
        b"<item><guid>" + b" " * 1_000_000 + b"</guid></item>",
        b"<item><title>" + b"<!--" * 200_000 + b"</title></item>",
        b"<item><title>" + b"<? " * 200_000 + b"</title></item>",
        b"<item><pubDate>" + b"1 " * 500_000 + b"</pubDate><itunes:duration>" + b"1:" * 500_000,
    ],
)
def test_hostile_input_takes_linear_time(hostile: bytes) -> None:
    before = time.process_time()
    with suppress(EpiscribeError):
        parse_feed(b"<rss><channel>" + hostile)
    assert time.process_time() - before < 20.0  # well under 1 s; with quadratic work it would be minutes


mutations = st.lists(
    st.tuples(
        st.integers(0, len(FEED.encode())),
        st.integers(0, 60),
        st.one_of(
            st.binary(max_size=6),
            st.sampled_from(
                [b"<", b">", b"&", b'"', b"<![CDATA[", b"]]>", b"<!--", b"-->", b"</item>", b"<item>"]
            ),
        ),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=300, deadline=None)
@given(mutations)
def test_a_feed_may_be_changed_at_will_and_nothing_but_our_own_error_comes_out(
    changes: list[tuple[int, int, bytes]],
) -> None:
    data = FEED.encode()
    for position, length, replacement in changes:
        data = data[:position] + replacement + data[position + length :]
    try:
        feed = parse_feed(data, url="https://x.org/feed")
    except EpiscribeError as error:
        assert "\n" not in str(error)
    else:
        assert all(item.title for item in feed.items)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_bytes_without_sense_give_nothing_but_our_own_error(data: bytes) -> None:
    for wrapped in (data, b"<rss>" + data, b"<rss><item>" + data + b"</item>"):
        try:
            parse_feed(wrapped)
        except EpiscribeError as error:
            assert "\n" not in str(error)
