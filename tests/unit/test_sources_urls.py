"""The source `urls:`: pages, recordings and lists of them."""

import io
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.library.episode import Episode, TranscriptLink
from episcribe.library.errors import EpiscribeError, FailureKind
from episcribe.net.client import Client, NetSettings
from episcribe.net.errors import Resting
from episcribe.sources.listing import Reading, Wanted, failure_of
from episcribe.sources.urls import read_urls
from episcribe.sources.urls.extraction import episodes_of
from episcribe.sources.urls.lists import parse_list
from episcribe.sources.website.addresses import own_page
from tests.fake_web import FakeWeb
from tests.loopback import Answer, LoopbackServer

NOW = 1_800_000_000.0
DAY = 86400.0
HTML = "text/html; charset=utf-8"


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer() as running:
        running.add("/robots.txt", "User-agent: *\nDisallow: /private/\n")
        yield running


@pytest.fixture
def read(tmp_path: Path) -> Iterator[Any]:
    settings = NetSettings(allow_private=True, attempts=1, timeout=5, deadline=10, per_host=4)
    with Client(settings) as client:

        def reading(address: str, now: float = NOW) -> Reading:
            cache = tmp_path / "log" / "urls"
            return read_urls(
                address, client=client, cache=cache, wanted=Wanted(), now=now, root=str(tmp_path)
            )

        yield reading


def only(reading: Reading) -> Episode:
    assert reading.items is not None
    (episode,) = reading.items
    return episode


def sound(seconds: int = 1) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(1)
        recording.setframerate(8000)
        recording.writeframes(b"\x80" * 8000 * seconds)
    return file.getvalue()


def frame(name: str, text: str) -> bytes:
    body = b"\x03" + text.encode()
    return name.encode() + len(body).to_bytes(4, "big") + b"\x00\x00" + body


def mp3(**tags: str) -> bytes:
    """An MP3 of silence with an ID3 header (https://id3.org/id3v2.3.0)."""
    frames = b"".join(frame(name, text) for name, text in tags.items())
    size = len(frames)
    encoded = bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0))
    silence = b"\xff\xfb\x90\x00" + b"\x00" * 413
    return b"ID3\x03\x00\x00" + encoded + frames + silence * 40


PAGE = """<!doctype html><html lang="en-GB"><head><title>Tides at noon – The Tide Table</title>
<meta property="og:title" content="Tides at noon"><meta property="og:site_name" content="The Tide Table">
<meta property="article:published_time" content="2024-05-01T06:00:00+02:00">
<meta name="description" content="Why the sea &amp; the moon agree."><meta name="author" content="Ann Lee">
</head><body><h1>Tides at noon</h1>
<audio controls><source src="/media/tides.mp3?token=1" type="audio/mpeg">
<track kind="captions" src="tides.vtt" srclang="en"></audio><p>Words.</p></body></html>"""


def test_a_page_with_a_player_is_an_episode(server: LoopbackServer, read: Any) -> None:
    url = server.add("/episodes/tides", PAGE, content_type=HTML)
    episode = only(read(url))
    assert (episode.title, episode.podcast, episode.author) == ("Tides at noon", "The Tide Table", "Ann Lee")
    assert (episode.published, episode.language) == ("2024-05-01T04:00:00Z", "en-GB")
    assert episode.description == "Why the sea & the moon agree."
    assert (episode.guid, episode.link) == (url, url)
    assert [e.url for e in episode.enclosures] == [f"{server.url}/media/tides.mp3?token=1"]
    assert episode.transcripts == (
        TranscriptLink(f"{server.url}/episodes/tides.vtt", "text/vtt", "en", "captions"),
    )


STRUCTURED = """<!doctype html><html><head><title>x</title><link rel="canonical" href="/tides">
<script type="application/ld+json">{"@graph": [{"@type": "WebSite", "name": "S"},
{"@type": "PodcastEpisode", "name": "Tides &amp; moons", "datePublished": "2024-05-01",
 "timeRequired": "PT31M4S", "episodeNumber": 12,
 "partOfSeries": {"@type": "PodcastSeries", "name": "The Tide Table"},
 "associatedMedia": {"@type": "AudioObject", "contentUrl": "https://cdn.example.com/t.mp3"},
 "author": [{"name": "Ann Lee"}], "inLanguage": "de", "image": {"url": "/i.jpg"}}]}</script>
<script type="application/ld+json">{not json</script></head><body><p>Words.</p></body></html>"""


