"""Where sentences end, language by language."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.text.sentences import sentence_spans, split_sentences

WHOLE = [
    ("en", "Mr. Smith paid 3.5 million, e.g. for example.com and the U.S. market."),
    ("en", "J. R. R. Tolkien met John F. Kennedy at 5 p.m. on Nov. 3, 1960."),
    ("en", "He said “No!” and left."),
    ("en", "I think... maybe... I do not know."),
    ("en", "Is Yahoo! still there?"),
    ("de", "Am 3. Mai kam z. B. Dr. Müller mit ca. 20 Leuten, d.h. mit allen."),
    ("fr", "M. Dupont habite av. Foch, p. ex. près de la gare."),
    ("es", "El Sr. López y la Dra. Ruiz viven en la avda. Mayor."),
    ("pt", "O Sr. Silva mora na av. Brasil."),
    ("it", "Il sig. Rossi e la dott.ssa Bianchi arrivano."),
    ("pl", "To jest np. prof. Kowalski z ul. Długiej."),
    ("cs", "Přišel např. dr. Novák 3. května."),
    ("ru", "Он живёт на ул. Ленина, д. 5, кв. 3."),
    ("sv", "Det är t.ex. bl.a. därför."),
    ("nl", "Dat is bijv. de heer drs. Jansen."),
]


@pytest.mark.parametrize(("language", "text"), WHOLE)
def test_abbreviations_initials_ordinals_and_numbers_end_no_sentence(language: str, text: str) -> None:
    assert split_sentences(text, language) == [text]


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "en",
            ["It rained.", "We left!", "Did you?", "So do I.", "Plan B.", "It failed in 2019.", "50 came."],
        ),
        ("en", ["He is from the U.S.", "The end is near.", "They sold pens, books, etc.", "Then it closed."]),
        ("en", ['"Stop!"', 'He said "No."', "Then he left (by car).", "See www.example.com."]),
        ("en", ["That's true...", "It varies…", "We go on."]),
        ("en", ["i think so.", "you do not?", "well.", "ok."]),
        ("de", ["Das war 2019.", "Der Rest kam später.", "Wir gingen usw.", "Dann war Schluss."]),
        ("es", ["¿Qué tal?", "¡Muy bien!", "Pues sí."]),
        ("ja", ["今日は雨です。", "そうですか？", "「はい。」と言った。", "終わり"]),
        ("zh", ["今天下雨。", "是吗？", "是的！"]),
        ("ar", ["ما هذا؟", "نعم هذا نهر.", "ثم مضى"]),
        ("hi", ["यह नदी है।", "वह बहती है।"]),
        ("el", ["Τι είναι αυτό;", "Ένα ποτάμι."]),
        ("ur", ["یہ دریا ہے۔", "وہ بہتا ہے۔"]),
    ],
)
def test_sentences_end_where_they_end(language: str, sentences: list[str]) -> None:
    joint = "" if language in ("ja", "zh") else " "
    assert split_sentences(joint.join(sentences), language) == sentences


def test_marks_without_words_stay_with_the_sentence_before() -> None:
    assert split_sentences("Overnight lows of 75. … And so on.") == ["Overnight lows of 75. …", "And so on."]


def test_nothing_gives_nothing() -> None:
    assert split_sentences(" \n ") == []


@settings(max_examples=200, deadline=None)
@given(
    st.text(alphabet=" ab.AB.?!…。\n\"'13;»", max_size=60), st.sampled_from([None, "en", "de", "el", "ja"])
)
def test_the_spans_hold_everything_but_white_space(text: str, language: str | None) -> None:
    spans = sentence_spans(text, language)
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
    assert all(a < b for a, b in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@pytest.mark.parametrize(
    "text", ["a. " * 100_000, "." * 300_000, "Mr. " * 80_000, "x" * 300_000, "A." * 100_000]
)
def test_hostile_texts_take_linear_time(text: str) -> None:
    started = time.process_time()
    sentence_spans(text, "en")
    assert time.process_time() - started < 20
