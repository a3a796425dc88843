"""The drawings of a report: figures laid out as charts. Each is safe HTML, or None where there is nothing to
show.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING, NamedTuple

from episcribe.ledger.reports.charts import Column, Ratio, Row, Spread, bars, columns, ratios, spreads, strip
from episcribe.ledger.reports.figures import STATUSES, Day, Durations, ShowFigures
from episcribe.ledger.reports.model import Status
from episcribe.ledger.reports.predictions import Verdict
from episcribe.ledger.reports.wording import counted, short_clock, span, words

if TYPE_CHECKING:
    from markupsafe import Markup

STATUS_WORDS: dict[Status, str] = {
    "complete": "complete",
    "running": "at work",
    "waiting": "to be made",
    "resting": "resting",
    "nothing": "nothing to be had",
    "failed": "failed",
    "given_up": "given up",
    "skipped": "skipped",
}
_MODULE_WORDS = {"success": "found", "partial": "nothing there", "error": "failed"}
_MODULE_CLASSES = {"success": "complete", "partial": "nothing", "error": "failed"}
_SHOWS = 25


class Labelled(NamedTuple):
    """A day, hour or week with what stands below its column, and its full name."""

    label: str
    name: str
    day: Day


class Wide(NamedTuple):
    """A chart for a wide page, and the same for a narrow one."""

    wide: "Markup"
    narrow: "Markup"


def progress(statuses: Mapping[Status, int]) -> "Markup | None":
    """All episodes as one bar of their statuses."""
    if not sum(statuses.values()):
        return None
    parts = [(s, float(statuses[s]), f"{STATUS_WORDS[s]}: {statuses[s]:,}") for s in STATUSES]
    return _safe(strip("Episodes by status", parts))


def legend(statuses: Mapping[Status, int]) -> list[dict[str, str]]:
    """The statuses that an episode has, with their colours and counts."""
    return [
        {"kind": status, "label": STATUS_WORDS[status], "count": f"{statuses[status]:,}"}
        for status in STATUSES
        if statuses[status]
    ]


def tracks(reach: Mapping[str, Sequence[tuple[str, int, int]]]) -> list[dict[str, object]]:
    """For each track a chart of how many episodes have reached each of its stages."""
    return [
        {
            "name": name,
            "chart": _safe(
                bars(
                    f"Episodes that have reached each stage of the track {name}",
                    [
                        Row(words(stage), f"{count:,} of {total:,}", [("complete", count, f"{count:,}")])
                        for stage, count, total in steps
                    ],
                    total=steps[0][2],
                )
            ),
        }
        for name, steps in reach.items()
    ]


def shows(every: Iterable[ShowFigures]) -> "Markup | None":
    """A bar of statuses for each show, the largest shows first."""
    figures = sorted(every, key=lambda show: (-show.total, show.show))
    if not figures:
        return None
    rows = [
        Row(
            show.title,
            f"{show.statuses['complete']:,} of {show.total:,}"
            + (f", quality {show.quality:.0f}" if show.quality is not None else ""),
            [(s, float(show.statuses[s]), f"{STATUS_WORDS[s]}: {show.statuses[s]:,}") for s in STATUSES],
        )
        for show in figures[:_SHOWS]
    ]
    return _safe(bars("Episodes of each show by status", rows))


def throughput(name: str, days: Sequence[Labelled]) -> Wide | None:
    """Episodes completed over time, with the stages that failed on top; None where nothing happened."""
    if not any(own.day.completed or own.day.failed for own in days):
        return None
    data = [
        Column(
            own.label,
            [("complete", own.day.completed), ("failed", own.day.failed)],
            f"{own.name}: {counted(own.day.completed, 'episode')} completed, "
            f"{counted(own.day.failed, 'stage')} failed",
        )
        for own in days
    ]
    title = f"{name}: episodes completed and stages failed"
    wide, narrow = (
        columns(title, data, unit="episodes completed, stages failed", width=width, height=height)
        for width, height in ((1040, 230), (360, 210))
    )
    return Wide(_safe(wide), _safe(narrow))


def durations(found: Sequence[Durations]) -> "Markup | None":
    """How long each stage takes."""
    if not found:
        return None
    data = [
        Spread(
            words(own.stage),
            f"{span(own.p50)} · {own.runs:,} run{'s' if own.runs != 1 else ''}",
            (own.p10, own.p25, own.p50, own.p75, own.p90),
        )
        for own in found
    ]
    return _safe(spreads("How long each stage takes", data))


def modules(tallies: Mapping[str, Mapping[str, int]]) -> "Markup | None":
    """How often each module found a transcript."""
    rows = []
    for module, own in tallies.items():
        total = sum(own.values())
        found = f"{own['success']:,} of {total:,} found ({100 * own['success'] / total:.0f} %)"
        parts = [
            (_MODULE_CLASSES[kind], float(count), f"{_MODULE_WORDS[kind]}: {count:,}")
            for kind, count in own.items()
        ]
        rows.append(Row(module, found, parts))
    return _safe(bars("How often each module found a transcript", rows)) if rows else None


def quality(bins: Sequence[int]) -> "Markup | None":
    """How many transcripts have which score."""
    if not any(bins):
        return None
    data = [
        Column(
            f"{number * 10}",
            [("complete" if number >= 5 else "resting", count)],
            f"{number * 10} to {number * 10 + (10 if number == 9 else 9)}: {counted(count, 'transcript')}",
        )
        for number, count in enumerate(bins)
    ]
    return _safe(columns("Transcripts by score", data, unit="transcripts, by their score from"))


def predictions(verdicts: Sequence[Verdict], zone: tzinfo) -> "Markup | None":
    """How right the last predictions were, the latest first."""
    if not verdicts:
        return None
    data = [
        Ratio(
            short_clock(verdict.time, zone),
            f"{span(verdict.real)}, foretold {span(verdict.foretold)}",
            verdict.real / verdict.foretold if verdict.foretold else 1.0,
            verdict.within,
        )
        for verdict in reversed(verdicts)
    ]
    return _safe(ratios("How long runs took, compared with what was foretold", data))


def _safe(chart: str) -> "Markup":
    """The chart as it is: it has escaped what came from outside."""
    from markupsafe import Markup

    return Markup(chart)
