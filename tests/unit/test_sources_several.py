"""Several sources of one show: which items are one episode, and what it is made of."""

import itertools
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.library.catalogue import CatalogueEntry, read_catalogue
from episcribe.library.combining import combined
from episcribe.library.config import Source as ConfiguredSource
from episcribe.library.config import SourceKind
from episcribe.library.contributions import read_listed, write_listed
from episcribe.library.episode import Enclosure, Episode, TranscriptLink
from episcribe.library.episode_file import read_episode
from episcribe.library.errors import FailureKind
from episcribe.library.headings import heading, names_of_show
from episcribe.library.merging import Merge, minimal_episode
from episcribe.library.settings import YoutubeSettings
from episcribe.library.several import Source, Surroundings, merge_sources
from episcribe.net.client import Client, NetSettings
from episcribe.sources.discovery import discover
from episcribe.sources.listing import Failure, Reading, Wanted
from episcribe.sources.outcomes import Discovery
from tests.loopback import Answer, LoopbackServer

HOUR = 3600.0
NOW = 1_800_000_000.0
TITLES = ("The Tide Table", "Tide Table")


def item(title: str, day: str | None = "2024-05-01", **changes: Any) -> Episode:
    plain = Episode(
        id="", show="", folder="", title=title, published=day and (day if "T" in day else f"{day}T06:00:00Z")
    )
    return replace(plain, **changes)


def in_feed(title: str, day: str | None = "2024-05-01", **changes: Any) -> Episode:
    """As a feed has it: a GUID, a recording."""
    name = f"{title}{day}".replace(" ", "-")
    recording = (Enclosure(f"https://cdn.example.com/{name}.mp3", "audio/mpeg"),)
    return item(title, day, **{"guid": name, "enclosures": recording, "duration": 1800.0, **changes})


def on_video(title: str, day: str | None = "2024-05-01", **changes: Any) -> Episode:
    """As a channel has it: the id of a video, a length that is nearly that of the recording."""
    name = f"{abs(hash((title, day, str(changes)))):011d}"[:11]
    return item(
        title,
        day,
        **{"keys": (f"youtube:{name}",), "duration": 1823.0, "link": "https://v.example", **changes},
    )


def merge(*lists: Sequence[Episode] | None, known: Sequence[CatalogueEntry] = ()) -> Merge:
    sources = [Source(f"s{rank}", f"place {rank}", items) for rank, items in enumerate(lists)]
    around = Surroundings(minimal_episode, titles=TITLES)
    return merge_sources(known, sources, around, show="show", origin="show")


def is_one(first: Episode, second: Episode) -> bool:
    return len(merge([first], [second]).entries) == 1


ONE = {
    "the same title": (in_feed("Tides at noon"), on_video("Tides at noon")),
    "other case, accents and marks": (in_feed("Café «Noon»: a tide"), on_video("cafe noon — A Tide!")),
    "a day later": (in_feed("Tides at noon"), on_video("Tides at noon", "2024-05-02")),
    "three days later": (in_feed("Tides at noon"), on_video("Tides at noon", "2024-05-04")),
    "a length that is not known": (in_feed("Tides", duration=None), on_video("Tides")),
    "nine tenths of the length": (in_feed("Tides"), on_video("Tides", duration=1650.0)),
    "the show's name in front": (in_feed("Tides at noon"), on_video("The Tide Table: Tides at noon")),
    "the show's name behind": (in_feed("Tides at noon"), on_video("Tides at noon | Tide Table")),
    "a number in front": (in_feed("Tides at noon", number=12.0), on_video("Ep. 12 - Tides at noon")),
    "a bare number": (in_feed("12: Tides at noon"), on_video("Tides at noon")),
    "number and name": (in_feed("Tides at noon"), on_video("Tide Table #12 – Tides at noon")),
    "season and number": (in_feed("S2 E5: Tides at noon"), on_video("Tides at noon (S02E05)")),
    "nothing but a number": (in_feed("Episode 12"), on_video("The Tide Table #12")),
    "more words": (in_feed("Tides at noon"), on_video("Tides at noon with Ann Lee", "2024-05-02")),
    "a number, long after": (in_feed("12. Tides at noon"), on_video("Tides at noon, ep 12", "2025-01-01")),
    "a video that the feed links to": (
        in_feed("Tides at noon", link="https://youtu.be/abcdefghijk"),
        item("How tides work", "2024-05-03", keys=("youtube:abcdefghijk",)),
    ),
    "the same length, long after": (
        in_feed("Tides at noon"),
        on_video("Tides at noon", "2025-01-01", duration=1801.0),
    ),
    "an ornament": (in_feed("Tides", duration=None), on_video("Tides (Full Episode)", "2024-05-02")),
    "the name at both ends": (in_feed("Tide Table - Episode 7"), on_video("Tide Table: Ep. 7 | Tide Table")),
    "a date in front": (in_feed("10.03.2022 – News"), on_video("Tide Table | 10.03.2022 – News")),
    "no hour": (in_feed("Tides"), item("Tides", "2024-05-01", keys=("archive:tides",))),
}


