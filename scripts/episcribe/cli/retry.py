"""`episcribe retry`: have what failed, rests or was given up tried again by the next run."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from episcribe.cli.libraries import add_episode_arguments, add_library_options, find_episodes, find_library
from episcribe.ledger.retrying import StandingFailure, standing_failures, take_back
from episcribe.ledger.settling import refold
from episcribe.ledger.tracks import JOBS
from episcribe.library.episode_file import read_episode
from episcribe.library.errors import EpiscribeError
from episcribe.net.breaker import HostAtRest
from episcribe.net.lifting import lift_rests, rests_named_in
from episcribe.stages.network import state_of

_NOT_FAILED = frozenset(("none", "blocked"))


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `retry` command to `subparsers`; its namespace has `run`."""
    parser = subparsers.add_parser(
        "retry",
        help="try again what failed, rests or was given up",
        description="Has the next run of snakemake try again, from the first attempt on, what failed, rests "
        "or was given up: in the whole library, in a show, or in an episode. Hosts that these need and that "
        "are left in peace are asked again at once.",
    )
    add_episode_arguments(parser)
    parser.add_argument("--stage", choices=JOBS, metavar="STAGE", help="only this stage")
    parser.add_argument(
        "--failed",
        action="store_true",
        help="only what failed, not where nothing was to be had or a source asked for time",
    )
    parser.add_argument("-n", "--dry-run", action="store_true", help="only say what would be tried again")
    parser.add_argument("--json", action="store_true", help="the same as a JSON list")
    add_library_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Take back the failures that are meant, and say which; 0 also when there are none."""
    library = find_library(options)
    taken: list[tuple[Path, StandingFailure]] = []
    for folder in find_episodes(library, options.show, options.episode):
        failures = [failure for failure in standing_failures(folder) if _is_meant(failure, options)]
        if failures and not options.dry_run:
            for failure in failures:
                take_back(folder, failure.stage)
            refold(folder)
        taken += [(folder, failure) for failure in failures]
    rests = rests_named_in(state_of(library), [text for one in taken for text in _addresses(*one)])
    if rests and not options.dry_run:
        lift_rests(state_of(library), rests)
    if options.json:
        print(
            json.dumps([_plain(folder, failure) for folder, failure in taken], ensure_ascii=False, indent=1)
        )
    else:
        for folder, failure in taken:
            print(f"{_name(folder)}: {failure.stage}: {failure.error} ({failure.kind})")
    for rest in rests:
        print(f"episcribe retry: {_told(rest, dry_run=options.dry_run)}", file=sys.stderr)
    _say(len(taken), dry_run=options.dry_run)
    return 0


def _is_meant(failure: StandingFailure, options: argparse.Namespace) -> bool:
    return (options.stage is None or failure.stage == options.stage) and not (
        options.failed and failure.kind in _NOT_FAILED
    )


def _addresses(folder: Path, failure: StandingFailure) -> Iterator[str]:
    """What names the hosts that the next attempt may ask: the error, and the episode's own addresses."""
    yield failure.error
    with suppress(EpiscribeError):
        episode = read_episode(folder)
        yield from (link.url for link in episode.transcripts)
        yield from (enclosure.url for enclosure in episode.enclosures)
        yield episode.link or ""
        if any(key.startswith("youtube:") for key in episode.keys):
            yield "https://www.youtube.com/"


def _told(rest: HostAtRest, *, dry_run: bool) -> str:
    until = datetime.fromtimestamp(rest.until, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    over = f" over {rest.slot}" if rest.slot else ""
    what = "would be asked" if dry_run else "is asked"
    return f"{rest.host} is left in peace{over} until {until}, as it {rest.reason}; it {what} again at once"


def _say(count: int, *, dry_run: bool) -> None:
    stages = "1 stage" if count == 1 else f"{count} stages"
    if not count:
        line = "nothing to try again"
    elif dry_run:
        line = f"{stages} would be tried again"
    else:
        line = f"the next run of snakemake tries {stages} again"
    print(f"episcribe retry: {line}", file=sys.stderr)


def _plain(folder: Path, failure: StandingFailure) -> dict[str, object]:
    return {"episode": _name(folder), **failure._asdict()}


def _name(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"
