"""An archive that is finished, and one that is new: how long Snakemake takes to say what there is to do.

`python -m benchmarks.archive [EPISODES]` from the root of the project. The archive's files are made here, the
catalogue, states and seals by the same functions that the stages call.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.common import SNAKEMAKE, Cost, measure
from episcribe.ledger.seals import compute_seal, seal_inputs
from episcribe.library.catalogue import CatalogueEntry, write_catalogue
from episcribe.library.layout import EPISODE, STATE, STUDY_PRODUCTS
from episcribe.library.plain_yaml import to_yaml
from episcribe.library.refresh import VERSION, utc_text, write_discovery
from episcribe.stages.planning import make_plan


def build_archive(folder: Path, episodes: int) -> None:
    """A library that knows so many episodes of one feed, none of them made."""
    (folder / "config.yaml").write_text(
        "refresh: never\nshows:\n- {id: show, subject: x, feed: https://podcast.example/feed.xml}\n"
    )
    library = folder / "processed"
    entries = [
        CatalogueEntry(
            show="show",
            folder=f"2024-01-01-episode-{n}-{n:08d}",
            id=f"{n:08d}",
            title=f"Episode {n}",
            origin="show",
            published="2024-01-01T00:00:00Z",
            keys=(f"guid:{n}",),
            transcripts=({"url": f"https://podcast.example/{n}.vtt", "type": "text/vtt"},),
        )
        for n in range(episodes)
    ]
    for entry in entries:
        path = library / entry.show / entry.folder / EPISODE
        path.parent.mkdir(parents=True)
        path.write_text(
            to_yaml({"id": entry.id, "show": entry.show, "folder": entry.folder, "title": entry.title})
        )
    write_catalogue(library / "catalog.jsonl", entries)
    record = {
        "kind": "feed",
        "origin": "show",
        "source": "https://podcast.example/feed.xml",
        "checked_at": utc_text(time.time()),
    }
    write_discovery(library / "discovery.json", {"version": VERSION, "shows": {"show": record}})


def finish(folder: Path) -> None:
    """Give every episode its files, state and seal."""
    plan = make_plan([folder / "config.yaml"], {"library": str(folder / "processed")}, folder)
    for entry in plan.entries:
        place = Path(plan.folder(entry))
        for product in STUDY_PRODUCTS:
            (place / product).write_text("made\n")
    for entry in plan.entries:
        relative = f"processed/{entry.show}/{entry.folder}"
        decides = plan.digest(entry.show)
        seal = _seal_in(folder, relative, decides)
        (folder / relative / STATE).write_text(
            to_yaml({"title": entry.title, "stage": "completed", "seal": seal})
        )


def _seal_in(folder: Path, relative: str, decides: str) -> str | None:
    here = Path.cwd()
    os.chdir(folder)
    try:
        return compute_seal(relative, decides, seal_inputs(relative, ()), STUDY_PRODUCTS)
    finally:
        os.chdir(here)


def snakemake(folder: Path, *arguments: str) -> Cost:
    return measure([*SNAKEMAKE, "--configfile", "config.yaml", "--cores", "2", *arguments], folder)


def main() -> None:
    episodes = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build_archive(folder, episodes)
        new = snakemake(folder, "--dry-run", "--quiet")
        print(f"{episodes} new episodes, graph built: {new.elapsed:.2f} s, {new.memory:.0f} MB")
        finish(folder)
        first = snakemake(folder, "--dry-run")
        print(f"{episodes} finished episodes, no seals gathered: {first.elapsed:.2f} s")
        make_plan([folder / "config.yaml"], {"library": str(folder / "processed")}, folder).gather_seals(
            up_to_date=False
        )
        sealed = snakemake(folder)
        assert "Nothing to be done" in sealed.output, sealed.output
        print(f"{episodes} finished episodes, sealed: {sealed.elapsed:.2f} s, {sealed.memory:.0f} MB")


if __name__ == "__main__":
    main()
