"""`episcribe report`: write the reports of a library as it is now."""

import argparse
import time
from pathlib import Path

from episcribe.cli.exit_codes import OK
from episcribe.cli.libraries import DEFAULT_CONFIGURATION, add_library_options, find_library


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `report` command to `subparsers`; its namespace has `run`."""
    parser = subparsers.add_parser(
        "report",
        help="write the reports of the day and the week",
        description="Writes the daily and weekly report, summary.json, episodes.csv and metrics.prom into "
        "the library's folder reports, and says where they are.",
    )
    add_library_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the reports, their paths on standard output."""
    from episcribe.library.config_files import build_configuration, load_configuration
    from episcribe.stages.report import report_now

    library = find_library(options)
    file = options.configfile or DEFAULT_CONFIGURATION
    if file.exists():
        configuration = load_configuration([file])
    else:
        configuration = build_configuration({}, name="the defaults", base=Path.cwd())
    for path in report_now(library, configuration, time.time()):
        print(path)
    return OK