@pytest.mark.parametrize(("first", "second"), ONE.values(), ids=ONE.keys())
def test_one_episode_in_two_sources_is_one_in_spite_of(first: Episode, second: Episode) -> None:
    assert is_one(first, second)
    assert is_one(second, first)


TWO = {
    "neighbouring days": (in_feed("Tides at noon"), on_video("Tides at night", "2024-05-02")),
    "parts": (in_feed("Tides, part 1"), on_video("Tides, part 2", "2024-05-02")),
    "parts in Roman": (in_feed("Tides Part I"), on_video("Tides Part II")),
    "the first part of two": (in_feed("Tides at noon"), on_video("Tides at noon, part two")),
    "a clip": (in_feed("Tides at noon"), on_video("Tides at noon", duration=95.0)),
    "a trailer": (in_feed("Tides at noon", duration=None), on_video("Trailer: Tides at noon")),
    "numbers": (in_feed("Ep. 12 - Tides at noon"), on_video("Ep. 13 - Tides at noon")),
    "numbers alone": (in_feed("Episode 12"), on_video("Episode 13", "2024-05-02")),
    "seasons": (in_feed("S1E4 Tides at noon"), on_video("S2E4 Tides at noon")),
    "a year later": (in_feed("Tides at noon"), on_video("Tides at noon", "2025-05-01")),
    "days of the week": (in_feed("The news on Monday"), on_video("The news on Monday and Tuesday")),
    "days that are not known": (in_feed("Tides", None, duration=None), on_video("Tides", None)),
    "one common word": (in_feed("Tides"), on_video("Tides at noon with Ann Lee")),
    "two videos": (
        in_feed("Tides at noon", link="https://youtu.be/abcdefghijk"),
        item("Tides at noon", keys=("youtube:bbcdefghijk",)),
    ),
    "the trailer that the feed links to": (
        in_feed("Tides at noon", link="https://youtu.be/abcdefghijk"),
        item("Tides soon", "2023-05-03", keys=("youtube:abcdefghijk",), duration=60.0),
    ),
    "a rerun": (in_feed("Tides at noon"), on_video("Tides at noon (encore)", "2024-05-03")),
}


@pytest.mark.parametrize(("first", "second"), TWO.values(), ids=TWO.keys())
def test_two_episodes_stay_two_for(first: Episode, second: Episode) -> None:
    assert not is_one(first, second)
    assert not is_one(second, first)


def test_a_title_that_comes_every_day_is_told_apart_by_the_day() -> None:
    days = [f"2024-05-{day:02}" for day in range(1, 9)]
    feed = [in_feed("Daily news", day) for day in days]
    videos = [on_video("Daily news", f"{day}T17:00:00Z") for day in days]
    assert len(merge(feed, videos).entries) == 8
    late = merge(feed[:-1], videos[1:])
    assert len(late.entries) == 8
    assert [len(entry.keys) for entry in late.entries] == [2, 3, 3, 3, 3, 3, 3, 1]


