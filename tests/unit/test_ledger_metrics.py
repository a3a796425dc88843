"""metrics.prom, as Prometheus' own parser reads it."""

import re
from typing import Any

import pytest

from episcribe.ledger.forecast import Estimate
from episcribe.ledger.metrics import metrics_text
from episcribe.ledger.reports.model import Attempt, EpisodeFacts, Facts, ModuleRun
from episcribe.ledger.reports.outlook import Outlook

parser = pytest.importorskip("prometheus_client.parser", reason="prometheus-client is not installed")

NOTHING_LEFT = Estimate(0, 0, None, 0.0, 0.0, 0.0, 0.0)
SOME_LEFT = Estimate(4, 0, 2.0, 100.0, 50.0, 40.0, 70.0)


def episode(
    number: int, *, show: str = "talks", state: str = "done", quality: int | None = 80
) -> EpisodeFacts:
    name = f"{show}/e{number}"
    attempts = (
        Attempt(name, "transcript", "failed", 1e9 + number, 0.4, "r", "transient", "timed out"),
        Attempt(name, "transcript", "finished", 1e9 + 100 + number, 3.0, "r"),
    )
    about: dict[str, Any] = {
        "title": "A talk",
        "stage": "completed",
        "stages": {"transcript": {"state": state}},
        "tracks": {"study": {"stage": "completed" if state == "done" else "created"}},
        "metrics": {"audio_duration": 60.0, "quality": quality},
    }
    modules = (ModuleRun("rss", "success"), ModuleRun("youtube", "error"))
    return EpisodeFacts(show, f"e{number}", about, attempts, modules)


def parse(facts: Facts, told: Estimate = SOME_LEFT, library: str = "/srv/library") -> dict[str, Any]:
    text = metrics_text(Outlook(facts, {}, told, ()), library)
    return {family.name: family for family in parser.text_string_to_metric_families(text)}


def value(family: Any, **labels: str) -> float:
    found = [s for s in family.samples if labels.items() <= s.labels.items()]
    assert len(found) == 1
    return float(found[0].value)


def test_episodes_are_counted_by_status() -> None:
    families = parse(Facts("l", [episode(1), episode(2), episode(3, state="pending")]))
    episodes = families["episcribe_episodes"]
    assert (episodes.type, value(episodes, status="complete"), value(episodes, status="waiting")) == (
        "gauge",
        2,
        1,
    )
    assert value(families["episcribe_track_episodes"], track="study", stage="created") == 1
    assert value(families["episcribe_show_recordings_seconds"], show="talks") == 180


def test_runs_and_failures_of_stages_and_modules_are_counters() -> None:
    families = parse(Facts("l", [episode(1), episode(2)]))
    runs = families["episcribe_stage_runs"]
    assert (runs.type, value(runs, stage="transcript", outcome="finished")) == ("counter", 2)
    assert value(families["episcribe_stage_failures"], stage="transcript", kind="transient") == 2
    assert value(families["episcribe_module_runs"], module="rss", status="success") == 2


def test_durations_are_a_histogram_whose_buckets_add_up() -> None:
    family = parse(Facts("l", [episode(n) for n in range(7)]))["episcribe_stage_duration_seconds"]
    buckets = [(float(s.labels["le"]), s.value) for s in family.samples if s.name.endswith("_bucket")]
    assert family.type == "histogram"
    assert buckets == sorted(buckets)
    assert buckets[-1] == (float("inf"), 7)
    assert dict(buckets)[2.0] == 0 and dict(buckets)[5.0] == 7
    assert {s.name: s.value for s in family.samples if not s.name.endswith("_bucket")} == {
        "episcribe_stage_duration_seconds_sum": 21.0,
        "episcribe_stage_duration_seconds_count": 7.0,
    }


def test_what_is_left_has_an_interval_and_is_missing_where_it_is_unknown() -> None:
    facts = Facts("l", [episode(1)])
    assert value(parse(facts)["episcribe_remaining_seconds"], bound="high") == 70
    assert "episcribe_remaining_seconds" not in parse(facts, Estimate(4, 4, None))


def test_labels_from_outside_are_escaped() -> None:
    odd = 'a"b\\c\nd{e="f"} é 語'
    family = parse(Facts("l", [episode(1, show=odd)]), library='/srv/"odd"')["episcribe_show_episodes"]
    assert {s.labels["show"] for s in family.samples} == {odd}
    assert {s.labels["library"] for s in family.samples} == {'/srv/"odd"'}


def test_a_thousand_shows_make_no_more_than_fifty_one_series() -> None:
    facts = Facts("l", [episode(n, show=f"show{n:04}") for n in range(1000)])
    family = parse(facts)["episcribe_show_episodes"]
    assert len({s.labels["show"] for s in family.samples}) == 51
    assert value(family, show="other", status="complete") == 950


def test_kinds_of_failures_that_nobody_knows_make_no_series_of_their_own() -> None:
    odd = Attempt("talks/e1", "transcript", "failed", 1e9, 0.1, "r", "whatever-1234", "x")
    facts = Facts("l", [EpisodeFacts("talks", "e1", {}, (odd,))])
    assert value(parse(facts)["episcribe_stage_failures"], kind="transient") == 1


def test_names_follow_the_conventions_of_prometheus() -> None:
    facts = Facts("l", [episode(1), episode(2, state="failed")])
    text = metrics_text(Outlook(facts, {}, SOME_LEFT, ()), "/srv/library")
    types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    helped = re.findall(r"^# HELP (\S+) \S.*\.$", text, re.MULTILINE)
    assert list(types) == helped
    for name, kind in types.items():
        assert re.fullmatch(r"episcribe(_[a-z0-9]+)+", name)
        assert name.endswith("_total") == (kind == "counter")
        assert not re.search(r"_(ms|minutes|hours|kb|percent)\b", name)
    assert text.endswith("\n")


def test_an_empty_library_has_metrics_too() -> None:
    families = parse(Facts("l", []), NOTHING_LEFT)
    assert value(families["episcribe_episodes"], status="complete") == 0
    assert value(families["episcribe_remaining_seconds"], bound="expected") == 0
