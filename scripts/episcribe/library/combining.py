"""One episode out of what several items or several sources say of it."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

from episcribe.library.episode import Enclosure, Episode, TranscriptLink
from episcribe.library.identity import enclosure_keys

_T = TypeVar("_T")
_UNITED = frozenset(("keys", "sources", "enclosures", "transcripts", "extra"))
_FILLED = tuple(f.name for f in fields(Episode) if f.name not in _UNITED)


def folded(drafts: Sequence[Episode]) -> Episode:
    """One draft of the items of one source that are one episode: the first, with the recordings and
    transcripts of the others.
    """
    first, *others = drafts
    if not others:
        return first
    enclosures = {e.url: e for draft in reversed(drafts) for e in reversed(draft.enclosures)}
    return replace(
        first,
        enclosures=tuple(reversed(enclosures.values())),
        transcripts=_transcripts(drafts),
    )


def combined(drafts: Sequence[Episode]) -> Episode:
    """One draft of what several sources say of an episode, the source that counts most first.

    Field by field the first draft that has something wins; keys, sources, recordings and transcripts are
    those of all. Recordings at one address, whatever the prefixes that count downloads, are one.
    """
    first, *others = drafts
    if not others:
        return first
    values: dict[str, Any] = {}
    for name in _FILLED:
        for draft in drafts:
            values[name] = getattr(draft, name)
            if not _is_nothing(values[name]):
                break
        else:
            values[name] = getattr(first, name)
    extra: dict[str, Any] = {}
    for draft in drafts:
        extra = {**extra, **{name: value for name, value in draft.extra.items() if name not in extra}}
    return Episode(
        **values,
        keys=_united((key for draft in drafts for key in draft.keys), lambda key: key),
        sources=_united((source for draft in drafts for source in draft.sources), lambda source: source),
        enclosures=_united((e for draft in drafts for e in draft.enclosures), _place_of),
        transcripts=_transcripts(drafts),
        extra=extra,
    )


def _place_of(enclosure: Enclosure) -> str:
    return next(reversed(enclosure_keys(enclosure.url)), enclosure.url)


def _is_nothing(value: object) -> bool:
    return value is None or value == () or (isinstance(value, str) and not value.strip())


def _transcripts(drafts: Iterable[Episode]) -> tuple[TranscriptLink, ...]:
    return _united((link for draft in drafts for link in draft.transcripts), lambda link: link.url)


def _united(values: Iterable[_T], name: Callable[[_T], Hashable]) -> tuple[_T, ...]:
    """The values without those whose name has been."""
    all_values = tuple(values)
    if len(all_values) < 2:
        return all_values
    united: dict[Hashable, _T] = {}
    for value in all_values:
        united.setdefault(name(value), value)
    return tuple(united.values())
