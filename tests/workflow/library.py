"""A small library in a folder of its own, built by the real Snakemake."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "sample"
SNAKEMAKE = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile")]


@dataclass
class Library:
    """A working directory with a configuration, and what its runs print."""

    folder: Path
    configuration: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def processed(self) -> Path:
        return self.folder / "processed"

    def configure(self, *shows: dict[str, Any], **keys: Any) -> None:
        """Write `config.yaml` with these shows."""
        self.configuration = {"shows": list(shows), "refresh": "never", **keys}
        (self.folder / "config.yaml").write_text(yaml.safe_dump(self.configuration, sort_keys=False))

    def command(self, *arguments: str) -> list[str]:
        return [
            *SNAKEMAKE,
            "--directory",
            str(self.folder),
            "--configfile",
            str(self.folder / "config.yaml"),
            *arguments,
        ]

    def run(self, *arguments: str, cores: int = 2, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run Snakemake; with `check`, a failure shows what was printed."""
        command = self.command("--cores", str(cores), *arguments)
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            env={**environment(), **self.variables},
            timeout=240,
        )
        if check and done.returncode:
            raise AssertionError(f"snakemake failed:\n{done.stdout}\n{done.stderr}")
        return done

    def asking(self, *arguments: str) -> list[str]:
        """The words of an `episcribe` command."""
        return [sys.executable, "-m", "episcribe.cli.main", *arguments]

    def ask(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run an `episcribe` command in the working directory, on its library."""
        return subprocess.run(
            self.asking(*arguments),
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=check,
            env={**environment(), **self.variables},
            timeout=120,
        )

    def start(self, *arguments: str, cores: int = 2) -> subprocess.Popen[str]:
        """Start Snakemake in a process group of its own."""
        return subprocess.Popen(
            self.command("--cores", str(cores), *arguments),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**environment(), **self.variables},
            start_new_session=True,
        )

    def would_make(self, *arguments: str) -> set[str]:
        """The files that a dry run lists, relative to the library."""
        printed = self.run("--dry-run", *arguments).stdout
        files: set[str] = set()
        for line in printed.splitlines():
            if line.strip().startswith("output:"):
                files.update(
                    part.split(" (")[0] for part in line.strip().removeprefix("output: ").split(", ")
                )
        return {file.removeprefix("processed/") for file in files}

    def episodes(self) -> list[Path]:
        """The folders of the episodes, sorted."""
        return sorted(path.parent for path in self.processed.glob("*/*/episode.yaml"))

    def times(self) -> dict[str, int]:
        """The modification times of all products, by their paths in the library."""
        wanted = (path for folder in self.episodes() for path in folder.iterdir() if path.is_file())
        return {str(path.relative_to(self.processed)): path.stat().st_mtime_ns for path in wanted}

    def state(self, episode: Path) -> dict[str, Any]:
        """What an episode's state.yaml says."""
        state: dict[str, Any] = yaml.safe_load((episode / "state.yaml").read_text())
        return state

    def catalogue(self) -> list[dict[str, Any]]:
        """The lines of the catalogue."""
        return [json.loads(line) for line in (self.processed / "catalog.jsonl").read_text().splitlines()]


def environment() -> dict[str, str]:
    """The environment of a run: that of the tests, without what belongs to them."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}


def short_captions(cues: int = 90, skip: int = 0) -> str:
    """The beginning of the sample library's first transcript, as WebVTT."""
    blocks = (SAMPLE / "tidewater/transcripts/s01e01-springs-and-neaps.vtt").read_text().split("\n\n")
    timed = [block for block in blocks if "-->" in block]
    return "WEBVTT\n\n" + "\n\n".join(timed[skip : skip + cues]) + "\n"
