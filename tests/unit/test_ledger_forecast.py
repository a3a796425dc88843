"""Forecasts: how long stages and runs will take, out of made histories."""

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.ledger.forecast import (
    Sample,
    StageModel,
    estimate,
    fit_stage,
    fit_stages,
    model_of_record,
    model_record,
    parallelism_of,
    quantile,
)
from episcribe.ledger.reports.model import Attempt, EpisodeFacts, Facts
from episcribe.ledger.reports.predictions import (
    FORECASTS,
    estimate_remaining,
    models_of,
    read_predictions,
    record_prediction,
    remaining_jobs,
    verdicts_on,
)

STAGES = ("transcript", "notes")


def episode(
    number: int,
    *,
    length: float | None = 1000.0,
    done: tuple[str, ...] = (),
    attempts: tuple[Attempt, ...] = (),
) -> EpisodeFacts:
    stages = {stage: {"state": "done" if stage in done else "pending"} for stage in STAGES}
    state = {"title": f"{number}", "stages": stages, "metrics": {"audio_duration": length}}
    return EpisodeFacts("show", f"e{number}", state, attempts)


def finished(number: int, stage: str, ended: float, seconds: float, run: str = "r1") -> Attempt:
    return Attempt(f"show/e{number}", stage, "finished", ended, seconds, run)


def history(count: int, run: str = "r1", start: float = 1e9, factor: float = 0.1) -> list[EpisodeFacts]:
    """Episodes whose transcripts took a tenth of their length and whose notes took 5 seconds, in a row."""
    episodes = []
    now = start
    for number in range(count):
        length = 600.0 + 100 * number
        first = now + length * factor
        now = first + 5
        attempts = (
            finished(number, "transcript", first, length * factor, run),
            finished(number, "notes", now, 5.0, run),
        )
        episodes.append(episode(number, length=length, done=STAGES, attempts=attempts))
    return episodes


def test_a_stage_that_grows_with_the_recording_is_foretold_by_its_length() -> None:
    noise = random.Random(1)
    samples = [Sample(x, 3 + 0.05 * x * noise.uniform(0.9, 1.1)) for x in range(300, 6000, 120)]
    model = fit_stage(samples)
    assert model is not None
    assert model.seconds(3600) == pytest.approx(183, rel=0.1)


def test_a_few_that_hung_for_hours_do_not_move_the_line() -> None:
    samples = [Sample(float(x), 0.05 * x) for x in range(300, 6000, 120)]
    spoilt = [replace_seconds(s, 50_000.0) if n % 10 == 0 else s for n, s in enumerate(samples)]
    model = fit_stage(spoilt)
    assert model is not None
    assert model.seconds(3600) == pytest.approx(180, rel=0.05)


def replace_seconds(sample: Sample, seconds: float) -> Sample:
    return sample._replace(seconds=seconds)


def test_a_stage_that_does_not_depend_on_the_length_takes_its_median() -> None:
    noise = random.Random(2)
    model = fit_stage([Sample(float(x), noise.uniform(0.9, 1.1)) for x in range(300, 6000, 120)])
    assert model is not None
    assert model.slope == 0
    assert model.seconds(90_000) == pytest.approx(1.0, rel=0.1)


def test_without_lengths_the_median_is_taken() -> None:
    model = fit_stage([Sample(None, seconds) for seconds in (1.0, 2.0, 90.0)])
    assert model is not None
    assert (model.seconds(None), model.seconds(3600.0)) == (2.0, 2.0)


def test_two_runs_of_a_stage_tell_nothing() -> None:
    assert fit_stage([Sample(60.0, 1.0), Sample(70.0, 1.0)]) is None
    assert fit_stages([("notes", Sample(60.0, 1.0))]) == {}


def test_with_no_history_the_time_is_unknown() -> None:
    told = estimate([("notes", 60.0), ("transcript", None)], {}, None)
    assert (told.jobs, told.unknown, told.wall, told.low, told.high) == (2, 2, None, None, None)


def test_with_nothing_to_do_nothing_is_left() -> None:
    assert estimate([], {}, None).wall == 0


