"""Every field of a feed that is well-formed, in RSS, Atom, RDF, and JSON Feed."""

import json

import pytest

from episcribe.library.episode import (
    ChaptersLink,
    Enclosure,
    InlineChapter,
    Person,
    Soundbite,
    TranscriptLink,
)
from episcribe.sources.feeds import FeedItem, parse_feed

NAMESPACES = """xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:podcast="https://podcastindex.org/namespace/1.0"
 xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:psc="http://podlove.org/simple-chapters" xmlns:media="http://search.yahoo.com/mrss/"
 xmlns:googleplay="http://www.google.com/schemas/play-podcasts/1.0" """


def rss(items: str, channel: str = "", namespaces: str = NAMESPACES) -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" {namespaces}><channel><title>A Show</title>{channel}{items}</channel></rss>""".encode()


def only_item(
    content: str, *, url: str | None = "https://example.org/feed.xml", channel: str = ""
) -> FeedItem:
    feed = parse_feed(rss(f"<item>{content}</item>", channel), url=url)
    assert len(feed.items) == 1
    return feed.items[0]


def test_a_full_item_of_rss_is_read_field_by_field() -> None:
    item = only_item("""
      <title>The &amp; only</title><guid isPermaLink="false"> id-1 </guid>
      <pubDate>Wed, 01 May 2024 06:00:00 +0200</pubDate><link>https://example.org/1</link>
      <description>Short.</description><content:encoded><![CDATA[<p>Long &amp; rich.</p>]]></content:encoded>
      <itunes:subtitle>Sub</itunes:subtitle><itunes:summary>Summary</itunes:summary>
      <itunes:author>Ann Author</itunes:author><itunes:duration>1:02:03</itunes:duration>
      <itunes:image href="/1.jpg"/><itunes:season>2</itunes:season><itunes:episode>7</itunes:episode>
      <itunes:episodeType>Full</itunes:episodeType><itunes:explicit>yes</itunes:explicit>
      <itunes:keywords>one, two,,One</itunes:keywords><category>three</category><dc:language>de</dc:language>
      <enclosure url="1.mp3?a=1&amp;b=2" length="1234" type="Audio/MPEG"/>
      <comments>https://example.org/1#comments</comments><source url="https://example.net/rss">Elsewhere</source>""")
    assert item == FeedItem(
        title="The & only",
        guid="id-1",
        published="2024-05-01T04:00:00Z",
        duration=3723.0,
        link="https://example.org/1",
        language="de",
        author="Ann Author",
        subtitle="Sub",
        summary="Summary",
        description="<p>Long &amp; rich.</p>",
        image="https://example.org/1.jpg",
        season=2,
        number=7.0,
        episode_type="full",
        explicit=True,
        keywords=("one", "two", "three"),
        enclosures=(Enclosure("https://example.org/1.mp3?a=1&b=2", "audio/mpeg", 1234),),
        extra={
            "comments": "https://example.org/1#comments",
            "source": {"title": "Elsewhere", "url": "https://example.net/rss"},
        },
    )


def test_every_transcript_tag_is_kept_with_type_language_and_rel() -> None:
    item = only_item("""
      <podcast:transcript url="1.vtt" type="text/vtt"/>
      <podcast:transcript url="https://x.org/1.srt" type="Application/SRT" language="es" rel="captions">
      </podcast:transcript>
      <podcast:transcript url="1.vtt" type="text/vtt"/>
      <podcast:transcript type="application/json">https://x.org/1.json</podcast:transcript>
      <podcast:transcript type="text/html"/>""")
    assert item.transcripts == (
        TranscriptLink("https://example.org/1.vtt", "text/vtt"),
        TranscriptLink("https://x.org/1.srt", "application/srt", "es", "captions"),
        TranscriptLink("https://x.org/1.json", "application/json"),
    )


