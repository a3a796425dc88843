"""The catalogue and the episodes' folders, as a refresh reads and writes them."""

import errno
import os
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import UTC, tzinfo
from pathlib import Path

from episcribe.library.catalogue import CatalogueEntry, load_catalogue, set_aside, write_catalogue
from episcribe.library.contributions import read_listed, write_listed
from episcribe.library.episode import Episode
from episcribe.library.episode_file import episode_yaml, read_episode
from episcribe.library.errors import EpiscribeError, plainly
from episcribe.library.files import remove_left_over, write_if_changed
from episcribe.library.layout import CATALOGUE, EPISODE, STAGES
from episcribe.library.merging import Merge, merge_items, minimal_episode
from episcribe.library.several import Source, Surroundings, merge_sources
from episcribe.library.workers import Workers

_TRANSCRIPT = STAGES["transcript"].products[0]
_LINES_NAMED = 5
_FILES_WORTH_A_PROCESS = 200
_NOT_ALLOWED = frozenset((errno.EACCES, errno.EPERM, errno.EROFS))


class Store:
    """The episodes of a library: read when made, changed by `merge`, written by `write`.

    `warnings` has a line for each thing that was wrong with the catalogue. `is_whole` says that there was
    nothing. `shut` has the shows in which `write` may not write, and why.
    """

    def __init__(self, library: Path, origins: Mapping[str, str], zone: tzinfo = UTC) -> None:
        self.library = library
        self.warnings: list[str] = []
        self.shut: dict[str, str] = {}
        self._zone = zone
        self._episodes: dict[str, list[CatalogueEntry]] = {}
        self._ids: set[str] = set()
        self._listed: dict[tuple[str, str], Episode] = {}
        self._changed: set[tuple[str, str]] = set()
        self._drafts: dict[str, dict[str, Episode]] = {}
        path = library / CATALOGUE
        entries, rejected = load_catalogue(path)
        self.is_whole = path.exists() and not rejected
        if rejected:
            kept = set_aside(path, rejected)
            numbers = ", ".join(str(line.number) for line in rejected[:_LINES_NAMED])
            more = ", …" if len(rejected) > _LINES_NAMED else ""
            self.warnings.append(
                f"{path}: {len(rejected)} lines could not be used (line {numbers}{more}); they "
                f" are kept in {kept.name}"
            )
        if not self.is_whole:
            entries += self._recovered(entries, origins)
        for entry in entries:
            self._episodes.setdefault(entry.show, []).append(entry)
            self._ids.add(entry.id)

    def _recovered(
        self, entries: Iterable[CatalogueEntry], origins: Mapping[str, str]
    ) -> list[CatalogueEntry]:
        from episcribe.library.recovery import recover_entries

        known = {(entry.show, entry.folder) for entry in entries}
        recovered, unreadable = recover_entries(self.library, known, origins)
        self.warnings += unreadable
        if recovered:
            self.warnings.append(
                f"{len(recovered)} episodes that the catalogue lacked were found again by their {EPISODE}"
            )
        return recovered

    def entries(self) -> list[CatalogueEntry]:
        """All entries, show by show as they were first seen."""
        return [entry for entries in self._episodes.values() for entry in entries]

    def of_show(self, show: str) -> list[CatalogueEntry]:
        """The entries of one show."""
        return self._episodes.get(show, [])

    def lacks_file(self, entry: CatalogueEntry) -> bool:
        """True when the episode's `episode.yaml` is gone or empty."""
        try:
            return os.stat(self._path(entry, EPISODE)).st_size == 0  # noqa: PTH116
        except OSError:
            return True

    def merge(self, show: str, origin: str, items: Sequence[Episode]) -> Merge:
        """Merge what the only source of a show lists into its episodes."""
        known = self.of_show(show)
        merge = merge_items(
            known,
            items,
            show=show,
            origin=origin,
            taken=self._ids,
            settled=self._settled(known),
            zone=self._zone,
        )
        self._take(show, merge)
        return merge

    def merge_sources(
        self,
        show: str,
        origin: str,
        sources: Sequence[Source],
        titles: Sequence[str],
        wanting: Container[str],
    ) -> Merge:
        """Merge what the sources of a show list, those that count most first, into its episodes.

        What the sources said before is read here. `titles` are what they call the show; `wanting` the folders
        of episodes whose file is to be made again, whether they are listed now or not.
        """
        known = self.of_show(show)
        folders = {entry.folder for entry in known}
        for source in sources:
            listed = read_listed(self.library, source.name)
            source.is_lost = source.is_lost and listed is None
            source.drafts = {folder: draft for folder, draft in (listed or {}).items() if folder in folders}
        around = Surroundings(
            remembered=self._remembered,
            titles=titles,
            wanting=wanting,
            taken=self._ids,
            settled=self._settled(known),
            zone=self._zone,
        )
        merge = merge_sources(known, sources, around, show=show, origin=origin)
        self._take(show, merge)
        for source in sources:
            if source.items is not None:
                self._drafts[source.name] = source.drafts
        return merge

    def _settled(self, entries: Iterable[CatalogueEntry]) -> set[str]:
        return {
            entry.folder
            for entry in entries
            if os.path.exists(self._path(entry, _TRANSCRIPT))  # noqa: PTH110
        }

    def _remembered(self, entry: CatalogueEntry) -> Episode:
        """The episode as its file has it, or as far as the catalogue knows it."""
        if self.lacks_file(entry):
            return minimal_episode(entry)
        try:
            return read_episode(Path(self._path(entry, EPISODE)).parent)
        except EpiscribeError as error:
            self.warnings.append(str(error))
            return minimal_episode(entry)

    def _take(self, show: str, merge: Merge) -> None:
        if merge.entries:
            self._episodes[show] = merge.entries
        self._ids.update(entry.id for entry in merge.entries)
        self._listed.update(((show, folder), episode) for folder, episode in merge.listed.items())
        self._changed.update((show, folder) for folder in merge.changed)

    def write(self, selected: Iterable[CatalogueEntry], processes: int = 1) -> int:
        """Write the files of the `selected` episodes that lack one, and of all whose description has
        changed where they have one; then the catalogue and what each source said. Returns how many
        `episode.yaml` were written. A show whose folder may not be written to is passed over. Raises OSError.

        Many are written by up to so many `processes`.
        """
        chosen = {(entry.show, entry.folder) for entry in selected}
        described: list[tuple[str, Episode]] = []
        for entry in self.entries():
            place = (entry.show, entry.folder)
            if place not in chosen and place not in self._changed:
                continue
            lacks = self.lacks_file(entry)
            if (lacks and place in chosen) or (not lacks and place in self._changed):
                described.append(
                    (self._path(entry, EPISODE), self._listed.get(place) or minimal_episode(entry))
                )
        written = self._write_files(described, processes)
        write_catalogue(self.library / CATALOGUE, self.entries())
        for name, drafts in self._drafts.items():
            write_listed(self.library, name, drafts)
        return written

    def _write_files(self, described: Sequence[tuple[str, Episode]], processes: int) -> int:
        written = 0
        with Workers(min(processes, len(described) // _FILES_WORTH_A_PROCESS)) as workers:
            for number, shut in workers.share_out(write_episodes, described):
                written += number
                self.shut = {**shut, **self.shut}
        return written

    def _path(self, entry: CatalogueEntry, name: str) -> str:
        return f"{self.library}/{entry.show}/{entry.folder}/{name}"


def write_episodes(described: Iterable[tuple[str, Episode]]) -> tuple[int, dict[str, str]]:
    """Write each episode to its path, where the file holds something else or is not there; how many that
    were, and the shows whose folder may not be written to, with the reason. Raises OSError.
    """
    written, shut = 0, dict[str, str]()
    for name, episode in described:
        path = Path(name)
        remove_left_over(path.parent, (EPISODE,))
        try:
            written += write_if_changed(path, episode_yaml(episode))
        except OSError as error:
            if error.errno not in _NOT_ALLOWED:
                raise
            shut.setdefault(episode.show, plainly(error))
    return written, shut
