"""`episcribe status`: how a library, a show, or an episode stands."""

import argparse
import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from episcribe.cli.exit_codes import OK
from episcribe.cli.libraries import add_episode_arguments, add_library_options, find_episodes, find_library
from episcribe.cli.sizes import moment_shown
from episcribe.cli.standing import known_episodes, looks_of
from episcribe.cli.tables import table, width_of_terminal
from episcribe.ledger.events import moment_of, moment_text
from episcribe.ledger.overview import HOWS, Look, Overview, jobs_left, overview
from episcribe.ledger.reports.wording import span
from episcribe.ledger.tracks import TRACKS
from episcribe.library.errors import plural
from episcribe.library.layout import DISCOVERY
from episcribe.library.refresh import Record, not_read, read_discovery
from episcribe.net.breaker import HostAtRest, resting
from episcribe.stages.locks import is_held
from episcribe.stages.network import state_of

if TYPE_CHECKING:
    from episcribe.ledger.forecast import Estimate

_SHOWN = 10


class _View(NamedTuple):
    """What is told of a library; `sources` are the records of those that could not be read."""

    library: Path
    looks: list[Look]
    told: Overview
    sources: Mapping[str, Record]
    hosts: list[HostAtRest]
    estimate: "Estimate | None"


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `status` command to `subparsers`; its namespace has `run`."""
    parser = subparsers.add_parser(
        "status",
        help="how the library, a show, or an episode stands",
        description="Tells how the library stands, by show and by stage: what is at work, what rests until "
        "when, what was given up, and when the rest will be done. Of an episode it tells the whole story.",
    )
    add_episode_arguments(parser)
    parser.add_argument("--json", action="store_true", help="the same as JSON")
    add_library_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Tell how it stands."""
    library = find_library(options)
    if options.episode is not None or (options.show is not None and "/" in options.show.rstrip("/")):
        from episcribe.cli.story import story, story_lines

        folders = list(find_episodes(library, options.show, options.episode))
        known = known_episodes(library, options)
        stories = [story(library, folder, known) for folder in folders]
        if options.json:
            print(json.dumps(stories, ensure_ascii=False, indent=1, default=str))
        else:
            print("\n\n".join("\n".join(story_lines(told, width_of_terminal())) for told in stories))
        return OK
    looks = list(looks_of(library, known_episodes(library, options)))
    view = _View(
        library,
        looks,
        overview(looks),
        not_read(read_discovery(library / DISCOVERY), options.show),
        resting(state_of(library)),
        _estimate(library, looks),
    )
    if options.json:
        print(json.dumps(_plain(view), ensure_ascii=False, indent=1))
    else:
        print("\n".join(_lines(view, is_one=options.show is not None)))
    return OK


def _estimate(library: Path, looks: list[Look]) -> "Estimate | None":
    """How long the rest will take, by what the last run was foretold; None without any history."""
    from episcribe.ledger.forecast import estimate
    from episcribe.ledger.reports.predictions import read_predictions

    predictions = read_predictions(library)
    if not predictions:
        return None
    latest = predictions[-1]
    told = estimate(jobs_left(looks), latest.models, latest.parallelism)
    return told if told.wall is not None and told.jobs else None


def _plain(view: _View) -> dict[str, Any]:
    looks, told, estimate = view.looks, view.told, view.estimate
    counts = {how: told.total[how] for how in HOWS}
    lines = [line._asdict() for line in told.lines]
    for line in lines:
        del line["log"], line["depends"]
    eta = None
    if estimate is not None and estimate.wall is not None:
        eta = {"jobs": estimate.jobs, "seconds": estimate.wall, "low": estimate.low, "high": estimate.high}
    return {
        "library": str(view.library),
        "run_at_work": is_held(view.library),
        "episodes": len(looks),
        "counts": counts,
        "shows": {show: {how: own[how] for how in HOWS} for show, own in told.shows.items()},
        "tracks": {track: dict(_in_order(track, told)) for track in told.tracks},
        "at_work": [work._asdict() for work in told.working],
        "resting": [line for line in lines if line["state"] == "resting"],
        "given_up": [line for line in lines if line["state"] == "given_up"],
        "without_a_way": [one.name for one in looks if one.how == "without a way"],
        "sources_not_read": {name: record["error"] for name, record in view.sources.items()},
        "hosts_resting": [
            {"host": host.host, "until": moment_text(host.until), "reason": host.reason, "slot": host.slot}
            for host in view.hosts
        ],
        "eta": eta,
    }


