"""`episcribe backup`: a library in one compressed, checksummed file."""

import argparse
import json
import sys
from pathlib import Path

from episcribe.cli.exit_codes import OK, PROBLEMS, USAGE
from episcribe.cli.libraries import add_library_options, find_library
from episcribe.cli.progress import Progress
from episcribe.cli.sizes import size_text
from episcribe.library.errors import plural

_SUFFIXES = (".tar.gz", ".tgz", ".tar.xz")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `backup` command to `subparsers`; its namespace has `run`."""
    parser = subparsers.add_parser(
        "backup",
        help="write the library into one checksummed archive",
        description="Writes what cannot be made again of other files (the catalogue, the descriptions, the "
        "originals, the events) into one archive. It may be done while a run is at work.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="FILE.tar.gz, or FILE.tar.xz")
    parser.add_argument("--all", action="store_true", help="everything, not only what cannot be made again")
    parser.add_argument("--json", action="store_true", help="what was written as a JSON object")
    add_library_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the archive, and say what is in it."""
    from episcribe.ledger.archives.contents import all_files, sources_of_truth
    from episcribe.ledger.archives.writing import write_archive

    library, target = find_library(options), Path(options.file).expanduser()
    if (fault := _fault(target, library)) is not None:
        print(f"episcribe backup: {target}: {fault}", file=sys.stderr)
        return USAGE
    names = all_files(library) if options.all else sources_of_truth(library)
    if not names:
        print(f"episcribe backup: {library}: holds nothing yet", file=sys.stderr)
        return PROBLEMS
    with Progress("backup") as progress:
        manifest = write_archive(target, library, names, is_all=options.all, progress=progress)
    episodes = len(manifest.episodes)
    told = {
        "file": str(target),
        "files": len(manifest.files),
        "episodes": episodes,
        "bytes": manifest.size,
        "archive_bytes": target.stat().st_size,
        "all": options.all,
    }
    if options.json:
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        print(
            f"{target}: {plural(len(manifest.files), 'file')} of {plural(episodes, 'episode')}, "
            f"{size_text(manifest.size)}, {size_text(target.stat().st_size)} compressed"
        )
    return OK


def _fault(target: Path, library: Path) -> str | None:
    if not target.name.endswith(_SUFFIXES):
        return "cannot be written in that format; name it .tar.gz, or .tar.xz (smaller, and slower)"
    if not target.parent.is_dir():
        return "there is no such folder"
    if target.resolve().is_relative_to(library.resolve()):
        return "lies in the library itself, and would be lost with it; choose another folder"
    if target.is_dir():
        return "is a folder"
    return None
