"""`episcribe doctor`: is everything here that a run needs, and what is to be done where it is not."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from episcribe.cli.doctor.finding import Finding, note, ok, problem
from episcribe.cli.libraries import add_library_options
from episcribe.library.errors import EpiscribeError

if TYPE_CHECKING:
    from episcribe.library.config import Configuration

_CONFIGURATION = Path("config/config.yaml")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `doctor` command to `subparsers`; its namespace has `run`."""
    parser = subparsers.add_parser(
        "doctor",
        help="check that everything is here that a run needs",
        description="Looks at programs, packages, models, keys, the library's folder and the network slots, "
        "and says what to do where something is amiss. Asks nothing of the internet.",
    )
    parser.add_argument("--json", action="store_true", help="the findings as JSON")
    add_library_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print what was found, a line for each; 0 when there is no problem, else 1."""
    findings: list[Finding] = []
    for finding in _findings(options.configfile, options.library):
        findings.append(finding)
        if not options.json:
            print(f"{finding.state:<8} {finding.name:<25} {finding.text}", flush=True)
    problems = sum(finding.state == "problem" for finding in findings)
    if options.json:
        plain = [
            {"name": one.name, "state": one.state, "said": one.said, "advice": one.advice} for one in findings
        ]
        print(json.dumps({"problems": problems, "findings": plain}, ensure_ascii=False, indent=1))
    else:
        notes = sum(finding.state == "note" for finding in findings)
        print(f"{_count(problems, 'problem')}, {_count(notes, 'note')}", file=sys.stderr)
    return 1 if problems else 0


def _findings(file: Path | None, library: Path | None) -> Iterator[Finding]:
    configuration, finding = _configuration(file)
    yield finding
    yield from _of_tools(configuration)
    yield from _of_places(configuration, library or Path(configuration.library).expanduser())


def _configuration(file: Path | None) -> "tuple[Configuration, Finding]":
    """The configuration, the default one where there is none or it cannot be used, and what is to be said."""
    from episcribe.library.config import Configuration
    from episcribe.library.config_files import load_configuration

    name = "configuration"
    wanted = file or _CONFIGURATION
    if not wanted.is_file():
        if file is not None:
            return Configuration(), problem(
                name, f"{file}: no such file", "name another with --configfile FILE"
            )
        said = f"{wanted} is not here: what follows is for the default values"
        return Configuration(), note(
            name, said, "go to the project's folder, or name one with --configfile FILE"
        )
    try:
        configuration = load_configuration([wanted])
    except EpiscribeError as error:
        advice = "correct it; what follows is for the default values"
        return Configuration(), problem(name, str(error), advice)
    return configuration, ok(name, f"{wanted}: {_count(len(configuration.shows), 'show')}")


def _of_tools(configuration: "Configuration") -> Iterator[Finding]:
    from episcribe.cli.doctor import speech, tools

    yield tools.check_python()
    yield tools.check_packages()
    yield tools.check_pandoc()
    yield tools.check_typst()
    yield tools.check_fonts()
    yield tools.check_ytdlp_age(datetime.now(UTC).date())
    yield tools.check_ytdlp_ejs()
    yield tools.check_deno()
    yield tools.check_internetarchive()
    yield from speech.check_speech(configuration)
    yield tools.check_stem(configuration.network.slots)
    yield tools.check_ffmpeg()


def _of_places(configuration: "Configuration", library: Path) -> Iterable[Finding]:
    from episcribe.cli.doctor import places

    yield from places.check_library(library)
    yield from places.check_environment(configuration.network.slots)
    yield from places.check_slots(configuration.network.slots)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number or 'no'} {noun}s"