def test_structured_data_tell_most(server: LoopbackServer, read: Any) -> None:
    episode = only(read(server.add("/e", STRUCTURED, content_type=HTML)))
    assert (episode.title, episode.podcast, episode.author) == ("Tides & moons", "The Tide Table", "Ann Lee")
    assert (episode.published, episode.duration) == ("2024-05-01T00:00:00Z", 1864.0)
    assert (episode.number, episode.language, episode.image) == (12.0, "de", f"{server.url}/i.jpg")
    assert [e.url for e in episode.enclosures] == ["https://cdn.example.com/t.mp3"]
    assert episode.link == f"{server.url}/tides"


def test_a_page_that_shows_one_video_is_known_as_that_video(server: LoopbackServer, read: Any) -> None:
    frame = '<iframe src="https://www.youtube-nocookie.com/embed/abcdefghijk?rel=0"></iframe>'
    url = server.add("/v", f"<html><title>Tides</title><body>{frame}</body></html>", content_type=HTML)
    assert only(read(url)).keys == ("youtube:abcdefghijk",)


def test_a_page_of_words_alone_is_an_episode_too(server: LoopbackServer, read: Any) -> None:
    page = "<!doctype html><html><head><title>A talk on tides</title></head><body><p>Words.</p></body></html>"
    episode = only(read(server.add("/talk", page, content_type=HTML)))
    assert (episode.title, episode.enclosures) == ("A talk on tides", ())


def test_a_recording_is_told_by_its_tags(server: LoopbackServer, read: Any) -> None:
    body = mp3(TIT2="Tides\x07 at\nnoon", TPE1="Ann Lee", TALB="The Tide Table", TDRC="2024-05-01", TRCK="12")
    url = server.add("/12.mp3", body, content_type="application/octet-stream")
    episode = only(read(url))
    assert (episode.title, episode.author, episode.podcast) == ("Tides at noon", "Ann Lee", "The Tide Table")
    assert (episode.published, episode.number) == ("2024-05-01", 12.0)
    (enclosure,) = episode.enclosures
    assert (enclosure.url, enclosure.type, enclosure.length) == (url, "audio/mpeg", len(body))


def test_a_recording_without_tags_is_told_by_its_name_and_server(server: LoopbackServer, read: Any) -> None:
    named = {"content-disposition": "attachment; filename*=UTF-8''..%2F2024-05-01%20Tides.wav"}
    url = server.add(
        "/get",
        sound(),
        content_type="audio/wav",
        headers=named,
        last_modified="Thu, 02 May 2024 06:00:00 GMT",
    )
    episode = only(read(f"{url}?id=7"))
    assert (episode.title, episode.published, episode.duration) == ("Tides", "2024-05-01", 1.0)
    plain = only(
        read(server.add("/high%20tide_2.wav".replace("%20", "-"), sound(2), content_type="audio/wav"))
    )
    assert (plain.title, plain.published, plain.duration) == ("High tide 2", None, 2.0)


def test_of_a_long_recording_only_the_beginning_is_fetched(server: LoopbackServer, read: Any) -> None:
    def endless(_: Any) -> Answer:
        return Answer(mp3(TIT2="Endless tides") + b"\x00" * 65536, content_type="audio/mpeg", endless=True)

    url = server.add_programme("/live", endless)
    assert only(read(url)).title == "Endless tides"


def test_what_is_called_a_recording_and_is_a_page_is_none(server: LoopbackServer, read: Any) -> None:
    url = server.add("/gone.mp3", PAGE, content_type=HTML)
    with pytest.raises(EpiscribeError, match="what came is no recording"):
        read(url)


def test_what_was_read_is_kept_for_a_month(server: LoopbackServer, read: Any) -> None:
    url = server.add("/e", PAGE, content_type=HTML)
    first = only(read(url))
    assert only(read(url, NOW + 29 * DAY)) == first
    assert server.asked("/e") == 1
    server.add("/e", PAGE.replace("Tides at noon", "Tides at one"), content_type=HTML)
    assert only(read(url, NOW + 31 * DAY)).title == "Tides at one"
    server.add_programme("/e", lambda request: Answer(status=503))
    late = read(url, NOW + 99 * DAY)
    assert only(late).title == "Tides at one"
    assert late.failure is not None