def test_twice_as_many_at_once_take_half_as_long() -> None:
    model = StageModel(10.0, 0.0, 10.0, 1.0, 0.2, 20)
    jobs = [("notes", None)] * 100
    one, two = (estimate(jobs, {"notes": model}, workers) for workers in (1.0, 2.0))
    assert one.wall == pytest.approx(1000)
    assert two.wall == pytest.approx(500)


def test_no_number_of_workers_makes_it_shorter_than_its_longest_job() -> None:
    model = StageModel(0.0, 1.0, 10.0, 1.0, 0.0, 20)
    told = estimate([("transcript", 1.0), ("transcript", 500.0)], {"transcript": model}, 64.0)
    assert told.wall == pytest.approx(500)


def test_stages_without_a_history_count_as_the_others_and_widen_the_interval() -> None:
    model = StageModel(10.0, 0.0, 10.0, 1.0, 0.1, 20)
    known = estimate([("notes", None)] * 4, {"notes": model}, 1.0)
    half = estimate([("notes", None)] * 2 + [("new", None)] * 2, {"notes": model}, 1.0)
    assert half.wall == known.wall
    assert half.high is not None and known.high is not None and half.high > known.high


def test_earlier_errors_widen_the_interval() -> None:
    model = StageModel(10.0, 0.0, 10.0, 1.0, 0.1, 20)
    jobs = [("notes", None)] * 50
    sure = estimate(jobs, {"notes": model}, 1.0)
    unsure = estimate(jobs, {"notes": model}, 1.0, [0.5, 0.9, 1.0, 1.8, 2.5])
    assert unsure.high is not None and sure.high is not None and unsure.high > 1.5 * sure.high
    assert unsure.low is not None and sure.low is not None and unsure.low < sure.low


def test_about_four_of_five_truths_lie_in_the_interval() -> None:
    noise = random.Random(3)

    def seconds(length: float) -> float:
        return (2 + 0.05 * length) * noise.lognormvariate(0, 0.3)

    within = 0
    for _ in range(60):
        lengths = [noise.uniform(600, 6000) for _ in range(60)]
        models = fit_stages(("transcript", Sample(length, seconds(length))) for length in lengths[:40])
        told = estimate([("transcript", length) for length in lengths[40:]], models, 1.0)
        truth = sum(seconds(length) for length in lengths[40:])
        assert told.low is not None and told.high is not None
        within += told.low <= truth <= told.high
    assert 36 <= within <= 58


def test_the_parallelism_is_the_work_of_a_run_over_its_time() -> None:
    assert parallelism_of({"r": [(10.0, 10.0), (10.0, 10.0), (20.0, 10.0)]}) == pytest.approx(1.5)
    assert parallelism_of({}) is None
    assert parallelism_of({"r": [(10.0, 0.0)]}) is None


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30), st.floats(0, 1))
@settings(max_examples=50)
def test_a_quantile_lies_between_the_least_and_the_most(values: list[float], share: float) -> None:
    ordered = sorted(values)
    assert ordered[0] <= quantile(ordered, share) * (1 + 1e-9) + 1e-9
    assert quantile(ordered, share) <= ordered[-1] * (1 + 1e-9) + 1e-9


@given(
    st.lists(st.tuples(st.one_of(st.none(), st.floats(0, 1e6)), st.floats(0, 1e6)), min_size=3, max_size=30)
)
@settings(max_examples=50)
def test_any_history_gives_a_time_that_is_not_negative(rows: list[tuple[float | None, float]]) -> None:
    model = fit_stage([Sample(*row) for row in rows])
    assert model is not None
    assert model.seconds(0.0) > 0
    assert model.seconds(1e6) > 0


def test_a_model_is_read_back_as_it_was_written() -> None:
    model = StageModel(1.5, 0.05, 12.0, 1.02, 0.3, 40)
    assert model_of_record(json.loads(json.dumps(model_record(model)))) == model


@pytest.mark.parametrize("record", [None, [], [1, 2, 3], ["a", 1, 1, 1, 1, 1], [True, 1, 1, 1, 1, 1], {}])
def test_what_is_no_model_is_none(record: object) -> None:
    assert model_of_record(record) is None


