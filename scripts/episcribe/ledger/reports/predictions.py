"""What a run was foretold to take (`log/forecasts.jsonl`), and how right that was."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from episcribe.ledger.events import moment_of, moment_text
from episcribe.ledger.forecast import (
    LATEST,
    Estimate,
    Sample,
    StageModel,
    estimate,
    fit_stages,
    model_of_record,
    model_record,
    parallelism_of,
)
from episcribe.ledger.reports.model import Attempt, EpisodeFacts, Facts, History, mapping
from episcribe.ledger.standings import withheld
from episcribe.library.files import write_atomically

FORECASTS = Path("log") / "forecasts.jsonl"
_KEPT = 200
_RUNS = 20
_ENOUGH = 3
_ALIVE = ("waiting", "running", "failed", "resting")


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a run was foretold: when that was, and the models that it was made of."""

    run: str
    time: float
    jobs: int
    wall: float | None
    low: float | None
    high: float | None
    parallelism: float | None
    models: Mapping[str, StageModel]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How right a prediction was, for the `jobs` that its run finished and of which something was foretold.

    `foretold` and `real` are the time from the first job's start to the last one's end, in seconds;
    `off` is the median of how far the single jobs were off, as a share.
    """

    run: str
    time: float
    jobs: int
    foretold: float
    real: float
    off: float
    within: bool


def remaining_jobs(facts: Facts) -> Iterator[tuple[EpisodeFacts, str]]:
    """The stages that are still to be done, in the catalogue's order, but for those that are left alone."""
    for episode in facts.episodes:
        if episode.status not in _ALIVE:
            continue
        held = withheld(episode.standing)
        for stage, how in episode.stages.items():
            if how != "done" and stage not in held:
                yield episode, stage


def models_of(history: History) -> dict[str, StageModel]:
    """The models of all stages out of their latest attempts that went well."""
    latest: dict[str, list[Sample]] = defaultdict(list)
    too_few = {attempt.stage for attempt in history.attempts}
    for attempt in reversed(history.attempts):
        if attempt.stage in too_few and attempt.outcome == "finished":
            latest[attempt.stage].append(Sample(history.lengths.get(attempt.episode), attempt.seconds))
            if len(latest[attempt.stage]) == LATEST:
                too_few.remove(attempt.stage)
        if not too_few:
            break
    return fit_stages((stage, sample) for stage, own in latest.items() for sample in reversed(own))


def workers_of(history: History) -> float | None:
    """How many jobs were at work at once in the latest runs; None without any."""
    return parallelism_of(
        {run: ((one.ended, one.seconds) for one in own) for run, own in history.runs.items() if run}
    )


def estimate_remaining(
    facts: Facts, models: Mapping[str, StageModel], verdicts: Sequence[Verdict] = ()
) -> Estimate:
    """How long what is left to be done will take, on as many workers as the latest runs had.

    How far off that may be is told by the verdicts on earlier predictions; while there are too few of these,
    by what would have been foretold of the latest runs.
    """
    parallelism = workers_of(facts.history)
    jobs = ((stage, episode.length) for episode, stage in remaining_jobs(facts))
    errors = [verdict.real / verdict.foretold for verdict in verdicts[-_RUNS:] if verdict.foretold > 0]
    if len(errors) < _ENOUGH and parallelism:
        errors += _hindsight(facts.history, models, parallelism)
    return estimate(jobs, models, parallelism, errors)


def _hindsight(history: History, models: Mapping[str, StageModel], parallelism: float) -> list[float]:
    """The ratios of real to foretold time of the latest runs, had they been foretold with these models."""
    runs = (
        [one for one in own if one.outcome == "finished" and one.stage in models]
        for run, own in reversed(history.runs.items())
        if run
    )
    ratios: list[float] = []
    for own in islice(filter(None, runs), _RUNS):
        foretold = sum(models[one.stage].expected(history.lengths.get(one.episode)) for one in own)
        real = _end(own) - _begin(own)
        if foretold > 0 and real > 0 and len(own) >= _ENOUGH:
            ratios.append(real * parallelism / foretold)
    return ratios


def read_predictions(library: Path) -> list[Prediction]:
    """The predictions on record, oldest first; torn lines are passed over."""
    try:
        lines = (library / FORECASTS).read_bytes().splitlines()
    except OSError:
        return []
    return [told for line in lines if (told := _prediction(line)) is not None]


def record_prediction(library: Path, facts: Facts, run: str, now: float) -> Estimate:
    """Foretell what is left to be done, and set that down as the prediction for `run`."""
    models = models_of(facts.history)
    told = estimate_remaining(facts, models, verdicts_on(read_predictions(library), facts.history))
    record = {
        "run": run,
        "time": moment_text(now),
        "jobs": told.jobs,
        "wall": _rounded(told.wall),
        "low": _rounded(told.low),
        "high": _rounded(told.high),
        "parallelism": _rounded(told.parallelism),
        "models": {stage: model_record(model) for stage, model in models.items()},
    }
    path = library / FORECASTS
    lines = path.read_bytes().splitlines()[-_KEPT + 1 :] if path.exists() else []
    write_atomically(path, b"".join(line + b"\n" for line in (*lines, json.dumps(record).encode())))
    return told


def verdicts_on(predictions: Sequence[Prediction], history: History) -> list[Verdict]:
    """How right each prediction was, oldest first; those whose run finished nothing are left out."""
    verdicts = (
        _verdict(
            told,
            [one for one in history.runs.get(told.run, ()) if one.outcome == "finished"],
            history.lengths,
        )
        for told in predictions
    )
    return [verdict for verdict in verdicts if verdict is not None]


def _verdict(
    told: Prediction, done: Sequence[Attempt], lengths: Mapping[str, float | None]
) -> Verdict | None:
    known = [attempt for attempt in done if attempt.stage in told.models]
    if not known or not told.parallelism:
        return None
    foretold = busy = 0.0
    off: list[float] = []
    for attempt in known:
        expected = told.models[attempt.stage].expected(lengths.get(attempt.episode))
        foretold += expected
        busy += attempt.seconds
        off.append(abs(attempt.seconds - expected) / max(attempt.seconds, 0.01))
    real = _end(done) - _begin(done)
    # Jobs of which nothing was foretold took part of the time.
    everything = sum(attempt.seconds for attempt in done)
    real *= busy / everything if everything else 1.0
    wall = foretold / told.parallelism
    margins = (
        (told.low / told.wall, told.high / told.wall) if told.wall and told.low and told.high else (1, 1)
    )
    return Verdict(
        told.run,
        told.time,
        len(known),
        wall,
        real,
        sorted(off)[len(off) // 2],
        margins[0] * wall <= real <= margins[1] * wall,
    )


def _begin(attempts: Iterable[Attempt]) -> float:
    return min(attempt.ended - attempt.seconds for attempt in attempts)


def _end(attempts: Sequence[Attempt]) -> float:
    return max(attempt.ended for attempt in attempts)


def _prediction(line: bytes) -> Prediction | None:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    told = mapping(record)
    time = moment_of(told.get("time"))
    if time is None or not isinstance(told.get("run"), str) or not isinstance(told.get("jobs"), int):
        return None
    models = {
        str(stage): model
        for stage, own in mapping(told.get("models")).items()
        if (model := model_of_record(own)) is not None
    }
    numbers = {name: _number(told.get(name)) for name in ("wall", "low", "high", "parallelism")}
    return Prediction(told["run"], time, told["jobs"], models=models, **numbers)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
