"""`episcribe restore`: a library out of an archive that `episcribe backup` wrote."""

import argparse
import json
import sys
from pathlib import Path

from episcribe.cli.exit_codes import OK, PROBLEMS
from episcribe.cli.libraries import DEFAULT_CONFIGURATION, named_library
from episcribe.cli.progress import Progress
from episcribe.library.errors import plural


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `restore` command to `subparsers`; its namespace has `run`."""
    parser = subparsers.add_parser(
        "restore",
        help="put the files of a backup back",
        description="Checks a backup as a whole, and then puts its files back. Episodes that are newer in "
        "the library are left as they are, and named.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="what episcribe backup wrote")
    parser.add_argument(
        "--to",
        "--library",
        dest="library",
        type=Path,
        metavar="DIR",
        help="the library's folder; it need not exist",
    )
    parser.add_argument(
        "--configfile",
        type=Path,
        metavar="FILE",
        help=f"the configuration (default: {DEFAULT_CONFIGURATION})",
    )
    parser.add_argument("--force", action="store_true", help="also over what is newer")
    parser.add_argument("-n", "--dry-run", action="store_true", help="check, and only say what would be done")
    parser.add_argument("--json", action="store_true", help="what was done as a JSON object")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Restore; 1 when something was left because it is newer here."""
    from episcribe.ledger.archives.reading import check_archive
    from episcribe.ledger.archives.restoring import restore
    from episcribe.stages.locks import holding_library

    library, path = named_library(options), Path(options.file).expanduser()
    manifest = check_archive(path)
    arguments = {"force": options.force, "dry_run": options.dry_run}
    with Progress("restore") as progress:
        if options.dry_run:
            done = restore(path, manifest, library, progress=progress, **arguments)
        else:
            with holding_library(library):
                done = restore(path, manifest, library, progress=progress, **arguments)
    left = {} if options.force else done.newer
    if options.json:
        told = {"library": str(library), "dry_run": options.dry_run, "files": done.files}
        episodes = {"episodes": sorted(done.episodes), "newer": done.newer, "overwritten": options.force}
        print(json.dumps({**told, **episodes}, ensure_ascii=False, indent=1))
    else:
        would = "would be restored" if options.dry_run else "restored"
        of = plural(len(done.episodes), "episode")
        print(f"{library}: {plural(done.files, 'file')} of {of} {would}")
        for name, why in sorted(done.newer.items()):
            print(f"{name}: {'overwritten' if options.force else 'left as it is'}: {why}")
    if left:
        print(
            f"episcribe restore: {len(left)} newer in the library than in the archive, and left as they are; "
            "--force overwrites them",
            file=sys.stderr,
        )
    return PROBLEMS if left else OK
