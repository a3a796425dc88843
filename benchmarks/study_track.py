"""The study track on one-hour transcripts from local files: core-seconds an episode, by stage.

`python -m benchmarks.study_track [EPISODES]` from the root of the project.
"""

import shlex
import sys
import tempfile
from pathlib import Path

from benchmarks.common import ROOT, SNAKEMAKE, Cost, measure, one_hour_of_captions

STAGES = {
    "transcript": "get_transcript",
    "notes": "write_notes",
    "assessment": "write_assessment",
    "notes_pdf": "print_notes",
    "assessment_pdf": "print_assessment",
    "state": "record_state",
}


def build_library(folder: Path, episodes: int) -> None:
    """A show of so many local transcripts, each an hour long."""
    captions = one_hour_of_captions()
    (folder / "talks").mkdir()
    for number in range(episodes):
        (folder / "talks" / f"2024-01-{number + 1:02d} Talk {number}.vtt").write_text(captions)
    (folder / "config.yaml").write_text(
        "refresh: never\nshows:\n- {id: talks, subject: Nature, files: 'talks/*.vtt'}\n"
    )


def snakemake(folder: Path, *arguments: str) -> Cost:
    return measure([*SNAKEMAKE, "--configfile", "config.yaml", "--cores", "2", *arguments], folder)


def stage_commands(folder: Path) -> dict[str, list[str]]:
    """The command that Snakemake runs for each stage of the first episode, read from its own dry run."""
    printed = snakemake(
        folder, "--dry-run", "--printshellcmds", "--forceall", "--config", "seal=false"
    ).output
    commands: dict[str, list[str]] = {}
    for line in printed.splitlines():
        if " -m episcribe.stages." in line and "-talk-0-" in line:
            words = [sys.executable, *shlex.split(line.partition(" -P ")[2])]
            module = words.index("-m") + 1
            target = Path(words[module + 1]).name
            stage = words[module].rsplit(".", 1)[1]
            commands.setdefault(f"{target.removesuffix('.pdf')}_pdf" if stage == "pdf" else stage, words)
    return commands


def main() -> None:
    episodes = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build_library(folder, episodes)
        snakemake(folder, "discover")
        idle = snakemake(folder, "--dry-run", "--quiet")
        whole = snakemake(folder)
        commands = stage_commands(folder)
        total = whole.cpu / episodes
        work = 0.0
        print(f"{'stage':16} {'core-s':>7} {'start':>7} {'work':>7} {'share':>7} {'MB':>6}")
        for stage in STAGES:
            run = measure(commands[stage], folder)
            start = measure([sys.executable, "-P", "-c", f"import {commands[stage][2]}"], folder)
            work += run.cpu - start.cpu
            print(
                f"{stage:16} {run.cpu:7.3f} {start.cpu:7.3f} {run.cpu - start.cpu:7.3f} "
                f"{run.cpu / total:7.1%} {run.memory:6.0f}"
            )
        print(f"\n{episodes} episodes of one hour, {ROOT.name}: {whole.elapsed:.1f} s elapsed on two cores")
        print(f"core-seconds an episode: {total:.3f}; Snakemake and process start: {total - work:.3f}")
        print(f"of which Snakemake's own start is {idle.cpu:.2f} s, once a run")


if __name__ == "__main__":
    main()
