"""The `episcribe` command."""

import argparse
import os
import sys
from collections.abc import Sequence

from episcribe import __version__
from episcribe.cli import (
    backup,
    clean,
    compress,
    convert,
    doctor,
    exit_codes,
    failed,
    rebuild,
    report,
    restore,
    retry,
    search,
    status,
    study,
    verify,
)
from episcribe.cli.libraries import NoLibrary
from episcribe.library.errors import ConfigurationError, EpiscribeError, plainly


def _parser() -> argparse.ArgumentParser:
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
    status.add_parser(subparsers)
    search.add_parser(subparsers)
    failed.add_parser(subparsers)
    retry.add_parser(subparsers)
    verify.add_parser(subparsers)
    clean.add_parser(subparsers)
    compress.add_parser(subparsers)
    backup.add_parser(subparsers)
    restore.add_parser(subparsers)
    rebuild.add_parser(subparsers)
    report.add_parser(subparsers)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand; its exit code is one of `exit_codes`."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except (NoLibrary, ConfigurationError) as error:
        print(f"episcribe {options.command}: {error}", file=sys.stderr)
        return exit_codes.NO_LIBRARY
    except EpiscribeError as error:
        print(f"episcribe {options.command}: {error}", file=sys.stderr)
        return exit_codes.PROBLEMS
    except BrokenPipeError:
        # Whoever read has seen enough; what is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exit_codes.OK
    except OSError as error:
        print(f"episcribe {options.command}: {plainly(error)}", file=sys.stderr)
        return exit_codes.PROBLEMS
    return code


if __name__ == "__main__":
    sys.exit(main())