def test_what_is_left_alone_is_not_foretold() -> None:
    waiting, resting, given_up, complete = (episode(n, done=STAGES if n == 3 else ()) for n in range(4))
    resting = replace(resting, state={**resting.state, "standing": {"notes": {"state": "resting"}}})
    given_up = replace(given_up, state={**given_up.state, "standing": {"notes": {"state": "given_up"}}})
    jobs = remaining_jobs(Facts("l", [waiting, resting, given_up, complete]))
    assert [(e.folder, stage) for e, stage in jobs] == [
        ("e0", "transcript"),
        ("e0", "notes"),
        ("e1", "transcript"),
    ]


def test_a_prediction_is_compared_with_what_its_run_took(tmp_path: Path) -> None:
    before = history(20)
    new = [episode(n, length=2000.0) for n in range(100, 105)]
    facts = Facts("l", [*before, *new])
    told = record_prediction(tmp_path, facts, "r2", 2e9)
    assert told.jobs == 10
    assert told.wall == pytest.approx(5 * 205, rel=0.02)

    after = [
        replace(
            e,
            attempts=(
                finished(100 + n, "transcript", 2e9 + n * 205 + 200, 200.0, "r2"),
                finished(100 + n, "notes", 2e9 + n * 205 + 205, 5.0, "r2"),
            ),
        )
        for n, e in enumerate(new)
    ]
    known = Facts("l", [*before, *after])
    (verdict,) = verdicts_on(read_predictions(tmp_path), known.history)
    assert (verdict.run, verdict.jobs, verdict.real) == ("r2", 10, pytest.approx(1025))
    assert verdict.foretold == pytest.approx(1025, rel=0.02)
    assert verdict.off < 0.02


def test_a_run_that_took_three_times_as_long_was_foretold_badly(tmp_path: Path) -> None:
    before = history(20)
    record_prediction(tmp_path, Facts("l", [*before, episode(99, length=2000.0)]), "r2", 2e9)
    slow = episode(99, length=2000.0, attempts=(finished(99, "transcript", 2e9 + 600, 600.0, "r2"),))
    known = Facts("l", [*before, slow])
    (verdict,) = verdicts_on(read_predictions(tmp_path), known.history)
    assert verdict.real / verdict.foretold == pytest.approx(3, rel=0.05)
    assert not verdict.within


def test_a_prediction_whose_run_did_nothing_has_no_verdict(tmp_path: Path) -> None:
    facts = Facts("l", history(5))
    record_prediction(tmp_path, facts, "r2", 2e9)
    assert verdicts_on(read_predictions(tmp_path), facts.history) == []


def test_the_first_prediction_says_unknown(tmp_path: Path) -> None:
    told = record_prediction(tmp_path, Facts("l", [episode(1)]), "r1", 2e9)
    assert (told.jobs, told.wall) == (2, None)
    (kept,) = read_predictions(tmp_path)
    assert (kept.jobs, kept.wall, kept.models) == (2, None, {})


def test_of_the_predictions_the_latest_two_hundred_are_kept(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    line = json.dumps({"run": "old", "time": "2026-01-01T00:00:00Z", "jobs": 1, "models": {}})
    (tmp_path / FORECASTS).write_text(f"{line}\n" * 500 + '{"torn')
    record_prediction(tmp_path, Facts("l", history(5)), "new", 2e9)
    told = read_predictions(tmp_path)
    assert len(told) <= 200
    assert told[-1].run == "new"


def test_runs_that_varied_before_make_the_estimate_unsure() -> None:
    steady = [*history(10, "r1", 1e9), *history(10, "r2", 1.1e9), *history(10, "r3", 1.2e9)]
    uneven = [*history(10, "r1", 1e9), *history(10, "r2", 1.1e9, 0.3), *history(10, "r3", 1.2e9, 0.05)]
    widths = []
    for past in (steady, uneven):
        facts = Facts("l", [*past, episode(50, length=2000.0)])
        told = estimate_remaining(facts, models_of(facts.history))
        assert told.high is not None and told.low is not None and told.wall is not None
        widths.append((told.high - told.low) / told.wall)
    assert widths[1] > 2 * widths[0]
