"""Which episodes are sealed: finished, and as they were then, so that a run need not look into them."""

import os
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

from episcribe.ledger.seals import add_seals, compute_seal, gather_seals, read_seals, seal_inputs
from episcribe.library.catalogue import CatalogueEntry
from episcribe.library.layout import STATE, STUDY_PRODUCTS


class Sealing:
    """The seals of a library's episodes; `digest_of` gives the digest of all options of a show."""

    def __init__(self, library: Path, digest_of: Callable[[str], str]) -> None:
        self._library = library
        self._digest_of = digest_of
        self._sealed: dict[str, bool] = {}
        self._found: dict[str, str | None] = {}

    def is_sealed(self, entry: CatalogueEntry) -> bool:
        """True when the episode was as it was finished, when this was first asked."""
        name = f"{entry.show}/{entry.folder}"
        if name not in self._sealed:
            self._found[name] = self._now(entry)
            self._sealed[name] = name in self._gathered and self._gathered[name] == self._found[name]
        return self._sealed[name]

    def gather(self, entries: Sequence[CatalogueEntry], *, as_they_stand: bool) -> None:
        """Bring the gathered seals up to date for `entries`, which were not sealed; with `as_they_stand` also
        for those that have not changed since, and whose state.yaml tells of other times. Raises OSError.
        """
        names = [f"{entry.show}/{entry.folder}" for entry in entries]
        gather_seals(self._library, names, self._gathered)
        if as_they_stand:
            found = {name: self._found.get(name) for name in names}
            now = {name: self._now(entry) for name, entry in zip(names, entries, strict=True)}
            add_seals(
                self._library, {name: seal for name, seal in now.items() if seal and seal == found[name]}
            )

    @cached_property
    def _gathered(self) -> dict[str, str]:
        return read_seals(self._library)

    def _now(self, entry: CatalogueEntry) -> str | None:
        folder = f"{self._library}/{entry.show}/{entry.folder}"
        if not os.path.exists(f"{folder}/{STATE}"):  # noqa: PTH110
            return None
        inputs = seal_inputs(folder, entry.local)
        return compute_seal(folder, self._digest_of(entry.show), inputs, STUDY_PRODUCTS)
