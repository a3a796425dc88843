"""What one job on a cluster costs beside its work: Snakemake starts there again and reads the Snakefile.

`python -m benchmarks.cluster [EPISODES]` from the root of the project. A job is started as an executor starts
it, on an episode of a library of so many, but for its work (`--dry-run`); beside it the same with a Snakefile
of one rule. The least of some rounds.

`python -m benchmarks.cluster groups [EPISODES]`, where a SLURM runs that does nothing else: one library by
way of each profile, with and without groups. Submissions, elapsed seconds, and processor seconds of all jobs.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import yaml

from benchmarks.archive import build_archive
from benchmarks.common import ROOT, Cost, measure
from benchmarks.study_track import build_library as build_talks
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


def run_by(profile: Path, folder: Path, episodes: int, *, grouped: bool) -> tuple[int, float, float]:
    """Build a library by way of a profile: submissions, elapsed seconds, processor seconds of the jobs."""
    build_talks(folder, episodes)
    values = yaml.safe_load((profile / "config.yaml").read_text())
    if not grouped:
        del values["groups"]
    quick = {"slurm-init-seconds-before-status-checks": 1} if values["executor"] == "slurm" else {}
    (folder / "profile").mkdir()
    (folder / "profile" / "config.yaml").write_text(
        yaml.safe_dump({**values, "seconds-between-status-checks": 1, **quick})
    )
    (folder / "profiles").symlink_to(ROOT / "profiles")
    last = max((int(job) for job in _sacct("JobIDRaw") if job.isdigit()), default=0)
    command = (sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"))
    begun = time.perf_counter()
    cost = measure([*command, "--configfile", "config.yaml", "--workflow-profile", "profile"], folder)
    elapsed = time.perf_counter() - begun
    assert f"{episodes} complete" in cost.output, cost.output
    time.sleep(5)  # until the accounts are written
    rows = [row.split("|") for row in _sacct("JobIDRaw,TotalCPU")]
    jobs = [_seconds(cpu) for job, cpu in rows if job.isdigit() and int(job) > last]
    return len(jobs), elapsed, sum(jobs)


def _sacct(columns: str) -> list[str]:
    command = ["sacct", "-X", "--noheader", "--parsable2", "--starttime=now-1hours", f"--format={columns}"]
    if "CPU" in columns:
        command.remove("-X")
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def _seconds(text: str) -> float:
    """Seconds of `[[DAYS-]HOURS:]MINUTES:SECONDS`."""
    days, _, rest = text.rpartition("-")
    parts = [float(part) for part in rest.split(":")]
    return sum(part * 60**place for place, part in enumerate(reversed(parts))) + 86400 * float(days or 0)


def compare_groups(episodes: int) -> None:
    """Print the table of the profiles with and without groups."""
    print(f"{episodes} episodes   submissions  elapsed s  processor s of the jobs")
    for name in ("slurm", "cluster-generic/sbatch"):
        for grouped in (False, True):
            with tempfile.TemporaryDirectory() as folder:
                submissions, elapsed, cpu = run_by(
                    ROOT / "profiles" / name, Path(folder), episodes, grouped=grouped
                )
            what = f"{name}, {'grouped' if grouped else 'a job each'}"
            print(f"{what:40} {submissions:4} {elapsed:8.0f} {cpu:8.0f}", flush=True)


def main() -> None:
    if sys.argv[1:2] == ["groups"]:
        compare_groups(int(sys.argv[2]) if len(sys.argv) > 2 else 6)
        return
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
