"""Hosts of which a part of everything fails: what a run over many episodes meets outside, by a seed."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self
from urllib.parse import urlsplit

from episcribe.library.transcript import Segment, Transcript
from episcribe.transcripts.writing import write_transcript
from tests.loopback import Answer, LoopbackServer, Request, SiteHandler
from tests.workflow.world import SENTENCES

TIMEOUT = 2.0
"""The `network.timeout` that the hosts' silence is made for."""

Truth = Literal["good", "bad", "mute"]
_TYPES = {
    "vtt": "text/vtt",
    "srt": "application/x-subrip",
    "json": "application/json",
    "txt": "text/plain",
    "html": "text/html",
}
_FORMS = ("vtt", "srt", "json", "html", "txt", "page")
_ERROR_PAGE = (
    b"<!doctype html><html><head><title>503 Service Unavailable</title></head><body><h1>503</h1></body>"
)
_GARBAGE = bytes(range(256)) * 4
# What a client notices at once, and tries again by itself ...
_PASSING = ("silence", "busy", "500", "503", "dropped", "cut", "slow")
# ... what it is turned away with, and what it takes for an answer until it is read.
_FAULTS = (*_PASSING, "429", "429 for a moment", "page", "garbage", "half")
_FOR_GOOD = ("404", "410", "page", "garbage")


@dataclass(frozen=True, slots=True)
class Talk:
    """An episode of the made-up world: whether it can be completed, or has nothing that could be fetched, and
    the addresses of its files.
    """

    show: str
    number: int
    form: str
    truth: Truth
    urls: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"Talk {self.number} of {self.show}"


@dataclass(frozen=True)
class Good(Answer):
    """An answer that is whole and right."""


