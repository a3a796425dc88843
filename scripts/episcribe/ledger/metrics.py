"""`metrics.prom`: the library's figures for Prometheus, in its text format 0.0.4, for the text file
collector of the node exporter (https://prometheus.io/docs/instrumenting/exposition_formats/).
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from episcribe import __version__
from episcribe.ledger.forecast import Estimate
from episcribe.ledger.reports.figures import outcomes
from episcribe.ledger.reports.model import Attempt
from episcribe.ledger.reports.outlook import Outlook

_BUCKETS = (0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200)
_SCORES = (20, 40, 50, 60, 70, 80, 90, 100)
_MOST_SHOWS = 50
_OTHERS = "other"
_KINDS = frozenset(("permanent", "transient", "blocked", "none"))

Labels = Mapping[str, str]
Samples = Iterable[tuple[Labels, float]]


def metrics_text(outlook: Outlook, library: str) -> str:
    """The content of `metrics.prom`; every metric has the label `library`, so that one machine may have
    several.
    """
    sheet = _Sheet(library)
    sheet.gauge("build_info", "The version of Episcribe that wrote this.", [({"version": __version__}, 1)])
    _episodes(sheet, outlook)
    _stages(sheet, outlook.attempts, outlook.seconds)
    _modules(sheet, outlook.modules)
    _times(sheet, outlook.attempts)
    _forecast(sheet, outlook.told)
    return sheet.text()


def _episodes(sheet: "_Sheet", outlook: Outlook) -> None:
    facts = outlook.facts
    shows: dict[tuple[str, str], int] = defaultdict(int)
    seconds: dict[str, float] = defaultdict(float)
    for number, show in enumerate(sorted(outlook.shows, key=lambda s: (-s.total, s.show))):
        name = show.show if number < _MOST_SHOWS else _OTHERS
        seconds[name] += show.seconds
        for status, count in show.statuses.items():
            shows[name, status] += count
    sheet.gauge(
        "episodes",
        "Episodes by status.",
        [({"status": status}, count) for status, count in outlook.statuses.items()],
    )
    sheet.gauge(
        "show_episodes",
        f"Episodes of each show by status; the {_MOST_SHOWS} largest shows, then all others together.",
        [({"show": show, "status": status}, count) for (show, status), count in sorted(shows.items())],
    )
    sheet.gauge(
        "show_recordings_seconds",
        "How long the recordings of each show are.",
        [({"show": show}, value) for show, value in sorted(seconds.items())],
    )
    sheet.gauge(
        "track_episodes",
        "Episodes at each stage of each track.",
        [
            ({"track": track, "stage": stage}, count)
            for track, stages in outlook.tracks.items()
            for stage, count in stages.items()
        ],
    )
    sheet.gauge("unread_sources", "Sources that could not be read the last time.", [({}, len(facts.unread))])
    scores = [episode.quality for episode in facts.episodes if episode.quality is not None]
    sheet.histogram("transcript_quality_score", "Scores of transcripts.", _SCORES, [({}, scores)])


def _stages(sheet: "_Sheet", attempts: Sequence[Attempt], seconds: Mapping[str, Sequence[float]]) -> None:
    sheet.counter(
        "stage_runs_total",
        "How often each stage ended, and how.",
        [
            ({"stage": stage, "outcome": outcome}, count)
            for (stage, outcome), count in outcomes(attempts).items()
        ],
    )
    failed = Counter(
        (a.stage, a.kind if a.kind in _KINDS else "transient") for a in attempts if a.outcome == "failed"
    )
    sheet.counter(
        "stage_failures_total",
        "How often each stage failed, by kind.",
        [({"stage": stage, "kind": str(kind)}, count) for (stage, kind), count in sorted(failed.items())],
    )
    sheet.histogram(
        "stage_duration_seconds",
        "How long the successful runs of each stage took.",
        _BUCKETS,
        [({"stage": stage}, values) for stage, values in sorted(seconds.items())],
    )


def _modules(sheet: "_Sheet", tallies: Mapping[str, Mapping[str, int]]) -> None:
    sheet.counter(
        "module_runs_total",
        "How often each transcript module was asked, and how it went.",
        [
            ({"module": module, "status": status}, count)
            for module, own in tallies.items()
            for status, count in own.items()
        ],
    )


def _times(sheet: "_Sheet", attempts: Sequence[Attempt]) -> None:
    latest = {attempt.outcome: attempt.ended for attempt in attempts}  # the oldest come first
    wanted = {"finished": "last_success_timestamp_seconds", "failed": "last_failure_timestamp_seconds"}
    texts = {"finished": "When a stage last went well.", "failed": "When a stage last failed."}
    for outcome, name in wanted.items():
        if outcome in latest:
            sheet.gauge(name, texts[outcome], [({}, round(latest[outcome], 3))])


def _forecast(sheet: "_Sheet", told: Estimate) -> None:
    sheet.gauge("remaining_stage_runs", "How many stages are still to be done.", [({}, told.jobs)])
    if told.wall is not None and told.low is not None and told.high is not None:
        bounds = {"low": told.low, "expected": told.wall, "high": told.high}
        sheet.gauge(
            "remaining_seconds",
            "How long the remaining work will take; low and high are the bounds of an 80% interval.",
            [({"bound": bound}, round(value, 1)) for bound, value in bounds.items()],
        )


class _Sheet:
    """Metrics one after the other, each with its HELP and TYPE."""

    def __init__(self, library: str) -> None:
        self._library = library
        self._lines: list[str] = []

    def text(self) -> str:
        """All of it."""
        return "".join(f"{line}\n" for line in self._lines)

    def gauge(self, name: str, about: str, samples: Samples) -> None:
        """A value that goes up and down."""
        self._metric(name, about, "gauge", samples)

    def counter(self, name: str, about: str, samples: Samples) -> None:
        """A value that only grows."""
        self._metric(name, about, "counter", samples)

    def histogram(
        self,
        name: str,
        about: str,
        bounds: Sequence[float],
        samples: Iterable[tuple[Labels, Sequence[float]]],
    ) -> None:
        """The distribution of values, counted up to and including each of the `bounds`."""
        full = self._head(name, about, "histogram")
        for labels, values in samples:
            counts = [0] * (len(bounds) + 1)
            for value in values:
                counts[bisect_left(bounds, value)] += 1
            below = 0
            for bound, count in zip((*map(_number, bounds), "+Inf"), counts, strict=True):
                below += count
                self._sample(f"{full}_bucket", {**labels, "le": bound}, below)
            self._sample(f"{full}_sum", labels, round(sum(values), 3))
            self._sample(f"{full}_count", labels, len(values))

    def _metric(self, name: str, about: str, kind: str, samples: Samples) -> None:
        full = self._head(name, about, kind)
        for labels, value in samples:
            self._sample(full, labels, value)

    def _head(self, name: str, about: str, kind: str) -> str:
        full = f"episcribe_{name}"
        self._lines += [f"# HELP {full} {_help(about)}", f"# TYPE {full} {kind}"]
        return full

    def _sample(self, name: str, labels: Labels, value: float) -> None:
        every = {"library": self._library, **labels}
        shown = ",".join(f'{label}="{_escaped(text)}"' for label, text in every.items())
        self._lines.append(f"{name}{{{shown}}} {_number(value)}")


def _help(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n")


def _escaped(text: str) -> str:
    plain = text.encode("utf-8", "replace").decode()
    return plain.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))
