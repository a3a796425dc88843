"""What the lists of several sources of one show make of the catalogue.

Each source's list is matched to the known episodes by itself, in the order of the configuration, and what it
says of an episode is kept as its draft. An episode is then combined from the drafts of all sources, those
that were not read this time included: the result is the same whichever of them was read when.
"""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo

from episcribe.library.catalogue import CatalogueEntry
from episcribe.library.combining import combined, folded
from episcribe.library.episode import Episode
from episcribe.library.matching import Group, match_items
from episcribe.library.merging import MOST_WARNINGS, Either, Merge, bounded_keys, is_unchanged, mint, refresh


@dataclass(slots=True)
class Source:
    """One source of a show: the `items` that it listed now, None when it was not read.

    `drafts` are what it said last of each episode, by folder; merging brings them up to date. `place` is what
    episodes call it among their sources. `is_lost` when it was read before, and what it said is not known.
    """

    name: str
    place: str
    items: Sequence[Episode] | None = None
    drafts: dict[str, Episode] = field(default_factory=dict)
    is_lost: bool = False

    def may_have_told_of(self, entry: CatalogueEntry) -> bool:
        """True when what is known of the episode may come from this source."""
        places = (entry.more or {}).get("sources", ())
        return not places or self.place in places


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What merging looks up: `taken` are the ids of other shows, `settled` the folders with a transcript.

    `remembered` gives an episode as its file has it, which is asked where what a source said is lost.
    `titles` are what the sources call the show. `wanting` are folders to be described anew though nobody
    listed them.
    """

    remembered: Callable[[CatalogueEntry], Episode]
    titles: Sequence[str] = ()
    wanting: Container[str] = ()
    taken: Container[str] = ()
    settled: Container[str] = ()
    zone: tzinfo = UTC


def merge_sources(
    known: Sequence[CatalogueEntry],
    sources: Sequence[Source],
    around: Surroundings,
    *,
    show: str,
    origin: str,
) -> Merge:
    """Merge what `sources`, all those of a show in the order in which they count, have listed.

    Like `merge_items` for one source. Changes the drafts of the sources, and is pure but for that.
    """
    merging = _Merging(known, around, show, origin)
    for source in sources:
        if source.items is not None:
            merging.match(source)
    for source in sources:
        if source.is_lost and source.items is not None:
            merging.recall(source)
    for index in range(len(merging.merge.entries)):
        merging.combine(index, sources)
    return merging.merge


class _Merging:
    """The entries of a show as one source after the other is matched to them."""

    def __init__(self, known: Sequence[CatalogueEntry], around: Surroundings, show: str, origin: str) -> None:
        self.merge = Merge(list(known))
        self._known = known
        self._around = around
        self._show = show
        self._origin = origin
        self._touched: set[str] = set()
        self._ids = {entry.id for entry in known}

    def match(self, source: Source) -> None:
        """Find the episodes of the items of `source`, and add those that are new."""
        entries, items = self.merge.entries, source.items or ()
        foreign = {index for index, entry in enumerate(entries) if entry.folder not in source.drafts}
        groups = match_items(
            [_as_seen_by(source, entry) for entry in entries],
            items,
            foreign=foreign,
            titles=self._around.titles,
        )
        fresh: list[tuple[CatalogueEntry, Episode]] = []
        for group in groups:
            draft = folded([items[index] for index in group.items])
            if group.entry is None:
                fresh.append((self._mint(group, draft), draft))
            else:
                entry = entries[group.entry]
                entries[group.entry] = entry._replace(keys=bounded_keys(entry.keys, group.keys))
                self._take(source, entry.folder, draft)
        for entry, draft in sorted(fresh, key=lambda pair: (not pair[0].published, pair[0].published or "")):
            entries.append(entry)
            self.merge.new.append(entry.folder)
            self._take(source, entry.folder, draft)

    def recall(self, source: Source) -> None:
        """Take what the files say for what a source said of the episodes that it lists no more."""
        for entry in self._known:
            if entry.folder not in source.drafts and source.may_have_told_of(entry):
                source.drafts[entry.folder] = self._remembered(entry)

    def combine(self, index: int, sources: Sequence[Source]) -> None:
        """Describe an episode anew when it was listed now, or wants it."""
        entry = self.merge.entries[index]
        folder, is_new = entry.folder, index >= len(self._known)
        if folder not in self._touched and folder not in self._around.wanting:
            return
        drafts = [draft for source in sources if (draft := self._draft(source, entry, is_new)) is not None]
        if not drafts:
            return
        old = entry if is_new else self._known[index]
        fresh, episode = refresh(old, entry.keys, combined(drafts), self._origin)
        if not is_new and is_unchanged(old, fresh, self._around.settled):
            fresh = old._replace(keys=fresh.keys, origin=self._origin)
        elif not is_new:
            self.merge.changed.append(folder)
        self.merge.entries[index] = fresh
        self.merge.listed[folder] = episode

    def _draft(self, source: Source, entry: CatalogueEntry, is_new: bool) -> Episode | None:
        draft = source.drafts.get(entry.folder)
        if draft is None and source.is_lost and not is_new and source.may_have_told_of(entry):
            return self._remembered(entry)
        return draft

    def _remembered(self, entry: CatalogueEntry) -> Episode:
        return replace(self._around.remembered(entry), id="", show="")

    def _mint(self, group: Group, draft: Episode) -> CatalogueEntry:
        taken = Either(self._around.taken, self._ids)
        entry, _ = mint(
            group, draft, show=self._show, origin=self._origin, zone=self._around.zone, taken=taken
        )
        self._ids.add(entry.id)
        if group.doubt and len(self.merge.warnings) < MOST_WARNINGS:
            self.merge.warnings.append(f"{entry.title[:60]!r} is a new episode, although {group.doubt}")
        return entry

    def _take(self, source: Source, folder: str, draft: Episode) -> None:
        source.drafts[folder] = replace(draft, folder=folder)
        self._touched.add(folder)
        self.merge.brought_by.setdefault(folder, source.name)


def _as_seen_by(source: Source, entry: CatalogueEntry) -> CatalogueEntry:
    """The entry with title, date and duration as the source itself gave them, by which it will be known
    again.
    """
    draft = source.drafts.get(entry.folder)
    if draft is None:
        return entry
    return entry._replace(title=draft.title, published=draft.published, duration=draft.duration)