@dataclass
class Unreliable:
    """`count` episodes over several shows and hosts; a context manager.

    Of all requests a share of `faults` is answered badly; of all addresses as many are bad for several
    requests on end, and half as many for good. One host is down for a while. What happens follows from
    `seed`, address, and how many requests for that address came before.
    """

    count: int
    seed: int
    faults: float = 0.05
    talks: list[Talk] = field(default_factory=list)
    feeds: dict[str, str] = field(default_factory=dict)
    lost_show: str = "lost"
    whole: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.lock = threading.Lock()
        self.hosts = [_Host(self, f"127.0.0.{number + 2}") for number in range(min(8, 2 + self.count // 20))]
        self._down: tuple[float, float] | None = None
        self._running = ExitStack()
        self._fill()

    def shows(self) -> list[dict[str, str]]:
        """The shows for the configuration; the last one's feed is gone for good."""
        return [{"id": show, "subject": "Tides", "feed": feed} for show, feed in self.feeds.items()]

    def number(self, truth: Truth) -> int:
        """How many episodes can be completed, cannot be, or have nothing that could be fetched."""
        return sum(talk.truth == truth for talk in self.talks)

    def requests(self) -> int:
        """How many requests came, for whatever."""
        return sum(len(host.requests) for host in self.hosts)

    def __enter__(self) -> Self:
        for host in self.hosts:
            self._running.enter_context(host)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.close()

    def sent(self, url: str, answer: Answer) -> None:
        """Take note that the last byte of an answer was sent."""
        if isinstance(answer, Good):
            with self.lock:
                self.whole[url] += 1

    def _fill(self) -> None:
        shows = max(2, self.count // 50)
        for number in range(shows):
            show = f"show-{number:02d}"
            own = self.count // shows + (number < self.count % shows)
            items = [self._talk(show, number, n) for n in range(own)]
            feed = _feed(show, items).encode()
            host = self.hosts[number % len(self.hosts)]
            self.feeds[show] = self._serve(host, f"/{show}.xml", feed, "application/rss+xml", is_feed=True)
        self.feeds[self.lost_show] = f"{self.hosts[0].url}/nowhere.xml"
        for host in self.hosts:
            self._serve(host, "/robots.txt", b"User-agent: *\nAllow: /\n", "text/plain", is_sound=True)

    def _talk(self, show: str, at: int, number: int) -> str:
        """Serve the files of an episode; its item in the feed."""
        choose = random.Random(f"{self.seed} {show} {number}")
        host = self.hosts[(at + number) % len(self.hosts)]
        form = _FORMS[number % len(_FORMS)]
        if (at + number) % 97 == 4:
            talk = Talk(show, number, "none", "mute", ())
            self.talks.append(talk)
            return f"<item><title>{talk.title}</title>{_about(show, number)}</item>"
        data = _transcript_as(form, at * 97 + number)
        path = f"/{show}/{number}" + ("" if form == "page" else f".{form}")
        is_bad = choose.random() < self.faults / 2 or (at, number) in ((0, 2), (1, 9))
        kind = _TYPES.get(form, "text/html")
        if form == "page":
            is_bad = False  # where no page has a transcript, nothing failed: it is looked for again for ever
        fate = choose.choice(_FOR_GOOD) if is_bad else None
        url = self._serve(host, path, data, kind, for_good=fate)
        urls, extra = [url], ""
        if form == "vtt" and number % 12 == 0:
            # The first of two addresses is gone, so that the second has to be found.
            spare = self._serve(host, f"/{show}/{number}.srt", _transcript_as("srt", number), _TYPES["srt"])
            self._serve(host, path, data, kind, for_good="404")
            urls, is_bad = [url, spare], False
            extra += f'<podcast:transcript url="{spare}" type="{_TYPES["srt"]}"/>'
        if number % 10 == 3:
            chapters = self._serve(host, f"/{show}/{number}.chapters.json", _chapters(), "application/json")
            urls.append(chapters)
            extra += f'<podcast:chapters url="{chapters}" type="application/json+chapters"/>'
        talk = Talk(show, number, form, "bad" if is_bad else "good", tuple(urls))
        self.talks.append(talk)
        own = f"<link>{url}</link>" if form == "page" else f'<podcast:transcript url="{url}" type="{kind}"/>'
        return f"<item><title>{talk.title}</title>{_about(show, number)}{own}{extra}</item>"

    def _serve(
        self,
        host: "_Host",
        path: str,
        data: bytes,
        kind: str,
        *,
        for_good: str | None = None,
        is_feed: bool = False,
        is_sound: bool = False,
    ) -> str:
        url = host.url + path
        good = Good(data, content_type=kind)
        key = f"{self.seed} {host.address}{path}"
        turns = random.Random(key)
        begins = [] if for_good or is_sound else _beginning(turns, self.faults)

        def answer(request: Request) -> Answer:
            with self.lock:
                ordinal = self.asked[url]
                self.asked[url] += 1
            fault = for_good or self._fault(host, f"{key} {ordinal}", ordinal, begins, is_sound=is_sound)
            with self.lock:
                self.answered[fault or "well"] += 1
            return _bad(fault, good, is_feed=is_feed) if fault else good

        return host.add_programme(path, answer)

    def _fault(
        self, host: "_Host", turn: str, ordinal: int, begins: list[str], *, is_sound: bool
    ) -> str | None:
        """What is wrong with this answer; None when nothing is."""
        if self._is_down(host):
            return "503"
        if is_sound or (begins and ordinal >= len(begins)):
            return None
        if begins:
            return begins[ordinal]
        choose = random.Random(turn)
        return choose.choice(_FAULTS) if choose.random() < self.faults else None

    def _is_down(self, host: "_Host") -> bool:
        """True while the second host is down: six seconds from its twentieth request on."""
        if host is not self.hosts[1]:
            return False
        with self.lock:
            if self._down is None and len(host.requests) >= 20:
                self._down = (time.monotonic(), time.monotonic() + 6.0)
        return self._down is not None and time.monotonic() < self._down[1]


def _beginning(turns: random.Random, share: float) -> list[str]:
    """The faults with which an address begins before it is right for ever; mostly none."""
    if turns.random() >= share:
        return []
    if turns.random() < 0.5:
        return [turns.choice(_PASSING) for _ in range(turns.choice((3, 4, 6)))]
    return [turns.choice(_FAULTS) for _ in range(turns.choice((1, 2, 3)))]


def _bad(fault: str, good: Answer, *, is_feed: bool) -> Answer:
    """An answer that is wrong in one way; none of them delivers what `good` does."""
    body = good.body
    if fault == "half" and not (is_feed or good.content_type == _TYPES["json"]):
        fault = "cut"  # half of a text is a text
    answers: dict[str, Callable[[], Answer]] = {
        "silence": lambda: Answer(wait=TIMEOUT * 1.5, reset=True),
        "busy": lambda: Answer(status=503, headers={"Retry-After": "1"}),
        "dropped": lambda: Answer(reset=True),
        "cut": lambda: Answer(body, content_type=good.content_type, cut_after=len(body) // 2),
        "slow": lambda: Answer(body, content_type=good.content_type, drip=TIMEOUT / 4),
        "429": lambda: Answer(status=429),
        "429 for a moment": lambda: Answer(status=429, headers={"Retry-After": "1"}),
        "page": lambda: Answer(_ERROR_PAGE, content_type="text/html"),
        "garbage": lambda: Answer(_GARBAGE, content_type=good.content_type),
        "half": lambda: Answer(body[: len(body) // 2], content_type=good.content_type),
    }
    return answers[fault]() if fault in answers else Answer(b"it failed", status=int(fault))


class _Host(LoopbackServer):
    """One host of the world, at an address of its own."""

    def __init__(self, world: Unreliable, address: str) -> None:
        class Handler(SiteHandler):
            def _send(self, answer: Answer, asked: dict[str, str]) -> None:
                super()._send(answer, asked)
                if self.command == "GET":
                    world.sent(self.site.url + urlsplit(self.path).path, answer)

        super().__init__(address, Handler)
        self.address = address


def _transcript_as(form: str, skip: int) -> bytes:
    start = skip % 9 * 12
    lines = SENTENCES[start : start + 90]
    if form in ("html", "page"):
        return "".join(_page_lines(lines)).encode()
    cues = [Segment(line, 5.0 * n, 5.0 * n + 4.5) for n, line in enumerate(lines)]
    return write_transcript(Transcript(tuple(cues), language="en"), form).encode()


def _page_lines(lines: list[str]) -> Iterator[str]:
    yield "<!doctype html><html lang='en'><head><title>A talk</title></head><body><article><h1>A talk</h1>"
    yield "<h2>Transcript</h2><div class='transcript'>"
    for index, start in enumerate(range(0, len(lines), 5)):
        yield f"<p><strong>{('Ada', 'Ben')[index % 2]}:</strong> {' '.join(lines[start : start + 5])}</p>"
    yield "</div></article></body></html>"


def _chapters() -> bytes:
    return b'{"version":"1.2.0","chapters":[{"startTime":0,"title":"Ebb"},{"startTime":100,"title":"Flood"}]}'


def _about(show: str, number: int) -> str:
    day = f"{number % 28 + 1:02d} {('Jan', 'Feb', 'Mar')[number // 28 % 3]} 2024"
    return f"<guid isPermaLink='false'>{show}-{number}</guid><pubDate>{day} 06:00:00 GMT</pubDate>"


def _feed(show: str, items: list[str]) -> str:
    space = "https://podcastindex.org/namespace/1.0"
    head = f'<rss version="2.0" xmlns:podcast="{space}"><channel><title>{show}</title><language>en</language>'
    return f"{head}{''.join(items)}</channel></rss>"