def test_of_two_with_the_same_words_and_more_neither_is_taken() -> None:
    feed = [in_feed("Tides at noon")]
    videos = [on_video("Tides at noon with Ann Lee"), on_video("Tides at noon with Bo Ray", "2024-05-02")]
    assert len(merge(feed, videos).entries) == 3


def test_a_clip_does_not_keep_the_whole_episode_from_its_place() -> None:
    videos = [on_video("Tides at noon", "2024-05-02", duration=60.0), on_video("Tides at noon", "2024-05-02")]
    found = merge([in_feed("Tides at noon")], videos)
    assert len(found.entries) == 2
    assert len(found.entries[0].keys) == 3


def test_within_one_source_the_strict_rules_stay() -> None:
    listed = [on_video("Tides at noon"), on_video("Tides at noon", "2024-05-02")]
    assert len(merge(listed).entries) == 2


def test_an_episode_is_known_again_by_what_its_own_source_said_of_it() -> None:
    feed, video = [in_feed("Tides at noon")], on_video("Tides at noon | Tide Table", "2024-05-03")
    sources = [Source("a", "a", feed), Source("b", "b", [video])]
    around = Surroundings(minimal_episode, titles=TITLES)
    known = merge_sources([], sources, around, show="s", origin="s").entries
    renamed = replace(video, title="You will not believe this tide")
    later = [replace_items(sources[0], None), replace_items(sources[1], [renamed])]
    found = merge_sources(known, later, around, show="s", origin="s")
    assert (len(found.entries), found.new, found.changed) == (1, [], [])


def replace_items(source: Source, items: Sequence[Episode] | None) -> Source:
    return Source(source.name, source.place, items, dict(source.drafts))


def test_the_first_source_wins_field_by_field_and_the_others_fill_gaps() -> None:
    first = in_feed("Tides", description="From the feed", sources=("feed",), language="en", extra={"a": 1})
    second = on_video(
        "Tides | Tide Table",
        description="From the channel",
        image="https://v.example/1.jpg",
        sources=("channel",),
        transcripts=(TranscriptLink("https://v.example/1.vtt"),),
        enclosures=(Enclosure("https://op3.dev/e/" + first.enclosures[0].url.removeprefix("https://")),),
        extra={"a": 2, "availability": {"class": "members_only"}},
    )
    both = combined([first, second])
    assert (both.title, both.description, both.duration) == ("Tides", "From the feed", 1800.0)
    assert (both.image, both.link, both.language) == ("https://v.example/1.jpg", "https://v.example", "en")
    assert (both.sources, both.enclosures) == (("feed", "channel"), first.enclosures)
    assert both.transcripts == second.transcripts
    assert both.extra == {"a": 1, "availability": {"class": "members_only"}}


def test_the_catalogue_says_why_an_episode_is_not_to_be_had() -> None:
    held_back = on_video("Tides", extra={"availability": {"class": "upcoming", "reason": "in 3 days"}})
    (entry,) = merge([held_back]).entries
    assert entry.more is not None
    assert entry.more["availability"] == "upcoming"
    assert minimal_episode(entry).extra == {"availability": {"class": "upcoming"}}


def test_the_episodes_of_two_sources_are_matched_in_linear_time() -> None:
    def lists(count: int) -> tuple[list[Episode], list[Episode]]:
        days = [(date(2000, 1, 1).toordinal() + n) for n in range(count)]
        texts = [date.fromordinal(day).isoformat() for day in days]
        feed = [in_feed(f"Tide {n} of the {n % 97} seas", day) for n, day in enumerate(texts)]
        return feed, [
            on_video(f"Tide {n} of the {n % 97} seas | Tide Table", day) for n, day in enumerate(texts)
        ]

    took = []
    for count in (500, 2000):
        one, other = lists(count)
        started = time.process_time()
        assert len(merge(one, other).entries) == count
        took.append(time.process_time() - started)
    assert took[1] < 10 * took[0]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80), st.text(max_size=30))
def test_any_title_has_a_heading(title: str, name: str) -> None:
    found = heading(title, names_of_show([name]))
    assert all(word and not word.isspace() for word in found.words)


