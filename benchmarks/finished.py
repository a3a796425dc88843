"""Finished libraries of any size, fast: every file, event, state and seal as a run leaves them.

A few episodes are built by a real run. Each episode of the library then gets the files of one of them: what
nobody but a person reads is a link to the same bytes, its transcript has words of its own, its logs are
copies, and its state.yaml and its seal are what its folder asks for.
"""

import json
import os
import re
from collections.abc import Iterable, Sequence
from contextlib import chdir
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path

from benchmarks.common import SNAKEMAKE, measure
from benchmarks.served import Shape, served
from benchmarks.talk import Speech
from episcribe.ledger.seals import add_seals, compute_seal, seal_inputs
from episcribe.library.catalogue import CatalogueEntry, identification
from episcribe.library.layout import EPISODE, STAGES, STATE, STUDY_PRODUCTS
from episcribe.library.plain_yaml import to_yaml
from episcribe.stages.planning import Plan, make_plan

_MODELS = 8
_OWN_WORDS = re.compile(r"\b[a-z]{7,}\b")
_SEAL = re.compile(r"^seal: .*\n", re.MULTILINE)
_LOGS = tuple(f"log/{stage}.jsonl" for stage in STAGES)
_VARIED = "transcript.json"


def discover(folder: Path, shape: Shape, port: int = 0) -> None:
    """A library in `folder` that knows all episodes of `shape`, read from its feeds, and has made none."""
    with served(shape, port) as taken:
        configure(folder, shape, taken)
        measure([*SNAKEMAKE, "--configfile", "config.yaml", "--cores", "2", "discover"], folder)


def configure(folder: Path, shape: Shape, port: int) -> None:
    """Write the configuration that names the feeds; JSON is YAML too, and faster to read."""
    (folder / "config.yaml").write_text(json.dumps(shape.configuration(port), indent=1))


@dataclass(frozen=True)
class Model:
    """A finished episode that others are made after."""

    folder: Path
    transcript: Sequence[str]
    state: str
    logs: Sequence[tuple[str, bytes]]
    moments: dict[str, int]


def build_models(folder: Path, minutes: float, count: int = _MODELS) -> list[Model]:
    """So many episodes, built by a real run in `folder`."""
    shape = Shape(count, minutes=minutes)
    folder.mkdir(parents=True, exist_ok=True)
    with served(shape) as port:
        configure(folder, shape, port)
        command = [*SNAKEMAKE, "--configfile", "config.yaml", "--cores", "2"]
        measure([*command, "discover"], folder)
        measure(command, folder)
    return [_model(path.parent) for path in sorted(folder.glob(f"processed/*/*/{STATE}"))]


def _model(folder: Path) -> Model:
    text = (folder / _VARIED).read_text(encoding="utf-8")
    head, sign, segments = text.partition('"segments":[\n')
    fixed, last = [head + sign], 0
    for match in _OWN_WORDS.finditer(segments):
        # Only what is said, not the names of fields.
        if segments[match.end()] in " .,?!" and segments[match.start() - 1] == " ":
            fixed.append(segments[last : match.start()])
            last = match.end()
    fixed.append(segments[last:])
    fixed[0:2] = [fixed[0] + fixed[1]]
    names = (*STUDY_PRODUCTS, STATE)
    return Model(
        folder,
        fixed,
        (folder / STATE).read_text(encoding="utf-8"),
        [(name, (folder / name).read_bytes()) for name in _LOGS],
        {name: (folder / name).stat().st_mtime_ns for name in names},
    )


def finish(folder: Path, models: Sequence[Model], *, leave: int = 0) -> Plan:
    """Make all files of the episodes that are known in `folder`, but for the last ones, and seal them."""
    with chdir(folder):
        plan = make_plan([Path("config.yaml")], {}, folder)
        entries = plan.entries[: len(plan.entries) - leave]
        seals = {
            f"{entry.show}/{entry.folder}": _finish(entry, plan, models[n % len(models)], n)
            for n, entry in enumerate(entries)
        }
        add_seals(plan.library, seals)
        return plan


def _finish(entry: CatalogueEntry, plan: Plan, model: Model, number: int) -> str:
    place = plan.folder(entry)
    os.makedirs(f"{place}/log", exist_ok=True)  # noqa: PTH103 - for ten thousands of episodes
    source = str(model.folder)
    for name in STUDY_PRODUCTS:
        if name != _VARIED:
            os.link(f"{source}/{name}", f"{place}/{name}")
    for name, data in model.logs:
        _write(f"{place}/{name}", data)
    _write(f"{place}/{_VARIED}", _varied(model, number).encode(), model.moments[_VARIED])
    _age(f"{place}/{EPISODE}", min(model.moments.values()))
    seal = compute_seal(place, plan.digest(entry.show), seal_inputs(place, entry.local), STUDY_PRODUCTS)
    assert seal is not None
    _write(f"{place}/{STATE}", _state(entry, model, seal).encode(), model.moments[STATE])
    return seal


def _varied(model: Model, number: int) -> str:
    own = Speech(number).words(len(model.transcript) - 1)
    return "".join(chain.from_iterable(zip_longest(model.transcript, own, fillvalue="")))


def _state(entry: CatalogueEntry, model: Model, seal: str) -> str:
    about = identification(entry)
    kept = model.state.splitlines(keepends=True)
    told = to_yaml(about).splitlines(keepends=True)
    of = {line.partition(":")[0]: line for line in told}
    lines = [of.get(line.partition(":")[0], line) for line in kept]
    return _SEAL.sub(f"seal: {seal}\n", "".join(lines))


def _age(path: str, before: int) -> None:
    """Make a file older than what is made of it, as it would be had it been there first."""
    status = os.stat(path)  # noqa: PTH116
    if status.st_mtime_ns >= before:
        os.utime(path, ns=(status.st_atime_ns, before - 1_000_000_000))


def _write(path: str, data: bytes, moment: int | None = None) -> None:
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(data)
    if moment is not None:
        os.utime(path, ns=(moment, moment))


def sizes_of(folders: Iterable[Path]) -> tuple[int, int]:
    """How many files there are below the folders, and how many bytes they take on the disk."""
    files = size = 0
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                status = path.lstat()
                files += 1
                size += status.st_blocks * 512
    return files, size
