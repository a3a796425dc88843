"""What a library of so many episodes costs: to find them, to see that there is nothing to do, to add three.

From the root of the project:

`python -m benchmarks.scale sizes [EPISODES…]` for each size discovery, parsing, the graph of a new library,
three new episodes among finished ones, nothing to do (with the peers beside it), the views, and search;
`python -m benchmarks.scale build [EPISODES [MINUTES]]` a whole build on two cores, the peers beside it;
`python -m benchmarks.scale discovery` 200 shows of 50 episodes, on one host and on 200.
"""

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.common import SNAKEMAKE, Cost, load, measure
from benchmarks.finished import Model, build_models, configure, finish, sizes_of
from benchmarks.peers import Peer, peers, prepare, run
from benchmarks.served import Shape, served

_MINUTES = 6.0
_MAKE_AT_ONCE = 10_000


@contextmanager
def _working_directory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="scale-") as name:
        yield Path(name)


def snakemake(folder: Path, *arguments: str) -> Cost:
    """Run Episcribe in `folder` on two cores."""
    return measure([*SNAKEMAKE, "--configfile", "config.yaml", "--cores", "2", *arguments], folder)


def episcribe(folder: Path, *arguments: str) -> Cost:
    """Ask the library in `folder`."""
    command = [sys.executable, "-m", "episcribe.cli.main", *arguments, "--configfile", "config.yaml"]
    return measure(command, folder)


