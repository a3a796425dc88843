"""The `episcribe` command."""

import argparse
import sys
from collections.abc import Sequence

from episcribe import __version__
from episcribe.cli import convert, doctor, retry, study
from episcribe.library.errors import EpiscribeError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand; 0 when all went well, 1 when something failed, 2 when the call was wrong."""
    parser = argparse.ArgumentParser(
        prog="episcribe",
        description="Archives of spoken episodes as transcripts, study notes, assessments and PDFs.",
        epilog="The library itself is built by Snakemake: snakemake --cores 4",
    )
    parser.add_argument("--version", action="version", version=f"episcribe {__version__}")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    study.add_parser(subparsers)
    convert.add_parser(subparsers)
    doctor.add_parser(subparsers)
    retry.add_parser(subparsers)
    options = parser.parse_args(arguments)
    try:
        code: int = options.run(options)
    except EpiscribeError as error:
        print(f"episcribe {options.command}: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"episcribe {options.command}: {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    return code


if __name__ == "__main__":
    sys.exit(main())
