"""Items of archive.org as episodes: dates, languages, forms of a recording, several recordings."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.library.episode import Episode, episode_to_dict
from episcribe.library.identity import item_keys
from episcribe.library.naming import local_day
from episcribe.sources.archive.dates import archive_date, full_day
from episcribe.sources.archive.episodes import episodes_of
from episcribe.sources.archive.items import item_of, slim
from episcribe.sources.archive.languages import language_tag
from tests.fake_archive import audio, derived


def episodes(*files: dict[str, Any], whole: bool = True, top: Any = None, **metadata: Any) -> list[Episode]:
    described = {"title": "A Show", "mediatype": "audio", **metadata}
    data = {"metadata": described, "files": list(files), **(top or {})}
    return episodes_of(item_of(slim(data), "item"), is_whole_show=whole)


def taken(*files: dict[str, Any]) -> list[str]:
    """The names of the files that are taken."""
    urls = [one.url for episode in episodes(*files) for one in episode.enclosures]
    return [url.removeprefix("https://archive.org/download/item/").removesuffix("?cnt=0") for url in urls]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1999", "1999"),
        ("1999-05", "1999-05"),
        ("1999-05-01", "1999-05-01"),
        ("1999-5-1", "1999-05-01"),
        ("1999-05-01T00:00:00Z", "1999-05-01"),
        ("1999-05-01T20:15:00Z", "1999-05-01T20:15:00Z"),
        ("2014-08-31T23:00:00+02:00", "2014-08-31T21:00:00Z"),
        ("2009-05-01 12:34:56", "2009-05-01T12:34:56Z"),
        ("[1999]", "1999"),
        ("[1999?]", "1999"),
        ("c1999", "1999"),
        ("ca. 1920", "1920"),
        ("1999-00-00", "1999"),
        ("1999-05-00", "1999-05"),
        ("1999-02-31", "1999-02"),
        ("1999-13", "1999"),
        ("05/01/1999", "1999-05-01"),
        ("31/12/1999", "1999-12-31"),
        ("31.12.1999", "1999-12-31"),
        ("May 1, 1999", "1999-05-01"),
        ("1 May 1999", "1999-05-01"),
        ("May 1999", "1999-05"),
        ("Spring 1999", "1999"),
        ("1999 05 01", "1999-05-01"),
        ("19990501", "1999-05-01"),
        ("1912/1913", "1912"),
        ("1999-2001", "1999"),
        (1999, "1999"),
        (["n.d.", "1999-05"], "1999-05"),
        ("500 BCE", None),
        ("1999 B.C.", None),
        ("-0500", None),
        ("0001-01-01", None),
        ("9999-01-01", None),
        ("199x", None),
        ("unknown", None),
        ("", None),
        (None, None),
        ({"a": 1}, None),
    ],
)
def test_a_date_says_no_more_than_archive_org_does(text: object, expected: str | None) -> None:
    assert archive_date(text) == expected


def test_the_day_of_upload_is_the_last_resort() -> None:
    uploaded = "2010-02-03 04:05:06"

    assert episodes(audio("a.mp3"), date="n.d.", publicdate=uploaded)[0].published == "2010-02-03T04:05:06Z"
    assert episodes(audio("a.mp3"), date="1999", publicdate=uploaded)[0].published == "1999"
    assert episodes(audio("a.mp3"), date="?", year="1999", publicdate=uploaded)[0].published == "1999"


def test_a_folder_is_not_named_after_a_day_that_nobody_knows() -> None:
    assert [local_day(archive_date(text)) for text in ("1999", "1999-05", "1999-05-01")] == [
        None,
        None,
        "1999-05-01",
    ]
    assert full_day("1999-05") is None


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60) | st.from_regex(r"[\[c]?\d{1,4}[-/. ]\d{1,4}([-/. T]\d{1,4})?", fullmatch=True))
def test_any_text_is_a_date_in_iso_form_or_none(text: str) -> None:
    found = archive_date(text)

    if found is not None:
        assert len(found) in (4, 7, 10, 20)
        assert 1857 <= int(found[:4]) <= 2200
        assert archive_date(found) == found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("eng", "en"),
        ("English", "en"),
        ("english (us)", "en"),
        ("en-us", "en-US"),
        ("pt_BR", "pt-BR"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("ger", "de"),
        ("deu", "de"),
        ("French; English", "fr"),
        (["zxx", "spa"], "es"),
        ("und", None),
        ("mul", None),
        ("", None),
        (None, None),
    ],
)
def test_a_language_becomes_its_tag(text: object, expected: str | None) -> None:
    assert language_tag(text) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("t.flac:Flac t.mp3:VBR_MP3 t.ogg:Ogg_Vorbis t_64kb.mp3:64Kbps_MP3", "t.mp3"),
        ("t.wav:WAVE t_128kb.mp3:128Kbps_MP3 t_64kb.mp3:64Kbps_MP3", "t_128kb.mp3"),
        ("t.mp3:320Kbps_MP3 t.ogg:Ogg_Vorbis", "t.mp3"),
        ("t_64kb.mp3:64Kbps_MP3 t.ogg:Ogg_Vorbis", "t.ogg"),
        ("t.m4a:MPEG-4_Audio t_64kb.mp3:64Kbps_MP3", "t.m4a"),
        ("t.flac:Flac t_64kb.mp3:64Kbps_MP3", "t_64kb.mp3"),
        ("t.wav:WAVE t.flac:Flac", "t.flac"),
        ("t.mpeg:MPEG2 t.mp3:VBR_MP3 t.mp4:h.264", "t.mp3"),
        ("t.avi:DivX t.ogv:Ogg_Video t.mp4:h.264", "t.mp4"),
    ],
)
def test_the_best_form_for_listening_is_taken(names: str, expected: str) -> None:
    pairs = [name.split(":") for name in names.split()]
    first = pairs[0][0]
    files = [audio(first, format=pairs[0][1].replace("_", " "))]
    files += [derived(name, first, format=kind.replace("_", " ")) for name, kind in pairs[1:]]

    assert taken(*files) == [expected]
    assert taken(*reversed(files)) == [expected]


def test_of_videos_the_smallest_mp4_is_taken() -> None:
    files = [
        audio("t.mp4", b"x" * 900, format="MPEG4"),
        derived("t_512kb.mp4", "t.mp4", b"x" * 300, format="512Kb MPEG4"),
        derived("t.ogv", "t.mp4", b"x" * 100, format="Ogg Video"),
    ]

    assert taken(*files) == ["t_512kb.mp4"]


def test_the_upload_is_preferred_to_what_was_made_of_it() -> None:
    assert taken(audio("a.mp3", b"x" * 90), derived("a_vbr.mp3", "a.mp3", b"x")) == ["a.mp3"]


def test_files_that_nobody_may_fetch_are_left_out() -> None:
    files = [audio("a.mp3", private="true"), derived("a.ogg", "a.mp3", format="Ogg Vorbis")]

    assert taken(*files) == ["a.ogg"]


@pytest.mark.parametrize(
    ("top", "metadata"),
    [
        ({"nodownload": True}, {}),
        ({}, {"access-restricted-item": "true"}),
        ({}, {"collection": ["etree", "stream_only"]}),
    ],
)
def test_what_can_only_be_heard_on_the_site_says_so(top: Any, metadata: Any) -> None:
    (episode,) = episodes(audio("a.mp3"), audio("a.srt"), top=top, **metadata)

    assert (episode.enclosures, episode.transcripts) == ((), ())
    assert episode.extra["availability"]["class"] == "restricted"


def test_several_recordings_are_episodes_in_their_order() -> None:
    found = episodes(
        audio("10 - Last.mp3", track="10"),
        audio("02_on_roses.mp3"),
        audio("01.flac", format="Flac", title="Opening", track="1/3", length="65.2"),
        derived("01.mp3", "01.flac", length="1:05"),
        derived("01_64kb.mp3", "01.mp3", format="64Kbps MP3"),
    )

    assert [(one.number, one.title) for one in found] == [(1, "Opening"), (2, "On roses"), (3, "Last")]
    assert [one.duration for one in found] == [65, None, None]
    assert [one.keys[0] for one in found] == [
        "archive:item/01",
        "archive:item/02_on_roses",
        "archive:item/10 - Last",
    ]
    assert found[0].link == "https://archive.org/details/item/01.flac"


def test_in_a_list_the_item_names_its_recordings() -> None:
    found = episodes(audio("1.mp3", title="Roses"), audio("2.mp3", title="A Show, second part"), whole=False)

    assert [one.title for one in found] == ["A Show: Roses", "A Show, second part"]


def test_recordings_of_one_item_share_no_key_and_no_title() -> None:
    found = episodes(*(audio(f"Disc {disc}/0{n} Intro.mp3") for disc in (1, 2) for n in (1, 2)), title="Box")
    keys = [set(item_keys(one)) for one in found]

    assert sum(map(len, keys)) == len(set().union(*keys))
    assert [(one.season, one.season_name, one.number) for one in found] == [
        (1, "Disc 1", 1.0),
        (1, "Disc 1", 2.0),
        (2, "Disc 2", 1.0),
        (2, "Disc 2", 2.0),
    ]
    assert len({one.title for one in found}) == 4


def test_discs_tell_recordings_of_the_same_name_apart() -> None:
    names = ("gd77d1t01.mp3", "gd77d1t02.mp3", "gd77d2t01.mp3")
    found = episodes(*(audio(name, title="Jam" if "t01" in name else "Space") for name in names))

    assert [one.title for one in found] == ["Jam (disc 1)", "Space", "Jam (disc 2)"]


def test_names_of_files_may_tell_the_days_of_old_radio() -> None:
    found = episodes(
        audio("Suspense 42-06-17 001 The Burning Court.mp3"),
        audio("Suspense 1942-06-24 002 Wet Saturday.mp3"),
        audio("Suspense 12-07-01 003 Which is what.mp3"),
        date="2008-01-02",
    )

    assert {one.title: one.published for one in found} == {
        "Suspense 42-06-17 001 The Burning Court": "1942-06-17",
        "Suspense 1942-06-24 002 Wet Saturday": "1942-06-24",
        "Suspense 12-07-01 003 Which is what": "2008-01-02",
    }


def test_names_that_say_nothing_leave_the_item_and_a_place() -> None:
    assert [one.title for one in episodes(audio("1.mp3"), audio("2.mp3"))] == [
        "A Show, part 1",
        "A Show, part 2",
    ]


def test_a_title_that_all_files_share_gives_way_to_their_names() -> None:
    found = episodes(audio("01_roses.mp3", title="A Show"), audio("02_soil.mp3", title="A Show"))

    assert [one.title for one in found] == ["Roses", "Soil"]


def test_a_key_does_not_depend_on_the_form_that_is_taken() -> None:
    wav, mp3 = audio("talk.wav", format="WAVE"), derived("talk.mp3", "talk.wav")
    low = derived("talk_64kb.mp3", "talk.mp3", format="64Kbps MP3")

    keys = [episodes(*files)[0].keys for files in ([wav], [wav, mp3], [wav, mp3, low], [mp3, low], [low])]

    assert set(keys) == {("archive:item/talk", "archive:item")}


def test_an_audio_book_as_one_file_is_left_out_beside_its_chapters() -> None:
    book = audio("book.m4b", format="LibriVox Apple Audiobook")

    assert taken(audio("ch1.mp3"), audio("ch2.mp3"), book) == ["ch1.mp3", "ch2.mp3"]
    assert taken(book) == ["book.m4b"]


def test_files_that_claim_to_come_from_each_other_are_survived() -> None:
    assert len(episodes(derived("a.mp3", "b.mp3"), derived("b.mp3", "a.mp3"))) >= 1


def test_words_go_with_the_recording_that_they_are_named_after() -> None:
    found = episodes(
        audio("one.mp3"),
        audio("two.mp3"),
        audio("one.en.vtt"),
        audio("two.asr.srt"),
        audio("two_transcript.txt", format="Text"),
        audio("two.whisper.json", format="JSON"),
        audio("two_djvu.txt", format="DjVuTXT"),
        audio("two.txt", format="Text"),
        audio("other.srt"),
    )

    names = [[link.url.rpartition("/")[2].partition("?")[0] for link in one.transcripts] for one in found]
    assert names == [["one.en.vtt"], ["two.asr.srt", "two.whisper.json", "two_transcript.txt"]]
    assert found[0].transcripts[0].language == "en"


def test_names_are_quoted_in_addresses() -> None:
    (episode,) = episodes(audio("Teil 1/Was? #1 „später“.mp3"))

    assert episode.enclosures[0].url == (
        "https://archive.org/download/item/Teil%201/Was%3F%20%231%20%E2%80%9Esp%C3%A4ter%E2%80%9C.mp3?cnt=0"
    )
    assert episode.keys[0] == "archive:item/Teil 1/Was? #1 „später“"


@pytest.mark.parametrize(
    ("runtime", "seconds"),
    [
        ("1:02:33", 3753),
        ("62:33", 3753),
        ("3753", 3753),
        ("1 hr 2 min", 3720),
        ("long", None),
        (["5:00"], 300),
    ],
)
def test_the_length_of_an_item_is_that_of_its_one_recording(runtime: object, seconds: float | None) -> None:
    assert episodes(audio("a.mp3"), runtime=runtime)[0].duration == seconds


def test_halves_of_characters_go_no_further() -> None:
    (episode,) = episodes(
        audio("a\u200e.mp3"),
        audio("b\ud800.mp3"),
        title="T\ud83d",
        description="D\udc00",
        subject=["s\ud800"],
    )

    assert str(episode_to_dict(episode)).encode()
    assert episode.enclosures[0].url == "https://archive.org/download/item/a%E2%80%8E.mp3?cnt=0"


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["metadata", "files", "name", "title", "date", "original", "size", "is_dark"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=20,
    )
)
def test_oddly_shaped_metadata_are_survived(data: Any) -> None:
    shaped = {"metadata": data, "files": [data, {"name": "a.mp3", "title": data, "original": data}]}

    found = episodes_of(item_of(slim(shaped), "item"))

    assert found == episodes_of(item_of(shaped, "item"))