@pytest.mark.parametrize(
    "namespace",
    [
        'xmlns:podcast="https://podcastindex.org/namespace/1.0"',
        'xmlns:podcast="http://podcastindex.org/namespace/1.0/"',
        'xmlns:podcast="https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"',
        'xmlns:podcast="https://example.org/who-knows"',
        'xmlns:podcast="http://www.itunes.com/dtds/podcast-1.0.dtd"',
        "",
    ],
)
def test_the_podcast_namespace_is_known_by_any_of_its_names(namespace: str) -> None:
    data = rss('<item><podcast:transcript url="https://x.org/a.vtt"/></item>', namespaces=namespace)
    assert parse_feed(data).items[0].transcripts == (TranscriptLink("https://x.org/a.vtt"),)


def test_a_namespace_may_have_any_prefix_and_be_declared_anywhere() -> None:
    data = rss(
        '<item><p:transcript xmlns:p="https://podcastindex.org/namespace/1.0" url="https://x.org/a.vtt"/>'
        "<i:duration>62:03</i:duration></item>",
        namespaces='xmlns:i="http://www.itunes.com/DTDs/PodCast-1.0.dtd"',
    )
    item = parse_feed(data).items[0]
    assert item.transcripts == (TranscriptLink("https://x.org/a.vtt"),)
    assert item.duration == 3723.0


def test_the_podcast_namespace_gives_chapters_persons_seasons_and_soundbites() -> None:
    item = only_item("""
      <podcast:chapters url="/1.json" type="application/json+chapters"/>
      <podcast:season name="The first">1</podcast:season><itunes:season>9</itunes:season>
      <podcast:episode display="Ch. 3">3.5</podcast:episode>
      <podcast:person role="Guest" group="Cast" href="https://a.org" img="a.png">Ann &amp; Co</podcast:person>
      <podcast:person>Bob</podcast:person><podcast:person> </podcast:person>
      <podcast:soundbite startTime="73.0" duration="60.0">Later</podcast:soundbite>
      <podcast:soundbite startTime="0" duration="10"/><podcast:soundbite startTime="x" duration="10"/>
      <podcast:location geo="geo:48.1,11.5" osm="R62428">Munich</podcast:location>
      <podcast:license url="https://cc.org/by">cc-by-4.0</podcast:license>
      <podcast:socialInteract uri="https://social.example/1" protocol="activitypub"/>""")
    assert item.chapters == ChaptersLink("https://example.org/1.json", "application/json+chapters")
    assert (item.season, item.season_name, item.number, item.number_display) == (1, "The first", 3.5, "Ch. 3")
    assert item.persons == (
        Person("Ann & Co", "guest", "cast", "https://a.org", "https://example.org/a.png"),
        Person("Bob"),
    )
    assert item.soundbites == (Soundbite(0.0, 10.0), Soundbite(73.0, 60.0, "Later"))
    assert item.extra == {
        "location": {"name": "Munich", "geo": "geo:48.1,11.5", "osm": "R62428"},
        "license": {"name": "cc-by-4.0", "url": "https://cc.org/by"},
        "social": ["https://social.example/1"],
    }


def test_the_persons_of_a_show_take_part_where_an_item_names_nobody() -> None:
    items = "<item><title>a</title></item><item><podcast:person>Guest</podcast:person></item>"
    feed = parse_feed(rss(items + "<podcast:person>Host</podcast:person>"))
    assert [[person.name for person in item.persons] for item in feed.items] == [["Host"], ["Guest"]]


def test_chapters_inside_the_feed_are_read_by_their_start() -> None:
    item = only_item("""<psc:chapters version="1.2">
      <psc:chapter start="00:01:02.500" title="Two" href="https://a.org"/>
      <psc:chapter start="0" title="One &amp; only"/>
      <psc:chapter start="soon" title="Lost"/></psc:chapters>""")
    assert item.inline_chapters == (
        InlineChapter(0.0, "One & only"),
        InlineChapter(62.5, "Two", "https://a.org"),
    )


