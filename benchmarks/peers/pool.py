"""A pool of threads, each of which takes an episode through all its stages: the way of many scripts.

`python -m benchmarks.peers.pool WORKERS` in the working directory. What is there already is not made again;
nothing is known of what is out of date, and all stages share one interpreter.
"""

import json
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from episcribe.library.layout import STAGES
from episcribe.stages.assessment import write_assessment
from episcribe.stages.job import Job, run_job
from episcribe.stages.notes import make_notes
from episcribe.stages.pdf import print_pdf
from episcribe.stages.state import record_state
from episcribe.stages.transcript import get_transcript


def _works(decides: str) -> dict[str, Callable[[Job], None]]:
    return {
        "transcript": lambda job: get_transcript(job, may_hear=False),
        "notes": make_notes,
        "assessment": write_assessment,
        "notes_pdf": lambda job: print_pdf(job, "notes"),
        "assessment_pdf": lambda job: print_pdf(job, "assessment"),
        "state": lambda job: record_state(job, decides, []),
    }


def process(episode: Mapping[str, str], options: Mapping[str, str]) -> bool:
    """Take one episode through its stages; True when all its files are there."""
    place = Path("processed") / episode["name"]
    for stage, work in _works(episode["decides"]).items():
        products = [place / name for name in STAGES[stage].products]
        if all(product.exists() for product in products):
            continue
        given = episode["about"] if stage == "state" else options[stage]
        if run_job(stage, work, [str(products[0]), given, str(place / "log" / f"{stage}.log")]):
            return False
    return True


def main() -> int:
    told = json.loads(Path("peers.json").read_text())
    with ThreadPoolExecutor(max_workers=int(sys.argv[1])) as pool:
        done = pool.map(lambda one: process(one, told["options"][one["show"]]), told["episodes"])
        return int(not all(done))


if __name__ == "__main__":
    sys.exit(main())
