"""What one job on a cluster costs beside its work: Snakemake starts there again and reads the Snakefile.

`python -m benchmarks.cluster [EPISODES]` from the root of the project. A job is started as an executor starts
it, on an episode of a library of so many, but for its work (`--dry-run`); beside it the same with a Snakefile
of one rule. The least of some rounds.
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.archive import build_archive
from benchmarks.common import ROOT, Cost, measure
from episcribe.ledger.seals import add_seals
from episcribe.library.catalogue import read_catalogue

ROUNDS = 5
# What executors for clusters give to every job (snakemake.spawn_jobs, snakemake 9.27).
GIVEN = (
    "--cores all --attempt 1 --force-use-threads --force --target-files-omit-workdir-adjustment "
    "--max-inventory-time 0 --retries 0 --nocolor --no-hooks --nolock --ignore-incomplete --scheduler greedy "
    "--latency-wait 5 --quiet all --mode remote --dry-run"
).split()
EMPTY = """
rule write_notes:
    output: "{show}/{episode}.txt"
    shell: "true"
"""


def job(snakefile: Path, target: str, *arguments: str) -> list[str]:
    """The command of a job on a cluster."""
    target_of = ("--target-jobs", target, "--allowed-rules", target.partition(":")[0])
    start = (sys.executable, "-m", "snakemake", "--snakefile", str(snakefile))
    return [*start, *target_of, *GIVEN, *arguments]


def least(command: Sequence[str], folder: Path) -> Cost:
    """The cheapest of some rounds."""
    return min((measure(command, folder) for _ in range(ROUNDS)), key=lambda cost: cost.cpu)


def main() -> None:
    episodes = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build_archive(folder, episodes)
        library = folder / "processed"
        entries = read_catalogue(library / "catalog.jsonl")
        add_seals(library, {f"{one.show}/{one.folder}": "0" * 32 for one in entries})
        entry = entries[episodes // 2]
        (library / entry.show / entry.folder / "transcript.json").write_text("made\n")
        of = f"show={entry.show},episode={entry.folder}"
        (folder / "Snakefile.empty").write_text(EMPTY)
        bare = least(job(folder / "Snakefile.empty", f"write_notes:{of}"), folder)
        print(f"{'':28} {'processor s':>11} {'elapsed s':>10} {'MB':>5}")
        print(f"{'a Snakefile of one rule':28} {bare.cpu:11.2f} {bare.elapsed:10.2f} {bare.memory:5.0f}")
        for rule in ("get_transcript",):
            ours = least(job(ROOT / "Snakefile", f"{rule}:{of}", "--configfile", "config.yaml"), folder)
            print(f"{rule:28} {ours.cpu:11.2f} {ours.elapsed:10.2f} {ours.memory:5.0f}")
            print(f"{'  more than that':28} {ours.cpu - bare.cpu:11.2f} {ours.elapsed - bare.elapsed:10.2f}")


if __name__ == "__main__":
    main()