@pytest.mark.parametrize(
    ("title", "words", "number", "season"),
    [
        ("Ep. 12 - Tides", "tides", 12, None),
        ("S02E05: Tides", "tides", 5, 2),
        ("Season 2, Episode 5: Tides", "tides", 5, 2),
        ("Tide Table 12: Tides", "tides", 12, None),
        ("2024-05-01 Tides", "tides", None, None),
        ("7 habits of tides", "7 habits of tides", None, None),
        ("1984 and after", "1984 and after", None, None),
        ("Tides #7", "tides", 7, None),
        ("The Tide Table", "the tide table", None, None),
    ],
)
def test_a_heading_is_what_a_title_says_of_its_own(
    title: str, words: str, number: int | None, season: int | None
) -> None:
    found = heading(title, names_of_show(TITLES))
    assert (" ".join(found.words), found.number, found.season) == (words, number, season)


def test_what_a_source_said_is_kept_word_for_word(tmp_path: Path) -> None:
    said = {"f1": replace(in_feed("Tides — \u2028 «é»\n\t", extra={"n": [1]}), folder="f1")}
    write_listed(tmp_path, "show+youtube", said)
    assert read_listed(tmp_path, "show+youtube") == said
    (tmp_path / "log/sources/show+youtube.jsonl").write_text('{"title": ')
    assert read_listed(tmp_path, "show+youtube") is None


# From here on: whole refreshes, of feeds on loopback.


@dataclass(frozen=True)
class Show:
    id: str
    addresses: tuple[tuple[SourceKind, str], ...]
    subject: str = "Tides"
    title: str | None = None
    limit: int | None = None
    after: date | None = None
    before: date | None = None
    match: str | None = None
    youtube_videos: YoutubeSettings = field(default_factory=YoutubeSettings)

    @property
    def sources(self) -> list[ConfiguredSource]:
        return [
            ConfiguredSource(kind, address, self.id if rank == 1 else f"{self.id}+{kind}+{rank}")
            for rank, (kind, address) in enumerate(self.addresses, 1)
        ]


@dataclass(frozen=True)
class Network:
    max_feed_megabytes: int = 4


@dataclass(frozen=True)
class Configuration:
    shows: Sequence[Show]
    timezone: str = "UTC"
    refresh_seconds: float = 6 * HOUR
    network: Network = field(default_factory=Network)


def client() -> Client:
    return Client(NetSettings(allow_private=True, attempts=1, timeout=5, deadline=10))


def run(library: Path, show: Show, hours: float = 0, **options: Any) -> Discovery:
    return discover(
        Configuration([show]),
        library=library,
        client_factory=client,
        now=NOW + hours * HOUR,
        root=library.parent,
        **options,
    )