def test_alternate_enclosures_stand_in_where_there_is_no_enclosure() -> None:
    alternate = """<podcast:alternateEnclosure type="audio/opus" length="99" title="Small">
      <podcast:source uri="https://x.org/a.opus"/><podcast:source uri="ipfs://abc"/></podcast:alternateEnclosure>"""
    alone = only_item(alternate)
    both = only_item(alternate + '<enclosure url="a.mp3"/>')
    assert alone.enclosures == (Enclosure("https://x.org/a.opus", "audio/opus", 99),)
    assert both.enclosures == (Enclosure("https://example.org/a.mp3"),)
    assert both.extra["alternate_enclosures"] == [
        {
            "type": "audio/opus",
            "length": "99",
            "title": "Small",
            "sources": ["https://x.org/a.opus", "ipfs://abc"],
        }
    ]


def test_several_enclosures_are_all_kept_and_repeated_ones_once() -> None:
    item = only_item(
        '<enclosure url="a.mp3"/><enclosure url="a.mp4" type="video/mp4"/><enclosure url="a.mp3"/>'
    )
    assert [enclosure.url[-5:] for enclosure in item.enclosures] == ["a.mp3", "a.mp4"]


def test_media_content_stands_in_for_an_enclosure() -> None:
    item = only_item("""<media:group><media:content url="v.mp4" type="video/mp4" fileSize="7" duration="90"/>
      <media:thumbnail url="t.jpg"/><media:description>About</media:description></media:group>
      <media:content url="p.jpg" medium="image"/>""")
    assert item.enclosures == (Enclosure("https://example.org/v.mp4", "video/mp4", 7),)
    assert (item.duration, item.image, item.description) == (90.0, "https://example.org/t.jpg", "About")


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("12345", 12345),
        (" 12345 ", 12345),
        ("12,345,678", 12345678),
        ("12.345.678", 12345678),
        ("12345 bytes", 12345),
        ("1.5 MB", 1572864),
        ("12345.0", 12345),
        ("0", None),
        ("", None),
        ("-1", None),
        ("unknown", None),
        ("01:02:03", None),
    ],
)
def test_a_length_is_read_through_its_junk(written: str, length: int | None) -> None:
    assert only_item(f'<enclosure url="a.mp3" length="{written}"/>').enclosures[0].length == length


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("yes", True),
        ("True", True),
        ("explicit", True),
        ("no", False),
        ("clean", False),
        ("FALSE", False),
        ("hm", None),
    ],
)
def test_explicit_comes_in_many_words(word: str, value: bool | None) -> None:
    assert only_item(f"<itunes:explicit>{word}</itunes:explicit>").explicit is value


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Tom &amp; Jerry", "Tom & Jerry"),
        ("Tom &amp;amp; Jerry", "Tom & Jerry"),
        ("<![CDATA[Tom &amp; Jerry]]>", "Tom & Jerry"),
        ("<![CDATA[Tom & Jerry]]>", "Tom & Jerry"),
        ("&lt;b&gt;Bold&lt;/b&gt; move", "Bold move"),
        ("<b>Bold</b> move", "Bold move"),
        ("<![CDATA[One<br/>Two]]>", "One Two"),
        ("Using the &lt;template&gt; element", "Using the <template> element"),
        ("I &lt;3 you", "I <3 you"),
        ("&amp;lt;b&amp;gt; explained", "<b> explained"),
        ("Caf&eacute;&nbsp;&#8211; l&#39;été &#x1F3A7;", "Café – l'été 🎧"),
        ("It&#146;s", "It’s"),
        ("  over\n two   lines ", "over two lines"),
        ("A &unknown; thing", "A &unknown; thing"),
        ("AT&T", "AT&T"),
        ("<![CDATA[ Part ]]> one <!-- not this -->", "Part one"),
    ],
)
def test_a_title_is_one_line_of_plain_text(written: str, title: str) -> None:
    assert only_item(f"<title>{written}</title>").title == title


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ("<title/><itunes:title>From iTunes</itunes:title>", "From iTunes"),
        ("<description>&lt;p&gt;The first words.&lt;/p&gt;</description>", "The first words."),
        ('<enclosure url="https://x.org/a/my%20first_talk.mp3?x=1"/>', "my first talk"),
        ("<pubDate>Wed, 01 May 2024 06:00:00 GMT</pubDate>", "2024-05-01T06:00:00Z"),
        ("<guid>abc</guid>", "abc"),
        ("<itunes:block>no</itunes:block>", "Untitled episode"),
    ],
)
def test_an_item_without_title_is_named_by_what_it_has(content: str, title: str) -> None:
    assert only_item(content).title == title


