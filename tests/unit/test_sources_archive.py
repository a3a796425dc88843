"""archive.org read by the real internetarchive over our own client, from a site on loopback."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from episcribe.library.errors import EpiscribeError, FailureKind
from episcribe.net.client import Client, HostManners, NetSettings
from episcribe.net.errors import FetchError, Resting
from episcribe.sources.archive import read_archive
from episcribe.sources.archive.listing import Walk
from episcribe.sources.archive.session import ArchiveSite
from episcribe.sources.listing import Reading, Wanted
from tests.fake_archive import SCRAPE, FakeArchive, audio, derived
from tests.fake_web import FakeWeb
from tests.loopback import Answer, Request

NOW = 1_700_000_000.0
WEEK = 7 * 86400.0

Read = Callable[..., Reading]


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeWeb]:
    with FakeWeb() as web:
        monkeypatch.setenv("SSL_CERT_FILE", web.ca_file)
        yield web


@pytest.fixture
def archive(web: FakeWeb) -> FakeArchive:
    return FakeArchive(web)


@pytest.fixture
def settings(web: FakeWeb) -> NetSettings:
    return NetSettings(slots=(web.slot,), timeout=5, deadline=20, backoff=0.01)


@pytest.fixture
def read(settings: NetSettings, tmp_path: Path) -> Read:
    def read(address: str, *, now: float = NOW, net: Any = None, **wanted: Any) -> Reading:
        with Client(replace(settings, **(net or {}))) as client:
            return read_archive(
                address, client=client, cache=tmp_path / "cache", wanted=Wanted(**wanted), now=now
            )

    return read


def titles(reading: Reading) -> list[str]:
    assert reading.items is not None
    return [episode.title for episode in reading.items]


def fill(archive: FakeArchive, collection: str, years: range) -> None:
    for year in years:
        archive.add_item(f"talk{year}", title=f"Talk {year}", collection=[collection], date=f"{year}-06-01")


def test_an_item_is_an_episode_with_its_recording_and_its_words(archive: FakeArchive, read: Read) -> None:
    sound = b"ID3" + b"x" * 500
    archive.add_item(
        "talk-1999",
        title="On Gardens",
        creator=["A. Gardener", "B. Grower"],
        date="1999-05-01",
        description="<p>Beds &amp; borders</p>",
        subject="gardens; soil",
        language="eng",
        licenseurl="https://creativecommons.org/licenses/by-sa/4.0/",
        files=[
            audio("talk.wav", b"RIFF" + b"x" * 9000, format="WAVE", length="3753.12"),
            derived("talk.mp3", "talk.wav", sound, length="62:33"),
            derived("talk.asr.srt", "talk.wav", format="SubRip"),
            {"name": "talk.png", "source": "derivative", "format": "PNG", "original": "talk.wav"},
        ],
    )

    reading = read("https://archive.org/details/talk-1999")

    assert reading.items is not None
    (episode,) = reading.items
    assert (reading.title, episode.title, episode.published) == ("On Gardens", "On Gardens", "1999-05-01")
    assert episode.keys[:2] == ("archive:talk-1999/talk", "archive:talk-1999")
    assert (episode.author, episode.language) == ("A. Gardener, B. Grower", "en")
    assert episode.keywords == ("gardens", "soil")
    (enclosure,) = episode.enclosures
    assert (enclosure.type, enclosure.length, episode.duration) == ("audio/mpeg", len(sound), 3753.0)
    assert enclosure.url == "https://archive.org/download/talk-1999/talk.mp3?cnt=0"
    assert episode.extra["checksums"][enclosure.url] == {
        name: audio("talk.mp3", sound)[name] for name in ("md5", "sha1")
    }
    assert [(link.url, link.type) for link in episode.transcripts] == [
        ("https://archive.org/download/talk-1999/talk.asr.srt?cnt=0", "application/x-subrip")
    ]
    assert episode.extra["license"]["name"] == "cc-by-sa-4.0"


def test_requests_carry_our_name_and_no_secret(
    archive: FakeArchive, read: Read, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "ia.ini").write_text("[s3]\naccess = filekey\nsecret = filesecret\n")
    monkeypatch.setenv("IA_CONFIG_FILE", str(tmp_path / "ia.ini"))
    monkeypatch.setenv("IA_ACCESS_KEY_ID", "envkey")
    monkeypatch.setenv("IA_SECRET_ACCESS_KEY", "envsecret")
    archive.add_item("talk", title="Talk")

    read("talk")

    (request,) = archive.site.requests
    assert request.headers["user-agent"].startswith("Episcribe/")
    assert "authorization" not in request.headers
    assert not any(word in str(request) for word in ("filekey", "filesecret", "envkey", "envsecret"))


def test_reading_leaves_the_sockets_of_the_process_alone(archive: FakeArchive, read: Read) -> None:
    before = socket.socket.connect
    archive.add_item("talk", title="Talk")

    read("talk")

    assert socket.socket.connect is before


def test_importing_the_source_imports_neither_internetarchive_nor_requests() -> None:
    names = "{'internetarchive', 'requests', 'httpx', 'httpcore'} & {*sys.modules}"
    code = f"import sys, episcribe.sources.archive; print({names})"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": "scripts"},
    )

    assert done.stdout.strip() == "set()"


def test_a_collection_is_read_newest_first_over_several_pages(archive: FakeArchive, read: Read) -> None:
    archive.add_collection("lectures", title="The Lectures")
    fill(archive, "lectures", range(2001, 2008))
    archive.largest_page = 3

    reading = read("lectures")

    assert reading.title == "The Lectures"
    assert titles(reading) == [f"Talk {year}" for year in range(2007, 2000, -1)]
    cursors = [search.get("cursor") for search in archive.searches() if "audio" in search["q"]]
    assert cursors == [None, "3", "6"]


def test_only_the_metadata_that_a_limit_wants_are_fetched(archive: FakeArchive, read: Read) -> None:
    archive.add_collection("lectures")
    fill(archive, "lectures", range(2001, 2011))

    assert titles(read("lectures", limit=3)) == ["Talk 2010", "Talk 2009", "Talk 2008"]
    assert sorted(archive.fetched()) == ["lectures", "talk2008", "talk2009", "talk2010"]


def test_a_limit_counts_the_titles_that_match(archive: FakeArchive, read: Read) -> None:
    archive.add_collection("lectures")
    fill(archive, "lectures", range(2001, 2011))

    reading = read("lectures", limit=1, match="200[34]")

    assert "Talk 2004" in titles(reading)
    assert "talk2001" not in archive.fetched()


def test_items_outside_the_wanted_days_are_not_fetched(archive: FakeArchive, read: Read) -> None:
    archive.add_collection("lectures")
    fill(archive, "lectures", range(2001, 2011))

    reading = read("lectures", after=date(2004, 1, 1), before=date(2006, 1, 1))

    assert titles(reading) == ["Talk 2005", "Talk 2004"]
    assert sorted(archive.fetched()) == ["lectures", "talk2004", "talk2005"]


def test_metadata_are_fetched_once_and_again_when_an_item_has_changed(
    archive: FakeArchive, read: Read
) -> None:
    archive.add_collection("lectures")
    fill(archive, "lectures", range(2001, 2004))
    read("lectures")
    archive.site.requests.clear()
    archive.add_item(
        "talk2002",
        title="Talk 2002, corrected",
        collection=["lectures"],
        date="2002-06-01",
        updated="2024-01-01T00:00:00Z",
    )

    reading = read("lectures", now=NOW + 100 * WEEK)

    assert titles(reading) == ["Talk 2003", "Talk 2002, corrected", "Talk 2001"]
    assert archive.fetched() == ["lectures", "talk2002"]


def test_a_damaged_file_of_the_cache_is_fetched_anew(
    archive: FakeArchive, read: Read, tmp_path: Path
) -> None:
    archive.add_collection("lectures")
    fill(archive, "lectures", range(2001, 2003))
    read("lectures")
    kept = tmp_path / "cache" / "talk2001.json"
    whole = kept.read_bytes()
    kept.write_bytes(whole[:50])

    assert titles(read("lectures")) == ["Talk 2002", "Talk 2001"]
    assert kept.read_bytes() == whole
    assert "Great" not in whole.decode()


def test_a_search_is_read_and_tells_what_it_left_out(archive: FakeArchive, read: Read) -> None:
    archive.add_item("a", title="Roses in spring", date="2001")
    archive.add_item("b", title="Tulips", date="2002")
    archive.add_item("c", title="Roses, a book", mediatype="texts")

    reading = read("mediatype:(audio OR texts) AND roses")

    assert titles(reading) == ["Roses in spring"]
    assert reading.warnings == ["results that are neither audio nor video were left out: 1"]


def test_collections_in_collections_are_followed_and_circles_survived(
    archive: FakeArchive, read: Read
) -> None:
    archive.add_collection("top", title="Top", collection=["inner"])
    archive.add_collection("inner", collection=["top"])
    archive.add_item("one", title="One", collection=["top"], date="2001-02-03")
    archive.add_item("two", title="Two", collection=["inner", "top"], date="2002-02-03")
    archive.add_item("three", title="Three", collection=["inner"], date="2003-02-03")

    assert titles(read("top", limit=3)) == ["Three", "Two", "One"]


def test_collections_are_followed_four_levels_down(archive: FakeArchive, read: Read) -> None:
    for level in range(7):
        archive.add_collection(f"level{level}", collection=[f"level{level - 1}"])
        archive.add_item(f"item{level}", title=f"At {level}", collection=[f"level{level}"], date="2001-02-03")

    reading = read("level0")

    assert sorted(titles(reading)) == [f"At {level}" for level in range(5)]
    assert reading.warnings == ["the collection level5 lies more than 4 levels down: left out"]


def test_withdrawn_and_missing_items_are_told_and_cost_nothing_else(archive: FakeArchive, read: Read) -> None:
    archive.add_collection("lectures")
    fill(archive, "lectures", range(2001, 2004))
    archive.add_item("dark", collection=["lectures"], files=[], top={"is_dark": True})
    archive.add_item("gone", collection=["lectures"])
    archive.site.add("/metadata/gone", body="{}", content_type="application/json")
    archive.add_item("empty", collection=["lectures"], files=[])

    reading = read("lectures")

    assert titles(reading) == ["Talk 2003", "Talk 2002", "Talk 2001"]
    assert reading.failure is None
    assert reading.warnings == [
        "1 of 6 items withdrawn from archive.org (dark): dark",
        "1 of 6 items listed but not there: gone",
        "1 of 6 items without a recording: empty",
    ]


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (Answer(b"{}", content_type="application/json"), FailureKind.PERMANENT, "has no item talk"),
        (Answer(b"no", status=404), FailureKind.PERMANENT, "has nothing for talk"),
        (Answer(b'{"is_dark": true}'), FailureKind.PERMANENT, "withdrawn the item talk"),
        (Answer(b"<html>Down", content_type="text/html"), FailureKind.TRANSIENT, "something else than JSON"),
        (Answer(b"[1]"), FailureKind.TRANSIENT, "a form that nobody knows"),
        (Answer(b'{"error": "no servers"}'), FailureKind.TRANSIENT, "answers 'no servers'"),
        (Answer(b"[" * 200_000), FailureKind.TRANSIENT, "a form that nobody knows"),
        (Answer(b'{"metadata": {}}', cut_after=5), FailureKind.TRANSIENT, "cut off"),
        (Answer(status=503), FailureKind.TRANSIENT, "503"),
        (Answer(status=429, headers={"Retry-After": "90"}), FailureKind.BLOCKED, "429"),
        (Answer(status=403), FailureKind.BLOCKED, "403"),
    ],
)
def test_failures_are_told_apart(
    archive: FakeArchive, read: Read, answer: Answer, kind: FailureKind, said: str
) -> None:
    archive.site.add_all("/metadata/talk", [answer])

    with pytest.raises(EpiscribeError, match=said) as caught:
        read("talk")

    assert caught.value.kind is kind
    assert "\n" not in str(caught.value)


def test_the_time_that_archive_org_asks_for_is_passed_on(archive: FakeArchive, read: Read) -> None:
    archive.site.add("/metadata/talk", status=429, headers={"Retry-After": "90"})

    with pytest.raises(FetchError) as caught:
        read("talk")

    assert caught.value.retry_after == 90


def test_a_storm_of_503_is_waited_out(archive: FakeArchive, read: Read) -> None:
    archive.add_item("talk", title="Talk")
    whole = archive.site.choose(Request("GET", "/metadata/talk", {}))
    archive.site.add_all("/metadata/talk", [Answer(status=503), Answer(status=503), whole])

    assert titles(read("talk")) == ["Talk"]


def test_an_answer_that_drips_is_given_up_in_time(archive: FakeArchive, read: Read) -> None:
    archive.site.add("/metadata/talk", body=b"{" + b" " * 1000, drip=0.05)

    with pytest.raises(FetchError) as caught:
        read("talk", net={"deadline": 0.4, "attempts": 1})

    assert caught.value.kind is FailureKind.TRANSIENT


def test_a_refusal_in_the_middle_keeps_what_was_had_and_asks_no_more(
    archive: FakeArchive, read: Read
) -> None:
    archive.add_collection("lectures")
    fill(archive, "lectures", range(2001, 2021))
    archive.site.add("/metadata/talk2015", status=429)

    reading = read("lectures")

    assert "Talk 2020" in titles(reading)
    assert reading.failure is not None
    assert reading.failure.kind is FailureKind.BLOCKED
    assert "talk2001" not in archive.fetched()


def test_what_is_kept_of_an_item_stands_in_while_it_cannot_be_had(archive: FakeArchive, read: Read) -> None:
    archive.add_collection("lectures")
    fill(archive, "lectures", range(2001, 2003))
    read("lectures")
    archive.add_item(
        "talk2001", title="New", collection=["lectures"], date="2001-06-01", updated="2025-01-01T00:00:00Z"
    )
    archive.site.add("/metadata/talk2001", status=503)

    reading = read("lectures", net={"attempts": 1})

    assert titles(reading) == ["Talk 2002", "Talk 2001"]
    assert reading.failure is not None
    assert reading.failure.kind is FailureKind.TRANSIENT


@pytest.mark.usefixtures("archive")
def test_a_query_that_archive_org_cannot_read_is_permanent(read: Read) -> None:
    with pytest.raises(EpiscribeError, match="unbalanced parentheses") as caught:
        read("collection:(lectures")

    assert caught.value.kind is FailureKind.PERMANENT


def test_a_list_that_ends_too_early_is_transient(archive: FakeArchive, read: Read) -> None:
    short = {"items": [{"identifier": "talk", "mediatype": "audio"}], "count": 1, "total": 3}
    archive.site.add(SCRAPE, body=json.dumps(short))

    with pytest.raises(EpiscribeError, match="fewer results than it promised") as caught:
        read("title:roses")

    assert caught.value.kind is FailureKind.TRANSIENT


def test_names_in_a_list_never_reach_the_file_system_as_paths(
    archive: FakeArchive, read: Read, tmp_path: Path
) -> None:
    names = ["../../evil", "a/b", ".hidden", "x" * 300, 7, None, "fine"]
    rows = [{"identifier": name, "mediatype": "audio"} for name in names]
    archive.site.add(SCRAPE, body=json.dumps({"items": rows, "total": len(rows)}))
    archive.add_item("fine", title="Fine")

    assert titles(read("title:roses")) == ["Fine"]
    assert [path.name for path in tmp_path.rglob("*.json")] == ["fine.json"]


def test_a_redirect_to_an_address_on_this_machine_is_refused(archive: FakeArchive, read: Read) -> None:
    archive.site.add("/metadata/talk", redirect="http://127.0.0.1:9/metadata/talk")

    with pytest.raises(FetchError, match="private"):
        read("talk")


def test_a_recording_is_had_from_the_machine_that_has_it(
    archive: FakeArchive, read: Read, settings: NetSettings
) -> None:
    name = "What? #1, “später”.mp3"
    archive.add_item("talk", title="Talk", files=[audio(name, b"ID3 the sound")])
    archive.add_download("talk", name, b"ID3 the sound")
    reading = read("talk")
    assert reading.items is not None

    with Client(settings) as client:
        answer = client.fetch(reading.items[0].enclosures[0].url)

    assert answer.body == b"ID3 the sound"
    assert answer.url.startswith("https://ia800100.us.archive.org/12/items/talk/")


@pytest.mark.parametrize(
    "address", ["", "a/b", "https://example.org/details/x", "https://archive.org/about", "ü", "x\n:y"]
)
def test_what_names_nothing_is_refused_without_asking(web: FakeWeb, read: Read, address: str) -> None:
    with pytest.raises(EpiscribeError, match="expected an identifier"):
        read(address)

    assert web.refused == []


def test_more_items_than_are_taken_are_told(archive: FakeArchive, settings: NetSettings) -> None:
    fill(archive, "lectures", range(2001, 2008))

    with Client(settings) as client:
        walk = Walk.of_query("collection:(lectures)")
        walk.most = 3
        listed = walk.items(ArchiveSite(client), Wanted())

    assert [one.identifier for one in listed] == ["talk2007", "talk2006", "talk2005"]
    assert walk.notes == ["only 3 items are taken; name a smaller collection or search"]


def test_the_page_of_a_search_names_the_search(archive: FakeArchive, read: Read) -> None:
    archive.add_item("a", title="Roses in spring", date="2001")

    assert titles(read("https://archive.org/search?query=roses+in")) == ["Roses in spring"]


def test_a_refusal_leaves_archive_org_in_peace(archive: FakeArchive, read: Read, tmp_path: Path) -> None:
    archive.site.add("/metadata/talk", status=429, headers={"Retry-After": "600"})
    net = {"state": tmp_path / "net"}
    with pytest.raises(FetchError):
        read("talk", net=net)
    asked = len(archive.site.requests)

    with pytest.raises(Resting) as caught:
        read("talk", net=net)

    assert len(archive.site.requests) == asked
    assert caught.value.kind is FailureKind.BLOCKED


def test_no_more_is_asked_at_once_than_manners_allow(archive: FakeArchive, read: Read) -> None:
    archive.add_collection("lectures")
    fill(archive, "lectures", range(2001, 2013))

    reading = read("lectures", net={"hosts": {"archive.org": HostManners(per_host=1)}})

    assert len(titles(reading)) == 12
    assert archive.site.most_at_once == 1
