"""How long the remaining work will take, from how long it took before; and how right that was.

The seconds of a stage are a line in the length of the recording (Theil–Sen: the median of the slopes between
pairs, which outliers do not move; Sen 1968), or their median where length explains nothing. What was wrong
with that in the past, as the ratio of the real seconds to the foretold ones, gives the interval.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt
from statistics import fmean, median
from typing import Any, NamedTuple

LATEST = 80
"""Of so many runs of a stage is its model made."""
_NEEDED = 3  # fewer runs of a stage tell nothing
_FOR_A_LINE = 8
_GAIN = 0.85
_SHORTEST = 0.01
_RUNS = 5
_EIGHTY_PERCENT = 1.2816  # standard deviations to each side, of a normal distribution


class Sample(NamedTuple):
    """One finished run of a stage: how long the recording is (None: unknown), how long it took; seconds."""

    length: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class StageModel:
    """How long a stage takes: `base + slope * length` seconds, `typical` where the length is not known.

    `bias` is the mean of the real seconds over the foretold, `spread` the standard deviation of that ratio.
    `runs` is how many it was made of.
    """

    base: float
    slope: float
    typical: float
    bias: float
    spread: float
    runs: int

    def seconds(self, length: float | None) -> float:
        """The seconds for a recording of `length` seconds."""
        told = self.typical if length is None or not self.slope else self.base + self.slope * length
        return told if told > _SHORTEST else _SHORTEST

    def expected(self, length: float | None) -> float:
        """The same with what it was wrong by in the mean."""
        return self.seconds(length) * self.bias


@dataclass(frozen=True, slots=True)
class Estimate:
    """The remaining work: `jobs` in all, of which `unknown` are of stages without a history.

    `seconds` is the work of all jobs one after the other, `wall` the time until the end on so many at once,
    with eighty percent probability between `low` and `high`. All None when nothing is known of any job.
    """

    jobs: int
    unknown: int
    parallelism: float | None
    seconds: float | None = None
    wall: float | None = None
    low: float | None = None
    high: float | None = None


def fit_stage(samples: Sequence[Sample]) -> StageModel | None:
    """The model of a stage out of its runs, oldest first, of which the latest count; None for too few."""
    latest = [Sample(s.length, max(s.seconds, _SHORTEST)) for s in samples[-LATEST:]]
    if len(latest) < _NEEDED:
        return None
    typical = median(sample.seconds for sample in latest)
    base, slope = _line(latest, typical)
    bare = StageModel(base, slope, typical, 1.0, 0.0, len(latest))
    ratios = sorted(sample.seconds / bare.seconds(sample.length) for sample in latest)
    kept = ratios[len(ratios) // 50 : len(ratios) - len(ratios) // 50]
    bias = fmean(kept)
    spread = sqrt(sum((ratio - bias) ** 2 for ratio in kept) / max(1, len(kept) - 1))
    return StageModel(base, slope, typical, bias, spread, len(latest))


def fit_stages(samples: Iterable[tuple[str, Sample]]) -> dict[str, StageModel]:
    """The models of all stages out of their runs, oldest first; those with too few are left out."""
    by_stage: dict[str, list[Sample]] = defaultdict(list)
    for stage, sample in samples:
        by_stage[stage].append(sample)
    models = {stage: fit_stage(own) for stage, own in sorted(by_stage.items())}
    return {stage: model for stage, model in models.items() if model is not None}


def estimate(
    jobs: Iterable[tuple[str, float | None]],
    models: Mapping[str, StageModel],
    parallelism: float | None,
    errors: Sequence[float] = (),
) -> Estimate:
    """How long `jobs` (stage, length of the recording) will take, `parallelism` of them at once.

    `errors` are the ratios of real to foretold time of earlier runs: with three or more, the interval is at
    least as wide as they are. Jobs of stages without a model count as the mean of the others.
    """
    foretold: list[float] = []
    variance = unknown = 0.0
    for stage, length in jobs:
        model = models.get(stage)
        if model is None:
            unknown += 1
            continue
        seconds = model.seconds(length)
        foretold.append(seconds * model.bias)
        variance += (seconds * model.spread) ** 2
    count = len(foretold) + int(unknown)
    if not count:
        return Estimate(0, 0, parallelism, 0.0, 0.0, 0.0, 0.0)
    if not foretold or parallelism is None:
        return Estimate(count, int(unknown), parallelism)
    seconds = sum(foretold) * count / len(foretold)
    wall = max(seconds / max(parallelism, 0.1), max(foretold) if parallelism > 1 else 0.0)
    margin = min(0.9, _EIGHTY_PERCENT * sqrt(variance) / sum(foretold) + unknown / count)
    low, high = 1 - margin, 1 + margin
    if len(errors) >= _NEEDED:
        low, high = min(low, quantile(sorted(errors), 0.1)), max(high, quantile(sorted(errors), 0.9))
    return Estimate(count, int(unknown), parallelism, seconds, wall, wall * low, wall * high)


def parallelism_of(spans: Mapping[str, Iterable[tuple[float, float]]]) -> float | None:
    """How many jobs were at work at once in the latest runs, waiting and starting counted in.

    `spans` holds for each run, in their order, the (end, seconds) of its jobs. None without any.
    """
    rates: list[float] = []
    for own in list(spans.values())[-_RUNS:]:
        jobs = list(own)
        busy = sum(seconds for _, seconds in jobs)
        wall = max((end for end, _ in jobs), default=0.0) - min((e - s for e, s in jobs), default=0.0)
        if wall > 0 and busy > 0:
            rates.append(busy / wall)
    return median(rates) if rates else None


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which `share` of the `ordered` values lie, with linear interpolation between two."""
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def model_record(model: StageModel) -> list[float]:
    """A model as a line of `forecasts.jsonl` holds it."""
    values = (model.base, model.slope, model.typical, model.bias, model.spread)
    return [*(round(value, 5) for value in values), model.runs]


def model_of_record(record: Any) -> StageModel | None:
    """What `model_record` made, None for anything else."""
    if not isinstance(record, list) or len(record) != 6:
        return None
    if any(isinstance(value, bool) or not isinstance(value, (int, float)) for value in record):
        return None
    base, slope, typical, bias, spread, runs = record
    return StageModel(base, slope, typical, bias, spread, int(runs))


def _line(samples: Sequence[Sample], typical: float) -> tuple[float, float]:
    """Base and slope, `typical` and 0 where a line is not clearly better than the median."""
    points = [(s.length, s.seconds) for s in samples if s.length is not None]
    if len(points) < _FOR_A_LINE:
        return typical, 0.0
    slopes = [(y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in combinations(points, 2) if x1 != x2]
    if not slopes or (slope := median(slopes)) <= 0:
        return typical, 0.0
    base = median(seconds - slope * length for length, seconds in points)
    wrong = fmean(abs(seconds - max(base + slope * length, _SHORTEST)) for length, seconds in points)
    wrong_flat = fmean(abs(seconds - typical) for _, seconds in points)
    return (base, slope) if wrong < _GAIN * wrong_flat else (typical, 0.0)