def test_robots_are_honoured_for_pages(server: LoopbackServer, read: Any) -> None:
    url = server.add("/private/e", PAGE, content_type=HTML)
    with pytest.raises(EpiscribeError, match=r"robots\.txt"):
        read(url)
    assert server.asked("/private/e") == 0


LIST = """\ufeff# talks
{0}/a   # the first

  <{0}/missing>
not an address
{0}/b.wav
{0}/a
ftp://example.com/x.mp3
{0}/broken?key=SECRETSECRETSECRET1
"""


def in_list(server: LoopbackServer) -> str:
    server.add("/a", PAGE, content_type=HTML)
    server.add("/b.wav", sound(), content_type="audio/wav")
    server.add_programme("/broken", lambda request: Answer(status=503))
    return LIST.format(server.url)


def test_one_bad_address_of_a_list_never_loses_the_others(
    server: LoopbackServer, read: Any, tmp_path: Path
) -> None:
    path = tmp_path / "talks.txt"
    path.write_text(in_list(server), encoding="utf-8")
    found = read(str(path))
    assert [item.title for item in found.items] == ["Tides at noon", "B"]
    numbered = {line.partition(":")[0]: line for line in found.warnings}
    assert set(numbered) == {"line 4", "line 5", "line 8", "line 9"}
    assert "'not an address'" in numbered["line 5"]
    assert "/missing" in numbered["line 4"]
    assert not any("SECRET" in line for line in found.warnings)
    assert found.failure.kind is FailureKind.TRANSIENT
    assert found.failure.message.startswith("1 of 4 addresses: ")


def test_a_list_may_lie_on_the_web(server: LoopbackServer, read: Any) -> None:
    text = in_list(server)
    named = read(server.add("/talks.urls", text.encode(), content_type="application/octet-stream"))
    plain = read(server.add("/list", text.encode(), content_type="text/plain"))
    assert len(named.items) == len(plain.items) == 2


def test_a_list_of_which_nothing_can_be_had_is_a_failure(
    server: LoopbackServer, read: Any, tmp_path: Path
) -> None:
    (tmp_path / "l.txt").write_text(f"{server.url}/no\n{server.url}/nor-this\n")
    with pytest.raises(EpiscribeError, match=r"none of the 2 addresses in l\.txt can be read; line 1: "):
        read(str(tmp_path / "l.txt"))
    with pytest.raises(EpiscribeError, match=r"gone\.txt cannot be read: No such file"):
        read(str(tmp_path / "gone.txt"))


def test_a_list_of_nothing_is_empty(read: Any, tmp_path: Path) -> None:
    (tmp_path / "l.txt").write_text("# nothing yet\n\n")
    found = read(str(tmp_path / "l.txt"))
    assert (found.items, found.warnings) == ([], ["l.txt names no address"])


def test_videos_and_the_archive_have_readers_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "l.txt"
    path.write_text("https://youtu.be/abcdefghijk\nwww.youtube.com/@tides\nhttps://archive.org/details/t\n")
    with FakeWeb() as web:
        web_settings = NetSettings(slots=(web.slot,), attempts=1, timeout=5, deadline=10)
        with Client(web_settings) as client:
            found = read_urls(
                str(path), client=client, cache=tmp_path / "urls", wanted=Wanted(), now=NOW, root="/"
            )
        # Nobody plays these hosts; what counts is who was asked.
        assert {"www.youtube.com", "archive.org"} <= set(web.refused)
    assert found.items == []
    assert [line.partition(":")[0] for line in found.warnings] == ["line 1", "line 2", "line 3"]


def test_a_list_names_each_address_once_whatever_its_line_ends() -> None:
    lines, warnings = parse_list(b"https://a.example/1\r\nhttps://a.example/1#x\rhttps://a.example/1\n")
    assert [line.number for line in lines] == [1, 2]
    assert warnings == []


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_any_bytes_may_stand_where_a_list_should(data: bytes) -> None:
    lines, warnings = parse_list(data)
    assert all(line.address[:4].lower() == "http" for line in lines)
    assert all("\n" not in line for line in warnings)


