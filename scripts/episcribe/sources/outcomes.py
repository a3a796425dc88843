"""What a refresh came to: source by source, and in all."""

from dataclasses import dataclass, field

from episcribe.library.catalogue import CatalogueEntry
from episcribe.library.refresh import utc_text
from episcribe.sources.listing import Failure

_ADVICE = {
    "permanent": "check the source in the configuration",
    "transient": "it is tried again at the next run",
    "blocked": "it is left in peace for an hour, then tried again",
    "none": "there is nothing to be read",
}


@dataclass(slots=True)
class Outcome:
    """How one source was read: the `items` that it lists, None when it failed or said that nothing has
    changed. With both `items` and a `failure` only some of it could be read.

    `show` is the name of the source's record: the show's own, or `show+kind`.
    """

    show: str
    origin: str
    items: int | None = None
    new: int = 0
    changed: int = 0
    failure: Failure | None = None

    @property
    def line(self) -> str:
        """The outcome in one line for a person."""
        if self.failure:
            missed = "not read" if self.items is None else f"not read whole, {self._counts}"
            kind = str(self.failure.kind)
            return f"{self.show}: {missed} ({kind}): {self.failure.message}; {_advice(self.failure)}"
        if self.items is None:
            return f"{self.show}: nothing has changed"
        return f"{self.show}: {self._counts}"

    @property
    def _counts(self) -> str:
        return f"{self.items} listed, {self.new} new, {self.changed} changed"


@dataclass(slots=True)
class Discovery:
    """What a refresh came to.

    `new` and `changed` are the episodes that were not known and those that are described anew, `outcomes`
    how each source that was due was read, `warnings` a line each with the source's name first, `written` the
    number of `episode.yaml` files that were written.
    """

    new: list[CatalogueEntry] = field(default_factory=list)
    changed: list[CatalogueEntry] = field(default_factory=list)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    written: int = 0

    @property
    def failed(self) -> list[Outcome]:
        """The sources that could not be read, or not whole."""
        return [outcome for outcome in self.outcomes.values() if outcome.failure]


def _advice(failure: Failure) -> str:
    if failure.until is not None:
        return f"it is left in peace until {utc_text(failure.until)}, then tried again"
    return _ADVICE[str(failure.kind)]