def test_an_item_that_says_nothing_is_none() -> None:
    assert parse_feed(rss("<item/><item> </item><item><title>One</title></item>")).items == [FeedItem("One")]


def test_a_long_description_becomes_a_short_title() -> None:
    title = only_item(f"<description>{'word ' * 100}</description>").title
    assert title.endswith("word…")
    assert len(title) <= 80


def test_the_longest_text_is_the_description_and_another_one_the_summary() -> None:
    encoded = "<content:encoded>&lt;p&gt;x&lt;/p&gt;</content:encoded>"
    item = only_item(f"<description>Four words stand here</description>{encoded}")
    assert item.description == "Four words stand here"
    assert item.summary is None
    item = only_item("<description>Same text</description><content:encoded>Same text</content:encoded>")
    assert (item.description, item.summary) == ("Same text", None)


def test_html_that_nobody_escaped_is_kept_as_html() -> None:
    item = only_item("<description><p>One &amp; two<br>three</p><p>four</description><guid>g</guid>")
    assert item.description == "<p>One &amp; two<br>three</p><p>four"
    assert item.guid == "g"


def test_a_guid_that_is_an_address_serves_as_link() -> None:
    item = only_item("<guid>https://example.org/e/1</guid>")
    assert (item.link, item.guid_is_permalink) == ("https://example.org/e/1", True)
    item = only_item('<guid isPermaLink="false">https://example.org/e/1</guid>')
    assert (item.link, item.guid_is_permalink) == (None, False)


def test_an_author_with_an_address_is_shown_by_name() -> None:
    assert only_item("<author>ann@example.org (Ann Author)</author>").author == "Ann Author"
    assert only_item("<dc:creator>Ben</dc:creator>").author == "Ben"


def test_a_date_that_cannot_be_read_is_kept_as_it_is() -> None:
    item = only_item("<pubDate>the day after</pubDate>")
    assert item.published is None
    assert item.extra == {"published_text": "the day after"}


def test_a_second_date_helps_where_the_first_cannot_be_read() -> None:
    item = only_item("<pubDate>soon</pubDate><dc:date>2024-05-01</dc:date>")
    assert item.published == "2024-05-01T00:00:00Z"


def test_a_day_of_sound_in_a_small_file_was_meant_in_milliseconds() -> None:
    item = only_item('<itunes:duration>180000</itunes:duration><enclosure url="a.mp3" length="2880000"/>')
    assert item.duration == 180.0


def test_a_live_item_is_no_episode() -> None:
    live = '<podcast:liveItem status="live"><title>Now</title><guid>l</guid></podcast:liveItem>'
    feed = parse_feed(rss(live + "<item><title>Then</title></item>"))
    assert [item.title for item in feed.items] == ["Then"]
    assert feed.title == "A Show"