def shape_of(episodes: int) -> Shape:
    """So many episodes over 1 to 200 shows."""
    return Shape(episodes, shows=max(1, min(200, episodes // 50)), minutes=_MINUTES)


def sizes(counts: Sequence[int]) -> None:
    """A line for each figure of each size."""
    with _working_directory() as place:
        models = build_models(place / "models", _MINUTES)
        alone = _three_alone(place / "alone", models)
        _show("three episodes and no others", alone)
        for count in counts:
            print(f"\n{count:,} episodes over {shape_of(count).shows} shows")
            _size(place / str(count), shape_of(count), models)


def _three_alone(folder: Path, models: Sequence[Model]) -> Cost:
    folder.mkdir()
    shape = Shape(3, minutes=_MINUTES)
    with served(shape) as port:
        configure(folder, shape, port)
        snakemake(folder, "discover")
        return snakemake(folder)


def _size(folder: Path, shape: Shape, models: Sequence[Model]) -> None:
    folder.mkdir()
    with served(shape) as port:
        configure(folder, shape, port)
        _show("discovery", snakemake(folder, "discover"))
        _show("parsing", snakemake(folder, "--list-target-rules"))
        _show("graph of a new library", snakemake(folder, "--dry-run", "--quiet"))
        begun = time.perf_counter()
        plan = finish(folder, models, leave=3)
        print(f"  {'(files made here)':34} {time.perf_counter() - begun:8.2f} s")
        _show("views, first build", episcribe(folder, "sync"))
        _show("three new episodes", snakemake(folder))
    variables = prepare(folder, plan)
    own, *others = peers()
    _show("nothing to do", *(_nothing(own, folder, variables) for _ in range(3)))
    if shape.episodes <= _MAKE_AT_ONCE:
        _show("the same, without seals", snakemake(folder, "--config", "seal=false", "--dry-run", "--quiet"))
        for peer in others:
            shutil.rmtree(folder / ".snakemake", ignore_errors=True)  # what it knows of other rules
            _show(f"nothing to do: {peer.name}", _nothing(peer, folder, variables))
    _show("views, nothing changed", episcribe(folder, "sync"))
    _show("views, built anew", episcribe(folder, "rebuild", "--only", "db"))
    _show("search", *(episcribe(folder, "search", "tide") for _ in range(3)))
    for name in ("catalog.jsonl", "seals.jsonl", "state.db", "index.json", "processing_log.json"):
        size = (folder / "processed" / name).stat().st_size
        print(f"  {name:34} {size / shape.episodes:8.0f} bytes an episode")


def _nothing(peer: Peer, folder: Path, variables: dict[str, str]) -> Cost:
    return run(peer, folder, variables)


def _show(what: str, *costs: Cost) -> None:
    """A line of the medians of some runs."""

    def middle(of: Callable[[Cost], float]) -> float:
        return statistics.median(of(cost) for cost in costs)

    print(
        f"  {what:34} {middle(lambda c: c.elapsed):8.2f} s {middle(lambda c: c.cpu):8.2f} core-s"
        f" {middle(lambda c: c.memory):6.0f} MB {max(c.threads for c in costs):3} threads  {load()}",
        flush=True,
    )


def build(episodes: int, minutes: float) -> None:
    """The same episodes built in each way, from the same known catalogue."""
    shape = Shape(episodes, shows=max(1, episodes // 20), minutes=minutes)
    print(f"{episodes} episodes of {minutes:g} minutes on two cores; {load()}")
    print(f"{'':16} {'s':>7} {'core-s':>8} {'an episode':>11} {'scheduler':>10} {'MB':>5} {'threads':>8}")
    with _working_directory() as place, served(shape) as port:
        for peer in peers():
            folder = place / peer.name.replace(" ", "-")
            folder.mkdir()
            configure(folder, shape, port)
            snakemake(folder, "discover")
            start = snakemake(folder, "--dry-run", "--quiet").own if peer.name == "Episcribe" else 0.0
            with _inside(folder):
                variables = prepare(folder, finish(folder, [], leave=episodes))
            cost = run(peer, folder, variables)
            # The threads of the pool do the work themselves.
            share = f"{cost.own / episodes:.3f}" if cost.own < cost.cpu / 2 else "-"
            print(
                f"{peer.name:16} {cost.elapsed:7.1f} {cost.cpu:8.1f} {cost.cpu / episodes:11.3f}"
                f" {share:>10} {cost.memory:5.0f} {cost.threads:8}  {load()}",
                flush=True,
            )
            if peer.name == "Episcribe":
                own = (cost.own - start) / episodes
                print(
                    f"{'':16} of which the process of Snakemake, its start ({start:.2f}) taken off: {own:.3f}"
                )
                print(f"{'':16} {_disk(*sizes_of(folder.glob('processed/*/*/')), episodes)} of its own")
                print(f"{'':16} {_disk(*sizes_of([folder / '.snakemake']), episodes)} of Snakemake's")


def _disk(files: int, size: int, episodes: int) -> str:
    return f"{files / episodes:.1f} files and {size / episodes / 1024:.0f} KiB on disk an episode"


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    from contextlib import chdir

    with chdir(folder):
        yield


def discovery(place: Path) -> None:
    """200 shows of 50 episodes: read for the first time, and again when nothing has changed.

    Nothing is deleted in between: ext4 makes files five times as slowly for minutes after many were.
    """
    for hosts in (1, 200):
        shape = Shape(10_000, shows=200, hosts=hosts)
        folder = place / str(hosts)
        folder.mkdir()
        with served(shape) as port:
            configure(folder, shape, port)
            print(f"200 feeds of 50 episodes on {hosts} host{'s' if hosts > 1 else ''}")
            _show("read for the first time", snakemake(folder, "discover"))
            _show("read again, not changed", snakemake(folder, "discover"))
            found = len((folder / "processed/catalog.jsonl").read_bytes().splitlines())
            assert found == shape.episodes, found


def main() -> None:
    what, *numbers = sys.argv[1:] or ["sizes"]
    if what == "sizes":
        sizes([int(number) for number in numbers] or [100, 1000, 10_000])
    elif what == "build":
        build(int((numbers or ["30"])[0]), float((*numbers, "60")[1] if len(numbers) > 1 else 60))
    elif what == "discovery":
        with _working_directory() as place:
            discovery(place)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