def feed(host: str, *items: tuple[int, str], name: str = "Tide Table", extra: str = "") -> str:
    listed = "".join(
        f"<item><title>{title}</title><guid>{host}-{day}</guid>"
        f"<pubDate>{day:02} May 2024 06:00:00 GMT</pubDate>"
        f'<enclosure url="https://{host}.example.com/{day}.mp3" type="audio/mpeg" length="9"/>{extra}</item>'
        for day, title in items
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{name}</title>{listed}</channel></rss>'


A1 = feed("a", (2, "Bees at dawn"), (1, "Tides at noon"))
A2 = feed("a", (3, "Snow"), (2, "Bees at dawn"), (1, "Tides at noon, and after"))
B1 = feed(
    "b", (2, "Ep. 2: Bees at dawn"), (1, "Ep. 1: Tides at noon"), extra="<description>B one</description>"
)
B2 = feed("b", (3, "Ep. 3: Snow"), (2, "Ep. 2: Bees at dawn"), extra="<description>B two</description>")


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "processed"


def state(library: Path) -> dict[str, bytes]:
    paths = [*library.rglob("episode.yaml"), library / "catalog.jsonl"]
    return {str(path.relative_to(library)): path.read_bytes() for path in sorted(paths)}


def two(server: LoopbackServer) -> Show:
    return Show("show", (("feed", f"{server.url}/a.xml"), ("feed", f"{server.url}/b.xml")))


def serve(server: LoopbackServer, a: str | None, b: str | None) -> None:
    for path, content in (("/a.xml", a), ("/b.xml", b)):
        if content is None:
            server.add_programme(path, lambda request: Answer(status=503))
        else:
            server.add(path, content, etag=f'"{hash(content)}"')


def episodes(library: Path) -> list[Episode]:
    return [
        read_episode(library / entry.show / entry.folder)
        for entry in read_catalogue(library / "catalog.jsonl")
    ]


def test_an_episode_in_two_feeds_has_two_sources_and_the_fields_of_the_first(library: Path) -> None:
    with LoopbackServer() as server:
        serve(server, A1, B2)
        found = run(library, two(server))
        assert {name: (o.items, o.new) for name, o in found.outcomes.items()} == {
            "show": (2, 2),
            "show+feed+2": (2, 1),
        }
        tides, bees, snow = episodes(library)
        assert bees.title == "Bees at dawn"
        assert bees.description == "B two"
        assert bees.sources == (f"{server.url}/a.xml", f"{server.url}/b.xml")
        assert [e.url for e in bees.enclosures] == [
            "https://a.example.com/2.mp3",
            "https://b.example.com/2.mp3",
        ]
        assert {"guid:a-2", "guid:b-2"} <= set(bees.keys)
        assert (tides.sources, snow.sources) == ((f"{server.url}/a.xml",), (f"{server.url}/b.xml",))


def test_alternating_refreshes_rewrite_nothing(library: Path) -> None:
    with LoopbackServer() as server:
        serve(server, A1, B1)
        run(library, two(server))
        before = state(library)
        times = {path: (library / path).stat().st_mtime_ns for path in before}
        for hours, (a, b) in enumerate([(None, B1), (A1, None), (A1, B1), (None, None)], 1):
            serve(server, a, b)
            assert run(library, two(server), hours=7 * hours).changed == []
        run(library, two(server), hours=60, force=True)
        assert server.requests[-1].headers.get("if-none-match")
    assert state(library) == before
    assert {path: (library / path).stat().st_mtime_ns for path in before} == times


ORDERS = list(itertools.permutations([(A2, None), (None, B2), (A2, B1), (A1, B2)], 2))


def test_it_does_not_matter_which_source_was_read_when(tmp_path: Path) -> None:
    results = []
    with LoopbackServer() as server:
        for number, order in enumerate(ORDERS):
            library = tmp_path / f"{number}" / "processed"
            for hours, (a, b) in enumerate([(A1, B1), *order, (A2, B2)]):
                serve(server, a, b)
                run(library, two(server), hours=7 * hours)
            results.append({path: data for path, data in state(library).items() if "snow" not in path})
            results[-1].pop("catalog.jsonl")
    assert all(result == results[0] for result in results)
    assert len(results[0]) == 2


def test_the_folder_that_a_later_source_gave_stays_when_the_first_one_comes(library: Path) -> None:
    with LoopbackServer() as server:
        serve(server, None, B1)
        run(library, two(server))
        folders = [entry.folder for entry in read_catalogue(library / "catalog.jsonl")]
        serve(server, A1, B1)
        found = run(library, two(server), hours=1)
        assert found.new == []
        assert [entry.folder for entry in read_catalogue(library / "catalog.jsonl")] == folders
        assert [episode.title for episode in episodes(library)] == ["Tides at noon", "Bees at dawn"]
        assert episodes(library)[0].description == "B one"


def test_a_second_source_that_joins_loses_nothing_of_the_first_that_is_down(library: Path) -> None:
    long = A1.replace("</guid>", "</guid><description>A long one</description>")
    with LoopbackServer() as server:
        serve(server, long, B1)
        both = two(server)
        run(library, replace(both, addresses=both.addresses[:1]))
        alone = [episode.description for episode in episodes(library)]
        serve(server, None, B1)
        run(library, both, hours=7)
        assert [episode.description for episode in episodes(library)] == alone == ["A long one"] * 2
        assert [len(episode.sources) for episode in episodes(library)] == [2, 2]
        serve(server, long, B1)
        run(library, both, hours=8)
        assert run(library, both, hours=15).changed == []


def test_a_source_whose_words_are_lost_is_read_again_whole(library: Path) -> None:
    with LoopbackServer() as server:
        serve(server, A1, B1)
        run(library, two(server))
        before = state(library)
        for kept in (library / "log/sources").iterdir():
            kept.unlink()
        found = run(library, two(server))
        assert {outcome.items for outcome in found.outcomes.values()} == {2}
        assert state(library) == before
        assert run(library, two(server)).outcomes == {}


def test_what_a_source_listed_once_stays_when_its_words_are_lost_and_it_lists_it_no_more(
    library: Path,
) -> None:
    long = A1.replace("</guid>", "</guid><description>A long one</description>")
    with LoopbackServer() as server:
        serve(server, long, B1)
        run(library, two(server))
        (library / "log/sources/show.jsonl").unlink()
        serve(server, feed("a", (2, "Bees at dawn")), B1.replace("B one", "B more"))
        run(library, two(server), hours=7)
        run(library, two(server), hours=14)
        tides, _ = episodes(library)
        assert tides.description == "A long one"


def test_a_deleted_catalogue_of_two_sources_comes_back_as_it_was(library: Path) -> None:
    with LoopbackServer() as server:
        serve(server, A1, B1)
        run(library, two(server))
        before = state(library)
        (library / "catalog.jsonl").unlink()
        run(library, two(server), hours=1)
    assert state(library) == before


def test_a_lost_episode_file_comes_back_with_all_that_its_sources_said(library: Path) -> None:
    with LoopbackServer() as server:
        serve(server, A1, B1)
        run(library, two(server))
        before = state(library)
        (library / next(path for path in before if path.endswith("yaml"))).unlink()
        serve(server, None, None)
        run(library, two(server), hours=1)
    assert state(library) == before


def test_each_source_has_a_record_and_one_that_fails_stops_no_other(library: Path) -> None:
    with LoopbackServer() as server:
        serve(server, A1, None)
        found = run(library, two(server))
    assert [outcome.show for outcome in found.failed] == ["show+feed+2"]
    records = json.loads((library / "discovery.json").read_bytes())["shows"]
    assert {name: (r["origin"], r["items"]) for name, r in records.items()} == {
        "show": ("show", 2),
        "show+feed+2": ("show", None),
    }
    assert len(episodes(library)) == 2


def test_a_reader_is_told_of_what_its_own_source_listed(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Wanted] = []

    class Channel:
        @staticmethod
        def read_youtube(address: str, *, wanted: Wanted, **_: Any) -> Reading:
            told.append(wanted)
            video = on_video("Tides at noon", keys=("youtube:abcdefghijk",))
            blocked = Failure(FailureKind.BLOCKED, "a bot check", NOW + 2 * HOUR)
            return Reading([video], title="Tide Table", failure=blocked if len(told) == 1 else None)

    monkeypatch.setitem(sys.modules, "episcribe.sources.youtube", Channel)
    with LoopbackServer() as server:
        linked = A1.replace("</guid>", "</guid><link>https://youtu.be/zzzzzzzzzzz</link>", 1)
        both = Show("show", (("feed", server.add("/a.xml", linked)), ("youtube", "@tides")), limit=3)
        found = run(library, both)
        line = found.outcomes["show+youtube+2"].line
        assert line == (
            "show+youtube+2: not read whole, 1 listed, 0 new, 0 changed (blocked): a bot check; "
            "it is left in peace until 2027-01-15T10:00:00Z, then tried again"
        )
        assert run(library, both, hours=1.9, force=False).outcomes == {}
        assert list(run(library, both, hours=2.1).outcomes) == ["show+youtube+2"]
        assert run(library, both, hours=2.2).outcomes == {}
    assert [entry.title for entry in read_catalogue(library / "catalog.jsonl")] == [
        "Tides at noon",
        "Bees at dawn",
    ]
    assert told[0].known == {}
    assert set(told[1].known) == {"guid:a-1", "enclosure:a.example.com/1.mp3", "youtube:abcdefghijk"}
    assert told[1].limit == 3
