"""The source `youtube:`, read by yt-dlp's own extractor from a YouTube that is played on loopback."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from episcribe.library.catalogue import CatalogueEntry
from episcribe.library.episode import InlineChapter
from episcribe.library.errors import ConfigurationError, EpiscribeError, FailureKind
from episcribe.library.youtube_address import parse_address
from episcribe.net.client import Client, NetSettings
from episcribe.sources.listing import Reading, Wanted
from episcribe.sources.youtube import read_youtube
from episcribe.sources.youtube.classes import TREATMENTS, VideoClass
from tests.fake_web import FakeWeb
from tests.fake_youtube import BOT_CHECK, Channel, FakeYoutube, Track, Video
from tests.loopback import Answer

NOW = 1_790_000_000.0
HOUR, DAY = 3600.0, 86400.0


@pytest.fixture(scope="module")
def web() -> Iterator[FakeWeb]:
    with FakeWeb() as web, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", web.ca_file)
        yield web


@pytest.fixture
def youtube(web: FakeWeb) -> FakeYoutube:
    for site in map(web.site, ("www.youtube.com", "rr1---sn-test.googlevideo.com")):
        site.requests.clear()
    return FakeYoutube(web)


@pytest.fixture
def client(web: FakeWeb) -> Iterator[Client]:
    with Client(NetSettings(slots=(web.slot,), attempts=2, backoff=0.01, timeout=5, deadline=20)) as client:
        yield client


class Reader:
    """Reads with one client and one cache, as runs one after the other do."""

    def __init__(self, client: Client, cache: Path) -> None:
        self.client, self.cache = client, cache

    def __call__(self, address: str, now: float = NOW, **wanted: Any) -> Reading:
        return read_youtube(address, client=self.client, cache=self.cache, wanted=Wanted(**wanted), now=now)

    def kept(self, video: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.cache / f"{video}.json").read_bytes())
        return found


@pytest.fixture
def read(client: Client, tmp_path: Path) -> Reader:
    return Reader(client, tmp_path / "youtube")


def titles(reading: Reading) -> list[str]:
    return [item.title for item in reading.items or []]


def known(*videos: str) -> dict[str, CatalogueEntry]:
    return {f"youtube:{video}": CatalogueEntry("show", "folder", video[:8], "t", "show") for video in videos}


def rivers(**tabs: list[Video]) -> Channel:
    return Channel("UC" + "r" * 22, "@rivers", tabs)


def test_a_video_becomes_an_episode_with_all_that_stays_true(youtube: FakeYoutube, read: Reader) -> None:
    youtube.add(Video("rivers00001", tracks=[Track("en"), Track("en", automatic=True)]))

    [episode] = read("https://youtu.be/rivers00001").items or []

    assert (episode.title, episode.published) == ("Where rivers end", "2024-05-01T06:00:00Z")
    assert (episode.duration, episode.language) == (360.0, "en")
    assert episode.keys == ("youtube:rivers00001",)
    assert episode.link == "https://www.youtube.com/watch?v=rivers00001"
    assert episode.author == "The River Channel"
    assert episode.description is not None
    assert episode.description.startswith("All about deltas\n")
    assert episode.inline_chapters == (
        InlineChapter(0.0, "Intro"),
        InlineChapter(120.0, "Sand"),
        InlineChapter(240.0, "Sea"),
    )
    assert episode.keywords == ("rivers", "deltas")
    assert (episode.enclosures, episode.extra, episode.explicit) == ((), {}, None)


def test_the_same_video_gives_the_same_episode_whatever_its_views(
    youtube: FakeYoutube, read: Reader, client: Client, tmp_path: Path
) -> None:
    video = youtube.add(Video("rivers00002"))
    first = read(video.id)
    youtube.add(replace(video, details={"viewCount": "4200000"}))

    later = Reader(client, tmp_path / "another")(video.id, now=NOW + DAY)

    assert later.items == first.items


def test_one_request_gives_the_details_of_a_video_and_none_is_needed_later(
    youtube: FakeYoutube, read: Reader
) -> None:
    youtube.add(Video("rivers00003"))
    first = read("rivers00003")
    assert [request.path.partition("?")[0] for request in youtube.www.requests] == ["/watch"]

    again = read("rivers00003", now=NOW + 365 * DAY)

    assert again.items == first.items
    assert len(youtube.www.requests) == 1


def test_a_channel_is_listed_page_after_page_by_its_handle(youtube: FakeYoutube, read: Reader) -> None:
    youtube.add_channel(rivers(videos=[Video(f"page{n:07d}", title=f"Talk {n}") for n in range(12)]))

    reading = read("@rivers")

    assert titles(reading) == [f"Talk {n}" for n in range(12)]
    assert reading.title == "The River Channel"
    assert {item.podcast for item in reading.items or []} == {"The River Channel"}
    assert youtube.count("/youtubei/v1/browse") == 1


def test_only_what_is_new_is_asked_for(youtube: FakeYoutube, read: Reader) -> None:
    videos = [Video(f"new{n:08d}", title=f"Talk {n}") for n in range(4)]
    youtube.add_channel(rivers(videos=videos[1:]))
    read("@rivers")
    youtube.add_channel(rivers(videos=videos))

    reading = read("@rivers", known=known(*(video.id for video in videos[1:])))

    assert titles(reading) == ["Talk 0", "Talk 1", "Talk 2", "Talk 3"]
    assert youtube.count("/watch") == 4


def test_what_the_show_knows_is_not_asked_for_even_when_nothing_of_it_is_kept(
    youtube: FakeYoutube, read: Reader
) -> None:
    youtube.add_channel(rivers(videos=[Video("lost0000000"), Video("lost0000001", title="New")]))

    assert titles(read("@rivers", known=known("lost0000000"))) == ["New"]


def test_the_one_video_that_is_named_is_asked_for_when_nothing_of_it_is_kept(
    youtube: FakeYoutube, read: Reader
) -> None:
    youtube.add(Video("named000001"))

    assert titles(read("named000001", known=known("named000001"))) == ["Where rivers end"]


@pytest.mark.parametrize(
    ("video", "kind", "words"),
    [
        (Video("named000002", details={"isLive": True}), FailureKind.TRANSIENT, "it is live"),
        (
            Video("named000003", status="ERROR", reason="Video unavailable", hidden=True),
            FailureKind.PERMANENT,
            "it was deleted",
        ),
        (
            Video("named000004", status="LOGIN_REQUIRED", reason="This video is private", hidden=True),
            FailureKind.PERMANENT,
            "it is private",
        ),
    ],
    ids=["live", "deleted", "private"],
)
def test_the_one_video_that_is_named_says_why_it_is_no_episode(
    youtube: FakeYoutube, read: Reader, video: Video, kind: FailureKind, words: str
) -> None:
    youtube.add(video)

    with pytest.raises(EpiscribeError, match=words) as caught:
        read(video.id)

    assert caught.value.kind is kind


def test_no_more_details_are_fetched_than_the_limit_asks_for(youtube: FakeYoutube, read: Reader) -> None:
    youtube.add_channel(rivers(videos=[Video(f"lim{n:08d}", title=f"Talk {n}") for n in range(90)]))

    reading = read("@rivers", limit=3)

    assert titles(reading) == ["Talk 0", "Talk 1", "Talk 2"]
    assert (youtube.count("/watch"), youtube.count("/youtubei/v1/browse")) == (3, 3)


def test_the_limit_counts_the_episodes_that_the_title_pattern_chooses(
    youtube: FakeYoutube, read: Reader
) -> None:
    videos = [Video(f"mat{n:08d}", title=f"{'Sea' if n % 2 else 'Lake'} {n}") for n in range(8)]
    youtube.add_channel(rivers(videos=videos))

    reading = read("@rivers", limit=2, match="^sea")

    assert [title for title in titles(reading) if title.startswith("Sea")] == ["Sea 1", "Sea 3"]


def test_a_listing_ends_at_the_first_video_that_is_too_old(youtube: FakeYoutube, read: Reader) -> None:
    days = ["2026-03-01", "2026-02-01", "2025-12-01", "2025-11-01"]
    videos = [
        Video(f"old{n:08d}", title=day, published=f"{day}T06:00:00+00:00", ago="3 weeks ago")
        for n, day in enumerate(days)
    ]
    youtube.add_channel(rivers(videos=[*videos, Video("old99999999", ago="19 years ago")]))

    reading = read("@rivers", after=date(2026, 1, 1))

    assert titles(reading) == ["2026-03-01", "2026-02-01"]
    assert youtube.count("/watch") == 3


def test_a_day_that_is_another_in_the_time_zone_of_the_show_is_not_lost(
    youtube: FakeYoutube, read: Reader
) -> None:
    youtube.add_channel(
        rivers(videos=[Video("zone0000001", published="2025-12-31T23:30:00+00:00", ago="1 hour ago")])
    )

    assert len(read("@rivers", after=date(2026, 1, 1)).items or []) == 1


def test_what_the_list_itself_shows_to_be_too_old_is_not_asked_for(
    youtube: FakeYoutube, read: Reader
) -> None:
    youtube.add_channel(rivers(videos=[Video(f"anc{n:08d}", ago=f"{n + 90} years ago") for n in range(12)]))

    assert read("@rivers", after=date(2026, 1, 1)).items == []
    assert (youtube.count("/watch"), youtube.count("/youtubei/v1/browse")) == (0, 0)


def test_streams_are_taken_once_they_have_ended_and_shorts_only_when_wanted(
    youtube: FakeYoutube, read: Reader
) -> None:
    stream = Video("stream00001", title="Stream", details={"isLiveContent": True})
    short = Video("short000001", title="Short", microformat={"isShortsEligible": True})
    youtube.add_channel(
        rivers(videos=[Video("plain000001", title="Plain")], streams=[stream], shorts=[short])
    )

    assert titles(read("@rivers")) == ["Plain", "Stream"]
    assert titles(read("@rivers", shorts=True)) == ["Plain", "Stream", "Short"]
    assert titles(read("@rivers", live=False)) == ["Plain"]


def test_streams_and_shorts_of_a_playlist_are_left_out_unless_they_are_wanted(
    youtube: FakeYoutube, read: Reader
) -> None:
    told = Video("pstream0001", title="Told", ago="Streamed 2 years ago", details={"isLiveContent": True})
    untold = Video("pstream0002", title="Untold", details={"isLiveContent": True})
    short = Video("pshort00001", title="Short", microformat={"isShortsEligible": True})
    name = "PL" + "e" * 32
    youtube.add_playlist(name, [told, untold, short, Video("pplain00001", title="Plain")])

    assert titles(read(name, live=False)) == ["Plain"]
    assert youtube.count("/watch") == 3
    assert titles(read(name, shorts=True)) == ["Told", "Untold", "Short", "Plain"]


def test_of_a_playlist_in_any_order_only_those_are_asked_for_that_may_be_the_newest(
    youtube: FakeYoutube, read: Reader
) -> None:
    ages, year = [12, 3, 11, 2, 10], date.today().year
    videos = [
        Video(
            f"age{n:08d}",
            title=str(n),
            published=f"{year - 1 - n}-06-01T06:00:00+00:00",
            ago=f"{n} years ago",
        )
        for n in ages
    ]
    name = "PL" + "f" * 32
    youtube.add_playlist(name, videos)

    assert titles(read(name, limit=2)) == ["2", "3"]
    assert youtube.count("/watch") == 2
    assert titles(read(name, after=date(year - 7, 1, 1))) == ["2", "3"]
    assert youtube.count("/watch") == 2


def test_a_channel_without_streams_is_read_all_the_same(youtube: FakeYoutube, read: Reader) -> None:
    youtube.add_channel(rivers(videos=[Video("only0000001", title="Only")]))

    reading = read("@rivers", live=True, shorts=True)

    assert (titles(reading), reading.failure) == (["Only"], None)


def test_a_playlist_is_read_without_its_private_and_deleted_videos(
    youtube: FakeYoutube, read: Reader
) -> None:
    private = {"videoId": "private0001", "title": {"simpleText": "[Private video]"}}
    deleted = {"videoId": "deleted0001", "title": {"simpleText": "[Deleted video]"}}
    name = "PL" + "d" * 32
    youtube.add_playlist(name, [Video("list0000001", title="One"), private, deleted, Video("list0000002")])

    reading = read(f"https://www.youtube.com/playlist?list={name}")

    assert titles(reading) == ["One", "Where rivers end"]
    assert reading.title == "Delta talks"
    assert youtube.count("/watch") == 2


UPCOMING = {"isUpcoming": True, "isLiveContent": True}
AT = "2026-09-22T02:40:00+00:00"  # three hours after NOW


@pytest.mark.parametrize(
    ("expected", "video"),
    [
        (
            VideoClass.UPCOMING,
            Video(
                "class000001",
                status="LIVE_STREAM_OFFLINE",
                reason="This live event will begin in 3 hours.",
                details=UPCOMING,
                microformat={"liveBroadcastDetails": {"startTimestamp": AT}},
            ),
        ),
        (VideoClass.LIVE, Video("class000002", details={"isLive": True, "isLiveContent": True})),
        (VideoClass.POST_LIVE, Video("class000003", details={"isPostLiveDvr": True, "isLiveContent": True})),
        (
            VideoClass.MEMBERS_ONLY,
            Video(
                "class000004",
                status="UNPLAYABLE",
                reason="Join this channel to get access to members-only content like this video.",
            ),
        ),
        (VideoClass.PRIVATE, Video("class000005", status="LOGIN_REQUIRED", reason="This video is private")),
        (
            VideoClass.AGE_GATED,
            Video("class000006", status="LOGIN_REQUIRED", reason="Sign in to confirm your age"),
        ),
        (
            VideoClass.REGION_BLOCKED,
            Video(
                "class000007",
                status="UNPLAYABLE",
                reason="The uploader has not made this video available in your country",
            ),
        ),
        (
            VideoClass.DELETED,
            Video(
                "class000008",
                status="ERROR",
                reason="This video has been removed by the uploader",
                hidden=True,
            ),
        ),
        (VideoClass.UNLISTED, Video("class000009", microformat={"isUnlisted": True})),
        (VideoClass.SHORT, Video("class000010", microformat={"isShortsEligible": True})),
        (VideoClass.PUBLIC, Video("class000011", details={"isLiveContent": True})),
    ],
    ids=str,
)
def test_each_class_of_video_is_told_and_treated(
    youtube: FakeYoutube, read: Reader, expected: VideoClass, video: Video
) -> None:
    youtube.add_channel(rivers(videos=[video]))

    items = read("@rivers", shorts=True).items or []

    kept = read.kept(video.id)
    assert kept["video_class"] == expected
    assert bool(items) == TREATMENTS[expected].is_episode
    availability = items[0].extra.get("availability", {}) if items else {}
    assert availability.get("class") == (str(expected) if items and TREATMENTS[expected].why else None)


def test_an_upcoming_video_is_asked_for_again_after_its_time(youtube: FakeYoutube, read: Reader) -> None:
    video = Video(
        "soon0000001",
        status="LIVE_STREAM_OFFLINE",
        reason="Premieres in 3 hours",
        details=UPCOMING,
        microformat={"liveBroadcastDetails": {"startTimestamp": AT}},
    )
    youtube.add_channel(rivers(videos=[video]))
    starts = 1_790_044_800.0
    assert read("@rivers").items == []
    youtube.add(Video(video.id, title="It has been shown"))

    assert read("@rivers", now=starts).items == []
    assert titles(read("@rivers", now=starts + HOUR)) == ["It has been shown"]


def test_a_video_for_members_is_asked_for_again_after_a_week_and_may_be_open_then(
    youtube: FakeYoutube, read: Reader
) -> None:
    video = Video("member00001", status="UNPLAYABLE", reason="This video is members-only")
    youtube.add_channel(rivers(videos=[video]))
    [closed] = read("@rivers").items or []
    youtube.add(Video(video.id))

    assert read("@rivers", known=known(video.id), now=NOW + 6 * DAY).items == [closed]
    [opened] = read("@rivers", known=known(video.id), now=NOW + 7 * DAY).items or []

    assert closed.extra["availability"]["class"] == "members_only"
    assert (opened.extra, opened.title) == ({}, closed.title)


def test_what_is_known_of_a_video_outlives_its_being_hidden(youtube: FakeYoutube, read: Reader) -> None:
    video = Video("hidden00001", status="UNPLAYABLE", reason="This video is members-only")
    youtube.add_channel(rivers(videos=[video]))
    read("@rivers")
    youtube.add(Video(video.id, status="LOGIN_REQUIRED", reason="This is a private video", hidden=True))

    [episode] = read("@rivers", known=known(video.id), now=NOW + 8 * DAY).items or []

    assert (episode.title, episode.published) == ("Where rivers end", "2024-05-01T06:00:00Z")
    assert episode.extra["availability"]["class"] == "private"


def test_a_bot_check_ends_the_reading_and_what_was_read_is_kept(youtube: FakeYoutube, read: Reader) -> None:
    wall = Video("wall0000001", status="LOGIN_REQUIRED", reason=BOT_CHECK, hidden=True)
    youtube.add_channel(rivers(videos=[Video("before00001", title="Before"), wall, Video("behind00001")]))

    reading = read("@rivers")

    assert titles(reading) == ["Before"]
    assert reading.failure is not None
    assert reading.failure.kind is FailureKind.BLOCKED
    assert not (read.cache / "wall0000001.json").exists()
    asked = len(youtube.www.requests)
    with pytest.raises(EpiscribeError) as later:
        read("@rivers")
    assert (later.value.kind, len(youtube.www.requests)) == (FailureKind.BLOCKED, asked)


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "120"}], ids=["alone", "with Retry-After"])
def test_too_many_requests_end_the_reading_at_once(
    youtube: FakeYoutube, read: Reader, headers: dict[str, str]
) -> None:
    youtube.add_channel(rivers(videos=[Video(f"many{n:07d}", title=f"Talk {n}") for n in range(5)]))
    youtube.interrupt("/watch", None, None, Answer(status=429, headers=headers))

    reading = read("@rivers")

    assert titles(reading) == ["Talk 0", "Talk 1"]
    assert reading.failure is not None
    assert reading.failure.kind is FailureKind.BLOCKED
    assert reading.failure.until is not None
    assert youtube.count("/watch") == 3
    assert youtube.count("/youtubei/v1/player") == 0


def test_a_consent_page_in_place_of_everything_blocks(youtube: FakeYoutube, read: Reader) -> None:
    page = Answer(
        b'<!doctype html><form action="https://consent.youtube.com/s" method="POST"></form>',
        content_type="text/html",
    )
    for path in ("/watch", "/youtubei/v1/player", "/youtubei/v1/next"):
        youtube.www.add_all(path, [page])

    with pytest.raises(EpiscribeError) as caught:
        read("consent0001")

    assert caught.value.kind is FailureKind.BLOCKED


def test_a_page_that_fails_once_is_asked_for_again(youtube: FakeYoutube, read: Reader) -> None:
    youtube.add(Video("flaky000001"))
    youtube.interrupt("/watch", Answer(status=503))

    assert titles(read("flaky000001")) == ["Where rivers end"]


def test_a_site_that_fails_again_and_again_is_transient_and_costs_only_a_few_videos(
    youtube: FakeYoutube, read: Reader
) -> None:
    youtube.add_channel(rivers(videos=[Video(f"down{n:07d}") for n in range(20)]))
    for path in ("/watch", "/youtubei/v1/player"):
        youtube.www.add(path, status=503)

    with pytest.raises(EpiscribeError) as caught:
        read("@rivers")

    assert caught.value.kind is FailureKind.TRANSIENT
    assert youtube.count("/watch") <= 6


def test_a_listing_that_breaks_off_keeps_what_it_has_and_says_so(youtube: FakeYoutube, read: Reader) -> None:
    youtube.add_channel(rivers(videos=[Video(f"break{n:06d}") for n in range(12)]))
    youtube.www.add("/youtubei/v1/browse", status=503)

    reading = read("@rivers", live=False)

    assert len(reading.items or []) == 10
    assert reading.failure is not None
    assert reading.failure.kind is FailureKind.TRANSIENT


def test_a_page_without_its_data_is_told_as_a_warning(youtube: FakeYoutube, read: Reader) -> None:
    youtube.add_channel(rivers(videos=[Video(f"empty{n:06d}") for n in range(12)]))
    youtube.www.add("/youtubei/v1/browse", body="{}", content_type="application/json")

    reading = read("@rivers", live=False)

    assert len(reading.items or []) == 10
    assert any("Incomplete data" in warning for warning in reading.warnings)


def test_a_channel_that_does_not_exist_is_a_permanent_failure(youtube: FakeYoutube, read: Reader) -> None:
    with pytest.raises(EpiscribeError) as caught:
        read("@nobody")

    assert caught.value.kind is FailureKind.PERMANENT
    assert "\n" not in str(caught.value)


def test_a_torn_file_of_details_is_fetched_anew(youtube: FakeYoutube, read: Reader) -> None:
    youtube.add(Video("torn0000001"))
    read("torn0000001")
    path = read.cache / "torn0000001.json"
    path.write_bytes(path.read_bytes()[:50])

    assert titles(read("torn0000001")) == ["Where rivers end"]


def test_titles_that_no_file_can_hold_are_cleaned(youtube: FakeYoutube, read: Reader) -> None:
    title, words = "Half a \ud83d smile\x00\n and  more", "One\r\ntwo\x07 \udc00"
    youtube.add(Video("hostile0001", title=title, description=words))

    [episode] = read("hostile0001").items or []

    assert (episode.title, episode.description) == ("Half a ? smile and more", "One\ntwo ?")


def test_sources_are_read_side_by_side_with_one_client(youtube: FakeYoutube, read: Reader) -> None:
    names = [f"side{n:07d}" for n in range(8)]
    for name in names:
        youtube.add(Video(name, title=name))

    with ThreadPoolExecutor(max_workers=4) as pool:
        readings = list(pool.map(read, names))

    assert [titles(reading) for reading in readings] == [[name] for name in names]


@pytest.mark.parametrize(
    ("text", "kind", "url"),
    [
        ("@rivers", "channel", "/@rivers"),
        ("https://www.youtube.com/@rivers/streams", "channel", "/@rivers"),
        ("youtube.com/c/Rivers", "channel", "/c/Rivers"),
        ("UC" + "r" * 22, "channel", "/channel/UC" + "r" * 22),
        ("PL" + "d" * 32, "playlist", "/playlist?list=PL" + "d" * 32),
        ("https://youtu.be/rivers00001?t=9", "video", "/watch?v=rivers00001"),
        ("https://m.youtube.com/shorts/rivers00001", "video", "/watch?v=rivers00001"),
        ("https://www.youtube.com/watch?v=rivers00001&list=PL123", "video", "/watch?v=rivers00001"),
        ("-rivers0001", "video", "/watch?v=-rivers0001"),
    ],
)
def test_an_address_is_understood_in_every_form_that_people_copy(text: str, kind: str, url: str) -> None:
    target = parse_address(text)

    assert (target.kind, target.url) == (kind, f"https://www.youtube.com{url}")


@pytest.mark.parametrize(
    "text", ["", "rivers", "https://example.com/watch?v=rivers00001", "https://www.youtube.com/", "@../x"]
)
def test_what_is_no_address_of_youtube_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"no video, playlist, channel or handle|not on YouTube"):
        parse_address(text)


@pytest.mark.parametrize("trouble", ["dead", "429", "bot check", "bot check of a video"])
def test_over_a_way_that_is_no_good_nothing_is_lost_where_there_is_another(
    youtube: FakeYoutube, web: FakeWeb, tmp_path: Path, trouble: str
) -> None:
    youtube.add_channel(Channel("UC" + "r" * 22, "@rivers", {"videos": [Video("rivers00001")]}))
    with FakeWeb() as other:
        bad = FakeYoutube(other)
        refused = Video("rivers00001", status="LOGIN_REQUIRED", reason=BOT_CHECK, hidden=True)
        bad.add_channel(Channel("UC" + "r" * 22, "@rivers", {"videos": [refused]}))
        if trouble == "429":
            bad.www.add("/@rivers/videos", status=429)
        elif trouble == "bot check":
            bad.www.add("/@rivers/videos", redirect="https://www.google.com/sorry/index")
            other.site("www.google.com").add("/sorry/index", body="captcha", status=429)
        slot = "proxy:http://127.0.0.1:9" if trouble == "dead" else other.slot
        settings = NetSettings(slots=(slot, web.slot), attempts=2, backoff=0.01, timeout=5, deadline=20)
        with Client(settings) as client:
            reading = Reader(client, tmp_path)("@rivers")

    assert (titles(reading), reading.failure) == (["Where rivers end"], None)


def test_videos_that_are_no_episodes_yet_are_told(youtube: FakeYoutube, read: Reader) -> None:
    gone = {"status": "ERROR", "reason": "This video has been removed by the uploader", "hidden": True}
    soon = {"status": "LIVE_STREAM_OFFLINE", "reason": "This live event will begin in 3 hours."}
    videos = [
        Video("rivers00001"),
        Video("rivers00002", details=UPCOMING, **soon),
        Video("rivers00003", **gone),  # type: ignore[arg-type]
        Video("rivers00004", **gone),  # type: ignore[arg-type]
    ]
    youtube.add_channel(Channel("UC" + "r" * 22, "@rivers", {"videos": videos}))

    [line] = read("@rivers").warnings

    assert line.startswith("listed, and no episodes yet: 2 deleted, 1 upcoming; ")


def test_a_proof_that_is_asked_for_says_until_when_nothing_more_is_asked(
    youtube: FakeYoutube, web: FakeWeb, tmp_path: Path
) -> None:
    refused = Video("rivers00001", status="LOGIN_REQUIRED", reason=BOT_CHECK, hidden=True)
    youtube.add_channel(Channel("UC" + "r" * 22, "@rivers", {"videos": [refused]}))
    begun = time.time()
    settings = NetSettings(slots=(web.slot,), attempts=1, timeout=5, deadline=20, rest=500)
    with Client(settings) as client, pytest.raises(EpiscribeError) as caught:
        Reader(client, tmp_path)("@rivers")

    assert caught.value.kind is FailureKind.BLOCKED
    assert caught.value.until is not None
    assert 490 < caught.value.until - begun < 530
