"""`episcribe clean`: delete what nobody needs."""

import argparse
import json
import sys
from pathlib import Path

from episcribe.cli.exit_codes import OK, USAGE
from episcribe.cli.libraries import add_library_options, find_episodes, find_library
from episcribe.cli.sizes import size_text
from episcribe.library.errors import plural


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `clean` command to `subparsers`; its namespace has `run`."""
    parser = subparsers.add_parser(
        "clean",
        help="delete left-over files, or recordings that have been transcribed",
        description="Lists what nobody needs, and deletes it with --yes. What holds a source of truth is "
        "never deleted, but moved to log/orphans.",
    )
    parser.add_argument("--orphans", action="store_true", help="files and folders that nobody makes, or left")
    parser.add_argument(
        "--recordings",
        action="store_true",
        help="recordings that were fetched, of episodes that are finished",
    )
    parser.add_argument("--yes", action="store_true", help="delete; else it is only listed")
    parser.add_argument("--json", action="store_true", help="the same as a JSON object")
    add_library_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """List what may go, and delete it with `--yes`."""
    from episcribe.ledger.cleaning import Superfluous, orphans, recordings, remove
    from episcribe.stages.locks import holding_library, is_held

    if not (options.orphans or options.recordings):
        print("episcribe clean: say what: --orphans, --recordings, or both", file=sys.stderr)
        return USAGE
    library = find_library(options)

    def find(*, at_work: bool) -> list[Superfluous]:
        found = orphans(library, at_work=at_work) if options.orphans else []
        return found + (list(recordings(library, find_episodes(library))) if options.recordings else [])

    if options.yes:
        with holding_library(library):
            found = find(at_work=False)
            remove(library, found)
    else:
        found = find(at_work=is_held(library))
    size = sum(one.size for one in found if not one.is_moved)
    if options.json:
        told = {"deleted": options.yes, "bytes": size, "found": [one._asdict() for one in found]}
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for one in found:
            moved = "; it is moved to log/orphans" if one.is_moved else ""
            print(f"{one.path}: {one.why}, {size_text(one.size)}{moved}")
    _say(library, len(found), size, done=options.yes)
    return OK


def _say(library: Path, count: int, size: int, *, done: bool) -> None:
    if not count:
        line = "nothing to clean"
    elif done:
        line = f"{plural(count, 'file or folder')} gone, {size_text(size)} freed"
    else:
        line = f"{size_text(size)} would be freed; --yes does it"
    print(f"episcribe clean: {library}: {line}", file=sys.stderr)
