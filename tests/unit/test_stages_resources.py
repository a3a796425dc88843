"""What jobs ask of a cluster."""

import pytest

from episcribe.library.layout import STAGES
from episcribe.stages.resources import HEARING, LONGEST, NEEDS, memory_of, need_of, runtime_of

HOUR = 3600.0


@pytest.mark.parametrize("stage", [*STAGES, "refresh"])
def test_every_stage_has_memory_and_time(stage: str) -> None:
    need = need_of(stage)
    assert memory_of(need, HOUR, 1) >= 300
    assert runtime_of(need, HOUR, 1) >= 5


def test_more_is_asked_for_a_longer_episode() -> None:
    need = need_of("notes")
    assert memory_of(need, 10 * HOUR, 1) - memory_of(need, HOUR, 1) == 9 * need.megabytes_an_hour
    assert runtime_of(need, 10 * HOUR, 1) - runtime_of(need, HOUR, 1) == 9 * need.minutes_an_hour


def test_each_attempt_asks_for_twice_as_much() -> None:
    need = need_of("transcript")
    assert [memory_of(need, HOUR, attempt) for attempt in (1, 2, 3)] == [550, 1100, 2200]
    assert [runtime_of(need, HOUR, attempt) for attempt in (1, 2, 3)] == [16, 32, 64]


@pytest.mark.parametrize("unknown", [None, 0.0, -1.0, float("nan")])
def test_an_episode_of_unknown_length_is_taken_to_last_an_hour_and_a_half(unknown: float | None) -> None:
    need = need_of("notes")
    assert memory_of(need, unknown, 1) == memory_of(need, 1.5 * HOUR, 1)


def test_a_length_that_cannot_be_true_asks_for_no_more_than_a_day() -> None:
    need = need_of("transcript", "small")
    assert runtime_of(need, 1e12, 1) == runtime_of(need, LONGEST, 1)
    assert runtime_of(need, float("inf"), 1) == runtime_of(need, LONGEST, 1)


def test_no_number_of_attempts_asks_for_more_than_large_machines_have() -> None:
    need = need_of("transcript", "large-v3")
    assert memory_of(need, HOUR, 99) == 256_000
    assert runtime_of(need, HOUR, 99) == 4 * 24 * 60


@pytest.mark.parametrize(
    ("model", "size"),
    [
        ("small", "small"),
        ("tiny.en", "tiny"),
        ("large-v3", "large"),
        ("distil-large-v3", "large"),
        ("distil-small.en", "small"),
        ("/models/faster-whisper-medium", "medium"),
        ("/models/my-own", "large"),
    ],
)
def test_listening_needs_what_its_model_needs(model: str, size: str) -> None:
    assert need_of("transcript", model) is HEARING[size]


def test_listening_always_needs_more_than_looking_for_a_transcript() -> None:
    for need in HEARING.values():
        assert need.megabytes > 2 * NEEDS["transcript"].megabytes
        assert need.minutes_an_hour > NEEDS["transcript"].minutes_an_hour
