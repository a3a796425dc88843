"""What Snakemake is asked to make: read when the Snakefile is parsed, without a look at the network."""

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from episcribe.ledger.attempts import RetryRules
from episcribe.ledger.standings import Line, lines_that_hold, read_standings, withheld
from episcribe.library.catalogue import Catalogue, CatalogueEntry, find_entry, load_catalogue
from episcribe.library.config import Configuration
from episcribe.library.config_files import load_configuration
from episcribe.library.errors import EpiscribeError, plainly
from episcribe.library.layout import CATALOGUE, DISCOVERY, EPISODE, STAGES, STUDY_PRODUCTS, TARGETS
from episcribe.library.refresh import read_discovery, refresh_due
from episcribe.library.selection import select
from episcribe.stages.flags import ONLY_LOOKS, SEAL_ASIDE, flags_of
from episcribe.stages.options import options_digest, stage_options
from episcribe.stages.sealing import Sealing
from episcribe.stages.unwritable import shut_lines, shut_place
from episcribe.stages.ways import Ways

# What a plan finds out of files that a refresh writes.
_RENEWED = (
    "entries",
    "_catalogue",
    "discovery",
    "_by_name",
    "_origins",
    "_sealing",
    "_shut",
    "ways",
)


class Plan:
    """The episodes that are known, the files that each of them should have, and what decides them."""

    def __init__(
        self, configuration: Configuration, *, sources: Sequence[Path], overrides: Mapping[str, Any]
    ):
        self.configuration = configuration
        self.library = Path(configuration.library).expanduser()
        self.sources = sources
        self.overrides = overrides
        self.network = json.dumps(configuration.network.model_dump(), sort_keys=True)
        flags = flags_of(sys.argv[1:])
        self.uses_seals = configuration.seal and not flags & SEAL_ASIDE
        self._tries_all = bool(flags & SEAL_ASIDE)
        self._is_report = "--report" in flags
        self.only_looks = bool(flags & ONLY_LOOKS)
        self._shows = {show.id: show for show in configuration.shows}
        self.ways = Ways(configuration)
        self._sealing = Sealing(self.library, self.digest)
        self._is_job = "--mode" in flags
        self._jobs: dict[str, CatalogueEntry | None] = {}
        self._listed: set[str] = set()
        self._options: dict[str, dict[str, str]] = {}
        self._digests: dict[str, str] = {}
        self._asked_for_all = False
        self._shut: dict[str, str | None] = {}

    @cached_property
    def discovery(self) -> dict[str, Any]:
        """What the last refresh left: how each show was read."""
        return read_discovery(self.library / DISCOVERY)

    @cached_property
    def entries(self) -> list[CatalogueEntry]:
        """The episodes of the catalogue that the configuration asks for."""
        return list(self._selected(self._catalogue.entries))

    def read_catalogue(self) -> None:
        """Read the catalogue now. Raises EpiscribeError where there is one that cannot be read."""
        try:
            _ = self._catalogue
        except OSError as error:
            what = "restore it from a backup, or move it away and it is made again of the episodes' files"
            raise EpiscribeError(f"{plainly(error)}; {what}") from error

    @cached_property
    def _catalogue(self) -> Catalogue:
        return load_catalogue(self.library / CATALOGUE)

    @cached_property
    def refresh_reasons(self) -> list[str]:
        """Why the sources are to be read again; empty when they need not be."""
        reasons = refresh_due(
            self.configuration.shows,
            self.discovery,
            self.library,
            time.time(),
            self.configuration.refresh_seconds,
        )
        missing = sum(not os.path.exists(f"{self.folder(e)}/{EPISODE}") for e in self.entries)  # noqa: PTH110
        if missing:
            reasons.append(f"{missing} episodes have lost their {EPISODE}")
        if self._catalogue.rejected:
            reasons.append(f"{len(self._catalogue.rejected)} lines of {CATALOGUE} cannot be read")
        return reasons

    @cached_property
    def refresh_stamp(self) -> str:
        """A file that no refresh has made yet, so that asking for it refreshes; the same until one did."""
        try:
            turn = (self.library / DISCOVERY).stat().st_mtime_ns
        except OSError:
            turn = 0
        return str(self.library / "log" / f"refresh-{turn}")

    def aggregates(self) -> list[str]:
        """The files of the whole library that a Snakemake report shows."""
        formats = self.configuration.state_management.reporting.report_format
        names = {"json": "summary.json", "csv": "episodes.csv"}
        return [f"{self.library}/reports/{name}" for kind, name in names.items() if kind in formats]

    def asked_for(self) -> dict[str, bool]:
        """The episodes that the configuration asks for (`show/folder`), and whether there is a way to a
        transcript of each.
        """
        return {f"{entry.show}/{entry.folder}": self.ways.has_one(entry) for entry in self.entries}

    def folder(self, entry: CatalogueEntry) -> str:
        """The folder of an episode."""
        return f"{self.library}/{entry.show}/{entry.folder}"

    def files(self, name: str) -> list[str]:
        """What to ask of Snakemake for target `name`: files of the episodes that are open and not sealed.

        As few files as will do, because each costs time in the graph: those that are missing, and the
        target's anchors, from which Snakemake finds everything that is out of date.
        """
        target = TARGETS[name]
        self._asked_for_all = self._asked_for_all or name == "all"
        files: list[str] = []
        for entry in self.open_entries():
            folder = self.folder(entry)
            self._listed.add(folder)
            if held := self._held(entry):
                wanted: Iterable[str] = set(target.products) - held
            else:
                missing = [p for p in target.products if not os.path.exists(f"{folder}/{p}")]  # noqa: PTH110
                nothing_yet = len(missing) == len(target.products)
                wanted = target.anchors if nothing_yet else {*target.anchors, *missing}
            files.extend(f"{folder}/{product}" for product in sorted(wanted))
        files += (f"{self.library}/log/unwritable/{show}" for show in self.not_writable())
        if name == "all" and self._is_report:
            files += self.aggregates()
        # A target without any input is always run; this file is there once sources were read.
        return files or [path for path in [f"{self.library}/{DISCOVERY}"] if os.path.exists(path)]  # noqa: PTH110

    def listed(self, name: str) -> set[str]:
        """The files of target `name` of the episodes of which files were asked for."""
        return {f"{folder}/{product}" for folder in self._listed for product in TARGETS[name].products}

    def not_read(self) -> list[str]:
        """What to ask of Snakemake for the sources that could not be read: it fails for them."""
        return [f"{self.library}/log/unreadable/{show}" for show in self.unreadable()]

    def renew(self) -> "Plan":
        """The plan of what a refresh has left; this one takes over what it found."""
        renewed = Plan(self.configuration, sources=self.sources, overrides=self.overrides)
        for name in _RENEWED:
            self.__dict__[name] = getattr(renewed, name)
        return renewed

    def open_entries(self) -> Iterator[CatalogueEntry]:
        """The episodes that a run has to look at: obtainable, described, and not sealed."""
        for entry in self.entries:
            # Whether there is a way to its transcript is not asked of one that is finished.
            if self._is_sealed(entry) or not self.is_obtainable(entry):
                continue
            if os.path.exists(f"{self.folder(entry)}/{EPISODE}") and not self._is_shut(entry):  # noqa: PTH110
                yield entry

    def begun_entries(self) -> Iterator[CatalogueEntry]:
        """Those of them of which something was tried: they have events."""
        return (entry for entry in self.open_entries() if os.path.exists(f"{self.folder(entry)}/log"))  # noqa: PTH110

    def not_writable(self) -> dict[str, str]:
        """The shows of which episodes that are open may not be written, with a line for a person."""
        return shut_lines({name: place for name, place in self._shut.items() if place is not None})

    def _is_shut(self, entry: CatalogueEntry) -> bool:
        """True when nothing can be made for the episode because something may not be written."""
        name = f"{entry.show}/{entry.folder}"
        if name not in self._shut:
            self._shut[name] = shut_place(self.folder(entry))
            if not self.uses_seals and self.is_complete(entry):
                self._shut[name] = None  # perhaps there is nothing to be made
        return self._shut[name] is not None

    def left_alone(self, entry: CatalogueEntry) -> list[Line]:
        """The stages of the episode that rest or were given up, as far as nothing speaks for trying again."""
        lines = self._standings.get(f"{entry.show}/{entry.folder}")
        if not lines:
            return []
        return lines_that_hold(
            lines,
            self.folder(entry),
            time.time(),
            options=self.stage_options(entry.show),
            local=entry.local,
        )

    @cached_property
    def rules(self) -> RetryRules:
        """How often stages are tried, and how long they rest between."""
        recovery = self.configuration.state_management.recovery.model_dump()
        return RetryRules.of_settings(recovery, self.configuration.network.rest)

    def tracks(self, entry: CatalogueEntry) -> Sequence[str]:
        """The tracks that the episode's show asks for."""
        return self.ways.settings_of(entry).tracks

    def look_again_at_standings(self) -> None:
        """Read anew what rests or was given up: after it was written."""
        self.__dict__.pop("_standings", None)

    def leaves_some_alone(self) -> bool:
        """True when an episode that is asked for has a stage that rests or was given up."""
        return bool(self._standings) and any(self.left_alone(entry) for entry in self.entries)

    def _held(self, entry: CatalogueEntry) -> frozenset[str]:
        """The products that cannot be made while stages of the episode are left alone."""
        if self._tries_all or not (lines := self.left_alone(entry)):
            return frozenset()
        stages = withheld(line.stage for line in lines)
        return frozenset(product for stage in stages for product in STAGES[stage].products)

    @cached_property
    def _standings(self) -> dict[str, list[Line]]:
        return read_standings(self.library)

    def is_obtainable(self, entry: CatalogueEntry) -> bool:
        """True when the episode has somewhere to get a transcript from, and a track that asks for it."""
        return "study" in self.tracks(entry) and self.ways.has_one(entry)

    def entry_of(self, wildcards: Any) -> CatalogueEntry | None:
        """The episode of a job; None for one that the catalogue does not know.

        Snakemake parses the Snakefile again for each job that it sends elsewhere, which is of one episode.
        """
        name = f"{wildcards.show}/{wildcards.episode}"
        if not self._is_job:
            return self._by_name.get(name)
        if name not in self._jobs:
            entry = find_entry(self.library / CATALOGUE, wildcards.show, wildcards.episode)
            self._jobs[name] = entry or self._by_name.get(name)
        return self._jobs[name]

    def unreadable(self) -> list[str]:
        """The sources that the last refresh could not read, by the names of their records."""
        shows = self.discovery.get("shows", {})
        return sorted(show for show, outcome in shows.items() if outcome.get("error"))

    @cached_property
    def _origins(self) -> dict[str, str]:
        return {entry.show: entry.origin for entry in self.entries}

    @cached_property
    def _by_name(self) -> dict[str, CatalogueEntry]:
        return {f"{entry.show}/{entry.folder}": entry for entry in self.entries}

    def gather_seals(self, *, up_to_date: bool) -> None:
        """Bring the gathered seals up to date for the episodes that were not sealed.

        With `up_to_date` Snakemake found, or made, everything as it should be: then an episode that has not
        changed since is sealed as it stands, also when its files are of other times than its state.yaml says.
        """
        entries = [
            entry
            for entry in self.entries
            if not self._sealing.is_sealed(entry) and self.is_obtainable(entry)
        ]
        if entries:
            self._sealing.gather(entries, as_they_stand=up_to_date and self._asked_for_all)

    def is_complete(self, entry: CatalogueEntry) -> bool:
        """True when every file of the episode is there; of a sealed one, when this plan first looked."""
        if self._is_sealed(entry):
            return True
        folder = self.folder(entry)
        return all(os.path.exists(f"{folder}/{product}") for product in STUDY_PRODUCTS)  # noqa: PTH110

    def _is_sealed(self, entry: CatalogueEntry) -> bool:
        """True when the episode need not be looked into."""
        return self.uses_seals and self._sealing.is_sealed(entry)

    def stage_options(self, show: str) -> dict[str, str]:
        """The options of all stages of a show."""
        if show not in self._options:
            own = self._shows.get(show) or self._shows.get(self._origins.get(show, ""))
            settings = own or self.configuration.defaults
            subject, title = (own.subject, own.title) if own else (None, None)
            self._options[show] = {
                stage: stage_options(settings, stage, subject=subject, title=title) for stage in STAGES
            }
        return self._options[show]

    def digest(self, show: str) -> str:
        """The digest of all options of all stages of a show, as seals take it."""
        if show not in self._digests:
            self._digests[show] = options_digest(self.stage_options(show))
        return self._digests[show]

    def _selected(self, entries: Iterable[CatalogueEntry]) -> Iterator[CatalogueEntry]:
        by_show: dict[str, list[CatalogueEntry]] = {}
        for entry in entries:
            by_show.setdefault(entry.show, []).append(entry)
        for show, own in by_show.items():
            settings = self._shows.get(show) or self._shows.get(own[0].origin)
            if settings is not None:
                yield from select(own, settings)


def make_plan(configfiles: Sequence[Path], overrides: Mapping[str, Any], project: Path) -> Plan:
    """The plan of a run: from the files given, else `config/config.yaml` here, else that of `project`.

    Raises ConfigurationError.
    """
    here = Path("config/config.yaml")
    files = list(configfiles) or [here.absolute() if here.exists() else project / here]
    return Plan(load_configuration(files, overrides), sources=files, overrides=overrides)