def test_what_yt_dlp_finds_is_an_episode() -> None:
    info = {
        "id": "7",
        "title": "Tides\nat noon",
        "timestamp": 1714543200,
        "duration": 61,
        "extractor_key": "Vimeo",
        "webpage_url": "https://vimeo.com/7",
        "formats": [
            {
                "url": "https://v.example/hls.m3u8",
                "protocol": "m3u8_native",
                "acodec": "mp4a",
                "vcodec": "none",
            },
            {
                "url": "https://v.example/a.m4a",
                "protocol": "https",
                "vcodec": "none",
                "ext": "m4a",
                "abr": 64,
            },
            {"url": "https://v.example/v.mp4", "protocol": "https", "vcodec": "avc1", "ext": "mp4"},
        ],
        "subtitles": {
            "en": [{"url": "https://v.example/en.vtt", "ext": "vtt"}],
            "live_chat": [{"ext": "json"}],
        },
    }
    (episode,) = episodes_of(info, "https://vimeo.com/7")
    assert (episode.title, episode.published, episode.duration) == (
        "Tides at noon",
        "2024-05-01T06:00:00Z",
        61.0,
    )
    assert [(e.url, e.type) for e in episode.enclosures] == [("https://v.example/a.m4a", "audio/mp4")]
    assert [link.language for link in episode.transcripts] == ["en"]
    both = episodes_of({"entries": [info, {**info, "id": "8"}]}, "https://vimeo.com/album")
    assert [one.guid for one in both] == ["https://vimeo.com/7#7", "https://vimeo.com/7#8"]


STREAM = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\none.ts\n#EXT-X-ENDLIST\n"
M3U8 = "application/vnd.apple.mpegurl"


def test_a_stream_in_segments_is_the_recording_of_its_page(server: LoopbackServer, read: Any) -> None:
    server.add("/talk.m3u8", STREAM, content_type=M3U8)
    page = (
        "<html><head><title>Tides</title></head><body><h1>Tides</h1><video src='/talk.m3u8'></video></body>"
    )
    url = server.add("/page", page, content_type=HTML)
    episode = only(read(url))
    assert [(e.url, e.type) for e in episode.enclosures] == [(url, M3U8)]
    assert episode.title == "Tides"
    assert own_page(episode) == url


def test_a_stream_in_segments_is_an_episode_by_itself(server: LoopbackServer, read: Any) -> None:
    url = server.add("/tides.m3u8", STREAM, content_type=M3U8)
    episode = only(read(url))
    assert (episode.title, [(e.url, e.type) for e in episode.enclosures]) == ("tides", [(url, M3U8)])


def test_a_list_of_songs_is_no_episode(server: LoopbackServer, read: Any) -> None:
    url = server.add("/songs.m3u", "#EXTM3U\n#EXTINF:6,A song\nsong.mp3\n", content_type="audio/x-mpegurl")
    with pytest.raises(EpiscribeError, match="no page and no recording"):
        read(url)


PLAYER = """<!doctype html><html><head><title>Tides at noon</title>
<meta property="article:published_time" content="2024-05-01T06:00:00Z"></head><body><div id="p"></div>
<script>jwplayer("p").setup({"file": "/media/tides.mp4", "tracks": [{"file": "/t.vtt", "kind": "captions",
"label": "English"}]});</script></body></html>"""


def test_a_player_in_a_script_is_found_by_yt_dlp(server: LoopbackServer, read: Any) -> None:
    server.add("/media/tides.mp4", b"\x00" * 100, content_type="video/mp4")
    url = server.add("/player", PLAYER, content_type=HTML)
    episode = only(read(url))
    assert [e.url for e in episode.enclosures] == [f"{server.url}/media/tides.mp4"]
    assert (episode.title, episode.published) == ("Tides at noon", "2024-05-01T06:00:00Z")
    assert [link.url for link in episode.transcripts] == [f"{server.url}/t.vtt"]


def test_a_page_cannot_name_files_on_this_disk(server: LoopbackServer, read: Any) -> None:
    page = PAGE.replace("/media/tides.mp3?token=1", "file:///etc/passwd").replace("tides.vtt", "mailto:a@b.c")
    page = page.replace("<head>", '<head><link rel="canonical" href="mailto:a@b.c">')
    episode = only(read(server.add("/e", page, content_type=HTML)))
    assert (episode.enclosures, episode.transcripts) == ((), ())
    assert episode.link == f"{server.url}/e"


def test_a_failure_knows_until_when_a_host_rests() -> None:
    problem = EpiscribeError("a bot check", FailureKind.BLOCKED)
    problem.__cause__ = Resting("it rests", NOW + 60)
    assert failure_of(problem).until == NOW + 60
    assert failure_of(EpiscribeError("gone")).until is None
