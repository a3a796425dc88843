"""The daily and the weekly report as one HTML file each, which needs nothing else."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from episcribe.ledger.events import moment_of
from episcribe.ledger.reports import drawings
from episcribe.ledger.reports.causes import Cause, advice_on
from episcribe.ledger.reports.figures import (
    Day,
    between,
    bounds,
    per_day,
    per_hour,
)
from episcribe.ledger.reports.model import EpisodeFacts, UnreadSource
from episcribe.ledger.reports.wording import (
    clock,
    counted,
    day_name,
    short_day,
    span,
    week_name,
    weekday_name,
    words,
)

if TYPE_CHECKING:
    from jinja2 import Template

    from episcribe.ledger.reports.outlook import Outlook

_TEMPLATES = Path(__file__).parent / "templates"
_RESTING = 20
_CAUSES = 12
_NAMED = 8
_PREDICTIONS = 8
_PRODUCTS = (
    ("notes.md", "notes"),
    ("assessment.md", "assessment"),
    ("flashcards.csv", "flashcards"),
    ("transcript.txt", "transcript"),
    ("notes.pdf", "notes PDF"),
    ("assessment.pdf", "assessment PDF"),
)
_templates: dict[str, "Template"] = {}


@dataclass(frozen=True, slots=True)
class _Period:
    """What a report is of: its name, its first and last day, its columns and those of a longer time."""

    kind: str
    name: str
    first: date
    last: date
    columns: Sequence[drawings.Labelled]
    earlier: Sequence[drawings.Labelled]
    earlier_name: str


def daily_page(outlook: "Outlook", zone: tzinfo, day: date) -> str:
    """The report of a day, as HTML."""
    completed, attempts = outlook.completed, outlook.attempts
    hours = per_hour(completed, attempts, zone, day)
    month = per_day(completed, attempts, zone, day - timedelta(days=29), day)
    period = _Period(
        "Daily report",
        day_name(day),
        day,
        day,
        [drawings.Labelled(f"{own.start:%H}", f"{own.start:%H}:00", own) for own in hours],
        [drawings.Labelled(short_day(own.start.date()), day_name(own.start.date()), own) for own in month],
        "Thirty days",
    )
    return _page(outlook, zone, period)


def weekly_page(outlook: "Outlook", zone: tzinfo, day: date) -> str:
    """The report of the ISO week of a day, as HTML."""
    completed, attempts = outlook.completed, outlook.attempts
    first = day - timedelta(days=day.weekday())
    last = first + timedelta(days=6)
    days = per_day(completed, attempts, zone, first, last)
    weeks = _by_week(per_day(completed, attempts, zone, first - timedelta(weeks=11), last))
    period = _Period(
        "Weekly report",
        week_name(day),
        first,
        last,
        [drawings.Labelled(weekday_name(own.start.date()), day_name(own.start.date()), own) for own in days],
        [
            drawings.Labelled(f"{own.start.date().isocalendar().week}", week_name(own.start.date()), own)
            for own in weeks
        ],
        "Twelve weeks",
    )
    return _page(outlook, zone, period)


def _page(outlook: "Outlook", zone: tzinfo, period: _Period) -> str:
    facts = outlook.facts
    statuses = outlook.statuses
    as_of = outlook.as_of
    context = {
        "kind": period.kind,
        "period": period.name,
        "library": facts.library,
        "as_of": None if as_of is None else clock(as_of, zone),
        "total": len(facts.episodes),
        "complete": statuses["complete"],
        "share": _percent(statuses["complete"], len(facts.episodes)),
        "progress": drawings.progress(statuses),
        "legend": drawings.legend(statuses),
        "outlook": _outlook_line(outlook),
        "tiles": _tiles(outlook, zone, period),
        "columns": drawings.throughput(period.name, period.columns),
        "earlier": drawings.throughput(period.earlier_name, period.earlier),
        "earlier_name": period.earlier_name,
        "newest": [_episode(episode, facts.titles) for episode in outlook.newest],
        **_charts(outlook, zone),
        **_troubles(outlook, zone),
    }
    return _template("report.html.j2").render(context)


def _charts(outlook: "Outlook", zone: tzinfo) -> dict[str, Any]:
    verdicts = outlook.verdicts
    return {
        "tracks": drawings.tracks(outlook.reach),
        "shows": drawings.shows(outlook.shows),
        "durations": drawings.durations(outlook.durations),
        "modules": drawings.modules(outlook.modules),
        "quality": drawings.quality(outlook.quality),
        "predictions": drawings.predictions(verdicts[-_PREDICTIONS:], zone),
        "within": sum(verdict.within for verdict in verdicts),
        "judged": len(verdicts),
    }


def _troubles(outlook: "Outlook", zone: tzinfo) -> dict[str, Any]:
    found = outlook.causes
    rests = [rest for rest in outlook.resting if rest.until is not None]
    return {
        "causes": [
            *(_source(source, outlook.facts.titles) for source in outlook.facts.unread[:_CAUSES]),
            *(_cause(cause) for cause in found[:_CAUSES]),
        ],
        "more_causes": max(0, len(found) - _CAUSES),
        "resting": [
            {
                "title": rest.episode.title,
                "show": rest.episode.show,
                "stage": words(rest.stage),
                "until": clock(rest.until, zone),
                "why": rest.why,
            }
            for rest in rests[:_RESTING]
        ],
        "more_resting": max(0, len(rests) - _RESTING),
    }


def _outlook_line(outlook: "Outlook") -> str:
    told = outlook.told
    if not told.jobs:
        return "Nothing is left that can be done now."
    work = counted(told.jobs, "stage")
    if told.wall is None:
        return f"{work} are left; how long that takes is unknown before a few have been done."
    between = f"{span(told.low)} to {span(told.high)}"
    return f"{work} are left: about {span(told.wall)} (with 80 % probability {between})."


def _tiles(outlook: "Outlook", zone: tzinfo, period: _Period) -> list[dict[str, str]]:
    days = [own.day for own in period.columns]
    begin, end = bounds(period.first, period.last, zone)
    own = between(begin, end, outlook.attempts, attrgetter("ended"))
    outcomes = Counter(attempt.outcome for attempt in own)
    spoken = sum(length for _, length in between(begin, end, outlook.completed, itemgetter(0)))
    return [
        {"value": f"{sum(day.completed for day in days):,}", "label": "episodes completed"},
        {"value": f"{outcomes['finished']:,}", "label": "stages done"},
        {"value": f"{sum(day.failed for day in days):,}", "label": "stages failed"},
        {
            "value": span(spoken),
            "label": "of speech written down",
        },
        {"value": span(sum(attempt.seconds for attempt in own)), "label": "of work"},
    ]


def _source(source: UnreadSource, titles: Mapping[str, str]) -> dict[str, Any]:
    return {
        "stage": "source not read",
        "kind": source.kind,
        "count": titles.get(source.name) or source.name,
        "example": source.error,
        "advice": advice_on(source.error, source.kind),
        "command": None,
        "episodes": [],
        "more": 0,
    }


def _cause(cause: Cause) -> dict[str, Any]:
    return {
        "stage": words(cause.stage),
        "kind": cause.kind,
        "count": counted(len(cause.episodes), "episode"),
        "example": cause.example,
        "advice": cause.advice,
        "command": cause.command,
        "episodes": [{"title": e.title, "name": e.name} for e in cause.episodes[:_NAMED]],
        "more": max(0, len(cause.episodes) - _NAMED),
    }


def _episode(episode: EpisodeFacts, titles: Mapping[str, str]) -> dict[str, Any]:
    sizes = episode.state.get("sizes")
    there = sizes if isinstance(sizes, dict) else {}
    seconds = moment_of(episode.state.get("date"))
    return {
        "title": episode.title,
        "show": titles.get(episode.show) or episode.show,
        "date": "" if seconds is None else str(episode.state.get("date"))[:10],
        "length": "" if episode.length is None else span(episode.length),
        "quality": None if episode.quality is None else round(episode.quality),
        "links": [
            {"href": f"../{quote(episode.show)}/{quote(episode.folder)}/{name}", "label": label}
            for name, label in _PRODUCTS
            if name in there
        ],
    }


def _by_week(days: Sequence[Day]) -> list[Day]:
    weeks = [days[number : number + 7] for number in range(0, len(days), 7)]
    return [
        Day(week[0].start, sum(day.completed for day in week), sum(day.failed for day in week))
        for week in weeks
    ]


def _percent(count: int, total: int) -> str:
    """Never 100 while something is missing."""
    if not total or count == total:
        return "100" if total else "0"
    return f"{min(99.9, 100 * count / total):.1f}".removesuffix(".0")


def _template(name: str) -> "Template":
    if name not in _templates:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        environment = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        _templates[name] = environment.get_template(name)
    return _templates[name]
