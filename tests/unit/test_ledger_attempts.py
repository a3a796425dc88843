"""Retries across runs: what rests, until when, what is given up, and what brings it back."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from episcribe.ledger.attempts import NEVER, RetryRules, Standing, retry_delay, standing
from episcribe.ledger.events import append_event, episode_events, events_path, moment_of, moment_text
from episcribe.ledger.retrying import standing_failures, take_back
from episcribe.ledger.standings import (
    STANDING_FILE,
    Line,
    current_digests,
    lines_that_hold,
    read_standings,
    standing_lines,
    withheld,
    write_standings,
)
from episcribe.library.config import Configuration
from episcribe.library.layout import STAGES
from episcribe.stages.job import Job, run_job

RULES = RetryRules()
T0 = 1_767_225_600.0


def failed(at: float, kind: str = "transient", **more: Any) -> dict[str, Any]:
    return {
        "time": moment_text(at),
        "event": "failed",
        "stage": "transcript",
        "kind": kind,
        "error": "no answer",
        **more,
    }


def other(what: str, at: float) -> dict[str, Any]:
    return {"time": moment_text(at), "event": what, "stage": "transcript"}


def stands(*events: dict[str, Any], now: float, **more: Any) -> Standing:
    return standing(events, "transcript", RULES, now, **more)


def test_a_transient_failure_rests_twice_as_long_after_each() -> None:
    first = stands(failed(T0), now=T0 + 1)
    second = stands(failed(T0), failed(T0 + 1000), now=T0 + 1001)
    assert (first.state, second.state) == ("resting", "resting")
    assert first.until is not None
    assert second.until is not None
    assert 225 <= first.until - T0 <= 375
    assert 450 <= second.until - (T0 + 1000) <= 750
    assert stands(failed(T0), now=first.until).state == "ready"


def test_after_the_most_attempts_it_is_given_up() -> None:
    history = [failed(T0 + n * 1000) for n in range(3)]
    assert stands(*history, now=T0 + 1e6) == Standing("given_up", 3, None, "transient", "no answer")


def test_what_is_permanent_is_given_up_at_once() -> None:
    assert stands(failed(T0, "permanent"), now=T0 + 1e9).state == "given_up"


def test_a_blocked_source_burns_no_attempt_and_rests_as_long_as_it_asked() -> None:
    history = [failed(T0 + n, "blocked", until=moment_text(T0 + 5000)) for n in range(9)]
    blocked = stands(*history, now=T0 + 20)
    assert (blocked.state, blocked.attempts, blocked.until) == ("resting", 0, T0 + 5000)
    assert stands(*history, now=T0 + 5000).state == "ready"
    assert stands(failed(T0, "blocked"), now=T0 + 1).until == T0 + RULES.rest


def test_no_source_is_taken_at_its_word_for_ever() -> None:
    asked = failed(T0, "blocked", until=moment_text(T0 + 1e9))
    assert stands(asked, now=T0 + 1).until == T0 + RULES.look_again


def test_where_nothing_was_to_be_had_it_is_looked_for_ever_less_often_and_never_given_up() -> None:
    rests = []
    for count in (1, 2, 3, 50):
        history = [failed(T0, "none")] * count
        found = stands(*history, now=T0 + 1)
        assert (found.state, found.attempts) == ("resting", 0)
        assert found.until is not None
        rests.append((found.until - T0) / 86400)
    assert rests == [7, 14, 28, 84]


@pytest.mark.parametrize("what", ["finished", "retry"])
def test_what_finished_or_was_taken_back_starts_anew(what: str) -> None:
    history = [failed(T0), failed(T0), failed(T0), other(what, T0 + 1)]
    assert stands(*history, now=T0 + 2).state == "ready"
    assert stands(*history, failed(T0 + 3), now=T0 + 4).attempts == 1


def test_an_interrupted_attempt_is_none() -> None:
    cut_short = other("started", T0 + 1), other("interrupted", T0 + 2)
    assert stands(failed(T0), *cut_short, *cut_short, now=T0 + 1e5).attempts == 1
    assert stands(*cut_short, now=T0 + 3) == Standing("ready")


def test_what_depends_on_something_else_now_is_ready() -> None:
    event = failed(T0, "permanent", inputs={"episode.yaml": "blake2b:1"}, options="a", version="1")
    same = {"episode.yaml": "blake2b:1", "options": "a", "version": "1"}
    assert stands(event, now=T0 + 1, current=same).state == "given_up"
    for name in same:
        assert stands(event, now=T0 + 1, current={**same, name: "2"}).state == "ready"


def test_failures_with_other_options_do_not_count_against_these() -> None:
    history = [failed(T0, options="old"), failed(T0, options="old"), failed(T0, options="new")]
    assert stands(*history, now=T0 + 1).attempts == 1


def test_a_clock_that_was_set_back_does_not_prolong_a_rest() -> None:
    assert (stands(failed(T0 + 1e8), now=T0).until or 0) <= T0 + 375


def test_never_to_look_again_is_for_ever() -> None:
    rules = RetryRules(look_again=float("inf"))
    assert standing([failed(T0, "none")], "transcript", rules, T0).until == NEVER


@given(st.integers(1, 10_000), st.text(max_size=20))
def test_a_rest_is_between_nothing_and_the_longest_and_always_the_same(failures: int, key: str) -> None:
    delay = retry_delay(RULES, failures, key)
    assert 0.75 * RULES.retry_delay <= delay <= RULES.longest_delay
    assert delay == retry_delay(RULES, failures, key)


def test_episodes_that_failed_together_are_not_tried_together() -> None:
    assert len({retry_delay(RULES, 1, f"show/{n}") for n in range(50)}) == 50


def test_the_rules_are_those_of_the_configuration() -> None:
    configuration = Configuration()
    recovery = configuration.state_management.recovery.model_dump()
    rules = RetryRules.of_settings(recovery, configuration.network.rest)
    assert rules == RetryRules()
    assert [rules.most(stage) for stage in ("download", "conversion", "upload", "transcript", "notes")] == [
        3,
        2,
        3,
        3,
        2,
    ]


OPTIONS = dict.fromkeys(STAGES, '{"version": 1}')


@pytest.fixture
def episode(tmp_path: Path) -> Path:
    folder = tmp_path / "talks" / "2024-05-01-a-abcdefgh"
    folder.mkdir(parents=True)
    (folder / "episode.yaml").write_text("title: A\n")
    append_event(events_path(folder, "transcript"), failed(T0, "permanent"))
    return folder


def lines(folder: Path, now: float = T0 + 1, local: tuple[str, ...] = ()) -> list[Line]:
    return standing_lines(folder, episode_events(folder), RULES, now, options=OPTIONS, local=local)


def held(folder: Path, now: float = T0 + 2, **more: Any) -> list[str]:
    known = read_standings(folder.parent.parent).get(f"talks/{folder.name}", [])
    chosen = {"options": OPTIONS, **more}
    return [line.stage for line in lines_that_hold(known, str(folder), now, **chosen)]


def write(folder: Path, own: list[Line]) -> None:
    write_standings(folder.parent.parent, {f"talks/{folder.name}": own})


def test_a_stage_that_was_given_up_is_left_alone_by_the_next_run(episode: Path) -> None:
    write(episode, lines(episode))
    assert held(episode) == ["transcript"]


def test_a_changed_input_or_parameter_or_event_or_local_file_brings_it_back(episode: Path) -> None:
    local = episode.parent / "a.vtt"
    write(episode, lines(episode, local=(str(local),)))
    assert held(episode, local=(str(local),)) == ["transcript"]
    assert held(episode, options={**OPTIONS, "transcript": "{}"}) == []
    assert held(episode, options={**OPTIONS, "notes_pdf": "{}"}, local=(str(local),)) == ["transcript"]
    local.write_text("WEBVTT")
    assert held(episode, local=(str(local),)) == []
    write(episode, lines(episode))
    os.utime(episode / "episode.yaml", (1, 1))
    assert held(episode) == []
    write(episode, lines(episode))
    take_back(episode, "transcript")
    assert held(episode) == []
    assert lines(episode) == []


def test_what_rests_is_left_alone_until_its_time(episode: Path) -> None:
    append_event(events_path(episode, "transcript"), other("retry", T0))
    append_event(events_path(episode, "transcript"), failed(T0, "blocked"))
    [line] = lines(episode)
    write(episode, [line])
    assert held(episode) == ["transcript"]
    assert held(episode, now=moment_of(line.until) or 0) == []


def test_what_was_made_after_all_is_left_alone_by_nobody(episode: Path) -> None:
    for name in STAGES["transcript"].products:
        (episode / name).write_text("x")
    assert lines(episode) == []


def test_other_episodes_keep_their_lines_while_their_logs_are_as_they_were(episode: Path) -> None:
    library = episode.parent.parent
    write(episode, lines(episode))
    write_standings(library, {"talks/other": []})
    assert len(read_standings(library)) == 1
    take_back(episode, "transcript")
    write_standings(library, {"talks/other": []})
    assert read_standings(library) == {}


def test_the_file_is_rebuilt_from_the_events_byte_for_byte(episode: Path) -> None:
    file = episode.parent.parent / STANDING_FILE
    write(episode, lines(episode))
    before = file.read_bytes()
    file.unlink()
    assert held(episode) == []
    write(episode, lines(episode))
    assert file.read_bytes() == before


@pytest.mark.parametrize("damage", [b"{torn", b"[1, 2]", b'["a"]', b"\xff\xfe", b"null"])
def test_a_damaged_line_costs_that_line_only(episode: Path, damage: bytes) -> None:
    write(episode, lines(episode))
    file = episode.parent.parent / STANDING_FILE
    file.write_bytes(damage + b"\n" + file.read_bytes() + damage)
    assert held(episode) == ["transcript"]


def test_no_file_is_made_where_nothing_rests(tmp_path: Path) -> None:
    write_standings(tmp_path, {"talks/a": []})
    assert not (tmp_path / STANDING_FILE).exists()


def test_what_needs_a_stage_that_is_left_alone_is_left_alone_too() -> None:
    assert withheld(["assessment"]) == {"assessment", "assessment_pdf", "state"}
    assert withheld(["notes_pdf"]) == {"notes_pdf", "state"}
    assert withheld(["transcript"]) == set(STAGES)
    assert withheld([]) == frozenset()


def refuse(job: Job) -> None:
    raise ValueError("a fault of the program")


def test_what_a_stage_records_is_what_its_standing_compares(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "talks" / "one"
    folder.mkdir(parents=True)
    (folder / "episode.yaml").write_text("title: A\n")
    options = '{"version": 1}'
    run_job("transcript", refuse, [str(folder / "transcript.json"), options, str(folder / "log" / "x.log")])
    capsys.readouterr()
    events = episode_events(folder)
    current = current_digests(folder, "transcript", options)
    assert stands(*events, now=T0 + 1e9, current=current).state == "given_up"
    (folder / "episode.yaml").write_text("title: B\n")
    current = current_digests(folder, "transcript", options)
    assert stands(*events, now=T0 + 1e9, current=current).state == "ready"


def test_failures_that_stand_are_found_in_the_logs(episode: Path) -> None:
    [failure] = standing_failures(episode)
    assert (failure.stage, failure.kind, failure.attempts) == ("transcript", "permanent", 1)
    take_back(episode, "transcript")
    assert standing_failures(episode) == []
