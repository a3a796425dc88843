"""Other ways to call the same stages, to be measured beside Snakemake with the project's rules.

`plain`: Snakemake with its default settings and rules as they are usually written. `make`: GNU Make with a
rule for every file. `pool`: a script with a pool of threads, each of which takes an episode through all its
stages.
"""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.common import ROOT, SNAKEMAKE, Cost, measure
from benchmarks.peers.makefile import makefile
from episcribe.library.catalogue import identification
from episcribe.stages.planning import Plan

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Peer:
    """A way to build the library in the working directory."""

    name: str
    command: Sequence[str]


def peers(cores: int = 2) -> list[Peer]:
    """Episcribe's own way first."""
    plain = (sys.executable, "-m", "snakemake", "--snakefile", str(HERE / "plain.smk"))
    return [
        Peer("Episcribe", (*SNAKEMAKE, "--configfile", "config.yaml", "--cores", str(cores))),
        Peer("plain Snakemake", (*plain, "--workflow-profile", "none", "--cores", str(cores))),
        Peer("GNU Make", ("make", "--silent", f"--jobs={cores}", "--keep-going")),
        Peer("thread pool", (sys.executable, "-m", "benchmarks.peers.pool", str(cores))),
    ]


def prepare(folder: Path, plan: Plan) -> dict[str, str]:
    """Write what the others need to know of the library in `folder`; the environment of their stages."""
    episodes = [
        {
            "name": f"{entry.show}/{entry.folder}",
            "show": entry.show,
            "about": json.dumps(identification(entry), ensure_ascii=False),
            "decides": plan.digest(entry.show),
        }
        for entry in plan.entries
    ]
    options = {show: plan.stage_options(show) for show in {entry.show for entry in plan.entries}}
    (folder / "peers.json").write_text(json.dumps({"episodes": episodes, "options": options}))
    (folder / "Makefile").write_text(makefile(episodes, options))
    return {
        "EPISCRIBE_NETWORK": plan.network,
        "PYTHONPATH": str(ROOT),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }


def run(peer: Peer, folder: Path, variables: dict[str, str]) -> Cost:
    """Build the library in `folder`."""
    return measure(peer.command, folder, variables)
