"""The ways to the transcripts of episodes, as the settings of their shows have them."""

from collections.abc import Iterator
from functools import cached_property

from episcribe.library.catalogue import CatalogueEntry
from episcribe.library.config import Configuration, ShowSettings
from episcribe.library.modules import (
    NOT_INSTALLED,
    SPEECH,
    Choice,
    facts_of_entry,
    select_modules,
    speech_is_installed,
)


class Ways:
    """Which modules can be asked for an episode's transcript."""

    def __init__(self, configuration: Configuration) -> None:
        self._shows = {show.id: show for show in configuration.shows}
        self._has_one: dict[str, bool] = {}

    def settings_of(self, entry: CatalogueEntry) -> ShowSettings:
        """The settings of the episode's show, or of the list that named it."""
        return self._shows.get(entry.show) or self._shows[entry.origin]

    def choices(self, entry: CatalogueEntry) -> Iterator[Choice]:
        """Its modules in the order in which they are asked, and which of them can be."""
        own, facts = self.settings_of(entry), facts_of_entry(entry)
        has_pages = bool(own.website.pages or own.website.index)
        for module in own.transcript.modules:
            yield from select_modules(facts, [module], has_pages=has_pages)

    def has_one(self, entry: CatalogueEntry) -> bool:
        """True when one of them can be asked."""
        name = f"{entry.show}/{entry.folder}"
        if name not in self._has_one:
            self._has_one[name] = any(choice.chosen for choice in self.choices(entry))
        return self._has_one[name]

    def is_unheard(self, entry: CatalogueEntry) -> bool:
        """True when the episode has a recording that nothing installed here can transcribe."""
        return any(choice.why == NOT_INSTALLED for choice in self.choices(entry))

    def hears(self, entry: CatalogueEntry, attempt: int) -> bool:
        """True when that attempt at the transcript may listen to the recording."""
        chosen = [choice.module for choice in self.choices(entry) if choice.chosen]
        return SPEECH in chosen and (attempt > 1 or chosen == [SPEECH])

    @cached_property
    def attempts_to_hear(self) -> int:
        """How often a job for a transcript is called again: once where speech can be recognised."""
        wanted = any(SPEECH in show.transcript.modules for show in self._shows.values())
        return int(wanted and speech_is_installed())
