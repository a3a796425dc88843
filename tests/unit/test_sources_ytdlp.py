"""yt-dlp over our own client: nothing goes past it, and every failure has its kind."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from episcribe.library.errors import ConfigurationError, EpiscribeError, FailureKind
from episcribe.net.client import Client, NetSettings
from episcribe.net.errors import FetchError, PrivateAddress
from episcribe.sources.ytdlp import COOKIES, Session, download_audio, extract, runtime
from episcribe.sources.ytdlp_problems import (
    Obstacle,
    YtdlpProblem,
    obstacle_in,
    problem_of,
    shown,
    stumble_of,
)
from tests.fake_web import FakeWeb
from tests.fake_youtube import MEDIA_HOST, FakeYoutube, Video
from tests.loopback import Answer, Request

AUDIO = b"\x00\x00\x00\x20ftypM4A \x00\x00\x00\x00M4A mp42isom\x00\x00\x00\x00" + bytes(range(256)) * 800
VIDEO = "https://www.youtube.com/watch?v=audio000001"


@pytest.fixture(scope="module")
def web() -> Iterator[FakeWeb]:
    with FakeWeb() as web, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", web.ca_file)
        yield web


@pytest.fixture
def youtube(web: FakeWeb) -> FakeYoutube:
    for host in ("www.youtube.com", MEDIA_HOST, "talks.example"):
        web.site(host).requests.clear()
    youtube = FakeYoutube(web)
    youtube.add(Video("audio000001", audio=AUDIO))
    return youtube


@pytest.fixture
def client(web: FakeWeb) -> Iterator[Client]:
    with Client(NetSettings(slots=(web.slot,), attempts=3, backoff=0.01, timeout=2, deadline=20)) as client:
        yield client


def starts(youtube: FakeYoutube) -> list[int]:
    """Where each request for the recording wanted it to begin."""
    asked = [request.headers.get("range", "bytes=0-") for request in youtube.media.requests]
    return [int(one.removeprefix("bytes=").partition("-")[0]) for one in asked]


def test_the_best_sound_is_downloaded_and_its_progress_told(
    youtube: FakeYoutube, client: Client, tmp_path: Path
) -> None:
    told: list[tuple[int, int | None]] = []

    path = download_audio(
        VIDEO, tmp_path, client=client, progress=lambda done, all_: told.append((done, all_))
    )

    assert path == tmp_path / "audio.m4a"
    assert path.read_bytes() == AUDIO
    assert told[-1] == (len(AUDIO), len(AUDIO))
    assert [file.name for file in tmp_path.iterdir()] == ["audio.m4a"]


def test_a_download_that_is_cut_off_goes_on_where_it_was(
    youtube: FakeYoutube, client: Client, tmp_path: Path
) -> None:
    usual = youtube.media.programme("/videoplayback")

    def cut(request: Request) -> Answer:
        youtube.media.add_programme("/videoplayback", usual)
        return Answer(AUDIO, content_type="audio/mp4", cut_after=100_000)

    youtube.media.add_programme("/videoplayback", cut)

    assert download_audio(VIDEO, tmp_path, client=client).read_bytes() == AUDIO
    assert [start > 0 for start in starts(youtube)] == [False, True]


def test_a_later_run_resumes_what_an_earlier_one_left(
    youtube: FakeYoutube, client: Client, tmp_path: Path
) -> None:
    (tmp_path / "audio.m4a.part").write_bytes(AUDIO[:50_000])

    assert download_audio(VIDEO, tmp_path, client=client).read_bytes() == AUDIO
    assert starts(youtube) == [50_000]


def test_a_stream_in_segments_is_put_together(
    youtube: FakeYoutube, client: Client, web: FakeWeb, tmp_path: Path
) -> None:
    site = web.site("talks.example")
    pieces = [bytes([0x47, number]) + bytes(186) for number in range(12)]
    site.add("/one.ts", body=b"".join(pieces[:6]), content_type="video/mp2t")
    site.add_all(
        "/two.ts",
        [Answer(status=503), Answer(b"".join(pieces[6:]), content_type="video/mp2t")],
    )
    listed = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\none.ts\n#EXTINF:6,\ntwo.ts\n#EXT-X-ENDLIST\n"
    site.add("/talk.m3u8", body=listed, content_type="application/vnd.apple.mpegurl")

    path = download_audio("https://talks.example/talk.m3u8", tmp_path, client=client)

    assert path.read_bytes() == b"".join(pieces)
    assert web.refused == []


@pytest.mark.parametrize(
    ("second", "kind"),
    [
        ("two.ts", FailureKind.PERMANENT),
        ("http://10.1.2.3/two.ts", FailureKind.PERMANENT),
        ("late.ts", FailureKind.TRANSIENT),
    ],
    ids=["gone", "inside", "failing"],
)
def test_a_stream_with_a_segment_missing_is_no_recording(
    client: Client, web: FakeWeb, tmp_path: Path, second: str, kind: FailureKind
) -> None:
    site = web.site("talks.example")
    site.add("/one.ts", body=(b"\x47" + bytes(187)) * 12, content_type="video/mp2t")
    site.add("/two.ts", status=404)
    site.add("/late.ts", status=503)
    listed = f"#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\none.ts\n#EXTINF:6,\n{second}\n#EXT-X-ENDLIST\n"
    site.add("/talk.m3u8", body=listed, content_type="application/vnd.apple.mpegurl")
    site.requests.clear()

    with pytest.raises(YtdlpProblem) as caught:
        download_audio("https://talks.example/talk.m3u8", tmp_path, client=client)

    left = [path.suffix for path in tmp_path.iterdir()]
    assert not set(left) - {".part", ".ytdl"} and bool(left) == (kind is FailureKind.TRANSIENT)
    assert caught.value.kind is kind
    assert site.asked("/one.ts") == 1


@pytest.mark.parametrize(
    "line",
    [
        '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="https://talks.example/key"',
        '#EXT-X-KEY:METHOD=AES-128,URI="http://10.1.2.3/key"',
        "#EXT-X-PLAYLIST-TYPE:EVENT",
    ],
    ids=["in a cipher of its own", "with its key inside", "live"],
)
def test_no_other_program_is_sent_after_a_stream(
    client: Client,
    web: FakeWeb,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    line: str,
) -> None:
    """It would ask any address that the stream names, over no slot of ours."""
    programs, folder = tmp_path / "programs", tmp_path / "episode"
    programs.mkdir()
    for name in ("ffmpeg", "ffprobe"):
        program = programs / name
        program.write_text(f"#!/bin/sh\necho $* >> {programs}/asked\necho ffmpeg version 7.0\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    end = "" if "EVENT" in line else "#EXT-X-ENDLIST\n"
    listed = f"#EXTM3U\n#EXT-X-TARGETDURATION:6\n{line}\n#EXTINF:6,\nhttp://10.1.2.3/one.ts\n{end}"
    site = web.site("talks.example")
    site.add("/talk.m3u8", body=listed, content_type="application/vnd.apple.mpegurl")

    with pytest.raises(YtdlpProblem) as caught:
        download_audio("https://talks.example/talk.m3u8", folder, client=client)

    asked = programs / "asked"
    assert "10.1.2.3" not in (asked.read_text() if asked.exists() else "")
    assert "talks.example/talk.m3u8" not in (asked.read_text() if asked.exists() else "")
    assert caught.value.kind is FailureKind.PERMANENT


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(b"<html>no</html>" * 99, content_type="text/html"), FailureKind.TRANSIENT),
        (Answer(b"<html>no</html>" * 99, content_type="audio/mp4"), FailureKind.TRANSIENT),
        (Answer(status=503), FailureKind.TRANSIENT),
        (Answer(status=429), FailureKind.BLOCKED),
        (Answer(status=403), FailureKind.BLOCKED),
    ],
    ids=["a page", "a page in disguise", "failing", "too many", "forbidden"],
)
def test_what_is_no_recording_never_becomes_a_file(
    youtube: FakeYoutube, client: Client, tmp_path: Path, answer: Answer, kind: FailureKind
) -> None:
    youtube.media.add_all("/videoplayback", [answer])

    with pytest.raises(EpiscribeError) as caught:
        download_audio(VIDEO, tmp_path, client=client)

    assert caught.value.kind is kind
    assert list(tmp_path.iterdir()) == []


def test_a_page_does_not_cost_what_was_downloaded_before(
    youtube: FakeYoutube, client: Client, tmp_path: Path
) -> None:
    part = tmp_path / "audio.m4a.part"
    part.write_bytes(AUDIO[:50_000])
    youtube.media.add("/videoplayback", body="<html>Not now</html>", content_type="text/html")

    with pytest.raises(EpiscribeError):
        download_audio(VIDEO, tmp_path, client=client)

    assert part.read_bytes() == AUDIO[:50_000]


def test_a_recording_over_the_limit_is_refused(youtube: FakeYoutube, client: Client, tmp_path: Path) -> None:
    with pytest.raises(EpiscribeError) as caught:
        download_audio(VIDEO, tmp_path, client=client, max_bytes=10_000)

    assert caught.value.kind is FailureKind.PERMANENT
    assert list(tmp_path.iterdir()) == []


def test_an_extraction_ends_with_the_first_refusal_even_where_no_host_rests(
    youtube: FakeYoutube, web: FakeWeb
) -> None:
    youtube.www.add("/watch", status=429)

    with (
        Client(NetSettings(slots=(web.slot,), rest=0.0, backoff=5.0)) as client,
        Session(client, extractors=("Youtube",)) as session,
        pytest.raises(YtdlpProblem) as caught,
    ):
        session.info(VIDEO)

    assert caught.value.kind is FailureKind.BLOCKED
    assert len(youtube.www.requests) == 1


def test_a_page_of_any_site_gives_its_media(youtube: FakeYoutube, client: Client, web: FakeWeb) -> None:
    site = web.site("talks.example")
    page = '<html><title>A talk</title><body><audio src="/talk.m4a"></audio></body></html>'
    site.add("/talk", body=page, content_type="text/html")
    site.add("/talk.m4a", body=AUDIO, content_type="audio/mp4")

    info = extract("https://talks.example/talk", client=client)

    [entry] = info.get("entries") or [info]
    assert entry["title"].startswith("A talk")
    assert [one["url"] for one in entry["formats"]] == ["https://talks.example/talk.m4a"]
    assert web.refused == []


def test_a_page_without_media_is_nothing_for_us(youtube: FakeYoutube, client: Client, web: FakeWeb) -> None:
    web.site("talks.example").add("/words", body="<html><p>Words only.</p></html>", content_type="text/html")

    with pytest.raises(YtdlpProblem) as caught:
        extract("https://talks.example/words", client=client)

    assert (caught.value.kind, caught.value.obstacle) == (FailureKind.NONE, Obstacle.UNSUPPORTED)


@pytest.mark.parametrize("url", ["file:///etc/hostname", "http://127.0.0.1:9/x", "ftp://talks.example/x"])
def test_only_what_the_client_may_fetch_is_extracted(youtube: FakeYoutube, client: Client, url: str) -> None:
    with pytest.raises(EpiscribeError):
        extract(url, client=client)


def test_cookies_are_sent_to_their_own_site_and_stay_as_they_are(
    youtube: FakeYoutube, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookies = tmp_path / "cookies.txt"
    text = "# Netscape HTTP Cookie File\n.youtube.com\tTRUE\t/\tTRUE\t0\tMINE\tyes\n"
    cookies.write_text(text)
    monkeypatch.setenv(COOKIES, str(cookies))
    youtube.interrupt("/watch", Answer(status=503, headers={"Set-Cookie": "YSC=1; Path=/"}))

    download_audio(VIDEO, tmp_path, client=client)

    sent = [request.headers.get("cookie", "") for request in youtube.www.requests]
    assert all("MINE=yes" in one for one in sent)
    assert "YSC=1" in sent[1]
    assert all("MINE=" not in request.headers.get("cookie", "") for request in youtube.media.requests)
    assert cookies.read_text() == text


def test_a_file_of_cookies_that_is_missing_is_told(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(COOKIES, str(tmp_path / "absent.txt"))

    with pytest.raises(ConfigurationError, match=COOKIES):
        extract(VIDEO, client=client)


def test_nothing_is_shown_or_written_and_no_plugin_loaded_from_where_we_run(tmp_path: Path) -> None:
    plugins = tmp_path / "yt_dlp_plugins" / "extractor"
    plugins.mkdir(parents=True)
    (plugins / "evil.py").write_text("print('loaded')")
    (tmp_path / "yt-dlp.conf").write_text("--verbose")
    before = sorted(tmp_path.rglob("*"))
    script = (
        "from episcribe.net.client import Client\n"
        "from episcribe.sources.ytdlp import Session\n"
        "with Client() as client, Session(client, extractors=('Youtube',)):\n"
        "    pass\n"
    )
    home = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}

    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, **home},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    assert sorted(tmp_path.rglob("*")) == before


def test_the_javascript_runtime_comes_as_a_package_and_yt_dlp_takes_it(
    youtube: FakeYoutube, client: Client
) -> None:
    path = runtime()

    with Session(client, extractors=("Youtube",)) as session:
        session.info(VIDEO)

    assert path is not None
    assert os.access(path, os.X_OK)
    assert not [message for message in session.evidence.messages if "JavaScript" in message]


@pytest.mark.parametrize(
    ("words", "obstacle"),
    [
        ("ERROR: [youtube] x: Sign in to confirm you’re not a bot. Use --cookies", Obstacle.BLOCKED),
        ("HTTP Error 429: Too Many Requests", Obstacle.BLOCKED),
        ("Video unavailable. This content isn't available, try again later.", Obstacle.BLOCKED),
        ("Private video. Sign in if you've been granted access to this video", Obstacle.PRIVATE),
        ("This video is available to this channel's members on level: Fan", Obstacle.MEMBERS),
        ("Sign in to confirm your age. This video may be inappropriate for some users.", Obstacle.AGE),
        ("The uploader has not made this video available in your country", Obstacle.REGION),
        ("Premieres in 2 hours", Obstacle.UPCOMING),
        ("This video is no longer available because the account has been terminated", Obstacle.GONE),
        ("Unsupported URL: https://talks.example/", Obstacle.UNSUPPORTED),
        ("Something else went wrong", None),
    ],
)
def test_words_of_yt_dlp_are_told_apart(words: str, obstacle: Obstacle | None) -> None:
    assert obstacle_in([words]) is obstacle


def test_a_failure_of_the_network_knows_best_what_it_was() -> None:
    error = RuntimeError(
        "ERROR: [youtube] abc: Failed to extract any player response; please report this issue on x"
    )
    cut = FetchError("www.youtube.com: the answer was cut off", FailureKind.TRANSIENT)
    refused = FetchError("www.youtube.com: answered 429", FailureKind.BLOCKED)

    assert problem_of(error, "it", failures=[cut]).kind is FailureKind.TRANSIENT
    assert problem_of(error, "it", failures=[refused, cut]).kind is FailureKind.BLOCKED
    assert str(problem_of(error, "it", failures=[cut])) == "it: www.youtube.com: the answer was cut off"


@pytest.mark.parametrize(
    ("warning", "obstacle", "kind"),
    [
        ("web client https formats require a GVS PO Token", Obstacle.TOKEN, FailureKind.BLOCKED),
        ("n challenge solving failed: Some formats may be missing", Obstacle.OTHER, FailureKind.TRANSIENT),
        ("nothing of use", Obstacle.UNSUPPORTED, FailureKind.NONE),
    ],
)
def test_a_recording_that_is_not_to_be_had_says_what_it_would_take(
    warning: str, obstacle: Obstacle, kind: FailureKind
) -> None:
    problem = problem_of(RuntimeError("No video formats found!"), "it", messages=[warning])

    assert (problem.obstacle, problem.kind) == (obstacle, kind)


def test_a_message_is_one_line_without_advice_about_options() -> None:
    text = "\x1b[0;31mERROR:\x1b[0m [youtube] abc: Private video.\nUse --cookies or else"

    assert shown(text) == "Private video."


def test_an_empty_recording_is_not_taken_for_a_fault_of_yt_dlp(
    youtube: FakeYoutube, client: Client, tmp_path: Path
) -> None:
    youtube.add(Video("audio000001", audio=b""))

    with pytest.raises(YtdlpProblem, match="what was sent is no recording"):
        download_audio(VIDEO, tmp_path, client=client)


def test_what_the_network_refused_explains_why_yt_dlp_stumbled() -> None:
    refused = PrivateAddress("10.1.2.3: is a private address", FailureKind.PERMANENT)
    problem = stumble_of(TypeError("'NoneType' object is not iterable"), "a video", failures=[refused])
    assert (str(problem), problem.kind) == ("a video: 10.1.2.3: is a private address", FailureKind.PERMANENT)


def at(**streams: str) -> Video:
    """A video whose recording is at other addresses than usual."""
    video = Video("audio000001", audio=AUDIO).response()
    if "url" in streams:
        video["streamingData"]["adaptiveFormats"][0]["url"] = streams["url"]
    else:
        video["streamingData"] = streams
    return Video("audio000001", audio=AUDIO, player=video)


@pytest.mark.parametrize(
    "streams",
    [
        {"url": "https://10.1.2.3/videoplayback?itag=140"},
        {"url": f"https://{MEDIA_HOST}/inside?itag=140"},
        {"hlsManifestUrl": "https://10.1.2.3/talk.m3u8"},
        {"hlsManifestUrl": f"https://{MEDIA_HOST}/talk.m3u8"},
        {"dashManifestUrl": "https://10.1.2.3/talk.mpd"},
    ],
    ids=["itself", "by a redirect", "its HLS playlist", "its HLS segments", "its DASH manifest"],
)
def test_a_recording_at_a_private_address_is_never_to_be_had(
    youtube: FakeYoutube, client: Client, tmp_path: Path, streams: dict[str, str]
) -> None:
    youtube.add(at(**streams))
    youtube.media.add("/inside", redirect="https://10.1.2.3/videoplayback")
    playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttps://10.1.2.3/1.ts\n#EXT-X-ENDLIST\n"
    youtube.media.add("/talk.m3u8", body=playlist, content_type="application/vnd.apple.mpegurl")

    with pytest.raises(YtdlpProblem, match=r"10\.1\.2\.3: is a private address") as caught:
        download_audio(VIDEO, tmp_path, client=client)

    assert caught.value.kind is FailureKind.PERMANENT
    assert not list(tmp_path.iterdir())