def test_a_show_is_read_field_by_field() -> None:
    feed = parse_feed(
        rss(
            "",
            """<link>https://example.org/</link><description>About</description><language>en-GB</language>
        <itunes:author>Ann</itunes:author><itunes:image href="cover.jpg"/>
        <itunes:explicit>false</itunes:explicit>
        <podcast:guid>917393e3</podcast:guid><itunes:new-feed-url>https://new.example/feed</itunes:new-feed-url>
        <atom:link rel="self" href="https://example.org/feed.xml"/><atom:link rel="next" href="?page=2"/>
        <itunes:keywords>a,b</itunes:keywords>""",
        ),
        url="https://example.org/feed.xml",
    )
    assert (feed.title, feed.link, feed.description) == ("A Show", "https://example.org/", "About")
    assert (feed.language, feed.author, feed.image) == ("en-GB", "Ann", "https://example.org/cover.jpg")
    assert (feed.guid, feed.new_url, feed.explicit) == ("917393e3", "https://new.example/feed", False)
    assert feed.self_url == "https://example.org/feed.xml"
    assert feed.next_url == "https://example.org/feed.xml?page=2"
    assert feed.keywords == ("a", "b")
    assert feed.items == []


def test_the_image_and_link_of_a_picture_are_not_the_shows() -> None:
    channel = "<image><title>Logo</title><link>https://logo.example/</link><url>https://logo.example/l.png</url></image>"
    feed = parse_feed(
        f"<rss><channel>{channel}<title>Real</title><link>https://r.org</link></channel></rss>".encode()
    )
    assert (feed.title, feed.link, feed.image) == ("Real", "https://r.org", "https://logo.example/l.png")


def test_relative_addresses_stay_relative_in_a_local_file() -> None:
    content = (
        '<enclosure url="a.mp3"/><podcast:transcript url="words/a.vtt"/><podcast:chapters url="../c.json"/>'
    )
    item = only_item(content, url=None)
    assert item.enclosures[0].url == "a.mp3"
    assert item.transcripts[0].url == "words/a.vtt"
    assert item.chapters == ChaptersLink("../c.json")


def test_a_feed_from_the_network_cannot_name_local_files() -> None:
    transcript = '<podcast:transcript url="FILE:/etc/passwd"/>'
    item = only_item(f'<enclosure url="file:///etc/passwd"/>{transcript}<link>javascript:x</link>')
    assert (item.enclosures, item.transcripts, item.link) == ((), (), None)


def test_an_address_is_mended_where_its_intention_is_clear() -> None:
    content = (
        '<link>\n https://x.org/a\n?b=1 </link><enclosure url=" https://x.org/a b.mp3?c=1&amp;amp;d=2 "/>'
    )
    item = only_item(content)
    assert item.link == "https://x.org/a?b=1"
    assert item.enclosures[0].url == "https://x.org/a%20b.mp3?c=1&d=2"


def test_xml_base_is_where_relative_addresses_start() -> None:
    data = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://x.org/a/"><title>F</title>
      <entry xml:base="b/"><id>1</id><title>E</title><link href="c.html"/></entry>
      <entry><id>2</id><title>E</title><link href="c.html"/></entry></feed>"""
    links = [item.link for item in parse_feed(data, url="https://other.org/").items]
    assert links == ["https://x.org/a/b/c.html", "https://x.org/a/c.html"]


def test_an_atom_feed_is_read() -> None:
    data = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr">
      <title type="html">&lt;b&gt;Un&lt;/b&gt; titre</title><subtitle>Sous</subtitle><link href="https://x.org/"/>
      <link rel="next" href="https://x.org/2"/><author><name>Ann</name></author><logo>https://x.org/l.png</logo>
      <entry><id>urn:1</id><title type="xhtml">
        <div xmlns="http://www.w3.org/1999/xhtml">A <i>B</i></div></title>
        <updated>2024-05-02T00:00:00Z</updated><published>2024-05-01T06:00:00+02:00</published>
        <link rel="alternate" href="https://x.org/1"/>
        <link rel="enclosure" href="https://x.org/1.mp3" length="9" type="audio/mpeg"/>
        <summary>Court</summary><author><name>Ben</name><email>b@x.org</email></author>
        <content type="xhtml">
        <div xmlns="http://www.w3.org/1999/xhtml"><p>Long &amp; rich words</p></div></content>
        <category term="t" label="Label"/></entry></feed>"""
    feed = parse_feed(data.encode())
    assert (feed.title, feed.link, feed.description) == ("Un titre", "https://x.org/", "Sous")
    assert (feed.language, feed.author, feed.image) == ("fr", "Ann", "https://x.org/l.png")
    assert feed.next_url == "https://x.org/2"
    (item,) = feed.items
    assert (item.guid, item.title, item.published) == ("urn:1", "A B", "2024-05-01T04:00:00Z")
    assert (item.link, item.author, item.summary) == ("https://x.org/1", "Ben", "Court")
    assert item.enclosures == (Enclosure("https://x.org/1.mp3", "audio/mpeg", 9),)
    assert item.description is not None
    assert "<p>Long &amp; rich words</p>" in item.description
    assert item.keywords == ("Label",)


