"""`episcribe failed`: what failed, grouped by cause, with what to do."""

import argparse
import json
import sys
from collections.abc import Iterator

from episcribe.cli.exit_codes import OK, PROBLEMS
from episcribe.cli.libraries import add_library_options, find_library
from episcribe.cli.sizes import moment_shown
from episcribe.cli.standing import known_episodes, looks_of
from episcribe.cli.tables import printable, table, width_of_terminal
from episcribe.ledger.failing import Failure, Group, failures, group_by_cause
from episcribe.library.errors import plural

_SHOWN = 20


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `failed` command to `subparsers`; its namespace has `run`."""
    parser = subparsers.add_parser(
        "failed",
        help="what failed, rests or was given up, by cause, with what to do",
        description="Lists the episodes that failed, rest or were given up, grouped by cause, with what to "
        "do. Exits with 1 when there are any.",
    )
    parser.add_argument("show", nargs="?", metavar="SHOW", help="only this show")
    parser.add_argument("--json", action="store_true", help="the same as a JSON list")
    add_library_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """List them; 1 when there are any."""
    library = find_library(options)
    groups = group_by_cause(failures(library, looks_of(library, known_episodes(library, options))))
    if options.json:
        print(json.dumps([group.plain() for group in groups], ensure_ascii=False, indent=1))
    elif groups:
        print("\n\n".join("\n".join(_lines(group, width_of_terminal())) for group in groups))
    count = len({failure.episode for group in groups for failure in group.failures})
    told = f"{plural(count, 'episode')}, {plural(len(groups), 'cause')}" if groups else "nothing failed"
    print(f"episcribe failed: {told}", file=sys.stderr)
    return PROBLEMS if groups else OK


def _lines(group: Group, width: int | None) -> Iterator[str]:
    yield f"{group.stage}, {group.kind}, {plural(len(group.failures), 'episode')}: {printable(group.error)}"
    yield f"  {group.advice}"
    yield f"  {group.command}"
    rows = [[failure.episode, _standing(failure)] for failure in group.failures[:_SHOWN]]
    yield from table(rows, indent="    ", width=width)
    if len(group.failures) > _SHOWN:
        yield f"    … and {len(group.failures) - _SHOWN} more: episcribe failed --json"


def _standing(failure: Failure) -> str:
    if failure.state == "resting" and failure.until:
        return f"rests until {moment_shown(failure.until)}"
    if failure.state == "given_up":
        return f"given up after {plural(failure.attempts, 'attempt')}" if failure.attempts else "given up"
    return "the next run tries again"
