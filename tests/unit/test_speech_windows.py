"""Speech is shared out among windows that lose nothing and end in silences."""

import random
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.speech.activity import Stretch
from episcribe.speech.audio import RATE
from episcribe.speech.windows import WINDOW, Window, plan_windows


def stretches(*spans: tuple[float, float]) -> list[Stretch]:
    return [Stretch(round(start * RATE), round(end * RATE)) for start, end in spans]


def middle(start: int, end: int) -> int:
    return (start + end) // 2


def seconds(window: Window) -> list[tuple[float, float]]:
    return [(part.start / RATE, part.end / RATE) for part in window.parts]


def test_a_window_ends_in_the_longest_silence_after_twenty_seconds() -> None:
    speech = stretches((0, 21), (21.2, 24), (25.5, 27), (27.1, 50))
    first, second = plan_windows(speech, 60 * RATE, middle)
    assert seconds(first) == [(0, 24.4)]
    assert seconds(second) == [(25.1, 50.4)]


def test_long_silences_are_not_listened_to() -> None:
    (window,) = plan_windows(stretches((1, 2), (10, 11)), 20 * RATE, middle)
    assert seconds(window) == [(0.6, 2.4), (9.6, 11.4)]


def test_speech_without_any_silence_is_cut_where_it_is_quietest() -> None:
    windows = plan_windows(stretches((0, 70)), 70 * RATE, lambda start, _: start + RATE)
    assert all(window.parts[-1].end - window.parts[0].start <= WINDOW for window in windows)
    assert seconds(windows[0]) == [(0, 15.6)]


def test_times_within_a_window_become_times_of_the_recording() -> None:
    window = Window(tuple(stretches((10, 12), (30, 35))))
    assert window.locate(0.5, 1.0) == (10.5, 11.0)
    assert window.locate(2.5, 3.0) == (30.5, 31.0)
    assert window.locate(1.5, 2.2) == (11.5, 12.0)
    assert window.locate(6.0, 9.0) == (34.0, 35.0)


def test_no_speech_makes_no_window() -> None:
    assert plan_windows([], 60 * RATE, middle) == []


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 60))
def test_all_speech_is_in_exactly_one_window_and_none_is_too_long(seed: int, number: int) -> None:
    chance = random.Random(seed)
    at, spans = 0.0, []
    for _ in range(number):
        start = at + chance.choice((0.0, 0.1, 0.5, 1.9, 2.1, 8.0))
        at = start + chance.choice((0.1, 1.0, 5.0, 29.5, 45.0, 100.0))
        spans.append((start, at))
    speech = stretches(*spans)
    windows = plan_windows(speech, round(at * RATE) + 100, middle)
    parts = [part for window in windows for part in window.parts]
    assert all(sum(part.end - part.start for part in window.parts) <= WINDOW for window in windows)
    assert all(a.end <= b.start for a, b in pairwise(parts))
    inside = sum(
        max(0, min(a.end, b.end) - max(a.start, b.start))
        for a in speech
        for b in parts
        if a.start < b.end and b.start < a.end
    )
    assert inside == sum(a.end - a.start for a in speech)
