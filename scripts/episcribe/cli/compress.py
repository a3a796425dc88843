"""`episcribe compress`: keep what finished episodes no longer need at hand in less room."""

import argparse
import json
import re
import sys
import time
from contextlib import nullcontext

from episcribe.cli.exit_codes import OK
from episcribe.cli.libraries import add_library_options, find_episodes, find_library
from episcribe.cli.sizes import size_text
from episcribe.ledger.compressing import compress_untouched
from episcribe.library.errors import plural
from episcribe.stages.locks import holding_library

_AGE = re.compile(r"(\d{1,5})\s*([hdwmy]?)")
_HOURS = {"h": 1, "d": 24, "": 24, "w": 168, "m": 720, "y": 8760}


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `compress` command to `subparsers`; its namespace has `run`."""
    parser = subparsers.add_parser(
        "compress",
        help="compress the logs and originals of old finished episodes",
        description="Compresses the event logs and the fetched originals of finished episodes that nothing "
        "has happened to for a while. They are read as before, and nothing is made again.",
    )
    parser.add_argument("show", nargs="?", metavar="SHOW", help="a show's id, or SHOW/EPISODE")
    parser.add_argument(
        "--older-than",
        type=age,
        default=age("30d"),
        metavar="AGE",
        help="how long nothing has happened: 12h, 30d, 8w, 6m, 1y (default: 30d)",
    )
    parser.add_argument("-n", "--dry-run", action="store_true", help="only say what would be compressed")
    parser.add_argument("--json", action="store_true", help="the same as a JSON object")
    add_library_options(parser)
    parser.set_defaults(run=run)


def age(text: str) -> float:
    """Seconds of `30d` and the like; a number alone is days. Raises ArgumentTypeError."""
    match = _AGE.fullmatch(text.strip().lower())
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no age; expected for instance 12h, 30d, 8w, 6m or 1y")
    return int(match[1]) * _HOURS[match[2]] * 3600.0


def run(options: argparse.Namespace) -> int:
    """Compress what is meant, and say what it saved; 0 also when there is nothing."""
    library = find_library(options)
    with nullcontext() if options.dry_run else holding_library(library):
        folders, since = find_episodes(library, options.show), time.time() - options.older_than
        done = list(compress_untouched(library, folders, since, dry_run=options.dry_run))
    before, after = sum(one.before for one in done), sum(one.after for one in done)
    if options.json:
        files = [
            {"file": str(one.path.relative_to(library)), "before": one.before, "after": one.after}
            for one in done
        ]
        told = {"dry_run": options.dry_run, "files": files, "before": before, "after": after}
        print(json.dumps({**told, "saved": before - after}, ensure_ascii=False, indent=1))
    else:
        for one in done:
            print(
                f"{one.path.relative_to(library)}: {size_text(one.before)}, {size_text(one.after)} compressed"
            )
    would = "would save" if options.dry_run else "saved"
    line = (
        f"{would} {size_text(before - after)} in {plural(len(done), 'file')}"
        if done
        else "nothing to compress"
    )
    print(f"episcribe compress: {line}", file=sys.stderr)
    return OK