def test_rdf_is_read_with_its_items_beside_the_channel() -> None:
    data = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
      xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
      <channel rdf:about="https://x.org/"><title>R</title><link>https://x.org/</link><dc:language>it</dc:language>
      <items><rdf:Seq><rdf:li rdf:resource="https://x.org/1"/></rdf:Seq></items></channel>
      <item rdf:about="https://x.org/1"><title>One</title><link>https://x.org/1</link>
      <dc:date>2004-05-01T06:00:00Z</dc:date><dc:creator>Ann</dc:creator><dc:subject>s</dc:subject></item></rdf:RDF>"""
    feed = parse_feed(data.encode())
    assert (feed.title, feed.language) == ("R", "it")
    (item,) = feed.items
    assert (item.guid, item.title, item.link) == ("https://x.org/1", "One", "https://x.org/1")
    assert (item.published, item.author, item.keywords) == ("2004-05-01T06:00:00Z", "Ann", ("s",))


def test_a_youtube_feed_gives_the_id_and_the_description_of_a_video() -> None:
    data = b"""<feed xmlns="http://www.w3.org/2005/Atom" xmlns:yt="http://www.youtube.com/xml/schemas/2015"
      xmlns:media="http://search.yahoo.com/mrss/"><title>C</title><entry><id>yt:video:abc</id>
      <yt:videoId>abc</yt:videoId><title>V</title><link rel="alternate" href="https://www.youtube.com/watch?v=abc"/>
      <published>2024-05-01T06:00:00+00:00</published><media:group><media:title>V</media:title>
      <media:content url="https://www.youtube.com/v/abc" type="application/x-shockwave-flash"/>
      <media:thumbnail url="https://i.ytimg.com/vi/abc/hq.jpg"/><media:description>Words</media:description>
      </media:group></entry></feed>"""
    (item,) = parse_feed(data).items
    assert item.extra == {"youtube_id": "abc"}
    assert (item.description, item.image) == ("Words", "https://i.ytimg.com/vi/abc/hq.jpg")
    assert item.enclosures == ()


def test_a_json_feed_is_read() -> None:
    content = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "J",
        "home_page_url": "https://x.org/",
        "feed_url": "https://x.org/feed.json",
        "next_url": "https://x.org/feed2.json",
        "authors": [{"name": "Ann"}],
        "language": "en",
        "items": [
            {
                "id": 7,
                "title": "One",
                "url": "https://x.org/1",
                "content_html": "<p>Words</p>",
                "date_published": "2024-05-01T06:00:00Z",
                "tags": ["a"],
                "attachments": [
                    {"url": "1.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 9, "duration_in_seconds": 90}
                ],
            },
            {"id": "8", "content_text": "Only words"},
            "junk",
        ],
    }
    feed = parse_feed(json.dumps(content).encode(), url="https://x.org/feed.json")
    assert (feed.title, feed.author, feed.next_url) == ("J", "Ann", "https://x.org/feed2.json")
    first, second = feed.items
    assert (first.guid, first.published, first.duration) == ("7", "2024-05-01T06:00:00Z", 90.0)
    assert first.enclosures == (Enclosure("https://x.org/1.mp3", "audio/mpeg", 9),)
    assert second.title == "Only words"
