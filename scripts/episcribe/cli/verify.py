"""`episcribe verify`: whether the files of a library are whole and agree with one another."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from episcribe.cli.exit_codes import OK, PROBLEMS
from episcribe.cli.libraries import DEFAULT_CONFIGURATION, add_library_options, find_episodes, find_library
from episcribe.cli.progress import Progress
from episcribe.library.errors import plural

if TYPE_CHECKING:
    from episcribe.ledger.verification.checking import Verified
    from episcribe.ledger.verification.finding import Finding
    from episcribe.library.catalogue import CatalogueEntry

# A file that is removed changes what the state says, and that what the data base says.
_ROUNDS = 4


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `verify` command to `subparsers`; its namespace has `run`."""
    parser = subparsers.add_parser(
        "verify",
        help="check that all files are whole and agree with one another",
        description="Opens every file of the library and compares it with what was recorded of it: products, "
        "states, events, originals, the catalogue, state.db. Exits with 1 when something is wrong.",
    )
    parser.add_argument("show", nargs="?", metavar="SHOW", help="only this show")
    parser.add_argument(
        "--fix",
        action="store_true",
        help="remove damaged derived files, so that the next run makes them again, write states anew, and "
        "move what nobody makes to log/orphans; sources of truth are never deleted",
    )
    parser.add_argument("--json", action="store_true", help="the findings as a JSON object")
    add_library_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Verify; with `--fix` mend, and verify again. 1 when something is wrong in the end."""
    from episcribe.ledger.verification.fixing import fix
    from episcribe.stages.locks import holding_library

    library = find_library(options)
    if options.show is not None:
        find_episodes(library, options.show)
    fixed: list[tuple[Finding, str]] = []
    if not options.fix:
        verified = _verify(library, options)
    else:
        with holding_library(library):
            verified = _verify(library, options, held=True)
            for _ in range(_ROUNDS):
                mended = list(fix(library, verified.findings))
                if not mended:
                    break
                fixed += mended
                verified = _verify(library, options, held=True)
    _tell(library, verified, fixed, as_json=options.json)
    return PROBLEMS if verified.problems else OK


def _verify(library: Path, options: argparse.Namespace, *, held: bool = False) -> "Verified":
    from episcribe.ledger.verification.checking import verify_library
    from episcribe.stages.locks import is_held

    with Progress("verify") as progress:
        return verify_library(
            library,
            options.show,
            at_work=not held and is_held(library),
            seal=_seals(library, options),
            progress=progress,
        )


def _seals(library: Path, options: argparse.Namespace) -> "Callable[[CatalogueEntry], str | None] | None":
    """What tells the seal that an episode has now; None without a configuration, which is a part of it."""
    file = options.configfile or DEFAULT_CONFIGURATION
    if not file.exists():
        return None
    from episcribe.ledger.seals import compute_seal, seal_inputs
    from episcribe.library.layout import STUDY_PRODUCTS
    from episcribe.stages.planning import make_plan

    plan = make_plan([file], {}, Path())
    if os.path.abspath(plan.library) != os.path.abspath(library):  # noqa: PTH100
        return None

    def seal(entry: "CatalogueEntry") -> str | None:
        folder = plan.folder(entry)
        return compute_seal(folder, plan.digest(entry.show), seal_inputs(folder, entry.local), STUDY_PRODUCTS)

    return seal


def _tell(
    library: Path, verified: "Verified", fixed: "Sequence[tuple[Finding, str]]", *, as_json: bool
) -> None:
    counts = {"episodes": verified.episodes, "finished": verified.finished}
    if as_json:
        done = [{"path": finding.path, "was": finding.what, "done": what} for finding, what in fixed]
        findings = [finding.plain() for finding in verified.findings]
        told = {"library": str(library), **counts, "findings": findings, "fixed": done}
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for finding, what in fixed:
            print(f"fixed: {finding.path}: {finding.what}: {what}")
        for finding in verified.findings:
            advice = f"; {finding.advice}" if finding.advice else ""
            print(f"{finding.kind}: {finding.path}: {finding.what}{advice}")
    episodes = plural(verified.episodes, "episode")
    finished = "all finished" if verified.finished == verified.episodes else f"{verified.finished} finished"
    number = len(verified.problems)
    verdict = plural(number, "problem") if number else "nothing is wrong"
    print(f"episcribe verify: {library}: {episodes}, {finished}; {verdict}", file=sys.stderr)
    if any(finding.fix for finding in verified.problems):
        print("episcribe verify: --fix mends what can be made again of other files", file=sys.stderr)
