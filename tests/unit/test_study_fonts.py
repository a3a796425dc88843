"""Coverage is read from the fonts themselves, and the list for the embedded ones is up to date."""

from importlib.metadata import version

import pytest

from episcribe.study.fonts import EMBEDDED, body_fonts, cjk_family, font_folders, package_folder, uncovered
from tests.unit.embedded_fonts import as_text, ranges_in_the_binding


def test_the_list_of_what_the_embedded_fonts_cover_is_that_of_the_installed_typst():
    assert EMBEDDED.read_text("ascii") == as_text(ranges_in_the_binding()), (
        f"typst {version('typst')} has other fonts: run python tests/unit/embedded_fonts.py"
    )


def test_the_big_font_is_looked_at_only_for_chinese_japanese_and_korean():
    assert [folder.name for folder in font_folders("Ελληνικά, עברית 😀")] == ["manimgx_fonts"]
    assert [folder.name for folder in font_folders("漢字")] == ["manimgx_fonts", "manimgx_fonts_cjk"]


@pytest.mark.parametrize(
    ("text", "language", "family"),
    [
        ("漢字", "ja", "Noto Sans CJK JP"),
        ("漢字", "zh-Hans", "Noto Sans CJK SC"),
        ("漢字", "zh-Hant-HK", "Noto Sans CJK TC"),
        ("漢字", "zh_TW", "Noto Sans CJK TC"),
        ("漢字とかな", "en", "Noto Sans CJK JP"),
        ("한국어", "", "Noto Sans CJK KR"),
        ("漢字", "fr", "Noto Sans CJK SC"),
    ],
)
def test_ideographs_look_as_the_readers_of_the_language_write_them(text, language, family):
    assert cjk_family(text, language) == family


def test_a_text_without_ideographs_takes_no_such_font():
    assert cjk_family("plain", "ja") is None
    assert not [name for name in body_fonts(None, serif=True) if "CJK" in name]


def test_what_is_not_drawn_is_not_missed():
    assert uncovered("a\u200d\ufe0f\u00ad\n\t b", []) == ""


def test_what_only_a_font_of_another_folder_has_is_missed_without_it():
    assert uncovered("字ก", []) == "ก字"
    assert uncovered("字ก", font_folders("ก")) == "字"
    assert uncovered("字ก", font_folders("字")) == ""


def test_a_package_that_is_not_installed_has_no_folder():
    assert package_folder("episcribe_no_such_package") is None
