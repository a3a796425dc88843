"""`episcribe retry`: have what failed, rests or was given up tried again by the next run."""

import argparse
import json
import sys
from pathlib import Path

from episcribe.cli.libraries import add_library_options, find_episodes, find_library
from episcribe.ledger.retrying import StandingFailure, standing_failures, take_back
from episcribe.ledger.settling import refold
from episcribe.ledger.tracks import JOBS

_NOT_FAILED = frozenset(("none", "blocked"))


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `retry` command to `subparsers`; its namespace has `run`."""
    parser = subparsers.add_parser(
        "retry",
        help="try again what failed, rests or was given up",
        description="Has the next run of snakemake try again, from the first attempt on, what failed, rests "
        "or was given up: in the whole library, in a show, or in an episode.",
    )
    parser.add_argument("show", nargs="?", metavar="SHOW", help="a show's id, or SHOW/EPISODE")
    parser.add_argument(
        "episode",
        nargs="?",
        metavar="EPISODE",
        help="a folder's name, the id at its end, or a pattern with *",
    )
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
    if options.json:
        print(
            json.dumps([_plain(folder, failure) for folder, failure in taken], ensure_ascii=False, indent=1)
        )
    else:
        for folder, failure in taken:
            print(f"{_name(folder)}: {failure.stage}: {failure.error} ({failure.kind})")
    _say(len(taken), dry_run=options.dry_run)
    return 0


def _is_meant(failure: StandingFailure, options: argparse.Namespace) -> bool:
    return (options.stage is None or failure.stage == options.stage) and not (
        options.failed and failure.kind in _NOT_FAILED
    )


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
