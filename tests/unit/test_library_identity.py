"""Identity: which keys an item has, and which item is which known episode."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.library.episode import Enclosure, Episode, TranscriptLink
from episcribe.library.identity import (
    canonical_url,
    enclosure_keys,
    guid_key,
    item_keys,
    mint_id,
    normal_title,
)
from episcribe.library.merging import Merge, merge_items

START = datetime(2024, 1, 1, 6, tzinfo=UTC)


def item(number: int = 1, **changes: object) -> Episode:
    """An item as a source lists it; items with different numbers have nothing in common."""
    plain = Episode(
        id="",
        show="",
        folder="",
        title=f"{number}. {['Tides', 'Bees', 'Lichens', 'Snow'][number % 4]} and chapter {number}",
        guid=f"guid-{number}",
        published=(START + timedelta(days=number)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        duration=1000.0 + number,
        enclosures=(Enclosure(f"https://cdn.example.com/show/episode-{number}.mp3", "audio/mpeg", 100),),
        transcripts=(TranscriptLink(f"https://example.com/{number}.vtt", "text/vtt"),),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def at(url: str) -> tuple[Enclosure, ...]:
    return (Enclosure(url, "audio/mpeg"),)


def merged(*lists: list[Episode]) -> list[Merge]:
    """What merging the lists one after the other came to, each time."""
    merges: list[Merge] = []
    for listed in lists:
        known = merges[-1].entries if merges else []
        merges.append(merge_items(known, listed, show="show", origin="show"))
    return merges


def new(*lists: list[Episode]) -> list[int]:
    """How many episodes were new, list by list."""
    return [len(merge.new) for merge in merged(*lists)]


@pytest.mark.parametrize(
    "url",
    [
        "https://cdn.example.com/a/ep 1.mp3",
        "http://cdn.example.com/a/ep%201.mp3",
        "https://www.cdn.example.com:443/a//ep%201.mp3?updated=17#t=3",
        "https://CDN.Example.com./a/ep%201.mp3",
        "https://user:secret@cdn.example.com/a/ep%201.mp3",
        "https://op3.dev/e/https://cdn.example.com/a/ep%201.mp3",
        "https://op3.dev/e,pg=6f1c/cdn.example.com/a/ep%201.mp3",
        "https://dts.podtrac.com/redirect.mp3/cdn.example.com/a/ep%201.mp3?x=1",
        "http://www.podtrac.com/pts/redirect.mp3?http://cdn.example.com/a/ep%201.mp3",
        "https://play.podtrac.com/npr-510289/cdn.example.com/a/ep%201.mp3",
        "https://chtbl.com/track/ABC12/cdn.example.com/a/ep%201.mp3",
        "https://media.blubrry.com/someshow/p/cdn.example.com/a/ep%201.mp3",
        "https://pdst.fm/e/chrt.fm/track/7G/pscrb.fm/rss/p/mgln.ai/e/35/arttrk.com/p/AD/cdn.example.com/a/ep%201.mp3",
        "https://2.gum.fm/op3.dev/e/cdn.example.com/a/ep%201.mp3",
    ],
)
def test_a_recording_is_the_same_behind_every_prefix_query_and_spelling(url: str) -> None:
    assert enclosure_keys(url) == ["enclosure:cdn.example.com/a/ep 1.mp3"]


def test_servers_that_stand_for_another_are_one_host() -> None:
    assert enclosure_keys("https://dcs.megaphone.fm/NPR1.mp3?key=9") == enclosure_keys(
        "https://traffic.megaphone.fm/NPR1.mp3"
    )
    node = enclosure_keys("https://ia800503.us.archive.org/12/items/Old/talk_64kb.mp3")
    door = enclosure_keys("https://archive.org/download/Old/talk.ogg")
    assert node[0] == door[0] == "archive:Old/talk"


def test_a_query_that_tells_what_is_asked_for_is_kept() -> None:
    first = enclosure_keys("https://example.com/get.php?id=7&utm_source=feed&token=abc")
    assert first == ["enclosure:example.com/get.php?id=7"]
    assert first != enclosure_keys("https://example.com/get.php?id=8")


@pytest.mark.parametrize("url", ["", "episode.mp3", "ftp://example.com/a.mp3", "http://[bad", "magnet:?xt=1"])
def test_what_is_not_on_the_web_gives_no_key(url: str) -> None:
    assert enclosure_keys(url) == []


@settings(max_examples=300)
@given(st.text(max_size=200) | st.text(max_size=120).map(lambda text: f"https://op3.dev/e/{text}"))
def test_any_text_may_stand_where_a_url_should(url: str) -> None:
    assert all(key.startswith(("enclosure:", "youtube:", "archive:")) for key in enclosure_keys(url))
    assert isinstance(canonical_url(url), str)


@pytest.mark.parametrize(
    "link",
    [
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=3",
        "https://youtu.be/dQw4w9WgXcQ?si=x",
        "https://m.youtube.com/shorts/dQw4w9WgXcQ",
        "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
    ],
)
def test_a_video_is_known_by_its_id(link: str) -> None:
    assert "youtube:dQw4w9WgXcQ" in item_keys(item(link=link))
    assert item_keys(item(guid="yt:video:dQw4w9WgXcQ", enclosures=()))[1] == "youtube:dQw4w9WgXcQ"


def test_a_guid_that_is_an_address_is_the_same_with_https() -> None:
    assert guid_key("http://www.Example.com/?p=12") == guid_key(" https://example.com/?p=12\n")
    assert guid_key("http://example.com/?p=12") != guid_key("http://example.com/?p=13")
    assert guid_key("  ") is None


def test_what_has_nothing_better_is_known_by_date_duration_and_title() -> None:
    bare = item(guid=None, enclosures=())
    assert item_keys(bare) == ("item:2024-01-02T06:00|1001|1 bees and chapter 1",)


def test_very_long_keys_are_cut_but_stay_apart() -> None:
    long = "x" * 5000
    first, second = guid_key(long + "1"), guid_key(long + "2")
    keys = {item_keys(item(guid=guid))[0] for guid in (first, second)}
    assert len(keys) == 2
    assert all(len(key) < 500 for key in keys)


def test_an_id_is_eight_characters_that_follow_from_show_and_key() -> None:
    made = mint_id("show", "guid:1", set())
    assert made == mint_id("show", "guid:1", {"another2"})
    assert len(made) == 8
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz234567")
    assert len({made, mint_id("show", "guid:2", set()), mint_id("other", "guid:1", set())}) == 3


def test_an_id_that_is_taken_gives_way_to_the_next_hash() -> None:
    first = mint_id("show", "guid:1", set())
    second = mint_id("show", "guid:1", {first})
    assert second not in (first, mint_id("show", "guid:1", {first, second}))


def test_a_title_is_compared_without_case_accents_and_punctuation() -> None:
    assert normal_title("Café — «Déjà-vu»!") == normal_title("cafe: deja vu")
    assert normal_title("What’s new?") == "whats new"


CHANGES = {
    "its title": {"title": "Something else altogether"},
    "its enclosure": {"enclosures": at("https://other.example.org/files/a.mp3")},
    "its date": {"published": "2025-01-01T00:00:00Z"},
    "its GUID": {"guid": "a new one"},
    "title and date": {"title": "Something else", "published": "2025-01-01T00:00:00Z"},
    "title and enclosure": {"title": "Something else", "enclosures": at("https://o.example.org/x.mp3")},
    "date and enclosure": {
        "published": "2025-01-01T00:00:00Z",
        "enclosures": at("https://o.example.org/x.mp3"),
    },
    "GUID and title": {"guid": "a new one", "title": "Something else"},
    "GUID and date": {"guid": "a new one", "published": "2025-01-01T00:00:00Z"},
    "GUID, and prefix and query of the enclosure": {
        "guid": "a new one",
        "enclosures": at("http://op3.dev/e/www.cdn.example.com/show/episode-1.mp3?v=2"),
    },
    "GUID and enclosure": {"guid": "a new one", "enclosures": at("https://o.example.org/x.mp3")},
    "the loss of its GUID": {"guid": None},
    "the loss of its enclosure": {"enclosures": ()},
    "the loss of GUID and enclosure": {"guid": None, "enclosures": ()},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_an_episode_survives_a_change_of(change: dict[str, object]) -> None:
    before, after = merged([item(1), item(2)], [item(1, **change), item(2)])
    assert after.new == []
    assert [entry.id for entry in after.entries] == [entry.id for entry in before.entries]
    assert [entry.folder for entry in after.entries] == [entry.folder for entry in before.entries]
    assert set(before.entries[0].keys) <= set(after.entries[0].keys)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_and_is_recognised_when_it_changes_back_from(change: dict[str, object]) -> None:
    assert new([item(1), item(2)], [item(1, **change), item(2)], [item(1), item(2)]) == [2, 0, 0]


def test_aliases_carry_an_episode_through_one_change_after_another() -> None:
    steps = [
        item(1),
        item(1, guid="b"),
        item(1, guid="b", enclosures=at("https://b.example.org/b.mp3")),
        item(1, guid="b", enclosures=at("https://b.example.org/b.mp3"), title="Another name"),
        item(1, guid="c", enclosures=at("https://b.example.org/b.mp3"), title="Another name"),
    ]
    merges = merged(*([step] for step in steps))
    assert [len(merge.entries) for merge in merges] == [1] * 5
    assert {"guid:guid-1", "guid:b", "guid:c"} <= set(merges[-1].entries[0].keys)


def test_a_guid_made_up_at_every_fetch_does_not_make_the_keys_grow_without_end() -> None:
    merges = merged(*([item(1, guid=f"random-{n}")] for n in range(60)))
    entry = merges[-1].entries[0]
    assert len(merges[-1].entries) == 1
    assert len(entry.keys) == 40
    assert entry.keys[0] == "guid:random-0"
    assert "guid:random-59" in entry.keys


def test_a_missing_item_is_not_a_deletion() -> None:
    before, after = merged([item(n) for n in range(5)], [item(3)])
    assert after.entries == before.entries


def test_an_empty_list_takes_nothing_away() -> None:
    before, after = merged([item(n) for n in range(5)], [])
    assert after.entries == before.entries


def test_an_item_that_stands_in_a_list_twice_is_one_episode() -> None:
    assert new([item(1), item(1), item(1, title="1. Bees and chapter 1 (again)")]) == [1]


def test_audio_and_video_of_one_recording_are_one_episode_with_both_enclosures() -> None:
    video = item(1, guid="guid-1-video", enclosures=(Enclosure("https://v.example.com/1.mp4", "video/mp4"),))
    (merge,) = merged([item(1), video])
    (folder,) = merge.new
    assert [enclosure.type for enclosure in merge.listed[folder].enclosures] == ["audio/mpeg", "video/mp4"]


def test_a_guid_that_different_items_of_a_list_share_does_not_merge_them() -> None:
    reused = [item(n, guid="https://example.com/") for n in range(6)]
    first, again = merged(reused, reused)
    assert len(first.new) == 6
    assert len(first.warnings) == 5
    assert "'https://example.com/'" not in first.warnings[0]
    assert "//example.com/" in first.warnings[0]
    assert again.new == []
    assert again.warnings == []


def test_ids_under_a_shared_guid_do_not_depend_on_the_order() -> None:
    reused = [item(n, guid="same") for n in range(6)]
    ids = {entry.id for entry in merged(reused)[0].entries}
    assert ids == {entry.id for entry in merged(reused[::-1])[0].entries}


def test_a_constant_guid_of_a_list_of_one_does_not_swallow_the_next_episode() -> None:
    first, second, third = merged(
        [item(1, guid="latest")], [item(2, guid="latest")], [item(2, guid="latest"), item(3, guid="latest")]
    )
    assert [len(merge.new) for merge in (first, second, third)] == [1, 1, 1]
    assert "is a new episode, although its GUID 'latest' is also that of" in second.warnings[0]


def test_one_address_for_every_live_show_does_not_merge_them() -> None:
    live = "https://stream.example.com/stream.mp3"
    shows = [item(n, enclosures=at(live)) for n in range(4)]
    assert new(shows, shows) == [4, 0]
    assert new(shows[:1], shows[1:2], shows[2:3]) == [1, 1, 1]


def test_items_without_guid_behind_one_script_are_told_apart_by_the_query() -> None:
    listed = [
        item(n, guid=None, published=None, enclosures=at(f"https://example.com/get.php?file={n}"))
        for n in range(5)
    ]
    assert new(listed, listed) == [5, 0]


def test_a_daily_title_is_not_one_episode() -> None:
    bulletins = [item(n, title="The news", duration=300.0) for n in range(30)]
    assert new(bulletins[:10], bulletins[5:20], bulletins[15:]) == [10, 10, 10]


def test_bulletins_of_one_day_are_told_apart_by_the_hour() -> None:
    hours = [
        item(n, title="The news", duration=300.0, published=f"2024-05-01T{n:02}:00:00Z") for n in range(8)
    ]
    assert new(*([hour] for hour in hours)) == [1] * 8


def test_a_feed_that_moves_host_and_loses_all_guids_and_addresses_gives_nothing_new() -> None:
    moved = [
        item(
            n, guid=f"https://new.example.org/?p={n}", enclosures=at(f"https://new.example.org/{n}/audio.mp3")
        )
        for n in range(50)
    ]
    assert new([item(n) for n in range(50)], moved) == [50, 0]


def test_a_feed_without_dates_guids_and_enclosures_is_recognised_by_its_titles() -> None:
    listed = [
        item(n, guid=None, published=None, duration=None, enclosures=(), transcripts=()) for n in range(9)
    ]
    assert new(listed, listed[3:], listed) == [9, 0, 0]


def test_items_without_any_mark_do_not_multiply() -> None:
    blank = Episode(id="", show="", folder="", title="")
    assert new([blank, blank], [blank]) == [1, 0]


def test_a_renamed_file_with_the_same_day_and_title_keeps_its_episode() -> None:
    def file(path: str) -> Episode:
        return Episode(
            id="", show="", folder="", title="A talk", keys=(f"file:{path}",), published="2024-05-01"
        )

    assert new([file("2024-05-01 A talk")], [file("archive/2024-05-01 a-talk")]) == [1, 0]
    assert new([file("a/intro"), file("b/intro")]) == [2]


def test_the_order_of_a_list_does_not_matter() -> None:
    listed = [item(n, guid=f"guid-{n // 2}" if n < 6 else f"guid-{n}") for n in range(20)]
    shuffled = listed[:]
    random.Random(4).shuffle(shuffled)
    assert {e.id for e in merged(listed)[0].entries} == {e.id for e in merged(shuffled)[0].entries}
    assert new(listed, shuffled) == [20, 0]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([None, "a", "b", "c"]),
            st.sampled_from(["", "One", "Two 2", "Two 3"]),
            st.sampled_from([None, "2024-01-01T00:00:00Z", "2024-06-01T10:00:00Z"]),
            st.sampled_from([None, 100.0]),
            st.sampled_from([(), at("https://x.example/one.mp3"), at("https://x.example/get?id=2")]),
        ),
        max_size=8,
    )
)
def test_a_list_that_was_merged_has_nothing_new(rows: list[tuple[object, ...]]) -> None:
    listed = [
        item(1, guid=guid, title=title, published=published, duration=duration, enclosures=enclosures)
        for guid, title, published, duration, enclosures in rows
    ]
    first, again = merged(listed, listed)
    assert again.new == []
    assert again.changed == []
    assert len({entry.id for entry in first.entries}) == len(first.entries)
    assert len({entry.folder for entry in first.entries}) == len(first.entries)


@pytest.mark.parametrize(
    "changes",
    [
        {"guid": "same"},
        {"title": "The news", "published": "2024-05-01", "duration": None},
        {"enclosures": at("https://x.example/stream")},
    ],
    ids=["one GUID", "one title and day", "one address"],
)
def test_thousands_of_items_that_share_a_key_stay_apart_and_are_found_again(
    changes: dict[str, object],
) -> None:
    known = merged([item(n) for n in range(400)])[0].entries
    listed = [item(n, **changes) for n in range(5_000, 5_700)]
    first = merge_items(known, listed, show="show", origin="show")
    again = merge_items(first.entries, listed, show="show", origin="show")
    assert len(first.new) == 700
    assert again.new == []
