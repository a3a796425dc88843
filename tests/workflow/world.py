"""A web of every kind of source, played on this machine, and the shows that read it."""

import io
import json
import math
import struct
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fake_archive import FakeArchive, audio, derived
from tests.fake_web import FakeWeb
from tests.fake_youtube import Channel, FakeYoutube, Track, Video
from tests.loopback import Answer
from tests.workflow.library import SAMPLE, short_captions

VIDEO = "deltasABC12"
AUTOMATIC = "estuaryAB12"
MEMBERS = "membersAB12"
CHANNEL = "UC" + "r" * 22
SENTENCES = [
    " ".join(line.split())
    for line in (SAMPLE / "tidewater/transcripts/s01e01-springs-and-neaps.vtt").read_text().splitlines()
    if line and "-->" not in line and not line.isdigit() and not line.startswith(("WEBVTT", "NOTE"))
]


@dataclass
class World:
    """The sites, and the folder that holds local sources."""

    web: FakeWeb
    folder: Path
    recording: bytes

    def shows(self) -> list[dict[str, Any]]:
        """One show for every kind of source; the first has two."""
        return [
            {
                "id": "tides",
                "subject": "Tides",
                "feed": "https://feeds.example.org/tides.xml",
                "youtube": f"https://www.youtube.com/watch?v={VIDEO}",
            },
            {"id": "rivers", "subject": "Rivers", "youtube": "@rivers"},
            {"id": "harbour", "subject": "Harbours", "archive": "harbour-talks"},
            {"id": "pages", "subject": "Coasts", "urls": "pages.txt"},
            {"id": "shelf", "subject": "Tides", "files": "shelf/*"},
        ]

    def network(self) -> dict[str, Any]:
        """The configuration's `network`: everything goes to the sites played here, without pauses."""
        gentle = {"per_host": 4, "pause": 0}
        return {
            "slots": [self.web.slot],
            "hosts": {"youtube.com": gentle, "archive.org": gentle},
        }

    def play(self) -> None:
        """Put up all sites and write the local files."""
        self._play_feed()
        self._play_youtube()
        self._play_archive()
        self._play_pages()
        self._write_files()

    def _play_feed(self) -> None:
        feeds = self.web.site("feeds.example.org")
        items = [
            _item(1, "With a transcript", transcript="https://feeds.example.org/1.vtt"),
            _item(
                2,
                "With a page",
                transcript="https://feeds.example.org/gone.vtt",
                link="https://tides.example.org/episodes/2",
            ),
            _item(3, "Where deltas grow", enclosure="https://feeds.example.org/3.mp3"),
            _item(4, "With a recording alone", enclosure="https://feeds.example.org/4.wav"),
        ]
        feeds.add("/tides.xml", body=_feed(items), content_type="application/rss+xml")
        feeds.add("/1.vtt", body=short_captions(), content_type="text/vtt")
        feeds.add("/4.wav", body=self.recording, content_type="audio/wav")
        self.web.site("tides.example.org").add(
            "/episodes/2", body=_page("With a page", SENTENCES[60:170]), content_type="text/html"
        )

    def _play_youtube(self) -> None:
        youtube = FakeYoutube(self.web)
        manual = Track("en", {"": Answer(_json3(SENTENCES[:90]), content_type="application/json")})
        automatic = Track(
            "en", {"": Answer(_json3(SENTENCES[90:180]), content_type="application/json")}, automatic=True
        )
        deltas = Video(
            VIDEO, "Where deltas grow", "2024-05-03T09:00:00+00:00", seconds=600, tracks=[automatic, manual]
        )
        estuary = Video(
            AUTOMATIC, "The estuary", "2024-06-01T09:00:00+00:00", seconds=600, tracks=[automatic]
        )
        members = Video(
            MEMBERS,
            "For members",
            "2024-06-08T09:00:00+00:00",
            status="UNPLAYABLE",
            reason="Join this channel to get access to members-only content like this video",
        )
        youtube.add(deltas)
        youtube.add_channel(Channel(CHANNEL, "@rivers", {"videos": [members, estuary]}))

    def _play_archive(self) -> None:
        archive = FakeArchive(self.web)
        captions = short_captions(skip=30).encode()
        archive.add_item(
            "harbour-talks",
            files=[
                audio("01 Piers.mp3", self.recording, title="Piers", track="1", length="600"),
                derived("01 Piers.vtt", "01 Piers.mp3", captions, format="Web Video Text Tracks"),
            ],
            title="Harbour talks",
            date="2023-07-01",
            language="eng",
        )
        archive.add_download("harbour-talks", "01 Piers.vtt", captions)

    def _play_pages(self) -> None:
        coast = self.web.site("coast.example.org")
        track = '<video src="/walk.mp4"><track kind="captions" srclang="en" src="/walk.vtt"></video>'
        coast.add("/walk", body=_page("A walk along the coast", [], extra=track), content_type="text/html")
        coast.add("/walk.vtt", body=short_captions(skip=20), content_type="text/vtt")
        coast.add("/walk.mp4", body=self.recording, content_type="video/mp4")
        (self.folder / "pages.txt").write_text("# pages of the coast\nhttps://coast.example.org/walk\n")

    def _write_files(self) -> None:
        shelf = self.folder / "shelf"
        shelf.mkdir()
        (shelf / "2024-01-05 On the shelf.vtt").write_text(short_captions(skip=10))
        (shelf / "2024-02-05 Recorded.wav").write_bytes(self.recording)


