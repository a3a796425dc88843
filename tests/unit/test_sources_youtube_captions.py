"""Captions of videos: which track is taken, and what every answer of YouTube means."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from episcribe.library.errors import EpiscribeError, FailureKind
from episcribe.net.client import Client, NetSettings
from episcribe.sources.listing import Wanted
from episcribe.sources.youtube import read_youtube
from episcribe.sources.youtube.captions import Caption, fetch_captions
from episcribe.transcripts.reading import read_transcript
from tests.fake_web import FakeWeb
from tests.fake_youtube import BOT_CHECK, WORDS, FakeYoutube, Track, Video
from tests.loopback import Answer

NOW = 1_790_000_000.0
VTT = Answer(b"WEBVTT\n\n00:00.000 --> 00:03.000\nRivers carry water to the sea\n", content_type="text/vtt")
SRV3 = Answer(
    b'<timedtext format="3"><body><p t="0" d="3000">Rivers carry water to the sea</p></body></timedtext>',
    content_type="text/xml",
)


@pytest.fixture(scope="module")
def web() -> Iterator[FakeWeb]:
    with FakeWeb() as web, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", web.ca_file)
        yield web


@pytest.fixture
def youtube(web: FakeWeb) -> FakeYoutube:
    web.site("www.youtube.com").requests.clear()
    return FakeYoutube(web)


@pytest.fixture
def client(web: FakeWeb) -> Iterator[Client]:
    settings = NetSettings(slots=(web.slot,), attempts=2, backoff=0.01, timeout=0.5, deadline=20)
    with Client(settings) as client:
        yield client


class Captions:
    """Fetches captions with one client and one cache."""

    def __init__(self, client: Client, cache: Path) -> None:
        self.client, self.cache = client, cache

    def of(
        self, video: str, *, language: str | None = None, translations: bool = False, now: float = NOW
    ) -> Iterator[Caption]:
        return fetch_captions(
            video,
            client=self.client,
            cache=self.cache,
            language=language,
            translations=translations,
            now=now,
        )

    def failure(self, video: str) -> FailureKind:
        with pytest.raises(EpiscribeError) as caught:
            next(self.of(video))
        assert "\n" not in str(caught.value)
        return caught.value.kind


@pytest.fixture
def captions(client: Client, tmp_path: Path) -> Captions:
    return Captions(client, tmp_path / "youtube")


def told(found: Iterator[Caption]) -> list[tuple[str, str, bool]]:
    return [(caption.kind, caption.language, caption.is_translation) for caption in found]


def test_what_people_wrote_in_the_spoken_language_comes_first_and_nothing_else_is_asked_for(
    youtube: FakeYoutube, captions: Captions
) -> None:
    tracks = [Track("de"), Track("en", automatic=True), Track("en")]
    youtube.add(Video("first000001", tracks=tracks))

    caption = next(captions.of("first000001"))

    assert (caption.kind, caption.language, caption.is_translation) == ("manual", "en", False)
    assert (caption.data, caption.format, caption.type) == (WORDS, "json3", "application/json")
    assert [query["lang"] for query in youtube.captions_asked()] == ["en"]


def test_tracks_follow_manual_then_original_automatic_then_other_manual(
    youtube: FakeYoutube, captions: Captions
) -> None:
    tracks = [Track("fr"), Track("en", automatic=True), Track("en-GB"), Track("en")]
    youtube.add(Video("order000001", tracks=tracks))

    assert told(captions.of("order000001")) == [
        ("manual", "en", False),
        ("manual", "en-GB", False),
        ("automatic", "en", False),
        ("manual", "fr", True),
    ]


def test_the_configured_language_knows_better_than_the_site(youtube: FakeYoutube, captions: Captions) -> None:
    youtube.add(Video("config00001", tracks=[Track("en"), Track("de"), Track("en", automatic=True)]))

    assert told(captions.of("config00001", language="de-CH"))[0] == ("manual", "de", False)


def test_the_original_automatic_captions_are_taken_and_no_translation_of_them(
    youtube: FakeYoutube, captions: Captions
) -> None:
    youtube.add(Video("auto0000001", tracks=[Track("de", automatic=True)]))

    assert told(captions.of("auto0000001")) == [("automatic", "de", False)]
    assert [query.get("tlang") for query in youtube.captions_asked()] == [None]


def test_a_machine_translation_is_taken_only_when_it_is_asked_for(
    youtube: FakeYoutube, captions: Captions
) -> None:
    youtube.add(Video("transl00001", tracks=[Track("fr", automatic=True)]))

    with pytest.raises(EpiscribeError) as refused:
        next(captions.of("transl00001", language="en"))
    found = told(captions.of("transl00001", language="en", translations=True))

    assert refused.value.kind is FailureKind.NONE
    assert found == [("automatic", "en", True)]
    assert youtube.captions_asked()[-1]["tlang"] == "en"


@pytest.mark.parametrize("form", ["json3", "srv3", "vtt"])
def test_every_format_that_is_given_can_be_read(youtube: FakeYoutube, captions: Captions, form: str) -> None:
    answers = {"json3": Answer(WORDS), "srv3": SRV3, "vtt": VTT}
    video = youtube.add(Video(f"form{form:_<7}", tracks=[Track("en", answers)]))

    caption = next(
        fetch_captions(video.id, client=captions.client, cache=captions.cache, prefer=(form,), now=NOW)
    )

    assert caption.format == form
    transcript = read_transcript(caption.data, declared_type=caption.type, name=caption.url)
    assert transcript.segments[0].text == "Rivers carry water to the sea"


def test_a_playlist_in_place_of_captions_is_followed_to_its_only_piece(
    youtube: FakeYoutube, captions: Captions
) -> None:
    playlist = Answer(b"#EXTM3U\n#EXTINF:6,\n/api/piece?of=all\n#EXT-X-ENDLIST\n")
    youtube.add(Video("hls00000001", tracks=[Track("en", {"": playlist})]))
    youtube.www.add_all("/api/piece", [VTT])

    assert next(captions.of("hls00000001")).data == VTT.body


def test_a_playlist_of_several_pieces_is_passed_over_for_the_next_format(
    youtube: FakeYoutube, captions: Captions
) -> None:
    playlist = Answer(b"#EXTM3U\n/api/one\n/api/two\n")
    youtube.add(Video("hls00000002", tracks=[Track("en", {"json3": playlist, "": SRV3})]))

    assert next(captions.of("hls00000002")).format == "srv3"


@pytest.mark.parametrize("body", [b"", b"{}", b'{"wireMagic": "pb3", "events": []}', b"\n"])
def test_a_track_that_is_listed_but_comes_empty_is_blocked(
    youtube: FakeYoutube, captions: Captions, body: bytes
) -> None:
    youtube.add(Video("empty000001", tracks=[Track("en", {"": Answer(body)})]))

    assert captions.failure("empty000001") is FailureKind.BLOCKED


def test_an_empty_track_makes_way_for_the_next_one(youtube: FakeYoutube, captions: Captions) -> None:
    tracks = [Track("en", {"": Answer(b"")}), Track("en", automatic=True)]
    youtube.add(Video("empty000002", tracks=tracks))

    assert told(captions.of("empty000002")) == [("automatic", "en", False)]


def test_many_empty_tracks_are_not_all_asked_for(youtube: FakeYoutube, captions: Captions) -> None:
    names = [Track("en", {"": Answer(b"")}, name=f"n{n}") for n in range(8)]
    youtube.add(Video("empty000003", tracks=names))

    assert captions.failure("empty000003") is FailureKind.BLOCKED
    assert len(youtube.captions_asked()) == 2


def test_captions_that_need_a_token_are_blocked_and_asked_for_in_every_way_first(
    youtube: FakeYoutube, captions: Captions
) -> None:
    youtube.add(Video("token000001", tracks=[Track("en", automatic=True, needs_token=True)]))

    assert captions.failure("token000001") is FailureKind.BLOCKED
    assert youtube.count("/watch") == 2
    assert youtube.count("/youtubei/v1/player") > 0
    assert youtube.captions_asked() == []


def test_captions_that_the_page_hides_are_taken_where_apps_are_given_them(
    youtube: FakeYoutube, captions: Captions
) -> None:
    hidden, given = Track("en", automatic=True, needs_token=True), Track("en", automatic=True)
    youtube.add(Video("token000003", tracks=[Track("fr"), hidden], app_tracks=[given]))

    assert told(captions.of("token000003"))[0] == ("automatic", "en", False)


def test_captions_of_another_language_are_no_stand_in_for_those_that_need_a_token(
    youtube: FakeYoutube, captions: Captions
) -> None:
    tracks = [Track("fr"), Track("en", automatic=True, needs_token=True)]
    youtube.add(Video("token000002", tracks=tracks))

    assert captions.failure("token000002") is FailureKind.BLOCKED


def test_a_video_without_captions_has_none(youtube: FakeYoutube, captions: Captions) -> None:
    youtube.add(Video("none0000001"))

    assert captions.failure("none0000001") is FailureKind.NONE


@pytest.mark.parametrize(
    ("status", "reason", "kind"),
    [
        ("LOGIN_REQUIRED", "This video is private", FailureKind.PERMANENT),
        ("ERROR", "This video has been removed by the uploader", FailureKind.PERMANENT),
        ("UNPLAYABLE", "This video is members-only", FailureKind.PERMANENT),
        ("LOGIN_REQUIRED", "Sign in to confirm your age", FailureKind.PERMANENT),
        ("LOGIN_REQUIRED", BOT_CHECK, FailureKind.BLOCKED),
        ("ERROR", "This content isn't available, try again later.", FailureKind.BLOCKED),
        ("LIVE_STREAM_OFFLINE", "This live event will begin in 3 hours.", FailureKind.TRANSIENT),
        ("ERROR", "An error occurred. Please try again later.", FailureKind.TRANSIENT),
        ("ERROR", "", FailureKind.TRANSIENT),
    ],
)
def test_a_video_that_cannot_be_seen_says_what_a_later_attempt_should_do(
    youtube: FakeYoutube, captions: Captions, status: str, reason: str, kind: FailureKind
) -> None:
    youtube.add(Video("unseen00001", status=status, reason=reason, hidden=True))

    assert captions.failure("unseen00001") is kind


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "90"}], ids=["alone", "with Retry-After"])
def test_too_many_requests_are_a_block_and_nothing_more_is_asked(
    youtube: FakeYoutube, captions: Captions, headers: dict[str, str]
) -> None:
    limit = {"": Answer(status=429, headers=headers)}
    youtube.add(Video("many0000001", tracks=[Track("en", limit), Track("en", limit, automatic=True)]))

    assert captions.failure("many0000001") is FailureKind.BLOCKED
    assert captions.failure("many0000001") is FailureKind.BLOCKED
    assert len(youtube.captions_asked()) == 1


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=503),
        Answer(WORDS, cut_after=40),
        Answer(WORDS, wait=0.8),
        Answer(reset=True),
    ],
    ids=["failing", "cut off", "too slow", "reset"],
)
def test_a_track_that_does_not_arrive_whole_is_transient(
    youtube: FakeYoutube, captions: Captions, answer: Answer
) -> None:
    youtube.add(Video("broken00001", tracks=[Track("en", {"": answer})]))

    assert captions.failure("broken00001") is FailureKind.TRANSIENT


def elsewhere(video: Video, address: str) -> Video:
    """The video with the addresses of its captions replaced from the first on, as far as there are any."""
    answer = video.response()
    for track in answer["captions"]["playerCaptionsTracklistRenderer"]["captionTracks"][:1]:
        track["baseUrl"] = f"{address}?v={video.id}&lang=en"
    return Video(video.id, player=answer, tracks=video.tracks)


@pytest.mark.parametrize("address", ["https://10.1.2.3/timedtext", "http://localhost/timedtext"])
def test_captions_at_a_private_address_are_never_to_be_had(
    youtube: FakeYoutube, captions: Captions, address: str
) -> None:
    youtube.add(elsewhere(Video("inside00001", tracks=[Track("en")]), address))

    assert captions.failure("inside00001") is FailureKind.PERMANENT


def test_captions_that_lead_to_a_private_address_are_never_to_be_had(
    youtube: FakeYoutube, captions: Captions
) -> None:
    inside = {"": Answer(redirect="https://192.168.7.7/timedtext")}
    youtube.add(Video("inside00002", tracks=[Track("en", inside)]))

    assert captions.failure("inside00002") is FailureKind.PERMANENT


def test_a_track_that_is_never_to_be_had_makes_way_for_the_next_one(
    youtube: FakeYoutube, captions: Captions
) -> None:
    tracks = [Track("en"), Track("en", automatic=True)]
    youtube.add(elsewhere(Video("inside00003", tracks=tracks), "https://10.1.2.3/timedtext"))

    assert told(captions.of("inside00003")) == [("automatic", "en", False)]


def test_a_page_in_place_of_captions_is_a_block(youtube: FakeYoutube, captions: Captions) -> None:
    page = Answer(b"<!DOCTYPE html><title>Before you continue</title>", content_type="text/html")
    youtube.add(Video("page0000001", tracks=[Track("en", {"": page})]))

    assert captions.failure("page0000001") is FailureKind.BLOCKED
    asked = len(youtube.www.requests)
    assert captions.failure("page0000002") is FailureKind.BLOCKED
    assert len(youtube.www.requests) == asked


def test_addresses_younger_than_an_hour_are_used_and_older_ones_fetched_anew(
    youtube: FakeYoutube, captions: Captions
) -> None:
    youtube.add(Video("fresh000001", tracks=[Track("en")]))
    cache, wanted = captions.cache, Wanted()
    read_youtube("fresh000001", client=captions.client, cache=cache, wanted=wanted, now=NOW)

    next(captions.of("fresh000001", now=NOW + 3000))
    assert youtube.count("/watch") == 1

    next(captions.of("fresh000001", now=NOW + 4000))
    assert youtube.count("/watch") == 2


def test_an_address_that_leads_to_nothing_any_more_is_fetched_anew(
    youtube: FakeYoutube, captions: Captions
) -> None:
    youtube.add(Video("gone0000001", tracks=[Track("en", {"": Answer(status=404)})]))
    assert captions.failure("gone0000001") is FailureKind.TRANSIENT
    youtube.add(Video("gone0000001", tracks=[Track("de", automatic=True)]))

    assert told(captions.of("gone0000001", now=NOW + 60)) == [("automatic", "de", False)]


CORPUS = {
    "yta__youtube.innertube.json.static": ("public", None),
    "yta__youtube_altered_user_agent.innertube.json.static": ("public", None),
    "yta__youtube_ww1_nl_en.innertube.json.static": ("public", None),
    "yta__youtube_age_restricted.innertube.json.static": ("age_gated", FailureKind.PERMANENT),
    "yta__youtube_po_token_required.innertube.json.static": ("public", FailureKind.BLOCKED),
    "yta__youtube_transcripts_disabled.innertube.json.static": ("public", FailureKind.NONE),
    "yta__youtube_unplayable.innertube.json.static": (None, FailureKind.BLOCKED),
    "yta__youtube_consent_page_invalid.html.static": (None, FailureKind.BLOCKED),
}


@pytest.mark.corpus
@pytest.mark.parametrize("name", CORPUS)
def test_real_answers_map_to_the_right_classes(
    youtube: FakeYoutube, captions: Captions, corpus: Path, name: str
) -> None:
    data = (corpus / "metadata" / "youtube" / name).read_bytes()
    video, (video_class, kind) = "corpus00001", CORPUS[name]
    if name.endswith(".html.static"):
        for path in ("/watch", "/youtubei/v1/player", "/youtubei/v1/next"):
            youtube.www.add(path, body=data, content_type="text/html; charset=utf-8")
    else:
        player = json.loads(data)
        video = player.get("videoDetails", {}).get("videoId", video)
        youtube.add(Video(video, player=player))
        youtube.www.add("/api/timedtext", body=WORDS, content_type="application/json")

    if kind is None:
        caption = next(captions.of(video))
        assert (caption.kind, caption.language, caption.data) == ("manual", "en", WORDS)
    else:
        assert captions.failure(video) is kind
    kept = captions.cache / f"{video}.json"
    assert (json.loads(kept.read_bytes())["video_class"] if kept.exists() else None) == video_class
