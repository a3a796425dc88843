"""The study track on one-hour transcripts from local files: core-seconds an episode, by stage.

`python -m benchmarks.study_track [EPISODES]` from the root of the project.
"""

import shlex
import sys
import tempfile
from pathlib import Path

from benchmarks.common import SNAKEMAKE, Cost, measure, one_hour_of_captions

STAGES = ("transcript", "notes", "assessment", "notes_pdf", "assessment_pdf", "state")


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
            words = [sys.executable, "-P", *shlex.split(line.partition(" -P ")[2])]
            module = words.index("-m") + 1
            target = Path(words[module + 1]).name
            stage = words[module].rsplit(".", 1)[1]
            commands.setdefault(f"{target.removesuffix('.pdf')}_pdf" if stage == "pdf" else stage, words)
    return commands


def main() -> None:
    episodes = int(sys.argv[1]) if len(sys.argv) > 1 else 12
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build_library(folder, episodes)
        snakemake(folder, "discover")
        start = snakemake(folder, "--dry-run", "--quiet")
        whole = snakemake(folder)
        commands = stage_commands(folder)
        interpreter = measure([sys.executable, "-P", "-c", "pass"], folder)
        total = whole.cpu / episodes
        stages = 0.0
        print(f"{'stage':16} {'core-s':>7} {'imports':>8} {'work':>7} {'share':>7} {'MB':>5}")
        for stage in STAGES:
            run = measure(commands[stage], folder)
            imports = measure([sys.executable, "-P", "-c", f"import {commands[stage][3]}"], folder)
            stages += run.cpu - interpreter.cpu
            own, work, share = imports.cpu - interpreter.cpu, run.cpu - imports.cpu, run.cpu / total
            print(f"{stage:16} {run.cpu:7.3f} {own:8.3f} {work:7.3f} {share:7.1%} {run.memory:5.0f}")
    print(f"\n{episodes} episodes of one hour: {whole.elapsed:.1f} s elapsed, {whole.cpu:.1f} core-seconds")
    print(f"core-seconds an episode: {total:.3f}, of which")
    print(f"  the stages {stages:.3f}, Snakemake and process start {total - stages:.3f}")
    print(f"  (Snakemake's own start, once a run: {start.cpu:.2f}; an interpreter's: {interpreter.cpu:.3f})")


if __name__ == "__main__":
    main()
