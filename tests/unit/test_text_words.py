"""Words, stop words and stems."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.text.words import (
    base_language,
    content_words,
    is_spaceless,
    stem,
    stems,
    stopword_languages,
    stopwords,
    tokens,
)


def test_words_are_casefolded_and_without_punctuation() -> None:
    assert tokens("Hello, WORLD! Straße — 42 km.") == ["hello", "world", "strasse", "42", "km"]


def test_an_apostrophe_inside_a_word_stays() -> None:
    assert tokens("Don’t ‘quote’ O'Reilly's") == ["don't", "quote", "o'reilly's"]


def test_an_elided_article_is_a_word_of_its_own() -> None:
    assert tokens("L’eau qu'il boit, dell'arte") == ["l", "eau", "qu", "il", "boit", "dell", "arte"]


def test_underscores_around_a_word_go() -> None:
    assert tokens("_really_ snake_case __") == ["really", "snake_case"]


def test_han_is_cut_into_overlapping_pairs_and_kana_into_runs() -> None:
    assert tokens("漢字変換のテスト") == ["漢字", "字変", "変換", "の", "テスト"]
    assert tokens("我爱 GPU") == ["我爱", "gpu"]


def test_vowel_signs_stay_inside_their_words() -> None:
    assert tokens("हिन्दी में") == ["हिन्दी", "में"]


def test_spaceless_scripts_are_known() -> None:
    assert is_spaceless("会议")
    assert is_spaceless("ประเทศไทย")
    assert not is_spaceless("한국어 español العربية")


@pytest.mark.parametrize(
    ("tag", "base"),
    [("en-US", "en"), ("zh_Hans_CN", "zh"), ("nb", "no"), ("", "en"), (None, "en"), ("sr-Latn", "sh")],
)
def test_the_base_of_a_language_tag(tag: str | None, base: str) -> None:
    assert base_language(tag) == base


def test_every_list_holds_words_as_tokens_writes_them() -> None:
    assert len(stopword_languages()) >= 25
    for language in stopword_languages():
        words = stopwords(language)
        assert len(words) > 60
        assert all(word == word.casefold().replace("i̇", "i") for word in words)


def test_a_language_without_a_list_has_no_stop_words() -> None:
    assert stopwords("tlh") == frozenset()
    assert stopwords("../../etc/passwd") == frozenset()
    assert stopwords(None) == stopwords("en-GB")


def test_content_words_leave_fillers_and_numbers_out() -> None:
    text = "So, um, you know, Bitcoin's mempool policy changed in 2023, I guess."
    assert content_words(text, "en") == ["bitcoin", "mempool", "policy", "changed"]
    assert content_words("Die Katze sitzt auf der Matte", "de") == ["katze", "sitzt", "matte"]
    assert content_words("私は東京が好きです", "ja") == ["東京", "好"]


PORTER = [
    ("caresses", "caress"),
    ("ponies", "poni"),
    ("cats", "cat"),
    ("feed", "feed"),
    ("agreed", "agre"),
    ("plastered", "plaster"),
    ("motoring", "motor"),
    ("sing", "sing"),
    ("conflated", "conflat"),
    ("sized", "size"),
    ("hopping", "hop"),
    ("hoping", "hope"),
    ("falling", "fall"),
    ("fizzed", "fizz"),
    ("failing", "fail"),
    ("filing", "file"),
    ("happy", "happi"),
    ("sky", "sky"),
    ("relational", "relat"),
    ("conditional", "condit"),
    ("rational", "ration"),
    ("digitizer", "digit"),
    ("operator", "oper"),
    ("feudalism", "feudal"),
    ("hopefulness", "hope"),
    ("sensibility", "sensibl"),
    ("triplicate", "triplic"),
    ("electrical", "electr"),
    ("goodness", "good"),
    ("revival", "reviv"),
    ("adoption", "adopt"),
    ("irritant", "irrit"),
    ("bowdlerize", "bowdler"),
    ("rate", "rate"),
    ("cease", "ceas"),
    ("controlling", "control"),
    ("roll", "roll"),
    ("generalizations", "gener"),
    ("oscillators", "oscil"),
]


@pytest.mark.parametrize(("word", "expected"), PORTER)
def test_english_stems_are_porters(word: str, expected: str) -> None:
    assert stem(word) == expected


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("de", "entscheidung", "entscheidungen"),
        ("fr", "nation", "nations"),
        ("es", "transacción", "transacciones"),
        ("es", "casa", "casas"),
        ("ru", "книга", "книги"),
        ("pl", "kobieta", "kobiety"),
        ("tr", "kitap", "kitaplar"),
        ("ar", "الكتاب", "كتاب"),
        ("ko", "학교", "학교에서"),
        ("sv", "flicka", "flickor"),
    ],
)
def test_forms_of_one_word_share_a_stem(language: str, one: str, other: str) -> None:
    assert stem(one, language) == stem(other, language)


def test_a_language_without_rules_keeps_its_words() -> None:
    assert stem("ngelosi", "zu") == "ngelosi"


def test_stems_are_those_of_the_content_words() -> None:
    assert stems("The networks were networking.", "en-US") == ["network", "network"]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_gives_words_that_are_not_empty(text: str) -> None:
    for word in tokens(text):
        assert word
        assert not word.isspace()
        for language in ("en", "de", "ar", "xx"):
            assert stem(word, language)
