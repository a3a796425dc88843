"""The resources that the rules declare: functions that Snakemake calls for each job."""

from collections.abc import Callable
from typing import Any, TypeVar

from episcribe.library.catalogue import CatalogueEntry
from episcribe.library.layout import STAGES
from episcribe.library.refresh import is_remote
from episcribe.library.settings import SpeechSettings
from episcribe.stages.planning import Plan
from episcribe.stages.resources import Need, memory_of, need_of, runtime_of
from episcribe.stages.wiring import signed

_T = TypeVar("_T")
_Function = Callable[[Any, int], int]


class Demands:
    """What the jobs of a plan ask for in a workflow of Snakemake's."""

    def __init__(self, plan: Plan, workflow: Any) -> None:
        self._plan = plan
        self._workflow = workflow

    @property
    def fetch_here(self) -> bool:
        """True when what fetches is not to be sent to other machines."""
        return not self._plan.configuration.network.from_nodes

    @property
    def cores(self) -> int:
        """The processors of this machine that the run may use."""
        from snakemake.exceptions import WorkflowError

        try:
            return int(self._workflow.cores)
        except WorkflowError:  # a run that sends its jobs to other machines has none of its own
            return int(self._workflow.resource_settings.local_cores or 1)

    @property
    def cores_to_discover(self) -> int:
        """All of them, as nothing else can be done meanwhile; one where discovery is sent elsewhere."""
        is_here = self._workflow.is_main_process and (self.fetch_here or self._workflow.local_exec)
        return self.cores if is_here else 1

    def memory(self, stage: str) -> _Function:
        """A `resources` function: the megabytes of a job of `stage`."""
        return self._grown(stage, memory_of)

    def runtime(self, stage: str) -> _Function:
        """A `resources` function: the minutes of a job of `stage`."""
        return self._grown(stage, runtime_of)

    def threads(self) -> _Function:
        """A `threads` function for transcripts: those of speech recognition where an attempt listens.

        On this machine it is always one, so that no job waits until several processors are free.
        """

        def threads(wildcards: Any, attempt: int) -> int:
            if self._workflow.local_exec or not self._hears(wildcards, attempt):
                return 1
            return self._speech_settings(wildcards).threads

        return signed(threads)

    def speech(self) -> _Function:
        """A `resources` function: 1 when an attempt at the transcript is to listen to the recording.

        That is the second attempt, and the first where there is nothing else to be tried.
        """
        return signed(lambda wildcards, attempt: int(self._hears(wildcards, attempt)))

    def net(self) -> _Function:
        """A `resources` function: 1 when a job for a transcript has to ask the network."""

        def net(wildcards: Any, attempt: int) -> int:
            entry = self._plan.entry_of(wildcards)
            return int(entry is None or asks_network(self._plan, entry))

        return signed(net)

    def _hears(self, wildcards: Any, attempt: int) -> bool:
        entry = self._plan.entry_of(wildcards)
        return entry is not None and self._plan.ways.hears(entry, attempt)

    def _speech_settings(self, wildcards: Any) -> SpeechSettings:
        entry = self._plan.entry_of(wildcards)
        return self._plan.ways.settings_of(entry).speech if entry is not None else SpeechSettings()

    def _grown(self, stage: str, amount: Callable[[Need, float | None, int], int]) -> _Function:
        def grown(wildcards: Any, attempt: int) -> int:
            entry = self._plan.entry_of(wildcards) if stage in STAGES else None
            seconds = entry.duration if entry is not None else None
            if stage != "transcript" or not self._hears(wildcards, attempt):
                return amount(need_of(stage), seconds, attempt)
            need = need_of(stage, self._speech_settings(wildcards).model)
            first = 1 if self._hears(wildcards, 1) else 2
            return amount(need, seconds, attempt - first + 1)

        return signed(grown)


def asks_network(plan: Plan, entry: CatalogueEntry) -> bool:
    """True when the first way to the episode's transcript leads over the network."""
    first = next((choice.module for choice in plan.ways.choices(entry) if choice.chosen), None)
    if first == "files":
        return False
    urls = [str(link.get("url")) for link in entry.transcripts]
    return first != "rss" or any(is_remote(url) for url in urls)
