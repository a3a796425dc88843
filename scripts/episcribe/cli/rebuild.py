"""`episcribe rebuild` and `episcribe sync`: the views of a library, made of its files."""

import argparse
import json
import sys
from pathlib import Path

from episcribe.cli import exit_codes
from episcribe.cli.libraries import add_library_options, find_library
from episcribe.ledger.views.documents import INDEX, LOG, LOG_TABLE
from episcribe.ledger.views.updating import Updated, update_views
from episcribe.library.errors import plural
from episcribe.library.workers import cores

_DOCUMENTS = {"index": (INDEX,), "log": (LOG, LOG_TABLE)}


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `rebuild` and `sync` commands to `subparsers`; their namespaces have `run`."""
    rebuild = subparsers.add_parser(
        "rebuild",
        help="make state.yaml, state.db, index.json and the processing log anew",
        description="Makes all that is derived anew from the events and files of the episodes: every "
        "state.yaml (seals are kept), state.db, index.json, processing_log.json and .csv.",
    )
    rebuild.add_argument("--only", choices=("states", "db", "index", "log"), help="only this one")
    rebuild.set_defaults(run=run_rebuild)
    sync = subparsers.add_parser(
        "sync",
        help="bring state.db, index.json and the processing log up to date",
        description="Reads the files of those episodes that changed since, and nothing else. Each run does "
        "this at its end.",
    )
    sync.set_defaults(run=run_sync)
    for parser in (rebuild, sync):
        parser.add_argument("--json", action="store_true", help="what was done, as a JSON object")
        add_library_options(parser)


def run_rebuild(options: argparse.Namespace) -> int:
    """Make what is asked for anew, and say how much that was."""
    library = find_library(options)
    states = _rewrite_states(library) if options.only in (None, "states") else None
    for name in _DOCUMENTS.get(options.only, ()):
        (library / name).unlink(missing_ok=True)
    updated = (
        update_views(library, say=_say, rebuild=options.only in (None, "db"), processes=cores())
        if options.only != "states"
        else None
    )
    _tell("rebuild", updated, states, as_json=options.json)
    return exit_codes.OK


def run_sync(options: argparse.Namespace) -> int:
    """Bring the views up to date, and say how much that was."""
    _tell(
        "sync", update_views(find_library(options), say=_say, processes=cores()), None, as_json=options.json
    )
    return exit_codes.OK


def _rewrite_states(library: Path) -> int:
    from episcribe.ledger.views.states import rewrite_states
    from episcribe.stages.locks import holding_library

    with holding_library(library):
        return rewrite_states(library, _say, processes=cores())


def _tell(command: str, updated: Updated | None, states: int | None, *, as_json: bool) -> None:
    told: list[str] = []
    done: dict[str, object] = {}
    if states is not None:
        told.append(
            f"state.yaml of {plural(states, 'episode')} written" if states else "every state.yaml was right"
        )
        done["states_written"] = states
    if updated is not None:
        removed = f", {updated.removed} taken out" if updated.removed else ""
        told.append(f"{plural(updated.episodes, 'episode')}, {updated.read} read{removed}")
        told += [f"{name} written" for name in updated.written]
        done |= {
            "episodes": updated.episodes,
            "read": updated.read,
            "removed": updated.removed,
            "rebuilt": updated.rebuilt,
            "written": list(updated.written),
        }
    if as_json:
        print(json.dumps(done))
    _say(f"episcribe {command}: {'; '.join(told)}")


def _say(line: str) -> None:
    print(line, file=sys.stderr)
