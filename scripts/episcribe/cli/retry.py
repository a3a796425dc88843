"""`episcribe retry`: have what failed, rests or was given up tried again by the next run."""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from episcribe.cli.libraries import add_episode_arguments, add_library_options, find_episodes, find_library
from episcribe.ledger.retrying import StandingFailure, standing_failures, take_back
from episcribe.ledger.settling import refold
from episcribe.ledger.tracks import JOBS
from episcribe.library.episode_file import read_episode
from episcribe.library.errors import EpiscribeError, FailureKind, plural
from episcribe.library.layout import DISCOVERY
from episcribe.library.refresh import Record, end_rest, not_read, read_discovery, write_discovery
from episcribe.net.breaker import HostAtRest
from episcribe.net.lifting import lift_rests, rests_named_in
from episcribe.stages.network import state_of

_NOT_FAILED = frozenset(("none", "blocked"))


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `retry` command to `subparsers`; its namespace has `run`."""
    parser = subparsers.add_parser(
        "retry",
        help="try again what failed, rests or was given up",
        description="Has the next run of snakemake try again, from the first attempt on, what failed, rests "
        "or was given up: in the whole library, in a show, or in an episode. Hosts that these need and that "
        "are left in peace are asked again at once.",
    )
    add_episode_arguments(parser)
    parser.add_argument("--stage", choices=JOBS, metavar="STAGE", help="only this stage")
    parser.add_argument(
        "--failed",
        action="store_true",
        help="only what failed, not where nothing was to be had or a source asked for time",
    )
    parser.add_argument("-n", "--dry-run", action="store_true", help="only say what would be tried again")
    parser.add_argument("--json", action="store_true", help="the same as a JSON list")
    add_library_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Take back the failures that are meant, and say which; 0 also when there are none."""
    library = find_library(options)
    sources = _sources(library, options)
    taken: list[tuple[Path, StandingFailure]] = []
    for folder in _folders(library, options, may_be_none=bool(sources)):
        failures = [failure for failure in standing_failures(folder) if _is_meant(failure, options)]
        if failures and not options.dry_run:
            for failure in failures:
                take_back(folder, failure.stage)
            refold(folder)
        taken += [(folder, failure) for failure in failures]
    texts = [text for one in taken for text in _addresses(*one)]
    rests = rests_named_in(state_of(library), [*texts, *map(_places, sources.values())])
    if rests and not options.dry_run:
        lift_rests(state_of(library), rests)
    if options.json:
        found = [_plain(folder, failure) for folder, failure in taken]
        found += [{"source": name, **record["error"]} for name, record in sources.items()]
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        for folder, failure in taken:
            print(f"{_name(folder)}: {failure.stage}: {failure.error} ({failure.kind})")
        for name, record in sources.items():
            print(f"{name}: not read: {record['error'].get('message')} ({record['error'].get('kind')})")
    for rest in rests:
        print(f"episcribe retry: {_told(rest, dry_run=options.dry_run)}", file=sys.stderr)
    _say(len(taken), len(sources), dry_run=options.dry_run)
    return 0


def _places(record: Record) -> str:
    """What names the hosts that a source is read from."""
    site = {"youtube": "https://www.youtube.com/", "archive": "https://archive.org/"}
    return f"{record.get('source')} {record['error'].get('message')} {site.get(str(record.get('kind')), '')}"


def _folders(library: Path, options: argparse.Namespace, *, may_be_none: bool) -> list[Path]:
    """The folders of the episodes that are meant; a show that could never be read has none."""
    try:
        return list(find_episodes(library, options.show, options.episode))
    except EpiscribeError:
        if not may_be_none:
            raise
        return []


def _sources(library: Path, options: argparse.Namespace) -> dict[str, Record]:
    """The records of the sources that are left in peace; unless it is a dry run, the next run reads them."""
    is_one_episode = options.episode is not None or "/" in (options.show or "").rstrip("/")
    if options.stage is not None or options.failed or is_one_episode:
        return {}
    show = None if options.show is None else options.show.rstrip("/")
    state = read_discovery(library / DISCOVERY)
    sources = {
        name: record
        for name, record in not_read(state, show).items()
        if record["error"].get("kind") == FailureKind.BLOCKED
    }
    if sources and not options.dry_run:
        for record in sources.values():
            end_rest(record, time.time())
        write_discovery(library / DISCOVERY, state)
    return sources


def _is_meant(failure: StandingFailure, options: argparse.Namespace) -> bool:
    return (options.stage is None or failure.stage == options.stage) and not (
        options.failed and failure.kind in _NOT_FAILED
    )


def _addresses(folder: Path, failure: StandingFailure) -> Iterator[str]:
    """What names the hosts that the next attempt may ask: the error, and the episode's own addresses."""
    yield failure.error
    with suppress(EpiscribeError):
        episode = read_episode(folder)
        yield from (link.url for link in episode.transcripts)
        yield from (enclosure.url for enclosure in episode.enclosures)
        yield episode.link or ""
        if any(key.startswith("youtube:") for key in episode.keys):
            yield "https://www.youtube.com/"


def _told(rest: HostAtRest, *, dry_run: bool) -> str:
    until = datetime.fromtimestamp(rest.until, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    over = f" over {rest.slot}" if rest.slot else ""
    what = "would be asked" if dry_run else "is asked"
    return f"{rest.host} is left in peace{over} until {until}, as it {rest.reason}; it {what} again at once"


def _say(stages: int, sources: int, *, dry_run: bool) -> None:
    what = " and ".join(plural(n, name) for n, name in ((stages, "stage"), (sources, "source")) if n)
    if not what:
        line = "nothing to try again"
    elif dry_run:
        line = f"{what} would be tried again"
    else:
        line = f"the next run of snakemake tries {what} again"
    print(f"episcribe retry: {line}", file=sys.stderr)


def _plain(folder: Path, failure: StandingFailure) -> dict[str, object]:
    return {"episode": _name(folder), **failure._asdict()}


def _name(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"
