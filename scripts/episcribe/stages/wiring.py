"""What the rules hand to Snakemake: input and params functions, which answer out of a plan."""

import json
import os
from collections.abc import Callable
from inspect import signature
from typing import Any, TypeVar

from episcribe.library.catalogue import identification
from episcribe.library.layout import DISCOVERY
from episcribe.stages.planning import Plan

_F = TypeVar("_F", bound=Callable[..., Any])


class Wiring:
    """The input and params functions of the rules."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def targets(self, name: str) -> Callable[[Any], list[str]]:
        """An input function: the files of target `name` for the known episodes."""
        return signed(lambda wildcards: self._plan.files(name))

    def discovered(self, name: str, checkpoints: Any) -> Callable[[Any], list[str]]:
        """An input function that refreshes the catalogue when due and gives the targets that it brought."""

        def new_targets(wildcards: Any) -> list[str]:
            if not self._plan.refresh_reasons:
                return []
            checkpoints.refresh.get()
            known, renewed = self._plan.listed(name), self._plan.renew()
            return [file for file in renewed.files(name) if file not in known] + renewed.not_read()

        return signed(new_targets)

    def refreshed(self, checkpoints: Any) -> Callable[[Any], list[str]]:
        """An input function that refreshes the catalogue, due or not, and makes nothing of it."""

        def after_refresh(wildcards: Any) -> list[str]:
            checkpoints.refresh.get()
            return [f"{self._plan.library}/{DISCOVERY}", *self._plan.renew().not_read()]

        return signed(after_refresh)

    def request(self) -> Callable[[Any], str]:
        """A `params` function: what discovery needs to know, as JSON; `force` when only a person asks."""
        plan = self._plan
        files, overrides = [str(path) for path in plan.sources], dict(plan.overrides)
        return signed(
            lambda wildcards: json.dumps(
                {"files": files, "overrides": overrides, "force": not plan.refresh_reasons},
                sort_keys=True,
                default=str,
            )
        )

    def why_not_writable(self) -> Callable[[Any], str]:
        """A `params` function: what of a show may not be written, in a line for a person."""
        return signed(lambda wildcards: self._plan.not_writable().get(wildcards.show, ""))

    def options(self, stage: str) -> Callable[[Any], str]:
        """A `params` function: all that changes what the stage makes of an episode, as JSON."""
        return signed(lambda wildcards: self._plan.stage_options(wildcards.show)[stage])

    def about(self) -> Callable[[Any], str]:
        """A `params` function: what identifies the episode, as JSON."""

        def identity(wildcards: Any) -> str:
            entry = self._plan.entry_of(wildcards)
            return json.dumps(identification(entry) if entry else {}, ensure_ascii=False)

        return signed(identity)

    def decides(self) -> Callable[[Any], str]:
        """A `params` function: the digest of all options of all stages of a show."""
        return signed(lambda wildcards: self._plan.digest(wildcards.show))

    def local_inputs(self) -> Callable[[Any], list[str]]:
        """An input function: the local files that decide the episode, those that are still there."""

        def files(wildcards: Any) -> list[str]:
            entry = self._plan.entry_of(wildcards)
            return [path for path in (entry.local if entry else ()) if os.path.exists(path)]  # noqa: PTH110

        return signed(files)


def signed(function: _F) -> _F:
    """The function with its parameters looked up; Snakemake does that at every call where it is not done."""
    function._overwrite_params = signature(function).parameters  # type: ignore[attr-defined]
    return function
