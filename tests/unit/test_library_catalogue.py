"""The catalogue, what is chosen from it, and when it is to be made anew."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from episcribe.library.catalogue import (
    CatalogueEntry,
    find_entry,
    load_catalogue,
    read_catalogue,
    set_aside,
    write_catalogue,
)
from episcribe.library.config import Source, SourceKind
from episcribe.library.contributions import write_listed
from episcribe.library.episode import ChaptersLink, Enclosure, Episode, TranscriptLink
from episcribe.library.episode_file import episode_yaml, read_episode
from episcribe.library.errors import ConfigurationError
from episcribe.library.globbing import list_files
from episcribe.library.merging import Merge, merge_items, minimal_episode
from episcribe.library.refresh import fingerprint, read_discovery, refresh_due, write_discovery
from episcribe.library.selection import select
from episcribe.library.store import Store

NOW = 1_800_000_000.0
HOUR = 3600.0


def item(number: int = 1, **changes: Any) -> Episode:
    plain = Episode(
        id="",
        show="",
        folder="",
        title=f"Part {number}",
        guid=f"guid-{number}",
        published=f"2024-05-{number:02}T06:00:00Z",
        duration=1800.0,
        podcast="A show",
        description="<p>Notes</p>",
        image="https://example.com/cover.jpg?w=600",
        enclosures=(Enclosure(f"https://cdn.example.com/{number}.mp3", "audio/mpeg", 100),),
        transcripts=(TranscriptLink(f"https://example.com/{number}.vtt?key=1", "text/vtt", "en"),),
        chapters=ChaptersLink(f"https://example.com/{number}.json?key=1", "application/json"),
    )
    return replace(plain, **changes)


def merge(known: Sequence[CatalogueEntry], items: Sequence[Episode], settled: Sequence[str] = ()) -> Merge:
    return merge_items(known, items, show="show", origin="show", settled=settled)


def entry(title: str, day: str | None, **changes: Any) -> CatalogueEntry:
    plain = CatalogueEntry(
        "show", f"{day or 'undated'}-{title}", title, title, "show", day and f"{day}T06:00:00Z"
    )
    return plain._replace(**changes)


ENTRIES = merge([], [item(n) for n in range(1, 6)]).entries


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "catalog.jsonl"
    assert write_catalogue(path, ENTRIES)
    assert read_catalogue(path) == ENTRIES
    assert len(path.read_text(encoding="utf-8").splitlines()) == 5


def test_the_same_entries_are_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "catalog.jsonl"
    write_catalogue(path, ENTRIES)
    before = path.stat().st_mtime_ns
    assert not write_catalogue(path, ENTRIES)
    assert path.stat().st_mtime_ns == before


def test_there_may_be_no_catalogue(tmp_path: Path) -> None:
    assert read_catalogue(tmp_path / "catalog.jsonl") == []


@pytest.mark.parametrize(
    "bad",
    [
        b'{"show":"show","folder":"2024-05-01-x',
        b"\x00\xff\xfe",
        b"[]",
        b"null",
        b'{"show":"show"}',
        b'{"show":"..","folder":"x","id":"x","title":"x","origin":"x"}',
        b'{"show":"s","folder":"a/../../b","id":"x","title":"x","origin":"x"}',
        b'{"show":"s","folder":"","id":"x","title":"x","origin":"x"}',
        b'{"show":"s","folder":"x","id":"x","title":7,"origin":"x"}',
        b'{"show":"s","folder":"x","id":"x","title":"x","origin":"x","keys":"y"}',
        b"[" * 5000,
    ],
)
def test_a_bad_line_costs_itself_alone(tmp_path: Path, bad: bytes) -> None:
    path = tmp_path / "catalog.jsonl"
    write_catalogue(path, ENTRIES)
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([*lines[:2], bad, *lines[2:]]))
    catalogue = load_catalogue(path)
    assert catalogue.entries == ENTRIES
    assert [(line.number, line.content) for line in catalogue.rejected] == [(3, bad)]


def test_two_torn_lines_do_not_make_one_entry(tmp_path: Path) -> None:
    path = tmp_path / "catalog.jsonl"
    path.write_bytes(b'{"show":"s","folder":"f","id":"i"\n"title":"t","origin":"o"}\n')
    assert read_catalogue(path) == []


def test_an_entry_that_stands_there_twice_counts_once(tmp_path: Path) -> None:
    path = tmp_path / "catalog.jsonl"
    write_catalogue(path, [*ENTRIES, ENTRIES[2]])
    catalogue = load_catalogue(path)
    assert catalogue.entries == ENTRIES
    assert catalogue.rejected[0].reason == "names an episode a second time"


def test_fields_of_a_later_version_do_not_make_a_line_bad(tmp_path: Path) -> None:
    path = tmp_path / "catalog.jsonl"
    write_catalogue(path, ENTRIES[:1])
    path.write_text(path.read_text().replace('{"show"', '{"later":1,"show"'))
    assert read_catalogue(path) == ENTRIES[:1]


def test_rejected_lines_are_kept_aside_once(tmp_path: Path) -> None:
    path = tmp_path / "catalog.jsonl"
    path.write_bytes(b"torn\n")
    rejected = load_catalogue(path).rejected
    kept = set_aside(path, rejected)
    set_aside(path, rejected)
    assert kept.read_bytes() == b"torn\n"


def test_odd_titles_survive_the_catalogue(tmp_path: Path) -> None:
    titles = ['"quoted"\n\u2028\u2029 \\', "日本語 🎉", "\x00\x1f", ""]
    entries = [CatalogueEntry("s", f"f{n}", f"i{n}", title, "s") for n, title in enumerate(titles)]
    write_catalogue(tmp_path / "c", entries)
    assert [found.title for found in read_catalogue(tmp_path / "c")] == titles


def test_one_entry_is_found_without_the_others(tmp_path: Path) -> None:
    path = tmp_path / "catalog.jsonl"
    decoy = CatalogueEntry("other", ENTRIES[3].folder, "x", f'of "{ENTRIES[3].folder}"', "other")
    odd = CatalogueEntry("show", '2024-01-01-naïve "日本"', "odd", "odd", "show")
    write_catalogue(path, [decoy, *ENTRIES, odd])
    path.write_bytes(path.read_bytes().removesuffix(b"\n"))
    for entry in (decoy, *ENTRIES, odd):
        assert find_entry(path, entry.show, entry.folder) == entry
    assert find_entry(path, "show", "2024-05-01") is None
    assert find_entry(path, "nobody", ENTRIES[0].folder) is None
    assert find_entry(tmp_path / "none", "show", ENTRIES[0].folder) is None


def test_new_episodes_stand_after_the_known_ones_oldest_first() -> None:
    first = merge([], [item(4), item(3)])
    second = merge(first.entries, [item(9), item(4), item(2), item(7, published=None)])
    assert [e.title for e in second.entries] == ["Part 3", "Part 4", "Part 2", "Part 9", "Part 7"]


def test_a_minimal_episode_can_be_made_of_an_entry() -> None:
    merged = merge([], [item(1)])
    full, minimal = merged.listed[merged.new[0]], minimal_episode(merged.entries[0])
    assert minimal.description is None
    for name in (
        "id",
        "folder",
        "title",
        "published",
        "enclosures",
        "transcripts",
        "chapters",
        "podcast",
        "guid",
    ):
        assert getattr(minimal, name) == getattr(full, name)


VOLATILE = {
    "queries": {
        "image": "https://example.com/cover.jpg?w=900",
        "transcripts": (TranscriptLink("https://example.com/1.vtt?key=2", "text/vtt", "en"),),
        "chapters": ChaptersLink("https://example.com/1.json?key=2", "application/json"),
    },
    "a counting prefix and another length": {
        "enclosures": (Enclosure("https://op3.dev/e/cdn.example.com/1.mp3?x=1", "audio/mpeg", 200),)
    },
    "the show's title": {"podcast": "A show renamed"},
    "the GUID": {"guid": "another"},
}
CONTENT = {
    "the title": {"title": "Part one"},
    "the show notes": {"description": "<p>Other notes</p>"},
    "another transcript": {"transcripts": (TranscriptLink("https://example.com/1.srt", "text/srt"),)},
    "the duration": {"duration": 1900.0},
}


@pytest.mark.parametrize("change", VOLATILE.values(), ids=VOLATILE.keys())
def test_what_does_not_matter_leaves_an_episode_with_a_transcript_alone(change: dict[str, Any]) -> None:
    known = merge([], [item(1)]).entries
    settled = merge(known, [item(1, **change)], settled=[known[0].folder])
    assert settled.changed == []
    assert settled.entries[0]._replace(keys=()) == known[0]._replace(keys=())


def test_but_fresh_addresses_matter_while_there_is_no_transcript() -> None:
    known = merge([], [item(1)]).entries
    fresh = merge(known, [item(1, **VOLATILE["queries"])])
    assert fresh.changed == [known[0].folder]
    assert fresh.entries[0].transcripts[0]["url"].endswith("?key=2")


@pytest.mark.parametrize("change", CONTENT.values(), ids=CONTENT.keys())
def test_a_change_of_content_is_a_change(change: dict[str, Any]) -> None:
    known = merge([], [item(1)]).entries
    changed = merge(known, [item(1, **change)], settled=[known[0].folder])
    assert changed.changed == [known[0].folder]
    assert changed.entries[0].folder == known[0].folder


def test_a_file_whose_name_looks_like_a_wildcard_is_read_but_is_no_input_of_a_job() -> None:
    links = (
        TranscriptLink("talks/a {x} b.vtt"),
        TranscriptLink("talks/c.vtt"),
        TranscriptLink("https://e.com/d"),
    )
    (found,) = merge([], [item(1, transcripts=links)]).entries
    assert found.local == ["talks/c.vtt"]
    assert len(found.transcripts) == 3


def test_transcripts_that_a_source_stops_naming_are_kept() -> None:
    known = merge([], [item(1)]).entries
    later = merge(known, [item(1, transcripts=(), published=None, duration=None)])
    assert later.entries[0].transcripts == known[0].transcripts
    assert later.entries[0].published == known[0].published


def test_episode_files_are_written_for_what_is_chosen_and_again_when_they_are_lost(tmp_path: Path) -> None:
    store = Store(tmp_path, {})
    store.merge("show", "show", [item(1), item(2)])
    assert store.write(store.entries()[:1]) == 1
    (path,) = tmp_path.glob("*/*/episode.yaml")
    content = path.read_bytes()
    path.unlink()
    again = Store(tmp_path, {})
    assert again.lacks_file(again.entries()[0])
    again.merge("show", "show", [item(1)])
    again.write(again.entries()[:1])
    assert path.read_bytes() == content


def test_a_lost_episode_file_comes_back_without_its_source(tmp_path: Path) -> None:
    store = Store(tmp_path, {})
    store.merge("show", "show", [item(1)])
    store.write(store.entries())
    (path,) = tmp_path.glob("*/*/episode.yaml")
    path.unlink()
    again = Store(tmp_path, {})
    again.write(again.entries())
    assert read_episode(path.parent) == minimal_episode(again.entries()[0])


def test_a_deleted_catalogue_is_made_again_from_the_episodes_files(tmp_path: Path) -> None:
    store = Store(tmp_path, {})
    store.merge("show", "list", [item(1, podcast="Été"), item(2)])
    store.write(store.entries())
    before = read_catalogue(tmp_path / "catalog.jsonl")
    (tmp_path / "catalog.jsonl").unlink()
    again = Store(tmp_path, {"show": "list"})
    assert sorted(again.entries()) == sorted(before)
    assert again.merge("show", "list", [item(1, guid="another", podcast="Été"), item(2)]).new == []


def test_a_torn_line_is_kept_and_its_episode_found_again(tmp_path: Path) -> None:
    store = Store(tmp_path, {})
    store.merge("show", "show", [item(1), item(2)])
    store.write(store.entries())
    catalogue = tmp_path / "catalog.jsonl"
    whole = catalogue.read_bytes()
    catalogue.write_bytes(whole[:-40])
    again = Store(tmp_path, {})
    again.write(again.entries())
    assert catalogue.read_bytes() == whole
    assert (tmp_path / "catalog.rejected.jsonl").read_bytes().strip() == whole.splitlines()[1][:-39]
    assert "line 2" in again.warnings[0]
    assert "found again" in again.warnings[1]


def test_an_unreadable_episode_file_is_reported_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "show" / "2024-05-01-x-abcdefgh"
    folder.mkdir(parents=True)
    (folder / "episode.yaml").write_text("[broken")
    other = tmp_path / "other" / "moved"
    other.mkdir(parents=True)
    (other / "episode.yaml").write_text(episode_yaml(Episode("i", "show", "elsewhere", "t")))
    store = Store(tmp_path, {})
    assert store.entries() == []
    assert len(store.warnings) == 2


@dataclass(frozen=True)
class Show:
    id: str = "show"
    limit: int | None = None
    after: date | None = None
    before: date | None = None
    match: str | None = None
    kind: SourceKind = "feed"
    source: str = "https://example.com/feed.xml"
    more: Sequence[Source] = ()

    @property
    def sources(self) -> Sequence[Source]:
        return [Source(self.kind, self.source, self.id), *self.more]


LISTED = [
    entry("old", "2023-12-31"),
    entry("new year", "2024-01-01"),
    entry("undated", None),
    entry("newest", "2024-06-01"),
    entry("late", "2024-05-31"),
]


@pytest.mark.parametrize(
    ("show", "titles"),
    [
        (Show(), ["old", "new year", "undated", "newest", "late"]),
        (Show(after=date(2024, 1, 1)), ["new year", "newest", "late"]),
        (Show(before=date(2024, 1, 1)), ["old"]),
        (Show(after=date(2024, 1, 1), before=date(2024, 6, 1)), ["new year", "late"]),
        (Show(limit=2), ["newest", "late"]),
        (Show(limit=4), ["old", "new year", "newest", "late"]),
        (Show(limit=0), []),
        (Show(match="NEW"), ["new year", "newest"]),
        (Show(match="^new", limit=1), ["newest"]),
        (Show(id="other"), []),
    ],
)
def test_a_show_chooses_its_episodes(show: Show, titles: list[str]) -> None:
    assert [chosen.title for chosen in select(LISTED, show)] == titles


def test_each_show_of_a_list_has_its_own_newest() -> None:
    entries = [
        entry(f"{show}{day}", f"2024-01-0{day}", show=show, origin="show") for show in "ab" for day in (1, 2)
    ]
    assert [chosen.title for chosen in select(entries, Show(limit=1))] == ["a2", "b2"]


def test_a_bad_expression_is_one_line_that_names_the_show() -> None:
    with pytest.raises(ConfigurationError, match=r"show 'show': match: '\(' is not a regular expression"):
        select(LISTED, Show(match="("))


def state(tmp_path: Path, **record: Any) -> dict[str, Any]:
    (tmp_path / "catalog.jsonl").touch()
    plain = {
        "kind": "feed",
        "origin": "show",
        "source": "https://example.com/feed.xml",
        "checked_at": "2027-01-15T07:00:00Z",
        "error": None,
    }
    return {"version": 1, "shows": {"show": {**plain, **record}}}


def due(
    tmp_path: Path, known: dict[str, Any], show: Show | None = None, refresh: float = 6 * HOUR
) -> list[str]:
    return refresh_due([show or Show()], known, tmp_path, NOW, refresh)


def test_a_source_that_was_just_read_is_not_due(tmp_path: Path) -> None:
    assert due(tmp_path, state(tmp_path)) == []


def test_a_source_is_due_when_its_time_has_come(tmp_path: Path) -> None:
    assert due(tmp_path, state(tmp_path), refresh=HOUR / 2) == ["show: it was last read 1 h ago"]
    assert due(tmp_path, state(tmp_path), refresh=float("inf")) == []
    assert due(tmp_path, state(tmp_path, checked_at="2031-01-01T00:00:00Z"))
    assert due(tmp_path, state(tmp_path, checked_at=None))


def test_everything_is_due_without_a_catalogue(tmp_path: Path) -> None:
    known = state(tmp_path)
    (tmp_path / "catalog.jsonl").unlink()
    assert due(tmp_path, known) == ["show: there is no catalogue"]
    assert refresh_due([], known, tmp_path, NOW, 1) == []


def test_a_show_that_is_new_or_has_another_source_is_due(tmp_path: Path) -> None:
    known = state(tmp_path)
    assert due(tmp_path, known, Show(id="other")) == ["other: it was not read yet"]
    assert due(tmp_path, known, Show(source="https://example.com/b.xml")) == ["show: its source is another"]


def test_failures_are_tried_again_as_their_kind_asks(tmp_path: Path) -> None:
    def failed(kind: str) -> dict[str, Any]:
        return state(tmp_path, error={"kind": kind, "message": "x", "at": "2027-01-15T07:00:00Z"})

    assert due(tmp_path, failed("transient"))
    assert due(tmp_path, failed("permanent"))
    assert not due(tmp_path, failed("blocked"))
    rested = failed("blocked")
    rested["shows"]["show"]["checked_at"] = "2027-01-15T06:50:00Z"
    assert due(tmp_path, rested)


def test_a_source_that_wants_rest_is_left_in_peace_until_it_said(tmp_path: Path) -> None:
    def blocked(hours: float) -> dict[str, Any]:
        until = datetime.fromtimestamp(NOW + hours * HOUR, UTC).isoformat()
        error = {"kind": "blocked", "message": "x", "at": "2027-01-15T07:00:00Z", "until": until}
        return state(tmp_path, error=error)

    assert due(tmp_path, blocked(-0.1)) == ["show: it was last read 1 h ago"]
    assert due(tmp_path, blocked(0.1)) == []
    assert due(tmp_path, blocked(0.1), refresh=60) == []
    long_ago = blocked(1000)
    long_ago["shows"]["show"]["checked_at"] = "2027-01-01T07:00:00Z"
    assert due(tmp_path, long_ago) == ["show: it was last read 14 d ago"]


@pytest.mark.parametrize(
    ("kind", "source"),
    [("youtube", "@tides"), ("archive", "collection:tides"), ("urls", "/nowhere/list.txt")],
)
def test_a_channel_a_collection_and_a_list_of_addresses_are_due_in_time(
    tmp_path: Path, kind: SourceKind, source: str
) -> None:
    mark = fingerprint(kind, source)
    assert (mark is None) == (kind != "urls")
    known = state(tmp_path, kind=kind, source=source, fingerprint=mark)
    assert due(tmp_path, known, Show(kind=kind, source=source)) == []
    assert due(tmp_path, known, Show(kind=kind, source=source), refresh=HOUR / 2)


def test_each_source_of_a_show_is_due_by_itself(tmp_path: Path) -> None:
    show = Show(more=(Source("youtube", "@tides", "show+youtube"),))
    known = state(tmp_path)
    assert due(tmp_path, known, show) == ["show+youtube: it was not read yet"]
    known["shows"]["show+youtube"] = {**known["shows"]["show"], "kind": "youtube", "source": "@tides"}
    known["shows"]["show+youtube"]["items"] = 3
    assert due(tmp_path, known, show) == ["show+youtube: what it listed is not known any more"]
    write_listed(tmp_path, "show+youtube", {})
    assert due(tmp_path, known, show) == []


def test_a_local_feed_is_due_when_it_changes_and_at_no_other_time(tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text("<rss/>")
    show = Show(source=str(feed))
    known = state(tmp_path, source=str(feed), checked_at=None, fingerprint=fingerprint("feed", str(feed)))
    assert due(tmp_path, known, show, refresh=1) == []
    os.utime(feed, ns=(1, 1))
    assert due(tmp_path, known, show) == ["show: its file has changed"]
    feed.unlink()
    assert due(tmp_path, known, show) == ["show: its file has changed"]


def test_files_are_due_when_one_comes_goes_or_is_renamed(tmp_path: Path) -> None:
    talks = tmp_path / "talks"
    talks.mkdir()
    (talks / "a.vtt").touch()
    glob = f"{talks}/*.vtt"
    show = Show(kind="files", source=glob)

    def known() -> dict[str, Any]:
        return state(tmp_path, kind="files", source=glob, fingerprint=fingerprint("files", glob))

    before = known()
    assert due(tmp_path, before, show) == []
    (talks / "a.vtt").write_text("other words")
    assert due(tmp_path, before, show) == []
    (talks / "b.vtt").touch()
    assert due(tmp_path, before, show) == ["show: its files have changed"]
    before = known()
    (talks / "b.vtt").rename(talks / "c.vtt")
    assert due(tmp_path, before, show) == ["show: its files have changed"]


def test_a_feed_is_due_when_a_file_appears_that_it_names(tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text("<rss/>")
    absent = str(tmp_path / "late.vtt")
    known = state(tmp_path, source=str(feed), fingerprint=fingerprint("feed", str(feed)), absent=[absent])
    assert due(tmp_path, known, Show(source=str(feed))) == []
    Path(absent).touch()
    assert due(tmp_path, known, Show(source=str(feed))) == ["show: a file that it names has appeared"]


def test_the_feeds_of_a_list_are_due_one_by_one(tmp_path: Path) -> None:
    source = "https://example.com/list.opml"
    known = state(
        tmp_path, kind="opml", source=source, feeds=[{"show": "a", "url": "https://a.example/feed"}]
    )
    show = Show(kind="opml", source=source)
    assert due(tmp_path, known, show) == ["a: it was not read yet"]
    known["shows"]["a"] = {**known["shows"]["show"], "kind": "feed", "source": "https://a.example/feed"}
    assert due(tmp_path, known, show) == []


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"version":0,"shows":{"a":{}}}', b"[" * 5000, b'{"shows":3}']
)
def test_a_damaged_record_of_the_last_refresh_is_as_good_as_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "discovery.json"
    path.write_bytes(content)
    assert read_discovery(path) == {"version": 1, "shows": {}}
    write_discovery(path, {"version": 1, "shows": {"a": {"items": 3}, "b": 7}})
    assert read_discovery(path)["shows"] == {"a": {"items": 3}}
    assert json.loads(path.read_bytes())["shows"]["b"] == 7


def test_globs_find_what_a_shell_would(tmp_path: Path) -> None:
    base = tmp_path / "[old] talks"
    (base / "a" / "b").mkdir(parents=True)
    for name in ("1.vtt", "2.srt", ".hidden.vtt", "a/3.vtt", "a/b/4.vtt", "a/b/x [1].txt"):
        (base / name).touch()

    def names(pattern: str) -> list[str]:
        return [os.path.relpath(path, base) for path in list_files(f"{base}/{pattern}").files]

    assert names("*.vtt") == ["1.vtt"]
    assert names("**/*.vtt") == ["1.vtt", "a/3.vtt", "a/b/4.vtt"]
    assert names("*.{vtt,srt}") == ["1.vtt", "2.srt"]
    assert names("*/*.vtt") == ["a/3.vtt"]
    assert names("a/**/b/?.vtt") == ["a/b/4.vtt"]
    assert names("a/b/x [1].txt") == ["a/b/x [1].txt"]
    assert names("a") == names("a/**") == ["a/3.vtt", "a/b/4.vtt", "a/b/x [1].txt"]
    assert names(".*") == [".hidden.vtt"]
    assert names("nothing/*.vtt") == names("nothing") == []


def test_links_that_lead_out_are_not_followed(tmp_path: Path) -> None:
    base, other = tmp_path / "talks", tmp_path / "other"
    base.mkdir()
    other.mkdir()
    (other / "secret.vtt").touch()
    (base / "a.vtt").touch()
    (base / "within.vtt").symlink_to("a.vtt")
    (base / "out.vtt").symlink_to(other / "secret.vtt")
    (base / "folder").symlink_to(other)
    (base / "circle").symlink_to(base)
    listing = list_files(f"{base}/**/*.vtt")
    assert [Path(path).name for path in listing.files] == ["a.vtt", "within.vtt"]
    assert [Path(path).name for path in listing.outside] == ["circle", "folder", "out.vtt"]


def test_a_recording_on_this_disk_decides_an_episode_that_has_no_transcript_there() -> None:
    recorded = item(enclosures=(Enclosure("talks/a.wav"),), transcripts=())
    both = replace(recorded, guid="guid-2", title="Two", transcripts=(TranscriptLink("talks/a.vtt"),))
    first, second = merge_items([], [recorded, both], show="talks", origin="talks").entries
    assert [list(entry.local) for entry in (first, second)] == [["talks/a.wav"], ["talks/a.vtt"]]
