"""A library that knows many episodes of one feed, without a server or a run: what parsing is measured on."""

import time
from pathlib import Path

from episcribe.library.catalogue import CatalogueEntry, write_catalogue
from episcribe.library.layout import EPISODE
from episcribe.library.plain_yaml import to_yaml
from episcribe.library.refresh import VERSION, utc_text, write_discovery


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