def tone(seconds: float = 2.0, rate: int = 8000) -> bytes:
    """A recording without a word in it, as WAV."""
    frames = (int(8000 * math.sin(440 * 2 * math.pi * i / rate)) for i in range(int(seconds * rate)))
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"".join(struct.pack("<h", frame) for frame in frames))
    return buffer.getvalue()


def _json3(sentences: list[str]) -> bytes:
    events = [
        {"tStartMs": 4000 * index, "dDurationMs": 4000, "segs": [{"utf8": sentence}]}
        for index, sentence in enumerate(sentences)
    ]
    return json.dumps({"wireMagic": "pb3", "events": events}).encode()


def _item(number: int, title: str, *, transcript: str = "", link: str = "", enclosure: str = "") -> str:
    parts = [
        f"<title>{title}</title><guid isPermaLink='false'>tides-{number}</guid>",
        f"<pubDate>Thu, 0{number} May 2024 06:00:00 +0000</pubDate>",
        "<itunes:duration>600</itunes:duration>" if not enclosure.endswith(".wav") else "",
        f"<podcast:transcript url='{transcript}' type='text/vtt'/>" if transcript else "",
        f"<link>{link}</link>" if link else "",
        f"<enclosure url='{enclosure}' type='audio/mpeg' length='1'/>" if enclosure else "",
    ]
    return f"<item>{''.join(parts)}</item>"


def _feed(items: list[str]) -> str:
    return (
        "<rss version='2.0' xmlns:podcast='https://podcastindex.org/namespace/1.0' "
        "xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'><channel><title>Tides</title>"
        f"<language>en</language>{''.join(items)}</channel></rss>"
    )


def _page(title: str, sentences: list[str], extra: str = "") -> str:
    turns = "".join(
        f"<p><strong>{('Ada', 'Ben')[index % 2]}:</strong> {' '.join(sentences[start : start + 5])}</p>"
        for index, start in enumerate(range(0, len(sentences), 5))
    )
    transcript = f"<h2>Transcript</h2><div class='transcript'>{turns}</div>" if turns else ""
    return (
        f"<!doctype html><html lang='en'><head><title>{title}</title><meta property='og:title' "
        f"content='{title}'></head><body><nav><a href='/'>Home</a></nav><article><h1>{title}</h1>"
        f"{extra}{transcript}</article><footer>All rights reserved</footer></body></html>"
    )
