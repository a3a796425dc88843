"""Words that a model invents are told from words that somebody said."""

import pytest

from episcribe.speech.coverage import covered_seconds, longest_hole
from episcribe.speech.heard import Heard, HeardWord, keep_to_speech, tidy_words, utterances
from episcribe.speech.phantoms import find_loops, judge, plain, why_doubtful

SPEECH = [(0.0, 1000.0)]


def words_of(text: str, start: float = 0.0, pace: float = 0.4, probability: float = 0.9) -> list[HeardWord]:
    return [
        HeardWord(f" {word}", round(start + i * pace, 2), round(start + (i + 1) * pace, 2), probability)
        for i, word in enumerate(text.split())
    ]


def window(
    words: list[HeardWord],
    *,
    log_probability: float = -0.2,
    no_speech: float = 0.05,
    compression: float = 1.4,
) -> Heard:
    return Heard(words[0].start, words[-1].end, tuple(words), log_probability, no_speech, compression)


def said(*windows: Heard, speech: list[tuple[float, float]] | None = None) -> list[str]:
    kept = judge(windows, SPEECH if speech is None else speech).kept
    return ["".join(word.text for word in group).strip() for group in kept]


def test_plain_speech_is_kept_as_it_is() -> None:
    heard = window(words_of("The tide turns twice a day. We went down to look at it."))
    assert said(heard) == ["The tide turns twice a day.", "We went down to look at it."]
    assert why_doubtful(heard, [(0.0, 5.2)]) is None


def test_a_window_without_speech_and_without_certainty_is_dropped() -> None:
    phantom = window(words_of("You", 60.0, 2.0), no_speech=0.8, log_probability=-1.3)
    judged = judge([phantom], SPEECH)
    assert judged.kept == []
    assert [(part.start, part.end, part.text) for part in judged.dropped] == [(60.0, 62.0, "You")]
    assert "no speech" in judged.dropped[0].why


@pytest.mark.parametrize(("no_speech", "log_probability"), [(0.8, -0.3), (0.1, -1.3)])
def test_one_sign_of_silence_alone_drops_nothing(no_speech: float, log_probability: float) -> None:
    heard = window(words_of("We are here."), no_speech=no_speech, log_probability=log_probability)
    assert said(heard) == ["We are here."]


def test_a_loop_is_cut_to_its_first_time_also_across_windows() -> None:
    first = window(words_of("I said it before. " + "I will be back. " * 5, 0.0), compression=3.1)
    second = window(words_of("I will be back. " * 6 + "Now we go on.", 30.0), compression=3.0)
    assert said(first, second) == ["I said it before.", "I will be back.", "Now we go on."]
    judged = judge([first, second], SPEECH)
    assert len(judged.dropped) == 1
    assert "repetition" in judged.dropped[0].why


def test_a_chorus_that_is_well_heard_stays() -> None:
    assert len(said(window(words_of("Row the boat home. " * 5)))) == 5


def test_what_people_say_twice_is_no_loop() -> None:
    assert find_loops("no no no no that is not what I meant no no".split()) == []
    assert find_loops("ask what you can do for your country ask what you can do".split()) == []


def test_loops_of_a_word_and_of_a_phrase_are_found_with_their_places() -> None:
    assert find_loops(["so"] * 10) == [(1, 10)]
    assert find_loops("well you know you know you know you know then".split()) == [(3, 9)]


def test_a_loop_is_found_in_time_that_grows_with_the_words() -> None:
    almost = ["a", "b", "a", "b", "a", "c"] * 20_000
    assert len(find_loops(almost)) == 1


def test_words_faster_than_anybody_speaks_are_dropped_when_the_model_is_unsure() -> None:
    quick = words_of("altogether unbelievable announcements everywhere", 5.0, 0.02, 0.3)
    assert said(window(quick)) == []
    assert why_doubtful(window(quick), []) == "too many words a second"


def test_a_line_that_captions_end_with_is_dropped_only_where_hardly_anybody_speaks() -> None:
    line = window(words_of("Thanks for watching!", 100.0))
    assert said(line, speech=[(0.0, 90.0)]) == []
    assert said(line, speech=[(0.0, 90.0), (99.8, 101.4)]) == ["Thanks for watching!"]


def test_words_over_silence_are_dropped_when_the_model_is_unsure_of_them() -> None:
    assert said(window(words_of("And then what", 50.0, probability=0.2)), speech=[(0.0, 10.0)]) == []
    assert said(window(words_of("And then what", 50.0, probability=0.9)), speech=[(0.0, 10.0)]) != []


def test_speech_for_which_there_are_no_words_gives_cause_for_a_second_hearing() -> None:
    heard = window(words_of("It ends too soon."))
    assert why_doubtful(heard, [(0.0, 1.6), (2.0, 9.0)]) == "speech without words"
    assert longest_hole([(0.0, 1.6), (2.0, 9.0)], heard.words) == pytest.approx(6.9)


def test_coverage_counts_the_speech_that_is_near_a_word() -> None:
    words = words_of("one two three", 1.0, 1.0)
    assert covered_seconds([(0.5, 4.5)], words) == pytest.approx(4.0)
    assert covered_seconds([(0.0, 10.0)], words) == pytest.approx(4.0)
    assert covered_seconds([(20.0, 30.0)], words) == 0
    assert covered_seconds([], words) == 0
    assert covered_seconds([(0.0, 10.0)], []) == 0


def test_times_of_words_are_in_order_and_inside_the_recording() -> None:
    wild = [
        HeardWord(" a", -1.0, 0.5, 0.9),
        HeardWord(" ", 0.5, 0.6, 0.9),
        HeardWord(" b", 0.3, 0.2, 0.9),
        HeardWord(" c", 9.0, 12.0, 0.9),
    ]
    tidy = tidy_words(wild, 0.0, 10.0)
    assert [(w.text, w.start, w.end) for w in tidy] == [(" a", 0.0, 0.5), (" b", 0.5, 0.5), (" c", 9.0, 10.0)]


def test_silence_is_taken_off_the_words_at_its_edges() -> None:
    words = [HeardWord(" Americans,", 1.8, 2.3, 0.9), HeardWord(" ask", 2.3, 3.9, 0.9)]
    speech = [(0.3, 2.2), (3.3, 3.8)]
    assert [(w.start, w.end) for w in keep_to_speech(words, speech)] == [(1.8, 2.2), (3.3, 3.8)]
    silent = [HeardWord(" hm", 2.4, 2.9, 0.9)]
    assert keep_to_speech(silent, speech) == tuple(silent)


def test_utterances_end_with_sentences_and_pauses() -> None:
    words = [*words_of("One two. Three"), *words_of("four", 5.0)]
    assert [len(group) for group in utterances(words)] == [2, 1, 1]


def test_words_are_compared_without_case_and_punctuation() -> None:
    assert plain(" “Straße,”") == plain("STRASSE")
    assert plain(" …") == ""
