"""The catalogue's lines out of the episodes' own files, for when the catalogue was deleted or damaged."""

from collections.abc import Collection, Mapping
from pathlib import Path

from episcribe.library.catalogue import CatalogueEntry
from episcribe.library.episode_file import read_episode
from episcribe.library.errors import EpiscribeError
from episcribe.library.layout import EPISODE
from episcribe.library.merging import entry_of


def recover_entries(
    library: Path, known: Collection[tuple[str, str]], origins: Mapping[str, str]
) -> tuple[list[CatalogueEntry], list[str]]:
    """Entries for the episodes in `library` that are not among `known` (show and folder), by show and folder.

    `origins` tells which configured show a show comes from; without an entry there, the show is its own.
    The second result is a line for each `episode.yaml` that could not be read.
    """
    entries: list[CatalogueEntry] = []
    unreadable: list[str] = []
    for path in sorted(library.glob(f"*/*/{EPISODE}")):
        show, folder = path.parent.parent.name, path.parent.name
        if (show, folder) in known:
            continue
        try:
            episode = read_episode(path.parent)
        except EpiscribeError as error:
            unreadable.append(str(error))
            continue
        if (episode.show, episode.folder) == (show, folder):
            entries.append(entry_of(episode, origins.get(show, show)))
        else:
            unreadable.append(f"{path} is the file of {episode.show}/{episode.folder}; it was left out")
    return entries, unreadable