def _lines(view: _View, *, is_one: bool) -> Iterator[str]:
    library, looks, told = view.library, view.looks, view.told
    width = width_of_terminal()
    at_work = "a run is at work" if is_held(library) else "no run is at work"
    yield f"{library}: {plural(len(looks), 'episode')}, {told.total['finished']} finished; {at_work}"
    if not looks:
        yield from _source_lines(view.sources, width)
        yield from _host_lines(view.hosts, width)
        if not view.sources:
            yield "Nothing is known yet: run snakemake --cores 4"
        return
    yield ""
    shown = [how for how in HOWS if told.total[how] or how == "finished"]
    rows = [[show, own.total(), *(own[how] or "" for how in shown)] for show, own in told.shows.items()]
    if len(rows) > 1:
        rows.append(["all", told.total.total(), *(told.total[how] or "" for how in shown)])
    numbers = range(1, len(shown) + 2)
    yield from table(rows, ["show", "episodes", *shown], right=numbers, width=width)
    for track in told.tracks:
        yield ""
        yield from table(_in_order(track, told), [track, "episodes"], right=(1,), width=width)
    yield from _working_lines(told, width)
    yield from _standing_lines("Resting", [x for x in told.lines if x.state == "resting"], width)
    yield from _standing_lines("Given up", [x for x in told.lines if x.state == "given_up"], width)
    yield from _source_lines(view.sources, width)
    yield from _host_lines(view.hosts, width)
    if is_one:
        yield from _open_lines(looks, width)
    yield from _eta_lines(view.estimate)


def _in_order(track: str, told: Overview) -> list[tuple[str, int]]:
    return [(stage, told.tracks[track][stage]) for stage in TRACKS[track].stages if told.tracks[track][stage]]


def _working_lines(told: Overview, width: int | None) -> Iterator[str]:
    if told.working:
        now = time.time()
        rows = [
            [
                f"{work.stage}{f' ({work.module})' if work.module else ''}",
                _since(work.since, now),
                work.episode,
            ]
            for work in sorted(told.working, key=lambda work: work.since)
        ]
        yield from ("", "At work", *table(rows, right=(1,), indent="  ", width=width))


def _standing_lines(title: str, lines: list[Any], width: int | None) -> Iterator[str]:
    if lines:
        ordered = sorted(lines, key=lambda line: (line.until or "", line.episode))
        rows = [[moment_shown(line.until), line.episode, line.stage, line.why] for line in ordered[:_SHOWN]]
        if title == "Given up":
            rows = [row[1:] for row in rows]
        yield from ("", f"{title} ({len(lines)})", *table(rows, indent="  ", width=width))
        if len(lines) > _SHOWN:
            yield f"  … and {len(lines) - _SHOWN} more: episcribe failed"


def _source_lines(sources: Mapping[str, Record], width: int | None) -> Iterator[str]:
    """The sources that could not be read the last time."""
    if sources:
        rows = [
            [name, error.get("kind"), moment_shown(error.get("until")), error.get("message")]
            for name, error in ((name, record["error"]) for name, record in sources.items())
        ]
        yield from ("", f"Not read ({len(sources)})", *table(rows, indent="  ", width=width))


def _host_lines(hosts: list[HostAtRest], width: int | None) -> Iterator[str]:
    if hosts:
        rows = [
            [
                moment_shown(moment_text(host.until)),
                host.host if host.slot is None else f"{host.host} (slot {host.slot})",
                host.reason,
            ]
            for host in hosts
        ]
        yield from ("", "Hosts left in peace until", *table(rows, indent="  ", width=width))


def _open_lines(looks: list[Look], width: int | None) -> Iterator[str]:
    """The episodes of a show that are not finished."""
    unfinished = [one for one in looks if one.how != "finished"]
    if unfinished:
        rows = [[one.how, one.entry.folder, one.entry.title] for one in unfinished]
        yield from ("", "Not finished", *table(rows, indent="  ", width=width))


def _eta_lines(estimate: "Estimate | None") -> Iterator[str]:
    if estimate is not None and estimate.wall is not None:
        yield ""
        between = f" (between {span(estimate.low)} and {span(estimate.high)})"
        yield f"{plural(estimate.jobs, 'job')} left, about {span(estimate.wall)} of a run{between}"


def _since(begun: str, now: float) -> str:
    moment = moment_of(begun)
    return "" if moment is None else f"for {span(max(now - moment, 0.0))}"
