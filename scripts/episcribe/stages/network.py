"""The HTTP client as the configuration wants it."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from episcribe.net.client import Client, HostManners, NetSettings
from episcribe.stages.job import NETWORK_VARIABLE


def network_of_run() -> dict[str, Any]:
    """The configuration's `network`, as the run hands it to its stages.

    It is no parameter of theirs: how a file is fetched does not change what it says.
    """
    given = os.environ.get(NETWORK_VARIABLE)
    network: dict[str, Any] = json.loads(given) if given else _defaults()
    return network


def _defaults() -> dict[str, Any]:
    from episcribe.library.settings import NetworkSettings

    return NetworkSettings().model_dump()


def state_of(library: Path) -> Path:
    """The folder in which a library's processes and runs agree on their manners towards servers."""
    return library / "log" / "net"


def net_settings(network: Mapping[str, Any], library: Path | None = None) -> NetSettings:
    """The client's settings from the configuration's `network`, as plain data.

    With `library` its manners hold over all processes and runs of that library, else in this process.
    """
    return NetSettings(
        user_agent=network["user_agent"],
        timeout=network["timeout"],
        deadline=network["deadline"],
        max_bytes=network["max_feed_megabytes"] * 1_000_000,
        allow_private=network["allow_private"],
        per_host=network["per_host"],
        pause=network["pause"],
        hosts={host: HostManners(**manners) for host, manners in network["hosts"].items()},
        rest=network["rest"],
        robots=network["robots"],
        slots=tuple(network["slots"]),
        rotation=network["rotation"],
        state=None if library is None else state_of(library),
    )


def open_client(network: Mapping[str, Any], library: Path) -> Client:
    """A client for what is fetched for `library`; to be closed."""
    return Client(net_settings(network, library))
