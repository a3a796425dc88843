"""Seals: the proof, a few `stat` calls long, that a finished episode is still as it was finished."""

import json
import os
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from pathlib import Path

from episcribe.library.files import write_if_changed
from episcribe.library.layout import EPISODE

SEALS_FILE = "seals.jsonl"
_KEY = "seal: "


def compute_seal(folder: str, decides: str, inputs: Iterable[str], products: Iterable[str]) -> str | None:
    """The seal of the episode in `folder`: a digest over `decides` and the size and mtime of its files.

    `decides` stands for all parameters and stage versions; `inputs` are paths, `products` names in the
    folder. None when a file is missing.
    """
    digest = blake2b(decides.encode(), digest_size=16)
    try:
        for path in (*inputs, *(f"{folder}/{name}" for name in products)):
            status = os.stat(path)  # noqa: PTH116 - called for every file of ten thousand episodes
            digest.update(
                f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0".encode("utf-8", "surrogateescape")
            )
    except OSError:
        return None
    return digest.hexdigest()


def seal_inputs(folder: str, local: Iterable[str]) -> list[str]:
    """The files that decide an episode, in the order in which its seal takes them."""
    return [f"{folder}/{EPISODE}", *(path for path in local if os.path.exists(path))]  # noqa: PTH110


def read_seals(library: Path) -> dict[str, str]:
    """The gathered seals, `show/episode` to seal; empty when the file is missing, bad lines left out."""
    seals: dict[str, str] = {}
    try:
        lines = (library / SEALS_FILE).read_bytes().splitlines()
    except OSError:
        return seals
    for line in lines:
        try:
            key, seal = json.loads(line)
        except (ValueError, TypeError):
            continue
        seals[str(key)] = str(seal)
    return seals


def gather_seals(library: Path, episodes: Iterable[str], known: Mapping[str, str]) -> None:
    """Write `seals.jsonl`: what is `known`, brought up to date from the state.yaml of `episodes`.

    `episodes` are `show/episode` names, those whose seal is missing or no longer holds.
    """
    seals = dict(known)
    for name in episodes:
        seal = _seal_in(library / name / "state.yaml")
        if seal:
            seals[name] = seal
        else:
            seals.pop(name, None)
    if seals or (library / SEALS_FILE).exists():
        _write(library, seals)


def add_seals(library: Path, seals: Mapping[str, str]) -> None:
    """Write `seals.jsonl` with `seals` added to what it holds."""
    if seals:
        _write(library, {**read_seals(library), **seals})


def _write(library: Path, seals: Mapping[str, str]) -> None:
    lines = (json.dumps([key, seals[key]], ensure_ascii=False) for key in sorted(seals))
    write_if_changed(library / SEALS_FILE, "".join(f"{line}\n" for line in lines))


def _seal_in(state: Path) -> str | None:
    """The seal that a state.yaml carries; its line is read as text, because parsing YAML takes too long."""
    try:
        with state.open(encoding="utf-8", errors="replace") as file:
            line = next((line for line in file if line.startswith(_KEY)), None)
    except OSError:
        return None
    return line.removeprefix(_KEY).strip().strip("'\"") or None if line else None
