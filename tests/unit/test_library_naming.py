"""Folder names: any title gives one that every system takes."""

import unicodedata
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.library.naming import folder_name, local_day, show_name, slugify

IDENTIFIER = "abcdefg2"
FORBIDDEN = set("#^[]|:*?\"<>\\/'$&;(){}!~`%@,=+ \t\r\n\0")


def name(title: str, published: str | None = "2024-05-01T06:00:00Z") -> str:
    return folder_name(published, title, IDENTIFIER)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Café & Bücher #12: What's up?", "cafe-bucher-12-whats-up"),
        ("Straße nach Łódź, İstanbul und Ærø", "strasse-nach-lodz-istanbul-und-aero"),
        ("科技早知道|第12期", "科技早知道-第12期"),
        ("كيف نتعلم؟", "كيف-نتعلم"),
        ("Ёлка и Чайковский", "ёлка-и-чайковский"),
        ("हिन्दी में बात", "हिन्दी-में-बात"),
        ("น้ำในไทย", "น้ำในไทย"),
        ("한국어 팟캐스트", "한국어-팟캐스트"),
        ("ｆｕｌｌ　ｗｉｄｔｈ ﬁle ½", "full-width-file-1-2"),
        ("  --lead. .. trail.  ", "lead-trail"),
        ("C:\\temp\\..\\x; rm -rf $HOME", "c-temp-x-rm-rf-home"),
        ("e\u0301cole", "ecole"),
        ("zero\u200bwidth \u202eright-to-left", "zerowidth-right-to-left"),
        ("🎉🎊", "untitled"),
        ("", "untitled"),
        ("CON", "con"),
        ("half a \ud83d pair", "half-a-pair"),
    ],
)
def test_a_title_becomes_words_joined_by_hyphens(title: str, slug: str) -> None:
    assert name(title) == f"2024-05-01-{slug}-{IDENTIFIER}"


def test_the_day_is_that_of_the_configured_zone() -> None:
    late = "2024-05-01T23:30:00Z"
    assert folder_name(late, "x", IDENTIFIER, ZoneInfo("Asia/Tokyo")).startswith("2024-05-02-")
    assert folder_name(late, "x", IDENTIFIER, ZoneInfo("America/New_York")).startswith("2024-05-01-")


def test_a_date_without_a_time_is_that_day_in_every_zone() -> None:
    assert local_day("2024-05-01", ZoneInfo("America/Los_Angeles")) == "2024-05-01"


@pytest.mark.parametrize(
    "published",
    [None, "", "yesterday", "0001-01-01T00:00:00Z", "2024-13-01T00:00:00Z", "9999-12-31T23:59:59Z"],
)
def test_what_is_no_date_is_undated(published: str | None) -> None:
    assert folder_name(published, "x", IDENTIFIER, ZoneInfo("Asia/Tokyo")) == f"undated-x-{IDENTIFIER}"


def test_a_long_title_is_cut_between_words() -> None:
    long = name("The history of the lighthouse keepers " * 10)
    assert len(long.encode()) <= 120
    slug = long.removeprefix("2024-05-01-").removesuffix(f"-{IDENTIFIER}")
    assert set(slug.split("-")) <= set("the history of the lighthouse keepers".split())


def test_a_cut_never_parts_a_letter_from_its_marks() -> None:
    for length in range(10, 40):
        cut = slugify("नि" * 30, length)
        assert cut == "नि" * (len(cut.encode()) // len("नि".encode()))


def test_a_word_that_is_longer_than_the_room_is_cut_inside() -> None:
    assert name("字" * 300) == f"2024-05-01-{'字' * 33}-{IDENTIFIER}"


@settings(max_examples=400)
@given(st.text(max_size=300))
def test_every_title_gives_a_safe_name(title: str) -> None:
    made = name(title)
    assert len(made.encode()) <= 120
    assert made == unicodedata.normalize("NFC", made)
    assert not FORBIDDEN & set(made)
    assert not any(unicodedata.category(char)[0] in "CZ" for char in made)
    assert made.startswith("2024-05-01-")
    assert made.endswith(f"-{IDENTIFIER}")
    assert "--" not in made
    assert made == name(title)


@settings(max_examples=200)
@given(st.text(max_size=80))
def test_every_title_gives_a_show_a_name(title: str) -> None:
    made = show_name(title)
    assert 0 < len(made.encode()) <= 65
    assert made[0] not in ".-"
    assert made.split(".")[0] not in {"con", "prn", "aux", "nul", "com1", "lpt9"}


def test_a_show_is_not_called_like_a_device() -> None:
    assert show_name("AUX") == "aux-show"


def test_a_show_called_as_a_folder_of_the_library_gets_another_name() -> None:
    assert show_name("Log") == "log-show"
