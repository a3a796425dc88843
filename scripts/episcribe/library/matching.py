"""Which items of a list are which known episodes.

A list is first folded: items that are one episode (the same GUID twice, audio and video of one recording)
become one group. Groups are then matched to known episodes one to one, by names, then recordings, then
date, duration and title. Every step is a dictionary lookup; where a key has many owners, a bounded number
of them is looked at.

No single key is believed against all other evidence, because publishers reuse GUIDs (a constant one, or a
template that was never filled in) and the addresses of recordings (`stream.mp3` of a live show):

- a GUID says nothing where recording, title and date are all known and all differ. Within one list, where two
  items stand side by side, a different title with a different recording or a different date is enough;
- a recording says nothing where title and date both differ. Within one list it needs the same title when
  the GUIDs differ, and an address that several groups of a list share is not used at all;
- date, duration and title say nothing without a date, unless no GUID and no recording contradict them.

An episode that is new although its GUID is known is reported, and both episodes keep the GUID among their
keys.

Where a show has several sources, episodes that only the others have listed are `foreign`: what is still open
in the end is compared with these by `resemblance`.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from episcribe.library.catalogue import CatalogueEntry
from episcribe.library.evidence import (
    Facts,
    exact_key,
    facts_of,
    is_one_moment,
    same_date,
    same_keys,
    same_title,
)
from episcribe.library.identity import (
    ITEM,
    NAMES,
    Item,
    item_keys,
    media_of,
    names_of,
    normal_title,
)

_OWNERS_LOOKED_AT = 8
_SAME_LENGTH = 2.0


@dataclass(slots=True, eq=False)
class Group:
    """Items of one list (by index) that are one episode, all their keys, and the known episode (by index)
    or None.

    `doubt` says which other episode has the same GUID, where one has.
    """

    items: list[int]
    facts: Facts
    keys: dict[str, None] = field(default_factory=dict)
    entry: int | None = None
    doubt: str | None = None


def match_items(
    known: Sequence[CatalogueEntry],
    items: Sequence[Item],
    *,
    foreign: Collection[int] = (),
    titles: Sequence[str] = (),
) -> list[Group]:
    """Fold `items`, one show's list, into groups and find each group's episode among `known`, that show's
    entries.

    `foreign` are the entries (by index) that only other sources have listed, `titles` what the sources call
    the show. The groups are in the order of their first items; an episode is the match of at most one group.
    Linear in the number of keys.
    """
    groups = _fold(items)
    search = _Search(known, groups, foreign)
    search.by_name(wants_proof=True)
    search.by_media(wants_proof=True)
    search.by_name(wants_proof=False)
    search.by_media(wants_proof=False)
    search.by_date_and_title()
    if foreign:
        search.by_resemblance(items, titles)
    return search.without_echoes()


def _fold(items: Sequence[Item]) -> list[Group]:
    groups: list[Group] = []
    by_key: dict[str, list[Group]] = {}
    for index, item in enumerate(items):
        keys = item_keys(item)
        facts = Facts(item.title, item.published, item.duration, keys)
        group = _twin(facts, by_key)
        if group.facts is facts:
            groups.append(group)
        group.items.append(index)
        group.keys.update(dict.fromkeys(keys))
        for key in (*keys, exact_key(facts)):
            held = by_key.setdefault(key, [])
            if not held or held[-1] is not group:
                held.append(group)
    return groups


def _twin(facts: Facts, by_key: dict[str, list[Group]]) -> Group:
    """The group of the same list that an item with these facts belongs to, or a new one."""
    doubt = None
    for key in facts.keys:
        held = by_key.get(key, ())[-_OWNERS_LOOKED_AT:]
        twins = [group for group in held if key.startswith(ITEM) or _is_twin(facts, group, key)]
        if twins:
            return max(
                twins, key=lambda group: _agreement(facts, replace(group.facts, keys=list(group.keys)))
            )
        if held and key.startswith(NAMES):
            doubt = _doubt(key, held[0].facts.title)
            for group in held:
                group.doubt = group.doubt or _doubt(key, facts.title)
    if facts.published and facts.duration and facts.title.strip():
        for group in by_key.get(exact_key(facts), ()):
            return group
    return Group([], facts, doubt=doubt)


def _is_twin(facts: Facts, group: Group, key: str) -> bool:
    title, date = same_title(facts, group.facts), same_date(facts, group.facts)
    if key.startswith(NAMES):
        media = same_keys(media_of(facts.keys), media_of(group.keys))
        return media is True or title is not False or (date is not False and media is None)
    if same_keys(names_of(facts.keys), names_of(group.keys)) is False:
        return title is True
    return title is True or (date is not False and title is None)


def _agreement(facts: Facts, other: Facts) -> int:
    """How many of recording, title and date speak for the sameness of two episodes, less those against it."""
    evidence = (
        same_keys(media_of(facts.keys), media_of(other.keys)),
        same_title(facts, other),
        same_date(facts, other),
    )
    return sum(1 if same else -1 for same in evidence if same is not None)


class _Search:
    """The passes over the groups of one list, from the weightiest keys to the lightest."""

    def __init__(
        self, known: Sequence[CatalogueEntry], groups: Sequence[Group], foreign: Collection[int] = ()
    ) -> None:
        self._known = known
        self._foreign = frozenset(foreign)
        self._groups = groups
        self._claimed: dict[int, Group] = {}
        self._owners: dict[str, list[int]] = {}
        for index, entry in enumerate(known):
            for key in entry.keys:
                self._owners.setdefault(key, []).append(index)
        self._sharers = Counter(key for group in groups for key in group.keys)

    def by_name(self, *, wants_proof: bool) -> None:
        """GUIDs; with proof, those whose recording or title agrees, so that a reused GUID finds its first
        bearer.
        """
        for group in self._open():
            for key in names_of(group.keys):
                self._claim(group, self._named(group, key, wants_proof=wants_proof))

    def by_media(self, *, wants_proof: bool) -> None:
        """Recordings that belong to one group of the list alone; with proof, where title or date agrees."""
        for group in self._open():
            for key in media_of(group.keys):
                if self._sharers[key] == 1:
                    self._claim(group, self._recorded(group, key, wants_proof=wants_proof))

    def by_date_and_title(self) -> None:
        """What has nothing better in common: the same day, length and title."""
        rest = list(self._open())
        if not rest:
            return
        days: dict[tuple[str, str], list[int]] = {}
        for index, entry in enumerate(self._known):
            if index not in self._claimed and index not in self._foreign:
                day = (entry.published or "")[:10]
                days.setdefault((day, normal_title(facts_of(entry).title)), []).append(index)
        for group in rest:
            facts = group.facts
            owners = self._owners.get(exact_key(facts), ())[:_OWNERS_LOOKED_AT]
            exact = [index for index in owners if index not in self._foreign]
            dated = days.get(((facts.published or "")[:10], normal_title(facts.title)), ())
            if exact_key(facts) in group.keys:
                self._claim(group, exact)
            candidates = [*exact, *dated[:_OWNERS_LOOKED_AT]]
            self._claim(group, (index for index in candidates if self._is_alike(group, index)))

    def by_resemblance(self, items: Sequence[Item], titles: Sequence[str]) -> None:
        """What another source lists in its own way: under another title, on another day."""
        from episcribe.library.resemblance import Portraits, alike

        groups = list(self._open())
        if not groups:
            return
        portraits = Portraits(titles)
        mine = [portraits.of_item(items[group.items[0]], group.keys) for group in groups]
        entries = [index for index in sorted(self._foreign) if index not in self._claimed]
        others = [portraits.of_entry(self._known[index]) for index in entries]
        repeated = portraits.repeated(group.facts.title for group in self._groups)
        repeated |= portraits.repeated(entry.title for entry in self._known)
        for one, other in alike(mine, others, repeated):
            self._claim(groups[one], [entries[other]])

    def without_echoes(self) -> list[Group]:
        """The groups, less those that are other items of an episode that the list has already.

        An episode that was seen under two GUIDs may be listed under both, with nothing else in common.
        """
        for group in self._open():
            first = None if group.doubt else next(self._bearers(group), None)
            if first is not None:
                first.items += group.items
                first.keys.update(group.keys)
                group.items = []
        return [group for group in self._groups if group.items]

    def _bearers(self, group: Group) -> Iterator[Group]:
        """The groups whose episodes this group would have been, had they not been claimed."""
        for key in names_of(group.keys):
            yield from self._bearing(self._named(group, key, wants_proof=False))
        for key in media_of(group.keys):
            owners = self._owners.get(key, ())[-_OWNERS_LOOKED_AT:]
            yield from self._bearing(index for index in owners if self._is_echo(group, index))

    def _is_echo(self, group: Group, index: int) -> bool:
        other = facts_of(self._known[index])
        title = same_title(group.facts, other)
        return title is True or (
            title is None and same_keys(names_of(group.keys), names_of(other.keys)) is not False
        )

    def _bearing(self, indices: Iterable[int]) -> Iterator[Group]:
        return (self._claimed[index] for index in indices if index in self._claimed)

    def _open(self) -> Iterator[Group]:
        return (group for group in self._groups if group.entry is None)

    def _claim(self, group: Group, candidates: Iterable[int]) -> None:
        if group.entry is None:
            group.entry = next((index for index in candidates if index not in self._claimed), None)
            if group.entry is not None:
                self._claimed[group.entry] = group

    def _named(self, group: Group, key: str, *, wants_proof: bool) -> Iterator[int]:
        owners = self._owners.get(key, ())[-_OWNERS_LOOKED_AT:]
        if len(owners) > 1:
            facts = replace(group.facts, keys=list(group.keys))
            owners = sorted(owners, key=lambda index: -_agreement(facts, facts_of(self._known[index])))
        for index in owners:
            entry = self._known[index]
            media = same_keys(media_of(group.keys), media_of(entry.keys))
            if media or entry.title == group.facts.title:
                yield index
            elif not wants_proof:
                other = facts_of(entry)
                title, date = same_title(group.facts, other), same_date(group.facts, other)
                if media is False and title is False and date is False:
                    group.doubt = _doubt(key, entry.title)
                else:
                    yield index

    def _recorded(self, group: Group, key: str, *, wants_proof: bool) -> Iterator[int]:
        owners = self._owners.get(key, ())
        for index in owners[-_OWNERS_LOOKED_AT:]:
            other = facts_of(self._known[index])
            title, date = same_title(group.facts, other), same_date(group.facts, other)
            if title or date or (not wants_proof and len(owners) == 1 and None in (title, date)):
                yield index

    def _is_alike(self, group: Group, index: int) -> bool:
        facts, other = group.facts, facts_of(self._known[index])
        names = same_keys(names_of(group.keys), names_of(other.keys))
        media = same_keys(media_of(group.keys), media_of(other.keys))
        is_undisputed = names is not False and media is not False
        if is_undisputed and exact_key(facts) == exact_key(other):
            return True
        if not facts.published or not other.published:
            return is_undisputed
        if not facts.title.strip() or not same_date(facts, other):
            return False
        if names is False and media is False and not is_one_moment(facts, other):
            return False
        if facts.duration and other.duration:
            return abs(facts.duration - other.duration) <= _SAME_LENGTH
        return facts.published == other.published or names is not False


def _doubt(key: str, title: str) -> str:
    return f"its GUID {key.partition(':')[2][:60]!r} is also that of {title[:60]!r}"
