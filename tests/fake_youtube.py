"""YouTube as tests play it, for yt-dlp's own extractor: watch pages, the player, channels, captions, media.

    youtube = FakeYoutube(web)
    video = youtube.add(Video("abcdefghijk", tracks=[Track("en", JSON3, automatic=True)]))
    youtube.add_channel(Channel("UC…", "@rivers", {"videos": [video]}))

Answers of single paths can be replaced by `youtube.www.add…`, `youtube.media.add…`. Format addresses hold no
`n`, so that no player script has to be solved.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.fake_web import FakeWeb
from tests.loopback import Answer, Request, Site

MEDIA_HOST = "rr1---sn-test.googlevideo.com"
BOT_CHECK = "Sign in to confirm you’re not a bot"
PAGE = 10


def json3(*cues: tuple[int, str]) -> bytes:
    """Captions in json3: cues of three seconds, each with its start in milliseconds."""
    events = [{"tStartMs": start, "dDurationMs": 3000, "segs": [{"utf8": text}]} for start, text in cues]
    return json.dumps({"wireMagic": "pb3", "events": events}).encode()


WORDS = json3((0, "Rivers carry water to the sea"), (3000, "and sand to the delta"))


@dataclass
class Track:
    """One caption track; `answers` are what each format gives (`""` for any other)."""

    language: str
    answers: dict[str, Answer] = field(default_factory=lambda: {"": Answer(WORDS)})
    automatic: bool = False
    needs_token: bool = False
    name: str = ""


@dataclass
class Video:
    """One video: `status` and `reason` are those of the player, without streams unless the status is OK.

    `app_tracks` are the captions that apps are given, where they are others than those on the page.
    """

    id: str
    title: str = "Where rivers end"
    published: str = "2024-05-01T06:00:00+00:00"
    ago: str = "2 years ago"
    seconds: int = 360
    description: str = "All about deltas\n00:00 Intro\n02:00 Sand\n04:00 Sea"
    tracks: Sequence[Track] = ()
    app_tracks: Sequence[Track] | None = None
    status: str = "OK"
    reason: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    microformat: dict[str, Any] = field(default_factory=dict)
    badge: str = ""
    hidden: bool = False
    audio: bytes = b""
    player: dict[str, Any] | None = None

    def response(self) -> dict[str, Any]:
        """The answer of the player."""
        if self.player is not None:
            return self.player
        found: dict[str, Any] = {
            "responseContext": {},
            "playabilityStatus": {"status": self.status, "reason": self.reason},
        }
        if not self.hidden:
            found |= {"videoDetails": self._details(), "microformat": self._microformat()}
        if self.status == "OK":
            found |= {"streamingData": self._streams(), "captions": self._captions()}
        return found

    def _details(self) -> dict[str, Any]:
        return {
            "videoId": self.id,
            "title": self.title,
            "lengthSeconds": str(self.seconds),
            "keywords": ["rivers", "deltas"],
            "channelId": "UC" + "r" * 22,
            "shortDescription": self.description,
            "thumbnail": {"thumbnails": [{"url": f"https://i.ytimg.com/vi/{self.id}/hq.jpg"}]},
            "viewCount": "42",
            "author": "The River Channel",
            "isPrivate": False,
            "isLiveContent": False,
            **self.details,
        }

    def _microformat(self) -> dict[str, Any]:
        return {
            "playerMicroformatRenderer": {
                "uploadDate": self.published,
                "publishDate": self.published,
                "ownerChannelName": "The River Channel",
                "isUnlisted": False,
                "isFamilySafe": True,
                "category": "Education",
                **self.microformat,
            }
        }

    def _streams(self) -> dict[str, Any]:
        url = f"https://{MEDIA_HOST}/videoplayback?id={self.id}&itag=140"
        audio = {
            "itag": 140,
            "url": url,
            "mimeType": 'audio/mp4; codecs="mp4a.40.2"',
            "bitrate": 130000,
            "contentLength": str(len(self.audio)),
            "audioQuality": "AUDIO_QUALITY_MEDIUM",
            "approxDurationMs": str(self.seconds * 1000),
        }
        return {"expiresInSeconds": "21540", "adaptiveFormats": [audio]}

    def _captions(self) -> dict[str, Any]:
        tracks = [
            {
                "baseUrl": f"https://www.youtube.com/api/timedtext?v={self.id}&lang={track.language}"
                + ("&kind=asr" if track.automatic else "")
                + ("&exp=xpe" if track.needs_token else "")
                + (f"&name={track.name}" if track.name else ""),
                "name": {"simpleText": track.name or track.language},
                "vssId": ("a." if track.automatic else ".")
                + ".".join(filter(None, (track.language, track.name))),
                "languageCode": track.language,
                "isTranslatable": True,
                **({"kind": "asr"} if track.automatic else {}),
            }
            for track in self.tracks
        ]
        if not tracks:
            return {}
        languages = [
            {"languageCode": code, "languageName": {"simpleText": code}} for code in ("en", "de", "fr", "ja")
        ]
        return {
            "playerCaptionsTracklistRenderer": {"captionTracks": tracks, "translationLanguages": languages}
        }

    def listed(self) -> dict[str, Any]:
        """The video as a channel lists it."""
        return {
            "videoId": self.id,
            "title": {"runs": [{"text": self.title}]},
            "publishedTimeText": {"simpleText": self.ago},
            "lengthText": {"simpleText": "6:00"},
            **({"badges": [{"metadataBadgeRenderer": {"style": self.badge}}]} if self.badge else {}),
        }


@dataclass
class Channel:
    """A channel: its videos by tab (`videos`, `streams`, `shorts`), newest first."""

    id: str
    handle: str
    tabs: dict[str, list[Video]]
    title: str = "The River Channel"


class FakeYoutube:
    """www.youtube.com and the host of its media, played on a `FakeWeb`."""

    def __init__(self, web: FakeWeb) -> None:
        self.www: Site = web.site("www.youtube.com")
        self.media: Site = web.site(MEDIA_HOST)
        self.videos: dict[str, Video] = {}
        self._lists: dict[str, list[dict[str, Any]]] = {}
        self.www.add_programme("/watch", self._watch)
        self.www.add_programme("/youtubei/v1/player", self._player)
        self.www.add_programme("/youtubei/v1/browse", self._more)
        self.www.add("/youtubei/v1/next", body="{}", content_type="application/json")
        self.www.add_programme("/api/timedtext", self._timedtext)
        self.www.add_programme("/playlist", self._playlist)
        self.media.add_programme("/videoplayback", self._videoplayback)

    def add(self, video: Video) -> Video:
        """Play a video; one of the same id is replaced."""
        self.videos[video.id] = video
        return video

    def add_channel(self, channel: Channel) -> Channel:
        """Play a channel with all its videos, under its id and its handle."""
        for tab, videos in channel.tabs.items():
            for video in videos:
                self.videos.setdefault(video.id, video)
            items = [_tile(video, tab) for video in videos]
            for place in (f"/channel/{channel.id}", f"/{channel.handle}"):
                self._lists[f"{place}/{tab}"] = items
        for place in (f"/channel/{channel.id}", f"/{channel.handle}"):
            for tab in ("videos", "streams", "shorts"):
                chosen = tab if tab in channel.tabs else next(iter(channel.tabs), "videos")
                body = _page(channel, chosen, place, self._piece(f"{place}/{chosen}", 0))
                self.www.add(f"{place}/{tab}", body=body, content_type="text/html; charset=utf-8")
        return channel

    def add_playlist(self, playlist: str, videos: Sequence[Video | dict[str, Any]]) -> None:
        """Play a playlist; entries that are no videos are given as they are (private, deleted)."""
        for video in videos:
            if isinstance(video, Video):
                self.videos.setdefault(video.id, video)
        self._lists[f"/playlist/{playlist}"] = [
            {"playlistVideoRenderer": video.listed() if isinstance(video, Video) else video}
            for video in videos
        ]

    def interrupt(self, path: str, *answers: Answer | None) -> None:
        """Give these answers first, the usual one in place of None, and after them the usual ones."""
        usual, left = self.www.programme(path), list(answers)

        def take(request: Request) -> Answer:
            return (left.pop(0) if left else None) or usual(request)

        self.www.add_programme(path, take)

    def count(self, path: str) -> int:
        """How many requests came to a path of www.youtube.com."""
        return self.www.asked(path)

    def captions_asked(self) -> list[dict[str, str]]:
        """The queries of the caption requests, in order."""
        asked = [r.path for r in self.www.requests if r.path.startswith("/api/timedtext")]
        return [{name: v[-1] for name, v in parse_qs(urlsplit(path).query).items()} for path in asked]

    def _watch(self, request: Request) -> Answer:
        video = self.videos.get(parse_qs(urlsplit(request.path).query).get("v", [""])[0])
        return _html(_watch_data(), video.response() if video else _unavailable())

    def _player(self, request: Request) -> Answer:
        video = self.videos.get(json.loads(request.body).get("videoId", ""))
        if video and video.app_tracks is not None:
            video = replace(video, tracks=video.app_tracks)
        return _json(video.response() if video else _unavailable())

    def _timedtext(self, request: Request) -> Answer:
        query = parse_qs(urlsplit(request.path).query)
        wanted = (query["lang"][-1], "kind" in query, query.get("name", [""])[-1])
        video = self.videos[query["v"][0]]
        for track in (*video.tracks, *(video.app_tracks or ())):
            if wanted == (track.language, track.automatic, track.name):
                return track.answers.get(query["fmt"][-1]) or track.answers[""]
        return Answer(b"", status=404)

    def _videoplayback(self, request: Request) -> Answer:
        video = self.videos[parse_qs(urlsplit(request.path).query)["id"][0]]
        asked = request.headers.get("range", "").removeprefix("bytes=").partition("-")
        if not asked[0]:
            return Answer(video.audio, content_type="audio/mp4")
        start, size = int(asked[0]), len(video.audio)
        headers = {"Content-Range": f"bytes {start}-{size - 1}/{size}"}
        return Answer(video.audio[start:], status=206, content_type="audio/mp4", headers=headers)

    def _playlist(self, request: Request) -> Answer:
        name = parse_qs(urlsplit(request.path).query)["list"][0]
        key = f"/playlist/{name}"
        if key not in self._lists:
            return _html({"alerts": [_alert("The playlist does not exist.")]}, None)
        content = {"itemSectionRenderer": {"contents": [{"playlistVideoListRenderer": self._piece(key, 0)}]}}
        tab = {"selected": True, "content": {"sectionListRenderer": {"contents": [content]}}}
        return _html(
            {
                "contents": {"twoColumnBrowseResultsRenderer": {"tabs": [{"tabRenderer": tab}]}},
                "metadata": {"playlistMetadataRenderer": {"title": "Delta talks"}},
            },
            None,
        )

    def _more(self, request: Request) -> Answer:
        key, _, start = json.loads(request.body).get("continuation", "").rpartition("#")
        items = self._piece(key, int(start or 0))["contents"] if key in self._lists else []
        action = {"appendContinuationItemsAction": {"continuationItems": items}}
        return _json({"responseContext": {}, "onResponseReceivedActions": [action]})

    def _piece(self, key: str, start: int) -> dict[str, Any]:
        items: list[dict[str, Any]] = list(self._lists[key][start : start + PAGE])
        if start + PAGE < len(self._lists[key]):
            command = {"continuationCommand": {"token": f"{key}#{start + PAGE}"}}
            items.append({"continuationItemRenderer": {"continuationEndpoint": command}})
        return {"contents": items}


def _tile(video: Video, tab: str) -> dict[str, Any]:
    renderer = video.listed()
    if tab == "shorts":
        url = {"commandMetadata": {"webCommandMetadata": {"url": f"/shorts/{video.id}"}}}
        renderer["navigationEndpoint"] = url
    return {"richItemRenderer": {"content": {"videoRenderer": renderer}}}


def _page(channel: Channel, tab: str, place: str, grid: dict[str, Any]) -> bytes:
    tabs = [
        {
            "tabRenderer": {
                "title": name,
                "selected": name == tab,
                "endpoint": {"commandMetadata": {"webCommandMetadata": {"url": f"{place}/{name}"}}},
                "content": {"richGridRenderer": grid} if name == tab else {},
            }
        }
        for name in channel.tabs
    ]
    data = {
        "contents": {"twoColumnBrowseResultsRenderer": {"tabs": tabs}},
        "metadata": {"channelMetadataRenderer": {"title": channel.title, "externalId": channel.id}},
    }
    return _html(data, None).body


def _watch_data() -> dict[str, Any]:
    contents = [{"videoPrimaryInfoRenderer": {}}, {"videoSecondaryInfoRenderer": {"owner": _OWNER}}]
    return {"contents": {"twoColumnWatchNextResults": {"results": {"results": {"contents": contents}}}}}


_OWNER = {"videoOwnerRenderer": {"title": {"runs": [{"text": "The River Channel"}]}}}


def _unavailable() -> dict[str, Any]:
    return {"responseContext": {}, "playabilityStatus": {"status": "ERROR", "reason": "Video unavailable"}}


def _alert(text: str) -> dict[str, Any]:
    return {"alertRenderer": {"type": "ERROR", "text": {"runs": [{"text": text}]}}}


def _json(data: object) -> Answer:
    return Answer(json.dumps(data).encode(), content_type="application/json; charset=utf-8")


def _html(initial: object, player: object | None) -> Answer:
    context = {"client": {"clientName": "WEB", "clientVersion": "2.20261101.00.00", "hl": "en"}}
    config = {"INNERTUBE_CONTEXT": context, "INNERTUBE_CONTEXT_CLIENT_NAME": 1, "STS": 20000}
    config |= {"PLAYER_JS_URL": "/s/player/00000000/player_ias.vflset/en_US/base.js", "VISITOR_DATA": "vd"}
    parts = ["<!doctype html><title>YouTube</title>", f"<script>ytcfg.set({json.dumps(config)});</script>"]
    if player is not None:
        parts.append(f"<script>var ytInitialPlayerResponse = {json.dumps(player)};</script>")
    parts.append(f"<script>var ytInitialData = {json.dumps(initial)};</script>")
    return Answer("".join(parts).encode(), content_type="text/html; charset=utf-8")
